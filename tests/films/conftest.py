"""The films' shop on the real models. It phrases by rule: what is held here is what is found and said of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.settings import load_settings
from chatbot.shop.reading import Shop, read_shop

FOLDER = Path(__file__).resolve().parent.parent.parent / "knowledge" / "films"


@pytest.fixture(scope="session")
def films() -> Shop:
    return read_shop(FOLDER)


@pytest.fixture(scope="session")
def film_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    database = f"sqlite:///{tmp_path_factory.mktemp('films') / 'xiaoer.db'}"
    loaded = Bot.load(load_settings(database=database, shop=FOLDER, generator="none"))
    yield loaded
    loaded.store.close()
