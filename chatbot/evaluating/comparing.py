"""Two result files of `evaluate --json` → what broke, what got better, what got slower. Reads and compares; runs nothing.

A machine is never as fast twice. So a dialogue counts as slower when it takes half as long again, and a tenth of a second
more, than the median change of all dialogues lets expect.
"""

import json
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import DialogueError, brief
from chatbot.evaluating.figures import SCHEMA

__all__ = ["Comparison", "compare", "read_results"]

SLOWER = 1.5
"""Times as long, beyond what all dialogues changed by: under one load and with phrasing by rule, runs of a dialogue were within 1.4."""
WORTH_TELLING_MS = 100.0
"""Less than this is no news, whatever its share."""
STEADY = 0.1
"""A change of all timings by less than a tenth is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """lines: what to print, the count last. broke: dialogues that passed more often before."""

    broke: tuple[str, ...]
    better: tuple[str, ...]
    slower: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Runs:
    """All runs of one dialogue. share: of runs that passed; complaint: the first that one of them made."""

    share: float
    milliseconds: float
    complaint: str


def read_results(path: Path) -> dict[str, Any]:
    """A result file. Raises DialogueError where it is none."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise DialogueError(f"the results {path} cannot be read: {error.strerror}", fix="give a file that evaluate --json wrote") from error
    except ValueError as error:
        raise DialogueError(f"the results {path} are not JSON: {error}", fix="give a file that evaluate --json wrote") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or not isinstance(content.get("dialogues"), list):
        found = content.get("schema") if isinstance(content, dict) else content
        raise DialogueError(f"the results {path} are of the schema {brief(found)}, not {SCHEMA}", fix="run evaluate --json again")
    return content


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """What changed from `old` to `new`. Raises DialogueError where an entry lacks what the schema promises."""
    before, after = _runs(old), _runs(new)
    shared = [name for name in after if name in before]
    broke = [name for name in shared if after[name].share < before[name].share]
    better = [name for name in shared if after[name].share > before[name].share]
    usual = statistics.median([ratio for name in shared if (ratio := _ratio(before[name], after[name]))] or [1.0])
    slower = [name for name in shared if name not in broke and _is_slower(before[name], after[name], usual)]
    lines = [f"broke   {name} {_shares(before[name], after[name])}: {after[name].complaint}" for name in broke]
    lines += [f"better  {name} {_shares(before[name], after[name])}" for name in better]
    lines += [f"slower  {name} {before[name].milliseconds:.0f} ms to {after[name].milliseconds:.0f} ms" for name in slower]
    lines += [f"new     {name} {'passes' if one.share == 1 else f'fails: {one.complaint}'}" for name, one in after.items() if name not in before]
    lines += [f"gone    {name}" for name in before if name not in after]
    if abs(usual - 1) > STEADY:
        lines.append(f"all dialogues together: {usual:.2f} times as long")
    lines += _timings(old, new)
    lines.append(f"{len(broke)} broke, {len(better)} got better, {len(slower)} got slower")
    return Comparison(broke=tuple(broke), better=tuple(better), slower=tuple(slower), lines=tuple(lines))


def _runs(results: Mapping[str, Any]) -> dict[str, _Runs]:
    runs: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    try:
        for one in results["dialogues"]:
            runs[one["test_case"]].append(one)
        return {
            name: _Runs(
                statistics.fmean(bool(one["passed"]) for one in own),
                statistics.median(float(one["milliseconds"]) for one in own),
                next((complaint for one in own for turn in one["turns"] for complaint in turn["complaints"]), ""),
            )
            for name, own in runs.items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DialogueError(f"an entry of the results lacks {brief(str(error))}", fix="run evaluate --json again") from error


def _ratio(before: _Runs, after: _Runs) -> float:
    """How many times as long it takes; 0 where a failure cut it short or it took no time."""
    return after.milliseconds / before.milliseconds if before.share == after.share == 1 and before.milliseconds > 0 else 0.0


def _is_slower(before: _Runs, after: _Runs, usual: float) -> bool:
    expected = before.milliseconds * max(1.0, usual)
    return _ratio(before, after) > SLOWER * max(1.0, usual) and after.milliseconds - expected > WORTH_TELLING_MS


def _shares(before: _Runs, after: _Runs) -> str:
    return f"({before.share:.0%} to {after.share:.0%} of its runs)"


def _timings(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The timings whose median moved by more than `SLOWER` allows."""
    moved = []
    for name, after in new.get("timing_ms", {}).items():
        before = old.get("timing_ms", {}).get(name)
        if before and before["p50"] > 0 and not 1 / SLOWER <= after["p50"] / before["p50"] <= SLOWER:
            moved.append(f"{name}: p50 {before['p50']:g} to {after['p50']:g} ms, p95 {before['p95']:g} to {after['p95']:g} ms")
    return moved
