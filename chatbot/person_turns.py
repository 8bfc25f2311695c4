"""A person in the turn: when one is offered, what becomes of a yes, and what happens while one has the conversation.

`Reception.attend` takes what a plan came to and adds the person to it; `passed_on` is the whole turn of a message that goes
to a person. Without a desk nobody can join, and shoppers are told how to reach the shop instead.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chatbot.dialogue.people import FAILED_OFTEN, failures_after, may_offer, stake_of
from chatbot.dialogue.state import Step
from chatbot.facts import Presenter
from chatbot.fetching import Fetched
from chatbot.masking import mask_text
from chatbot.phrasing import en_people, zh_people
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.person_brief import Closing, PersonTalk
from chatbot.service.ticket_store import Message, Ticket
from chatbot.service.tickets import UPSET, Request, Tickets
from chatbot.shop.reading import Shop
from chatbot.store import Store, Turn
from chatbot.values import Language, Reply, State, Understanding

__all__ = ["Reception", "told_message"]

LATE = 6
"""Turns before the request in which a stake or a bad mood still counts, and whose failures are told."""
_EFFECTS = ("add_to_cart", "order_change")
"""Actions that a reply is about: nothing is offered beside them."""


class Reception:
    """Read-only over one shop; tickets: None where the shop has no desk."""

    def __init__(self, shop: Shop, store: Store, tickets: Tickets | None) -> None:
        self._shop, self._store, self.tickets = shop, store, tickets
        self._presenter = Presenter(shop.catalogue, shop.currency)

    def attend(self, fetched: Fetched, before: State, step: Step, understanding: Understanding, session: str) -> Fetched:
        """`fetched` with the person: offered, fetched, or left out because the shopper has just declined one."""
        state, language = fetched.state, understanding.language
        stake = stake_of(understanding.text)
        failures = failures_after(before, fetched.brief.kind, understanding)
        offers = bool(stake) or may_offer(state)
        action = fetched.action
        closing: Closing = ""
        handoff = bool(action) and action is not None and action["name"] == "handoff"
        if action and handoff and action["offered"] and not offers:
            action, state = None, replace(state, offered_human=False)
        elif not handoff and offers and not (action and action["name"] in _EFFECTS) and fetched.plan.kind not in ("thanks", "goodbye", "greet"):
            closing = stake or ("failed" if failures >= FAILED_OFTEN else "mood" if understanding.mood.score <= UPSET else "")
        if closing:
            state = replace(state, offered_human=True)
            action = action or {"name": "handoff", "reason": closing, "offered": True}
        if handoff or closing or not offers:
            failures = 0  # who has been offered a person is not offered one again with every turn
        state = replace(state, failures=failures)
        talk = self._talk(session, language, PersonTalk(offers=offers, stake=stake, closing=closing))
        if self.tickets and state.declined == state.turn:
            self.tickets.withdraw(session)
        if action and action["name"] == "handoff":
            action = self._filled(action, talk)
            if self.tickets and not action["offered"]:
                ticket = self.tickets.open(self._request(state, understanding, session, str(action["reason"]), stake))
                action |= {"ticket": ticket.id}
        brief = replace(fetched.brief, person=talk, contact=self._contact(fetched.brief.contact, talk))
        return replace(fetched, state=state, brief=brief, action=action)

    @staticmethod
    def closing(brief: Brief) -> str:
        """The sentence that offers a person behind a reply that is about something else."""
        return (zh_people if brief.language == "zh" else en_people).closing(brief)

    # ── while a person has the conversation ───────────────────────────────────────────────────────────────────────────

    def held(self, session: str) -> Ticket | None:
        """The ticket of the person who has the conversation."""
        return self.tickets.held(session) if self.tickets else None

    def passed_on(self, ticket: Ticket, state: State, session: str, language: Language) -> Reply:
        """The turn of a message that goes to a person: silent but for the first, and where that person seems to have gone."""
        people = zh_people if language == "zh" else en_people
        first, away = state.turn == ticket.taken_turn, bool(self.tickets and self.tickets.away(ticket))
        text = people.away(ticket.staff) if away else people.passed_on(ticket.staff) if first else ""
        action = {"name": "ticket", "ticket": ticket.id, "state": "taken", "staff": ticket.staff}
        return self._silent(state, session, language, text, action, (people.BACK,) if text else ())

    def resumed(self, state: State, session: str, language: Language) -> Reply:
        """The shopper would rather go on with the assistant; the ticket waits for somebody else."""
        if self.tickets:
            self.tickets.leave(session)
        people = zh_people if language == "zh" else en_people
        return self._silent(state, session, language, people.resumed(), None, ())

    @staticmethod
    def _silent(state: State, session: str, language: Language, text: str, action: Mapping[str, Any] | None, options: tuple[str, ...]) -> Reply:
        understanding = {
            "intent": {"name": "human", "confidence": 1.0}, "interests": [], "constraints": state.constraints.as_json(), "mood": {"label": "neutral", "score": 0.0},
        }  # fmt: skip
        return Reply(session=session, turn=state.turn + 1, language=language, text=text, action=action, options=options, understanding=understanding)

    # ── what is told and kept of it ───────────────────────────────────────────────────────────────────────────────────

    def _talk(self, session: str, language: Language, talk: PersonTalk) -> PersonTalk:
        if not self.tickets:
            return replace(talk, joins=False)
        queue, opening = self.tickets.queue(session), self.tickets.opens
        people = zh_people if language == "zh" else en_people
        opens = people.day_of(opening, datetime.now(UTC).astimezone(opening.tzinfo)) if opening else ""
        return replace(talk, joins=True, ahead=queue.ahead, waits=queue.ticket is not None, opens=opens)

    def _filled(self, action: Mapping[str, Any], talk: PersonTalk) -> dict[str, Any]:
        """The action of an offer or a request with what a page needs to show it."""
        if not self.tickets:
            contact = self._shop.contact
            return {**action, "contact": {"phone": contact.phone, "email": contact.email, "hours": contact.hours}}
        opening = self.tickets.opens
        if opening:
            return {**action, "opens": opening.isoformat()}
        return {**action, "wait_minutes": self.tickets.expected_wait, "ahead": talk.ahead}

    def _contact(self, contact: Mapping[str, str], talk: PersonTalk) -> dict[str, str]:
        more = {"opens": talk.opens, "ahead": str(talk.ahead)}
        if self.tickets:
            unit = contact.get("wait", "").partition(" ")[2]
            more["wait"] = f"{self.tickets.expected_wait} {unit}"
        return {**contact, **more}

    def _request(self, state: State, understanding: Understanding, session: str, reason: str, stake: str) -> Request:
        turns = self._store.turns(session)[-LATE:] if self._store.exists(session) else ()
        moods = [float((turn.reply.get("understanding") or {}).get("mood", {}).get("score", 0.0)) for turn in turns]
        stakes = [found for turn in turns if (found := stake_of(turn.message))]
        return Request(
            session=session, turn=state.turn, language=understanding.language, reason=reason, stake=stake or (stakes[-1] if stakes else ""),
            mood=min([understanding.mood.score, *moods]), summary=self._summary(state, understanding, turns),
        )  # fmt: skip

    def _summary(self, state: State, understanding: Understanding, turns: tuple[Turn, ...]) -> dict[str, Any]:
        """What was wanted, under which conditions, what was shown and tried, and what was asked last; personal data masked."""
        language = understanding.language
        replies = [turn.reply for turn in turns]
        questions = [turn.message for turn in turns if (turn.reply.get("action") or {}).get("reason") == "no_answer"]
        said = [*(turn.message for turn in turns[-1:]), understanding.text]
        shown = [item.text(language).title for item in self._shop.catalogue.get(state.focus or state.last)]
        order = f"{state.order.number} {state.order.operation or ''}".strip() if state.order and state.order.number else ""
        summary: dict[str, Any] = {
            "need": [mask_text(text) for text in state.need], "wishes": list(dict.fromkeys(self._presenter.wishes(state, language).values())), "shown": shown,
            "answered": list(dict.fromkeys(source["title"] for reply in replies for source in reply.get("sources", ()))),
            "unanswered": [mask_text(text) for text in questions], "order": order, "last": [mask_text(text) for text in said],
        }  # fmt: skip
        return {name: value for name, value in summary.items() if value}


def told_message(message: Message, language: Language) -> dict[str, Any]:
    """A person's message as JSON for the shopper; what was done and not said gets the assistant's words for it."""
    people = zh_people if language == "zh" else en_people
    return {
        "number": message.number, "turn": message.turn, "kind": message.kind, "name": message.name,
        "text": message.text if message.kind == "said" else people.told(message.kind, message.name), "at": message.at.isoformat(),
    }  # fmt: skip
