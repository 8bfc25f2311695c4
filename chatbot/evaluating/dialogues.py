"""Scripted dialogue files → values, checked to the last key: an unknown assertion is an error, never ignored.

The format is Rasa's skeleton with assertions about state and facts; DESIGN of the contract in README.md. Knows nothing
of running them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chatbot.errors import DialogueError, brief
from chatbot.values import EVENT_TYPES, INTENTS, LANGUAGES

__all__ = ["Assertion", "Dialogue", "Step", "read_dialogues"]

_PRODUCT_TESTS: dict[str, Any] = {
    "category": str, "brand": str, "price_lte": (int, float), "price_gte": (int, float), "price_lt": (int, float, str), "price_gt": (int, float, str),
    "in_stock": bool, "id": (str, list), "attributes": dict, "shown_before": bool,
}  # fmt: skip
_CONSTRAINTS = ("category", "price_min", "price_max", "brand", "not_brand", "attributes", "not_attributes", "in_stock", "rating_min")
_ACTIONS = ("none", "handoff", "order_status", "order_change", "add_to_cart", "ticket")


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
    language: str | None = None
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


class _Lined(dict[str, Any]):
    """A mapping that knows its line."""

    line = 0


class _Loader(yaml.SafeLoader):
    """SafeLoader whose mappings carry their line and refuse a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Lined:
    value = _Lined()
    value.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is no text", key_node.start_mark)
        if key in value:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        value[key] = loader.construct_object(value_node, deep=True)
    return value


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _read(file: Path) -> Iterator[Dialogue]:
    try:
        content = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise DialogueError(f"{file} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise DialogueError(f"{file}{line} is not valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(content, dict) or not isinstance(content.get("test_cases"), list) or set(content) != {"test_cases"}:
        raise DialogueError(f"{file}: the file is {brief(content)}", fix="begin it with test_cases: and a list")
    for case in content["test_cases"]:
        yield _dialogue(case, file)


def _refuse(file: Path, where: Any, what: str, fix: str = "") -> DialogueError:
    line = getattr(where, "line", 0)
    return DialogueError(f"{file}{f' line {line}' if line else ''}: {what}", fix=fix)


def _dialogue(case: Any, file: Path) -> Dialogue:
    if not isinstance(case, dict) or not isinstance(case.get("test_case"), str):
        raise _refuse(file, case, f"a test case is {brief(case)}", "give it a name: - test_case: name")
    if unknown := set(case) - {"test_case", "why", "language", "events", "steps"}:
        raise _refuse(file, case, f"{case['test_case']}: unknown key {brief(min(unknown))}")
    if case.get("language") not in (None, *LANGUAGES):
        raise _refuse(file, case, f"{case['test_case']}: language is {brief(case['language'])}", "write zh or en")
    steps = case.get("steps")
    if not isinstance(steps, list) or not steps:
        raise _refuse(file, case, f"{case['test_case']}: steps is {brief(steps)}", "give at least one step")
    events = case.get("events") or []
    if not isinstance(events, list) or not all(
        isinstance(one, dict) and set(one) == {"type", "item"} and one["type"] in EVENT_TYPES for one in events
    ):
        raise _refuse(file, case, f"{case['test_case']}: events is {brief(events)}", "write [{type: view, item: ID}]")
    return Dialogue(
        name=case["test_case"], why=str(case.get("why", "")), file=str(file), language=case.get("language"),
        steps=tuple(_step(step, case["test_case"], file) for step in steps), events=tuple((one["type"], str(one["item"])) for one in events),
    )  # fmt: skip


def _step(step: Any, name: str, file: Path) -> Step:
    if not isinstance(step, dict) or not isinstance(step.get("user"), str) or set(step) - {"user", "assertions"}:
        raise _refuse(file, step, f"{name}: a step is {brief(step)}", "give user: and assertions:")
    assertions = step.get("assertions") or []
    if not isinstance(assertions, list):
        raise _refuse(file, step, f"{name}: assertions is {brief(assertions)}", "write a list")
    found = []
    for one in assertions:
        if not isinstance(one, dict) or len(one) != 1:
            raise _refuse(file, one if isinstance(one, dict) else step, f"{name}: an assertion is {brief(one)}", "write - name: value")
        ((key, value),) = one.items()
        check = _CHECKS.get(key)
        if check is None:
            raise _refuse(file, one, f"{name}: unknown assertion {brief(key)}", f"use one of {', '.join(sorted(_CHECKS))}")
        if problem := check(value):
            raise _refuse(file, one, f"{name}: {key} is {brief(value)}", problem)
        found.append(Assertion(key, value))
    return Step(step["user"], tuple(found))


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
    return "" if not (unknown := set(value) - set(_CONSTRAINTS)) else f"{min(unknown)} is no constraint"


def _is_interests(value: Any) -> str:
    return (
        ""
        if isinstance(value, dict) and set(value) == {"top"} and all(isinstance(one, str) for one in _listed(value["top"]))
        else "write {top: Category}"
    )


def _is_minimum(value: Any) -> str:
    return (
        "" if isinstance(value, dict) and set(value) <= {"min", "max"} and all(isinstance(one, int) for one in value.values()) else "write {min: N}"
    )


def _is_products(value: Any) -> str:
    if not isinstance(value, dict):
        return "write {min: N, every: {...}}"
    if unknown := set(value) - {"min", "max", "every", "any", "none"}:
        return f"{min(unknown)} is unknown; use min, max, every, any, none"
    for name in ("min", "max"):
        if name in value and (isinstance(value[name], bool) or not isinstance(value[name], int)):
            return f"{name} is a whole number"
    for group in ("every", "any", "none"):
        tests = value.get(group, {})
        if not isinstance(tests, Mapping):
            return f"{group} takes tests of products"
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
    "language": _one_of(*LANGUAGES), "sources": _is_texts, "tags": _is_texts, "says_any": _is_texts, "says_none": _is_texts, "action": _one_of(*_ACTIONS),
    "options": _is_minimum, "phrased_by": _one_of("model", "rules"), "mood": _one_of("positive", "neutral", "negative"),
}  # fmt: skip
