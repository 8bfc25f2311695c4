"""Google Merchant XML (RSS and Atom) → raw rows, in bounded memory.

Each item is cut out of the stream and parsed on its own, so that a broken one costs itself alone. Document type
declarations are refused before anything is parsed: no entity is defined, expanded or fetched.
"""

import html.entities
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TextIO
from xml.parsers import expat

from chatbot.errors import ShopError
from chatbot.shop.feeds.decoding import opened
from chatbot.shop.feeds.values import Raw, Source

__all__ = ["read_merchant"]

PIECE = 1 << 16
LONGEST_ITEM = 1_000_000
MOST_VALUES, DEEPEST = 500, 8
_BEGIN = re.compile(r"<!--|<(?:[\w-]+:)?(item|entry|product)(?=[\s>])[^<>]*(?<!/)>")
_PART = re.compile(r"<!\[CDATA\[|<!--|</?(?:[\w-]+:)?(?:item|entry|product)\s*>")
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&([a-zA-Z][a-zA-Z0-9]{1,30});")
_MARKUP = re.compile("(?:a|b|blockquote|br|div|em|font|h1|h2|h3|h4|h5|h6|hr|i|li|ol|p|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)$")
"""HTML that stands in a description without being escaped: it is text of the description."""


def read_merchant(source: Source) -> Iterator[Raw]:
    """Every item of the feed. Raises ShopError where the file is no feed, has a document type or ends inside an item."""
    found = False
    for line, markup in _items(source):
        found = True
        yield from _parsed(source, line, markup)
    if not found:
        raise ShopError(f"{source.path} has no <item> or <entry>", fix="give a Google Merchant feed (RSS or Atom)")


def _items(source: Source) -> Iterator[tuple[int, str]]:
    """(line, markup) of every item."""
    with opened(source) as text:
        window = _Window(text, source)
        while begin := window.find(_BEGIN):
            if begin[0] == "<!--":
                window.drop(window.find_end(lambda held: held.find("-->", 4) + 3 if "-->" in held[4:] else 0))
                continue
            end = window.find_end(partial(_end, name=begin[1]))
            line = window.line
            yield line, window.drop(end)


class _Window:
    """A piece of the feed's text that moves along it. line: of its first character."""

    def __init__(self, text: TextIO, source: Source) -> None:
        self._text, self._source = text, source
        self._held, self._ended = "", False
        self._head = True
        self.line = 1

    def find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Move to the next match, so that it stands first; None at the end. What is passed over may not define anything."""
        while True:
            match = pattern.search(self._held)
            passed = match.start() if match else len(self._held) if self._ended else max(0, len(self._held) - PIECE)
            if self._head and (found := _DOCTYPE.search(self._held[: passed or PIECE])) and found.start() <= passed:
                line = self.line + self._held.count("\n", 0, found.start())
                raise ShopError(f"{self._source.path} line {line} declares a document type", fix="remove it; a feed needs none")
            self._head = self._head and not (match and match[0] != "<!--")
            self.drop(passed)
            if match:
                return pattern.match(self._held)
            if not self._more():
                return None

    def find_end(self, end_of: Callable[[str], int]) -> int:
        """Where what begins here ends. Raises ShopError where it does not."""
        while not (end := end_of(self._held)):
            if len(self._held) > LONGEST_ITEM:
                raise ShopError(f"{self._source.path} line {self.line}: what begins here has no end", fix="close it, or fetch the feed again")
            if not self._more():
                raise ShopError(f"{self._source.path} ends inside what begins on line {self.line}", fix="fetch the feed again, it is not whole")
        return end

    def drop(self, count: int) -> str:
        """The first `count` characters, which are behind now."""
        passed, self._held = self._held[:count], self._held[count:]
        self.line += passed.count("\n")
        return passed

    def _more(self) -> bool:
        piece = "" if self._ended else self._text.read(PIECE)
        self._held, self._ended = self._held + piece, not piece
        return bool(piece)


def _end(window: str, name: str) -> int:
    """Where the item that begins the window ends; 0 where that is not in the window yet."""
    closing = re.compile(rf"</(?:[\w-]+:)?{name}\s*>$")
    at = 1
    while match := _PART.search(window, at):
        mark = match[0]
        if mark.startswith("<!"):
            stop = window.find("]]>" if mark == "<![CDATA[" else "-->", match.end())
            if stop < 0:
                return 0
            at = stop + 3
        elif closing.match(mark):
            return match.end()
        else:
            at = match.end()
    return 0


def _parsed(source: Source, line: int, markup: str) -> Iterator[Raw]:
    try:
        yield Raw(line, _cells(markup))
        return
    except expat.ExpatError as error:
        first = error
    except _Strange as error:
        source.remark(line, "refused", str(error))
        return
    mended = _mended(markup)
    try:
        cells = _cells(mended)
    except expat.ExpatError:
        source.remark(line + first.lineno - 1, "refused", f"not XML: {expat.ErrorString(first.code)}")
    except _Strange as error:
        source.remark(line, "refused", str(error))
    else:
        source.remark(line, "repaired", "XML with bare & signs, unknown entities or control characters")
        yield Raw(line, cells)


def _mended(markup: str) -> str:
    """`markup` with what commonly breaks it put right outside of CDATA: bare ampersands, HTML's entities, control characters."""
    parts = _CDATA.split(_FORBIDDEN.sub("", markup))

    def plain(match: re.Match[str]) -> str:
        known = html.entities.html5.get(match[1] + ";")
        return html.escape(known) if known and match[1] not in {"amp", "lt", "gt", "quot", "apos"} else match[0]

    return "".join(part if part.startswith("<![CDATA[") else _BARE.sub("&amp;", _NAMED.sub(plain, part)) for part in parts)


class _Strange(Exception):
    """An item that is XML and still no product."""


def _cells(markup: str) -> dict[str, Any]:
    """The values of an item by their names without prefix; what stands twice is a list, what has parts an object.

    Raises ExpatError, or _Strange where it is nested too deeply or too large.
    """
    parser = expat.ParserCreate("utf-8")
    stack: list[dict[str, Any]] = [{}]
    texts: list[list[str]] = [[]]
    count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if _MARKUP.match(name) and len(stack) > 2:
            texts[-1].append(f"<{name}>")
            return
        count += 1
        if len(stack) > DEEPEST or count > MOST_VALUES:
            raise _Strange(f"more than {MOST_VALUES} values, or values in values deeper than {DEEPEST}")
        # Atom writes a link's address as an attribute
        href = {"": attributes["href"]} if "href" in attributes and attributes.get("rel", "alternate") == "alternate" else {}
        stack.append(dict(href))
        texts.append([])

    def end(name: str) -> None:
        if _MARKUP.match(name) and len(stack) > 2:
            texts[-1].append(f"</{name}>")
            return
        inner, text = stack.pop(), "".join(texts.pop()).strip()
        href = inner.pop("", "")
        value: Any = inner or text or href
        if len(stack) > 1 and value:
            _put(stack[-1], name.rsplit(":", 1)[-1], value)
        elif len(stack) == 1:
            stack[0] = inner if isinstance(value, dict) else {}

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: texts[-1].append(data)
    parser.buffer_text = True
    parser.Parse(markup.encode("utf-8", "replace"), True)
    return stack[0]


def _put(cells: dict[str, Any], name: str, value: Any) -> None:
    if name not in cells:
        cells[name] = value
    elif isinstance(cells[name], list):
        cells[name].append(value)
    else:
        cells[name] = [cells[name], value]
