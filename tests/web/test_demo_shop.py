"""The demo shop: what its pages hold, in both languages, and that nothing of a catalogue becomes markup. Without a browser."""

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot.errors import ShopError
from chatbot.phrasing.page_texts import page_texts, shop_texts
from chatbot.web import demo_shop
from chatbot.web.server import create_app
from tests.tiny_shop import CHEAPEST_LAPTOP, SOLD_OUT, rows
from tests.web.serving import Ready, settings, tiny_bot

EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
EVIL_ID = 'a/b?"><b>&'


class Outline(HTMLParser):
    """Elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    bot = tiny_bot(tmp_path_factory.mktemp("tiny"))
    with TestClient(create_app(settings(), Ready(bot, settings())), follow_redirects=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    def spoil(items: list[dict[str, Any]]) -> None:
        texts = {"title": EVIL, "description": EVIL, "brand": EVIL, "category": [EVIL, EVIL + "2"]}
        items[0] |= {**texts, "id": EVIL_ID, "attributes": {EVIL: EVIL}, "i18n": {}}

    bot = tiny_bot(tmp_path_factory.mktemp("evil"), change=spoil, toml=f"currency = {json.dumps(EVIL)}\nname = {json.dumps(EVIL)}\n")
    with TestClient(create_app(settings(), Ready(bot, settings()))) as opened:
        yield opened


def titles(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", html)]


# ── the grid ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_grid_shows_the_catalogue_in_both_languages(client: TestClient):
    assert titles(client.get("/demo-shop?lang=en").text) == [row["title"] for row in rows()]
    assert titles(client.get("/demo-shop?lang=zh").text) == [row["i18n"]["zh"]["title"] for row in rows()]


@pytest.mark.parametrize(
    ("query", "accepted", "language"), [("?lang=en", "zh", "en"), ("", "en-GB,en;q=0.9", "en"), ("", "zh-CN", "zh"), ("", "", "zh")]
)
def test_the_language_is_asked_for_or_the_browsers(client: TestClient, query: str, accepted: str, language: str):
    html = client.get(f"/demo-shop{query}", headers={"Accept-Language": accepted}).text
    outline = Outline(html)
    assert outline.named("html") == [{"lang": language}]
    assert shop_texts(language).note in html  # type: ignore[arg-type]
    (widget,) = [script for script in outline.named("script") if script["src"] == "/widget.js"]
    assert widget == {"src": "/widget.js", "data-shop": "shop", "data-language": language, "async": ""}


def test_a_category_of_any_level_filters(client: TestClient):
    def shown(category: str) -> set[str]:
        return {button["data-id"] for button in Outline(client.get("/demo-shop", params={"lang": "en", "category": category}).text).named("button")}

    assert shown("Laptops") == {row["id"] for row in rows() if row["category"][-1] == "Laptops" and row["stock"]}
    assert shown("Computers") == {row["id"] for row in rows() if row["category"][0] == "Computers" and row["stock"]}
    assert shown("no such thing") == shown("")


def test_the_filter_says_where_one_is(client: TestClient):
    outline = Outline(client.get("/demo-shop?lang=zh&category=Laptops").text)
    current = [link["href"] for link in outline.named("a") if "aria-current" in link]
    assert current == ["/demo-shop?lang=zh&category=Computers", "/demo-shop?lang=zh&category=Laptops"]
    assert any(link["href"] == "/demo-shop?lang=en&category=Laptops" and link["lang"] == "en" for link in outline.named("a") if "lang" in link)


def test_pages_are_turned(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo_shop, "PAGE", 6)
    found: list[str] = []
    address: str | None = "/demo-shop?lang=en"
    while address:
        html = client.get(address).text
        found += titles(html)
        address = next((link["href"] for link in Outline(html).named("a") if link.get("rel") == "next"), None)
    assert found == [row["title"] for row in rows()]
    assert titles(client.get("/demo-shop?lang=en&page=99").text) == found[12:]
    assert client.get("/demo-shop?page=0").status_code == 422


# ── a product ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_product_has_its_page(client: TestClient):
    html = client.get(f"/demo-shop/{CHEAPEST_LAPTOP}?lang=en").text
    for said in ("Pax Go 13 Laptop", "Small and plain.", "¥2,999", "1.4 kg", "4.3 out of 5"):
        assert said in html
    chinese = client.get(f"/demo-shop/{CHEAPEST_LAPTOP}?lang=zh").text
    for said in ("帕克斯 Go 13 笔记本电脑", "¥2999", "1.4 公斤", "4.3 分"):
        assert said in chinese
    assert f"/demo-shop/{CHEAPEST_LAPTOP}?lang=zh" in html


def test_a_product_describes_itself_to_machines(client: TestClient):
    html = client.get(f"/demo-shop/{CHEAPEST_LAPTOP}?lang=en").text
    (described,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    product = json.loads(described)
    assert (product["@type"], product["sku"], product["offers"]["price"]) == ("Product", CHEAPEST_LAPTOP, 2999)


def test_what_is_sold_out_cannot_be_bought(client: TestClient):
    html = client.get(f"/demo-shop/{SOLD_OUT}?lang=en").text
    assert page_texts("en").out_of_stock in html
    assert SOLD_OUT not in [button["data-id"] for button in Outline(html).named("button")]


def test_what_is_alike_is_nearest_in_price(client: TestClient):
    assert titles(client.get("/demo-shop/lap-2?lang=en").text) == [
        "Pax Go 13 Laptop", "Norin Air 15 Laptop", "Brio Fold 14 Laptop", "Pax Studio 16 Laptop",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "said"), [("zh", shop_texts("zh").missing), ("en", shop_texts("en").missing)])
def test_a_product_that_is_not_there_is_told_kindly(client: TestClient, language: str, said: str):
    answer = client.get(f"/demo-shop/nothing?lang={language}")
    assert answer.status_code == 404
    assert said in unescape(answer.text)


def test_the_addresses_of_the_demo_catalogue_lead_here(client: TestClient):
    answer = client.get("/item/lap-1")
    assert (answer.status_code, answer.headers["location"]) == (307, "/demo-shop/lap-1")


@pytest.mark.parametrize("path", ["shop.css", "shop.js", "seal.svg"])
def test_its_files_are_served(client: TestClient, path: str):
    assert client.get(f"/demo-shop/files/{path}").status_code == 200


@pytest.mark.parametrize("path", ["page.js", "..%2Fapi.py", "nothing"])
def test_no_other_file_is(client: TestClient, path: str):
    assert client.get(f"/demo-shop/files/{path}").status_code == 404


# ── safety ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_of_a_catalogue_becomes_markup(evil: TestClient, language: str):
    home = Outline(evil.get("/demo-shop", params={"lang": language}).text)
    (address,) = [link["href"] for link in home.named("a") if "a%2Fb" in link["href"]]
    category = Outline(evil.get("/demo-shop", params={"lang": language, "category": EVIL}).text)
    page = Outline(evil.get(address).text)
    wrong = Outline(evil.get("/demo-shop/" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E").text)
    for outline in (home, category, page, wrong):
        assert {script.get("src") or script["type"] for script in outline.named("script")} <= {
            "/widget.js",
            "/demo-shop/files/shop.js",
            "application/ld+json",
        }
        assert not [attributes for _, attributes in outline.elements for name in attributes if name.startswith("on") or name == "style"]
        assert not outline.named("img")
        assert not [link for link in outline.named("a") if not link["href"].startswith("/demo-shop")]
        assert not outline.named("b")
    assert any(button["data-id"] == EVIL_ID and button["data-title"] == EVIL for button in page.named("button"))


def test_a_message_in_the_address_is_only_an_address(client: TestClient):
    assert "<script>alert" not in client.get("/demo-shop", params={"category": "<script>alert(1)</script>"}).text


# ── before and without a bot ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/demo-shop", "/demo-shop/lap-1"])
def test_a_shop_that_is_starting_says_so_and_comes_back(path: str):
    with TestClient(create_app(settings(), Ready(None, settings()))) as opened:
        answer = opened.get(path, params={"lang": "en"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
        assert page_texts("en").waits in unescape(answer.text)
        assert 'http-equiv="refresh"' in answer.text
        assert opened.get("/api/shop").status_code == 503
        assert opened.get("/widget.js").status_code == 200


def test_a_shop_that_cannot_start_stays_kind(tmp_path: Path):
    broken = Ready(None, settings())
    broken.error = ShopError(f"{tmp_path} is broken")
    with TestClient(create_app(settings(), broken)) as opened:
        answer = opened.get("/demo-shop?lang=en")
        assert answer.status_code == 500
        assert page_texts("en").closed in unescape(answer.text)
        assert str(tmp_path) not in answer.text
