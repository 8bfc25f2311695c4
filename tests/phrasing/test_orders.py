"""The wording of orders: every step and every refusal in both languages, whole, and with nothing of the other language."""

from typing import get_args

import pytest

from chatbot.order_values import CHANGES, OPERATIONS, ORDER_STATES, Refusal
from chatbot.phrasing import en, en_orders, zh, zh_orders
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.order_brief import OrderSay, OrderTalk
from chatbot.text import is_han
from tests.orders import NOW

ITEMS = {"en": (("Brio Kettle", 1), ("Steel Flask", 2)), "zh": (("布里欧电水壶", 1), ("保温杯", 2))}


def said(language, say, **parts):
    items = ITEMS[language]
    whole = {
        "number": "XM10000001", "state": "paid", "items": items, "chosen": items, "paid": 328.0, "refund": 318.0, "paid_with": "wechat", "days": 3, "carrier": "QN", "tracking": "QN1",
        "dates": {"placed": NOW, "shipped": NOW, "delivered": NOW}, "wish": "红色" if language == "zh" else "red", "email": "a***@…", "choices": ("红色", "白色") if language == "zh" else ("red", "white"),
    }  # fmt: skip
    talk = OrderTalk(say=say, **{**whole, **parts})
    brief = Brief(
        kind="order",
        language=language,
        message="x",
        shop="x",
        currency="CNY",
        order=talk,
        answer="签收后再说。" if language == "zh" else "After delivery.",
        contact={"phone": "400"},
    )
    return " ".join(one.text for one in (zh if language == "zh" else en).sentences(brief))


def whole(text, language):
    assert text
    assert "{" not in text and "None" not in text and "  " not in text
    assert text.rstrip()[-1] in "。？.?"
    assert any(map(is_han, text)) == (language == "zh"), text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("say", get_args(OrderSay))
@pytest.mark.parametrize("operation", CHANGES)
def test_every_step_of_every_change(language, say, operation):
    whole(said(language, say, operation=operation, reason="cancelled"), language)
    whole(
        said(language, say, operation=operation, reason="cancelled", fee=10.0, kept_shipping=8.0, insisted=True, anew=True, sizes=("36", "37")),
        language,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reason", [one for one in get_args(Refusal) if one])
@pytest.mark.parametrize("operation", CHANGES)
def test_every_refusal(language, reason, operation):
    title = ITEMS[language][0][0]
    for insisted in (False, True):
        whole(said(language, "refused", operation=operation, reason=reason, left_out=((title, reason),), insisted=insisted), language)
    whole(said(language, "read_back", operation=operation, left_out=((title, reason),)), language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", ORDER_STATES)
def test_every_state_is_told(language, state):
    for say in ("status", "track"):
        whole(said(language, say, state=state), language)
        whole(said(language, say, state=state, out_for_delivery=True, tracking=""), language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("operation", [None, *OPERATIONS])
def test_every_wish_is_met_with_a_question_for_the_number(language, operation):
    for say in ("ask_number", "invite"):
        whole(said(language, say, operation=operation), language)


def test_both_languages_have_the_same_chips():
    assert zh_orders.CHIPS.keys() == en_orders.CHIPS.keys()


@pytest.mark.parametrize("chips", [zh_orders.CHIPS, en_orders.CHIPS])
def test_a_chip_is_understood_where_it_is_offered(chips):
    from chatbot.dialogue.order_grammar import hear

    assert hear(chips["yes"]).answer == "yes"
    assert hear(chips["no"]).answer == "no"
    assert hear(chips["sealed"]).sealed is True
    assert hear(chips["opened"]).sealed is False
    assert hear(chips["personal"]).personal
    for operation in ("track", *CHANGES):
        assert hear(chips[operation]).operation == operation
