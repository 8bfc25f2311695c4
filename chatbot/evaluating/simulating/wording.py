"""Sentences out of templates, money as people name it, slips of the fingers. Knows the languages and no shop.

A template holds `[this|that|]` for a free choice (choices may nest) and `{slots}`; the random generator is the caller's,
so that a seed gives the same words again.
"""

import random
import re
from collections.abc import Mapping, Sequence

from chatbot.evaluating.simulating import words_en, words_zh
from chatbot.values import Language

__all__ = ["CURRENCIES", "article", "asides", "joined", "money", "place", "plural", "sayings", "singular", "slipped", "spun", "synonyms", "wishes"]

_CHOICE = re.compile(r"\[([^\[\]]*)\]")

Words = Mapping[str, tuple[str, ...]]


def wishes(language: Language) -> Mapping[str, Words]:
    return words_zh.WISHES if language == "zh" else words_en.WISHES


def sayings(language: Language) -> Words:
    return words_zh.SAYINGS if language == "zh" else words_en.SAYINGS


def asides(language: Language) -> Words:
    return words_zh.ASIDES if language == "zh" else words_en.ASIDES


def synonyms(language: Language) -> Words:
    return words_zh.SYNONYMS if language == "zh" else words_en.SYNONYMS


def spun(templates: Sequence[str], rng: random.Random, **slots: str) -> str:
    """One of the templates with its choices made and its slots filled."""
    text = rng.choice(templates)
    while match := _CHOICE.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return re.sub(r"\s{2,}", " ", text).strip().format(**slots) if "{" in text else re.sub(r"\s{2,}", " ", text).strip()


# ── money and places ──────────────────────────────────────────────────────────────────────────────────────────────────

CURRENCIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CNY": (("¥{n}", "{n} yuan", "{n}", "{n} rmb", "{n}"), ("{n}元", "{n}块", "{n}", "{n}块钱")),
    "USD": (("${n}", "{n} dollars", "{n} bucks", "${n}", "{n}"), ("{n}美元", "{n}刀", "{n}")),
    "EUR": (("€{n}", "{n} euros", "{n} €", "{n}"), ("{n}欧元", "{n}欧", "{n}")),
    "GBP": (("£{n}", "{n} pounds", "{n} quid", "{n}"), ("{n}英镑", "{n}镑", "{n}")),
}
"""How an amount is said in English and in Chinese; of other currencies the number alone."""
_DIGITS = "零一二三四五六七八九"


def money(amount: float, currency: str, language: Language, rng: random.Random) -> str:
    """An amount in the words of a shopper: $1,500, 1500, 1.5k, 一千五."""
    english, chinese = CURRENCIES.get(currency, (("{n}",), ("{n}",)))
    plain = f"{amount:g}"
    if language == "zh":
        spoken = _spoken_zh(int(amount)) if amount == int(amount) and currency == "CNY" else ""
        if spoken and rng.random() < 0.4:
            return spoken + rng.choice(("", "", "块", "元"))
        if amount >= 1000 and amount % 100 == 0 and rng.random() < 0.15:
            return f"{amount / 1000:g}k"
        return rng.choice(chinese).format(n=plain)
    if amount >= 1000 and amount % 100 == 0 and rng.random() < 0.15:
        return f"{amount / 1000:g}k"
    return rng.choice(english).format(n=f"{int(amount):,}" if amount >= 1000 and rng.random() < 0.4 else plain)


