"""A conversation about an order, step by step: state + message → state. Pure; knows no order, no rule and no wording.

Whatever is missing is asked for: the number, a proof, what to do, which items, in what state they are, the detail of the
change, and last a clear yes to what was read back. A message about something else ends it, and nothing has happened.
"""

import re
from dataclasses import replace

from chatbot.dialogue.order_grammar import Heard
from chatbot.order_values import CHANGES, Awaited, Ordering
from chatbot.text import folded, is_han

__all__ = ["concerns", "dropped", "picked", "taken"]

SHARED = 0.5
"""Share of a choice's words from which a message that says them names it; in Chinese, of its pairs of characters."""
_ASKED: tuple[Awaited, ...] = ("number", "proof", "operation", "lines", "sealed", "variant", "address", "title", "tax", "confirm")
_ALL = re.compile(r"全部|都|两件|两个|一起|所有|\b(?:all|both|everything|the lot|whole order)\b")
_PLACES = (
    (re.compile(r"第一|\b(?:the )?first\b|\b1st\b"), 0), (re.compile(r"第二|\bsecond\b|\b2nd\b"), 1), (re.compile(r"第三|\bthird\b|\b3rd\b"), 2),
    (re.compile(r"最后|\blast\b"), -1),
)  # fmt: skip
_LATIN = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def concerns(before: Ordering | None, heard: Heard) -> bool:
    """Whether a message is about an order, by what it says and what was asked for."""
    if heard.number:
        return True
    if before is None:
        return heard.wants
    if heard.wants or (before.number and heard.operation and not heard.asks_how):
        return True
    fits = {
        "number": bool(heard.any_number or heard.digits or heard.email),
        "proof": bool(heard.email or heard.digits or heard.any_number),
        "operation": heard.answer == "no" and len(heard.text) < 12,
        "lines": bool(picked(heard.text, before.choices)) or heard.answer == "no",
        "sealed": heard.sealed is not None or heard.answer != "",
        "variant": bool(heard.size or picked(heard.text, before.choices)) or heard.answer == "no",
        "address": bool(heard.address) or heard.answer == "no",
        "title": bool(heard.personal or heard.company or heard.tax) or heard.answer == "no",
        "tax": bool(heard.tax or heard.personal) or heard.answer == "no",
        "confirm": heard.answer != "",
        "done": heard.answer == "yes",
    }
    return (
        fits.get(before.awaits, False) or (heard.insists and before.awaits in (*_ASKED, "refused")) or (heard.faulty and before.operation is not None)
    )


def taken(before: Ordering | None, heard: Heard) -> Ordering:
    """The conversation after a message that concerns an order."""
    now = replace(before, agreed=False, picked=()) if before else Ordering()
    number = heard.number or (heard.any_number if now.awaits == "number" else "")
    if number and number != now.number:
        going_on = now.awaits in ("number", "proof")
        return _begun(number, heard, now if going_on and not heard.operation else None)
    if heard.answer == "no" and now.operation in CHANGES and now.awaits in _ASKED and now.awaits != "sealed":
        return Ordering(number=now.number, operation=now.operation, awaits="declined")
    if now.awaits == "confirm" and heard.answer == "yes" and heard.operation in (None, now.operation):
        return replace(now, agreed=True)
    if now.awaits == "done" and heard.answer == "yes":
        return replace(now, awaits="done_again")
    if (
        heard.operation
        and heard.operation != now.operation
        and not (now.awaits in ("title", "tax", "variant", "address") and heard.operation == "invoice")
    ):
        return _begun(now.number, heard)
    if now.awaits in ("done", "refused", "declined") and heard.operation and not heard.insists:
        return _begun(now.number, heard)
    opened = now.opened
    if now.awaits == "sealed":
        opened = not heard.sealed if heard.sealed is not None else heard.answer != "yes" if heard.answer else opened
    return replace(
        now,
        opened=opened,
        details={**now.details, **_details(heard)},
        picked=picked(heard.text, now.choices) if now.awaits in ("lines", "variant") else (),
    )


def dropped(before: Ordering | None) -> Ordering | None:
    """The conversation after a message about something else: whose order it was is kept, what was to be done is not."""
    return Ordering(number=before.number) if before and before.number else None


def _begun(number: str, heard: Heard, before: Ordering | None = None) -> Ordering:
    """The conversation at the beginning of an operation. before: one that goes on with another number."""
    if before:
        return Ordering(number=number, operation=before.operation, details={**before.details, **_details(heard)}, said=before.said)
    return Ordering(number=number, operation=heard.operation, details=_details(heard), said="" if heard.address else heard.words)


def _details(heard: Heard) -> dict[str, str]:
    found = {"size": heard.size, "address": heard.address, "company": heard.company, "tax": heard.tax, "personal": "yes" if heard.personal else ""}
    return {name: value for name, value in found.items() if value}


def picked(text: str, choices: tuple[str, ...]) -> tuple[int, ...]:
    """The places of the choices that a message names: all, by number, or by words of theirs that no other choice has."""
    if not choices:
        return ()
    said = folded(text)
    if _ALL.search(said):
        return tuple(range(len(choices)))
    places = [place % len(choices) for pattern, place in _PLACES if pattern.search(said) and (place < len(choices) or place < 0)]
    if places:
        return tuple(dict.fromkeys(places))
    words = [_grams(choice) for choice in choices]
    heard = _grams(said)
    found = []
    for place, own in enumerate(words):
        others = frozenset().union(*(grams for other, grams in enumerate(words) if other != place))
        telling = own - others
        if telling and (telling & heard if len(choices) > 1 else len(own & heard) >= SHARED * len(own)):
            found.append(place)
    return tuple(found)


def _grams(text: str) -> frozenset[str]:
    """Latin words of two letters or more without their plural, and pairs of neighbouring Chinese characters; one that stands alone counts."""
    flat = folded(text)
    latin = {word.removesuffix("s") if len(word) > 3 else word for word in _LATIN.findall(flat) if len(word) > 1}
    runs = _HAN.findall(flat)
    pairs = {run[start : start + 2] for run in runs for start in range(max(1, len(run) - 1))}
    colours = {run[0] for run in runs if len(run) <= 2 and run.endswith("色") and is_han(run[0])}
    return frozenset(latin | pairs | colours)
