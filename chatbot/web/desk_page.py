"""`/desk`: the page where the shop's people work, its script and its style. Plain HTML with its texts beside it; 404 without a password."""

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from chatbot.phrasing.desk_texts import desk_texts
from chatbot.values import Language
from chatbot.web.welcome import preferred_language

__all__ = ["desk_page_router"]

SOURCES = Path(__file__).resolve().parent / "desk"
_KINDS = {"desk.js": "text/javascript", "desk.css": "text/css"}


def desk_page_router(password: str) -> APIRouter:
    """The routes; without a password every one answers 404."""
    router = APIRouter(prefix="/desk", include_in_schema=False)

    @router.get("", response_class=HTMLResponse)
    def page(language: Language | None = None, accept_language: Annotated[str, Header()] = "") -> HTMLResponse:
        if not password:
            raise HTTPException(404)
        spoken = language or preferred_language(accept_language, "zh")
        texts = json.dumps(asdict(desk_texts(spoken)), ensure_ascii=False)
        html = (SOURCES / "desk.html").read_text("utf-8")
        return HTMLResponse(html.replace("{language}", spoken).replace("{texts}", escape(texts)), headers={"Cache-Control": "no-store"})

    @router.get("/{name}")
    def source(name: str) -> Response:
        if not password or name not in _KINDS:
            raise HTTPException(404)
        return Response((SOURCES / name).read_text("utf-8"), media_type=_KINDS[name], headers={"Cache-Control": "no-cache"})

    return router
