"""Markdown, HTML, PDF and questions → entries of a shop's documents. Knows no products and writes nothing.

A document's headings become entries, each with an id that stays the same from one import to the next.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chatbot.errors import ShopError
from chatbot.shop.feeds.columns import fields_of
from chatbot.shop.feeds.decoding import read_whole
from chatbot.shop.feeds.markup import lines_of, looks_like_html, one_line, readable
from chatbot.shop.feeds.values import Raw, Source
from chatbot.text import clean, han_share
from chatbot.values import LANGUAGES, Language

__all__ = ["Passage", "as_markdown", "questions_of", "read_html", "read_markdown", "read_pdf", "slug"]

LONGEST_TITLE, LONGEST_LINE = 160, 4000
LONGEST_ENTRY = 1600
"""Characters of an entry; a longer section is cut at its paragraphs, for a shopper is shown a whole entry."""
LONGEST_ID = 48
MOST_ENTRIES, MOST_PAGES = 2000, 500
LARGEST_PDF = 50_000_000

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_GIVEN_ID = re.compile(r"\s*\{#([\w-]+)\}\s*$")
_ID = re.compile(r"[\w-]{1,80}")
_UNDERLINE = {"=": "#", "-": "##"}
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_ANCHOR = re.compile(r"\[([^\]]+)\]\((?:[^)]*)\)")
_NUMBERED = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[.、)]?|第[一二三四五六七八九十百\d]+[章节条部分]+|[一二三四五六七八九十]+、|[IVX]+\.)\s*(?=\D)(\S.{1,58})$"
)
_QUESTION = re.compile(r"^(?:Q\s*[:：.]|问\s*[:：])?\s*(\S.{2,118}[?？])$", re.IGNORECASE)
_REPLY = re.compile(r"^(?:A\s*[:：.]|答\s*[:：])\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """One entry of a document."""

    id: str
    title: str
    text: str
    language: Language


def read_markdown(source: Source) -> list[Passage]:
    lines = read_whole(source).lstrip("\ufeff").split("\n")
    if lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:]]:
        lines = lines[[line.strip() for line in lines[1:]].index("---") + 2 :]
    return _passages(source, _markdown_lines(lines), "")


def read_html(source: Source) -> list[Passage]:
    title, lines = lines_of(read_whole(source), LONGEST_LINE)
    return _passages(source, lines, title)


def read_pdf(source: Source) -> list[Passage]:
    """The text of a PDF; numbered lines and questions are its headings. Raises ShopError where it has no text to read."""
    from pypdf import PdfReader

    if source.size > LARGEST_PDF:
        raise ShopError(f"{source.path} has {source.size} bytes", fix=f"give PDF files of less than {LARGEST_PDF}")
    try:
        reader = PdfReader(source.path)
        title = clean(str(reader.metadata.title or ""), LONGEST_TITLE) if reader.metadata else ""
        text = "\n".join(page.extract_text() for page in reader.pages[:MOST_PAGES])
    except Exception as error:  # pypdf lets KeyError, ValueError, RecursionError and more through for broken files
        raise ShopError(f"{source.path} is no readable PDF: {error}", fix="save it again, without a password") from error
    if not text.strip():
        raise ShopError(f"{source.path} holds no text, only pictures of it", fix="give its text as Markdown")
    lines = [clean(line, LONGEST_LINE) for line in text.split("\n")]
    return _passages(source, [f"## {heading}" if (heading := _pdf_heading(line)) else _REPLY.sub("", line) for line in lines], title)


def _pdf_heading(line: str) -> str:
    if match := _QUESTION.match(line):
        return match[1]
    match = _NUMBERED.match(line)
    return match[1] if match and match[1][-1] not in ".。;；,，:：!！" else ""


def questions_of(source: Source, rows: Iterable[Raw]) -> tuple[list[Passage], list[Passage]]:
    """(questions that become entries, questions that an entry of the shop answers, by its id in a column `source`).

    A row that lacks question or answer is told.
    """
    entries: list[Passage] = []
    answered: list[Passage] = []
    for raw in rows:
        fields, others = fields_of(raw.cells)
        title = one_line(str(fields.get("question", "")), LONGEST_TITLE)
        text = _entry_text(readable(str(fields.get("answer", "")), LONGEST_LINE).split("\n"))
        if not title or not text:
            source.remark(raw.line, "refused", f"it has no {'answer' if title else 'question'}")
            continue
        language = _language_of(str(fields.get("language", "")).lower()[:2], title + text)
        identifier, cited = (
            next((str(value) for name, value in one.items() if name.lower() == key and value), "")
            for one, key in ((fields, "id"), (others, "source"))
        )
        if _ID.fullmatch(cited):
            answered.append(Passage(cited, title, text, language))
        else:
            entries.append(Passage(identifier if _ID.fullmatch(identifier) else slug(identifier or title), title, text, language))
    return entries, answered


# ── headings → entries ────────────────────────────────────────────────────────────────────────────────────────────────


def _markdown_lines(lines: list[str]) -> list[str]:
    """ATX headings for underlined ones; pictures and addresses out of the text; nothing inside fences is a heading."""
    found: list[str] = []
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
            continue
        mark = line.strip()
        if not fenced and found and found[-1].strip() and len(mark) >= 2 and set(mark) in ({"="}, {"-"}) and not _HEADING.match(found[-1]):
            found[-1] = f"{_UNDERLINE[mark[0]]} {found[-1].strip()}"
            continue
        plain = _ANCHOR.sub(r"\1", _PICTURE.sub(r"\1", line))
        if looks_like_html(plain):
            plain = readable(plain, LONGEST_LINE)
        indent = len(line) - len(line.lstrip(" "))
        text = clean(plain, LONGEST_LINE)
        found.append(f"    {text}" if fenced and text.startswith("#") else f"{' ' * min(indent, 8)}{text}" if text.startswith(("-", "*")) else text)
    return found


def _passages(source: Source, lines: list[str], title: str) -> list[Passage]:
    """The sections below the headings that divide the document; one without such headings is one entry."""
    levels = [len(match[1]) for line in lines if (match := _HEADING.match(line))]
    # a single heading of another level is the document's title
    dividing = next((level for level in (2, 1, 3, 4) if levels.count(level) >= (1 if level == 2 else 2)), 0)
    blocks: list[tuple[str, list[str]]] = [("", [])]
    titled = False
    for line in lines:
        match = _HEADING.match(line)
        level = len(match[1]) if match else 0
        first = len(blocks) == 1 and not any(blocks[0][1])
        if match and not titled and ((level < dividing and first) or not dividing):
            title, titled = match[2], True
        elif match and level <= dividing:
            blocks.append((match[2], []))
        else:
            blocks[-1][1].append(match[2] if match else line)
    stem, _, ending = source.path.stem.rpartition(".")
    stem, said = (stem, ending.lower()) if stem and ending.lower() in LANGUAGES else (source.path.stem, "")
    blocks[0] = (title or _spoken(stem), blocks[0][1])
    language = _language_of(said, " ".join([title, *(text for heading, block in blocks for text in (heading, *block))]))
    found: list[Passage] = []
    for place, (heading, block) in enumerate(blocks):
        given = _GIVEN_ID.search(heading)
        name = one_line(_GIVEN_ID.sub("", heading), LONGEST_TITLE)
        text = _entry_text(block)
        if not text or not name:
            if place:
                source.remark(0, "repaired", f"the heading {name!r} has no text below it; it is left out")
            continue
        # the text above the first heading is the document's own entry, and so is a document of one
        identifier = given[1] if given else slug(name if place else stem)
        for number, part in enumerate(_parts(text), 1):
            found.append(
                Passage(identifier if number == 1 else f"{identifier}-{number}", name if number == 1 else f"{name} ({number})", part, language)
            )
    if not found:
        raise ShopError(f"{source.path} has no text", fix="give a document that says something")
    if len(found) > MOST_ENTRIES:
        raise ShopError(f"{source.path} has {len(found)} headings", fix="split it")
    return found


def _entry_text(lines: list[str]) -> str:
    """Paragraphs with one empty line between them; no line that the shop's reader would take for a heading."""
    kept = [re.sub(r"^#{1,6}\s+", "", line).rstrip() for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _parts(text: str) -> list[str]:
    if len(text) <= LONGEST_ENTRY:
        return [text]
    parts, held = [], ""
    for paragraph in re.split(r"(?<=\n)", text):
        for piece in (paragraph[at : at + LONGEST_ENTRY] for at in range(0, len(paragraph), LONGEST_ENTRY)):
            if held and len(held) + len(piece) > LONGEST_ENTRY:
                parts.append(held.strip())
                held = ""
            held += piece
    return [part for part in [*parts, held.strip()] if part]


def _language_of(said: str, text: str) -> Language:
    for language in LANGUAGES:
        if said == language:
            return language
    return "zh" if han_share(text) > 0.3 else "en"


def slug(text: str) -> str:
    """An id of letters (Chinese ones too), digits, hyphens and underscores."""
    return re.sub(r"\W+", "-", text.lower()).strip("-_")[:LONGEST_ID].rstrip("-_") or "entry"


def _spoken(stem: str) -> str:
    return stem.replace("_", " ").replace("-", " ").strip().capitalize() or stem


def as_markdown(passages: Iterable[Passage], heading: str) -> str:
    """The passages as a document of a shop folder."""
    return heading + "".join(f"\n## {one.title} {{#{one.id}}}\n\n{one.text}\n" for one in passages)
