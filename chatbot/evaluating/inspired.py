"""INSPIRED (Hayati et al., EMNLP 2020): a row of its tables is an utterance, with the films that it names.

A moment is an utterance of the recommender. The films are all that the set's tables name: it has no list of its own.
"""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from chatbot.errors import TrainingError
from chatbot.evaluating.conversations import FilmTalks
from chatbot.recommending.conversations import Moment

__all__ = ["read_inspired"]

FILES = {"train": "train.tsv", "valid": "dev.tsv", "test": "test.tsv"}
COLUMNS = ("dialog_id", "speaker", "text", "movies")
RECOMMENDER = "RECOMMENDER"
PUBLISHED = (
    "zero-shot, test part, 211 targets not yet mentioned, answers outside the catalogue removed (He et al., CIKM 2023): "
    "Recall@1 / Recall@10 GPT-4 .066 / .185, GPT-3.5 .052 / .175, Vicuna-13B .047 / .142",
)


def read_inspired(data: Path) -> FilmTalks:
    """The parts that `data` holds. Raises TrainingError where none is there or one is malformed."""
    parts = {name: data / file for name, file in FILES.items() if (data / file).exists()}
    if not parts:
        raise TrainingError(f"{data} has no file {' or '.join(FILES.values())}", fix="give the folder that holds INSPIRED with --data")
    films: dict[str, int] = {}
    moments = {name: tuple(_moments(_table(path), films)) for name, path in parts.items()}
    return FilmTalks(name="inspired", films=tuple(films), genres=[()] * len(films), parts=moments, published=PUBLISHED)


def _moments(rows: list[dict[str, str]], films: dict[str, int]) -> Iterator[Moment]:
    for talk, utterances in groupby(rows, key=lambda row: row["dialog_id"]):
        said: list[str] = []
        named: dict[int, None] = {}
        for row in utterances:
            here = dict.fromkeys(films.setdefault(name.strip(), len(films)) for name in row["movies"].split(";") if name.strip())
            given = tuple(film for film in here if film not in named)
            if given and row["speaker"].upper() == RECOMMENDER:
                yield Moment(talk, tuple(said), tuple(named), given)
            said.append(row["text"])
            named.update(here)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, start=2):
        wrong = [name for name in COLUMNS if row.get(name) is None]
        if wrong:
            raise TrainingError(f"{path} line {number} has no {wrong[0]!r}", fix="give the tables of INSPIRED as they are published")
    return rows
