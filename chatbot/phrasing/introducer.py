"""A brief → the reply's text with the untrained model: rules speak, the model introduces the first pick.

Rules say how each sentence begins, at once; the language model phrases the rest of the sentences that introduce a
product, one at a time and from that product's facts alone. A sentence that strays is not shown: generation stops there
and the rule's ending of the same sentence takes its place. The same happens when the model fails or is slow.
"""

import time
from collections.abc import Iterator

from langchain_core.language_models import BaseChatModel

from chatbot.phrasing import en, zh
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.introductions import fixed_part, messages
from chatbot.phrasing.streams import SENTENCE_END, Phrased, Pieces, TooSlowError, contents
from chatbot.phrasing.untrusted import purified
from chatbot.text import folded
from chatbot.values import LANGUAGES, Product

__all__ = ["Introducer"]

LONGEST_BODY = 64
"""Tokens of one introduction; the longest titles of the demo shop take 24."""


class Introducer:
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
        brief = purified(brief)
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
        pieces = Pieces(contents(model, messages(brief, one, product), LONGEST_BODY))
        try:
            for piece in pieces.until(deadline):
                body += piece
                if end := SENTENCE_END.search(body):
                    body = body[: end.end()]
                    break
        except TooSlowError:
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
        named = text.strip() if not product.brand else text.strip().removeprefix("the ")  # a work's own title has no article
        if not named.startswith(folded(brief.name(product))):
            return "it does not name the product in full"
        if folded(brief.price(product.price)) not in text:
            return "it does not tell the price"
        return self._grounding.fault(sentence, facts)
