"""Three tables beside the sessions: orders, tries to prove whose an order is, and the audit of every change.

Knows rows and transactions and no rule. An order's dates stay as they were written, as days from now where it is a demo
order, so that the demo never grows old.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, String, Table, Text, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from chatbot.masking import mask_address, mask_email, mask_phone
from chatbot.order_values import Change, Order, order_from_json
from chatbot.store import Store

__all__ = ["OrderStore", "shown"]

PROOF_LASTS = timedelta(minutes=30)
"""How long a session that has proved whose an order is may go on with it: others may sit at the same screen later."""
_DATES = ("placed", "shipped", "delivered")

_metadata = MetaData()
_orders = Table(
    "orders",
    _metadata,
    Column("number", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("row", Text, nullable=False),
)
_tries = Table(
    "order_tries", _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("session", String(64), index=True, nullable=False),
    Column("number", String(40), index=True, nullable=False), Column("proved", Boolean, nullable=False), Column("at", DateTime(timezone=True), nullable=False),
)  # fmt: skip
_audit = Table(
    "order_audit", _metadata,
    Column("key", String(64), primary_key=True), Column("session", String(64), index=True, nullable=False), Column("number", String(40), index=True, nullable=False),
    Column("operation", String(16), nullable=False), Column("before", Text, nullable=False), Column("after", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)  # fmt: skip


class OrderStore:
    """Over the store's database; safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.add_tables(_metadata)

    # ── orders ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def load(self, rows: Iterable[Mapping[str, Any]], *, again: bool = False) -> None:
        """Put in the orders that are not there yet. again: put all in as they are written, and forget every try."""
        values = [{"number": row["number"], "version": 0, "row": json.dumps(dict(row), ensure_ascii=False)} for row in rows]
        with self._store.begin() as connection:
            if again:
                connection.execute(delete(_orders))
                connection.execute(delete(_tries))
                if values:
                    connection.execute(insert(_orders), values)
                return
            there = set(connection.execute(select(_orders.c.number)).scalars())
            for one in values:
                if one["number"] in there:
                    continue
                try:
                    with connection.begin_nested():
                        connection.execute(insert(_orders).values(one))
                except IntegrityError:
                    continue  # another process put it in in this moment

    def order(self, number: str, now: datetime) -> Order | None:
        with self._store.begin() as connection:
            return self._read(connection, number, now)

    def change(self, change: Change, at: datetime) -> bool | None:
        """Make a change and its row of the audit, both or neither. False where it was made before, None where the order is another by now."""
        with self._store.begin() as connection:
            if self._audited(connection, change.key):
                return False
            row = connection.execute(select(_orders.c.row).where(_orders.c.number == change.before.number)).scalar()
            if row is None:
                return None
            # dates stay as they are written: what is no date of the change's goes on being counted from now
            after = {name: value for name, value in change.after.as_json().items() if name not in _DATES}
            made = connection.execute(
                update(_orders)
                .where(_orders.c.number == change.before.number, _orders.c.version == change.before.version)
                .values(version=change.after.version, row=json.dumps({**json.loads(row), **after}, ensure_ascii=False))
            ).rowcount
            if not made:
                return False if self._audited(connection, change.key) else None
            self._note(connection, change, at)
            return True

    def _read(self, connection: Connection, number: str, now: datetime) -> Order | None:
        text = connection.execute(select(_orders.c.row).where(_orders.c.number == number)).scalar()
        return order_from_json(json.loads(text), now) if text else None

    # ── the audit ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def note(self, change: Change, at: datetime) -> bool:
        """Keep the row of a change that was made elsewhere; False where it is kept already."""
        with self._store.begin() as connection:
            if self._audited(connection, change.key):
                return False
            try:
                with connection.begin_nested():
                    self._note(connection, change, at)
            except IntegrityError:
                return False  # another process kept it in this moment
            return True

    def made(self, key: str) -> bool:
        """Whether the change of this key has been made."""
        with self._store.begin() as connection:
            return self._audited(connection, key)

    def audit(self, number: str) -> tuple[dict[str, Any], ...]:
        """The changes of an order, oldest first."""
        query = select(_audit).where(_audit.c.number == number).order_by(_audit.c.at)
        with self._store.begin() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple({**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in rows)

    @staticmethod
    def _audited(connection: Connection, key: str) -> bool:
        return connection.execute(select(_audit.c.key).where(_audit.c.key == key)).first() is not None

    @staticmethod
    def _note(connection: Connection, change: Change, at: datetime) -> None:
        before, after = (json.dumps(shown(order), ensure_ascii=False) for order in (change.before, change.after))
        connection.execute(
            insert(_audit).values(
                key=change.key,
                session=change.session,
                number=change.before.number,
                operation=change.operation,
                before=before,
                after=after,
                at=at.astimezone(UTC),
            )
        )

    # ── tries ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_try(self, session: str, number: str, at: datetime, *, most_per_session: int, most_per_order: int) -> int | None:
        """Count a try before it is made, so that tries at the same time cannot slip through; None where it is one too many."""
        at = at.astimezone(UTC)
        with self._store.begin() as connection:
            (identity,) = connection.execute(insert(_tries).values(session=session, number=number, proved=False, at=at)).inserted_primary_key or (0,)
        failed = select(func.count()).select_from(_tries).where(_tries.c.proved.is_(False))
        with self._store.begin() as connection:
            own = connection.execute(failed.where(_tries.c.session == session)).scalar() or 0
            everybodys = connection.execute(failed.where(_tries.c.number == number, _tries.c.at > at - timedelta(hours=1))).scalar() or 0
            if own <= most_per_session and everybodys <= most_per_order:
                return int(identity)
            connection.execute(delete(_tries).where(_tries.c.id == identity))  # a refused try keeps nobody out for longer
        return None

    def prove(self, identity: int) -> None:
        """The try was right: it counts no more against anybody."""
        with self._store.begin() as connection:
            connection.execute(update(_tries).where(_tries.c.id == identity).values(proved=True))

    def proved(self, session: str, number: str, now: datetime) -> bool:
        """Whether the session has proved lately that the order is its shopper's."""
        since = now.astimezone(UTC) - PROOF_LASTS
        query = select(_tries.c.id).where(_tries.c.session == session, _tries.c.number == number, _tries.c.proved.is_(True), _tries.c.at > since)
        with self._store.begin() as connection:
            return connection.execute(query).first() is not None


def shown(order: Order) -> dict[str, Any]:
    """An order as it may be logged: without name, and with e-mail, phone and address masked."""
    row = order.as_json()
    del row["name"]
    masked = {
        "email": mask_email(order.email),
        "phone": mask_phone(order.phone),
        "address": mask_address(order.address),
        "invoice": "***" if order.invoice else "",
    }
    return {**row, **masked}
