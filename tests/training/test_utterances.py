"""The format of labelled utterances, and the file of them that the project is trained on."""

import re
from collections import Counter, defaultdict
from random import Random

import pytest

from chatbot.errors import TrainingError, XiaoerError
from chatbot.settings import PROJECT
from chatbot.training.utterances import Utterance, pieces_of, plain, read_utterances
from chatbot.understanding.slots import SLOTS
from chatbot.values import INTENTS, LANGUAGES, Slot

ROW = {"text": "[红色](attribute)的耳机，[五百以内](price)", "intent": "recommend", "language": "zh", "family": "recommend.colour", "mood": 1}


# ── marked text ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("marked", "pieces"),
    [
        ("plain words", (("plain words", ""),)),
        ("[Sony](brand)", (("Sony", "brand"),)),
        ("[a](brand)[b](price)", (("a", "brand"), ("b", "price"))),
        ("any [Sony](brand) [under $50](price)?", (("any ", ""), ("Sony", "brand"), (" ", ""), ("under $50", "price"), ("?", ""))),
        ("(no) slot [here] at (all)", (("(no) slot [here] at (all)", ""),)),
        ("", ()),
    ],
)
def test_marked_text_in_pieces(marked, pieces):
    assert pieces_of(marked) == pieces


def test_plain_text_and_the_places_of_its_slots():
    text, slots = plain(pieces_of("any [Sony](brand) [under $50](price)?"))
    assert text == "any Sony under $50?"
    assert slots == (Slot("brand", "Sony", 4, 8), Slot("price", "under $50", 9, 18))
    assert plain(()) == ("", ())


@pytest.mark.parametrize("seed", range(50))
def test_slots_stand_where_their_places_say(seed):
    random = Random(seed)
    pieces = [("".join(random.choices("ab 红色耳机😀,.", k=random.randint(1, 6))), random.choice(["", *SLOTS])) for _ in range(random.randint(1, 8))]
    marked = "".join(f"[{words}]({name})" if name else words for words, name in pieces)
    text, slots = plain(pieces_of(marked))
    assert text == "".join(words for words, _ in pieces)
    assert [(slot.text, slot.name) for slot in slots] == [piece for piece in pieces if piece[1]]
    assert all(text[slot.start : slot.end] == slot.text for slot in slots)


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def part_of(family):
    return Utterance(pieces=(("a", ""),), intent="greet", language="en", family=family).part


def test_a_conversation_lies_in_one_part_whatever_the_intents_of_its_messages():
    for number in range(200):
        assert len({part_of(f"{intent}.talk_{number}") for intent in INTENTS}) == 1


def test_parts_have_the_shares_that_they_should():
    parts = Counter(part_of(f"recommend.family_{number}") for number in range(4000))
    assert parts["held_out"] / 4000 == pytest.approx(3 / 20, abs=0.02)
    assert parts["train"] / 4000 == pytest.approx(15 / 20, abs=0.03)
    assert parts["development"] > 0


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_read(write_lines):
    first, second = read_utterances(write_lines(ROW, {**ROW, "did": "ask", "said": "耳机", "mood": -3}))
    assert (first.text, first.intent, first.language, first.family, first.mood, first.did, first.said) == (
        "红色的耳机，五百以内", "recommend", "zh", "recommend.colour", 1, "", "",
    )  # fmt: skip
    assert first.pieces == (("红色", "attribute"), ("的耳机，", ""), ("五百以内", "price"))
    assert (second.did, second.said, second.mood) == ("ask", "耳机", -3)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", ""), ("[]", ""), ("7", ""), ('{"text": "a"}', "intent"), ({**ROW, "text": 5}, ""), ({**ROW, "text": None}, ""), ({**ROW, "text": ""}, "empty"),
        ({**ROW, "text": "  "}, "empty"), ({**ROW, "intent": "buy"}, "intent"), ({**ROW, "language": "fr"}, "language"), ({**ROW, "did": "sing"}, "act"),
        ({**ROW, "text": "[red](colour)"}, "colour"), ({**ROW, "mood": 4}, "-3 to 3"), ({**ROW, "mood": -4}, "-3 to 3"), ({**ROW, "mood": "angry"}, "mood"), ({**ROW, "mood": None}, "mood"),
    ],
)  # fmt: skip
def test_a_broken_row_is_refused_with_its_line(write_lines, line, told):
    with pytest.raises(TrainingError, match=r"data\.jsonl line 2") as caught:
        read_utterances(write_lines(ROW, line, ROW))
    assert isinstance(caught.value, XiaoerError)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_slot_is_told_with_the_known_ones(write_lines):
    with pytest.raises(TrainingError, match="attribute") as caught:
        read_utterances(write_lines({**ROW, "text": "[red](colour)"}))
    assert all(name in str(caught.value) for name in SLOTS)


