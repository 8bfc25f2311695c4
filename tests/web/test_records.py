"""Behaviour, export and erasure over HTTP: what is taken, what is refused, and that it is gone."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from chatbot.store import new_session
from chatbot.tokens import sign_shopper
from chatbot.web.server import create_app
from tests.web.serving import Ready, settings, tiny_bot

SECRET = "the shop's own"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    bot = tiny_bot(tmp_path_factory.mktemp("tiny"), shopper_secret=SECRET)
    chosen = settings(shop=bot.shop.folder, origins="https://shop.example")
    with TestClient(create_app(chosen, Ready(bot, chosen))) as opened:
        yield opened
    bot.store.close()


def tell(client, session, **parts):
    return client.post("/api/events", json={"session": session, "type": "view", "item": "lap-1"} | parts)


def test_an_event_is_taken_and_counted_once(client):
    session = new_session()
    assert (tell(client, session).status_code, tell(client, session).json()) == (202, {"accepted": True, "counted": False})
    late = tell(client, session, at=(datetime.now(UTC) + timedelta(days=400)).isoformat(), type="like")
    assert late.json() == {"accepted": True, "counted": True}
    events = client.get(f"/api/sessions/{session}/export").json()["events"]
    assert [event["type"] for event in events] == ["view", "like"]
    assert all(event["created"][:4] <= str(datetime.now(UTC).year) for event in events)


@pytest.mark.parametrize(
    ("parts", "status"),
    [({"item": "no-such"}, 422), ({"type": "stare"}, 422), ({"at": "yesterday"}, 422), ({"shopper": "anna.0"}, 403), ({"shopper": "x" * 999}, 422)],
)
def test_what_cannot_be_taken_is_told_in_a_line(client, parts, status):
    answer = tell(client, new_session(), **parts)
    assert answer.status_code == status
    assert answer.json()["error"] and "\n" not in answer.json()["error"]


def test_a_wrong_token_begins_no_turn(client):
    session = new_session()
    assert client.post("/api/chat", json={"message": "我想买一台笔记本", "session": session, "shopper": "anna.0"}).status_code == 403
    assert client.get(f"/api/sessions/{session}").status_code == 404
    good = sign_shopper("anna", SECRET)
    assert client.post("/api/chat", json={"message": "我想买一台笔记本", "session": session, "shopper": good}).status_code == 200


def test_a_session_is_handed_out_and_forgotten(client):
    session = new_session()
    client.post("/api/chat", json={"message": "我想买一台笔记本", "session": session})
    held = client.get(f"/api/sessions/{session}/export").json()
    assert [turn["message"] for turn in held["turns"]] == ["我想买一台笔记本"]
    assert client.delete(f"/api/sessions/{session}").json()["erased"]["turns"] == 1
    for answer in (client.get(f"/api/sessions/{session}"), client.get(f"/api/sessions/{session}/export"), client.delete(f"/api/sessions/{session}")):
        assert answer.status_code == 404


def test_a_page_that_is_allowed_may_have_it_forgotten_and_another_may_not(client):
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "DELETE"}
    assert client.options(f"/api/sessions/{new_session()}", headers=asked).status_code == 200
    assert client.delete(f"/api/sessions/{new_session()}", headers={"Origin": "https://other.example"}).status_code == 403
