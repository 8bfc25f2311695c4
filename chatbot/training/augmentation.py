"""Other ways of typing the same message, for training: slips of fingers and of input methods, full-width forms, filler and
politeness, and slots filled anew from a catalogue, also with the other language's words. Slots keep their places.

Every change is drawn from a seed, so that a training can be repeated. Knows no models.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from chatbot.shop.catalogue import Catalogue
from chatbot.text import is_han
from chatbot.training.utterances import Piece, Utterance, plain
from chatbot.values import LANGUAGES

__all__ = ["Augmentation"]

FILLED = ("price", "brand", "attribute", "use", "recipient", "quantity")
"""Slots whose words may stand for one another; an item ("it") or what is ruled out may not."""
FILLED_EACH = 0.7
LONGEST_VALUE = 20
"""Characters of an attribute's value that a shopper might type."""
SHARE = 0.6
"""Texts that are changed; the others stay as they were written."""
SLIP, FILL, SUBSTITUTE, WIDEN = 0.45, 0.35, 0.5, 0.06
"""Chances of each kind of change to a text that is changed."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {char: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _KEYS for at, char in enumerate(row)}
_BEFORE = {
    "zh": ("你好，", "您好，", "请问", "麻烦问下", "那个", "嗯", "哎，", "在吗，", "老板，", "亲，", "我想问一下，", "hi ", "对了，", "就是说，", "不好意思，"),
    "en": ("hi, ", "hello, ", "hey ", "um ", "so ", "ok so ", "please ", "excuse me, ", "just wondering, ", "quick question: ", "well, ", "hey there, ", "sorry, ", "btw "),
}  # fmt: skip
_BEHIND = {
    "zh": ("，谢谢", "，麻烦了", "哈", "啊", "～", "。", "！", "？", "，急", "，在线等", " 谢谢啦", "嘛", "…"),
    "en": (" please", " thanks", ", thank you", "?", "!", ".", "...", " pls", " thx", " lol", " :)", ", cheers", " if that's ok"),
}
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


class Augmentation:
    """words: for a slot name and a language, what may fill it; `of` collects them from a catalogue and from utterances."""

    def __init__(self, words: Mapping[tuple[str, str], Sequence[str]], characters: str = "") -> None:
        self._words = words
        self._alike = _homophones(characters)

    @classmethod
    def of(cls, catalogue: Catalogue, rows: Sequence[Utterance]) -> "Augmentation":
        """Brands and attribute values of the catalogue, and what fills the slots of `rows` (those to learn from, no others).

        Homophones are found among the characters of `rows`.
        """
        words: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for item in catalogue.items:
            for language in LANGUAGES:
                text = item.text(language)
                words["brand", language][text.brand] = None
                values = [value for several in text.attributes.values() for value in several if not value.isdigit()]
                words["attribute", language].update(dict.fromkeys(value for value in values if len(value) <= LONGEST_VALUE))
        for row in rows:
            for said, name in row.pieces:
                if name in FILLED:
                    words[name, row.language][said] = None
        return cls({key: tuple(filter(None, values)) for key, values in words.items()}, "".join(row.text for row in rows))

    def text(self, text: str, seed: int) -> str:
        """Another spelling of a text without slots."""
        return plain(self.pieces(((text, ""),), "zh" if any(map(is_han, text)) else "en", seed))[0]

    def pieces(self, pieces: Sequence[Piece], language: str, seed: int) -> tuple[Piece, ...]:
        """Another spelling of a marked text."""
        random = Random(seed)
        if random.random() > SHARE:
            return tuple(pieces)
        changed = list(pieces)
        if random.random() < SUBSTITUTE:
            changed = [self._filled(piece, language, random) if random.random() < FILLED_EACH else piece for piece in changed]
        if random.random() < SLIP:
            at = random.randrange(len(changed))
            changed[at] = (self._slipped(changed[at][0], random), changed[at][1])
        if random.random() < FILL:
            if random.random() < 0.5:
                changed.insert(0, (random.choice(_BEFORE[language]), ""))
            else:
                changed.append((random.choice(_BEHIND[language]), ""))
        if random.random() < WIDEN:
            changed = [(words.translate(_WIDE), name) for words, name in changed]
        return tuple(piece for piece in changed if piece[0])

    def _filled(self, piece: Piece, language: str, random: Random) -> Piece:
        """Another filling of the same slot, a brand also in the other language; or the digits of a price become others."""
        words, name = piece
        if name == "price" and (random.random() < 0.5 or not self._words.get((name, language))):
            return "".join(random.choice("123456789") if char.isdigit() and char != "0" else char for char in words), name
        if name == "brand" and random.random() < 0.2:
            language = "en" if language == "zh" else "zh"
        choices = self._words.get((name, language))
        return (random.choice(choices), name) if choices else piece

    def _slipped(self, words: str, random: Random) -> str:
        """One slip: a homophone in Chinese; a neighbouring key, a letter lost, doubled or swapped in English."""
        places = [at for at, char in enumerate(words) if char in self._alike or char.lower() in _NEAR]
        if not places:
            return words
        at = random.choice(places)
        char = words[at]
        if char in self._alike:
            return words[:at] + random.choice(self._alike[char]) + words[at + 1 :]
        kind = random.randrange(4)
        if kind == 0:
            return words[:at] + random.choice(_NEAR[char.lower()]) + words[at + 1 :]
        if kind == 1 and len(words) > 3:
            return words[:at] + words[at + 1 :]
        if kind == 2 and at + 1 < len(words):
            return words[:at] + words[at + 1] + char + words[at + 2 :]
        return words[:at] + char + words[at:]


def _homophones(characters: str) -> dict[str, str]:
    """Character → others of `characters` that sound the same."""
    from pypinyin import lazy_pinyin

    by_sound: dict[str, list[str]] = defaultdict(list)
    for char in sorted(set(filter(is_han, characters))):
        by_sound[lazy_pinyin(char)[0]].append(char)
    return {char: "".join(other for other in alike if other != char) for alike in by_sound.values() if len(alike) > 1 for char in alike}
