"""The desk: two browsers, a shopper's and a colleague's, over one server that is started again in between."""

import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest

from chatbot.bot import Bot
from chatbot.phrasing import zh_people
from chatbot.phrasing.desk_texts import desk_texts
from chatbot.settings import Settings
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.store import Store
from chatbot.web.desk_entry import COOKIE, LASTS, Entry
from chatbot.web.page import build_page, page_options
from chatbot.web.server import create_app
from tests.fakes import FakeEncoder, FakeReader
from tests.tiny_shop import TOML, write_shop
from tests.web.serving import PATIENCE, QUIET, SAID, Ready, served, settings

PASSWORD = "open sesame"
EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=2</script>'
UNKNOWN = "能刻字吗"
WITHIN = 1000
"""Milliseconds in which the shopper sees what a colleague says."""
ALWAYS = TOML.replace('hours = "9:00-21:00"', 'hours = "0:00-24:00"')


class Shop:
    """The tiny shop over a database in a file, served on one port, which can be started again."""

    def __init__(self, folder: Path, *, password: str = PASSWORD, origins: str = "") -> None:
        self._folder, self._database = folder, f"sqlite:///{folder / 'desk.db'}"
        write_shop(folder / "shop", toml=ALWAYS)
        self.settings: Settings = settings(database=self._database, desk_password=password, shop=folder / "shop", origins=origins)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        reader, encoder = FakeReader(), FakeEncoder()
        for text, intent in {**SAID, UNKNOWN: "service", "有人吗": "chitchat", EVIL: "chitchat"}.items():
            reader.tell(text, intent)  # type: ignore[arg-type]
        shop = read_shop(self._folder / "shop")
        index = open_index(shop, encoder, self._folder / "cache")
        self.bot = Bot(self.settings, shop, reader, encoder, index, None, Store(self._database))  # type: ignore[arg-type]
        source = Ready(self.bot, self.settings)
        app = gr.mount_gradio_app(create_app(self.settings, source), build_page(source, self.settings), path="/", **page_options())
        self._serving = served(app, self.port)
        self.url = self._serving.__enter__()

    def stop(self) -> None:
        self._serving.__exit__(None, None, None)
        self.bot.store.close()

    def signed_in(self, name: str = "小王") -> httpx.Client:
        client = httpx.Client(base_url=self.url)
        assert client.post("/api/desk/login", json={"name": name, "password": PASSWORD}).status_code == 200
        return client


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("desk"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("shut"), password="")
    yield made
    made.stop()


# ── who is let in ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_password_there_is_no_desk(shut: Shop):
    for path in ("/desk", "/desk/desk.js", "/api/desk/tickets"):
        assert httpx.get(shut.url + path).status_code == 404, path
    assert httpx.post(f"{shut.url}/api/desk/login", json={"name": "a", "password": ""}).status_code == 404
    reply = shut.bot.respond("转人工")
    assert reply.action == {
        "name": "handoff", "reason": "asked", "offered": False, "contact": {"phone": "400-000-0000", "email": "help@tiny.example", "hours": "0:00-24:00"},
    }  # fmt: skip
    assert "400-000-0000" in reply.text
    assert "转接" not in reply.text
    assert httpx.get(f"{shut.url}/api/sessions/{reply.session}/live").status_code == 404


def test_only_who_signed_in_is_let_in_and_never_a_page_of_another_origin(shop: Shop):
    for path in ("tickets", "tickets/x", "learning", "items"):
        assert httpx.get(f"{shop.url}/api/desk/{path}").status_code == 401, path
    client = shop.signed_in()
    (cookie,) = client.post("/api/desk/login", json={"name": "小王", "password": PASSWORD}).headers.get_list("set-cookie")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", f"Max-Age={LASTS}"))
    assert client.get("/api/desk/tickets").json()["name"] == "小王"
    refused = client.post("/api/desk/items", json={"item": "lap-1", "rule": "pin"}, headers={"Origin": "https://shop.example"})
    assert refused.status_code == 403
    assert httpx.get(f"{shop.url}/desk").headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")


