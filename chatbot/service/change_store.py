"""Three tables of the desk: changes with their author, questions that could not be answered or were answered badly, and the key of the sign-in.

A change says what a subject was before and after it, so the newest change of each subject is how things stand and undoing is
one more change. Knows rows and transactions and no rule.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from chatbot.store import Store
from chatbot.values import Language

__all__ = ["Change", "ChangeStore", "Question", "QuestionKind"]

QuestionKind = Literal["unanswered", "disliked", "staff"]
MOST_LISTED = 200

_metadata = MetaData()
_changes = Table(
    "desk_changes", _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("at", DateTime(timezone=True), nullable=False), Column("author", String(80), nullable=False),
    Column("subject", String(240), index=True, nullable=False), Column("before", Text), Column("after", Text), Column("undoes", Integer),
    sqlite_autoincrement=True,
)  # fmt: skip
_questions = Table(
    "desk_questions", _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("session", String(64), index=True, nullable=False), Column("turn", Integer, nullable=False),
    Column("kind", String(16), nullable=False), Column("question", Text, nullable=False), Column("answer", Text, nullable=False), Column("language", String(8), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False), sqlite_autoincrement=True,
)  # fmt: skip
_keys = Table("desk_keys", _metadata, Column("id", Integer, primary_key=True), Column("key", String(64), nullable=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """subject: such as "answer:5" or "item:lap-001". before and after: what it was and became, None for nothing. undoes: the change that it takes back."""

    id: int
    at: datetime
    author: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    undoes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a shopper asked, without personal data, and what was answered: nothing, what was disliked, or a person's words."""

    id: int
    session: str
    turn: int
    kind: QuestionKind
    question: str
    answer: str
    language: Language
    at: datetime


class ChangeStore:
    """Over the store's database; safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.add_tables(_metadata)

    # ── changes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def newest(self) -> int:
        """The number of the newest change, 0 where there is none."""
        with self._store.begin() as connection:
            return connection.execute(select(func.max(_changes.c.id))).scalar() or 0

    def standing(self) -> dict[str, Change]:
        """The newest change of every subject."""
        newest = select(func.max(_changes.c.id)).group_by(_changes.c.subject)
        with self._store.begin() as connection:
            rows = connection.execute(select(_changes).where(_changes.c.id.in_(newest)).order_by(_changes.c.id)).mappings().all()
        return {row["subject"]: _change(row) for row in rows}

    def change(self, identifier: int) -> Change | None:
        with self._store.begin() as connection:
            row = connection.execute(select(_changes).where(_changes.c.id == identifier)).mappings().first()
        return _change(row) if row else None

    def recent(self) -> tuple[Change, ...]:
        """The newest changes, newest first."""
        with self._store.begin() as connection:
            rows = connection.execute(select(_changes).order_by(_changes.c.id.desc()).limit(MOST_LISTED)).mappings().all()
        return tuple(map(_change, rows))

    def add(
        self, author: str, subject: str, after: Mapping[str, Any] | None, at: datetime, *, expected: int | None = None, undoes: int | None = None
    ) -> bool:
        """Keep a change. expected: the newest change of the subject; False where that is another by now."""
        with self._store.begin() as connection:
            last = (
                connection.execute(select(_changes).where(_changes.c.subject == subject).order_by(_changes.c.id.desc()).limit(1)).mappings().first()
            )
            if expected is not None and (last is None or last["id"] != expected):
                return False
            text = json.dumps(dict(after), ensure_ascii=False) if after is not None else None
            connection.execute(
                insert(_changes).values(at=at, author=author, subject=subject, before=last["after"] if last else None, after=text, undoes=undoes)
            )
        return True

    # ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, kind: QuestionKind, session: str, turn: int, question: str, answer: str, language: Language, at: datetime) -> None:
        """Keep a question; what a person says further to the same one is added to their answer."""
        same = (_questions.c.session == session, _questions.c.turn == turn, _questions.c.kind == kind)
        with self._store.begin() as connection:
            row = connection.execute(select(_questions.c.id, _questions.c.answer).where(*same)).first()
            if row and kind == "staff":
                connection.execute(update(_questions).where(_questions.c.id == row[0]).values(answer=f"{row[1]}\n{answer}"))
            elif not row:
                values = {"kind": kind, "session": session, "turn": turn, "question": question, "answer": answer, "language": language, "at": at}
                connection.execute(insert(_questions).values(values))

    def forget(self, kind: QuestionKind, session: str, turn: int) -> None:
        """A dislike was taken back."""
        with self._store.begin() as connection:
            connection.execute(delete(_questions).where(_questions.c.session == session, _questions.c.turn == turn, _questions.c.kind == kind))

    def questions(self) -> tuple[Question, ...]:
        """The newest questions, newest first."""
        with self._store.begin() as connection:
            rows = connection.execute(select(_questions).order_by(_questions.c.id.desc()).limit(MOST_LISTED)).mappings().all()
        return tuple(Question(**{**row, "at": _utc(row["at"])}) for row in rows)

    # ── the key ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def key(self) -> bytes:
        """Random bytes that last as long as the database, made at the first call."""
        with self._store.begin() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(_keys).values(id=1, key=secrets.token_hex(32)))
            except IntegrityError:
                pass  # it is there
            return bytes.fromhex(str(connection.execute(select(_keys.c.key)).scalar()))


def _change(row: RowMapping) -> Change:
    before, after = (json.loads(row[name]) if row[name] else None for name in ("before", "after"))
    return Change(**{**row, "at": _utc(row["at"]), "before": before, "after": after})


def _utc(moment: datetime) -> datetime:
    """SQLite gives back a time without its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
