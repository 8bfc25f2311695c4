"""Whose need it is: somebody else's, the shopper's own, or nobody said."""

import pytest

from chatbot.understanding.recipients import for_whom
from chatbot.values import Slot


def whose(text, recipient):
    start = text.index(recipient)
    return for_whom(text, (Slot("recipient", recipient, start, start + len(recipient)),) if recipient else ())


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("想给我妈买个手机", "我妈"), ("孩子上学用的书包", "孩子"), ("送女朋友的口红", ""), ("有什么适合当生日礼物的", ""), ("送给客户的，体面点", ""),
        ("headphones for my dad", "dad"), ("a toy for a 5 year old", "5 year old"), ("I need a birthday present", ""), ("any gift ideas?", ""), ("something for her", "her"),
    ],
)  # fmt: skip
def test_somebody_elses(text, recipient):
    assert whose(text, recipient) is True


@pytest.mark.parametrize("text", ["给我自己买的", "自己用，不送人", "it's for me", "a treat for myself"])
def test_ones_own(text):
    assert for_whom(text) is False


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("想买台笔记本", ""), ("能送货上门吗", ""), ("送到杭州要几天", ""), ("男士跑鞋", "男士"), ("适合新手的相机", "新手"), ("三口人用的电饭煲", "三口人"),
        ("running shoes for men", "men"), ("a tent for two people", "two people"), ("do you have gift cards", ""), ("a camera for beginners", "beginners"),
    ],
)  # fmt: skip
def test_nobody_said(text, recipient):
    assert whose(text, recipient) is None


@pytest.mark.parametrize(
    "text",
    [
        "给我妈买个手机", "送女朋友的口红", "headphones for my dad", "a gift for my girlfriend", "生日礼物", "给孩子买的推车", "买给爸妈", "送人的", "给老人用的手机", "打算送领导",
        "for my nephew's birthday", "something for a friend", "for my 7 year old son",
    ],
)  # fmt: skip
def test_for_somebody_else(text):
    assert for_whom(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "送货上门吗",
        "能送到北京吗",
        "do you have gift cards",
        "can you gift-wrap it",
        "自己用",
        "给我推荐个手机",
        "帮我看看",
        "给我个链接",
        "for work",
        "a kettle for me",
        "买给我自己的",
    ],
)
def test_for_nobody_else(text):
    assert for_whom(text) is not True


@pytest.mark.parametrize("text", ["自己用", "我自己也要买双跑鞋", "this one is for me", "for myself"])
def test_for_oneself(text):
    assert for_whom(text) is False
