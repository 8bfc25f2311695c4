"""What a shop sells, as its folder says it: how the things are called, counted, rated and spoken of. Values alone.

A shop that says nothing sells goods of every kind, rated out of five. What is said here is read by
`chatbot.shop.domain`; nothing in the program knows films, restaurants or hotels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["AttributeWords", "Caution", "NumberKind", "Texts", "Trade"]

Texts = Mapping[str, str]
"""A text by language."""
NumberKind = Literal["", "quantity", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeWords:
    """How shoppers speak of one attribute.

    names: what else it is called. asks: how a question about it is put. values: further words for a value, by its canonical
    name. noun: the thing's name made of a value ("{value}片"); wish: how a value is wished for ("by {value}"); point: how it is told in passing ("{value}导演"). together: an
    item has all of its values at once, so that one of them rules it out. has: its values are things that an item has, so that a question about one is
    answered with yes or no. people: its values are people, whom a part of the
    name names. borrowed: asked for by another item ("the director of ..."). favoured: who keeps to one value of it is
    offered more of that. number: "year", or "quantity" for a number with a unit. more, less: how a higher and a lower one is asked for.
    """

    names: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    noun: Texts = field(default_factory=dict)
    wish: Texts = field(default_factory=dict)
    point: Texts = field(default_factory=dict)
    together: bool = False
    people: bool = False
    has: bool = False
    borrowed: bool = False
    favoured: bool = False
    number: NumberKind = ""
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A text that every reply ends with that touches its topic. categories: of any level; words: of a message, folded."""

    categories: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    texts: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """noun: what one thing is called where no kind is named, nouns: several. measure: its Chinese measure word. title and
    price: patterns of how they are written in a sentence ("《{title}》", "人均 {amount}"). whole_titles: an item is named by all of
    its title, not by its beginning. kind: the attribute that says the narrowest category too, so that a word for either
    means the attribute. aspects: what an interest is about: attributes, and "rating". newest: the attribute by which one item is newer than another.
    points: attributes that are told of an item in passing, in this order; without them, those that set the items apart.
    rating_of: the best rating; rated_by_shop: a rating is the shop's own and not a mean of customers'. taken: what is said
    of a thing chosen, where it does not go into a basket. question: asked back where
    only the kind is known; chips: offered then. examples: questions that a visitor is met with.
    """

    noun: Texts = field(default_factory=dict)
    nouns: Texts = field(default_factory=dict)
    measure: str = "款"
    title: Texts = field(default_factory=dict)
    price: Texts = field(default_factory=dict)
    whole_titles: bool = False
    kind: str = ""
    aspects: tuple[str, ...] = ()
    newest: str = ""
    points: tuple[str, ...] = ()
    rating_of: float = 5.0
    rated_by_shop: bool = False
    taken: Texts = field(default_factory=dict)
    question: Texts = field(default_factory=dict)
    chips: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, AttributeWords] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()

    def attribute(self, name: str) -> AttributeWords:
        """What is said of an attribute, by its canonical name."""
        return self.attributes.get(name) or AttributeWords()

    @property
    def together(self) -> frozenset[str]:
        """The attributes whose values an item has all at once."""
        return frozenset(name for name, words in self.attributes.items() if words.together)
