"""What the two phrasers share: the account of a phrasing, and a model's stream read beside the reply. Checks nothing."""

import queue
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

__all__ = ["SENTENCE_END", "Phrased", "Pieces", "TooSlowError", "contents"]

SENTENCE_END = re.compile(r"[。！？]|[.!?](?=\s)")
"""A sentence's end while more may come: a Latin stop ends it only where a blank follows, for 1.1 kg goes on."""

AHEAD = 4
"""Pieces that the model may be ahead of the check: what is thrown away should not be generated."""


@dataclass
class Phrased:
    """What came of one phrasing, filled while its stream is read. faults: what was refused or went wrong, and why."""

    by_model: bool = False
    grounded: bool = True
    faults: list[str] = field(default_factory=list)
    first_body: float | None = field(default=None, compare=False)
    """When the first words of the model's own were handed on, by `time.perf_counter`."""


class TooSlowError(Exception):
    """The model took longer than it may."""


class Pieces:
    """A model's stream read in a thread of its own, so that a model that says nothing cannot hold up the reply."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._queue: queue.Queue[str | BaseException | None] = queue.Queue(maxsize=AHEAD)
        self._left = threading.Event()
        # no daemon: at the end of the process it must still close its stream, or llama.cpp is torn down in mid-call
        threading.Thread(target=self._read, args=(stream,), name="phrasing").start()

    def _read(self, stream: Iterator[str]) -> None:
        try:
            for piece in stream:
                self._put(piece)
                if self._left.is_set():
                    break
            if close := getattr(stream, "close", None):
                close()
            self._put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the pieces are read
            self._put(error)

    def _put(self, piece: str | BaseException | None) -> None:
        """Hand a piece over; a reader that has left takes none, and then nothing is waited for."""
        while not self._left.is_set():
            try:
                self._queue.put(piece, timeout=0.1)
                return
            except queue.Full:
                continue

    def until(self, deadline: float) -> Iterator[str]:
        """The pieces. Raises TooSlowError at `deadline`, by `time.perf_counter`, and whatever the model raised."""
        while (piece := self._next(deadline - time.perf_counter())) is not None:
            yield piece

    def _next(self, seconds: float) -> str | None:
        if seconds <= 0:
            raise TooSlowError
        try:
            piece = self._queue.get(timeout=seconds)
        except queue.Empty as error:
            raise TooSlowError from error
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def leave(self) -> None:
        """No further piece is wanted."""
        self._left.set()


def contents(model: BaseChatModel, messages: list[BaseMessage], longest: int, **options: Any) -> Iterator[str]:
    """The pieces of what a model says, `longest` tokens at the most; its stream is closed with this one."""
    stream = model.stream(messages, max_tokens=longest, **options)
    try:
        for chunk in stream:
            yield str(chunk.content)
    finally:
        if close := getattr(stream, "close", None):
            close()