def test_another_origin_that_carries_the_widget_may_not_call_the_desk(tmp_path: Path):
    from chatbot.web.origins import Origins

    allowed = Origins(["https://shop.example"])
    headers = {b"origin": b"https://shop.example", b"host": b"assistant.example"}
    assert not allowed.refuses("/api/chat", headers)
    assert allowed.refuses("/api/desk/tickets", headers)
    assert Origins(["*"]).refuses("/api/desk/tickets", headers)


def test_a_sign_in_ends_cannot_be_forged_and_cannot_be_guessed():
    clock = [1000.0]
    entry = Entry(PASSWORD, b"key", lambda: clock[0])
    cookie = entry.sign_in("小王:x", PASSWORD, "a")
    assert entry.name_of(cookie) == "小王:x"
    assert Entry(PASSWORD, b"key", lambda: clock[0]).name_of(cookie) == "小王:x", "a restart signs nobody out"
    for broken in ("", "x", "x.y", cookie[:-1], cookie.replace(".", ".0"), f"{cookie.split('.')[0]}.", "é.é"):
        with pytest.raises(Exception, match="not signed in"):
            entry.name_of(broken)
    with pytest.raises(Exception, match="not signed in"):
        Entry("another password", b"key", lambda: clock[0]).name_of(cookie)
    clock[0] += LASTS + 1
    with pytest.raises(Exception, match="no longer"):
        entry.name_of(cookie)
    for _ in range(5):
        with pytest.raises(Exception, match="not right"):
            entry.sign_in("a", "guess", "b")
    with pytest.raises(Exception, match="too many tries"):
        entry.sign_in("a", PASSWORD, "b")
    assert entry.sign_in("a", PASSWORD, "c")


# ── a conversation, over the API ──────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_has_no_personal_data_and_no_session(shop: Shop):
    first = shop.bot.respond("我的电话13800001234，邮箱 lin@mail.example")
    reply = shop.bot.respond("转人工", first.session)
    ticket = reply.action["ticket"]
    shown = shop.signed_in().get(f"/api/desk/tickets/{ticket}").text
    assert "***1234" in shown
    assert "13800001234" not in shown and "lin@mail" not in shown and first.session not in shown
    row = sqlite3.connect(shop._folder / "desk.db").execute("select summary from tickets where id = ?", (ticket,)).fetchone()[0]
    assert "13800001234" not in row


def test_while_a_person_has_it_the_bot_is_silent_and_resumes_with_the_context(shop: Shop):
    bot = shop.bot
    session = bot.respond("我想买一台笔记本").session
    ticket = bot.respond("转人工", session).action["ticket"]
    assert bot.respond("便宜一点的", session).products, "until somebody comes the assistant goes on"
    bot.tickets.take(ticket, "小王")
    read = len(bot.reader.turns)
    noted, silent = bot.respond("有人吗", session), bot.respond("便宜一点的", session)
    assert noted.text == zh_people.passed_on("小王")
    assert (silent.text, silent.products, silent.phrased_by, silent.action["name"]) == ("", (), "rules", "ticket")
    assert len(bot.reader.turns) == read, "no model read what went to a person"
    assert shop.signed_in("小李").post(f"/api/desk/tickets/{ticket}/messages", json={"text": "hi"}).status_code == 409
    bot.tickets.hand_back(ticket, "小王")
    resumed = bot.respond("便宜一点的", session)
    assert resumed.understanding["constraints"] == {"category": "Laptops"}
    assert "2999" in resumed.text, "the cheapest was shown before a person came"


