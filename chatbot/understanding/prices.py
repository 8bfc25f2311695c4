"""The grammar of prices, ratings and stock in Chinese and English. Pure; the judge of every number in a message.

`read_prices("三千到五千左右")` and its like give bounds in the shop's currency, whatever sign stands before the number.
A number with another unit (16 GB, 27 寸, 第二款) is never a price.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from chatbot.numerals import CHINESE_NUMERALS as _CN
from chatbot.numerals import DIGITS as _DIGITS
from chatbot.numerals import UNITS as _UNITS
from chatbot.numerals import chinese_number, with_digits
from chatbot.text import folded
from chatbot.understanding.vague_prices import in_digits, read_vague
from chatbot.values import Ranges

__all__ = ["Bounds", "read_bounds"]

ABOUT = 0.2
"""How far "about" reaches to either side."""
SMALLEST_BARE = 20
"""A number alone counts as a price from here on: smaller ones are counts and sizes more often."""


_MONEY_BEFORE = r"(?:[¥￥$€£]|rmb|cny|usd|us\$)\s*"
_MONEY_AFTER = r"\s*(?:元|块钱|块|圆|人民币|rmb|cny|yuan|kuai|usd|dollars?|bucks?|eur|euros?|pounds?|刀|大洋|软妹币)"
_NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s*(?:[百千万]\d?|k(?![a-z0-9])|w(?![a-z0-9/])))?|[{_CN}]*[十百千万][{_CN}]*(?<!十分)"
)
_MONEY = rf"(?:{_MONEY_BEFORE})?(?:{_NUMBER})(?:{_MONEY_AFTER})?"
_NOT_PRICE_AFTER = (
    r"(?!\s*(?:[-~到至]\s*\d|gb|tb|mb|kg|mg|ml|cm|mm|km|hz|mah|wh|mp\b|fps|g\b|l\b|m\b|v\b|h\b|in\b|inch|\"|'|寸|英寸|公斤|千克|斤|克|升|毫升|厘米|毫米|"
    r"公里|米|瓦|毫安|像素|小时|分钟|天|日|周|个月|月|年|岁|页|片|层|核|号|码|人|次|星|分(?!之)|折|%|％|度|级|款|个|台|件|本|双|支|把|张|只|条|部|套|盏|"
    r"辆|顶|位|家|种|样|寸|号|stars?|hours?|days?|weeks?|months?|years?|yr|people|persons?|pieces?|pcs|pages?|litres?|liters?|grams?|kilos?|watts?|"
    r"volts?|pounds? of|lbs?\b|oz\b|percent|st\b|nd\b|rd\b|th\b|dpi|rpm|p\b|k\s*(?:monitor|screen|video|display|tv|resolution|显示|屏|分辨)|in-?1|\d))"
)

SMALLEST_SCALE = 5
"""The best rating that is usual: where it is higher, higher ratings are read."""


@lru_cache(maxsize=8)
def _rating_pattern(best: int) -> re.Pattern[str]:
    """How a least rating is said where `best` is the highest."""
    numerals = "一二三四五" if best <= SMALLEST_SCALE else "一二三四五六七八九十"
    digits = "|".join(str(one) for one in range(best, 0, -1))
    stars = rf"(?P<stars>(?:{digits})(?:\.\d)?(?!\d)|[{numerals}])"
    return re.compile(
        rf"(?:rat(?:ed|ing)s?|scores?|reviews?)[\w ]{{0,12}}?(?:above|over|of at least|at least|from|>=?)\s*{stars.replace('stars', 'a')}"
        rf"|(?:rated|rating(?: of)?)\s*{stars.replace('stars', 'g')}(?:\s*(?:and|or) (?:up|above|more|better|over|higher)|\s*\+)"
        rf"|{stars.replace('stars', 'b')}\s*\+?\s*stars?(?:\s*(?:and|or)\s*(?:up|above|more|better|over)|\s*\+|\s*plus)?"
        rf"|(?:at least|minimum)\s*{stars.replace('stars', 'c')}\s*stars?"
        rf"|评分[^\d一二三四五六七八九十]{{0,6}}{stars.replace('stars', 'd')}\s*分?\s*(?:以上|起|\+)?"
        rf"|{stars.replace('stars', 'e')}\s*(?:星|分)\s*(?:以上|及以上|起|\+)|(?:至少|不低于){stars.replace('stars', 'f')}\s*(?:星|分)"
    )


_IN_STOCK = re.compile(r"\b(?:only |just |must be |be |are |is |currently )?in[ -]stock\b|\bavailable (?:now|today|right away)\b|有货|现货|有库存")
_ANY_PRICE = re.compile(
    r"(?:any price|price (?:doesn't|does not|isn't|is no|is not) (?:matter|important|an? issue|object)|no (?:budget|price limit)|money is no object)"
    r"|(?:预算|价格|价钱|钱)(?:不限|无所谓|不是问题|没要求|都行|都可以|不重要)|不限(?:预算|价格)|不差钱|多少钱都(?:行|可以)"
)

_SEPARATOR = r"\s*(?:-|~|到|至|to|and|or|和|、)\s*"
_RANGE = re.compile(
    rf"(?<!\d)(?<!\d-)(?P<between>between |from |介于)?(?P<low>{_MONEY}){_SEPARATOR}(?P<high>{_MONEY})(?P<between_zh>之间|元之间)?{_NOT_PRICE_AFTER}"
)
_ADJACENT = re.compile(
    r"(?P<first>[一二两三四五六七八九])(?P<second>[二两三四五六七八九])(?P<unit>[十百千万])(?![一二三四五六七八九十]|\w*[款个台岁])"
)
_MAXIMUM = re.compile(
    r"(?:(?<!not )und?e?r|\bsub[ -]|(?<!not )below|(?<!no )(?<!not )less than|cheaper than|(?<!no )lower than|up to|stretch to|as much as|at most|max(?:imum)?(?: of)?|(?:no|not|nothing|never|don't)(?: want)?(?: to)?(?: go(?:ing)?)? (?:more|higher|over|above)(?: than)?|within|"
    r"not exceed(?:ing)?|<=?|budget(?:'s| is| of|:)?(?: around| about)?|afford|spend|(?:i(?:'ve)? (?:only )?(?:have|got))|"
    r"不(?:超|要超|能超|想超)过|别超过|预算(?:改|调|加|提|降)(?:到|成|为|至)|改成|(?<!不)低于|(?<!不)小于|(?<!不)少于|最多|顶多|不高于|预算(?:只有|就|是|在|大概|差不多|有)?|控制在|只有|不到)\s*"
    rf"(?P<value>{_MONEY}){_NOT_PRICE_AFTER}"
    rf"|(?P<value_before>{_MONEY})\s*(?:钱)?\s*(?:以内|以类|以下|之内|之下|内(?!存)|封顶|以里|往下|or (?:less|under|below|lower|cheaper)|to spend|max\b|tops\b|at most|and (?:under|below))"
)
_CEILING = re.compile(
    r"(?:(?:(?:can|should|must|do|wo|would|may)(?:n'?t| not|not)|'t)(?: \w+){0,4} (?:more|higher|over|above)(?: than)?|"
    r"不(?:想|愿意?|能|要|打算)?花?超过|(?:最多|顶多)(?:只能|只|能|可以)?(?:花|出|接受|给|付)|手[头里上](?:就|只有|有)|(?:加|提|涨|放宽|提高)到)\s*"
    rf"(?P<value>{_MONEY}){_NOT_PRICE_AFTER}"
    rf"|超过\s*(?P<beyond>{_MONEY})的?(?:我)?(?:就|可)?(?:算了|不考虑|不要|不行|太贵|买不起)"
    rf"|(?P<value_before>{_MONEY})\s*(?:is|'s|would be|will be) (?:(?:my|the) (?:\w+ )?(?:limit|max(?:imum)?|most|budget|ceiling)|as (?:far|much|high) as)"
    rf"|(?P<enough>{_MONEY})\s*(?:would be|is|'s) (?:ok|okay|fine|alright|all right)\b"
)
"""Ceilings whose words hold others' words for a floor: "can't cost more than 160", 超过三千就算了."""
_MINIMUM = re.compile(
    r"(?:over|above|more than|higher than|at least|starting (?:at|from)|upwards of|min(?:imum)?(?: of)?|no less than|not (?:under|below)|>=?|"
    r"(?<!不)高于|(?<!不)超过|(?<!不)大于|不(?:少|低)于|至少|最少|起码|最低)\s*"
    rf"(?P<value>{_MONEY}){_NOT_PRICE_AFTER}"
    rf"|(?P<value_before>{_MONEY})\s*(?:钱)?\s*(?:以上|起步|起(?!来)|之上|往上|or (?:more|above|over|higher)|and (?:up|above|over)|\+(?!\s*(?:months?|years?|people|players?|岁|个?月|年|人))|plus\b)"
)
_AROUND = re.compile(
    rf"(?:about|around|roughly|approx(?:imately)?\.?|circa|~|大概|大约|差不多|约)\s*(?P<value>{_MONEY}){_NOT_PRICE_AFTER}"
    rf"|(?P<value_before>{_MONEY})\s*(?:钱)?\s*(?:左右|上下|前后|-?ish\b|or so\b)"
)
_MARKED = re.compile(rf"{_MONEY_BEFORE}(?P<a>{_NUMBER})|(?P<b>{_NUMBER}){_MONEY_AFTER}(?!\s*[件个])")
_BARE = re.compile(
    rf"(?:\s|[,.，。]|ok(?:ay)?|fine|well|so|then|actually|maybe|say|make (?:it|that)|let's say|no|wait|hmm|sorry|on second thought|(?:i )?changed my mind|you know what|:|算了|等等|还是|那|就|好|嗯|按)*(?P<value>{_MONEY})"
    r"(?:\s|[,.!?。！？]|的|吧|呢|钱|then|please|actually)*"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was said of price, rating and stock; None where nothing was. any_price: "price does not matter". ranges: see `ranges`."""

    price_min: float | None = None
    price_max: float | None = None
    rating_min: float | None = None
    in_stock: bool | None = None
    any_price: bool = False
    ranges: Ranges = field(default_factory=dict)
    rest: str = ""
    """The folded message with the parts that were read blanked out, so that nobody reads them again."""


def read_bounds(message: str, best_rating: float = SMALLEST_SCALE) -> Bounds:
    """The bounds of a message. best_rating: the highest there is."""
    text = with_digits(in_digits(folded(message)))
    rating, text = _rating(text, best_rating)
    stock = bool(_IN_STOCK.search(text))
    text = _IN_STOCK.sub(" ", text)
    any_price = bool(_ANY_PRICE.search(text))
    text = _ANY_PRICE.sub(" ", text)
    low, high, text = _prices(text)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Bounds(low, high, rating, True if stock else None, any_price, rest=text)


def _rating(text: str, best: float) -> tuple[float | None, str]:
    found = _rating_pattern(int(best)).search(text)
    if not found:
        return None, text
    value = next(group for group in found.groups() if group)
    return chinese_number(value), text[: found.start()] + " " + text[found.end() :]


def _prices(text: str) -> tuple[float | None, float | None, str]:
    if found := read_vague(text) or _range(text):
        return found
    low: float | None = None
    high: float | None = None
    if (
        (match := _CEILING.search(text))
        and (value := _value(match))
        and (not match["enough"] or value >= SMALLEST_BARE or _MARKED.search(match["enough"]))
    ):
        return None, value, _without(text, match)
    if (match := _AROUND.search(text)) and (value := _value(match)):
        return round(value * (1 - ABOUT), 2), round(value * (1 + ABOUT), 2), _without(text, match)
    if (match := _MAXIMUM.search(text)) and (value := _value(match)):
        high, text = value, _without(text, match)
    if (match := _MINIMUM.search(text)) and (value := _value(match)):
        low, text = value, _without(text, match)
    if low is None and high is None:
        if (
            (match := _BARE.fullmatch(text))
            and (value := _value(match))
            and (value >= SMALLEST_BARE or _MARKED.search(match["value"]))
            and not re.fullmatch(r"\s*\d+k\s*", text)
        ):
            return None, value, " "
        if match := _MARKED.search(text):
            value = chinese_number(match["a"] or match["b"])
            if value:
                return round(value * (1 - ABOUT), 2), round(value * (1 + ABOUT), 2), _without(text, match)
    return low, high, text


def _range(text: str) -> tuple[float, float, str] | None:
    if adjacent := _ADJACENT.search(text):
        first, second, scale = _DIGITS[adjacent["first"]], _DIGITS[adjacent["second"]], _UNITS[adjacent["unit"]]
        if second - first == 1 or (first, second) == (3, 5):  # 三四百, 三五百
            return float(first * scale), float(second * scale), _without(text, adjacent)
    for match in _RANGE.finditer(text):
        low, high = _amount(match["low"]), _amount(match["high"])
        if low is None or high is None:
            continue
        if unit := re.search(r"[百千万kw](?=\D*$)", match["high"]):  # 3-5千, 2 to 3k
            if not re.search(r"[百千万kw]", match["low"]) and low < high:
                low *= _UNITS[unit[0]]
        marked = match["between"] or match["between_zh"] or re.search(_MONEY_BEFORE + "|" + _MONEY_AFTER, match[0])
        if 0 < low < high and (marked or (high >= 2 * SMALLEST_BARE and not re.search(r"\d\s*(?:and|or|和|、)\s*\d", match[0]))):
            return low, high, _without(text, match)
    return None


def _value(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    return _amount(next((groups[name] for name in ("value", "value_before", "beyond", "enough") if groups.get(name)), ""))


def _amount(money: str) -> float | None:
    bare = re.sub(rf"^(?:{_MONEY_BEFORE})|(?:{_MONEY_AFTER})$", "", money.strip())
    return chinese_number(bare)


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " + text[match.end() :]
