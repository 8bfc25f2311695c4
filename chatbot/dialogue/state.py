"""State + Understanding → State: needs begin, change and merge. Pure; knows items only by asking for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chatbot.dialogue.blank import asks_for_anything
from chatbot.dialogue.critiques import bounds_after, discussed, of_other_brands, standing, without_bounded
from chatbot.dialogue.meaning import TELLING, meaning
from chatbot.dialogue.needs import turned_to
from chatbot.dialogue.order_grammar import hear
from chatbot.dialogue.ordering import dropped, taken
from chatbot.dialogue.people import declines
from chatbot.dialogue.pointing import Look, pointed_at
from chatbot.dialogue.trends import past
from chatbot.values import Constraints, IntentName, Item, State, Understanding

__all__ = ["Step", "update"]

LONGEST_NEED = 6
"""Messages of a need that are kept: the first says the kind, the newest what changed."""


@dataclass(frozen=True, slots=True)
class Step:
    """state: after the message. intent: what the message means in this conversation. items: what it points at.
    changed: constraints whose older value had to give way because both cannot hold, "ceiling" where something dearer was asked for.
    unmeasured: attributes that were compared and that the items under discussion do not have. ruled_out: brands that "another brand" ruled out."""

    state: State
    intent: IntentName
    items: tuple[str, ...]
    changed: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()


def update(state: State, understanding: Understanding, look: Look, *, orders: bool = False) -> Step:
    """Take one message into account. orders: whether the shop's orders can be reached."""
    items = pointed_at(state, understanding, look)
    heard = hear(understanding.text) if orders else None
    intent = meaning(state, understanding, items, heard)
    order = taken(state.order, heard) if heard and intent == "order" else dropped(state.order)
    declined = state.turn + 1 if declines(understanding.text, offered=state.offered_human) else state.declined
    state = replace(state, turn=state.turn + 1, language=understanding.language, offered_human=False, declined=declined, order=order)
    if understanding.known and intent in ("recommend", "refine"):  # who names an item to say what others are like knows that one
        state = replace(state, rejected=tuple(dict.fromkeys((*state.rejected, *understanding.known))))
    changed: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    before = state.constraints.not_brand
    if intent in ("recommend", "refine"):
        turned = None if understanding.beside else turned_to(state, understanding, items)
        fresh = bool(understanding.beside) or (intent == "recommend" and turned is None and _is_new(state, understanding))
        state, changed, unmeasured = _need(turned or state, understanding, items, look, fresh=fresh)
    elif intent == "reject":
        gone = items or state.last
        state = replace(state, rejected=tuple(dict.fromkeys((*state.rejected, *gone))))
        if "cheaper" in understanding.critiques or understanding.comparatives or understanding.constraints.named():
            state, changed, unmeasured = _need(state, understanding, items, look, fresh=False)
    ruled_out = tuple(brand for brand in state.constraints.not_brand if brand not in (*before, *understanding.constraints.not_brand))
    return Step(state, intent, items, changed, unmeasured, ruled_out)


def _is_new(state: State, understanding: Understanding) -> bool:
    """Whether a `recommend` begins another need rather than going on with the one under way."""
    category = understanding.constraints.category
    if not state.need:
        return True
    if understanding.topics:
        return category != state.constraints.category
    return not understanding.criticises and category != state.constraints.category


