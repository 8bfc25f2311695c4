"""The two seams that cost something, made cheap: an encoder without a model and a chat model that follows a script.

Both subclass or satisfy the real seam and record what they were asked, so that a test can count calls. They know no
shop and no test.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from chatbot.text import folded
from chatbot.weights.encoder import Encoder

__all__ = ["FakeChatModel", "FakeEncoder"]

GRAMS = (2, 3, 4)


class FakeEncoder(Encoder):
    """Counts hashed character n-grams: texts that share words are near each other, equal texts are equal."""

    def __init__(self, name: str = "fake", dimensions: int = 512) -> None:
        self.name = name
        self.dimensions = dimensions
        self.calls: list[tuple[str, tuple[str, ...]]] = []

    @property
    def embedded(self) -> list[str]:
        """Every text that was embedded, in order."""
        return [text for _, texts in self.calls for text in texts]

    def queries(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        vectors = self._embed("queries", texts)
        if progress and texts:
            progress(len(texts))
        return vectors

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        vectors = self._embed("passages", texts)
        if progress and texts:
            progress(len(texts))
        return vectors

    def _embed(self, kind: str, texts: Sequence[str]) -> np.ndarray:
        if texts:
            self.calls.append((kind, tuple(texts)))
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            plain = f" {folded(text)} "
            for length in GRAMS:
                for start in range(len(plain) - length + 1):
                    vectors[row, zlib.crc32(plain[start : start + length].encode("utf-8", "replace")) % self.dimensions] += 1.0
            vectors[row] /= max(float(np.linalg.norm(vectors[row])), 1e-9)
        return vectors


class FakeChatModel(BaseChatModel):
    """Streams scripted replies in small pieces; a scripted exception is raised instead. The last one is repeated.

    on_piece is called before each piece, with its number: a test moves a clock there, or raises in the middle.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    replies: list[Any]
    piece: int = 4
    on_piece: Callable[[int], None] | None = None
    prompts: list[str] = Field(default_factory=list)
    options: list[dict[str, Any]] = Field(default_factory=list)
    pieces_sent: int = 0
    closed: int = 0

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.prompts.append("".join(str(message.content) for message in messages))
        self.options.append(options)
        reply = self.replies[min(len(self.prompts), len(self.replies)) - 1]
        try:
            if isinstance(reply, BaseException):
                raise reply
            for number, start in enumerate(range(0, len(reply), self.piece)):
                if self.on_piece:
                    self.on_piece(number)
                self.pieces_sent += 1
                yield ChatGenerationChunk(message=AIMessageChunk(content=reply[start : start + self.piece]))
        finally:
            self.closed += 1

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager, **options))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])
