"""A question → the entries of the shop's documents that answer it, or nothing when none can be trusted to.

Past questions that people answered come first; then everything that speaks for an entry (`chatbot.service.evidence`), weighed
into a score and into a probability that the best entry answers at all (`chatbot.service.weighing`). Below a calibrated
probability nothing is answered: a wrong policy is worse than none. Knows nothing of the conversation and writes no text.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np

from chatbot.service.evidence import Asked, Evidence
from chatbot.service.weighing import Weighing, read_weighing
from chatbot.service.words import terms_of
from chatbot.shop.index import Index
from chatbot.shop.reading import PastAnswer, Shop
from chatbot.values import Entry, Language

__all__ = ["DESK", "Answer", "Answers", "Past", "quote"]

ASKED_BEFORE = 0.965
"""Cosine from which a past question counts as the same: at 0.94 half of the nearest are another question."""
SHARED_TERMS = 0.3
DESK = "desk"
"""Source of a past answer that the shop's people have approved."""
WORTH_A_LOOK = 0.05
"""Share of the softmax from which a next best entry is offered beside the answer."""
UNDECIDED = 0.6
"""Share of the best entry's own share from which the next best is as likely to be meant."""
CANDIDATES = 4
"""How many of the best entries for a whole message may answer one of the questions in it."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"[?？;；。!！\n]+|[,，]?\s*(?:还有就?是?|另外|以及|顺便问一?下?|而且|\b(?:and(?: also)?|also|plus)\b)[,，]?\s*", re.IGNORECASE)
"""Where one question of a message ends and another begins."""
FEWEST_TERMS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """entry: what answers. past: the reply that people gave to the same question, if one is known. others: next best.

    also: entries that answer the message's further questions. rival: the entry that may be meant as well as the first.
    probability: that the entry answers it.
    """

    entry: Entry
    probability: float
    past: PastAnswer | None = None
    others: tuple[Entry, ...] = ()
    also: tuple[Entry, ...] = ()
    rival: Entry | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Known questions with their answers. vectors: (questions, dimensions), unit length. Of equal ones the first counts."""

    answers: tuple[PastAnswer, ...]
    vectors: np.ndarray


class Answers:
    """Over one shop's documents and past answers. past: gives the known questions as they stand, the same object until they change;
    the shop folder's where it is None."""

    def __init__(self, shop: Shop, index: Index, past: Callable[[], Past] | None = None, *, weighing: Weighing | None = None) -> None:
        self._entries, self._weighing = shop.entries, weighing or read_weighing()
        self.evidence = Evidence(shop.entries, index)
        own = Past(shop.answers, index.answer_vectors)
        self._past = past or (lambda: own)
        self._seen = (own, self.evidence.asked(own.answers, own.vectors))
        """The known questions of the last message, and what the evidence makes of them."""

    def over(self, past: Callable[[], Past]) -> "Answers":
        """The same over other past answers."""
        other = copy(self)
        other._past = past
        return other

    def best(self, vector: np.ndarray, question: str, language: Language, *, sure: bool = False) -> Answer | None:
        """The answer to `question`, in its language where the documents have it; None where no entry can be trusted to answer.

        sure: the question may be about something else, so the answer has to be plainly right.
        """
        if past := self._asked_before(vector, question, language):
            return past
        if not self._entries:
            return None
        evidence = self.evidence_for(vector, question, language)
        scores = self._weighing.scores(evidence)
        chance = self._weighing.probability(evidence, self.evidence.about(vector))
        if chance < (self._weighing.surely if sure else self._weighing.enough):
            return None
        order = np.argsort(-scores)
        shares = np.exp(scores[order] - np.logaddexp.reduce(scores))
        found = [self._entry(self.evidence.topics[topic], language) for topic in order[:CANDIDATES]]
        entries = [entry for entry in found if entry]
        also = tuple(self._further(vector, question, language, order[:CANDIDATES]))
        others = tuple(entry for entry, share in zip(entries[1:3], shares[1:3], strict=False) if share >= WORTH_A_LOOK and entry not in also)
        rival = others[0] if others and not also and others[0] == entries[1] and shares[1] >= UNDECIDED * shares[0] else None
        return Answer(entries[0], chance, others=others, also=also, rival=rival)

    def taught(self, vector: np.ndarray, question: str, language: Language) -> bool:
        """Whether the shop's people have approved an answer to this very question."""
        found = self._asked_before(vector, question, language)
        return bool(found and found.past and found.past.source == DESK)

    def score(self, vector: np.ndarray, question: str, language: Language | None = None) -> float:
        """The probability that the documents answer `question`, 0 where there are none."""
        if not self._entries:
            return 0.0
        evidence = self.evidence_for(vector, question, language or ("zh" if _HAN.search(question) else "en"))
        return self._weighing.probability(evidence, self.evidence.about(vector))

    def evidence_for(self, vector: np.ndarray, question: str, language: Language) -> np.ndarray:
        """What speaks for each topic of `evidence`, shape (topics, features)."""
        return self.evidence.of(vector, question, language, self._asked())

    def titled(self, title: str) -> Entry | None:
        """The entry with exactly this heading: what a quick reply sends."""
        return next((entry for entry in self._entries if entry.title == title), None)

    def _asked(self) -> Asked:
        known = self._past()
        seen, asked = self._seen
        if seen is not known:
            asked = self.evidence.asked(known.answers, known.vectors)
            self._seen = (known, asked)
        return asked

    def _further(self, vector: np.ndarray, question: str, language: Language, best: np.ndarray) -> list[Entry]:
        """Entries for the further questions of a message: of the best for the whole, the one that each question's own words choose.

        The message is embedded once, as a whole; what tells its questions apart are the words.
        """
        parts = [part for part in _PARTS.split(question) if len(set(terms_of(part))) >= FEWEST_TERMS]
        if len(parts) < 2:
            return []
        found: dict[str, Entry] = {}
        for part in parts:
            words = self.evidence.words(part, language, self._asked())[best]
            if words.max() > 0 and (entry := self._entry(self.evidence.topics[best[int(np.argmax(words))]], language)):
                found[entry.id] = entry
        first = self.evidence.topics[best[0]]
        return [entry for identifier, entry in found.items() if identifier != first] if first in found else []

    def _asked_before(self, vector: np.ndarray, question: str, language: Language) -> Answer | None:
        """A past question that is the same but for a few words. Short ones lie close together, so words must agree too."""
        known = self._past()
        if not known.answers:
            return None
        cosines = known.vectors @ vector
        terms = set(terms_of(question))
        for row in np.argsort(-cosines, kind="stable")[:3]:
            past = known.answers[row]
            shared = len(terms & set(terms_of(past.question))) / max(1, len(terms | set(terms_of(past.question))))
            if cosines[row] >= ASKED_BEFORE and shared >= SHARED_TERMS and past.language == language:
                entry = self._entry(past.source, language)
                if entry is None and not past.answer:
                    continue
                entry = entry or Entry(past.source or "answers", past.question, past.answer, language)
                return Answer(entry, float(cosines[row]), past if past.answer else None)
        return None

    def _entry(self, identifier: str, language: Language) -> Entry | None:
        same = [entry for entry in self._entries if entry.id == identifier]
        return next((entry for entry in same if entry.language == language), same[0] if same else None)


def quote(text: str, longest: int = 160) -> str:
    """The beginning of an entry's text as its source's quote, cut at a sentence where possible."""
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    cut = max(flat.rfind(mark, 0, longest) for mark in "。！？.!?;；")
    return flat[: cut + 1] if cut > longest // 3 else flat[: longest - 1] + "…"
