"""Conversations to read: the worst of the shoppers', the dialogues that failed. Every text of them is escaped."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.evaluating.reporting.charts import escaped

__all__ = ["failed_dialogues", "worst_conversations"]

WORST = 10
_WEIGHTS = {"error": 100.0, "violations": 20.0, "unanswered": 4.0, "off": 2.0, "misunderstood": 2.0, "repeats": 1.5}
UNGROUNDED, LOST, NEVER_SEEN = 30.0, 10.0, 3.0


def worst_conversations(shoppers: Mapping[str, Any] | None) -> str:
    """The ten that went worst, worst first."""
    visits = sorted((shoppers or {}).get("visits", ()), key=_badness, reverse=True)[:WORST]
    return "".join(_visit(visit) for visit in visits if _badness(visit) > 0)


def _badness(visit: Mapping[str, Any]) -> float:
    """How bad a conversation was: faults by weight, more where the shopper left with nothing."""
    faults = sum(
        weight * (len(one[name]) if isinstance(one.get(name), list) else bool(one.get(name)))
        for one in visit["exchanges"]
        for name, weight in _WEIGHTS.items()
    )
    ungrounded = sum(UNGROUNDED for one in visit["exchanges"] if not one.get("grounded", True))
    return float(faults + ungrounded + (0 if visit["won"] else LOST) + (0 if visit["found"] else NEVER_SEEN))


def _visit(visit: Mapping[str, Any]) -> str:
    end = (
        f"served in turn {visit['won']}"
        if visit["won"]
        else "saw something that fits and did not get it"
        if visit["found"]
        else "never saw anything that fits"
    )
    body = "".join(_exchange(one) for one in visit["exchanges"])
    return f"<details class=talk><summary>Shopper {visit['number']}, {escaped(visit['style'])}: {end}</summary><p class=goal>{escaped(visit['goal'])}</p>{body}</details>"


def _exchange(one: Mapping[str, Any]) -> str:
    products = "".join(f"<li>{escaped(title)} <em>{price:g}</em></li>" for _, title, price in one.get("products", ()))
    faults = [*(f"against what was said: {fault}" for fault in one.get("violations", ())), *([f"error: {one['error']}"] if one.get("error") else [])]
    faults += ["not answered"] if one.get("unanswered") else []
    faults += [f"answered from {', '.join(one['sources'])}"] if one.get("off") else []
    faults += [f"taken for {one['intent']} ({one['confidence']:.2f}), meant as {one['act']}"] if one.get("misunderstood") else []
    faults += ["shown again unasked"] if one.get("repeats") else []
    faults += ["not grounded"] if not one.get("grounded", True) else []
    return _bubbles(one["user"], one.get("text", ""), products, faults)


def failed_dialogues(dialogues: Mapping[str, Any] | None) -> str:
    """Every dialogue of the scripts, failures first and open."""
    found = sorted((dialogues or {}).get("dialogues", ()), key=lambda one: bool(one["passed"]))
    return "".join(_dialogue(one) for one in found)


def _dialogue(one: Mapping[str, Any]) -> str:
    mark = "<span class=good>✓</span>" if one["passed"] else "<span class=bad>✗</span>"
    body = "".join(_bubbles(turn["user"], (turn["reply"] or {}).get("text", ""), "", turn["complaints"]) for turn in one["turns"])
    why = f": {escaped(one['why'])}" if one.get("why") else ""
    return f"<details class=talk{'' if one['passed'] else ' open'}><summary>{mark} {escaped(one['test_case'])}{why}</summary>{body}</details>"


def _bubbles(user: str, text: str, products: str, faults: Sequence[str]) -> str:
    told = "".join(f"<p class=fault>{escaped(fault)}</p>" for fault in faults)
    return f"<p class=user>{escaped(user)}</p><div class=bot>{escaped(text)}{f'<ul>{products}</ul>' if products else ''}</div>{told}"
