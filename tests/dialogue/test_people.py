"""When a person is called for."""

from dataclasses import replace

import pytest

from chatbot.dialogue.people import PAUSE, declines, failures_after, may_offer, stake_of, wants_the_bot
from chatbot.values import State, Understanding


def said(text, **parts):
    return Understanding(text=text, language="zh", intent="service", confidence=0.9, **parts)


@pytest.mark.parametrize(
    "text",
    ["充电宝冒烟了怎么办", "充电时开始冒烟", "插座着火了！", "电水壶漏电", "手机电池鼓包", "用完过敏了", "被烫伤了", "my power bank started smoking", "the charger caught fire", "the battery is swollen", "it exploded", "I got an electric shock from it"],
)  # fmt: skip
def test_safety_is_at_stake(text):
    assert stake_of(text) == "safety"


@pytest.mark.parametrize(
    "text", ["你们多扣了我 50 块", "信用卡被扣了两次", "怎么重复扣款", "I was charged twice", "you billed me double", "I've been overcharged"]
)
def test_money_is_at_stake(text):
    assert stake_of(text) == "money"


@pytest.mark.parametrize(
    "text",
    ["有不冒烟的锅吗", "防漏电的插座", "会不会漏电", "空气炸锅", "防烫伤的水杯", "想买烟灰缸", "smokeless grill", "a smoke detector", "fire-proof mat", "is it explosion proof", "how much do you charge for delivery", "two pairs please"],
)  # fmt: skip
def test_a_feature_is_no_stake(text):
    assert stake_of(text) == ""


@pytest.mark.parametrize("text", ["转回小二", "不等了", "back to Xiaoer", "Back to the bot please"])
def test_the_bot_is_wanted_back(text):
    assert wants_the_bot(text)
    assert not wants_the_bot("好的，我等")


def test_a_no_counts_where_a_person_was_offered():
    assert declines("不用了，谢谢", offered=True)
    assert not declines("不用了，谢谢", offered=False)
    assert declines("先不转人工", offered=False)
    assert not declines("不用人工服务可以退货吗", offered=False)


def test_who_declined_is_left_alone_for_a_while():
    assert may_offer(State(turn=9))
    assert not may_offer(State(turn=3 + PAUSE, declined=3))
    assert may_offer(State(turn=4 + PAUSE, declined=3))


def test_failures_add_up_and_an_answer_ends_them():
    state = State(turn=3, said="能刻字吗", failures=1)
    assert failures_after(state, "no_answer", said("能租吗")) == 2
    assert failures_after(state, "nothing_fits", said("三块钱的手机")) == 2
    assert failures_after(state, "answer", said("能退吗")) == 0
    assert failures_after(state, "answer", said("能刻字吗")) == 2, "the same question again"
    assert failures_after(state, "details", said("我问的不是这个")) == 2
    assert failures_after(replace(state, said="便宜点"), "recommend", said("便宜点", critiques=("cheaper",))) == 0
    assert failures_after(state, "out_of_scope", said("写首诗")) == 0, "what is no business of the shop's is no failure"