def test_what_cannot_be_read_is_one_line(tmp_path):
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe")
    for path in (tmp_path / "nowhere.jsonl", tmp_path, binary):
        with pytest.raises(TrainingError, match="cannot be read") as caught:
            read_utterances(path)
        assert path.name in str(caught.value)


def test_a_separator_inside_a_text_ends_no_line(write_lines):
    (row,) = read_utterances(write_lines({**ROW, "text": "a\u2028b"}))
    assert row.text == "a\u2028b"


# ── the project's own utterances ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def utterances():
    return read_utterances(PROJECT / "knowledge" / "training" / "utterances")


def of_part(utterances, part):
    return [row for row in utterances if row.part == part]


def named(rows):
    """The texts of a few rows, for a failing test."""
    return [(row.text, row.family) for row in rows[:10]]


def test_there_are_enough_in_both_languages(utterances):
    assert len(utterances) >= 8000
    counts = Counter(row.language for row in utterances)
    assert set(counts) == set(LANGUAGES)
    assert min(counts.values()) > 0.4 * len(utterances)


def test_every_intent_can_be_learnt_and_judged_in_both_languages(utterances):
    every = {(intent, language) for intent in INTENTS for language in LANGUAGES}
    for part in ("train", "development", "held_out"):
        assert {(row.intent, row.language) for row in of_part(utterances, part)} == every, part


def test_every_slot_is_held_out_in_both_languages(utterances):
    found = {(name, row.language) for row in of_part(utterances, "held_out") for _, name in row.pieces if name}
    assert found == {(name, language) for name in SLOTS for language in LANGUAGES}


def test_every_mood_is_held_out(utterances):
    assert {row.mood for row in of_part(utterances, "held_out")} == set(range(-3, 4))


def test_no_utterance_stands_twice(utterances):
    counts = Counter((row.text, row.did, row.said) for row in utterances)
    assert [key for key, count in counts.items() if count > 1] == []


def test_no_family_is_split(utterances):
    parts = defaultdict(set)
    for row in utterances:
        parts[row.family.partition(".")[2]].add(row.part)
    assert [family for family, found in parts.items() if len(found) > 1] == []
    assert len(parts) > 300


def test_no_held_out_text_is_learnt_from(utterances):
    learnt = {row.text for row in of_part(utterances, "train")}
    assert named([row for row in of_part(utterances, "held_out") if row.text in learnt]) == []


def test_the_parts_share_no_conversation_word_for_word(utterances):
    learnt = {(row.did, row.said, row.text) for row in of_part(utterances, "train") + of_part(utterances, "development")}
    assert named([row for row in of_part(utterances, "held_out") if (row.did, row.said, row.text) in learnt]) == []


def test_families_are_named_after_their_intent(utterances):
    assert named([row for row in utterances if not re.fullmatch(rf"{row.intent}\.\w+", row.family)]) == []


def test_every_mark_was_read(utterances):
    assert named([row for row in utterances if "](" in row.text]) == []


def test_slots_have_no_blank_at_their_ends(utterances):
    assert named([row for row in utterances if any(name and words != words.strip() for words, name in row.pieces)]) == []


def test_slots_are_marked_where_the_need_or_the_items_are_the_point(utterances):
    shopping = {"recommend", "refine", "compare", "details", "explain", "choose", "reject"}
    assert {row.intent for row in utterances if any(name for _, name in row.pieces)} == shopping


def test_no_slot_begins_or_ends_inside_an_english_word(utterances):
    cut = []
    for row in utterances:
        text = row.text
        for slot in plain(row.pieces)[1]:
            for edge in (slot.start, slot.end):
                around = text[edge - 1 : edge + 1] if 0 < edge < len(text) else ""
                cut += [(text, slot.text)] if len(around) == 2 and around.isascii() and around.isalnum() else []
    assert len(cut) <= len(utterances) // 1000, cut[:20]  # 14inch, 2kg: a number and its unit may be two things


def test_the_turn_before_is_told_whole_or_not_at_all(utterances):
    assert named([row for row in utterances if bool(row.did) != bool(row.said)]) == []


def test_every_complaint_is_negative(utterances):
    assert named([row for row in utterances if row.intent == "complaint" and row.mood >= 0]) == []


def test_texts_are_single_lines_without_blanks_around_them(utterances):
    assert named([row for row in utterances if row.text != row.text.strip() or len(row.text.splitlines()) != 1]) == []
