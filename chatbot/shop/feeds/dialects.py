"""A raw row in the words of its system (Shopify, WooCommerce, Google, plain) → fields. Knows columns, not what values mean.

Shopify and WooCommerce write options in numbered columns and tie the rows of one product together; that is read here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chatbot.shop.feeds.columns import field_of, fields_of, key_of

__all__ = ["Dialect", "Fielded", "Kind", "dialect_of", "expanded", "holds_products", "holds_questions", "plain"]

Kind = Literal["single", "variant", "parent"]
"""single: a product of one row; variant: one of several of a product; parent: what its variants have in common."""


@dataclass(slots=True)
class Fielded:
    """A row by fields. attributes: by the file's own names. aliases: further names of its group. hidden: why it is not sold."""

    kind: Kind
    fields: dict[str, Any]
    attributes: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    hidden: str = ""


Dialect = Callable[[Mapping[str, Any]], Fielded]

_HIDDEN_STATUS = {"draft", "archived", "false", "0", "-1", "no", "unpublished", "inactive", "hidden", "下架", "已下架", "草稿", "否", "未上架"}
_ATTRIBUTE_PREFIX = re.compile(r"^(?:attributes?|属性|参数)[.:：/_ ]+", re.IGNORECASE)


def dialect_of(names: Iterable[str]) -> Dialect:
    """How rows with these columns are to be read."""
    keys = set(map(key_of, names))
    if {"handle", "variantprice"} <= keys or {"urlhandle", "price"} <= keys or {"handle", "title", "option1name"} <= keys:
        return _Shopify()
    return _woocommerce if {"type", "name", "regularprice"} <= keys else plain


def holds_products(names: Iterable[str]) -> bool:
    """Whether columns of these names can describe products."""
    fields = {field_of(name).split(":")[0] for name in names}
    return "title" in fields and bool(fields & {"price", "sale_price", "list_price", "variants"})


def holds_questions(names: Iterable[str]) -> bool:
    fields = {field_of(name) for name in names}
    return {"question", "answer"} <= fields and "price" not in fields


def _hidden(fields: Mapping[str, Any]) -> str:
    status = str(fields.get("status", "")).strip()
    return f"it is not published (status {status})" if status.lower() in _HIDDEN_STATUS else ""


def plain(cells: Mapping[str, Any]) -> Fielded:
    """Google's attributes and any others, by their names."""
    fields, others = fields_of(cells)
    attributes = {_ATTRIBUTE_PREFIX.sub("", name): value for name, value in others.items()}
    return Fielded("variant" if fields.get("group") else "single", fields, attributes, hidden=_hidden(fields))


def expanded(row: Fielded) -> Iterator[Fielded]:
    """The row; where it carries its variants in a list (Shopify's products.json), the product and each of them."""
    variants = row.fields.pop("variants", None)
    if not isinstance(variants, list) or not variants or not all(isinstance(one, Mapping) for one in variants):
        yield row
        return
    group = row.fields.get("id") or row.fields.get("sku") or row.fields.get("title")
    row.kind, row.fields["group"] = "parent", group
    given = row.attributes.pop("options", None)
    options = [str(one.get("name", "")) if isinstance(one, Mapping) else str(one) for one in given] if isinstance(given, list) else []
    yield row
    for cells in variants:
        variant = plain({name: value for name, value in cells.items() if key_of(name) not in {"title", "option1", "option2", "option3"}})
        for number, name in enumerate(options, 1):
            if (value := cells.get(f"option{number}")) and str(value).lower() != "default title":
                variant.attributes[name] = value
        yield Fielded(
            "variant",
            {**variant.fields, "group": group},
            {name: value for name, value in variant.attributes.items() if name in options or not options},
        )


# ── Shopify ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_SHOPIFY = {
    "handle": "group", "urlhandle": "group", "title": "title", "bodyhtml": "description", "description": "description", "vendor": "brand", "productcategory": "google_category",
    "type": "category", "tags": "tags", "status": "status", "variantsku": "sku", "sku": "sku", "variantprice": "price", "price": "price", "variantcompareatprice": "list_price",
    "compareatprice": "list_price", "variantinventoryqty": "stock", "inventoryquantity": "stock", "imagesrc": "image", "productimageurl": "image",
}  # fmt: skip
"""Shopify's columns, old header and new, by key → fields."""
_METAFIELD = re.compile(r"^(.*?)\s*\(product\.metafields\.shopify\.[\w-]+\)$", re.IGNORECASE)


