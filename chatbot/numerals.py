"""Numbers as people write them, in digits, in Chinese and in mixtures of both. Knows nothing of prices."""

import re

__all__ = ["CHINESE_NUMERALS", "DIGITS", "UNITS", "chinese_number", "with_digits"]

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "k": 1000, "w": 10_000}
CHINESE_NUMERALS = "零〇一二两三四五六七八九十百千万"


def chinese_number(text: str) -> float | None:
    """The value of a number in digits, in Chinese or in a mixture: 1.5k, 3千5, 两百五, 一万二, 1,299.

    None where it is not one.
    """
    text = text.strip().replace(",", "").lower()
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([百千万kw])(\d?)", text):
        unit = UNITS[match[2]]
        return float(match[1]) * unit + (int(match[3]) * unit / 10 if match[3] else 0)
    if not text or any(char not in CHINESE_NUMERALS for char in text):
        return None
    total = section = digit = 0
    last_unit = 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            if char in "零〇":
                last_unit = 1
        elif char == "万":
            total, section, digit, last_unit = total + (section + digit or 1) * 10_000, 0, 0, 10_000
        else:
            unit = UNITS[char]
            section, digit, last_unit = section + (digit or 1) * unit, 0, unit
    # 三千五 means 3500, 三千零五 means 3005
    return float(total + section + (digit * last_unit // 10 if last_unit >= 100 else digit))


_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
_SPOKEN = {word: value for value, word in enumerate(_SMALL)} | _TENS
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}
_PHRASE = re.compile(rf"\b(?:{'|'.join(_SPOKEN)}|a)(?:[ -](?:and |a )?(?:{'|'.join([*_SPOKEN, *_SCALES])}))*\b")


def with_digits(text: str) -> str:
    """Lower-case `text` with its spoken English numbers from ten up in digits: "five thousand" as 5000."""

    def digits(match: re.Match[str]) -> str:
        total = section = 0
        for word in re.findall(r"[a-z]+", match[0]):
            if word in _SCALES:
                section = max(section, 1) * _SCALES[word]
                if _SCALES[word] == 1000:
                    total, section = total + section, 0
            else:
                section += _SPOKEN.get(word, 0)
        value = total + section
        return str(value) if value >= 10 else match[0]

    return _PHRASE.sub(digits, text)
