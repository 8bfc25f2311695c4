"""What was done, as rows: with its time, once, a bounded number of them, and never of another session."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from chatbot.errors import NotAllowed
from chatbot.events import MOST_EVENTS, MOST_LASTING, MOST_OF_ANOTHER
from chatbot.store import Store
from chatbot.tables import EVENTS

MANY = 5_000


@pytest.fixture
def store():
    found = Store("sqlite://")
    yield found
    found.close()


def ago(**parts: float) -> datetime:
    return datetime.now(UTC) - timedelta(**parts)


def items(store, session, shopper=""):
    return [event.item for event in store.events(session, shopper)]


def many(store, session: str, count: int, kind: str = "view") -> None:
    """Rows as they would be after so many different events."""
    now = datetime.now(UTC)
    with store.begin() as connection:
        connection.execute(insert(EVENTS), [{"session": session, "type": kind, "item": str(number), "created": now} for number in range(count)])


def test_an_event_has_the_time_it_was_given(store):
    store.add_event("s", "view", "later", at=ago(days=1))
    store.add_event("s", "view", "earlier", at=ago(days=2))
    store.add_event("s", "view", "now")
    first, second, third = store.events("s")
    assert [first.item, second.item, third.item] == ["earlier", "later", "now"]
    assert all(event.at is not None and event.at.tzinfo for event in (first, second, third))
    assert third.at - second.at > timedelta(hours=23)


@pytest.mark.parametrize(
    "at", [datetime.max, datetime.max.replace(tzinfo=UTC), datetime.min, datetime.min.replace(tzinfo=UTC), ago(days=-900), datetime(2020, 1, 1)]
)
def test_no_time_lies_ahead_or_breaks_anything(store, at):
    store.add_event("s", "view", "x", at=at)
    (event,) = store.events("s")
    assert event.at is not None and datetime(1999, 1, 1, tzinfo=UTC) < event.at <= datetime.now(UTC)


def test_a_page_loaded_again_counts_once(store):
    assert store.add_event("s", "view", "a")
    assert store.add_event("s", "view", "b")
    assert not store.add_event("s", "view", "a")
    assert store.add_event("s", "like", "a")
    assert store.add_event("t", "view", "a")
    assert store.add_event("s", "view", "a", at=ago(hours=1))
    assert not store.add_event("s", "view", "a", at=ago(hours=1))
    assert len(store.events("s")) == 4


def test_however_many_events_there_are_a_bounded_number_is_read(store):
    store.add_event("s", "purchase", "bought long ago", at=ago(days=300))
    many(store, "s", MANY)
    found = items(store, "s")
    assert len(found) == MOST_EVENTS + 1
    assert found[0] == "bought long ago" and found[-1] == str(MANY - 1)
    with store.begin() as connection:
        plans = [
            str(connection.exec_driver_sql(f"explain query plan select * from events where session = 's' {more} order by number desc limit 5").all())
            for more in ("", "and type = 'like'")
        ]
    assert all("INDEX" in plan and "TEMP B-TREE" not in plan for plan in plans)  # read in the order of an index, up to the limit
    assert not store.add_event("s", "view", str(MANY - 1))


def test_however_many_likes_there_are_they_are_no_more_than_the_newest(store):
    many(store, "s", MANY, "like")
    assert len(items(store, "s")) == MOST_EVENTS
    many(store, "s", MOST_EVENTS)
    assert len(items(store, "s")) == MOST_EVENTS + MOST_LASTING


def test_the_sessions_of_a_shopper_share_what_was_done_and_no_other_does(store):
    for session, shopper in (("a", "anna"), ("b", "anna"), ("c", "bert")):
        store.claim(session, shopper)
        store.add_event(session, "view", f"in {session}")
    store.add_event("d", "view", "in d")
    assert items(store, "a", "anna") == ["in a", "in b"]
    assert items(store, "new", "anna") == ["in a", "in b"]
    assert items(store, "a") == ["in a"]
    assert items(store, "c", "bert") == ["in c"]
    many(store, "b", 1000)
    assert len(items(store, "a", "anna")) == MOST_OF_ANOTHER + 1


def test_a_session_is_one_shoppers_for_good(store):
    store.claim("a", "anna")
    store.claim("a", "anna")
    with pytest.raises(NotAllowed, match="another shopper"):
        store.claim("a", "bert")


def test_what_was_done_for_somebody_else_is_kept_and_not_read(store):
    store.add_event("s", "view", "gift", gift=True)
    store.add_event("s", "view", "own")
    assert items(store, "s") == ["own"]
    assert store.counts()["events"] == 2
