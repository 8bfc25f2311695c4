"""Measures that several reports share: percentiles, where the time of a turn went, reliability of confidences, inequality of exposure. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chatbot.shop.catalogue import Catalogue

__all__ = ["exposure", "gini", "percentile", "reliability", "spans", "times"]

EDGES = (5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 8000)
"""Upper bounds of the bars of a distribution of times, in milliseconds; the last bar has none."""
MARKS = ("understand", "retrieve", "rank", "products", "first_token", "total")
"""The moments of a turn in their order; each is counted from the message."""
BINS = 10
PRICE_BANDS = 5
POINTS = 20
"""Points of a Lorenz curve that are kept."""


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0


def times(turns: Iterable[Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    """By moment of a turn: p50, p95, p99 and how many turns lie below each of EDGES."""
    found: dict[str, list[float]] = defaultdict(list)
    for turn in turns:
        for name, value in turn.items():
            found[name].append(value)
    return {
        name: {"p50": round(percentile(values, 0.5), 1), "p95": round(percentile(values, 0.95), 1), "p99": round(percentile(values, 0.99), 1), "histogram": _histogram(values)}
        for name, values in found.items()
    }  # fmt: skip


def _histogram(values: Sequence[float]) -> list[int]:
    counts = Counter(next((place for place, edge in enumerate(EDGES) if value <= edge), len(EDGES)) for value in values)
    return [counts[place] for place in range(len(EDGES) + 1)]


def spans(turns: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Mean milliseconds between one moment of a turn and the next: where the time went."""
    sums: dict[str, float] = dict.fromkeys(MARKS, 0.0)
    count = 0
    for turn in turns:
        count += 1
        last = 0.0
        for name in MARKS:
            if name in turn:
                sums[name] += max(0.0, turn[name] - last)
                last = max(last, turn[name])
    return {name: round(value / count, 2) for name, value in sums.items()} if count else {}


def reliability(judged: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """How far confidences can be believed: bins of [mean confidence, share right, count], and the expected calibration error."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    rows = [
        [round(sum(confidence for confidence, _ in some) / len(some), 4), round(sum(right for _, right in some) / len(some), 4), len(some)]
        for _, some in sorted(bins.items())
    ]
    error = sum(count * abs(confidence - right) for confidence, right, count in rows) / max(1, len(judged))
    return {"bins": rows, "error": round(error, 4), "count": len(judged)}


def gini(counts: Sequence[float]) -> float:
    """0 where all get the same, near 1 where one gets everything."""
    ordered, total = sorted(counts), sum(counts)
    if not ordered or not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, 1))
    return round(2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered), 4)


def exposure(shown: Mapping[str, int], catalogue: Catalogue) -> dict[str, Any]:
    """How evenly the catalogue is shown: items, brands and price bands, each against its share of the shelves.

    Brands and bands: [name, share of the catalogue, share of what was shown]; bands are fifths of each kind by price.
    """
    items = [item for item in catalogue.items if item.in_stock]
    counts = [float(shown.get(item.id, 0)) for item in items]
    brands: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    bands = [[0.0, 0.0] for _ in range(PRICE_BANDS)]
    for leaf in catalogue.by_leaf.values():
        shelf = sorted((item for item in leaf if item.in_stock), key=lambda item: item.price)
        for place, item in enumerate(shelf):
            band, times_shown = min(PRICE_BANDS - 1, place * PRICE_BANDS // len(shelf)), shown.get(item.id, 0)
            for pair in (brands[item.brand], bands[band]):
                pair[0] += 1
                pair[1] += times_shown
    total = max(1.0, sum(counts))
    ratios = [pair[1] / pair[0] for pair in brands.values()]

    def shares(name: str, pair: Sequence[float]) -> list[Any]:
        return [name, round(pair[0] / max(1, len(items)), 4), round(pair[1] / total, 4)]

    return {
        "items": {"gini": gini(counts), "shown": sum(count > 0 for count in counts), "of": len(items), "lorenz": _lorenz(counts)},
        "brands": {"gini": gini(ratios), "rows": [shares(name, pair) for name, pair in sorted(brands.items(), key=lambda entry: -entry[1][1] / entry[1][0])]},
        "price_bands": {"gini": gini([pair[1] / max(1, pair[0]) for pair in bands]), "rows": [shares(str(place + 1), pair) for place, pair in enumerate(bands)]},
    }  # fmt: skip


def _lorenz(counts: Sequence[float]) -> list[float]:
    """The share of all showings that the least shown 0, 5, 10 ... 100 % of items get."""
    ordered, total = sorted(counts), max(1.0, sum(counts))
    return [round(sum(ordered[: math.floor(len(ordered) * point / POINTS)]) / total, 4) for point in range(POINTS + 1)]
