"""Where orders are: the small protocol that a shop's order system has to meet, and the desk over the store's own tables.

A desk finds an order for who proves it and makes one confirmed change, once. It asks nothing, decides nothing by the
rules, and writes no text.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from chatbot.order_values import Change, Order, Proof
from chatbot.service.order_rules import proves
from chatbot.service.order_store import OrderStore

__all__ = ["Clock", "OrderDesk", "StoreDesk", "local_now"]

Clock = Callable[[], datetime]
_NOBODY = Proof("nobody@nowhere.example", "0000")
"""What a proof is compared with where there is no such order, so that the answer takes as long."""


def local_now() -> datetime:
    """The present in this machine's time zone."""
    return datetime.now().astimezone()


class OrderDesk(Protocol):
    """A shop's order system. Raises DeskError where it cannot be reached or does not answer as agreed."""

    def identify(self, number: str, proof: Proof) -> Order | None:
        """The order, for who proves that it is theirs; None alike for a wrong number and a wrong proof."""
        ...

    def order(self, number: str) -> Order | None:
        """The order as it is now; asked only after a proof."""
        ...

    def change(self, change: Change) -> bool | None:
        """Make the change and keep it in the audit. False where this key has made it before; None, and nothing is made, where the
        order is no longer as `change.before` says."""
        ...


class StoreDesk:
    """Demo orders in the store."""

    def __init__(self, store: OrderStore, rows: Iterable[Mapping[str, Any]], clock: Clock = local_now) -> None:
        self._store, self._rows, self._clock = store, tuple(rows), clock
        store.load(self._rows)

    def identify(self, number: str, proof: Proof) -> Order | None:
        order = self._store.order(number, self._clock())
        email, phone = (order.email, order.phone) if order else (_NOBODY.email, _NOBODY.digits)
        return order if proves(proof, email, phone) and order else None

    def order(self, number: str) -> Order | None:
        return self._store.order(number, self._clock())

    def change(self, change: Change) -> bool | None:
        return self._store.change(change, self._clock())

    def renew(self) -> None:
        """All demo orders as they are written, and no try remembered: what a scripted dialogue begins with."""
        self._store.load(self._rows, again=True)
