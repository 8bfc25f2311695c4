"""Cards and what stands around them: escaping, prices, links, chips, the account of what was understood."""

import re
from typing import Any

import pytest

from chatbot.phrasing.page_texts import page_texts
from chatbot.values import INTENTS, LANGUAGES
from chatbot.web.cards import (
    comparison_html,
    header_html,
    message_html,
    picture_url,
    price_html,
    product_url,
    products_html,
    reply_html,
    sentence_html,
    waiting_html,
    welcome_html,
)  # fmt: skip
from chatbot.web.welcome import example_questions, preferred_language

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Words:
    """Names that show that they were looked up."""

    def category_name(self, category: str, language: str) -> str:
        return {"zh": "耳机"}.get(language, category)

    def brand_name(self, brand: str, language: str) -> str:
        return {"zh": "维拉"}.get(language, brand)

    def attribute_name(self, name: str, language: str) -> str:
        return {"zh": "降噪"}.get(language, name)

    def attribute_value(self, value: str, language: str) -> str:
        return {"zh": "黑色"}.get(language, value)


def product(**changes: Any) -> dict[str, Any]:
    return {
        "id": "hea-1", "title": "Vela N2", "brand": "Vela", "category": ["Audio", "Headphones"], "price": 1349.0, "list_price": None,
        "currency": "CNY", "in_stock": True, "url": "/item/hea-1", "image": "/illustrations/hea-1.svg",
        "attributes": {"battery": "7 h", "noise cancelling": "yes"}, "score": 0.8, "reasons": ["within ¥1,400"],
    } | changes  # fmt: skip


def reply(**changes: Any) -> dict[str, Any]:
    return {
        "text": "There's one.", "products": [product()], "options": [], "action": None, "sources": [],
        "understanding": {
            "intent": {"name": "recommend", "confidence": 0.97}, "interests": [{"category": "Headphones", "probability": 0.72}],
            "constraints": {"price_max": 1400.0}, "mood": {"label": "neutral", "score": 0.0},
        },
    } | changes  # fmt: skip


def drawn(language: str = "en", **changes: Any) -> str:
    return reply_html(reply(**changes), Words(), language, "CNY")  # type: ignore[arg-type]


def texts_of(html: str, tag: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html)]


# ── escaping ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_from_outside_becomes_markup():
    evil = product(id=EVIL, title=EVIL, attributes={EVIL: "1" + EVIL[:10]}, reasons=[EVIL], image="/x" + EVIL, url="https://shop.example/" + EVIL)
    understanding = {
        "intent": {"name": EVIL, "confidence": 1.0},
        "interests": [{"category": EVIL, "name": EVIL, "probability": 0.5}],
        "constraints": {"brand": EVIL, "attributes": {EVIL: EVIL}, "not_brand": [EVIL]},
        "mood": {"label": EVIL},
    }
    pages = [
        drawn(text=EVIL, products=[evil], understanding=understanding, sources=[{"id": EVIL, "title": EVIL, "quote": EVIL}]),
        drawn(products=[evil], action={"name": "add_to_cart", "item": EVIL}),
        comparison_html([evil, product(attributes={EVIL: EVIL})], "en"),
        message_html(EVIL), sentence_html(EVIL, "en"), waiting_html(EVIL, "en"), header_html(EVIL, "en", EVIL), welcome_html("en", EVIL, ["/" + EVIL]),
    ]  # fmt: skip
    for page in pages:
        assert "<script" not in page
        assert "<img src=x" not in page
        assert not re.search(r"<[^<>]*\sonerror=", re.sub(r'"[^"]*"', '""', page))


def test_markdown_stays_as_it_was_typed():
    assert "**bold** `code` [a](b)" in message_html("**bold** `code` [a](b)")


