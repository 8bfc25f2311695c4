"""What speaks for each entry of the documents as the answer to one question, in numbers. Weighs nothing and decides nothing.

Past questions, and the titles read as questions, count beside the documents' own sentences: shoppers ask like shoppers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.service.words import Words
from chatbot.shop.answer_head import topics_of
from chatbot.shop.index import Index
from chatbot.shop.reading import PastAnswer
from chatbot.values import Entry, Language

__all__ = ["ABOUT", "FEATURES", "Asked", "Evidence"]

FEATURES = ("sentence", "whole", "other", "asked", "often", "asked_other", "words", "asked_words", "head")
"""Cosine of the best sentence, of the whole entry, of both in the other language; of the nearest past question, of the three
nearest, of the nearest in the other language; words shared with the entry, with a past question; the shop's softmax."""
ABOUT = ("here", "elsewhere", "elsewhere_often")
"""Of the question as a whole: log-odds by the shop's softmax that some entry answers it; cosine of the nearest question that few
shops answer, and of the three nearest."""
SPREAD = 20.0
"""The cosines of e5 lie close together; this brings them to the scale of the other numbers."""
ACROSS_LANGUAGES = 0.03
"""How much lower an entry scores that is in the other language: the median over the labelled questions."""
OFTEN, MOST_ODDS = 3, 10.0
NONE = -1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Past questions and titles: their vectors by row, the topic and language of each, and their words."""

    vectors: np.ndarray
    topics: np.ndarray
    languages: np.ndarray
    words: Words


class Evidence:
    """Read-only over one shop's documents."""

    def __init__(self, entries: Sequence[Entry], index: Index) -> None:
        self.topics = topics_of(entries)
        self._row = {topic: row for row, topic in enumerate(self.topics)}
        self._passages, self._head, self._elsewhere = index.entry_vectors, index.answer_head, index.elsewhere_vectors
        self._first = np.searchsorted(index.entry_owners, np.arange(len(entries)))
        self._entry_topics = np.array([self._row[entry.id] for entry in entries], np.intp)
        self._entry_languages = np.array([entry.language for entry in entries])
        self._owners = self._entry_topics[index.entry_owners]
        self._passage_languages = self._entry_languages[index.entry_owners]
        self._words = Words([f"{entry.title} {entry.title} {entry.text}" for entry in entries])
        self._titles, self._title_vectors = [entry.title for entry in entries], index.title_vectors

    def asked(self, past: Sequence[PastAnswer], vectors: np.ndarray) -> Asked:
        """The past questions whose source is an entry, with the titles; others answer for themselves alone (`chatbot.service.answers`).

        vectors: their query vectors, shape (questions, dimensions).
        """
        kept = [row for row, one in enumerate(past) if one.source in self._row]
        topics = np.array([self._row[past[row].source] for row in kept], np.intp)
        languages = np.array([past[row].language for row in kept], self._entry_languages.dtype)
        return Asked(
            np.concatenate([vectors[kept], self._title_vectors]), np.concatenate([topics, self._entry_topics]),
            np.concatenate([languages, self._entry_languages]), Words([*(past[row].question for row in kept), *self._titles]),
        )  # fmt: skip

    def of(self, vector: np.ndarray, question: str, language: Language, asked: Asked) -> np.ndarray:
        """Shape (topics, features); the features in the order of FEATURES. Where a topic has nothing in one language, the other stands in."""
        cosines = self._passages @ vector
        mine, own = self._passage_languages == language, self._entry_languages == language
        sentence, sentence_other = self._both(cosines, self._owners, mine)
        whole, whole_other = self._both(cosines[self._first], self._entry_topics, own)
        likeness, spoken = asked.vectors @ vector, asked.languages == language
        near, near_other = self._both(likeness, asked.topics, spoken)
        columns = [
            SPREAD * sentence, SPREAD * whole, SPREAD * (sentence_other + whole_other) / 2, SPREAD * near,
            SPREAD * self._often(likeness, asked.topics, spoken, near), SPREAD * near_other,
            self._most(self._words.shared(question), self._entry_topics, own, 0.0),
            self._most(asked.words.shared(question), asked.topics, spoken, 0.0), self._chances(vector)[:-1],
        ]  # fmt: skip
        return np.stack(columns, axis=1)

    def words(self, question: str, language: Language, asked: Asked) -> np.ndarray:
        """What words alone say, shape (topics,)."""
        said = self._most(self._words.shared(question), self._entry_topics, self._entry_languages == language, 0.0)
        return said + self._most(asked.words.shared(question), asked.topics, asked.languages == language, 0.0)

    def about(self, vector: np.ndarray) -> np.ndarray:
        """Shape (3,); in the order of ABOUT."""
        chances = self._chances(vector)
        here, none = np.logaddexp.reduce(chances[:-1]), chances[-1]
        likeness = np.sort(self._elsewhere @ vector)[::-1]
        nearest = SPREAD * likeness[:OFTEN] if len(likeness) else np.zeros(1)
        return np.array([np.clip(here - none, -MOST_ODDS, MOST_ODDS), nearest[0], nearest.mean()])

    def _both(self, values: np.ndarray, topics: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The highest of each topic in its own language and in the other."""
        mine, other = self._most(values, topics, own, NONE), self._most(values, topics, ~own, NONE)
        return np.where(mine > NONE, mine, other - ACROSS_LANGUAGES), np.where(other > NONE, other, mine - ACROSS_LANGUAGES)

    def _most(self, values: np.ndarray, topics: np.ndarray, chosen: np.ndarray, lowest: float) -> np.ndarray:
        found = np.full(len(self.topics), lowest, np.float32)
        np.maximum.at(found, topics[chosen], values[chosen])
        return found

    def _often(self, values: np.ndarray, topics: np.ndarray, chosen: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        """The mean of each topic's three highest, of fewer where it has no three; that of the nearest where it has none."""
        values, topics = values[chosen], topics[chosen]
        order = np.lexsort((-values, topics))
        values, topics = values[order], topics[order]
        place = np.arange(len(topics)) - np.searchsorted(topics, topics)
        top = place < OFTEN
        counts = np.bincount(topics[top], minlength=len(self.topics))
        sums = np.bincount(topics[top], weights=values[top], minlength=len(self.topics))
        return np.where(counts > 0, sums / np.maximum(counts, 1), nearest)

    def _chances(self, vector: np.ndarray) -> np.ndarray:
        """Logarithms of the softmax over the topics and "none of them", shape (topics + 1,)."""
        logits = self._head[:, :-1] @ vector + self._head[:, -1]
        chances: np.ndarray = logits - np.logaddexp.reduce(logits)
        return chances
