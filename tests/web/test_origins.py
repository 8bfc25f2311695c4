"""Who may call and frame what, how often, and what every answer tells the browser. Without a browser."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.bot import Bot
from chatbot.errors import SettingError
from chatbot.settings import load_settings
from chatbot.store import new_session
from chatbot.web.guards import LARGEST_BODY, LIGHT
from chatbot.web.page import build_page, page_options
from chatbot.web.server import create_app
from tests.web.serving import Ready, settings, tiny_bot

SHOP = "https://shop.example"
OTHER = "https://other.example"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    made = tiny_bot(tmp_path_factory.mktemp("tiny"))
    yield made
    made.store.close()


def application(bot: Bot, **changes: Any) -> FastAPI:
    chosen = settings(shop=bot.shop.folder, **changes)
    return create_app(chosen, Ready(bot, chosen))


def with_page(bot: Bot, **changes: Any) -> FastAPI:
    """The same as `app.py` makes it, with Gradio's page."""
    chosen = settings(shop=bot.shop.folder, **changes)
    source = Ready(bot, chosen)
    return gr.mount_gradio_app(create_app(chosen, source), build_page(source, chosen), path="/", **page_options())


@pytest.fixture
def client(bot: Bot) -> Iterator[TestClient]:
    with TestClient(application(bot, origins=SHOP)) as opened:
        yield opened


# ── the setting ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("origins", ["", "*", "https://a.example", "http://localhost:8000, https://a.example", "http://[::1]:80"])
def test_origins_are_taken(origins: str):
    assert load_settings(origins=origins).origin_list == [part.strip() for part in origins.split(",") if part.strip()]


@pytest.mark.parametrize(
    "origins", ["a.example", "https://a.example/", "https://a.example/shop", "https://A.example", "ftp://a.example", "null", "https://a;script-src"]
)
def test_anything_else_is_refused_with_its_value(origins: str):
    with pytest.raises(SettingError, match="XIAOER_ORIGINS"):
        load_settings(origins=origins)


# ── other pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_is_allowed_reads_the_api(client: TestClient):
    session = new_session()
    answer = client.post("/api/chat", json={"message": "I want a laptop", "session": session}, headers={"Origin": SHOP})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in answer.headers
    assert client.get(f"/api/sessions/{session}", headers={"Origin": SHOP}).headers["access-control-allow-origin"] == SHOP


