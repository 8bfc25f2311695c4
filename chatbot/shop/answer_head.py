"""The softmax of one shop over its entries and "none of them", trained on what the entries say and what was asked of them.

"None of them" is taught by questions that shoppers ask and few shops answer in writing (`knowledge/trained/answers/elsewhere.txt`),
without those that this shop does answer. Knows nothing of messages; what else speaks for an entry is `chatbot.service.evidence`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot.errors import ShopError
from chatbot.settings import ANSWERS
from chatbot.shop.reading import Shop
from chatbot.shop.wishes import fit_head
from chatbot.values import Entry

__all__ = ["answer_head", "elsewhere_questions", "topics_of"]

MOST_TOPICS = 2000
"""Entries for which a softmax is fitted: more would take minutes, and cosines and words still find them."""
ASKED_HERE, SAID_HERE = 0.93, 0.885
"""Cosine to a past question, and to a sentence of an entry, from which a question is one that this shop answers. Of the demo
shop's labelled questions and those it does not answer, few lie above."""
SHARE = 0.1
"""The most weight of "none of them" against all entries together: of a shop with three entries it would else be nearly everything."""


def topics_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The ids of the entries, each once, in the order of the documents."""
    return tuple(dict.fromkeys(entry.id for entry in entries))


def elsewhere_questions(path: Path = ANSWERS / "elsewhere.txt") -> tuple[str, ...]:
    """Questions that few shops answer in writing, one a line."""
    try:
        return tuple(line for line in path.read_text("utf-8").splitlines() if line.strip())
    except OSError as error:
        raise ShopError(f"{path} cannot be read: {error.strerror}", fix="install the project again") from error


def answer_head(shop: Shop, passages: np.ndarray, owners: np.ndarray, asked: np.ndarray, elsewhere: np.ndarray) -> np.ndarray:
    """Weights and, last, biases, shape (topics + 1, dimensions + 1); the last row is "none of them". Zeros where there are too few or too many topics.

    passages: the entries' sentences, owners: the row of each one's entry; asked: the past questions, then the titles.
    """
    topics = topics_of(shop.entries)
    if not 0 < len(topics) <= MOST_TOPICS:
        return np.zeros((len(topics) + 1, asked.shape[1] + 1), np.float32)
    row = {topic: number for number, topic in enumerate(topics)}
    questions = [row.get(source, -1) for source in (*(past.source for past in shop.answers), *(entry.id for entry in shop.entries))]
    rows = np.array([*(row[shop.entries[owner].id] for owner in owners), *questions])
    vectors = np.concatenate([passages, asked])[rows >= 0]
    rows = rows[rows >= 0]
    none = elsewhere[((elsewhere @ asked.T).max(1) < ASKED_HERE) & ((elsewhere @ passages.T).max(1) < SAID_HERE)]
    weight = min(1.0, SHARE * len(rows) / max(1, len(none)))
    weights = np.concatenate([np.ones(len(rows)), np.full(len(none), weight)])
    rows = np.concatenate([rows, np.full(len(none), len(topics))])
    return fit_head(np.concatenate([vectors, none]), rows.tolist(), len(topics) + 1, weights)
