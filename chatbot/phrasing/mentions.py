"""Which product a place of a sentence speaks of: by title, by "the first", or by what was named before. Knows no claims."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.phrasing.plain_words import PLAIN_ENGLISH
from chatbot.text import folded
from chatbot.values import Product

__all__ = ["Mentions"]

_PLACES = re.compile(r"第([一二三四1-4])[款个台双本种样件只把部家门篇间]|(前者|后者)|\bthe (first|second|third|fourth|former|latter)\b")
_AGAINST = re.compile(
    r"(?:比|比起|不如|\bthan|\bagainst|\bfrom|\bunlike|(?<!also )(?<!might )(?<!would )(?<!you )(?<!d )\blike|\bover|\bbeats)\s*(?:the\s*)?$"
)
"""What stands before a product that another one is compared with."""
SHORTEST, SHORTEST_HAN, LONGEST_HAN = 4, 2, 4
"""Characters of a word that calls a product."""
_TAKEN = re.compile(r"[^，。；;,]{0,14}(?:选|看|买)(?:前面?|后面?)?(?:那[款张台双本把个件])?\s*$")
"""要轻便选第二款: what is said before is said of the one that is to be taken."""
_NUMBERS = {
    "一": 0, "二": 1, "三": 2, "四": 3, "1": 0, "2": 1, "3": 2, "4": 3, "前者": 0, "后者": 1, "first": 0, "second": 1, "third": 2, "fourth": 3, "former": 0, "latter": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mentions:
    """masked: the folded text with the titles blotted out, of the same length. found: (start, product) in order.

    against: those of `found` that another product is compared with; what is said behind them is not said of them.
    """

    masked: str
    found: tuple[tuple[int, Product], ...]
    against: frozenset[int] = frozenset()
    before: Product | None = None
    """The product spoken of when the text begins."""
    earlier: frozenset[str] = frozenset()
    """Ids of the products named before the text."""
    whole: frozenset[str] = frozenset()
    """Ids of the products whose title stands in the text, or that are called by their place."""

    @classmethod
    def of(cls, text: str, products: Sequence[Product], said: str = "") -> "Mentions":
        """text, said: folded; `said` stands before `text` in the reply."""
        earlier = cls.of(said, products).found if said else ()
        before = earlier[-1][1] if earlier else None
        masked, found = text, []
        for product in sorted(products, key=lambda one: -len(one.title)):
            title = folded(product.title)
            while title and (at := masked.find(title)) >= 0:
                found.append((at, product))
                masked = masked[:at] + "\0" * len(title) + masked[at + len(title) :]
        for match in _PLACES.finditer(masked):
            place = _NUMBERS[match[1] or match[2] or match[3]]
            if place < len(products):
                found.append((match.start(), products[place]))
        whole = frozenset(product.id for _, product in found)
        found += _by_own_word(masked, products)
        against = frozenset(start for start, _ in found if _AGAINST.search(masked[:start]))
        return cls(masked, tuple(sorted(found, key=lambda one: one[0])), against, before, frozenset(product.id for _, product in earlier), whole)

    def owner(self, at: int) -> Product | None:
        """The product spoken of at place `at`: the one named last before it, in this text or before it."""
        if (following := next(((start, product) for start, product in self.found if start >= at), None)) and _TAKEN.match(
            self.masked[at : following[0]]
        ):
            return following[1]
        named = [product for start, product in self.found if start < at and start not in self.against]
        return named[-1] if named else self.before

    def behind(self, at: int) -> Product | None:
        """The product named first behind place `at`."""
        return next((product for start, product in self.found if start >= at and start not in self.against), None)

    def rival(self, at: int) -> Product | None:
        """The product that a comparison at place `at` is with, where it is named beside it."""
        near = [(abs(start - at), product) for start, product in self.found if start in self.against]
        return min(near, key=lambda one: one[0])[1] if near else None


def _by_own_word(masked: str, products: Sequence[Product]) -> Iterator[tuple[int, Product]]:
    """Products that are called by a word that no other title has: "the Orrin", 选云步."""
    if len(products) < 2:
        return
    titles = [folded(product.title) for product in products]
    values = {word for product in products for own in product.attributes.values() for value in own for word in re.findall(r"\w+", folded(value))}
    for product, title in zip(products, titles, strict=True):
        brand = folded(product.brand)
        words = {word for word in re.findall(r"\w+", title)[:2] if len(word) >= SHORTEST and word.isascii() and word.isalpha()}
        words |= {word for word in (title.split(" ", 1)[0], brand) if SHORTEST_HAN <= len(word) <= LONGEST_HAN and not word.isascii()}
        for word in words - PLAIN_ENGLISH - values:  # a logic puzzle is no Logic Blocks
            if sum(word in other for other in titles) == 1:
                edge = r"\b" if word.isascii() else ""
                yield from ((match.start(), product) for match in re.finditer(f"{edge}{re.escape(word)}{edge}", masked))
