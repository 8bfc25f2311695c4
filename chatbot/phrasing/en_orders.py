"""What Xiaoer says about orders in English, by rule: every step of the conversation. Pure: brief in, sentences out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chatbot.order_values import Operation, Refusal
from chatbot.phrasing import en_people as people
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.order_brief import FOR_A_PERSON, OrderSay, OrderTalk

__all__ = ["CHIPS", "order_sentences"]

CHIPS: dict[str, str] = {
    "track": "Where is it?", "cancel": "Cancel it", "address": "Change the address", "return": "Return it", "exchange": "Exchange it", "invoice": "Get an invoice",
    "yes": "Yes, please", "no": "No, leave it", "sealed": "Still sealed", "opened": "It's opened", "all": "All of it", "personal": "In my own name",
}  # fmt: skip
_PAID_WITH = {
    "wechat": "to your WeChat Pay", "alipay": "to your Alipay", "debit_card": "to your card", "credit_card": "to your card", "gift_card": "to your gift card",
    "": "the way you paid",
}  # fmt: skip
_STATES = {
    "placed": "not paid yet", "paid": "paid and not sent yet", "packed": "packed and not sent yet", "shipped": "on its way", "delivered": "delivered",
    "cancelled": "cancelled", "returned": "on its way back to us",
}  # fmt: skip
_DEEDS: dict[Operation, str] = {
    "status": "look it up", "track": "look it up", "cancel": "cancel it", "address": "change the address", "return": "return it", "exchange": "exchange it",
    "invoice": "make out the invoice",
}  # fmt: skip
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def order_sentences(brief: Brief, talk: OrderTalk) -> list[Sentence]:
    """The reply to one step."""
    return [Sentence(one) for one in _SAYS[talk.say](brief, talk) if one]


def _day(date: datetime) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _listed(pairs: Sequence[tuple[str, int]]) -> str:
    named = [f"{count} × {title}" if count > 1 else title for title, count in pairs]
    return _joined(named, "and")


def _the(pairs: Sequence[tuple[str, int]]) -> str:
    return _joined([f"{count} × {title}" if count > 1 else f"the {title}" for title, count in pairs], "and")


def _joined(parts: Sequence[str], word: str) -> str:
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _ask_number(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.operation in ("status", "track", None):
        return ["I'll look it up. What's the order number?"]
    return [f"I can {_DEEDS[talk.operation]} for you. What's the order number?"]


def _ask_proof(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.insisted:
        return [
            "I have to check that first, whoever has agreed to it.",
            "I need the e-mail you ordered with, or the last 4 digits of your phone number.",
        ]
    return ["And so I know it's yours: the e-mail you ordered with, or the last 4 digits of your phone number?"]


def _mismatch(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["The order number and what you gave me don't go together. Could you check both? You can send them in one message."]


def _locked(brief: Brief, talk: OrderTalk) -> list[str]:
    return [
        "That's too many tries that didn't match, so to keep the order safe I have to stop here.",
        people.offer(brief, "Shall I fetch a colleague to check it with you?"),
    ]


def _status(brief: Brief, talk: OrderTalk) -> list[str]:
    due = f"{brief.money(talk.paid)} {'to pay' if talk.state == 'placed' else 'in all'}"
    return [
        f"Order {talk.number}: {_listed(talk.items)}, {due}, {_STATES[talk.state or 'placed']}.",
        "What would you like to do with it?" if talk.possible else "",
    ]


def _track(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.state == "shipped":
        carrier = f" with {talk.carrier}, tracking number {talk.tracking}" if talk.tracking else ""
        now = (
            "The courier has it out for delivery, so keep your phone near."
            if talk.out_for_delivery
            else "It's still on the road; you'll get a text before it comes."
        )
        return [f"It left on {_day(talk.dates['shipped'])}{carrier}.", now]
    if talk.state == "delivered":
        return [f"It was delivered on {_day(talk.dates['delivered'])}."]
    known = {
        "placed": "It hasn't left, because it hasn't been paid yet.", "paid": "It's paid and hasn't left us yet; you'll get a text when it does.",
        "packed": "It's packed and waiting for the courier; you'll get a text when it leaves.", "cancelled": "That order was cancelled, so nothing is coming.",
        "returned": "That order is going back to us, so nothing is coming.",
    }  # fmt: skip
    return [known[talk.state or "placed"]]


def _ask_lines(brief: Brief, talk: OrderTalk) -> list[str]:
    verb = "go back" if talk.operation == "return" else "be exchanged"
    return [_stays(talk), f"Which one should {verb}: {_joined(talk.choices, 'or')}{', or all of it' if talk.operation == 'return' else ''}?"]


def _ask_sealed(brief: Brief, talk: OrderTalk) -> list[str]:
    return [f"Is {_the(talk.chosen)} still sealed? Once opened it can't come back."]


def _ask_variant(brief: Brief, talk: OrderTalk) -> list[str]:
    sizes = f"Which size instead? It comes in {talk.sizes[0]} to {talk.sizes[-1]}." if talk.sizes else ""
    colours = f"{'There is also' if sizes else 'Which colour instead:'} {_joined(talk.choices, 'or')}{'.' if sizes else '?'}" if talk.choices else ""
    return [f"That's {_the(talk.chosen)}.", sizes, colours]


def _ask_address(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["What's the new address, with street, number and city?"]


def _ask_title(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["In your own name or a company's? For a company I need its full name and its 18-character credit code."]


def _ask_tax(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["And the company's 18-character credit code?"]


def _read_back(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["The order has changed since, so here it is again." if talk.anew else "", _stays(talk), *_plan(brief, talk)]


def _plan(brief: Brief, talk: OrderTalk) -> list[str]:
    back, terms = _PAID_WITH[talk.paid_with], talk.terms
    if talk.operation == "cancel":
        money = f"{brief.money(talk.refund)} back {back} within {terms.cancel_refund_hours} hours" if talk.refund else "nothing has been paid yet"
        return [f"Cancel order {talk.number} ({_listed(talk.chosen)}), {money}: shall I?"]
    if talk.operation == "address":
        return [f"Send order {talk.number} to the address you just gave ({talk.wish}). It can be changed this once: shall I?"]
    if talk.operation == "return":
        fee = f", with {brief.money(talk.fee)} taken off for collection" if talk.fee else ""
        kept = f"; the {brief.money(talk.kept_shipping)} for delivery isn't refunded" if talk.kept_shipping else ""
        return [
            f"Return {_the(talk.chosen)}, unused and with box and parts; a courier collects within {_days(terms.collection_days)}.",
            f"You get {brief.money(talk.refund)} {back} within {terms.refund_days} working days of the check{fee}{kept}: shall I?",
        ]
    if talk.operation == "exchange":
        fee = f"collection costs you {brief.money(talk.fee)}" if talk.fee else "this one is free, both ways"
        return [f"Exchange {_the(talk.chosen)} for {talk.wish}; it has to be unused, and {fee}: shall I?"]
    return [f"E-mail an invoice for {brief.money(talk.refund)} in the name of {talk.wish} to {talk.email}: shall I?"]


def _done(brief: Brief, talk: OrderTalk) -> list[str]:
    back, terms = _PAID_WITH[talk.paid_with], talk.terms
    if talk.operation == "cancel":
        money = f" You'll have {brief.money(talk.refund)} back {back} within {terms.cancel_refund_hours} hours." if talk.refund else ""
        return [f"Order {talk.number} is cancelled.{money}"]
    if talk.operation == "address":
        return [f"Done, order {talk.number} goes to the new address ({talk.wish})."]
    if talk.operation == "return":
        return [
            f"The return is set up; a courier collects within {_days(terms.collection_days)}.",
            f"{brief.money(talk.refund)} goes back {back} within {terms.refund_days} working days of the check.",
        ]
    if talk.operation == "exchange":
        return [f"The exchange for {talk.wish} is set up; a courier collects the old one within {_days(terms.collection_days)}."]
    when = "" if talk.state == "delivered" else " of delivery"
    return [f"The invoice in the name of {talk.wish} comes to {talk.email} within {terms.invoice_hours} hours{when}."]


def _done_before(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["That's done already; there's nothing more to confirm."]


def _declined(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["Fine, I've left the order as it is."]


def _refused(brief: Brief, talk: OrderTalk) -> list[str]:
    why = _why(brief, talk, talk.reason, f"The {talk.left_out[0][0] if len(talk.left_out) == 1 else _listed(talk.items)}")
    if talk.insisted:
        return ["I see why you'd like that, but nobody's word changes what I can do here.", why, people.offer(brief, "Shall I fetch a colleague?")]
    return [why, people.offer(brief, "A colleague can look at it, if you like.") if talk.reason in FOR_A_PERSON else ""]


def _why(brief: Brief, talk: OrderTalk, reason: Refusal, title: str) -> str:
    terms = talk.terms
    phone = f" on {brief.contact['phone']}" if brief.contact.get("phone") else ""
    if reason == "shipped":
        if talk.operation == "cancel":
            return f"It's already on its way, so I can't cancel it; refuse the parcel, and we refund it once it's back, less {brief.money(terms.refusal_fee)}."
        return f"It's still on its way; I can {_DEEDS[talk.operation or 'status']} once it's delivered."
    if reason == "delivered":
        if talk.operation == "cancel":
            return "It's been delivered, so there's nothing left to cancel; a return may still be possible."
        return "It's been delivered, so the address can't change any more."
    if reason == "too_late":
        return f"It was delivered {_days(talk.days)} ago, and the limit is {_days(talk.limit)}, so I can't {_DEEDS[talk.operation or 'status']}."
    known: dict[Refusal, str] = {
        "unpaid": "It hasn't been paid yet; the invoice comes after that.", "not_delivered": "It hasn't been sent yet. If you don't want it, I can cancel it instead.",
        "by_phone": f"It's left already, so please phone soon{phone}: within the city it's free, to another city {brief.money(terms.redirect_fee)}.",
        "out_for_delivery": "It's out for delivery, so I can't redirect it; you can speak to the courier or refuse it.",
        "cancelled": f"That order is cancelled, so I can't {_DEEDS[talk.operation or 'status']}.",
        "returned": "That order has been returned already." if talk.state == "returned" else f"{title} has been returned already.",
        "made_to_order": f"{title} is made to order{', and work begins once it is paid, so I cannot cancel it' if talk.operation == 'cancel' else ' and comes back only if faulty'}.",
        "display": f"{title} was a display piece and comes back only if faulty.", "gift_card": "Gift cards can't come back.",
        "opened": f"{title} can't come back once opened, unless it's faulty.", "large": f"{title} is a large item, so collection costs what the transport costs; a colleague has to arrange it.",
        "changed_before": "The address of that order has been changed once already, and once is all there is.", "exchanging": f"{title} is being exchanged already.",
        "no_variant": f"{title} comes in this one version only.", "sold_out": f"{title} is sold out at the moment, so I can't exchange it.",
        "invoiced": "That order has its invoice already; a new name on it is a colleague's job.", "nothing_paid": "It was paid by gift card, so there is no amount to invoice.",
    }  # fmt: skip
    return known[reason]


def _stays(talk: OrderTalk) -> str:
    """What of the order stays as it is, and why."""
    why = {"opened": "can't come back once opened", "too_late": "is past the limit", "made_to_order": "was made to order", "display": "was a display piece", "gift_card": "can't come back", "large": "is a large item to be arranged apart", "returned": "has gone back already", "exchanging": "is being exchanged"}  # fmt: skip
    return " ".join(f"The {title} {why[reason]}, so it stays." for title, reason in talk.left_out if reason in why)


def _faulty(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["A fault is another matter, and a colleague has to see photos of it.", people.offer(brief, "Shall I fetch one now?")]


def _unreachable(brief: Brief, talk: OrderTalk) -> list[str]:
    return [
        "I can't reach the order system just now, and nothing has been changed.",
        people.offer(brief, "Try again in a moment, or shall I fetch a colleague?", "Try again in a moment."),
    ]


def _unsure(brief: Brief, talk: OrderTalk) -> list[str]:
    return [
        "The order system didn't answer, so I can't tell yet whether it went through.",
        "Say yes once more and I'll look; it won't be done twice.",
    ]


def _invite(brief: Brief, talk: OrderTalk) -> list[str]:
    return [f"Give me the order number and I can {_DEEDS[talk.operation or 'status']} for you here."]


_SAYS: dict[OrderSay, Callable[[Brief, OrderTalk], list[str]]] = {
    "invite": _invite, "ask_number": _ask_number, "ask_proof": _ask_proof, "mismatch": _mismatch, "locked": _locked, "status": _status, "track": _track,
    "ask_lines": _ask_lines, "ask_sealed": _ask_sealed, "ask_variant": _ask_variant, "ask_address": _ask_address, "ask_title": _ask_title, "ask_tax": _ask_tax,
    "read_back": _read_back, "done": _done, "done_before": _done_before, "declined": _declined, "refused": _refused, "faulty": _faulty,
    "unreachable": _unreachable, "unsure": _unsure,
}  # fmt: skip
