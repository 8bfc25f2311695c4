"""Orders as values: what was bought, what may be changed, and where a conversation about an order stands.

Rows of an orders file, of a table and of a shop's own server become the same `Order` here. Nothing here knows the rules
of a shop, where an order comes from, or how it is spoken of.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

__all__ = [
    "CHANGES", "OPERATIONS", "ORDER_STATES", "Awaited", "Change", "Line", "Operation", "Order", "OrderState", "Ordering", "Proof", "Refusal", "Terms",
    "order_from_json", "ordering_from_json", "terms_from_json",
]  # fmt: skip

OrderState = Literal["placed", "paid", "packed", "shipped", "delivered", "cancelled", "returned"]
"""placed: not paid yet. returned: all of it is on its way back or back."""
ORDER_STATES: tuple[OrderState, ...] = get_args(OrderState)
Operation = Literal["status", "track", "cancel", "address", "return", "exchange", "invoice"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
CHANGES: tuple[Operation, ...] = ("cancel", "address", "return", "exchange", "invoice")
"""Operations that alter an order; the others only tell."""

Special = Literal["", "made_to_order", "display", "gift_card"]
LineState = Literal["", "returned", "exchanging"]
PaidWith = Literal["", "wechat", "alipay", "debit_card", "credit_card", "gift_card"]
Awaited = Literal[
    "", "number", "proof", "operation", "lines", "sealed", "variant", "address", "title", "tax", "confirm", "done", "refused", "declined", "done_again",
]  # fmt: skip
"""What the customer was asked for last; `declined` and `done_again` are what the message made of it."""
Refusal = Literal[
    "", "unpaid", "not_delivered", "shipped", "by_phone", "out_for_delivery", "delivered", "cancelled", "returned", "too_late", "made_to_order", "display",
    "gift_card", "opened", "large", "changed_before", "exchanging", "no_variant", "sold_out", "invoiced", "nothing_paid",
]  # fmt: skip
"""Why a change may not be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of an order. chosen: the variant, by the catalogue's own names ("color": "black"). exchanged: how often it was."""

    item: str
    quantity: int
    price: float
    chosen: Mapping[str, str] = field(default_factory=dict)
    special: Special = ""
    state: LineState = ""
    exchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with the personal data that its desk knows; `shown` is what may be logged.

    shipping and discount: what was paid for delivery, and what a coupon took off. version: grows with every change.
    """

    number: str
    state: OrderState
    email: str
    phone: str
    name: str
    address: str
    lines: tuple[Line, ...]
    placed: datetime
    shipped: datetime | None = None
    delivered: datetime | None = None
    shipping: float = 0.0
    discount: float = 0.0
    paid_with: PaidWith = ""
    carrier: str = ""
    tracking: str = ""
    out_for_delivery: bool = False
    address_changes: int = 0
    invoice: str = ""
    version: int = 0

    @property
    def goods(self) -> float:
        """The price of all items, before coupons."""
        return round(sum(line.price * line.quantity for line in self.lines), 2)

    @property
    def paid(self) -> float:
        """What was paid in all; what is to be paid where it has not been."""
        return round(self.goods - self.discount + self.shipping, 2)

    def as_json(self) -> dict[str, Any]:
        row = asdict(self)
        for name in _DATES:
            row[name] = value.isoformat() if (value := getattr(self, name)) else None
        return row


@dataclass(frozen=True, slots=True)
class Proof:
    """What a customer gives to show that an order is theirs: one of the two."""

    email: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One confirmed change. key: the same for every try of the same confirmation, so that it is made once."""

    session: str
    key: str
    operation: Operation
    before: Order
    after: Order
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Where a conversation about an order stands; kept with the session, so it never holds a proof.

    awaits: what was asked for last. choices: what was offered then, picked: places among them that the message names.
    lines: the places of the items that are meant. details: the new address, the variant, or the name on the invoice.
    said: the words that named the operation, where they hold no proof.
    agreed: the message confirms the change that was read back under `key` for `version` of the order.
    """

    number: str = ""
    operation: Operation | None = None
    awaits: Awaited = ""
    choices: tuple[str, ...] = ()
    picked: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    opened: bool | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    agreed: bool = False
    key: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A shop's rules for orders; `[orders]` in its shop.toml names what differs from these.

    sealed_only: what cannot come back once opened: a category, "Category: value" for those with that attribute value, or
    an item's id. sized: categories whose size can be exchanged, once free of charge.
    """

    return_days: int = 7
    exchange_days: int = 7
    size_days: int = 15
    invoice_days: int = 90
    address_changes: int = 1
    collection_fee: float = 10.0
    refusal_fee: float = 10.0
    redirect_fee: float = 12.0
    heavy_kg: float = 30.0
    cancel_refund_hours: int = 24
    refund_days: int = 3
    collection_days: int = 1
    invoice_hours: int = 24
    sealed_only: tuple[str, ...] = ()
    sized: tuple[str, ...] = ()


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

