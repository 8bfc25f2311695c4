"""Results of dialogues as text, JSON and JUnit; `reporting` makes a page of them. Computes, writes, decides nothing."""

import json
import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from chatbot.errors import DialogueError
from chatbot.evaluating.runner import Result

__all__ = ["figures", "summary", "write_json", "write_junit"]


def summary(results: Sequence[Result]) -> str:
    """The figures in a few lines; the last is 'N passed, M failed', in dialogues that passed every time."""
    found = figures(results)
    timings = "; ".join(f"{name} p50 {one['p50']:g} p95 {one['p95']:g}" for name, one in found["timing_ms"].items())
    lines = [
        f"{found['turns']} turns, {found['ungrounded']} ungrounded, {found['phrased_by_model']} phrased by the model",
        f"pass^1 {found['pass_1']:.3f}" + (f", pass^{found['repeat']} {found['pass_k']:.3f}" if found["repeat"] > 1 else ""),
        f"milliseconds: {timings}" if timings else "",
        f"{found['passed']} passed, {found['failed']} failed",
    ]
    return "\n".join(line for line in lines if line)


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Everything the reports show, as JSON values. pass_1: share of runs that pass; pass_k: of dialogues that always do."""
    by_dialogue: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_dialogue[result.dialogue.name].append(result)
    replies = [turn.reply for result in results for turn in result.turns if turn.reply]
    times: dict[str, list[float]] = defaultdict(list)
    for reply in replies:
        for name, value in reply.timing_ms.items():
            times[name].append(value)
    always = [all(result.passed for result in runs) for runs in by_dialogue.values()]
    return {
        "passed": sum(always),
        "failed": len(always) - sum(always),
        "repeat": max((len(runs) for runs in by_dialogue.values()), default=0),
        "pass_1": sum(result.passed for result in results) / max(1, len(results)),
        "pass_k": sum(always) / max(1, len(always)),
        "turns": len(replies),
        "ungrounded": sum(not reply.grounded for reply in replies),
        "phrased_by_model": sum(reply.phrased_by == "model" for reply in replies),
        "timing_ms": {
            name: {"p50": round(statistics.median(values), 1), "p95": round(_percentile(values, 0.95), 1)} for name, values in times.items()
        },
        "dialogues": [_as_json(result) for result in results],
    }


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _as_json(result: Result) -> dict[str, Any]:
    return {
        "test_case": result.dialogue.name, "file": result.dialogue.file, "attempt": result.attempt, "passed": result.passed,
        "turns": [{"user": turn.user, "complaints": list(turn.complaints), "reply": turn.reply.as_json() if turn.reply else None} for turn in result.turns],
    }  # fmt: skip


def write_json(path: Path, results: Sequence[Result]) -> None:
    _write(path, json.dumps(figures(results), ensure_ascii=False, indent=1) + "\n")


def write_junit(path: Path, results: Sequence[Result]) -> None:
    suite = ElementTree.Element("testsuite", name="dialogues", tests=str(len(results)), failures=str(sum(not result.passed for result in results)))
    for result in results:
        case = ElementTree.SubElement(suite, "testcase", classname=result.dialogue.file, name=f"{result.dialogue.name}#{result.attempt}")
        if not result.passed:
            failure = ElementTree.SubElement(case, "failure", message=next(one for turn in result.turns for one in turn.complaints))
            failure.text = result.line()
    _write(path, ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DialogueError(f"the report {path} cannot be written: {error.strerror}", fix="give another place") from error
