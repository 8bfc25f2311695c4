"""Bounds of attributes hold strictly, in any unit; the furthest come first; a dead end says how far it goes."""

from dataclasses import replace

import numpy as np
import pytest

from chatbot.recommending.columns import Columns
from chatbot.recommending.measuring import Amounts, figure, furthest
from chatbot.shop.reading import read_shop
from chatbot.values import Bound, Constraints, State
from tests.tiny_shop import write_shop

LAPTOPS = Constraints(category="Laptops")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


def fitting(catalogue, *bounds, constraints=LAPTOPS):
    mask = Columns(catalogue).fitting(State(constraints=constraints, bounds=bounds), ())
    return {item.id for item, fits in zip(catalogue.items, mask, strict=True) if fits}


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (Bound("weight", -1, "1.4 kg"), {"lap-2", "lap-5"}),
        (Bound("weight", -1, "1300 g"), {"lap-2"}),
        (Bound("weight", 1, "1.5 kg"), {"lap-4"}),
        (Bound("memory", 1, "16 GB"), {"lap-4"}),
        (Bound("weight", -1, "1.1 kg"), set()),
        (Bound("weight", -1), {"lap-1", "lap-2", "lap-3", "lap-4", "lap-5"}),
        (Bound("capacity", 1, "1 L"), set()),  # what has no such attribute is not past it
        (Bound("weight", -1, "10 h"), set()),
    ],
)
def test_what_lies_past_a_bound(catalogue, bound, expected):
    assert fitting(catalogue, bound) == expected


def test_all_bounds_hold_together(catalogue):
    assert fitting(catalogue, Bound("weight", -1, "1.5 kg"), Bound("memory", 1, "8 GB")) == {"lap-2", "lap-5"}


def test_the_furthest_come_first_and_where_none_is_known_all_stay(catalogue):
    items = [(item, 0.9) for item in catalogue.items if item.leaf == "Laptops"]
    assert [item.id for item, _ in furthest(items, (Bound("weight", -1),), 2)] == ["lap-2", "lap-5"]
    assert [item.id for item, _ in furthest(items, (Bound("price", -1),), 1)] == ["lap-1"]
    assert furthest(items, (Bound("noise|sleep noise", -1),), 2) == tuple(items)
    assert furthest(items, (Bound("weight", -1, "9 kg"),), 2) == tuple(items)


def test_a_figure_is_the_value_as_it_stands(catalogue):
    assert figure(catalogue.by_id["lap-2"], Bound("noise|weight", -1)) == ("weight", "1.1 kg", 1100)
    assert figure(catalogue.by_id["lap-2"], Bound("noise", -1)) is None


def test_an_open_bound_rules_out_nothing(catalogue):
    assert not np.any(Amounts(catalogue.items).outside(Bound("weight", -1)))


def test_an_item_without_the_figure_is_outside(catalogue):
    bare = [replace(item, attributes={}) for item in catalogue.items]
    assert np.all(Amounts(bare).outside(Bound("weight", -1, "9 kg")))
