"""Scripted dialogue files → values, checked to the last key: an unknown assertion is an error, never ignored.

The format is Rasa's skeleton with assertions about state and facts. What is malformed is refused with file, line and the
key at fault. Knows nothing of running them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import DialogueError, brief
from chatbot.evaluating.lined_yaml import Lined, Lines, read_lined
from chatbot.values import EVENT_TYPES, INTENTS, LANGUAGES, Language

__all__ = ["ACTIONS", "CONSTRAINTS", "Assertion", "Dialogue", "Step", "read_dialogues"]

_PRODUCT_TESTS: dict[str, Any] = {
    "category": str, "brand": str, "price_lte": (int, float), "price_gte": (int, float), "price_lt": (int, float, str), "price_gt": (int, float, str),
    "in_stock": bool, "id": (str, list), "attributes": dict, "shown_before": bool,
}  # fmt: skip
CONSTRAINTS: dict[str, Any] = {
    "category": (str, list), "price_min": (int, float), "price_max": (int, float), "brand": (str, list), "not_brand": (str, list), "attributes": dict,
    "not_attributes": dict, "in_stock": bool, "rating_min": (int, float),
}  # fmt: skip
ACTIONS = ("none", "handoff", "order_status", "order_change", "add_to_cart", "ticket")


@dataclass(frozen=True, slots=True)
class Assertion:
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Step:
    user: str
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One test case. events: (type, item) before the first step. language: asked of the bot, or None."""

    name: str
    why: str
    file: str
    steps: tuple[Step, ...]
    language: Language | None = None
    events: tuple[tuple[str, str], ...] = ()


def read_dialogues(paths: Sequence[Path]) -> tuple[Dialogue, ...]:
    """The dialogues of files and folders, in order. Raises DialogueError with file, line and key."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
        elif path.is_file():
            files.append(path)
        else:
            raise DialogueError(f"there is no dialogue file {path}", fix="give files or folders that exist")
    if not files:
        raise DialogueError(f"no dialogue file in {', '.join(map(str, paths))}", fix="give a folder with .yaml files")
    dialogues = [dialogue for file in files for dialogue in _read(file)]
    seen: dict[str, str] = {}
    for dialogue in dialogues:
        if dialogue.name in seen:
            raise DialogueError(f"{dialogue.file}: the test case {brief(dialogue.name)} stands in {seen[dialogue.name]} too", fix="rename one")
        seen[dialogue.name] = dialogue.file
    return tuple(dialogues)


def _read(file: Path) -> Iterator[Dialogue]:
    content = read_lined(file)
    if not isinstance(content, Lined):
        raise DialogueError(f"{file} line 1: the file is {brief(content)}", fix="begin it with test_cases: and a list")
    _known(content, {"test_cases"}, file, "the file")
    cases = content.get("test_cases")
    if not isinstance(cases, Lines) or not cases:
        raise _refuse(file, content.lines.get("test_cases", 1), f"test_cases is {brief(cases)}", "write a list of test cases under test_cases:")
    for case, line in zip(cases, cases.lines, strict=True):
        yield _dialogue(case, line, file)


def _refuse(file: Path, line: int, what: str, fix: str) -> DialogueError:
    return DialogueError(f"{file} line {line}: {what}", fix=fix)


def _known(mapping: Lined, keys: set[str], file: Path, whose: str) -> None:
    """Raises DialogueError at the first key of `mapping` that is not one of `keys`."""
    for key in mapping:
        if key not in keys:
            raise _refuse(file, mapping.lines[key], f"{whose}: unknown key {brief(key)}", f"use {', '.join(sorted(keys))}")


def _dialogue(case: Any, line: int, file: Path) -> Dialogue:
    name = case.get("test_case") if isinstance(case, Lined) else None
    if not isinstance(case, Lined) or not isinstance(name, str) or not name.strip():
        at = case.lines.get("test_case", line) if isinstance(case, Lined) else line
        raise _refuse(file, at, f"test_case is {brief(name)} in {brief(case)}", "give it a name: - test_case: name")
    _known(case, {"test_case", "why", "language", "events", "steps"}, file, name)
    for key, fits, fix in (
        ("why", isinstance(case.get("why", ""), str), "write a text"),
        ("language", case.get("language") in (None, *LANGUAGES), "write zh or en"),
        ("events", isinstance(case.get("events", Lines()), Lines), "write [{type: view, item: ID}]"),
        ("steps", isinstance(case.get("steps"), Lines) and case["steps"], "give at least one step"),
    ):
        if not fits:
            raise _refuse(file, case.lines.get(key, line), f"{name}: {key} is {brief(case.get(key))}", fix)
    events = case.get("events", Lines(()))
    return Dialogue(
        name=name, why=case.get("why", ""), file=str(file), language=case.get("language"),
        steps=tuple(_step(step, at, name, file) for step, at in zip(case["steps"], case["steps"].lines, strict=True)),
        events=tuple(_event(one, at, name, file) for one, at in zip(events, getattr(events, "lines", ()), strict=True)),
    )  # fmt: skip


def _event(event: Any, line: int, name: str, file: Path) -> tuple[str, str]:
    if not isinstance(event, Lined) or set(event) != {"type", "item"} or not isinstance(event["item"], str | int) or isinstance(event["item"], bool):
        raise _refuse(file, line, f"{name}: an entry of events is {brief(event)}", "write {type: view, item: ID}")
    if event["type"] not in EVENT_TYPES:
        raise _refuse(file, event.lines["type"], f"{name}: type is {brief(event['type'])}", f"use {', '.join(EVENT_TYPES)}")
    return event["type"], str(event["item"])


def _step(step: Any, line: int, name: str, file: Path) -> Step:
    if not isinstance(step, Lined):
        raise _refuse(file, line, f"{name}: a step is {brief(step)}", "give user: and assertions:")
    _known(step, {"user", "assertions"}, file, name)
    user, assertions = step.get("user"), step.get("assertions", Lines())
    if not isinstance(user, str) or not user.strip():
        raise _refuse(
            file, step.lines.get("user", line), f"{name}: user is {brief(user)}", "write what the shopper says, in quotes where it is a number"
        )
    if not isinstance(assertions, Lines):
        raise _refuse(file, step.lines["assertions"], f"{name}: assertions is {brief(assertions)}", "write a list")
    return Step(user, tuple(_assertion(one, at, name, file) for one, at in zip(assertions, getattr(assertions, "lines", ()), strict=True)))


def _assertion(one: Any, line: int, name: str, file: Path) -> Assertion:
    if not isinstance(one, Lined) or len(one) != 1:
        raise _refuse(file, line, f"{name}: an entry of assertions is {brief(one)}", "write - name: value")
    ((key, value),) = one.items()
    if key not in _CHECKS:
        raise _refuse(file, one.lines[key], f"{name}: unknown assertion {brief(key)}", f"use one of {', '.join(sorted(_CHECKS))}")
    if problem := _CHECKS[key](value):
        raise _refuse(file, _deepest(value, problem) or one.lines[key], f"{name}: {key} is {brief(value)}", problem)
    return Assertion(key, _plain(value))


def _deepest(value: Any, problem: str) -> int:
    """The line of the key that a problem begins with, where the value spans several lines."""
    if not isinstance(value, Lined):
        return 0
    key = problem.split(" ", 1)[0]
    inner = (_deepest(one, problem) for one in value.values())
    return value.lines.get(key, 0) or next((line for line in inner if line), 0)


def _plain(value: Any) -> Any:
    """The value without lines."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one_of(*allowed: str) -> Any:
    return lambda value: "" if value not in (None, []) and all(one in allowed for one in _listed(value)) else f"use {', '.join(allowed)}"


