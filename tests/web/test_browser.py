"""The page in a real browser, over the real application in a process of its own: what a shopper sees and can do.

The states that cannot be had from a healthy shop (still loading, failing) are had from a page over a source of the test's own.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import uvicorn
from fastapi import FastAPI

from chatbot.errors import StoreError, XiaoerError
from chatbot.phrasing import en, zh
from chatbot.phrasing.page_texts import page_texts
from chatbot.settings import load_settings
from chatbot.web.metrics import Metrics
from chatbot.web.page import build_page, page_options

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 90
"""Seconds for a reply on a busy machine."""
START_PATIENCE = 240
"""Seconds for a start: where the cache is empty, the catalogue is embedded first."""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}

LAPTOP = "我想买一台笔记本，五千以内"
HEADPHONES = "noise cancelling headphones under 1000"


class Server:
    """`python app.py` on a port and a database of its own; phrased by rule, for nothing here is about the language model."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._log = folder / "log.txt"
        self._environment = {
            **os.environ, "XIAOER_DATABASE": f"sqlite:///{folder / 'page.db'}", "XIAOER_GENERATOR": "none", "XIAOER_RATE": "10000/minute",
            "GRADIO_SERVER_PORT": str(self.port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False",
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, until: str = "readyz") -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=self._environment, stdout=log, stderr=log)
        _until_answered(f"{self.url}{until}", lambda: self._process is not None and self._process.poll() is None, self._log)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE)

    def turns(self, session: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}api/sessions/{session}") as answer:
            return json.load(answer)["turns"]


