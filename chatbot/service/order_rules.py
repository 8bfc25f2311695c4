"""What may be done with an order, by the shop's terms: states, windows of days, what cannot come back. Pure.

`judge` says whether a change may be made, what is still to be asked, and what it costs; `applied` is the order after it.
Nobody's word changes a verdict: it has no argument for one.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chatbot.order_values import Awaited, Line, Operation, Order, Proof, Refusal, Terms
from chatbot.shop.catalogue import Catalogue
from chatbot.values import Item

__all__ = ["MOST_TRIES_PER_ORDER", "MOST_TRIES_PER_SESSION", "Kind", "Verdict", "applied", "judge", "kinds_of", "possible", "proves"]

MOST_TRIES_PER_SESSION = 5
MOST_TRIES_PER_ORDER = 10
"""Within an hour. Four digits have 10,000 values: at this rate one order is guessed in six weeks, by somebody who is not noticed."""
COLOURS, SIZES = ("color", "colour", "颜色"), ("size", "sizes", "尺码", "鞋码")
_OPEN: tuple[str, ...] = ("placed", "paid", "packed")
_CLOSED: dict[str, Refusal] = {"cancelled": "cancelled", "returned": "returned"}
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:kg|公斤|千克)", re.IGNORECASE)
_RANGE = re.compile(r"(\d{2})\s*[-~至到]\s*(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the catalogue says of a line's item: whether it comes back only sealed, can be changed for another size, is heavy; its variants."""

    sealed_only: bool = False
    sized: bool = False
    heavy: bool = False
    in_stock: bool = True
    colour_name: str = ""
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """refusal: why not; needs: what is still to be asked. lines: those it is made for, left_out: (line, why) of those it is not.

    amount: what comes back or is invoiced; fee: what is taken off or paid. details: what will be changed, ready for `applied`.
    """

    refusal: Refusal = ""
    needs: Awaited = ""
    lines: tuple[int, ...] = ()
    left_out: tuple[tuple[int, Refusal], ...] = ()
    amount: float = 0.0
    fee: float = 0.0
    days: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


def proves(proof: Proof, email: str, phone: str) -> bool:
    """Whether a proof fits an order's e-mail address or the last four digits of its phone; in the same time for every answer."""
    digits = re.sub(r"\D", "", phone)[-4:]
    by_email = hmac.compare_digest(proof.email.strip().casefold().encode(), email.strip().casefold().encode()) and bool(proof.email and email)
    by_digits = hmac.compare_digest(proof.digits.encode(), digits.encode()) and len(digits) == 4
    return by_email or by_digits


def kinds_of(order: Order, catalogue: Catalogue, terms: Terms) -> tuple[Kind, ...]:
    """What the rules need to know of each line's item; an item that the catalogue no longer has is an ordinary one."""
    return tuple(_kind(item, terms) if (item := catalogue.by_id.get(line.item)) else Kind(in_stock=False) for line in order.lines)


def judge(order: Order, operation: Operation, lines: Sequence[int], opened: bool | None, details: Mapping[str, str], kinds: Sequence[Kind], terms: Terms, now: datetime) -> Verdict:  # fmt: skip
    """Whether the change may be made, now.

    lines: places of the items that are meant, none where that was not said. opened: whether those that come back only
    sealed are open. details: the address, the variant ("colour", "size"), or the name ("personal", "company", "tax").
    """
    if operation == "cancel":
        return _cancel(order)
    if operation == "address":
        return _address(order, details, terms)
    if operation == "invoice":
        return _invoice(order, details, terms, now)
    if operation in ("return", "exchange"):
        return _back(order, operation, lines, opened, details, kinds, terms, now)
    return Verdict()


def possible(order: Order, kinds: Sequence[Kind], terms: Terms, now: datetime) -> tuple[Operation, ...]:
    """The changes that are not refused as things stand, the likeliest first."""
    everything: tuple[Operation, ...] = ("cancel", "address", "return", "exchange", "invoice")
    return tuple(one for one in everything if not judge(order, one, (), None, {}, kinds, terms, now).refusal)


