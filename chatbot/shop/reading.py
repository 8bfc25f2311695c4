"""A shop folder → a validated `Shop`. Every complaint names the file, the line, the value and what would be right.

Nothing here embeds, indexes or serves; texts stay exactly as they were written.
"""

import csv
import io
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chatbot.errors import ShopError, brief
from chatbot.order_values import Terms
from chatbot.shop.catalogue import Catalogue
from chatbot.shop.domain import trade_of
from chatbot.shop.hours import OfficeHours, read_hours
from chatbot.shop.orders import orders_of, terms_of
from chatbot.trade import Trade
from chatbot.values import LANGUAGES, Entry, Item, Language, Localised

__all__ = ["Contact", "PastAnswer", "Shop", "read_items", "read_shop"]

LONGEST_TEXT = 20_000
"""Characters of a title or description that are kept readable by everything behind; longer ones are refused."""
USUALLY_SOFT = ("good for", "use", "uses", "occasion", "suitable for", "适合", "用途", "适用场景")
"""Attributes that say what a thing is good for: they rank, for no shop lists every use. An owner's `soft` replaces them."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Contact:
    """How people reach the shop's people; any of it may be empty."""

    email: str = ""
    phone: str = ""
    hours: str = ""
    wait_minutes: int = 5
    timezone: str = ""
    """Of the hours, such as Asia/Shanghai; empty for the machine's own."""

    def office_hours(self) -> OfficeHours | None:
        """The hours as far as they can be read."""
        return read_hours(self.hours, ZoneInfo(self.timezone) if self.timezone else None)


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """A question once asked and the best reply it got. answer: empty where the entry `source` answers it as it stands."""

    question: str
    answer: str
    language: Language
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Everything a shop folder says. soft: attributes that rank and do not rule out. used_up: categories or items → days after which one is
    bought again. orders: the demo orders, as they are written."""

    folder: Path
    names: Mapping[str, str]
    languages: tuple[Language, ...]
    default_language: Language
    currency: str
    contact: Contact
    pinned: tuple[str, ...]
    blocked: frozenset[str]
    soft: frozenset[str]
    catalogue: Catalogue
    entries: tuple[Entry, ...]
    answers: tuple[PastAnswer, ...]
    orders: tuple[Mapping[str, Any], ...] = ()
    terms: Terms = field(default_factory=Terms)
    used_up: Mapping[str, int] = field(default_factory=dict)

    @property
    def trade(self) -> Trade:
        """What is sold and how it is spoken of."""
        return self.catalogue.trade

    def name(self, language: Language) -> str:
        return self.names.get(language) or next(iter(self.names.values()))


def read_shop(folder: Path) -> Shop:
    """Read and check the folder. Raises ShopError at the first thing that is wrong."""
    if not folder.is_dir():
        raise ShopError(f"there is no shop folder at {folder}", fix="give the folder that holds shop.toml with --shop or XIAOER_SHOP")
    settings = _read_settings(folder / "shop.toml")
    trade = trade_of(settings, str(folder / "shop.toml"))
    items = read_items(folder / "items.jsonl", best=trade.rating_of)
    languages = _languages(settings, folder / "shop.toml")
    default = settings.get("default_language") or settings.get("default") or languages[0]
    if default not in languages:
        raise ShopError(f"{folder / 'shop.toml'}: default_language is {brief(default)}, not one of {list(languages)}")
    where = str(folder / "shop.toml")
    words = {leaf: _texts(found, f"words.{leaf}", where) for leaf, found in _table(settings, "words", folder).items()}
    contact = _table(settings, "contact", folder)
    wait = contact.get("wait_minutes", 5)
    if isinstance(wait, bool) or not isinstance(wait, int) or wait < 0:
        raise ShopError(f"{where}: contact.wait_minutes is {brief(wait)}", fix="give whole minutes")
    currency = settings.get("currency", "CNY")
    if not isinstance(currency, str) or not currency.strip():
        raise ShopError(f"{where}: currency is {brief(currency)}", fix='write its code, such as "CNY"')
    name = settings.get("name", folder.name)
    if not name or not isinstance(name, str | Mapping):
        raise ShopError(f"{where}: name is {brief(name)}", fix='write name = "..." or a table [name] with zh and en')
    catalogue = Catalogue(items, words, trade)
    orders = folder / "orders.jsonl"
    return Shop(
        folder=folder,
        names={str(key): str(value) for key, value in name.items()} if isinstance(name, Mapping) else {default: str(name)},
        languages=languages,
        default_language=default,
        currency=currency,
        contact=Contact(
            email=str(contact.get("email", "")),
            phone=str(contact.get("phone", "")),
            hours=str(contact.get("hours", "")),
            wait_minutes=wait,
            timezone=_timezone(contact.get("timezone", ""), where),
        ),
        pinned=_texts(settings.get("pinned", []), "pinned", where),
        soft=frozenset(_texts(settings.get("soft", list(USUALLY_SOFT)), "soft", where)),
        blocked=frozenset(_texts(settings.get("blocked", []), "blocked", where)),
        catalogue=catalogue,
        entries=_read_documents(folder / "documents"),
        answers=_read_answers(folder / "answers.csv"),
        orders=orders_of(_read_text(orders), orders.name, catalogue) if orders.exists() else (),
        terms=terms_of(_table(settings, "orders", folder), where),
        used_up=_used_up(_table(settings, "used_up", folder), where),
    )


def _read_settings(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(_read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ShopError(f"{path} is not valid TOML: {error}") from error


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShopError(f"{path} is not UTF-8 at byte {error.start}", fix="save it as UTF-8") from error
    except OSError as error:
        raise ShopError(f"{path} cannot be read: {error.strerror}") from error


def _table(settings: Mapping[str, Any], name: str, folder: Path) -> Mapping[str, Any]:
    value = settings.get(name, {})
    if not isinstance(value, Mapping):
        raise ShopError(f"{folder / 'shop.toml'}: {name} is {brief(value)}", fix=f"write it as a table, [{name}]")
    return value


def _texts(value: Any, name: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ShopError(f"{where}: {name} is {brief(value)}", fix='write a list of texts, ["..."]')
    return tuple(value)


def _used_up(table: Mapping[str, Any], where: str) -> dict[str, int]:
    for name, days in table.items():
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise ShopError(f"{where}: used_up.{name} is {brief(days)}", fix="give whole days, 1 or more")
    return dict(table)


def _timezone(name: Any, where: str) -> str:
    try:
        return str(ZoneInfo(name)) if name else ""
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ShopError(f"{where}: contact.timezone is {brief(name)}", fix='write a name such as "Asia/Shanghai"') from error


def _languages(settings: Mapping[str, Any], path: Path) -> tuple[Language, ...]:
    languages = settings.get("languages", list(LANGUAGES))
    if not isinstance(languages, list) or not languages or any(language not in LANGUAGES for language in languages):
        raise ShopError(f"{path}: languages is {brief(languages)}", fix='write a list of "zh" and "en"')
    return tuple(languages)


# ── items ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_items(path: Path, *, best: float = 5.0) -> tuple[Item, ...]:
    """The items of a JSON Lines file. best: the highest rating there is. Raises ShopError with the line number of the first broken one."""
    if not path.exists():
        raise ShopError(f"{path} is missing", fix="a shop folder needs its items there, one JSON object a line")
    items: dict[str, Item] = {}
    for number, line in enumerate(_read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path.name} line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ShopError(f"{where} is not JSON: {error.msg} at column {error.colno}") from error
        except RecursionError as error:
            raise ShopError(f"{where} is nested too deeply", fix="write one flat object a line") from error
        item = _item(row, where, best)
        if item.id in items:
            raise ShopError(f"{where}: the id {brief(item.id)} stands on an earlier line too", fix="every item needs an id of its own")
        items[item.id] = item
    return tuple(items.values())


def _item(row: Any, where: str, best: float) -> Item:
    if not isinstance(row, Mapping):
        raise ShopError(f"{where} is {brief(row)}", fix="write one JSON object a line")
    text = _localised(row, None, where)
    texts: dict[str, Localised] = {"": text}
    translations = row.get("i18n") or {}
    if not isinstance(translations, Mapping):
        raise ShopError(f"{where}: i18n is {brief(translations)}", fix='write {"zh": {...}}')
    for language, translation in translations.items():
        if not isinstance(translation, Mapping):
            raise ShopError(f"{where}: i18n.{language} is {brief(translation)}", fix="write an object of texts")
        texts[str(language)] = _localised(translation, text, f"{where}: i18n.{language}")
    texts.setdefault("zh" if _HAN.search(text.title) else "en", text)
    price = _number(row, "price", where, low=0.0)
    if price is None:
        raise ShopError(f"{where}: price is missing", fix="give it as a number in the shop's currency")
    stock = _number(row, "stock", where, low=0.0)
    return Item(
        id=_text(row, "id", where, required=True),
        title=text.title,
        description=text.description,
        brand=text.brand,
        category=text.category,
        price=price,
        list_price=_number(row, "list_price", where, low=0.0),
        stock=None if stock is None else int(stock),
        rating=_number(row, "rating", where, low=0.0, high=best),
        rating_count=int(_number(row, "rating_count", where, low=0.0) or 0),
        attributes=text.attributes,
        url=_link(row, "url", where),
        image=_link(row, "image", where),
        added=_text(row, "added", where),
        texts=texts,
    )


def _localised(row: Mapping[str, Any], base: Localised | None, where: str) -> Localised:
    category = row.get("category", base.category if base else None)
    if isinstance(category, str):
        category = [part.strip() for part in category.split(">")]
    if not isinstance(category, list | tuple) or not category or not all(isinstance(part, str) and part.strip() for part in category):
        raise ShopError(f"{where}: category is {brief(category)}", fix='write the path as a list, such as ["Computers", "Laptops"]')
    attributes = _attributes(row.get("attributes"), where) if "attributes" in row or base is None else base.attributes
    if base is not None:
        attributes = _paired(base.attributes, attributes)
        category = category if len(category) == len(base.category) else base.category
    return Localised(
        title=_text(row, "title", where, required=base is None) or (base.title if base else ""),
        description=_text(row, "description", where) or (base.description if base else ""),
        brand=_text(row, "brand", where) or (base.brand if base else ""),
        category=tuple(category),
        attributes=attributes,
    )


def _paired(base: Mapping[str, tuple[str, ...]], translated: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """The translated attributes in the order of the originals.

    They are paired by name where the names were left as they are, else by place; a translation that has more or fewer
    than the original cannot be paired and is left out, because every later value would get a wrong name.
    """
    if set(translated) <= set(base):
        return {name: translated.get(name, values) for name, values in base.items()}
    alike = len(translated) == len(base) and all(len(one) == len(other) for one, other in zip(base.values(), translated.values(), strict=True))
    return translated if alike else base


def _text(row: Mapping[str, Any], name: str, where: str, *, required: bool = False) -> str:
    value = row.get(name)
    if value is None and not required:
        return ""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (required and not value.strip()):
        raise ShopError(f"{where}: {name} is {brief(value)}", fix="give it as text")
    if len(value) > LONGEST_TEXT:
        raise ShopError(f"{where}: {name} has {len(value)} characters", fix=f"keep it under {LONGEST_TEXT}")
    return value.strip()


def _number(row: Mapping[str, Any], name: str, where: str, *, low: float, high: float = math.inf) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not low <= value <= high:
        raise ShopError(
            f"{where}: {name} is {brief(value)}", fix=f"give a number of at least {low:g}" + (f" and at most {high:g}" if math.isfinite(high) else "")
        )
    return float(value)


def _link(row: Mapping[str, Any], name: str, where: str) -> str:
    value = _text(row, name, where)
    if value and not re.match(r"(https?://|/(?!/))[^\s\"'<>]*$", value):
        raise ShopError(f"{where}: {name} is {brief(value)}", fix="give an http(s) address or a path that begins with /")
    return value


def _attributes(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ShopError(f"{where}: attributes is {brief(value)}", fix='write {"color": ["black"], "weight": "1.1 kg"}')
    attributes = {}
    for name, values in value.items():
        several = values if isinstance(values, list) else [values]
        if not all(isinstance(one, str | int | float) for one in several):
            raise ShopError(f"{where}: the attribute {brief(name)} is {brief(values)}", fix="give text, a number or a list of them")
        attributes[str(name)] = tuple(_plain(one) for one in several)
    return attributes


def _plain(value: str | float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


# ── documents and answers ─────────────────────────────────────────────────────────────────────────────────────────────

_HEADING = re.compile(r"##\s+(?P<title>.*?)\s*\{#(?P<id>[\w-]+)\}\s*$")


def _read_documents(folder: Path) -> tuple[Entry, ...]:
    """Every `## Title {#id}` of the folder's Markdown files with the text below it.

    The language is the file's (`returns.zh.md`), else that of the entry's own words.
    """
    entries: dict[tuple[str, str], Entry] = {}
    for path in sorted(folder.rglob("*.md")) if folder.is_dir() else []:
        named = path.stem.rsplit(".", 1)[-1]
        blocks: list[tuple[str, str, int, list[str]]] = []
        for number, line in enumerate(_read_text(path).splitlines(), 1):
            if line.startswith("## "):
                heading = _HEADING.match(line)
                if not heading:
                    raise ShopError(f"{path.name} line {number}: the heading {brief(line)} has no id", fix="end it with {#id}")
                blocks.append((heading["id"], heading["title"], number, []))
            elif blocks and not line.startswith("# "):
                blocks[-1][3].append(line)
        for identifier, title, number, lines in blocks:
            text = "\n".join(lines).strip()
            language: Language = named if named in LANGUAGES else ("zh" if _HAN.search(title + text) else "en")  # type: ignore[assignment]
            if not text:
                raise ShopError(f"{path.name} line {number}: the entry {brief(identifier)} has no text", fix="write the answer below its heading")
            if (identifier, language) in entries:
                raise ShopError(
                    f"{path.name} line {number}: the entry {brief(identifier)} stands twice in {language}", fix="give every entry an id of its own"
                )
            entries[identifier, language] = Entry(identifier, title, text, language)
    return tuple(entries.values())


def _read_answers(path: Path) -> tuple[PastAnswer, ...]:
    if not path.exists():
        return ()
    answers = []
    reader = csv.DictReader(io.StringIO(_read_text(path), newline=""))
    for row in reader:
        question, answer = (row.get("question") or "").strip(), (row.get("answer") or "").strip()
        language = (row.get("language") or "").strip() or ("zh" if _HAN.search(question) else "en")
        source = (row.get("source") or "").strip()
        if not question or not (answer or source) or language not in LANGUAGES:
            raise ShopError(
                f"{path.name} line {reader.line_num}: {brief(dict(row))}",
                fix="give question, answer (or the source that answers) and language (zh or en)",
            )
        answers.append(PastAnswer(question, answer, language, source))
    return tuple(answers)
