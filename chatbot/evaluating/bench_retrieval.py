"""Retrieval under a price filter as the catalogue grows: time, recall and memory, beside Chroma's own `where` in the same run.

The vectors are made up from the shop's own: an item's, moved by the difference of two items of one kind and a little
noise, so that they lie as densely and unevenly as a catalogue's do. Nothing is asserted here.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.bot import Bot
from chatbot.evaluating.memory import resident_mb
from chatbot.recommending.retrieval import search_over
from chatbot.shop.index import graph_over

__all__ = ["measure_retrieval", "plot_growth"]

SMALLEST = 1_000
CHROMA_MOST = 100_000
"""Items that Chroma is filled with: a million take it the better part of an hour."""
WANTED, ROUNDS = 20, 4
SPREAD, NOISE, SELECTIVITY = 0.7, 0.004, 0.5
BLOCK = 100_000
Tell = Callable[[str], object]


def measure_retrieval(bot: Bot, items: int, queries: Sequence[str], tell: Tell) -> list[dict[str, Any]]:
    """A row for 1,000, 10,000 … and `items`; chroma_where_p50_ms is None above CHROMA_MOST."""
    sizes = [size for size in (SMALLEST * 10**power for power in range(7)) if size < items]
    vectors = bot.encoder.queries(list(queries))
    return [_row(bot, size, vectors, tell) for size in [*sizes, items]]


def _row(bot: Bot, items: int, queries: np.ndarray, tell: Tell) -> dict[str, Any]:
    vectors = _made_up(bot, items)
    prices = np.random.default_rng(8).permutation(items).astype(np.float64)
    limit = float(np.quantile(prices, SELECTIVITY))
    search = search_over(vectors)
    times, recalls = [], []
    for query in [*queries] * ROUNDS:
        started = time.perf_counter()
        found = search.nearest(query, prices <= limit, WANTED)
        times.append((time.perf_counter() - started) * 1000)
        recalls.append(len(set(found.rows) & _truth(vectors, query, prices <= limit)) / min(WANTED, len(found.rows)))
    ordered = sorted(times)
    row = {
        "items": items, "selectivity": SELECTIVITY, "p50_ms": round(statistics.median(times), 2), "p95_ms": round(ordered[int(0.95 * len(ordered))], 2),
        "recall_at_20": round(statistics.mean(recalls), 4), "chroma_where_p50_ms": _where(vectors, prices, limit, queries) if items <= CHROMA_MOST else None,
        "rss_mb": resident_mb(),
    }  # fmt: skip
    beside = f"Chroma's own where {row['chroma_where_p50_ms']} ms" if row["chroma_where_p50_ms"] is not None else "Chroma not filled"
    tell(f"{items} items, half pass: {row['p50_ms']} ms (p95 {row['p95_ms']}), recall@20 {row['recall_at_20']}, {row['rss_mb']} MB; {beside}")
    return row


def _made_up(bot: Bot, items: int) -> np.ndarray:
    own, catalogue = bot.index.item_vectors, bot.shop.catalogue
    random = np.random.default_rng(7)
    rows = {leaf: [number for number, item in enumerate(catalogue.items) if item.leaf == leaf] for leaf in catalogue.by_leaf}
    mates = np.array([random.choice(rows[item.leaf], 8) for item in catalogue.items])
    vectors = np.empty((items, own.shape[1]), np.float32)
    for start in range(0, items, BLOCK):
        count = min(BLOCK, items - start)
        base, other = random.integers(0, len(own), count), random.integers(0, len(own), count)
        moved = own[other] - own[mates[other, random.integers(0, 8, count)]]
        block = own[base] + SPREAD * moved + random.normal(0, NOISE, (count, own.shape[1])).astype(np.float32)
        vectors[start : start + count] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def _truth(vectors: np.ndarray, query: np.ndarray, mask: np.ndarray) -> set[int]:
    cosines = vectors @ query
    cosines[~mask] = -np.inf
    return set(np.argpartition(cosines, -min(WANTED, len(cosines)))[-WANTED:].tolist())


def _where(vectors: np.ndarray, prices: np.ndarray, limit: float, queries: np.ndarray) -> float:
    collection = graph_over(f"bench-{len(vectors)}", vectors, [{"price": float(price)} for price in prices])
    times = []
    for query in queries:
        started = time.perf_counter()
        collection.query(query_embeddings=[query.tolist()], n_results=WANTED, where={"price": {"$lte": limit}}, include=["distances"])
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 2)


def plot_growth(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Time by number of items, both axes logarithmic, as PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot([row["items"] for row in rows], [row["p50_ms"] for row in rows], marker="o", label="this project")
    beside = [row for row in rows if row["chroma_where_p50_ms"] is not None]
    axes.plot([row["items"] for row in beside], [row["chroma_where_p50_ms"] for row in beside], marker="s", label="Chroma's where")
    axes.set(xscale="log", yscale="log", xlabel="items", ylabel="median ms for 20 of the half that pass")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
