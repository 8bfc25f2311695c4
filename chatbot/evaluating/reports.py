"""Results of dialogues as text, JSON and JUnit; `reporting` makes a page of them. Computes, writes, decides nothing."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from chatbot.errors import DialogueError
from chatbot.evaluating.figures import figures
from chatbot.evaluating.runner import Result

__all__ = ["summary", "write_json", "write_junit"]


def summary(results: Sequence[Result]) -> str:
    """The figures in a few lines; the last is 'N passed, M failed', in dialogues that passed every time."""
    found = figures(results)
    timings = "; ".join(f"{name} p50 {one['p50']:g} p95 {one['p95']:g}" for name, one in found["timing_ms"].items())
    shares = found["pass_hat"] if found["repeat"] > 1 else {"1": found["pass_1"]}
    lines = [
        f"{found['turns']} turns, {found['ungrounded']} ungrounded, {found['phrased_by_model']} phrased by the model",
        ", ".join(f"pass^{k} {share:.3f}" for k, share in shares.items()),
        f"flaky: {', '.join(found['flaky'])}" if found["flaky"] else "",
        f"milliseconds: {timings}" if timings else "",
        f"{found['passed']} passed, {found['failed']} failed",
    ]
    return "\n".join(line for line in lines if line)


def write_json(path: Path, results: Sequence[Result], about: Mapping[str, Any] | None = None) -> None:
    """The document that `figures` describes. about: how it was run."""
    _write(path, json.dumps(figures(results, about), ensure_ascii=False, indent=1) + "\n")


def write_junit(path: Path, results: Sequence[Result]) -> None:
    """A suite for every file, a test case for every run; a failure holds the conversation up to the offending turn."""
    root = ElementTree.Element("testsuites", {"name": "dialogues", **_counts(results)})
    files: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        files[result.dialogue.file].append(result)
    for file, own in files.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": file, **_counts(own)})
        for result in own:
            name = result.dialogue.name if result.attempt == 1 else f"{result.dialogue.name} #{result.attempt}"
            case = ElementTree.SubElement(suite, "testcase", classname=Path(file).stem, name=name, file=file, time=_seconds([result]))
            if not result.passed:
                failure = ElementTree.SubElement(case, "failure", message=_printable(result.complaint))
                failure.text = _printable(result.line())
    _write(path, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def _counts(results: Sequence[Result]) -> dict[str, str]:
    return {"tests": str(len(results)), "failures": str(sum(not result.passed for result in results)), "errors": "0", "time": _seconds(results)}


def _seconds(results: Sequence[Result]) -> str:
    return f"{sum(result.milliseconds for result in results) / 1000:.3f}"


def _printable(text: str) -> str:
    """Text without the characters that XML has no place for."""
    return "".join(char for char in text if char in "\t\n" or char >= " ")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DialogueError(f"the report {path} cannot be written: {error.strerror}", fix="give another place") from error
