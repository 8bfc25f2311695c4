"""Whose need it is: somebody else's, the shopper's own, or nobody said."""

import pytest

from chatbot.dialogue.recipients import for_other
from chatbot.dialogue.state import update
from chatbot.values import Slot, State
from tests.dialogue.making import said


def heard(text, recipient="", **parts):
    slots = (Slot("recipient", recipient, text.index(recipient), text.index(recipient) + len(recipient)),) if recipient else ()
    return said("recommend", text, slots=slots, **parts)


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("想给我妈买个手机", "我妈"), ("孩子上学用的书包", "孩子"), ("送女朋友的口红", ""), ("有什么适合当生日礼物的", ""), ("送给客户的，体面点", ""),
        ("headphones for my dad", "dad"), ("a toy for a 5 year old", "5 year old"), ("I need a birthday present", ""), ("any gift ideas?", ""), ("something for her", "her"),
    ],
)  # fmt: skip
def test_somebody_elses(text, recipient):
    assert for_other(heard(text, recipient)) is True


@pytest.mark.parametrize("text", ["给我自己买的", "自己用，不送人", "it's for me", "a treat for myself"])
def test_ones_own(text):
    assert for_other(heard(text)) is False


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("想买台笔记本", ""), ("能送货上门吗", ""), ("送到杭州要几天", ""), ("男士跑鞋", "男士"), ("适合新手的相机", "新手"), ("三口人用的电饭煲", "三口人"),
        ("running shoes for men", "men"), ("a tent for two people", "two people"), ("do you have gift cards", ""), ("a camera for beginners", "beginners"),
    ],
)  # fmt: skip
def test_nobody_said(text, recipient):
    assert for_other(heard(text, recipient)) is None


def test_it_lasts_as_long_as_the_need():
    def after(state, text, recipient=""):
        return update(state, heard(text, recipient), lambda _: None).state

    gift = after(State(), "送我妈的水杯", "我妈")
    assert gift.for_other
    assert update(gift, said("refine", "便宜点的", critiques=("cheaper",)), lambda _: None).state.for_other
    assert not update(gift, said("refine", "不送了，我自己用"), lambda _: None).state.for_other
    assert not after(State(), "想买台笔记本").for_other