def _until_answered(url: str, alive: Callable[[], bool], log: Path | None = None) -> None:
    end = time.monotonic() + START_PATIENCE
    while time.monotonic() < end and alive():
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:  # refused, or 503 while it loads
            threading.Event().wait(0.1)
    pytest.fail(f"{url} did not answer; {log.read_text('utf-8')[-2000:] if log else ''}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("page"))
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:
    """Opens an address in a browser context of its own, as another shopper would."""
    contexts = []

    def opened(url: str, locale: str = "zh-CN", **options: Any) -> Any:
        context = browser.new_context(locale=locale, **options)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector('.x-sign:not([data-session=""])')
        return page

    yield opened
    for context in contexts:
        context.close()


def say(page: Any, text: str) -> Any:
    """Send a message; the reply's element once it is complete."""
    before = page.locator(".x-how").count()
    box = page.locator("#x-box textarea")
    box.fill(text)
    box.press("Enter")
    return replied(page, before + 1)


def replied(page: Any, count: int) -> Any:
    playwright.expect(page.locator(".x-how")).to_have_count(count, timeout=PATIENCE * 1000)
    return page.locator(".x-reply").last


def session_of(page: Any) -> str:
    return page.locator(".x-sign").get_attribute("data-session")


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something beyond the page has come to pass."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        threading.Event().wait(0.05)


def scrolls_sideways(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth || document.body.scrollWidth > window.innerWidth")


# ── talking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_conversation_in_chinese(server: Server, open_page: Any):
    page = open_page(server.url)
    texts = page_texts("zh")
    playwright.expect(page.locator(".x-welcome h2")).to_have_text(texts.welcome)
    playwright.expect(page.locator("#x-box textarea")).to_have_attribute("placeholder", texts.ask)
    reply = say(page, LAPTOP)
    prices = [int(price.replace("¥", "")) for price in reply.locator(".x-price").all_inner_texts()]
    assert prices
    assert max(prices) <= 5000
    assert reply.locator(".x-card img").count() == reply.locator(".x-card").count()
    assert reply.get_attribute("lang") == "zh"
    assert "5000 元以内" in reply.locator(".x-text").inner_text()
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert page.evaluate("[...document.querySelectorAll('.x-card img')].every(image => image.complete && image.naturalWidth > 0)")


def test_a_conversation_in_english(server: Server, open_page: Any):
    page = open_page(server.url, "en-GB")
    playwright.expect(page.locator(".x-welcome h2")).to_have_text(page_texts("en").welcome)
    reply = say(page, HEADPHONES)
    assert reply.locator(".x-card").count() >= 1
    assert reply.get_attribute("lang") == "en"
    prices = [int(price.lstrip("¥").replace(",", "")) for price in reply.locator(".x-price").all_inner_texts()]
    assert len(prices) == reply.locator(".x-card").count() == reply.locator(".x-card img").count()
    assert max(prices) <= 1000
    assert not re.search("[一-鿿]", reply.locator(".x-text").inner_text())
    reply.locator(".x-how summary").click()
    assert "Price: up to ¥1,000" in reply.locator(".x-how").inner_text()
    assert reply.locator(".x-bars li").first.is_visible()


def test_the_labels_follow_the_conversation(server: Server, open_page: Any):
    page = open_page(server.url)
    say(page, HEADPHONES)
    playwright.expect(page.locator("#x-fresh")).to_have_text(page_texts("en").fresh)
    playwright.expect(page.locator("#x-box textarea")).to_have_attribute("placeholder", page_texts("en").ask)
    assert page.evaluate("document.documentElement.lang") == "en"
    playwright.expect(page.get_by_role("button", name=page_texts("en").send)).to_be_visible()


def test_cards_are_there_no_later_than_the_text(server: Server, open_page: Any):
    page = open_page(server.url)
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const text = document.querySelector(".x-text");
            window.seen.push([document.querySelectorAll(".x-card").length, text ? text.textContent.length : 0]);
          }).observe(document.body, { childList: true, characterData: true, subtree: true });
        }"""
    )
    say(page, LAPTOP)
    seen = page.evaluate("window.seen")
    assert any(cards for cards, _ in seen)
    assert all(cards for cards, letters in seen if letters)


def test_a_policy_is_answered_with_its_source(server: Server, open_page: Any):
    page = open_page(server.url)
    reply = say(page, "能退货吗")
    assert reply.locator(".x-card").count() == 0
    assert reply.locator(".x-source").count() == 1
    assert not reply.locator("blockquote").is_visible()
    reply.locator(".x-source summary").click()
    assert "7" in reply.locator("blockquote").inner_text()


def test_a_comparison_has_a_table(server: Server, open_page: Any):
    page = open_page(server.url, "en-US")
    say(page, HEADPHONES)
    reply = say(page, "Compare the first two")
    assert reply.locator(".x-versus thead th").count() == 2
    assert reply.locator(".x-versus tbody tr").count() >= 2


def test_a_quick_reply_sends_its_text(server: Server, open_page: Any):
    page = open_page(server.url)
    say(page, LAPTOP)
    page.locator("#x-box textarea").fill("还没写完")
    page.locator("#x-chat .option", has_text=zh.CHIPS["cheaper"]).click()
    replied(page, 2)
    assert page.locator(".x-said").all_inner_texts() == [LAPTOP, zh.CHIPS["cheaper"]]
    assert page.locator("#x-box textarea").input_value() == "还没写完"
    assert page.locator("#x-chat .options").count() == 1


def test_an_example_question_begins_a_conversation(server: Server, open_page: Any):
    page = open_page(server.url, "en-US")
    example = page.locator("#x-chat .example").first
    question = example.inner_text().strip()
    example.click()
    reply = replied(page, 1)
    assert page.locator(".x-said").all_inner_texts() == [question]
    assert reply.locator(".x-card").count() >= 1


def test_what_was_chosen_is_noted(server: Server, open_page: Any):
    page = open_page(server.url, "en-US")
    say(page, HEADPHONES)
    title = page.locator(".x-card h3").first.inner_text()
    reply = say(page, en.CHIPS["take"])
    assert reply.locator(".x-basket").inner_text() == page_texts("en").basket.format(title=title)
    assert say(page, en.CHIPS["human"]).locator(".x-person").is_visible()


def test_an_empty_message_does_nothing(server: Server, open_page: Any):
    page = open_page(server.url)
    box = page.locator("#x-box textarea")
    for empty in ("", "   "):
        box.fill(empty)
        box.press("Enter")
        page.locator("#x-box .submit-button").click()
    box.fill("")
    say(page, "你好")
    assert page.locator(".x-said").all_inner_texts() == ["你好"]
    assert [turn["message"] for turn in server.turns(session_of(page))] == ["你好"]


# ── keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_history_is_there_after_a_refresh_and_after_a_restart(server: Server, open_page: Any):
    page = open_page(server.url)
    say(page, LAPTOP)
    say(page, zh.CHIPS["cheaper"])
    page.get_by_role("button", name="赞", exact=True).last.click()
    session = session_of(page)
    eventually(lambda: server.turns(session)[1]["like"] is True)
    said, replies, cards = (page.locator(found).all_inner_texts() for found in (".x-said", ".x-text", ".x-card"))

    def same() -> None:
        playwright.expect(page.locator(".x-how")).to_have_count(2, timeout=PATIENCE * 1000)
        assert session_of(page) == session
        assert page.locator(".x-said").all_inner_texts() == said
        assert page.locator(".x-text").all_inner_texts() == replies
        assert page.locator(".x-card").all_inner_texts() == cards
        assert page.locator("#x-chat .option").count() >= 1

    page.reload()
    same()
    server.stop()
    server.start()
    page.goto(server.url)
    same()
    assert [turn["like"] for turn in server.turns(session)] == [None, True]
    reply = say(page, "前两款比一比")
    assert reply.locator(".x-versus").is_visible()


def test_likes_and_dislikes_are_kept_with_their_turn(server: Server, open_page: Any):
    page = open_page(server.url)
    say(page, "你好")
    say(page, LAPTOP)
    page.get_by_role("button", name="踩", exact=True).first.click()
    eventually(lambda: [turn["like"] for turn in server.turns(session_of(page))] == [False, None])


def test_a_new_conversation_begins_empty_and_stays_so(server: Server, open_page: Any):
    page = open_page(server.url)
    say(page, LAPTOP)
    first = session_of(page)
    page.locator("#x-fresh").click()
    page.wait_for_selector(".x-welcome")
    second = session_of(page)
    assert second != first
    page.reload()
    page.wait_for_selector(f'.x-sign[data-session="{second}"]')
    assert page.locator(".x-said").count() == 0
    assert len(server.turns(first)) == 1


def test_two_shoppers_do_not_see_each_other(server: Server, open_page: Any):
    one, other = open_page(server.url), open_page(server.url, "en-US")
    say(one, LAPTOP)
    say(other, HEADPHONES)
    assert session_of(one) != session_of(other)
    assert one.locator(".x-said").all_inner_texts() == [LAPTOP]
    assert other.locator(".x-said").all_inner_texts() == [HEADPHONES]
    other.reload()
    replied(other, 1)
    assert other.locator(".x-said").all_inner_texts() == [HEADPHONES]


# ── safety ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_markup_in_a_message_is_only_text(server: Server, open_page: Any):
    page = open_page(server.url)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    message = '<img src=x onerror="window.hit=1;alert(1)"><script>window.hit=1;alert(2)</script><b>耳机</b> **重** `x` 500 以内'

    def only_text() -> None:
        assert page.locator(".x-said").inner_text() == message
        assert page.locator(".x-said *").count() == 0
        assert page.evaluate("window.hit") is None

    say(page, message)
    only_text()  # before the reload, which would wipe what the message did while it was streamed
    page.reload()
    replied(page, 1)
    only_text()
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_request_leaves_the_server(server: Server, open_page: Any, browser: Any, scheme: str):
    context = browser.new_context(locale="zh-CN", color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(server.url)
    page.wait_for_selector(".x-shelf")
    say(page, LAPTOP)
    page.locator(".x-card").first.click()
    page.wait_for_function("performance.getEntriesByType('resource').some(entry => entry.name.endsWith('/api/events'))")
    context.close()
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []
    assert troubles == []


def test_nothing_of_gradio_is_left_to_see(server: Server, open_page: Any):
    page = open_page(server.url, "en-US")
    say(page, HEADPHONES)
    assert "gradio" not in page.locator("body").inner_text().lower()
    for leftover in ("footer", "#x-chat .top-panel", '[data-testid="status-tracker"]', '[data-testid="block-label"]'):
        assert not any(found.is_visible() for found in page.locator(leftover).all()), leftover


# ── a phone ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("locale", "messages"), [("zh-CN", [LAPTOP, "前两款比一比"]), ("en-US", [HEADPHONES, "Can I return it?", en.CHIPS["human"]])]
)
def test_a_phone_scrolls_only_up_and_down_and_keeps_the_input_in_view(server: Server, open_page: Any, locale: str, messages: list[str]):
    page = open_page(server.url, locale, viewport=PHONE, is_mobile=True, has_touch=True)
    page.wait_for_selector(".x-shelf")
    assert not scrolls_sideways(page)
    for message in messages:
        say(page, message)
        page.locator(".x-how summary").last.click()
        assert not scrolls_sideways(page)
        box = page.locator("#x-box").bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]
        assert box["y"] >= PHONE["height"] * 0.8


def test_the_cards_of_a_new_reply_are_in_view(server: Server, open_page: Any):
    page = open_page(server.url, viewport=PHONE)
    say(page, LAPTOP)
    reply = say(page, zh.CHIPS["cheaper"])
    playwright.expect(reply.locator(".x-picture").first).to_be_in_viewport(ratio=1)


# ── while it loads, and when it fails ─────────────────────────────────────────────────────────────────────────────────


class Gate:
    """A source that has no bot until it is opened."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.progress = (320, 819)
        self.metrics = Metrics()
        self.bot: Any = None
        self.error: XiaoerError | None = None

    def __call__(self) -> Any:
        if self.error:
            raise self.error
        return self.bot

    def open(self, bot: Any) -> None:
        self.bot = bot
        self.done.set()

    def fail(self) -> None:
        self.error = StoreError("the database cannot be opened")
        self.done.set()


