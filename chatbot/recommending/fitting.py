"""Whether an item satisfies hard constraints. Pure code: no model ever decides this."""

from collections.abc import Iterable

from chatbot.shop.catalogue import Catalogue
from chatbot.values import Constraints, Item, State

__all__ = ["Filter", "fits"]


def fits(item: Item, constraints: Constraints) -> bool:
    """Whether `item` meets every one of `constraints`."""
    return not any(True for _ in broken(item, constraints))


def broken(item: Item, constraints: Constraints) -> Iterable[str]:
    """The names of the constraints that `item` breaks; an attribute as "attributes.color"."""
    if constraints.category and constraints.category not in item.category:
        yield "category"
    if constraints.price_max is not None and item.price > constraints.price_max:
        yield "price_max"
    if constraints.price_min is not None and item.price < constraints.price_min:
        yield "price_min"
    if constraints.brand and item.brand not in constraints.brand:
        yield "brand"
    if item.brand in constraints.not_brand:
        yield "not_brand"
    if constraints.in_stock and not item.in_stock:
        yield "in_stock"
    if constraints.rating_min is not None and (item.rating is None or item.rating < constraints.rating_min):
        yield "rating_min"
    for name, values in constraints.attributes.items():
        if not set(values) & set(item.attributes.get(name, ())):
            yield f"attributes.{name}"
    for name, values in constraints.not_attributes.items():
        own = item.attributes.get(name, ())
        if own and set(own) <= set(values):  # a shoe that also comes in another colour is still wanted
            yield f"not_attributes.{name}"


class Filter:
    """All that rules items out in one turn: the constraints, "cheaper" and "dearer", stock, the owner's blocks, what was shown."""

    def __init__(self, catalogue: Catalogue, state: State, blocked: frozenset[str], *, again: bool = False) -> None:
        self.constraints, self.below, self.above = state.constraints, state.below, state.above
        self._hidden = blocked | set(state.rejected) | (set() if again else set(state.shown))
        self.catalogue = catalogue

    def __call__(self, item: Item) -> bool:
        return item.in_stock and item.id not in self._hidden and self.within_bounds(item) and fits(item, self.constraints)

    def within_bounds(self, item: Item) -> bool:
        """Whether the price lies strictly below or above what "cheaper" or "dearer" set."""
        return (self.below is None or item.price < self.below) and (self.above is None or item.price > self.above)
