"""What is publicly known of films, beside a set of conversations: plots and casts of `wiki_movies`, likes of MovieLens.

Two sets mean the same film where the words of their titles agree and their years lie a year apart at most (release dates
differ by country). Knows no conversation. A folder that is not there teaches nothing, and the benchmark says so.
"""

import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from chatbot.errors import TrainingError
from chatbot.text import folded

__all__ = ["MOVIELENS", "WIKI", "TitleKey", "likes_of", "matching", "texts_of", "title_key"]

TitleKey = tuple[str, int | None]
"""A title's words and its year; None where it names none."""
WIKI, MOVIELENS = "wiki_movies", "movielens_latest_small"
LIKED = 3.5
"""MovieLens' own mean rating: who gives more liked the film."""
YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
ARTICLES = ("the", "a", "an")
DROPPED = str.maketrans("", "", "'.")
BEHIND = re.compile(r"^(.*), (the|a|an)$")
"""`Lion King, The`, as MovieLens writes it."""
Found = TypeVar("Found")


def title_key(title: str) -> TitleKey:
    """`The Lion King (1994)` and `Lion King, The (1994)` → `("lion king", 1994)`."""
    year = YEAR.search(title)
    words = _words(re.sub(r"\([^)]*\)", " ", title[: year.start()] if year else title))
    return words, int(year.group(1)) if year else None


def matching(keys: Sequence[TitleKey], others: Iterable[tuple[TitleKey, Found]]) -> list[Found | None]:
    """For each of `keys` the one among `others` that is the same film: the nearest year, one year apart at most.

    A title without a year means the newest film of that title that is no newer than the newest year among `keys`.
    """
    newest = max((year for _, year in keys if year), default=0)
    by_words: dict[str, list[tuple[int, Found]]] = defaultdict(list)
    for (words, year), found in others:
        if year is not None:
            by_words[words].append((year, found))
    return [_same(by_words.get(words, []), year, newest) for words, year in keys]


def texts_of(keys: Sequence[TitleKey], folder: Path) -> list[tuple[list[str], str]]:
    """(cast, genres and cast and first lines) of each film; empty where `wiki_movies` in `folder` does not know it.

    Raises TrainingError where a row is malformed.
    """
    rows = [row for path in sorted((folder / WIKI).glob("*.jsonl")) for row in _rows(path)]
    # Encyclopedias write `Jumanji: Welcome to the Jungle` where people say `Jumanji`: the part before the colon comes second.
    exact = matching(keys, (((_words(row["title"]), row["year"]), row) for row in rows))
    short = matching(keys, (((_words(row["title"].split(":")[0]), row["year"]), row) for row in rows if ":" in row["title"]))
    return [_described(one or other) for one, other in zip(exact, short, strict=True)]


def likes_of(keys: Sequence[TitleKey], folder: Path) -> list[list[int]]:
    """For each person of MovieLens in `folder` the rows of `keys` that they liked, oldest first; empty where it is not there."""
    films, ratings = folder / MOVIELENS / "movies.csv", folder / MOVIELENS / "ratings.csv"
    if not (films.exists() and ratings.exists()):
        return []
    found = matching(keys, ((title_key(row["title"]), row["movieId"]) for row in _table(films)))
    places = {film: number for number, film in enumerate(found) if film is not None}
    people: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _table(ratings):
        if row["movieId"] in places and float(row["rating"]) >= LIKED:
            people[row["userId"]].append((int(row["timestamp"]), places[row["movieId"]]))
    return [[film for _, film in sorted(liked)] for liked in people.values()]


def _same(found: Sequence[tuple[int, Found]], year: int | None, newest: int) -> Found | None:
    if year is None:
        return max((one for one in found if one[0] <= newest), key=lambda one: one[0], default=(0, None))[1]
    return min((one for one in found if abs(one[0] - year) <= 1), key=lambda one: abs(one[0] - year), default=(0, None))[1]


def _words(title: str) -> str:
    """Without accents, marks and a leading article; `&` is `and`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded(title)) if not unicodedata.combining(char)).strip()
    turned = BEHIND.match(bare)
    words = re.findall(r"\w+", (f"{turned.group(2)} {turned.group(1)}" if turned else bare).replace("&", " and ").translate(DROPPED))
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def _described(row: Mapping[str, Any] | None) -> tuple[list[str], str]:
    return (row["cast"], " ".join([*row["genres"], *row["cast"], row["extract"]])) if row else ([], "")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield {name: row[name] for name in ("title", "year", "genres", "cast", "extract")}
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise TrainingError(f"{path} line {number} describes no film: {error}", fix="get the file again") from error


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
