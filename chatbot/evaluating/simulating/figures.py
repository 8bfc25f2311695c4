"""What a simulation came to, as JSON values: success, turns, violations, repeats, recall, by language and style, and the conversations.

Counts and decides nothing; the page and the command line read what stands here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from chatbot.evaluating.measures import exposure, reliability, spans, times
from chatbot.evaluating.simulating.goals import Goal, Need
from chatbot.evaluating.simulating.running import Exchange, Visit
from chatbot.shop.catalogue import Catalogue

__all__ = ["simulation_figures"]


def simulation_figures(visits: Sequence[Visit], catalogue: Catalogue, *, turns: int, seed: int, shop: str) -> dict[str, Any]:
    """Everything that reports show of `visits`. turns: within how many a success counts."""
    exchanges = [one for visit in visits for one in visit.exchanges]
    won = [visit.won for visit in visits if visit.won]
    timings = [one.reply.timing_ms for one in exchanges if one.reply]
    return {
        "shoppers": len(visits), "seed": seed, "turns_allowed": turns, "shop": shop, "items": len(catalogue),
        "success": _share(len(won), len(visits)), "turns_to_success": _share(sum(won), len(won)),
        "success_by_turn": [_share(sum(1 <= one <= turn for one in won), len(visits)) for turn in range(1, turns + 1)],
        "found_by_turn": [_share(sum(1 <= visit.found <= turn for visit in visits), len(visits)) for turn in range(1, turns + 1)],
        "recall_by_turn": [_share(sum(1 <= visit.hit <= turn for visit in visits), len(visits)) for turn in range(1, turns + 1)],
        "violations": sum(len(one.verdict.violations) for one in exchanges),
        "shoppers_with_violations": sum(any(one.verdict.violations for one in visit.exchanges) for visit in visits),
        "repeats": sum(len(one.verdict.repeats) for one in exchanges),
        "asides": sum(one.said.act == "aside" for one in exchanges),
        "unanswered": sum(one.verdict.unanswered for one in exchanges), "answered_off": sum(one.verdict.off for one in exchanges),
        "ungrounded": sum(not one.reply.grounded for one in exchanges if one.reply), "crashes": sum(visit.crashed for visit in visits),
        "messages": len(exchanges), "phrased_by_model": sum(one.reply.phrased_by == "model" for one in exchanges if one.reply),
        "by_language": _by(visits, lambda goal: goal.language), "by_style": _by(visits, lambda goal: goal.style),
        "by_wishes": _by(visits, lambda goal: str(len(goal.needs[0].wishes) - 1)), "by_kind": _by(visits, lambda goal: goal.needs[0].wishes[0].value),
        "by_change": _by(visits, lambda goal: goal.change.before.kind if goal.change else "none"),
        "acts": _acts(visits), "calibration": reliability(_confidences(exchanges)), "timing_ms": times(timings), "time_spent": spans(timings),
        "exposure": exposure(Counter(product.id for one in exchanges if one.reply for product in one.reply.products), catalogue),
        "visits": [_as_json(visit) for visit in visits],
    }  # fmt: skip


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _by(visits: Sequence[Visit], group: Any) -> dict[str, dict[str, Any]]:
    """Success and violations of each group of goals."""
    groups: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        groups[group(visit.goal)].append(visit)
    return {
        name: {
            "shoppers": len(some), "success": _share(sum(bool(visit.won) for visit in some), len(some)),
            "violations": sum(len(one.verdict.violations) for visit in some for one in visit.exchanges),
        }
        for name, some in sorted(groups.items())
    }  # fmt: skip


def _acts(visits: Sequence[Visit]) -> dict[str, dict[str, dict[str, Any]]]:
    """By what a message was meant as and by language: how many, and how many were understood as it."""
    counted: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for visit in visits:
        for one in visit.exchanges:
            if one.reply:
                counted[one.said.act][visit.goal.language].append(one.verdict.understood)
    return {
        act: {language: {"messages": len(some), "understood": _share(sum(some), len(some))} for language, some in sorted(languages.items())}
        for act, languages in sorted(counted.items())
    }


def _confidences(exchanges: Iterable[Exchange]) -> list[tuple[float, bool]]:
    """(confidence of the intent, whether it was meant) of every message."""
    return [(one.reply.understanding["intent"]["confidence"], one.verdict.understood) for one in exchanges if one.reply]


def _as_json(visit: Visit) -> dict[str, Any]:
    return {
        "number": visit.goal.number, "language": visit.goal.language, "style": visit.goal.style, "won": visit.won, "found": visit.found, "hit": visit.hit,
        "goal": _goal_in_words(visit.goal), "exchanges": [_exchange(one) for one in visit.exchanges],
    }  # fmt: skip


def _goal_in_words(goal: Goal) -> str:
    """The goal on one line, for people who read a conversation."""
    words = " + ".join(map(_need_in_words, goal.needs))
    if goal.change:
        before, after = goal.change.before, goal.change.after
        words += f"; first {before.kind} {before.value or f'{before.amount:g}'}, then {(after.value or f'{after.amount:g}') if after else 'any'}"
    return words + (f"; asks about {goal.aside.topic}" if goal.aside else "")


def _need_in_words(need: Need) -> str:
    return (
        ", ".join(" ".join(filter(None, (wish.kind, wish.name, wish.value or f"{wish.amount:g}"))) for wish in need.wishes)
        + f" ({len(need.fits)} fit)"
    )


def _exchange(one: Exchange) -> dict[str, Any]:
    said = {"act": one.said.act, "user": one.said.text}
    faults = {
        "violations": list(one.verdict.violations), "repeats": list(one.verdict.repeats), "unanswered": one.verdict.unanswered, "off": one.verdict.off,
        "misunderstood": not one.verdict.understood, "error": one.error,
    }  # fmt: skip
    shown: dict[str, Any] = {}
    if one.reply:
        intent = one.reply.understanding["intent"]
        shown = {
            "text": one.reply.text, "products": [[product.id, product.title, product.price] for product in one.reply.products], "intent": intent["name"],
            "confidence": round(intent["confidence"], 3), "constraints": dict(one.reply.understanding["constraints"]), "grounded": one.reply.grounded, "sources": [source.id for source in one.reply.sources],
            "phrased_by": one.reply.phrased_by, "trace": list(one.reply.trace), "action": one.reply.action["name"] if one.reply.action else "",
        }  # fmt: skip
    return said | shown | {name: value for name, value in faults.items() if value}
