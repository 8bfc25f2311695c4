"""The widget in a real browser, on pages of another origin and in the demo shop: what a shopper and a shop's scripts get of it."""

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from chatbot.phrasing import zh
from chatbot.phrasing.page_texts import page_texts, widget_texts
from chatbot.web.embed import widget_script
from chatbot.web.page import build_page, page_options
from chatbot.web.server import create_app
from tests.web.lines import Evil, Line, Slow
from tests.web.serving import PATIENCE, QUIET, Ready, other_site, served, settings, tiny_bot

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
browsing = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
expect = playwright.expect

LARGEST = 20 * 1024
"""Bytes of the whole script, packed."""
LOOKING = (Path(__file__).parent / "looking.js").read_text("utf-8")
PHONE = {"width": 360, "height": 740}
LAPTOP = {"zh": "我想买一台笔记本", "en": "I want a laptop"}
TAKE = {"zh": "就要第一款", "en": "I'll take the first one"}
LISTEN = """window.carts = []; document.addEventListener("xiaoer:cart", (event) => window.carts.push(event.detail));"""
"""What a shop's own script does about the cart."""


class World:
    """The server, the site of a shop beside it, and what can happen to the way between them."""

    def __init__(self, url: str, site: str, pages: dict[str, str], source: Ready, line: Line, bot: Any) -> None:
        self.url, self.site, self.pages, self.source, self.line, self.bot = url, site, pages, source, line, bot

    def page(self, path: str, *, inside: str = "", head: str = "", lang: str = "en", **attributes: str) -> str:
        """Puts a page that carries the widget on the shop's site: its address."""
        given = "".join(f' data-{name}="{value}"' for name, value in ({"shop": "tiny"} | attributes).items())
        self.pages[path] = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>A shop</title>{head}</head><body><main><h1>A shop</h1>{inside}</main>"
            f'<script src="{self.url}/widget.js"{given} async></script></body></html>'
        )
        return f"{self.site}{path}"

    def turns(self, page: Any) -> list[Any]:
        return list(self.bot.store.turns(session_of(page)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("tiny")
    bot = tiny_bot(folder)
    pages: dict[str, str] = {}
    with other_site(pages) as site:
        chosen = settings(origins=site, shop=bot.shop.folder)
        source = Ready(bot, chosen)
        line = Line(gr.mount_gradio_app(create_app(chosen, source), build_page(source, chosen), path="/", **page_options()))
        with served(line) as url:
            yield World(url, site, pages, source, line, bot)
    bot.store.close()


@pytest.fixture(autouse=True)
def healthy(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test the server is as it was."""
    yield
    if "world" in request.fixturenames:
        found = request.getfixturevalue("world")
        found.line.cut_after = None
        found.source.replace(found.bot)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address as another shopper would; the test fails where the page had an error."""
    contexts, troubles = [], []

    def opened(address: str, *, script: str = LISTEN, clock: bool = False, **options: Any) -> Any:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 860}} | options)
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(script)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if clock:
            page.clock.install()
        page.goto(address)
        page.locator("xiaoer-chat").wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def open_chat(page: Any) -> None:
    page.locator(".launcher").click()
    expect(page.locator("xiaoer-chat textarea")).to_be_visible()


def say(page: Any, message: str, *, already: int | None = None) -> Any:
    """Send a message; the exchange once its reply is whole."""
    before = page.locator(".verdict").count() if already is None else already
    page.locator("xiaoer-chat textarea").fill(message)
    page.locator("xiaoer-chat textarea").press("Enter")
    return replied(page, before + 1)


def replied(page: Any, count: int) -> Any:
    expect(page.locator(".verdict")).to_have_count(count, timeout=PATIENCE * 1000)
    return page.locator(".exchange").last


def session_of(page: Any) -> str:
    return page.evaluate("localStorage.getItem('xiaoer:tiny')")


