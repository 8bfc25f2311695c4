"""What a message points at, and how the next offer is to differ."""

import pytest

from chatbot.understanding.references import read_critiques, read_references
from chatbot.values import Reference


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("第二款", [2]), ("第二个多重", [2]), ("第3个", [3]), ("第1款", [1]), ("第二双", [2]), ("第二本怎么样", [2]), ("最后那款", [-1]), ("最后一款", [-1]), ("前者", [1]), ("后者", [2]),
        ("第一款和第三款哪个好", [1, 3]), ("the second one", [2]), ("the 2nd", [2]), ("the third laptop", [3]), ("the last one", [-1]), ("number 2", [2]), ("#3", [3]),
        ("option two", [2]), ("the former", [1]), ("the latter", [2]), ("the first or the third?", [1, 3]), ("the first one, yes the first", [1]), ("第 五 款", [5]),
        ("倒数第二款", [-2]),
    ],
)  # fmt: skip
def test_places(text, places):
    assert read_references(text) == tuple(Reference("place", place) for place in places)


@pytest.mark.parametrize(
    "text",
    ["这两款有什么区别", "前两款比一比", "它们", "这三款", "both", "all of them", "which of these is lighter", "都不喜欢", "compare the first two"],
)
def test_all(text):
    assert [reference.kind for reference in read_references(text)] == ["all"]


@pytest.mark.parametrize(
    "text", ["it", "that one", "how heavy is it?", "这款多少钱", "刚才那个", "它防水吗", "这个", "就要这台", "is this waterproof"]
)
def test_focus(text):
    assert read_references(text) == (Reference("focus"),)


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "第一次来", "第二天能到吗", "first time here", "last week's order", "I have 2 kids", "哪款好", "in the first place", "two laptops", "一台笔记本", "16 GB",
        "this weekend", "一般", "the last day", "第十款", "first aid kit",
    ],
)  # fmt: skip
def test_nothing_is_pointed_at(text):
    assert read_references(text) == ()


@pytest.mark.parametrize(
    ("text", "critique"),
    [
        ("便宜点", "cheaper"), ("太贵了", "cheaper"), ("有没有便宜的", "cheaper"), ("再便宜一些", "cheaper"), ("有点贵", "cheaper"), ("超预算了", "cheaper"),
        ("比第一款便宜的", "cheaper"), ("cheaper", "cheaper"), ("too expensive", "cheaper"), ("something less pricey", "cheaper"), ("more affordable please", "cheaper"),
        ("好一点的", "dearer"), ("高端一点", "dearer"), ("贵一点的", "dearer"), ("更好的", "dearer"), ("something better", "dearer"), ("a premium one", "dearer"),
        ("换一批", "more"), ("还有别的吗", "more"), ("其他的呢", "more"), ("下一批", "more"), ("show me others", "more"), ("any others?", "more"), ("anything else?", "more"), ("more", "more"),
        ("别的牌子", "another"), ("换个牌子", "another"), ("another brand", "another"), ("a different brand", "another"), ("换一个别的品牌", "another"), ("不要这个牌子", "another"), ("not this brand", "another"),
        ("看看在打折的", "reduced"), ("有什么降价的", "reduced"), ("what's on sale", "reduced"), ("show me what is reduced", "reduced"),
        ("similar to the second one", "similar"), ("类似第二款的", "similar"), ("差不多的", "similar"), ("像第一款那样的", "similar"),
    ],
)  # fmt: skip
def test_critiques(text, critique):
    assert critique in read_critiques(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "不贵",
        "how much is it",
        "I want a laptop",
        "有优惠吗",
        "more than 3000",
        "一台笔记本",
        "最便宜的",
        "the cheapest one",
        "打折的能退吗",
    ],
)
def test_no_critique(text):
    assert read_critiques(text) == ()


def test_cheaper_and_dearer_are_told_apart():
    assert "dearer" not in read_critiques("便宜一点的")
    assert "cheaper" not in read_critiques("贵一点的")


def test_a_reference_and_a_critique_stand_together():
    assert read_references("cheaper than the second one") == (Reference("place", 2),)
    assert read_critiques("cheaper than the second one") == ("cheaper",)


def test_nothing_else_is_no_wish_for_others():
    assert "more" not in read_critiques("没别的了，谢谢")
    assert "more" in read_critiques("还有别的吗")