# ── prices ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "price", "currency", "shown"),
    [
        ("zh", 1349.0, "CNY", "¥1349"), ("en", 1349.0, "CNY", "¥1,349"), ("en", 19.9, "USD", "$19.90"), ("en", 12.0, "SEK", "12 SEK"),
    ],
)  # fmt: skip
def test_a_price_is_written_as_on_a_label(language: str, price: float, currency: str, shown: str):
    assert texts_of(price_html(product(price=price, currency=currency), language), "span") == [shown]


def test_a_list_price_is_struck_through_only_above_the_price():
    assert "¥1,499" in texts_of(price_html(product(list_price=1499.0), "en"), "s")[0]
    assert "<s " not in price_html(product(list_price=1349.0), "en")
    assert "<s " not in price_html(product(list_price=999.0), "en")


# ── cards ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cards_come_before_the_text_and_are_numbered_when_there_are_several():
    html = drawn(products=[product(id="a"), product(id="b")])
    assert html.index("x-cards") < html.index("There&#x27;s one.")
    assert re.findall(r'data-item="(\w)"', html) == ["a", "b"]
    assert re.findall(r'class="x-place"[^>]*>(\d)<', html) == ["1", "2"]
    assert 'class="x-place"' not in drawn()


def test_a_card_says_what_is_in_stock_and_why_it_is_there():
    html = products_html([product(reasons=["within ¥1,400", "rated 4.7"])], "en")
    assert texts_of(re.search(r'<ul class="x-reasons">.*?</ul>', html)[0], "li") == ["within ¥1,400", "rated 4.7"]
    assert page_texts("en").in_stock in html
    gone = products_html([product(in_stock=False)], "zh")
    assert page_texts("zh").out_of_stock in gone
    assert "x-gone" in gone


def test_a_card_shows_measures_and_no_bare_yes():
    html = products_html([product()], "en")
    assert "<span>7 h</span>" in html
    assert "<span>yes</span>" not in html


@pytest.mark.parametrize("url", ["https://shop.example/a", "HTTP://shop.example"])
def test_whole_addresses_are_links(url: str):
    assert f'href="{url}"' in products_html([product(url=url)], "en")


@pytest.mark.parametrize(
    "url", ["", None, "/item/hea-1", "javascript:alert(1)", "data:text/html,x", "//evil.example/", "https:///x", "ftp://x.example"]
)
def test_anything_else_is_no_link(url: str | None):
    assert product_url(url) == ""
    assert "<a " not in products_html([product(url=url)], "en")


def test_pictures_are_whole_addresses_or_paths_of_this_server():
    assert picture_url("/illustrations/a.svg") == "/illustrations/a.svg"
    assert picture_url("https://cdn.example/a.png") == "https://cdn.example/a.png"
    for url in ("//evil.example/a.png", "/\\evil.example", "javascript:alert(1)", "a.png", ""):
        assert picture_url(url) == ""


def test_a_comparison_lists_what_differs_and_nothing_else():
    first = product(attributes={"battery": "7 h", "weight": "10 g", "connection": "Bluetooth"})
    second = product(price=899.0, attributes={"battery": "9 h", "weight": "10 g", "color": ["black", "red"]})
    rows = texts_of(comparison_html([first, second], "en"), "tr")[1:]
    assert rows == ["Price¥1,349¥899", "battery7 h9 h"]
    assert comparison_html([first], "en") == ""


# ── under the text ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_understood_is_folded_and_in_words():
    understanding = {
        "intent": {"name": "refine", "confidence": 0.914},
        "interests": [{"category": "Headphones", "name": "耳机", "probability": 0.72}, {"category": "Pens", "probability": 0.004}],
        "constraints": {
            "category": "Headphones",
            "price_min": 100.0,
            "price_max": 1400.0,
            "not_brand": "Vela",
            "attributes": {"noise cancelling": "yes"},
        },
        "mood": {"label": "negative", "score": -0.7},
    }
    html = drawn("zh", understanding=understanding)
    fold = html[html.index("<details") :]
    assert texts_of(fold, "dt") == ["您的意思", "您的条件", "您可能想看", "您的心情"]
    assert "91% 把握" in fold
    assert texts_of(fold, "li")[:4] == ["品类：耳机", "价格：100 元到 1400 元", "不要维拉", "降噪"]
    assert fold.count("--x-share:") == 1
    assert "--x-share:72%" in fold
    assert " open" not in fold.split(">", 1)[0]


