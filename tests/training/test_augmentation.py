"""Other spellings of a message: drawn from a seed, with every slot in its place."""

from collections import Counter
from random import Random

import pytest
from pypinyin import lazy_pinyin

from chatbot.shop.reading import read_shop
from chatbot.text import folded, is_han
from chatbot.training.augmentation import Augmentation
from chatbot.training.utterances import pieces_of, plain
from chatbot.understanding.slots import SLOTS
from tests.tiny_shop import write_shop

CHARACTERS = "我想买一台再在做作红色的耳机以内五百元以下不要白色送女朋友生日礼物"
WORDS = {("brand", "zh"): ("诺林", "帕克斯"), ("brand", "en"): ("Norin", "Pax")}
MARKED = [
    ("zh", "我想买一台[联想](brand)笔记本，[五百以内](price)"), ("zh", "[这个](item)"), ("zh", "送[女朋友](recipient)的[生日](use)礼物，不要[白色](exclusion)的"),
    ("en", "any [Sony](brand) headphones [under $50](price) for my [mum](recipient)?"), ("en", "[2](quantity) of [it](item)"), ("en", "a"), ("zh", "好"),
    ("en", "[waterproof](attribute)[cheap](attribute)"), ("zh", "[Sony](brand)"), ("en", "😀 [3-5k](price) 12"),
]  # fmt: skip
SEEDS = range(300)


@pytest.fixture(scope="module")
def augmentation():
    return Augmentation(WORDS, CHARACTERS)


def names_of(pieces):
    return [name for _, name in pieces if name]


@pytest.mark.parametrize(("language", "marked"), MARKED)
def test_slots_stay_whatever_is_drawn(augmentation, language, marked):
    pieces = pieces_of(marked)
    for seed in SEEDS:
        changed = augmentation.pieces(pieces, language, seed)
        text, slots = plain(changed)
        assert text.strip()
        assert names_of(changed) == names_of(pieces), (seed, changed)
        assert all(words for words, _ in changed)
        assert all(slot.text.strip() and text[slot.start : slot.end] == slot.text for slot in slots)


@pytest.mark.parametrize("seed", range(100))
def test_slots_of_made_up_texts_stay(augmentation, seed):
    random = Random(seed)
    words = ["红色", "a", "in", "再", "Sony", "500", " ", "，", "new york", "😀"]
    pieces = [(random.choice(words), random.choice(["", *SLOTS])) for _ in range(random.randint(1, 6))]
    changed = augmentation.pieces(pieces, random.choice(["zh", "en"]), seed)
    assert Counter(names_of(changed)) == Counter(names_of(pieces))
    assert plain(changed)[0]


def test_the_same_seed_gives_the_same_spelling():
    one, other = Augmentation(WORDS, CHARACTERS), Augmentation(dict(reversed(WORDS.items())), CHARACTERS[::-1])
    for seed in SEEDS:
        for language, marked in MARKED:
            assert one.pieces(pieces_of(marked), language, seed) == other.pieces(pieces_of(marked), language, seed)
        assert one.text("my parcel", seed) == other.text("my parcel", seed)


def test_about_half_of_the_texts_stay_as_they_were_written(augmentation):
    for language, marked in MARKED[:4]:
        pieces = pieces_of(marked)
        same = sum(augmentation.pieces(pieces, language, seed) == pieces for seed in range(1000)) / 1000
        assert 0.45 < same < 0.85
        assert len({augmentation.pieces(pieces, language, seed) for seed in SEEDS}) > 20


def test_a_brand_becomes_another_of_either_language(augmentation):
    pieces = pieces_of("[Sony](brand) [tv](use)")
    found = Counter(words for seed in range(2000) for words, name in augmentation.pieces(pieces, "en", seed) if name == "brand")
    assert {"Norin", "Pax", "诺林", "帕克斯"} <= set(found)
    assert found["Norin"] > found["诺林"] > 0


def test_a_slot_without_other_words_keeps_its_own():
    pieces = pieces_of("[red](attribute)")
    for seed in SEEDS:
        (words,) = [words for words, name in Augmentation({}).pieces(pieces, "zh", seed) if name]
        assert abs(len(words) - 3) <= 1


def test_a_price_keeps_its_length_and_its_noughts(augmentation):
    pieces = pieces_of("[under $1500.00](price)")
    prices = {folded(words) for seed in SEEDS for words, name in augmentation.pieces(pieces, "zh", seed) if name == "price"}
    kept = {price for price in prices if len(price) == len("under $1500.00") and price.startswith("under $")}
    assert len(kept) > 20
    assert all(price.endswith("00.00") for price in kept)
    assert not any("0" in price[7:9] for price in kept)


def test_a_chinese_slip_sounds_the_same():
    text = "在做"
    changed = {Augmentation({}, "再在做作我").pieces(((text, "use"),), "zh", seed) for seed in SEEDS}
    slipped = {words for pieces in changed for words, name in pieces if name} - {text}
    assert slipped == {"再做", "在作"}
    assert all(lazy_pinyin(words) == lazy_pinyin(text) for words in slipped)


def test_without_characters_no_chinese_text_is_misspelt():
    assert {words for seed in SEEDS for words, name in Augmentation({}).pieces((("在做", "use"),), "zh", seed) if name} == {"在做"}


def test_an_english_slip_is_one_letter():
    slipped = {folded(words) for seed in range(1500) for words, name in Augmentation({}).pieces((("laptop", "use"),), "en", seed) if name}
    assert len(slipped) > 15
    assert all(abs(len(words) - 6) <= 1 for words in slipped)
    for words in slipped:
        if len(words) == 6:
            assert sum(one != other for one, other in zip(words, "laptop", strict=True)) <= 2
        else:
            longer, shorter = sorted((words, "laptop"), key=len, reverse=True)
            assert any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def test_full_width_forms_are_the_same_text(augmentation):
    pieces = pieces_of("[512gb](attribute)")
    widened = {
        words for seed in range(2000) for words, name in augmentation.pieces(pieces, "en", seed) if name and any(ord(char) > 0xFF00 for char in words)
    }
    assert "５１２ｇｂ" in widened


def test_fillers_are_of_the_texts_language(augmentation):
    for seed in SEEDS:
        for words, name in augmentation.pieces((("12345", "quantity"),), "en", seed):
            assert name or not any(map(is_han, words))


# ── texts without slots ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["where is my parcel", "我要退货", "a", "😀", "123", "混合 mixed text"])
def test_a_text_stays_a_text(augmentation, text):
    spellings = {augmentation.text(text, seed) for seed in SEEDS}
    assert text in spellings
    assert len(spellings) > 1
    assert all(spelling.strip() for spelling in spellings)


def test_an_empty_text_is_taken(augmentation):
    assert "" in {augmentation.text("", seed) for seed in SEEDS}


def test_brands_come_from_a_catalogue(tmp_path):
    augmentation = Augmentation.of(read_shop(write_shop(tmp_path)).catalogue, ())
    brands = {words for seed in range(2000) for words, name in augmentation.pieces((("Sony", "brand"),), "en", seed) if name}
    assert {"Norin", "Papir", "诺林"} <= brands
