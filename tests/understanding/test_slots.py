"""Slots as tags of tokens and back: round trips over random spans, and what a token that straddles does."""

import itertools
import random

import numpy as np
import pytest

from chatbot.understanding.slots import SLOTS, TAGS, spans_of, tags_of
from chatbot.values import Slot


def scores(tags):
    """Scores under which the tags with these numbers win."""
    return np.eye(len(TAGS), dtype=np.float32)[list(tags)] if tags else np.zeros((0, len(TAGS)), np.float32)


def by_character(text):
    return [(place, place + 1) for place in range(len(text))]


def likely(*rows):
    """The scores of every token's tags by name; the others have -10."""
    found = np.full((len(rows), len(TAGS)), -10.0, np.float32)
    for number, row in enumerate(rows):
        for name, score in row.items():
            found[number, TAGS.index(name)] = score
    return found


def named(*names):
    return [TAGS.index(name) for name in names]


def slots_of(text, *marked):
    """Slots of (name, words), the words as they stand in the text, one after another."""
    found, at = [], 0
    for name, words in marked:
        at = text.index(words, at)
        found.append(Slot(name, words, at, at + len(words)))
        at += len(words)
    return tuple(found)


# ── the tags themselves ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_slot_has_a_beginning_and_an_inside_and_nothing_is_first():
    assert TAGS[0] == "O"
    assert set(TAGS[1:]) == {f"{part}-{name}" for name in SLOTS for part in "BI"}
    assert len(TAGS) == len(set(TAGS)) == 2 * len(SLOTS) + 1


def test_tags_by_hand():
    text = "黑色耳机500以内"
    slots = slots_of(text, ("attribute", "黑色"), ("item", "耳机"), ("price", "500以内"))
    names = ["B-attribute", "I-attribute", "B-item", "I-item", "B-price", *["I-price"] * 4]
    assert [TAGS[tag] for tag in tags_of(by_character(text), slots)] == names


def test_without_slots_every_tag_is_nothing():
    assert tags_of(by_character("hello"), ()) == [0] * 5
    assert tags_of([], slots_of("a", ("item", "a"))) == []
    assert spans_of("hello", by_character("hello"), scores([0] * 5)) == ()
    assert spans_of("", [], scores([])) == ()


# ── there and back ────────────────────────────────────────────────────────────────────────────────────────────────────


def _random_message(draw):
    """(text, slots, offsets): spans that do not overlap, some side by side; tokens of one to three characters that end where spans do."""
    letters = "五千以内黑色耳机笔😀"
    text, slots, offsets = "", [], [(0, 0)]
    for _ in range(draw.randint(0, 8)):
        words = draw.choice(["".join(draw.choice(letters) for _ in range(draw.randint(1, 6))), "蓝abc色", "黑xyz内", "千019以", "色café寸"])
        if draw.random() < 0.6:
            slots.append(Slot(draw.choice(SLOTS), words, len(text), len(text) + len(words)))
        at = 0
        while at < len(words):
            end = min(len(words), at + draw.randint(1, 3))
            offsets.append((len(text) + at, len(text) + end))
            at = end
        text += words
    return text, tuple(slots), [*offsets, (0, 0)]


