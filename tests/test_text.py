"""Cleaning and folding of untrusted text."""

import unicodedata

import pytest

from chatbot.text import clean, compact, folded, han_share, is_han


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a\t b\r\nc  ", "a b c"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("左\u200b右\u202e\ufeff", "左右"),
        ("half \ud83d surrogate", "half surrogate"),
        ("whole 😀", "whole 😀"),
        ("\ue000private", "private"),
        ("全角　空格", "全角 空格"),
        ("", ""),
        ("\x00\x01\u200b", ""),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_clean_removes_what_cannot_be_seen_and_keeps_the_rest(text, expected):
    assert clean(text, 100) == expected


def test_clean_cuts_to_the_longest_and_leaves_no_blank_at_the_end():
    assert clean("abc def", 4) == "abc"
    assert len(clean("字" * 20_000, 2000)) == 2000


def test_clean_text_can_be_encoded():
    assert clean("a\udc80b\ud800", 100).encode("utf-8") == b"ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ＬＡＰＴＯＰ １６ＧＢ", "laptop 16gb"), ("it’s 3–5 — ～", "it's 3-5 - ~"), ("￥５００", "¥500"), ("Straße", "straße"), ("好，的", "好,的")],
)
def test_folded_gives_one_form_to_every_spelling(text, expected):
    assert folded(text) == expected


def test_folded_twice_is_folded_once():
    for text in ("ＡＢＣ１", "½ kg", "–—−～’‘", "ﬁne"):
        assert folded(folded(text)) == folded(text)
        assert unicodedata.is_normalized("NFKC", folded(text))


def test_compact_compares_names_across_spellings():
    assert compact("Air Fryers") == compact("ＡＩＲ  fryers") == "airfryers"


@pytest.mark.parametrize(("char", "expected"), [("汉", True), ("㐀", True), ("a", False), ("あ", False), ("，", False), ("1", False)])
def test_is_han(char, expected):
    assert is_han(char) is expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("", 0, 0), ("123 !?", 0, 0), ("laptop", 0, 0), ("笔记本", 1, 1), ("有没有 Kindle 保护套", 0.6, 0.9), ("the iPad 好", 0.1, 0.4)],
)
def test_han_share_lies_between_no_chinese_and_nothing_else(text, low, high):
    assert low <= han_share(text) <= high
