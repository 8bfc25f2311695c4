"""What "lighter", "a bigger screen" and "another brand" mean of the items under discussion: bounds and exclusions. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot.dialogue.pointing import Look
from chatbot.quantities import measured, quantity
from chatbot.values import Bound, Comparative, Constraints, Item, State, Understanding

__all__ = ["bounds_after", "discussed", "of_other_brands", "standing", "without_bounded"]


def discussed(state: State, items: Sequence[str], category: str | None, look: Look) -> tuple[Item, ...]:
    """The items of a category that a comparison is with: those pointed at, else those under discussion, else the last list."""
    names = [name for name in (items or state.focus or state.last) if not state.beside or name in state.shown]  # of several needs, of this one
    found = (item for name in names if (item := look(name)))
    return tuple(item for item in found if category is None or category in item.category)


def bounds_after(state: State, understanding: Understanding, items: Sequence[Item]) -> tuple[tuple[Bound, ...], tuple[str, ...]]:
    """(the bounds after a message, the attributes that it compares and none of `items` has)."""
    named = understanding.constraints.attributes
    bounds = {bound.attribute: bound for bound in state.bounds if bound.attribute not in named}
    unknown: list[str] = []
    mixed = len({item.leaf for item in items}) > 1
    for wish in understanding.comparatives:
        if mixed and not wish.name:  # "smaller" of a pen, a lipstick and a book
            continue
        if any(attribute in named for attribute in wish.attributes):  # "more memory, 32 GB" says how much
            continue
        bound = _past(wish, items) if wish.past else None
        if bound is None and wish.past and items:
            if not wish.name:
                continue
            unknown.append(wish.name)
        bound = bound or Bound("|".join(wish.attributes), wish.sign)
        kept = {name: one for name, one in bounds.items() if not set(name.split("|")) & {*wish.attributes}}
        bounds = {**kept, bound.attribute: bound}
    return tuple(bounds.values()), tuple(unknown)


def standing(state: State, understanding: Understanding, look: Look) -> State:
    """The state without the critique that led to a dead end, unless the message gives way elsewhere: "lighter", none, "up to 8000 then"."""
    said = understanding.constraints
    if said.price_max is not None or said.price_min is not None or understanding.lifted:
        return state
    shown = [item for name in state.last if (item := look(name))]
    bounds = tuple(bound for bound in state.bounds if all(_meets(item, bound) for item in shown))
    below = state.below if all(state.below is None or item.price < state.below for item in shown) else None
    above = state.above if all(state.above is None or item.price > state.above for item in shown) else None
    return replace(state, bounds=bounds, below=below, above=above)


def _meets(item: Item, bound: Bound) -> bool:
    limit, found = quantity(bound.than), measured(item.attributes.get(bound.attribute, ()))
    return limit is None or (found is not None and bound.sign * found[1].amount > bound.sign * limit.amount)


def _past(wish: Comparative, items: Sequence[Item]) -> Bound | None:
    """Strictly past the furthest of `items` in the first attribute that one of them has."""
    for attribute in wish.attributes:
        found = [one for item in items if (one := measured(item.attributes.get(attribute, ())))]
        alike = [(value, one.amount) for value, one in found if one.kind == found[0][1].kind]
        if alike:
            return Bound(attribute, wish.sign, max(alike, key=lambda one: wish.sign * one[1])[0])
    return None


def without_bounded(constraints: Constraints, bounds: Sequence[Bound]) -> Constraints:
    """Who asks for more memory gives up the 16 GB asked for before."""
    bounded = {bound.attribute for bound in bounds}
    return replace(constraints, attributes={name: values for name, values in constraints.attributes.items() if name not in bounded})


def of_other_brands(constraints: Constraints, items: Sequence[Item]) -> Constraints:
    """Rules out the brand asked for before, or else those of `items`."""
    gone = constraints.brand or tuple(dict.fromkeys(item.brand for item in items))
    return replace(constraints, brand=(), not_brand=tuple(dict.fromkeys((*constraints.not_brand, *gone))))
