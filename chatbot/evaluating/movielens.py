"""MovieLens as a test of ranking by behaviour: each person's last film rated 4 or more is held out, all films are candidates.

Beside it, tuned on the same split: popularity, item-kNN and, where `implicit` is installed, its ALS. The settings of all
are chosen on each person's last such film but one, and judged on the last. A person's ratings after the held-out one are
not used. Everybody here has rated 20 films or more; who is nearly new is played by their last three ratings alone.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import TrainingError
from chatbot.recommending.affinity import Affinity, AffinitySettings, History, fit_affinity

__all__ = ["run_movielens"]

LIKED, CUT, FEW = 4.0, 10, 3
"""A rating that counts as liked, the length of the list that is judged, and how much is known of a shopper who is nearly new."""
Score = Callable[[History], np.ndarray]
"""A history → (films,): higher is better."""
Say = Callable[[str], None]
LEAST = 1e-6
"""Weight of popularity, which only decides between equals."""


@dataclass(frozen=True, slots=True)
class Case:
    """history: what came before `target`, oldest first."""

    history: History
    target: int


def run_movielens(data: Path, say: Say) -> dict[str, Any]:
    """NDCG@10 with standard errors of all models, by all their ratings and by the last few alone, as JSON values.

    Raises TrainingError where the set's files are missing.
    """
    people, films = _read(data)
    validation = [case for ratings in people if (case := _case(ratings, 1))]
    test = [case for ratings in people if (case := _case(ratings, 0))]
    figures: dict[str, Any] = {}
    for name, family in _families().items():
        judged = {settings: _mean(_gains(score, validation)) for settings, score in family(_before(people, 1), films)}
        settings = max(judged, key=judged.__getitem__)
        chosen = next(score for one, score in family(_before(people, 0), films) if one == settings)
        gains = _gains(chosen, test)
        few = _gains(chosen, [Case(case.history[-FEW:], case.target) for case in test])
        figures[name] = {
            "settings": settings, "validation": round(judged[settings], 4), "ndcg_at_10": round(_mean(gains), 4), "standard_error": round(_error(gains), 4),
            "people": len(gains), "few_ratings": {"ndcg_at_10": round(_mean(few), 4), "standard_error": round(_error(few), 4), "people": len(few)},
        }  # fmt: skip
        say(
            f"movielens: {name} NDCG@10 {figures[name]['ndcg_at_10']:.4f} ± {figures[name]['standard_error']:.4f} ({len(gains)} people), "
            f"by their last {FEW} ratings alone {figures[name]['few_ratings']['ndcg_at_10']:.4f} ({len(few)}); {settings}"
        )
    return {"benchmark": "movielens", "split": f"last rating of {LIKED:g} or more", "films": films, "figures": figures}


def _read(data: Path) -> tuple[list[list[tuple[int, float]]], int]:
    """Per person: (film's row, rating), oldest first; and how many films there are."""
    path = data / "ratings.csv"
    if not path.exists():
        raise TrainingError(f"{data} has no file ratings.csv", fix="give the folder that holds MovieLens with --data")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["userId"], row["movieId"], float(row["rating"]), int(row["timestamp"])) for row in csv.DictReader(file)]
    films = {film: number for number, film in enumerate(sorted({film for _, film, _, _ in rows}, key=int))}
    people: dict[str, list[tuple[int, int, float]]] = {}
    for person, film, rating, moment in rows:
        people.setdefault(person, []).append((moment, films[film], rating))
    return [[(film, rating) for _, film, rating in sorted(found)] for found in people.values()], len(films)


def _case(ratings: Sequence[tuple[int, float]], back: int) -> Case | None:
    """The last liked film, or with `back` an earlier one, and what came before it."""
    liked = [place for place, (_, rating) in enumerate(ratings) if rating >= LIKED]
    if len(liked) <= back or not liked[-1 - back]:
        return None
    place = liked[-1 - back]
    return Case(ratings[:place], ratings[place][0])


def _before(people: Sequence[Sequence[tuple[int, float]]], back: int) -> list[History]:
    """What may be learnt from: everybody's ratings before the held-out film."""
    return [case.history for ratings in people if (case := _case(ratings, back))]


