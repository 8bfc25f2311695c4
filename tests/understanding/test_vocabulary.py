"""The words of a catalogue, found in a message: longest first, typos forgiven, negation heard."""

import pytest

from chatbot.shop.reading import read_shop
from chatbot.understanding.vocabulary import Vocabulary, tokens
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    return Vocabulary(read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue)


def _found(vocabulary, text):
    """(kind, value) → whether it is negated."""
    return {(payload.kind, payload.value): match.negated for match in vocabulary.find(text) for payload in match.payloads}


@pytest.mark.parametrize(
    ("text", "negated"),
    [("没有触摸屏不行", False), ("没有触摸屏的不要", False), ("不带触摸屏就算了", False), ("没有触摸屏的", True), ("不要触摸屏", True)],
)
def test_what_must_not_be_missing_is_wanted(vocabulary, text, negated):
    assert _found(vocabulary, text)["flag", "yes"] is negated


@pytest.mark.parametrize(
    ("text", "value", "negated"),
    [
        ("想买笔记本，黑色的不要", "black", True), ("黑色不考虑", "black", True), ("别是黑的", "black", True), ("要黑色的不要白色的", "black", False),
        ("诺林的就算了", "Norin", True), ("黑色的不要太贵", "black", False),
        ("黑色的不要 诺林的最好", "Norin", False), ("黑色的不要。触摸屏要有", "yes", False),
    ],
)  # fmt: skip
def test_a_negator_at_the_end_rules_out_what_stands_before_it(vocabulary, text, value, negated):
    assert next(found for (_, name), found in _found(vocabulary, text).items() if name == value) is negated


def test_an_article_and_a_word_are_no_items_name(tmp_path):
    def change(rows):
        rows[0] |= {"title": "The Long Road Laptop", "brand": "Pax"}

    words = Vocabulary(read_shop(write_shop(tmp_path, change=change)).catalogue)
    assert ("item", "lap-1") not in _found(words, "sorry for the long message")
    assert ("item", "lap-1") in _found(words, "the long road")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("a laptop please", "category", "Laptops"), ("laptops", "category", "Laptops"), ("KETTLES", "category", "Kettles"), ("kettle", "category", "Kettles"),
        ("tablets", "category", "Tablets"), ("stationery", "category", "Stationery"), ("平板", "category", "Tablets"), ("平板电脑", "category", "Tablets"),
        ("电水壶", "category", "Kettles"), ("文具", "category", "Stationery"), ("本子", "category", "Notebooks"), ("norin", "brand", "Norin"), ("诺林的", "brand", "Norin"),
        ("apple", "foreign_brand", "Apple"), ("苹果", "foreign_brand", "Apple"), ("black one", "value", "black"), ("黑色", "value", "black"), ("黑的", "value", "black"),
        ("红款", "value", "red"), ("touchscreen", "flag", "yes"), ("带触摸屏", "flag", "yes"), ("Norin Air 14", "item", "lap-2"), ("诺林 Air 14", "item", "lap-2"),
        ("the norin air 14 laptop in black", "item", "lap-2"),
    ],
)  # fmt: skip
def test_names_are_found_in_both_languages(vocabulary, text, kind, value):
    assert _found(vocabulary, text) == _found(vocabulary, text) | {(kind, value): False}


@pytest.mark.parametrize("text", ["16 GB", "16GB", "16gb memory", "16-gb", "16g内存", "16G"])
def test_quantities_in_every_spelling(vocabulary, text):
    assert _found(vocabulary, text)[("value", "16 GB")] is False


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.1 kg", "1.1 kg"), ("1.1公斤", "1.1 kg"), ("1.10kg", "1.1 kg"), ("1.7升", "1.7 L"), ("192页", "192 pages"), ("10 hours", "10 h")],
)
def test_quantities_across_languages(vocabulary, text, value):
    assert ("value", value) in _found(vocabulary, text)


def test_a_quantity_that_no_item_has_is_not_found(vocabulary):
    assert vocabulary.find("64 GB") == ()
    assert vocabulary.find("17 kg") == ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("latop", "category", "Laptops"), ("labtop", "category", "Laptops"), ("kettel", "category", "Kettles"), ("tabelt", "category", "Tablets"),
        ("norinn", "brand", "Norin"), ("blakc", "value", "black"), ("silvr", "value", "silver"), ("笔计本电脑", "category", "Laptops"), ("帕克丝", "brand", "Pax"),
    ],
)  # fmt: skip
def test_typos_are_forgiven_and_marked(vocabulary, text, kind, value):
    (match,) = vocabulary.find(text)
    assert (kind, value) in {(payload.kind, payload.value) for payload in match.payloads}
    assert not match.exact


