"""What simulated shoppers are after: goals drawn from a catalogue, each with a hidden target, and whether an item meets them.

A goal is satisfiable by the way it is drawn: the target meets every wish. Knows nothing of words and nothing of the bot.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.shop.catalogue import Catalogue
from chatbot.shop.reading import Shop
from chatbot.values import Item, Language

__all__ = [
    "COLOR_NAMES",
    "KIND_NAMES",
    "STYLES",
    "YES",
    "Aside",
    "Change",
    "Goal",
    "GoalMaker",
    "Need",
    "Style",
    "Wish",
    "breaks",
    "fulfils",
    "opening_wishes",
]

Style = Literal["terse", "plain", "chatty", "rambling"]
STYLES: tuple[Style, ...] = Style.__args__  # type: ignore[attr-defined]
WishKind = Literal["kind", "budget", "brand", "not_brand", "must", "avoid", "use", "below"]

KIND_NAMES = ("type", "kind", "style", "类型", "种类", "款式")
"""Attributes that say which kind of thing an item is: who wants a mouse does not want a keyboard."""
COLOR_NAMES = ("color", "colour", "颜色")
YES, NO = ("yes", "true", "有", "是", "支持", "可以"), ("no", "none", "false", "无", "否", "没有", "不支持")

BUDGET, BRAND, NOT_BRAND, AVOID, USE, MUST, SECOND_MUST = 0.75, 0.15, 0.15, 0.2, 0.35, 0.65, 0.3
"""How many shoppers have such a wish. Guesses, so that every kind and most pairs of them come up in a thousand."""
CHANGES, ASIDES, SETS = 0.2, 0.3, 0.06
ASIDE_TURN = (2, 3)
SHARED = 2
"""An attribute value that fewer items of a kind have is no wish but a serial number."""
SHARED_FIGURE = 3
"""The same for values with digits: people ask for 16 GB, hardly for 1.43 kg. A single letter is a code that nobody says."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that an item must or must not be. name, value: canonical; amount: of money. A use never rules an item out."""

    kind: WishKind
    value: str = ""
    name: str = ""
    amount: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """Two wishes of one key cannot hold at once: the later one counts."""
        return (self.kind, self.value if self.kind == "not_brand" else self.name)


@dataclass(frozen=True, slots=True)
class Need:
    """wishes: the kind first. target: the hidden item. fits: every item that meets all of it, the target among them."""

    wishes: tuple[Wish, ...]
    target: str
    fits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of mind: `before` is said first; `after` takes its place later, or nothing does (None: "any brand will do")."""

    before: Wish
    after: Wish | None


@dataclass(frozen=True, slots=True)
class Aside:
    """A question beside the need. topic: which; sources: ids of document entries that answer it; turn: when it is asked."""

    topic: str
    sources: tuple[str, ...]
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A shopper. patience: unhelpful replies that are borne. sloppy: share of messages with slips of the fingers."""

    number: int
    language: Language
    style: Style
    patience: int
    sloppy: float
    needs: tuple[Need, ...]
    change: Change | None = None
    aside: Aside | None = None
    curious: bool = False
    browses: bool = False


ASIDE_SOURCES: dict[str, tuple[str, ...]] = {
    "returns": ("returns", "opened_items", "non_returnable", "return_cost", "original_packaging", "exchange", "sale_items", "refunds"),
    "return_cost": ("return_cost", "returns"),
    "refunds": ("refunds", "returns"),
    "shipping": ("shipping", "delivery_time", "express_delivery", "remote_areas", "large_items"),
    "delivery_time": ("delivery_time", "shipping", "express_delivery", "order_delay"),
    "warranty": ("warranty", "faulty_item", "repair", "repair_time"),
    "payment": ("payment", "installments", "cash_on_delivery"),
    "invoice": ("invoice", "company_invoice"),
    "price_match": ("price_match",),
    "store_hours": ("store_hours", "contact", "human_service"),
    "gift_wrap": ("gift_wrap", "gift_message"),
}
"""Topics that shoppers ask about between, and the entries of which one answers it."""