def test_a_disliked_and_an_unanswered_question_are_taught_at_once_and_undone(shop: Shop):
    client, bot = shop.signed_in(), shop.bot
    asked = bot.respond(UNKNOWN)
    assert asked.action["reason"] == "no_answer"
    (question,) = [one for one in client.get("/api/desk/learning").json()["questions"] if one["question"] == UNKNOWN]
    body = {"question": UNKNOWN, "answer": "能刻，每件 20 元。", "language": "zh", "settles": question["id"]}
    assert client.post("/api/desk/answers", json=body).status_code == 200
    taught = bot.respond(UNKNOWN)
    assert (taught.text, taught.sources[0].id, taught.action) == ("能刻，每件 20 元。", "desk", None)
    learning = client.get("/api/desk/learning").json()
    assert not [one for one in learning["questions"] if one["id"] == question["id"]]
    assert {change["author"] for change in learning["changes"]} == {"小王"}
    (change,) = [one["change"] for one in learning["changes"] if one["subject"].startswith("answer:")]
    bot.judge(taught.session, taught.turn, False)
    assert [one["kind"] for one in client.get("/api/desk/learning").json()["questions"] if one["question"] == UNKNOWN] == ["disliked"]
    assert client.post(f"/api/desk/changes/{change}/undo", json={}).status_code == 200
    assert bot.respond(UNKNOWN).action["reason"] == "no_answer"
    assert client.post(f"/api/desk/changes/{change}/undo", json={}).status_code == 409, "it was undone already"


def test_a_block_and_a_pin_take_effect_at_once(shop: Shop):
    client, bot = shop.signed_in(), shop.bot
    before = [product.id for product in bot.respond("我想买一台笔记本").products]
    client.post("/api/desk/items", json={"item": before[0], "rule": "block"})
    after = [product.id for product in bot.respond("我想买一台笔记本").products]
    assert before[0] not in after
    other = next(name for name in ("lap-1", "lap-2", "lap-3", "lap-4", "lap-5") if name not in after[:1] and name != before[0])
    client.post("/api/desk/items", json={"item": other, "rule": "pin"})
    assert bot.respond("我想买一台笔记本").products[0].id == other
    for name in (before[0], other):
        client.post("/api/desk/items", json={"item": name, "rule": "none"})
    assert [product.id for product in bot.respond("我想买一台笔记本").products] == before
    assert client.post("/api/desk/items", json={"item": "nothing", "rule": "pin"}).status_code == 404


def test_the_queue_is_among_the_metrics(shop: Shop):
    shop.bot.respond("转人工")
    figures = httpx.get(f"{shop.url}/metrics").text
    assert re.search(r'xiaoer_tickets\{state="waiting"\} [1-9]', figures)


# ── two browsers ──────────────────────────────────────────────────────────────────────────────────────────────────────

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
expect = playwright.expect


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def visit(browser: Any, address: str, **options: Any) -> Any:
    context = browser.new_context(locale="zh-CN", **options)
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.goto(address)
    return page


def enter(page: Any) -> None:
    page.locator("#name").fill("小王")
    page.locator("#password").fill("wrong password")
    page.locator("form button").click()
    expect(page.locator("#status")).to_have_text(desk_texts("zh").wrong)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".queue").wait_for()