Family = Callable[[Sequence[History], int], Iterator[tuple[str, Score]]]
"""Histories and the number of films → a model with each of its settings in words."""


def _families() -> Mapping[str, Family]:
    families: dict[str, Family] = {"popularity": _popularity, "item-kNN": _nearest}
    if find_spec("implicit"):  # a rival of the benchmark and no part of the product
        families["ALS (implicit)"] = _factors
    return {**families, "Xiaoer": _affinities}


def _popularity(histories: Sequence[History], films: int) -> Iterator[tuple[str, Score]]:
    counts = _matrix(histories, films).sum(axis=0)
    yield "how many rated it", lambda _: counts


def _nearest(histories: Sequence[History], films: int) -> Iterator[tuple[str, Score]]:
    taken = _matrix(histories, films)
    together, counts = taken.T @ taken, taken.sum(axis=0)
    for shrinkage, neighbours in product((0, 20), (20, 100, 400)):
        alike = together / (np.sqrt(np.outer(counts, counts)) + shrinkage + 1e-9)
        np.fill_diagonal(alike, 0.0)
        alike[alike < np.partition(alike, -min(neighbours, films), axis=1)[:, -min(neighbours, films)][:, None]] = 0.0

        def score(history: History, alike: np.ndarray = alike) -> np.ndarray:
            return np.asarray(alike[_films_of(history)].sum(axis=0))

        yield f"cosine, {neighbours} neighbours, shrinkage {shrinkage}", score


def _factors(histories: Sequence[History], films: int) -> Iterator[tuple[str, Score]]:
    from implicit.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    taken = csr_matrix(_matrix(histories, films))
    for factors, regularisation, alpha in product((16, 32, 64, 128), (0.01, 0.1), (1, 10)):
        model = AlternatingLeastSquares(factors=factors, regularization=regularisation, alpha=alpha, iterations=15, random_state=1, num_threads=1)
        model.fit(taken, show_progress=False)

        def score(history: History, model: Any = model) -> np.ndarray:
            own = csr_matrix(_matrix([history], films))
            return np.asarray(model.recalculate_user(0, own) @ model.item_factors.T)

        yield f"{factors} factors, regularisation {regularisation}, alpha {alpha}", score


def _affinities(histories: Sequence[History], films: int) -> Iterator[tuple[str, Score]]:
    """Where nothing is learnt about what somebody has seen, popularity decides."""
    likes = [[(film, 1.0) for film, _ in history] for history in histories]
    for strength in (100.0, 300.0, 800.0):
        fitted = fit_affinity(likes, films, AffinitySettings(regularisation=strength))
        for half_life, damping in product((5.0, 20.0, 80.0), (0.0, 0.2, 0.4)):
            settings = AffinitySettings(regularisation=strength, half_life=half_life, damping=damping)
            affinity = replace(fitted, settings=settings)

            def score(history: History, affinity: Affinity = affinity) -> np.ndarray:
                return affinity.scores([(film, 1.0) for film, _ in history]) + LEAST * affinity.popularity

            yield f"regularisation {strength:g}, half-life {half_life:g}, damping {damping:g}", score


def _matrix(histories: Sequence[History], films: int) -> np.ndarray:
    taken = np.zeros((len(histories), films), np.float32)
    for number, history in enumerate(histories):
        taken[number, _films_of(history)] = 1.0
    return taken


def _films_of(history: History) -> list[int]:
    return [film for film, _ in history]


def _gains(score: Score, cases: Sequence[Case]) -> list[float]:
    """1 / log2(rank + 1) of every target among the films its person has not seen, 0 beyond the cut (Järvelin and Kekäläinen, 2002)."""
    gains = []
    for case in cases:
        scores = np.array(score(case.history), np.float64)
        scores[[film for film, _ in case.history]] = -np.inf
        rank = int((scores > scores[case.target]).sum()) + 1
        gains.append(1.0 / float(np.log2(rank + 1)) if rank <= CUT else 0.0)
    return gains


def _mean(gains: Sequence[float]) -> float:
    return float(np.mean(gains)) if gains else 0.0


def _error(gains: Sequence[float]) -> float:
    return float(np.std(gains) / max(1, len(gains)) ** 0.5) if gains else 0.0
