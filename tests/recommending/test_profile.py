"""Behaviour as a vector, on one axis per item."""

import numpy as np
import pytest

from chatbot.recommending.profile import HALF_LIFE, Event, profile_of
from chatbot.shop.reading import read_shop
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def axes(catalogue):
    return np.eye(len(catalogue), dtype=np.float32)


def _at(profile, catalogue, identifier):
    return profile.vector[[item.id for item in catalogue.items].index(identifier)]


def test_nothing_done_is_nothing_known(catalogue, axes):
    profile = profile_of([], catalogue, axes)
    assert not profile.known
    assert not profile.vector.any()


def test_what_was_looked_at_shapes_a_unit_vector(catalogue, axes):
    profile = profile_of([Event("view", "lap-1"), Event("like", "lap-2")], catalogue, axes)
    assert profile.known
    assert np.linalg.norm(profile.vector) == pytest.approx(1.0)
    assert _at(profile, catalogue, "lap-2") > _at(profile, catalogue, "lap-1") > 0


def test_what_was_disliked_counts_against(catalogue, axes):
    profile = profile_of([Event("dislike", "lap-1")], catalogue, axes)
    assert _at(profile, catalogue, "lap-1") < 0
    assert not profile.known
    assert profile.disliked == {"lap-1"}


def test_older_behaviour_counts_less(catalogue, axes):
    events = [Event("like", "lap-1"), *[Event("like", "lap-2")] * int(HALF_LIFE)]
    profile = profile_of(events, catalogue, axes)
    one = profile_of([Event("like", "lap-1"), Event("like", "lap-2")], catalogue, axes)
    assert _at(profile, catalogue, "lap-1") < _at(one, catalogue, "lap-1")
    assert _at(one, catalogue, "lap-2") > _at(one, catalogue, "lap-1")


def test_categories_are_shares_likeliest_first(catalogue, axes):
    profile = profile_of([Event("view", "ket-1"), Event("like", "lap-1"), Event("like", "lap-2")], catalogue, axes)
    assert list(profile.categories) == ["Laptops", "Kettles"]
    assert sum(profile.categories.values()) == pytest.approx(1.0)


def test_what_was_bought_and_seen_is_told(catalogue, axes):
    profile = profile_of([Event("view", "lap-1"), Event("purchase", "lap-2"), Event("click", "ket-1"), Event("view", "lap-1")], catalogue, axes)
    assert profile.bought == {"lap-2"}
    assert profile.seen == ("lap-1", "ket-1")


def test_items_that_are_gone_are_passed_over(catalogue, axes):
    profile = profile_of([Event("like", "gone"), Event("view", "lap-1")], catalogue, axes)
    assert profile.seen == ("lap-1",)
    assert _at(profile, catalogue, "lap-1") == pytest.approx(1.0)