def applied(order: Order, operation: Operation, verdict: Verdict) -> Order:
    """The order after a change that `verdict` allows."""
    details = verdict.details
    order = replace(order, version=order.version + 1)
    if operation == "cancel":
        return replace(order, state="cancelled")
    if operation == "address":
        return replace(order, address=details["address"], address_changes=order.address_changes + 1)
    if operation == "invoice":
        return replace(order, invoice=details["title"])
    lines = tuple(_changed(line, operation, details) if place in verdict.lines else line for place, line in enumerate(order.lines))
    everything = operation == "return" and all(line.state == "returned" for line in lines)
    return replace(order, lines=lines, state="returned" if everything else order.state)


def _changed(line: Line, operation: Operation, details: Mapping[str, Any]) -> Line:
    if operation == "return":
        return replace(line, state="returned")
    return replace(line, state="exchanging", exchanged=line.exchanged + 1, chosen={**line.chosen, **details["chosen"]})


def _cancel(order: Order) -> Verdict:
    if order.state not in _OPEN:
        return Verdict(refusal=_CLOSED.get(order.state) or ("shipped" if order.state == "shipped" else "delivered"))
    if order.state != "placed" and any(line.special == "made_to_order" for line in order.lines):
        return Verdict(refusal="made_to_order")
    return Verdict(lines=tuple(range(len(order.lines))), amount=0.0 if order.state == "placed" else order.paid)


def _address(order: Order, details: Mapping[str, str], terms: Terms) -> Verdict:
    if order.state == "shipped":
        return Verdict(refusal="out_for_delivery" if order.out_for_delivery else "by_phone")
    if order.state not in _OPEN:
        return Verdict(refusal=_CLOSED.get(order.state, "delivered"))
    if order.address_changes >= terms.address_changes:
        return Verdict(refusal="changed_before")
    return Verdict(details={"address": details["address"]}) if details.get("address") else Verdict(needs="address")


def _invoice(order: Order, details: Mapping[str, str], terms: Terms, now: datetime) -> Verdict:
    if order.invoice:
        return Verdict(refusal="invoiced")
    if order.state == "placed":
        return Verdict(refusal="unpaid")
    if order.state in _CLOSED:
        return Verdict(refusal=_CLOSED[order.state])
    if (days := _days_since(order.delivered, now)) > terms.invoice_days:
        return Verdict(refusal="too_late", days=days)
    if order.paid_with == "gift_card":
        return Verdict(refusal="nothing_paid")
    if details.get("company"):
        if not details.get("tax"):
            return Verdict(needs="tax")
        return Verdict(amount=order.paid, details={"title": details["company"], "tax": details["tax"]})
    if details.get("personal"):
        return Verdict(amount=order.paid, details={"title": order.name, "tax": ""})
    return Verdict(needs="title")


def _back(order: Order, operation: Operation, lines: Sequence[int], opened: bool | None, details: Mapping[str, str], kinds: Sequence[Kind], terms: Terms, now: datetime) -> Verdict:  # fmt: skip
    """A return or an exchange."""
    if order.state != "delivered":
        return Verdict(refusal=_CLOSED.get(order.state) or ("shipped" if order.state == "shipped" else "not_delivered"))
    days = _days_since(order.delivered, now)
    meant = tuple(lines) or tuple(range(len(order.lines)))
    open_lines = [place for place in meant if not order.lines[place].state]
    faults: dict[int, Refusal] = {place: _line_fault(order.lines[place], kinds[place], operation, days, terms) for place in meant}
    left = [place for place in open_lines if not faults[place]]
    if not left:
        first: Refusal = next((faults[place] for place in meant if faults[place]), "returned")
        return Verdict(refusal=first, days=days, left_out=_left_out(faults))
    if not lines and len(left) > 1:
        return Verdict(needs="lines", lines=tuple(left), days=days)
    if any(kinds[place].sealed_only for place in left):
        if opened is None:
            return Verdict(needs="sealed", lines=tuple(place for place in left if kinds[place].sealed_only), days=days)
        if opened:
            faults |= {place: "opened" for place in left if kinds[place].sealed_only}
            left = [place for place in left if not faults[place]]
            if not left:
                return Verdict(refusal="opened", days=days, left_out=_left_out(faults))
    left_out = _left_out({place: fault for place, fault in faults.items() if lines or fault not in ("returned", "exchanging")})
    if operation == "exchange":
        return _exchange(order, left, left_out, details, kinds, terms, days)
    share = (order.goods - order.discount) / order.goods if order.goods else 0.0
    value = sum(order.lines[place].price * order.lines[place].quantity for place in left) * share
    fee = min(terms.collection_fee, value)
    return Verdict(lines=tuple(left), left_out=left_out, amount=round(value - fee, 2), fee=fee, days=days)


