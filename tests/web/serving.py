"""The application served in this process over the tiny shop, with the reader and the encoder faked, and the pages of other people beside it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn

from chatbot.bot import Bot
from chatbot.settings import Settings, load_settings
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.store import Store
from chatbot.web.server import Loader, Server
from tests.fakes import FakeEncoder, FakeReader
from tests.tiny_shop import Row, write_shop

__all__ = ["PATIENCE", "QUIET", "SAID", "Ready", "other_site", "served", "settings", "tiny_bot"]

PATIENCE = 90
"""Seconds for anything on a busy machine."""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
SAID = {
    "我想买一台笔记本": "recommend", "便宜一点的": "refine", "就要第一款": "choose", "能退货吗": "service", "转人工": "human",
    "I want a laptop": "recommend", "Something cheaper": "refine", "I'll take the first one": "choose", "Can I return something?": "service",
    "Talk to a person": "human",
}  # fmt: skip
"""What shoppers say in these tests, and what the reader takes it for."""


class Ready(Loader):
    """A loader whose bot is given; None as long as it is to be loading."""

    def __init__(self, bot: Any, shop_settings: Settings) -> None:
        super().__init__(shop_settings)
        self._bot = bot

    def start(self) -> None:
        self.done.set()

    def replace(self, bot: Any) -> None:
        self._bot = bot


def settings(**changes: Any) -> Settings:
    return load_settings(**{"generator": "none", "database": "sqlite://", "rate": "10000/minute", "log_level": "error"} | changes)


def tiny_bot(folder: Path, *, change: Callable[[list[Row]], object] | None = None, shopper_secret: str = "", **parts: Any) -> Bot:
    """The real turn over the tiny shop; what its reader understands stands in `SAID`."""
    reader, encoder = FakeReader(), FakeEncoder()
    for text, intent in SAID.items():
        reader.tell(text, intent)  # type: ignore[arg-type]
    shop = read_shop(write_shop(folder / "shop", change=change, **parts))
    index = open_index(shop, encoder, folder / "cache")
    return Bot(settings(shopper_secret=shopper_secret), shop, reader, encoder, index, None, Store("sqlite://"))  # type: ignore[arg-type]


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """The application on a port, one of its own where none is given: its address, without a slash at the end."""
    server = Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < end and thread.is_alive():
        threading.Event().wait(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)


@contextmanager
def other_site(pages: dict[str, str]) -> Iterator[str]:
    """A site of somebody else's, under another name and port: its origin. pages: HTML by path, which may be filled later."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.split("?")[0])
            body = (page or "").encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join(PATIENCE)
    server.server_close()
