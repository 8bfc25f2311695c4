"""State + Understanding → State, as tables: what begins a need, what changes it, what is pointed at."""

from dataclasses import replace

import pytest

from chatbot.dialogue.state import LONGEST_NEED, Step, update
from chatbot.values import Constraints, Item, Localised, Reference, State, Understanding


def _item(identifier: str, price: float, title: str) -> Item:
    text = Localised(title=title, description="", brand="Brio", category=("Computers", "Laptops"), attributes={})
    return Item(
        id=identifier, title=title, description="", brand="Brio", category=("Computers", "Laptops"), price=price, list_price=None, stock=1, rating=None, rating_count=0,
        attributes={}, url="", image="", added="", texts={"": text},
    )  # fmt: skip


ITEMS = {"a": _item("a", 1000.0, "Zeta 300"), "b": _item("b", 2000.0, "Omega 500"), "c": _item("c", 3000.0, "Sigma 700")}
SHOWN = State(
    turn=1,
    language="zh",
    need=("我想买笔记本",),
    constraints=Constraints(category="Laptops", price_max=5000),
    shown=("a", "b", "c"),
    last=("a", "b", "c"),
)


def said(intent, text="some words of a message", **parts) -> Understanding:
    parts.setdefault("topics", (parts["constraints"].category,) if parts.get("constraints") and parts["constraints"].category else ())
    parts.setdefault("confidence", 0.9)
    return Understanding(text=text, language=parts.pop("language", "zh"), intent=intent, **parts)


def step(state: State, understanding: Understanding) -> Step:
    return update(state, understanding, ITEMS.get)


# ── needs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_need_is_kept_with_its_constraints():
    found = step(State(), said("recommend", "笔记本五千以内", constraints=Constraints(category="Laptops", price_max=5000))).state
    assert (found.turn, found.language, found.need) == (1, "zh", ("笔记本五千以内",))
    assert found.constraints == Constraints(category="Laptops", price_max=5000)


def test_another_kind_of_thing_is_a_new_need():
    found = step(SHOWN, said("recommend", "想买个水壶", constraints=Constraints(category="Kettles"))).state
    assert found.need == ("想买个水壶",)
    assert found.constraints == Constraints(category="Kettles")
    assert (found.shown, found.last, found.focus) == ((), (), ())


def test_a_new_need_forgets_the_bounds_of_before_but_not_what_was_rejected():
    before = replace(SHOWN, below=900.0, rejected=("a",), chosen=("b",))
    found = step(before, said("recommend", "想买个水壶", constraints=Constraints(category="Kettles"))).state
    assert (found.below, found.above) == (None, None)
    assert (found.rejected, found.chosen) == (("a",), ("b",))


def test_the_same_kind_again_goes_on_with_the_need():
    found = step(SHOWN, said("recommend", "笔记本要轻的", constraints=Constraints(category="Laptops", attributes={"color": ("black",)}))).state
    assert found.need == ("我想买笔记本", "笔记本要轻的")
    assert found.constraints == Constraints(category="Laptops", price_max=5000, attributes={"color": ("black",)})
    assert found.shown == SHOWN.shown


def test_refining_before_anything_was_said_is_a_need():
    found = step(State(), said("refine", "便宜点的", critiques=("cheaper",)))
    assert found.intent == "recommend"
    assert found.state.need == ("便宜点的",)


def test_a_bare_price_goes_on_with_the_need():
    found = step(SHOWN, said("recommend", "3000以内", constraints=Constraints(price_max=3000), topics=(), detail=0.0))
    assert found.intent == "refine"
    assert found.state.constraints == Constraints(category="Laptops", price_max=3000)
    assert found.state.need == SHOWN.need


def test_a_long_need_keeps_its_first_message_and_the_newest():
    state = SHOWN
    for number in range(20):
        state = step(state, said("refine", f"还要加上第{number}个条件", detail=1.0)).state
    assert len(state.need) == LONGEST_NEED
    assert state.need[0] == "我想买笔记本"
    assert state.need[-1] == "还要加上第19个条件"


@pytest.mark.parametrize("intent", ["service", "order", "complaint", "human", "greet", "thanks", "goodbye", "chitchat", "out_of_scope"])
def test_what_is_beside_the_need_leaves_it_alone(intent):
    found = step(SHOWN, said(intent, "能退货吗"))
    assert found.intent == intent
    assert replace(found.state, turn=1) == SHOWN


