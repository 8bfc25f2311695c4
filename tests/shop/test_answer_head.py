"""The softmax over entries on made-up vectors, one axis per entry and one for what few shops answer."""

import numpy as np
import pytest

from chatbot.errors import ShopError
from chatbot.shop.answer_head import answer_head, elsewhere_questions, topics_of
from chatbot.shop.reading import read_shop
from tests.tiny_shop import write_shop


def chances(head: np.ndarray, vector: np.ndarray) -> np.ndarray:
    logits = head[:, :-1] @ vector + head[:, -1]
    return np.exp(logits - np.logaddexp.reduce(logits))


@pytest.fixture
def shop(tmp_path):
    return read_shop(write_shop(tmp_path / "shop"))


def test_every_entry_is_its_own_likeliest_and_the_rest_is_none_of_them(shop):
    axes = np.eye(3, dtype=np.float32)
    topics = topics_of(shop.entries)
    lies = np.array([topics.index(entry.id) for entry in shop.entries])
    asked = np.concatenate([axes[[topics.index(past.source) if past.source in topics else 0 for past in shop.answers]], axes[lies]])
    head = answer_head(shop, axes[lies], np.arange(len(lies)), asked, np.repeat(axes[2:], 30, axis=0))
    assert [int(np.argmax(chances(head, axes[row]))) for row in range(3)] == [0, 1, 2]


def test_what_the_shop_answers_is_not_held_to_be_none_of_its_entries(shop):
    axes = np.eye(2, dtype=np.float32)
    topics = topics_of(shop.entries)
    lies = np.array([topics.index(entry.id) for entry in shop.entries])
    asked = np.concatenate([axes[[0] * len(shop.answers)], axes[lies]])
    head = answer_head(shop, axes[lies], np.arange(len(lies)), asked, axes)
    assert chances(head, axes[0])[2] < 0.5


def test_a_shop_without_documents_has_no_softmax(tmp_path):
    shop = read_shop(write_shop(tmp_path / "shop", documents={}))
    none = np.zeros((0, 4), np.float32)
    assert not answer_head(shop, none, np.zeros(0, np.intp), np.ones((len(shop.answers), 4), np.float32), np.ones((2, 4), np.float32)).any()


def test_the_questions_that_few_shops_answer_are_there_in_both_languages(tmp_path):
    found = elsewhere_questions()
    assert len(found) == len(set(found)) > 300
    assert {"工" in "".join(found), "app" in "".join(found)} == {True}
    with pytest.raises(ShopError, match="cannot be read"):
        elsewhere_questions(tmp_path / "none.txt")
