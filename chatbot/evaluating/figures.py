"""Results of dialogues → figures as JSON values, the shape of `evaluate --json`. Computes; reads and writes nothing.

The document, `SCHEMA` 1:

    schema       1
    about        how it was run: shop, generator, seed, workers, seconds (what the command knows; may be empty)
    passed       dialogues that passed every time          failed    the others
    flaky        names of those that passed sometimes      repeat    runs of each dialogue
    pass_1       mean share of runs that pass              pass_k    pass^k for k = repeat
    pass_hat     {"1": …, "2": …, …}: pass^k for every k, the mean over dialogues of C(passed, k) / C(runs, k), which
                 estimates without bias how likely k runs of one dialogue all pass
    turns        replies that came                         ungrounded, phrased_by_model: how many of them
    timing_ms    for every timing of a Reply: {"p50", "p95", "count"}
    dialogues    one entry a run, in the order of the files: test_case, why, file, language (asked of the bot, or null),
                 attempt, passed, milliseconds (of all its turns), turns: [{user, passed, complaints, timing_ms, reply}];
                 reply is the Reply, or null where the turn failed
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import comb
from typing import Any

from chatbot.evaluating.runner import Result, TurnResult

__all__ = ["SCHEMA", "figures", "flaky", "pass_hat", "percentile"]

SCHEMA = 1


def figures(results: Sequence[Result], about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the reports show."""
    runs = _by_dialogue(results)
    replies = [turn.reply for result in results for turn in result.turns if turn.reply]
    times: dict[str, list[float]] = defaultdict(list)
    for reply in replies:
        for name, value in reply.timing_ms.items():
            times[name].append(value)
    always = [all(passes) for passes in runs.values()]
    repeat = max(map(len, runs.values()), default=0)
    shares = {str(k): pass_hat(runs.values(), k) for k in range(1, repeat + 1)}
    return {
        "schema": SCHEMA, "about": dict(about or {}), "passed": sum(always), "failed": len(always) - sum(always), "flaky": flaky(results), "repeat": repeat,
        "pass_1": shares.get("1", 0.0), "pass_k": shares.get(str(repeat), 0.0), "pass_hat": shares,
        "turns": len(replies), "ungrounded": sum(not reply.grounded for reply in replies),
        "phrased_by_model": sum(reply.phrased_by == "model" for reply in replies),
        "timing_ms": {
            name: {"p50": round(statistics.median(values), 1), "p95": round(percentile(values, 0.95), 1), "count": len(values)} for name, values in times.items()
        },
        "dialogues": [_as_json(result) for result in results],
    }  # fmt: skip


def pass_hat(runs: Iterable[Sequence[bool]], k: int) -> float:
    """pass^k over dialogues that were run at least k times: the mean of C(passed, k) / C(runs, k)."""
    shares = [comb(sum(passes), k) / comb(len(passes), k) for passes in runs if len(passes) >= k]
    return statistics.fmean(shares) if shares else 0.0


def flaky(results: Sequence[Result]) -> list[str]:
    """The dialogues that passed sometimes and not always."""
    return [name for name, passes in _by_dialogue(results).items() if len(set(passes)) > 1]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _by_dialogue(results: Sequence[Result]) -> dict[str, list[bool]]:
    runs: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        runs[result.dialogue.name].append(result.passed)
    return runs


def _as_json(result: Result) -> dict[str, Any]:
    dialogue = result.dialogue
    return {
        "test_case": dialogue.name, "why": dialogue.why, "file": dialogue.file, "language": dialogue.language, "attempt": result.attempt,
        "passed": result.passed, "milliseconds": round(result.milliseconds, 1), "turns": [_turn_as_json(turn) for turn in result.turns],
    }  # fmt: skip


def _turn_as_json(turn: TurnResult) -> dict[str, Any]:
    return {
        "user": turn.user, "passed": not turn.complaints, "complaints": list(turn.complaints),
        "timing_ms": dict(turn.reply.timing_ms) if turn.reply else {}, "reply": turn.reply.as_json() if turn.reply else None,
    }  # fmt: skip