# ── merging ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OLD = Constraints(
    category="Laptops", price_min=1000, price_max=5000, brand=("Norin", "Pax"), not_brand=("Brio",), attributes={"color": ("black",), "memory": ("16 GB",)},
    not_attributes={"touchscreen": ("yes",)}, in_stock=True, rating_min=4.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("said_now", "expected"),
    [
        (Constraints(), {}),
        (Constraints(price_max=3000), {"price_max": 3000}),
        (Constraints(price_min=2000), {"price_min": 2000}),
        (Constraints(brand=("Pax",)), {"brand": ("Pax",)}),
        (Constraints(not_brand=("Pax",)), {"brand": ("Norin",), "not_brand": ("Brio", "Pax")}),
        (Constraints(brand=("Brio",)), {"brand": ("Brio",), "not_brand": ()}),
        (Constraints(attributes={"color": ("white",)}), {"attributes": {"color": ("white",), "memory": ("16 GB",)}}),
        (Constraints(not_attributes={"color": ("black",)}), {"attributes": {"memory": ("16 GB",)}, "not_attributes": {"touchscreen": ("yes",), "color": ("black",)}}),
        (Constraints(attributes={"touchscreen": ("yes",)}), {"attributes": dict(OLD.attributes) | {"touchscreen": ("yes",)}, "not_attributes": {}}),
        (Constraints(rating_min=4.5), {"rating_min": 4.5}),
        (Constraints(in_stock=True), {"in_stock": True}),
    ],
)  # fmt: skip
def test_the_newer_constraint_wins_and_the_others_stay(said_now, expected):
    found = step(replace(SHOWN, constraints=OLD), said("refine", constraints=said_now, topics=()))
    assert found.state.constraints == replace(OLD, **expected)
    assert found.changed == ()


@pytest.mark.parametrize(
    ("old", "new", "expected", "changed"),
    [
        (Constraints(price_max=3000), Constraints(price_min=5000), Constraints(price_min=5000), ("price_max",)),
        (Constraints(price_min=5000), Constraints(price_max=3000), Constraints(price_max=3000), ("price_min",)),
        (Constraints(price_min=1000, price_max=2000), Constraints(price_min=3000, price_max=4000), Constraints(price_min=3000, price_max=4000), ()),
    ],
)
def test_prices_that_cannot_both_hold_give_way_to_the_newer_and_it_is_told(old, new, expected, changed):
    found = step(replace(SHOWN, constraints=old), said("refine", constraints=new, topics=()))
    assert found.state.constraints == expected
    assert found.changed == changed


@pytest.mark.parametrize(
    ("lifted", "gone"),
    [
        (("price_min", "price_max"), {"price_min": None, "price_max": None}),
        (("brand", "not_brand"), {"brand": (), "not_brand": ()}),
        (("color",), {"attributes": {"memory": ("16 GB",)}}),
    ],
)
def test_lifted_constraints_are_gone(lifted, gone):
    found = step(replace(SHOWN, constraints=OLD), said("refine", lifted=lifted, topics=()))
    assert found.state.constraints == replace(OLD, **gone)


def test_lifting_the_price_lifts_cheaper_too():
    found = step(replace(SHOWN, below=1000.0), said("refine", lifted=("price_min", "price_max"), topics=()))
    assert (found.state.below, found.state.above) == (None, None)


def test_switching_the_category_keeps_the_budget_and_drops_what_belongs_to_the_other_kind():
    before = replace(SHOWN, constraints=OLD)
    found = step(before, said("refine", "那平板呢", constraints=Constraints(category="Tablets"))).state
    assert found.constraints.category == "Tablets"
    assert (found.constraints.price_min, found.constraints.price_max, found.constraints.rating_min) == (1000, 5000, 4.0)
    assert (found.constraints.brand, found.constraints.attributes, found.constraints.not_attributes) == ((), {}, {})
    assert found.shown == ()


# ── cheaper and dearer ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("critiques", "references", "below", "above"),
    [
        (("cheaper",), (), 1000, None),
        (("dearer",), (), None, 3000),
        (("cheaper",), (Reference("place", 2),), 2000, None),
        (("dearer",), (Reference("place", 1),), None, 1000),
        (("cheaper",), (Reference("place", -1),), 3000, None),
        (("more",), (), None, None),
    ],
)
def test_cheaper_lies_below_what_is_meant_and_dearer_above(critiques, references, below, above):
    found = step(SHOWN, said("refine", critiques=critiques, references=references, detail=0.0)).state
    assert (found.below, found.above) == (below, above)


def test_cheaper_again_goes_further_down():
    state = step(SHOWN, said("refine", critiques=("cheaper",), detail=0.0)).state
    state = replace(state, last=("x",))
    assert step(state, said("refine", critiques=("more",), detail=0.0)).state.below == 1000
    state = replace(state, last=("b",))
    assert step(state, said("refine", critiques=("cheaper",), detail=0.0)).state.below == 2000


def test_a_price_said_with_cheaper_is_the_bound():
    found = step(SHOWN, said("refine", "便宜点，800以内", critiques=("cheaper",), constraints=Constraints(price_max=800), topics=())).state
    assert (found.below, found.constraints.price_max) == (None, 800)


