"""Lighter, a bigger screen, another brand: what they mean of the items that were shown; several needs that take turns."""

from dataclasses import replace

import pytest

from chatbot.dialogue.needs import shared_constraints
from chatbot.dialogue.policy import decide
from chatbot.dialogue.state import Step, update
from chatbot.values import Bound, Comparative, Constraints, Need, Reference, State, Understanding
from tests.dialogue.making import an_item, said

ITEMS = {
    "a": replace(an_item("a", 1000.0, "Zeta 300", brand="Pax"), attributes={"weight": ("1.2 kg",), "memory": ("16 GB",)}),
    "b": replace(an_item("b", 2000.0, "Omega 500", brand="Norin"), attributes={"weight": ("980 g",)}),
    "c": replace(an_item("c", 3000.0, "Sigma 700"), attributes={"color": ("black",)}),
    "m": replace(an_item("m", 50.0, "Acorn Mouse"), category=("Computers", "Mice"), attributes={"weight": ("80 g",)}),
}
SHOWN = State(
    turn=1, language="zh", need=("笔记本",), constraints=Constraints(category="Laptops", price_max=5000), shown=("a", "b", "c"), last=("a", "b", "c")
)
LIGHTER = Comparative(("weight",), -1, name="weight")


def step(state: State, understanding: Understanding) -> Step:
    return update(state, understanding, ITEMS.get)


def refined(state: State, *comparatives: Comparative, **parts) -> Step:
    return step(state, said("refine", "轻一点的", comparatives=comparatives, detail=0.0, topics=(), **parts))


# ── by a figure ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("comparative", "references", "bound"),
    [
        (LIGHTER, (), Bound("weight", -1, "980 g")),  # lighter than the lightest of them, whatever the unit
        (replace(LIGHTER, sign=1), (), Bound("weight", 1, "1.2 kg")),
        (LIGHTER, (Reference("place", 1),), Bound("weight", -1, "1.2 kg")),
        (Comparative(("screen", "memory"), 1), (), Bound("memory", 1, "16 GB")),  # the first attribute that an item has
        (replace(LIGHTER, past=False), (), Bound("weight", -1)),
    ],
)
def test_a_comparison_is_with_what_is_under_discussion(comparative, references, bound):
    found = refined(SHOWN, comparative, references=references)
    assert (found.state.bounds, found.unmeasured) == ((bound,), ())


def test_the_item_under_discussion_comes_before_the_list():
    assert refined(replace(SHOWN, focus=("a",)), LIGHTER).state.bounds == (Bound("weight", -1, "1.2 kg"),)


def test_what_no_shown_item_has_is_told_and_ranked_by():
    found = refined(SHOWN, Comparative(("noise", "sleep noise"), -1, name="noise"))
    assert found.unmeasured == ("noise",)
    assert found.state.bounds == (Bound("noise|sleep noise", -1),)


def test_bigger_of_what_has_no_size_sets_nothing():
    found = refined(SHOWN, Comparative(("screen", "capacity"), 1))
    assert (found.state.bounds, found.unmeasured) == ((), ())


def test_the_newest_bound_of_an_attribute_counts_and_others_stay():
    before = replace(SHOWN, last=("a",), bounds=(Bound("weight", -1, "2 kg"), Bound("memory", 1, "8 GB")))
    assert refined(before, LIGHTER).state.bounds == (Bound("memory", 1, "8 GB"), Bound("weight", -1, "1.2 kg"))


STUCK = replace(SHOWN, last=("a",), bounds=(Bound("memory", 1, "8 GB"), Bound("weight", -1, "1.2 kg")), below=1000.0)
"""Nothing lighter and cheaper than the first was found, so that is still the last list."""


def test_a_critique_that_led_nowhere_is_not_held_against_the_next_wish():
    found = step(STUCK, said("refine", "黑色的", constraints=Constraints(attributes={"color": ("black",)}), topics=())).state
    assert (found.bounds, found.below) == ((Bound("memory", 1, "8 GB"),), None)


def test_it_stands_where_the_shopper_gives_way_elsewhere():
    found = step(STUCK, said("refine", "那八千以内吧", constraints=Constraints(price_max=8000), topics=())).state
    assert found.bounds == STUCK.bounds


def test_smaller_of_things_of_several_kinds_means_nothing():
    mixed = replace(SHOWN, constraints=Constraints(), last=("a", "m"))
    assert refined(mixed, Comparative(("weight",), -1)).state.bounds == ()


def test_more_memory_gives_up_the_memory_asked_for_and_a_figure_gives_up_the_bound():
    before = replace(SHOWN, constraints=Constraints(category="Laptops", attributes={"memory": ("16 GB",)}))
    found = refined(before, Comparative(("memory",), 1, name="memory"))
    assert (found.state.constraints.attributes, found.state.bounds) == ({}, (Bound("memory", 1, "16 GB"),))
    after = step(found.state, said("refine", "32 GB", constraints=Constraints(attributes={"memory": ("32 GB",)}), topics=())).state
    assert (after.constraints.attributes, after.bounds) == ({"memory": ("32 GB",)}, ())


def test_a_first_message_ranks_by_what_it_compares():
    found = step(
        State(), said("recommend", "最轻的笔记本", constraints=Constraints(category="Laptops"), comparatives=(replace(LIGHTER, past=False),))
    )
    assert found.state.bounds == (Bound("weight", -1),)


