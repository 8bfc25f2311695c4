"""A question → the entry of the shop's documents that answers it, or nothing when none is near enough.

Past questions that people answered come first; then passages, dense and BM25 joined. Below a calibrated score nothing
is answered: a wrong policy is worse than none. Knows nothing of the conversation and writes no text.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import bm25s
import numpy as np

from chatbot.shop.index import Index
from chatbot.shop.reading import PastAnswer, Shop
from chatbot.text import folded
from chatbot.values import Entry, Language

__all__ = ["DESK", "Answer", "Answers", "Past", "quote"]

SENTENCE, WHOLE, OTHER_LANGUAGE, LEXICAL = 0.37, 0.34, 0.29, 0.0088
"""Weights fitted on the 672 labelled questions (`knowledge/training/questions.jsonl`), five folds by entry: top-1 0.71,
top-3 0.88. The same entry in the other language counts because its wording is another try at the same meaning."""
NEAR_ENOUGH = 0.853
"""Score from which an entry is given; set on those questions and 120 that the demo documents do not answer."""
SURELY = 0.012
ACROSS_LANGUAGES = 0.03
"""How much lower an entry scores that is in the other language: the median over the labelled questions."""
ASKED_BEFORE = 0.965
"""Cosine from which a past question counts as the same: at 0.94 half of the nearest are another question."""
SHARED_TERMS = 0.3
DESK = "desk"
"""Source of a past answer that the shop's people have approved."""
_LATIN = re.compile(r"[a-z0-9]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """entry: what answers. past: the reply that people gave to the same question, if one is known. others: next best."""

    entry: Entry
    score: float
    past: PastAnswer | None = None
    others: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """Known questions with their answers. vectors: (questions, dimensions), unit length. Of equal ones the first counts."""

    answers: tuple[PastAnswer, ...]
    vectors: np.ndarray


class Answers:
    """Read-only over one shop's documents and past answers. past: gives the known questions as they stand; the shop folder's where it is None."""

    def __init__(self, shop: Shop, index: Index, past: Callable[[], Past] | None = None) -> None:
        self._entries, self._index = shop.entries, index
        own = Past(shop.answers, index.answer_vectors)
        self._past = past or (lambda: own)
        self._languages = np.array([entry.language for entry in shop.entries])
        row_of = {(entry.id, entry.language): row for row, entry in enumerate(shop.entries)}
        flipped: dict[Language, Language] = {"zh": "en", "en": "zh"}
        self._counterparts = np.array([row_of.get((entry.id, flipped[entry.language]), row) for row, entry in enumerate(shop.entries)], np.intp)
        """The row of the same entry in the other language, its own where there is none."""
        self._lexical = bm25s.BM25(backend="numpy")
        if shop.entries:
            self._lexical.index([_terms(f"{entry.title} {entry.title} {entry.text}") for entry in shop.entries], show_progress=False)

    def over(self, past: Callable[[], Past]) -> "Answers":
        """The same over other past answers."""
        other = copy(self)
        other._past = past
        return other

    def best(self, vector: np.ndarray, question: str, language: Language, *, sure: bool = False) -> Answer | None:
        """The answer to `question`, in its language where the documents have it; None below the threshold.

        sure: the question may be about something else, so the answer has to be plainly right.
        """
        if past := self._asked_before(vector, question, language):
            return past
        if not self._entries:
            return None
        scores = self.scores(vector, question)
        own = bool((self._languages == language).any())
        if own:
            scores = np.where(self._languages == language, scores, -1.0)
        order = np.argsort(-scores)
        threshold = NEAR_ENOUGH - (0.0 if own else ACROSS_LANGUAGES)
        if scores[order[0]] < threshold + (SURELY if sure else 0.0):
            return None
        others = tuple(self._entries[row] for row in order[1:3] if scores[row] >= threshold)
        return Answer(self._entries[order[0]], float(scores[order[0]]), others=others)

    def taught(self, vector: np.ndarray, question: str, language: Language) -> bool:
        """Whether the shop's people have approved an answer to this very question."""
        found = self._asked_before(vector, question, language)
        return bool(found and found.past and found.past.source == DESK)

    def score(self, vector: np.ndarray, question: str) -> float:
        """The best entry's score in any language, 0 where there are no documents."""
        return float(self.scores(vector, question).max()) if self._entries else 0.0

    def scores(self, vector: np.ndarray, question: str) -> np.ndarray:
        """How well each entry answers, shape (entries,): its best sentence, the whole, the other language, shared words."""
        cosines = self._index.entry_vectors @ vector
        owners = self._index.entry_owners
        sentence = np.full(len(self._entries), -1.0)
        np.maximum.at(sentence, owners, cosines)
        whole = cosines[np.searchsorted(owners, np.arange(len(self._entries)))]
        other = (0.5 * (sentence + whole))[self._counterparts]
        score = SENTENCE * sentence + WHOLE * whole + OTHER_LANGUAGE * other
        terms = [term for term in _terms(question) if term in self._lexical.vocab_dict]
        return score + LEXICAL * np.log1p(self._lexical.get_scores(terms)) if terms else score

    def _asked_before(self, vector: np.ndarray, question: str, language: Language) -> Answer | None:
        """A past question that is the same but for a few words. Short ones lie close together, so words must agree too."""
        known = self._past()
        if not known.answers:
            return None
        cosines = known.vectors @ vector
        terms = set(_terms(question))
        for row in np.argsort(-cosines, kind="stable")[:3]:
            past = known.answers[row]
            shared = len(terms & set(_terms(past.question))) / max(1, len(terms | set(_terms(past.question))))
            if cosines[row] >= ASKED_BEFORE and shared >= SHARED_TERMS and past.language == language:
                entry = self._entry(past.source, language) or Entry(past.source or "answers", past.question, past.answer, language)
                return Answer(entry, float(cosines[row]), past)
        return None

    def _entry(self, identifier: str, language: Language) -> Entry | None:
        same = [entry for entry in self._entries if entry.id == identifier]
        return next((entry for entry in same if entry.language == language), same[0] if same else None)

    def titled(self, title: str) -> Entry | None:
        """The entry with exactly this heading: what a quick reply sends."""
        return next((entry for entry in self._entries if entry.title == title), None)


def _terms(text: str) -> list[str]:
    """Latin words with their ending cut, Chinese by pairs of characters."""
    text = folded(text)
    latin = [re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 4 else word for word in _LATIN.findall(text)]
    han = [run[start : start + 2] for run in _HAN_RUN.findall(text) for start in range(max(1, len(run) - 1))]
    return latin + han


def quote(text: str, longest: int = 160) -> str:
    """The beginning of an entry's text as its source's quote, cut at a sentence where possible."""
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    cut = max(flat.rfind(mark, 0, longest) for mark in "。！？.!?;；")
    return flat[: cut + 1] if cut > longest // 3 else flat[: longest - 1] + "…"