def breaks(item: Item, wish: Wish) -> bool:
    """Whether `item` breaks `wish`. As everywhere in the shop, a thing that also comes in another colour is not ruled out."""
    own = item.attributes.get(wish.name, ())
    match wish.kind:
        case "kind":
            return wish.value not in item.category
        case "budget":
            return item.price > wish.amount
        case "below":
            return item.price >= wish.amount
        case "brand":
            return item.brand != wish.value
        case "not_brand":
            return item.brand == wish.value
        case "must":
            return wish.value not in own
        case "avoid":
            return bool(own) and set(own) <= {wish.value}
        case "use":
            return False


def fulfils(item: Item, wishes: Sequence[Wish]) -> bool:
    """Whether `item` can be had and breaks none of `wishes`."""
    return item.in_stock and not any(breaks(item, wish) for wish in wishes)


class GoalMaker:
    """Draws goals from one shop; the same seed and number give the same goal."""

    def __init__(self, shop: Shop) -> None:
        self._catalogue: Catalogue = shop.catalogue
        self._soft, self._blocked = sorted(shop.soft), shop.blocked
        spoken = [one for one in shop.languages if 2 * sum(one in item.texts for item in shop.catalogue.items) > len(shop.catalogue)]
        self._languages = spoken or [shop.default_language]  # who speaks another language has no words of this catalogue
        known = {entry.id for entry in shop.entries}
        self._asides = {topic: sources for topic, sources in ASIDE_SOURCES.items() if topic in known}
        self._shelves = {leaf: [item for item in items if self._on_sale(item)] for leaf, items in self._catalogue.by_leaf.items()}
        self._leaves = [leaf for leaf, items in self._shelves.items() if items]

    def make(self, number: int, seed: int) -> Goal:
        rng = random.Random(f"goal {seed} {number}")
        first = self._need(rng)
        needs: tuple[Need, ...] = (first,)
        change = self._change(rng, first) if rng.random() < CHANGES else None
        if change is None and rng.random() < SETS and len(self._leaves) > 1:
            needs = (first, self._need(rng, other_than=first.wishes[0].value))
        aside = None
        if self._asides and rng.random() < ASIDES and len(needs) == 1:
            topic = rng.choice(sorted(self._asides))
            aside = Aside(topic, self._asides[topic], rng.choice(ASIDE_TURN))
        return Goal(
            number=number, language=rng.choice(self._languages), style=rng.choice(STYLES), patience=rng.choice((3, 4, 5)),
            sloppy=rng.choice((0.0, 0.0, 0.15, 0.5)), needs=needs, change=change, aside=aside,
            curious=rng.random() < 0.2, browses=rng.random() < 0.15,
        )  # fmt: skip

    def _on_sale(self, item: Item) -> bool:
        return item.in_stock and item.id not in self._blocked

    def _need(self, rng: random.Random, *, other_than: str = "") -> Need:
        leaves = [one for one in self._leaves if one != other_than]
        (leaf,) = rng.choices(leaves, [len(self._shelves[one]) ** 0.5 for one in leaves])
        shelf = self._shelves[leaf]
        target = rng.choice(shelf)
        wishes = [Wish("kind", leaf)]
        wishes += [Wish("must", target.attributes[name][0], name) for name in KIND_NAMES if target.attributes.get(name)]
        if rng.random() < BUDGET:
            wishes.append(Wish("budget", amount=_ceiling(target.price * rng.uniform(1.0, 1.5))))
        others = sorted({item.brand for item in shelf if item.brand and item.brand != target.brand})
        if rng.random() < BRAND and target.brand and others:
            wishes.append(Wish("brand", target.brand))
        elif rng.random() < NOT_BRAND and others:
            wishes.append(Wish("not_brand", rng.choice(others)))
        features = self._features(target, shelf)
        for share in (MUST, SECOND_MUST):
            if features and rng.random() < share:
                wish = rng.choice(features)
                wishes.append(wish)
                features = [one for one in features if one.name != wish.name]
        if rng.random() < AVOID and (avoidable := self._avoidable(target, shelf, {wish.name for wish in wishes})):
            wishes.append(rng.choice(avoidable))
        uses = [Wish("use", value, name) for name in self._soft for value in target.attributes.get(name, ())]
        if uses and rng.random() < USE:
            wishes.append(rng.choice(uses))
        return self._as_need(tuple(wishes), target)

    def _as_need(self, wishes: tuple[Wish, ...], target: Item) -> Need:
        fits = frozenset(item.id for item in self._catalogue.items if self._on_sale(item) and fulfils(item, wishes))
        return Need(wishes, target.id, fits)

    def _features(self, target: Item, shelf: Sequence[Item]) -> list[Wish]:
        """What of the target a person may ask for: values that several items of its kind have, and not all."""
        counts = Counter((name, value) for item in shelf for name, values in item.attributes.items() for value in values)
        found = []
        for name, values in target.attributes.items():
            if name in self._soft or name in KIND_NAMES:
                continue
            for value in values:
                least = SHARED_FIGURE if any(map(str.isdigit, value)) else SHARED
                if len(value) > 1 and value.lower() not in NO and least <= counts[name, value] < len(shelf):
                    found.append(Wish("must", value, name))
        return found

    def _avoidable(self, target: Item, shelf: Sequence[Item], wished: set[str]) -> list[Wish]:
        """Colours and materials that some items of the kind are and the target is not."""
        found = {
            Wish("avoid", values[0], name)
            for item in shelf
            for name, values in item.attributes.items()
            if len(values) == 1 and len(values[0]) > 1 and name not in self._soft and name not in KIND_NAMES and name not in wished
            and not any(map(str.isdigit, values[0])) and values[0].lower() not in (*YES, *NO)
        }  # fmt: skip
        return sorted((wish for wish in found if target.attributes.get(wish.name) and wish.value not in target.attributes[wish.name]), key=str)

    def _change(self, rng: random.Random, need: Need) -> Change | None:
        """Something that is said first and taken back later; the need itself is what holds in the end."""
        by_kind = {wish.kind: wish for wish in need.wishes}
        leaf, shelf = need.wishes[0].value, self._shelves[need.wishes[0].value]
        ways: list[Change] = []
        if "budget" in by_kind:
            tight = _ceiling(by_kind["budget"].amount * rng.uniform(0.4, 0.75))
            ways.append(Change(Wish("budget", amount=tight), by_kind["budget"]))
        for wish in need.wishes:
            if wish.kind == "must" and wish.name in COLOR_NAMES:
                others = sorted({value for item in shelf for value in item.attributes.get(wish.name, ()) if value != wish.value})
                ways += [Change(Wish("must", value, wish.name), wish) for value in others[:2]]
        if "brand" not in by_kind and "not_brand" not in by_kind:
            brands = sorted({item.brand for item in shelf if item.brand})
            ways += [Change(Wish("brand", rng.choice(brands)), None)] if len(brands) > 1 else []
        siblings = [one for one in self._leaves if one != leaf and self._path(one)[:1] == self._path(leaf)[:1]]
        if siblings:
            ways.append(Change(Wish("kind", rng.choice(siblings)), need.wishes[0]))
        return rng.choice(ways) if ways else None

    def _path(self, leaf: str) -> tuple[str, ...]:
        return self._catalogue.category_by_leaf[leaf].path


def _ceiling(price: float) -> float:
    """`price` rounded up as people name budgets: 1340 becomes 1400, 87 becomes 90, 6.2 becomes 7."""
    step = 10 ** max(0, math.floor(math.log10(max(price, 1))) - 1)
    step = step * 5 if step >= 10 and price / step > 30 else step
    return float(math.ceil(price / step - 1e-9) * step)


def opening_wishes(need: Need, change: Change | None) -> tuple[Wish, ...]:
    """The wishes as the shopper has them at first: with what will be taken back, without what is not thought of yet."""
    if change is None:
        return need.wishes
    swapped = [change.before if wish.key == change.before.key else wish for wish in need.wishes]
    if change.before.kind == "kind":  # of another kind of thing, other things are wanted
        return (change.before, *(wish for wish in swapped[1:] if wish.kind == "budget"))
    return tuple(swapped) if change.before in swapped else (*swapped, change.before)