_DATES = ("placed", "shipped", "delivered")
_TEXTS = ("email", "phone", "name", "address", "carrier", "tracking", "invoice")
_AMOUNTS = ("shipping", "discount")
_COUNTS = ("address_changes", "version")


def order_from_json(row: Any, now: datetime) -> Order:
    """An order from its JSON; a date is ISO 8601, or a number of days from `now`. Raises ValueError with what is wrong."""
    if not isinstance(row, Mapping):
        raise ValueError("it is no object")
    if unknown := set(row) - {field.name for field in fields(Order)}:
        raise ValueError(f"{min(unknown)} is no field of an order")
    lines = row.get("lines")
    if not isinstance(lines, list) or not lines:
        raise ValueError("lines is no list of items")
    placed = _date(row, "placed", now)
    if placed is None:
        raise ValueError("placed is missing")
    plain: dict[str, Any] = {
        **{name: _text(row, name) for name in _TEXTS}, **{name: _number(row, name) for name in _AMOUNTS}, **{name: int(_number(row, name)) for name in _COUNTS},
    }  # fmt: skip
    return Order(
        number=_text(row, "number", required=True), state=_one_of(row, "state", ORDER_STATES), paid_with=_one_of(row, "paid_with", get_args(PaidWith), ""),
        lines=tuple(_line(line) for line in lines), placed=placed, shipped=_date(row, "shipped", now), delivered=_date(row, "delivered", now),
        out_for_delivery=row.get("out_for_delivery") is True, **plain,
    )  # fmt: skip


def ordering_from_json(row: Mapping[str, Any]) -> Ordering:
    """A stored `Ordering`; fields that an older version lacked get their defaults."""
    known = {field.name for field in fields(Ordering)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in known}
    return Ordering(**values)


def terms_from_json(row: Mapping[str, Any]) -> Terms:
    """A shop's terms. Raises ValueError with what is wrong."""
    plain = Terms()
    for name, value in row.items():
        default = getattr(plain, name, None)
        if default is None:
            raise ValueError(f"{name} is no rule of orders")
        if isinstance(default, tuple):
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise ValueError(f"{name} is {value!r}, no list of texts")
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or (isinstance(default, int) and value != int(value)):
            raise ValueError(f"{name} is {value!r}, no {'whole ' if isinstance(default, int) else ''}number of at least 0")
    values: dict[str, Any] = {name: type(getattr(plain, name))(value) for name, value in row.items()}
    return Terms(**values)


def _line(row: Any) -> Line:
    if not isinstance(row, Mapping):
        raise ValueError("a line is no object")
    if unknown := set(row) - {field.name for field in fields(Line)}:
        raise ValueError(f"{min(unknown)} is no field of a line")
    chosen = row.get("chosen") or {}
    if not isinstance(chosen, Mapping):
        raise ValueError("chosen is no object of texts")
    quantity = int(_number(row, "quantity", 1))
    if quantity < 1:
        raise ValueError("quantity is less than 1")
    return Line(
        item=_text(row, "item", required=True), quantity=quantity, price=_number(row, "price"), chosen={str(name): str(value) for name, value in chosen.items()},
        special=_one_of(row, "special", get_args(Special), ""), state=_one_of(row, "state", get_args(LineState), ""), exchanged=int(_number(row, "exchanged")),
    )  # fmt: skip


def _text(row: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = row.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise ValueError(f"{name} is {value!r}, no text")
    return value.strip()


def _number(row: Mapping[str, Any], name: str, default: float = 0.0) -> float:
    value = row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} is {value!r}, no number of at least 0")
    return float(value)


def _one_of(row: Mapping[str, Any], name: str, allowed: tuple[Any, ...], default: Any = None) -> Any:
    value = row.get(name, default)
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(filter(None, allowed))}")
    return value


def _date(row: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return now + timedelta(days=value)
    if isinstance(value, str):
        try:
            date = datetime.fromisoformat(value)
        except ValueError:
            date = None
        if date and date.tzinfo:
            return date
    raise ValueError(f"{name} is {value!r}, neither a number of days from now nor a date with its time zone")
