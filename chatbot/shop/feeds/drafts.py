"""A row by fields → a draft of an item: every text cleaned and bounded, every value of its kind, prices still as written.

What a price means (the shop's currency, this file's decimal comma) and which rows are one product is known only when all
rows have been seen; `chatbot.shop.feeds.merging` decides it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chatbot.errors import brief
from chatbot.shop.feeds.columns import TRANSLATED, key_of
from chatbot.shop.feeds.dialects import Fielded, Kind
from chatbot.shop.feeds.markup import cleaned, one_line, readable
from chatbot.shop.feeds.values import Raw, Source
from chatbot.shop.reading import LONGEST_TEXT
from chatbot.values import LANGUAGES

__all__ = ["Draft", "RowRefused", "draft_of"]

LONGEST_ID, LONGEST_TITLE, LONGEST_NAME, LONGEST_VALUE, LONGEST_LINK = 120, 300, 80, 160, 2000
MOST_ATTRIBUTES, MOST_VALUES, DEEPEST = 40, 60, 6
"""An item's attributes, an attribute's values, a category's levels; more is no help to a shopper."""

_SPLIT = re.compile(r"\s*[|;；、\n]\s*")
_LISTED = re.compile(r"\s*[|;；、,，\n]\s*")
_COLORS = re.compile(r"\s*[|;；、,，/\n]\s*")
_PARTED = dict.fromkeys(("size", "尺码", "tags", "genre", "genres", "标签", "类型"), _LISTED) | dict.fromkeys(("color", "colour", "颜色"), _COLORS)
"""Attributes whose values are often written in one cell with commas; Google writes several colours with slashes."""
_LEVELS = re.compile(r"\s*(?:>|›|»|→|&gt;)\s*")
_SLASHES = re.compile(r"\s*[/\\|]\s*")
_LINK = re.compile(r"(?:https?://|/(?!/))[^\s\"'<>]*")
_AVAILABLE = {
    "instock": True, "in stock": True, "yes": True, "true": True, "1": True, "available": True, "有货": True, "现货": True, "有": True, "是": True, "onbackorder": False, "limitedavailability": True,
    "instoreonly": True, "onlineonly": True, "outofstock": False, "out of stock": False, "no": False, "false": False, "0": False, "soldout": False, "sold out": False, "缺货": False, "无货": False,
    "无": False, "否": False, "售罄": False, "preorder": False, "backorder": False, "discontinued": False, "presale": False, "预售": False, "backordered": False, "unavailable": False,
}  # fmt: skip
"""What can be had now; ordered ahead is not had now."""
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|von|sur|满分)\s*(\d+)")


