"""What shoppers did, as rows: written once each, read newest first and never more than a bounded number.

Works on a connection that it is given and knows no item and no profile.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from chatbot.tables import EVENTS, SESSIONS
from chatbot.values import Event, EventType

__all__ = ["MOST_EVENTS", "events_of", "write_event"]

MOST_EVENTS = 500
"""Newest events of a session that are read. Of 500, the oldest weighs less than a quadrillionth of the newest (`recommending.profile`)."""
MOST_OF_ANOTHER, OTHER_SESSIONS = 100, 30
"""Newest events of each further session of the same shopper, and how many of these are looked at."""
LASTING: tuple[EventType, ...] = ("like", "dislike", "purchase")
MOST_LASTING = 200
"""Newest events of each lasting type that are read however many others came after: what was bought or disliked stays known."""
DOUBLED, LOOKED_BACK = timedelta(seconds=60), 50
"""The same type and item again within so long is one event: a page loaded again, a click twice, a request sent anew. It is looked
for among the session's newest events, so that the millionth costs what the first did."""
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def write_event(connection: Connection, session: str, kind: EventType, item: str, at: datetime | None, now: datetime, *, gift: bool) -> bool:
    """Keep one event; False where it was there already. at: when it happened; what lies in the future happened now."""
    at = min(max(_utc(at), _EARLIEST), now) if at else now
    newest = select(EVENTS.c.type, EVENTS.c.item, EVENTS.c.created).where(EVENTS.c.session == session).order_by(EVENTS.c.number.desc())
    for known, thing, created in connection.execute(newest.limit(LOOKED_BACK)):
        if (known, thing) == (kind, item) and abs(_utc(created) - at) < DOUBLED:
            return False
    connection.execute(insert(EVENTS).values(session=session, type=kind, item=item, created=at.astimezone(UTC), gift=gift))
    return True


def events_of(connection: Connection, session: str, shopper: str = "") -> tuple[Event, ...]:
    """The newest events of a session and of the shopper's other ones, oldest first; those for somebody else are left out."""
    rows = {**_newest(connection, session, MOST_EVENTS)}
    if shopper:
        others = select(SESSIONS.c.id).where(SESSIONS.c.shopper == shopper, SESSIONS.c.id != session).order_by(SESSIONS.c.created.desc())
        for other in connection.execute(others.limit(OTHER_SESSIONS)).scalars().all():
            rows |= _newest(connection, other, MOST_OF_ANOTHER)
    own = ((at, number, kind, item) for number, (kind, item, at, gift) in rows.items() if not gift)
    return tuple(Event(kind, item, at) for at, _, kind, item in sorted(own))


_Row = tuple[EventType, str, datetime, bool]


def _newest(connection: Connection, session: str, most: int) -> dict[int, _Row]:
    """Rows by number: the newest of all types, and of the lasting types those that lie further back."""
    columns = (EVENTS.c.number, EVENTS.c.type, EVENTS.c.item, EVENTS.c.created, EVENTS.c.gift)
    query = select(*columns).where(EVENTS.c.session == session).order_by(EVENTS.c.number.desc())
    found = _read(connection.execute(query.limit(most)))
    if len(found) == most:
        for kind in LASTING:
            found |= _read(connection.execute(query.where(EVENTS.c.type == kind).limit(MOST_LASTING)))
    return found


def _read(rows: Iterable[tuple[int, EventType, str, datetime, bool | None]]) -> dict[int, _Row]:
    return {number: (kind, item, _utc(created), bool(gift)) for number, kind, item, created, gift in rows}


def _utc(moment: datetime) -> datetime:
    """With a time zone: SQLite gives times back without the one they were written with."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
