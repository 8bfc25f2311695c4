"""Comparisons: what the facts measure on both sides decides; what they do not measure is no fact.

The first laptop costs ¥3,999, weighs 1.1 kg and runs 10 h, the second costs ¥6,499, weighs 1.3 kg and runs 10 h.
"""

import pytest

from chatbot.phrasing.comparisons import wrong_comparison
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded
from tests.phrasing.briefs import brief_of

A, B = "Norin Air 14 Laptop", "Brio Fold 14 Laptop"
A_ZH, B_ZH = "诺林 Air 14 笔记本电脑", "布里欧 Fold 14 笔记本电脑"


def compared(text, language="en", items=("lap-2", "lap-5"), *, rows=(), known="", total=2, said=""):
    facts = Facts(brief_of(language, items=items))
    mentions = Mentions.of(folded(text), facts.products, folded(said))
    return wrong_comparison(mentions, facts.products, lambda product: folded(facts.of(product)), rows, known, total)


HOLDS = [
    ("en", f"The {A} is lighter."), ("en", f"The {B} is heavier than the {A}."), ("en", f"The {A} is cheaper."), ("en", f"The {B} costs more."),
    ("en", f"The {B} costs ¥2,500 more."), ("en", f"The {A} saves you ¥2,500."), ("en", f"Cheaper is the {A}."), ("en", f"For ¥2,500 more, the {B}."),
    ("en", f"The {A} is the lightest of these."), ("en", f"The {A} is the cheapest of the two."), ("en", f"The {B} is the heaviest."), ("en", "The first is lighter."),
    ("en", f"The {A} is light."), ("zh", f"{A_ZH}更轻。"), ("zh", f"{B_ZH}比{A_ZH}更重。"), ("zh", f"{A_ZH}便宜 2500 元。"), ("zh", f"{B_ZH}贵 2500 元。"),
    ("zh", f"这两款里{A_ZH}最轻。"), ("zh", f"{A_ZH}最便宜。"), ("zh", "第二款更贵。"),
]  # fmt: skip
WRONG = [
    ("en", f"The {B} is lighter."), ("en", f"The {A} is heavier than the {B}."), ("en", f"The {B} is cheaper."), ("en", f"The {A} costs more."),
    ("en", f"The {A} costs ¥2,500 more."), ("en", f"The {B} saves you ¥2,500."), ("en", f"Cheaper is the {B}."), ("en", f"The {A} lasts longer."),
    ("en", f"The {A} is quieter."), ("en", f"The {A} is brighter."), ("en", f"The {B} is the lightest of these."), ("en", f"The {B} is the cheapest of the two."),
    ("en", f"The {A} is the quietest of these."), ("en", "It is lighter."), ("en", "The second is lighter."), ("en", "The cheapest is here."),
    ("zh", f"{B_ZH}更轻。"), ("zh", f"{A_ZH}比{B_ZH}更重。"), ("zh", f"{B_ZH}便宜 2500 元。"), ("zh", f"{A_ZH}贵 2500 元。"), ("zh", f"{A_ZH}续航更长。"),
    ("zh", f"{A_ZH}更安静。"), ("zh", f"这两款里{B_ZH}最轻。"), ("zh", f"{B_ZH}最便宜。"), ("zh", "第一款更贵。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), HOLDS)
def test_what_the_facts_measure_may_be_said(language, text):
    assert compared(text, language)[0] == ""


@pytest.mark.parametrize(("language", "text"), WRONG)
def test_what_they_measure_otherwise_or_not_at_all_may_not(language, text):
    assert compared(text, language)[0]


def test_a_pronoun_is_the_product_named_before():
    assert compared("It is lighter.", said=f"There's the {A}.")[0] == ""
    assert compared("It is lighter.", said=f"There's the {B}.")[0]


@pytest.mark.parametrize(("known", "fault"), [("", True), ("i want something light", False)])
def test_one_product_is_compared_with_what_the_customer_said_alone(known, fault):
    assert bool(compared(f"The {A} is lighter.", items=("lap-2",), known=known, total=1)[0]) is fault


@pytest.mark.parametrize(
    ("text", "total", "fault"),
    [
        (f"The {A} is the cheapest.", 2, False), (f"The {A} is the cheapest.", 40, True), (f"The {A} is the cheapest of these.", 40, False),
        (f"The {A} is the cheapest, the {B} the heaviest.", 40, False),
    ],
)  # fmt: skip
def test_a_superlative_holds_among_what_is_shown(text, total, fault):
    """Forty fit and two are shown: the cheapest of the two is not the cheapest."""
    assert bool(compared(text, total=total)[0]) is fault


def test_superlatives_that_hold_are_told_to_the_check_that_refuses_others():
    assert compared(f"The {A} is the lightest and the cheapest of these.") == ("", frozenset({"lightest", "cheapest"}))
    assert compared(f"The {A} is light.") == ("", frozenset())
    assert compared(f"The {B} is the lightest of these.")[1] == frozenset()
    assert compared(f"The {B} is the lightest.", known="the lightest there is") == ("", frozenset({"lightest"}))


def test_three_products_are_compared_with_any_and_topped_by_all():
    items = ("lap-2", "lap-5", "lap-1")
    assert compared(f"The {A} is cheaper.", items=items)[0] == ""
    assert compared(f"The {A} is the cheapest of these.", items=items)[0]
    assert compared("The Pax Go 13 Laptop is the cheapest of these.", items=items)[0] == ""


def test_rows_of_a_comparison_measure_too():
    rows = (("brightness", "300 nit", "450 nit"),)
    assert compared(f"The {B} is brighter.", rows=rows)[0] == ""
    assert compared(f"The {A} is brighter.", rows=rows)[0]
