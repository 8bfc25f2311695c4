"""Guards around every route, Gradio's own among them: sizes, rates, origins that may frame or call, safe headers.

Plain ASGI, because middleware of FastAPI's routes does not reach a mounted application. Knows no route's meaning: what
begins a turn, and which pages may call, it is told.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from chatbot.errors import SettingError, brief
from chatbot.web.origins import CALLED, Origins

__all__ = ["BeginsTurn", "Guards"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
BeginsTurn = Callable[[str, Mapping[str, Any]], bool]
"""Whether a POST to a path, with a JSON object, begins a turn."""

LARGEST_BODY = 256 * 1024
"""Bytes of a request's body: the longest message allowed takes 80 kB."""
LIGHT = 10
"""Requests that begin no turn, such as a like or the opening of a page, for each message allowed: they cost a hundredth."""
_UPLOAD = "/gradio_api/upload"


class Guards:
    """Wraps an ASGI application. rate: of messages of one address, and of one session, as `limits` writes it."""

    def __init__(self, app: Application, *, rate: str, origins: Origins, begins_turn: BeginsTurn) -> None:
        self._app, self._origins, self._begins_turn = app, origins, begins_turn
        try:
            self._turns = parse(rate)
        except ValueError as error:
            raise SettingError(f"XIAOER_RATE is {brief(rate)}", fix="write it as in 60/minute") from error
        self._light: RateLimitItem = type(self._turns)(self._turns.amount * LIGHT, self._turns.multiples, "light")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, headers = scope["path"], dict(scope["headers"])
        send = self._with_headers(send, path)
        if self._origins.refuses(path, headers):
            await _refuse(send, 403, "pages of this origin may not call; its owner can name it in XIAOER_ORIGINS")
            return
        if scope["method"] == "POST" and not path.startswith(_UPLOAD):
            length = headers.get(b"content-length", b"0")
            body = None if length.isdigit() and int(length) > LARGEST_BODY else await _whole(receive)
            if body is None:
                await _refuse(send, 413, f"the request is too large; at most {LARGEST_BODY} bytes are taken")
                return
            if path.startswith(CALLED) and not self._admits(path, _object(body), scope):
                await _refuse(send, 429, "too many messages at once; wait a little")
                return
            receive = _again(body, receive)
        await self._app(scope, receive, send)

    def _admits(self, path: str, body: Mapping[str, Any], scope: Scope) -> bool:
        """Whether the address and the session are within their limit; a request that is let in counts for both."""
        rate = self._turns if self._begins_turn(path, body) else self._light
        address = (scope.get("client") or ("unknown", 0))[0]
        session = body.get("session") or body.get("session_hash")
        within = self._limiter.hit(rate, "address", address)
        return within and (not isinstance(session, str) or self._limiter.hit(rate, "session", session))

    def _with_headers(self, send: Send, path: str) -> Send:
        safe = [
            (b"content-security-policy", self._origins.policy(path).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in safe if header[0] not in present)]
            await send(message)

        return sent


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request, None where it is larger than is taken, whatever its declared length."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """`receive` for an application behind one that has read the body."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received


def _object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body, an empty one where it holds none: the route will say what is wrong with it."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


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