@pytest.mark.parametrize("seed", range(60))
def test_random_spans_come_back(seed):
    text, slots, offsets = _random_message(random.Random(seed))
    assert spans_of(text, offsets, scores(tags_of(offsets, slots))) == slots


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_scores_the_spans_lie_in_the_text_in_order(seed):
    text, _, offsets = _random_message(random.Random(seed))
    found = spans_of(text, offsets, np.random.default_rng(seed).normal(size=(len(offsets), len(TAGS))))
    assert all(slot.text and slot.text == text[slot.start : slot.end] and slot.name in SLOTS for slot in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("text", ["红黑", "red blue"])
def test_neighbours_of_one_kind_stay_two(text):
    words = ("红", "黑") if text == "红黑" else ("red", "blue")
    slots = slots_of(text, *(("attribute", word) for word in words))
    assert spans_of(text, by_character(text), scores(tags_of(by_character(text), slots))) == slots


def test_an_inside_without_a_beginning_becomes_one():
    """Where no slot is under way, its beginning is the next best thing to say."""
    rows = likely({"O": 5}, {"I-item": 5, "B-item": 4}, {"I-item": 5})
    assert spans_of("买耳机", by_character("买耳机"), rows) == (Slot("item", "耳机", 1, 3),)


def test_an_inside_that_is_sure_draws_the_token_before_it_in():
    rows = likely({"O": 1, "B-item": 0.5}, {"I-item": 5})
    assert spans_of("耳机", by_character("耳机"), rows) == (Slot("item", "耳机", 0, 2),)


def test_an_inside_of_another_kind_does_not_go_on_with_a_slot():
    rows = likely({"B-attribute": 5}, {"I-item": 3, "B-item": 2, "I-attribute": 1})
    assert spans_of("红包", by_character("红包"), rows) == (Slot("attribute", "红", 0, 1), Slot("item", "包", 1, 2))


def test_an_inside_that_fits_nowhere_is_no_slot():
    rows = likely({"O": 9}, {"I-item": 3, "O": 2.5}, {"O": 9})
    assert spans_of("a b", by_character("a b"), rows) == ()


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_best_of_all_sequences_in_which_insides_follow_their_own(seed):
    """Against all 17 × 17 × 17 of them, one after another."""
    text, drawn = "甲乙丙", np.random.default_rng(seed).normal(size=(3, len(TAGS)))
    best, most = (), -np.inf
    for numbers in itertools.product(range(len(TAGS)), repeat=3):
        names = [TAGS[number] for number in numbers]
        fits = all(tag[0] != "I" or before[1:] == tag[1:] for before, tag in zip(["O", *names], names, strict=False))
        total = sum(drawn[row, number] for row, number in enumerate(numbers))
        if fits and total > most:
            best, most = tuple(names), total
    wanted = []
    for place, tag in enumerate(best):
        if tag[0] == "I":
            wanted[-1] = Slot(tag[2:], text[wanted[-1].start : place + 1], wanted[-1].start, place + 1)
        elif tag[0] == "B":
            wanted.append(Slot(tag[2:], text[place], place, place + 1))
    assert spans_of(text, by_character(text), drawn) == tuple(wanted)


@pytest.mark.parametrize(
    ("text", "offsets", "tags", "words"),
    [
        (
            "mains powered one",
            [(0, 5), (6, 9), (9, 11), (11, 13), (14, 17)],
            ("B-attribute", "I-attribute", "I-attribute", "O", "O"),
            ("mains powered",),
        ),
        ("under 1200", [(0, 5), (6, 8), (8, 10)], ("B-price", "I-price", "B-price"), ("under 1200",)),
        ("黑色耳机", [(0, 1), (1, 2), (2, 4)], ("B-attribute", "O", "O"), ("黑",)),
        ("13 inch", [(0, 2), (3, 7)], ("O", "B-attribute"), ("inch",)),
        ("usb-c", [(0, 3), (3, 4), (4, 5)], ("B-attribute", "O", "O"), ("usb",)),
        ("x6", [(0, 1), (1, 2)], ("O", "B-quantity"), ("6",)),
        ("café noir", [(0, 3), (3, 4), (5, 9)], ("B-attribute", "I-attribute", "O"), ("café",)),
    ],
)
def test_a_slot_neither_begins_nor_ends_inside_an_english_word_or_a_number(text, offsets, tags, words):
    rows = likely(*({tag: 2.0} for tag in tags))
    assert tuple(slot.text for slot in spans_of(text, offsets, rows)) == words


# ── tokens that do not end where words do ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("offsets", "tags"),
    [
        ([(0, 1), (1, 4), (4, 6)], ["O", "B-item", "O"]),  # two of the token's three characters are in the slot
        ([(0, 3), (3, 6)], ["O", "O"]),  # of each token one character of three
        ([(0, 4), (4, 6)], ["B-item", "O"]),  # half is enough
        ([(0, 6)], ["O"]),  # the slot is a third of the token
        ([(2, 3), (3, 4)], ["B-item", "I-item"]),
    ],
)
def test_a_token_belongs_to_the_slot_that_holds_half_of_it(offsets, tags):
    """In 一个耳机吗呢 the slot is 耳机, characters 2 to 4."""
    assert [TAGS[tag] for tag in tags_of(offsets, slots_of("一个耳机吗呢", ("item", "耳机")))] == tags