def messages_of(page: Any) -> list[dict[str, Any]]:
    """What the page will send to the chat, as it does."""
    bodies: list[dict[str, Any]] = []
    page.on(
        "request", lambda request: bodies.append(request.post_data_json) if request.url.endswith("/api/chat") and request.method == "POST" else None
    )
    return bodies


def eventually(page: Any, condition: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come to pass")


def passes(page: Any, until: Callable[[], bool]) -> None:
    """The page's clock runs until something has come to pass."""
    for _ in range(400):
        if until():
            return
        page.clock.run_for(500)
        page.wait_for_timeout(20)
    pytest.fail("it did not come to pass")


# ── the script ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_script_is_small():
    assert len(gzip.compress(widget_script().encode(), 6)) <= LARGEST


def test_the_script_makes_no_markup_of_texts_and_keeps_no_cookie():
    script = widget_script()
    for means in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
        "document.cookie",
        "import(",
    ):
        assert means not in script, means
    assert set(re.findall(r"https?://[^\s\"'`/)]+", script)) <= {"http://www.w3.org"}


# ── from the bubble to the cart ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Any]:
    """A browser that blocks third-party cookies, as its owner set it."""
    (tmp_path / "Default").mkdir()
    preferences = {"profile": {"block_third_party_cookies": True, "cookie_controls_mode": 1}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(preferences))
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(tmp_path), executable_path=CHROMIUM, args=QUIET, viewport={"width": 1280, "height": 860}
        )
        context.set_default_timeout(PATIENCE * 1000)
        yield context
        context.close()


