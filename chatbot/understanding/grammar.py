"""What the grammars find in one message, all at once: price bounds, names and values, what it points at, critiques.

They are the judges of numbers and of the shop's own names; what they found also goes to the network as cues.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from chatbot.understanding.comparatives import read_comparatives
from chatbot.understanding.prices import Bounds, read_bounds
from chatbot.understanding.ranges import read_ranges
from chatbot.understanding.references import read_critiques, read_references
from chatbot.understanding.titles import read_titles
from chatbot.understanding.vocabulary import Match, Vocabulary
from chatbot.values import Comparative, Critique, Reference

__all__ = ["CUES", "Found", "find", "without_markup"]

CUES = (
    "price", "stock_or_rating", "any_price", "category", "brand", "value", "item", "negated",
    "place", "focus", "all", "cheaper", "dearer", "more", "another", "similar",
)  # fmt: skip
"""What the grammars found, as zeros and ones, in this order."""
_MARKUP = re.compile(r"</?[a-zA-Z!][^<>]{0,200}>")
_CORRECTION = re.compile(
    r"^.*?(?:\bno,? i (?:meant|mean|said)|\bi meant\b|\bactually,? (?:i (?:want|need)|make that)|不是.{0,12}?(?:是|我说的是|我要的是)|我说的是|我要的是|说错了)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """plain: the message without markup; meant: what stands behind "no, I meant", else all of it. known: items named only to
    say what others are to be like."""

    plain: str
    meant: str
    bounds: Bounds
    matches: tuple[Match, ...]
    references: tuple[Reference, ...]
    critiques: tuple[Critique, ...]
    comparatives: tuple[Comparative, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def cues(self) -> np.ndarray:
        """Zeros and ones in the order of CUES, shape (len(CUES),)."""
        kinds = {payload.kind for match in self.matches for payload in match.payloads}
        pointed = {reference.kind for reference in self.references}
        bounds = self.bounds
        found = {
            "price": bounds.price_min is not None or bounds.price_max is not None,
            "stock_or_rating": bounds.in_stock is not None or bounds.rating_min is not None,
            "any_price": bounds.any_price,
            "category": "category" in kinds,
            "brand": bool(kinds & {"brand", "foreign_brand"}),
            "value": bool(kinds & {"value", "flag"} or bounds.ranges),
            "item": "item" in kinds,
            "negated": any(match.negated for match in self.matches),
            **{kind: kind in pointed for kind in ("place", "focus", "all")},
            **{name: name in self.critiques for name in ("cheaper", "dearer", "more", "another", "similar")},
        }
        return np.array([found[name] for name in CUES], np.float32)


def without_markup(text: str) -> str:
    """What is read of a message."""
    return _MARKUP.sub(" ", text).strip() or text


def find(text: str, vocabulary: Vocabulary) -> Found:
    """Read a cleaned message."""
    plain = without_markup(text)
    meant = _CORRECTION.sub("", plain) or plain  # "not the phone, I meant the tablet": what stands behind counts
    ranges, rest = read_ranges(meant, vocabulary.numbers)
    bounds = replace(read_bounds(rest, vocabulary.trade.rating_of), ranges=ranges)
    titled = read_titles(vocabulary.find(bounds.rest), bounds.rest, meant, vocabulary.lent, vocabulary.items, whole=vocabulary.trade.whole_titles)
    named = [
        Reference("item", item=payload.value) for match in titled.matches if not match.negated for payload in match.payloads if payload.kind == "item"
    ]
    return Found(
        plain, meant, bounds, titled.matches, (*named, *read_references(text)), tuple(read_critiques(text)),
        read_comparatives(meant, vocabulary.attributes_called), titled.of,
    )  # fmt: skip
