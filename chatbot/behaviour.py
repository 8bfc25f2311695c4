"""What a shopper does, kept and made a profile of: from the page, the API and the dialogue, for one session or a known shopper.

Between the store, which keeps rows, and the recommender, which takes a profile. Understands no message.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from chatbot.dialogue.state import Step
from chatbot.errors import MessageError
from chatbot.recommending.profile import Profile, profile_of
from chatbot.settings import Settings
from chatbot.shop.reading import Shop
from chatbot.store import Store
from chatbot.tokens import shopper_of
from chatbot.values import EVENT_TYPES, Event, EventType, Plan

__all__ = ["Behaviour"]


class Behaviour:
    """Of one shop; what belongs to a shopper is in the store alone."""

    def __init__(self, settings: Settings, shop: Shop, item_vectors: np.ndarray, store: Store) -> None:
        self._settings, self._shop, self._vectors, self._store = settings, shop, item_vectors, store

    def record(self, session: str, kind: str, item: str, *, at: datetime | None = None, shopper: str = "") -> bool:
        """Keep what was done with an item; False where the same was kept a moment ago. shopper: a token.

        Raises MessageError for an unknown type or item, NotAllowed for a token that is wrong or somebody else's.
        """
        if kind not in EVENT_TYPES:
            raise MessageError(f"the event type is {kind[:40]!r}", fix=f"give one of {', '.join(EVENT_TYPES)}")
        if item not in self._shop.catalogue:
            raise MessageError(f"there is no item {item[:80]!r} in this shop")
        self.known(session, shopper)
        known: EventType = kind  # type: ignore[assignment]
        return self._store.add_event(session, known, item, at=at, gift=self._store.state(session).for_other)

    def known(self, session: str, token: str) -> str:
        """The id of the shopper whose token this is, "" for nobody's; the session is theirs from now on. Raises NotAllowed."""
        shopper = shopper_of(token, self._settings.shopper_secret)
        if shopper:
            self._store.claim(session, shopper)
        return shopper

    def profile(self, events: Sequence[Event], *, for_other: bool) -> Profile:
        """for_other: nobody's profile, because what one likes oneself says nothing of a gift."""
        return profile_of(() if for_other else events, self._shop.catalogue, self._vectors, used_up=self._shop.used_up)

    def told(self, session: str, events: Sequence[Event], step: Step, plan: Plan) -> None:
        """Keep what the dialogue itself says of items: taken is in the cart, or liked where it is sold out; refused by name is disliked."""
        known = {(event.type, event.item) for event in events}
        for kind, item in _told(step, plan, self._shop):
            if (kind, item) not in known:
                self._store.add_event(session, kind, item, gift=step.state.for_other)


def _told(step: Step, plan: Plan, shop: Shop) -> list[tuple[EventType, str]]:
    if plan.kind == "choose":
        return [("cart" if item.in_stock else "like", item.id) for item in shop.catalogue.get(plan.items)]
    if step.intent == "reject" and (len(step.items) == 1 or set(step.items) < set(step.state.last)):
        # a list refused as a whole says that something else is meant, not that each of it is bad
        return [("dislike", item.id) for item in shop.catalogue.get(step.items)]
    return []
