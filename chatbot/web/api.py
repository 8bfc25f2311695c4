"""The HTTP API of the contract: chat as server-sent events, events, feedback, sessions, health, metrics.

Knows HTTP and JSON and nothing of how a turn is made. Runs beside the Gradio page, over one shared bot, which may still
be loading: then everything that needs it answers 503 and `/readyz` says so.
"""

import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from queue import SimpleQueue
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, FastAPI, Header, Query, Request
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from chatbot.bot import Bot, BotSource, TurnEvent
from chatbot.errors import WeightsError, XiaoerError
from chatbot.shop.illustrations import draw
from chatbot.tokens import LONGEST_TOKEN
from chatbot.values import EventType, Language
from chatbot.web.live import Pulse, messages_of, people_of
from chatbot.web.metrics import Metrics
from chatbot.web.schemas import (
    ACCEPTED,
    COUNTED,
    ERASED,
    EXPORTED,
    FORBIDDEN,
    LIVE,
    MALFORMED,
    NOT_READY,
    REFUSED,
    STARTING,
    UNKNOWN,
    SessionSchema,
    ShopSchema,
)
from chatbot.web.schemas import CHAT as CHAT_ANSWERS
from chatbot.web.welcome import example_questions

__all__ = ["CHAT", "SESSION", "TURN", "add_error_handlers", "api_router"]

log = structlog.get_logger("xiaoer")

SESSION = r"^[0-9a-f]{32}$"
"""A session id: 128 random bits in hexadecimal."""

CHAT, TURN = "/api/chat", "turn"
"""What begins a turn: a path of this API, and the name of a function of the page's."""


MOST = 10**15
"""The largest number of a message; no shop gets there."""


class ChatRequest(BaseModel):
    """One message. language: answer in this one; item: the product whose page the shopper is on; shopper: the token of one who is logged in."""

    message: str = Field(max_length=20_000, examples=["我想买一台笔记本，五千以内"])
    session: str | None = Field(None, pattern=SESSION)
    language: Language | None = None
    item: str | None = Field(None, max_length=200)
    shopper: str = Field("", max_length=LONGEST_TOKEN)


class EventRequest(BaseModel):
    """What a shopper did with an item. at: when, now where it is not given; shopper: the token of one who is logged in."""

    session: str = Field(pattern=SESSION)
    type: EventType
    item: str = Field(min_length=1, max_length=200)
    at: datetime | None = None
    shopper: str = Field("", max_length=LONGEST_TOKEN)


class FeedbackRequest(BaseModel):
    """What a shopper thinks of a reply."""

    session: str = Field(pattern=SESSION)
    turn: int = Field(ge=1, le=1_000_000)
    like: bool
    comment: str = Field("", max_length=2000)


