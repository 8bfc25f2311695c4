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

from sqlalchemy import Engine, MetaData, create_engine, event, func, insert, select, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from chatbot.errors import MessageError, NotAllowed, SessionUnknown, StoreError, brief
from chatbot.events import events_of, write_event
from chatbot.order_values import ordering_from_json
from chatbot.tables import EVENTS, SESSIONS, TABLES, TURNS, make_tables
from chatbot.values import Bound, Constraints, Event, EventType, Need, State, Trend

__all__ = ["Store", "Turn", "new_session"]

SESSION_LENGTH = 32
"""Hexadecimal digits of a session id: 128 random bits, and knowing them is the only right to read a session."""
LONGEST_COMMENT = 2000


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
            make_tables(self._engine, TABLES)
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
        try:
            with self._guard:
                make_tables(self._engine, tables)
        except SQLAlchemyError as error:
            raise StoreError(f"the database cannot hold further tables: {_reason(error)}", fix="see whether it can be written") from error

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
            text = connection.execute(select(SESSIONS.c.state).where(SESSIONS.c.id == session)).scalar()
        return _read_state(json.loads(text)) if text else State()

    def exists(self, session: str) -> bool:
        with self.begin() as connection:
            return connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id == session)).first() is not None

    def add_turn(self, session: str, state: State, message: str, reply: Mapping[str, Any]) -> None:
        """Keep a finished turn and the state after it, both or neither."""
        now = datetime.now(UTC)
        text = json.dumps(asdict(state), ensure_ascii=False)
        with self.begin() as connection:
            self._ensure(connection, session, now)
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(state=text))
            connection.execute(
                insert(TURNS).values(session=session, turn=state.turn, message=message, reply=json.dumps(reply, ensure_ascii=False), created=now)
            )

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The turns of a session, oldest first. Raises SessionUnknown."""
        with self.begin() as connection:
            rows = connection.execute(select(TURNS).where(TURNS.c.session == session).order_by(TURNS.c.turn)).mappings().all()
        if not rows and not self.exists(session):
            raise SessionUnknown("there is no session of that id", fix="begin one by sending a message without a session")
        return tuple(Turn(row["turn"], row["message"], json.loads(row["reply"]), row["liked"]) for row in rows)

    def last_turn(self, session: str) -> int:
        """The number of the session's last turn, 0 where it has none."""
        with self.begin() as connection:
            return connection.execute(select(func.max(TURNS.c.turn)).where(TURNS.c.session == session)).scalar() or 0

    # ── behaviour ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def add_event(self, session: str, kind: EventType, item: str, *, at: datetime | None = None, gift: bool = False) -> bool:
        """Keep what a shopper did; a session may begin with it. at: when; now where it is not given. gift: for somebody else.

        False where the same was kept within the last minute: a page was loaded again.
        """
        now = datetime.now(UTC)
        with self.begin() as connection:
            self._ensure(connection, session, now)
            return write_event(connection, session, kind, item, at, now, gift=gift)

    def events(self, session: str, shopper: str = "") -> tuple[Event, ...]:
        """The newest events of a session, and of the other sessions of a shopper where one is given, oldest first."""
        with self.begin() as connection:
            return events_of(connection, session, shopper)

    def claim(self, session: str, shopper: str) -> None:
        """The session is this shopper's from now on. Raises NotAllowed where it is another's."""
        with self.begin() as connection:
            self._ensure(connection, session, datetime.now(UTC))
            owner = connection.execute(select(SESSIONS.c.shopper).where(SESSIONS.c.id == session)).scalar()
            if owner is None:
                connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(shopper=shopper))
                owner = shopper
        if owner != shopper:
            raise NotAllowed("the session belongs to another shopper", fix="begin a new session when somebody else logs in")

    def _ensure(self, connection: Connection, session: str, now: datetime) -> None:
        if connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id == session)).first() is None:
            try:
                with connection.begin_nested():
                    connection.execute(insert(SESSIONS).values(id=session, created=now, state=json.dumps(asdict(State()))))
            except IntegrityError:
                return  # another request began the same session in this moment

    def first_events(self, session: str) -> tuple[Event, ...]:
        """What the shopper did before the first turn, oldest first."""
        begun = select(func.min(TURNS.c.created)).where(TURNS.c.session == session).scalar_subquery()
        columns = (EVENTS.c.type, EVENTS.c.item, EVENTS.c.created)
        query = select(*columns).where(EVENTS.c.session == session, EVENTS.c.created < begun).order_by(EVENTS.c.number)
        with self.begin() as connection:
            return tuple(Event(kind, item, at) for kind, item, at in connection.execute(query))

    def add_feedback(self, session: str, turn: int, liked: bool, comment: str = "") -> None:
        """Keep a like or dislike of a turn. Raises SessionUnknown and MessageError."""
        with self.begin() as connection:
            found = connection.execute(
                update(TURNS).where(TURNS.c.session == session, TURNS.c.turn == turn).values(liked=liked, comment=comment[:LONGEST_COMMENT])
            ).rowcount
        if not found:
            if not self.exists(session):
                raise SessionUnknown("there is no session of that id")
            raise MessageError(f"the session has no turn {turn}", fix="give the turn of one of its replies")

    def counts(self) -> dict[str, int]:
        """Rows of each table, for the metrics."""
        with self.begin() as connection:
            return {table.name: connection.execute(select(func.count()).select_from(table)).scalar() or 0 for table in (SESSIONS, TURNS, EVENTS)}

    def close(self) -> None:
        self._engine.dispose()


def _tune_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while a turn is written
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten and not only unlinked
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
    values["constraints"] = _read_constraints(constraints)
    values["bounds"] = tuple(Bound(**one) for one in row.get("bounds", ()))
    values["beside"] = tuple(_read_need(one) for one in row.get("beside", ()))
    return State(**values)


def _read_need(row: Mapping[str, Any]) -> Need:
    values: dict[str, Any] = {name: _tupled(value) for name, value in row.items() if name != "constraints"}
    return Need(constraints=_read_constraints(row["constraints"]), **values)


def _read_constraints(row: Mapping[str, Any]) -> Constraints:
    known = {field.name for field in fields(Constraints)}
    return Constraints(**{name: _tupled(value) for name, value in row.items() if name in known})


def _tupled(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return {name: tuple(inner) for name, inner in value.items()} if isinstance(value, dict) else value
