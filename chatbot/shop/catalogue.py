"""The catalogue as one value: items, categories and the words that name them. No files, no vectors, no services.

Canonical names are those of the catalogue's own language; `Catalogue` translates them for the shopper.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from chatbot.shop.lexicon import translate
from chatbot.trade import Trade
from chatbot.values import Item, Language, Localised

__all__ = ["Catalogue", "CategoryWords"]


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """What a leaf category is called. names: by language, "" the canonical; extra: further words of the owner's."""

    leaf: str
    path: tuple[str, ...]
    names: Mapping[str, str]
    paths: Mapping[str, tuple[str, ...]]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Items in the order of the file. `words` adds an owner's synonyms to categories, by canonical name; `trade` says what is sold."""

    items: tuple[Item, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trade: Trade = field(default_factory=Trade)

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.by_id

    @cached_property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def rows(self) -> dict[str, int]:
        """Where each item stands."""
        return {item.id: row for row, item in enumerate(self.items)}

    def get(self, identifiers: Iterable[str]) -> tuple[Item, ...]:
        """The items of `identifiers` that exist, in that order."""
        return tuple(self.by_id[identifier] for identifier in identifiers if identifier in self.by_id)

    @cached_property
    def categories(self) -> tuple[CategoryWords, ...]:
        """Every leaf category, in order of first appearance."""
        found: dict[str, CategoryWords] = {}
        for item in self.items:
            if item.leaf not in found:
                paths = {language: text.category for language, text in item.texts.items()}
                names = {language: path[-1] for language, path in paths.items()}
                found[item.leaf] = CategoryWords(item.leaf, item.category, names, paths, tuple(self.words.get(item.leaf, ())))
        return tuple(found.values())

    @cached_property
    def leaf_rows(self) -> dict[str, int]:
        """Where each leaf category stands among `categories`."""
        return {words.leaf: row for row, words in enumerate(self.categories)}

    @cached_property
    def category_by_leaf(self) -> dict[str, CategoryWords]:
        return {category.leaf: category for category in self.categories}

    @cached_property
    def by_leaf(self) -> dict[str, tuple[Item, ...]]:
        groups: dict[str, list[Item]] = {}
        for item in self.items:
            groups.setdefault(item.leaf, []).append(item)
        return {leaf: tuple(items) for leaf, items in groups.items()}

    def within(self, category: str) -> frozenset[str]:
        """The canonical leaves under `category`, which may be any level of a path."""
        return frozenset(words.leaf for words in self.categories if category in words.path)

    def category_name(self, category: str, language: Language) -> str:
        """What `category`, any level of a path, is called in `language`."""
        for words in self.categories:
            if category in words.path and (path := words.paths.get(language)) and len(path) == len(words.path):
                return path[words.path.index(category)]
        return translate(category, "kind", language) or category

    @cached_property
    def _names(self) -> dict[tuple[str, str], dict[str, str]]:
        """(kind, canonical) → language → name, for brands, attribute names and attribute values."""
        names: dict[tuple[str, str], dict[str, str]] = {}
        for item in self.items:
            for language, text in item.texts.items():
                names.setdefault(("brand", item.brand), {}).setdefault(language, text.brand)
                for (name, values), (other, others) in zip(item.attributes.items(), text.attributes.items(), strict=False):
                    names.setdefault(("name", name), {}).setdefault(language, other)
                    for value, translated in zip(values, others, strict=False):
                        names.setdefault(("value", value), {}).setdefault(language, translated)
        return names

    def text(self, item: Item, language: Language) -> Localised:
        """The item's texts in `language`; where it has none, its own with the common words translated.

        A description that nobody translated is left out: the shopper could not read it.
        """
        if found := item.texts.get(language):
            return found
        own = item.texts[""]
        attributes = {
            self.attribute_name(name, language): tuple(self.attribute_value(value, language) for value in values)
            for name, values in own.attributes.items()
        }
        path = tuple(self.category_name(level, language) for level in own.category)
        return replace(own, category=path, attributes=attributes if len(attributes) == len(own.attributes) else own.attributes, description="")

    def brand_name(self, brand: str, language: Language) -> str:
        return self._names.get(("brand", brand), {}).get(language, brand)

    def attribute_name(self, name: str, language: Language) -> str:
        return self._names.get(("name", name), {}).get(language) or translate(name, "name", language) or name

    def attribute_value(self, value: str, language: Language) -> str:
        return self._names.get(("value", value), {}).get(language) or translate(value, "value", language) or value
