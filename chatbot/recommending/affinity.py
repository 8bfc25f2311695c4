"""What goes with what: item-to-item weights learned from shoppers' histories, for ranking by behaviour.

EASE, a linear autoencoder in closed form (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019), over
the items with enough history; the others have no weights, and who ranks falls back to what is said of them. A history
counts with decay: what was done last says most about what comes next. Knows no catalogue, no vectors of texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from chatbot.errors import TrainingError

__all__ = ["Affinity", "AffinitySettings", "History", "fit_affinity"]

History = Sequence[tuple[int, float]]
"""(item's row, how much it was liked: above 0), oldest first."""
MOST_ITEMS = 20_000
"""Items of the closed form: it inverts a matrix of so many rows and columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinitySettings:
    """regularisation: higher trusts single pairs less. half_life: actions after which one counts half when ranking;
    damping: 0 to 1, how far frequent items are damped (0: not at all). fewest: histories that an item needs."""

    regularisation: float = 300.0
    half_life: float = 20.0
    damping: float = 0.0
    fewest: int = 2


@dataclass(frozen=True)
class Affinity:
    """weights: (known, known), from what was had to what comes; rows: (known,), the items' rows; popularity: (items,), histories with each."""

    weights: np.ndarray
    rows: np.ndarray
    popularity: np.ndarray
    settings: AffinitySettings

    @cached_property
    def _places(self) -> dict[int, int]:
        """Where the known items stand among the weights, by row."""
        return {int(row): place for place, row in enumerate(self.rows)}

    def scores(self, history: History) -> np.ndarray:
        """(items,): how well each item goes with `history`; 0 for items without weights, and for all where nothing is known."""
        scores = np.zeros(len(self.popularity), np.float32)
        known = [(self._places[row], weight, age) for age, (row, weight) in enumerate(reversed(history)) if row in self._places]
        if known:
            taken = np.array([weight * 0.5 ** (age / self.settings.half_life) for _, weight, age in known], np.float32)
            scores[self.rows] = taken @ self.weights[[place for place, _, _ in known]]
        return scores / np.maximum(self.popularity, 1.0) ** self.settings.damping if self.settings.damping else scores

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez_compressed(
                file, weights=self.weights.astype(np.float16), rows=self.rows, popularity=self.popularity,
                settings=np.array([self.settings.regularisation, self.settings.half_life, self.settings.damping, self.settings.fewest]),
            )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Affinity":
        """Raises TrainingError where the file is none of these."""
        try:
            with np.load(path, allow_pickle=False) as file:
                regularisation, half_life, damping, fewest = file["settings"].tolist()
                settings = AffinitySettings(regularisation=regularisation, half_life=half_life, damping=damping, fewest=int(fewest))
                return cls(file["weights"].astype(np.float32), file["rows"], file["popularity"], settings)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise TrainingError(f"{path} holds no affinities: {error}", fix="train them again") from error


def fit_affinity(histories: Sequence[History], items: int, settings: AffinitySettings) -> Affinity:
    """The weights that predict each part of a history from the rest of it. items: how many rows there are.

    Raises TrainingError where too many items have enough history for the closed form.
    """
    popularity = np.zeros(items, np.float32)
    for history in histories:
        popularity[list({row for row, _ in history})] += 1
    rows = np.flatnonzero(popularity >= settings.fewest)
    if len(rows) > MOST_ITEMS:
        raise TrainingError(
            f"{len(rows)} items have {settings.fewest} histories or more", fix=f"ask for more, so that {MOST_ITEMS} or fewer are left"
        )
    places = {int(row): place for place, row in enumerate(rows)}
    taken = np.zeros((len(histories), len(rows)), np.float32)
    for number, history in enumerate(histories):
        for row, weight in history:
            if row in places:
                taken[number, places[row]] = max(weight, taken[number, places[row]])
    if not len(rows):
        return Affinity(np.zeros((0, 0), np.float32), rows, popularity, settings)
    together = taken.T @ taken
    together[np.diag_indices_from(together)] += settings.regularisation
    inverse = np.linalg.inv(together)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0.0
    return Affinity(weights.astype(np.float32), rows, popularity, settings)
