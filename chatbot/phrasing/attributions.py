"""Whether what a sentence says of a product's attributes is that product's: yes or no, colours and such, and which quantity."""

import re
from collections.abc import Iterable, Mapping

from chatbot.numerals import chinese_number
from chatbot.phrasing.evidence import Facts, numbers_of
from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded
from chatbot.values import Product

__all__ = ["wrong_attribute"]

_NEGATED_BEFORE = re.compile(
    r"(?:没有?|不(?:支持|带|含|能|是)?|无|非|缺|\bno\b|\bnot\b|\bwithout\b|n't\b|\black(?:s|ing)?\b)\s*(?:have |has |any |a |the |come with |get )?$"
)
_AHEAD = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[a-z]{1,7}\s+)?(?:of\s+)?$")
_BEHIND = re.compile(r"(?:\s*(?:是|为|有|达|约|is|of|that's|at|:))?\s*(\d+(?:\.\d+)?)")
"""A number right before or behind the name of an attribute, with its unit and one small word between at the most."""
_LACKS = re.compile(r"^(?:没有|不支持|不带|无|no )\s*(.{2,})$")
_HAS = re.compile(r"^(?:带|支持|有)(.{2,})$")
_YES, _NO = ("yes", "有", "支持", "可以", "是"), ("no", "无", "没有", "不支持", "否")


def wrong_attribute(mentions: Mentions, facts: Facts) -> str:
    """What is wrong about an attribute, "" where nothing is."""
    return _wrong_flag(mentions, facts) or _of_another(mentions, facts) or _misattributed(mentions.masked, facts)


def _wrong_flag(mentions: Mentions, facts: Facts) -> str:
    """A yes/no attribute said the other way round, of the product spoken of."""
    for name, values in _flags(facts).items():
        for match in re.finditer(re.escape(name), mentions.masked):
            owner = mentions.owner(match.start()) or (facts.products[0] if len(facts.products) == 1 else None)
            if owner is None or owner.id not in values:
                continue
            if bool(_NEGATED_BEFORE.search(mentions.masked[: match.start()])) == values[owner.id]:
                return f"{name} of {owner.title} is the other way round"
    return ""


def _flags(facts: Facts) -> Mapping[str, dict[str, bool]]:
    """By name of the attribute: which products have it and which do not."""
    found: dict[str, dict[str, bool]] = {}
    for product in facts.products:
        for name, values in product.attributes.items():
            if values and values[0] in (*_YES, *_NO):
                found.setdefault(folded(name), {})[product.id] = values[0] in _YES
        for point in map(folded, facts.brief.points.get(product.id, ())):
            if lacking := _LACKS.match(point):
                found.setdefault(lacking[1], {})[product.id] = False
            elif having := _HAS.match(point):
                found.setdefault(having[1], {})[product.id] = True
    for name, value in facts.brief.asked:
        if value in (*_YES, *_NO) and facts.brief.products:
            found.setdefault(folded(name), {})[facts.brief.products[0].id] = value in _YES
    for name, owners in found.items():  # English points name what is there without a word before it
        for product in facts.products:
            if product.id not in owners and name in map(folded, facts.brief.points.get(product.id, ())):
                owners[product.id] = True
    return found


def _of_another(mentions: Mentions, facts: Facts) -> str:
    """A value in words, such as a colour, that is another product's and not that of the product it is said of."""
    if len(facts.products) < 2:
        return ""
    for product in facts.products:
        for value in _values(product, facts):
            for match in re.finditer(rf"(?<![a-z]){re.escape(value)}(?![a-z])", mentions.masked):
                owner = mentions.owner(match.start())
                ahead = mentions.behind(match.end())  # "for a red one, take the other"
                if owner and owner is not product and ahead is not product and value not in folded(facts.of(owner)):
                    return f"{value} is not said of {owner.title}"
    return ""


def _values(product: Product, facts: Facts) -> Iterable[str]:
    """The product's values in words, folded."""
    words = [value for values in product.attributes.values() for value in values]
    points = [part for point in facts.brief.points.get(product.id, ()) if not _LACKS.match(point) for part in re.split(r"[、/]", point)]
    for word in map(folded, (*words, *points)):
        word = re.sub(r"^(?:颜色|材质|适合|带|有|支持)", "", word.strip())
        if len(word) >= 2 and not any(char.isdigit() for char in word):
            yield word


def _misattributed(text: str, facts: Facts) -> str:
    """A quantity said of another attribute than its own: "a 1.1 kg screen", "a material that's 3.5 kg"."""
    chinese = facts.brief.language == "zh"
    allowed: dict[str, set[float]] = {}
    for product in facts.products:
        for name, values in product.attributes.items():
            allowed.setdefault(folded(name), set()).update(numbers_of(folded(" ".join(values))))
    for name, own in allowed.items():
        for match in re.finditer(re.escape(name) if chinese else rf"\b{re.escape(name)}\b", text):
            near = [_BEHIND.match(text, match.end()), None if chinese else _AHEAD.search(text[: match.start()])]
            for found in near:
                if found and (value := chinese_number(found[1])) is not None and value not in own:
                    return f"{found[1]} is not the {name}"
    return ""
