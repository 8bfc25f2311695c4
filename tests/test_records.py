"""All that is held about a session is handed out, and is gone when it is erased: from the rows and from the file."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from chatbot.errors import SessionUnknown
from chatbot.records import HOLDING, NAMELESS, Records
from chatbot.service.change_store import ChangeStore
from chatbot.service.order_store import OrderStore
from chatbot.service.ticket_store import Message, Ticket, TicketStore
from chatbot.store import Store
from chatbot.values import State
from tests.orders import an_order

NOW = datetime.now(UTC)
SECRETS = ("a most private message", "lap-private", "reply to it", "thank you very much")


@pytest.fixture
def store(tmp_path):
    found = Store(f"sqlite:///{tmp_path / 'x.db'}")
    yield found
    found.close()


def fill(store, session):
    """Something of a session in every table."""
    from chatbot.order_values import Change

    orders = OrderStore(store)
    store.add_turn(session, State(turn=1, need=(SECRETS[0],)), SECRETS[0], {"text": SECRETS[2]})
    store.add_feedback(session, 1, True, SECRETS[3])
    store.add_event(session, "view", SECRETS[1])
    order = an_order("paid")
    orders.begin_try(session, order.number, NOW, most_per_session=9, most_per_order=9)
    tickets = TicketStore(store)
    ticket = Ticket(id=f"ticket-{session}", session=session, turn=1, language="zh", reason="asked", urgency=1, mood=0.0, summary={}, opened=NOW)
    assert tickets.open(ticket)
    joined = Message(number=0, session=session, ticket=ticket.id, turn=1, kind="joined", name="小李", text="", at=NOW)
    assert tickets.move(ticket, joined, state="taken", staff="小李")
    ChangeStore(store).ask("unanswered", session, 1, SECRETS[0], "", "zh", NOW)
    orders.note(Change(key=f"key-{session}", session=session, operation="cancel", before=order, after=order), NOW)


def held(store, session):
    """Rows with the session's id, by table, whatever the module says of where to look."""
    with store.begin() as connection:
        found = {}
        for name in inspect(connection).get_table_names():
            columns = {column["name"] for column in inspect(connection).get_columns(name)}
            key = "session" if "session" in columns else "id" if name == "sessions" else None
            if key:
                found[name] = connection.execute(text(f"select count(*) from {name} where {key} = :s"), {"s": session}).scalar()
        return found


def test_every_table_with_a_session_is_named(store):
    fill(store, "s")
    assert set(held(store, "s")) == set(HOLDING)
    assert all(held(store, "s").values())


def test_all_that_is_held_is_handed_out_as_json(store):
    fill(store, "s")
    fill(store, "t")
    exported = Records(store).export("s")
    assert set(exported) == {"session", *HOLDING}
    assert all(len(exported[name]) == 1 for name in HOLDING)
    plain = json.dumps(exported, ensure_ascii=False)
    assert all(secret in plain for secret in SECRETS)
    assert exported["turns"][0]["reply"] == {"text": SECRETS[2]}
    with pytest.raises(SessionUnknown):
        Records(store).export("nobody")


def test_what_is_forgotten_is_gone_from_the_rows_and_from_the_file(store, tmp_path):
    fill(store, "s")
    store.add_turn("t", State(turn=1), "another's message", {})
    assert Records(store).erase("s")["turns"] == 1
    assert not any(held(store, "s").values())
    assert store.turns("t")
    store.close()
    with Store(f"sqlite:///{tmp_path / 'x.db'}").begin() as connection:
        connection.execute(text("select 1"))
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("x.db*"))
    assert b"another's message" in kept
    assert not [secret for secret in SECRETS if secret.encode() in kept]
    with pytest.raises(SessionUnknown):
        Records(store).erase("s")


def test_who_guesses_at_an_order_cannot_have_his_tries_forgotten(store):
    orders, number = OrderStore(store), "XM1"
    for place in range(3):
        assert orders.begin_try(f"s{place}", number, NOW, most_per_session=9, most_per_order=3) is not None
        Records(store).erase(f"s{place}")
    assert orders.begin_try("again", number, NOW, most_per_session=9, most_per_order=3) is None
    Records(store).erase_older(1, NOW + timedelta(days=3))
    assert orders.begin_try("later", number, NOW, most_per_session=9, most_per_order=1) is not None
    assert set(NAMELESS) <= set(HOLDING)


def test_old_sessions_are_erased_and_those_in_use_stay(store):
    old, now = NOW - timedelta(days=100), NOW
    for session in ("old", "old but looked at", "old but talked in", "new"):
        store.add_event(session, "view", "x", at=old)
    store.add_event("old but looked at", "view", "y")
    store.add_turn("old but talked in", State(turn=1), "hi", {})
    with store.begin() as connection:
        connection.execute(text("update sessions set created = :at where id like 'old%'"), {"at": old.replace(tzinfo=None).isoformat(" ")})
    assert Records(store).erase_older(200, now) == 0
    assert Records(store).erase_older(30, now) == 1
    assert [store.exists(name) for name in ("old", "old but looked at", "old but talked in", "new")] == [False, True, True, True]


def test_a_shoppers_sessions_are_found(store):
    for session in ("a", "b"):
        store.claim(session, "anna")
    store.claim("c", "bert")
    assert Records(store).sessions_of("anna") == ("a", "b")
    assert Records(store).sessions_of("nobody") == ()