def _exchange(order: Order, left: Sequence[int], left_out: tuple[tuple[int, Refusal], ...], details: Mapping[str, str], kinds: Sequence[Kind], terms: Terms, days: int) -> Verdict:  # fmt: skip
    """One item for another variant of itself."""
    if len(left) > 1:
        return Verdict(needs="lines", lines=tuple(left), days=days)
    (place,) = left
    line, kind = order.lines[place], kinds[place]
    size = _size(details.get("size", ""), line, kind)
    colour = details.get("colour", "")
    colours = [one for one in kind.colours if one != line.chosen.get(kind.colour_name)]
    in_time = days <= terms.exchange_days
    if not (kind.sized or (colours and in_time)):
        return Verdict(refusal="no_variant" if in_time else "too_late", days=days)
    if not kind.in_stock:
        return Verdict(refusal="sold_out", lines=(place,), days=days)
    chosen = {}
    if kind.sized and size in kind.sizes and size != line.chosen.get("size"):
        chosen["size"] = size
    if colour in colours:
        if not in_time:
            return Verdict(refusal="too_late", days=days)
        chosen[kind.colour_name] = colour
    if not chosen:
        return Verdict(needs="variant", lines=(place,), days=days)
    free = "size" in chosen and line.exchanged == 0
    return Verdict(lines=(place,), left_out=left_out, fee=0.0 if free else terms.collection_fee, days=days, details={"chosen": chosen})


def _line_fault(line: Line, kind: Kind, operation: Operation, days: int, terms: Terms) -> Refusal:
    """Why one line cannot be returned or exchanged, "" where it can."""
    if line.state:
        return "returned" if line.state == "returned" else "exchanging"
    if line.special:
        return line.special
    if operation == "return" and kind.heavy:
        return "large"
    window = terms.return_days if operation == "return" else terms.size_days if kind.sized else terms.exchange_days
    return "too_late" if days > window else ""


def _left_out(faults: Mapping[int, Refusal]) -> tuple[tuple[int, Refusal], ...]:
    return tuple((place, fault) for place, fault in faults.items() if fault)


def _days_since(delivered: datetime | None, now: datetime) -> int:
    """Days counted from the day after delivery, by the calendar where the order was delivered."""
    return (now.astimezone(delivered.tzinfo).date() - delivered.date()).days if delivered else 0


def _size(wanted: str, line: Line, kind: Kind) -> str:
    """The size that is meant: named, or the next to the one that was bought."""
    if wanted not in ("+", "-"):
        return wanted
    bought = line.chosen.get("size", "")
    if bought not in kind.sizes:
        return ""
    place = kind.sizes.index(bought) + (1 if wanted == "+" else -1)
    return kind.sizes[place] if 0 <= place < len(kind.sizes) else ""


def _kind(item: Item, terms: Terms) -> Kind:
    colour_name = next((name for name in COLOURS if name in item.attributes), "")
    sizes = next((item.attributes[name] for name in SIZES if name in item.attributes), ())
    values = {value.casefold() for several in item.attributes.values() for value in several}
    weight = _WEIGHT.search(" ".join(value for name in ("weight", "重量") for value in item.attributes.get(name, ())))
    return Kind(
        sealed_only=any(_is_of(one, item, values) for one in terms.sealed_only), sized=bool(sizes) and any(one in item.category for one in terms.sized),
        heavy=bool(weight and float(weight[1]) > terms.heavy_kg), in_stock=item.in_stock, colour_name=colour_name,
        colours=item.attributes.get(colour_name, ()) if colour_name else (), sizes=_sizes(sizes),
    )  # fmt: skip


def _is_of(named: str, item: Item, values: set[str]) -> bool:
    """Whether `named` ("Skincare", "Headphones: in-ear", an id) stands for the item."""
    category, _, value = (part.strip() for part in named.partition(":"))
    return named == item.id or (category in item.category and (not value or value.casefold() in values))


def _sizes(values: Sequence[str]) -> tuple[str, ...]:
    """Every size, "36-45" spelled out."""
    if len(values) == 1 and (span := _RANGE.fullmatch(values[0].strip())):
        return tuple(str(size) for size in range(int(span[1]), int(span[2]) + 1))
    return tuple(values)
