"""Every arrangement finds the nearest of what the mask lets through; the cells nearly so, and their cosines are exact."""

from types import SimpleNamespace

import numpy as np
import pytest

from chatbot.errors import IndexBroken
from chatbot.recommending import retrieval
from chatbot.recommending.retrieval import CellSearch, ExactSearch, Retrieval, search_over

ITEMS, DIMENSIONS = 6000, 128


@pytest.fixture(scope="module")
def vectors():
    """Clustered like a catalogue: kinds, and items close to their kind."""
    random = np.random.default_rng(3)
    kinds = random.normal(size=(40, DIMENSIONS))
    found = kinds[random.integers(0, 40, ITEMS)] + 0.4 * random.normal(size=(ITEMS, DIMENSIONS))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def queries(vectors):
    random = np.random.default_rng(4)
    found = vectors[random.integers(0, ITEMS, 20)] + 0.2 * random.normal(size=(20, DIMENSIONS)) / DIMENSIONS**0.5
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def masks():
    random = np.random.default_rng(5)
    return {share: random.random(ITEMS) < share for share in (1.0, 0.5, 0.02)}


def provable(vectors, query, mask, count):
    rows = np.flatnonzero(mask)
    cosines = vectors[rows] @ query
    return rows[np.argsort(-cosines)[:count]], np.sort(-cosines)[:count] * -1


@pytest.mark.parametrize("share", [1.0, 0.5, 0.02])
def test_exact_search_is_exact(vectors, queries, share):
    mask = masks()[share]
    for query in queries:
        near = ExactSearch(vectors).nearest(query, mask, 20)
        rows, cosines = provable(vectors, query, mask, 20)
        assert np.array_equal(near.rows, rows)
        assert near.cosines == pytest.approx(cosines, abs=1e-6)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.02])
def test_cells_find_nearly_all(monkeypatch, vectors, queries, share):
    monkeypatch.setattr(retrieval, "CELLS", 32)
    monkeypatch.setattr(retrieval, "CELLS_READ", 12)
    search, mask, found = CellSearch(vectors), masks()[share], []
    for query in queries:
        near = search.nearest(query, mask, 20)
        rows, _ = provable(vectors, query, mask, 20)
        found.append(len(set(near.rows) & set(rows)) / 20)
        assert mask[near.rows].all()
        assert near.cosines == pytest.approx(vectors[near.rows] @ query, abs=1e-6)
    assert np.mean(found) >= 0.99


def test_size_chooses(monkeypatch, vectors):
    assert isinstance(search_over(vectors), ExactSearch)
    monkeypatch.setattr(retrieval, "EXACT_ITEMS", 100)
    monkeypatch.setattr(retrieval, "CELLS", 16)
    assert isinstance(search_over(vectors[:2000]), CellSearch)


def small(vectors, nearest):
    return Retrieval(SimpleNamespace(item_vectors=vectors[:50], nearest=nearest), [str(row) for row in range(50)])


def in_order(vectors):
    def nearest(vector, count):
        cosines = vectors[:50] @ vector
        return [(str(row), float(cosines[row])) for row in np.argsort(-cosines)[:count]]

    return nearest


def test_a_small_catalogue_is_searched_by_chroma_and_masked(monkeypatch, vectors, queries):
    monkeypatch.setattr(retrieval, "FIRST_FETCH", 4)
    mask = np.zeros(50, bool)
    mask[[3, 17, 44]] = True
    near = small(vectors, in_order(vectors)).nearest(queries[0], mask, 20)
    rows, cosines = provable(vectors[:50], queries[0], mask, 20)
    assert np.array_equal(near.rows, rows)
    assert near.cosines == pytest.approx(cosines, abs=1e-6)


def test_where_chroma_fails_the_same_is_found_without(vectors, queries):
    def broken(vector, count):
        raise IndexBroken("Chroma is gone")

    mask = np.ones(50, bool)
    near = small(vectors, broken).nearest(queries[0], mask, 5)
    assert np.array_equal(near.rows, provable(vectors[:50], queries[0], mask, 5)[0])


def test_nothing_passes_nothing_is_found(vectors, queries):
    near = small(vectors, in_order(vectors)).nearest(queries[0], np.zeros(50, bool), 5)
    assert not len(near.rows)
    assert not len(near.cosines)