def test_shopper_and_colleague_over_a_restart(shop: Shop, browser: Any):
    for ticket in shop.bot.tickets.pending():
        shop.bot.tickets.take(ticket.id, "小王", over=True)
        shop.bot.tickets.close(ticket.id, "小王")
    shopper = visit(browser, shop.url)
    shopper.wait_for_selector('.x-sign:not([data-session=""])')
    box = shopper.locator("#x-box textarea")

    def say(text: str) -> None:
        expect(box).to_have_value("")
        box.fill(text)
        box.press("Enter")
        expect(shopper.locator(".x-said").last).to_have_text(text)

    say(EVIL)
    expect(shopper.locator(".x-how")).to_have_count(1)
    say("转人工")
    expect(shopper.locator(".x-person")).to_have_count(1)
    desk = visit(browser, f"{shop.url}/desk", viewport={"width": 390, "height": 844})
    enter(desk)
    desk.locator(".queue button").first.click()
    expect(desk.locator(".talk .shopper").first).to_contain_text(EVIL)
    desk.locator("#take").click()
    expect(shopper.locator(".x-person")).to_have_count(2)
    desk.locator("#answer").fill(f"您好 {EVIL}")
    # from the moment the server has it to the moment the shopper's page shows it, by the one clock of this machine
    shopper.evaluate(
        """() => new MutationObserver(() => { if (!window.seenAt && document.querySelector(".x-colleague")) window.seenAt = Date.now(); })
        .observe(document.body, { childList: true, subtree: true })"""
    )
    sent = desk.evaluate("() => { document.querySelector('#send').click(); return Date.now(); }")
    expect(shopper.locator(".x-colleague .x-text")).to_have_text(f"您好 {EVIL}")
    print("seen after", shopper.evaluate("window.seenAt") - sent, "ms")
    say("有人吗")
    expect(desk.locator(".talk .shopper").last).to_contain_text("有人吗")

    shop.stop()
    shop.start()
    desk.locator("#answer").fill("重启后的回复")
    desk.locator("#send").click()
    expect(shopper.locator(".x-colleague .x-text").last).to_have_text("重启后的回复")
    expect(shopper.locator(".x-colleague")).to_have_count(2)
    assert not desk.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    desk.locator("#return").click()
    expect(shopper.locator(".x-person").last).to_have_text(zh_people.told("returned", "小王"))
    say("我想买一台笔记本")
    expect(shopper.locator(".x-card").first).to_be_visible()
    for page in (shopper, desk):
        assert page.evaluate("window.hit") is None
        page.context.close()


def test_the_widget_hears_a_colleague_and_shows_it_again_on_the_next_page(shop: Shop, browser: Any):
    page = visit(browser, f"{shop.url}/demo-shop")
    page.locator(".launcher").click()
    page.locator("textarea").fill("转人工")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_have_count(1)
    session = page.evaluate("Object.entries(localStorage).find(([key]) => /^xiaoer:[^:]*$/.test(key))[1]")
    ticket = shop.bot.tickets.pending_of(session)
    shop.bot.tickets.take(ticket.id, "小王")
    shop.bot.tickets.say(ticket.id, "小王", EVIL)
    expect(page.locator(".colleague .text")).to_have_text(EVIL)
    page.reload()
    expect(page.locator(".colleague .text")).to_have_text(EVIL)
    expect(page.locator(".colleague")).to_have_count(1)
    shop.bot.tickets.say(ticket.id, "小王", "还在")
    expect(page.locator(".colleague .text").last).to_have_text("还在")
    assert page.evaluate("window.hit") is None
    page.context.close()


def test_what_is_learnt_is_edited_in_the_page(shop: Shop, browser: Any):
    shop.bot.respond(UNKNOWN)
    page = visit(browser, f"{shop.url}/desk?language=en")
    page.context.add_cookies([{"name": COOKIE, "value": shop.signed_in("Lin").cookies[COOKIE], "url": shop.url}])
    page.reload()
    page.get_by_role("tab", name=desk_texts("en").learning).click()
    row = page.locator("#questions li").first
    row.locator("textarea").fill("能刻字。")
    row.locator(".approve").click()
    expect(page.locator("#changes")).to_contain_text("Lin")
    assert shop.bot.respond(UNKNOWN).text == "能刻字。"
    page.get_by_role("tab", name=desk_texts("en").shelf).click()
    page.locator("#search").fill("lap-1")
    page.locator("[data-item=lap-1] button").nth(1).click()
    expect(page.locator("[data-item=lap-1] button").nth(1)).to_have_attribute("aria-pressed", "true")
    assert "lap-1" in shop.bot.learned.shelf().blocked
    page.context.close()
