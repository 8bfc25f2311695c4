"""Whether comparisons hold: "lighter", "¥400 less", "the cheapest of these" are worked out from the facts.

A comparison of a quality that the facts do not measure on both sides is no fact. Knows the products' texts alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from chatbot.phrasing.mentions import Mentions
from chatbot.quantities import UNITS
from chatbot.values import Product

__all__ = ["wrong_comparison"]

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*(" + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)) + r"|[a-z]{1,4}|牛·?米)(?![a-z])")
_SIZES = ("length", "volume", "storage", "charge", "weight", "pages")
_WORDS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    # what is said, its stem in the customer's own words, its direction, the measures that can show it
    (r"更轻|轻(?:一点|一些|些|不少|了)|比\s*\0+\s*[^，。]{0,3}轻|\blighter\b(?! one)", r"轻|light", -1, ("weight",)),
    (r"更重|重(?:一点|一些|些|不少|了)|比\s*\0+\s*[^，。]{0,3}重|\bheavier\b(?! one)", r"重|heav", 1, ("weight",)),
    (r"更便宜|便宜(?:一点|一些|些|不少)|\bcheaper\b|\bless expensive\b|\bcosts less\b", r"便宜|贵|cheap|dear|expens", -1, ("price",)),
    (r"更贵|贵(?:一点|一些|些|不少)|\bdearer\b|\bmore expensive\b|\bpricier\b|\bcosts more\b", r"贵|便宜|cheap|dear|expens", 1, ("price",)),
    (r"更大|比\s*\0+\s*[^，。]{0,5}大|\bbigger\b(?! one)|\blarger\b|\broomier\b", r"大|big|large|room", 1, _SIZES),
    (r"更小|比\s*\0+\s*[^，。]{0,5}小|\bsmaller\b(?! one)", r"小|small", -1, _SIZES),
    (r"更长|更久|比\s*\0+\s*[^，。]{0,5}[长久]|\blonger\b", r"长|久|long", 1, ("time", "length")),
    (r"更短|比\s*\0+\s*[^，。]{0,5}短|\bshorter\b", r"短|short", -1, ("time", "length")),
    (r"更亮|比\s*\0+\s*[^，。]{0,3}亮|\bbrighter\b", r"亮|bright", 1, ("light",)),
    (r"更安静|更静|\bquieter\b", r"静|quiet", -1, ("noise",)),
    (r"更吵|\blouder\b|\bnoisier\b", r"吵|loud|nois", 1, ("noise",)),
    (r"更薄|\bthinner\b|\bslimmer\b", r"薄|thin|slim", -1, ("length",)),
    (r"更厚|\bthicker\b", r"厚|thick", 1, ("length",)),
    (r"更快|\bfaster\b|\bquicker\b", r"快|fast|quick", 0, ("rate", "time", "power")),
    (
        r"更高|比\s*\0+\s*[^，。]{0,5}高|\btaller\b|\bhigher\b|\bdeeper\b|\bwider\b|\b(?:further|farther) than\b",
        r"高|深|宽|tall|high|deep|wide|far",
        1,
        ("length", "rate"),
    ),
    (r"更低|比\s*\0+\s*[^，。]{0,5}(?<!价)低|\blower\b|\bshallower\b|\bnarrower\b", r"低|浅|窄|low|shallow|narrow", -1, ("length", "rate")),
    (r"比\s*\0+\s*[^，。]{0,5}[好差早晚新旧]|\b(?:better|worse|older|newer|earlier|later) than\b", r"(?!)", 1, ()),
    (r"更强|\bstronger\b|\bmore powerful\b", r"强|劲|strong|power", 1, ("power", "rate", "charge")),
)
_WORDS_COMPILED = tuple((re.compile(said), re.compile(stem), direction, measures) for said, stem, direction, measures in _WORDS)
_TOPS: tuple[tuple[re.Pattern[str], int, tuple[str, ...]], ...] = (
    (re.compile(r"最便宜|价格最低|最省|\bcheapest\b|\blowest[- ]priced?\b|\bleast expensive\b"), -1, ("price",)),
    (re.compile(r"最贵|\bmost expensive\b|\bdearest\b"), 1, ("price",)),
    (re.compile(r"最轻|\blightest\b"), -1, ("weight",)),
    (re.compile(r"最重|\bheaviest\b"), 1, ("weight",)),
    (re.compile(r"最大|\bbiggest\b|\blargest\b|\broomiest\b"), 1, _SIZES),
    (re.compile(r"最小|\bsmallest\b"), -1, _SIZES),
    (re.compile(r"最长|最久|\blongest\b"), 1, ("time", "length")),
    (re.compile(r"最亮|\bbrightest\b"), 1, ("light",)),
    (re.compile(r"最安静|最静|\bquietest\b"), -1, ("noise",)),
    (re.compile(r"最高|\btallest\b|\bhighest\b|\bdeepest\b|\bwidest\b"), 1, ("length", "rate")),
    (re.compile(r"(?<!价格)最低|\blowest\b|\bshallowest\b|\bnarrowest\b"), -1, ("price", "length", "rate")),
    (re.compile(r"最强|\bstrongest\b|\bmost powerful\b"), 1, ("power", "rate", "charge")),
    (re.compile(r"最吵|\bloudest\b"), 1, ("noise",)),
)
_LOWEST = re.compile(r"价格最低|lowest price of these")
"""How a reason says it."""
_AMONG = re.compile(
    r"这[几两二三四2-4][款样张台本双种个件只]|[两三四][款样张台本双种个件只](?:里|都|中|当中)|里面|其中|当中|里[，,]?|\bof (?:the|these|those)\b|\bof the (?:two|three|four)\b|\bhere\b|\bof them\b"
)
_GAPS = re.compile(
    r"(便宜|省|少花|贵|多花|多)\s*(?:了|下)?\s*[¥$€£]?\s*(\d[\d,]*(?:\.\d+)?)\s*(?:元|块|美元|欧元|英镑)"
    r"|[¥$€£]\s*(\d[\d,]*(?:\.\d+)?)\s*(?:or so )?(less|cheaper|more|dearer|extra)\b|\b(saves?|saving)(?: you)? [¥$€£]\s*(\d[\d,]*(?:\.\d+)?)"
)
_NEXT = re.compile(r"\s*(?:,\s*)?(?:the |for the |有|是|看|选)?\0")
"""A product right behind a gap: "for ¥400 more, the second"."""
_DEARER = ("贵", "多花", "多", "more", "dearer", "extra")

_ROW, _OTHER = "row", "unit"
"""Measures without a name of their own: a row of a comparison, and a unit that is not listed."""

Measured = Mapping[str, Mapping[str, tuple[float, ...]]]
"""By product and kind of measure: its values."""
Describe = Callable[[Product], str]


def wrong_comparison(
    mentions: Mentions, products: Sequence[Product], describe: Describe, rows: Sequence[tuple[str, str, str]], known: str, total: int
) -> tuple[str, frozenset[str]]:
    """(what is wrong, "" where nothing is; the superlatives that were worked out and hold).

    describe: a product's facts, folded. rows: what the first two were compared by, with the value of each. known: what the facts and the customer say, folded. total: how many items fit.
    """
    measured = {product.id: {**_measures(describe(product)), "price": (product.price,)} for product in products}
    for number, (_, *values) in enumerate(rows):
        for product, value in zip(products, values, strict=False):
            if found := re.search(r"\d+(?:\.\d+)?", value):
                measured[product.id][f"{_ROW} {number}"] = (float(found[0]),)
    fault = _wrong_gap(mentions, products) or _wrong_word(mentions, products, measured, known)
    return (fault, frozenset()) if fault else _wrong_top(mentions, products, measured, known, total)


def _measures(text: str) -> dict[str, tuple[float, ...]]:
    found: dict[str, list[float]] = {}
    for match in _QUANTITY.finditer(text):
        kind, factor = UNITS.get(match[2], (f"{_OTHER} {match[2]}", 1))
        found.setdefault(kind, []).append(float(match[1]) * factor)
    return {kind: tuple(dict.fromkeys(values)) for kind, values in found.items()}


def _wrong_gap(mentions: Mentions, products: Sequence[Product]) -> str:
    """A gap between prices said of the wrong side: "¥400 less" of the dearer one."""
    if len(products) < 2:
        return ""
    for match in _GAPS.finditer(mentions.masked):
        word = match[1] or match[4] or match[5]
        amount = float((match[2] or match[3] or match[6]).replace(",", ""))
        owner = mentions.owner(match.start()) or mentions.behind(match.start())
        if owner is None:
            continue
        sign = 1 if word in _DEARER else -1
        rival = mentions.rival(match.start())
        behind = mentions.behind(match.end()) if _NEXT.match(mentions.masked, match.end()) else None
        if rival and abs(sign * (owner.price - rival.price) - amount) < 0.011:
            continue
        if behind and any(abs(sign * (behind.price - other.price) - amount) < 0.011 for other in products if other is not behind):
            continue  # "for ¥400 more, the second"
        if owner.list_price and sign < 0 and abs(owner.list_price - owner.price - amount) < 0.011:
            continue
        if not any(abs(sign * (owner.price - other.price) - amount) < 0.011 for other in products if other is not owner):
            if any(abs(abs(owner.price - other.price) - amount) < 0.011 for other in products if other is not owner):
                return f"{owner.title} is not {match[0].strip()}"
    return ""


def _wrong_word(mentions: Mentions, products: Sequence[Product], measured: Measured, known: str) -> str:
    for said, stem, direction, measures in _WORDS_COMPILED if products else ():
        for match in said.finditer(mentions.masked):
            if len(products) < 2:
                reduced = measures == ("price",) and any(product.list_price for product in products)
                if not stem.search(known) and not reduced:
                    return f"a comparison with nothing: {match[0]}"
                continue
            owner = mentions.owner(match.start()) or mentions.behind(match.start())
            if owner is None:
                if not stem.search(known):
                    return f"a comparison of nothing: {match[0]}"
                continue
            rival = mentions.rival(match.start())
            others = [rival] if rival else [product for product in products if product is not owner]
            verdicts = [_holds(measured[owner.id], measured[other.id], direction, measures) for other in others]
            if True in verdicts:
                continue
            if False in verdicts or not stem.search(known):
                return f"{owner.title} is not {match[0]}"
    return ""


def _holds(one: Mapping[str, tuple[float, ...]], other: Mapping[str, tuple[float, ...]], direction: int, measures: Sequence[str]) -> bool | None:
    """Whether one product stands in that direction to the other by one of the measures; None where none is known of both."""
    both = [name for name in one if name in other] if measures else []
    shared = [name for name in both if name in measures or name.startswith(_ROW)] or (
        [name for name in both if name.startswith(_OTHER)] if "rate" in measures else []
    )
    if not shared:
        return None
    return any(
        (left - right) * direction > 0 or (direction == 0 and left != right) for name in shared for left, right in _pairs(one[name], other[name])
    )


def _pairs(one: Sequence[float], other: Sequence[float]) -> list[tuple[float, float]]:
    """Values of the same place where both have as many, else all against all."""
    if len(one) == len(other):
        return list(zip(one, other, strict=True))
    return [(left, right) for left in one for right in other]


def _is_top(owner: Product, products: Sequence[Product], measured: Measured, direction: int, measures: Sequence[str]) -> bool:
    return all(_holds(measured[owner.id], measured[other.id], direction, measures) for other in products if other is not owner)


def _wrong_top(mentions: Mentions, products: Sequence[Product], measured: Measured, known: str, total: int) -> tuple[str, frozenset[str]]:
    proved = set()
    for pattern, direction, measures in _TOPS:
        for match in pattern.finditer(mentions.masked):
            if match[0] in known or (direction < 0 and measures == ("price",) and _LOWEST.search(known)):
                proved.add(match[0])
                continue
            named = {product.id for _, product in mentions.found} | mentions.earlier
            among = len(products) > 1 and (total <= len(products) or len(named) > 1 or _AMONG.search(mentions.masked))
            owners = [one for one in (mentions.owner(match.start()), mentions.behind(match.start())) if one]
            if not owners or not among:
                return f"a superlative that is in no fact: {match[0]}", frozenset()
            if not any(_is_top(one, products, measured, direction, measures) for one in owners):
                return f"{owners[0].title} is not {match[0]}", frozenset()
            proved.add(match[0])
    return "", frozenset(proved)
