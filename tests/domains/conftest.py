"""Shops of other domains, served with the real reader of messages; items are found by their words, so that no index takes time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.settings import load_settings
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.store import Store
from tests.fakes import FakeEncoder

Serve = Callable[[Path], Bot]


@pytest.fixture(scope="session")
def serve(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """A function that serves a shop folder, phrased by rule."""
    opened: list[Bot] = []

    def one(folder: Path) -> Bot:
        shop, encoder, work = read_shop(folder), FakeEncoder(), tmp_path_factory.mktemp("served")
        settings = load_settings(shop=folder, generator="none", cache=work)
        served = Bot(settings, shop, bot.reader, encoder, open_index(shop, encoder, work), None, Store(f"sqlite:///{work / 'store.db'}"))
        opened.append(served)
        return served

    yield one
    for served in opened:
        served.store.close()