class RowRefused(Exception):
    """A row that cannot become an item; its text is the reason."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """One row. key: its own id or that of its group. prices: as they were written, by field; best: the most that `rating` can be."""

    file: str
    line: int
    kind: Kind
    key: str
    title: str = ""
    description: str = ""
    brand: str = ""
    category: list[str] = field(default_factory=list)
    prices: dict[str, Any] = field(default_factory=dict)
    currency: str = ""
    sale_dates: str = ""
    stock: int | None = None
    rating: float | None = None
    best: float | None = None
    rating_count: int = 0
    attributes: dict[str, list[str]] = field(default_factory=dict)
    url: str = ""
    image: str = ""
    added: str = ""
    i18n: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_text(self) -> str:
        return json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Draft":
        return cls(**dict(zip(cls.__slots__, json.loads(text), strict=True)))


def draft_of(source: Source, raw: Raw, row: Fielded, language: str) -> Draft:
    """The draft of a row; what was put right is told to `source`. language: wins where a text stands in several.

    Raises RowRefused.
    """
    fields = row.fields
    if row.hidden:
        raise RowRefused(row.hidden)
    texts = {name: _in_languages(fields, name, language) for name in TRANSLATED}
    own = {name: found.pop("", None) for name, found in texts.items()}
    whole = one_line(_flat(own["title"]), LONGEST_TITLE + 1)
    title = whole[:LONGEST_TITLE].rstrip()
    link = _link(fields.get("url"))
    key = _identifier(fields, row.kind, title, link)
    put_right = [f"a title of more than {LONGEST_TITLE} characters; its end is cut off"] if len(whole) > LONGEST_TITLE else []
    if row.kind == "single" and not title:
        raise RowRefused("it has no title")
    described = readable((_flat(own["description"]) or _flat(fields.get("short_description")))[: LONGEST_TEXT * 5], LONGEST_TEXT + 1)
    if len(described) > LONGEST_TEXT:
        put_right.append(f"a description of more than {LONGEST_TEXT} characters; its end is cut off")
    image, added = _link(fields.get("image")), ""
    put_right += [
        f"{name} {brief(_flat(fields[name]))} is no address; it is left out"
        for name, found in (("url", link), ("image", image))
        if fields.get(name) and not found
    ]
    if fields.get("added") and not (added := _date(_flat(fields["added"]))):
        put_right.append(f"the date {brief(_flat(fields['added']))} is none of the form year-month-day; it is left out")
    rating, best = _rating(fields.get("rating"))
    draft = Draft(
        file=source.name, line=raw.line, kind=row.kind, key=key, title=title, description=described[:LONGEST_TEXT].rstrip(), brand=one_line(_flat(own["brand"]), LONGEST_NAME),
        category=_category(fields, own["category"]), prices={name: money for name in ("price", "sale_price", "list_price") if (money := _money(fields.get(name))) != ""},
        currency=cleaned(_flat(fields.get("currency")), 20), sale_dates=cleaned(_flat(fields.get("sale_dates")), 80), stock=_stock(fields), rating=rating, best=best,
        rating_count=int(_number(fields.get("rating_count")) or 0), attributes=_attributes(row, fields), url=link, image=image, added=added,
        i18n=_translations(texts, fields.get("i18n")),
    )  # fmt: skip
    for reason in put_right:
        source.remark(raw.line, "repaired", reason, key)
    return draft


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_languages(fields: Mapping[str, Any], name: str, language: str) -> dict[str, Any]:
    """The texts of a field by language, "" its own: what no language is written at, else `language`'s, else any."""
    found: dict[str, Any] = {one: fields[f"{name}:{one}"] for one in LANGUAGES if f"{name}:{one}" in fields}
    if name in fields:
        return {"": fields[name], **found}
    if found:
        first = language if language in found else next(iter(found))
        return {"": found.pop(first), **found}
    return {}


def _translations(texts: Mapping[str, Mapping[str, Any]], given: Any) -> dict[str, dict[str, Any]]:
    """What is said in further languages, columns and an `i18n` object alike; what is missing stays missing."""
    found: dict[str, dict[str, Any]] = {}
    if not given and not any(texts.values()):
        return found
    for language in LANGUAGES:
        more = given.get(language) if isinstance(given, Mapping) else None
        more = more if isinstance(more, Mapping) else {}
        said = {name: texts[name].get(language) or more.get(name) for name in TRANSLATED}
        words: dict[str, Any] = {
            "title": one_line(_flat(said["title"]), LONGEST_TITLE), "description": readable(_flat(said["description"])[: LONGEST_TEXT * 5], LONGEST_TEXT),
            "brand": one_line(_flat(said["brand"]), LONGEST_NAME), "category": _levels(said["category"]) if said["category"] else [],
        }  # fmt: skip
        if isinstance(more.get("attributes"), Mapping):
            words["attributes"] = _bounded(more["attributes"])
        if words := {name: value for name, value in words.items() if value}:
            found[language] = words
    return found


def _flat(value: Any) -> str:
    """Any value as text: the first of a list, the name of an object."""
    if isinstance(value, list):
        return _flat(value[0]) if value else ""
    if isinstance(value, dict):
        for name in ("name", "title", "value", "@value", "url", "contentUrl", "src", "@id"):
            if value.get(name):
                return _flat(value[name])
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _identifier(fields: Mapping[str, Any], kind: Kind, title: str, link: str) -> str:
    names = ("group",) if kind != "single" else ("id", "sku")
    for name in names:
        if found := cleaned(_flat(fields.get(name)), LONGEST_ID):
            return found
    if kind != "single":
        raise RowRefused("it does not say which product it belongs to")
    if not (named := link or title):
        raise RowRefused("it has neither id, address nor title")
    return "p-" + hashlib.sha256(unicodedata.normalize("NFKC", named).encode("utf-8", "replace")).hexdigest()[:12]


def _category(fields: Mapping[str, Any], own: Any) -> list[str]:
    levels = _levels(own) if own else []
    if not levels and (path := _flat(fields.get("google_category"))) and not path.strip().isdigit():
        levels = _levels(path)
    further = [one for name in ("category_1", "category_2", "category_3") for one in _levels(_flat(fields.get(name)))]
    return [*dict.fromkeys([*further, *levels] if "category_1" in fields else [*levels, *further])][:DEEPEST]


