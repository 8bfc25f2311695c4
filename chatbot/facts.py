"""Items, reasons and wishes → what the shopper sees: Products and the Brief, in the shopper's language.

The only place that puts canonical names into words. It chooses nothing and says nothing that is not in its input.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from chatbot.phrasing import en, en_measures, zh, zh_measures
from chatbot.phrasing.brief import money, plain_number
from chatbot.quantities import quantity
from chatbot.recommending.measuring import figure
from chatbot.recommending.profile import Profile
from chatbot.recommending.reasons import Reason
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, is_han
from chatbot.understanding.words import COVERED
from chatbot.values import Attributes, Constraints, Item, Language, Localised, Product, State

__all__ = ["Presenter"]

NO_FLAG, YES_FLAG = ("no", "无", "没有", "不支持", "否"), ("yes", "有", "支持", "是", "可以")
_QUIET_NAMES = ("color", "颜色", "good for", "适合", "sizes", "尺码", "size", "尺寸")
"""Attributes that say little in a short comparison: long lists and ranges."""
MOST_POINTS = 4
MOST_VALUES = 2
"""Values of an aspect that are told."""


class Presenter:
    """Words for one catalogue and currency."""

    def __init__(self, catalogue: Catalogue, currency: str) -> None:
        self._catalogue, self._currency = catalogue, currency

    def money(self, amount: float, language: Language) -> str:
        return money(amount, self._currency, language)

    def product(self, item: Item, language: Language, score: float, reasons: Sequence[Reason]) -> Product:
        """`item` as it stands on a card."""
        text = self._catalogue.text(item, language)
        return Product(
            id=item.id, title=text.title, brand=item.brand, category=item.category, price=item.price, list_price=item.list_price,
            currency=self._currency, in_stock=item.in_stock, url=item.url, image=item.image, attributes=text.attributes, score=score,
            reasons=tuple(dict.fromkeys(self.reason(reason, language) for reason in reasons)),
        )  # fmt: skip

    def reason(self, reason: Reason, language: Language) -> str:
        """A reason in words."""
        patterns = zh.REASONS if language == "zh" else en.REASONS
        if reason.kind == "rating":
            return patterns["rating"].format(amount=plain_number(reason.amount), other=plain_number(reason.other))
        if reason.kind == "attribute":
            flag = reason.value in YES_FLAG
            name = self._catalogue.attribute_name(reason.name, language)
            return patterns["flag" if flag else "attribute"].format(name=name, value=self._catalogue.attribute_value(reason.value, language))
        if reason.kind == "brand":
            return patterns["brand"].format(value=self._catalogue.brand_name(reason.value, language))
        if reason.kind == "like":
            return patterns["like"].format(value=self._title(reason.value, language))
        if reason.kind in ("favoured", "favoured_newer"):
            name, seen = reason.name.split("|", 1)
            named, value = self._catalogue.attribute_name(name, language), self._catalogue.attribute_value(reason.value, language)
            return patterns[reason.kind].format(title=self._title(seen, language), name=named, value=value)
        if reason.kind == "range":
            return patterns["range"].format(value=self._range(reason.name, reason.bounds, language))
        if reason.kind == "rated":
            return patterns["rated"].format(amount=plain_number(reason.amount))
        if reason.kind == "category":
            return patterns["category"].format(value=self._catalogue.category_name(reason.value, language))
        if reason.name == "of_these":
            return patterns["lowest"].format(measure=self._catalogue.trade.measure)
        return patterns[reason.kind].format(amount=self.money(reason.amount, language), other=self.money(reason.other, language))

    def points(self, items: Sequence[Item], language: Language, first_names: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
        """Short facts of each item: what was asked for first, then what sets the items apart."""
        wanted, preferred = tuple(first_names), self._catalogue.trade.points
        texts = [self._catalogue.text(item, language) for item in items]
        found = {}
        for item, text in zip(items, texts, strict=True):
            names = [name for name in text.attributes if name not in _QUIET_NAMES and not _in_title(text, name)]
            canonical = dict(zip(text.attributes, item.attributes, strict=False))
            names.sort(key=lambda name: (canonical.get(name) not in wanted, not _differs(name, texts), not _is_number(text, name)))
            if preferred:
                names = sorted((name for name in names if canonical.get(name) in preferred), key=lambda name: preferred.index(canonical[name]))
            found[item.id] = tuple(self._point(name, canonical.get(name, name), text, language) for name in names[:MOST_POINTS])
        return found

    def _point(self, name: str, own: str, text: Localised, language: Language) -> str:
        words = zh if language == "zh" else en
        values = text.attributes[name]
        if pattern := self._catalogue.trade.attribute(own).point.get(language):
            return pattern.replace("{value}", ("、" if language == "zh" else " and ").join(values))
        flag = True if values[0] in YES_FLAG else False if values[0] in NO_FLAG else None
        return words.point(name, (" / " if language == "en" else "、").join(values), flag)

    def wishes(self, state: State, language: Language) -> dict[str, str]:
        """Every constraint in words, by its name as `fitting.broken` gives it; the category is not among them."""
        patterns = zh.WISHES if language == "zh" else en.WISHES
        wanted, words = state.constraints, {}
        if wanted.price_min is not None and wanted.price_max is not None:
            between = patterns["price_between"].format(low=self.money(wanted.price_min, language), high=self.money(wanted.price_max, language))
            words["price_max"] = words["price_min"] = between
        elif wanted.price_max is not None:
            words["price_max"] = patterns["price_max"].format(amount=self.money(wanted.price_max, language))
        elif wanted.price_min is not None:
            words["price_min"] = patterns["price_min"].format(amount=self.money(wanted.price_min, language))
        for name, values in wanted.attributes.items():
            words[f"attributes.{name}"] = self._attribute_wish(name, values, language, "flag", "attribute")
        for name, bounds in wanted.ranges.items():
            words[f"ranges.{name}"] = self._range(name, bounds, language)
        for name, values in wanted.not_attributes.items():
            words[f"not_attributes.{name}"] = self._attribute_wish(name, values, language, "not_flag", "not_attribute")
        joint = "或" if language == "zh" else " or "
        if wanted.brand:
            words["brand"] = patterns["brand"].format(value=joint.join(self._catalogue.brand_name(brand, language) for brand in wanted.brand))
        if wanted.not_brand:
            words["not_brand"] = patterns["not_brand"].format(
                value=joint.join(self._catalogue.brand_name(brand, language) for brand in wanted.not_brand)
            )
        if wanted.in_stock:
            words["in_stock"] = patterns["in_stock"]
        if wanted.rating_min is not None:
            words["rating_min"] = patterns["rating_min"].format(amount=plain_number(wanted.rating_min))
        if state.below is not None or state.above is not None:
            words["bounds"] = patterns["bounds" if state.below is not None else "bounds_up"]
        for bound in state.bounds:
            if limit := quantity(bound.than):
                name, value = self._name_of(bound.attribute, wanted.category, language), self._catalogue.attribute_value(bound.than, language)
                words[f"bounds.{bound.attribute}"] = (zh_measures if language == "zh" else en_measures).past(limit.kind, bound.sign, name, value)
        return words

    def past(self, state: State, language: Language) -> str:
        """The comparisons asked for, in words, with their figures; "" where there is none."""
        words = {name: value for name, value in self.wishes(state, language).items() if name.startswith("bounds")}
        return ("、" if language == "zh" else ", ").join(words.values()) if words.keys() - {"bounds"} else ""

    def figures(self, items: Iterable[Item], state: State, language: Language) -> dict[str, str]:
        """What each item has of the attributes that are compared, by id."""
        words, found = (zh if language == "zh" else en), {}
        for item in items:
            named = dict(zip(item.attributes, self._catalogue.text(item, language).attributes, strict=False))
            known = [one for bound in state.bounds if (one := figure(item, bound)) and one[1]]
            if known:
                told = [words.point(named.get(name, name), self._catalogue.attribute_value(value, language), None) for name, value, _ in known]
                found[item.id] = ("，" if language == "zh" else ", ").join(told)
        return found

    def _name_of(self, attribute: str, category: str | None, language: Language) -> str:
        """What `attribute` is called among the items of a category: power is 功率 of one kind and 供电 of another."""
        for leaf in sorted(self._catalogue.within(category)) if category else ():
            for item in self._catalogue.by_leaf[leaf]:
                if attribute in item.attributes:
                    return dict(zip(item.attributes, self._catalogue.text(item, language).attributes, strict=False)).get(attribute, attribute)
        return self._catalogue.attribute_name(attribute, language)

    def _attribute_wish(self, name: str, values: Sequence[str], language: Language, flag: str, other: str) -> str:
        patterns = zh.WISHES if language == "zh" else en.WISHES
        if values[0] in YES_FLAG:
            named = self._catalogue.attribute_name(name, language)
            bare = flag == "flag" and language == "en" and named.endswith(("proof", "able", "less", "free", "friendly"))
            return named if bare else patterns[flag].format(name=named)
        joint = "或" if language == "zh" else " or "
        spoken = list(dict.fromkeys(self._catalogue.attribute_value(value, language) for value in values))
        if language == "en" and other == "attribute" and all(re.fullmatch(r"\d+ (?:people|person)", value) for value in spoken):
            return f"for {joint.join(spoken)}"
        said = self._one_word(name, values, language) or joint.join(spoken)
        if other == "noun":
            return said
        words = self._catalogue.trade.attribute(name)
        if other == "not_attribute" and (noun := words.noun.get(language)):
            said = noun.replace("{value}", said)
            return patterns["not_brand"].format(value=said.lower() if language == "en" else said)
        own = words.wish.get(language) if other == "attribute" else None
        return own.replace("{value}", said) if own else patterns[other].format(value=_common(spoken, language) or said)

    def _one_word(self, name: str, values: Sequence[str], language: Language) -> str:
        """The owner's word for exactly these values together: 华语. "" where there is none."""
        owned = self._catalogue.trade.attribute(name).values
        words = owned.get(values[0], ()) if len(values) > 1 else ()
        together = (
            word
            for word in words
            if is_han(word[0]) == (language == "zh") and {value for value, others in owned.items() if word in others} == set(values)
        )
        return next(together, "")

    def _title(self, identifier: str, language: Language) -> str:
        """An item's title as it stands in a sentence."""
        title, pattern = self._catalogue.text(self._catalogue.by_id[identifier], language).title, self._catalogue.trade.title.get(language)
        return pattern.replace("{title}", title) if pattern else title

    def _range(self, name: str, bounds: tuple[float | None, float | None], language: Language) -> str:
        """Bounds of an attribute in words: 90 年代, 120 分钟以内, from the 2010s."""
        patterns = zh.WISHES if language == "zh" else en.WISHES
        low, high = bounds
        shape = "between" if low is not None and high is not None else "min" if low is not None else "max"
        if self._catalogue.trade.attribute(name).number == "year":
            if low is not None and high is not None:
                shape = "just" if low == high else "decade" if low % 10 == 0 and high == low + 9 else shape
            spoken = f"{low:.0f}" if low is not None else ""
            if shape == "decade" and language == "zh" and spoken.startswith("19"):
                spoken = spoken[2:]
            return patterns[f"year_{shape}"].format(low=spoken, high=f"{high:.0f}" if high is not None else "")
        amounts = {key: self._amount(name, bound, language) if bound is not None else "" for key, bound in (("low", low), ("high", high))}
        return patterns[f"quantity_{shape}"].format(**amounts)

    def _amount(self, name: str, amount: float, language: Language) -> str:
        """A quantity in the unit that the catalogue writes an attribute with: 120 分钟."""
        for item in self._catalogue.items:
            values = dict(zip(item.attributes, self._catalogue.text(item, language).attributes.values(), strict=False)).get(name, ())
            figure = re.match(r"([\d.,]+)(\D*)$", values[0]) if len(values) == 1 else None
            if figure and (found := quantity(values[0])) and found.amount:
                return plain_number(amount * float(figure[1].replace(",", "")) / found.amount) + figure[2]
        return plain_number(amount)

    def aspects(self, items: Sequence[Item], constraints: Constraints, profile: Profile, language: Language) -> tuple[tuple[str, str], ...]:
        """(name, value) of what an interest is about here: what was asked for, else what the history keeps to, else what is shown."""
        patterns, found = zh.WISHES if language == "zh" else en.WISHES, []
        rated = [item.rating for item in items if item.rating is not None]
        for name in self._catalogue.trade.aspects:
            if name == "rating":
                least = constraints.rating_min if constraints.rating_min is not None else min(rated, default=None)
                if least is not None:
                    found.append((patterns["rating"], patterns["rating_value"].format(amount=plain_number(least))))
                continue
            counts = Counter(value for item in items for value in item.attributes.get(name, ()))
            favourite = profile.favourites.get(name)
            values = constraints.attributes.get(name) or (
                (favourite[0],) if favourite else tuple(value for value, _ in counts.most_common(MOST_VALUES))
            )
            if values:
                joint = "、" if language == "zh" else ", "
                found.append(
                    (self._catalogue.attribute_name(name, language), joint.join(self._catalogue.attribute_value(one, language) for one in values))
                )
        return tuple(found)

    def asked(
        self, item: Item, names: Sequence[str], language: Language, named: Attributes | None = None
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """((name, value) of what was asked about `item` and is known, the names asked about that are not). named: values that the
        question names: of what an item has, it is answered whether it has those."""
        text = self._catalogue.text(item, language)
        canonical = dict(zip(item.attributes, text.attributes, strict=False))
        chinese = language == "zh"
        known: dict[str, str] = {}
        unknown: list[str] = []
        for name in names:
            if name == "price":
                known["价格" if chinese else "price"] = self.money(item.price, language)
            elif name == "stock":
                known["库存" if chinese else "stock"] = (
                    ("有现货" if item.in_stock else "暂时没货") if chinese else ("in stock" if item.in_stock else "out of stock")
                )
            elif name == "rating":
                if item.rating is not None:
                    known["评分" if chinese else "rating"] = plain_number(item.rating)
                else:
                    unknown.append("评分" if chinese else "rating")
            elif (values := (named or {}).get(name)) and self._catalogue.trade.attribute(name).has:
                for value in values:
                    has = value in item.attributes.get(name, ())
                    known[self._catalogue.attribute_value(value, language)] = ("有" if has else "没有") if chinese else ("yes" if has else "no")
            elif matching := [found for one in name.split("|") for found in _matching(one, canonical)]:
                for own in matching:
                    known[canonical[own]] = ("、" if chinese else ", ").join(text.attributes[canonical[own]])
            else:
                unknown.append(self._catalogue.attribute_name(name.split("|")[-1], language))
        return tuple(known.items()), tuple(dict.fromkeys(unknown))

    def differences(self, first: Item, second: Item, language: Language, asked: Sequence[str] = ()) -> tuple[tuple[str, str, str], ...]:
        """(name, value of the first, value of the second) of up to three attributes in which two items differ, asked-for first."""
        one, other = self._catalogue.text(first, language).attributes, self._catalogue.text(second, language).attributes
        joint = "、" if language == "zh" else " / "
        canonical = dict(zip(one, first.attributes, strict=False))
        wanted = {part for name in asked for part in name.split("|")}
        shared = [name for name in one if name in other and (canonical[name] in wanted or (one[name] != other[name] and name not in _QUIET_NAMES))]
        if preferred := self._catalogue.trade.points:
            shared = [name for name in shared if canonical[name] in preferred or canonical[name] in wanted]
        shared.sort(key=lambda name: (canonical[name] not in wanted, not one[name][0][:1].isdigit()))
        return tuple((name, joint.join(one[name]), joint.join(other[name])) for name in shared[:3])

    def tags(self, tags: Iterable[str], language: Language) -> tuple[str, ...]:
        """Canonical categories, brands and values in the shopper's words."""
        catalogue = self._catalogue
        words = []
        for tag in tags:
            name = catalogue.category_name(tag, language)
            name = name if name != tag else catalogue.brand_name(tag, language)
            name = name if name != tag else catalogue.attribute_value(tag, language)
            words.append(name if name != tag else catalogue.attribute_name(tag, language))
        return tuple(dict.fromkeys(words))

    def naming(self, constraints: Constraints, language: Language) -> str:
        """The attribute whose wish says what the things are called: 科幻片. "" where there is none."""
        return next((name for name in constraints.attributes if language in self._catalogue.trade.attribute(name).noun), "")

    def category(self, constraints: Constraints, items: Sequence[Item], language: Language) -> str:
        """What the things under discussion are called: after a wish that names them, the category asked for, else the one all of `items` share."""
        if name := self.naming(constraints, language):
            said = self._attribute_wish(name, constraints.attributes[name], language, "flag", "noun")
            return self._catalogue.trade.attribute(name).noun[language].replace("{value}", said)
        if constraints.category:
            return self._catalogue.category_name(constraints.category, language)
        if self._catalogue.trade.kind:
            return ""  # what they are called by then says no more than a wish would
        leaves = {item.leaf for item in items}
        return self._catalogue.category_name(leaves.pop(), language) if len(leaves) == 1 else ""


def _common(values: Sequence[str], language: Language) -> str:
    """One word for several values that all meet one wish: "wireless" for Bluetooth and 2.4 GHz; "" where there is none."""
    own = [(wish, words) for wish, words in COVERED.items() if wish.isascii() == (language == "en")]
    alike = (wish for wish, words in own if len(values) > 1 and all(any(word in value.lower() for word in words) for value in values))
    return next(alike, "")


def _in_title(text: Localised, name: str) -> bool:
    """Whether the title says the attribute's only value in words already: a power bank of the type power bank."""
    values = text.attributes[name]
    return len(values) == 1 and not any(char.isdigit() for char in values[0]) and folded(values[0]) in folded(text.title)


def _differs(name: str, texts: Sequence[Localised]) -> bool:
    return len({text.attributes.get(name) for text in texts}) > 1


def _is_number(text: Localised, name: str) -> bool:
    return bool(re.match(r"\d", text.attributes[name][0])) if text.attributes[name] else False


def _matching(name: str, canonical: dict[str, str]) -> list[str]:
    """The item's attributes that a question about `name` means: that one, or those whose name contains it."""
    if name in canonical:
        return [name]
    alike = [own for own in canonical if name in own.split() or own in name.split()]
    if name == "size":
        alike += [own for own in canonical if own in ("screen", "sizes", "capacity", "dimensions") and own not in alike]
    return alike[:2]
