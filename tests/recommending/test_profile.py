"""Behaviour as a vector, on one axis per item."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from chatbot.recommending.profile import HALF_LIFE, JUDGED_DAYS, LOOKED_DAYS, Event, profile_of
from chatbot.shop.reading import read_shop
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def axes(catalogue):
    return np.eye(len(catalogue), dtype=np.float32)


NOW = datetime(2025, 6, 1, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


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


def test_looking_fades_within_weeks_and_taste_within_seasons(catalogue, axes):
    def share(kind, days):
        events = [Event(kind, "lap-1", ago(days)), Event(kind, "lap-2", NOW)]
        profile = profile_of(events, catalogue, axes, now=NOW)
        return _at(profile, catalogue, "lap-1") / _at(profile, catalogue, "lap-2")

    newest = share("view", 0)
    assert share("view", LOOKED_DAYS) == pytest.approx(newest / 2)
    assert share("like", JUDGED_DAYS) == pytest.approx(newest / 2)
    assert share("view", 30) < share("like", 30)


def test_a_time_that_lies_ahead_weighs_no_more_than_now(catalogue, axes):
    ahead = profile_of([Event("view", "lap-1", NOW + timedelta(days=900)), Event("view", "lap-2", NOW)], catalogue, axes, now=NOW)
    now = profile_of([Event("view", "lap-1", NOW), Event("view", "lap-2", NOW)], catalogue, axes, now=NOW)
    assert np.allclose(ahead.vector, now.vector)


def test_what_is_used_up_may_be_offered_again(catalogue, axes):
    events = [
        Event("purchase", "not-1", ago(40)),
        Event("purchase", "not-2", ago(40)),
        Event("purchase", "not-2", ago(5)),
        Event("purchase", "lap-1", ago(900)),
    ]
    assert profile_of(events, catalogue, axes, now=NOW).bought == {"not-1", "not-2", "lap-1"}
    assert profile_of(events, catalogue, axes, now=NOW, used_up={"Stationery": 30}).bought == {"not-2", "lap-1"}
    assert profile_of(events, catalogue, axes, now=NOW, used_up={"Stationery": 30, "Notebooks": 60}).bought == {"not-1", "not-2", "lap-1"}
    assert profile_of(events, catalogue, axes, now=NOW, used_up={"not-2": 3}).bought == {"not-1", "lap-1"}


def test_who_has_bought_a_lasting_thing_looks_for_no_other(catalogue, axes):
    events = [Event("view", "lap-1"), Event("view", "ket-1"), Event("purchase", "lap-2")]
    assert list(profile_of(events, catalogue, axes).categories) == ["Kettles"]
    assert set(profile_of(events, catalogue, axes, used_up={"Laptops": 100}).categories) == {"Kettles", "Laptops"}
    assert set(profile_of([*events, Event("view", "lap-3")], catalogue, axes).categories) == {"Kettles", "Laptops"}


def test_the_last_verdict_on_an_item_counts(catalogue, axes):
    assert profile_of([Event("dislike", "lap-1"), Event("like", "lap-1")], catalogue, axes).disliked == frozenset()
    profile = profile_of([Event("like", "lap-1"), Event("dislike", "lap-1")], catalogue, axes)
    assert (profile.disliked, profile.known) == ({"lap-1"}, False)
