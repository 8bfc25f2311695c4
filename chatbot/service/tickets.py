"""The queue of conversations that need a person: opened, taken, answered, handed back, closed. One ticket of a session at a time.

A ticket that somebody has silences the assistant; everything is in the database, so a restart loses nothing. Knows no
wording and no HTTP.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from chatbot.errors import MessageError, Taken, Unknown
from chatbot.service.ticket_store import Message, MessageKind, Ticket, TicketStore
from chatbot.shop.reading import Contact
from chatbot.store import Store
from chatbot.values import Language

__all__ = ["LONGEST_ANSWER", "Queue", "Request", "Tickets", "urgency_of"]

LONGEST_ANSWER = 4000
"""Characters of one message of a person's."""
PRESSING = timedelta(minutes=15)
"""Waiting so long counts as much as one step of urgency."""
AWAY = timedelta(minutes=10)
"""Whoever has said nothing for so long may have gone home: the shopper is given the choice."""
UPSET = -0.5
"""Mood from which a shopper is angry: what the reader gives to "I was charged twice" and worse."""
WAITS, FEWEST_WAITS = 20, 5
"""Tickets whose waits tell how long it usually takes, and from how many of them on they say more than the shop's own word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A shopper's wish for a person. stake: "money", "safety" or nothing."""

    session: str
    turn: int
    language: Language
    reason: str
    stake: str
    mood: float
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a session stands. ticket: its own. ahead: how many wait before it, or would."""

    ticket: Ticket | None
    ahead: int


class Tickets:
    """Safe to use from several threads and processes. now: the time, which a test may set."""

    def __init__(self, store: Store, contact: Contact, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._last_turn, self._kept, self._contact, self._now = store.last_turn, TicketStore(store), contact, now
        self._hours = contact.office_hours()
        self.messages, self.newest, self.pending_of = self._kept.messages, self._kept.newest, self._kept.active

    # ── the shopper's side ────────────────────────────────────────────────────────────────────────────────────────────

    def queue(self, session: str) -> Queue:
        pending = self.pending()
        own = next((ticket for ticket in pending if ticket.session == session), None)
        waiting = [ticket for ticket in pending if ticket.state == "open"]
        return Queue(own, waiting.index(own) if own in waiting else len(waiting))

    def held(self, session: str) -> Ticket | None:
        """The ticket of a session that a person has: the assistant is silent then."""
        ticket = self._kept.active(session)
        return ticket if ticket and ticket.state == "taken" else None

    def open(self, request: Request) -> Ticket:
        """A ticket for the session; where it has one already, that one, with what has got worse since."""
        urgency = urgency_of(request.reason, request.stake, request.mood)
        new = Ticket(
            id=secrets.token_hex(8), session=request.session, turn=request.turn, language=request.language, reason=request.stake or request.reason,
            urgency=urgency, mood=request.mood, summary=request.summary, opened=self._now(),
        )  # fmt: skip
        while not self._kept.open(new):
            if old := self._kept.active(request.session):
                worse = urgency > old.urgency
                self._kept.renew(
                    old.id, urgency=max(urgency, old.urgency), mood=min(request.mood, old.mood), summary=request.summary,
                    reason=new.reason if worse else old.reason,
                )  # fmt: skip
                return self._found(old.id)
        return new

    def withdraw(self, session: str) -> bool:
        """The shopper no longer wants a person; whether there was a ticket that nobody had taken."""
        ticket = self._kept.active(session)
        return bool(ticket and ticket.state == "open" and self._kept.move(ticket, None, state="closed", closed=self._now()))

    def leave(self, session: str) -> None:
        """The shopper goes on with the assistant; the ticket waits for another person."""
        if ticket := self.held(session):
            self._kept.move(ticket, self._done(ticket, "released", ticket.staff), state="open", staff="", taken=None)

    def away(self, ticket: Ticket) -> bool:
        """Whether whoever has the ticket has been silent for long."""
        said = [message.at for message in self.messages(ticket.session) if message.ticket == ticket.id]
        return self._now() - max(said, default=ticket.taken or ticket.opened) > AWAY

    @property
    def expected_wait(self) -> int:
        """Minutes, by the waits of late where there are enough of them within office hours, else by the shop's own word."""
        waits = [taken - opened for opened, taken in self._kept.waits(WAITS) if not self._hours or self._hours.open_at(opened)]
        if len(waits) < FEWEST_WAITS:
            return self._contact.wait_minutes
        return max(1, round(median(wait.total_seconds() for wait in waits) / 60))

    @property
    def opens(self) -> datetime | None:
        """When people are there again; None where they are there now, or where the hours cannot be read."""
        now = self._now()
        return None if not self._hours or self._hours.open_at(now) else self._hours.opens_after(now)

    # ── the desk's side ───────────────────────────────────────────────────────────────────────────────────────────────

    def pending(self) -> tuple[Ticket, ...]:
        """All that are not closed, the most urgent first; waiting makes urgent."""
        now = self._now()
        return tuple(sorted(self._kept.pending(), key=lambda ticket: (-ticket.urgency - (now - ticket.opened) / PRESSING, ticket.opened)))

    def ticket(self, identifier: str) -> Ticket:
        return self._found(identifier)

    def take(self, identifier: str, name: str, *, over: bool = False) -> Ticket:
        """`name` joins the conversation. over: even where somebody else has it. Raises Taken and Unknown."""
        ticket = self._found(identifier)
        if ticket.state == "taken" and ticket.staff == name:
            return ticket
        if ticket.state == "closed" or (ticket.state == "taken" and not over):
            raise Taken(f"the conversation is {'closed' if ticket.state == 'closed' else 'with ' + ticket.staff}")
        message = self._done(ticket, "joined", name)
        if not self._kept.move(ticket, message, state="taken", staff=name, taken=self._now(), taken_turn=message.turn):
            raise Taken("somebody else took the conversation in this moment")
        return self._found(identifier)

    def say(self, identifier: str, name: str, text: str) -> Message:
        """`name` answers in the shopper's chat. Raises Taken where the conversation is not theirs."""
        text = text.strip()[:LONGEST_ANSWER]
        if not text:
            raise MessageError("the answer is empty", fix="write what the shopper should read")
        message = self._done(self._found(identifier), "said", name, text)
        number = self._kept.say(self._found(identifier), message)
        if not number:
            raise Taken("the conversation is not yours", fix="take it first")
        return next(one for one in self.messages(message.session, number - 1) if one.number == number)

    def hand_back(self, identifier: str, name: str) -> Ticket:
        """The assistant goes on with the conversation. Raises Taken where it is not theirs."""
        ticket = self._found(identifier)
        if ticket.state != "taken" or ticket.staff != name:
            raise Taken("the conversation is not yours", fix="take it first")
        return self._close(ticket, "returned", name)

    def close(self, identifier: str, name: str) -> Ticket:
        """The matter is done; also of a conversation that nobody has taken. Raises Taken where it is somebody else's."""
        ticket = self._found(identifier)
        if ticket.state == "closed" or (ticket.state == "taken" and ticket.staff != name):
            raise Taken(f"the conversation is {'closed' if ticket.state == 'closed' else 'with ' + ticket.staff}")
        return self._close(ticket, "closed", name)

    def counts(self) -> dict[str, float]:
        """For the metrics: tickets that wait, that somebody has, and the longest wait in seconds."""
        pending = self._kept.pending()
        waiting = [ticket for ticket in pending if ticket.state == "open"]
        longest = max((self._now() - ticket.opened for ticket in waiting), default=timedelta())
        return {"waiting": len(waiting), "taken": len(pending) - len(waiting), "longest": longest.total_seconds()}

    def _close(self, ticket: Ticket, kind: MessageKind, name: str) -> Ticket:
        if not self._kept.move(ticket, self._done(ticket, kind, name), state="closed", staff=name, closed=self._now()):
            raise Taken("somebody else took the conversation in this moment")
        return self._found(ticket.id)

    def _done(self, ticket: Ticket, kind: MessageKind, name: str, text: str = "") -> Message:
        turn = max(ticket.turn, self._last_turn(ticket.session))
        return Message(number=0, session=ticket.session, ticket=ticket.id, turn=turn, kind=kind, name=name, text=text, at=self._now())

    def _found(self, identifier: str) -> Ticket:
        ticket = self._kept.ticket(identifier)
        if ticket is None:
            raise Unknown(f"there is no ticket {identifier[:40]!r}")
        return ticket


def urgency_of(reason: str, stake: str, mood: float) -> int:
    """3 where money or safety is at stake, 2 where the shopper is angry or complains, 1 otherwise."""
    if stake:
        return 3
    return 2 if mood <= UPSET or reason in ("complaint", "mood") else 1
