"""What the API answers, for its OpenAPI document: schemas, examples, and the answers to requests that cannot be served.

Nothing here is used to make an answer; a test holds real replies against these schemas, so that they stay true.
"""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chatbot.values import IntentName, Language

__all__ = [
    "ACCEPTED",
    "CHAT",
    "COUNTED",
    "ERASED",
    "EXPORTED",
    "FORBIDDEN",
    "LIVE",
    "MALFORMED",
    "NOT_READY",
    "REFUSED",
    "STARTING",
    "UNKNOWN",
    "ReplySchema",
    "SessionSchema",
    "ShopSchema",
]


class _Schema(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class ProductSchema(_Schema):
    """An item as it is shown, in the shopper's language. score: 0 to 1. reasons: why this one, each true of it."""

    id: str
    title: str
    brand: str
    category: list[str] = Field(description="From the widest kind to the narrowest.")
    price: float
    list_price: float | None = Field(description="The price before a reduction, null where there is none.")
    currency: str
    in_stock: bool
    url: str
    image: str
    attributes: dict[str, str | list[str]]
    score: float = Field(ge=0, le=1)
    reasons: list[str]


class SourceSchema(_Schema):
    """A passage of the shop's documents that the reply rests on."""

    id: str
    title: str
    quote: str


class IntentSchema(_Schema):
    """What the message wants."""

    name: IntentName
    confidence: float = Field(ge=0, le=1)


class InterestSchema(_Schema):
    """A category of the catalogue and how likely it is meant: a softmax over all of them."""

    category: str
    name: str
    probability: float = Field(ge=0, le=1)


class MoodSchema(_Schema):
    """How the shopper sounds. score: -1 to 1."""

    label: str
    score: float = Field(ge=-1, le=1)


class AspectSchema(_Schema):
    """What an interest is about in this shop, in words: the director, the rating, the genre of films."""

    name: str
    value: str


class UnderstandingSchema(_Schema):
    """What was understood, with the constraints as they stand after this message."""

    intent: IntentSchema
    interests: list[InterestSchema]
    constraints: dict[str, Any] = Field(
        description="category, price_min, price_max, brand, not_brand, attributes, not_attributes, in_stock, rating_min; those that are set."
    )
    mood: MoodSchema
    aspects: list[AspectSchema] = Field(default_factory=list, description="Of shops that name aspects, with a recommendation.")


class ReplySchema(_Schema):
    """One turn's answer, whole. grounded: whether every statement in it is borne out by the shop's data."""

    session: str
    turn: int = Field(ge=1)
    language: Language
    text: str
    products: list[ProductSchema]
    options: list[str] = Field(description="Quick replies: send one as the next message.")
    action: dict[str, Any] | None = Field(description="null, or an object with a name: handoff, order_status, order_change, add_to_cart, ticket.")
    sources: list[SourceSchema]
    understanding: UnderstandingSchema
    tags: list[str] = Field(description="What the recommended content is made of.")
    phrased_by: Literal["model", "rules"]
    grounded: bool
    timing_ms: dict[str, float]
    trace: list[str] = Field(description="Why a sentence of the language model was refused, if any was.")


class TurnSchema(BaseModel):
    """A message of a session and the reply it got."""

    turn: int
    message: str
    reply: ReplySchema
    like: bool | None


class MessageSchema(_Schema):
    """What a person of the shop said, or did: `joined`, `returned` (to the assistant), `released` (for another person), `closed`. turn: the one before."""

    number: int
    turn: int
    kind: Literal["said", "joined", "returned", "released", "closed"]
    name: str
    text: str
    at: str


class TicketSchema(_Schema):
    """A conversation that waits for a person (open) or is with one (taken)."""

    id: str
    state: Literal["open", "taken"]
    staff: str


class SessionSchema(BaseModel):
    """The turns of a session, oldest first, what persons said in it, and its ticket that is not closed."""

    session: str
    turns: list[TurnSchema]
    messages: list[MessageSchema] = []
    ticket: TicketSchema | None = None


class ShopSchema(BaseModel):
    """The shop's name and questions that it can answer."""

    name: str
    language: Language
    examples: list[str]


class ErrorSchema(_Schema):
    """What failed, the value, and what would be right, in one line."""

    error: str


_REPLY = {
    "session": "6f1c2a9b3d4e5f60718293a4b5c6d7e8", "turn": 1, "language": "zh", "text": "五千以内首选诺林 Air 13：1.1 公斤，4999 元。",
    "products": [{
        "id": "lap-001", "title": "诺林 Air 13", "brand": "Norin", "category": ["电脑", "笔记本电脑"], "price": 4999.0, "list_price": None, "currency": "CNY",
        "in_stock": True, "url": "/item/lap-001", "image": "/illustrations/lap-001.svg", "attributes": {"重量": "1.1 kg"}, "score": 0.83,
        "reasons": ["5000 元以内"],
    }],
    "options": ["便宜一点的"], "action": None, "sources": [],
    "understanding": {
        "intent": {"name": "recommend", "confidence": 0.97}, "interests": [{"category": "Laptops", "name": "笔记本电脑", "probability": 0.72}],
        "constraints": {"category": "Laptops", "price_max": 5000}, "mood": {"label": "neutral", "score": 0.1},
    },
    "tags": ["Laptops"], "phrased_by": "model", "grounded": True,
    "timing_ms": {"understand": 9.0, "products": 14.0, "first_token": 15.0, "total": 1180.0}, "trace": [],
}  # fmt: skip
_STEPS: tuple[tuple[str, Any], ...] = (
    ("understanding", _REPLY["understanding"]), ("products", _REPLY["products"]), ("text", "五千以内首选诺林 Air 13："), ("text", "1.1 公斤，4999 元。"),
    ("options", _REPLY["options"]), ("done", _REPLY),
)  # fmt: skip
_STREAM = "".join(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for name, data in _STEPS)


_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["understanding", "products", "text", "options", "action", "done", "error"]},
        "data": {"type": "string", "description": "A JSON value."},
    },
    "required": ["event", "data"],
}
"""One event of the stream."""


