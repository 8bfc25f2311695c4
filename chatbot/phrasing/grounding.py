"""The grounding check: whether a sentence says only what its facts say. Says why not, in a few words.

It reads numbers with their units and whom they belong to, names of products and brands, yes/no attributes, promises,
superlatives, links, the language, and, of a model's sentence, whether its words come from the facts, the shopper or
plain speech. Pure apart from the catalogue's names it is made with.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chatbot.numerals import CHINESE_NUMERALS, chinese_number
from chatbot.phrasing.brief import CHINESE_MONEY, SIGNS, Brief, Sentence
from chatbot.phrasing.plain_words import PLAIN_ENGLISH, PLAIN_HAN
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, han_share, is_han
from chatbot.values import Product

__all__ = ["Facts", "Grounding"]

_NUMBER = re.compile(rf"\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s*[百千万](?!克|米|瓦)\d?)?|[{CHINESE_NUMERALS}]*[十百千万][{CHINESE_NUMERALS}]*")
_UNIT = re.compile(
    r"\s*(元|斤|美元|欧元|英镑|日元|港元|块钱?|公斤|千克|克|英寸|寸|升|毫升|小时|分钟|天|瓦|厘米|毫米|页|岁|星|%|％|折|kg|g|gb|tb|mah|mm|cm|ml|l|w|h|hz|in|inch(?:es)?|hours?|days?|minutes?|stars?|percent|pages|mp)(?![a-z])"
)
_CURRENCY_WORDS = ("元", "美元", "欧元", "英镑", "日元", "港元")
_MONEY_BEFORE = re.compile(r"[¥￥$€£]\s*$")
_COUNTED = re.compile(r"\s*(?:款|种|个|家|样|台|项|of them|options?|others?|more|one)")
_LINK = re.compile(r"https?:|www\.|[\w.]+@[\w.]+|\b[\w-]+\.(?:com|cn|net|org)\b")
_ECHO = re.compile(r"[|｜\n]|(?:^|\s)(?:facts|customer|reply)\s*:|事实：|顾客：|回复：", re.IGNORECASE)
_TWICE = re.compile(r"\b([a-z]{2,}) \1\b")
_PROMISES = re.compile(
    r"免费|包邮|包退|包换|保修|保证|质保|赠送|送货|送您|退款|退货|退换|换货|优惠券|打折|折扣|特价|满减|积分|当天到|次日|明天到|发货|三包|假一赔|分期|无理由|终身|永久|承诺"
    r"|\bfree\b|\bwarrant|\bguarante|\brefund|\breturn(?:s|ed|able)?\b|\bdiscount|\bcoupon|\bvoucher|\bdeliver|\bshipping\b|\bships\b|\bgift\b|\bpromis|\bmoney back|\blifetime\b|\binstal|% off"
)
_SUPERLATIVES = re.compile(
    r"最(?!接近)[\u3400-\u9fff]{1,2}|全网|第一名|唯一|\b(?:cheapest|lightest|best|biggest|smallest|fastest|longest|strongest|thinnest|largest|lowest|highest|top|only|most \w+|least \w+)\b"
)
_NEGATED_BEFORE = re.compile(r"(?:没有?|不(?:支持|带|含)?|无|非|\bno\b|\bnot\b|\bwithout\b|n't\b|\black(?:s|ing)?\b)\s*(?:have |has |any |a |the )?$")
_AHEAD = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[a-z]{1,7}\s+)?(?:of\s+)?$")
_BEHIND = re.compile(r"(?:\s*(?:是|为|有|达|约|is|of|that's|at|:))?\s*(\d+(?:\.\d+)?)")
"""A number right before or behind the name of an attribute, with its unit and one small word between at the most."""
_STRAY_HAN = 1
"""Chinese characters that may come from nowhere: particles that the list of plain words lacks."""


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
    def products(self) -> tuple[Product, ...]:
        return (*self.brief.products, *((self.brief.closest,) if self.brief.closest else ()))

    def of(self, product: Product) -> str:
        """What may be said of one product."""
        brief = self.brief
        attributes = [f"{name} {value}" for name, values in product.attributes.items() for value in values]
        prices = [brief.money(product.price), brief.money(product.list_price) if product.list_price else ""]
        return " \n".join(
            [
                product.title,
                product.brand,
                brief.descriptions.get(product.id, ""),
                *brief.points.get(product.id, ()),
                *attributes,
                *prices,
                *product.reasons,
            ]
        )

    @cached_property
    def amounts(self) -> frozenset[float]:
        """Sums of money that belong to no single product: gaps between prices, budgets, what documents say."""
        prices = [product.price for product in self.products]
        gaps = {round(abs(one - other), 2) for one in prices for other in prices if one != other}
        brief = self.brief
        general = " ".join(
            [
                brief.answer,
                *(reason for product in self.products for reason in product.reasons),
                *brief.wanted,
                *brief.blocking,
                brief.money(brief.lowest) if brief.lowest is not None else "",
            ]
        )
        return frozenset(gaps | _numbers(folded(general)))

    @cached_property
    def numbers(self) -> frozenset[float]:
        return frozenset(
            _numbers(self.text)
            | {float(self.brief.total), float(self.brief.quantity), float(self.brief.without), float(len(self.products))}
            | self.amounts
        )


class Grounding:
    """Knows the names of a catalogue, so that a product that is not among the facts is recognised."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._brands: dict[str, str] = {}
        for item in catalogue.items:
            for text in item.texts.values():
                if len(text.brand) >= 2:
                    self._brands[folded(text.brand)] = item.brand

    def fault(self, sentence: Sentence | str, facts: Facts, *, strict: bool = True) -> str:
        """Why the sentence may not be said, empty when it may. strict: also check that its words come from somewhere."""
        said = sentence.text if isinstance(sentence, Sentence) else sentence
        text = folded(said)
        return (
            self._form(said, text, facts, strict=strict)
            or self._foreign_brand(text, facts)
            or _wrong_number(text, facts)
            or _unbacked(_PROMISES, text, facts.text, "a promise")
            or _unbacked(_SUPERLATIVES, text, facts.text, "a superlative")
            or (_wrong_flag(text, facts) or _of_another(text, facts) or _misattributed(text, facts) or _stray_words(text, facts) if strict else "")
        )

    def _form(self, said: str, text: str, facts: Facts, *, strict: bool) -> str:
        if strict and _ECHO.search(said):
            return "it repeats the prompt"
        if strict and (twice := _TWICE.search(text)):
            return f"it stutters: {twice[0]}"
        if (link := _LINK.search(text)) and link[0] not in facts.text:
            return f"a link: {link[0]}"
        own = text
        for title in [*_titles(facts), folded(facts.brief.answer)]:
            own = own.replace(title, " ") if title else own
        if not strict:  # rules put a shop's own words, whatever their language, into a frame that is right
            return ""
        share = han_share(own)
        if facts.brief.language == "zh" and share < 0.5 and re.search(r"[a-z]{3}", own):
            return "it is not Chinese"
        if facts.brief.language == "en" and any(map(is_han, own)) and not all(char in facts.text for char in own if is_han(char)):
            return "it is not English"
        return ""

    def _foreign_brand(self, text: str, facts: Facts) -> str:
        ours = {product.brand for product in facts.products}
        for name, brand in self._brands.items():
            if brand not in ours and name in text and name not in facts.text:
                if not name[0].isascii() or re.search(rf"\b{re.escape(name)}\b", text):
                    return f"the brand {brand} is not among the facts"
        return ""


