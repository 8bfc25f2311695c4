"""The columns say of a whole catalogue what `fitting` says of one item."""

import random
from dataclasses import replace

import numpy as np
import pytest

from chatbot.recommending.columns import Columns
from chatbot.recommending.fitting import broken
from chatbot.shop.reading import read_shop
from chatbot.trade import AttributeWords, Trade
from chatbot.values import Constraints, State
from tests.tiny_shop import write_shop

LAPTOPS = Constraints(category="Laptops")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"), change=lambda items: items[0].update(rating=None))).catalogue


def fitting(catalogue, state, hidden=()):
    mask = Columns(catalogue).fitting(state, frozenset(hidden))
    return {item.id for item, fits in zip(catalogue.items, mask, strict=True) if fits}


def drawn(catalogue, chance):
    """Constraints of every kind, drawn from what the catalogue has and some that it has not."""
    pairs = sorted({(name, value) for item in catalogue.items for name, values in item.attributes.items() for value in values})
    brands = sorted({item.brand for item in catalogue.items})

    def maybe(value):
        return value if chance.random() < 0.4 else None

    def attributes():
        chosen = chance.sample([*pairs, ("colour", "nowhere")], 2)
        return {name: (value, chance.choice(pairs)[1]) for name, value in chosen} if chance.random() < 0.4 else {}

    return Constraints(
        category=maybe(chance.choice(["Laptops", "Computers", "Kitchen", "Shoes"])), price_min=maybe(chance.choice([0, 100, 3000])),
        price_max=maybe(chance.choice([50, 3999, 9000])), brand=tuple(maybe(brands[:2]) or ()), not_brand=tuple(maybe([chance.choice(brands)]) or ()),
        in_stock=maybe(True), rating_min=maybe(4.4), attributes=attributes(), not_attributes=attributes(), ranges=maybe({"weight": (maybe(500.0), 1400.0)}) or {},
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_what_is_broken_is_what_fitting_says(catalogue, seed):
    wanted = drawn(catalogue, random.Random(seed))
    masks = Columns(catalogue).broken(wanted)
    for row, item in enumerate(catalogue.items):
        assert {name for name, mask in masks.items() if mask[row]} == set(broken(item, wanted))


@pytest.mark.parametrize("seed", range(12))
def test_values_that_hold_together_are_masked_as_fitting_says(catalogue, seed):
    whole = replace(catalogue, trade=Trade(attributes={"color": AttributeWords(together=True)}))
    wanted = drawn(catalogue, random.Random(seed))
    masks = Columns(whole).broken(wanted)
    for row, item in enumerate(whole.items):
        assert {name for name, mask in masks.items() if mask[row]} == set(broken(item, wanted, whole.trade.together))


def test_bounds_are_exclusive(catalogue):
    assert fitting(catalogue, State(constraints=LAPTOPS, below=3999.0)) == {"lap-1"}  # lap-6 is sold out
    assert fitting(catalogue, State(constraints=LAPTOPS, above=6499.0)) == {"lap-4"}


def test_what_is_hidden_is_out_and_the_unknown_changes_nothing(catalogue):
    assert fitting(catalogue, State(constraints=LAPTOPS), {"lap-1", "lap-2", "nothing"}) == {"lap-3", "lap-4", "lap-5"}


def test_leaves(catalogue):
    mask = Columns(catalogue).leaves(["Laptops", "Kettles"])
    assert {item.leaf for item, within in zip(catalogue.items, mask, strict=True) if within} == {"Laptops", "Kettles"}
    assert not Columns(catalogue).leaves([]).any()


def test_an_empty_catalogue_has_empty_masks(catalogue):
    empty = Columns(type(catalogue)(()))
    assert np.array_equal(empty.fitting(State(constraints=Constraints(category="x", brand=("y",), attributes={"z": ("1",)})), ()), np.zeros(0, bool))
