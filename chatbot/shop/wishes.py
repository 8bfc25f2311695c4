"""The interest head of one catalogue: a softmax over its categories, trained on wishes made from its own items.

No label is needed: whoever types an item's name, or what its description says, wishes for its category. Knows nothing
of messages and conversations; what else speaks for a category is `chatbot.understanding.interests`.
"""

from collections.abc import Sequence

import numpy as np

from chatbot.shop.catalogue import Catalogue

__all__ = ["Wishes", "fit_head", "wishes_of"]

PATTERNS = {
    "zh": ("{}", "我想买{}", "有没有{}推荐", "{}有什么好的"),
    "en": ("{}", "i want to buy {}", "any good {}?", "looking for {}"),
}
PLAIN = ("{}",)
"""For the languages that have no patterns of their own."""
LONGEST_WISH = 80
"""Characters of a description: as long as people type."""
MOST_ITEMS, FEWEST_ITEMS = 1000, 4
"""Items of a catalogue that are made wishes of, and of each category at least: a hundred thousand would teach little more."""
SCALE, STRENGTH, ROUNDS = 10.0, 1.0, 300
"""Spreads the crowded vectors of e5; inverse of the penalty on the weights; the most steps of the solver. Of strengths 1, 3, 10
and 30 the demo shop's labelled needs (`knowledge/training/interests.jsonl`) have the least log-likelihood lost at 1."""

Wishes = tuple[tuple[str, int], ...]
"""(a wish, the row of its category)."""


def wishes_of(catalogue: Catalogue) -> Wishes:
    """Category names in the patterns of their language, the owner's words for them, titles, and beginnings of descriptions."""
    found: dict[tuple[str, int], None] = {}
    share = max(FEWEST_ITEMS, MOST_ITEMS // max(1, len(catalogue.categories)))
    for row, category in enumerate(catalogue.categories):
        for language, name in category.names.items():
            found.update(dict.fromkeys((pattern.format(name), row) for pattern in PATTERNS.get(language, PLAIN)))
        found.update(dict.fromkeys((name, row) for name in category.extra))
        for item in catalogue.by_leaf[category.leaf][:share]:
            for text in item.texts.values():
                found.update(dict.fromkeys((words, row) for words in (text.title, text.description[:LONGEST_WISH]) if words.strip()))
    return tuple(found)


def fit_head(vectors: np.ndarray, rows: Sequence[int], categories: int, weights_of_rows: np.ndarray | None = None) -> np.ndarray:
    """Multinomial logistic regression: weights and, in the last column, biases, shape (categories, dimensions + 1), float32.

    vectors: (wishes, dimensions), of unit length; rows: each wish's category, 0 to categories - 1; weights_of_rows: how
    much each counts, all alike where they are not given. The logits of one
    vector sum to zero over the categories. Where there is only one category they are zero.
    """
    head = np.zeros((categories, vectors.shape[1] + 1), np.float32)
    if len(set(rows)) < 2:
        return head
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(0)
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit((vectors - mean) * SCALE, rows, weights_of_rows)
    weights, biases = model.coef_ * SCALE, model.intercept_
    if len(weights) == 1:  # of two categories it keeps the difference
        weights, biases = np.concatenate([-weights, weights]) / 2, np.concatenate([-biases, biases]) / 2
    weights = weights - weights.mean(0)
    head[model.classes_, :-1] = weights
    head[model.classes_, -1] = biases - biases.mean() - weights @ mean
    return head