@browsing
class TestStrict:
    """These start a browser of their own, so they stand before the one that the others share."""

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_from_the_bubble_to_the_cart_with_third_party_cookies_blocked(self, world: World, strict: Any, language: Any):
        texts, own = page_texts(language), widget_texts(language)
        page = strict.new_page()
        asked: list[str] = []
        kept: list[str] = []
        troubles: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda answer: kept.extend(name for name in answer.headers if name == "set-cookie"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.add_init_script(LISTEN)
        page.goto(world.page("/", language=language))
        expect(page.locator(".launcher")).to_have_text(own.launch)
        open_chat(page)
        expect(page.locator("xiaoer-chat h2")).to_have_text(world.bot.shop.name(language))
        expect(page.locator(".welcome")).to_have_text(texts.welcome)
        exchange = say(page, LAPTOP[language])
        cards = exchange.locator(".card")
        assert cards.count() >= 2
        assert exchange.locator(".reply").get_attribute("lang") == language
        first = cards.first
        expect(first.locator(".price")).to_have_text(re.compile(r"^¥\d{4}$" if language == "zh" else r"^¥\d,\d{3}$"))
        first.get_by_role("button", name=own.to_cart).click()
        expect(first.locator(".cart")).to_have_text(own.in_cart)
        (carted,) = page.evaluate("window.carts")
        assert carted["quantity"] == 1
        assert carted["product"]["title"] == first.locator("h3").inner_text()
        assert carted["product"]["price"] == world.bot.shop.catalogue.by_id[carted["product"]["id"]].price
        taken = say(page, TAKE[language])
        expect(taken.locator(".cart")).to_have_text(own.in_cart)
        assert [event["product"]["id"] for event in page.evaluate("window.carts")] == [carted["product"]["id"]] * 2
        eventually(
            page, lambda: ("cart", carted["product"]["id"]) in [(event.type, event.item) for event in world.bot.store.events(session_of(page))]
        )
        assert [address for address in asked if not address.startswith((world.url, world.site))] == []
        assert (kept, strict.cookies(), troubles) == ([], [], [])


@browsing
def test_the_cards_come_no_later_than_the_text(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    page.evaluate(
        """() => {
          window.seen = [];
          const root = document.querySelector("xiaoer-chat").shadowRoot;
          new MutationObserver(() => {
            const text = root.querySelector(".text:not(:has(.dots))");
            window.seen.push([root.querySelectorAll(".card").length, text ? text.textContent.length : 0]);
          }).observe(root, { childList: true, characterData: true, subtree: true });
        }"""
    )
    say(page, LAPTOP["en"])
    seen = page.evaluate("window.seen")
    assert len({letters for _, letters in seen}) > 2  # it grew
    assert all(cards for cards, letters in seen if letters)


@browsing
def test_a_quick_reply_and_an_example_send_their_text(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    example = page.locator(".greeting .choice").first
    question = example.inner_text()
    example.click()
    replied(page, 1)
    expect(page.locator(".greeting")).to_be_hidden()
    page.locator(".options .choice").first.click()
    replied(page, 2)
    messages = [turn.message for turn in world.turns(page)]
    assert messages[0] == question
    assert len(messages) == 2


@browsing
def test_a_card_leads_to_its_page_and_the_server_hears_of_it(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    link = say(page, LAPTOP["en"]).locator("h3 a").first
    with page.context.expect_page() as opened:
        link.click()
    item = page.locator(".card").first.get_attribute("data-item")
    expect(opened.value).to_have_url(re.compile(rf"^{re.escape(world.url)}/demo-shop/{item}$"))
    assert opened.value.evaluate("window.opener") is None
    eventually(page, lambda: ("click", item) in [(event.type, event.item) for event in world.bot.store.events(session_of(page))])


@browsing
def test_likes_are_kept_and_one_that_did_not_arrive_is_taken_back(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    exchange = say(page, LAPTOP["en"])
    card = exchange.locator(".card").first
    item, title = card.get_attribute("data-item"), card.locator("h3").inner_text()
    own = widget_texts("en")
    like, dislike = (card.get_by_role("button", name=name.format(title=title)) for name in (own.like, own.dislike))
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    eventually(page, lambda: ("like", item) in [(event.type, event.item) for event in world.bot.store.events(session_of(page))])
    page.get_by_role("button", name=own.unhelpful).click()
    eventually(page, lambda: world.turns(page)[0].liked is False)
    page.route("**/api/events", lambda route: route.abort())
    dislike.click()
    expect(dislike).to_have_attribute("aria-pressed", "false")
    expect(like).to_have_attribute("aria-pressed", "true")


@browsing
@pytest.mark.parametrize(
    ("message", "selector", "said"),
    [
        ("Can I return something?", ".source summary", "Can I return something?"),
        ("Talk to a person", ".note", page_texts("en").reached_at.format(ways="400-000-0000 · help@tiny.example · 9:00-21:00")),
    ],
)
def test_sources_and_handoffs_are_noted(world: World, visit: Any, message: str, selector: str, said: str):
    page = visit(world.page("/"))
    open_chat(page)
    expect(say(page, message).locator(selector)).to_contain_text(said)


# ── the page around it ────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": ["Product"], "sku": "lap-4"}]}</script>'
BROKEN = '<script type="application/ld+json">{broken</script>'


@browsing
@pytest.mark.parametrize(
    ("attributes", "inside", "item"),
    [
        ({"item": "lap-5"}, PRODUCT, "lap-5"), ({}, BROKEN + PRODUCT, "lap-4"), ({}, PRODUCT + PRODUCT.replace("lap-4", "lap-1"), None), ({}, "", None),
    ],
)  # fmt: skip
def test_the_pages_product_is_told_once(world: World, visit: Any, attributes: dict[str, str], inside: str, item: str | None):
    page = visit(world.page("/product", inside=inside, **attributes))
    bodies: list[dict[str, Any]] = []
    page.on(
        "request", lambda request: bodies.append(request.post_data_json) if request.url.endswith("/api/chat") and request.method == "POST" else None
    )
    open_chat(page)
    say(page, LAPTOP["en"])
    say(page, "Something cheaper")
    assert [body.get("item") for body in bodies] == [item, None]
    assert ("view", item) in [(event.type, event.item) for event in world.bot.store.events(session_of(page))] or item is None


@browsing
@pytest.mark.parametrize(
    ("attributes", "lang", "locale", "language"),
    [({"language": "en"}, "zh", "zh-CN", "en"), ({}, "zh-Hans", "en-US", "zh"), ({}, "", "zh-CN", "zh"), ({}, "de", "zh-CN", "en")],
)
def test_the_language_is_the_attributes_the_pages_or_the_browsers(world: World, visit: Any, attributes: Any, lang: str, locale: str, language: Any):
    page = visit(world.page("/", lang=lang, **attributes), locale=locale)
    expect(page.locator(".launcher")).to_have_text(widget_texts(language).launch)


@browsing
@pytest.mark.parametrize("corner", ["bottom-right", "bottom-left", "top-right", "top-left", "nowhere"])
def test_it_sits_in_its_corner(world: World, visit: Any, corner: str):
    page = visit(world.page("/", corner=corner))
    box = page.locator(".launcher").bounding_box()
    below, right = box["y"] > 400, box["x"] > 600
    assert (below, right) == (not corner.startswith("top"), not corner.endswith("left"))


@browsing
def test_it_can_be_the_whole_page(world: World, visit: Any):
    page = visit(world.page("/", mode="page"))
    assert page.locator("section").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 860}
    assert page.get_by_role("dialog").count() == 0
    expect(page.get_by_role("region", name="Tiny Shop")).to_be_visible()
    say(page, LAPTOP["en"])


@browsing
def test_a_strict_page_and_a_wild_style_sheet_leave_it_as_it_is(world: World, visit: Any):
    policy = f"default-src 'none'; script-src {world.url}; connect-src {world.url}; img-src {world.url}"
    plain, strict = world.page("/plain"), world.page("/strict", head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    wild = world.page("/wild", head="<style>* { color: red !important; font-size: 40px; display: inline !important; direction: rtl }</style>")
    look = """() => {
      const root = document.querySelector("xiaoer-chat").shadowRoot;
      return [".launcher", ".dialog", "h2", "textarea"].map((found) => {
        const { color, backgroundColor, fontSize, direction, display } = getComputedStyle(root.querySelector(found));
        return [color, backgroundColor, fontSize, direction, display];
      });
    }"""
    looks = []
    for address in (plain, strict, wild):
        page = visit(address)
        open_chat(page)
        looks.append(page.evaluate(look))
    assert looks[0] == looks[1] == looks[2]


@browsing
def test_a_second_script_and_a_place_of_its_own_make_no_second_widget(world: World, visit: Any):
    again = f'<script src="{world.url}/widget.js" data-shop="tiny"></script>'
    page = visit(world.page("/", inside=f'<xiaoer-chat data-shop="tiny" data-language="zh"></xiaoer-chat>{again}'))
    expect(page.locator(".launcher")).to_have_text(widget_texts("zh").launch)
    assert page.locator("xiaoer-chat").count() == 1


# ── history ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@browsing
def test_the_conversation_goes_along_to_other_pages(world: World, visit: Any):
    page = visit(world.page("/one"))
    open_chat(page)
    say(page, LAPTOP["en"])
    say(page, TAKE["en"])
    assert len(page.evaluate("window.carts")) == 1
    page.get_by_role("button", name=widget_texts("en").helpful).first.click()
    eventually(page, lambda: world.turns(page)[0].liked is True)
    before = page.locator(".exchange").all_inner_texts()
    page.goto(world.page("/two"))
    replied(page, 2)
    assert [text.replace("\n", "") for text in page.locator(".exchange").all_inner_texts()] == [text.replace("\n", "") for text in before]
    assert page.evaluate("window.carts") == []  # what was done is not done again
    expect(page.get_by_role("button", name=widget_texts("en").helpful).first).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # nobody asked for the keyboard
    assert page.locator("xiaoer-chat [role=status]").inner_text() == ""  # nor to be read to
    say(page, "Something cheaper", already=2)
    assert len(world.turns(page)) == 3
    page.get_by_role("button", name=widget_texts("en").close).click()
    page.goto(world.page("/three"))
    expect(page.locator(".launcher")).to_be_visible()
    open_chat(page)
    replied(page, 3)


@browsing
def test_an_action_of_a_reply_that_was_never_seen_is_made_good_on_the_next_page(world: World, visit: Any):
    page = visit(world.page("/one"))
    open_chat(page)
    say(page, LAPTOP["en"])
    session = session_of(page)
    world.bot.respond(TAKE["en"], session)  # its page was left before the reply came
    page.goto(world.page("/two"))
    replied(page, 2)
    assert [event["quantity"] for event in page.evaluate("window.carts")] == [1]


@browsing
def test_a_new_conversation_begins_empty(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    say(page, LAPTOP["en"])
    first = session_of(page)
    page.get_by_role("button", name=page_texts("en").fresh).click()
    expect(page.locator(".greeting")).to_be_visible()
    assert page.locator(".exchange").count() == 0
    say(page, LAPTOP["en"])
    assert session_of(page) not in (None, first)


@browsing
def test_a_shopper_who_is_logged_in_is_told_and_has_a_conversation_of_their_own(world: World, visit: Any):
    page = visit(world.page("/known", shopper="anna.b.0f"))
    bodies = messages_of(page)
    open_chat(page)
    say(page, LAPTOP["en"])
    assert [body.get("shopper") for body in bodies] == ["anna.b.0f"]
    assert page.evaluate("localStorage.getItem('xiaoer:tiny:anna.b')") == bodies[0]["session"]
    assert session_of(page) is None


@browsing
def test_two_shops_of_one_site_keep_apart(world: World, visit: Any):
    page = visit(world.page("/one"))
    open_chat(page)
    say(page, LAPTOP["en"])
    page.goto(world.page("/other", shop="other"))
    open_chat(page)
    expect(page.locator(".greeting .choice").first).to_be_visible()
    assert page.locator(".exchange").count() == 0


@browsing
def test_it_works_where_a_page_may_keep_nothing(world: World, visit: Any):
    blocked = """for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    }"""
    page = visit(world.page("/"), script=blocked)
    bodies = messages_of(page)
    open_chat(page)
    say(page, LAPTOP["en"])
    world.line.cut_after = 2
    say(page, TAKE["en"])
    first, second = [body["session"] for body in bodies]
    assert first == second
    assert [turn.message for turn in world.bot.store.turns(first)] == [LAPTOP["en"], TAKE["en"]]


# ── a bad line ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown_once(world: World, page: Any) -> None:
    (turn,) = world.turns(page)
    assert page.locator(".exchange").count() == 1
    assert page.locator(".said").inner_text().endswith(turn.message)
    assert page.locator(".text").all_inner_texts() == [turn.reply["text"]]
    assert page.locator(".card").count() == len(turn.reply["products"])
    expect(page.locator("xiaoer-chat [role=status]")).to_contain_text(turn.reply["text"])


@browsing
@pytest.mark.parametrize("pieces", [0, 2, 4])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reply_whose_stream_is_cut_is_shown_once(world: World, visit: Any, pieces: int, language: Any):
    page = visit(world.page("/", language=language))
    open_chat(page)
    world.line.cut_after = pieces
    say(page, LAPTOP[language])
    assert world.line.cut_after is None
    shown_once(world, page)
    say(page, TAKE[language])
    assert len(page.evaluate("window.carts")) == 1


@browsing
def test_what_a_cut_reply_did_is_done_once(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    say(page, LAPTOP["en"])
    world.line.cut_after = 2
    say(page, TAKE["en"])
    assert len(page.evaluate("window.carts")) == 1


@browsing
def test_a_stream_that_fell_silent_is_left_and_the_reply_is_shown_once(world: World, visit: Any):
    page = visit(world.page("/"), clock=True)
    slow = Slow(world.bot)
    world.source.replace(slow)
    open_chat(page)
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    page.clock.fast_forward(31_000)  # asleep
    expect(page.locator(".text")).to_contain_text(widget_texts("en").lost)
    slow.go.set()
    passes(page, lambda: page.locator(".verdict").count() == 1)
    shown_once(world, page)


@browsing
def test_a_page_that_wakes_up_looks_for_its_reply(world: World, visit: Any):
    page = visit(world.page("/"), clock=True)
    slow = Slow(world.bot)
    world.source.replace(slow)
    open_chat(page)
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    page.clock.run_for(12_000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".text")).to_contain_text(widget_texts("en").lost)
    slow.go.set()
    passes(page, lambda: page.locator(".verdict").count() == 1)
    shown_once(world, page)


@browsing
def test_a_message_that_never_arrived_can_be_sent_again(world: World, visit: Any):
    page = visit(world.page("/"), clock=True)
    open_chat(page)
    page.route("**/api/chat", lambda route: route.abort("connectionreset"))
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    passes(page, lambda: page.locator(".again").count() == 1)
    expect(page.locator(".text")).to_have_text(page_texts("en").unsent)
    expect(page.locator("xiaoer-chat [role=status]")).to_have_text(page_texts("en").unsent)
    page.unroute("**/api/chat")
    page.locator(".again").click()
    replied(page, 1)
    shown_once(world, page)


@browsing
@pytest.mark.parametrize(("status", "said"), [(429, widget_texts("en").busy), (422, page_texts("en").unsent), (500, page_texts("en").unsent)])
def test_a_refusal_is_said_kindly(world: World, visit: Any, status: int, said: str):
    page = visit(world.page("/"))
    open_chat(page)
    allowed = {"Access-Control-Allow-Origin": world.site}
    page.route("**/api/chat", lambda route: route.fulfill(status=status, body="{}", headers=allowed))
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    expect(page.locator(".text")).to_have_text(said)
    expect(page.locator(".again")).to_be_visible()


@browsing
def test_a_message_waits_for_a_server_that_is_starting(world: World, visit: Any):
    world.source.replace(None)
    page = visit(world.page("/"), clock=True)
    open_chat(page)
    expect(page.locator(".greeting")).to_contain_text(page_texts("en").waits)
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    expect(page.locator(".text")).to_contain_text(page_texts("en").waits)
    world.source.replace(world.bot)
    passes(page, lambda: page.locator(".verdict").count() == 1)
    shown_once(world, page)
    expect(page.locator("xiaoer-chat h2")).to_have_text("Tiny Shop")


# ── attacks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@browsing
def test_attacks_in_a_reply_do_nothing(world: World, visit: Any):
    page = visit(world.page("/"))
    world.source.replace(Evil(world.bot))
    open_chat(page)
    exchange = say(page, LAPTOP["en"])
    assert exchange.locator(".text").inner_text() == Evil.TEXT
    assert exchange.locator(".card h3").first.inner_text() == Evil.TEXT
    assert page.locator(".options .choice").all_inner_texts() == [Evil.TEXT]
    for summary in exchange.locator("summary").all():
        summary.click()
    exchange.locator(".card .cart").first.click()
    exchange.locator(".card .thumb").first.click()
    for forbidden in ("script", "img", "a", "[onerror]", "[href]", "[src]"):
        assert exchange.locator(forbidden).count() == 0, forbidden
    assert page.evaluate("window.hit") is None


@browsing
def test_attacks_of_a_shopper_do_nothing_now_and_later(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    say(page, Evil.TEXT)
    page.reload()
    exchange = replied(page, 1)
    assert exchange.locator(".said").inner_text().endswith(Evil.TEXT)
    assert exchange.locator("script, img").count() == 0
    assert page.evaluate("window.hit") is None


@browsing
def test_attacks_in_a_catalogue_and_its_documents_do_nothing(tmp_path: Path, visit: Any):
    def spoil(items: list[dict[str, Any]]) -> None:
        for row in items:
            row |= {"title": f"{Evil.TEXT} laptop", "description": Evil.TEXT, "i18n": {}}

    documents = {"returns.en.md": f"## Can I return something? {Evil.TEXT} {{#returns}}\n\n{Evil.TEXT} within 7 days.\n"}
    bot = tiny_bot(tmp_path, change=spoil, documents=documents, toml=f"name = {json.dumps(Evil.TEXT)}\n")
    with served(create_app(settings(), Ready(bot, settings()))) as url:
        page = visit(f"{url}/demo-shop?lang=en")
        open_chat(page)
        say(page, LAPTOP["en"])
        exchange = say(page, "Can I return something?")
        for summary in exchange.locator("summary").all():
            summary.click()
        page.locator("xiaoer-chat .cart").first.click()
        expect(page.locator("header .count")).to_have_text("1")
        page.goto(f"{url}/demo-shop/lap-1?lang=en")
        page.locator("header summary").click()
        assert page.locator(".basket li").count() == 1
        assert page.locator("img[onerror]").count() == 0
        assert page.evaluate("window.hit") is None
        page.close()
    bot.store.close()


# ── keyboard, screen reader, phone ────────────────────────────────────────────────────────────────────────────────────


def focused(page: Any) -> str:
    return page.evaluate(
        "(() => { const root = document.querySelector('xiaoer-chat').shadowRoot; return root.activeElement?.className || root.activeElement?.tagName || ''; })()"
    )


@browsing
def test_the_keyboard_alone_is_enough(world: World, visit: Any):
    page = visit(world.page("/", inside='<a href="/">first</a>'))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "launcher"
    page.keyboard.press("Enter")
    assert focused(page) == "TEXTAREA"
    page.keyboard.type(LAPTOP["en"])
    page.keyboard.press("Enter")
    replied(page, 1)
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(focused(page))
        if stops[-1] == "TEXTAREA":
            break
    assert stops[-1] == "TEXTAREA"  # all the way round, and never out
    assert {"send", "plain", "log", "A", "cart", "thumb", "choice"} <= set(stops)
    assert "" not in stops
    backwards = []
    for _ in stops:
        page.keyboard.press("Shift+Tab")
        backwards.append(focused(page))
    assert backwards == [*reversed(stops[:-1]), "TEXTAREA"]
    ring = page.evaluate("getComputedStyle(document.querySelector('xiaoer-chat').shadowRoot.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "launcher"


@browsing
def test_a_choice_keeps_the_keyboard_inside(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    page.locator(".greeting .choice").first.focus()
    page.keyboard.press("Enter")
    assert focused(page) == "log"


@browsing
def test_a_screen_reader_hears_the_dialog_and_the_reply_once(world: World, visit: Any):
    page = visit(world.page("/"))
    open_chat(page)
    expect(page.get_by_role("dialog", name="Tiny Shop")).to_have_attribute("aria-modal", "true")
    page.evaluate(
        """() => {
          window.told = [];
          const status = document.querySelector("xiaoer-chat").shadowRoot.querySelector("[role=status]");
          new MutationObserver(() => window.told.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    exchange = say(page, LAPTOP["en"])
    count = exchange.locator(".card").count()
    assert page.evaluate("window.told") == [f"{exchange.locator('.text').inner_text()} {widget_texts('en').found.format(count=count)}"]
    assert exchange.get_by_role("list", name=page_texts("en").cards).get_by_role("listitem").count() >= count


@browsing
@pytest.mark.parametrize("size", [{"width": 1280, "height": 860}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("colour", ["", "#ffe14d", "rgb(120, 120, 120)", "tomato", "no colour"])
def test_names_roles_targets_and_contrast_are_right(world: World, visit: Any, size: Any, colour: str):
    page = visit(world.page("/", **({"color": colour} if colour else {})), viewport=size)
    assert page.evaluate(LOOKING) == []
    open_chat(page)
    expect(page.locator(".greeting .choice").first).to_be_visible()
    assert page.evaluate(LOOKING) == []
    say(page, "Can I return something?")
    page.locator("summary").first.click()
    say(page, LAPTOP["en"])
    page.locator(".thumb").first.click()
    say(page, TAKE["en"])
    assert page.evaluate(LOOKING) == []


@browsing
def test_the_checker_finds_what_is_wrong(world: World, visit: Any):
    wrong = '<button></button><p style="color:#999">pale</p><img src="/x"><ul><p>no item</p></ul><section aria-labelledby="none">x</section>'
    page = visit(world.page("/", inside=wrong))
    found = " ".join(page.evaluate(LOOKING))
    for finding in ("it has no name", "contrast 2.8", "no alt", "a list of something else", "labelled by nothing", "too small to hit"):
        assert finding in found


@browsing
def test_on_a_phone_it_fills_the_screen_and_nothing_scrolls_sideways(world: World, visit: Any):
    page = visit(world.page("/"), viewport=PHONE, is_mobile=True, has_touch=True)
    open_chat(page)
    assert focused(page) == "H2"  # the keyboard of a phone would hide the greeting
    say(page, LAPTOP["en"])
    assert page.get_by_role("dialog").bounding_box() == {"x": 0, "y": 0, **PHONE}
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert (
        page.evaluate(
            "(() => { const { scrollWidth, clientWidth } = document.querySelector('xiaoer-chat').shadowRoot.querySelector('.log'); return scrollWidth - clientWidth; })()"
        )
        == 0
    )
    box = page.locator(".form").bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]
    expect(page.locator(".card").first).to_be_in_viewport()


@browsing
def test_nothing_moves_where_that_is_unwelcome(world: World, visit: Any):
    page = visit(world.page("/"), reduced_motion="reduce")
    open_chat(page)
    page.locator("xiaoer-chat textarea").fill(LAPTOP["en"])
    page.locator("xiaoer-chat textarea").press("Enter")
    moving = "document.querySelector('xiaoer-chat').shadowRoot.getAnimations().length"
    assert page.evaluate(moving) == 0


# ── in the demo shop ──────────────────────────────────────────────────────────────────────────────────────────────────


@browsing
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_shop_takes_what_the_widget_puts_into_its_cart(world: World, visit: Any, language: Any):
    page = visit(f"{world.url}/demo-shop?lang={language}")
    page.locator(".buy").first.click()
    open_chat(page)
    exchange = say(page, LAPTOP[language])
    exchange.locator(".cart").nth(1).click()
    expect(page.locator("header .count")).to_have_text("2")
    title = exchange.locator("h3").first.inner_text()
    exchange.locator("h3 a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("html")).to_have_attribute("lang", language)
    replied(page, 1)
    page.get_by_role("button", name=widget_texts(language).close, exact=True).click()
    page.locator("header summary").click()
    assert page.locator(".basket li").count() == 2
    page.locator(".basket button").first.click()
    expect(page.locator("header .count")).to_have_text("1")


@browsing
@pytest.mark.parametrize("size", [{"width": 1280, "height": 860}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["?lang=zh", "?lang=en&category=Laptops", "/lap-2?lang=en", "/nothing?lang=zh"])
def test_the_demo_shop_is_in_order(world: World, visit: Any, path: str, size: Any):
    page = visit(f"{world.url}/demo-shop{path}", viewport=size)
    page.locator("header summary").click()
    assert page.evaluate(LOOKING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


# ── the page beside it ────────────────────────────────────────────────────────────────────────────────────────────────


@browsing
def test_gradios_page_lives_under_its_policy(world: World, browser: Any):
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', (event) => window.broken.push(event.violatedDirective + event.blockedURI));"
    )
    page.goto(world.url)
    page.wait_for_selector('.x-sign:not([data-session=""])')
    page.locator("#x-box textarea").fill(LAPTOP["zh"])
    page.locator("#x-box textarea").press("Enter")
    page.locator(".x-how").wait_for()
    assert page.locator(".x-card").count() >= 1
    assert page.evaluate("window.broken") == []
    assert page.locator("#x-chat .option", has_text=zh.CHIPS["cheaper"]).count() == 1
    context.close()
