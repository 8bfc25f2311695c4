"""Whether an item satisfies hard constraints. Pure code: no model ever decides this. `columns` says the same of many at once."""

from collections.abc import Iterable

from chatbot.quantities import quantity
from chatbot.values import Constraints, Item

__all__ = ["amount_of", "broken", "fits"]


def fits(item: Item, constraints: Constraints, together: frozenset[str] = frozenset()) -> bool:
    """Whether `item` meets every one of `constraints`."""
    return not any(True for _ in broken(item, constraints, together))


def amount_of(item: Item, name: str) -> float | None:
    """The quantity that an item's attribute is, None where it is none."""
    found = [one for value in item.attributes.get(name, ()) if (one := quantity(value))]
    return found[0].amount if len(found) == 1 else None


def broken(item: Item, constraints: Constraints, together: frozenset[str] = frozenset()) -> Iterable[str]:
    """The names of the constraints that `item` breaks; an attribute as "attributes.color".

    together: attributes whose values an item has all at once (a film's genres), not one or the other (a shoe's colours).
    """
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
        unwanted = set(own) & set(values)
        if unwanted and (name in together or set(own) <= unwanted):  # a shoe that also comes in another colour is still wanted
            yield f"not_attributes.{name}"
    for name, (low, high) in constraints.ranges.items():
        amount = amount_of(item, name)
        if amount is None or (low is not None and amount < low) or (high is not None and amount > high):
            yield f"ranges.{name}"