def _is_bool(value: Any) -> str:
    return "" if isinstance(value, bool) else "write true or false"


def _is_texts(value: Any) -> str:
    return "" if isinstance(value, list) and value and all(isinstance(one, str | int | float) for one in value) else "write a list of texts"


def _is_constraints(value: Any) -> str:
    if not isinstance(value, dict):
        return "write names and values"
    for name, wanted in value.items():
        kind = CONSTRAINTS.get(name)
        if kind is None:
            return f"{name} is no constraint; use {', '.join(CONSTRAINTS)}"
        if wanted is not None and (not isinstance(wanted, kind) or (isinstance(wanted, bool) and kind is not bool)):
            return f"{name} is {brief(wanted)}"
    return ""


def _is_interests(value: Any) -> str:
    return (
        ""
        if isinstance(value, dict) and set(value) == {"top"} and all(isinstance(one, str) for one in _listed(value["top"]))
        else "write {top: Category}"
    )


def _is_minimum(value: Any) -> str:
    if not isinstance(value, dict) or not value or set(value) - {"min", "max"}:
        return "write {min: N}"
    return _bounds(value)


def _bounds(value: Mapping[str, Any]) -> str:
    for name in ("min", "max"):
        if name in value and (isinstance(value[name], bool) or not isinstance(value[name], int) or value[name] < 0):
            return f"{name} is {brief(value[name])}; write a whole number"
    return "min is above max" if value.get("min", 0) > value.get("max", value.get("min", 0)) else ""


def _is_products(value: Any) -> str:
    if not isinstance(value, dict):
        return "write {min: N, every: {...}}"
    if unknown := set(value) - {"min", "max", "every", "any", "none"}:
        return f"{min(unknown)} is unknown; use min, max, every, any, none"
    if problem := _bounds(value):
        return problem
    for group in ("every", "any", "none"):
        tests = value.get(group, {})
        if not isinstance(tests, Mapping) or (group in value and not tests):
            return f"{group} is {brief(tests)}; write tests of products, such as {{price_lte: 100}}"
        for key, wanted in tests.items():
            kind = _PRODUCT_TESTS.get(key)
            if kind is None:
                return f"{key} is no test of a product; use {', '.join(_PRODUCT_TESTS)}"
            if (
                not isinstance(wanted, kind)
                or (isinstance(wanted, bool) and kind is not bool)
                or (isinstance(wanted, str) and key in ("price_lt", "price_gt") and wanted != "previous")
            ):
                return f"{key} is {brief(wanted)}"
    return ""


_CHECKS: dict[str, Any] = {
    "intent": _one_of(*INTENTS), "constraints": _is_constraints, "interests": _is_interests, "products": _is_products, "grounded": _is_bool,
    "language": _one_of(*LANGUAGES), "sources": _is_texts, "tags": _is_texts, "says_any": _is_texts, "says_none": _is_texts, "action": _one_of(*ACTIONS),
    "options": _is_minimum, "phrased_by": _one_of("model", "rules"), "mood": _one_of("positive", "neutral", "negative"),
}  # fmt: skip
