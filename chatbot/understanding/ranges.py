"""The grammar of ranges: decades and years, lengths and other quantities with a bound. Pure; knows no shop.

"90年代", "from the 2010s", "2015年以后", "under two hours", "两个半小时以内": which attributes have years or which unit is said
by who asks. A number with no bound and no unit is left to others.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from chatbot.numerals import CHINESE_NUMERALS, chinese_number, with_digits
from chatbot.quantities import UNITS
from chatbot.text import folded
from chatbot.trade import AttributeWords
from chatbot.values import Ranges, Trend

__all__ = ["YEAR", "read_ranges", "read_trends"]

YEAR = "year"
"""The kind of an attribute whose numbers are years."""
ABOUT = 0.15
"""How far "about" reaches to either side."""
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TENS = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}
_CHINESE_TENS = {"二": 20, "三": 30, "四": 40, "五": 50, "六": 60, "七": 70, "八": 80, "九": 90}

_DECADE = re.compile(
    r"(?:上个?世纪)?(?:(?P<zh_year>(?:19|20)\d0)|(?P<zh_two>[0-9]0)|(?P<zh_word>[二三四五六七八九])十)年代"
    r"|\b(?:from |in |of )?(?:the )?(?:early |late |mid-?)?(?:(?P<en_year>(?:19|20)\d0)'?s|'?(?P<en_two>[0-9]0)'?s|(?P<en_word>"
    + "|".join(_TENS)
    + r"))\b"
)
_Y = r"(?P<{}>(?:19|20)\d\d)"
_SPAN = re.compile(
    rf"(?:from |between )?\b{_Y.format('first')}\s*年?\s*(?:-|~|到|至|to|and)\s*{_Y.format('last')}(?!\d)\s*年?(?:之间|间)?"
    rf"|\b(?:after|since|from(?= \d{{4}} on)) {_Y.format('since')}\b(?: on(?:wards?)?)?|{_Y.format('since_zh')}\s*年?(?:以后|之后|以来|往后|后)"
    rf"|(?:\bbefore |\bolder than |\bup to |\bearlier than )\b{_Y.format('until')}\b|{_Y.format('until_zh')}\s*年?(?:以前|之前|前)"
    rf"|\b(?:in|of|from) {_Y.format('just')}\b|{_Y.format('just_zh')}\s*年(?!代)(?:的|上映|拍)?"
)
_NUMBER = rf"(?:\d+(?:\.\d+)?|[{CHINESE_NUMERALS}]+|\b(?:{'|'.join(_SMALL)})\b)"
_BELOW = r"(?:\b(?:under|below|less than|shorter than|lighter than|smaller than|within|at most|up to|no (?:longer|more|bigger|heavier) than|not (?:over|longer than|more than))|不(?:超过|要超过|长于|多于)|别超过|最多|低于|少于|短于|控制在)\s*"
_OVER = r"(?:\b(?:over|more than|longer than|bigger than|at least|no (?:less|shorter) than)|超过|至少|不少于|长于|多于)\s*"
_NEAR = r"(?:\b(?:about|around|roughly)|大概|大约|差不多)\s*"
_SIGNS: tuple[tuple[Literal[-1, 1], Callable[[AttributeWords], tuple[str, ...]]], ...] = (
    (1, lambda words: words.more),
    (-1, lambda words: words.less),
)
_BELOW_BEHIND = r"\s*(?:以内|之内|以下|内(?!存)|封顶|or (?:less|under|shorter|lighter)|max\b|tops\b)"
_OVER_BEHIND = r"\s*(?:以上|起|往上|or (?:more|longer)|and (?:up|over)|plus\b|\+)"
_NEAR_BEHIND = r"\s*(?:左右|上下|or so\b|-?ish\b)"


def read_ranges(message: str, kinds: Mapping[str, str]) -> tuple[Ranges, str]:
    """(bounds in the smallest unit by attribute, the message without them). kinds: attribute → YEAR, or what its unit measures."""
    if not kinds:
        return {}, message
    text, found = folded(message), {}
    for name, kind in kinds.items():
        bounds, text = _years(text) if kind == YEAR else _quantity(text, kind)
        if bounds:
            found[name] = bounds
    return found, text if found else message


def read_trends(message: str, attributes: Mapping[str, AttributeWords]) -> tuple[Trend, ...]:
    """Quantities of which the message wants more or less, in the shop's words for it ("newer", 短一点)."""
    text, found = folded(message), []
    for name, words in attributes.items():
        for sign, patterns in _SIGNS:
            if any(re.search(pattern, text) for pattern in patterns(words)):
                found.append(Trend(name, sign))
    return tuple(found)


def _years(text: str) -> tuple[tuple[float | None, float | None] | None, str]:
    if match := _DECADE.search(text):
        if year := match["zh_year"] or match["en_year"]:
            start = int(year)
        else:
            two = int(match["zh_two"] or match["en_two"] or 0) or _CHINESE_TENS.get(match["zh_word"] or "", 0) or _TENS.get(match["en_word"] or "", 0)
            start = (2000 if two < 20 else 1900) + two
        return (float(start), start + 9.0), _without(text, match)
    if match := _SPAN.search(text):
        found = {name: float(value) for name, value in match.groupdict().items() if value}
        if "first" in found:
            return (min(found["first"], found["last"]), max(found["first"], found["last"])), _without(text, match)
        low, high, just = (found.get(name) or found.get(f"{name}_zh") for name in ("since", "until", "just"))
        return (just or low, just or high), _without(text, match)
    return None, text


def _quantity(text: str, kind: str) -> tuple[tuple[float | None, float | None] | None, str]:
    units = {unit: factor for unit, (measured, factor) in UNITS.items() if measured == kind}
    if not units:
        return None, text
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    amount = rf"(?P<number>{_NUMBER})(?P<half> and a half|个半|半)?[\s-]*(?:个|块)?(?P<unit>{unit})(?![a-z])(?P<half_behind>半| and a half)?"
    for before, behind, low, high in ((_BELOW, _BELOW_BEHIND, False, True), (_OVER, _OVER_BEHIND, True, False), (_NEAR, _NEAR_BEHIND, True, True)):
        for match in (re.search(before + amount, text), re.search(amount + behind, text)):
            if match and (size := _size(match, units)) is not None:
                spread = size * ABOUT if low and high else 0.0
                return (round(size - spread, 1) if low else None, round(size + spread, 1) if high else None), _without(text, match)
    return None, text


def _size(match: re.Match[str], units: Mapping[str, float]) -> float | None:
    word = match["number"]
    number = float(_SMALL[word]) if word in _SMALL else chinese_number(with_digits(word))
    if number is None:
        return None
    return (number + (0.5 if match["half"] or match["half_behind"] else 0)) * units[match["unit"]]


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " + text[match.end() :]
