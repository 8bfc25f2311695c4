"""All that lasts: sessions, turns, events and feedback, in any database that SQLAlchemy speaks (SQLite by default).

A session sees only itself: every query names one session. Each write is one transaction. Knows nothing of what the
values mean.
"""

import json
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Engine, Integer, MetaData, String, Table, Text, create_engine, event, func, insert, select, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from chatbot.errors import MessageError, SessionUnknown, StoreError, brief
from chatbot.order_values import ordering_from_json
from chatbot.values import Constraints, Event, EventType, State, Trend

__all__ = ["Store", "Turn", "new_session"]

SESSION_LENGTH = 32
"""Hexadecimal digits of a session id: 128 random bits, and knowing them is the only right to read a session."""
LONGEST_COMMENT = 2000
MOST_EVENTS = 500
"""Newest events of a session that shape its profile."""

_metadata = MetaData()
_sessions = Table(
    "sessions", _metadata,
    Column("id", String(64), primary_key=True), Column("created", DateTime(timezone=True), nullable=False), Column("state", Text, nullable=False),
)  # fmt: skip
_turns = Table(
    "turns", _metadata,
    Column("session", String(64), primary_key=True), Column("turn", Integer, primary_key=True), Column("message", Text, nullable=False),
    Column("reply", Text, nullable=False), Column("created", DateTime(timezone=True), nullable=False),
    Column("liked", Boolean), Column("comment", Text),
)  # fmt: skip
_events = Table(
    "events", _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True), Column("session", String(64), index=True, nullable=False),
    Column("type", String(16), nullable=False), Column("item", String(200), nullable=False), Column("created", DateTime(timezone=True), nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and the Reply it got, as JSON values."""

    turn: int
    message: str
    reply: Mapping[str, Any]
    liked: bool | None


def new_session() -> str:
    """A fresh session id."""
    return secrets.token_hex(SESSION_LENGTH // 2)


class Store:
    """One database; safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            in_memory = parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:")
            # a database in memory belongs to its connection, so all threads share one
            options: dict[str, Any] = (
                {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if in_memory else {"pool_pre_ping": True}
            )
            self._guard: AbstractContextManager[object] = threading.RLock() if in_memory else nullcontext()
            self._engine: Engine = create_engine(parsed, **options)
            if parsed.get_backend_name() == "sqlite":
                event.listen(self._engine, "connect", _tune_sqlite)
            _metadata.create_all(self._engine)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(
                f"XIAOER_DATABASE is {brief(_shown(url))}: {type(error).__name__}", fix="give an SQLAlchemy URL, such as sqlite:///xiaoer.db"
            ) from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(
                f"the database {brief(_shown(url))} cannot be opened: {_reason(error)}", fix="set XIAOER_DATABASE to one that can be written"
            ) from error

    def add_tables(self, tables: MetaData) -> None:
        """Create tables of another room's where they are not there yet."""
        with self.begin() as connection:
            tables.create_all(connection)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction. Raises StoreError where the database fails."""
        try:
            with self._guard, self._engine.begin() as connection:  # one connection in memory: one transaction at a time
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(f"the database failed: {_reason(error)}", fix="see whether it is up and can be written") from error

    def state(self, session: str) -> State:
        """The state of a session, a fresh one where the session is new."""
        with self.begin() as connection:
            text = connection.execute(select(_sessions.c.state).where(_sessions.c.id == session)).scalar()
        return _read_state(json.loads(text)) if text else State()

    def exists(self, session: str) -> bool:
        with self.begin() as connection:
            return connection.execute(select(_sessions.c.id).where(_sessions.c.id == session)).first() is not None

    def add_turn(self, session: str, state: State, message: str, reply: Mapping[str, Any]) -> None:
        """Keep a finished turn and the state after it, both or neither."""
        now = datetime.now(UTC)
        text = json.dumps(asdict(state), ensure_ascii=False)
        with self.begin() as connection:
            self._ensure(connection, session, now)
            connection.execute(update(_sessions).where(_sessions.c.id == session).values(state=text))
            connection.execute(
                insert(_turns).values(session=session, turn=state.turn, message=message, reply=json.dumps(reply, ensure_ascii=False), created=now)
            )

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The turns of a session, oldest first. Raises SessionUnknown."""
        with self.begin() as connection:
            rows = connection.execute(select(_turns).where(_turns.c.session == session).order_by(_turns.c.turn)).mappings().all()
        if not rows and not self.exists(session):
            raise SessionUnknown("there is no session of that id", fix="begin one by sending a message without a session")
        return tuple(Turn(row["turn"], row["message"], json.loads(row["reply"]), row["liked"]) for row in rows)

    def add_event(self, session: str, kind: EventType, item: str) -> None:
        """Keep what a shopper did; a session may begin with it."""
        now = datetime.now(UTC)
        with self.begin() as connection:
            self._ensure(connection, session, now)
            connection.execute(insert(_events).values(session=session, type=kind, item=item, created=now))

    def _ensure(self, connection: Connection, session: str, now: datetime) -> None:
        if connection.execute(select(_sessions.c.id).where(_sessions.c.id == session)).first() is None:
            try:
                with connection.begin_nested():
                    connection.execute(insert(_sessions).values(id=session, created=now, state=json.dumps(asdict(State()))))
            except IntegrityError:
                return  # another request began the same session in this moment

    def events(self, session: str) -> tuple[Event, ...]:
        """The newest events of a session, oldest first."""
        query = select(_events.c.type, _events.c.item).where(_events.c.session == session).order_by(_events.c.number.desc()).limit(MOST_EVENTS)
        with self.begin() as connection:
            rows = connection.execute(query).all()
        return tuple(Event(kind, item) for kind, item in reversed(rows))

    def add_feedback(self, session: str, turn: int, liked: bool, comment: str = "") -> None:
        """Keep a like or dislike of a turn. Raises SessionUnknown and MessageError."""
        with self.begin() as connection:
            found = connection.execute(
                update(_turns).where(_turns.c.session == session, _turns.c.turn == turn).values(liked=liked, comment=comment[:LONGEST_COMMENT])
            ).rowcount
        if not found:
            if not self.exists(session):
                raise SessionUnknown("there is no session of that id")
            raise MessageError(f"the session has no turn {turn}", fix="give the turn of one of its replies")

    def counts(self) -> dict[str, int]:
        """Rows of each table, for the metrics."""
        with self.begin() as connection:
            return {table.name: connection.execute(select(func.count()).select_from(table)).scalar() or 0 for table in (_sessions, _turns, _events)}

    def close(self) -> None:
        self._engine.dispose()


def _tune_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while a turn is written
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _shown(url: str) -> str:
    """A database URL without its password."""
    return re.sub(r"(?<=:)[^:@/]+(?=@)", "***", url)


def _reason(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _read_state(row: dict[str, Any]) -> State:
    """A stored state; fields that an older version lacked get their defaults."""
    known = {field.name for field in fields(State)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in known}
    constraints = row.get("constraints", {})
    values["order"] = ordering_from_json(row["order"]) if row.get("order") else None
    values["trends"] = tuple(Trend(**one) for one in row.get("trends", ()))
    values["soft"] = _tupled(row.get("soft", {}))
    values["constraints"] = Constraints(
        **{name: _tupled(value) for name, value in constraints.items() if name in {field.name for field in fields(Constraints)}}
    )
    return State(**values)


def _tupled(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return {name: tuple(inner) for name, inner in value.items()} if isinstance(value, dict) else value
