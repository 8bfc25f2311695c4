"""Which product a place of a sentence speaks of. An @ marks the place that is asked about."""

from dataclasses import replace

import pytest

from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded
from tests.phrasing.briefs import product_of

A, B = "Norin Air 14 Laptop", "Brio Fold 14 Laptop"
A_ZH, B_ZH = "诺林 Air 14 笔记本电脑", "布里欧 Fold 14 笔记本电脑"


def mentions_of(text, language="en", said="", items=("lap-2", "lap-5")):
    return Mentions.of(folded(text), [product_of(item, language) for item in items], folded(said))


def owner(text, language="en", said="", items=("lap-2", "lap-5")):
    found = mentions_of(text, language, said, items).owner(text.index("@"))
    return found.id if found else None


@pytest.mark.parametrize(
    ("language", "text", "said", "expected"),
    [
        ("en", f"the {A} is @light", "", "lap-2"),
        ("en", f"the {A} is light, the {B} is @not", "", "lap-5"),
        ("en", f"the {A}, the {B}, and again the {A} @", "", "lap-2"),
        ("en", f"@ the {A}", "", None),
        ("en", "it is @light", "", None),
        ("en", "it is @light", f"There's the {A}, then the {B}.", "lap-5"),
        ("en", f"the {A} is @light", f"See the {B}.", "lap-2"),
        ("en", f"the {A.upper()} is @light", "", "lap-2"),
        ("en", "the first is @light", "", "lap-2"),
        ("en", "the first is light, the second @not", "", "lap-5"),
        ("en", "of the two, the latter is @light", f"the {A}", "lap-5"),
        ("en", "the third is @light", "", None),
        ("en", "the second @is", f"the {A}", "lap-5"),
        ("zh", f"{A_ZH}@很轻", "", "lap-2"),
        ("zh", f"{A_ZH}很轻，{B_ZH}@不轻", "", "lap-5"),
        ("zh", "第二款@不轻", f"{A_ZH}很轻。", "lap-5"),
        ("zh", "第1台@很轻", f"{B_ZH}。", "lap-2"),
        ("zh", "前者轻，后者@重", "", "lap-5"),
        ("zh", "第三款@很轻", "", None),
        ("zh", "第二天@到", f"{A_ZH}。", "lap-2"),
    ],
)
def test_whose_place_it_is(language, text, said, expected):
    assert owner(text, language, said) == expected


def test_the_product_behind_a_place():
    text = f"@ at a lower price is the {A}, then the {B}"
    found = mentions_of(text)
    assert found.behind(0).id == "lap-2"
    assert found.behind(text.index("then")).id == "lap-5"
    assert found.behind(len(text)) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", f"the {B} is lighter than the {A} and @also dearer"), ("zh", f"{B_ZH}比{A_ZH}轻，@也更贵")],
)
def test_what_a_product_is_compared_with_is_not_spoken_of(language, text):
    assert owner(text, language) == "lap-5"
    found = mentions_of(text, language)
    assert found.rival(text.index("@")).id == "lap-2"
    assert found.behind(text.index(A if language == "en" else A_ZH)) is None


def test_nothing_is_compared_with_where_no_word_says_so():
    assert mentions_of(f"the {A} and the {B}").rival(0) is None


def test_titles_are_blotted_out_and_every_place_stays():
    text = f"See the {A} and the {B}, 14 inches."
    masked = mentions_of(text).masked
    assert len(masked) == len(text)
    assert masked.replace("\0", "") == "see the  and the , 14 inches."


def test_a_title_inside_a_longer_one_is_the_longer_one():
    short, long = product_of("lap-2", "en"), product_of("lap-5", "en")
    short, long = replace(short, title="Norin Air"), replace(long, title="Norin Air 14")
    found = Mentions.of("the norin air 14 and the norin air", [short, long]).found
    assert [product.id for _, product in found] == ["lap-5", "lap-2"]


def test_a_product_without_a_title_is_named_nowhere():
    assert Mentions.of("the first", [replace(product_of("lap-2", "en"), title="")]).found[0][0] == 0
    assert Mentions.of("it", [replace(product_of("lap-2", "en"), title="")]).found == ()


def test_the_value_of_an_attribute_calls_no_product():
    """A logic puzzle is not the one that is called Logic Blocks."""
    first = replace(product_of("lap-2", "en"), title="Quandle Logic Blocks", brand="Quandle", attributes={"type": ("logic puzzle",)})
    second = replace(product_of("lap-5", "en"), title="Quandle Metal Rings", brand="Quandle", attributes={"type": ("logic puzzle",)})
    text = folded("There's the Quandle Metal Rings (logic puzzle, @20 min)")
    assert Mentions.of(text, [first, second], "").owner(text.index("@")) == second
