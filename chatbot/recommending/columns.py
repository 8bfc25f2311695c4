"""The catalogue's constrained fields as arrays: which of a hundred thousand items fit, in a millisecond.

Says of every item what `fitting` says of one; a test holds the two against each other. Knows no vectors and no ranking.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from chatbot.recommending.fitting import amount_of
from chatbot.recommending.measuring import Amounts
from chatbot.shop.catalogue import Catalogue
from chatbot.values import Constraints, State

__all__ = ["Columns"]


class Columns:
    """Read-only over one catalogue; every mask has shape (items,), in the catalogue's order."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.rows = {item.id: row for row, item in enumerate(catalogue.items)}
        self._numbers: dict[str, np.ndarray] = {}
        self._leaves = {words.leaf: code for code, words in enumerate(catalogue.categories)}
        self._amounts = Amounts(catalogue.items)

    @cached_property
    def price(self) -> np.ndarray:
        return np.array([item.price for item in self._catalogue.items], np.float64)

    @cached_property
    def in_stock(self) -> np.ndarray:
        return np.array([item.in_stock for item in self._catalogue.items], bool)

    @cached_property
    def _rating(self) -> np.ndarray:
        """NaN where nobody has rated, which is below every bound."""
        return np.array([np.nan if item.rating is None else item.rating for item in self._catalogue.items], np.float64)

    @cached_property
    def _leaf(self) -> np.ndarray:
        return np.array([self._leaves[item.leaf] for item in self._catalogue.items], np.int32)

    @cached_property
    def _brands(self) -> Mapping[str, np.ndarray]:
        """Rows by brand."""
        found: dict[str, list[int]] = {}
        for row, item in enumerate(self._catalogue.items):
            found.setdefault(item.brand, []).append(row)
        return {brand: np.array(rows) for brand, rows in found.items()}

    @cached_property
    def _attributes(self) -> Mapping[str, Mapping[str, np.ndarray]]:
        """Rows by attribute and value."""
        found: dict[str, dict[str, list[int]]] = {}
        for row, item in enumerate(self._catalogue.items):
            for name, values in item.attributes.items():
                for value in set(values):
                    found.setdefault(name, {}).setdefault(value, []).append(row)
        return {name: {value: np.array(rows) for value, rows in values.items()} for name, values in found.items()}

    def amounts(self, name: str) -> np.ndarray:
        """Every item's quantity of an attribute; NaN where it has none, which is outside every range."""
        if name not in self._numbers:
            found = (amount_of(item, name) for item in self._catalogue.items)
            self._numbers[name] = np.array([np.nan if amount is None else amount for amount in found], np.float64)
        return self._numbers[name]

    def having(self, name: str, values: Iterable[str]) -> np.ndarray:
        """The items that have one of the values of an attribute."""
        return self._of(self._attributes.get(name, {}), values)

    def leaves(self, leaves: Iterable[str]) -> np.ndarray:
        """The items of these leaf categories."""
        wanted = np.zeros(len(self._leaves), bool)
        wanted[[self._leaves[leaf] for leaf in leaves]] = True
        return wanted[self._leaf]

    def broken(self, constraints: Constraints) -> dict[str, np.ndarray]:
        """Per constraint that is set, by the name that `fitting.broken` gives it: the items that break it."""
        found: dict[str, np.ndarray] = {}
        if constraints.category:
            found["category"] = ~self.leaves(self._catalogue.within(constraints.category))
        if constraints.price_max is not None:
            found["price_max"] = self.price > constraints.price_max
        if constraints.price_min is not None:
            found["price_min"] = self.price < constraints.price_min
        if constraints.brand:
            found["brand"] = ~self._of(self._brands, constraints.brand)
        if constraints.not_brand:
            found["not_brand"] = self._of(self._brands, constraints.not_brand)
        if constraints.in_stock:
            found["in_stock"] = ~self.in_stock
        if constraints.rating_min is not None:
            found["rating_min"] = ~(self._rating >= constraints.rating_min)
        for name, values in constraints.attributes.items():
            found[f"attributes.{name}"] = ~self._of(self._attributes.get(name, {}), values)
        for name, values in constraints.not_attributes.items():
            own = self._attributes.get(name, {})
            unwanted = self._of(own, values)
            if name not in self._catalogue.trade.together:
                unwanted &= ~self._of(own, (value for value in own if value not in values))  # what also comes in another value is still wanted
            found[f"not_attributes.{name}"] = unwanted
        for name, (low, high) in constraints.ranges.items():
            amounts = self.amounts(name)
            fits = ~np.isnan(amounts)
            if low is not None:
                fits &= amounts >= low
            if high is not None:
                fits &= amounts <= high
            found[f"ranges.{name}"] = ~fits
        return found

    def outside(self, state: State) -> np.ndarray:
        """The items whose price is not strictly below or above what "cheaper" or "dearer" set."""
        outside = np.zeros(len(self.rows), bool)
        if state.below is not None:
            outside |= self.price >= state.below
        if state.above is not None:
            outside |= self.price <= state.above
        return outside

    def unpassed(self, state: State) -> dict[str, np.ndarray]:
        """Per bound of an attribute, as "bounds.weight": the items that are not strictly past it."""
        return {f"bounds.{bound.attribute}": self._amounts.outside(bound) for bound in state.bounds if bound.than}

    def fitting(self, state: State, hidden: Iterable[str]) -> np.ndarray:
        """The items in stock that meet the constraints and bounds of `state` and are not hidden."""
        fits = self.in_stock & ~self.outside(state)
        for breaking in (*self.broken(state.constraints).values(), *self.unpassed(state).values()):
            fits &= ~breaking
        fits[self._rows_of(hidden)] = False
        return fits

    def _rows_of(self, identifiers: Iterable[str]) -> list[int]:
        return [self.rows[identifier] for identifier in identifiers if identifier in self.rows]

    def _of(self, rows: Mapping[str, np.ndarray], names: Iterable[str]) -> np.ndarray:
        """The items that stand under any of `names`."""
        mask = np.zeros(len(self.rows), bool)
        for name in names:
            if name in rows:
                mask[rows[name]] = True
        return mask