def test_a_token_over_two_slots_belongs_to_the_larger_part():
    text = "红耳机"
    slots = slots_of(text, ("attribute", "红"), ("item", "耳机"))
    assert [TAGS[tag] for tag in tags_of([(0, 3)], slots)] == ["B-item"]
    assert [TAGS[tag] for tag in tags_of([(0, 2), (2, 3)], slots)] == ["B-attribute", "B-item"]


def test_the_order_of_the_slots_does_not_matter():
    text = "黑色耳机500以内"
    slots = slots_of(text, ("attribute", "黑色"), ("item", "耳机"), ("price", "500以内"))
    offsets = [(0, 2), (2, 3), (3, 7), (7, 9)]
    assert tags_of(offsets, slots) == tags_of(offsets, slots[::-1])


@pytest.mark.parametrize("empty", [(0, 0), (1, 1), (7, 7)])
def test_a_token_without_characters_has_no_tag(empty):
    assert tags_of([empty], [Slot("item", "耳机", 0, 2)]) == [0]
    assert spans_of("耳机", [empty], scores(named("B-item"))) == ()


def test_a_token_without_characters_is_passed_over():
    """It neither ends a slot nor begins one."""
    text, offsets = "耳机", [(0, 0), (0, 1), (1, 1), (1, 2), (0, 0)]
    slots = slots_of(text, ("item", "耳机"))
    assert spans_of(text, offsets, scores(named("O", "B-item", "O", "I-item", "O"))) == slots
    assert spans_of(text, offsets, scores(tags_of(offsets, slots))) == slots


def test_two_tokens_of_one_character_are_one_slot():
    """㎡ is cut into m and 2, which both stand at its place."""
    assert spans_of("㎡", [(0, 1), (0, 1)], scores(named("B-quantity", "I-quantity"))) == (Slot("quantity", "㎡", 0, 1),)


# ── what never belongs to a slot ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("黑色的", "黑色"), ("黑色的，", "黑色"), ("，黑色", "黑色"), (" red, ", "red"), ("红色！", "红色"), ("500以内～", "500以内"), ("3.5", "3.5"), ("a, b", "a, b"),
        ("目的地", "目的地"), ("的黑色", "的黑色"), ("red?!", "red"), ("黑 的 。", "黑"),
    ],
)  # fmt: skip
def test_punctuation_around_and_a_trailing_de_are_left_out(text, words):
    (slot,) = spans_of(text, [(0, len(text))], scores(named("B-attribute")))
    assert (slot.text, slot.start, slot.end) == (words, text.index(words), text.index(words) + len(words))


@pytest.mark.parametrize("text", ["，", "的", " ", "?!", "，的。"])
def test_a_slot_of_nothing_else_is_none(text):
    assert spans_of(text, by_character(text), scores(named("B-item", *["I-item"] * (len(text) - 1)))) == ()


@pytest.mark.parametrize(("name", "words"), [("brand", "美的"), ("exclusion", "美的"), ("item", "便宜的")])
def test_words_that_end_in_de_and_are_labelled_with_it_come_back(name, words):
    """美的 is a maker of kettles; knowledge/training has slots such as 便宜的."""
    text = f"不要{words}"
    slots = slots_of(text, (name, words))
    assert spans_of(text, by_character(text), scores(tags_of(by_character(text), slots))) == slots
