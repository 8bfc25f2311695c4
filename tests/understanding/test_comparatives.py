"""Comparatives in both languages: which attribute, more or less of it, strictly past what was shown or not."""

import pytest

from chatbot.understanding.comparatives import read_comparatives

NAMES = {
    "weight": ["weight"], "重量": ["weight"], "screen": ["screen"], "屏幕": ["screen"], "battery": ["battery"], "续航": ["battery", "runtime"], "runtime": ["runtime"], "memory": ["memory"],
    "内存": ["memory"], "capacity": ["capacity"], "容量": ["capacity"], "noise": ["noise"], "噪音": ["noise"], "sleep noise": ["sleep noise"], "pages": ["pages"], "页数": ["pages"], "size": ["size"], "尺寸": ["size"],
    "comfort temperature": ["comfort temperature"], "paper weight": ["paper weight"],
}  # fmt: skip


def first(text):
    found = read_comparatives(text, NAMES)
    return (found[0].attributes[0], found[0].sign, found[0].past) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("轻一点的", ("weight", -1, True)), ("有没有更轻的", ("weight", -1, True)), ("太重了", ("weight", -1, True)), ("太沉", ("weight", -1, True)), ("比第二款轻", ("weight", -1, True)),
        ("something lighter", ("weight", -1, True)), ("too heavy for me", ("weight", -1, True)), ("less heavy pls", ("weight", -1, True)), ("a heavier one", ("weight", 1, True)),
        ("屏幕大一点", ("screen", 1, True)), ("更大的屏幕", ("screen", 1, True)), ("换成大点屏的", ("screen", 1, True)), ("屏幕太小了", ("screen", 1, True)), ("a bigger screen", ("screen", 1, True)),
        ("the screen is too small", ("screen", 1, True)), ("续航长一点的", ("battery", 1, True)), ("续航太短", ("battery", 1, True)), ("有更长续航的吗", ("battery", 1, True)),
        ("电池耐用点的", ("battery", 1, True)), ("longer battery life", ("battery", 1, True)), ("the battery should last longer", ("battery", 1, True)), ("more memory", ("memory", 1, True)),
        ("内存大点", ("memory", 1, True)), ("内存不够", ("memory", 1, True)), ("容量大点的", ("capacity", 1, True)), ("less capacity", ("capacity", -1, True)), ("安静一点的", ("noise", -1, True)),
        ("quieter", ("noise", -1, True)), ("太吵了", ("noise", -1, True)), ("噪音小点", ("noise", -1, True)), ("大一点的", ("screen", 1, True)), ("换个小一点的", ("size", -1, True)),
        ("页数多一点的", ("pages", 1, True)), ("更暖和的睡袋", ("comfort temperature", -1, True)),
        ("the lightest laptop", ("weight", -1, False)), ("最轻的笔记本", ("weight", -1, False)), ("不要太重", ("weight", -1, False)), ("not too heavy", ("weight", -1, False)),
        ("最便宜的呢", ("price", -1, False)), ("the cheapest one", ("price", -1, False)), ("the most expensive", ("price", 1, False)),
    ],
)  # fmt: skip
def test_comparatives(text, expected):
    assert first(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "你好", "便宜一点", "贵一点的", "好一点的", "多久能到", "a light jacket", "more like the second", "show me more", "lower price", "a longer warranty", "大概三千", "大家好", "久等了",
        "长途旅行用的", "重要的事", "好看一点", "小米的", "还有多少", "高一点的评分", "a light blue shirt in a lighter colour",
    ],
)  # fmt: skip
def test_no_comparative(text):
    assert read_comparatives(text, NAMES) == ()


def test_a_noun_with_its_adjective_is_not_read_twice():
    assert len(read_comparatives("屏幕大一点", NAMES)) == 1
    assert len(read_comparatives("the battery should last longer", NAMES)) == 1


def test_two_wishes_are_both_read():
    assert {(one.attributes[0], one.sign) for one in read_comparatives("轻一点，屏幕大一点", NAMES)} == {("weight", -1), ("screen", 1)}


def test_what_the_catalogue_has_no_name_for_is_still_named():
    (found,) = read_comparatives("quieter", {"color": ["color"]})
    assert (found.attributes, found.name) == (("noise",), "noise")


def test_bigger_names_no_attribute_of_its_own():
    (found,) = read_comparatives("a bigger one", NAMES)
    assert found.name == ""
    assert "capacity" in found.attributes


@pytest.mark.parametrize("text", ["轻" * 500, "a bigger " * 300, "屏幕" * 400, "比" * 600])
def test_strange_input_ends(text):
    read_comparatives(text, NAMES)
