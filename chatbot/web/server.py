"""The web application: the API, the desk, the widget, the demo shop, the Gradio page and the guards around them, over one bot that loads in the background.

Knows which part is mounted where; the parts know nothing of each other.
"""

import logging
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from socket import socket
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

from chatbot.bot import Bot
from chatbot.errors import XiaoerError
from chatbot.settings import Settings
from chatbot.web.api import CHAT, TURN, add_error_handlers, api_router
from chatbot.web.demo_shop import demo_shop_router
from chatbot.web.desk_api import desk_api_router
from chatbot.web.desk_page import desk_page_router
from chatbot.web.embed import widget_router
from chatbot.web.guards import Guards
from chatbot.web.live import Pulse
from chatbot.web.metrics import Metrics
from chatbot.web.origins import ApiCors, Origins
from chatbot.web.watching import Watch

__all__ = ["Loader", "Server", "create_app", "serve"]

JOIN = "/gradio_api/queue/join"
"""Where the page's functions are called, by their number."""
_CALLS = ("/gradio_api/call", "/gradio_api/run", "/gradio_api/api")
"""Gradio's other ways to call them, which the page does not use."""

log = structlog.get_logger("xiaoer")


class Loader:
    """Loads the bot once, in a thread of its own, so that the page can be shown meanwhile; counts what page and API do with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bot: Bot | None = None
        self._started = threading.Event()
        self.done = threading.Event()
        self.error: XiaoerError | None = None
        self.progress = (0, 0)
        self.metrics = Metrics()

    def __call__(self) -> Bot | None:
        """The bot, None while it is loading. Raises the error that loading ended with."""
        if self.error:
            raise self.error
        return self._bot

    def start(self) -> None:
        """Begin, unless that has happened already."""
        if not self._started.is_set():
            self._started.set()
            threading.Thread(target=self._load, name="loading", daemon=True).start()

    def _load(self) -> None:
        try:
            bot = Bot.load(self._settings, progress=self._tell)
            self._bot = bot  # it can answer; the first shopper only hears the model's own words a second later
            bot.phraser.warm()
            if self._settings.watch_seconds:
                Watch(self._settings.shop, self.renew, self._settings.watch_seconds).start()
        except XiaoerError as error:
            self.error = error
            log.error("loading failed", error=str(error))
        finally:
            self.done.set()

    def renew(self) -> None:
        """Serve the shop folder as it is now, from the next turn on. Raises ShopError or IndexBroken; then all stays as it was."""
        if self._bot is not None:
            self._bot = self._bot.renewed()
            log.info("the shop has changed and is served anew", items=len(self._bot.shop.catalogue))

    def _tell(self, done: int, total: int) -> None:
        self.progress = (done, total)


def create_app(settings: Settings, loader: Loader) -> FastAPI:
    """All but the page, which `app.py` mounts, with the guards around it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loader.start()
        yield

    app = FastAPI(
        title="Xiaoer",
        description="A shop assistant that recommends from the shop's own catalogue.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.pulse = Pulse(loader)
    app.include_router(api_router(loader, loader.metrics, app.state.pulse))
    app.include_router(desk_api_router(loader, settings.desk_password))
    app.include_router(desk_page_router(settings.desk_password))
    app.include_router(widget_router())
    app.include_router(demo_shop_router(loader))
    add_error_handlers(app)
    app.add_middleware(CORSMiddleware)  # allows nothing; where it stands, Gradio leaves its own out, which allows any origin
    app.add_middleware(Guards, rate=settings.rate, origins=Origins(settings.origin_list), begins_turn=partial(_begins_turn, app))
    app.add_middleware(
        ApiCors, allow_origins=settings.origin_list, allow_methods=["GET", "POST", "DELETE"], allow_headers=["Content-Type"], allow_credentials=False
    )
    return app


def _begins_turn(app: FastAPI, path: str, body: Mapping[str, Any]) -> bool:
    """Whether a POST is a message: to the API, or to a function of the page's that is not known to be another."""
    if path == JOIN:
        number = body.get("fn_index")
        return not isinstance(number, int) or number not in _light_functions(app)
    return path.startswith((CHAT, *_CALLS))


def _light_functions(app: FastAPI) -> frozenset[int]:
    """Numbers of the functions of Gradio's pages that begin no turn: opening the page, liking a reply."""
    pages = [route.app.get_blocks() for route in app.routes if isinstance(route, Mount) and hasattr(route.app, "get_blocks")]
    return frozenset(number for page in pages for number, function in page.fns.items() if function.api_name != TURN)


def configure_log(level: str) -> None:
    """Log lines of at least `level` on standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())), logger_factory=structlog.PrintLoggerFactory()
    )


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until stopped."""
    configure_log(settings.log_level)
    with suppress(KeyboardInterrupt):
        Server(uvicorn.Config(app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5)).run()


class Server(uvicorn.Server):
    """Lets go of those who listen for a person before it waits for its connections to end."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        state = getattr(self.config.app, "state", None)
        if pulse := getattr(state, "pulse", None):
            pulse.end()
        await super().shutdown(sockets)
