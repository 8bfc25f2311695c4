"""What the desk's page asks for: the queue, a conversation, what was learnt, pins and blocks. JSON, only with the cookie.

Personal data is masked in all of it, and a session's id, which is the right to read it, never leaves. Without a password
there is no desk, and every address answers 404.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from chatbot.bot import Bot, BotSource
from chatbot.errors import NotSignedIn, WeightsError
from chatbot.masking import mask_text
from chatbot.service.change_store import Change
from chatbot.service.learned import Rule
from chatbot.service.ticket_store import Ticket
from chatbot.service.tickets import LONGEST_ANSWER, Tickets
from chatbot.values import Language
from chatbot.web.desk_entry import COOKIE, LASTS, Entry

__all__ = ["desk_api_router"]

MOST_ITEMS = 20
"""Items of a search for one to pin or block."""


class SignIn(BaseModel):
    name: str = Field(min_length=1, max_length=40)
    password: str = Field(max_length=200)


class Words(BaseModel):
    text: str = Field(min_length=1, max_length=LONGEST_ANSWER)


class Taking(BaseModel):
    over: bool = False


class Teaching(BaseModel):
    """id: of the answer that this replaces. settles: the question that it came from."""

    question: str = Field(min_length=1, max_length=500)
    answer: str = Field(min_length=1, max_length=4000)
    language: Language
    id: str = Field("", max_length=40)
    settles: int | None = None


class Ruling(BaseModel):
    item: str = Field(min_length=1, max_length=200)
    rule: Rule


def desk_api_router(source: BotSource, password: str) -> APIRouter:
    """The routes; without a password every one answers 404."""
    router = APIRouter(prefix="/api/desk", include_in_schema=False)
    entries: list[Entry] = []

    def bot() -> Bot:
        if not password:
            raise HTTPException(404)
        found = source()
        if found is None:
            raise WeightsError("the assistant is still starting", fix="try again in a few seconds")
        return found

    def entry() -> Entry:
        if not entries:
            entries.append(Entry(password, bot().learned.key()))
        return entries[0]

    def staff(found: Annotated[Bot, Depends(bot)], cookie: Annotated[str, Cookie(alias=COOKIE)] = "") -> str:
        if not cookie:
            raise NotSignedIn("you are not signed in")
        return entry().name_of(cookie)

    def queue(found: Annotated[Bot, Depends(bot)], _: Annotated[str, Depends(staff)]) -> Tickets:
        if found.tickets is None:
            raise HTTPException(404)
        return found.tickets

    Name = Annotated[str, Depends(staff)]  # noqa: N806 - a type
    Queue = Annotated[Tickets, Depends(queue)]  # noqa: N806
    Found = Annotated[Bot, Depends(bot)]  # noqa: N806

    @router.post("/login")
    def login(body: SignIn, request: Request, response: Response, found: Found) -> dict[str, str]:
        name = " ".join(body.name.split()) or "?"
        value = entry().sign_in(name, body.password, request.client.host if request.client else "")
        safe = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, samesite="strict", secure=safe, path="/")
        return {"name": name}

    @router.post("/logout")
    def logout(response: Response, _: Found) -> dict[str, bool]:
        response.delete_cookie(COOKIE, path="/")
        return {"done": True}

    # ── conversations ─────────────────────────────────────────────────────────────────────────────────────────────────

    @router.get("/tickets")
    def tickets(found: Queue, name: Name) -> dict[str, Any]:
        return {"name": name, "tickets": [_shown(ticket) for ticket in found.pending()]}

    @router.get("/tickets/{ticket}")
    def conversation(ticket: str, found: Found, queue: Queue, name: Name) -> dict[str, Any]:
        one = queue.ticket(ticket)
        turns = [
            {
                "turn": turn.turn, "message": mask_text(turn.message), "reply": mask_text(str(turn.reply["text"])),
                "products": [product["title"] for product in turn.reply["products"]], "sources": [source["title"] for source in turn.reply["sources"]],
            }
            for turn in found.store.turns(one.session)
        ]  # fmt: skip
        messages = [
            {"number": message.number, "turn": message.turn, "kind": message.kind, "name": message.name, "text": message.text}
            for message in queue.messages(one.session)
        ]
        return {"name": name, "ticket": _shown(one) | {"summary": dict(one.summary)}, "turns": turns, "messages": messages}

    @router.post("/tickets/{ticket}/take")
    def take(ticket: str, body: Taking, queue: Queue, name: Name) -> dict[str, Any]:
        return _shown(queue.take(ticket, name, over=body.over))

    @router.post("/tickets/{ticket}/messages")
    def say(ticket: str, body: Words, found: Found, queue: Queue, name: Name) -> dict[str, int]:
        message = queue.say(ticket, name, body.text)
        found.learned.answered(message.session, message.turn, message.text)
        return {"number": message.number}

    @router.post("/tickets/{ticket}/return")
    def hand_back(ticket: str, queue: Queue, name: Name) -> dict[str, Any]:
        return _shown(queue.hand_back(ticket, name))

    @router.post("/tickets/{ticket}/close")
    def close(ticket: str, queue: Queue, name: Name) -> dict[str, Any]:
        return _shown(queue.close(ticket, name))

    # ── learning ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @router.get("/learning")
    def learning(found: Found, _: Name) -> dict[str, Any]:
        found.learned.refresh()
        questions = [
            {"id": one.id, "kind": one.kind, "question": one.question, "answer": one.answer, "language": one.language, "at": one.at.isoformat()}
            for one in found.learned.questions()
        ]
        answers = [{"id": identifier, **(change.after or {}), **_signed(change)} for identifier, change in found.learned.answers()]
        return {"questions": questions, "answers": answers, "changes": [_told(change) for change in found.learned.changes()]}

    @router.post("/answers")
    def teach(body: Teaching, found: Found, name: Name) -> dict[str, str]:
        return {"id": found.learned.teach(name, body.question, body.answer, body.language, identifier=body.id, settles=body.settles)}

    @router.post("/answers/{answer}/withdraw")
    def withdraw(answer: str, found: Found, name: Name) -> dict[str, bool]:
        found.learned.withdraw(name, answer)
        return {"done": True}

    @router.post("/questions/{question}/settle")
    def settle(question: int, found: Found, name: Name) -> dict[str, bool]:
        found.learned.settle(name, question)
        return {"done": True}

    @router.post("/changes/{change}/undo")
    def undo(change: int, found: Found, name: Name) -> dict[str, bool]:
        found.learned.undo(name, change)
        return {"done": True}

    # ── pins and blocks ───────────────────────────────────────────────────────────────────────────────────────────────

    @router.get("/items")
    def items(found: Found, _: Name, words: str = "") -> dict[str, Any]:
        found.learned.refresh()
        shelf, catalogue = found.learned.shelf(), found.shop.catalogue
        wanted = words.casefold().split()
        language = found.shop.default_language

        def fits(item: Any) -> bool:
            texts = f"{item.id} {' '.join(text.title for text in item.texts.values())}".casefold()
            return all(word in texts for word in wanted)

        chosen = shelf.pinned | shelf.blocked
        listed = [item for item in catalogue.items if item.id in chosen] if not wanted else [item for item in catalogue.items if fits(item)]
        rule: Callable[[str], Rule] = lambda name: "block" if name in shelf.blocked else "pin" if name in shelf.pinned else "none"  # noqa: E731
        return {"items": [{"id": item.id, "title": item.text(language).title, "rule": rule(item.id)} for item in listed[:MOST_ITEMS]]}

    @router.post("/items")
    def decide(body: Ruling, found: Found, name: Name) -> dict[str, bool]:
        found.learned.rule(name, body.item, body.rule)
        return {"done": True}

    return router


def _shown(ticket: Ticket) -> dict[str, Any]:
    """A ticket without its session, with the seconds that it has waited."""
    waited = ((ticket.taken or datetime.now(UTC)) - ticket.opened).total_seconds()
    return {
        "id": ticket.id, "state": ticket.state, "urgency": ticket.urgency, "mood": ticket.mood, "reason": ticket.reason, "language": ticket.language,
        "staff": ticket.staff, "waited": round(waited), "last": (list(ticket.summary.get("last", [])) or [""])[0],
    }  # fmt: skip


def _signed(change: Change) -> dict[str, Any]:
    return {"author": change.author, "at": change.at.isoformat(), "change": change.id}


def _told(change: Change) -> dict[str, Any]:
    return {**_signed(change), "subject": change.subject, "before": change.before, "after": change.after, "undoes": change.undoes}
