"""Every assertion holds on a reply that has it and complains of one that has not."""

from dataclasses import replace

import pytest

from chatbot.evaluating.assertions import Before, complaint
from chatbot.facts import Presenter
from chatbot.shop.reading import read_shop
from chatbot.values import Reply, Source
from tests.tiny_shop import write_shop

BEFORE = Before(prices=(3999.0, 4999.0), ids=frozenset({"lap-2", "lap-3"}))
NAMES = [
    "intent", "constraints", "interests", "products", "grounded", "language", "sources", "says_any", "says_none", "action", "options", "phrased_by", "mood",
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def reply(catalogue):
    presenter = Presenter(catalogue, "CNY")
    return Reply(
        session="s", turn=1, language="en", text="The Pax Go 13 Laptop is ¥2,999.",
        products=tuple(presenter.product(catalogue.by_id[name], "en", 0.5, ()) for name in ("lap-1", "lap-6")), options=("a", "b"),
        sources=(Source("returns", "Returns", "7 days"),), action={"name": "handoff"}, phrased_by="rules", grounded=True,
        understanding={
            "intent": {"name": "recommend", "confidence": 0.9}, "interests": [{"category": "Laptops", "probability": 0.7}, {"category": "Tablets", "probability": 0.2}],
            "constraints": {"category": "Laptops", "price_max": 3500.0, "brand": ["Pax", "Brio"], "attributes": {"color": "black"}, "in_stock": True},
            "mood": {"label": "neutral", "score": 0.1},
        },
    )  # fmt: skip


HOLDS = [
    ("intent", "recommend"), ("intent", ["refine", "recommend"]), ("constraints", {}), ("constraints", {"price_max": 3500}), ("constraints", {"category": "笔记本电脑"}),
    ("constraints", {"brand": "帕克斯"}), ("constraints", {"brand": ["Brio", "Pax"]}), ("constraints", {"attributes": {"颜色": "黑色"}}),
    ("constraints", {"attributes": {"color": "black"}, "in_stock": True}),
    ("interests", {"top": "Laptops"}), ("interests", {"top": "笔记本电脑"}), ("interests", {"top": "Computers"}), ("interests", {"top": ["Kettles", "laptops"]}),
    ("products", {}), ("products", {"min": 2}), ("products", {"min": 1, "max": 2}), ("products", {"every": {"category": "Laptops"}}), ("products", {"every": {"category": "电脑"}}),
    ("products", {"every": {"price_lte": 3499, "price_gte": 2999}}), ("products", {"every": {"price_lt": "previous"}}), ("products", {"every": {"price_lt": 3500, "price_gt": 2998}}),
    ("products", {"every": {"shown_before": False}}), ("products", {"any": {"brand": "布里欧"}}), ("products", {"any": {"in_stock": False, "brand": "Brio"}}),
    ("products", {"any": {"id": "lap-6"}}), ("products", {"every": {"id": ["lap-1", "lap-6"]}}), ("products", {"none": {"id": "lap-2"}}), ("products", {"none": {"price_gt": 4000}}),
    ("products", {"any": {"attributes": {"color": "silver"}}}), ("products", {"any": {"attributes": {"颜色": "银色"}}}), ("products", {"every": {"attributes": {"memory": ["8 GB", "16 GB"]}}}),
    ("grounded", True), ("language", "en"), ("language", ["zh", "en"]), ("sources", ["returns"]), ("sources", ["warranty", "returns"]), ("says_any", ["2,999"]), ("says_any", ["x", "PAX GO"]),
    ("says_none", ["free", "4,999"]), ("action", "handoff"), ("action", ["none", "handoff"]), ("options", {"min": 2}), ("options", {"min": 1, "max": 2}), ("phrased_by", "rules"),
    ("phrased_by", ["model", "rules"]), ("mood", "neutral"),
]  # fmt: skip
FAILS = [
    ("intent", "refine"), ("intent", ["refine", "compare"]), ("constraints", {"price_max": 3000}), ("constraints", {"price_min": 1}), ("constraints", {"category": "Tablets"}),
    ("constraints", {"brand": "Norin"}), ("constraints", {"brand": ["Pax", "Norin"]}), ("constraints", {"attributes": {"color": "white"}}), ("constraints", {"attributes": {"memory": "8 GB"}}),
    ("constraints", {"in_stock": False}), ("interests", {"top": "Tablets"}), ("products", {"min": 3}), ("products", {"max": 1}), ("products", {"max": 0}),
    ("products", {"every": {"price_lte": 3000}}), ("products", {"every": {"price_gte": 3000}}), ("products", {"every": {"price_gt": "previous"}}), ("products", {"every": {"in_stock": True}}),
    ("products", {"every": {"brand": "Pax"}}), ("products", {"every": {"category": "Tablets"}}), ("products", {"every": {"shown_before": True}}), ("products", {"any": {"id": "lap-2"}}),
    ("products", {"any": {"in_stock": False, "brand": "Pax"}}), ("products", {"none": {"brand": "Pax"}}), ("products", {"every": {"attributes": {"color": "silver"}}}),
    ("grounded", False), ("language", "zh"), ("sources", ["warranty"]), ("says_any", ["free"]), ("says_none", ["laptop"]), ("action", "none"), ("action", ["ticket"]), ("options", {"min": 3}),
    ("options", {"max": 1}), ("phrased_by", "model"), ("mood", "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), HOLDS)
def test_it_holds(name, wanted, reply, catalogue):
    assert complaint(name, wanted, reply, BEFORE, catalogue) == ""


@pytest.mark.parametrize(("name", "wanted"), FAILS)
def test_it_complains(name, wanted, reply, catalogue):
    assert complaint(name, wanted, reply, BEFORE, catalogue)


def test_every_assertion_is_tried_both_ways():
    assert {name for name, _ in HOLDS} == {name for name, _ in FAILS} == set(NAMES)


def test_a_complaint_says_what_was_expected_and_what_came(reply, catalogue):
    assert complaint("intent", "refine", reply, BEFORE, catalogue) == "expected 'refine', came 'recommend'"
    told = complaint("products", {"every": {"price_lte": 3000}}, reply, BEFORE, catalogue)
    assert "lap-6" in told and "3000" in told and "3499" in told


def test_previous_needs_something_shown_before(reply, catalogue):
    assert complaint("products", {"every": {"price_lt": "previous"}}, reply, Before(), catalogue)
    assert complaint("products", {"every": {"price_gt": "previous"}}, reply, Before(), catalogue)


def test_without_products_every_holds_and_any_does_not(reply, catalogue):
    empty = replace(reply, products=())
    assert complaint("products", {"every": {"brand": "Pax"}}, empty, BEFORE, catalogue) == ""
    assert complaint("products", {"none": {"brand": "Pax"}}, empty, BEFORE, catalogue) == ""
    assert complaint("products", {"any": {"brand": "Pax"}}, empty, BEFORE, catalogue)
    assert complaint("products", {"min": 1}, empty, BEFORE, catalogue)


def test_a_reply_without_action_has_none(reply, catalogue):
    assert complaint("action", "none", replace(reply, action=None), BEFORE, catalogue) == ""
    assert complaint("action", "handoff", replace(reply, action=None), BEFORE, catalogue)


def test_the_text_itself_is_of_the_language(reply, catalogue):
    plain = replace(reply, sources=())
    chinese = replace(plain, text=f"{reply.products[0].title}现在2999元，三日内送到。")
    assert complaint("language", "en", plain, BEFORE, catalogue) == ""
    assert "现在2999元" in complaint("language", "en", chinese, BEFORE, catalogue)
    assert complaint("language", "zh", replace(chinese, language="zh"), BEFORE, catalogue) == ""
    assert complaint("language", "zh", replace(plain, language="zh"), BEFORE, catalogue)
    assert complaint("language", "en", replace(chinese, sources=reply.sources), BEFORE, catalogue) == ""  # the shop has it in Chinese alone
    assert complaint("language", "en", replace(plain, text=""), BEFORE, catalogue) == ""


def test_a_reply_without_interests_has_no_top(reply, catalogue):
    bare = replace(reply, understanding={**reply.understanding, "interests": []})
    assert complaint("interests", {"top": "Laptops"}, bare, BEFORE, catalogue)
