"""Whether what a sentence says of a product's attributes is that product's: yes or no, colours and such, and which quantity."""

import re
from collections.abc import Iterable, Mapping

from chatbot.numerals import chinese_number
from chatbot.phrasing.evidence import UNIT, Facts, numbers_of
from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded
from chatbot.values import Product

__all__ = ["wrong_attribute"]

_NEGATED_BEFORE = re.compile(
    r"(?:没有?|不(?:支持|带|含|能|是)?|无|非|缺|\bno\b|\bnot\b|\bwithout\b|n't\b|\bneither\b|\black(?:s|ing)?\b)\s*(?:[a-z']+ ){0,4}$"
)
_APART = re.compile(r"(?:和[^，。]{1,6})?(?:要|需|得)?(?:另购|另买|另外买|单买)|(?:,? and [a-z ]{3,20})? (?:is|are) sold separately")
_UNSAID = re.compile(
    r"没写|没有写|没说|没提|没标|没记|没有(?:说明|记录|资料|标注|注明|提到)|不清楚|不确定|不知道|查不到|查不着|不敢|[?？]"
    r"|\b(?:data|listing|page|description|details?|facts?)\b.*\b(?:not|n't|no)\b|(?:\bnot\b|n't|\bno\b).*\b(?:say|says|know|known|listed|list|given|give|data|written|mention|mentioned|information|stated|guess|sure)\b"
)
_WAIVED = re.compile(r"(?:不要|不限|不要求|\bwithout|\bunless)[^，。,;；]{0,12}$")
_AHEAD = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[a-z]{1,7}\s+)?(?:of\s+)?$")
_BEHIND = re.compile(r"(?:\s*(?:是|为|有|达|约|is|of|that's|at|:))?\s*(\d+(?:\.\d+)?(?:\s*[百千万亿])?)")
"""A number right before or behind the name of an attribute, with its unit and one small word between at the most."""
_NAME_AHEAD = re.compile(
    r"(?P<name>(?!每.$)(?!每.\s)[\u3400-\u9fff]{2,8}|(?!from|under|over|up|for|about|at|to|in|within|max|down)[a-z][a-z ]+[a-z])\s+(?P<value>\d.*)"
)
_LEADING = re.compile(r"\d+(?:\.\d+)?(?:\s*(?:-|x|×|~|to)\s*\d+(?:\.\d+)?)*")
_NAME_BEHIND = re.compile(r"\s+(?P<name>[a-z][a-z ]*[a-z])$")
"""A point that names its figure: 续航 14 小时, load 8 kg; 14 hours battery."""
_LACKS = re.compile(r"^(?:没有|不支持|不带|无|no )\s*(.{2,})$")
_HAS = re.compile(r"^(?:带|支持|有)(.{2,})$")
_YES, _NO = ("yes", "有", "支持", "可以", "是"), ("no", "无", "没有", "不支持", "否")


def wrong_attribute(mentions: Mentions, facts: Facts) -> str:
    """What is wrong about an attribute, "" where nothing is."""
    return _claimed_unknown(mentions, facts) or _wrong_flag(mentions, facts) or _of_another(mentions, facts) or _misattributed(mentions, facts)


def _claimed_unknown(mentions: Mentions, facts: Facts) -> str:
    """Something said of an attribute that the shop's data does not have, but that they do not have it."""
    name = next((one for one in facts.brief.unknown if folded(one) in mentions.masked), "")
    return f"the {name} is not known" if name and not _UNSAID.search(mentions.masked) else ""


def _wrong_flag(mentions: Mentions, facts: Facts) -> str:
    """A yes/no attribute said the other way round, of the product spoken of."""
    for name, values in _flags(facts).items():
        for match in re.finditer(re.escape(name), mentions.masked):
            owner = mentions.owner(match.start()) or (facts.products[0] if len(facts.products) == 1 else None)
            if owner is None or owner.id not in values:
                continue
            before, behind = mentions.masked[: match.start()], mentions.masked[match.end() :]
            if facts.brief.kind == "nothing_fits" and _WAIVED.search(before):
                continue
            if bool(_NEGATED_BEFORE.search(before) or _APART.match(behind)) == values[owner.id]:
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
                if _NEGATED_BEFORE.search(mentions.masked[: match.start()]) or mentions.masked[: match.start()].endswith(("比", "用")):
                    continue
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


def _misattributed(mentions: Mentions, facts: Facts) -> str:
    """A quantity said of another attribute than its own: "a 1.1 kg screen", "a load of 80 kg" where 8 kg is the load."""
    chinese, text = facts.brief.language == "zh", mentions.masked
    named = {product.id: _quantities(product, facts) for product in facts.products}
    for name in dict.fromkeys(name for quantities in named.values() for name in quantities):
        for match in re.finditer(re.escape(name) if chinese else rf"\b{re.escape(name)}\b", text):
            owner = mentions.owner(match.start())
            own = named[owner.id].get(name) if owner else None
            if owner and own is None:
                continue
            allowed = own if own is not None else set().union(*(quantities.get(name, set()) for quantities in named.values()))
            near = [_BEHIND.match(text, match.end()), None if chinese else _AHEAD.search(text[: match.start()])]
            for found in near:
                if found and (value := chinese_number(found[1])) is not None and value not in allowed:
                    return f"{found[1]} is not the {name}"
    return ""


def _quantities(product: Product, facts: Facts) -> dict[str, set[float]]:
    """By name of an attribute, folded: the numbers that the facts have for it."""
    found: dict[str, set[float]] = {}
    brief = facts.brief
    place = brief.products.index(product) if product in brief.products else len(brief.products)
    pairs = [(name, " ".join(values)) for name, values in product.attributes.items()]
    pairs += [(row[0], row[place + 1]) for row in brief.differences if place < len(row) - 1]
    pairs += list(brief.asked) if place == 0 else []
    for point in map(folded, brief.points.get(product.id, ())):
        if match := _NAME_AHEAD.match(point):
            pairs.append((match["name"], match["value"]))
        elif figure := _LEADING.match(point):
            unit = UNIT.match(point, figure.end())
            if match := _NAME_BEHIND.match(point, unit.end() if unit else figure.end()):
                pairs.append((match["name"], figure[0]))
    for name, value in pairs:
        found.setdefault(folded(name), set()).update(numbers_of(folded(value)))
    return found
