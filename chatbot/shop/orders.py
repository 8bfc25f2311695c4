"""The demo orders of a shop folder and its `[orders]` rules, checked. Every complaint names the line and the value.

An order's dates are numbers of days from now, so that the orders never grow old. Nothing here keeps or changes one.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chatbot.errors import ShopError
from chatbot.order_values import Terms, order_from_json, terms_from_json
from chatbot.shop.catalogue import Catalogue

__all__ = ["orders_of", "terms_of"]


def orders_of(text: str, where: str, catalogue: Catalogue) -> tuple[Mapping[str, Any], ...]:
    """The rows of an orders file, as they stand there. Raises ShopError with the line of the first broken one."""
    rows: dict[str, Mapping[str, Any]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        at = f"{where} line {number}"
        try:
            row = json.loads(line)
            order = order_from_json(row, datetime.now(UTC))
        except json.JSONDecodeError as error:
            raise ShopError(f"{at} is not JSON: {error.msg} at column {error.colno}") from error
        except ValueError as error:
            raise ShopError(f"{at}: {error}", fix="see the section on orders in README.md") from error
        if order.number in rows:
            raise ShopError(f"{at}: the number {order.number} stands on an earlier line too", fix="every order needs a number of its own")
        if missing := [line.item for line in order.lines if line.item not in catalogue]:
            raise ShopError(f"{at}: there is no item {missing[0]!r} in items.jsonl", fix="give the id of an item of the shop")
        rows[order.number] = row
    return tuple(rows.values())


def terms_of(table: Mapping[str, Any], where: str) -> Terms:
    """The rules of the table `[orders]`. Raises ShopError."""
    try:
        return terms_from_json(table)
    except ValueError as error:
        raise ShopError(f"{where}: orders.{error}", fix="see the section on orders in README.md") from error
