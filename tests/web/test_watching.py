"""A shop that is changed while it is served: what shoppers see changes, no request fails, and a broken folder changes nothing."""

import json
import threading

import pytest
from fastapi.testclient import TestClient

from chatbot.web.server import create_app
from chatbot.web.watching import Watch, signature
from tests.web import serving

MESSAGE = "I want a laptop"


@pytest.fixture
def loader(tmp_path):
    bot = serving.tiny_bot(tmp_path)
    settings = serving.settings(shop=bot.shop.folder, cache=tmp_path / "cache")
    bot.settings = settings
    yield serving.Ready(bot, settings)
    bot.store.close()


@pytest.fixture
def client(loader):
    return TestClient(create_app(loader._settings, loader))


@pytest.fixture
def watch(loader):
    return Watch(loader._settings.shop, loader.renew, seconds=0)


def dearer(folder):
    """Every price of the shop doubled, in one step as `import` does it."""
    path = folder / "items.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(json.dumps(row | {"price": row["price"] * 2}) + "\n" for row in rows), "utf-8")
    fresh.replace(path)


def prices(client, session=None):
    body = {"message": MESSAGE} | ({"session": session} if session else {})
    answer = client.post("/api/chat", json=body)
    assert answer.status_code == 200, answer.text
    done = json.loads(next(block for block in answer.text.split("\n\n") if block.startswith("event: done")).split("data: ", 1)[1])
    return {product["id"]: product["price"] for product in done["products"]}, done["session"]


def test_a_changed_shop_is_served_once_it_has_settled(client, loader, watch):
    before, session = prices(client)
    assert before
    assert not watch.look()
    dearer(loader._settings.shop)
    assert not watch.look()  # it may still be changing
    assert watch.look()
    assert not watch.look()
    after, _ = prices(client)
    assert after == {name: price * 2 for name, price in before.items()}
    assert client.get(f"/api/sessions/{session}").json()["turns"][0]["message"] == MESSAGE
    assert prices(client, session)[1] == session


def test_no_request_fails_while_shops_change_places(client, loader):
    failures, done = [], threading.Event()

    def shop_on():
        while not done.is_set():
            try:
                prices(client)
            except AssertionError as error:
                failures.append(str(error))

    shoppers = [threading.Thread(target=shop_on) for _ in range(3)]
    for shopper in shoppers:
        shopper.start()
    for _ in range(3):
        dearer(loader._settings.shop)
        loader.renew()
    done.set()
    for shopper in shoppers:
        shopper.join()
    assert failures == []


def test_a_broken_folder_leaves_the_shop_as_it_was_until_it_is_mended(client, loader, watch):
    before, _ = prices(client)
    path = loader._settings.shop / "items.jsonl"
    good = path.read_text("utf-8")
    path.write_text("{broken\n", "utf-8")
    assert [watch.look() for _ in range(3)] == [False, False, False]
    assert prices(client)[0] == before
    path.write_text(good, "utf-8")
    dearer(path.parent)
    assert [watch.look() for _ in range(2)] == [False, True]
    assert prices(client)[0] == {name: price * 2 for name, price in before.items()}


def test_a_turn_under_way_in_a_session_is_waited_for_by_the_new_shop(loader):
    bot = loader()
    session = bot.respond(MESSAGE).session
    held = bot._locks.of(session)
    assert bot.renewed()._locks.of(session) is held


def test_hidden_files_are_no_change(tmp_path):
    before = signature(tmp_path)
    (tmp_path / ".items.jsonl.swp").write_text("x", "utf-8")
    assert signature(tmp_path) == before
