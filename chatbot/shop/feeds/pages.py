"""Saved product pages → products from their schema.org JSON-LD. Knows HTML and schema.org, no shop."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from chatbot.shop.feeds.dialects import Fielded
from chatbot.shop.feeds.values import Source

__all__ = ["products_of_page", "products_of_value"]

DEEPEST, MOST_NODES = 12, 50_000
_SCRIPT = "application/ld+json"
_WRAPPED = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|\]\]>|/\*\]\]>\*/)\s*;?\s*$")
_TRAILING = re.compile(r",(?=\s*[}\]])")
_PRODUCTS = {"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Book", "Movie", "Vehicle", "Course", "Hotel"}
_OWN = ("color", "size", "material", "pattern", "model", "author", "director", "genre", "numberOfPages", "duration", "inLanguage")
"""Properties that are worth an attribute; `additionalProperty` brings the others."""
_LIST_PRICES = ("ListPrice", "StrikethroughPrice", "SRP", "MSRP", "RegularPrice")


class _Scripts(HTMLParser):
    """Collects (line, text) of the JSON-LD scripts, the canonical address and what stands for a picture."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.meta: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and said.get("type", "").split(";")[0].strip().lower() == _SCRIPT:
            self._inside = True
            self.found.append((self.getpos()[0], ""))
        elif tag == "link" and said.get("rel") == "canonical":
            self.meta["url"] = said.get("href", "")
        elif tag == "meta" and said.get("property") in {"og:url", "og:image"}:
            self.meta.setdefault(said["property"][3:], said.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            line, text = self.found[-1]
            self.found[-1] = line, text + data


def products_of_page(source: Source, page: str) -> Iterator[tuple[int, Fielded]]:
    """(line, product) of everything sold on the page; a script that is no JSON is told."""
    reader = _Scripts()
    reader.feed(page)
    reader.close()
    values: list[tuple[int, Any]] = []
    for line, text in reader.found:
        stripped = _WRAPPED.sub("", _WRAPPED.sub("", text)).strip()
        try:
            values.append((line, json.loads(stripped, strict=False)))
        except (json.JSONDecodeError, RecursionError) as error:
            try:
                values.append((line, json.loads(_TRAILING.sub("", stripped), strict=False)))
                source.remark(line, "repaired", "JSON-LD with commas after the last value")
            except (json.JSONDecodeError, RecursionError):
                source.remark(line, "refused", f"JSON-LD that is no JSON: {error}")
    trail = next((found for _, value in values if (found := _breadcrumbs(value))), [])
    for line, value in values:
        for row in products_of_value(value):
            if trail:
                title = row.fields.get("title")
                row.fields.setdefault("category", [level for level in trail if level != title] or trail)
            for name in ("url", "image"):
                if reader.meta.get(name):
                    row.fields.setdefault(name, reader.meta[name])
            yield line, row


def products_of_value(value: Any) -> Iterator[Fielded]:
    """The products in a JSON-LD value: alone, in a list, in a graph, in an ItemList, as variants of a group."""
    for node in _nodes(value):
        if _types(node) & _PRODUCTS:
            yield from _product(node)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Products and what may hold them, a product's own parts not among them."""
    waiting, seen = [(value, 0)], 0
    while waiting and seen < MOST_NODES:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST:
            continue
        if isinstance(one, list):
            waiting.extend((part, depth + 1) for part in reversed(one))
        elif isinstance(one, dict):
            yield one
            if not _types(one) & _PRODUCTS:
                waiting.extend((one[name], depth + 1) for name in ("item", "itemListElement", "mainEntity", "@graph") if name in one)


def _types(node: dict[str, Any]) -> set[str]:
    given = node.get("@type", "")
    return {str(one).rsplit("/", 1)[-1].removeprefix("schema:") for one in (given if isinstance(given, list) else [given])}


def _product(node: dict[str, Any]) -> Iterator[Fielded]:
    fields, attributes = _fields(node)
    variants = [one for one in _list(node.get("hasVariant")) if isinstance(one, dict)]
    group = node.get("productGroupID") or fields.get("id") or fields.get("title")
    if variants:
        fields["group"] = group
        for name in ("price", "list_price"):
            fields.pop(name, None)
        yield Fielded("parent", fields, attributes)
        for variant in variants:
            own, its = _fields(variant)
            # offers may stand at the group for all of its variants
            offered = _offer(node.get("offers")) if "price" not in own else {}
            yield Fielded("variant", {**offered, **own, "group": group}, its)
        return
    parent = node.get("isVariantOf") or node.get("inProductGroupWithID")
    of = parent.get("productGroupID") if isinstance(parent, dict) else parent
    if of and isinstance(of, str | int):
        yield Fielded("variant", {**fields, "group": str(of)}, attributes)
    else:
        yield Fielded("single", fields, attributes)


def _fields(node: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    rating = node.get("aggregateRating")
    said = rating if isinstance(rating, dict) else {}
    fields: dict[str, Any] = {
        "id": node.get("sku") or node.get("productID") or node.get("mpn") or node.get("gtin13") or node.get("isbn"), "title": node.get("name"), "description": node.get("description"),
        "brand": node.get("brand") or node.get("manufacturer"), "category": node.get("category"), "url": node.get("url"), "image": node.get("image"),
        "added": node.get("releaseDate") or node.get("datePublished"), "tags": node.get("keywords"), "rating_count": said.get("ratingCount") or said.get("reviewCount"),
        "rating": {"value": said["ratingValue"], "best": said.get("bestRating")} if said.get("ratingValue") else None, **_offer(node.get("offers")),
    }  # fmt: skip
    if isinstance(fields["brand"], str) and fields["brand"].startswith("http"):
        fields["brand"] = None
    attributes = {name: node[name] for name in _OWN if node.get(name)}
    for pair in _list(node.get("additionalProperty")):
        if isinstance(pair, dict) and pair.get("name"):
            unit = pair.get("unitText") or ""
            attributes[str(pair["name"])] = f"{pair['value']} {unit}".strip() if unit and "value" in pair else pair.get("value")
    named = {
        name: [one.get("name") if isinstance(one, dict) else one for one in _list(value)]
        for name, value in attributes.items()
        if value not in (None, "")
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}, named


def _offer(given: Any) -> dict[str, Any]:
    """The cheapest offer that can be had, else the cheapest."""
    found: list[dict[str, Any]] = []
    for offer in _list(given):
        if not isinstance(offer, dict):
            continue
        if inner := [one for one in _list(offer.get("offers")) if isinstance(one, dict)]:
            found += [
                _one_offer({**{name: value for name, value in offer.items() if name in {"priceCurrency", "availability"}}, **one}) for one in inner
            ]
        else:
            found.append(_one_offer(offer))
    if not found:
        return {}
    return min(found, key=lambda one: ("OutOfStock" in str(one.get("available", "")), "price" not in one, _rough(one.get("price"))))


def _one_offer(offer: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "price": offer.get("price", offer.get("lowPrice")),
        "currency": offer.get("priceCurrency"),
        "available": offer.get("availability"),
        "url": offer.get("url"),
    }
    level = offer.get("inventoryLevel")
    fields["stock"] = level.get("value") if isinstance(level, dict) else level
    for part in _list(offer.get("priceSpecification")):
        if not isinstance(part, dict) or part.get("price") in (None, ""):
            continue
        listed = any(str(part.get("priceType", "")).endswith(name) for name in _LIST_PRICES)
        name = "list_price" if listed else "price"
        fields[name] = fields.get(name) or part["price"]
        fields["currency"] = fields["currency"] or part.get("priceCurrency")
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _rough(price: Any) -> float:
    try:
        return float(price)
    except (TypeError, ValueError):
        return 0.0


def _breadcrumbs(value: Any) -> list[str]:
    """The trail to this page but for the start page."""
    for node in _nodes(value):
        if "BreadcrumbList" in _types(node):
            steps = [one for one in _list(node.get("itemListElement")) if isinstance(one, dict)]
            names = [str(one.get("name") or (one["item"].get("name", "") if isinstance(one.get("item"), dict) else "")) for one in steps]
            return [name for name in names if name and name.lower() not in {"home", "start", "首页", "主页"}]
    return []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
