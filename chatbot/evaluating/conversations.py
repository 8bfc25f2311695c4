"""Public conversations about films as a test of recommending: at each turn of the one who recommends, are the films found?

The targets are the films that a turn names and that nobody has named before in its conversation; films named before are
never recommended. Where a set has several parts, the last of train, valid and test is judged and the others are learnt
from; where it has one, five folds by conversation take turns. Standard errors count conversations, not targets. Popularity
and what is named together stand beside, on the same folds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import TrainingError
from chatbot.evaluating.films import likes_of, texts_of, title_key
from chatbot.recommending.conversations import Items, Moment, fit_conversations, histories_of

__all__ = ["PARTS", "FilmTalks", "run_conversations"]

FOLDS, CUTS, BATCH = 5, (1, 10, 50), 256
PARTS = ("train", "valid", "test")
USUAL_YEAR = 2000
"""For films whose title names none."""
Say = Callable[[str], None]
Scorer = Callable[[Sequence[Moment]], np.ndarray]
"""Moments → (moments, films): higher is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmTalks:
    """A set: its films, their genres, its moments by part, and what others published on it."""

    name: str
    films: Sequence[str]
    genres: Sequence[Sequence[str]]
    parts: Mapping[str, Sequence[Moment]]
    published: Sequence[str]


def run_conversations(talks: FilmTalks, knowledge: Path, say: Say) -> dict[str, Any]:
    """Print and give the figures as JSON values. knowledge: the folder that holds `wiki_movies` and MovieLens.

    Raises TrainingError where there is nothing to judge.
    """
    names = [name for name in PARTS if talks.parts.get(name)]
    if not names:
        raise TrainingError(f"{talks.name} has no turn that recommends anything", fix="give the folder that holds the set with --data")
    *learnt, judged = names
    moments = talks.parts[judged]
    spoken = len({moment.talk for moment in moments})
    if not learnt and spoken < 2 * FOLDS:
        raise TrainingError(f"{talks.name} has {spoken} conversations, too few for {FOLDS} folds", fix=f"give {2 * FOLDS} or more")
    items, known = _items(talks, knowledge)
    size = len(talks.films)
    protocol = f"learnt from {' and '.join(learnt)}" if learnt else f"{FOLDS} folds by conversation"
    folds = [([moment for name in learnt for moment in talks.parts[name]], list(moments))] if learnt else _folds(moments)
    targets = sum(len(moment.given) for moment in moments)
    turns = sum(bool(moment.given) for moment in moments)
    say(f"{talks.name} {judged}, {protocol}: {targets} targets not yet mentioned, in {turns} turns of {spoken} conversations; {size} films")
    say(f"beside: descriptions of {known['described']} films, likes of {known['people']} people for {known['liked']} films")
    ranks: dict[str, list[tuple[str, int]]] = {}
    for past, held in folds:
        for name, scorer in _rivals(past, items, size).items():
            ranks.setdefault(name, []).extend(_ranks(scorer, held))
    figures = {name: _figures(found) for name, found in ranks.items()}
    for name, values in figures.items():
        told = ", ".join(f"{measure} {value:.4f} ± {error:.4f}" for measure, (value, error) in values.items())
        say(f"{talks.name} {judged}: {name} {told}")
    for line in talks.published:
        say(f"published: {line}")
    return {
        "benchmark": talks.name, "split": judged, "protocol": protocol, "targets": targets, "turns": turns, "conversations": spoken, "films": size,
        "beside": known, "published": list(talks.published),
        "figures": {name: {measure: {"value": value, "standard_error": error} for measure, (value, error) in values.items()} for name, values in figures.items()},
    }  # fmt: skip


def _items(talks: FilmTalks, knowledge: Path) -> tuple[Items, dict[str, int]]:
    """The films as items, and how many of them the side knowledge knows."""
    keys = [title_key(film) for film in talks.films]
    facts, likes = texts_of(keys, knowledge), likes_of(keys, knowledge)
    liked = np.bincount([film for films in likes for film in films], minlength=len(keys))
    described = np.array([bool(text) for _, text in facts], np.float32)
    newest = max((year for _, year in keys if year), default=USUAL_YEAR)
    age = np.array([newest - (year or USUAL_YEAR) for _, year in keys], np.float32)
    items = Items(
        texts=[" ".join([film, *genres, text]) for film, genres, (_, text) in zip(talks.films, talks.genres, facts, strict=True)],
        tags=[(*genres, *cast) for genres, (cast, _) in zip(talks.genres, facts, strict=True)],
        traits={"described": described, "age": age / 20, "newness": np.exp(-np.maximum(age, 0) / 4)},
        histories=likes,
    )
    return items, {"described": int(described.sum()), "people": len(likes), "liked": int((liked > 0).sum())}


def _folds(moments: Sequence[Moment]) -> list[tuple[list[Moment], list[Moment]]]:
    """(learnt from, judged) five times; a conversation is judged once, and never where it was learnt from."""
    talks = list(dict.fromkeys(moment.talk for moment in moments))
    fold = {talks[place]: number % FOLDS for number, place in enumerate(np.random.default_rng(1).permutation(len(talks)))}
    return [
        ([moment for moment in moments if fold[moment.talk] != number], [moment for moment in moments if fold[moment.talk] == number])
        for number in range(FOLDS)
    ]


def _rivals(past: Sequence[Moment], items: Items, size: int) -> dict[str, Scorer]:
    histories = histories_of(past)
    counts = np.bincount([film for films in histories for film in films], minlength=size).astype(np.float32)
    taken = np.zeros((len(histories), size), np.float32)
    for number, films in enumerate(histories):
        taken[number, list(films)] = 1.0

    def together(moments: Sequence[Moment]) -> np.ndarray:
        named = np.zeros((len(moments), size), np.float32)
        for number, moment in enumerate(moments):
            named[number, list(moment.named)] = 1.0
        return (named @ taken.T) @ taken + counts / (counts.max() + 1)  # popularity decides between equals

    model = fit_conversations(past, items)
    return {"popularity": lambda moments: np.tile(counts, (len(moments), 1)), "named together": together, "Xiaoer": model.scores}


def _ranks(scorer: Scorer, moments: Sequence[Moment]) -> list[tuple[str, int]]:
    """(conversation, rank) of every target among the films not yet named; equals share the middle of their places."""
    found = []
    asked = [moment for moment in moments if moment.given]
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        for moment, scores in zip(batch, np.array(scorer(batch), np.float64), strict=True):
            scores[list(moment.named)] = -np.inf
            for film in moment.given:
                better, equal = int((scores > scores[film]).sum()), int((scores == scores[film]).sum())
                found.append((moment.talk, better + (equal + 1) // 2))
    return found


def _figures(found: Sequence[tuple[str, int]]) -> dict[str, tuple[float, float]]:
    """By measure: the mean over the targets, and its standard error."""
    ranks = np.array([rank for _, rank in found], np.float64)
    _, talks = np.unique([talk for talk, _ in found], return_inverse=True)
    gains = {f"Recall@{cut}": (ranks <= cut).astype(np.float64) for cut in CUTS}
    gains["NDCG@10"] = np.where(ranks <= 10, 1.0 / np.log2(ranks + 1), 0.0)
    gains["MRR"] = 1.0 / ranks
    return {measure: (round(float(gain.mean()), 4), round(_error(gain, talks), 4)) for measure, gain in gains.items()}


def _error(gains: np.ndarray, talks: np.ndarray) -> float:
    """Of a mean over targets that come in conversations: those of one conversation are not independent."""
    return float(np.sqrt((np.bincount(talks, gains - gains.mean()) ** 2).sum()) / len(gains))
