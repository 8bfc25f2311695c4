"""The web application: the API, the Gradio page and the guards around both, over one bot that loads in the background.

Knows which part is mounted where; the parts know nothing of each other.
"""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from chatbot.bot import Bot
from chatbot.errors import XiaoerError
from chatbot.settings import Settings
from chatbot.web.api import add_error_handlers, api_router
from chatbot.web.guards import Guards
from chatbot.web.metrics import Metrics

__all__ = ["Loader", "create_app", "serve"]

log = structlog.get_logger("xiaoer")


class Loader:
    """Loads the bot once, in a thread of its own, so that the page can be shown meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bot: Bot | None = None
        self._started = threading.Event()
        self.done = threading.Event()
        self.error: XiaoerError | None = None
        self.progress = (0, 0)

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
        except XiaoerError as error:
            self.error = error
            log.error("loading failed", error=str(error))
        finally:
            self.done.set()

    def _tell(self, done: int, total: int) -> None:
        self.progress = (done, total)


def create_app(settings: Settings, loader: Loader) -> FastAPI:
    """The API and the guards; the page is mounted by `app.py`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loader.start()
        yield

    metrics = Metrics()
    app = FastAPI(
        title="Xiaoer",
        description="A shop assistant that recommends from the shop's own catalogue.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(api_router(loader, metrics))
    add_error_handlers(app)
    app.add_middleware(Guards, rate=settings.rate, origins=settings.origin_list)
    app.add_middleware(
        CORSMiddleware, allow_origins=settings.origin_list, allow_methods=["GET", "POST"], allow_headers=["Content-Type"], allow_credentials=False
    )
    return app


def configure_log(level: str) -> None:
    """Log lines of at least `level` on standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())), logger_factory=structlog.PrintLoggerFactory()
    )


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until stopped."""
    import uvicorn

    configure_log(settings.log_level)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5)
