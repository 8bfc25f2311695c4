"""Whether the numbers of a sentence are those of the facts: their units, their currency, and the product they are said of."""

import re

from chatbot.phrasing.brief import CHINESE_MONEY, SIGNS
from chatbot.phrasing.evidence import NUMBER, UNIT, Facts, number_of, numbers_of, pairs_of, unit_of
from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded

__all__ = ["wrong_number"]

_CURRENCY_WORDS = ("元", "美元", "欧元", "英镑", "日元", "港元")
_MONEY_BEFORE = re.compile(r"[¥￥$€£]\s*$")
_AGAINST = re.compile(r"(?:\bagainst|\bversus|\bvs\.?|\bthan|\binstead of|\bnot|\band|对|比|而不是|和|、)\s*[^,，。;；]{0,12}$")
"""What brings in the other product's figure without its name."""
_WEIGHS = re.compile(r"(?:\bweigh(?:s|ing)?|重量?是?)\s*(?:only|just|about|around|约|只有)?\s*$")
_WEIGHTS = ("kg", "g", "mg", "公斤", "克", "斤", "毫克", "lb", "lbs", "oz")
_TITLED = re.compile(r" ?\0")
"""A product right behind a number: "the £149 Ottoview"."""
_FACED = re.compile(r"\s*(?:against|versus|vs\.?|对|比)\s*\d")
"""A figure that another one is set against: it belongs to the first of two things."""
_BY = re.compile(r"\s*(?:lighter|heavier|longer|shorter|wider|narrower|taller|higher|lower|bigger|smaller|more|less|thinner|thicker)\b")
_MORE = re.compile(r"[轻重长短宽窄高低大小薄厚多少](?:了|出)?\s*$")
"""What stands at the figure by which two things differ."""
_COLORS = re.compile(r"\s*(?:种颜色|colou?rs\b)")
"""A figure that counts the colours of a product."""
_COUNTED = re.compile(r"\s*(?:款|种|个|家|样|台|项|of them|options?|others?|more|one)")


def wrong_number(mentions: Mentions, facts: Facts) -> str:
    """A number that is in no fact, has another unit there, or belongs to another product than the one it is said of."""
    masked = mentions.masked
    for match in NUMBER.finditer(masked):
        value = number_of(match[0])
        if value is None:
            continue
        owner = mentions.behind(match.end()) if _TITLED.match(masked, match.end()) else mentions.owner(match.start())
        own = folded(facts.of(owner)) if owner else facts.text
        unit = UNIT.match(masked, match.end())
        if unit and _WEIGHS.search(masked[: match.start()]) and unit_of(unit) not in _WEIGHTS:
            return f"{match[0]} {unit[1]} is no weight"
        if unit and masked[match.start() - 1 : match.start()].isalpha() and masked[match.start() - 1].isascii():
            unit = None  # A4 pages, IP65
        if unit and match[0][0].isdigit() and _literal(masked[match.start() : unit.end()], own):
            continue
        is_money = bool(_MONEY_BEFORE.search(masked[: match.start()])) or bool(
            unit and unit[1] in ("元", "块", "块钱", "美元", "欧元", "英镑", "日元", "港元")
        )
        if is_money and (foreign := _foreign_money(masked, match, facts.brief.currency)):
            return f"{foreign} is not the shop's currency"
        if is_money and (sign := _MONEY_BEFORE.search(masked[: match.start()])) and _literal(masked[sign.start() : match.end()], own):
            continue
        if is_money:
            alone = owner and not _AGAINST.search(masked[: match.start()])
            owned = {owner.price, owner.list_price} if owner and alone else {price for one in facts.products for price in (one.price, one.list_price)}
            if value not in owned | facts.amounts:
                return f"the price {match[0]} is not that of {owner.title if owner else 'any product'}"
        elif unit:
            alone = owner and not _AGAINST.search(masked[: match.start()]) and not _FACED.match(masked, unit.end())
            allowed = pairs_of(own) | pairs_of(_general(facts)) if owner and alone else pairs_of(facts.text)
            allowed = allowed | pairs_of(facts.said)  # what the customer measured comes back
            if _BY.match(masked, unit.end()) or _MORE.search(masked[: match.start()]):
                allowed = allowed | _gaps(facts)
            if (value, unit_of(unit)) not in allowed:
                return f"{match[0]} {unit[1]} is in no fact"
        elif value not in facts.numbers | numbers_of(facts.said) and not (
            (_COUNTED.match(masked, match.end()) and value <= len(facts.products)) or (_COLORS.match(masked, match.end()) and value in _counts(facts))
        ):
            return f"the number {match[0]} is in no fact"
    return ""


def _counts(facts: Facts) -> set[int]:
    """How many values each attribute of each product has: 有黑色、白色、蓝色3种颜色 counts them."""
    return {len(values) for product in facts.products for values in product.attributes.values()}


def _gaps(facts: Facts) -> set[tuple[float, str]]:
    """By how much the quantities of two products differ, with the unit they share."""
    stated = [pairs_of(folded(facts.of(product))) for product in facts.products]
    return {
        (round(abs(one - other), 3), unit)
        for number, left in enumerate(stated)
        for right in stated[number + 1 :]
        for one, unit in left
        for other, same in right
        if unit == same
    }


def _literal(figure: str, facts: str) -> bool:
    """Whether a number with its unit stands in the facts just so, and not as the end of a longer number."""
    return bool(re.search(rf"(?<![\d.,]){re.escape(figure.strip())}(?![a-z\d])", facts))


def _foreign_money(text: str, number: re.Match[str], currency: str) -> str:
    """The sign or word of another currency at a number, "" where it is the shop's own."""
    sign = _MONEY_BEFORE.search(text[: number.start()])
    if sign and (own := SIGNS.get(currency)) and sign[0].strip().replace("￥", "¥") not in own:
        return sign[0].strip()
    unit = UNIT.match(text, number.end())
    if unit and unit[1] in _CURRENCY_WORDS and unit[1] != CHINESE_MONEY.get(currency):
        return unit[1]
    return ""


def _general(facts: Facts) -> str:
    brief = facts.brief
    return folded(
        "\n".join(
            [
                brief.answer,
                *brief.wanted,
                *(f"{name} {value}" for name, value in brief.asked),
                *brief.contact.values(),
            ]
        )
    )
