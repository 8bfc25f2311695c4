"""Slots: the words of a message that say a price, a brand, what is ruled out, for whom, and so on, as tags of tokens.

B- and I- tags (Ramshaw and Marcus, 1995). Pure; who reads tags out of a model is not its business.
"""

import itertools
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from chatbot.numerals import CHINESE_NUMERALS, chinese_number
from chatbot.text import is_han
from chatbot.values import Slot

__all__ = ["SLOTS", "TAGS", "SlotName", "quantity_of", "spans_of", "tags_of"]

SlotName = Literal["price", "brand", "attribute", "exclusion", "use", "recipient", "item", "quantity"]
SLOTS: tuple[SlotName, ...] = SlotName.__args__  # type: ignore[attr-defined]
TAGS: tuple[str, ...] = ("O", *(f"{part}-{name}" for name in SLOTS for part in "BI"))

MOST = 99
"""Pieces that a message can put into the cart; more is a matter for the bulk desk."""
_COUNTS = {
    "俩": 2, "仨": 3, "couple": 2, "pair": 2, "both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "half a dozen": 6, "dozen": 12,
}  # fmt: skip
_FORBIDDEN = -1e4
_START = np.array([_FORBIDDEN if tag[0] == "I" else 0.0 for tag in TAGS], np.float32)
_ALLOWED = np.array([[_FORBIDDEN if tag[0] == "I" and before[1:] != tag[1:] else 0.0 for tag in TAGS] for before in TAGS], np.float32)
_WITHIN = np.array([[0.0 if tag == "I" + before[1:] or tag == before == "O" else _FORBIDDEN for tag in TAGS] for before in TAGS], np.float32)
"""From one piece of a word to the next: a slot never begins or ends inside one."""
_DEGREES = "太更最很挺"
_AROUND = " ,.!?;:，。！？；：、~～"


def tags_of(offsets: Sequence[tuple[int, int]], slots: Sequence[Slot]) -> list[int]:
    """The tag number of every token from its (start, end) in the text; a token belongs to the slot that holds most of it."""
    tags = []
    before: Slot | None = None
    for start, end in offsets:
        inside = max(slots, key=lambda slot: min(end, slot.end) - max(start, slot.start), default=None)
        if end == start:
            tags.append(0)
            continue
        if inside is None or 2 * (min(end, inside.end) - max(start, inside.start)) < end - start:
            tags.append(0)
            before = None
            continue
        tags.append(TAGS.index(f"{'I' if inside is before else 'B'}-{inside.name}"))
        before = inside
    return tags


def spans_of(text: str, offsets: Sequence[tuple[int, int]], scores: np.ndarray) -> tuple[Slot, ...]:
    """The slots of a text from the tags' scores, shape (tokens, tags); a token without characters is passed over."""
    slots: list[Slot] = []
    name, start, end, whole = "", 0, 0, 0
    kept = [row for row, (first, last) in enumerate(offsets) if last > first]
    inside = [_one_word(text, offsets[before], offsets[row]) for before, row in itertools.pairwise(kept)]
    for row, number in zip(kept, _likeliest(scores[kept], inside), strict=True):
        (first, last), tag = offsets[row], TAGS[number]
        if name and tag == "I-" + name:
            end, whole = last, first
            continue
        if name:
            slots.append(_slot(text, name, start, end, whole))
        name = tag[2:]
        start, end, whole = first, last, first
    if name:
        slots.append(_slot(text, name, start, end, whole))
    return tuple(slot for slot in slots if slot.text)


def quantity_of(slots: Sequence[Slot]) -> int:
    """The number of pieces that a quantity slot says, 1 to 99; 1 where none does."""
    for slot in slots:
        if slot.name != "quantity":
            continue
        words = slot.text.lower()
        if found := re.search(r"\d+", words):
            number = float(found[0])
        elif found := re.match(f"[{CHINESE_NUMERALS}]+", words):
            number = chinese_number(found[0]) or 1
        else:
            number = next((value for word, value in _COUNTS.items() if word in words), 1)
        if 1 <= number <= MOST:
            return int(number)
    return 1


def _one_word(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether two neighbouring tokens are pieces of one word that is not Chinese, or of one number: x6 and 14寸 are two each."""
    at = after[0]
    around = text[at - 1 : at + 1]
    return before[1] == at and (around.isdecimal() or (around.isalpha() and not any(map(is_han, around))))


def _likeliest(scores: np.ndarray, inside: Sequence[bool]) -> list[int]:
    """The tags of greatest total score among those where an I- follows its own B- or I- (Viterbi, 1967).

    inside: for every token but the first, whether it goes on with the word of the one before.
    """
    if not len(scores):
        return []
    total = scores[0] + _START
    came = np.zeros(scores.shape, np.intp)
    for row in range(1, len(scores)):
        paths = total[:, None] + (_WITHIN if inside[row - 1] else _ALLOWED)
        came[row] = paths.argmax(0)
        total = paths.max(0) + scores[row]
    tags = [int(total.argmax())]
    for row in range(len(scores) - 1, 0, -1):
        tags.append(int(came[row, tags[-1]]))
    return tags[::-1]


def _slot(text: str, name: str, start: int, end: int, whole: int) -> Slot:
    """The span without what never belongs to it. whole: where its last token begins, which may hold 的 behind the word itself."""
    words = text[start:end].rstrip(_AROUND)
    if name != "brand" and end - whole > 1:
        words = words.removesuffix("的").rstrip(_AROUND)
    start += len(words) - len(words.lstrip(_AROUND + _DEGREES))
    words = words.lstrip(_AROUND + _DEGREES) if words.strip("的" + _AROUND) else ""
    return Slot(name, words, start, start + len(words))
