"""Whether a reply holds an assertion, and if not, what was expected and what came. Pure: reply in, complaint out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.shop.catalogue import Catalogue
from chatbot.text import compact, folded, han_share
from chatbot.values import Reply

__all__ = ["Before", "complaint"]

MOSTLY = 0.3
"""Share of Chinese from which a reply is Chinese: over tests/dialogues no Chinese one has less than 0.78, no English one more than 0."""


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier steps showed: prices of the last list of products, and every id."""

    prices: tuple[float, ...] = ()
    ids: frozenset[str] = frozenset()


def complaint(name: str, wanted: Any, reply: Reply, before: Before, catalogue: Catalogue) -> str:
    """Empty where `reply` holds the assertion, else one line: expected and came."""
    return _ASSERTIONS[name](wanted, reply, before, catalogue)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _expect(holds: bool, wanted: Any, came: Any) -> str:
    return "" if holds else f"expected {wanted!r}, came {came!r}"


def _intent(wanted: Any, reply: Reply, *_: Any) -> str:
    came = reply.understanding["intent"]["name"]
    return _expect(came in _listed(wanted), wanted, came)


def _constraints(wanted: Mapping[str, Any], reply: Reply, _: Before, catalogue: Catalogue) -> str:
    came = reply.understanding["constraints"]
    for name, value in wanted.items():
        if not _covers(value, came.get(name), catalogue):
            return f"expected {name} {value!r}, came {came.get(name)!r} among {came!r}"
    return ""


def _covers(wanted: Any, came: Any, catalogue: Catalogue) -> bool:
    """Whether what came holds all that is wanted; names in any language of the catalogue count as equal."""
    if isinstance(wanted, Mapping):
        if not isinstance(came, Mapping):
            return False
        return all(
            any(_same(name, other, catalogue) and _covers(value, found, catalogue) for other, found in came.items()) for name, value in wanted.items()
        )
    if isinstance(wanted, bool) or isinstance(came, bool) or wanted is None:
        return wanted == came
    if isinstance(wanted, int | float) and not isinstance(came, list | tuple):
        return isinstance(came, int | float) and abs(wanted - came) < 0.005
    return all(any(_same(one, other, catalogue) for other in _listed(came)) for one in _listed(wanted))


def _same(one: Any, other: Any, catalogue: Catalogue) -> bool:
    return other is not None and bool(_spellings(str(one), catalogue) & _spellings(str(other), catalogue))


def _spellings(name: str, catalogue: Catalogue) -> set[str]:
    found = {compact(name)}
    for category in catalogue.categories:
        for place, canonical in enumerate(category.path):
            names = [canonical, *(path[place] for path in category.paths.values() if len(path) == len(category.path))]
            if any(compact(one) == compact(name) for one in names):
                found |= {compact(one) for one in names}
    for language in ("zh", "en"):
        for translate in (catalogue.brand_name, catalogue.attribute_name, catalogue.attribute_value):
            found.add(compact(translate(name, language)))  # type: ignore[arg-type]
    return found


def _interests(wanted: Mapping[str, Any], reply: Reply, _: Before, catalogue: Catalogue) -> str:
    interests = reply.understanding["interests"]
    top = interests[0]["category"] if interests else ""
    words = catalogue.category_by_leaf.get(top)
    names = [name for path in (words.path, *words.paths.values()) for name in path] if words else [top]
    return _expect(any(compact(one) in map(compact, names) for one in _listed(wanted["top"])), wanted["top"], top)


def _products(wanted: Mapping[str, Any], reply: Reply, before: Before, catalogue: Catalogue) -> str:
    items = reply.products
    if "min" in wanted and len(items) < wanted["min"]:
        return f"expected at least {wanted['min']} products, came {len(items)}"
    if "max" in wanted and len(items) > wanted["max"]:
        return f"expected at most {wanted['max']} products, came {len(items)}: {[item.id for item in items]}"
    for item in items:
        if "every" in wanted and (fault := _product_fault(wanted["every"], item, before, catalogue)):
            return f"{item.id} {item.title!r}: {fault}"
        if "none" in wanted and not _product_fault(wanted["none"], item, before, catalogue):
            return f"{item.id} {item.title!r} should not be there: {wanted['none']!r}"
    if "any" in wanted and all(_product_fault(wanted["any"], item, before, catalogue) for item in items):
        return f"expected one with {wanted['any']!r}, came {[(item.id, item.price) for item in items]}"
    return ""


def _product_fault(tests: Mapping[str, Any], item: Any, before: Before, catalogue: Catalogue) -> str:
    for name, wanted in tests.items():
        if not _PRODUCT_TESTS[name](wanted, item, before, catalogue):
            came = getattr(item, name.split("_")[0] if name.startswith("price") else name, item.id in before.ids)
            return f"{name} {wanted!r} does not hold, it is {came!r}"
    return ""