def _titles(facts: Facts) -> list[str]:
    return sorted((folded(product.title) for product in facts.products), key=len, reverse=True)


def _numbers(text: str) -> set[float]:
    return {value for match in _NUMBER.finditer(text) if (value := chinese_number(match[0])) is not None}


def _pairs(text: str) -> set[tuple[float, str]]:
    """Every number with the unit behind it."""
    found = set()
    for match in _NUMBER.finditer(text):
        value, unit = chinese_number(match[0]), _UNIT.match(text, match.end())
        if value is not None and unit:
            found.add((value, unit[1]))
    return found


def _wrong_number(text: str, facts: Facts) -> str:
    """A number that is in no fact, has another unit there, or belongs to another product than the one it is said of."""
    masked = text
    spans: list[tuple[int, Product]] = []
    for product in sorted(facts.products, key=lambda one: -len(one.title)):
        title = folded(product.title)
        while (at := masked.find(title)) >= 0:
            spans.append((at, product))
            masked = masked[:at] + "\0" * len(title) + masked[at + len(title) :]
    for match in _NUMBER.finditer(masked):
        value = chinese_number(match[0])
        if value is None:
            continue
        before = [product for at, product in sorted(spans, key=lambda span: span[0]) if at < match.start()]
        owner = before[-1] if before else None
        unit = _UNIT.match(masked, match.end())
        is_money = bool(_MONEY_BEFORE.search(masked[: match.start()])) or bool(
            unit and unit[1] in ("元", "块", "块钱", "美元", "欧元", "英镑", "日元", "港元")
        )
        if is_money and (foreign := _foreign_money(masked, match, facts.brief.currency)):
            return f"{foreign} is not the shop's currency"
        if is_money:
            owned = {owner.price, owner.list_price} if owner else {price for one in facts.products for price in (one.price, one.list_price)}
            if value not in owned | facts.amounts:
                return f"the price {match[0]} is not that of {owner.title if owner else 'any product'}"
        elif unit:
            allowed = _pairs(folded(facts.of(owner))) | _pairs(_general(facts)) if owner else _pairs(facts.text)
            if (value, unit[1]) not in allowed:
                return f"{match[0]} {unit[1]} is in no fact"
        elif value not in facts.numbers and not (_COUNTED.match(masked, match.end()) and value <= len(facts.products)):
            return f"the number {match[0]} is in no fact"
    return ""


