"""Why an item is offered: facts that are true of it and that the ranking used, in the shopper's words.

A reason is made from the constraint, the interest or the past item itself, so it is gone when its cause is gone.
The wording lives in `chatbot.phrasing`; this module only says which reasons there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.recommending.fitting import amount_of
from chatbot.recommending.profile import Profile
from chatbot.shop.catalogue import Catalogue
from chatbot.values import Item, State

__all__ = ["Reason", "newer_than_liked", "reasons_for"]

WELL_RATED, MANY_RATINGS = 0.9, 50
"""Share of the best rating from which a rating is worth telling, and of how many: the best third of the demo shop."""
MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """kind: which sentence; name and value: what goes into it (canonical attribute name and value, brand, item id)."""

    kind: Literal[
        "price_max",
        "price_min",
        "price_between",
        "cheaper",
        "dearer",
        "brand",
        "attribute",
        "reduced",
        "rating",
        "stock",
        "like",
        "category",
        "good_for",
        "range",
        "rated",
        "favoured",
        "favoured_newer",
    ]
    name: str = ""
    value: str = ""
    amount: float = 0.0
    other: float = 0.0
    bounds: tuple[float | None, float | None] = (None, None)


def reasons_for(item: Item, state: State, profile: Profile, catalogue: Catalogue, others: Sequence[Item]) -> tuple[Reason, ...]:
    """At least one reason, the shopper's own wishes first, then what sets the item apart from `others`."""
    wanted = state.constraints
    found: list[Reason] = []
    for name, values in wanted.attributes.items():
        found += [Reason("attribute", name, value) for value in values if value in item.attributes.get(name, ())]
    for name, values in state.soft.items():
        found += [Reason("attribute", name, value) for value in values if value in item.attributes.get(name, ())]
    if wanted.price_min is not None and wanted.price_max is not None and wanted.price_min <= item.price <= wanted.price_max:
        found.append(Reason("price_between", amount=wanted.price_min, other=wanted.price_max))
    elif wanted.price_max is not None and item.price <= wanted.price_max:
        found.append(Reason("price_max", amount=wanted.price_max))
    elif wanted.price_min is not None and wanted.price_max is None and item.price >= wanted.price_min:
        found.append(Reason("price_min", amount=wanted.price_min))
    if state.below is not None and item.price < state.below:
        found.append(Reason("cheaper", amount=round(state.below - item.price, 2)))
    if state.above is not None and item.price > state.above:
        found.append(Reason("dearer", amount=round(item.price - state.above, 2)))
    for name, (value, liked) in profile.favourites.items():
        if value in item.attributes.get(name, ()) and (seen_before := next((one for one in liked if one != item.id), "")):
            newer = newer_than_liked(item, name, profile, catalogue)
            found.append(Reason("favoured_newer" if newer else "favoured", f"{name}|{seen_before}", value))
    found += [Reason("range", name, bounds=bounds) for name, bounds in wanted.ranges.items()]
    if item.brand in wanted.brand:
        found.append(Reason("brand", value=item.brand))
    if seen := next((name for name in profile.seen if name != item.id and catalogue.by_id[name].leaf == item.leaf), None):
        found.append(Reason("like", value=seen))
    trade = catalogue.trade
    if item.rating is not None:
        many, well = item.rating_count >= MANY_RATINGS, item.rating >= WELL_RATED * trade.rating_of
        if well and many and not trade.rated_by_shop:
            found.append(Reason("rating", amount=item.rating, other=float(item.rating_count)))
        elif wanted.rating_min is not None or (well and trade.rated_by_shop):
            found.append(Reason("rated", amount=item.rating))
    if item.list_price is not None and item.list_price > item.price:
        found.append(Reason("reduced", amount=item.list_price))
    if others and item.price == min(one.price for one in (item, *others)) and sum(one.price == item.price for one in others) == 0:
        found.append(Reason("price_min", name="of_these", amount=item.price))
    if not found:
        found.append(Reason("category", value=item.leaf))
    return tuple(found[:MOST_REASONS])


def newer_than_liked(item: Item, name: str, profile: Profile, catalogue: Catalogue) -> bool:
    """Whether an item is newer than everything in the history that shares its favourite value of the attribute `name`."""
    newest, (_, liked) = catalogue.trade.newest, profile.favourites[name]
    own = amount_of(item, newest)
    past = [amount for one in liked if one != item.id and (amount := amount_of(catalogue.by_id[one], newest)) is not None]
    return own is not None and bool(past) and own > max(past)
