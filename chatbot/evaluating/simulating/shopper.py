"""A shopper by rule: says the need in words of its own, answers, criticises, refuses, asks between, takes what fits or leaves.

It sees what a person sees (`Seen`: the text, the products, the quick replies, the cart) and knows its goal and, of the
products shown, what their pages say. It never sees what the assistant understood.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from chatbot.evaluating.simulating.goals import KIND_NAMES, Goal, Need, Wish, breaks, fulfils, opening_wishes
from chatbot.evaluating.simulating.saying import Voice, WordsOf
from chatbot.evaluating.simulating.wording import asides, spun
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded
from chatbot.values import Item

__all__ = ["Act", "RuleShopper", "Said", "Seen", "Shopper"]

Act = Literal[
    "open", "critique", "cheaper", "more", "refuse", "change", "answer", "restate", "aside", "details", "compare", "why", "take", "next", "thanks", "leave",
]  # fmt: skip
"""What a message is meant as."""

TOLD_AT_ONCE = {"terse": 1, "plain": 2, "chatty": 3, "rambling": 6}
"""Wishes beside the kind that the first message tells at most; the rest comes when something breaks them, or when asked."""
TAPS = 0.2
"""How often a quick reply that says the same is tapped instead of typing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reply shows. cart: the item that was put into the cart with it, if any."""

    text: str
    products: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cart: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message and what the shopper knows of it, for the judge. stated: every wish told so far that still holds.

    items: what it is about, where it points at items. sources: entries that would answer it. need: which of the goal's needs.
    """

    text: str
    act: Act
    stated: tuple[Wish, ...] = ()
    items: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    need: int = 0


class Shopper(Protocol):
    """Whoever can talk to the assistant with a goal."""

    def say(self, seen: Seen | None) -> Said | None:
        """The next message; None when the conversation is over. seen: the last reply, None at the beginning."""
        ...


@dataclass
class _Mind:
    """What changes in the course of a conversation."""

    stated: dict[tuple[str, str], Wish] = field(default_factory=dict)
    list: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set)
    need: int = 0
    turn: int = 0
    unhelpful: int = 0
    changed: bool = False
    asked: bool = False
    curious: bool = False
    browses: bool = False
    last: Act = "open"
    taking: str = ""
    cheaper: bool = False


