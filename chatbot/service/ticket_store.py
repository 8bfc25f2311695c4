"""Two tables beside the sessions: tickets, and what people said and did in a conversation.

Knows rows and transactions and no rule. A session has one ticket at a time that is not closed, which the database itself
keeps: `active` is unique and empty once the ticket is closed. A transcript is not copied: it is the turns of the session.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, DateTime, Float, Integer, MetaData, String, Table, Text, func, insert, select, update
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from chatbot.store import Store
from chatbot.values import Language

__all__ = ["Message", "MessageKind", "Ticket", "TicketState", "TicketStore"]

TicketState = Literal["open", "taken", "closed"]
MessageKind = Literal["joined", "said", "returned", "released", "closed"]

_metadata = MetaData()
_tickets = Table(
    "tickets", _metadata,
    Column("id", String(32), primary_key=True), Column("session", String(64), index=True, nullable=False), Column("active", String(64), unique=True),
    Column("turn", Integer, nullable=False), Column("language", String(8), nullable=False), Column("reason", String(32), nullable=False),
    Column("urgency", Integer, nullable=False), Column("mood", Float, nullable=False), Column("summary", Text, nullable=False),
    Column("state", String(8), index=True, nullable=False), Column("staff", String(80), nullable=False), Column("opened", DateTime(timezone=True), nullable=False),
    Column("taken", DateTime(timezone=True)), Column("taken_turn", Integer, nullable=False), Column("closed", DateTime(timezone=True)),
)  # fmt: skip
_messages = Table(
    "desk_messages", _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True), Column("session", String(64), index=True, nullable=False),
    Column("ticket", String(32), index=True, nullable=False), Column("turn", Integer, nullable=False), Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False), Column("text", Text, nullable=False), Column("at", DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Numbers are never used twice, so that who has read up to one has missed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A conversation that needs a person. turn: in which it was opened; taken_turn: the last before a person joined.

    urgency: 1 to 3. mood: the lowest of late, -1 to 1. summary: what was wanted and tried, without personal data. staff: who has it or had it last.
    """

    id: str
    session: str
    turn: int
    language: Language
    reason: str
    urgency: int
    mood: float
    summary: Mapping[str, Any]
    state: TicketState = "open"
    staff: str = ""
    opened: datetime
    taken: datetime | None = None
    taken_turn: int = 0
    closed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person said or did, after the turn `turn`."""

    number: int
    session: str
    ticket: str
    turn: int
    kind: MessageKind
    name: str
    text: str
    at: datetime


class TicketStore:
    """Over the store's database; safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.add_tables(_metadata)

    # ── tickets ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, ticket: Ticket) -> bool:
        """Keep a new ticket; False where its session has one that is not closed."""
        values = {name: getattr(ticket, name) for name in Ticket.__slots__ if name != "summary"}
        row = {**values, "active": ticket.session, "summary": json.dumps(dict(ticket.summary), ensure_ascii=False)}
        with self._store.begin() as connection:
            if connection.execute(select(_tickets.c.id).where(_tickets.c.active == ticket.session)).first():
                return False
            try:
                with connection.begin_nested():
                    connection.execute(insert(_tickets).values(row))
            except IntegrityError:
                return False  # another process opened one in this moment
        return True

    def active(self, session: str) -> Ticket | None:
        """The ticket of a session that is not closed."""
        return self._one(_tickets.c.active == session)

    def ticket(self, identifier: str) -> Ticket | None:
        return self._one(_tickets.c.id == identifier)

    def pending(self) -> tuple[Ticket, ...]:
        """All that are not closed, oldest first."""
        with self._store.begin() as connection:
            rows = connection.execute(select(_tickets).where(_tickets.c.active.is_not(None)).order_by(_tickets.c.opened)).mappings().all()
        return tuple(map(_ticket, rows))

    def waits(self, count: int) -> tuple[tuple[datetime, datetime], ...]:
        """(opened, taken) of the last `count` tickets that were taken."""
        query = select(_tickets.c.opened, _tickets.c.taken).where(_tickets.c.taken.is_not(None)).order_by(_tickets.c.taken.desc()).limit(count)
        with self._store.begin() as connection:
            return tuple((_utc(opened), _utc(taken)) for opened, taken in connection.execute(query).all())

    def renew(self, identifier: str, **values: Any) -> None:
        """Change what a ticket says of itself: urgency, reason, mood, summary."""
        if "summary" in values:
            values["summary"] = json.dumps(dict(values["summary"]), ensure_ascii=False)
        with self._store.begin() as connection:
            connection.execute(update(_tickets).where(_tickets.c.id == identifier).values(values))

    def move(self, ticket: Ticket, message: Message | None, **values: Any) -> bool:
        """Change a ticket and keep what was done, both or neither; False where it is no longer as `ticket` says."""
        if values.get("state") == "closed":
            values["active"] = None
        with self._store.begin() as connection:
            moved = connection.execute(
                update(_tickets).where(_tickets.c.id == ticket.id, _tickets.c.state == ticket.state, _tickets.c.staff == ticket.staff).values(values)
            ).rowcount
            if moved and message:
                self._add(connection, message)
        return bool(moved)

    def _one(self, condition: Any) -> Ticket | None:
        with self._store.begin() as connection:
            row = connection.execute(select(_tickets).where(condition)).mappings().first()
        return _ticket(row) if row else None

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, ticket: Ticket, message: Message) -> int:
        """Keep a message of whoever has the ticket: its number; 0 where it is theirs no longer."""
        with self._store.begin() as connection:
            held = select(_tickets.c.id).where(_tickets.c.id == ticket.id, _tickets.c.state == "taken", _tickets.c.staff == message.name)
            return self._add(connection, message) if connection.execute(held).first() else 0

    def messages(self, session: str, after: int = 0) -> tuple[Message, ...]:
        """What people said and did in a session behind the number `after`, oldest first."""
        query = select(_messages).where(_messages.c.session == session, _messages.c.number > after).order_by(_messages.c.number)
        with self._store.begin() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Message(**{**row, "at": _utc(row["at"])}) for row in rows)

    def newest(self) -> int:
        """The number of the newest message of all."""
        with self._store.begin() as connection:
            return connection.execute(select(func.max(_messages.c.number))).scalar() or 0

    @staticmethod
    def _add(connection: Connection, message: Message) -> int:
        values = {name: getattr(message, name) for name in Message.__slots__ if name != "number"}
        (number,) = connection.execute(insert(_messages).values(values)).inserted_primary_key or (0,)
        return int(number)


def _ticket(row: RowMapping) -> Ticket:
    values = {name: row[name] for name in Ticket.__slots__}
    times = {name: _utc(row[name]) if row[name] else None for name in ("opened", "taken", "closed")}
    return Ticket(**{**values, **times, "summary": json.loads(row["summary"])})


def _utc(moment: datetime) -> datetime:
    """SQLite gives back a time without its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
