"""Several needs in one message are told apart; what only sounds like several is one."""

import pytest

from chatbot.understanding.grammar import find
from chatbot.understanding.needs import parts_of
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
