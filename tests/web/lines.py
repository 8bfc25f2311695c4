"""What can go wrong between a page and the server: a line that is cut, a turn that takes its time, a reply made of attacks."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

from chatbot.bot import TurnEvent
from tests.web.serving import PATIENCE

__all__ = ["Evil", "Line", "Slow"]


class Line:
    """The way to an application. `cut_after`: pieces of the next reply that still come through; then the connection is gone."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.cut_after: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.cut_after is None or scope.get("path") != "/api/chat" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        left, self.cut_after = self.cut_after, None
        gone, asked = asyncio.Event(), False

        async def received() -> Any:
            nonlocal asked
            if not asked:
                asked = True
                return await receive()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def sent(message: Any) -> None:
            nonlocal left
            if message["type"] == "http.response.body":
                left -= 1
            if left < 0:
                gone.set()
            else:
                await send(message)

        await self._app(scope, received, sent)


class Slow:
    """A bot whose turns stop after their products until `go` is set."""

    def __init__(self, bot: Any) -> None:
        self.shop, self.store, self.record, self.tickets, self._bot = bot.shop, bot.store, bot.record, bot.tickets, bot
        self.go = threading.Event()

    def stream(self, *words: Any, **parts: Any) -> Iterator[TurnEvent]:
        for event in self._bot.stream(*words, **parts):
            yield event
            if event.name == "products":
                self.go.wait(PATIENCE)  # a test that failed before it said go must not hold up the end


class Evil:
    """A bot whose replies hold an attack in every place: what a feed, a document or a model could bring at the worst."""

    TEXT = '<script>window.hit=1</script>"\'><img src=x onerror="window.hit=1">'
    ADDRESS = "javascript:window.hit=1"

    def __init__(self, bot: Any) -> None:
        self.shop, self.store, self.record, self.tickets, self._bot = bot.shop, bot.store, bot.record, bot.tickets, bot

    def stream(self, *words: Any, **parts: Any) -> Iterator[TurnEvent]:
        for event in self._bot.stream(*words, **parts):
            if event.name == "products":
                yield TurnEvent("products", [self._spoilt(product) for product in event.data])
            elif event.name == "text":
                yield TurnEvent("text", self.TEXT)
            elif event.name == "options":
                yield TurnEvent("options", [self.TEXT])
            elif event.name == "done":
                yield TurnEvent("done", self._reply(event.data))
            else:
                yield event

    def _reply(self, reply: dict[str, Any]) -> dict[str, Any]:
        products = [self._spoilt(product) for product in reply["products"]]
        sources = [{"id": self.TEXT, "title": self.TEXT, "quote": self.TEXT}]
        action = {"name": "add_to_cart", "item": products[0]["id"], "quantity": 1}
        return reply | {"text": self.TEXT, "products": products, "options": [self.TEXT], "sources": sources, "action": action}

    def _spoilt(self, product: dict[str, Any]) -> dict[str, Any]:
        texts = dict.fromkeys(("title", "brand", "currency"), self.TEXT)
        return product | texts | {"url": self.ADDRESS, "image": self.ADDRESS, "reasons": [self.TEXT], "attributes": {self.TEXT: self.TEXT}}
