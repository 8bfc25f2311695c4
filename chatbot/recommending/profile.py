"""A shopper's behaviour as a vector: what was looked at and liked, with decay; what was disliked counts against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chatbot.shop.catalogue import Catalogue
from chatbot.values import Event, EventType

__all__ = ["Profile", "profile_of"]

WEIGHTS: dict[EventType, float] = {"view": 0.3, "click": 0.5, "like": 1.0, "dislike": -1.0, "cart": 1.2, "purchase": 0.8}
"""First weights, by how much of an effort each is; they are fitted when a ranker is trained on real events."""
HALF_LIFE = 10.0
"""Events after which an event counts half: a session has few, so events and not hours are counted."""


FEWEST_LIKED, FAITHFUL = 2, 0.5
"""Items with the same maker, and the share of all, from which the maker is taken to be what is liked."""


@dataclass(frozen=True)
class Profile:
    """vector: (dimensions,), unit length, or zeros where nothing is known. categories: liked leaves with their share.
    favourites: of the attributes that the shop calls favoured, the value that most of what was liked has, with its items."""

    vector: np.ndarray
    categories: dict[str, float]
    bought: frozenset[str]
    disliked: frozenset[str]
    seen: tuple[str, ...]
    favourites: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return bool(self.categories)


def profile_of(events: Sequence[Event], catalogue: Catalogue, vectors: np.ndarray) -> Profile:
    """The profile of `events`, oldest first; events about unknown items are passed over."""
    rows = {item.id: row for row, item in enumerate(catalogue.items)}
    known = [event for event in events if event.item in rows]
    total = np.zeros(vectors.shape[1] if vectors.ndim == 2 else 0, np.float32)
    liked: dict[str, float] = {}
    for age, event in enumerate(reversed(known)):
        weight = WEIGHTS[event.type] * 0.5 ** (age / HALF_LIFE)
        total += weight * vectors[rows[event.item]]
        if weight > 0:
            leaf = catalogue.by_id[event.item].leaf
            liked[leaf] = liked.get(leaf, 0.0) + weight
    length = float(np.linalg.norm(total))
    whole = sum(liked.values())
    return Profile(
        vector=total / length if length > 1e-6 else total,
        categories={leaf: weight / whole for leaf, weight in sorted(liked.items(), key=lambda entry: -entry[1])},
        bought=frozenset(event.item for event in known if event.type == "purchase"),
        disliked=frozenset(event.item for event in known if event.type == "dislike"),
        seen=tuple(dict.fromkeys(event.item for event in reversed(known) if event.type in ("view", "click", "like", "cart"))),
        favourites=_favourites([event.item for event in reversed(known) if WEIGHTS[event.type] > 0], catalogue),
    )


def _favourites(liked: Sequence[str], catalogue: Catalogue) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Attribute → (value, the items that have it, last first), where FAITHFUL of at least FEWEST_LIKED items have it."""
    items = [catalogue.by_id[name] for name in dict.fromkeys(liked)]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, words in catalogue.trade.attributes.items():
        if not words.favoured:
            continue
        counts = Counter(value for item in items for value in item.attributes.get(name, ()))
        value, count = next(iter(counts.most_common(1)), ("", 0))
        if count >= FEWEST_LIKED and count >= FAITHFUL * len(items):
            found[name] = value, tuple(item.id for item in items if value in item.attributes.get(name, ()))
    return found
