"""Whether an item satisfies hard constraints. Pure code: no model ever decides this. `columns` says the same of many at once."""

from collections.abc import Iterable

from chatbot.values import Constraints, Item

__all__ = ["broken", "fits"]


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
