"""Several needs in one message are told apart; what only sounds like several is one."""

import pytest

from chatbot.understanding.grammar import find
from chatbot.understanding.needs import parts_of
from chatbot.understanding.recipients import for_another, for_oneself
from chatbot.understanding.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def read(catalogue):
    vocabulary = Vocabulary(catalogue)
    return lambda text: find(text, vocabulary)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a laptop under 5000 and a mouse", ("a laptop under 5000", "a mouse")), ("我要一个键盘，再来个鼠标", ("我要一个键盘", "来个鼠标")), ("要一个双肩包和一双跑鞋", ("要一个双肩包", "一双跑鞋")),
        ("I need a kettle and an air fryer for my new flat", ("I need a kettle", "an air fryer for my new flat")), ("两千的手机，还有一个充电宝", ("两千的手机", "一个充电宝")),
        ("a desk and chair", ("a desk", "chair")), ("headphones and speakers under 500", ("headphones", "speakers under 500")),
        ("我想要一台电脑，再要一副耳机，五百以内", ("我想要一台电脑", "要一副耳机, 五百以内")), ("a tent for 2, a sleeping bag and hiking boots", ("a tent for 2", "a sleeping bag", "hiking boots")),
        ("需要一张书桌还有一把椅子，椅子五百以内", ("需要一张书桌", "一把椅子, 椅子五百以内")), ("a monitor and a keyboard, 2000 max for the monitor", ("a monitor, 2000 max for the monitor", "a keyboard")),
        ("键盘和鼠标，都要两百以内", ("键盘 under 200", "鼠标, 都要两百以内")), ("hi, i'm looking for a suitcase and some running shoes", ("hi, i'm looking for a suitcase", "some running shoes")),
    ],
)  # fmt: skip
def test_several(text, parts, read):
    assert parts_of(text, read) == parts


@pytest.mark.parametrize(
    "text",
    [
        "a bag for a laptop and a tablet", "能装笔记本和平板的背包", "手机或者平板", "a phone or a tablet", "a phone with a big screen and a good camera", "a book about tents and bikes",
        "compare the phone and the tablet", "running shoes, size 42", "黑色的笔记本电脑，16G内存", "a mouse and keyboard combo", "不是手机，是平板", "手机和平板哪个好", "", "，，和",
    ],
)  # fmt: skip
def test_one(text, read):
    assert parts_of(text, read) == ()


@pytest.mark.parametrize(
    "text",
    [
        "给我妈买个手机", "送女朋友的口红", "headphones for my dad", "a gift for my girlfriend", "生日礼物", "给孩子买的推车", "买给爸妈", "送人的", "给老人用的手机", "打算送领导",
        "for my nephew's birthday", "something for a friend", "for my 7 year old son",
    ],
)  # fmt: skip
def test_for_somebody_else(text):
    assert for_another(text)
    assert not for_oneself(text)


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
    assert not for_another(text)


@pytest.mark.parametrize("text", ["自己用", "我自己也要买双跑鞋", "this one is for me", "for myself"])
def test_for_oneself(text):
    assert for_oneself(text)
