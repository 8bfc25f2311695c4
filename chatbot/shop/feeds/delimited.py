"""CSV and TSV → raw rows. A row that is broken is told and left out; those after it are read.

The separator is found in the header line. A quote that is never closed costs its own line and nothing behind it.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from chatbot.errors import ShopError, brief
from chatbot.shop.feeds.decoding import LONGEST_LINE, opened
from chatbot.shop.feeds.values import Raw, Source

__all__ = ["read_delimited"]

SEPARATORS = "\t,;|，"
MOST_LINES, MOST_CHARACTERS = 2000, 400_000
"""A record goes over this many lines and characters at most: descriptions have line ends, but a feed's rest is no description."""
MOST_COLUMNS = 2000


def read_delimited(source: Source) -> Iterator[Raw]:
    """The rows below the header; `source.columns` is set before the first. Raises ShopError where there is no header."""
    with opened(source) as text:
        lines = _Lines(text, source)
        header_line, separator = _header(lines, source)
        names: list[str] = []
        for number, cells in _records(lines, separator, source):
            if not names:
                names = source.columns = [cell.strip().lstrip("\ufeff") for cell in cells[:MOST_COLUMNS]]
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if any("\ufffd" in cell for cell in cells):
                source.remark(number, "repaired", "characters that are damaged; they are left out")
                cells = [cell.replace("\ufffd", "") for cell in cells]
            yield Raw(number, {name: cell for name, cell in zip(names, cells, strict=False) if name and cell.strip()})
        if not names:
            raise ShopError(f"{source.path} line {header_line} has no columns", fix="begin the file with a line of column names")


def _header(lines: "_Lines", source: Source) -> tuple[int, str]:
    """(line, separator) of the first line that holds anything; Excel's own `sep=;` line is taken away."""
    line = lines.peek()
    if line.strip().lower().startswith("sep=") and len(line.strip()) == 5:
        next(lines)
        lines.begin()
        separator = line.strip()[-1]
        return lines.number + 1, separator
    if not line:
        raise ShopError(f"{source.path} is empty", fix="give a file that begins with a line of column names")
    counts = {one: len(next(csv.reader([line], delimiter=one))) for one in SEPARATORS}
    best = max(counts, key=lambda one: counts[one])
    if len(line) > MOST_CHARACTERS:
        raise ShopError(f"{source.path}: its first line has {len(line)} characters", fix="begin the file with a line of column names")
    return lines.number + 1, best if counts[best] > 1 else ","


def _records(lines: "_Lines", separator: str, source: Source) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every record that has no more cells than the first one, the header."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    width = 0
    while True:
        lines.begin()
        reason = "a quote that is never closed, or closed inside of its value"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _Unclosed:
            cells = []
        except csv.Error as error:
            cells, reason = [], reason if "expected after" in str(error) or "unexpected end" in str(error) else f"no readable row: {error}"
        number, first = lines.first, lines.opening
        over = width and any(cell.strip() for cell in cells[width:])
        if cells and not over:
            width = width or len(cells)
            yield number, cells
            continue
        if lines.begin_again() or not over:
            # the quote may be a mark of the value: then the line alone is a whole row
            cells = [_unquoted(cell) for cell in first.rstrip("\r\n").split(separator)]
            if width and len(cells) == width:
                source.remark(number, "repaired", f"{reason}; it is taken as a part of the value")
                yield number, cells
            elif cells != [""]:
                source.remark(number, "refused", reason)
        else:
            source.remark(number, "refused", f"{len(cells)} values for {width} columns: put quotes around a value that holds a {separator!r}")


def _unquoted(cell: str) -> str:
    whole = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return (cell[1:-1] if whole else cell.removeprefix('"')).replace('""', '"')


class _Unclosed(Exception):
    """A record that goes on for too long."""


class _Lines:
    """The lines of a text for csv.reader, counted; those of a broken record can be put back but for the first."""

    def __init__(self, text: Iterable[str], source: Source) -> None:
        self._text, self._source = iter(text), source
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._characters = 0
        self.number = 0
        """Of the line read last."""
        self.first = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._taken and (len(self._taken) >= MOST_LINES or self._characters > MOST_CHARACTERS):
            raise _Unclosed
        line = self._line()
        if line is None:
            raise StopIteration
        self.number += 1
        if not self._taken:
            self.first = self.number
        self._taken.append(line)
        self._characters += len(line)
        return line

    def _line(self) -> str | None:
        if self._waiting:
            return self._waiting.popleft()
        line = next(self._text, None)
        if line is not None and len(line) > LONGEST_LINE:
            raise ShopError(f"{self._source.path} line {self.number + 1} begins {brief(line[:60])} and is endless", fix="give a file of lines")
        return line

    def peek(self) -> str:
        """The first line that is not blank, still to be read; "" at the end."""
        while (line := self._line()) is not None:
            if line.strip("\ufeff \t\r\n"):
                self._waiting.appendleft(line.lstrip("\ufeff"))
                return line.strip("\ufeff\r\n")
            self.number += 1
        return ""

    @property
    def opening(self) -> str:
        """The first line of this record."""
        return self._taken[0] if self._taken else ""

    def begin(self) -> None:
        """A record begins."""
        self._taken, self._characters = [], 0

    def begin_again(self) -> bool:
        """Put back all lines of this record but its first; False where it has but one."""
        again = self._taken[1:]
        self._waiting.extendleft(reversed(again))
        self.number -= len(again)
        self.begin()
        return bool(again)
