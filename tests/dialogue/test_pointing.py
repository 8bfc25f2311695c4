"""References and words → items, as tables: which of what was shown a message points at, and when at none."""

from dataclasses import replace

import pytest

from chatbot.dialogue.pointing import pointed_at
from chatbot.values import Constraints, Reference, State
from tests.dialogue.making import an_item, said

ITEMS = {
    "a": an_item("a", 1000.0, "Brio Zeta 300 Laptop", brand="Brio", chinese="布里欧 Zeta 300 轻薄笔记本电脑"),
    "b": an_item("b", 3000.0, "Norin Omega 500 Laptop", brand="Norin", chinese="诺林 Omega 500 商务笔记本电脑"),
    "c": an_item("c", 2000.0, "Norin Sigma 700 Laptop", brand="Norin", chinese="诺林 Sigma 700 游戏笔记本电脑"),
}
SHOWN = State(turn=1, need=("我想买笔记本",), shown=("a", "b", "c"), last=("a", "b", "c"))


def points(text="some words of a message", *references: Reference, state: State = SHOWN, intent="details", **parts) -> tuple[str, ...]:
    return pointed_at(state, said(intent, text, references=references, **parts), ITEMS.get)


# ── by place ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("places", "items"),
    [
        ((1,), ("a",)),
        ((3,), ("c",)),
        ((-1,), ("c",)),
        ((-3,), ("a",)),
        ((4,), ()),
        ((-4,), ()),
        ((3, 1), ("c", "a")),
        ((1, -1), ("a", "c")),
        ((2, 2), ("b",)),
        ((1, 9), ("a",)),
    ],
)
def test_a_place_is_one_of_the_last_list_in_the_messages_order(places, items):
    assert points("some words", *(Reference("place", place) for place in places)) == items


def test_a_place_counts_in_the_last_list_and_not_in_all_that_was_shown():
    assert points("第一款", Reference("place", 1), state=replace(SHOWN, last=("c",))) == ("c",)


@pytest.mark.parametrize("kind", ["place", "focus", "all"])
def test_before_anything_was_shown_nothing_is_pointed_at(kind):
    assert points("它", Reference(kind, 1), state=State()) == ()


# ── that one, all of them, both ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("focus", "items"), [((), ("a",)), (("c",), ("c",)), (("c", "b"), ("c",))])
def test_that_one_is_the_one_under_discussion_else_the_first(focus, items):
    assert points("它多重", Reference("focus"), state=replace(SHOWN, focus=focus)) == items


@pytest.mark.parametrize("text", ["它们", "all of them", "都有货吗"])
def test_all_are_all_of_the_last_list(text):
    assert points(text, Reference("all")) == ("a", "b", "c")


@pytest.mark.parametrize("text", ["这两款", "这两个哪个好", "both of them", "the first two", "these two"])
@pytest.mark.parametrize(("focus", "items"), [((), ("a", "b")), (("b", "c"), ("b", "c")), (("c",), ("a", "b"))])
def test_two_of_several_are_the_two_under_discussion_else_the_first_two(text, focus, items):
    assert points(text, Reference("all"), state=replace(SHOWN, focus=focus), intent="compare") == items


# ── by name ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("the Omega one", ("b",)),
        ("tell me about the sigma 700", ("c",)),
        ("Ｏｍｅｇａ 500 多重", ("b",)),
        ("商务的那款", ("b",)),
        ("Zeta 和 Omega 哪个好", ("a", "b")),
        ("omega or zeta?", ("a", "b")),
        ("500", ()),
        ("something else", ()),
    ],
)
def test_words_of_one_title_alone_point_at_it(text, items):
    assert points(text) == items


def test_words_that_every_title_has_point_at_none():
    assert points("which laptop is light") == ()
    assert points("笔记本电脑") == ()


def test_naming_everything_singles_out_nothing():
    assert points("zeta, omega, sigma") == ()


def test_an_item_may_be_named_that_was_never_shown():
    assert points("z 怎么样", Reference("item", item="z"), state=State()) == ("z",)
    assert points("z 和第二款", Reference("item", item="z"), Reference("place", 2)) == ("z", "b")


def test_a_comparison_joins_what_is_named_in_full_and_what_is_named_by_a_word():
    assert points("z 和 Omega 比", Reference("item", item="z"), intent="compare") == ("z", "b")
    assert points("z 和 Omega", Reference("item", item="z"), intent="details") == ("z",)


def test_a_place_beats_a_word_of_a_title():
    assert points("第一款比 Omega 轻吗", Reference("place", 1)) == ("a",)


@pytest.mark.parametrize(("brand", "items"), [(("Brio",), ("a",)), (("Norin",), ("b", "c")), (("Pax",), ())])
def test_a_brand_points_at_what_was_shown_of_it(brand, items):
    assert points("那个牌子的", constraints=Constraints(brand=brand)) == items


def test_a_place_beats_a_brand():
    assert points("第一款", Reference("place", 1), constraints=Constraints(brand=("Norin",))) == ("a",)


# ── by price ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "focus", "items"),
    [
        ("the cheaper one", (), ("a",)),
        ("the more expensive one", (), ("b",)),
        ("便宜的那个", (), ("a",)),
        ("贵的那款", (), ("b",)),
        ("the cheaper one", ("b", "c"), ("c",)),
        ("the pricier one", ("a", "c"), ("c",)),
        ("the cheaper one", ("b",), ("a",)),
        ("便宜点的", (), ()),
        ("something cheaper", (), ()),
    ],
)
def test_the_cheaper_one_is_the_cheapest_of_those_under_discussion(text, focus, items):
    assert points(text, state=replace(SHOWN, focus=focus)) == items


def test_of_one_item_none_is_the_cheaper_one():
    assert points("the cheaper one", state=replace(SHOWN, last=("b",))) == ()


def test_an_item_that_the_shop_no_longer_has_is_passed_over():
    assert points("the cheaper one", state=replace(SHOWN, last=("gone", "b", "c"))) == ("c",)
