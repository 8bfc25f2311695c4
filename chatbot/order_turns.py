"""One step of a conversation about an order → what the desk finds or does, and the facts of the reply.

Between the dialogue, which knows what is still missing, and the desk and its rules. Proves first, asks for the rest,
reads a change back, makes it once on a clear yes. Understands no message and writes no sentence.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chatbot.dialogue.order_grammar import Heard
from chatbot.dialogue.ordering import picked
from chatbot.errors import DeskError
from chatbot.masking import mask_address, mask_email, mask_text
from chatbot.order_values import CHANGES, Awaited, Change, Operation, Order, Ordering, Proof, Terms
from chatbot.phrasing.order_brief import FOR_A_PERSON, OrderSay, OrderTalk
from chatbot.service.order_rules import (
    MOST_TRIES_PER_ORDER,
    MOST_TRIES_PER_SESSION,
    Kind,
    Verdict,
    applied,
    judge,
    kinds_of,
    possible,
)
from chatbot.service.order_store import OrderStore
from chatbot.service.orders import Clock, OrderDesk, local_now
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.values import LANGUAGES, Language

__all__ = ["Asked", "OrderClerk", "Served"]

_ASKS: dict[Awaited, OrderSay] = {
    "lines": "ask_lines", "sealed": "ask_sealed", "variant": "ask_variant", "address": "ask_address", "title": "ask_title", "tax": "ask_tax",
}  # fmt: skip
_ENTRIES: dict[str, tuple[str, ...]] = {
    "status": ("tracking",), "track": ("tracking",), "cancel": ("order_cancel",), "address": ("address_change",), "return": ("returns", "return_cost", "refunds"),
    "exchange": ("exchange",), "invoice": ("invoice",), "opened": ("non_returnable",), "made_to_order": ("non_returnable",), "gift_card": ("non_returnable",),
    "display": ("sale_items",), "sealed": ("non_returnable",), "title": ("company_invoice",), "tax": ("company_invoice",), "invoiced": ("invoice_correction",),
    "faulty": ("faulty_item",), "size": ("size_exchange_shoes",),
}  # fmt: skip
"""The entries of the shop's documents that a step rests on, where the shop has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One message about an order. ordering: the conversation after it."""

    session: str
    turn: int
    language: Language
    text: str
    heard: Heard
    ordering: Ordering


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """chips: names of the quick replies, options: those that are the shop's own words. entries: documents the step rests on.

    person: a person is offered instead of anything else, and why; offered: one is offered beside it. kept: the message as it may be kept. trouble: what went wrong at the desk.
    """

    ordering: Ordering
    talk: OrderTalk
    action: Mapping[str, Any] | None = None
    chips: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    person: str = ""
    offered: bool = False
    kept: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A proven order and what the rules need to know of it."""

    asked: Asked
    order: Order
    kinds: tuple[Kind, ...]
    now: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


class OrderClerk:
    """Wired once; shared by all shoppers."""

    def __init__(self, desk: OrderDesk, store: OrderStore, catalogue: Catalogue, terms: Terms, clock: Clock = local_now) -> None:
        self._desk, self._store, self._catalogue, self._terms, self._clock = desk, store, catalogue, terms, clock

    def serve(self, asked: Asked) -> Served:
        """The step that the message leads to."""
        served = self._serve(asked)
        kept = mask_text(asked.text)
        if asked.heard.address:
            kept = kept.replace(asked.heard.address, mask_address(asked.heard.address))
        return replace(served, kept=kept)

    def _serve(self, asked: Asked) -> Served:
        ordering, heard = asked.ordering, asked.heard
        if ordering.awaits == "declined":
            return self._told(replace(ordering, awaits="operation", operation=None), OrderTalk(say="declined"), None)
        if not ordering.number:
            return self._ask(ordering, "number", "ask_number", heard)
        try:
            order, said = self._proven(asked)
        except DeskError as error:
            return self._out_of_reach(ordering, error)
        if said == "locked":
            return replace(self._told(Ordering(number=ordering.number), OrderTalk(say="locked"), None), person="order_proof")
        if order is None:
            return self._ask(ordering, "proof", said, heard)
        now = self._clock()
        case = _Case(asked, order, kinds_of(order, self._catalogue, self._terms), now, self._facts(order, asked.language))
        try:
            return self._of(case, ordering)
        except DeskError as error:
            return self._out_of_reach(ordering, error)

    # ── whose order it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def _proven(self, asked: Asked) -> tuple[Order | None, OrderSay]:
        """The order where it is proven whose it is, else what to say."""
        session, number, heard, now = asked.session, asked.ordering.number, asked.heard, self._clock()
        if self._store.proved(session, number, now):
            return self._desk.order(number), "mismatch"
        if not (heard.email or heard.digits):
            return None, "ask_proof"
        tried = self._store.begin_try(session, number, now, most_per_session=MOST_TRIES_PER_SESSION, most_per_order=MOST_TRIES_PER_ORDER)
        if tried is None:
            return None, "locked"
        order = self._desk.identify(number, Proof(heard.email, "" if heard.email else heard.digits))
        if order is not None:
            self._store.prove(tried)
        return order, "mismatch"

    # ── a proven order ────────────────────────────────────────────────────────────────────────────────────────────────

    def _of(self, case: _Case, ordering: Ordering) -> Served:
        order, heard, operation = case.order, case.asked.heard, ordering.operation
        if ordering.awaits == "done_again" or (ordering.agreed and self._store.made(ordering.key)):
            return self._told(replace(ordering, awaits="done", agreed=False), self._talk(case, "done_before", operation), order)
        if heard.faulty and order.state == "delivered" and operation not in ("invoice", "address", "cancel"):
            served = self._told(Ordering(number=order.number), self._talk(case, "faulty", operation), order)
            return replace(served, person="faulty", entries=_ENTRIES["faulty"])
        if operation not in CHANGES:
            return self._tell(case, ordering, operation)
        ordering = self._filled(case, ordering, operation)
        verdict = judge(order, operation, ordering.lines, ordering.opened, ordering.details, case.kinds, self._terms, case.now)
        if verdict.refusal:
            return self._refuse(case, ordering, operation, verdict)
        if verdict.needs:
            return self._need(case, ordering, operation, verdict)
        if ordering.agreed and ordering.version == order.version:
            return self._make(case, ordering, operation, verdict)
        return self._read_back(case, ordering, operation, verdict)

    def _tell(self, case: _Case, ordering: Ordering, operation: Operation | None) -> Served:
        able = possible(case.order, case.kinds, self._terms, case.now)
        talk = replace(self._talk(case, "track" if operation == "track" else "status", operation), possible=able)
        waiting = Ordering(number=case.order.number, awaits="operation")
        chips = (*(() if operation == "track" else ("track",)), *able)
        return Served(
            ordering=waiting,
            talk=talk,
            action=self._status(ordering, "", case.order),
            chips=chips[:4],
            entries=_ENTRIES["track"] if operation == "track" else (),
        )

    def _filled(self, case: _Case, ordering: Ordering, operation: Operation) -> Ordering:
        """The conversation with the items and the variant that the customer's words name."""
        if operation not in ("return", "exchange"):
            return ordering
        order, heard = case.order, case.asked.heard
        titles = self._titles(order, case.asked.language)
        lines = ordering.lines
        if ordering.awaits == "lines":
            lines = tuple(lines[place] for place in ordering.picked if place < len(lines))
        elif not lines and len(titles) > 1:
            said = picked(ordering.said, titles)
            lines = said if len(said) < len(titles) or operation == "return" else ()
        details = dict(ordering.details)
        place = lines[0] if len(lines) == 1 else 0 if len(titles) == 1 else -1
        if operation == "exchange" and place >= 0:
            kind = case.kinds[place]
            present = order.lines[place].chosen.get(kind.colour_name, "")
            for words in (heard.text, ordering.said):
                wanted = [colour for colour in kind.colours if colour != present and self._names(words, colour)]
                if len(wanted) == 1:
                    details["colour"] = wanted[0]
                    break
        return replace(ordering, lines=lines, details=details, picked=(), awaits="" if ordering.awaits == "lines" else ordering.awaits)

    def _refuse(self, case: _Case, ordering: Ordering, operation: Operation, verdict: Verdict) -> Served:
        insisted = case.asked.heard.insists
        titles = self._titles(case.order, case.asked.language)
        talk = replace(
            self._talk(case, "refused", operation), reason=verdict.refusal, insisted=insisted, days=verdict.days, left_out=tuple((titles[place], why) for place, why in verdict.left_out),
            sizes=self._sizes(case, verdict.lines or tuple(range(len(titles)))),
        )  # fmt: skip
        action = {**self._status(ordering, "", case.order), "refused": verdict.refusal}
        waiting = replace(ordering, awaits="refused", agreed=False, key="")
        entries = _ENTRIES.get(verdict.refusal, ()) or _ENTRIES["size" if talk.sizes and operation == "exchange" else operation]
        able = possible(case.order, case.kinds, self._terms, case.now)
        return Served(
            ordering=waiting, talk=talk, action=None if insisted else action, chips=("human",) if insisted else (*[one for one in able if one != operation][:2], "human"),
            entries=entries, person="insisted" if insisted else "", offered=verdict.refusal in FOR_A_PERSON,
        )  # fmt: skip

    def _need(self, case: _Case, ordering: Ordering, operation: Operation, verdict: Verdict) -> Served:
        titles = self._titles(case.order, case.asked.language)
        meant = tuple((titles[place], case.order.lines[place].quantity) for place in verdict.lines)
        choices: tuple[str, ...] = ()
        chips: tuple[str, ...] = ()
        if verdict.needs == "lines":
            choices = tuple(title for title, _ in meant)
            chips = ("all",) if operation == "return" else ()
        elif verdict.needs == "variant":
            choices = self._colours(case, verdict)
        elif verdict.needs in ("sealed", "title"):
            chips = ("sealed", "opened") if verdict.needs == "sealed" else ("personal",)
        talk = replace(
            self._talk(case, _ASKS[verdict.needs], operation), chosen=meant, choices=choices, sizes=self._sizes(case, verdict.lines) if verdict.needs == "variant" else (),
            left_out=tuple((titles[place], why) for place, why in verdict.left_out),
        )  # fmt: skip
        lines = verdict.lines if verdict.needs == "lines" else ordering.lines
        waiting = replace(ordering, awaits=verdict.needs, choices=choices, lines=lines, agreed=False, key="")
        entries = _ENTRIES.get(verdict.needs, ())
        return Served(
            ordering=waiting, talk=talk, action=self._status(waiting, verdict.needs, case.order), chips=chips, options=choices, entries=entries
        )

    def _read_back(self, case: _Case, ordering: Ordering, operation: Operation, verdict: Verdict) -> Served:
        key = hashlib.sha256(f"{case.asked.session} {case.asked.turn}".encode()).hexdigest()[:32]
        talk = replace(self._about(case, "read_back", operation, verdict), anew=ordering.agreed)
        waiting = replace(ordering, awaits="confirm", choices=(), agreed=False, key=key, version=case.order.version)
        entries = _ENTRIES["size"] if operation == "exchange" and "size" in verdict.details.get("chosen", {}) else _ENTRIES[operation]
        return Served(ordering=waiting, talk=talk, action=self._status(waiting, "confirm", case.order), chips=("yes", "no"), entries=entries)

    def _make(self, case: _Case, ordering: Ordering, operation: Operation, verdict: Verdict) -> Served:
        after = applied(case.order, operation, verdict)
        details = {"lines": list(verdict.lines), "amount": verdict.amount, "fee": verdict.fee, **verdict.details}
        made = self._desk.change(
            Change(session=case.asked.session, key=ordering.key, operation=operation, before=case.order, after=after, details=details)
        )
        if made is None:  # somebody else changed it between reading it and changing it
            fresh = self._desk.order(case.order.number)
            if fresh is None:
                raise DeskError(f"the order {case.order.number} is gone", fix="see the shop's order system")
            return self._of(replace(case, order=fresh, facts=self._facts(fresh, case.asked.language)), replace(ordering, version=-1))
        done = replace(ordering, awaits="done", agreed=False, details={}, said="")
        if not made:
            return self._told(done, self._talk(case, "done_before", operation), after)
        action = {
            "name": "order_change",
            "operation": operation,
            "order": after.number,
            "state": after.state,
            "amount": verdict.amount,
            "fee": verdict.fee,
            "key": ordering.key,
        }
        return Served(ordering=done, talk=self._about(case, "done", operation, verdict), action=action)

    def _names(self, words: str, colour: str) -> bool:
        """Whether the words name a colour, in either language: 白色, 白的, white."""
        for language in LANGUAGES:
            name = folded(self._catalogue.attribute_value(colour, language))
            if is_han(name[0]):
                if name in words or (name.endswith("色") and f"{name[:-1]}的" in words):
                    return True
            elif re.search(rf"\b{re.escape(name)}\b", words):
                return True
        return False

    # ── facts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, ordering: Ordering, awaits: Awaited, say: OrderSay, heard: Heard) -> Served:
        waiting = replace(ordering, awaits=awaits, agreed=False, picked=())
        talk = OrderTalk(say=say, operation=ordering.operation, insisted=heard.insists, terms=self._terms)
        return Served(ordering=waiting, talk=talk, action=self._status(waiting, awaits, None))

    def _told(self, ordering: Ordering, talk: OrderTalk, order: Order | None) -> Served:
        return Served(ordering=ordering, talk=replace(talk, terms=self._terms), action=self._status(ordering, "", order) if order else None)

    def _out_of_reach(self, ordering: Ordering, error: DeskError) -> Served:
        """The desk failed. Whether a change that was agreed to has been made is not known then; its key cannot make it twice."""
        if ordering.agreed:
            waiting = replace(ordering, agreed=False, awaits="confirm")
            talk = OrderTalk(say="unsure", operation=ordering.operation, terms=self._terms)
            return Served(ordering=waiting, talk=talk, action=self._status(waiting, "confirm", None), chips=("yes", "human"), trouble=str(error))
        waiting = replace(ordering, awaits="proof")
        talk = OrderTalk(say="unreachable", operation=ordering.operation, terms=self._terms)
        return Served(ordering=waiting, talk=talk, chips=("human",), person="order_desk", trouble=str(error))

    def _status(self, ordering: Ordering, needs: str, order: Order | None) -> dict[str, Any]:
        """The action of a step that changes nothing; of the order itself only what is proven."""
        action: dict[str, Any] = {"name": "order_status", "operation": ordering.operation or "status", "needs": needs}
        if order:
            action |= {"order": order.number, "state": order.state, "total": order.paid, "carrier": order.carrier, "tracking": order.tracking}
            action["items"] = [{"id": line.item, "quantity": line.quantity, "price": line.price} for line in order.lines]
        return action

    def _facts(self, order: Order, language: Language) -> dict[str, Any]:
        dates = {name: date for name in ("placed", "shipped", "delivered") if (date := getattr(order, name))}
        counts = [line.quantity for line in order.lines]
        return {
            "number": order.number, "state": order.state, "items": tuple(zip(self._titles(order, language), counts, strict=True)), "paid": order.paid,
            "paid_with": order.paid_with, "dates": dates, "carrier": order.carrier, "tracking": order.tracking, "out_for_delivery": order.out_for_delivery,
        }  # fmt: skip

    def _talk(self, case: _Case, say: OrderSay, operation: Operation | None) -> OrderTalk:
        return OrderTalk(say=say, operation=operation, terms=self._terms, **case.facts)

    def _about(self, case: _Case, say: OrderSay, operation: Operation, verdict: Verdict) -> OrderTalk:
        """The facts of a change that may be made."""
        order, language = case.order, case.asked.language
        titles = self._titles(order, language)
        details = verdict.details
        wish = mask_address(details["address"]) if operation == "address" else details.get("title", "")
        if operation == "exchange":
            wish = self._variant(details["chosen"], language)
        kept = order.shipping if operation == "return" else 0.0
        return replace(
            self._talk(case, say, operation), chosen=tuple((titles[place], order.lines[place].quantity) for place in verdict.lines),
            left_out=tuple((titles[place], why) for place, why in verdict.left_out), refund=verdict.amount, fee=verdict.fee, kept_shipping=kept,
            days=verdict.days, wish=wish, email=mask_email(order.email),
        )  # fmt: skip

    def _titles(self, order: Order, language: Language) -> tuple[str, ...]:
        items = [self._catalogue.by_id.get(line.item) for line in order.lines]
        return tuple(item.text(language).title if item else line.item for item, line in zip(items, order.lines, strict=True))

    def _variant(self, chosen: Mapping[str, str], language: Language) -> str:
        parts = [
            (f"{value} 码" if language == "zh" else f"size {value}") if name == "size" else self._catalogue.attribute_value(value, language)
            for name, value in chosen.items()
        ]
        return " ".join(parts)

    def _colours(self, case: _Case, verdict: Verdict) -> tuple[str, ...]:
        (place,) = verdict.lines
        kind, line = case.kinds[place], case.order.lines[place]
        if verdict.days > self._terms.exchange_days:
            return ()
        return tuple(self._catalogue.attribute_value(one, case.asked.language) for one in kind.colours if one != line.chosen.get(kind.colour_name))

    @staticmethod
    def _sizes(case: _Case, lines: Sequence[int]) -> tuple[str, ...]:
        return case.kinds[lines[0]].sizes if len(lines) == 1 and case.kinds[lines[0]].sized else ()
