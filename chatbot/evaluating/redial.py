"""ReDial (Li et al., NeurIPS 2018) in the form of iEvaLM-CRS: a row is a turn of the recommender that names films.

Of a row, only what was said and named before it is told to a model; the reply itself is never read.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chatbot.errors import TrainingError
from chatbot.evaluating.conversations import PARTS, FilmTalks
from chatbot.recommending.conversations import Moment

__all__ = ["read_redial"]

PUBLISHED = (
    "zero-shot, test part, 4,288 targets not yet mentioned, answers outside the catalogue removed (He et al., CIKM 2023): "
    "Recall@1 / Recall@10 GPT-4 .050 / .201, GPT-3.5 .043 / .183, Vicuna-13B .034 / .120",
    "trained, by another protocol: UniCRS Recall@10 .215",
)
FORM: Mapping[str, type] = {"dialog_id": str, "context": list, "entity": list, "rec": list}


def read_redial(data: Path) -> FilmTalks:
    """items.jsonl and the parts that `data` holds. Raises TrainingError where one is missing or malformed."""
    parts = {name: data / f"{name}.jsonl" for name in PARTS if (data / f"{name}.jsonl").exists()}
    if not parts or not (data / "items.jsonl").exists():
        missing = "items.jsonl" if parts else " or ".join(f"{name}.jsonl" for name in PARTS)
        raise TrainingError(f"{data} has no file {missing}", fix="give the folder that holds ReDial with --data")
    genres = {row["name"]: tuple(row["genre"]) for row in _rows(data / "items.jsonl", {"name": str, "genre": list})}
    films = {name: number for number, name in enumerate(genres)}
    moments = {name: tuple(_moment(row, films) for row in _rows(path, FORM)) for name, path in parts.items()}
    return FilmTalks(name="redial", films=tuple(films), genres=[genres.get(film, ()) for film in films], parts=moments, published=PUBLISHED)


def _moment(row: Mapping[str, Any], films: dict[str, int]) -> Moment:
    """A film that items.jsonl does not list joins the films: what can be recommended is known, whatever is recommended."""
    named = tuple(dict.fromkeys(films[name] for name in row["entity"] if name in films))
    given = tuple(dict.fromkeys(films.setdefault(name, len(films)) for name in row["rec"]))
    return Moment(row["dialog_id"], tuple(row["context"]), named, tuple(film for film in given if film not in named))


def _rows(path: Path, form: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise TrainingError(f"{path} line {number} is no JSON: {error}", fix="get the file again") from error
        wrong = [name for name, kind in form.items() if not (isinstance(row, dict) and isinstance(row.get(name), kind))]
        if wrong:
            raise TrainingError(
                f"{path} line {number} has no {wrong[0]!r} that is a {form[wrong[0]].__name__}", fix="give the file in the form of iEvaLM-CRS"
            )
        yield row