def test_dearer_takes_back_cheaper():
    state = step(SHOWN, said("refine", critiques=("cheaper",), detail=0.0)).state
    state = step(state, said("refine", critiques=("dearer",), detail=0.0)).state
    assert (state.below, state.above) == (None, 3000)


# ── references ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("references", "focus", "items"),
    [
        ((Reference("place", 1),), (), ("a",)),
        ((Reference("place", 3),), (), ("c",)),
        ((Reference("place", -1),), (), ("c",)),
        ((Reference("place", -3),), (), ("a",)),
        ((Reference("place", 4),), (), ()),
        ((Reference("place", -4),), (), ()),
        ((Reference("place", 3), Reference("place", 1)), (), ("c", "a")),
        ((Reference("place", 2), Reference("place", 2)), (), ("b",)),
        ((Reference("focus"),), (), ("a",)),
        ((Reference("focus"),), ("c",), ("c",)),
        ((Reference("all"),), (), ("a", "b", "c")),
        ((Reference("item", item="z"),), (), ("z",)),
        ((Reference("item", item="z"), Reference("place", 2)), (), ("z", "b")),
        ((), (), ()),
    ],
)
def test_references_resolve_to_what_was_shown(references, focus, items):
    found = step(replace(SHOWN, focus=focus), said("details", references=references))
    assert found.items == items


def test_references_before_anything_was_shown_point_at_nothing():
    for kind in ("place", "focus", "all"):
        assert step(State(), said("details", references=(Reference(kind, 1),))).items == ()


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("the Omega one", ("b",)), ("tell me about the Sigma 700", ("c",)), ("Zeta 和 Omega 哪个好", ("a", "b")), ("the cheaper one", ("a",)), ("the more expensive one", ("c",)),
        ("便宜的那个", ("a",)), ("something else", ()),
    ],
)  # fmt: skip
def test_words_point_at_what_was_shown(text, items):
    assert step(SHOWN, said("details", text)).items == items


@pytest.mark.parametrize(
    ("text", "focus", "items"),
    [("这两款", (), ("a", "b")), ("both of them", (), ("a", "b")), ("这两款", ("b", "c"), ("b", "c")), ("它们", (), ("a", "b", "c"))],
)
def test_two_of_several_are_those_under_discussion_or_the_first(text, focus, items):
    assert step(replace(SHOWN, focus=focus), said("compare", text, references=(Reference("all"),))).items == items


# ── rejecting, agreeing ───────────────────────────────────────────────────────────────────────────────────────────────


def test_rejecting_one_rules_that_one_out():
    found = step(SHOWN, said("reject", references=(Reference("place", 2),))).state
    assert found.rejected == ("b",)


def test_rejecting_without_pointing_rules_out_what_was_shown_last():
    found = step(replace(SHOWN, rejected=("x", "a")), said("reject")).state
    assert found.rejected == ("x", "a", "b", "c")


def test_rejecting_as_too_dear_goes_down_in_price():
    found = step(SHOWN, said("reject", "都太贵了", critiques=("cheaper",), detail=0.0)).state
    assert found.below == 1000


@pytest.mark.parametrize("text", ["好", "好的", "行", "可以", "要", "嗯", "yes", "Yes please", "ok", "sure", "麻烦您了", "转吧"])
def test_agreeing_to_the_offer_of_a_person_is_asking_for_one(text):
    assert step(replace(SHOWN, offered_human=True), said("chitchat", text)).intent == "human"
    assert step(SHOWN, said("chitchat", text)).intent == "chitchat"


@pytest.mark.parametrize("text", ["不用了", "no", "好看吗", "要是便宜点呢"])
def test_other_answers_are_no_agreement(text):
    assert step(replace(SHOWN, offered_human=True), said("chitchat", text)).intent == "chitchat"


def test_an_offer_holds_for_one_turn():
    state = step(replace(SHOWN, offered_human=True), said("service", "能退货吗")).state
    assert not state.offered_human


# ── invariants ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("intent", ["recommend", "refine", "compare", "details", "explain", "choose", "reject", "service", "greet", "out_of_scope"])
def test_every_message_is_one_turn_and_changes_nothing_in_place(intent):
    before = replace(SHOWN)
    found = step(SHOWN, said(intent, language="en"))
    assert found.state.turn == SHOWN.turn + 1
    assert found.state.language == "en"
    assert before == SHOWN


@pytest.mark.parametrize("intent", ["out_of_scope", "greet", "thanks", "goodbye"])
def test_a_foreign_message_leaves_the_need(intent):
    found = step(SHOWN, said(intent, "bonjour", foreign=True, constraints=Constraints()))
    assert found.state.constraints == SHOWN.constraints