def test_interests_are_left_out_where_the_message_says_nothing_of_them():
    understanding = {**reply()["understanding"], "intent": {"name": "service", "confidence": 0.9}}
    assert "--x-share" in drawn()
    assert "--x-share" not in drawn(understanding=understanding)


def test_a_reply_under_way_shows_a_mark_and_no_account_yet():
    html = reply_html({"understanding": reply()["understanding"]}, Words(), "en", "CNY", pending=True)
    assert "x-dots" in html
    assert "<details" not in html


def test_sources_are_named_with_their_words_folded():
    html = drawn(products=[], sources=[{"id": "returns", "title": "Can I return it?", "quote": "Within 7 days."}])
    assert re.search(r"<summary>.*Can I return it\?</summary><blockquote>Within 7 days\.</blockquote>", html)


def test_notes_of_what_was_done():
    assert "In your basket: Vela N2" in drawn(action={"name": "add_to_cart", "item": "hea-1", "quantity": 1})
    assert "Passed on to a colleague, about 5 minutes" in drawn(action={"name": "handoff", "offered": False, "wait_minutes": 5})
    assert "x-note" not in drawn(action={"name": "handoff", "offered": True, "wait_minutes": 5})
    assert "x-note" not in drawn(action={"name": "something_new"})


def test_what_became_of_the_wish_for_a_person():
    asked = {"name": "handoff", "offered": False}
    assert "Passed on to a colleague, 2 before you, about 5 minutes" in drawn(action=asked | {"wait_minutes": 5, "ahead": 2})
    assert page_texts("en").kept_for.split("'")[0] in drawn(action=asked | {"opens": "2026-03-05T09:00:00+08:00"})
    reached = drawn(action=asked | {"contact": {"phone": "<b>1</b>", "email": "", "hours": "9-5"}})
    assert "Reach the shop: &lt;b&gt;1&lt;/b&gt; · 9-5" in reached
    passed = drawn(text="", action={"name": "ticket", "state": "taken"})
    assert "Delivered" in passed
    assert "x-how" not in passed, "the assistant has understood nothing by itself"


def test_what_a_person_says_is_only_text():
    people = [{"kind": "said", "name": "<i>Lin</i>", "text": "<script>1</script>"}, {"kind": "returned", "name": "Lin", "text": "<u>back</u>"}]
    html = reply_html(reply(), Words(), "en", "CNY", people=people)  # type: ignore[arg-type]
    assert "<b>&lt;i&gt;Lin&lt;/i&gt;</b>" in html
    assert "&lt;script&gt;1&lt;/script&gt;" in html and "&lt;u&gt;back&lt;/u&gt;" in html
    assert "<script" not in html and "<u>" not in html


# ── the page's own texts ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_a_name(language: str):
    assert set(page_texts(language).intents) == set(INTENTS)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("de-DE,zh;q=0.5,en;q=0.4", "zh"), ("en;q=0.2,zh;q=0.9", "zh"),
        ("fr-FR,fr;q=0.9", "en"), ("", "zh"), ("*", "zh"), (";;q=,", "zh"),
    ],
)  # fmt: skip
def test_the_browser_says_which_language(accepted: str, language: str):
    assert preferred_language(accepted, "zh") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_example_questions_are_about_this_shop(bot: Any, language: str):
    questions = example_questions(bot.shop, language)
    names = [bot.shop.catalogue.category_name(leaf, language).lower() for leaf in bot.shop.catalogue.by_leaf]
    assert len(questions) == 4
    assert all(any(name in question.lower() for name in names) for question in questions[:3])
    for question in questions[:3]:
        assert bot.respond(question).products
    assert bot.respond(questions[3]).sources
