"""The queue: opened once, taken once, answered, handed back, closed; urgent before early."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chatbot.errors import MessageError, Taken, Unknown
from chatbot.service.tickets import AWAY, FEWEST_WAITS, Request, Tickets
from chatbot.shop.reading import Contact
from chatbot.store import Store
from chatbot.values import State

CONTACT = Contact(hours="9:00-21:00", wait_minutes=5, timezone="Asia/Shanghai")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
        """11:00 in Shanghai."""

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store("sqlite://")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(store: Store, clock: Clock) -> Tickets:
    return Tickets(store, CONTACT, clock)


def wish(session: str = "a", **parts) -> Request:
    return Request(
        **{"session": session, "turn": 1, "language": "zh", "reason": "asked", "stake": "", "mood": 0.0, "summary": {"last": ["?"]}} | parts
    )


def test_a_session_has_one_ticket_that_gets_worse_but_no_better(tickets):
    first = tickets.open(wish())
    again = tickets.open(wish(stake="safety", mood=-0.8))
    assert (again.id, again.urgency, again.mood, again.reason) == (first.id, 3, -0.8, "safety")
    calmer = tickets.open(wish())
    assert (calmer.urgency, calmer.mood, calmer.reason) == (3, -0.8, "safety")
    assert len(tickets.pending()) == 1


def test_urgent_ones_come_first_and_waiting_makes_urgent(tickets, clock):
    calm = tickets.open(wish("calm"))
    clock.passes(minutes=1)
    angry = tickets.open(wish("angry", mood=-0.7))
    clock.passes(minutes=1)
    danger = tickets.open(wish("danger", stake="safety"))
    assert [ticket.id for ticket in tickets.pending()] == [danger.id, angry.id, calm.id]
    assert [tickets.queue(one).ahead for one in ("danger", "angry", "calm", "new")] == [0, 1, 2, 3]
    clock.passes(minutes=40)
    late = tickets.open(wish("late", mood=-0.7))
    assert [ticket.id for ticket in tickets.pending()].index(calm.id) < [ticket.id for ticket in tickets.pending()].index(late.id)


def test_a_conversation_is_taken_by_one(tickets):
    ticket = tickets.open(wish())
    assert tickets.held("a") is None
    assert tickets.take(ticket.id, "小王").staff == "小王"
    assert tickets.take(ticket.id, "小王").state == "taken", "twice is once"
    with pytest.raises(Taken, match="小王"):
        tickets.take(ticket.id, "小李")
    with pytest.raises(Taken):
        tickets.say(ticket.id, "小李", "在吗")
    assert tickets.take(ticket.id, "小李", over=True).staff == "小李"
    assert [(message.kind, message.name) for message in tickets.messages("a")] == [("joined", "小王"), ("joined", "小李")]


def test_what_is_said_is_numbered_and_only_the_sessions_own(tickets):
    one, other = tickets.open(wish("a")), tickets.open(wish("b"))
    for ticket in (one, other):
        tickets.take(ticket.id, "Lin")
    tickets.say(other.id, "Lin", "for b")
    said = tickets.say(one.id, "Lin", " 您好 ")
    assert (said.text, said.kind, said.turn) == ("您好", "said", 1)
    assert [message.text for message in tickets.messages("a")] == ["", "您好"]
    assert tickets.messages("a", said.number) == ()
    assert tickets.newest() == said.number
    with pytest.raises(MessageError):
        tickets.say(one.id, "Lin", "  ")


def test_handing_back_frees_the_session_for_another_ticket(tickets, store):
    ticket = tickets.open(wish())
    tickets.take(ticket.id, "小王")
    store.add_turn("a", State(turn=4), "在吗", {})
    assert tickets.hand_back(ticket.id, "小王").state == "closed"
    assert tickets.held("a") is None
    assert (tickets.messages("a")[-1].kind, tickets.messages("a")[-1].turn) == ("returned", 4)
    with pytest.raises(Taken):
        tickets.say(ticket.id, "小王", "还在")
    with pytest.raises(Taken):
        tickets.close(ticket.id, "小王")
    assert tickets.open(wish()).id != ticket.id


def test_an_open_one_can_be_closed_and_withdrawn(tickets):
    tickets.close(tickets.open(wish("a")).id, "小王")
    assert tickets.messages("a")[-1].kind == "closed"
    tickets.open(wish("b"))
    assert tickets.withdraw("b")
    assert not tickets.withdraw("b")
    assert tickets.messages("b") == (), "the shopper did it, so nobody is told"
    taken = tickets.open(wish("c"))
    tickets.take(taken.id, "小王")
    assert not tickets.withdraw("c")


def test_who_is_silent_for_long_may_be_away_and_the_shopper_can_leave(tickets, clock):
    ticket = tickets.open(wish())
    held = tickets.take(ticket.id, "小王")
    assert not tickets.away(held)
    clock.passes(seconds=AWAY.total_seconds() + 1)
    assert tickets.away(held)
    tickets.say(ticket.id, "小王", "我在")
    assert not tickets.away(held)
    tickets.leave("a")
    assert (tickets.ticket(ticket.id).state, tickets.messages("a")[-1].kind) == ("open", "released")


def test_the_expected_wait_is_learnt_from_those_of_late(tickets, clock):
    assert tickets.expected_wait == 5
    for number in range(FEWEST_WAITS):
        ticket = tickets.open(wish(f"s{number}"))
        clock.passes(minutes=12)
        tickets.take(ticket.id, "Lin")
    assert tickets.expected_wait == 12


def test_office_hours(tickets, clock):
    assert tickets.opens is None
    clock.passes(hours=12)
    assert tickets.opens and tickets.opens.isoformat() == "2026-03-05T09:00:00+08:00"


def test_nothing_is_lost_with_the_process(store, tickets, clock):
    ticket = tickets.open(wish())
    tickets.take(ticket.id, "小王")
    tickets.say(ticket.id, "小王", "您好")
    later = Tickets(store, CONTACT, clock)
    assert later.held("a") == tickets.held("a")
    assert [message.text for message in later.messages("a")] == ["", "您好"]
    assert later.ticket(ticket.id).summary == {"last": ["?"]}


def test_counts_and_what_is_not_there(tickets, clock):
    tickets.open(wish("a"))
    clock.passes(seconds=30)
    tickets.take(tickets.open(wish("b")).id, "Lin")
    assert tickets.counts() == {"waiting": 1, "taken": 1, "longest": 30.0}
    with pytest.raises(Unknown):
        tickets.take("nothing", "Lin")