class Failing:
    """A bot whose turns break in the middle."""

    def __init__(self, bot: Any) -> None:
        self.shop, self.store, self.tickets, self._bot = bot.shop, bot.store, bot.tickets, bot

    def stream(self, message: str, session: str) -> Iterator[Any]:
        yield next(self._bot.stream(message, session))
        raise StoreError("the database failed: secret detail")


@pytest.fixture
def gate() -> Iterator[tuple[Gate, str]]:
    """A page over a gate, served in this process: (the gate, the address)."""
    source = Gate()
    app = gr.mount_gradio_app(FastAPI(), build_page(source, load_settings(generator="none")), path="/", **page_options())
    serving = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not serving.started and time.monotonic() < end and thread.is_alive():
        threading.Event().wait(0.02)
    yield source, f"http://127.0.0.1:{serving.servers[0].sockets[0].getsockname()[1]}/"
    source.done.set()
    serving.should_exit = True
    thread.join(PATIENCE)


def test_a_page_that_is_getting_ready_says_so_and_a_message_waits(gate: tuple[Gate, str], open_page: Any, bot: Any):
    source, url = gate
    page = open_page(url)
    playwright.expect(page.locator(".x-welcome .x-why")).to_contain_text("320 / 819")
    box = page.locator("#x-box textarea")
    box.fill(LAPTOP)
    box.press("Enter")
    playwright.expect(page.locator(".x-reply .x-why")).to_contain_text(page_texts("zh").waits[:6])
    page.evaluate(
        """() => {
          window.least = 1;
          new MutationObserver(() => (window.least = Math.min(window.least, document.querySelectorAll(".x-said").length)))
            .observe(document.body, { childList: true, subtree: true });
        }"""
    )
    source.progress = (640, 819)
    playwright.expect(page.locator(".x-reply .x-why")).to_contain_text("640 / 819")
    source.progress = (819, 819)
    playwright.expect(page.locator(".x-reply .x-why")).to_contain_text("819 / 819")
    source.open(bot)
    assert page.evaluate("window.least") == 1
    assert replied(page, 1).locator(".x-card").count() >= 1


