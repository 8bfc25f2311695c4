"""What the shop's people teach: answers to questions, items put forward or held back. The next shopper gets it, without a restart.

How things stand is one immutable snapshot, swapped when a change is made here or, as a look at the newest change tells, in
another process. Every change has an author and can be undone, which is a change too. Knows no HTTP.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from chatbot.errors import MessageError, Taken, Unknown, brief
from chatbot.masking import mask_text
from chatbot.service.answers import DESK, Past
from chatbot.service.change_store import Change, ChangeStore, Question
from chatbot.shop.index import Index
from chatbot.shop.reading import PastAnswer, Shop
from chatbot.shop.shelf import Shelf
from chatbot.store import Store
from chatbot.values import LANGUAGES, Language
from chatbot.weights.encoder import Encoder

__all__ = ["Learned", "Rule"]

Rule = Literal["pin", "block", "none"]
LONGEST_QUESTION, LONGEST_ANSWER = 500, 4000


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """version: the newest change in it."""

    version: int
    standing: Mapping[str, Change]
    past: Past
    shelf: Shelf


class Learned:
    """Safe to use from several threads and processes."""

    def __init__(self, store: Store, encoder: Encoder, shop: Shop, index: Index) -> None:
        self._turns, self._kept = store.turns, ChangeStore(store)
        self._encoder, self._shop, self._index = encoder, shop, index
        self._vectors: dict[str, np.ndarray] = {}
        self._guard = threading.Lock()
        self._snapshot = self._read()

    def past(self) -> Past:
        """Known questions, those of the desk before those of the shop folder."""
        return self._snapshot.past

    def shelf(self) -> Shelf:
        return self._snapshot.shelf

    def refresh(self) -> None:
        """Take in what has been changed since, here or in another process."""
        if self._kept.newest() != self._snapshot.version:
            with self._guard:
                self._snapshot = self._read()

    def _read(self) -> _Snapshot:
        version, standing = self._kept.newest(), self._kept.standing()
        taught = [change.after for subject, change in standing.items() if subject.startswith("answer:") and change.after]
        answers = tuple(PastAnswer(row["question"], row["answer"], row["language"], DESK) for row in taught)
        new = list(dict.fromkeys(answer.question for answer in answers if answer.question not in self._vectors))
        if new:
            self._vectors.update(zip(new, self._encoder.queries(new), strict=True))
        own = np.stack([self._vectors[answer.question] for answer in answers]) if answers else np.zeros((0, self._index.dimensions), np.float32)
        past = Past((*answers, *self._shop.answers), np.concatenate([own, self._index.answer_vectors]))
        rules = {
            subject.removeprefix("item:"): change.after["rule"]
            for subject, change in standing.items()
            if subject.startswith("item:") and change.after
        }
        pinned = {name for name in self._shop.pinned if name not in rules} | {name for name, rule in rules.items() if rule == "pin"}
        blocked = {name for name in self._shop.blocked if name not in rules} | {name for name, rule in rules.items() if rule == "block"}
        return _Snapshot(version, standing, past, Shelf(frozenset(pinned), frozenset(blocked)))

    # ── what there is to learn from ───────────────────────────────────────────────────────────────────────────────────

    def unanswered(self, session: str, turn: int, question: str, language: Language) -> None:
        """A question had no answer."""
        self._kept.ask("unanswered", session, turn, mask_text(question), "", language, datetime.now(UTC))

    def judged(self, session: str, turn: int, liked: bool) -> None:
        """A reply was disliked, or no longer."""
        if liked:
            self._kept.forget("disliked", session, turn)
            return
        for one in self._turns(session):
            if one.turn == turn:
                self._kept.ask(
                    "disliked", session, turn, mask_text(one.message), mask_text(str(one.reply["text"])), one.reply["language"], datetime.now(UTC)
                )

    def answered(self, session: str, turn: int, text: str) -> None:
        """A person of the shop's answered what was asked in `turn`."""
        for one in self._turns(session):
            if one.turn == turn:
                self._kept.ask("staff", session, turn, mask_text(one.message), mask_text(text), one.reply["language"], datetime.now(UTC))

    def questions(self) -> tuple[Question, ...]:
        """Those that nobody has dealt with, newest first."""
        standing = self._snapshot.standing
        done = {subject.removeprefix("question:") for subject, change in standing.items() if subject.startswith("question:") and change.after}
        return tuple(question for question in self._kept.questions() if str(question.id) not in done)

    # ── what is taught ────────────────────────────────────────────────────────────────────────────────────────────────

    def answers(self) -> tuple[tuple[str, Change], ...]:
        """(id, change) of every answer that stands."""
        found = self._snapshot.standing.items()
        return tuple((subject.removeprefix("answer:"), change) for subject, change in found if subject.startswith("answer:") and change.after)

    def rules(self) -> tuple[tuple[str, Change], ...]:
        """(item, change) of every item that the desk puts forward, holds back, or leaves alone though shop.toml does not."""
        found = self._snapshot.standing.items()
        return tuple((subject.removeprefix("item:"), change) for subject, change in found if subject.startswith("item:") and change.after)

    def changes(self) -> tuple[Change, ...]:
        return self._kept.recent()

    def teach(self, author: str, question: str, answer: str, language: str, *, identifier: str = "", settles: int | None = None) -> str:
        """Approve an answer: its id. identifier: of the answer that it replaces. settles: the question that it came from."""
        question, answer = question.strip(), answer.strip()
        if not question or not answer or len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
            raise MessageError("the question or the answer is empty or too long", fix=f"at most {LONGEST_QUESTION} and {LONGEST_ANSWER} characters")
        if language not in LANGUAGES:
            raise MessageError(f"the language is {brief(language)}", fix="give zh or en")
        if identifier and not any(identifier == name for name, _ in self.answers()):
            raise Unknown(f"there is no answer {brief(identifier)}")
        identifier = identifier or secrets.token_hex(8)
        self._change(author, f"answer:{identifier}", {"question": question, "answer": answer, "language": language})
        if settles is not None:
            self.settle(author, settles)
        return identifier

    def withdraw(self, author: str, identifier: str) -> None:
        """The answer is given no longer."""
        if not any(identifier == name for name, _ in self.answers()):
            raise Unknown(f"there is no answer {brief(identifier)}")
        self._change(author, f"answer:{identifier}", None)

    def settle(self, author: str, question: int) -> None:
        """The question needs nothing more."""
        self._change(author, f"question:{question}", {"done": True})

    def rule(self, author: str, item: str, rule: Rule) -> None:
        """Put an item forward, hold it back, or neither, whatever shop.toml says. Raises Unknown."""
        if item not in self._shop.catalogue:
            raise Unknown(f"there is no item {brief(item)} in this shop")
        self._change(author, f"item:{item}", {"rule": rule})

    def undo(self, author: str, identifier: int) -> None:
        """Take a change back. Raises Unknown, and Taken where its subject has been changed again since."""
        change = self._kept.change(identifier)
        if change is None:
            raise Unknown(f"there is no change {identifier}")
        if not self._kept.add(author, change.subject, change.before, datetime.now(UTC), expected=change.id, undoes=change.id):
            raise Taken("it has been changed again since", fix="undo the newer change first")
        self.refresh()

    def _change(self, author: str, subject: str, after: Mapping[str, Any] | None) -> None:
        self._kept.add(author, subject, after, datetime.now(UTC))
        self.refresh()

    def key(self) -> bytes:
        """What the sign-in of the desk is signed with."""
        return self._kept.key()