class RuleShopper:
    """One conversation of one goal. The same goal, seed and replies give the same messages."""

    def __init__(self, goal: Goal, catalogue: Catalogue, currency: str, seed: int) -> None:
        self._goal, self._catalogue = goal, catalogue
        self._rng = random.Random(f"talk {seed} {goal.number}")
        self._voice = Voice(WordsOf(catalogue, goal.language, currency), goal.style, goal.sloppy, self._rng)
        self._voice.target = goal.needs[0].target
        self._mind = _Mind(changed=goal.change is None, asked=goal.aside is None, curious=goal.curious, browses=goal.browses)

    def say(self, seen: Seen | None) -> Said | None:
        mind = self._mind
        mind.turn += 1
        if seen is None:
            return self._open("open")
        if mind.last in ("thanks", "leave"):
            return None
        return self._react(seen)

    # ── what to do ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _react(self, seen: Seen) -> Said | None:
        mind, goal = self._mind, self._goal
        if mind.last == "take" and seen.cart:
            return self._after_taking()
        if seen.products and mind.last not in ("details", "why", "compare", "take"):
            mind.list = seen.products
            mind.seen |= set(seen.products)
        shown = [self._catalogue.by_id[one] for one in mind.list if one in self._catalogue]
        good = [item for item in shown if item.id in self._need.fits and fulfils(item, self._wishes)]
        if mind.changed and good and (seen.products or mind.last in ("aside", "details", "why", "compare", "take")):
            mind.unhelpful = 0
            return self._content(good[0], shown, seen)
        if goal.aside and not mind.asked and mind.turn >= goal.aside.turn:
            return self._aside()
        if not mind.changed:
            return self._change()
        mind.unhelpful += mind.last != "aside"
        if mind.unhelpful > goal.patience:
            return self._said(self._voice.typed(self._voice.say("tired")), "leave")
        if not seen.products and mind.last != "aside":
            return self._without_products(seen)
        return self._criticise(shown, seen)

    def _content(self, good: Item, shown: Sequence[Item], seen: Seen) -> Said:
        """Something fits: ask for more or about it first, if that is the shopper's way, then take it."""
        mind, goal = self._mind, self._goal
        place = [item.id for item in shown].index(good.id) + 1
        if goal.aside and not mind.asked and mind.turn >= goal.aside.turn:
            return self._aside()
        if mind.browses:
            mind.browses = False
            self._mind.taking = good.id
            return self._said(self._voice.typed(self._voice.say("more")), "more")
        if mind.curious:
            mind.curious = False
            act: Act = self._rng.choice(("details", "why", "compare")) if len(shown) > 1 else "details"
            about = tuple(item.id for item in shown[:2]) if act == "compare" else (good.id,)
            return self._said(self._voice.at(act, place), act, items=about)
        if mind.last == "take" and (named := self._option(seen, self._voice.words.catalogue.text(good, self._goal.language).title)):
            return self._said(named, "take", items=(good.id,))
        mind.taking = good.id
        return self._said(self._voice.take(good.id, place, len(shown)), "take", items=(good.id,))

    def _after_taking(self) -> Said | None:
        mind = self._mind
        if mind.need + 1 < len(self._goal.needs):
            mind.need += 1
            mind.stated, mind.list, mind.taking, mind.cheaper = {}, (), "", False
            self._voice.target = self._need.target
            return self._open("next")
        return self._said(self._voice.typed(self._voice.say("thanks")), "thanks") if self._rng.random() < 0.3 else None

    def _without_products(self, seen: Seen) -> Said:
        """Nothing was shown: a question is answered, a dead end is met by saying all of it again."""
        mind = self._mind
        asks = seen.text.rstrip().endswith(("?", "？"))
        if asks and mind.last not in ("answer", "restate"):
            if option := next((one for one in (self._option(seen, name) for name in self._names()) if one), ""):
                return self._said(option, "answer")
            if untold := [wish for wish in self._wishes[1:] if wish.key not in mind.stated]:
                wish = min(untold, key=lambda one: one.kind != "use")
                self._tell(wish)
                said = self._voice.sentence(wish, self._leaf)
                return self._said(self._voice.typed(self._voice.say("answer", said=said)), "answer")
            return self._said(self._voice.with_kind("no_preference", self._wishes), "answer")
        return self._restate()

    def _criticise(self, shown: Sequence[Item], seen: Seen) -> Said:
        """What was shown does not fit: say the next thing that it breaks."""
        mind = self._mind
        broken = [wish for wish in self._wishes if shown and all(breaks(item, wish) for item in shown)]
        untold = [wish for wish in broken if wish.key not in mind.stated] or [
            wish for wish in self._wishes if wish.key not in mind.stated and any(breaks(item, wish) for item in shown)
        ]
        if mind.last in ("more", "details", "why", "compare") and mind.taking:
            mind.list = ()
        if untold:
            wish = self._rng.choice(untold)
            if wish.kind == "budget" and not mind.cheaper and self._rng.random() < 0.4:
                mind.cheaper = True
                return self._said(
                    self._tap(seen, "cheaper") or self._voice.typed(self._voice.say("cheaper")), "cheaper", below=min(item.price for item in shown)
                )
            self._tell(wish)
            return self._said(self._voice.critique(wish, self._leaf), "critique")
        if told := [wish for wish in broken if wish.kind not in ("kind", "use")]:
            if mind.last in ("critique", "restate") or self._rng.random() < 0.5:
                return self._said(self._voice.critique(self._rng.choice(told), self._leaf), "critique")
            return self._restate()
        if any(wish.kind == "kind" for wish in broken) or not shown:
            return self._restate()
        if self._rng.random() < 0.5:
            return self._said(self._tap(seen, "more") or self._voice.typed(self._voice.say("more")), "more")
        return self._said(self._voice.typed(self._voice.say("refuse")), "refuse")

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, act: Act) -> Said:
        """The need from its beginning, as far as it is told at once."""
        wishes = opening_wishes(self._need, self._goal.change) if act == "open" and not self._mind.changed else self._need.wishes
        first = [wish for wish in wishes if wish.kind == "kind" or wish.name in KIND_NAMES]
        others = [wish for wish in wishes if wish not in first]
        self._rng.shuffle(others)
        before = self._goal.change.before if self._goal.change and not self._mind.changed else None
        others.sort(key=lambda wish: wish is not before)  # what will be taken back has to be said
        told = [*first, *others[: self._rng.randint(1, TOLD_AT_ONCE[self._goal.style])]]
        for wish in told:
            self._tell(wish)
        return self._said(self._voice.opening(told, lead="lead" if act == "open" else "next"), act)

    def _restate(self) -> Said:
        for wish in self._wishes:
            self._tell(wish)
        again = self._voice.say("again")
        text = self._voice.opening(self._wishes)
        return self._said(f"{again}{'' if self._goal.language == 'zh' or not again else ' '}{text}", "restate")

    def _change(self) -> Said:
        mind, change = self._mind, self._goal.change
        assert change is not None  # noqa: S101 - only asked for where there is one
        mind.changed = True
        mind.stated.pop(change.before.key, None)
        if change.before.kind == "kind":  # what was said of the other kind was not said of this one
            mind.stated = {}
            for wish in self._need.wishes:
                if wish.name in KIND_NAMES:
                    self._tell(wish)
        if change.after:
            self._tell(change.after)
        return self._said(self._voice.change(change.before, change.after, self._wishes), "change")

    def _aside(self) -> Said:
        aside = self._goal.aside
        assert aside is not None  # noqa: S101 - only asked for where there is one
        self._mind.asked = True
        return self._said(self._voice.typed(spun(asides(self._goal.language)[aside.topic], self._rng)), "aside", sources=aside.sources)

    def _said(self, text: str, act: Act, *, items: tuple[str, ...] = (), sources: tuple[str, ...] = (), below: float = 0.0) -> Said:
        self._mind.last = act
        stated = (*self._mind.stated.values(), *((Wish("below", amount=below),) if below else ()))
        return Said(text, act, stated, items, sources, self._mind.need)

    # ── what is known ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _need(self) -> Need:
        return self._goal.needs[self._mind.need]

    @property
    def _wishes(self) -> tuple[Wish, ...]:
        """What holds now: before a change of mind, the wishes as they were."""
        return self._need.wishes if self._mind.changed else opening_wishes(self._need, self._goal.change)

    @property
    def _leaf(self) -> str:
        return self._wishes[0].value

    def _tell(self, wish: Wish) -> None:
        self._mind.stated[wish.key] = wish

    def _names(self) -> tuple[str, ...]:
        """What the kind is called, at any level."""
        return tuple(
            self._catalogue.category_name(level, self._goal.language) for level in (self._leaf, *self._catalogue.category_by_leaf[self._leaf].path)
        )

    def _option(self, seen: Seen, text: str) -> str:
        """The quick reply that says exactly `text`."""
        return next((option for option in seen.options if folded(option) == folded(text)), "")

    def _tap(self, seen: Seen, act: str) -> str:
        """A quick reply with the sense of `act`, for shoppers who would rather tap."""
        cues = {"cheaper": ("便宜", "cheaper"), "more": ("换一批", "others")}[act]
        found = next((option for option in seen.options if any(cue in option for cue in cues)), "")
        return found if found and self._rng.random() < TAPS else ""
