"""A shopper's behaviour as vectors: what it points at and what it points away from, with decay by events and by time.

What was bought is known until it is used up. Knows no words and no session; whose events it is given is decided elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from chatbot.shop.catalogue import Catalogue
from chatbot.values import Event, EventType, Item

__all__ = ["Profile", "profile_of"]

WEIGHTS: dict[EventType, float] = {"view": 0.3, "click": 0.5, "like": 1.0, "dislike": -1.0, "cart": 1.2, "purchase": 0.8}
"""By how much of an effort each is. Not fitted: that would take real shoppers, and who simulates some puts these weights in himself."""
HALF_LIFE = 10.0
"""Events after which an event counts half: within a visit, what was looked at last is what is meant."""
LOOKED_DAYS, JUDGED_DAYS = 7.0, 90.0
"""Days after which an event counts half. Looking and putting into the cart are about a need, and within weeks a need is met here or
elsewhere; a like, a dislike or a purchase is about taste, which lasts for seasons."""
MET = 0.2
"""What a kind still counts as taste once a lasting thing of it was bought. As a need it counts nothing: who has just bought a laptop wants none."""
_LOOKING: tuple[EventType, ...] = ("view", "click", "cart")
_VERDICTS: tuple[EventType, ...] = ("like", "dislike")


FEWEST_LIKED, FAITHFUL = 2, 0.5
"""Items with the same maker, and the share of all, from which the maker is taken to be what is liked."""


@dataclass(frozen=True)
class Profile:
    """vector: (dimensions,), unit length, or zeros where nothing is known: toward less away. toward, away: the same of what was sought and of what
    was disliked alone. categories: leaves that are sought, with their share. bought: what is had and not used up. seen: newest first.
    favourites: of the attributes that the shop calls favoured, the value that most of what was liked has, with its items."""

    vector: np.ndarray
    toward: np.ndarray
    away: np.ndarray
    categories: dict[str, float]
    bought: frozenset[str]
    carted: frozenset[str]
    disliked: frozenset[str]
    seen: tuple[str, ...]
    favourites: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return bool(self.categories)


def profile_of(
    events: Sequence[Event], catalogue: Catalogue, vectors: np.ndarray, *, used_up: Mapping[str, int] | None = None, now: datetime | None = None
) -> Profile:
    """The profile of `events`, oldest first; events about unknown items are passed over.

    used_up: categories, any level of a path, or items → days after which one is used up. now: with a time zone.
    """
    now, lasts = now or datetime.now(UTC), used_up or {}
    rows = catalogue.rows
    known = [event for event in events if event.item in rows]
    toward, away = (np.zeros(vectors.shape[1] if vectors.ndim == 2 else 0, np.float32) for _ in range(2))
    liked: dict[str, float] = {}
    met: set[str] = set()
    judged: dict[str, EventType] = {}
    bought = {event.item for event in known if event.type == "purchase" and _had(catalogue.by_id[event.item], event.at, lasts, now)}
    for age, event in enumerate(reversed(known)):
        if event.type in _VERDICTS and judged.setdefault(event.item, event.type) != event.type:
            continue  # taken back since
        leaf = catalogue.by_id[event.item].leaf
        if event.type == "purchase" and _days(catalogue.by_id[event.item], lasts) is None:
            met.add(leaf)
        weight = WEIGHTS[event.type] * 0.5 ** (age / HALF_LIFE + _age(event.at, now) / (LOOKED_DAYS if event.type in _LOOKING else JUDGED_DAYS))
        if weight < 0:
            away -= weight * vectors[rows[event.item]]
            continue
        settled = leaf in met and event.type != "like"
        toward += (MET if settled else 1.0) * weight * vectors[rows[event.item]]
        if not settled:
            liked[leaf] = liked.get(leaf, 0.0) + weight
    whole = sum(liked.values())
    return Profile(
        vector=_unit(toward - away), toward=_unit(toward), away=_unit(away),
        categories={leaf: weight / whole for leaf, weight in sorted(liked.items(), key=lambda entry: -entry[1])} if whole > 0 else {},
        bought=frozenset(bought),
        carted=frozenset(event.item for event in known if event.type == "cart"),
        disliked=frozenset(item for item, verdict in judged.items() if verdict == "dislike"),
        seen=tuple(dict.fromkeys(event.item for event in reversed(known) if event.type in ("view", "click", "like", "cart"))),
        favourites=_favourites([event.item for event in reversed(known) if WEIGHTS[event.type] > 0], catalogue),
    )  # fmt: skip


def _had(item: Item, at: datetime | None, used_up: Mapping[str, int], now: datetime) -> bool:
    """Whether what was bought then is still there."""
    days = _days(item, used_up)
    return days is None or _age(at, now) < days


def _days(item: Item, used_up: Mapping[str, int]) -> int | None:
    """After how many days one is used up, by the narrowest name that says it; None for what lasts."""
    names: Iterable[str] = (item.id, *reversed(item.category))
    return next((used_up[name] for name in names if name in used_up), None)


def _age(at: datetime | None, now: datetime) -> float:
    """In days, never below 0."""
    return max(0.0, (now - at) / timedelta(days=1)) if at else 0.0


def _unit(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-6 else vector


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
