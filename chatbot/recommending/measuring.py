"""Attributes as numbers: which items have less or more of one than a bound says, and which have most. Knows no ranking."""

from collections.abc import Mapping, Sequence

import numpy as np

from chatbot.quantities import measured, quantity
from chatbot.values import Bound, Item

__all__ = ["Amounts", "figure", "furthest"]


class Amounts:
    """The numeric attributes of one catalogue as arrays, each made when it is first asked for."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._kept: Mapping[tuple[str, str], np.ndarray] = {}

    def outside(self, bound: Bound) -> np.ndarray:
        """The items that are not strictly past `bound`, or do not have the attribute; shape (items,)."""
        limit = quantity(bound.than)
        if limit is None:
            return np.zeros(len(self._items), bool)
        return ~(bound.sign * self._of(bound.attribute, limit.kind) > bound.sign * limit.amount)

    def _of(self, attribute: str, kind: str) -> np.ndarray:
        """Amounts in the smallest unit of `kind`, NaN where an item has none."""
        key = (attribute, kind)
        if key not in self._kept:
            found = (measured(item.attributes.get(attribute, ())) for item in self._items)
            amounts = np.array([one[1].amount if one and one[1].kind == kind else np.nan for one in found], np.float64)
            self._kept = {**self._kept, key: amounts}  # replaced whole, so that several threads may read it
        return self._kept[key]


def figure(item: Item, bound: Bound) -> tuple[str, str, float] | None:
    """(the attribute of a bound that `item` has, its value as it stands, its amount); None where it has none. The price counts as one."""
    if bound.attribute == "price":
        return "price", "", item.price
    for attribute in bound.attribute.split("|"):
        if found := measured(item.attributes.get(attribute, ())):
            return attribute, found[0], found[1].amount
    return None


def furthest(items: Sequence[tuple[Item, float]], bounds: Sequence[Bound], count: int) -> tuple[tuple[Item, float], ...]:
    """The `count` of (item, cosine) that have least or most of what open bounds name; all of them where none has it."""
    for bound in bounds:
        if not bound.than:
            known = [(entry, found[2]) for entry in items if (found := figure(entry[0], bound))]
            if known:
                known.sort(key=lambda one: -bound.sign * one[1])
                items = [entry for entry, _ in known[:count]]
    return tuple(items)
