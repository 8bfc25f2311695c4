"""Wishes made of a catalogue, and the softmax that is fitted on them."""

import numpy as np
import pytest

from chatbot.shop import wishes as wishes_module
from chatbot.shop.reading import read_shop
from chatbot.shop.wishes import LONGEST_WISH, fit_head, wishes_of
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


def test_every_category_has_wishes_in_its_languages(catalogue):
    wishes = wishes_of(catalogue)
    assert {row for _, row in wishes} == set(range(len(catalogue.categories)))
    for row, category in enumerate(catalogue.categories):
        own = {wish for wish, at in wishes if at == row}
        assert {category.names["en"], f"looking for {category.names['en']}", category.names["zh"], f"我想买{category.names['zh']}"} <= own
        for item in catalogue.by_leaf[category.leaf]:
            assert {text.title for text in item.texts.values()} <= own


def test_none_is_empty_or_said_twice_of_one_category(catalogue):
    wishes = wishes_of(catalogue)
    assert len(set(wishes)) == len(wishes)
    assert all(wish.strip() for wish, _ in wishes)


def test_a_long_description_and_a_large_catalogue_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(wishes_module, "MOST_ITEMS", 40)

    def enlarge(items):
        first = items[0]
        items[:] = [{**first, "id": f"copy-{number}", "title": f"Copy {number}", "i18n": {}, "description": "wool " * 200} for number in range(90)]

    wishes = wishes_of(read_shop(write_shop(tmp_path, change=enlarge)).catalogue)
    assert sum(wish.startswith("Copy ") for wish, _ in wishes) == 40
    assert all(len(wish) <= LONGEST_WISH for wish, _ in wishes if wish.startswith("wool"))


def test_a_shop_without_items_wishes_for_nothing(tmp_path):
    catalogue = read_shop(write_shop(tmp_path, change=lambda items: items.clear())).catalogue
    assert wishes_of(catalogue) == ()
    assert fit_head(np.zeros((0, 6), np.float32), (), 0).shape == (0, 7)


def around(centres, count, seed=3):
    """Unit vectors near each centre, and which it is."""
    random = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(centres)), count)
    vectors = centres[rows] + 0.05 * random.normal(size=(len(rows), centres.shape[1]))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), rows


def logits(head, vectors):
    return vectors @ head[:, :-1].T + head[:, -1]


@pytest.mark.parametrize("categories", [2, 3, 7])
def test_what_was_wished_for_is_likeliest(categories):
    """The categories lie close together, as the vectors of e5 do."""
    centres = np.concatenate([np.ones((categories, 4)), 0.3 * np.eye(categories)], 1)
    vectors, rows = around(centres, 20)
    head = fit_head(vectors, rows.tolist(), categories)
    others, truth = around(centres, 10, seed=4)
    found = logits(head, others)
    assert (found.argmax(1) == truth).mean() > 0.9
    assert np.allclose(found.sum(1), 0, atol=1e-3)


def test_one_category_alone_needs_no_head():
    vectors, _ = around(np.eye(1, 4), 5)
    assert not fit_head(vectors, [0] * 5, 1).any()


def test_a_category_without_wishes_has_no_weights():
    vectors, rows = around(np.eye(2, 5), 8)
    head = fit_head(vectors, (2 * rows).tolist(), 3)
    assert not head[1].any()
    assert (logits(head, vectors).argmax(1) == 2 * rows).all()


def test_the_same_wishes_give_the_same_head():
    vectors, rows = around(np.eye(3, 5), 8)
    assert (fit_head(vectors, rows.tolist(), 3) == fit_head(vectors, rows.tolist(), 3)).all()
