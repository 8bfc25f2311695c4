"""Whether products are called by their names: in full, in their own script, rightly spelt. Knows no catalogue."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded, is_han
from chatbot.values import Language, Product

__all__ = ["wrong_name"]

_LEAST = {"zh": 4, "en": 8}
"""Characters of a title that make it recognisable."""
_ALIKE = 80.0
"""Likeness, of 100, of a misspelt title to the right one."""


def wrong_name(mentions: Mentions, products: Sequence[Product], said: str, known: str, language: Language) -> str:
    """A product that is called by a part of its title, or by something like it, before it has been named in full.

    said: what stands before in the reply; known: what the customer and the headings say. Both folded.
    """
    for product in products:
        title = folded(product.title)
        if title in said or product.id in mentions.whole:
            continue
        if part := _part(title, mentions.masked, known, language):
            return f"the name is cut short: {part}"
        if len(title) >= _LEAST[language] and fuzz.partial_ratio(title, mentions.masked) >= _ALIKE:
            return f"the name is not spelt so: {product.title}"
        brand = folded(product.brand)
        if len(brand) >= 2 and _stands(brand, mentions.masked) and not _stands(brand, known):
            return f"the name is cut short: {brand}"
    return ""


def _part(title: str, text: str, known: str, language: Language) -> str:
    """The longest stretch of the title that stands in the text, where it is long enough to be a name and is not the customer's own word."""
    least = _LEAST[language]
    for length in range(len(title) - 1, least - 1, -1):
        for start in range(len(title) - length + 1):
            part = title[start : start + length].strip()
            if len(part) >= least and part in text and part not in known and _whole(title, start, length) and not part.isdigit():
                return part
    return ""


def _whole(title: str, start: int, length: int) -> bool:
    """Whether the stretch does not cut a Latin word of the title."""
    before, after = title[start - 1 : start], title[start + length : start + length + 1]
    return not (before.isascii() and before.isalnum() and title[start].isascii() and title[start].isalnum()) and not (
        after.isascii() and after.isalnum() and title[start + length - 1].isascii() and title[start + length - 1].isalnum()
    )


def _stands(name: str, text: str) -> bool:
    return name in text and (any(map(is_han, name)) or bool(re.search(rf"\b{re.escape(name)}\b", text)))
