"""The nearest items by cosine among those that a mask lets through, by the arrangement that is right for the catalogue's size.

Small: Chroma is over-fetched and masked. Larger: its graph misses neighbours and its own filters cost up to 200 ms at a
hundred thousand items, so the index's vectors are searched exactly. Largest: faiss reads the likely quarter of the
vectors, in 8 bits. Knows no constraints and no ranking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from chatbot.errors import IndexBroken
from chatbot.shop.index import Index

__all__ = ["CellSearch", "ExactSearch", "Retrieval", "search_over"]

CHROMA_ITEMS = 10_000
"""Up to here Chroma serves: a search of all takes it a few milliseconds, and its graph over so few is nearly exact."""
EXACT_ITEMS = 150_000
"""Up to here all vectors are compared in less than 10 ms on two cores."""
FIRST_FETCH = 200
"""Items asked of Chroma at first; more until enough of them pass the mask."""
CELLS, CELLS_READ, SAMPLE = 1024, 256, 60_000
"""Cells, how many of them are read, and the vectors whose means they are. Of a million made-up items 0.998 of the true 20 were found."""
FEW = 0.2
"""Share of the mask below which all cells are read: the nearest that pass may lie far off."""
LOOKED_AT = 5
"""Candidates for each item wanted that are compared exactly."""
SPARSE = 0.05
"""Share of the mask below which only the vectors that pass are read."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Near:
    """rows: of the catalogue, nearest first. cosines: of the same length."""

    rows: np.ndarray
    cosines: np.ndarray


class ExactSearch:
    """Every vector is compared. vectors: (items, dimensions), unit length."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def nearest(self, vector: np.ndarray, mask: np.ndarray, count: int) -> Near:
        passing = int(mask.sum())
        if passing < SPARSE * len(mask):
            rows = np.flatnonzero(mask)
            return _best(rows, self._vectors[rows] @ vector, count)
        cosines = self._vectors @ vector
        cosines[~mask] = -np.inf
        return _best(None, cosines, min(count, passing))


class CellSearch:
    """Vectors in cells around centroids, in 8 bits (inverted file; Jégou et al., 2011): the cells nearest to the query are
    read, and the best of them compared exactly. Made by faiss, which lets a mask through while it reads."""

    def __init__(self, vectors: np.ndarray) -> None:
        faiss = _faiss()
        self._vectors = vectors
        self._cells = faiss.index_factory(vectors.shape[1], f"IVF{CELLS},SQ8", faiss.METRIC_INNER_PRODUCT)
        self._cells.train(vectors[np.random.default_rng(1).choice(len(vectors), min(SAMPLE, len(vectors)), replace=False)])
        self._cells.add(vectors)

    def nearest(self, vector: np.ndarray, mask: np.ndarray, count: int) -> Near:
        faiss = _faiss()
        passing = int(mask.sum())
        if passing <= LOOKED_AT * count:
            rows = np.flatnonzero(mask)
        else:
            bits = np.packbits(mask, bitorder="little")
            cells = CELLS_READ if passing > FEW * len(mask) else CELLS  # what does not pass costs next to nothing to read
            parameters = faiss.SearchParametersIVF(sel=faiss.IDSelectorBitmap(bits), nprobe=cells)
            found = self._cells.search(np.ascontiguousarray(vector[None], np.float32), LOOKED_AT * count, params=parameters)[1][0]
            rows = found[found >= 0]
        return _best(rows, self._vectors[rows] @ vector, count)


def _faiss() -> Any:
    """Loaded where a catalogue is large enough to need it."""
    import faiss

    return faiss


def search_over(vectors: np.ndarray) -> ExactSearch | CellSearch:
    """The search for so many vectors; the cells of a million take a quarter of a minute to make."""
    return ExactSearch(vectors) if len(vectors) <= EXACT_ITEMS else CellSearch(vectors)


class Retrieval:
    """Over one index; safe to use from several threads."""

    def __init__(self, index: Index, ids: Sequence[str]) -> None:
        """ids: of the items, by row."""
        self._index = index
        self._rows = {identifier: row for row, identifier in enumerate(ids)}
        self._search = search_over(index.item_vectors)

    def nearest(self, vector: np.ndarray, mask: np.ndarray, count: int) -> Near:
        """Up to `count` of the items that `mask`, (items,), lets through, nearest to `vector` first."""
        if not mask.any():
            return Near(np.zeros(0, np.intp), np.zeros(0, np.float32))
        if len(mask) > CHROMA_ITEMS:
            return self._search.nearest(vector, mask, count)
        try:
            return self._by_chroma(vector, mask, count)
        except IndexBroken as error:  # the vectors are at hand: the shopper gets the same items, the owner a line
            _log.warning("chroma_failed", error=str(error))
            return self._search.nearest(vector, mask, count)

    def _by_chroma(self, vector: np.ndarray, mask: np.ndarray, count: int) -> Near:
        wanted, fetch = min(count, int(mask.sum())), FIRST_FETCH
        while True:
            found = [(self._rows[name], cosine) for name, cosine in self._index.nearest(vector, fetch)]
            passing = [(row, cosine) for row, cosine in found if mask[row]][:count]
            if len(passing) >= wanted or fetch >= len(mask):
                return Near(np.array([row for row, _ in passing], np.intp), np.array([cosine for _, cosine in passing], np.float32))
            fetch = min(fetch * 4, len(mask))


def _best(rows: np.ndarray | None, cosines: np.ndarray, count: int) -> Near:
    """The `count` highest of `cosines`, which are those of `rows` or, where that is None, of all."""
    count = min(count, len(cosines))
    best = np.argpartition(cosines, -count)[-count:] if count < len(cosines) else np.arange(len(cosines))
    best = best[np.argsort(-cosines[best], kind="stable")]
    return Near(best if rows is None else rows[best], cosines[best])