def api_router(source: BotSource, metrics: Metrics, pulse: Pulse) -> APIRouter:
    """The routes; `source` is asked for the bot at every request. pulse: wakes those who listen to what persons say."""
    router = APIRouter(responses=MALFORMED)

    def bot() -> Bot:
        found = source()
        if found is None:
            raise WeightsError("the assistant is still starting", fix="try again in a few seconds")
        return found

    @router.post(CHAT, summary="One turn, as server-sent events", response_class=StreamingResponse, responses={**CHAT_ANSWERS, **REFUSED, **STARTING})
    async def chat(body: ChatRequest) -> StreamingResponse:
        events = metrics.counted(bot().stream(body.message, body.session, language=body.language, item=body.item, shopper=body.shopper), "api")
        first = await run_in_threadpool(next, events)  # so that an error is a status and not a broken stream
        made: SimpleQueue[Step | None] = SimpleQueue()
        threading.Thread(target=_make, args=(events, made), name="turn").start()
        return StreamingResponse(_as_stream(first, made), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @router.post("/api/events", status_code=202, summary="What a shopper did with an item", responses={**COUNTED, **REFUSED, **STARTING})
    def events(body: EventRequest) -> dict[str, bool]:
        counted = bot().record(body.session, body.type, body.item, at=body.at, shopper=body.shopper)
        if counted:
            metrics.events.labels(body.type).inc()
        return {"accepted": True, "counted": counted}

    @router.post("/api/feedback", status_code=202, summary="Whether a reply was liked", responses={**ACCEPTED, **REFUSED, **UNKNOWN, **STARTING})
    def feedback(body: FeedbackRequest) -> dict[str, bool]:
        bot().judge(body.session, body.turn, body.like, body.comment)
        metrics.feedback.labels("like" if body.like else "dislike").inc()
        return {"accepted": True}

    @router.get(
        "/api/sessions/{session}",
        summary="The turns of a session, and what persons of the shop said in it",
        responses={200: {"model": SessionSchema}, **UNKNOWN, **STARTING},
    )
    def session(session: Annotated[str, PathParameter(max_length=64)]) -> dict[str, Any]:
        turns = bot().store.turns(session)
        return {
            "session": session,
            "turns": [{"turn": turn.turn, "message": turn.message, "reply": turn.reply, "like": turn.liked} for turn in turns],
            **people_of(bot(), session),
        }

    @router.get(
        "/api/sessions/{session}/export",
        summary="All that is held about a session, row by row",
        responses={200: {"description": "Rows by table.", "content": {"application/json": {"example": EXPORTED}}}, **UNKNOWN, **STARTING},
    )
    def export(session: Annotated[str, PathParameter(max_length=64)]) -> dict[str, Any]:
        return bot().records.export(session)

    @router.delete(
        "/api/sessions/{session}",
        summary="Erase all that is held about a session",
        responses={200: {"description": "Erased.", "content": {"application/json": {"example": ERASED}}}, **FORBIDDEN, **UNKNOWN, **STARTING},
    )
    def forget(session: Annotated[str, PathParameter(max_length=64)]) -> dict[str, Any]:
        return {"session": session, "erased": bot().forget(session)}

    @router.get(
        "/api/sessions/{session}/live",
        summary="What persons say in a session, as server-sent events",
        response_class=StreamingResponse,
        responses={**LIVE, **UNKNOWN, **STARTING},
    )
    async def live(
        session: Annotated[str, PathParameter(max_length=64)],
        after: Annotated[int, Query(ge=0, le=MOST)] = 0,
        last_event_id: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> StreamingResponse:
        seen = int(last_event_id) if re.fullmatch(r"\d{1,15}", last_event_id) else after
        messages = await run_in_threadpool(messages_of, bot(), session)
        return StreamingResponse(pulse.events(messages, seen), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @router.get("/api/shop", summary="The shop's name and questions that it can answer", responses={200: {"model": ShopSchema}, **STARTING})
    def shop(language: Language | None = None) -> dict[str, Any]:
        found = bot().shop
        language = language or found.default_language
        return {"name": found.name(language), "language": language, "examples": example_questions(found, language)}

    @router.get("/healthz", summary="Whether the process is up")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Whether the assistant can answer", responses=NOT_READY)
    def readyz() -> JSONResponse:
        ready = source() is not None
        return JSONResponse({"status": "ready" if ready else "starting"}, 200 if ready else 503)

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    def show_metrics() -> Response:
        if (found := source()) and found.tickets:
            metrics.show_queue(found.tickets.counts())
        text, kind = metrics.render()
        return Response(text, media_type=kind)

    @router.get(
        "/illustrations/{item}.svg",
        summary="The drawn picture of an item",
        response_class=Response,
        responses={404: {"description": "There is no such item."}},
    )
    def illustration(item: Annotated[str, PathParameter(max_length=200)]) -> Response:
        found = bot().shop.catalogue.by_id.get(item)
        if found is None:
            return Response(status_code=404)
        values = [value for values in found.attributes.values() for value in values]
        colors = next((found.attributes[name] for name in ("color", "colour", "颜色") if name in found.attributes), ())
        picture = draw(
            bot().shop.folder / "illustrations", identifier=found.id, category=found.category, words=" ".join([found.title, *values]), colors=colors
        )
        return Response(
            picture, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'"}
        )

    return router


Step = tuple[str, Any]
"""Name and data of one event."""


def _make(events: Iterator[TurnEvent], made: SimpleQueue[Step | None]) -> None:
    """A turn to its end, whether or not its reader stays: who comes back finds it among the turns of the session.

    A failure in the middle becomes an `error` event.
    """
    try:
        for event in events:
            made.put((event.name, event.data))
    except XiaoerError as error:
        log.error("a turn failed", error=str(error))
        made.put(("error", {"error": str(error)}))
    finally:
        made.put(None)


async def _as_stream(first: TurnEvent, rest: SimpleQueue[Step | None]) -> AsyncIterator[str]:
    """The events of a turn in the form of server-sent events."""
    step: Step | None = (first.name, first.data)
    while step is not None:
        yield f"event: {step[0]}\ndata: {json.dumps(step[1], ensure_ascii=False)}\n\n"
        step = await run_in_threadpool(rest.get)


def add_error_handlers(app: FastAPI) -> None:
    """Our errors become their status with one line; a malformed request names the field at fault."""

    @app.exception_handler(XiaoerError)
    async def ours(_: Request, error: XiaoerError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, error.status)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        return JSONResponse({"error": f"{where}: {first['msg']}"}, 422)
