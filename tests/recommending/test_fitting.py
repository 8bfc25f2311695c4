"""Hard constraints, one by one, on items whose answer is plain."""

import pytest

from chatbot.recommending.fitting import broken, fits
from chatbot.shop.reading import read_shop
from chatbot.values import Constraints
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


LAPTOPS = {"lap-1", "lap-2", "lap-3", "lap-4", "lap-5", "lap-6"}


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ({}, LAPTOPS),
        ({"price_max": 3999}, {"lap-1", "lap-2", "lap-6"}),
        ({"price_max": 3998.99}, {"lap-1", "lap-6"}),
        ({"price_min": 6499}, {"lap-4", "lap-5"}),
        ({"price_min": 3000, "price_max": 5000}, {"lap-2", "lap-3", "lap-6"}),
        ({"brand": ("Norin",)}, {"lap-2", "lap-3"}),
        ({"brand": ("Norin", "Brio")}, {"lap-2", "lap-3", "lap-5", "lap-6"}),
        ({"not_brand": ("Norin", "Pax")}, {"lap-5", "lap-6"}),
        ({"in_stock": True}, LAPTOPS - {"lap-6"}),
        ({"in_stock": False}, LAPTOPS),
        ({"rating_min": 4.6}, {"lap-2", "lap-3"}),
        ({"attributes": {"color": ("black",)}}, {"lap-2", "lap-3", "lap-4"}),
        ({"attributes": {"color": ("white", "blue")}}, {"lap-5", "lap-6"}),
        ({"attributes": {"color": ("black",), "memory": ("16 GB",)}}, {"lap-2", "lap-3"}),
        ({"attributes": {"pages": ("192 pages",)}}, set()),
        ({"not_attributes": {"color": ("black",)}}, LAPTOPS - {"lap-2", "lap-4"}),
        ({"not_attributes": {"color": ("black", "silver")}}, {"lap-5", "lap-6"}),
        ({"not_attributes": {"pages": ("192 pages",)}}, LAPTOPS),
        ({"not_attributes": {"touchscreen": ("yes",)}}, LAPTOPS - {"lap-5"}),
        ({"ranges": {"weight": (None, 1300.0)}}, {"lap-2", "lap-5"}),
        ({"ranges": {"weight": (1400.0, 1900.0)}}, {"lap-1", "lap-3", "lap-6"}),
        ({"ranges": {"pages": (1.0, None)}}, set()),
    ],
)  # fmt: skip
def test_each_constraint_keeps_what_it_should(catalogue, constraints, expected):
    wanted = Constraints(category="Laptops", **constraints)
    assert {item.id for item in catalogue.items if fits(item, wanted)} == expected


def test_one_unwanted_value_is_enough_where_an_item_has_all_of_them_at_once(catalogue):
    wanted = Constraints(category="Laptops", not_attributes={"color": ("silver",)})
    assert fits(catalogue.by_id["lap-3"], wanted)  # it also comes in black
    assert not fits(catalogue.by_id["lap-3"], wanted, frozenset({"color"}))


@pytest.mark.parametrize(("category", "count"), [("Laptops", 6), ("Computers", 9), ("Kitchen", 4), ("Shoes", 0), (None, 16)])
def test_a_category_of_any_level(catalogue, category, count):
    assert sum(fits(item, Constraints(category=category)) for item in catalogue.items) == count


def test_what_is_broken_is_named(catalogue):
    wanted = Constraints(
        category="Kettles", price_max=1, price_min=10_000, brand=("Pax",), not_brand=("Norin",), in_stock=True, rating_min=4.9,
        attributes={"color": ("red",)}, not_attributes={"memory": ("16 GB",)},
    )  # fmt: skip
    assert set(broken(catalogue.by_id["lap-2"], wanted)) == {
        "category", "price_max", "price_min", "brand", "not_brand", "rating_min", "attributes.color", "not_attributes.memory",
    }  # fmt: skip
    assert "in_stock" in set(broken(catalogue.by_id["lap-6"], wanted))


def test_an_item_without_rating_does_not_reach_one(tmp_path):
    catalogue = read_shop(write_shop(tmp_path, change=lambda items: items[0].update(rating=None))).catalogue
    assert not fits(catalogue.by_id["lap-1"], Constraints(rating_min=0.1))
    assert fits(catalogue.by_id["lap-1"], Constraints())
