"""What a brief proves: all its text, its numbers, and per product what belongs to it alone. Judges nothing."""

import re
from dataclasses import dataclass
from functools import cached_property

from chatbot.numerals import CHINESE_NUMERALS, chinese_number
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.untrusted import harmless
from chatbot.text import folded
from chatbot.values import Product

__all__ = ["NUMBER", "UNIT", "Facts", "number_of", "numbers_of", "pairs_of", "unit_of"]

_COUNTS = "年|个月|周|天|小时|分钟|折|成|星|岁|倍|元(?![桥里村路街庄坊])|块|公斤|斤|升|米"  # 三元桥 is a place
_IN_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20,
    "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_REDUCED = "原价 现价 reduced down from instead of was"
"""What may be said of a price that has been higher."""
NUMBER = re.compile(
    rf"\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s*[百千万](?!克|米|瓦)\d?)?|[{CHINESE_NUMERALS}]*[十百千万][{CHINESE_NUMERALS}]*|[{CHINESE_NUMERALS}](?=\s*(?:{_COUNTS}))"
    rf"|\b(?:{'|'.join(_IN_WORDS)})(?=[ -](?:years?|months?|weeks?|days?|hours?|minutes?|percent|times|stars?)\b)"
)
UNIT = re.compile(
    r"[\s-]*(元|斤|美元|欧元|英镑|日元|港元|块钱|块(?![\u3400-\u9fff])|块(?=左右|以内|起|多|的|就|能)|公斤|千克|克|英寸|寸|升|毫升|小时|分钟|年|个月|周|天|瓦|厘米|毫米|公里|毫克|千卡|度|粒|片|米|分贝|流明|赫兹|页|岁|星|倍|成|%|％|折"
    r"|kg|mg|kcal|km|ft|feet|foot|lbs?|oz|miles?|g|gb|tb|mah|mm|cm|ml|l|w|hz|h|db|lm|ct|inch(?:es)?|in(?!\s+(?:your|the|a|stock|our|my|this|total|all|one|his|her|their)\b)|hours?|years?|months?|weeks?|days?|minutes?|min|stars?|times|percent|pages|mp|m)(?![a-z])"
)
"""A unit right behind a number."""


@dataclass(frozen=True)
class Facts:
    """A brief as the check reads it: all its text, and per product what belongs to it alone."""

    brief: Brief

    @cached_property
    def text(self) -> str:
        """Everything that may be said, folded."""
        brief = self.brief
        parts = [
            brief.answer,
            brief.title,
            brief.shop,
            brief.category,
            brief.unknown_brand,
            *brief.wanted,
            *brief.blocking,
            *brief.relaxed,
            *brief.unknown,
        ]
        parts += [*brief.contact.values(), *(f"{name} {value}" for name, value in brief.asked)]
        parts += [f"{name} {one} {other}" for name, one, other in brief.differences]
        parts += [self.of(product) for product in self.products]
        return folded("\n".join(parts))

    @cached_property
    def told(self) -> str:
        """What the shop itself says, its documents and contacts, without the items' texts, folded."""
        return folded("\n".join([self.brief.answer, *self.brief.contact.values()]))

    @cached_property
    def known(self) -> str:
        """What the facts and the customer say, folded."""
        return self.text + "\n" + self.said

    @cached_property
    def said(self) -> str:
        """What the customer says, folded; instructions say nothing."""
        return folded(harmless(self.brief.message))

    @cached_property
    def headings(self) -> str:
        """What the customer said and what was made of it, without the products, folded."""
        brief = self.brief
        return folded("\n".join([harmless(brief.message), brief.category, *brief.wanted, brief.unknown_brand, brief.answer, brief.title]))

    @cached_property
    def products(self) -> tuple[Product, ...]:
        return (*self.brief.products, *((self.brief.closest,) if self.brief.closest else ()))

    def of(self, product: Product) -> str:
        """What may be said of one product."""
        brief = self.brief
        attributes = [f"{name} {value}" for name, values in product.attributes.items() for value in values]
        place = brief.products.index(product) if product in brief.products else -1
        compared = [f"{row[0]} {row[place + 1]}" for row in brief.differences] if place in (0, 1) else []
        prices = [brief.price(product.price), f"{brief.money(product.list_price)} {_REDUCED}" if product.list_price else ""]
        return " \n".join(
            [
                product.title,
                product.brand,
                harmless(brief.descriptions.get(product.id, "")),
                *map(harmless, brief.points.get(product.id, ())),
                *attributes,
                *compared,
                *prices,
                *product.reasons,
            ]
        )

    @cached_property
    def amounts(self) -> frozenset[float]:
        """Sums of money that belong to no single product: gaps between prices, budgets, what documents say."""
        prices = [product.price for product in self.products]
        gaps = {round(abs(one - other), 2) for one in prices for other in prices if one != other}
        gaps |= {round(product.list_price - product.price, 2) for product in self.products if product.list_price}
        brief = self.brief
        general = " ".join(
            [
                brief.answer,
                *(reason for product in self.products for reason in product.reasons),
                *brief.wanted,
                *brief.blocking,
                *(value for _, *values in brief.differences for value in values),
                brief.money(brief.lowest) if brief.lowest is not None else "",
            ]
        )
        return frozenset(gaps | numbers_of(folded(general)))

    @cached_property
    def numbers(self) -> frozenset[float]:
        return frozenset(
            numbers_of(self.text)
            | {float(self.brief.total), float(self.brief.quantity), float(self.brief.without), float(len(self.products))}
            | self.amounts
        )


def numbers_of(text: str) -> set[float]:
    return {value for match in NUMBER.finditer(text) if (value := number_of(match[0])) is not None}


_RANGE = re.compile(r"\s*(?:[-~x×*]|到|至|to\b|and\b)\s*\d+(?:\.\d+)?(?:\s*[x×*]\s*\d+(?:\.\d+)?)?")
"""What stands between the first number of a range or of dimensions and the unit of all."""


def pairs_of(text: str) -> set[tuple[float, str]]:
    """Every number with the unit behind it."""
    found = set()
    for match in NUMBER.finditer(text):
        value, unit = number_of(match[0]), UNIT.match(text, match.end())
        if value is not None and not unit and (span := _RANGE.match(text, match.end())):
            unit = UNIT.match(text, span.end())
        if value is not None and unit:
            found.add((value, unit_of(unit)))
    return found


def number_of(text: str) -> float | None:
    """What a match of NUMBER says, None where it is no number."""
    return float(_IN_WORDS[text]) if text in _IN_WORDS else chinese_number(text)


def unit_of(match: re.Match[str]) -> str:
    """The unit of a match of UNIT by one name for its several spellings."""
    return _SAME.get(match[1], match[1])


_SAME = {
    "hours": "h", "hour": "h", "days": "day", "years": "year", "months": "month", "weeks": "week", "minutes": "min", "minute": "min", "inches": "in", "inch": "in", "stars": "star",
    "％": "%", "percent": "%", "块": "元", "块钱": "元", "千克": "公斤", "寸": "英寸",
}  # fmt: skip
