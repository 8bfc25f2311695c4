"""The tables of shop.toml that say what is sold and how it is spoken of → `Trade`. Complaints name table, value and fix.

Knows no items: an attribute that no item has is read and has no effect.
"""

from collections.abc import Mapping
from typing import Any

from chatbot.errors import ShopError, brief
from chatbot.text import folded
from chatbot.trade import AttributeWords, Caution, Texts, Trade

__all__ = ["trade_of"]

_DOMAIN = frozenset(
    {"noun", "nouns", "measure", "title", "price", "titles", "kind", "aspects", "newest", "points", "taken", "question", "chips", "examples"}
)
_RATING = frozenset({"out_of", "by"})
_ATTRIBUTE = frozenset(
    {"names", "asks", "values", "noun", "wish", "point", "together", "has", "people", "borrowed", "favoured", "number", "more", "less"}
)
_CAUTION = frozenset({"categories", "words", "text"})


def trade_of(settings: Mapping[str, Any], where: str) -> Trade:
    """What `[domain]`, `[rating]`, `[attributes]` and `[cautions]` say. Raises ShopError at the first thing that is wrong."""
    domain = _table(settings, "domain", where, _DOMAIN)
    rating = _table(settings, "rating", where, _RATING)
    out_of = rating.get("out_of", 5)
    if isinstance(out_of, bool) or not isinstance(out_of, int | float) or not 1 < out_of <= 100:
        raise ShopError(f"{where}: rating.out_of is {brief(out_of)}", fix="give the best rating, such as 5 or 10")
    by = _one_of(rating.get("by", "customers"), "rating.by", where, ("customers", "shop"))
    titles = _one_of(domain.get("titles", "beginnings"), "domain.titles", where, ("beginnings", "whole"))
    attributes = _named_tables(settings, "attributes", where, _ATTRIBUTE)
    cautions = _named_tables(settings, "cautions", where, _CAUTION)
    return Trade(
        noun=_by_language(domain, "noun", where, "domain"),
        nouns=_by_language(domain, "nouns", where, "domain"),
        measure=_text(domain.get("measure", "款"), "domain.measure", where),
        title=_pattern(domain, "title", where, "domain", "{title}"),
        price=_pattern(domain, "price", where, "domain", "{amount}"),
        whole_titles=titles == "whole",
        kind=_text(domain.get("kind", ""), "domain.kind", where, empty=True),
        aspects=_list(domain.get("aspects", []), "domain.aspects", where),
        newest=_text(domain.get("newest", ""), "domain.newest", where, empty=True),
        points=_list(domain.get("points", []), "domain.points", where),
        rating_of=float(out_of),
        rated_by_shop=by == "shop",
        taken=_by_language(domain, "taken", where, "domain"),
        question=_by_language(domain, "question", where, "domain"),
        chips=_lists(domain, "chips", where, "domain"),
        examples=_lists(domain, "examples", where, "domain"),
        attributes={name: _attribute(table, where, f"attributes.{name}") for name, table in attributes.items()},
        cautions=tuple(_caution(table, where, f"cautions.{name}") for name, table in cautions.items()),
    )


def _attribute(table: Mapping[str, Any], where: str, at: str) -> AttributeWords:
    number = table.get("number", "")
    if number not in ("", "quantity", "year"):
        raise ShopError(f"{where}: {at}.number is {brief(number)}", fix='write "year", or "quantity" for a number with a unit')
    return AttributeWords(
        names=_list(table.get("names", []), f"{at}.names", where),
        asks=_list(table.get("asks", []), f"{at}.asks", where),
        values=_lists(table, "values", where, at),
        noun=_pattern(table, "noun", where, at, "{value}"),
        wish=_pattern(table, "wish", where, at, "{value}"),
        point=_pattern(table, "point", where, at, "{value}"),
        together=_flag(table, "together", where, at),
        people=_flag(table, "people", where, at),
        has=_flag(table, "has", where, at),
        borrowed=_flag(table, "borrowed", where, at),
        favoured=_flag(table, "favoured", where, at),
        number=number,
        more=_list(table.get("more", []), f"{at}.more", where),
        less=_list(table.get("less", []), f"{at}.less", where),
    )


def _caution(table: Mapping[str, Any], where: str, at: str) -> Caution:
    texts = _by_language(table, "text", where, at)
    categories, words = _list(table.get("categories", []), f"{at}.categories", where), _list(table.get("words", []), f"{at}.words", where)
    if not texts or not (categories or words):
        raise ShopError(f"{where}: {at} says nothing, or of nothing", fix="give its text by language, and categories or words that it is about")
    return Caution(categories=frozenset(categories), words=tuple(map(folded, words)), texts=texts)


# ── values of TOML ────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(settings: Mapping[str, Any], name: str, where: str, known: frozenset[str]) -> Mapping[str, Any]:
    table = settings.get(name, {})
    if not isinstance(table, Mapping):
        raise ShopError(f"{where}: {name} is {brief(table)}", fix=f"write it as a table, [{name}]")
    if unknown := next((key for key in table if key not in known), ""):
        raise ShopError(f"{where}: {name}.{unknown} is not known", fix=f"use {', '.join(sorted(known))}")
    return table


def _named_tables(settings: Mapping[str, Any], name: str, where: str, known: frozenset[str]) -> dict[str, Mapping[str, Any]]:
    tables = settings.get(name, {})
    if not isinstance(tables, Mapping):
        raise ShopError(f"{where}: {name} is {brief(tables)}", fix=f"write tables, [{name}.NAME]")
    return {str(key): _table({f"{name}.{key}": table}, f"{name}.{key}", where, known) for key, table in tables.items()}


def _text(value: Any, at: str, where: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (empty or value.strip()):
        raise ShopError(f"{where}: {at} is {brief(value)}", fix="write it as text")
    return value.strip()


def _list(value: Any, at: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ShopError(f"{where}: {at} is {brief(value)}", fix='write a list of texts, ["..."]')
    return tuple(value)


def _lists(table: Mapping[str, Any], name: str, where: str, at: str) -> dict[str, tuple[str, ...]]:
    value = table.get(name, {})
    if not isinstance(value, Mapping):
        raise ShopError(f"{where}: {at}.{name} is {brief(value)}", fix="write a table of lists")
    return {str(key): _list(texts, f"{at}.{name}.{key}", where) for key, texts in value.items()}


def _by_language(table: Mapping[str, Any], name: str, where: str, at: str) -> Texts:
    value = table.get(name, {})
    if not isinstance(value, Mapping):
        raise ShopError(f"{where}: {at}.{name} is {brief(value)}", fix='write it by language, { zh = "...", en = "..." }')
    return {str(language): _text(text, f"{at}.{name}.{language}", where) for language, text in value.items()}


def _pattern(table: Mapping[str, Any], name: str, where: str, at: str, place: str) -> Texts:
    """Texts with one place to fill, and no other braces."""
    patterns = _by_language(table, name, where, at)
    for language, pattern in patterns.items():
        if pattern.count(place) != 1 or "{" in pattern.replace(place, "") or "}" in pattern.replace(place, ""):
            raise ShopError(f"{where}: {at}.{name}.{language} is {brief(pattern)}", fix=f"write {place} once, where it is to stand")
    return patterns


def _flag(table: Mapping[str, Any], name: str, where: str, at: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise ShopError(f"{where}: {at}.{name} is {brief(value)}", fix="write true or false")
    return value


def _one_of(value: Any, at: str, where: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ShopError(f"{where}: {at} is {brief(value)}", fix=f"write one of {', '.join(known)}")
    return str(value)