def _spoken_zh(amount: int) -> str:
    """Round amounts as people say them: 三千五, 一百二, 八十, 一万二; "" for others."""
    for unit, word in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        whole, rest = divmod(amount, unit)
        if 1 <= whole <= 9:
            next_unit = unit // 10
            if rest % max(1, next_unit):
                return ""
            head = "两" if whole == 2 and unit > 10 else "" if whole == 1 and unit == 10 else _DIGITS[whole]
            return head + word + (_DIGITS[rest // next_unit] if rest else "")
    return ""


_PLACES = {"en": ("first", "second", "third", "fourth", "fifth"), "zh": ("一", "二", "三", "四", "五")}
_SHORT_PLACES = ("1st", "2nd", "3rd", "4th", "5th")


def place(number: int, language: Language, rng: random.Random) -> str:
    """The word for the place `number`, from 1."""
    if language == "en" and rng.random() < 0.15:
        return _SHORT_PLACES[number - 1]
    return str(number) if language == "zh" and rng.random() < 0.2 else _PLACES[language][number - 1]


# ── grammar ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_PAIRS = (
    "shoes",
    "boots",
    "headphones",
    "earphones",
    "earbuds",
    "glasses",
    "sheets",
    "jeans",
    "trousers",
    "dumbbells",
    "scissors",
    "trainers",
    "sneakers",
    "runners",
)


_MASSES = (
    "ing",
    "ware",
    "care",
    "fitness",
    "luggage",
    "wear",
    "meat",
    "food",
    "dairy",
    "bakery",
    "travel",
    "grooming",
    "decor",
    "fiction",
    "percussion",
)


def singular(word: str) -> str:
    """An English noun for one thing; what comes in pairs stays."""
    lower = word.lower()
    if lower.endswith(_PAIRS) or not lower.endswith("s") or lower.endswith(("ss", "us", "is")):
        return word
    if lower.endswith("ies") and len(lower) > 5:
        return word[:-3] + "y"
    return word[:-2] if lower.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


def plural(word: str) -> str:
    """An English noun for several; what is one mass stays, and so does what ends in s already."""
    lower = word.lower()
    if lower.endswith(("s", *_MASSES)):
        return word
    if lower.endswith("y") and lower[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if lower.endswith(("ch", "sh", "x")) else "s")


_MEASURES = (
    ("笔记本电脑", "台"), ("电脑", "台"), ("手机", "部"), ("相机", "台"), ("机", "台"), ("器", "台"), ("鞋", "双"), ("靴", "双"), ("书", "本"), ("小说", "本"), ("绘本", "本"), ("本子", "本"),
    ("笔记本", "本"), ("椅", "把"), ("椅子", "把"), ("桌", "张"), ("桌子", "张"), ("灯", "盏"), ("笔", "支"), ("口红", "支"), ("车", "辆"), ("帐篷", "顶"), ("四件套", "套"), ("套装", "套"),
    ("电影", "部"), ("刀", "把"), ("伞", "把"), ("衣", "件"), ("裤", "条"), ("裙", "条"), ("锅", "口"),
)  # fmt: skip
"""The word between a number and a thing, by how the thing's name ends."""


def article(kind: str, language: Language, rng: random.Random) -> str:
    """One of a kind, with the small words that a person may put before it."""
    if language == "zh":
        fitting = next((measure for ending, measure in _MEASURES if kind.endswith(ending)), "个")
        return rng.choice(("", "", "个", "一款", "款", f"一{fitting}", fitting)) + kind
    lower = kind.lower()
    if lower.endswith(_PAIRS) or plural(kind) == kind:
        return rng.choice((kind, f"some {kind}", f"new {kind}"))
    a = "an" if lower[0] in "aeiou" and not lower.startswith(("us", "uni", "eu")) else "a"
    return rng.choice((f"{a} {kind}", f"{a} {kind}", f"a new {kind}", f"a good {kind}"))


def joined(sentences: Sequence[str], language: Language, rng: random.Random) -> str:
    """Several sentences as one message, with the stops that a person would or would not set."""
    parts = [part.strip() for part in sentences if part.strip()]
    if language == "zh":
        stop = rng.choice(("，", "，", "。", " "))
        text = ""
        for part in parts:
            text += ("" if not text or text[-1] in "，。？！?!：" else stop) + part
        return text
    text = ""
    for part in parts:
        ended = not text or text[-1] in ".?!:,"
        text += ("" if not text else " " if ended else rng.choice((". ", ". ", ", "))) + part
    return text


# ── slips ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_HOMOPHONES = {
    "的": "得",
    "在": "再",
    "那": "哪",
    "帮": "邦",
    "吗": "嘛",
    "账": "帐",
    "做": "作",
    "像": "象",
    "想": "相",
    "买": "卖",
    "需": "须",
    "合": "和",
    "适": "式",
    "这": "着",
}
_RARE = ("买", "想", "合", "适", "这", "帮")
"""Slips that are seen, but seldom."""


def slipped(text: str, language: Language, rng: random.Random) -> str:
    """`text` with one slip of the fingers: letters swapped, dropped or doubled, a homophone, no stops, no capitals. Digits stay."""
    if language == "zh":
        places = [at for at, char in enumerate(text) if char in _HOMOPHONES and (char not in _RARE or rng.random() < 0.2)]
        if places and rng.random() < 0.5:
            at = rng.choice(places)
            return text[:at] + _HOMOPHONES[text[at]] + text[at + 1 :]
        return re.sub(r"[，。？！]", rng.choice((" ", "")) if not re.search(r"\d[，]\d", text) else " ", text).strip()
    words = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not words or rng.random() < 0.3:
        return rng.choice((text.lower(), text.lower().replace(",", "").replace("'", ""), text.rstrip(".?!")))
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    way = rng.randrange(3)
    if way == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if at + 1 < word.end() else text
    return text[:at] + text[at + 1 :] if way == 1 else text[:at] + text[at] * 2 + text[at + 1 :]
