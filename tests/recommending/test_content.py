"""The recommended content on one axis per item: what is in it, what is not, and that its tags say so."""

import numpy as np
import pytest

from chatbot.recommending.content import ContentWeights, compose
from chatbot.recommending.profile import profile_of
from chatbot.shop.reading import read_shop
from chatbot.values import Constraints, Event, Interest, State
from tests.tiny_shop import write_shop

EVEN = ContentWeights(interests=1.0, profile=1.0, away=1.0)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def made(catalogue):
    """The content of words (an item's own axis), interests and events; categories point at the axis of their first item."""
    size = len(catalogue)
    axes = np.eye(size, dtype=np.float32)
    centres = np.stack([axes[catalogue.rows[catalogue.by_leaf[words.leaf][0].id]] for words in catalogue.categories])

    def make(words="", interests=(), events=(), weights=EVEN, **constraints):
        vector = axes[catalogue.rows[words]] if words else np.zeros(size, np.float32)
        state = State(constraints=Constraints(**constraints))
        content = compose(vector, [Interest(*one) for one in interests], profile_of(events, catalogue, axes), state, catalogue, centres, weights)
        return content, {item.id: round(float(value), 3) for item, value in zip(catalogue.items, content.vector, strict=True) if abs(value) > 1e-6}

    return make


def test_all_parts_are_in_the_one_vector_by_their_weights(made):
    content, found = made("lap-2", [("Kettles", 0.5)], [Event("like", "tab-1"), Event("dislike", "tab-2")])
    assert found == {"lap-2": 0.555, "ket-1": 0.277, "tab-1": 0.555, "tab-2": -0.555}
    assert content.parts == {"words": 1.0, "interests": 0.5, "profile": 1.0, "away": 1.0}
    assert np.linalg.norm(content.vector) == pytest.approx(1.0)
    _, found = made("lap-2", events=[Event("like", "tab-1")], weights=ContentWeights(interests=1.0, profile=0.0, away=0.0))
    assert found == {"lap-2": 1.0}


def test_behaviour_of_another_kind_bends_and_tags_nothing(made):
    content, found = made("lap-2", events=[Event("like", "ket-3")], category="Laptops")
    assert found == {"lap-2": 1.0}
    assert content.tags == ("Laptops",)
    content, found = made("lap-2", events=[Event("like", "lap-5")], category="Laptops")
    assert "lap-5" in found


def test_the_tags_say_what_was_said_then_what_was_looked_at(made):
    events = [Event("view", "ket-1"), Event("like", "tab-1"), Event("view", "not-1")]
    content, _ = made("lap-2", [("Laptops", 0.7), ("Kettles", 0.2), ("Pens", 0.05)][:2], events)
    assert content.tags == ("Laptops", "Kettles", "Tablets", "Notebooks")
    content, _ = made("lap-2", brand=("Norin",), attributes={"touchscreen": ("yes",), "color": ("black",)}, category="Laptops")
    assert content.tags == ("Laptops", "Norin", "touchscreen", "black")


def test_of_nobody_and_nothing_there_is_no_content(made):
    content, found = made()
    assert (found, content.tags, content.parts) == ({}, (), {})
