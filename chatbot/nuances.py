"""What the words of a message mean for a search beyond its constraints: cheap or good, nothing in particular, not sold here. Pure."""

import re

from chatbot.dialogue.blank import asks_for_anything
from chatbot.dialogue.meaning import TELLING
from chatbot.dialogue.state import Step
from chatbot.recommending.recommender import DeadEnd
from chatbot.values import State, Understanding

__all__ = ["asks_for_unknown", "critique_of", "ended", "purse", "says_nothing"]

SPECIFIC = 0.3
"""Probability of the likeliest kind from which words that name none still point at one."""
FRUGAL, GENEROUS = 0.45, 2.0
"""Shares of a kind's usual price that "cheap" and "good" mean: its lower and upper fifth in the demo shop."""

_CHEAPEST = re.compile(r"\b(?:cheapest|least expensive|lowest[- ]priced?)\b|最便宜|最低价", re.IGNORECASE)
_SELLS = re.compile(r"\b(?:do you|d'you) (?:have|sell|stock|carry|do)\b|\bgot any\b|有没有|有.{1,8}卖|卖.{1,8}吗|有.{1,6}吗", re.IGNORECASE)


def purse(understanding: Understanding) -> float:
    """What the shopper means to pay against what is usual, where words and no numbers say it."""
    if _CHEAPEST.search(understanding.text):
        return 0.0
    return FRUGAL if "cheaper" in understanding.critiques else GENEROUS if "dearer" in understanding.critiques else 1.0


def critique_of(understanding: Understanding, state: State) -> str:
    """The nuance of a reply that follows a critique, "" where there is none."""
    if understanding.comparatives and any(bound.than for bound in state.bounds):
        return "measured"
    found = [name for name in ("reduced", "cheaper", "dearer", "similar", "another", "more") if name in understanding.critiques]
    return found[0] if found else ""


def asks_for_unknown(understanding: Understanding) -> bool:
    """Whether a kind is asked for that no word or likeness of the catalogue stands for: "do you sell fridges?"."""
    likely = understanding.interests[0].probability if understanding.interests else 0.0
    wished = understanding.soft and any(slot.name in ("use", "attribute", "recipient") for slot in understanding.slots)  # not the car of car tyres
    bare = not (understanding.topics or understanding.criticises or understanding.unknown_brand or wished or understanding.constraints.named())
    return bare and understanding.detail >= TELLING and likely < SPECIFIC and bool(_SELLS.search(understanding.text))


def ended(understanding: Understanding, step: Step, end: DeadEnd) -> str:
    """ "cheaper", "dearer" or "measured" where a critique led to the end of what there is."""
    state = step.state
    if understanding.comparatives and end.blocking[:1] == tuple(f"bounds.{bound.attribute}" for bound in state.bounds[-1:]):
        return "measured"
    if end.blocking[:1] != ("bounds",):
        return ""
    return (
        "cheaper" if "cheaper" in understanding.critiques and state.below else "dearer" if "dearer" in understanding.critiques and state.above else ""
    )


def says_nothing(understanding: Understanding, state: State) -> bool:
    """Whether the words point at no kind of thing: "recommend me something"."""
    likely = understanding.interests[0].probability if understanding.interests else 0.0
    bare = not (state.constraints.named() or state.soft or understanding.topics or len(state.need) > 1)
    vague = understanding.detail < TELLING or likely < SPECIFIC or asks_for_anything(understanding)
    return bare and (vague or bool(understanding.critiques))  # 换一批 of such a list is one more
