"""Sums said roughly: 一千多, 五千出头, 小几百, 千把块, "a couple hundred", "three to four hundred". Pure; part of the grammar of prices."""

import re

from chatbot.numerals import CHINESE_NUMERALS as _CN
from chatbot.numerals import UNITS, chinese_number

__all__ = ["in_digits", "read_vague"]

ABOUT = 0.2
"""How far "about" reaches to either side."""
JUST_OVER = 0.1
"""How far 出头 reaches above."""

_NUMBER = rf"(?:\d+(?:\.\d+)?\s*[百千万k]|[{_CN}]*[十百千万][{_CN}]*|\d{{2,}})"
_ENDS = r"(?=\s*(?:块|元|圆|的|钱|左右|以内|上下|吧|就|能|买|预算|[,.!?，。！？、\s]|$))"
_ODD = re.compile(rf"(?P<value>{_NUMBER})\s*(?:块|元)?多{_ENDS}\s*(?:块钱?|元)?(?:左右)?(?!\s*(?:[gGmMkK]|公|小时|天|年|页|克|升|人|个|台|本))")
_JUST_OVER = re.compile(rf"(?P<value>{_NUMBER})\s*(?:块|元)?出头(?:一?点)?")
_OR_SO = re.compile(
    rf"(?P<value>[{_CN}]*[百千万])(?:把|来)(?:块|元|(?=的|左右|[,，。!！?？\s]|$))钱?|(?:小|将近|快)(?P<nearly>[一两二三四五六七八九十][百千万])(?=块|元|的|[,，。!！?？\s]|$)"
)
_SEVERAL = re.compile(r"(?P<size>小|大|好)?几(?P<unit>[十百千万])(?:块钱?|元|(?=的|以内|左右|[,，。!！?？\s]|$))")
_ENGLISH = re.compile(
    r"\b(?P<about>about |around |roughly )?a (?P<word>couple|few)(?: of)? (?P<unit>hundred|thousand|grand)\b(?: (?:yuan|dollars|bucks))?"
)
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}
_PAIR = re.compile(rf"\b({'|'.join(_DIGITS)}|[1-9])(?: ?(?:to|or|-) ?)({'|'.join(_DIGITS)}|[1-9]) (hundred|thousand|grand)\b")

_SCALED = re.compile(r"\b(\d+(?:\.\d+)?) (hundred|thousand|grand)\b")


def in_digits(text: str) -> str:
    """ "three to four hundred" as "300 to 400" and "2 grand" as 2000, in a folded text."""

    def spelled(match: re.Match[str]) -> str:
        low, high = (_DIGITS.get(match[part]) or int(match[part]) for part in (1, 2))
        scale = _SCALES[match[3]]
        return f"{low * scale} to {high * scale}"

    return _SCALED.sub(lambda match: f"{float(match[1]) * _SCALES[match[2]]:g}", _PAIR.sub(spelled, text))


def read_vague(text: str) -> tuple[float, float, str] | None:
    """(low, high, the rest of a folded text) of a sum that is said roughly; None where there is none."""
    for pattern in (_SEVERAL, _ODD, _JUST_OVER, _OR_SO, _ENGLISH):
        if (match := pattern.search(text)) and (bounds := _bounds(pattern, match)):
            return *bounds, text[: match.start()] + " " + text[match.end() :]
    return None


def _bounds(pattern: re.Pattern[str], match: re.Match[str]) -> tuple[float, float] | None:
    if pattern is _SEVERAL:
        unit = UNITS[match["unit"]]
        low, high = {"小": (2, 5), "大": (5, 9), "好": (3, 9)}.get(match["size"] or "", (2, 9))
        return float(low * unit), float(high * unit)
    if pattern is _ENGLISH:
        unit = _SCALES[match["unit"]]
        return (2 * unit * (1 - ABOUT), 2 * unit * (1 + ABOUT)) if match["word"] == "couple" else (2.0 * unit, 5.0 * unit)
    groups = match.groupdict()
    if nearly := groups.get("nearly"):
        value = chinese_number(nearly)
        return (value * (1 - ABOUT), value) if value else None
    value = chinese_number(match["value"])
    if not value:
        return None
    if pattern is _ODD:  # 一千多 ends before two thousand, 一千二百多 before 1300
        step = 10 ** (len(str(int(value))) - len(str(int(value)).rstrip("0")))
        return (value, value + step - 1) if step > 1 else None
    return (value, round(value * (1 + JUST_OVER), 2)) if pattern is _JUST_OVER else (value * (1 - ABOUT), value * (1 + ABOUT))
