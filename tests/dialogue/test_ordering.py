"""A conversation about an order as tables: what concerns it, where it stands after a message, how it is left."""

import pytest

from chatbot.dialogue.order_grammar import hear
from chatbot.dialogue.ordering import concerns, dropped, picked, taken
from chatbot.order_values import Ordering

CANCELLING = Ordering(number="XM10000001", operation="cancel", awaits="confirm", key="k", version=3)


def at(awaits, operation="return", **parts):
    return Ordering(number="XM10000001", operation=operation, awaits=awaits, **parts)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (None, "where is my order?"), (None, "查订单XM48201736"), (None, "XM48201736"), (at("number"), "20391"), (at("proof"), "8842"), (at("proof"), "ann@mail.example"),
        (at("proof"), "my manager said it's fine"), (CANCELLING, "yes"), (CANCELLING, "no"), (CANCELLING, "just do it"), (at("refused"), "经理说可以的"), (at("sealed"), "没拆"),
        (at("sealed"), "是的"), (at("lines", choices=("red mug", "blue lamp")), "the lamp"), (at("lines", choices=("red mug", "blue lamp")), "都退"), (at("address", "address"), "18 Willow Lane, Qinghe"),
        (at("title", "invoice"), "个人"), (at("tax", "invoice"), "91330100MA2B0C1D2E"), (at("variant", "exchange", choices=("白色", "黑色")), "黑色的"), (at("variant", "exchange"), "size 43"),
        (at("done"), "yes"), (at("done"), "now return it"), (at("operation", None), "cancel it"), (at("confirm", "return"), "it's broken"),
    ],
)  # fmt: skip
def test_what_concerns_an_order(before, text):
    assert concerns(before, hear(text))


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (None, "yes"), (None, "8842"), (None, "cancel it"), (None, "my manager said so"), (None, "how do I return something?"), (CANCELLING, "show me desk lamps"), (CANCELLING, "how long is delivery?"),
        (CANCELLING, "what's the weather"), (at("proof"), "recommend me a mouse"), (at("number"), "a laptop please"), (at(""), "yes"), (at("refused"), "yes"), (at("declined"), "yes"),
        (at("lines", choices=("red mug", "blue lamp")), "thanks"), (at("address", "address"), "a lamp under 200"), (at("operation", None), "yes"),
    ],
)  # fmt: skip
def test_what_does_not(before, text):
    assert not concerns(before, hear(text))


def test_a_change_needs_a_clear_yes_to_what_was_read_back():
    assert taken(CANCELLING, hear("yes")).agreed
    assert taken(CANCELLING, hear("好的，取消吧")).agreed
    for text in ("no", "yes but not the lamp", "yes, return it", "just do it", "my manager agreed", "确认一下", "ann@mail.example"):
        assert not taken(CANCELLING, hear(text)).agreed, text
    for awaits in ("number", "proof", "operation", "lines", "sealed", "refused", "declined", ""):
        assert not taken(at(awaits), hear("yes")).agreed, awaits


def test_agreeing_lasts_for_one_message():
    agreed = taken(CANCELLING, hear("yes"))
    assert not taken(agreed, hear("查订单")).agreed


def test_a_no_drops_the_change_and_keeps_the_order():
    after = taken(CANCELLING, hear("no, leave it"))
    assert (after.number, after.awaits, after.key) == ("XM10000001", "declined", "")


def test_another_operation_begins_anew():
    after = taken(at("confirm", "return", lines=(1,), opened=True, key="k"), hear("cancel it instead"))
    assert after == Ordering(number="XM10000001", operation="cancel", said="cancel it instead")


def test_another_number_begins_anew_and_goes_on_with_the_operation_only_before_a_proof():
    assert taken(at("proof", "cancel"), hear("XM20000002")).operation == "cancel"
    after = taken(CANCELLING, hear("XM20000002"))
    assert (after.number, after.operation, after.key, after.agreed) == ("XM20000002", None, "", False)


def test_the_number_and_the_wish_may_come_in_one_message():
    after = taken(None, hear("exchange order XM42069583 for a bigger size"))
    assert (after.number, after.operation, after.details) == ("XM42069583", "exchange", {"size": "+"})


def test_no_proof_is_kept():
    for text in ("return order XM42069583, ann@mail.example", "退货 XM42069583 尾号8842", "8842", "ann@mail.example"):
        after = taken(at("proof"), hear(text))
        assert "ann@" not in repr(after) and "8842" not in repr(after)


@pytest.mark.parametrize(
    ("text", "opened"),
    [("yes", False), ("no", True), ("没拆", False), ("拆了", True), ("it's still sealed", False), ("不是，拆过了", True), ("hm", None)],
)
def test_whether_it_is_opened(text, opened):
    assert taken(at("sealed"), hear(text)).opened is opened


def test_the_same_yes_again_is_known():
    assert taken(at("done"), hear("yes")).awaits == "done_again"


def test_leaving_keeps_whose_order_it_was_and_nothing_else():
    assert dropped(CANCELLING) == Ordering(number="XM10000001")
    assert dropped(Ordering(operation="cancel", awaits="number")) is None
    assert dropped(None) is None


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the mug", (1,)), ("mug and lamp", (0, 1)), ("the first one", (0,)), ("the last", (2,)), ("all of them", (0, 1, 2)), ("both", (0, 1, 2)), ("第二件", (1,)), ("全部", (0, 1, 2)),
        ("本子", (2,)), ("笔记本", (2,)), ("thanks", ()), ("Station Road", ()),
    ],
)  # fmt: skip
def test_choosing(text, places):
    assert picked(text, ("Clamp Desk Lamp", "Stack Ceramic Mug", "桑纸布面笔记本本子")) == places


def test_nothing_is_chosen_from_nothing():
    assert picked("all", ()) == ()
