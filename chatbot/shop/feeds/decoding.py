"""A text file of an unknown encoding → its lines. Knows nothing of what they say.

UTF-8 and UTF-16 with or without a byte order mark, GB18030 (GBK, GB2312) and Windows-1252 are told apart by reading the
whole file once in pieces; what a file declares about itself is believed where its bytes agree.
"""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot.errors import ShopError
from chatbot.shop.feeds.values import Source

__all__ = ["LONGEST_LINE", "encoding_of", "opened", "read_whole"]

PIECE = 1 << 20
HEAD = 4096
LONGEST_LINE = 4_000_000
"""Characters of one line; a whole saved page may stand on one, a feed that is longer is not made of lines."""
LONGEST_FILE = 16_000_000
"""Bytes of a page or document that is read whole."""
DAMAGED = 0.02
"""Share of broken characters among those beyond ASCII up to which a file is still damaged UTF-8 and not another encoding.

GBK read as UTF-8 breaks at nearly every character; a truncated or twice-joined UTF-8 file at a few."""
PAIRED = 0.8
"""Share of high bytes that stand beside another from which they are Chinese; in Western text they stand alone."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?([A-Za-z0-9_-]{2,20})""")
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "cp1252": "cp1252",
    "utf-8": "utf-8",
    "big5": "big5",
}
"""Encodings believed where they are declared, by Python's name → the wider one that such files really use."""
_HIGH = re.compile(rb"[\x80-\xff]+")


def encoding_of(path: Path) -> str:
    """The encoding that the bytes of `path` agree with. Raises ShopError where none does or the file cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if wide := _utf16_without_mark(head):
            return wide
        broken, beyond = _utf8_damage(path)
        if not broken or broken <= DAMAGED * beyond:
            return "utf-8"
        found = _declared(head) or ("gb18030" if _stands_in_pairs(path) else "cp1252")
        return found if _decodes(path, found) else _last_resort(path, found)
    except OSError as error:
        raise ShopError(f"{path} cannot be read: {error.strerror}", fix="give a file that exists and may be read") from error


def _utf16_without_mark(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) / 8 and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) / 8 and even > 4 * odd else ""


def _utf8_damage(path: Path) -> tuple[int, int]:
    """(characters that are broken as UTF-8, characters beyond ASCII)."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond = 0
    for piece in _pieces(path):
        text = decoder.decode(piece)
        broken += text.count("\ufffd")
        beyond += len(text) - len(text.encode("ascii", "ignore"))
    text = decoder.decode(b"", final=True)
    return broken + text.count("\ufffd"), beyond + len(text)


def _declared(head: bytes) -> str:
    if not (match := _DECLARED.search(head)):
        return ""
    try:
        return _WIDER.get(codecs.lookup(match[1].decode("ascii")).name, "")
    except LookupError:
        return ""


def _stands_in_pairs(path: Path) -> bool:
    high = alone = 0
    for piece in _pieces(path):
        for run in _HIGH.finditer(piece):
            length = run.end() - run.start()
            high += length
            alone += length == 1
    return alone <= (1 - PAIRED) * high


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _last_resort(path: Path, tried: str) -> str:
    for name in ("gb18030", "cp1252"):
        if name != tried and _decodes(path, name):
            return name
    raise ShopError(f"{path} is text of no known encoding", fix="save it as UTF-8")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def opened(source: Source) -> Iterator[io.TextIOWrapper]:
    """The file as text, line ends as they are; `source.done` follows the reading. Raises ShopError."""
    encoding = encoding_of(source.path)
    try:
        raw = source.path.open("rb", buffering=0)
    except OSError as error:
        raise ShopError(f"{source.path} cannot be read: {error.strerror}", fix="give a file that exists and may be read") from error
    with io.TextIOWrapper(io.BufferedReader(_Counted(raw, source)), encoding=encoding, errors="replace", newline="") as text:
        yield text


class _Counted(io.RawIOBase):
    """A file that says how far it has been read."""

    def __init__(self, raw: io.FileIO, source: Source) -> None:
        self._raw, self._source = raw, source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        count = self._raw.readinto(buffer)  # type: ignore[arg-type]
        self._source.done += count or 0
        return count or 0

    def close(self) -> None:
        self._raw.close()
        super().close()


def read_whole(source: Source) -> str:
    """The text of a page or a document, line ends made one. Raises ShopError where it is too long or unreadable."""
    if source.size > LONGEST_FILE:
        raise ShopError(f"{source.path} has {source.size} bytes", fix=f"split it into files of less than {LONGEST_FILE}")
    with opened(source) as text:
        return text.read().replace("\r\n", "\n").replace("\r", "\n")
