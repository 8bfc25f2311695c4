"""The labelled utterances of `knowledge/training`: what shoppers type, in the turn where they type it.

Slots are marked in the text as `[words](slot)`. Whole pattern families are held out, in both languages, so that the
figures are of constructions that were never seen. Knows nothing of models.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chatbot.errors import TrainingError, brief
from chatbot.understanding.slots import SLOTS
from chatbot.values import INTENTS, LANGUAGES, PLAN_KINDS, Slot

__all__ = ["Part", "Piece", "Utterance", "pieces_of", "plain", "read_utterances"]

STRONGEST = 3
"""Moods are labelled -3 to 3."""
Part = Literal["train", "development", "held_out"]
Piece = tuple[str, str]
"""(words, slot name or "")."""
_MARKED = re.compile(r"\[([^\[\]]+)\]\((\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """mood: -3 furious to 3 delighted. did, said: the assistant's last act and the shopper's last words, "" at the start."""

    pieces: tuple[Piece, ...]
    intent: str
    language: str
    family: str
    mood: int = 0
    did: str = ""
    said: str = ""

    @property
    def text(self) -> str:
        return plain(self.pieces)[0]

    @property
    def part(self) -> Part:
        """Of twenty families three are held out for the figures and two for choosing among epochs and temperatures."""
        pattern = self.family.partition(".")[2]  # a whole conversation, whatever the intents of its messages
        code = hashlib.sha256(pattern.encode()).digest()[0] % 20
        return "held_out" if code < 3 else "development" if code < 5 else "train"


def plain(pieces: Sequence[Piece]) -> tuple[str, tuple[Slot, ...]]:
    """(the text, its slots)."""
    text, slots = "", []
    for words, name in pieces:
        if name:
            slots.append(Slot(name, words, len(text), len(text) + len(words)))
        text += words
    return text, tuple(slots)


def pieces_of(marked: str) -> tuple[Piece, ...]:
    """Marked text in pieces."""
    pieces, at = [], 0
    for match in _MARKED.finditer(marked):
        pieces += [(marked[at : match.start()], ""), (match[1], match[2])]
        at = match.end()
    return tuple(piece for piece in [*pieces, (marked[at:], "")] if piece[0])


def read_utterances(path: Path) -> tuple[Utterance, ...]:
    """The utterances of a JSON Lines file, or of all in a folder. Raises TrainingError with the line number of a broken row."""
    if path.is_dir():
        return tuple(row for file in sorted(path.glob("*.jsonl")) for row in read_utterances(file))
    rows = []
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        where = f"{path.name} line {number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            utterance = Utterance(
                pieces=pieces_of(row["text"]), intent=row["intent"], language=row["language"], family=row["family"],
                mood=row.get("mood", 0), did=row.get("did", ""), said=row.get("said", ""),
            )  # fmt: skip
        except KeyError as error:
            raise TrainingError(f"{where}: {brief(line)} lacks {error}", fix="give text, intent, language and family") from error
        except (ValueError, TypeError) as error:
            raise TrainingError(f"{where}: {brief(line)} is no row: {error}", fix="give one JSON object a line") from error
        if utterance.intent not in INTENTS or utterance.language not in LANGUAGES or utterance.did not in ("", *PLAN_KINDS):
            raise TrainingError(f"{where}: {brief(line)} has an intent, language or act that is not known")
        if unknown := {name for _, name in utterance.pieces} - {"", *SLOTS}:
            raise TrainingError(f"{where}: the slot {brief(unknown.pop())} is not one of {', '.join(SLOTS)}")
        if not isinstance(utterance.mood, int) or abs(utterance.mood) > STRONGEST or not utterance.text.strip():
            raise TrainingError(f"{where}: the mood is not in -3 to 3, or the text is empty")
        rows.append(utterance)
    return tuple(rows)
