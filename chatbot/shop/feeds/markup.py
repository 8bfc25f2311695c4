"""HTML → text that can be read. Knows no shop; runs nothing, fetches nothing.

Blocks become lines, list items lines that begin with a dash, headings Markdown headings where they are asked for.
"""

import re
from html.parser import HTMLParser

from chatbot.text import clean

__all__ = ["cleaned", "lines_of", "looks_like_html", "one_line", "readable"]

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});|<!--")
_SILENT = {"script", "style", "template", "noscript", "svg", "iframe", "object", "head", "select", "button", "form"}
_FRAME = {"nav", "header", "footer", "aside"}
"""What stands around the text of a whole page."""
_BLOCKS = {
    "address", "article", "blockquote", "br", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_TWICE = 2
"""Feeds escape their HTML once too often; more often than that it is text about HTML."""


class _Reader(HTMLParser):
    def __init__(self, *, page: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._hidden: list[str] = []
        self._cell = False
        self.lines: list[str] = [""]
        self.title = ""
        self._titling = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and self._page:
            self._titling = True
        elif tag == "body":
            self._hidden.clear()  # whatever was left open before it, the text begins here
        elif self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.append(tag)
        elif tag in _SILENT or (self._page and tag in _FRAME):
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            prefix = "- " if tag == "li" else f"{_HEADINGS[tag]} " if self._page and tag in _HEADINGS else ""
            self._break(prefix)
        elif tag in {"td", "th"}:
            if self._cell:
                self.lines[-1] += ": " if ": " not in self.lines[-1] else ", "
            self._cell = True
        if tag == "tr":
            self._cell = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._titling = False
        elif self._hidden:
            if tag == self._hidden[-1]:
                self._hidden.pop()
        elif tag in _BLOCKS:
            self._break("")

    def handle_data(self, data: str) -> None:
        if self._titling:
            self.title += data
        elif not self._hidden:
            # a line end in the source is a blank; one that begins a block is nothing
            self.lines[-1] += re.sub(r"\s+", " ", data)

    def _break(self, prefix: str) -> None:
        if self.lines[-1].strip(" -#"):
            self.lines.append(prefix)
        else:
            self.lines[-1] = prefix or self.lines[-1]


def cleaned(text: str, longest: int) -> str:
    """What `chatbot.text.clean` gives, found faster where nothing has to be taken out: feeds hold millions of such values."""
    return " ".join(text[: longest * 2].split())[:longest].rstrip() if text.isprintable() else clean(text, longest)


def looks_like_html(text: str) -> bool:
    return bool(_TAG.search(text))


def lines_of(page: str, longest: int) -> tuple[str, list[str]]:
    """(title, lines) of a whole page, its headings as Markdown."""
    reader = _Reader(page=True)
    reader.feed(page)
    reader.close()
    kept = [cleaned(line, longest) for line in reader.lines]
    return cleaned(reader.title, longest), [line for line in kept if line.strip(" -#")]


def readable(text: str, longest: int) -> str:
    """A description as lines of plain text, at most `longest` characters."""
    for _ in range(_TWICE):
        if not looks_like_html(text):
            break
        reader = _Reader(page=False)
        # line ends count only where nothing marks the paragraphs
        reader.feed(text if re.search(r"<(?:p|br|div|li|h\d)\b", text, re.IGNORECASE) else text.replace("\n", "<br>"))
        reader.close()
        text = "\n".join(line for line in reader.lines if line.strip(" -#"))
    lines = [cleaned(line, longest) for line in text[: longest * 2].splitlines()]
    return "\n".join(line for line in lines if line)[:longest].rstrip()


def one_line(text: str, longest: int) -> str:
    """A title, a name or a value as one line of plain text."""
    return cleaned(readable(text, longest * 2).replace("\n", " ") if looks_like_html(text) else text, longest)