def _levels(value: Any) -> list[str]:
    """The path in "A > B > C" or "A/B"; of several paths the first of the deepest. A list of plain names is one path."""
    if isinstance(value, list):
        if all(not isinstance(one, str) or not _LEVELS.search(one) for one in value):
            return [level for one in value if (level := one_line(_flat(one), LONGEST_NAME))][:DEEPEST]
        return max((_levels(one) for one in value), key=len, default=[])
    text = _flat(value)
    parts = _LEVELS.split(text) if _LEVELS.search(text) else _SLASHES.split(text)
    return [level for part in parts if (level := one_line(part, LONGEST_NAME))][:DEEPEST]


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _money(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else cleaned(_flat(value), LONGEST_VALUE)


def _link(value: Any) -> str:
    text = cleaned(_flat(value), LONGEST_LINK + 1)
    text = text.split(", http")[0].strip().replace(" ", "%20")
    if text.startswith("//"):
        text = f"https:{text}"
    elif re.match(r"www\.[\w-]+\.", text):
        text = f"https://{text}"
    return text if len(text) <= LONGEST_LINK and _LINK.fullmatch(text) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    match = _NUMBER.search(_flat(value).replace(" ", "")[:40])
    return max(0.0, float(match[0].replace(",", "."))) if match and len(match[0]) < 16 else None


def _stock(fields: Mapping[str, Any]) -> int | None:
    """Pieces; 0 where it is not to be had, None where it is and nobody counts."""
    # schema.org writes http://schema.org/InStock
    said = cleaned(_flat(fields.get("available")), LONGEST_VALUE).rsplit("/", 1)[-1].lower().replace("_", " ").strip()
    available = _AVAILABLE.get(said, _AVAILABLE.get(said.replace(" ", "")))
    counted = fields.get("stock")
    if counted is not None:
        words = cleaned(_flat(counted), LONGEST_VALUE).lower()
        number = _number(words.replace(",", "")) if words not in _AVAILABLE or words.isdigit() else None
        if number is not None:
            return 0 if available is False else min(int(number), 10**9)
        available = _AVAILABLE.get(words, available)
    elif said.isdigit() and said not in _AVAILABLE:
        return min(int(said), 10**9)
    return 0 if available is False else None


def _date(text: str) -> str:
    match = _DAY.match(text.strip())
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31 else ""


def _rating(value: Any) -> tuple[float | None, float | None]:
    text = _flat(value)[:LONGEST_VALUE]
    if match := _OUT_OF.search(text):
        return float(match[1].replace(",", ".")), float(match[2]) or None
    best = _number(value.get("best")) if isinstance(value, dict) else None
    return _number(text), best or None


def _attributes(row: Fielded, fields: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, Any] = {}
    given = fields.get("attributes")
    if isinstance(given, dict):
        found.update(given)
    for pair in [*_listed(given), *_listed(fields.get("product_detail"))]:
        # schema.org's name and value, Google's attribute_name and attribute_value
        if isinstance(pair, dict) and (name := pair.get("name") or pair.get("attribute_name")):
            found[_flat(name)] = pair.get("value", pair.get("attribute_value"))
    found.update(row.attributes)
    if tags := fields.get("tags"):
        found["tags"] = [part for one in _listed(tags) for part in _LISTED.split(_flat(one))]
    return _bounded(found)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _bounded(attributes: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names and values cleaned; addresses and whole paragraphs are no attributes and are left out."""
    kept: dict[str, list[str]] = {}
    for name, value in attributes.items():
        label = one_line(str(name).replace("_", " "), LONGEST_NAME)
        if isinstance(value, dict) or not label or len(kept) >= MOST_ATTRIBUTES:
            continue
        pattern = _PARTED.get(key_of(label), _SPLIT)
        parts = [
            part
            for one in _listed(value)
            if not isinstance(one, dict)
            for part in ([_flat(one)] if isinstance(value, list) else pattern.split(_flat(one)))
        ]
        values = [one_line(part, LONGEST_VALUE + 1) for part in parts[:MOST_VALUES]]
        if values := [one for one in dict.fromkeys(values) if one and len(one) <= LONGEST_VALUE and not one.startswith(("http://", "https://"))]:
            kept[label] = values
    return kept
