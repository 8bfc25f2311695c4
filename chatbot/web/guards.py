"""Guards around every route, Gradio's own among them: sizes, rates, origins that may frame or call, safe headers.

Plain ASGI, because middleware of FastAPI's routes does not reach a mounted application. Knows no route's meaning.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from chatbot.errors import SettingError, brief

__all__ = ["Guards"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 256 * 1024
"""Bytes of a request's body: the longest message allowed takes 80 kB."""
_LIMITED = ("/api/chat", "/gradio_api/queue/join", "/gradio_api/call", "/gradio_api/run")
"""Paths that begin a turn."""


class Guards:
    """Wraps an ASGI application."""

    def __init__(self, app: Application, *, rate: str, origins: Sequence[str]) -> None:
        self._app = app
        try:
            self._rate = parse(rate)
        except ValueError as error:
            raise SettingError(f"XIAOER_RATE is {brief(rate)}", fix="write it as in 60/minute") from error
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        framing = "*" if "*" in origins else " ".join(["'self'", *origins])
        self._headers = [
            (b"content-security-policy", f"frame-ancestors {framing}".encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if problem := self._problem(scope):
            await _refuse(send, *problem)
            return
        await self._app(scope, _limited(receive), self._with_headers(send))

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if scope["method"] == "POST" and length.isdigit() and int(length) > LARGEST_BODY and not scope["path"].startswith("/gradio_api/upload"):
            return 413, f"the request has {int(length)} bytes; at most {LARGEST_BODY} are taken"
        if scope["method"] == "POST" and scope["path"].startswith(_LIMITED):
            client = (scope.get("client") or ("unknown", 0))[0]
            if not self._limiter.hit(self._rate, client):
                return 429, "too many messages from this address; wait a little"
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in self._headers if header[0] not in present)]
            await send(message)

        return sent


def _limited(receive: Receive) -> Receive:
    """`receive` that stops taking in a body longer than allowed, whatever its declared length."""
    taken = 0

    async def received() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > 64 * LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return received


async def _refuse(send: Send, status: int, line: str) -> None:
    body = json.dumps({"error": line}).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})
