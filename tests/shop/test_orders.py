"""The orders file and the terms of a shop: what is right is read, what is not is told with its line."""

import json

import pytest

from chatbot.errors import ShopError
from chatbot.order_values import Terms
from chatbot.shop.reading import read_shop
from tests.orders import a_row
from tests.tiny_shop import TOML, write_shop


def shop_with(folder, *rows, toml=TOML):
    write_shop(folder, toml=toml)
    (folder / "orders.jsonl").write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return read_shop(folder)


def test_orders_are_read_as_they_stand(tmp_path):
    assert [row["number"] for row in shop_with(tmp_path, a_row(), "", a_row("XM2", "delivered")).orders] == ["XM10000001", "XM2"]


def test_a_shop_without_orders_has_none(tmp_path):
    shop = read_shop(write_shop(tmp_path))
    assert shop.orders == ()
    assert shop.terms == Terms()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not JSON"), ("[]", "no object"), (a_row(state="lost"), "'lost'"), (a_row("XM2", lines=[{"item": "no-such", "quantity": 1, "price": 1}]), "no-such"), ({**a_row(), "lines": []}, "lines"),
        (a_row(lines=[{"item": "ket-1", "quantity": 0, "price": 1}]), "quantity"), (a_row(placed="yesterday"), "yesterday"), (a_row(placed="2026-01-01"), "2026-01-01"), ({**a_row(), "placed": None}, "placed"),
        (a_row(shipping=-1), "shipping"), (a_row(colour="red"), "colour"), (a_row(paid_with="shells"), "shells"), (a_row(number=7), "number"), (a_row(lines=[{"item": "ket-1", "price": "free"}]), "price"),
    ],
)  # fmt: skip
def test_a_broken_order_is_told_with_its_line(tmp_path, row, says):
    with pytest.raises(ShopError, match=r"orders\.jsonl line 2") as caught:
        shop_with(tmp_path, a_row(), row)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_number_stands_once(tmp_path):
    with pytest.raises(ShopError, match=r"line 2.*XM10000001"):
        shop_with(tmp_path, a_row(), a_row())


def test_terms(tmp_path):
    terms = shop_with(tmp_path, toml=TOML + '\n[orders]\nreturn_days = 14\ncollection_fee = 4.5\nsealed_only = ["Kettles"]\n').terms
    assert (terms.return_days, terms.collection_fee, terms.sealed_only, terms.exchange_days) == (14, 4.5, ("Kettles",), 7)


@pytest.mark.parametrize(
    "line", ["return_days = -1", "return_days = 1.5", 'return_days = "7"', "return_days = true", "sealed_only = 3", "refunds = 7"]
)
def test_broken_terms_are_told(tmp_path, line):
    with pytest.raises(ShopError, match=r"orders\." + line.split()[0]):
        shop_with(tmp_path, toml=f"{TOML}\n[orders]\n{line}\n")
