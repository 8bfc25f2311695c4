"""Shoppers speak in many ways, in their own language, and their figures stay true."""

import random
import re
from pathlib import Path

import pytest

from chatbot.evaluating.simulating import words_en, words_zh
from chatbot.evaluating.simulating.goals import GoalMaker
from chatbot.evaluating.simulating.saying import WordsOf
from chatbot.evaluating.simulating.shopper import RuleShopper
from chatbot.evaluating.simulating.wording import article, money, plural, singular, slipped, spun
from chatbot.numerals import chinese_number
from chatbot.shop.reading import read_shop
from chatbot.text import han_share
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def shop():
    return read_shop(PROJECT / "knowledge" / "shop")


@pytest.fixture(scope="module")
def openings(shop):
    """(goal, the first message) of many shoppers."""
    maker = GoalMaker(shop)
    goals = [maker.make(number, 3) for number in range(1, 401)]
    return [(goal, RuleShopper(goal, shop.catalogue, shop.currency, 3).say(None)) for goal in goals]


def test_hardly_two_shoppers_begin_alike(openings):
    assert len({said.text for _, said in openings}) > 390


def test_sentences_have_hundreds_of_patterns(openings):
    """Without figures and the shop's own words there are still hundreds of forms."""
    forms = {re.sub(r"[\d,.]+|[A-Z][a-z]+", "_", said.text)[:25] for _, said in openings}
    assert len(forms) > 250


def test_messages_are_in_the_shoppers_language_and_hold_no_slot(openings):
    for goal, said in openings:
        assert not re.search(r"[{}\[\]|]", said.text), said.text
        if goal.language == "en":
            assert han_share(said.text) == 0, said.text
    chinese = [han_share(said.text) > 0.5 for goal, said in openings if goal.language == "zh"]
    assert sum(chinese) > 0.9 * len(chinese)  # 求一个 laptop


def test_what_was_told_stands_in_the_message(openings):
    """A budget that counts as told has its figure in the words."""
    checked = 0
    for _, said in openings:
        for wish in said.stated:
            if wish.kind == "budget":
                plain = said.text.replace(",", "").lower()
                figures = {float(found) for found in re.findall(r"\d+(?:\.\d+)?", plain)} | {
                    float(found) * 1000 for found in re.findall(r"(\d+(?:\.\d+)?)k", plain)
                }
                figures |= {value for found in re.findall(r"[零一二两三四五六七八九十百千万]+", plain) if (value := chinese_number(found))}
                assert wish.amount in figures, said.text
                checked += 1
    assert checked > 100


def test_both_languages_have_the_same_sayings():
    assert words_zh.SAYINGS.keys() == words_en.SAYINGS.keys()
    assert words_zh.ASIDES.keys() == words_en.ASIDES.keys()
    assert {kind: forms.keys() for kind, forms in words_zh.WISHES.items()} == {kind: forms.keys() for kind, forms in words_en.WISHES.items()}


def test_choices_nest_and_slots_are_filled():
    texts = {spun(("[a|[b|c] {x}]",), random.Random(number), x="1") for number in range(40)}
    assert texts == {"a", "b 1", "c 1"}


@pytest.mark.parametrize("amount", [80, 120, 3500, 12000, 999, 45])
def test_money_is_the_amount_however_it_is_said(amount):
    for number in range(60):
        said = money(amount, "CNY", "zh", random.Random(number))
        assert chinese_number(re.sub(r"[元块钱]|块钱", "", said)) == amount, said


def test_slips_leave_figures_alone():
    for number in range(200):
        assert "1500" in slipped("looking for headphones under 1500 please", "en", random.Random(number))
        assert "1500" in slipped("想买个头戴式的耳机，1500以内", "zh", random.Random(number))


@pytest.mark.parametrize(("word", "one", "several"), [("Laptops", "Laptop", "Laptops"), ("Batteries", "Battery", "Batteries"), ("Brushes", "Brush", "Brushes"), ("Running Shoes", "Running Shoes", "Running Shoes"), ("Skincare", "Skincare", "Skincare")])  # fmt: skip
def test_english_nouns(word, one, several):
    assert singular(word) == one
    assert plural(one) == several


def test_an_article_fits_its_noun():
    said = {article("air fryer", "en", random.Random(number)) for number in range(30)}
    assert "an air fryer" in said
    assert "a air fryer" not in said


def test_a_type_that_is_a_noun_stands_alone_and_others_before_the_kind(shop):
    english, chinese = WordsOf(shop.catalogue, "en", "CNY"), WordsOf(shop.catalogue, "zh", "CNY")
    assert english.kinds("Pens", "gel pen") == ("gel pen",)
    assert english.kinds("Headphones", "over-ear") == ("over-ear headphones",)
    assert chinese.kinds("Headphones", "头戴式") == ("头戴式耳机",)
    assert "mouse" not in english.kinds("Keyboards & Mice", "keyboard")


def test_words_for_one_sort_of_thing_are_not_said_of_another(shop):
    """Feeding holds bottles, bowls and bibs: who wants one of them does not call it a spoon."""
    assert not {"baby spoon", "bib"} & set(WordsOf(shop.catalogue, "en", "CNY").kinds("Feeding", ""))


def test_a_shop_with_other_languages_and_money_has_words_too(tmp_path: Path):
    from tests.tiny_shop import TOML, write_shop

    toml = TOML.replace('["zh", "en"]', '["en"]').replace('default_language = "zh"', 'default_language = "en"').replace("CNY", "EUR")
    shop = read_shop(write_shop(tmp_path, toml=toml))
    maker = GoalMaker(shop)
    goals = [maker.make(number, 1) for number in range(40)]
    assert {goal.language for goal in goals} == {"en"}
    assert any("€" in RuleShopper(goal, shop.catalogue, shop.currency, 1).say(None).text for goal in goals)
