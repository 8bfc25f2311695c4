"""Comparatives in a message ("lighter", "屏幕大一点", "the lightest") → attributes of the catalogue, and more or less of them. Pure.

The comparatives are those of the two languages; what an attribute is called comes from the catalogue. Prices are not
among them but for the cheapest and the dearest (see `references`), nor is a comparison asked for ("which is lighter?"): that is for the intent to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from chatbot.shop.lexicon import translate
from chatbot.text import folded, is_han
from chatbot.values import Comparative

__all__ = ["read_comparatives"]

Sign = Literal[-1, 1]
Names = Mapping[str, Sequence[str]]

_A_BIT = r"(?:一?点儿?|一?些|那么一点)"
_TOO = r"(?:太|过于|有点|有些|好|偏|嫌|够)"
_NOT_TOO = r"(?:不要|别|不能|不想要|不|没有?那么|\bnot|\bisn't|\bnothing)\s*(?:太|那么|too |so |very |that )\s*"
"""Before "heavy": less of it is wished, but nothing was too heavy yet."""
_MUCH_ZH, _LITTLE_ZH = "大高长久多强快足", "小低短少弱慢"
_MUCH = r"bigger|larger|longer|more|higher|greater|better|stronger|faster|deeper|wider|taller"
_LITTLE = r"smaller|shorter|less|lower|fewer|weaker|slower"
_TOO_LITTLE, _TOO_MUCH = r"small|short|low|little|weak|slow", r"big|large|long|high|much"
_TOP = {
    1: r"biggest|largest|longest|most|highest|greatest|best|strongest|fastest",
    -1: r"smallest|shortest|least|lowest|fewest",
}

_SPOKEN: tuple[tuple[str, str], ...] = (
    (r"电池|电量|待机|续航|battery(?: life)?", "battery"), (r"屏幕?|显示屏|screen|display", "screen"), (r"噪音|噪声|声音|动静|noise", "noise"), (r"吸力|suction", "suction"),
    (r"容量|空间|capacity", "capacity"), (r"内存|运存|memory|ram", "memory"), (r"硬盘|储存|存储|storage|disk", "storage"), (r"功率|马力|power|wattage", "power"), (r"像素|摄像头|拍照|camera", "camera"),
    (r"重量|分量|weight", "weight"), (r"页数|pages", "pages"), (r"充电|charging", "charging"), (r"刷新率|refresh rate", "refresh rate"), (r"亮度|brightness", "brightness"), (r"尺寸|个头|体积", "size"),
)  # fmt: skip
"""What shoppers call an attribute whatever the catalogue calls it, with its usual name."""

_QUALITIES: tuple[tuple[str, str, str, str, Sign, tuple[str, ...]], ...] = (
    # Chinese adjective, its opposite, English comparative, what it is too much of, direction, the attributes that can show it
    ("轻|轻便|轻巧", "重|沉", r"lighter(?! colou?r| shade| blue| gr| pink| brown| one in)|more lightweight|less heavy|weighs? less", r"heavy|weight is", -1, ("weight",)),
    ("重|沉", "轻", r"heavier|weighs? more", r"light\b(?! colou?r)", 1, ("weight",)),
    ("安静|静音", "吵|闹", r"quieter|less (?:noisy|loud)|more silent", r"loud|noisy", -1, ("noise",)),
    ("耐用|久", "(?!)", r"longer[- ]lasting|lasts? longer", r"(?!)", 1, ("battery", "runtime", "lasting", "keeps hot")),
    ("大", "小", r"bigger|larger|roomier|more spacious", r"small|tiny|cramped", 1, ("screen", "capacity", "volume", "size", "room size")),
    ("小|小巧|迷你", "大|占地方", r"smaller|more compact|less bulky", r"big|large|bulky", -1, ("size", "screen", "capacity", "volume")),
    ("薄", "厚", r"thinner|slimmer", r"thick", -1, ("thickness", "pages")),
    ("厚", "薄", r"thicker", r"thin\b", 1, ("thickness", "pages")),
    ("长", "短", r"longer(?! warranty| guarantee| time| delivery)", r"short", 1, ("length", "pages", "battery", "play time")),
    ("短", "长", r"shorter", r"long\b", -1, ("length", "pages", "play time")),
    ("高", "矮", r"taller", r"(?!)", 1, ("height",)),
    ("矮", "高", r"(?<!level )lower(?! price| budget)", r"tall|high\b", -1, ("height",)),
    ("亮", "暗", r"brighter", r"dim\b|dark\b(?! colou?r)", 1, ("brightness",)),
    ("暖|暖和|保暖|厚实", "冷", r"warmer", r"cold", -1, ("comfort temperature",)),
    ("有劲|强劲|给力", "(?!)", r"more powerful|stronger", r"weak", 1, ("suction", "power")),
)  # fmt: skip
_SIZES = ("screen", "size", "thickness", "length", "height")
"""Where a quality begins with one of these, it has no attribute of its own: "bigger" names none to say of that it is not known."""
_SUPERLATIVES: Mapping[str, str] = {
    "轻|轻便|轻巧": "lightest", "重|沉": "heaviest", "安静|静音": "quietest", "大": "biggest|largest", "小|小巧|迷你": "smallest|most compact", "薄": "thinnest|slimmest", "厚": "thickest",
    "长": "longest", "短": "shortest", "高": "tallest", "亮": "brightest", "暖|暖和|保暖|厚实": "warmest", "有劲|强劲|给力": "most powerful|strongest",
}  # fmt: skip
_RIGHT = {
    "smaler": "smaller", "biger": "bigger", "ligter": "lighter", "ligher": "lighter", "lightr": "lighter", "quiter": "quieter", "heavyer": "heavier", "batery": "battery", "baterry": "battery", "memery": "memory",
}  # fmt: skip
_TYPOS = re.compile(rf"\b(?:{'|'.join(_RIGHT)})\b")
_PRICES: Mapping[Sign, str] = {
    -1: r"最便宜|最低价|价格最低|\b(?:cheapest|least expensive|lowest[- ]priced?)\b",
    1: r"最贵|\bmost expensive\b|\bpriciest\b",
}
"""The ends of the price, which is ranked by like an attribute."""


def read_comparatives(message: str, names: Names) -> tuple[Comparative, ...]:
    """What is to be more or less. names: every spelling of an attribute's name, folded → the attributes of that name, canonical."""
    text = _TYPOS.sub(lambda match: _RIGHT[match[0]], folded(message))
    found: list[Comparative] = []
    for noun, attributes in _nouns(text, names):
        for sign, past, match in _around(noun, text):
            found.append(Comparative(attributes, sign, past, attributes[0]))
            text = text[: match.start()] + "\0" * (match.end() - match.start()) + text[match.end() :]  # 屏幕大一点 is not also 大一点
            break
    for adjective, opposite, english, too, sign, stems in _QUALITIES:
        wished = _bare(adjective, opposite, english, too, text)
        if wished is not None:
            attributes = _canonical(stems, names)
            found.append(Comparative(attributes, sign, wished, attributes[0] if stems[0] not in _SIZES else ""))
    if found_top := next((sign for sign, words in _PRICES.items() if re.search(words, text)), None):
        found.append(Comparative(("price",), found_top, False, "price"))
    named = {attribute for one in found if one.name for attribute in one.attributes}
    found = [one for one in found if one.name or not named & set(one.attributes)]  # the battery should last longer: that is not also "longer"
    return tuple({one.attributes: one for one in reversed(found)}.values())[::-1]


