"""axe-core on the page, the widget and the demo shop, after a conversation, on a screen and on a phone: no serious finding."""

import shutil
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest

from chatbot.web.page import build_page, page_options
from chatbot.web.server import create_app
from tests.web.serving import PATIENCE, QUIET, Ready, served, settings, tiny_bot

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

SCREEN, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    bot = tiny_bot(tmp_path_factory.mktemp("tiny"))
    chosen = settings(shop=bot.shop.folder)
    source = Ready(bot, chosen)
    with served(gr.mount_gradio_app(create_app(chosen, source), build_page(source, chosen), path="/", **page_options())) as address:
        yield address
    bot.store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(params=[SCREEN, PHONE], ids=["screen", "phone"])
def tab(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    # axe is put into the page, which its policy forbids to everybody else
    context = browser.new_context(viewport=request.param, locale="zh-CN", bypass_csp=True)
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def findings(page: Any) -> list[str]:
    """Serious findings: the rule, what it asks, and the elements at fault."""
    report = axe.Axe().run(page).response
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:160] for node in found['nodes'][:3]]}"
        for found in report["violations"]
        if found["impact"] in SERIOUS
    ]


def test_the_page(tab: Any, url: str) -> None:
    tab.goto(url)
    box = tab.locator("textarea").first
    box.fill("我想买一台笔记本")
    box.press("Enter")
    tab.locator(".xiaoer-card, [class*=card]").first.wait_for()
    tab.wait_for_timeout(500)  # Gradio fades messages in, and faded text has no contrast yet
    assert findings(tab) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_shop(tab: Any, url: str, language: str) -> None:
    tab.goto(f"{url}/demo-shop?lang={language}")
    tab.locator("xiaoer-chat").wait_for(state="attached")
    assert findings(tab) == []


def test_the_widget_in_a_conversation(tab: Any, url: str) -> None:
    tab.goto(f"{url}/demo-shop?lang=en")
    tab.locator(".launcher").click()
    tab.locator("xiaoer-chat textarea").fill("I want a laptop")
    tab.locator("xiaoer-chat textarea").press("Enter")
    tab.locator(".verdict").first.wait_for()
    tab.wait_for_timeout(500)
    assert findings(tab) == []
