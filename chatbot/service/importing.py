"""Historical dialogues → proposed past answers: read, masked, folded where they ask the same, one best reply each.

Proposes and writes files; what becomes of a proposal the owner decides. Knows nothing of the conversation under way.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import ShopError, brief
from chatbot.masking import mask_text
from chatbot.service.answers import Answers
from chatbot.service.words import terms_of
from chatbot.shop.reading import PastAnswer
from chatbot.text import folded
from chatbot.values import LANGUAGES, Language
from chatbot.weights.cache import write_atomically
from chatbot.weights.encoder import Encoder

__all__ = ["Dialogue", "Proposal", "Read", "accept", "propose", "read_dialogues", "write_proposals"]

SAME, SHARED = 0.95, 0.5
"""Cosine and share of words from which two questions ask the same: below, half of the nearest pairs of the demo shop's past
questions ask something else."""
MOST_ROWS = 20_000
"""Questions of one file: they are compared in pairs."""
COLUMNS = ("question", "answer", "language", "source")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One historical question and its reply, personal data masked. time: as the file has it, ISO 8601 to be comparable."""

    question: str
    answer: str
    time: str
    language: Language
    source: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds. problems: a line for every row that was left out."""

    dialogues: tuple[Dialogue, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question with its best reply. count: dialogues that asked it; others: its other wordings; known: it is in answers.csv already.

    source: the entry that the file names, else the one that the documents suggest, else "".
    """

    question: str
    answer: str
    language: Language
    source: str
    count: int
    last: str
    others: tuple[str, ...]
    known: bool


def read_dialogues(path: Path) -> Read:
    """CSV or JSON Lines of question, answer, time and, where known, language and source. Raises ShopError where the file is neither."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShopError(f"{path} is not UTF-8 at byte {error.start}", fix="save it as UTF-8") from error
    except OSError as error:
        raise ShopError(f"{path} cannot be read: {error.strerror}", fix="give a CSV or JSONL file of question, answer, time") from error
    rows = _json_rows(path, text) if text.lstrip().startswith("{") else _csv_rows(path, text)
    dialogues, problems = [], []
    for number, row in rows:
        question, answer = (str(row.get(name) or "").strip() for name in ("question", "answer"))
        language = str(row.get("language") or "").strip() or ("zh" if _HAN.search(question) else "en")
        if not question or not answer or language not in LANGUAGES:
            problems.append(f"{path.name} line {number}: {brief(dict(row))} has no question, answer or known language")
            continue
        dialogues.append(
            Dialogue(mask_text(question), mask_text(answer), str(row.get("time") or ""), language, str(row.get("source") or "").strip())  # type: ignore[arg-type]
        )
    if len(dialogues) > MOST_ROWS:
        raise ShopError(f"{path} holds {len(dialogues)} dialogues", fix=f"split it into files of at most {MOST_ROWS}")
    return Read(tuple(dialogues), tuple(problems))


def _json_rows(path: Path, text: str) -> list[tuple[int, Mapping[str, Any]]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ShopError(f"{path.name} line {number} is not JSON", fix='write one {"question", "answer", "time"} a line') from error
            rows.append((number, row if isinstance(row, Mapping) else {}))
    return rows


def _csv_rows(path: Path, text: str) -> list[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"question", "answer"} <= set(reader.fieldnames or ()):
        raise ShopError(f"{path.name} has the columns {brief(reader.fieldnames)}", fix="name the columns question, answer, time")
    return [(reader.line_num, row) for row in reader]


def propose(dialogues: Sequence[Dialogue], known: Sequence[PastAnswer], answers: Answers, encoder: Encoder) -> tuple[Proposal, ...]:
    """One proposal for each question, asked most often first; the reply is the most frequent one, of several the latest."""
    distinct = list(dict.fromkeys((one.language, _bare(one.question)) for one in dialogues))
    place = {key: number for number, key in enumerate(distinct)}
    wording = {place[one.language, _bare(one.question)]: one.question for one in reversed(dialogues)}
    vectors = encoder.queries([wording[number] for number in range(len(distinct))]) if distinct else np.zeros((0, encoder.dimensions), np.float32)
    groups = _folded(distinct, vectors)
    old = [one for one in known if one.language in LANGUAGES]
    old_vectors = encoder.queries([one.question for one in old]) if old else np.zeros((0, vectors.shape[1]), np.float32)
    members: dict[int, list[Dialogue]] = {}
    for one in dialogues:
        members.setdefault(groups[place[one.language, _bare(one.question)]], []).append(one)
    proposals = []
    for group, asked in members.items():
        counts = Counter(one.question for one in asked)
        question = counts.most_common(1)[0][0]
        language, vector = asked[0].language, vectors[group]
        answer = _best_reply(asked)
        named = Counter(one.source for one in asked if one.source).most_common(1)
        found = None if named else answers.best(vector, question, language)
        source = named[0][0] if named else found.entry.id if found and found.past is None else ""
        same = (
            _same(question, other.question, float(cosine))
            for other, cosine in zip(old, old_vectors @ vector, strict=True)
            if other.language == language
        )
        others = tuple(other for other in dict.fromkeys(one.question for one in asked) if other != question)
        proposals.append(Proposal(question, answer, language, source, len(asked), max(one.time for one in asked), others, any(same)))
    return tuple(sorted(proposals, key=lambda one: -one.count))


def _best_reply(asked: Sequence[Dialogue]) -> str:
    counts = Counter(_bare(one.answer) for one in asked)
    best = max(asked, key=lambda one: (counts[_bare(one.answer)], one.time))
    return best.answer


def _bare(text: str) -> str:
    """Without capitals and punctuation."""
    return " ".join(_WORD.findall(folded(text)))


def _folded(distinct: Sequence[tuple[Language, str]], vectors: np.ndarray) -> list[int]:
    """The group of each question: the row of the first that asks the same."""
    groups = list(range(len(distinct)))
    for row in range(1, len(distinct)):
        cosines = vectors[:row] @ vectors[row]
        for other in np.flatnonzero(cosines >= SAME).tolist():
            if distinct[other][0] == distinct[row][0] and _same(distinct[other][1], distinct[row][1], float(cosines[other])):
                groups[row] = groups[other]
                break
    return groups


def _same(one: str, other: str, cosine: float) -> bool:
    first, second = set(terms_of(one)), set(terms_of(other))
    return cosine >= SAME and len(first & second) >= SHARED * max(1, len(first | second))


def write_proposals(path: Path, proposals: Sequence[Proposal]) -> None:
    """JSON Lines, to be read and edited; `accept` reads them again where they are handed back."""
    try:
        write_atomically(path, "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in proposals))
    except OSError as error:
        raise ShopError(f"{path} cannot be written: {error.strerror}", fix="give another --output") from error


def accept(folder: Path, proposals: Sequence[Proposal]) -> int:
    """Add the proposals that are not known to the shop's answers.csv, whole or not at all; how many were added."""
    path = folder / "answers.csv"
    new = [one for one in proposals if not one.known]
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))) if path.exists() else []
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    writer.writerows({"question": one.question, "answer": one.answer, "language": one.language, "source": one.source} for one in new)
    try:
        write_atomically(path, out.getvalue())
    except OSError as error:
        raise ShopError(f"{path} cannot be written: {error.strerror}", fix="give a folder that may be written") from error
    return len(new)
