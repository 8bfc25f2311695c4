"""A brief → the reply's text, as a stream of pieces that have passed the grounding check.

The language model writes the reply; each sentence is checked before it is handed on. A sentence that strays is not
shown: generation stops there, the model tries again from the sentence before, and in the end rules say what the reply
still owes. They also do when the model fails or is slow. Nothing here knows how a model is asked (`writers`) or what is checked (`grounding`).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chatbot.phrasing import en, zh
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.prompts import LONGEST_ENTRY
from chatbot.phrasing.streams import SENTENCE_END, Phrased, Pieces, TooSlowError
from chatbot.phrasing.untrusted import purified
from chatbot.phrasing.writers import Writer
from chatbot.text import folded

__all__ = ["Phraser"]

ATTEMPTS = 3
"""How often a sentence that strays is written again, from the sentences before it on, until rules take over."""
OPENERS = 2
"""How often the first words are tried."""
KEPT = 256
"""Replies that are kept for equal plans."""


class Phraser:
    """Wired once; streams of several shoppers may run at the same time."""

    def __init__(self, writer: Writer | None, grounding: Grounding, *, seconds: float) -> None:
        self._writer, self._grounding, self._seconds = writer, grounding, seconds
        self._kept: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._guard = threading.Lock()

    def stream(self, brief: Brief, phrased: Phrased) -> Iterator[str]:
        """The reply's text piece by piece; `phrased` is told how it went."""
        brief = purified(brief)
        if self._writer is None or len(brief.answer) > LONGEST_ENTRY:
            yield from self._said(_rules(brief), brief, "", phrased)
            return
        key = self._writer.key(brief)
        if kept := self._recalled(key):
            phrased.by_model, phrased.first_body = True, time.perf_counter()
            yield from kept
            return
        written = _Written()
        told: list[str] = []
        for piece in self._by_model(self._writer, brief, written, time.perf_counter() + self._seconds):
            phrased.first_body = phrased.first_body or time.perf_counter()
            told.append(piece)
            yield piece
        phrased.faults += [f"model: {fault}" for fault in dict.fromkeys([*written.refused, written.fault]) if fault]
        owed = self._owed(brief, written)
        if not owed and not written.fault:
            phrased.by_model = True
            self._keep(key, told)
        yield from self._said(owed, brief, "".join(told), phrased)

    def warm(self) -> None:
        """Nothing to prepare: no part of these prompts is the same for all plans."""

    def forget(self) -> None:
        """Drop the replies that are kept for equal plans: what measures would measure those."""
        with self._guard:
            self._kept.clear()

    def _by_model(self, writer: Writer, brief: Brief, written: "_Written", deadline: float) -> Iterator[str]:
        """Checked pieces of the model's reply, up to its end or its first fault."""
        pieces, facts, titles = None, Facts(brief), [product.title for product in brief.products]
        try:
            for attempt in range(OPENERS):
                if (first := writer.opener(brief, attempt)) is None:
                    break
                if pieces:
                    pieces.leave()
                pieces = Pieces(first)
                opener = "".join(pieces.until(deadline)).strip()
                fault = self._grounding.opener_fault(opener, brief)
                written.fault = f"{fault}: {opener}" if fault else ""
                if not fault:
                    written.opener = opener
                    yield opener
                    break
                written.refused.append(written.fault)
            if written.fault:
                return
            for attempt in range(ATTEMPTS):
                stream = writer.rest(brief, written.opener, _joined_all(written.body, brief), attempt)
                if stream is None:
                    break
                if pieces:
                    pieces.leave()
                pieces, written.fault = Pieces(stream), ""
                for sentence in _sentences(pieces.until(deadline), titles):
                    if fault := self._fault(sentence, facts, written):
                        written.fault = f"{fault}: {sentence}"
                        written.refused.append(written.fault)
                        break
                    yield _joined(written.text, sentence, brief)
                    written.body.append(sentence)
                if not written.fault:
                    break
            if not written.body and not written.fault:
                written.fault = "the model said nothing"
        except TooSlowError:
            written.fault = f"the model took longer than {self._seconds:g} s"
        except Exception as error:  # noqa: BLE001 - servers' clients raise their own kinds; the rule takes over and the trace tells why
            written.fault = f"the language model failed: {type(error).__name__}: {error}"
        finally:
            if pieces:
                pieces.leave()

    def _fault(self, sentence: str, facts: Facts, written: "_Written") -> str:
        if sentence[-1:] not in "。！？.!?":
            return "the sentence does not end"
        if sentence in written.body:
            return "it repeats itself"
        return self._grounding.fault(sentence, facts, said=written.text)

    def _owed(self, brief: Brief, written: "_Written") -> Sequence[Sentence]:
        """What rules have to say: all of it where the model has said nothing that stands, else what it has left out."""
        sentences = _rules(brief, opened=bool(written.opener) and not written.body)
        if not written.body or (written.fault and brief.kind == "answer"):
            return sentences
        told = folded(written.text)
        return [one for one in sentences if any(folded(part) not in told for part in one.owes)]

    def _said(self, sentences: Sequence[Sentence], brief: Brief, told: str, phrased: Phrased) -> Iterator[str]:
        """Rules are faithful by construction; that they are is checked all the same."""
        facts = Facts(brief)
        for one in sentences:
            if fault := self._grounding.fault(one, facts, strict=False, said=told):
                phrased.grounded = False
                phrased.faults.append(f"rule: {fault}: {one.text}")
            piece = _joined(told, one.text, brief)
            told += piece
            yield piece

    def _recalled(self, key: str) -> tuple[str, ...] | None:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, pieces: Sequence[str]) -> None:
        with self._guard:
            self._kept[key] = tuple(pieces)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


@dataclass
class _Written:
    """How far the model has come: its opener, the sentences behind it that stand, and why it stopped."""

    opener: str = ""
    body: list[str] = field(default_factory=list)
    fault: str = ""
    refused: list[str] = field(default_factory=list)
    """Every sentence that was refused on the way, with the reason."""

    @property
    def text(self) -> str:
        return " ".join([self.opener, *self.body]).strip()


def _rules(brief: Brief, *, opened: bool = False) -> tuple[Sentence, ...]:
    return (zh if brief.language == "zh" else en).sentences(brief, opened=opened)


def _joined(told: str, sentence: str, brief: Brief) -> str:
    """`sentence` as it stands behind `told`."""
    return f" {sentence}" if told and brief.language == "en" else sentence


def _joined_all(sentences: Sequence[str], brief: Brief) -> str:
    return (" " if brief.language == "en" else "").join(sentences)


def _sentences(pieces: Iterator[str], titles: Sequence[str]) -> Iterator[str]:
    """Whole sentences as soon as they end, the last one as it is. titles: names in which a stop ends nothing ("No. 9")."""
    inner = tuple(title[: stop.end()] for title in titles for stop in SENTENCE_END.finditer(title))
    text = ""
    for piece in pieces:
        text += piece
        while end := next((one for one in SENTENCE_END.finditer(text) if not text[: one.end()].endswith(inner)), None):
            if sentence := text[: end.end()].strip():
                yield sentence
            text = text[end.end() :]
    if text.strip():
        yield text.strip()
