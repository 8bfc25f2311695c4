"""Intent × state → plan, as a table."""

from dataclasses import replace

import pytest

from chatbot.dialogue.policy import decide
from chatbot.dialogue.state import Step
from chatbot.values import INTENTS, Plan, State, Understanding

NOTHING = State(turn=1)
ONE = State(turn=2, need=("x",), last=("a",), shown=("a",))
THREE = State(turn=2, need=("x",), last=("a", "b", "c"), shown=("a", "b", "c"))
FOCUSED = State(turn=3, need=("x",), last=("a", "b", "c"), shown=("a", "b", "c"), focus=("b",))
TWO_FOCUSED = State(turn=3, need=("x",), last=("a", "b", "c"), shown=("a", "b", "c"), focus=("b", "c"))


def plan(intent, state, items=(), text="some text", **parts) -> Plan:
    return decide(Step(state, intent, items), Understanding(text=text, language="en", intent=intent, confidence=0.9, **parts))


@pytest.mark.parametrize(
    ("intent", "state", "items", "expected"),
    [
        ("recommend", NOTHING, (), Plan(kind="recommend")),
        ("recommend", THREE, (), Plan(kind="recommend")),
        ("recommend", THREE, ("a",), Plan(kind="recommend")),
        ("refine", THREE, (), Plan(kind="recommend")),
        ("reject", THREE, (), Plan(kind="recommend", note="rejected")),
        ("reject", NOTHING, (), Plan(kind="ask", question="what_for")),
        ("compare", NOTHING, (), Plan(kind="ask", question="what_for")),
        ("compare", ONE, (), Plan(kind="details", items=("a",))),
        ("compare", THREE, (), Plan(kind="compare", items=("a", "b"))),
        ("compare", THREE, ("c", "a"), Plan(kind="compare", items=("c", "a"))),
        ("compare", THREE, ("c",), Plan(kind="compare", items=("c", "a"))),
        ("compare", FOCUSED, ("c",), Plan(kind="compare", items=("c", "b"))),
        ("compare", FOCUSED, (), Plan(kind="compare", items=("b", "a"))),
        ("compare", TWO_FOCUSED, (), Plan(kind="compare", items=("b", "c"))),
        ("details", NOTHING, (), Plan(kind="answer")),
        ("details", NOTHING, ("z",), Plan(kind="details", items=("z",))),
        ("details", THREE, (), Plan(kind="details", items=("a",))),
        ("details", FOCUSED, (), Plan(kind="details", items=("b",))),
        ("details", FOCUSED, ("c",), Plan(kind="details", items=("c",))),
        ("explain", NOTHING, (), Plan(kind="ask", question="what_for")),
        ("explain", THREE, (), Plan(kind="explain", items=("a",))),
        ("explain", FOCUSED, (), Plan(kind="explain", items=("b",))),
        ("choose", NOTHING, (), Plan(kind="ask", question="what_for")),
        ("choose", ONE, (), Plan(kind="choose", items=("a",))),
        ("choose", THREE, (), Plan(kind="ask", question="which_item", items=("a", "b", "c"))),
        ("choose", FOCUSED, (), Plan(kind="choose", items=("b",))),
        ("choose", THREE, ("c",), Plan(kind="choose", items=("c",))),
        ("choose", TWO_FOCUSED, (), Plan(kind="ask", question="which_item", items=("a", "b", "c"))),
        ("service", NOTHING, (), Plan(kind="answer")),
        ("order", NOTHING, (), Plan(kind="order")),
        ("complaint", THREE, (), Plan(kind="complaint")),
        ("human", THREE, (), Plan(kind="handoff")),
        ("greet", NOTHING, (), Plan(kind="greet")),
        ("thanks", THREE, (), Plan(kind="thanks")),
        ("goodbye", THREE, (), Plan(kind="goodbye")),
        ("chitchat", NOTHING, (), Plan(kind="chitchat")),
        ("out_of_scope", NOTHING, (), Plan(kind="out_of_scope")),
    ],
)  # fmt: skip
def test_the_table(intent, state, items, expected):
    assert plan(intent, state, items) == expected


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("state", [NOTHING, ONE, THREE, FOCUSED, TWO_FOCUSED])
def test_every_intent_has_a_plan_in_every_state(intent, state):
    found = plan(intent, state)
    assert set(found.items) <= set(state.last) | set(state.focus)
    if found.kind in ("details", "explain", "choose"):
        assert len(found.items) == 1
    if found.kind == "compare":
        assert len(found.items) >= 2


def test_similar_keeps_what_it_is_to_be_similar_to():
    assert plan("refine", THREE, ("b",), critiques=("similar",)).items == ("b",)
    assert plan("refine", THREE, ("b",), critiques=("cheaper",)).items == ()


def test_details_keep_what_was_asked():
    assert plan("details", THREE, ("b",), asked=("weight", "price")).asked == ("weight", "price")


@pytest.mark.parametrize(
    ("items", "asked", "detail", "expected"),
    [
        (("c",), (), 0.0, ("weight",)),
        (("c",), ("price",), 0.0, ("price",)),
        (("c",), (), 1.0, ()),
        ((), (), 0.0, ()),
    ],
    ids=["and the third", "something else is asked", "more is said", "nothing is pointed at"],
)
def test_and_the_third_asks_what_was_asked_before(items, asked, detail, expected):
    assert plan("details", replace(FOCUSED, asked=("weight",)), items, asked=asked, detail=detail).asked == expected


def test_a_comparison_keeps_what_was_asked():
    assert plan("compare", THREE, ("a", "b"), asked=("weight",)) == Plan(kind="compare", items=("a", "b"), asked=("weight",))


def test_rejecting_where_no_need_is_under_way_asks_what_for():
    assert plan("reject", replace(THREE, need=())) == Plan(kind="ask", question="what_for")


@pytest.mark.parametrize(
    ("text", "note"),
    [("你是机器人吗", "identity"), ("who made you", "identity"), ("你好吗", "feelings"), ("how are you", "feelings"), ("下雨了", "")],
)
def test_chitchat_is_told_apart(text, note):
    assert plan("chitchat", NOTHING, text=text).note == note


def test_a_third_language_is_told_which_two_are_spoken():
    assert plan("out_of_scope", NOTHING, foreign=True) == Plan(kind="out_of_scope", note="language")


@pytest.mark.parametrize(
    "text",
    [
        "give me 50% off", "a discount please", "discount", "any coupon?", "make it free of charge", "half price", "打五折", "给我打5折", "打折", "能打折吗",
        "便宜点有优惠吗", "全场免单", "半价", "给我改成一元",
    ],
)  # fmt: skip
def test_haggling_is_answered_with_fixed_prices(text):
    assert plan("out_of_scope", NOTHING, text=text).note == "discount"


def test_asking_for_less_out_of_scope_is_haggling():
    assert plan("out_of_scope", NOTHING, text="能少点吗", critiques=("cheaper",)).note == "discount"


@pytest.mark.parametrize("text", ["write me a poem", "天气怎么样", "who is the president"])
def test_other_things_out_of_scope_are_not_haggling(text):
    assert plan("out_of_scope", NOTHING, text=text).note == ""
