"""Everything the grammars find in a message at once, over the shop of sixteen items, and the cues it gives the network."""

import numpy as np
import pytest

from chatbot.shop.reading import read_shop
from chatbot.understanding.grammar import CUES, Found, find
from chatbot.understanding.prices import read_bounds
from chatbot.understanding.references import read_critiques, read_references
from chatbot.understanding.vocabulary import Match, Payload, Vocabulary
from chatbot.values import Reference
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def vocabulary(shop):
    return Vocabulary(shop)


def cues(text, *payloads, negated=False):
    """The cues of what the grammars find in a text without the shop's words, and of these words."""
    matches = tuple(Match(0, 1, "x", (payload,), negated) for payload in payloads)
    found = Found(text, text, read_bounds(text), matches, read_references(text), read_critiques(text))
    return dict(zip(CUES, found.cues.tolist(), strict=True))


def on(text, *payloads, **options):
    return {name for name, value in cues(text, *payloads, **options).items() if value}


# ── cues ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cues_are_zeros_and_ones_in_their_order(vocabulary):
    nothing = find("", vocabulary).cues
    assert (nothing.shape, nothing.dtype) == ((len(CUES),), np.float32)
    assert not nothing.any()
    assert len(set(CUES)) == len(CUES)
    assert set(find("a cheaper black laptop under 5000, not the second one", vocabulary).cues.tolist()) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5000以内", "price"), ("3000元以上", "price"), ("4星以上", "stock_or_rating"), ("有货的", "stock_or_rating"), ("预算不限", "any_price"), ("第二款", "place"),
        ("它", "focus"), ("它们", "all"), ("便宜点", "cheaper"), ("更好的", "dearer"), ("换一批", "more"), ("another brand", "another"), ("similar", "similar"),
    ],
)  # fmt: skip
def test_each_grammar_has_its_cue(text, name):
    assert cues(text)[name] == 1.0


@pytest.mark.parametrize(
    ("kind", "name"),
    [("category", "category"), ("brand", "brand"), ("foreign_brand", "brand"), ("value", "value"), ("flag", "value"), ("item", "item")],
)
def test_each_kind_of_word_has_its_cue_and_no_other(kind, name):
    assert on("", Payload(kind, "x")) == {name}
    assert on("", Payload(kind, "x"), negated=True) == {name, "negated"}


def test_every_cue_can_be_lit():
    texts = ("5000以内", "有货的", "预算不限", "第二款", "它", "它们", "便宜点", "更好的", "换一批", "another brand", "similar")
    words = (Payload("category", "x"), Payload("brand", "x"), Payload("value", "x"), Payload("item", "x"))
    assert set().union(*map(on, texts), on("", *words, negated=True)) == set(CUES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a black laptop under 5000", {"price", "category", "value"}),
        ("诺林的笔记本电脑，5000以内", {"price", "category", "brand"}),
        ("no laptops", {"category", "negated"}),
        ("你好", set()),
        ("有更便宜的吗", {"cheaper"}),
    ],
)
def test_cues_of_whole_messages(vocabulary, text, names):
    assert {name for name, value in zip(CUES, find(text, vocabulary).cues, strict=True) if value} == names


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_it_at_once(vocabulary):
    found = find("a cheaper black laptop under 5000, like the second one", vocabulary)
    assert found.bounds.price_max == 5000
    assert {(match.phrase, payload.kind) for match in found.matches for payload in match.payloads} == {("black", "value"), ("laptop", "category")}
    assert found.references == (Reference("place", 2),)
    assert found.critiques == read_critiques("a cheaper laptop like the second one")
    assert found.plain == found.meant == "a cheaper black laptop under 5000, like the second one"


def test_the_numbers_of_a_price_are_no_words_of_the_shop(vocabulary):
    """16 is a memory too: what the price grammar read is not read again."""
    assert [match.phrase for match in find("16以内", vocabulary).matches] == []
    assert [match.phrase for match in find("16 GB, 5000以内", vocabulary).matches] == ["16 gb"]


def test_an_item_that_is_named_is_pointed_at(shop, vocabulary):
    identifier, name = "lap-1", next(item.title for item in shop.items if item.id == "lap-1")
    assert Reference("item", item=identifier) in find(f"tell me about the {name}", vocabulary).references
    assert Reference("item", item=identifier) not in find(f"not the {name}", vocabulary).references
    assert find(f"the {name} or the second one", vocabulary).references == (Reference("item", item=identifier), Reference("place", 2))


@pytest.mark.parametrize("text", ["", " ", "😀", "，。", "a" * 3000, "5000以内" * 200, "<" * 500, "不是" * 500, "\udc80", "i meant " * 300])
def test_strange_input_ends(vocabulary, text):
    assert find(text, vocabulary).cues.shape == (len(CUES),)


# ── markup ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<b>laptop</b>", "laptop"), ('<a href="x">a laptop</a> please', "a laptop  please"), ("laptop<br/>kettle", "laptop kettle"), ("<script>laptop", "laptop"),
        ("laptop < 5000", "laptop < 5000"), ("2 > 1", "2 > 1"), ("<<b>>", "< >"),
    ],
)  # fmt: skip
def test_markup_is_left_out(vocabulary, text, plain):
    assert find(text, vocabulary).plain == plain


def test_a_message_of_markup_alone_stays_as_it_is(vocabulary):
    assert find("<b></b>", vocabulary).plain == "<b></b>"


def test_words_in_markup_are_not_found(vocabulary):
    assert [match.phrase for match in find('<a title="laptop">kettle</a>', vocabulary).matches] == ["kettle"]


def test_a_price_between_two_signs_is_no_markup(vocabulary):
    found = find("laptop <5000 and >3000", vocabulary)
    assert found.plain == "laptop <5000 and >3000"
    assert found.bounds.price_max == 5000


# ── "no, I meant" ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no, i meant a kettle", ["kettle"]), ("not the laptop, i meant the kettle", ["kettle"]), ("不是笔记本电脑，我说的是电水壶", ["电水壶"]), ("说错了，电水壶", ["电水壶"]),
        ("我要的是电水壶", ["电水壶"]), ("actually, i want a kettle", ["kettle"]), ("actually make that a kettle", ["kettle"]),
    ],
)  # fmt: skip
def test_what_stands_behind_a_correction_counts(vocabulary, text, words):
    found = find(text, vocabulary)
    assert [match.phrase for match in found.matches] == words
    assert not any(match.negated for match in found.matches)
    assert found.meant != found.plain == text


@pytest.mark.parametrize("text", ["No, I meant a kettle", "Not the laptop, I meant the kettle", "Actually, I want a kettle", "NO I SAID A KETTLE"])
def test_so_it_does_with_capitals(vocabulary, text):
    found = find(text, vocabulary)
    assert [match.phrase.lower() for match in found.matches] == ["kettle"]
    assert found.meant != found.plain


@pytest.mark.parametrize("text", ["a kettle", "no kettle", "不要电水壶", "i mean business", "actually nice"])
def test_without_a_correction_all_of_it_counts(vocabulary, text):
    found = find(text, vocabulary)
    assert found.meant == found.plain == text


def test_a_correction_to_nothing_leaves_the_message(vocabulary):
    assert find("no, i meant", vocabulary).meant == "no, i meant"
