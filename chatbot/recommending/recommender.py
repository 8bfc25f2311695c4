"""The recommended content as one vector, its nearest items in Chroma, the hard filter, the ranking.

`content` makes the query vector; Chroma finds by cosine; code filters; a weighted sum ranks; no two
items of a set are near-duplicates. When nothing fits, `Recommender.dead_end` says which constraint is in the way.
"""

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from chatbot.recommending.columns import Columns
from chatbot.recommending.content import RELEVANT_INTEREST, Content, compose
from chatbot.recommending.fitting import amount_of
from chatbot.recommending.measuring import figure, furthest
from chatbot.recommending.profile import Profile
from chatbot.recommending.reasons import newer_than_liked
from chatbot.recommending.retrieval import Retrieval
from chatbot.shop.index import Index
from chatbot.shop.reading import Shop
from chatbot.shop.shelf import Shelf
from chatbot.text import folded, is_han
from chatbot.values import Attributes, Bound, Interest, Item, State

__all__ = ["Candidates", "DeadEnd", "Found", "Ranked", "Recommender", "reduced"]

BEHAVIOUR = 0.35
"""Weight of the profile in the ranking, beside its share in the recommended content."""
COUNT = 3
"""Items of a recommendation: three can be compared in a glance."""
MOST_CANDIDATES, MOST_FAVOURED = 60, 30
"""Candidates that are ranked: the nearest, and those of a maker who is liked."""
COSINE_SPREAD = 0.02
"""Standard deviation of e5's cosines among the items that fit a need; brings them to the scale of the other parts."""
RATING, INTEREST, PINNED, PRICE_FIT, POPULARITY = 0.35, 0.8, 1.5, 0.8, 0.3
PRICE_SAID, PRICE_ALONE, SOFT, AVOIDED = 2.0, 12.0, 1.0, 5.0
"""Weight of the price where "cheap" was said, of a use or recipient that the item is meant for, and of a word it should not have:
such an item comes last, but where there is nothing else it is still shown."""
LEAST_DETAIL = 0.25
"""Share of the cosine that still counts when a message names a kind and nothing else: there it is mostly noise."""
PRIOR_RATING, PRIOR_COUNT, PRIOR_SCALE = 4.3, 30, 5.0
"""A rating is drawn to the catalogue's usual one as if so many had given that (Bayesian mean)."""
NEAR_DUPLICATE = 0.975
"""Cosine from which two items count as the same thing: same brand and line, another size."""
SEVERAL = 4.0
"""Weight of a further value that was wished for and holds too: what has breakfast and a gym comes before what has one of them."""
TREND = 3.0
"""Weight of going the way that is wished: from the oldest of the candidates to the newest it outweighs all but the words."""
FAVOURED, NEWER = 1.6, 0.8
"""Weight of what a shopper's history keeps to, such as a maker, and of being newer than all of it."""
SAME_BRAND = 0.4
"""Cost of a further item of a brand that is already in the set."""
SAME_KIND = 2.0
"""The same of a kind, where nothing was asked for: three looked-at kinds are three offers, unless those of one are far better."""


@dataclass(frozen=True, slots=True)
class Ranked:
    item: Item
    score: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """nearest: (item, cosine) of those that fit, nearest first, at most MOST_CANDIDATES. fitting: how many fit in all."""

    nearest: tuple[tuple[Item, float], ...]
    fitting: int


