"""Interest points on made-up vectors, where the right answer is known: one axis per category."""

import numpy as np
import pytest

from chatbot.shop.reading import read_shop
from chatbot.understanding.interests import Interests
from chatbot.understanding.vocabulary import Vocabulary
from tests.tiny_shop import write_shop


class Setting:
    def __init__(self, folder):
        self.catalogue = read_shop(write_shop(folder)).catalogue
        self.leaves = [words.leaf for words in self.catalogue.categories]
        self.vocabulary = Vocabulary(self.catalogue)
        self.wide = [words.path[0] for words in self.catalogue.categories]
        rows = np.stack([self._vector(item.leaf, 0.2) for item in self.catalogue.items])
        self.vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.interests = Interests(self.catalogue, self.vectors, self.head())

    def head(self, **weights: float) -> np.ndarray:
        """A trained head that says nothing, but for the categories named: so much for every vector."""
        head = np.zeros((len(self.leaves), self.vectors.shape[1] + 1), np.float32)
        for leaf, weight in weights.items():
            head[self.leaves.index(leaf), -1] = weight
        return head

    def _vector(self, leaf: str, strength: float) -> np.ndarray:
        """A direction for the leaf, one for what lies beside it, and one that all texts share, as with e5."""
        vector = np.zeros(2 * len(self.leaves) + 1, np.float32)
        vector[self.leaves.index(leaf)] = strength
        vector[len(self.leaves) + self.wide.index(self.wide[self.leaves.index(leaf)])] = strength
        vector[-1] = 1.0
        return vector

    def towards(self, leaf: str, strength: float = 1.0) -> np.ndarray:
        vector = self._vector(leaf, strength)
        return vector / np.linalg.norm(vector)

    def nowhere(self) -> np.ndarray:
        return self.towards(self.leaves[0], 0.0)

    def of(self, vector: np.ndarray, message: str):
        return self.interests.of(vector, message, self.vocabulary.find(message))


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    return Setting(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize("message", ["", "hello", "a laptop", "笔记本", "not a laptop", "laptop and kettle"])
def test_every_category_has_a_probability_and_they_sum_to_one(setting, message):
    interests, _ = setting.of(setting.nowhere(), message)
    assert {interest.category for interest in interests} == set(setting.leaves)
    assert sum(interest.probability for interest in interests) == pytest.approx(1.0, abs=0.001)
    assert all(interest.probability >= 0 for interest in interests)
    assert [one.probability for one in interests] == sorted((one.probability for one in interests), reverse=True)


@pytest.mark.parametrize("leaf", ["Laptops", "Tablets", "Notebooks", "Kettles"])
def test_the_vector_alone_finds_its_category(setting, leaf):
    interests, topics = setting.of(setting.towards(leaf), "something")
    assert interests[0].category == leaf
    assert topics == ()


@pytest.mark.parametrize(
    ("message", "leaf"),
    [
        ("a laptop", "Laptops"),
        ("平板", "Tablets"),
        ("kettles", "Kettles"),
        ("a notebook", "Notebooks"),
        ("a kettle for my laptop desk", "Kettles"),
        ("电脑旁边放的电水壶", "Kettles"),
    ],
)
def test_the_name_alone_finds_its_category(setting, message, leaf):
    interests, topics = setting.of(setting.nowhere(), message)
    assert interests[0].category == leaf
    assert topics[0] == leaf


@pytest.mark.parametrize(
    ("message", "leaf"),
    [("我想买一台笔记本", "Laptops"), ("一本笔记本", "Notebooks"), ("买两本好看的笔记本", "Notebooks"), ("要台轻一点的笔记本", "Laptops")],
)
def test_a_measure_word_decides_between_categories_that_share_a_name(setting, message, leaf):
    interests, topics = setting.of(setting.nowhere(), message)
    assert interests[0].category == leaf
    assert topics == (leaf,)


def test_without_a_measure_word_both_are_meant(setting):
    _, topics = setting.of(setting.nowhere(), "笔记本")
    assert set(topics) == {"Laptops", "Notebooks"}


def test_a_neighbour_comes_before_what_only_shares_the_word(setting):
    interests, _ = setting.of(setting.nowhere(), "我想买一台笔记本")
    assert [one.category for one in interests][:2] == ["Laptops", "Tablets"]
    assert next(one.probability for one in interests if one.category == "Notebooks") < 0.01


@pytest.mark.parametrize("message", ["no laptop", "不要笔记本电脑"])
def test_a_negated_name_is_ruled_out(setting, message):
    interests, topics = setting.of(setting.towards("Laptops", 0.1), message)
    assert "Laptops" not in topics
    assert next(one.probability for one in interests if one.category == "Laptops") < 0.01


def test_a_wider_name_means_all_below_it(setting):
    _, topics = setting.of(setting.nowhere(), "computers")
    assert set(topics) == {"Laptops", "Tablets"}


def test_the_same_message_gives_the_same_points(setting):
    assert setting.of(setting.towards("Kettles"), "kettle") == setting.of(setting.towards("Kettles"), "kettle")


def test_a_shop_without_items_has_no_interests(tmp_path):
    catalogue = read_shop(write_shop(tmp_path, change=lambda items: items.clear())).catalogue
    assert Interests(catalogue, np.zeros((0, 4), np.float32), np.zeros((0, 5), np.float32)).of(np.ones(4, np.float32), "laptop", ()) == ((), ())


def test_a_shop_with_one_category_is_sure(tmp_path):
    def keep_kettles(items):
        items[:] = [row for row in items if row["category"][-1] == "Kettles"]

    catalogue = read_shop(write_shop(tmp_path, change=keep_kettles)).catalogue
    vectors = np.eye(4, dtype=np.float32)
    interests, _ = Interests(catalogue, vectors, np.zeros((1, 5), np.float32)).of(vectors[0], "kettle", Vocabulary(catalogue).find("kettle"))
    assert [(one.category, one.probability) for one in interests] == [("Kettles", 1.0)]


def test_the_trained_head_speaks_for_a_category_too(setting):
    told = Interests(setting.catalogue, setting.vectors, setting.head(Kettles=9.0))
    interests, topics = told.of(setting.nowhere(), "something", ())
    assert (interests[0].category, topics) == ("Kettles", ())
    assert interests[0].probability > setting.of(setting.nowhere(), "something")[0][0].probability


def test_what_is_named_outweighs_a_head_that_is_not_sure(setting):
    told = Interests(setting.catalogue, setting.vectors, setting.head(Kettles=1.0))
    assert told.of(setting.nowhere(), "a laptop", setting.vocabulary.find("a laptop"))[0][0].category == "Laptops"