def _has_attributes(wanted: Mapping[str, Any], item: Any, _: Before, catalogue: Catalogue) -> bool:
    own = catalogue.by_id[item.id].texts.values()
    return all(
        any(
            compact(name) == compact(other) and (value is None or any(compact(str(one)) in map(compact, values) for one in _listed(value)))
            for text in own
            for other, values in text.attributes.items()
        )
        for name, value in wanted.items()
    )


def _in_category(wanted: str, item: Any, _: Before, catalogue: Catalogue) -> bool:
    return any(compact(wanted) in map(compact, text.category) for text in catalogue.by_id[item.id].texts.values())


def _of_brand(wanted: str, item: Any, _: Before, catalogue: Catalogue) -> bool:
    return any(compact(wanted) == compact(text.brand) for text in catalogue.by_id[item.id].texts.values())


_PRODUCT_TESTS: dict[str, Callable[[Any, Any, Before, Catalogue], bool]] = {
    "category": _in_category,
    "brand": _of_brand,
    "price_lte": lambda wanted, item, *_: item.price <= wanted,
    "price_gte": lambda wanted, item, *_: item.price >= wanted,
    "price_lt": lambda wanted, item, before, _: item.price < (min(before.prices, default=0.0) if wanted == "previous" else wanted),
    "price_gt": lambda wanted, item, before, _: item.price > (max(before.prices, default=float("inf")) if wanted == "previous" else wanted),
    "in_stock": lambda wanted, item, *_: item.in_stock == wanted,
    "id": lambda wanted, item, *_: item.id in _listed(wanted),
    "attributes": _has_attributes,
    "shown_before": lambda wanted, item, before, _: (item.id in before.ids) == wanted,
}


def _grounded(wanted: bool, reply: Reply, *_: Any) -> str:
    return _expect(reply.grounded == wanted, wanted, f"{reply.grounded} {list(reply.trace)}")


def _language(wanted: Any, reply: Reply, *_: Any) -> str:
    """The reply's label, and the script of its own words: titles and quoted entries are as the shop has them."""
    if reply.language not in _listed(wanted):
        return _expect(False, wanted, reply.language)
    words = reply.text
    for product in reply.products:
        words = words.replace(product.title, "")
    own = reply.sources or not words.strip() or (han_share(words) > MOSTLY) == (reply.language == "zh")
    return _expect(bool(own), wanted, f"the text {reply.text!r}")


def _sources(wanted: Sequence[Any], reply: Reply, *_: Any) -> str:
    came = [source.id for source in reply.sources]
    return _expect(any(one in came for one in wanted), wanted, came)


def _tags(wanted: Sequence[Any], reply: Reply, _: Before, catalogue: Catalogue) -> str:
    return _expect(all(any(_same(one, tag, catalogue) for tag in reply.tags) for one in wanted), wanted, reply.tags)


def _says_any(wanted: Sequence[Any], reply: Reply, *_: Any) -> str:
    return _expect(any(folded(str(one)) in folded(reply.text) for one in wanted), wanted, reply.text)


def _says_none(wanted: Sequence[Any], reply: Reply, *_: Any) -> str:
    said = [one for one in wanted if folded(str(one)) in folded(reply.text)]
    return "" if not said else f"expected none of {wanted!r}, came {said!r} in {reply.text!r}"


def _action(wanted: Any, reply: Reply, *_: Any) -> str:
    came = reply.action["name"] if reply.action else "none"
    return _expect(came in _listed(wanted), wanted, came)


def _options(wanted: Mapping[str, int], reply: Reply, *_: Any) -> str:
    count = len(reply.options)
    return _expect(wanted.get("min", 0) <= count <= wanted.get("max", count), dict(wanted), list(reply.options))


def _phrased_by(wanted: Any, reply: Reply, *_: Any) -> str:
    return _expect(reply.phrased_by in _listed(wanted), wanted, reply.phrased_by)


def _mood(wanted: Any, reply: Reply, *_: Any) -> str:
    came = reply.understanding["mood"]["label"]
    return _expect(came in _listed(wanted), wanted, came)


_ASSERTIONS: dict[str, Callable[[Any, Reply, Before, Catalogue], str]] = {
    "intent": _intent, "constraints": _constraints, "interests": _interests, "products": _products, "grounded": _grounded, "language": _language,
    "sources": _sources, "tags": _tags, "says_any": _says_any, "says_none": _says_none, "action": _action, "options": _options, "phrased_by": _phrased_by, "mood": _mood,
}  # fmt: skip
