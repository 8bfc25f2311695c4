"""Interest points: a softmax over the catalogue's leaf categories, from a trained head, item vectors, words and grammar.

Four things speak for a category: the head that was trained on wishes made from the catalogue's own items
(`chatbot.shop.wishes`), how close its nearest items are to the message, whether the message names it (the head of the
phrase counts most, and a Chinese measure word decides between categories that share a name), and how close it is to the
category named. Works on any catalogue without labels. Constants were set on 1,104 labelled needs of the demo shop
(`knowledge/training/interests.jsonl`), which are all there are: top-1 0.78, of those that name the kind 0.92, top-3
0.94; without the trained head 0.75, 0.90 and 0.93.
"""

import re
from collections.abc import Sequence

import numpy as np

from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.understanding.probabilities import softmax
from chatbot.understanding.vocabulary import Match
from chatbot.understanding.words import MEASURE_WORDS
from chatbot.values import Interest

__all__ = ["Interests"]

SHARPNESS = 96.0
"""Cosines of e5 differ by hundredths: the inverse temperature beside the head's share."""
TRAINED = 0.4
"""Share of the trained head's logits. At 0.8 two more of a hundred labelled needs come out right, but the head is as sure of a kind
that the shop does not sell (car tyres) as of one that it does, and SPECIFIC of `chatbot.fetching` no longer tells them apart."""
NEAREST = 3
"""Items whose mean similarity stands for their category."""
NAMED, MENTIONED, WIDER = 2.0, 0.6, 1.0
"""Logits for the category that is the head of the phrase, for one named beside it, and for one under a wider name."""
EXCLUDED = -8.0
RELATED, RELATED_SHARPNESS = 0.15, 200.0
"""Share of the probability that a named category leaves to its neighbours, and how sharply nearness decides."""
_PREPOSITION = re.compile(r"\b(?:for|with|that|to|of|in|on|at|like|which|under)\b")
_MEASURE = re.compile(r"([" + "".join(MEASURE_WORDS) + r"])[^，。,.！？]{0,8}$")


class Interests:
    """The interest model of one catalogue; immutable and free to share."""

    def __init__(self, catalogue: Catalogue, item_vectors: np.ndarray, head: np.ndarray) -> None:
        """item_vectors: (items, dimensions); head: (leaf categories, dimensions + 1), weights and biases."""
        self._categories = catalogue.categories
        self.leaves = tuple(words.leaf for words in self._categories)
        self._vectors, self._head = item_vectors, head
        self._members = [np.array([row for row, item in enumerate(catalogue.items) if item.leaf == leaf], np.intp) for leaf in self.leaves]
        self._relations = self._related()

    def _related(self) -> np.ndarray:
        """Row c: how likely each other category is of interest to one who names c; rows sum to 1."""
        if not self.leaves:
            return np.zeros((0, 0), np.float32)
        centres = np.stack([self._vectors[rows].mean(0) for rows in self._members])
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        logits = RELATED_SHARPNESS * (centres @ centres.T)
        if len(self.leaves) > 1:
            np.fill_diagonal(logits, -np.inf)
        return softmax(logits)

    def of(self, vector: np.ndarray, message: str, matches: Sequence[Match]) -> tuple[tuple[Interest, ...], tuple[str, ...]]:
        """(every leaf with its probability, likeliest first; the leaves that the message names, likeliest first)."""
        if not self.leaves:
            return (), ()
        logits = SHARPNESS * self.similarity(vector) + TRAINED * (self._head[:, :-1] @ vector + self._head[:, -1])
        named = self.named(message, matches)
        probabilities = softmax(logits + named)
        if (named > 0).any():
            weights = probabilities * (named > 0)
            probabilities = (1 - RELATED) * probabilities + RELATED * (weights / weights.sum()) @ self._relations
            probabilities[named <= EXCLUDED] = 0
            probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        interests = tuple(Interest(self.leaves[row], round(float(probabilities[row]), 4)) for row in order)
        return interests, tuple(self.leaves[row] for row in order if named[row] > 0)

    def similarity(self, vector: np.ndarray) -> np.ndarray:
        """Mean cosine of each category's nearest items, less the mean over the categories; shape (categories,)."""
        cosines = self._vectors @ vector
        nearest = np.array([np.sort(cosines[rows])[-NEAREST:].mean() for rows in self._members])
        return nearest - nearest.mean()

    def named(self, message: str, matches: Sequence[Match]) -> np.ndarray:
        """What the words say, in logits; shape (categories,)."""
        text = folded(message)
        logits = np.zeros(len(self.leaves))
        spoken = [match for match in matches if any(payload.kind == "category" for payload in match.payloads)]
        for match in spoken:
            if match.negated:
                for row, _ in self._rows(match):
                    logits[row] = EXCLUDED
        spoken = [match for match in spoken if not match.negated]
        if not spoken:
            return logits
        head = _head(text, spoken)
        for match in spoken:
            weight = NAMED if match is head else MENTIONED
            rows = self._rows(match)
            for row, exact in rows:
                logits[row] = max(logits[row], weight if exact else weight * WIDER / NAMED)
            own = [row for row, exact in rows if exact]
            if len(own) > 1 and (fitting := self._measured(text[: match.start], own)):
                for row in own:
                    logits[row] = weight if row in fitting else EXCLUDED
        return logits

    def _rows(self, match: Match) -> list[tuple[int, bool]]:
        """(row, whether the leaf itself is named rather than a wider category)."""
        wanted = [payload.value for payload in match.payloads if payload.kind == "category"]
        return [(row, words.leaf in wanted) for row, words in enumerate(self._categories) if any(value in words.path for value in wanted)]

    def _measured(self, before: str, rows: list[int]) -> list[int]:
        """Those of `rows` whose Chinese name the measure word before the phrase fits."""
        found = _MEASURE.search(before)
        if not found:
            return []
        nouns = MEASURE_WORDS[found[1]]
        return [row for row in rows if self._categories[row].paths.get("zh", ("",))[-1].endswith(nouns)]


def _head(text: str, matches: Sequence[Match]) -> Match:
    """The match that is the thing wanted: Chinese puts it last, English before the first preposition."""
    if any(map(is_han, text)):
        return matches[-1]
    cut = _PREPOSITION.search(text, matches[0].start)
    before = [match for match in matches if not cut or match.start < cut.start()]
    return before[-1] if before else matches[0]
