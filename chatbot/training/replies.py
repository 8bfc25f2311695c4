"""The replies that the phrasing is trained on: plans with their facts and the reply a good assistant gave, from JSON Lines.

A row becomes a Brief, as the conversation makes one, and its reply an opener and a rest. Knows no model.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from chatbot.errors import TrainingError
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.prompts import OPENED
from chatbot.values import LANGUAGES, PLAN_KINDS, Language, Product

__all__ = ["Example", "Row", "brief_of", "example_of", "exchanged", "read_replies"]

MARK = "|"
"""Between the opener and the rest of a reply."""
SHORTEST_BRAND = 2
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """opener: "" where the reply is written in one piece."""

    brief: Brief
    opener: str
    rest: str


def read_replies(folder: Path) -> list[Row]:
    """Every row of the folder's .jsonl files, in order. Raises TrainingError with file and line where one does not fit."""
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            lines = path.read_text("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise TrainingError(f"{path} is not UTF-8: {error}", fix="save it as UTF-8") from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                example_of(row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise TrainingError(f"{path.name}:{number} is no row of a plan and its reply: {error!r}", fix="mend the line") from error
            rows.append(row)
    if not rows:
        raise TrainingError(f"{folder} holds no .jsonl file with plans and replies", fix="give the folder knowledge/training/replies")
    return rows


def example_of(row: Row) -> Example:
    """Raises KeyError, TypeError or ValueError where the row lacks something."""
    brief = brief_of(row)
    opener, mark, rest = str(row["reply"]).partition(MARK)
    if not (opener + rest).strip() or MARK in rest or "\n" in row["reply"]:
        raise ValueError(f"the reply is empty, or has a line break or a second {MARK}")
    if brief.kind not in OPENED:
        return Example(brief, "", (opener + rest).strip())
    if not mark or not opener.strip() or not rest.strip():
        raise ValueError(f"the reply needs an opener, {MARK} and a rest")
    return Example(brief, opener.strip(), rest.strip())


def brief_of(row: Row) -> Brief:
    """The plan and facts of a row. Raises KeyError, TypeError or ValueError where the row lacks something."""
    if row["kind"] not in PLAN_KINDS or row["language"] not in LANGUAGES:
        raise ValueError(f"the kind is {row['kind']!r} and the language {row['language']!r}")
    shown = list(row.get("products") or [])
    closest = row.get("closest")
    everything = [*shown, *([closest] if closest else [])]
    products = [_product(one, str(number), row["currency"]) for number, one in enumerate(everything, 1)]
    return Brief(
        kind=row["kind"], language=row["language"], message=row["message"], shop=row["shop"], currency=row["currency"], note=row.get("note") or "",
        products=tuple(products[: len(shown)]), closest=products[-1] if closest else None,
        descriptions={str(number): one.get("description") or "" for number, one in enumerate(everything, 1)},
        points={str(number): tuple(one.get("points") or ()) for number, one in enumerate(everything, 1)},
        category=row.get("category") or "", total=int(row.get("total") or 0), quantity=int(row.get("quantity") or 1), unknown_brand=row.get("unknown_brand") or "",
        changed=("price",) if row.get("changed") else (), without=int(row.get("without") or 0), lowest=None if row.get("lowest") is None else float(row["lowest"]), exhausted=bool(row.get("exhausted")),
        asked=tuple((str(name), str(value)) for name, value in row.get("asked") or ()),
        differences=tuple((str(name), str(one), str(other)) for name, one, other in row.get("differences") or ()),
        answer=row.get("answer") or "", title=row.get("title") or "", contact=dict(row.get("contact") or {}), question=row.get("question") or "",
        wanted=tuple(row.get("wanted") or ()), blocking=tuple(row.get("blocking") or ()), relaxed=tuple(row.get("relaxed") or ()), unknown=tuple(row.get("unknown") or ()),
    )  # fmt: skip


def _product(one: Mapping[str, Any], identity: str, currency: str) -> Product:
    return Product(
        id=identity, title=one["title"], brand=one["brand"], category=(), price=float(one["price"]), list_price=one.get("list_price"), currency=currency,
        in_stock=one.get("in_stock") is not False, url="", image="", attributes={}, score=0.0, reasons=tuple(one.get("reasons") or ()),
    )  # fmt: skip


def exchanged(row: Row, brands: Mapping[Language, Sequence[str]], random: Random) -> Row:
    """The same row with other makers' names, drawn from `brands`: a name is to be copied and not remembered."""
    text = json.dumps(row, ensure_ascii=False)
    new: Row = row
    for brand in dict.fromkeys(one["brand"] for one in _products(row) if len(one["brand"]) >= SHORTEST_BRAND):
        other = random.choice(brands[row["language"]])
        if other not in text and brand.isascii() == other.isascii():
            whole = rf"(?<![A-Za-z0-9]){re.escape(brand)}(?![A-Za-z0-9])" if brand.isascii() else re.escape(brand)
            new, text = _replaced(new, re.compile(whole), other), text + other
    return new


def _products(row: Row) -> list[Mapping[str, Any]]:
    return [*(row.get("products") or ()), *([row["closest"]] if row.get("closest") else ())]


def _replaced(value: Any, whole: re.Pattern[str], other: str) -> Any:
    """`value` with `other` for every match in its texts, however deep."""
    if isinstance(value, str):
        return whole.sub(lambda _: other, value)
    if isinstance(value, Mapping):
        return {key: _replaced(inner, whole, other) for key, inner in value.items()}
    return [_replaced(inner, whole, other) for inner in value] if isinstance(value, list) else value
