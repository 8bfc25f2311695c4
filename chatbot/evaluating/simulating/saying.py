"""A shopper's wishes in words: the kind of thing, the budget, what it must have and must not be, in the shop's own words or others.

Takes canonical names and gives what a person would say in a language; knows the catalogue's words and nothing of a
conversation.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.evaluating.simulating.goals import COLOR_NAMES, KIND_NAMES, YES, Style, Wish
from chatbot.evaluating.simulating.wording import article, joined, money, place, plural, sayings, singular, slipped, spun, synonyms, wishes
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.values import Language

__all__ = ["Voice", "WordsOf"]

FOREIGN_KIND = 0.06
"""Chinese shoppers who say the English word: 想买个 laptop."""
OTHER_WORD = 0.5
"""How often a thing is called by one of the words beside the catalogue's own name."""
SYNONYM = 0.4
NAMED = 0.2
"""Share of a shelf's titles with one of its names below which the shelf's name is no word for the thing."""


@dataclass(frozen=True, slots=True)
class WordsOf:
    """The catalogue's words in one language."""

    catalogue: Catalogue
    language: Language
    currency: str

    def kinds(self, leaf: str, kind_value: str, target: str = "") -> tuple[str, ...]:
        """What a kind is called, the catalogue's own name first. kind_value: the type of it that is meant, in this language.

        target: an item of the kind; where a shelf is named by what nobody calls a thing (formal, christmas), its title has the noun.
        """
        zh = self.language == "zh"
        own = [part.strip() for part in re.split(r"\s*(?:&|、|和|与)\s*|/.*", self.catalogue.category_name(leaf, self.language)) if part.strip()]
        extra = [word for word in self.catalogue.category_by_leaf[leaf].extra if any(map(is_han, word)) == zh]
        names = [*own, *extra] if zh else [self._lowered(singular(word) if word in own else word) for word in (*own, *extra)]
        if not kind_value and (noun := self._noun_of(target, names, leaf)):
            return (noun,)
        if not kind_value:
            wide = [name for name in names if self._is_wide(name, leaf)]
            return tuple(dict.fromkeys(wide if len(own) == 1 else wide[len(own) :] or wide)) or (names[0],)
        value = folded(kind_value)
        if any(value == folded(name) for name in names):
            return (kind_value,)
        if whole := [name for name in names if value in folded(name)]:
            return tuple(whole)
        if any(self._same_noun(value, folded(name)) for name in names):
            return (kind_value,)
        name = names[0] if len(own) == 1 else next((name for name in names[len(own) :] if self._is_wide(name, leaf)), names[0])
        return (kind_value + name if zh else f"{kind_value} {name}",)

    def _noun_of(self, target: str, names: Sequence[str], leaf: str) -> str:
        """The noun at the end of an English title, where hardly a title of the shelf has any of the shelf's names.

        Only a noun that other titles of the shelf end with too, and none elsewhere: not every set is a set of strings.
        """
        titles = self._titles(leaf)
        named = sum(any(folded(name) in title for name in names) for title in titles)
        if self.language == "zh" or not target or named > NAMED * len(titles):
            return ""
        last = self.catalogue.text(self.catalogue.by_id[target], self.language).title.split()[-1].lower()
        elsewhere = any(title.endswith(last) for other in self.catalogue.by_leaf if other != leaf for title in self._titles(other))
        return last if last.isalpha() and not elsewhere and sum(title.endswith(last) for title in titles) > 1 else ""

    def _titles(self, leaf: str) -> list[str]:
        return [folded(self.catalogue.text(item, self.language).title) for item in self.catalogue.by_leaf[leaf]]

    def _lowered(self, name: str) -> str:
        return " ".join(word if word.isupper() else word.lower() for word in name.split())

    def _same_noun(self, value: str, name: str) -> bool:
        """Whether a type is a noun of the kind already: a gel pen is a pen, 餐椅 is one of 椅子."""
        return value[-1] in (name[0], name[-1]) if self.language == "zh" else value.split()[-1] == name.split()[-1]

    def _is_wide(self, name: str, leaf: str) -> bool:
        """Whether a word means any item of the kind: it stands in most of their titles, or in none and is another name for all."""
        noun = folded(name if self.language == "zh" else name.split()[-1])
        shelf = self.catalogue.by_leaf[leaf]
        named = sum(noun in folded(self.catalogue.text(item, self.language).title) for item in shelf)
        return not named or 2 * named > len(shelf) or name == self._lowered(singular(self.catalogue.category_name(leaf, self.language)))

    def attribute(self, leaf: str, name: str, value: str) -> tuple[str, str]:
        """Name and value of an attribute in this language, as the items of the kind have them."""
        for item in self.catalogue.by_leaf.get(leaf, ()):
            text = self.catalogue.text(item, self.language)
            for (canonical, values), (other, others) in zip(item.attributes.items(), text.attributes.items(), strict=False):
                if canonical == name and value in values and len(values) == len(others):
                    return other, others[values.index(value)]
        return self.catalogue.attribute_name(name, self.language), self.catalogue.attribute_value(value, self.language)

    def title(self, item: str) -> str:
        """An item's name, short enough to be said."""
        title = self.catalogue.text(self.catalogue.by_id[item], self.language).title
        words = title.split()
        return title if len(words) < 4 or title.startswith("《") else " ".join(words[:3])


