"""The documents and past answers of an import beside those that a shop has: which are new, changed, gone, or the owner's.

An import's documents replace those of the import before; what the owner wrote stays, and keeps its ids.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from chatbot.shop.feeds.documents import Passage, slug
from chatbot.shop.feeds.files import Content
from chatbot.shop.feeds.folder import ANSWERS, DOCUMENTS, Staged, answers_text, documents_text, old_answers, old_documents
from chatbot.shop.feeds.values import Source
from chatbot.values import LANGUAGES

__all__ = ["Library"]

CHANGES = ("added", "updated", "removed", "unchanged")
_ENTRY = re.compile(r"^##\s+(?P<title>.*?)\s*\{#(?P<id>[\w-]+)\}\s*$", re.MULTILINE)


class Library:
    """Collects the passages of every source; `stage` writes them. documents, answers: changes by kind, entries and rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ours, self._others = old_documents(folder)
        self._found: list[tuple[Source, Content]] = []
        self.documents: Counter[str] = Counter(dict.fromkeys(CHANGES, 0))
        self.answers: Counter[str] = Counter(dict.fromkeys(CHANGES, 0))

    def add(self, source: Source, content: Content) -> None:
        if content.passages or content.answers:
            self._found.append((source, content))

    def stage(self, staged: Staged) -> None:
        """Write what was found, if anything was; documents of the import before that are no more are removed."""
        if not self._found:
            return
        taken = {(identifier, language) for path, text in self._others.items() for identifier, language, _ in _entries(path, text)}
        files: set[str] = set()
        new: dict[tuple[str, str], str] = {}
        answers: list[dict[str, str]] = []
        for source, content in self._found:
            passages = []
            for passage in content.passages:
                free = _free(passage, taken)
                if free.id != passage.id:
                    source.remark(0, "repaired", f"an entry of the id {passage.id!r} is there already; this one becomes {free.id!r}", free.id)
                taken.add((free.id, free.language))
                new[free.id, free.language] = f"{free.title}\n{free.text}"
                passages.append(free)
            if content.questions:
                answers += [{"question": one.title, "answer": one.text, "language": one.language, "source": one.id} for one in passages]
            answers += [{"question": one.title, "answer": one.text, "language": one.language, "source": one.id} for one in content.answers]
            for language in LANGUAGES:
                if spoken := [one for one in passages if one.language == language]:
                    name = self._file_name(source.path.stem, language, files)
                    files.add(name)
                    staged.put(name, documents_text(source.path.name, spoken))
        for path in self._ours:
            if str(path.relative_to(self._folder)) not in files:
                staged.remove(path)
        old = {(identifier, language): text for path, whole in self._ours.items() for identifier, language, text in _entries(path, whole)}
        self.documents.update(_changes(old, new))
        self._stage_answers(staged, answers, {identifier for identifier, _ in old})

    def _file_name(self, stem: str, language: str, files: set[str]) -> str:
        base = slug(stem.removesuffix(f".{language}"))
        number = 1
        while True:
            name = f"{DOCUMENTS}/{base}{'' if number == 1 else f'-{number}'}.{language}.md"
            if name not in files and self._folder / name not in self._others:
                return name
            number += 1

    def _stage_answers(self, staged: Staged, answers: list[dict[str, str]], ours: set[str]) -> None:
        before = old_answers(self._folder)
        new = {(row["question"], row["language"]): row for row in answers}
        kept = [row for row in before if row["source"] not in ours and (row["question"], row["language"]) not in new]
        old = {(row["question"], row["language"]): "\n".join(row.values()) for row in before if row not in kept}
        self.answers.update(_changes(old, {key: "\n".join(row.values()) for key, row in new.items()}))
        if new or before:
            staged.put(ANSWERS, answers_text([*kept, *new.values()]))


def _entries(path: Path, text: str) -> Iterator[tuple[str, str, str]]:
    """(id, language, title and text) of every entry of a document."""
    matches = list(_ENTRY.finditer(text))
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        body = text[match.end() : following.start() if following else None].strip()
        named = path.stem.rsplit(".", 1)[-1]
        language = named if named in LANGUAGES else "zh" if re.search(r"[\u3400-\u9fff]", match["title"] + body) else "en"
        yield match["id"], language, f"{match['title']}\n{body}"


def _free(passage: Passage, taken: set[tuple[str, str]]) -> Passage:
    number, identifier = 1, passage.id
    while (identifier, passage.language) in taken:
        number += 1
        identifier = f"{passage.id}-{number}"
    return replace(passage, id=identifier)


def _changes(old: dict[tuple[str, str], str], new: dict[tuple[str, str], str]) -> Counter[str]:
    counts = Counter("added" if key not in old else "unchanged" if old[key] == text else "updated" for key, text in new.items())
    counts["removed"] = len(old.keys() - new.keys())
    return counts