def _nouns(text: str, names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(a pattern of words in the text, the attributes they name), the shop's own names first, longer ones before shorter."""
    spoken = [(pattern, _canonical((stem,), names)) for pattern, stem in _SPOKEN if re.search(pattern, text)]
    for name in sorted((one for one in names if len(one) > 1 and one in text), key=len, reverse=True):
        alike = (other for pattern, attributes in spoken if re.search(pattern, name) for other in attributes)
        yield re.escape(name), tuple(dict.fromkeys((*names[name], *alike)))
    yield from ((f"(?:{pattern})", attributes) for pattern, attributes in spoken)


def _around(noun: str, text: str) -> Iterator[tuple[Sign, bool, re.Match[str]]]:
    """(direction, whether strictly past, where) for a comparative at `noun`."""
    signs: tuple[tuple[Sign, str, str, str, str], ...] = (
        (1, _MUCH_ZH, _LITTLE_ZH, _MUCH, _TOO_LITTLE),
        (-1, _LITTLE_ZH, _MUCH_ZH, _LITTLE, _TOO_MUCH),
    )
    for sign, much, little, english, too in signs:
        more = (
            rf"{noun}(?:要|能|可以|得|再|还|稍微?|比较|是|希望|最好)*(?:更\s*[{much}]|[{much}]{_A_BIT}|[{much}]的(?:有|吗|呢)?)"
            rf"|(?:更|再)\s*[{much}]的?\s*{noun}|[{much}]{_A_BIT}的?\s*{noun}"
            rf"|{noun}(?:也|都|又|确实|还是|感觉)*{_TOO}\s*[{little}]"
            rf"|\b(?:{english})\s+(?:\w+\s+)?{noun}|{noun}(?: life| size)?\s+(?:that(?:'s| is) |is |be |should be |should last |lasts? |a bit |a little |to be )*(?:{english})\b"
            rf"|{noun}(?: life| size)?\s+(?:\w+\s+)?(?:is|looks|seems)\s+(?:way |a bit |just )?too (?:{too})"
        )
        if sign == 1:
            more += rf"|{noun}\s*不(?:太)?够|(?:not enough|too little)\s+{noun}"
        if match := _compiled(more).search(text):
            yield sign, True, match
        top = rf"{noun}最[{much}]|最[{much}]的\s*{noun}|\b(?:{_TOP[sign]})\s+(?:\w+\s+)?{noun}"
        if match := _compiled(top).search(text):
            yield sign, False, match


def _bare(adjective: str, opposite: str, english: str, too: str, text: str) -> bool | None:
    """Whether a quality without a noun is wished strictly past what was shown; None where it is not wished."""
    if _compiled(rf"{_NOT_TOO}(?:{opposite}|{too})").search(text):
        return False
    past = (
        rf"(?:更|再|还要)\s*(?:{adjective})(?!要|的?价|的?评分)|(?:{adjective}){_A_BIT}(?!的?价|的?评分)|比.{{1,8}}?(?:更|还|要)?(?:{adjective})(?:的|一|些|$)"
        rf"|(?<!不)(?<!不要){_TOO}(?:{opposite})(?!了?吗)|\b(?:{english})\b|\btoo (?:{too})"
    )
    if _compiled(past).search(text):
        return True
    top = _SUPERLATIVES.get(adjective)
    if top and _compiled(rf"最\s*(?:{adjective})|\b(?:{top})\b").search(text):
        return False
    return None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """There are more patterns than `re` keeps."""
    return re.compile(pattern)


def _canonical(stems: Sequence[str], names: Names) -> tuple[str, ...]:
    """The catalogue's attributes of these usual names, best first; the name itself where the catalogue has none such."""
    found: dict[str, None] = {}
    for stem in stems:
        spellings = [one for one in (stem, translate(stem, "name", "zh")) if one]
        found.update(dict.fromkeys(own for one in spellings for own in names.get(one, ())))
        found.update(dict.fromkeys(own for name, owns in names.items() if any(_within(one, name) for one in spellings) for own in owns))
    return tuple(found) or (stems[0],)


def _within(stem: str, name: str) -> bool:
    """Whether a longer name is of the same thing: "sleep noise", 睡眠噪音."""
    return name.endswith(stem) if is_han(stem[0]) else stem in name.split()[-1:]