@dataclass(frozen=True, slots=True)
class Found:
    """ranked: the items to show, best first. fitting: how many items of the catalogue fit in all."""

    ranked: tuple[Ranked, ...]
    fitting: int


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Why nothing fits. blocking: names of the constraints in the way; closest: the item that breaks least of them;
    relaxed: those without which `without` items fit, from the price `lowest`."""

    blocking: tuple[str, ...]
    relaxed: tuple[str, ...]
    closest: Item | None
    without: int
    lowest: float | None
    exhausted: bool


class Recommender:
    """Read-only over one shop and its index. shelf: gives what is pinned and blocked as it stands; what shop.toml says where it is None."""

    def __init__(self, shop: Shop, index: Index, shelf: Callable[[], Shelf] | None = None) -> None:
        self._index, self._catalogue = index, shop.catalogue
        own = Shelf(frozenset(shop.pinned), shop.blocked)
        self._shelf = shelf or (lambda: own)
        self._columns = Columns(shop.catalogue)
        self._row = self._columns.rows
        self._retrieval = Retrieval(index, list(self._row))
        self._lowest_price = {leaf: min(item.price for item in items) for leaf, items in shop.catalogue.by_leaf.items()}
        self._usual_price = {leaf: median(item.price for item in items) for leaf, items in shop.catalogue.by_leaf.items()}

    def over(self, shelf: Callable[[], Shelf]) -> "Recommender":
        """The same over another shelf."""
        other = copy(self)
        other._shelf = shelf
        return other

    def content(self, words: np.ndarray, interests: Sequence[Interest], profile: Profile, state: State) -> Content:
        """The recommended content of this turn."""
        return compose(words, interests, profile, state, self._catalogue, self._index.category_vectors)

    def candidates(
        self, vector: np.ndarray, interests: Sequence[Interest], profile: Profile, state: State, *, like: Sequence[str] = (), again: bool = False
    ) -> Candidates:
        """The items that fit, nearest first. like: items that the set should resemble. again: also those shown before."""
        if like:
            vector = vector + np.sum([self._index.item_vectors[self._row[identifier]] for identifier in like], axis=0)
            vector = vector / np.linalg.norm(vector)
        anything = self._columns.fitting(state, self._hidden(state, again=again) | profile.bought | profile.disliked)
        fitting = anything & self._likely(interests, state)
        if not fitting.any():  # the likely kinds have nothing: anything that fits is better than nothing
            fitting = anything
        near = self._retrieval.nearest(vector, fitting, MOST_CANDIDATES)
        found = dict(zip(near.rows.tolist(), near.cosines.tolist(), strict=True))
        for name, (value, _) in profile.favourites.items():  # what is by a maker who is liked need not be near in words
            for row in np.flatnonzero(fitting & self._columns.having(name, (value,)))[:MOST_FAVOURED]:
                found.setdefault(int(row), float(self._index.item_vectors[row] @ vector))
        nearest = tuple((self._catalogue.items[row], cosine) for row, cosine in found.items())
        return Candidates(nearest, int(fitting.sum()))

    def select(
        self,
        candidates: Candidates,
        interests: Sequence[Interest],
        profile: Profile,
        state: State,
        *,
        detail: float = 1.0,
        purse: float = 1.0,
        spread: bool = False,
    ) -> Found:
        """The best few of the candidates, varied.

        detail: how much the words say beyond the kind of thing, 0 to 1. purse: what the shopper means to pay against what
        is usual for the kind: below 1 for "cheap", above for "good", 0 for "the cheapest". spread: over the kinds, where none was asked for.
        """
        ranked = self._rank(furthest(candidates.nearest, state.bounds, COUNT), interests, profile, state, max(LEAST_DETAIL, detail), purse)
        varied = self._varied(ranked, state.constraints.attributes, SAME_KIND if spread else 0.0, fold=all(bound.than for bound in state.bounds))
        return Found(_by_figure(varied, state.bounds), candidates.fitting)

    def fitting(self, state: State) -> int:
        """How many items of the catalogue fit the constraints, whether shown or not."""
        return int(self._columns.fitting(replace(state, below=None, above=None, bounds=()), self._shelf().blocked).sum())

    def _hidden(self, state: State, *, again: bool) -> frozenset[str]:
        """What the owner blocks, what was rejected, and what was shown before unless it may come `again`."""
        return self._shelf().blocked | frozenset(state.rejected) | (frozenset() if again else frozenset(state.shown))

    def _likely(self, interests: Sequence[Interest], state: State) -> np.ndarray:
        """The items worth considering: of the likely kinds, or all where a certain kind is among the constraints."""
        likely = {interest.category for interest in interests if interest.probability >= RELEVANT_INTEREST}
        if state.constraints.category or not likely or self._catalogue.trade.kind:
            return np.ones(len(self._catalogue), bool)
        return self._columns.leaves(likely)

    def _rank(
        self, candidates: Sequence[tuple[Item, float]], interests: Sequence[Interest], profile: Profile, state: State, detail: float, purse: float
    ) -> list[Ranked]:
        if not candidates:
            return []
        best = max(cosine for _, cosine in candidates)
        pinned = self._shelf().pinned
        probability = {interest.category: interest.probability for interest in interests}
        ranked, leaning = [], self._leaning([item for item, _ in candidates], state)
        for item, cosine in candidates:
            rating = self._rating(item)
            score = (
                detail * (cosine - best) / COSINE_SPREAD
                + RATING * (rating - PRIOR_RATING) / 0.3
                + INTEREST * probability.get(item.leaf, 0.0)
                + PINNED * (item.id in pinned)
                + POPULARITY * float(np.log1p(item.rating_count)) / 7
                + (PRICE_FIT if purse == 1.0 else PRICE_SAID if purse else PRICE_ALONE) * self._price_fit(item, state, purse)
                - AVOIDED * any(self._tells(item, words) for words in state.avoided)
                + SOFT * sum(bool(set(values) & set(item.attributes.get(name, ()))) for name, values in state.soft.items())
            )
            score += TREND * leaning.get(item.id, 0.0)
            score += FAVOURED * self._favoured(item, profile, state) + SEVERAL * self._several(item, state)
            if profile.known:
                score += BEHAVIOUR * float(self._index.item_vectors[self._row[item.id]] @ profile.vector - best) / COSINE_SPREAD
            ranked.append(Ranked(item, score, cosine))
        return sorted(ranked, key=lambda entry: -entry.score)

    def _rating(self, item: Item) -> float:
        """What the item is rated, out of five: drawn to the usual where few have rated, taken as it is where the shop itself has."""
        trade = self._catalogue.trade
        own = PRIOR_RATING if item.rating is None else item.rating * PRIOR_SCALE / trade.rating_of
        if trade.rated_by_shop:
            return own
        return (own * item.rating_count + PRIOR_RATING * PRIOR_COUNT) / (item.rating_count + PRIOR_COUNT)

    def _favoured(self, item: Item, profile: Profile, state: State) -> float:
        """How much the history speaks for an item by what it keeps to; nothing where the message itself says a value."""
        found = 0.0
        for name, (value, liked) in profile.favourites.items():
            if item.id in liked:
                found -= 1.0  # she knows it
            elif value in item.attributes.get(name, ()) and name not in state.constraints.attributes:
                found += 1.0 + (NEWER / FAVOURED if newer_than_liked(item, name, profile, self._catalogue) else 0.0)
        return found

    def _leaning(self, items: Sequence[Item], state: State) -> dict[str, float]:
        """By id, 0 to 1: how far an item goes the way that is wished (newer, shorter) among the candidates."""
        found: dict[str, float] = {}
        for trend in state.trends:
            amounts = {item.id: amount for item in items if (amount := amount_of(item, trend.attribute)) is not None}
            order = sorted(amounts, key=lambda name: trend.sign * amounts[name])
            found |= {name: found.get(name, 0.0) + place / max(1, len(order) - 1) for place, name in enumerate(order)}
        return found

    def _several(self, item: Item, state: State) -> int:
        """How many of the further values wished for it has, of attributes that hold together: a comedy and a romance."""
        wanted = (
            (name, values) for name, values in state.constraints.attributes.items() if name in self._catalogue.trade.together and len(values) > 1
        )
        return sum(max(0, len(set(values) & set(item.attributes.get(name, ()))) - 1) for name, values in wanted)

    def _tells(self, item: Item, words: str) -> bool:
        """Whether the item's title or attributes, in any language, have these words."""
        pattern = re.escape(words) if any(map(is_han, words)) else rf"\b{re.escape(words)}"
        texts = (" ".join([text.title, *(value for values in text.attributes.values() for value in values)]) for text in item.texts.values())
        return any(re.search(pattern, folded(text)) for text in texts)

    def _price_fit(self, item: Item, state: State, purse: float) -> float:
        """Who names a ceiling mostly wants the upper half below it; who names no price, what most people pay: 0 to 1."""
        if ceiling := state.constraints.price_max:
            return min(1.0, item.price / ceiling)
        if state.constraints.price_min is not None or state.below is not None or state.above is not None:
            return 0.0
        if not purse:
            return self._lowest_price[item.leaf] / max(item.price, 0.01)
        usual = purse * self._usual_price[item.leaf]
        return 1.0 - min(1.0, abs(float(np.log((item.price + 1) / (usual + 1)))))

    def _varied(self, ranked: Sequence[Ranked], asked: Attributes, same_kind: float, *, fold: bool = True) -> list[Ranked]:
        """The best of `ranked`, near-duplicates folded, brands and, at the cost `same_kind`, kinds spread: maximal marginal relevance in small.

        Carbonell and Goldstein, "The Use of MMR", SIGIR 1998. The scores handed on lie in 0 to 1.
        fold: not where the cheapest or lightest are asked for, whatever they are like.
        """
        chosen: list[Ranked] = []
        rest = list(ranked)
        while rest and len(chosen) < COUNT:
            best = max(
                rest,
                key=lambda entry: (
                    entry.score - sum(self._cost(entry.item, one.item, asked) + same_kind * (one.item.leaf == entry.item.leaf) for one in chosen)
                ),
            )
            rest.remove(best)
            if not fold or not any(self._alike(best.item, one.item) for one in chosen):
                chosen.append(best)
        top = chosen[0].score if chosen else 0.0
        return [replace(one, score=float(1 / (1 + np.exp(-(one.score - top) - 1.5)))) for one in chosen]

    def _cost(self, item: Item, chosen: Item, asked: Attributes) -> float:
        """What it costs to show an item beside one that is of the same brand, or of the same maker where none was asked for."""
        favoured = [name for name, words in self._catalogue.trade.attributes.items() if words.favoured and name not in asked]
        same = any(set(item.attributes.get(name, ())) & set(chosen.attributes.get(name, ())) for name in favoured)
        return SAME_BRAND * (item.brand == chosen.brand) + FAVOURED * same

    def _alike(self, one: Item, other: Item) -> bool:
        vectors = self._index.item_vectors
        return one.brand == other.brand and float(vectors[self._row[one.id]] @ vectors[self._row[other.id]]) >= NEAR_DUPLICATE

    def dead_end(self, state: State) -> DeadEnd:
        """Which constraints leave nothing, tried one by one and then all that are not the category."""
        relaxed = self._columns.fitting(state, self._hidden(state, again=True))
        if any(relaxed[self._row[item.id]] for item in self._catalogue.get(state.shown)):
            return DeadEnd((), (), None, 0, None, exhausted=True)
        reasons = self._by_breaches(state)
        if not reasons:
            return DeadEnd(("category",), (), None, 0, None, exhausted=False)
        target = state.below or state.above or state.constraints.price_max
        order = sorted(reasons, key=lambda names: (len(names), "price_max" in names or "bounds" in names))
        one_step = {names: items for names, items in reasons.items() if len(names) == len(order[0])}
        newest = tuple(f"bounds.{bound.attribute}" for bound in state.bounds[-1:] if bound.than)
        priced = newest if newest in one_step else next((names for names in one_step if names in (("price_max",), ("bounds",))), None)
        names = priced or order[0]
        passed = next((bound for bound in state.bounds if names == (f"bounds.{bound.attribute}",)), None)
        if passed:  # the lightest there is comes closest to "lighter"
            closest = max(one_step[names], key=lambda item: passed.sign * found[2] if (found := figure(item, passed)) else -np.inf)
        else:
            closest = min(one_step[names], key=lambda item: abs(item.price - target) if target else -(item.rating or 0))
        other = next((names for names in one_step if names != priced), None) if priced else order[0]
        alternatives = one_step[other] if other else []
        blocking = tuple(dict.fromkeys([*(priced or ()), *(other or ())]))
        return DeadEnd(blocking, other or (), closest, len(alternatives), min((item.price for item in alternatives), default=None), exhausted=False)

    def _by_breaches(self, state: State) -> dict[tuple[str, ...], list[Item]]:
        """The items of the kind, in stock and not hidden, by the names of the constraints they break."""
        broken = dict(sorted(self._columns.broken(state.constraints).items()))
        broken |= self._columns.unpassed(state)
        broken["bounds"] = self._columns.outside(state)
        hidden = {self._row[name] for name in self._hidden(state, again=True) if name in self._row}
        kind = self._columns.in_stock & ~broken.pop("category", np.zeros(len(self._catalogue), bool))
        reasons: dict[tuple[str, ...], list[Item]] = {}
        for row in np.flatnonzero(kind):
            if row not in hidden:
                reasons.setdefault(tuple(name for name, breaks in broken.items() if breaks[row]), []).append(self._catalogue.items[row])
        return reasons


def reduced(candidates: Candidates) -> Candidates:
    """Those that cost less than they did."""
    nearest = tuple(entry for entry in candidates.nearest if entry[0].list_price is not None and entry[0].list_price > entry[0].price)
    return Candidates(nearest, len(nearest))


def _by_figure(ranked: Sequence[Ranked], bounds: Sequence[Bound]) -> tuple[Ranked, ...]:
    """Those that have most or least of what an open bound names first; else as they are ranked."""
    wanted = next((bound for bound in bounds if not bound.than), None)
    if wanted is None:
        return tuple(ranked)
    return tuple(sorted(ranked, key=lambda entry: -wanted.sign * found[2] if (found := figure(entry.item, wanted)) else np.inf))
