"""A shop folder as an import leaves it: files written beside and renamed, what has not changed not touched.

Documents that an import wrote say so on their first line; all others, and an existing shop.toml, are the owner's.
"""

import csv
import filecmp
import hashlib
import io
import json
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from chatbot.errors import SettingError, ShopError, brief
from chatbot.shop.feeds.documents import Passage, as_markdown
from chatbot.text import clean

__all__ = [
    "ANSWERS",
    "ITEMS",
    "MARK",
    "SETTINGS",
    "Staged",
    "answers_text",
    "digest_of",
    "documents_text",
    "old_answers",
    "old_documents",
    "old_items",
    "settings_of",
    "settings_text",
]

SETTINGS, ITEMS, ANSWERS, DOCUMENTS = "shop.toml", "items.jsonl", "answers.csv", "documents"
MARK = "<!-- imported from "
_COLUMNS = ("question", "answer", "language", "source")


class Staged:
    """New files of a folder beside their places until `commit` puts them there. Leaving without it leaves the folder as it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Path] = []
        self._files: dict[Path, Path] = {}
        self._gone: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for scratch in self._files.values():
            scratch.unlink(missing_ok=True)
        for made in reversed(self._made):
            if not any(made.iterdir()):
                made.rmdir()

    def open(self, name: str) -> TextIO:
        """The file that will be `name`, to be written and closed."""
        path = self._folder / name
        for parent in reversed([path.parent, *path.parent.parents]):
            if not parent.exists():
                parent.mkdir()
                self._made.append(parent)
        descriptor, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        self._files[path] = Path(scratch)
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")

    def put(self, name: str, text: str) -> None:
        with self.open(name) as file:
            file.write(text)

    def remove(self, path: Path) -> None:
        self._gone.append(path)

    def commit(self) -> None:
        """Put everything in its place, what is the same excepted."""
        for path, scratch in list(self._files.items()):
            if path.exists() and filecmp.cmp(path, scratch, shallow=False):
                continue
            with scratch.open("rb") as file:
                os.fsync(file.fileno())
            # mkstemp's files are for their owner alone; a shop is read by whoever serves it
            scratch.chmod(path.stat().st_mode if path.exists() else 0o644)
            scratch.replace(path)
            del self._files[path]
        for path in self._gone:
            path.unlink(missing_ok=True)


# ── shop.toml ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_of(folder: Path, *, currency: str, language: str, name: str) -> dict[str, str]:
    """{"currency", "language"} as the folder's shop.toml says, else as given, "" where neither does.

    Raises SettingError where what is given is not what shop.toml says, ShopError where that is broken.
    """
    path = folder / SETTINGS
    if folder.exists() and not folder.is_dir():
        raise ShopError(f"{folder} is a file", fix="give a folder with --into")
    if not path.exists():
        return {"currency": currency, "language": language}
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ShopError(f"{path} cannot be read: {error}", fix="mend it, or remove it and it is written anew") from error
    names = said.get("name", "")
    kept = {
        "currency": said.get("currency", "CNY"),
        "language": said.get("default_language") or next(iter(said.get("languages") or []), ""),
        "name": names,
    }
    for option, given in (("currency", currency), ("language", language), ("name", name)):
        stands = list(names.values()) if option == "name" and isinstance(names, Mapping) else [kept[option]]
        if given and given not in stands:
            raise SettingError(f"--{option} is {brief(given)}, but {path} says {brief(kept[option])}", fix="change it there, or leave the option out")
    return {"currency": str(kept["currency"]), "language": str(kept["language"])}


def settings_text(*, name: str, currency: str, language: str) -> str:
    """A new shop.toml. The shop is served in both languages; what is not translated is shown as it was written."""
    languages = [language, *(one for one in ("zh", "en") if one != language)]
    quoted = {
        key: json.dumps(value, ensure_ascii=False) for key, value in {"name": clean(name, 80), "currency": currency, "language": language}.items()
    }
    return (
        "# Begun by `python -m chatbot import`, which leaves it alone from now on.\n"
        f"name = {quoted['name']}\nlanguages = {json.dumps(languages)}\ndefault_language = {quoted['language']}\ncurrency = {quoted['currency']}\n"
        'pinned = []\nblocked = []\n\n[contact]\nemail = ""\nphone = ""\nhours = ""\n'
    )


# ── items ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def digest_of(item: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(item, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")).digest()


def old_items(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(id, digest) of every item that the shop has. Raises ShopError where its file is broken."""
    path = folder / ITEMS
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    item = json.loads(line)
                    if not isinstance(item, dict):
                        raise ShopError(f"{path} line {number} is {brief(item)}", fix="mend it, or remove the file and import again")
                    yield str(item.get("id")), digest_of(item)
    except (OSError, ValueError, RecursionError) as error:
        raise ShopError(f"{path} cannot be read: {error}", fix="mend it, or remove the file and import again") from error


# ── documents and answers ─────────────────────────────────────────────────────────────────────────────────────────────


def old_documents(folder: Path) -> tuple[dict[Path, str], dict[Path, str]]:
    """(texts of the documents that an import wrote, texts of the owner's)."""
    ours: dict[Path, str] = {}
    others: dict[Path, str] = {}
    for path in sorted((folder / DOCUMENTS).rglob("*.md")) if (folder / DOCUMENTS).is_dir() else []:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ShopError(f"{path} cannot be read: {error}", fix="save it as UTF-8") from error
        (ours if text.startswith(MARK) else others)[path] = text
    return ours, others


def documents_text(origin: str, passages: list[Passage]) -> str:
    named = clean(origin, 200).replace("--", "- -").replace(">", "")
    return as_markdown(passages, f"{MARK}{named}; the next import writes it anew -->\n")


def old_answers(folder: Path) -> list[dict[str, str]]:
    path = folder / ANSWERS
    if not path.exists():
        return []
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        return [{name: row.get(name) or "" for name in _COLUMNS} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ShopError(f"{path} cannot be read: {error}", fix="save it as a CSV file in UTF-8") from error


def answers_text(rows: list[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