def test_a_message_sent_to_a_server_that_is_starting_is_answered(tmp_path: Path, open_page: Any):
    starting = Server(tmp_path)
    try:
        starting.start(until="healthz")
        page = open_page(starting.url)
        assert say(page, LAPTOP).locator(".x-card").count() >= 1
        assert [turn["message"] for turn in starting.turns(session_of(page))] == [LAPTOP]
        page.reload()
        replied(page, 1)
        page.close()  # its open stream would hold up the stop
    finally:
        starting.stop()


def test_a_page_that_cannot_get_ready_stays_kind(gate: tuple[Gate, str], open_page: Any):
    source, url = gate
    source.fail()
    page = open_page(url, "en-US")
    playwright.expect(page.locator(".x-welcome .x-why")).to_have_text(page_texts("en").closed)
    box = page.locator("#x-box textarea")
    box.fill("hello there")
    box.press("Enter")
    playwright.expect(page.locator(".x-reply .x-text")).to_have_text(en.apology())


def test_a_turn_that_breaks_ends_in_a_kind_sentence(gate: tuple[Gate, str], open_page: Any, bot: Any):
    source, url = gate
    source.open(Failing(bot))
    page = open_page(url)
    box = page.locator("#x-box textarea")
    box.fill(LAPTOP)
    box.press("Enter")
    playwright.expect(page.locator(".x-reply .x-text")).to_have_text(zh.apology())
    assert "secret" not in page.locator("body").inner_text()
    source.bot = bot
    assert say(page, LAPTOP).locator(".x-card").count() >= 1
