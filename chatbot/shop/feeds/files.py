"""The paths that an import is given → files, and what each of them is: products, questions or a document.

A feed that cannot be read as a whole ends the import: what it would have brought must not be taken for removed. A page or
document among others is told and left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from chatbot.errors import ShopError, brief
from chatbot.shop.feeds.columns import Mapped, field_of
from chatbot.shop.feeds.decoding import read_whole
from chatbot.shop.feeds.delimited import read_delimited
from chatbot.shop.feeds.dialects import Fielded, dialect_of, expanded, holds_products, holds_questions, plain
from chatbot.shop.feeds.documents import Passage, questions_of, read_html, read_markdown, read_pdf
from chatbot.shop.feeds.jsons import read_json, read_json_lines
from chatbot.shop.feeds.merchant import read_merchant
from chatbot.shop.feeds.pages import products_of_page, products_of_value
from chatbot.shop.feeds.sheets import read_parquet, read_workbook
from chatbot.shop.feeds.values import Raw, Remark, Source
from chatbot.text import clean

__all__ = ["Content", "content_of", "files_of"]

_TABLES: dict[str, Callable[[Source], Iterator[Raw]]] = {
    ".csv": read_delimited, ".tsv": read_delimited, ".txt": read_delimited, ".tab": read_delimited, ".xlsx": read_workbook, ".xlsm": read_workbook, ".parquet": read_parquet,
    ".json": read_json, ".jsonl": read_json_lines, ".ndjson": read_json_lines, ".jsonld": read_json,
}  # fmt: skip
_FEEDS = (".xml", ".rss", ".atom")
_PAGES = (".html", ".htm", ".xhtml")
_DOCUMENTS: dict[str, Callable[[Source], list[Passage]]] = {".md": read_markdown, ".markdown": read_markdown, ".pdf": read_pdf}
_KNOWN = (*_TABLES, *_FEEDS, *_PAGES, *_DOCUMENTS)
SHOWN_COLUMNS, LONGEST_NAME = 12, 400


@dataclass(frozen=True, slots=True)
class Content:
    """What a file brings: products row by row, or passages, or neither where it could not be read.

    questions: the passages are past questions with their replies. answers: such as entries of the shop answer already.
    """

    products: Iterator[tuple[int, Fielded]] | None = None
    passages: tuple[Passage, ...] = ()
    answers: tuple[Passage, ...] = ()
    questions: bool = False


def files_of(paths: Sequence[Path], into: Path, tell: Callable[[Remark], None]) -> list[Source]:
    """Every file under `paths`. Raises ShopError for a path that is not there, of no known kind, or inside the shop itself."""
    found: dict[Path, Source] = {}
    for path in paths:
        if not path.exists():
            raise ShopError(f"there is no feed at {path}", fix="give a file or a folder that exists")
        if path.resolve() == into.resolve() or into.resolve() in path.resolve().parents:
            raise ShopError(f"the feed {path} lies inside the shop folder {into} that it would be imported into", fix="keep feeds elsewhere")
        inner = (
            sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in _KNOWN and not one.name.startswith("."))
            if path.is_dir()
            else [path]
        )
        if not inner:
            raise ShopError(f"the folder {path} holds no feed", fix=f"give files that end in {', '.join(_KNOWN)}")
        for one in inner:
            if one.suffix.lower() not in _KNOWN:
                raise ShopError(f"{one} is of no kind that can be imported", fix=f"give a file that ends in {', '.join(_KNOWN)}")
            found.setdefault(one.resolve(), Source(one, clean(str(one), LONGEST_NAME), tell, one.stat().st_size))
    return list(found.values())


def content_of(source: Source, mapping: Sequence[Mapped], used: set[str], *, alone: bool) -> Content:
    """What the file is, by its ending and its columns. used: gets the fields of `mapping` that were found.

    alone: nothing else is imported, so a document that cannot be read is an error; among others it is told and left out.
    Raises ShopError where it cannot be read or is nothing known.
    """
    suffix = source.path.suffix.lower()
    if suffix in _TABLES:
        return _table(source, _TABLES[suffix](source), mapping, used)
    if suffix in _FEEDS:
        return Content(_products(read_merchant(source), [], mapping, used))
    if suffix in _PAGES:
        told: list[Remark] = []
        products = list(products_of_page(replace(source, tell=told.append), page := read_whole(source)))
        for remark in told:
            source.tell(remark)
        if products or ("application/ld+json" in page and told):
            return Content(_mapped(((line, row, row.attributes) for line, row in products), mapping, used))
    try:
        return Content(passages=tuple(_DOCUMENTS.get(suffix, read_html)(source)))
    except ShopError as error:
        if alone:
            raise
        source.remark(0, "refused", str(error))
        return Content()


def _table(source: Source, rows: Iterator[Raw], mapping: Sequence[Mapped], used: set[str]) -> Content:
    first = next(rows, None)
    if first is None:
        raise ShopError(f"{source.path} has no row that can be read", fix="give a file with a line of column names and rows, or fetch it again")
    every = chain([first], rows)
    if {"@context", "@type", "@graph"} & set(first.cells):
        return Content(_mapped(((raw.line, row, row.attributes) for raw in every for row in products_of_value(dict(raw.cells))), mapping, used))
    names = source.columns or list(first.cells)
    mapped = [one.field for one in mapping if one.value(dict.fromkeys(names, "x")) is not None]
    if holds_questions([*names, *mapped]):
        entries, answered = questions_of(source, every)
        return Content(passages=tuple(entries), answers=tuple(answered), questions=True)
    if dialect_of(names) is not plain or holds_products([*names, *mapped]):
        return Content(_products(every, source.columns, mapping, used))
    missing = [field for field in ("title", "price") if field not in {*map(field_of, names), *mapped}]
    raise ShopError(
        f"{source.path} has no column that is recognised as {' and '.join(missing) or 'a price'}; its columns are {brief(', '.join(names[:SHOWN_COLUMNS]), 160)}",
        fix="name them, as in --map title=COLUMN,price=COLUMN",
    )


def _products(rows: Iterable[Raw], columns: list[str], mapping: Sequence[Mapped], used: set[str]) -> Iterator[tuple[int, Fielded]]:
    dialect = dialect_of(columns) if columns else plain
    return _mapped(((raw.line, row, raw.cells) for raw in rows for row in expanded(dialect(raw.cells))), mapping, used)


def _mapped(rows: Iterable[tuple[int, Fielded, Any]], mapping: Sequence[Mapped], used: set[str]) -> Iterator[tuple[int, Fielded]]:
    """The rows with what --map says put over what was recognised."""
    for line, row, cells in rows:
        for one in mapping:
            value = one.value(cells)
            if value in (None, "", []):
                used.update([one.field] if set(one.columns) & set(cells) else [])
                continue
            used.add(one.field)
            for column in one.columns:
                row.attributes.pop(column, None)
            if one.field.startswith("attributes."):
                row.attributes[one.field.removeprefix("attributes.")] = value
            else:
                row.fields[one.field] = value
            if one.field == "group" and row.kind == "single":
                row.kind = "variant"
        yield line, row
