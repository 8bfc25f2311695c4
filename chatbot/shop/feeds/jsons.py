"""JSON and JSON Lines → raw rows, one at a time. Knows nothing of what the rows mean."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

from chatbot.errors import ShopError, brief
from chatbot.shop.feeds.decoding import LONGEST_LINE, opened
from chatbot.shop.feeds.values import Raw, Source

__all__ = ["read_json", "read_json_lines"]

PIECE = 1 << 16
LISTS = ("products", "items", "data", "results", "rows", "offers", "records", "list", "商品")
"""Under these names an object of a file holds its rows."""
_BLANK = re.compile(r"[\s\ufeff]*")
_DECODER = json.JSONDecoder(strict=False)


def read_json_lines(source: Source) -> Iterator[Raw]:
    """One object a line; a line that is none is told and left out."""
    with opened(source) as text:
        for number, line in enumerate(text, 1):
            if len(line) > LONGEST_LINE:
                source.remark(number, "refused", f"a line of {len(line)} characters")
            elif stripped := line.strip("\ufeff \t\r\n"):
                try:
                    value = _DECODER.decode(stripped)
                except json.JSONDecodeError as error:
                    source.remark(number, "refused", f"not JSON: {error.msg} at column {error.colno}")
                except RecursionError:
                    source.remark(number, "refused", "JSON that is nested too deeply")
                else:
                    yield from _row(source, number, value)


def read_json(source: Source) -> Iterator[Raw]:
    """The objects of a list, or of the list in an object (`{"products": [...]}`); JSON Lines under another name too.

    Raises ShopError where the file is broken: what follows the break cannot be known.
    """
    with opened(source) as text:
        window = _Window(text, source)
        first = window.next()
        if first == "[":
            yield from _elements(source, window)
        elif first == "{":
            yield from _object(source, window)
        else:
            raise ShopError(f"{source.path} begins {brief(first)}", fix="give a JSON list of objects")


def _object(source: Source, window: "_Window") -> Iterator[Raw]:
    """The rows of an object that holds them under one of LISTS; else the object is a row, and others may follow it."""
    kept: dict[str, Any] = {}
    found = False
    begins = window.line
    window.skip("{")
    while window.next() != "}":
        name = window.value()
        if not isinstance(name, str):
            window.fail("a name")
        window.skip(":")
        if name in LISTS and window.next() == "[" and window.after_bracket() in "{]":
            found = True
            yield from _elements(source, window)
        else:
            kept[name] = window.value()
        if window.next() == ",":
            window.skip(",")
        elif window.next() != "}":
            window.fail("a comma or }")
    window.skip("}")
    if not found:
        yield Raw(begins, kept)
        while window.next() == "{":
            line = window.line
            yield from _row(source, line, window.value())


def _elements(source: Source, window: "_Window") -> Iterator[Raw]:
    window.skip("[")
    while window.next() != "]":
        line = window.line
        yield from _row(source, line, window.value())
        if window.next() == ",":
            window.skip(",")
        elif window.next() != "]":
            window.fail("a comma or ]")
    window.skip("]")


def _row(source: Source, line: int, value: Any) -> Iterator[Raw]:
    if isinstance(value, dict):
        yield Raw(line, value)
    else:
        source.remark(line, "refused", f"{brief(value)} where an object stands for a product")


class _Window:
    """A piece of a JSON text that moves along it."""

    def __init__(self, text: TextIO, source: Source) -> None:
        self._text, self._source = text, source
        self._held, self._at, self._ended = "", 0, False
        self.line = 1

    def next(self) -> str:
        """The next character that is not blank, which stays; "" at the end."""
        while True:
            match = _BLANK.match(self._held, self._at)
            end = match.end() if match else self._at
            self.line += self._held.count("\n", self._at, end)
            self._at = end
            if end < len(self._held):
                return self._held[end]
            if not self._more():
                return ""

    def after_bracket(self) -> str:
        """The first character inside the list that begins here."""
        while True:
            match = _BLANK.match(self._held, self._at + 1)
            end = match.end() if match else self._at + 1
            if end < len(self._held):
                return self._held[end]
            if not self._more():
                return "]"

    def skip(self, char: str) -> None:
        if self.next() != char:
            self.fail(char)
        self._at += 1

    def value(self) -> Any:
        """The value that begins here."""
        self.next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                # a value that is cut off by the window reads as broken: look at more of it first
                if len(self._held) - self._at < LONGEST_LINE and self._more(len(self._held) - self._at):
                    continue
                self.line += self._held.count("\n", self._at, error.pos)
                self.fail(error.msg)
            except RecursionError:
                self.fail("values nested less deeply")
            else:
                if end == len(self._held) and self._more():
                    continue  # a number may go on
                self.line += self._held.count("\n", self._at, end)
                self._at = end
                return value

    def fail(self, wanted: str) -> NoReturn:
        raise ShopError(
            f"{self._source.path} line {self.line} is broken JSON ({wanted}) at {brief(self._held[self._at : self._at + 40])}",
            fix="write it as valid JSON",
        )

    def _more(self, least: int = 0) -> bool:
        """Read on, at least as much again as is held, so that a long value is not parsed at every piece."""
        if self._ended:
            return False
        piece = self._text.read(max(PIECE, least))
        self._held, self._at = self._held[self._at :] + piece, 0
        self._ended = not piece
        return bool(piece)
