"""The values that flow through a turn. Immutable, without behaviour beyond their own fields, and free of services.

What leaves the program (`Reply.as_json`) follows the contract in names and types. Nothing here knows where a value
comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

import numpy as np

from chatbot.order_values import Ordering

__all__ = [
    "EVENT_TYPES",
    "INTENTS",
    "LANGUAGES",
    "MOODS",
    "PLAN_KINDS",
    "Bound",
    "Comparative",
    "Constraints",
    "Critique",
    "Entry",
    "Event",
    "EventType",
    "IntentName",
    "Interest",
    "Item",
    "Language",
    "Localised",
    "Mood",
    "Need",
    "Plan",
    "PlanKind",
    "Product",
    "Reference",
    "Reply",
    "Slot",
    "Source",
    "State",
    "Trend",
    "Understanding",
]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

IntentName = Literal[
    "recommend", "refine", "compare", "details", "explain", "choose", "reject", "service", "order", "complaint",
    "human", "greet", "thanks", "goodbye", "chitchat", "out_of_scope",
]  # fmt: skip
INTENTS: tuple[IntentName, ...] = IntentName.__args__  # type: ignore[attr-defined]

MoodName = Literal["negative", "neutral", "positive"]
MOODS: tuple[MoodName, ...] = MoodName.__args__  # type: ignore[attr-defined]

EventType = Literal["view", "click", "like", "dislike", "cart", "purchase"]
EVENT_TYPES: tuple[EventType, ...] = EventType.__args__  # type: ignore[attr-defined]

Attributes = Mapping[str, tuple[str, ...]]
Ranges = Mapping[str, tuple[float | None, float | None]]


# ── the shop ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Localised:
    """An item's texts in one language."""

    title: str
    description: str
    brand: str
    category: tuple[str, ...]
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One product of the catalogue. `category` is a path from the widest to the narrowest.

    `texts` holds the texts of every language the item has; `text(language)` falls back to the item's own.
    Prices are in the shop's currency; `stock` is the number of pieces, None where the shop does not count.
    """

    id: str
    title: str
    description: str
    brand: str
    category: tuple[str, ...]
    price: float
    list_price: float | None
    stock: int | None
    rating: float | None
    rating_count: int
    attributes: Attributes
    url: str
    image: str
    added: str
    texts: Mapping[str, Localised]

    @property
    def leaf(self) -> str:
        """The narrowest category."""
        return self.category[-1]

    @property
    def in_stock(self) -> bool:
        return self.stock is None or self.stock > 0

    def text(self, language: Language) -> Localised:
        """The item's texts in `language`, or in the catalogue's own language where it has none."""
        return self.texts.get(language) or self.texts[""]


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of the shop's documents, in one language."""

    id: str
    title: str
    text: str
    language: Language


