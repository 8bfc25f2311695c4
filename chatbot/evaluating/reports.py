"""Results of dialogues as text, JSON, JUnit and one HTML page that opens offline. Writes; `figures` computes."""

import html
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from chatbot.errors import DialogueError
from chatbot.evaluating.figures import figures
from chatbot.evaluating.runner import Result

__all__ = ["summary", "write_html", "write_json", "write_junit"]


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


_STYLE = """body{font:15px/1.6 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#22303c}h1{font-size:1.5rem}
.ok{color:#2c7a51}.no{color:#b3402e}details{border-bottom:1px solid #e4e0d8;padding:.4rem 0}summary{cursor:pointer}
.u{margin:.5rem 0 0;font-weight:600}.b{margin:.1rem 0}.x{color:#b3402e;margin:.1rem 0}table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right}"""


def write_html(path: Path, results: Sequence[Result]) -> None:
    """One page, failures first; every text in it is escaped."""
    found = figures(results)
    rows = "".join(f"<tr><th>{html.escape(name)}</th><td>{one['p50']:g}</td><td>{one['p95']:g}</td></tr>" for name, one in found["timing_ms"].items())
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Dialogues</title><style>{_STYLE}</style>",
        f"<h1><span class=ok>{found['passed']} passed</span>, <span class=no>{found['failed']} failed</span></h1>",
        f"<p>{found['turns']} turns, {found['ungrounded']} ungrounded, {found['phrased_by_model']} phrased by the model.</p>",
        f"<table><tr><th>milliseconds</th><th>p50</th><th>p95</th></tr>{rows}</table>",
    ]
    for result in sorted(results, key=lambda one: one.passed):
        mark = "<span class=ok>✓</span>" if result.passed else "<span class=no>✗</span>"
        parts.append(
            f"<details{'' if result.passed else ' open'}><summary>{mark} {html.escape(result.dialogue.name)} — {html.escape(result.dialogue.why)}</summary>"
        )
        for turn in result.turns:
            parts.append(f"<p class=u>{html.escape(turn.user)}</p><p class=b>{html.escape(turn.reply.text if turn.reply else '')}</p>")
            parts += [f"<p class=x>{html.escape(one)}</p>" for one in turn.complaints]
        parts.append("</details>")
    _write(path, "".join(parts))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DialogueError(f"the report {path} cannot be written: {error.strerror}", fix="give another place") from error
