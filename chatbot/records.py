"""All that is held about a session: handed out as JSON, erased for good, or erased when it is old.

`HOLDING` is the one place that names the tables with something of a session in them; whoever adds such a table adds its
line. Knows names of tables and columns and nothing of what they mean. A table that is not there (yet) holds nothing.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import TableClause, column, delete, inspect, select, table, text, update
from sqlalchemy.engine import Connection

from chatbot.errors import SessionUnknown
from chatbot.store import Store
from chatbot.tables import EVENTS, SESSIONS, TURNS

__all__ = ["HOLDING", "NAMELESS", "Records"]

HOLDING = {
    "sessions": "id",
    "turns": "session",
    "events": "session",
    "order_audit": "session",
    "order_tries": "session",
    "tickets": "session",
    "desk_messages": "session",
    "desk_questions": "session",
}  # fmt: skip
"""Table → the column that holds the session's id."""
NAMELESS = {"order_tries": "at"}
"""Tables whose rows lose the session's id instead of being erased, and the column with their time: tries to prove whose an order is go
on counting, or whoever guesses could begin anew by having himself forgotten. They are gone after a day."""
TRIES_LAST = timedelta(days=1)
_JSON = {"sessions": ("state",), "turns": ("reply",), "order_audit": ("before", "after"), "tickets": ("summary",)}
"""Table → its columns of text that is JSON."""
BATCH = 500
"""Sessions that are erased in one statement."""


class Records:
    """Over the store's database; safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sessions_of(self, shopper: str) -> tuple[str, ...]:
        """The sessions of a known shopper, oldest first."""
        with self._store.begin() as connection:
            return tuple(connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.shopper == shopper).order_by(SESSIONS.c.created)).scalars())

    def export(self, session: str) -> dict[str, Any]:
        """Every row about a session, by table. Raises SessionUnknown where there is none."""
        with self._store.begin() as connection:
            found = {name: _rows(connection, name, key, session) for name, key in _there(connection)}
        if not any(found.values()):
            raise SessionUnknown("there is no session of that id")
        return {"session": session, **found}

    def erase(self, session: str) -> dict[str, int]:
        """Erase all of it; rows by table. Raises SessionUnknown where there was nothing."""
        with self._store.begin() as connection:
            erased = _erase(connection, [session])
        if not any(erased.values()):
            raise SessionUnknown("there is no session of that id")
        return erased

    def erase_older(self, days: int, now: datetime | None = None) -> int:
        """Erase the sessions in which nothing has happened for so many days: how many they were."""
        now = now or datetime.now(UTC)
        before, count = now - timedelta(days=days), 0
        newer_turn = select(TURNS.c.session).where(TURNS.c.session == SESSIONS.c.id, TURNS.c.created >= before).exists()
        newer_event = select(EVENTS.c.number).where(EVENTS.c.session == SESSIONS.c.id, EVENTS.c.created >= before).exists()
        old = select(SESSIONS.c.id).where(SESSIONS.c.created < before, ~newer_turn, ~newer_event).limit(BATCH)
        while True:
            with self._store.begin() as connection:
                sessions = connection.execute(old).scalars().all()
                _erase(connection, sessions)
                if not sessions:
                    _drop_nameless(connection, now)
                    return count
            count += len(sessions)


def _there(connection: Connection) -> list[tuple[str, str]]:
    there = set(inspect(connection).get_table_names())
    return [(name, key) for name, key in HOLDING.items() if name in there]


def _clause(name: str, *columns: str) -> TableClause:
    return table(name, *(column(one) for one in columns))


def _rows(connection: Connection, name: str, key: str, session: str) -> list[dict[str, Any]]:
    order: list[Any] = [column(one) for one in inspect(connection).get_pk_constraint(name)["constrained_columns"]]
    query = select(text("*")).select_from(_clause(name)).where(column(key) == session).order_by(*order)
    return [
        {field: _plain(value, is_json=field in _JSON.get(name, ())) for field, value in row.items()} for row in connection.execute(query).mappings()
    ]


def _plain(value: Any, *, is_json: bool) -> Any:
    if is_json and isinstance(value, str):
        return json.loads(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _erase(connection: Connection, sessions: Sequence[str]) -> dict[str, int]:
    erased = {}
    for name, key in _there(connection):
        rows = _clause(name, key)
        change = update(rows).values({key: ""}) if name in NAMELESS else delete(rows)
        erased[name] = connection.execute(change.where(rows.c[key].in_(sessions))).rowcount
    return erased


def _drop_nameless(connection: Connection, now: datetime) -> None:
    there: Iterable[tuple[str, str]] = _there(connection)
    for name, key in there:
        if name in NAMELESS:
            rows = _clause(name, key, NAMELESS[name])
            connection.execute(delete(rows).where(rows.c[key] == "", rows.c[NAMELESS[name]] < now - TRIES_LAST))
