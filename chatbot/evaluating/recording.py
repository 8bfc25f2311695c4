"""A conversation of the store → a scripted dialogue that asserts its state and facts, never its wording.

Personal data does not come along: e-mails and phone numbers are masked, and a conversation about an order ends before
the first message that says whose order it is, which nobody can say again without it. What else a shopper may have told
of themselves, a person has to read for. Runs nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbot.errors import DialogueError, brief
from chatbot.masking import mask_text
from chatbot.store import Store, Turn

__all__ = ["Recording", "record"]

_ORDER_ACTIONS = ("order_status", "order_change")
_TELLS_WHOSE = re.compile(r"\d|\*\*\*|@")
"""A number, a proof, or what the store has masked."""
_OF_ITEMS = ("compare", "details", "explain", "choose")
"""Intents whose products are the very ones that were spoken of."""


@dataclass(frozen=True, slots=True)
class Recording:
    """remarks: what could not be taken along, for a person."""

    dialogue: Mapping[str, Any]
    remarks: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write the file, never over another. Raises DialogueError."""
        text = yaml.safe_dump({"test_cases": [self.dialogue]}, allow_unicode=True, sort_keys=False, width=150, default_flow_style=None)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise DialogueError(f"the file {path} is there already", fix="give another --into") from error
        except OSError as error:
            raise DialogueError(f"the file {path} cannot be written: {error.strerror}", fix="give another --into") from error


def record(store: Store, session: str) -> Recording:
    """The conversation as a scripted dialogue. Raises SessionUnknown, and DialogueError where nothing of it can be told."""
    turns = store.turns(session)
    kept = _tellable(turns)
    if not kept:
        raise DialogueError(
            f"the session {brief(session, 12)} has no turn that can be recorded", fix="give a session with messages that name no order"
        )
    events = store.first_events(session)
    remarks = [f"{len(kept)} of {len(turns)} turns recorded; read the file for names and other personal data before you keep it"]
    if len(kept) < len(turns):
        remarks.append(f"turn {len(kept) + 1} says whose order it is, and stays out with all behind it")
    if len(store.events(session)) > len(events):
        remarks.append("what the shopper clicked on between the turns is left out: a dialogue has events before its first step alone")
    dialogue = {
        "test_case": f"recorded_{session[:8]}", "why": "a conversation as it was; say here what it keeps true",
        **({"events": [{"type": one.type, "item": one.item} for one in events]} if events else {}),
        "steps": [{"user": mask_text(turn.message), "assertions": _assertions(turn.reply)} for turn in kept],
    }  # fmt: skip
    return Recording(dialogue, tuple(remarks))


def _tellable(turns: Sequence[Turn]) -> Sequence[Turn]:
    for place, turn in enumerate(turns):
        about_order = (turn.reply.get("action") or {}).get("name") in _ORDER_ACTIONS or turn.reply["understanding"]["intent"]["name"] == "order"
        if about_order and _TELLS_WHOSE.search(turn.message):
            return turns[:place]
    return turns


def _assertions(reply: Mapping[str, Any]) -> list[dict[str, Any]]:
    intent, constraints = reply["understanding"]["intent"]["name"], reply["understanding"]["constraints"]
    found: list[dict[str, Any]] = [{"intent": intent}]
    if constraints:
        found.append({"constraints": dict(constraints)})
    found.append({"products": _products(reply["products"], intent, constraints)})
    if reply["sources"]:
        found.append({"sources": [source["id"] for source in reply["sources"]]})
    found.append({"action": (reply["action"] or {"name": "none"})["name"]})
    if reply["grounded"]:
        found.append({"grounded": True})
    return [*found, {"language": reply["language"]}]


def _products(products: Sequence[Mapping[str, Any]], intent: str, constraints: Mapping[str, Any]) -> dict[str, Any]:
    if not products:
        return {"max": 0}
    if intent in _OF_ITEMS:
        return {"min": len(products), "max": len(products), "every": {"id": [one["id"] for one in products]}}
    prices = [one["price"] for one in products]
    every: dict[str, Any] = {}
    if len({one["category"][-1] for one in products}) == 1:
        every["category"] = products[0]["category"][-1]
    if "price_max" in constraints and max(prices) <= constraints["price_max"]:
        every["price_lte"] = constraints["price_max"]
    if "price_min" in constraints and min(prices) >= constraints["price_min"]:
        every["price_gte"] = constraints["price_min"]
    if isinstance(constraints.get("brand"), str) and len({one["brand"] for one in products}) == 1:
        every["brand"] = products[0]["brand"]
    if all(one["in_stock"] for one in products):
        every["in_stock"] = True
    return {"min": 1, **({"every": every} if every else {})}
