"""Labelled texts out of JSON Lines files, with every bad row named by its line. Knows nothing of models."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import TrainingError, brief
from chatbot.text import clean

__all__ = ["Rows", "read_labelled", "read_texts", "split"]

LONGEST = 2000
"""Characters of a text that are read."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts with their labels, and what was wrong with the rows left out."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.texts)

    def pick(self, numbers: Sequence[int]) -> "Rows":
        return Rows(tuple(self.texts[number] for number in numbers), tuple(self.labels[number] for number in numbers))


def read_labelled(paths: Sequence[Path], *, strict: bool = False, text_key: str = "text", label_key: str = "label") -> Rows:
    """The rows of all files. A bad row is told in `problems` and left out, or refused where `strict`.

    Raises TrainingError where a file is missing, nothing usable is in it, or every row lacks the same key.
    """
    texts: list[str] = []
    labels: list[str] = []
    problems: list[str] = []
    keys: Counter[str] = Counter()
    for path in paths:
        for number, line in enumerate(_lines(path), 1):
            if not line.strip():
                continue
            row, problem = _row(line, text_key, label_key)
            if isinstance(row, dict):
                keys.update(map(str, row))
            if problem:
                problems.append(f"{path.name} line {number}: {problem}")
                if strict:
                    raise TrainingError(problems[-1], fix="mend the row, or leave --strict out to skip such rows")
                continue
            texts.append(clean(row[text_key], LONGEST))
            labels.append(clean(str(row[label_key]), LONGEST))
    if not texts:
        names = ", ".join(path.name for path in paths)
        for key in (text_key, label_key):
            if keys and key not in keys:
                raise TrainingError(
                    f"no row of {names} has the key {key!r}; they have {', '.join(sorted(keys))}", fix="give --text-key and --label-key"
                )
        raise TrainingError(
            f"{names} holds no usable row" + (f" ({problems[0]})" if problems else ""), fix='give lines like {"text": "…", "label": "…"}'
        )
    return Rows(tuple(texts), tuple(labels), tuple(problems))


def read_texts(path: Path) -> list[str]:
    """The texts of a file to be labelled. Raises TrainingError with the line of a row without a text."""
    rows = []
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        row, problem = _row(line, "text", None)
        if problem:
            raise TrainingError(f"{path.name} line {number}: {problem}", fix='give lines like {"text": "…"}')
        rows.append(clean(row["text"], LONGEST))
    return rows


def split(labels: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    """(kept for training, held out): `share` of every label's rows at random, and never a label's last."""
    random = np.random.default_rng(seed)
    by_label: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        by_label.setdefault(label, []).append(number)
    kept: list[int] = []
    held: list[int] = []
    for numbers in by_label.values():
        random.shuffle(numbers)
        cut = min(len(numbers) - 1, max(1, round(len(numbers) * share)) if len(numbers) > 1 else 0)
        held += numbers[:cut]
        kept += numbers[cut:]
    return sorted(kept), sorted(held)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").split("\n")  # a JSON string may hold other line ends
    except FileNotFoundError as error:
        raise TrainingError(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read: {error}", fix="give a UTF-8 JSON Lines file") from error


def _row(line: str, text_key: str, label_key: str | None) -> tuple[Any, str]:
    """(the row, what is wrong with it or "")."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None, f"{brief(line)} is no JSON"
    if not isinstance(row, dict):
        return None, f"{brief(line)} is no object"
    text = row.get(text_key)
    if not isinstance(text, str) or not clean(text, LONGEST):
        return row, f"the text is {brief(text)}" if text_key in row else f"there is no {text_key!r} in {brief(line)}"
    if label_key is not None:
        label = row.get(label_key)
        if isinstance(label, bool) or not isinstance(label, str | int) or not clean(str(label), LONGEST):
            return row, f"the label is {brief(label)}" if label_key in row else f"there is no {label_key!r} in {brief(line)}"
    return row, ""
