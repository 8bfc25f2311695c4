"""What a reply about an order may state: the step of the conversation and its facts, in the shopper's language.

Personal data is masked before it comes here. What is not in it may not be said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chatbot.order_values import Operation, OrderState, Refusal, Terms

__all__ = ["FOR_A_PERSON", "OrderSay", "OrderTalk", "order_facts"]

OrderSay = Literal[
    "invite", "ask_number", "ask_proof", "mismatch", "locked", "status", "track", "ask_lines", "ask_sealed", "ask_variant", "ask_address", "ask_title",
    "ask_tax", "read_back", "done", "done_before", "declined", "refused", "faulty", "unreachable", "unsure",
]  # fmt: skip
FOR_A_PERSON: frozenset[Refusal] = frozenset({"by_phone", "made_to_order", "large", "changed_before", "exchanging", "invoiced", "sold_out"})
"""Refusals that a person may be able to help with, so one is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTalk:
    """say: the step. items: (title, pieces) of the order, chosen: of those it is about, left_out: (title, why) of those that stay.

    insisted: the customer presses for what the rules refuse. anew: the order has changed since it was read back.
    refund: what comes back, or is invoiced; fee: what it costs. wish: the new address (masked), the variant or the name.
    choices: what there is to choose from; sized: also a size. possible: the changes that may be made. kept_shipping: what
    was paid for delivery and does not come back.
    """

    say: OrderSay
    operation: Operation | None = None
    number: str = ""
    state: OrderState | None = None
    reason: Refusal = ""
    insisted: bool = False
    anew: bool = False
    items: tuple[tuple[str, int], ...] = ()
    chosen: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, Refusal], ...] = ()
    paid: float = 0.0
    refund: float = 0.0
    fee: float = 0.0
    kept_shipping: float = 0.0
    paid_with: str = ""
    days: int = 0
    dates: Mapping[str, datetime] = field(default_factory=dict)
    carrier: str = ""
    tracking: str = ""
    out_for_delivery: bool = False
    wish: str = ""
    email: str = ""
    choices: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    possible: tuple[Operation, ...] = ()
    terms: Terms = field(default_factory=Terms)

    @property
    def limit(self) -> int:
        """Days after delivery in which the operation may be asked for."""
        if self.operation == "invoice":
            return self.terms.invoice_days
        if self.operation == "return":
            return self.terms.return_days
        return self.terms.size_days if self.operation == "exchange" and self.sizes else self.terms.exchange_days


_DEEDS = "退款 退货 换货 退换 上门 发货 送到 保证 refund return returned returns deliver delivered delivery shipping ship ships money back"
"""Words of what an order desk does; which of it is done is for the rules of the wording."""


def order_facts(talk: OrderTalk) -> str:
    """Everything the reply may state, for the grounding check."""
    terms = talk.terms
    days = (talk.days, terms.return_days, terms.exchange_days, terms.size_days, terms.invoice_days, terms.collection_days, terms.refund_days)
    hours = (terms.cancel_refund_hours, terms.invoice_hours)
    amounts = (
        talk.paid,
        talk.refund,
        talk.fee,
        talk.kept_shipping,
        terms.refusal_fee,
        terms.redirect_fee,
        terms.collection_fee,
        terms.address_changes,
    )
    parts = [
        talk.number,
        talk.carrier,
        talk.tracking,
        talk.wish,
        *talk.choices,
        *talk.sizes,
        *(f"{title} {count}" for title, count in (*talk.items, *talk.chosen)),
    ]
    parts += [title for title, _ in talk.left_out]
    parts += [f"{count} 天 {count} days {count} day" for count in days] + [f"{count} 小时 {count} hours" for count in hours]
    parts += [f"{amount:.2f} {amount:g}" for amount in amounts] + [f"{date.month} {date.day}" for date in talk.dates.values()]
    parts += [_DEEDS, "4 18", "" if talk.fee else "it's free is free 免费", str(len(talk.items)), str(len(talk.chosen))]
    return "\n".join(part for part in parts if part)