def _error(description: str, example: str) -> dict[str, Any]:
    return {"model": ErrorSchema, "description": description, "content": {"application/json": {"example": {"error": example}}}}


Answers = dict[int | str, dict[str, Any]]

MALFORMED: Answers = {422: _error("A field is missing or does not fit.", "session: String should match pattern '^[0-9a-f]{32}$'")}
FORBIDDEN: Answers = {
    403: _error(
        "The page that asks is not of an origin in XIAOER_ORIGINS, or the shopper's token is wrong or another's.",
        "pages of this origin may not call; its owner can name it in XIAOER_ORIGINS",
    )
}
REFUSED: Answers = {
    400: _error("The body is no JSON in UTF-8.", "There was an error parsing the body"),
    **FORBIDDEN,
    413: _error("The request is too large.", "the request is too large; at most 262144 bytes are taken"),
    429: _error("More than XIAOER_RATE allows.", "too many messages at once; wait a little"),
}
STARTING: Answers = {503: _error("The models are still loading.", "the assistant is still starting: try again in a few seconds")}
NOT_READY: Answers = {503: {"description": "Not yet.", "content": {"application/json": {"example": {"status": "starting"}}}}}
UNKNOWN: Answers = {404: _error("There is no such session or turn.", "there is no session '00000000000000000000000000000000'")}
ACCEPTED: Answers = {202: {"description": "Taken.", "content": {"application/json": {"example": {"accepted": True}}}}}
COUNTED: Answers = {
    202: {
        "description": "Taken. counted: false where the same was told within the last minute.",
        "content": {"application/json": {"example": {"accepted": True, "counted": True}}},
    }
}
ERASED = {"session": "6f1c2a9b3d4e5f60718293a4b5c6d7e8", "erased": {"sessions": 1, "turns": 4, "events": 7, "order_audit": 0, "order_tries": 0}}
EXPORTED = {
    "session": "6f1c2a9b3d4e5f60718293a4b5c6d7e8",
    "sessions": [{"id": "6f1c2a9b3d4e5f60718293a4b5c6d7e8", "created": "2025-01-01 09:00:00.000000", "state": {}, "shopper": None}],
    "turns": [], "events": [], "order_audit": [], "order_tries": [],
}  # fmt: skip
CHAT: Answers = {
    200: {
        "description": "Server-sent events: `understanding`, `products`, `text` (a delta, several times), `options`, `action` (if there is one), "
        "`done` (the whole Reply, as the schema of `GET /api/sessions/{session}` has it). A turn that fails in the middle ends with `error`.",
        "content": {"text/event-stream": {"schema": _EVENT, "example": _STREAM}},
    }
}
LIVE: Answers = {
    200: {
        "description": "Server-sent events without a name, each with the number of its message as its id: behind it goes on who comes back with Last-Event-ID.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": 'id: 7\ndata: {"number": 7, "kind": "said", "name": "Lin"}\n\n'}},
    }
}
"""Answers by status, as FastAPI's `responses` takes them."""