class _Shopify:
    """Reads rows in their order: the names of the options stand on a product's first row alone."""

    def __init__(self) -> None:
        self._group: Any = None
        self._options: dict[str, str] = {}

    def __call__(self, cells: Mapping[str, Any]) -> Fielded:
        by_key = {key_of(name): value for name, value in cells.items() if value not in (None, "")}
        fields = {name: by_key[key] for key, name in _SHOPIFY.items() if key in by_key}
        fields.setdefault("status", by_key.get("published", by_key.get("publishedononlinestore", "")))
        # inventory is counted only where a tracker is named, and sold beyond it where the policy says so
        tracked = by_key.get("variantinventorytracker", by_key.get("inventorytracker"))
        beyond = str(by_key.get("variantinventorypolicy", by_key.get("continuesellingwhenoutofstock", ""))).lower() in {"continue", "true"}
        if not tracked or beyond:
            fields.pop("stock", None)
        if fields.get("group") != self._group:
            self._group, self._options = fields.get("group"), {}
        attributes: dict[str, Any] = {}
        for number in "123":
            value = by_key.get(f"option{number}value")
            name = self._options.setdefault(number, str(by_key.get(f"option{number}name", "")))
            if value and name and str(value).lower() != "default title":
                attributes[name] = value
        for column, value in cells.items():
            if match := _METAFIELD.match(column):
                attributes.setdefault(match[1], value)
        # rows that only add a picture carry no option
        kind: Kind = "variant" if {"price", "sku"} & set(fields) or "option1value" in by_key else "parent"
        return Fielded(kind, fields, attributes, hidden=_hidden(fields))


# ── WooCommerce ───────────────────────────────────────────────────────────────────────────────────────────────────────

_WOOCOMMERCE = {
    "name": "title", "description": "description", "shortdescription": "short_description", "categories": "category", "tags": "tags", "images": "image", "stock": "stock",
    "instock": "available", "saleprice": "sale_price", "regularprice": "price", "published": "status", "brands": "brand", "brand": "brand", "sku": "sku", "externalurl": "url",
    "averagerating": "rating", "ratingcount": "rating_count", "permalink": "url", "producturl": "url",
}  # fmt: skip
_MEASURE = re.compile(r"^(weight|length|width|height)\s*\((\w+)\)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^attribute (\d+) name$", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\),")


def _woocommerce(cells: Mapping[str, Any]) -> Fielded:
    by_key = {key_of(name): value for name, value in cells.items() if value not in (None, "")}
    fields = {name: by_key[key] for key, name in _WOOCOMMERCE.items() if key in by_key}
    for name in ("category", "tags", "image"):
        if name in fields:
            fields[name] = [part.replace("\\,", ",").strip() for part in _COMMA.split(str(fields[name])) if part.strip()]
    for name in ("description", "short_description"):
        if name in fields:
            fields[name] = str(fields[name]).replace("\\n", "\n")  # it writes line ends so
    if "datesalepricestarts" in by_key or "datesalepriceends" in by_key:
        fields["sale_dates"] = f"{by_key.get('datesalepricestarts', '')}/{by_key.get('datesalepriceends', '')}"
    attributes: dict[str, Any] = {}
    for name, value in cells.items():
        if match := _NUMBERED.match(name):
            values = by_key.get(f"attribute{match[1]}values")
            if value and values:
                attributes[str(value)] = [part.replace("\\,", ",").strip() for part in _COMMA.split(str(values))]
        elif (match := _MEASURE.match(name)) and value:
            attributes[match[1].lower()] = f"{value} {match[2]}"
    types = {part.strip().lower() for part in str(by_key.get("type", "simple")).split(",")}
    own = f"id:{by_key['id']}" if "id" in by_key else ""
    sku = str(by_key.get("sku", ""))
    if "variation" in types:
        fields["group"] = str(by_key.get("parent", "")).strip() or sku or own
        return Fielded("variant", fields, attributes, hidden=_hidden(fields))
    if "id" in by_key and not sku:
        fields["id"] = str(by_key["id"])
    if "variable" in types:
        fields["group"] = sku or own
        return Fielded("parent", fields, attributes, aliases=tuple(one for one in (sku, own) if one), hidden=_hidden(fields))
    hidden = "a grouped product is no product of its own" if "grouped" in types else _hidden(fields)
    return Fielded("single", fields, attributes, hidden=hidden)
