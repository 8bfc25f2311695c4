"""`/widget.js`: the sources in `widget/` with the texts of both languages, as the one script that a shop's page names.

The sources are joined once, in the order of `PARTS`, inside one function, so that a shop's page sees none of their names.
Knows nothing of what they do.
"""

import gzip
import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from chatbot.phrasing.page_texts import page_texts, widget_texts
from chatbot.values import LANGUAGES, Language

__all__ = ["widget_router", "widget_script"]

SOURCES = Path(__file__).resolve().parent / "widget"
PARTS = ("elements", "colour", "memory", "server", "surroundings", "cards", "exchange", "conversation", "panel", "widget")
SHARED_TEXTS = (
    "assistant", "tagline", "ask", "send", "fresh", "welcome", "invitation", "waits", "unsent", "cards", "out_of_stock", "was", "source", "basket",
    "handed_over", "minutes", "ahead_of_you", "kept_for", "reached_at", "passed",
)  # fmt: skip
"""Texts of the page that the widget says too."""
MINUTES_KEPT = 10
"""How long a browser keeps the script without asking: a shop sees a new version within minutes."""


def widget_router() -> APIRouter:
    """The route of the script."""
    router = APIRouter()

    @router.get("/widget.js", summary="The widget, for a script element on any page", response_class=Response)
    def widget(
        accept_encoding: Annotated[str, Header(include_in_schema=False)] = "", if_none_match: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> Response:
        script, packed, tag = _served()
        headers = {
            "Cache-Control": f"public, max-age={MINUTES_KEPT * 60}",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "ETag": tag,
            "Vary": "Accept-Encoding",
        }
        if tag in if_none_match:
            return Response(status_code=304, headers=headers)
        if "gzip" in accept_encoding:
            return Response(packed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
        return Response(script, media_type="text/javascript", headers=headers)

    return router


def widget_script() -> str:
    """The whole script."""
    values = {"TEXTS": {language: _texts(language) for language in LANGUAGES}, "STYLE": (SOURCES / "widget.css").read_text("utf-8")}
    head = "".join(f"const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in values.items())
    body = "\n".join((SOURCES / f"{part}.js").read_text("utf-8") for part in PARTS)
    return f'(() => {{\n"use strict";\n{head}\n{body}}})();\n'


def _texts(language: Language) -> dict[str, str]:
    shared = page_texts(language)
    return {**{name: getattr(shared, name) for name in SHARED_TEXTS}, **asdict(widget_texts(language))}


@cache
def _served() -> tuple[bytes, bytes, str]:
    """(the script, the same packed, its tag)."""
    script = widget_script().encode()
    return script, gzip.compress(script, mtime=0), f'"{hashlib.sha256(script).hexdigest()[:20]}"'
