"""What a reply did wrong, judged from outside: by the catalogue and by what the shopper had said until then.

The judge may look into the Reply, the shopper may not. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.evaluating.simulating.goals import Wish, breaks
from chatbot.evaluating.simulating.shopper import Act, Said
from chatbot.shop.catalogue import Catalogue
from chatbot.values import IntentName, Reply

__all__ = ["MEANT", "Verdict", "judged"]

MEANT: dict[Act, tuple[IntentName, ...]] = {
    "open": ("recommend",), "next": ("recommend", "refine"), "restate": ("recommend", "refine"), "answer": ("recommend", "refine"),
    "critique": ("refine", "reject", "recommend", "details"), "change": ("refine", "recommend"), "cheaper": ("refine", "reject"), "more": ("refine",), "refuse": ("reject", "refine"),
    "aside": ("service", "order"), "details": ("details", "explain"), "compare": ("compare",), "why": ("explain",), "take": ("choose",), "thanks": ("thanks", "goodbye"),
    "leave": ("goodbye", "reject"),
}  # fmt: skip
"""The intents that each kind of message may be taken for."""
ABOUT_ITEMS: tuple[Act, ...] = ("details", "compare", "why", "take", "aside", "thanks", "leave")
"""Messages that ask for no recommendation: what is shown then is what they point at."""
_ABOUT_SHOWN: tuple[IntentName, ...] = ("details", "explain", "compare")
_MISS = re.compile(
    r"\bnothing\b|\bno(?:ne)? (?:of|in|with|under|below|from)\b|\bclosest\b|\bnearest\b|don't have|doesn't have|isn't|aren't|not (?:quite|available|in)\b|over your|above your|without\b"
    r"|没有|暂时没|最接近|最近的|超出|超了|不含|不带|差一点|不完全|除了",
    re.IGNORECASE,
)
"""Words by which a text tells openly that something is missing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """violations: a line for each product that breaks what was stated. repeats: ids shown again unasked. unanswered: a question
    about the shop got no source; off: it got another entry's. understood: the intent was one that was meant."""

    violations: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    unanswered: bool = False
    off: bool = False
    understood: bool = True


def judged(said: Said, reply: Reply, shown_before: Sequence[str], catalogue: Catalogue) -> Verdict:
    """The faults of one reply. shown_before: ids of products that earlier replies to this need showed."""
    understood = reply.understanding["intent"]["name"] in MEANT[said.act]
    if said.act == "aside":
        ids = {source.id for source in reply.sources}
        return Verdict(unanswered=not ids, off=bool(ids) and not ids & set(said.sources), understood=understood)
    if said.act in ABOUT_ITEMS:
        return Verdict(understood=understood)
    violations = []
    if reply.action and reply.action.get("name") == "add_to_cart":
        violations.append(f"{reply.action.get('item')}: put into the cart unasked")
    elif reply.understanding["intent"]["name"] in _ABOUT_SHOWN and all(product.id in shown_before for product in reply.products):
        return Verdict(understood=understood)  # a question about what was shown is answered with what was shown
    for product in reply.products:
        item = catalogue.by_id[product.id]
        broken = [wish for wish in said.stated if breaks(item, wish)] + ([] if item.in_stock else [Wish("kind", "in stock")])
        if broken and not _MISS.search(reply.text):
            violations.append(f"{product.id} {product.title}: {', '.join(map(_in_words, broken))}")
    asked_for_others = said.act in ("more", "refuse", "cheaper")
    repeats = tuple(product.id for product in reply.products if asked_for_others and product.id in shown_before)
    return Verdict(tuple(violations), repeats, understood=understood)


def _in_words(wish: Wish) -> str:
    named = f"{wish.name} {wish.value}".strip() or f"{wish.amount:g}"
    return f"{wish.kind} {named}"