def _foreign_money(text: str, number: re.Match[str], currency: str) -> str:
    """The sign or word of another currency at a number, "" where it is the shop's own."""
    sign = _MONEY_BEFORE.search(text[: number.start()])
    if sign and (own := SIGNS.get(currency)) and sign[0].strip().replace("￥", "¥") not in own:
        return sign[0].strip()
    unit = _UNIT.match(text, number.end())
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
                *(" ".join(one) for one in brief.differences),
                *brief.contact.values(),
            ]
        )
    )


def _unbacked(pattern: re.Pattern[str], text: str, allowed: str, what: str) -> str:
    for match in pattern.finditer(text):
        if match[0] not in allowed:
            return f"{what} that is in no fact: {match[0]}"
    return ""


def _wrong_flag(text: str, facts: Facts) -> str:
    """A yes/no attribute said the other way round, of the product named last before it."""
    for name, values in _flags(facts.products).items():
        for match in re.finditer(re.escape(name), text):
            before = [product for product in facts.products if text.rfind(folded(product.title), 0, match.start()) >= 0]
            owner = max(before, key=lambda product: text.rfind(folded(product.title), 0, match.start()), default=None)
            if owner is None or owner.id not in values:
                continue
            if bool(_NEGATED_BEFORE.search(text[: match.start()])) == values[owner.id]:
                return f"{name} of {owner.title} is the other way round"
    return ""


def _of_another(text: str, facts: Facts) -> str:
    """A value in words, such as a colour, that is another product's and not that of the product it is said of."""
    if len(facts.products) < 2:
        return ""
    for product in facts.products:
        own = folded(facts.of(product))
        for values in product.attributes.values():
            for value in values:
                word = folded(value)
                if len(word) < 2 or any(char.isdigit() for char in word):
                    continue
                for match in re.finditer(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text):
                    said_of = max(facts.products, key=lambda one: text.rfind(folded(one.title), 0, match.start()))
                    if text.rfind(folded(said_of.title), 0, match.start()) >= 0 and word not in folded(facts.of(said_of)) and word in own:
                        return f"{value} is not said of {said_of.title}"
    return ""


def _misattributed(text: str, facts: Facts) -> str:
    """A quantity said of another attribute than its own: "a 1.1 kg screen", "a material that's 3.5 kg"."""
    chinese = facts.brief.language == "zh"
    allowed: dict[str, set[float]] = {}
    for product in facts.products:
        for name, values in product.attributes.items():
            allowed.setdefault(folded(name), set()).update(_numbers(folded(" ".join(values))))
    for name, own in allowed.items():
        for match in re.finditer(re.escape(name) if chinese else rf"\b{re.escape(name)}\b", text):
            near = [_BEHIND.match(text, match.end()), None if chinese else _AHEAD.search(text[: match.start()])]
            for found in near:
                if found and (value := chinese_number(found[1])) is not None and value not in own:
                    return f"{found[1]} is not the {name}"
    return ""


def _flags(products: Iterable[Product]) -> Mapping[str, dict[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    for product in products:
        for name, values in product.attributes.items():
            if values and values[0] in ("yes", "有", "支持", "no", "无", "不支持"):
                found.setdefault(folded(name), {})[product.id] = values[0] in ("yes", "有", "支持")
    return found


def _stray_words(text: str, facts: Facts) -> str:
    """Words that neither the facts nor the shopper nor plain speech account for."""
    known = facts.text + "\n" + folded(facts.brief.message)
    if facts.brief.language == "en":
        words = {_stem(word) for word in re.findall(r"[a-z]+", known)} | PLAIN_ENGLISH
        stray = [word for word in re.findall(r"[a-z]+", text) if len(word) > 2 and word not in words and _stem(word) not in words]
        return f"words from nowhere: {', '.join(stray[:3])}" if stray else ""
    text = _NUMBER.sub(" ", text)
    covered = set()
    for place in range(len(text) - 1):
        if text[place : place + 2] in known:
            covered |= {place, place + 1}
    for word in PLAIN_HAN:  # marked and not cut out: 用 is plain speech, and a part of 适用年龄
        covered |= {place for match in re.finditer(re.escape(word), text) for place in range(*match.span())}
    loose = "".join(char for place, char in enumerate(text) if is_han(char) and place not in covered)
    latin = [word for word in re.findall(r"[a-z]{2,}", text) if word not in known]
    if len(loose) > _STRAY_HAN or latin:
        return f"words from nowhere: {loose or ', '.join(latin)}"
    return ""


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|er|ly)$", "", word) if len(word) > 4 else word