def test_a_page_that_is_allowed_may_ask_first(client: TestClient):
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = client.options("/api/chat", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert client.options("/api/chat", headers={**asked, "Origin": OTHER}).status_code == 400


@pytest.mark.parametrize("origin", [OTHER, "null", "http://shop.example", "https://shop.example.evil.example"])
@pytest.mark.parametrize("path", ["/api/chat", "/api/events", "/api/feedback", "/gradio_api/queue/join"])
def test_a_page_that_is_not_allowed_is_refused(client: TestClient, bot: Bot, path: str, origin: str):
    session = new_session()
    answer = client.post(path, json={"message": "I want a laptop", "session": session, "type": "like", "item": "lap-1"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert not bot.store.exists(session)


def test_gradios_routes_are_for_our_own_page_alone(client: TestClient):
    assert client.post("/gradio_api/queue/join", json={}, headers={"Origin": SHOP}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200), ({"Origin": "http://testserver"}, 200), ({"Origin": "https://testserver"}, 200),
        ({"Origin": "https://public.example", "X-Forwarded-Host": "public.example"}, 200),
        ({"Origin": "https://public.example", "Sec-Fetch-Site": "same-origin"}, 200), ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)  # fmt: skip
def test_our_own_pages_call_behind_any_proxy(bot: Bot, headers: dict[str, str], status: int):
    with TestClient(application(bot)) as opened:
        assert opened.post("/api/chat", json={"message": "I want a laptop"}, headers=headers).status_code == status


def test_all_origins_may_be_allowed(bot: Bot):
    with TestClient(application(bot, origins="*")) as opened:
        answer = opened.get("/api/shop", headers={"Origin": OTHER})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
        assert "frame-ancestors *" in opened.get("/demo-shop").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/demo-shop", "/metrics", "/openapi.json", "/"])
def test_nothing_but_the_api_is_read_from_other_pages(bot: Bot, path: str):
    with TestClient(with_page(bot, origins=SHOP)) as opened:
        answer = opened.get(path, headers={"Origin": SHOP})
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.startswith("access-control-")]


# ── what the browser is told ──────────────────────────────────────────────────────────────────────────────────────────


def policy_of(client: TestClient, path: str) -> dict[str, str]:
    parts = client.get(path).headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


def test_every_kind_of_answer_has_its_policy(bot: Bot):
    with TestClient(with_page(bot, origins=SHOP)) as opened:
        assert policy_of(opened, "/api/shop") == {"default-src": "'none'", "frame-ancestors": "'none'"}
        shop = policy_of(opened, "/demo-shop")
        assert (shop["default-src"], shop["script-src"], shop["frame-ancestors"]) == ("'none'", "'self'", f"'self' {SHOP}")
        page = policy_of(opened, "/")
        assert (page["default-src"], page["object-src"], page["frame-ancestors"]) == ("'self'", "'none'", f"'self' {SHOP}")
        assert "http" not in page["script-src"]
        assert policy_of(opened, "/illustrations/lap-1.svg")["default-src"] == "'none'"
        for path in ("/", "/demo-shop", "/api/shop", "/widget.js", "/no-such-page"):
            answer = opened.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "set-cookie" not in answer.headers


def test_the_widget_is_one_script_for_any_page(client: TestClient):
    answer = client.get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get("/widget.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


# ── rates ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def say(client: TestClient, session: str | None = None, **options: Any) -> int:
    return client.post("/api/chat", json={"message": "I want a laptop", "session": session}, **options).status_code


def test_an_address_has_a_limit_and_the_answer_can_be_read(bot: Bot):
    with TestClient(application(bot, rate="2/hour", origins=SHOP)) as opened:
        assert [say(opened) for _ in range(3)] == [200, 200, 429]
        refused = opened.post("/api/chat", json={"message": "I want a laptop"}, headers={"Origin": SHOP})
        assert refused.status_code == 429
        assert refused.headers["access-control-allow-origin"] == SHOP
        assert refused.headers["x-content-type-options"] == "nosniff"


def test_a_session_has_a_limit_over_all_addresses(bot: Bot):
    app, session = application(bot, rate="2/hour"), new_session()
    with TestClient(app, client=("10.0.0.1", 1)) as one, TestClient(app, client=("10.0.0.2", 1)) as other:
        assert [say(one, session), say(other, session), say(other, session)] == [200, 200, 429]
        assert say(one, new_session()) == 200


def test_likes_and_clicks_do_not_take_from_the_messages(bot: Bot):
    with TestClient(application(bot, rate="2/hour")) as opened:
        session = new_session()
        liked = [opened.post("/api/events", json={"session": session, "type": "like", "item": "lap-1"}).status_code for _ in range(2 * LIGHT)]
        assert set(liked) == {202}
        assert opened.post("/api/events", json={"session": session, "type": "like", "item": "lap-1"}).status_code == 429
        assert [say(opened, session) for _ in range(3)] == [200, 200, 429]


def join(client: TestClient, function: object, data: list[Any]) -> int:
    return client.post("/gradio_api/queue/join", json={"data": data, "fn_index": function, "session_hash": "abc", "event_data": None}).status_code


def number_of(app: FastAPI, name: str) -> int:
    (blocks,) = [route.app.get_blocks() for route in app.routes if hasattr(getattr(route, "app", None), "get_blocks")]  # type: ignore[attr-defined]
    return next(number for number, function in blocks.fns.items() if function.api_name == name)


def test_gradios_messages_are_limited_and_the_opening_of_a_page_is_not(bot: Bot):
    app = with_page(bot, rate="2/hour")
    turn, opening, like = (number_of(app, name) for name in ("turn", "open", "judge"))
    with TestClient(app) as opened:
        assert [join(opened, opening, [""]) for _ in range(5)] == [200] * 5
        assert [join(opened, like, [""]) for _ in range(3)] == [200] * 3
        message = ["I want a laptop", "", "en"]
        assert [join(opened, turn, message) for _ in range(3)] == [200, 200, 429]
        assert join(opened, opening, [""]) == 200
        assert say(opened) == 429


@pytest.mark.parametrize("disguise", [str, float, lambda number: [number], lambda number: None])
def test_a_message_in_disguise_counts_as_one(bot: Bot, disguise: Any):
    app = with_page(bot, rate="1/hour")
    with TestClient(app) as opened:
        join(opened, disguise(number_of(app, "turn")), ["I want a laptop", "", "en"])
        assert say(opened) == 429


@pytest.mark.parametrize("path", ["/gradio_api/call/turn", "/gradio_api/run/turn", "/gradio_api/api/turn"])
def test_gradios_other_ways_in_count_too(bot: Bot, path: str):
    with TestClient(with_page(bot, rate="1/hour")) as opened:
        opened.post(path, json={"data": ["I want a laptop", "", "en"]})
        assert say(opened) == 429


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_large_body_is_refused_however_it_is_declared(client: TestClient):
    large = b"x" * (LARGEST_BODY + 1)
    assert client.post("/api/chat", content=large).status_code == 413
    assert client.post("/api/chat", content=iter([large])).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_the_callers_fault(client: TestClient, body: bytes):
    assert 400 <= client.post("/api/chat", content=body, headers={"Content-Type": "application/json"}).status_code < 500


def test_no_session_is_read_without_its_id(client: TestClient):
    assert client.get(f"/api/sessions/{new_session()}").status_code == 404
    assert client.get("/api/sessions/").status_code == 404
