"""What tests share: the real bot, loaded once per run, over a database of its own; its cache is the one of the settings."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if "PYTEST_XDIST_WORKER" in os.environ:  # a worker has one core: two pools of threads that wait for each other are slower
    os.environ.setdefault("XIAOER_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny matrices are done before a second thread of torch wakes, and sums are then always in one order."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'xiaoer.db'}"


@pytest.fixture(scope="session")
def bot(database: str) -> Iterator[object]:
    """The demo shop on the real encoder, head, index and language model."""
    from chatbot.bot import Bot
    from chatbot.settings import load_settings

    loaded = Bot.load(load_settings(database=database))
    yield loaded
    loaded.store.close()


@pytest.fixture(scope="session")
def catalogue():
    from chatbot.shop.reading import read_shop

    return read_shop(PROJECT / "knowledge" / "shop").catalogue
