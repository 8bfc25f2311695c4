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
from chatbot.understanding.grammar import CUES
from chatbot.understanding.slots import TAGS, tags_of
from chatbot.values import INTENTS, PLAN_KINDS, IntentName, Slot
from chatbot.weights.encoder import Encoder, Reading, Turn

__all__ = ["FakeChatModel", "FakeEncoder", "FakeReader"]

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
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
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


class FakeReader(FakeEncoder):
    """Reads what it was told to: each text's intent, its mood (-1 to 1), and the words of its slots by name.

    A text of which nothing was said is chitchat in no mood. Every character is a token, between two that have none.
    `turns` holds what was read, `failing` is raised instead.
    """

    MOODS = ("negative", "neutral", "positive")
    SURE = 5.0
    """Logit of what was told; the others have 0."""

    def __init__(self, name: str = "fake-reader", dimensions: int = 512) -> None:
        super().__init__(name, dimensions)
        self.about: dict[str, Any] = {
            "method": "lora", "first": 6, "temperature": 1.0, "intents": list(INTENTS), "tags": list(TAGS), "moods": list(self.MOODS),
            "acts": list(PLAN_KINDS), "cues": list(CUES),
        }  # fmt: skip
        self.turns: list[Turn] = []
        self.failing: Exception | None = None
        self._intents: dict[str, IntentName] = {}
        self._moods: dict[str, float] = {}
        self._slots: dict[str, tuple[Slot, ...]] = {}

    @property
    def texts(self) -> list[str]:
        """Every text that was read, in order."""
        return [turn.text for turn in self.turns]

    def tell(self, text: str, intent: IntentName = "chitchat", mood: float = 0.0, slots: Sequence[tuple[str, str]] = ()) -> None:
        """What reading `text` shall say. slots: (name, words), the words as they stand in the text, first place first."""
        found, at = [], 0
        for name, words in slots:
            at = text.index(words, at)
            found.append(Slot(name, words, at, at + len(words)))
            at += len(words)
        self._intents[text], self._moods[text], self._slots[text] = intent, mood, tuple(found)

    def read(self, turn: Turn) -> Reading:
        self.turns.append(turn)
        if self.failing:
            raise self.failing
        text, mood = turn.text, self._moods.get(turn.text, 0.0)
        offsets = ((0, 0), *((place, place + 1) for place in range(len(text))), (0, 0))
        return Reading(
            vector=self._vectors([text])[0],
            intent=self._logits(INTENTS.index(self._intents.get(text, "chitchat")), len(INTENTS)),
            mood=self._logits(int(np.sign(mood)) + 1, len(self.MOODS)),
            strength=mood,
            tags=np.stack([self._logits(tag, len(TAGS)) for tag in tags_of(offsets, self._slots.get(text, ()))]),
            offsets=offsets,
        )

    def _logits(self, row: int, count: int) -> np.ndarray:
        return np.eye(count, dtype=np.float32)[row] * self.SURE
