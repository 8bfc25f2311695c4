"""A brief → the reply's text, as a stream of pieces that have passed the grounding check.

Rules say how each sentence begins, at once; the language model phrases the rest of the sentences that introduce a
product, one at a time and from that product's facts alone. A sentence that strays is not shown: generation stops there
and the rule's ending of the same sentence takes its place. The same happens when the model fails or is slow.
"""

import queue
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from chatbot.phrasing import en, zh
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.grounding import Facts, Grounding
from chatbot.phrasing.prompts import fixed_part, messages
from chatbot.text import folded
from chatbot.values import LANGUAGES, Product

__all__ = ["Phrased", "Phraser"]

_END = re.compile(r"[。！？]|[.!?](?=\s)")
"""A sentence's end while more may come: a Latin stop ends it only where a blank follows, for 1.1 kg goes on."""
AHEAD = 2
"""Pieces that the model may be ahead of the check: what is thrown away should not be generated."""
LONGEST_BODY = 64
"""Tokens of one introduction; the longest titles of the demo shop take 24."""


@dataclass
class Phrased:
    """What came of one phrasing, filled while its stream is read. faults: what was refused or went wrong, and why."""

    by_model: bool = False
    grounded: bool = True
    faults: list[str] = field(default_factory=list)
    first_body: float | None = None
    """When the first words of the model's own were handed on, by `time.perf_counter`."""


class Phraser:
    """Wired once; streams of several shoppers may run at the same time."""

    def __init__(self, model: BaseChatModel | None, grounding: Grounding, *, seconds: float) -> None:
        self._model, self._grounding, self._seconds = model, grounding, seconds

    def warm(self) -> None:
        """Put the fixed part of both prompts into the model's cache, so that the first shopper does not wait for it."""
        if self._model is not None:
            for language in LANGUAGES:
                for _ in self._model.stream(fixed_part(language), max_tokens=1):
                    pass

    def stream(self, brief: Brief, phrased: Phrased) -> Iterator[str]:
        """The reply's text piece by piece; `phrased` is told how it went."""
        deadline = time.perf_counter() + self._seconds
        facts = Facts(brief)
        products = {product.id: product for product in brief.products}
        tried = replaced = 0
        for place, one in enumerate(zh.sentences(brief) if brief.language == "zh" else en.sentences(brief)):
            blank = " " if place and brief.language == "en" else ""
            model = self._model if one.product and time.perf_counter() < deadline else None
            if model is None:
                yield blank + one.text
                self._verify(one, facts, phrased)
                continue
            yield blank + one.lead
            tried += 1
            body = self._body(model, brief, one, products[one.product], facts, phrased, deadline)
            if body is not None:
                phrased.first_body = phrased.first_body or time.perf_counter()
            else:
                replaced += 1
                self._verify(one, facts, phrased)
            yield one.text[len(one.lead) :] if body is None else body
        phrased.by_model = tried > 0 and replaced == 0

    def _verify(self, one: Sentence, facts: Facts, phrased: Phrased) -> None:
        """Rules are faithful by construction; that they are is checked all the same."""
        if fault := self._grounding.fault(one, facts, strict=False):
            phrased.grounded = False
            phrased.faults.append(f"rule: {fault}: {one.text}")

    def _body(
        self, model: BaseChatModel, brief: Brief, one: Sentence, product: Product, facts: Facts, phrased: Phrased, deadline: float
    ) -> str | None:
        """The model's ending of the sentence, None where it may not be said."""
        body, fault = "", ""
        pieces = _Pieces(model, messages(brief, one, product))
        try:
            while (piece := pieces.next(deadline - time.perf_counter())) is not None:
                body += piece
                if end := _END.search(body):
                    body = body[: end.end()]
                    break
        except _TooSlowError:
            fault = f"the model took longer than {self._seconds:g} s"
        except Exception as error:  # noqa: BLE001 - servers' clients raise their own kinds; the rule takes over and the trace tells why
            fault = f"the language model failed: {type(error).__name__}: {error}"
        finally:
            pieces.leave()
        body = body.rstrip()
        fault = fault or self._fault(one.lead, body, product, brief, facts)
        if fault:
            phrased.faults.append(f"model: {fault}: {one.lead}{body}")
            return None
        return body

    def _fault(self, lead: str, body: str, product: Product, brief: Brief, facts: Facts) -> str:
        sentence, text = lead + body, folded(body)
        if sentence[-1:] not in "。！？.!?":
            return "the sentence does not end"
        if not text.strip().removeprefix("the ").startswith(folded(product.title)):
            return "it does not name the product in full"
        if folded(brief.money(product.price)) not in text:
            return "it does not tell the price"
        return self._grounding.fault(sentence, facts)


class _TooSlowError(Exception):
    """The model took longer than it may."""


class _Pieces:
    """A model's stream read in a thread of its own, so that a model that says nothing cannot hold up the reply."""

    def __init__(self, model: BaseChatModel, prompt: list[BaseMessage]) -> None:
        self._queue: queue.Queue[str | BaseException | None] = queue.Queue(maxsize=AHEAD)
        self._left = threading.Event()
        # no daemon: at the end of the process it must still close its stream, or llama.cpp is torn down in mid-call
        threading.Thread(target=self._read, args=(model, prompt), name="phrasing").start()

    def _read(self, model: BaseChatModel, prompt: list[BaseMessage]) -> None:
        try:
            stream = model.stream(prompt, max_tokens=LONGEST_BODY)
            for chunk in stream:
                self._put(str(chunk.content))
                if self._left.is_set():
                    break
            if close := getattr(stream, "close", None):
                close()
            self._put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the pieces are read
            self._put(error)

    def _put(self, piece: str | BaseException | None) -> None:
        """Hand a piece over; a reader that has left takes none, and then nothing is waited for."""
        while not self._left.is_set():
            try:
                self._queue.put(piece, timeout=0.1)
                return
            except queue.Full:
                continue

    def next(self, seconds: float) -> str | None:
        """The next piece, None at the end. Raises _TooSlowError after `seconds`, and whatever the model raised."""
        if seconds <= 0:
            raise _TooSlowError
        try:
            piece = self._queue.get(timeout=seconds)
        except queue.Empty as error:
            raise _TooSlowError from error
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def leave(self) -> None:
        """No further piece is wanted."""
        self._left.set()