# ── what was understood ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a product must satisfy. Canonical names: those of the catalogue's own language.

    `attributes` maps a name to the values of which one is enough, `not_attributes` to those that rule an item out,
    `ranges` to the smallest and the largest quantity, None where there is no bound (`chatbot.quantities`).
    """

    category: str | None = None
    price_min: float | None = None
    price_max: float | None = None
    brand: tuple[str, ...] = ()
    not_brand: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    not_attributes: Attributes = field(default_factory=dict)
    ranges: Ranges = field(default_factory=dict)
    in_stock: bool | None = None
    rating_min: float | None = None

    def named(self) -> dict[str, Any]:
        """The constraints that are set, by name."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) not in (None, (), {})}

    def without(self, *names: str) -> "Constraints":
        """The same constraints but for `names`."""
        empty = Constraints()
        return replace(self, **{name: getattr(empty, name) for name in names})

    def as_json(self) -> dict[str, Any]:
        """The contract's form: one value alone stands as itself, several as a list, a range as {"min", "max"} of its attribute."""

        def plain(value: Any) -> Any:
            if isinstance(value, tuple):
                return value[0] if len(value) == 1 else list(value)
            return {key: plain(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value

        shown = {name: plain(value) for name, value in self.named().items() if name != "ranges"}
        if self.ranges:
            ranges = {
                name: {key: bound for key, bound in zip(("min", "max"), bounds, strict=True) if bound is not None}
                for name, bounds in self.ranges.items()
            }
            shown["attributes"] = ranges | shown.get("attributes", {})
        return shown


@dataclass(frozen=True, slots=True)
class Interest:
    category: str
    probability: float


@dataclass(frozen=True, slots=True)
class Mood:
    """`score` lies in -1 (furious) to 1 (delighted)."""

    label: MoodName = "neutral"
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Reference:
    """Points at items shown before: by place (1 is the first, -1 the last), "that one" (focus), all, or by item id."""

    kind: Literal["place", "focus", "all", "item"]
    place: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of a message that fill a slot (`chatbot.understanding.slots`): characters `start` to `end` of it, read without markup."""

    name: str
    text: str
    start: int
    end: int


Critique = Literal["cheaper", "dearer", "more", "another", "similar", "reduced"]


@dataclass(frozen=True, slots=True)
class Comparative:
    """How the next offer is to measure: "lighter", "屏幕大一点". attributes: canonical, the first that items have counts.

    sign: 1 for more of it, -1 for less. past: strictly past what was shown, not just much of it ("the lightest", "not too heavy").
    name: the attribute that is spoken of, "" where the words name none ("bigger").
    """

    attributes: tuple[str, ...]
    sign: Literal[-1, 1]
    past: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One of several needs: the messages that say it, what a product must satisfy, wishes that rank, what was shown for it."""

    texts: tuple[str, ...]
    constraints: Constraints
    soft: Attributes = field(default_factory=dict)
    avoided: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """More (1) or less (-1) of a quantity is wished: newer, shorter."""

    attribute: str
    sign: Literal[-1, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What one message says, before the conversation is taken into account.

    vector: the query embedding, shape (dimensions,), unit length. topics: categories that the words name, likeliest
    first. soft: wishes that rank and do not rule out, such as a use. avoided: words for what is ruled out that the catalogue has no name for. unknown_brand: a brand asked for that the shop does not carry. lifted: constraints that the message takes
    back ("any brand will do"). known: items named only to say what others are to be like. trends: quantities of which more or less is wished. slots: words that the network marked. quantity: pieces wanted. foreign: the message is neither Chinese nor English. corrects: it says "no, I
    meant". comparatives: attributes of which the next offer is to have more or less. part: the words of the last need where
    a message holds several; beside: the others. for_other: whether what is needed is for somebody else, None where it is not said. answerable: score of the documents' best answer to it. detail: how much is said beyond
    kind, price and politeness, 0 to 1. need_vector, need_interests, need_topics: the same as vector, interests and topics
    for the need under way and this message together.
    """

    text: str
    language: Language
    intent: IntentName
    confidence: float
    intents: Mapping[IntentName, float] = field(default_factory=dict)
    interests: tuple[Interest, ...] = ()
    topics: tuple[str, ...] = ()
    ambiguous: bool = False
    constraints: Constraints = field(default_factory=Constraints)
    lifted: tuple[str, ...] = ()
    soft: Attributes = field(default_factory=dict)
    avoided: tuple[str, ...] = ()
    unknown_brand: str = ""
    critiques: tuple[Critique, ...] = ()
    comparatives: tuple[Comparative, ...] = ()
    part: str = ""
    beside: tuple[Need, ...] = ()
    for_other: bool | None = None
    references: tuple[Reference, ...] = ()
    asked: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    trends: tuple[Trend, ...] = ()
    slots: tuple[Slot, ...] = ()
    quantity: int = 1
    mood: Mood = Mood()
    foreign: bool = False
    corrects: bool = False
    answerable: float = 0.0
    detail: float = 1.0
    need_interests: tuple[Interest, ...] = ()
    need_topics: tuple[str, ...] = ()
    need_vector: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)
    vector: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)

    @property
    def criticises(self) -> bool:
        """Whether it says how the next offer is to differ from the last."""
        return bool(self.critiques or self.comparatives)


@dataclass(frozen=True, slots=True)
class Event:
    """What a shopper did with an item. at: when, with a time zone; None for just now."""

    type: EventType
    item: str
    at: datetime | None = None


# ── the conversation ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bound:
    """Less (sign -1) or more (1) of an attribute than `than`, a value of it ("1.1 kg"), exclusive; where that is "", items rank by it."""

    attribute: str
    sign: Literal[-1, 1]
    than: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a conversation stands; all of it is stored and comes back after a restart.

    need: the messages that say what is needed, oldest first. soft and avoided: wishes that rank and do not rule out. shown: everything shown for it, last: what was shown in the last list,
    focus: the items under discussion, asked: what was asked about them. said: the shopper's last message, did: what the assistant did about it. order: the order that is spoken of. for_other: what is needed is for somebody else. failures: turns in a row that did not help; declined: the turn in which the shopper last declined a person. below/above: bounds that "cheaper" and "dearer" set, exclusive.
    bounds: what "lighter" and its like set. beside: other needs that wait. trends: quantities that items are ranked by.
    """

    turn: int = 0
    language: Language | None = None
    need: tuple[str, ...] = ()
    constraints: Constraints = field(default_factory=Constraints)
    soft: Attributes = field(default_factory=dict)
    avoided: tuple[str, ...] = ()
    below: float | None = None
    above: float | None = None
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    offered_human: bool = False
    failures: int = 0
    declined: int = 0
    said: str = ""
    did: "PlanKind | None" = None
    order: Ordering | None = None
    for_other: bool = False
    bounds: tuple[Bound, ...] = ()
    beside: tuple[Need, ...] = ()
    trends: tuple[Trend, ...] = ()


PlanKind = Literal[
    "recommend", "nothing_fits", "compare", "details", "explain", "choose", "ask", "answer", "no_answer", "order",
    "complaint", "handoff", "greet", "thanks", "goodbye", "chitchat", "out_of_scope",
]  # fmt: skip
PLAN_KINDS: tuple[PlanKind, ...] = PlanKind.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the reply will do. items: the items it is about, already chosen by id (empty where they are to be found)."""

    kind: PlanKind
    items: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    question: Literal["", "which_kind", "which_item", "what_for"] = ""
    note: str = ""


# ── the reply ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An item as the shopper sees it, in the shopper's language, with the reasons that are true of it."""

    id: str
    title: str
    brand: str
    category: tuple[str, ...]
    price: float
    list_price: float | None
    currency: str
    in_stock: bool
    url: str
    image: str
    attributes: Attributes
    score: float
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        attributes = {name: values[0] if len(values) == 1 else list(values) for name, values in self.attributes.items()}
        return {
            "id": self.id, "title": self.title, "brand": self.brand, "category": list(self.category),
            "price": self.price, "list_price": self.list_price, "currency": self.currency, "in_stock": self.in_stock,
            "url": self.url, "image": self.image, "attributes": attributes, "score": round(self.score, 4),
            "reasons": list(self.reasons),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    title: str
    quote: str

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "title": self.title, "quote": self.quote}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One turn's answer, complete."""

    session: str
    turn: int
    language: Language
    text: str
    products: tuple[Product, ...] = ()
    options: tuple[str, ...] = ()
    action: Mapping[str, Any] | None = None
    sources: tuple[Source, ...] = ()
    understanding: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    phrased_by: Literal["model", "rules"] = "rules"
    grounded: bool = True
    timing_ms: Mapping[str, float] = field(default_factory=dict)
    trace: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The Reply of the contract, ready for `json.dumps`."""
        return {
            "session": self.session, "turn": self.turn, "language": self.language, "text": self.text,
            "products": [product.as_json() for product in self.products], "options": list(self.options),
            "action": dict(self.action) if self.action else None,
            "sources": [source.as_json() for source in self.sources], "understanding": dict(self.understanding),
            "tags": list(self.tags), "phrased_by": self.phrased_by, "grounded": self.grounded,
            "timing_ms": dict(self.timing_ms), "trace": list(self.trace),
        }  # fmt: skip
