"""The values of an import: a raw row as a file holds it, a remark on a row, a file being read. Nothing here reads anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from chatbot.text import clean

__all__ = ["SHOWN_CHARACTERS", "Raw", "Remark", "Source", "Verdict"]

SHOWN_CHARACTERS = 300
"""Longest reason kept in a report: a broken cell may hold megabytes."""

Verdict = Literal["refused", "repaired"]


@dataclass(frozen=True, slots=True)
class Raw:
    """One row of a file: where it begins and its cells by the file's own column names."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remark:
    """What was wrong with a row and what became of it. line: 1 is the file's first; 0 is the file as a whole."""

    file: str
    line: int
    verdict: Verdict
    reason: str
    item: str = ""

    @property
    def line_of_text(self) -> str:
        place = f"{self.file} line {self.line}" if self.line else self.file
        return f"{place}: {self.reason}"

    def as_json(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "status": self.verdict, "id": self.item, "reason": self.reason}


@dataclass(slots=True)
class Source:
    """A file while it is read. done: bytes of it that are behind the reader; remark: told what is wrong with its rows."""

    path: Path
    name: str
    tell: Callable[[Remark], None]
    size: int = 0
    done: int = 0
    columns: list[str] = field(default_factory=list)

    def remark(self, line: int, verdict: Verdict, reason: str, item: str = "") -> None:
        self.tell(Remark(self.name, line, verdict, clean(reason, SHOWN_CHARACTERS), clean(item, SHOWN_CHARACTERS)))
