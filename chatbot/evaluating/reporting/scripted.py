"""What the page shows of scripted dialogues, beyond the figures that all reports share: by intent and language, calibration, times, exposure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from chatbot.evaluating.measures import reliability, spans, times
from chatbot.evaluating.runner import Result
from chatbot.values import Reply

__all__ = ["scripted_figures"]

_EXPOSED = 15
"""Products that are named: those shown most."""


def scripted_figures(results: Sequence[Result]) -> dict[str, Any]:
    """JSON values that stand beside `reports.figures`."""
    replies = [turn.reply for result in results for turn in result.turns if turn.reply]
    timings = [reply.timing_ms for reply in replies]
    asserted = list(_asserted(results))
    shown = Counter((product.id, product.title) for reply in replies for product in reply.products)
    return {
        "by_intent": _by_intent(asserted),
        "calibration": reliability([(confidence, right) for _, reply, right in asserted if (confidence := _confidence(reply)) is not None]),
        "distributions": times(timings),
        "time_spent": spans(timings),
        "most_shown": [[title, count] for (_, title), count in shown.most_common(_EXPOSED)],
    }


def _confidence(reply: Reply) -> float | None:
    """That of the intent; None where nothing was weighed."""
    found = reply.understanding["intent"].get("confidence")
    return None if found is None else float(found)


def _asserted(results: Sequence[Result]) -> Iterator[tuple[str, Reply, bool]]:
    """(intent, reply, whether it was understood) of every step that asserts an intent."""
    for result in results:
        for step, turn in zip(result.dialogue.steps, result.turns, strict=False):
            for one in step.assertions:
                if one.name == "intent" and turn.reply:
                    wanted = one.value if isinstance(one.value, str) else one.value[0]
                    yield wanted, turn.reply, not any(fault.startswith("intent:") for fault in turn.complaints)


def _by_intent(asserted: Sequence[tuple[str, Reply, bool]]) -> dict[str, dict[str, dict[str, float]]]:
    """By intent and language: how many steps assert it, and the share that was understood."""
    counted: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for intent, reply, right in asserted:
        counted[intent][reply.language].append(right)
    return {
        intent: {language: {"steps": len(some), "passed": round(sum(some) / len(some), 4)} for language, some in sorted(languages.items())}
        for intent, languages in sorted(counted.items())
    }
