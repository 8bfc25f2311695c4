"""Reasons: each is true of its item, and gone when its cause is."""

from dataclasses import replace

import numpy as np
import pytest

from chatbot.recommending.profile import profile_of
from chatbot.recommending.reasons import MOST_REASONS, Reason, reasons_for
from chatbot.shop.reading import read_shop
from chatbot.values import Constraints, Event, State
from tests.tiny_shop import write_shop

PLAIN = {"list_price": None, "rating": 4.0, "rating_count": 10}
WANTED = Constraints(category="Laptops", price_max=4000, brand=("Norin",), attributes={"color": ("black",), "memory": ("16 GB",)})


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


def _profile(catalogue, *events):
    return profile_of(events, catalogue, np.eye(len(catalogue), dtype=np.float32))


def _reasons(catalogue, identifier, state=None, *, events=(), others=(), **changes):
    item = replace(catalogue.by_id[identifier], **changes)
    return reasons_for(item, state or State(), _profile(catalogue, *events), catalogue, catalogue.get(others))


CAUSES = [
    ("attribute", State(constraints=Constraints(attributes={"color": ("black",)})), {}),
    ("price_max", State(constraints=Constraints(price_max=4000)), {}),
    ("price_min", State(constraints=Constraints(price_min=1000)), {}),
    ("price_between", State(constraints=Constraints(price_min=1000, price_max=4000)), {}),
    ("cheaper", State(below=5000.0), {}),
    ("dearer", State(above=3000.0), {}),
    ("brand", State(constraints=Constraints(brand=("Norin",))), {}),
    ("like", State(), {"events": (Event("view", "lap-1"),)}),
    ("rating", State(), {"rating": 4.7, "rating_count": 400}),
    ("reduced", State(), {"list_price": 4499.0}),
]


@pytest.mark.parametrize(("kind", "state", "more"), CAUSES, ids=[kind for kind, *_ in CAUSES])
def test_a_reason_is_there_with_its_cause_and_gone_without_it(catalogue, kind, state, more):
    assert kind in [one.kind for one in _reasons(catalogue, "lap-2", state, **(PLAIN | more))]
    assert kind not in [one.kind for one in _reasons(catalogue, "lap-2", State(), **PLAIN)]


def test_lowest_of_these_is_said_of_the_lowest_alone(catalogue):
    lowest = Reason("price_min", "of_these", amount=2999.0)
    assert lowest in _reasons(catalogue, "lap-1", others=("lap-2", "lap-3"))
    assert lowest not in _reasons(catalogue, "lap-1")
    assert not [one for one in _reasons(catalogue, "lap-2", others=("lap-1", "lap-3"), **PLAIN) if one.name == "of_these"]
    assert not [one for one in _reasons(catalogue, "ket-1", others=("ket-2", "ket-3"), **PLAIN) if one.name == "of_these"]


def test_a_wish_that_the_item_does_not_meet_is_no_reason(catalogue):
    state = State(constraints=Constraints(attributes={"color": ("black", "white")}, brand=("Pax",)))
    found = _reasons(catalogue, "lap-2", state, **PLAIN)
    assert Reason("attribute", "color", "black") in found
    assert Reason("attribute", "color", "white") not in found
    assert "brand" not in [one.kind for one in found]


def test_a_ceiling_that_the_price_is_above_is_no_reason(catalogue):
    found = _reasons(catalogue, "lap-4", State(constraints=Constraints(price_max=4000)), **PLAIN)
    assert "price_max" not in [one.kind for one in found]


def test_the_reasons_figures_are_those_of_the_item(catalogue):
    assert Reason("cheaper", amount=1001.0) in _reasons(catalogue, "lap-2", State(below=5000.0))
    assert Reason("dearer", amount=999.0) in _reasons(catalogue, "lap-2", State(above=3000.0))
    assert Reason("reduced", amount=4499.0) in _reasons(catalogue, "lap-2")
    assert Reason("rating", amount=4.7, other=400.0) in _reasons(catalogue, "lap-2")


@pytest.mark.parametrize("changes", [{"rating": 4.4, "rating_count": 400}, {"rating": 4.9, "rating_count": 3}, {"rating": None}])
def test_a_rating_that_is_low_or_of_few_is_not_told(catalogue, changes):
    assert "rating" not in [one.kind for one in _reasons(catalogue, "lap-2", **changes)]


@pytest.mark.parametrize("list_price", [None, 3999.0, 100.0])
def test_only_a_higher_list_price_is_a_reduction(catalogue, list_price):
    assert "reduced" not in [one.kind for one in _reasons(catalogue, "lap-2", list_price=list_price)]


def test_what_was_looked_at_counts_for_its_own_kind(catalogue):
    assert "like" not in [one.kind for one in _reasons(catalogue, "lap-2", events=(Event("view", "ket-1"),), **PLAIN)]
    assert "like" not in [one.kind for one in _reasons(catalogue, "lap-2", events=(Event("view", "lap-2"),), **PLAIN)]
    assert "like" not in [one.kind for one in _reasons(catalogue, "lap-2", events=(Event("dislike", "lap-1"),), **PLAIN)]


def test_there_is_always_a_reason_and_never_too_many(catalogue):
    for item in catalogue.items:
        assert len(_reasons(catalogue, item.id, **PLAIN)) >= 1
        assert len(_reasons(catalogue, item.id, State(constraints=WANTED, below=9000.0), events=(Event("view", "lap-1"),))) <= MOST_REASONS


def test_the_shoppers_wishes_come_first(catalogue):
    found = _reasons(catalogue, "lap-2", State(constraints=WANTED))
    assert found[0].kind == "attribute"
    assert [one.kind for one in found].index("price_max") < MOST_REASONS
