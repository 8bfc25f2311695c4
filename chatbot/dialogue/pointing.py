"""Which items a message points at, given what was shown: by place, by name, by "that one", by "the cheaper one". Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from chatbot.text import folded, is_han
from chatbot.values import Item, State, Understanding

__all__ = ["Look", "pointed_at"]

Look = Callable[[str], Item | None]
"""Gives the item of an id, None for an unknown one."""
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+(?:\.\d+)?")
_TWO = re.compile(r"[这那]?[两二](?:款|个|种|台|本|双)|\b(?:both|the (?:first )?two|these two|those two)\b")
_CHEAPER = re.compile(r"cheap|便宜|\b(?:less|least|not (?:so|as|that)) (?:expensive|pricey|dear)|(?:不|没)(?:那么|这么|太|有那么)?贵")
_DEARER = re.compile(r"expensive|pricier|dearer|贵")
_ONE = re.compile(r"\bone\b|那[个款台本双]|的那")


def pointed_at(state: State, understanding: Understanding, look: Look) -> tuple[str, ...]:
    """The ids that the message points at, in its order; empty where it points at none."""
    found: list[str] = []
    text = folded(understanding.text)
    for reference in understanding.references:
        if reference.kind == "item":
            found.append(reference.item)
        elif reference.kind == "place" and state.last:
            place = reference.place - 1 if reference.place > 0 else len(state.last) + reference.place
            found += [state.last[place]] if 0 <= place < len(state.last) else []
    named = _named(text, [item for name in state.last if (item := look(name))])
    by_name = sum(reference.kind == "item" for reference in understanding.references)
    if not found or (understanding.intent == "compare" and by_name == 1):
        found += named
    if not found and (brands := understanding.constraints.brand):
        found += [name for name in state.last if (item := look(name)) and item.brand in brands]
    if not found and any(slot.name == "item" for slot in understanding.slots):
        found += _described(understanding.constraints.attributes, state, look)
    if not found and _ONE.search(text) and (by_price := _by_price(text, state, look)):
        found.append(by_price)
    if not found:
        kinds = {reference.kind for reference in understanding.references}
        if "all" in kinds:
            found += (state.focus if len(state.focus) == 2 else state.last[:2]) if _TWO.search(text) else state.last
        elif "focus" in kinds:
            found += state.focus[:1] or state.last[:1]
    return tuple(dict.fromkeys(found))


def _described(attributes: Mapping[str, Sequence[str]], state: State, look: Look) -> list[str]:
    """Those shown that have what the words say, where not all have it: "the black one"."""
    if not attributes:
        return []
    items = [item for name in state.last if (item := look(name))]
    found = [item.id for item in items if all(set(values) & set(item.attributes.get(name, ())) for name, values in attributes.items())]
    return found if len(found) < len(items) else []


def _by_price(text: str, state: State, look: Look) -> str:
    """The cheaper or dearer of those under discussion: "I'll take the cheaper one"."""
    items = [item for name in (state.focus if len(state.focus) > 1 else state.last) if (item := look(name))]
    if len(items) < 2:
        return ""
    if _CHEAPER.search(text):
        return min(items, key=lambda item: item.price).id
    return max(items, key=lambda item: item.price).id if _DEARER.search(text) else ""


def _named(text: str, items: Sequence[Item]) -> list[str]:
    """Items whose title has words that no other item of the list has, and that the message says: 要 Ease 3，金色的."""
    if len(items) < 2:
        return []
    said = _grams(text)
    own = [frozenset().union(*(_grams(folded(one.title)) for one in item.texts.values())) for item in items]
    found = []
    for place, item in enumerate(items):
        others = frozenset().union(*(grams for other, grams in enumerate(own) if other != place))
        if any(gram in said for gram in own[place] - others):
            found.append(item.id)
    return found if len(found) < len(items) else []


def _grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring words with a letter in them, and single Latin words of four letters or more."""
    words = _WORD.findall(text)
    pairs = {f"{one} {other}" for one, other in pairwise(words) if not (one + other).isdigit()}
    singles = {word for word in words if len(word) >= 4 and word.isalpha() and not is_han(word[0])}
    return frozenset(pairs | singles)