def test_another_kind_forgets_the_bounds_and_is_compared_with_nothing_shown():
    before = replace(SHOWN, bounds=(Bound("weight", -1, "2 kg"),))
    found = step(before, said("refine", "那平板呢，便宜点", constraints=Constraints(category="Tablets"), critiques=("cheaper",))).state
    assert (found.bounds, found.below) == ((), None)


# ── another brand ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "references", "gone"),
    [
        (SHOWN, (), ("Pax", "Norin", "Brio")),
        (SHOWN, (Reference("place", 2),), ("Norin",)),
        (replace(SHOWN, focus=("a",)), (), ("Pax",)),
        (replace(SHOWN, constraints=Constraints(category="Laptops", brand=("Pax",))), (), ("Pax",)),
    ],
)
def test_another_brand_rules_out_those_under_discussion(state, references, gone):
    found = step(state, said("refine", "换个牌子", critiques=("another",), references=references, topics=(), detail=0.0))
    assert (found.state.constraints.brand, found.state.constraints.not_brand, found.ruled_out) == ((), gone, gone)


def test_any_other_brand_will_do_rules_out_none():
    found = step(SHOWN, said("refine", "别的牌子也行", critiques=("another",), lifted=("brand", "not_brand"), topics=()))
    assert (found.state.constraints.not_brand, found.ruled_out) == ((), ())


# ── several needs, and for whom ───────────────────────────────────────────────────────────────────────────────────────

LAPTOP = Need(texts=("a laptop",), constraints=Constraints(category="Laptops", price_max=5000), shown=("a", "b"))
BOTH = State(turn=1, language="en", need=("a mouse",), constraints=Constraints(category="Mice"), shown=("m",), last=("a", "b", "m"), beside=(LAPTOP,))


def test_two_needs_begin_together_and_the_last_is_talked_about():
    message = said("refine", "a laptop and a mouse", part="a mouse", constraints=Constraints(category="Mice"), beside=(LAPTOP,))
    found = step(SHOWN, message).state
    assert (found.need, found.constraints, found.beside, found.last) == (("a mouse",), Constraints(category="Mice"), (LAPTOP,), ())


def test_what_is_shown_of_two_needs_is_what_both_ask_for():
    both = replace(BOTH, constraints=Constraints(category="Mice", price_max=5000, brand=("Pax",)))
    brings = said("recommend", beside=(LAPTOP,))
    assert shared_constraints(both, brings) == Constraints(price_max=5000)
    assert shared_constraints(both, said("refine")) == both.constraints


def test_a_critique_is_of_the_need_talked_about():
    found = refined(BOTH, LIGHTER, critiques=("cheaper",)).state
    assert (found.below, found.bounds) == (50.0, (Bound("weight", -1, "80 g"),))


def test_naming_the_other_need_turns_to_it_with_all_it_had():
    found = step(BOTH, said("recommend", "and the laptop?", constraints=Constraints(category="Laptops"))).state
    assert (found.constraints, found.shown) == (LAPTOP.constraints, ("a", "b"))
    assert [need.constraints for need in found.beside] == [Constraints(category="Mice")]


def test_talk_about_an_item_of_the_other_need_turns_to_it():
    found = refined(replace(BOTH, focus=("a",)), LIGHTER).state
    assert (found.constraints.category, found.bounds) == ("Laptops", (Bound("weight", -1, "1.2 kg"),))


def test_two_needs_of_one_kind_are_told_apart_by_what_they_say():
    def of(kind: str) -> Constraints:
        return Constraints(category="Keyboards & Mice", attributes={"type": (kind,)})

    before = replace(BOTH, constraints=of("mouse"), beside=(Need(texts=("键盘",), constraints=of("keyboard")),))
    turned = step(before, said("refine", "那键盘呢", constraints=of("keyboard"))).state
    assert turned.constraints == of("keyboard")
    assert step(before, said("refine", "鼠标呢", constraints=of("mouse"))).state.constraints == of("mouse")


def test_a_new_need_of_ones_own_is_no_gift_any_more():
    gift = step(State(), said("recommend", "送女朋友的口红", constraints=Constraints(category="Lipsticks"), for_other=True)).state
    assert gift.for_other
    assert refined(gift).state.for_other
    assert not step(gift, said("recommend", "跑鞋", constraints=Constraints(category="Shoes"))).state.for_other
    assert not step(gift, said("refine", "我自己用", for_other=False, topics=())).state.for_other


# ── haggling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "能打折吗",
        "给打个折呗",
        "能不能少一点",
        "抹个零吧",
        "can you do a discount?",
        "could you knock something off",
        "is that negotiable?",
        "这个能便宜点不，老板",
        "最低多少钱能卖",
        "can you go any lower on the first one?",
    ],
)
def test_prices_are_not_talked_down(text):
    found = step(SHOWN, said("service", text, topics=(), answerable=0.95))
    assert (found.intent, decide(found, said("service", text)).note) == ("out_of_scope", "discount")


@pytest.mark.parametrize("text", ["学生能打折吗", "会员能打几折", "打折的能退吗", "do you do a student discount?", "生日有优惠吗"])
def test_questions_about_written_discounts_go_to_the_documents(text):
    assert step(SHOWN, said("service", text, topics=())).intent == "service"