def _need(
    state: State, understanding: Understanding, items: tuple[str, ...], look: Look, *, fresh: bool
) -> tuple[State, tuple[str, ...], tuple[str, ...]]:
    """(the state after a message about a need, what changed, what could not be compared); see Step."""
    said = understanding.constraints.without("category") if asks_for_anything(understanding) else understanding.constraints
    words = understanding.part or understanding.text
    if fresh:
        known = _items(understanding.known, look)
        bounds, _ = bounds_after(State(), understanding, ())
        return replace(
            state, need=(words,), constraints=past(said, understanding.trends, known), trends=understanding.trends, soft=understanding.soft, avoided=understanding.avoided, below=None, above=None, bounds=bounds, shown=(), focus=(), last=(), asked=(),
            for_other=bool(understanding.for_other), beside=understanding.beside,
        ), (), ()  # fmt: skip
    state = standing(state, understanding, look)
    merged, changed = _merge(state.constraints, said, understanding.lifted)
    category = _category(state, understanding)
    moved = category != state.constraints.category
    merged = replace(merged, category=category)
    if moved:  # 那平板呢: the budget stays, what belongs to the other kind does not
        merged = replace(merged, brand=said.brand, attributes=said.attributes, not_attributes=said.not_attributes, ranges=said.ranges)
    before = discussed(state, items, category, look)
    bounds, unmeasured = bounds_after(State() if moved else state, understanding, () if moved else before)
    merged = without_bounded(merged, bounds)
    if "another" in understanding.critiques and not said.brand and "brand" not in understanding.lifted:
        merged = of_other_brands(merged, before)
    merged = past(merged, understanding.trends, _items(understanding.known or items or state.last, look))
    below, above = state.below, state.above
    if said.price_max is not None or said.price_min is not None or {"price_min", "price_max"} & set(understanding.lifted):
        below = above = None
    prices = [item.price for item in discussed(replace(state, focus=()), items, category, look)]
    if prices and "cheaper" in understanding.critiques and said.price_max is None:
        below, above = min(prices), None
    elif prices and "dearer" in understanding.critiques and said.price_min is None:
        below, above = None, max(prices)
        if said.price_max is None and merged.price_max is not None and merged.price_max <= above:
            merged, changed = replace(merged, price_max=None), (*changed, "ceiling")  # nothing dearer can lie under it
    telling = understanding.detail >= TELLING or understanding.topics or not state.need
    need = (*state.need[:1], *state.need[1:][2 - LONGEST_NEED :], words) if telling else state.need
    return replace(
        state, need=need, constraints=merged, soft=understanding.soft if moved else {**state.soft, **understanding.soft},
        avoided=tuple(dict.fromkeys((*(() if moved and state.constraints.category else state.avoided), *understanding.avoided))),
        below=below, above=above, bounds=bounds, trends=understanding.trends or (() if moved else state.trends), shown=() if moved else state.shown,
        for_other=state.for_other if understanding.for_other is None else understanding.for_other,
    ), changed, unmeasured  # fmt: skip


def _items(names: Iterable[str], look: Look) -> list[Item]:
    return [item for name in names if (item := look(name))]


def _category(state: State, understanding: Understanding) -> str | None:
    """The kind after a refinement: the one named now; of two that share a name, the one that all words together mean."""
    before = state.constraints.category
    if understanding.topics:
        return understanding.constraints.category
    meant = understanding.need_topics
    if before and meant and before in meant and meant[0] != before and understanding.detail >= TELLING:
        return meant[0]
    return before or understanding.constraints.category


def _merge(old: Constraints, new: Constraints, lifted: tuple[str, ...]) -> tuple[Constraints, tuple[str, ...]]:
    """The newer wins; (the constraints, names of older ones that had to give way to a contradicting newer one)."""
    old = old.without(*(name for name in lifted if name != "color"))
    if "color" in lifted:
        old = replace(old, attributes=_less(old.attributes, "color"), not_attributes=_less(old.not_attributes, "color"))
    changed = []
    price_min = new.price_min if new.price_min is not None else old.price_min
    price_max = new.price_max if new.price_max is not None else old.price_max
    if price_min is not None and price_max is not None and price_min > price_max:
        if new.price_min is not None:
            price_max, changed = None, ["price_max"]
        else:
            price_min, changed = None, ["price_min"]
    not_brand = tuple(brand for brand in dict.fromkeys((*old.not_brand, *new.not_brand)) if brand not in new.brand)
    brand = new.brand or tuple(one for one in old.brand if one not in new.not_brand)
    attributes = {**old.attributes, **new.attributes}
    for name, values in new.not_attributes.items():
        if kept := tuple(value for value in attributes.get(name, ()) if value not in values):
            attributes[name] = kept
        else:
            attributes.pop(name, None)
    excluded = {
        name: tuple(dict.fromkeys((*old.not_attributes.get(name, ()), *new.not_attributes.get(name, ()))))
        for name in {**old.not_attributes, **new.not_attributes}
    }  # 不要黑色的, then 也不要银色的: both stay out
    not_attributes = {name: values for name, values in excluded.items() if not set(values) & set(new.attributes.get(name, ()))}
    return Constraints(
        category=new.category or old.category, price_min=price_min, price_max=price_max, brand=brand, not_brand=not_brand,
        attributes=attributes, not_attributes=not_attributes, ranges={**old.ranges, **new.ranges}, in_stock=new.in_stock if new.in_stock is not None else old.in_stock,
        rating_min=new.rating_min if new.rating_min is not None else old.rating_min,
    ), tuple(changed)  # fmt: skip


def _less(attributes: Mapping[str, tuple[str, ...]], name: str) -> dict[str, tuple[str, ...]]:
    return {key: values for key, values in attributes.items() if key != name}