class Voice:
    """One shopper's way of putting things. Draws from the shopper's own random generator, so the order of calls matters.

    target: the item that the shopper has in mind.
    """

    def __init__(self, words: WordsOf, style: Style, sloppy: float, rng: random.Random) -> None:
        self.words, self.language, self._style, self._sloppy, self._rng = words, words.language, style, sloppy, rng
        self.target = ""

    # ── whole messages ────────────────────────────────────────────────────────────────────────────────────────────────

    def opening(self, wished: Sequence[Wish], *, lead: str = "lead") -> str:
        """A need from its beginning: the kind, and the wishes that are told at once, in the manner of this shopper."""
        kind, rest = self.kind(wished), [wish for wish in wished[1:] if wish.name not in KIND_NAMES]
        leaf, rng = wished[0].value, self._rng
        if self._style == "terse" and lead == "lead":
            lead = "lead_short"
        if lead == "lead_short":
            parts = [self._lead(lead, kind), *(self._wish(wish, "fragment", leaf) for wish in rest)]
            return self.typed(rng.choice((" ", " ", "，" if self.language == "zh" else ", ")).join(parts))
        text = self._lead(lead, kind)
        alone = []
        for number, wish in enumerate(rest):
            if number < 2 and rng.random() < 0.6 and not text.endswith("?"):
                text += self._wish(wish, "adjunct", leaf)
            else:
                alone.append(self._wish(wish, "sentence", leaf))
        sentences = [text, *alone]
        if self._style in ("chatty", "rambling") and rng.random() < 0.7:
            sentences.insert(0, self.say("hello"))
        if self._style == "rambling":
            sentences.insert(len(sentences) - 1 - len(alone), self.say("story"))
            sentences += [self.say("filler")] if rng.random() < 0.5 else []
        return self.typed(joined(sentences, self.language, rng))

    def critique(self, wish: Wish, leaf: str) -> str:
        """What is wrong with what was shown."""
        return self.typed(self._wish(wish, "critique", leaf))

    def sentence(self, wish: Wish, leaf: str) -> str:
        return self._wish(wish, "sentence", leaf)

    def change(self, before: Wish, after: Wish | None, wished: Sequence[Wish]) -> str:
        """A change of mind, from `before` to `after`. wished: everything that holds then."""
        begun, leaf = self.say("change"), wished[0].value
        if after is None:
            said = self.say("lift_brand", value=self.words.catalogue.brand_name(before.value, self.language))
        elif after.kind == "kind":
            kind = self.kind(wished)
            said = self.say("change_kind", kind=kind, kinds=self._several(kind), a_kind=article(kind, self.language, self._rng))
        elif after.kind == "budget":
            said = self.say("change_budget", price=self._price(after))
        else:
            said = self.say("change_must", value=self._called(self.words.attribute(leaf, after.name, after.value)[1]))
        return self.typed(begun + ("" if self.language == "zh" or not begun else " ") + said)

    def with_kind(self, act: str, wished: Sequence[Wish]) -> str:
        """A saying that names the kind of thing."""
        kind = self.kind(wished)
        return self.typed(self.say(act, kind=kind, kinds=self._several(kind), a_kind=article(kind, self.language, self._rng)))

    def at(self, act: str, number: int) -> str:
        """A saying about the item at the place `number`."""
        return self.typed(self.say(act, place=place(number, self.language, self._rng)))

    def take(self, item: str, number: int, of: int) -> str:
        """Words that take one of the items shown."""
        if of == 1:
            return self.typed(self.say("take_only"))
        if self._rng.random() < 0.25:
            return self.typed(self.say("take_title", title=self.words.title(item)))
        return self.at("take_place", number)

    def say(self, act: str, **slots: str) -> str:
        return spun(sayings(self.language)[act], self._rng, **slots)

    def typed(self, text: str) -> str:
        """As the shopper's fingers leave it."""
        return slipped(text, self.language, self._rng) if self._rng.random() < self._sloppy else text

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def kind(self, wished: Sequence[Wish]) -> str:
        """The kind of thing that is wanted, by one of its names."""
        leaf = wished[0].value
        types = [self.words.attribute(leaf, wish.name, wish.value)[1] for wish in wished if wish.kind == "must" and wish.name in KIND_NAMES]
        if self.language == "zh" and not types and self._rng.random() < FOREIGN_KIND:
            return self._rng.choice(WordsOf(self.words.catalogue, "en", self.words.currency).kinds(leaf, ""))
        target = self.target if self.target in self.words.catalogue and leaf in self.words.catalogue.by_id[self.target].category else ""
        names = self.words.kinds(leaf, types[0] if types else "", target)
        return self._rng.choice(names[1:]) if len(names) > 1 and self._rng.random() < OTHER_WORD else names[0]

    def _lead(self, act: str, kind: str) -> str:
        a_kind = article(kind, self.language, self._rng)
        slots = {"kind": kind, "kinds": self._several(kind), "a_kind": a_kind, "any_kinds": self._rng.choice((a_kind, f"any {self._several(kind)}"))}
        return self.say(act, **slots)

    def _several(self, kind: str) -> str:
        return kind if self.language == "zh" else plural(kind)

    def _price(self, wish: Wish) -> str:
        return money(wish.amount, self.words.currency, self.language, self._rng)

    def _wish(self, wish: Wish, form: str, leaf: str) -> str:
        group, price, name, value = str(wish.kind), "", "", ""
        if wish.kind == "budget":
            price = self._price(wish)
        elif wish.kind in ("brand", "not_brand"):
            value = self.words.catalogue.brand_name(wish.value, self.language)
        elif wish.kind == "use":
            value = self.words.attribute(leaf, wish.name, wish.value)[1]
        else:
            name, plain = self.words.attribute(leaf, wish.name, wish.value)
            group = self._group(wish, wish.name.lower() in COLOR_NAMES)
            value = self._feature(name, plain) if group in ("feature", "quality") else self._called(plain)
        said = spun(wishes(self.language)[group][form], self._rng, price=price, name=name, value=value)
        return f" {said}" if form == "adjunct" and self.language == "en" and said[0] not in ",(" else said

    def _group(self, wish: Wish, color: bool) -> str:
        if wish.kind == "avoid":
            return "avoid_color" if color else "avoid_value"
        if color:
            return "color"
        if wish.value.lower() in YES:
            return "quality" if self.language == "en" and wish.name.endswith(("able", "proof", "safe", "free", "friendly")) else "feature"
        return "figure" if any(map(str.isdigit, wish.value)) else "value"

    def _feature(self, name: str, value: str) -> str:
        """A thing that an item has or can do: with noise cancelling, 带降噪, 支持升降."""
        if self.language == "en":
            return self._called(name)
        said = self._called(name)
        if name.startswith(("可", "能", "适合", "不", "无", "有")):
            return said
        return ({"有": self._rng.choice(("带", "有")), "支持": self._rng.choice(("支持", "能"))}.get(value, "") if value != name else "") + said

    def _called(self, value: str) -> str:
        """A word of the catalogue, or what people say for it."""
        known = synonyms(self.language).get(value)
        return self._rng.choice(known) if known and self._rng.random() < SYNONYM else value
