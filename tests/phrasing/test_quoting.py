"""Policies: a sentence may be shorter than the entry and may not say anything else."""

import pytest

from chatbot.phrasing.plain_words import PLAIN_ENGLISH
from chatbot.phrasing.quoting import departure
from chatbot.text import folded

RETURNS = "Unopened goods can be returned within 7 days. Underwear cannot be returned."
RETURNS_ZH = "签收后 7 天内没拆封就能退。内衣不能退。"
DELIVERY = "Orders leave the same day. Delivery is free over ¥99."
DELIVERY_ZH = "当天发货。满 99 元包邮。"


def left(sentence, entry):
    return departure(folded(sentence), folded(entry), PLAIN_ENGLISH)


@pytest.mark.parametrize(
    ("sentence", "entry"),
    [
        ("Unopened goods can be returned within 7 days.", RETURNS), ("Underwear cannot be returned.", RETURNS), ("You can return unopened goods within 7 days.", RETURNS),
        ("Orders leave the same day.", DELIVERY), ("Over ¥99, delivery is free.", DELIVERY), ("Yes, unopened goods can be returned within 7 days.", RETURNS),
        ("没拆封的，签收后 7 天内能退。", RETURNS_ZH), ("内衣不能退。", RETURNS_ZH), ("可以，签收后 7 天内没拆封就能退。", RETURNS_ZH), ("满 99 元包邮。", DELIVERY_ZH),
        ("当天发货。", DELIVERY_ZH),
    ],
)  # fmt: skip
def test_what_keeps_to_the_entry_may_be_said(sentence, entry):
    assert left(sentence, entry) == ""


@pytest.mark.parametrize(
    ("sentence", "entry", "why"),
    [
        ("Delivery is not free over ¥99.", DELIVERY, "other way round"), ("Batteries can be repaired.", "Batteries cannot be repaired.", "other way round"),
        ("签收后 7 天内拆封就能退。", RETURNS_ZH, "other way round"), ("电池可以维修。", "电池不可以维修。", "other way round"),
        ("Goods can be returned.", RETURNS, "condition"), ("Goods can be returned within 7 days.", RETURNS, "condition"), ("Unopened goods can be returned.", RETURNS, "condition"), ("签收后 7 天内就能退。", RETURNS_ZH, "condition"), ("Delivery is free.", DELIVERY, "condition"), ("能退。", "没拆封，7 天内能退。", "condition"), ("包邮。", DELIVERY_ZH, "condition"),
        ("Yes, it is.", "Repairs take a week.", "does not say yes"), ("No, sorry.", "Repairs take a week.", "does not say no"),
        ("可以，一周。", "维修要一周。", "does not say yes"), ("不行，要一周。", "维修要一周。", "does not say no"),
        ("We refund the difference.", "The shop opens at nine.", "promises nothing"), ("包邮。", "九点开门。", "promises nothing"),
    ],
)  # fmt: skip
def test_what_leaves_it_may_not(sentence, entry, why):
    assert why in left(sentence, entry)


def test_the_condition_is_that_of_the_sentence_it_comes_from():
    entry = "Repairs are free within a year. Spare parts are delivered unless they are sold out."
    assert left("Repairs are free within a year.", entry) == ""
    assert "within" in left("Repairs are free.", entry)
    assert "unless" in left("Spare parts are delivered.", entry)
