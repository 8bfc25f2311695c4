"""The grounding check: whether a sentence says only what its facts say. Says why not, in a few words.

It asks one module after the other: `form` (plain text in the right language), `figures` (numbers), `claims` (promises,
stock, dates, popularity), `comparisons`, `naming`, `attributions`, `quoting` (policies, with `scope`), and `provenance`
(whether words come from anywhere at all). Pure apart from the catalogue's names it is made with.
"""

import re

from chatbot.phrasing.attributions import wrong_attribute
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.claims import opening_claim, unbacked_promise, unbacked_superlative, wrong_claim
from chatbot.phrasing.comparisons import wrong_comparison
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.figures import wrong_number
from chatbot.phrasing.form import wrong_form
from chatbot.phrasing.mentions import Mentions
from chatbot.phrasing.naming import wrong_name
from chatbot.phrasing.plain_words import PLAIN_ENGLISH
from chatbot.phrasing.provenance import stray_words
from chatbot.phrasing.quoting import departure, turned
from chatbot.phrasing.untrusted import harmless
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded

__all__ = ["Grounding"]


class Grounding:
    """Knows the names of a catalogue, so that a product that is not among the facts is recognised."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._brands: dict[str, str] = {}
        for item in catalogue.items:
            for text in item.texts.values():
                if len(text.brand) >= 2:
                    self._brands[folded(text.brand)] = item.brand

    def fault(self, sentence: Sentence | str, facts: Facts, *, strict: bool = True, said: str = "") -> str:
        """Why the sentence may not be said, empty when it may.

        strict: also check what only a model gets wrong. said: what stands before the sentence in the reply.
        """
        whole = sentence.text if isinstance(sentence, Sentence) else sentence
        text = folded(whole.replace("，", "， "))  # folded, the comma would join two numbers
        mentions = Mentions.of(text, facts.products, folded(said))
        fault = (
            wrong_form(whole, facts, strict=strict)
            or self._foreign_brand(text, facts)
            or wrong_number(mentions, facts)
            or unbacked_promise(mentions.masked, facts)
        )
        if fault or not strict:
            return fault or unbacked_superlative(text, facts)
        brief = facts.brief
        fault, proved = wrong_comparison(
            mentions, facts.products, lambda product: folded(facts.of(product)), brief.differences, facts.known, brief.total
        )
        return (
            fault
            or unbacked_superlative(mentions.masked, facts, proved)
            or wrong_claim(mentions, facts)
            or wrong_name(mentions, facts.products, folded(said), facts.headings, brief.language)
            or wrong_attribute(mentions, facts)
            or _turned(mentions, facts)
            or (departure(text, folded(brief.answer), PLAIN_ENGLISH) if brief.answer and brief.kind == "answer" else "")
            or (stray_words(mentions.masked, facts.known, brief.language) if not whole.rstrip().endswith(("?", "？")) else "")
        )

    def opener_fault(self, opener: str, brief: Brief) -> str:
        """Why a reply may not begin so, empty when it may: an opener picks up what the customer said and claims nothing."""
        facts = Facts(brief)
        wished = folded("\n".join([brief.category, *brief.wanted, brief.unknown_brand]))
        text, known = folded(opener), f"{facts.said}\n{wished}"
        if not opener.strip() or opener.strip()[-1] not in "，,：:。.；;？?":
            return "the opener does not end"
        if missing := [number for number in re.findall(r"\d+(?:\.\d+)?", text) if number not in known.replace(",", "")]:
            return f"a number in the opener: {missing[0]}"
        if (priced := next((product for product in facts.products if folded(product.title) in text), None)) and re.search(r"\d", text):
            return f"a figure of {priced.title} in the opener"
        return (
            wrong_form(opener, facts, strict=True)
            or next((f"a name in the opener: {brand}" for brand in self._brands if _stands_in(brand, text) and brand not in known), "")
            or opening_claim(text, known, known if brief.kind == "details" and not re.search(r"\d", text) else wished)
            or stray_words(text, known, brief.language)
        )

    def _foreign_brand(self, text: str, facts: Facts) -> str:
        ours = {product.brand for product in facts.products}
        for name, brand in self._brands.items():
            if brand not in ours and name not in facts.text and _stands_in(name, text):
                return f"the brand {brand} is not among the facts"
        return ""


def _stands_in(name: str, text: str) -> bool:
    return name in text and (not name[0].isascii() or bool(re.search(rf"\b{re.escape(name)}\b", text)))


def _turned(mentions: Mentions, facts: Facts) -> str:
    """A feature denied that the one product spoken of has, or the other way round."""
    named = {product.id: product for _, product in mentions.found} or ({mentions.before.id: mentions.before} if mentions.before else {})
    if len(named) != 1 or facts.brief.answer:
        return ""
    (product,) = named.values()
    points = [*facts.brief.points.get(product.id, ()), *(" ".join(values) for values in product.attributes.values())]
    points.append(harmless(facts.brief.descriptions.get(product.id, "")))
    asked = [f"{'没有' if value in ('无', '没有', '否', 'no') else ''}{name} {value}" for name, value in facts.brief.asked]
    spoken = mentions.masked
    if facts.brief.kind == "nothing_fits":  # what comes before the closest is what there is not
        spoken = spoken[next((start for start, _ in mentions.found), len(spoken)) :]
    return turned(spoken, folded("; ".join([*points, *asked])), PLAIN_ENGLISH)