@pytest.mark.parametrize("text", ["weather", "better", "lap", "hello there", "recommend something", "早上好", "今天天气"])
def test_other_words_are_no_typos(vocabulary, text):
    assert vocabulary.find(text) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("not black", "black"), ("no black ones", "black"), ("without touchscreen", "yes"), ("anything but Norin", "Norin"), ("any brand except Pax", "Pax"),
        ("other than Norin", "Norin"), ("I don't want Norin", "Norin"), ("I hate red", "red"), ("不要黑色", "black"), ("不要诺林的", "Norin"), ("除了帕克斯", "Pax"),
        ("不喜欢红色", "red"), ("不带触摸屏", "yes"), ("不要苹果", "Apple"), ("不是黑色的", "black"),
    ],
)  # fmt: skip
def test_a_negator_rules_out_what_follows(vocabulary, text, value):
    assert value in {name for (_, name), negated in _found(vocabulary, text).items() if negated}


@pytest.mark.parametrize(
    ("text", "negated", "wanted"),
    [
        ("no red or blue kettles", {"red", "blue"}, {"Kettles"}),
        ("不要诺林和帕克斯的电水壶", {"Norin", "Pax"}, {"Kettles"}),
        ("not black, silver", {"black"}, {"silver"}),
        ("不要红色的，要黑色的", {"red"}, {"black"}),
        ("不要红色。要黑色", {"red"}, {"black"}),
        ("a laptop but not Norin", {"Norin"}, {"Laptops"}),
        ("no laptop, a tablet instead", {"Laptops"}, {"Tablets"}),
        ("not a laptop but a tablet", {"Laptops"}, {"Tablets"}),
        ("除了诺林还有什么牌子的笔记本电脑", {"Norin"}, {"Laptops"}),
    ],
)
def test_negation_reaches_as_far_as_its_clause(vocabulary, text, negated, wanted):
    found = {(name, ruled_out) for (_, name), ruled_out in _found(vocabulary, text).items()}
    assert found >= {(name, True) for name in negated} | {(name, False) for name in wanted}


@pytest.mark.parametrize(
    "text",
    [
        "no problem, a black one", "要一台非常轻的黑色笔记本电脑", "有没有黑色的电水壶", "是不是黑色的", "能不能要黑色", "isn't there a black kettle?",
        "分别看看黑色和白色", "别的颜色有吗？黑色",
    ],
)  # fmt: skip
def test_a_question_or_an_adverb_is_no_negator(vocabulary, text):
    assert _found(vocabulary, text)[("value", "black")] is False


@pytest.mark.parametrize("text", ["不要太贵的笔记本电脑", "不想要太重的笔记本电脑", "not too heavy a laptop", "nothing too fancy, just a laptop"])
def test_a_negated_adjective_leaves_its_noun_wanted(vocabulary, text):
    assert _found(vocabulary, text)[("category", "Laptops")] is False


def test_the_longest_name_wins(vocabulary):
    assert [match.phrase for match in vocabulary.find("诺林 Air 14 笔记本电脑")] == ["诺林 air 14 笔记本电脑"]
    assert [match.phrase for match in vocabulary.find("笔记本电脑")] == ["笔记本电脑"]
    assert {payload.value for match in vocabulary.find("笔记本") for payload in match.payloads} == {"Laptops", "Notebooks"}


def test_a_title_that_two_items_share_names_neither(vocabulary):
    assert not any(kind == "item" for kind, _ in _found(vocabulary, "Brio Classic Kettle"))
    assert not any(kind == "item" for kind, _ in _found(vocabulary, "Norin Air"))


def test_places_are_those_of_the_message(vocabulary):
    text = "a black norin laptop"
    matches = vocabulary.find(text)
    assert [text[match.start : match.end] for match in matches] == ["black", "norin", "laptop"] == [match.phrase for match in matches]


def test_attribute_names_are_known_in_both_languages(vocabulary):
    assert vocabulary.attribute_names["内存"] == "memory"
    assert vocabulary.attribute_names["memory"] == "memory"


@pytest.mark.parametrize("text", ["", "😀😀", "a" * 2000, "字" * 2000, "<b>laptop</b>", "…", "laptop\\", "16 16 16 gb gb"])
def test_strange_input_ends(vocabulary, text):
    vocabulary.find(text)


@pytest.mark.parametrize(
    ("text", "words"), [("Air Fryer 3.5L", ["air", "fryer", "3.5l"]), ("我要iPad", ["我", "要", "ipad"]), ("wi-fi 6", ["wi-fi", "6"]), ("", []), ("16 GB.", ["16", "gb"])]
)  # fmt: skip
def test_tokens(text, words):
    assert tokens(text) == words
