"""Whether the words of a sentence come from the facts, the customer, or plain speech that claims nothing."""

import re

from chatbot.phrasing.evidence import NUMBER
from chatbot.phrasing.plain_words import CLAIMS_HAN, PLAIN_ENGLISH, PLAIN_HAN
from chatbot.text import is_han
from chatbot.values import Language

__all__ = ["stem", "stray_words"]

_ENGLISH_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_BEGINNING = 5
"""Letters that make two English words the same: resistant and resistance."""
_MEASURES = {
    "width": ("wide",),
    "cm": ("wide", "high", "tall", "deep", "long", "thick"),
    "height": ("high", "tall"),
    "depth": ("deep",),
    "length": ("long",),
    "weight": ("heavy",),
    "age": ("old",),
    "duration": ("long",),
}
"""What is said of a thing whose measure the facts have."""
_COUNTED = re.compile(r"[一两二三四几][款样张台本双种个把件只条支盒瓶家部间项位]")
_JUDGED = re.compile(
    r"\b(?:\w{3,}est|\w{3,}er(?= than| one|,|\.| and| at| on)|expensive|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred)\b"
)
"""Words that other checks judge: comparisons and counts."""
_STRAY_HAN = 1
"""Chinese characters that may come from nowhere: particles that the list of plain words lacks."""


def stray_words(text: str, known: str, language: Language) -> str:
    """What comes from nowhere, "" where nothing does. text, known: folded."""
    if language == "en":
        words = {stem(word) for word in _ENGLISH_WORD.findall(known)} | _PLAIN_STEMS
        words |= {stem(word) for name, measured in _MEASURES.items() if name in known for word in measured}
        beginnings = {word[:_BEGINNING] for word in _ENGLISH_WORD.findall(known) if len(word) >= _BEGINNING}
        said = [word for word in _ENGLISH_WORD.findall(_JUDGED.sub(" ", NUMBER.sub(" ", text))) if len(word) > 2 and word not in PLAIN_ENGLISH]
        stray = [word for word in said if stem(word) not in words and word[:_BEGINNING] not in beginnings]
        return f"words from nowhere: {', '.join(stray[:3])}" if stray else ""
    claim = next((word for word in CLAIMS_HAN if word in text and word not in known), "")
    if claim:
        return f"words from nowhere: {claim}"
    text = _COUNTED.sub(" ", NUMBER.sub(" ", text))
    covered = {place for place, char in enumerate(text) if char in known}
    for word in PLAIN_HAN:  # marked and not cut out: 用 is plain speech, and a part of 适用年龄
        covered |= {place for match in re.finditer(re.escape(word), text) for place in range(*match.span())}
    loose = "".join(char for place, char in enumerate(text) if is_han(char) and place not in covered)
    latin = [word for word in re.findall(r"[a-z]{2,}", text) if word not in known]
    if len(loose) > _STRAY_HAN or latin:
        return f"words from nowhere: {loose or ', '.join(latin)}"
    return ""


def stem(word: str) -> str:
    """An English word without its commonest endings."""
    word = word.removesuffix("'s")
    return re.sub(r"(?:ing|ed|es|s|er|ly|e|y)$", "", word) if len(word) > 3 else word


_PLAIN_STEMS = frozenset(map(stem, PLAIN_ENGLISH))
