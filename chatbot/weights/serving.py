"""The encoder and the trained understanding as one ONNX graph, made once: with a pruned vocabulary.

`write_served` joins the packaged encoder and what was trained in `knowledge/trained/understanding` into a folder that
`chatbot.weights.encoder` runs: `model.onnx`, `tokenizer.json`, and the table of word vectors beside the graph, mapped
into memory so that only the rows that are used are ever read. Pieces that neither Chinese nor English is written with are
dropped from the vocabulary; a text of those two languages is cut into the same pieces as before.
"""

import hashlib
import json
import shutil
import warnings
from pathlib import Path
from typing import Any, Literal

import numpy as np

from chatbot.errors import WeightsError

__all__ = ["ABOUT", "FORMAT", "GRAPH", "HEADS", "PRECISION", "VECTORS", "WORDS", "Precision", "load_network", "write_served"]

Precision = Literal["fp32", "int8"]
GRAPH, VECTORS = "model.onnx", "vectors.onnx"
"""The whole network, and the part of it that gives vectors alone."""
WORDS, ABOUT, HEADS = "words.npy", "understanding.json", "heads.safetensors"
FORMAT = 2
"""Goes up when a folder made from the same weights would be another; those of before are then made again."""
PRECISION: Precision = "fp32"
"""What serves. int8 takes 0.56 of the time, but loses 0.35 points of the intents on the held-out families; its vectors have a cosine
of 0.990 to 0.997 to the exact ones and move with the batch, and two needs of `tests/dialogues` then found other things."""
SPECIAL = 4
"""Pieces at the head of the vocabulary that are no text: <s>, <pad>, </s>, <unk>."""
INPUTS = ("words", "mask", "said", "did", "cues")
OUTPUTS = ("vector", "intent", "mood", "strength", "tags")
QUANTISED = ("MatMul", "Attention")


def write_served(source: Path, trained: Path, target: Path, *, precision: Precision = PRECISION, pruned: bool = True) -> None:
    """Write the folder `target` from the Hugging Face folder `source` and the trained folder `trained`.

    Raises WeightsError where the trained folder is missing or does not fit.
    """
    import onnx.utils

    network = load_network(source, trained)
    table = network.encoder.bert.embeddings.word_embeddings.weight.detach().numpy()
    kept = _kept(source / "tokenizer.json", target / "tokenizer.json") if pruned else np.arange(len(table))
    if not pruned:
        shutil.copy(source / "tokenizer.json", target / "tokenizer.json")
    np.save(target / WORDS, table[kept].astype(np.float16))
    _export(network, target / GRAPH)
    if precision == "int8":
        _quantise(target / GRAPH)
    onnx.utils.extract_model(str(target / GRAPH), str(target / VECTORS), ["words", "mask"], ["vector"], check_model=False)
    digest = hashlib.sha256()
    for name in (VECTORS, WORDS):  # equal vectors, equal name: an index outlives a training
        digest.update((target / name).read_bytes())
    about = json.loads((trained / ABOUT).read_text("utf-8"))
    (target / ABOUT).write_text(json.dumps({**about, "fingerprint": digest.hexdigest()}, indent=1), "utf-8")


def load_network(source: Path, trained: Path) -> Any:
    """The MultiTask of a trained folder, an adapter merged, in evaluation mode."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from chatbot.weights.multitask import LADDER, MultiTask, Sizes
    from chatbot.weights.tuning import load_tuned

    try:
        about = json.loads((trained / ABOUT).read_text("utf-8"))
        heads = load_file(trained / HEADS)
        ladder = about["method"] == LADDER
        encoder = load_tuned(source, trained, method="frozen" if ladder else about["method"], first=int(about["first"]))
        sizes = Sizes(len(about["intents"]), len(about["tags"]), len(about["moods"]), len(about["acts"]) + 1, len(about["cues"]))
        network = MultiTask(encoder, sizes, ladder=ladder)
        missing = network.load_state_dict({name: tensor.float() for name, tensor in heads.items()}, strict=False)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, SafetensorError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(f"the understanding in {trained} cannot be read: {reason}", fix="python -m chatbot train understanding") from error
    if absent := [name for name in missing.missing_keys if not name.startswith("encoder.")]:
        raise WeightsError(f"the understanding in {trained} lacks {absent[0]}", fix="python -m chatbot train understanding")
    return network.eval()


def _kept(source: Path, target: Path) -> np.ndarray:
    """Write the tokenizer with the pieces that Chinese and English need; their old numbers, in the new order."""
    tokenizer = json.loads(source.read_text("utf-8"))
    pieces = tokenizer["model"]["vocab"]
    kept = [number for number, (piece, _) in enumerate(pieces) if number < SPECIAL or _wanted(piece)]
    tokenizer["model"]["vocab"] = [pieces[number] for number in kept]
    target.write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    return np.array(kept)


def _wanted(piece: str) -> bool:
    """Latin (é of café too), Chinese, their punctuation and signs; any other letter before the Cyrillic ones where it stands alone."""
    text = piece.replace("▁", "")
    return all(_common(ord(char)) for char in text) or (len(text) == 1 and ord(text) < 0x400)


def _common(code: int) -> bool:
    if code < 0x100 or 0xFE00 <= code <= 0xFE0F or code >= 0x1F000:
        return True
    return 0x3400 <= code <= 0x9FFF or 0x3000 <= code <= 0x303F or 0x2000 <= code <= 0x2BFF or 0xFF00 <= code <= 0xFFEF


def _export(network: Any, path: Path) -> None:
    """The graph: word vectors and mask of the message, the turn before and the cues in; OUTPUTS out."""
    import torch

    from chatbot.weights.fused import DOMAIN, Block, LadderBlock
    from chatbot.weights.tuning import mean_pooled, read_bert

    bert, ladder, first = network.encoder.bert, network.ladder, network.encoder.first
    layers = bert.encoder.layer
    below = layers if ladder is not None else layers[:first]  # with a ladder the encoder is untouched as it is
    above = [] if ladder is not None else read_bert(network.encoder.source).encoder.layer[first:]
    if ladder is not None:
        ladder.rungs = torch.nn.ModuleList(map(LadderBlock, ladder.rungs))

    class Served(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network, self.below, self.above = network, torch.nn.ModuleList(map(Block, below)), torch.nn.ModuleList(map(Block, above))

        def forward(self, words: Any, mask: Any, said: Any, did: Any, cues: Any) -> Any:
            short, hidden, states = mask.int(), bert.embeddings(inputs_embeds=words), []
            for number, block in enumerate(self.below, 1):
                hidden = block(hidden, short)
                if ladder is not None and number in ladder.layers:
                    states.append(hidden)
            entered = ladder.even(torch.stack(states, 2)) if ladder is not None else hidden
            for block in self.above:
                hidden = block(hidden, short)
            mean = mean_pooled(hidden, mask)
            vector = mean / mean.norm(dim=1, keepdim=True)
            top = self.network.top(entered, mask, vector, said, did, cues)
            return vector, top["intent"], top["mood"], top["strength"], top["tags"]

    width = network.encoder.dimensions
    example = (
        torch.randn(2, 9, width), torch.ones(2, 9, dtype=torch.long), torch.randn(2, width), torch.zeros(2, dtype=torch.long),
        torch.zeros(2, network.cues.in_features),
    )  # fmt: skip
    texts, tokens = {0: "texts"}, {0: "texts", 1: "tokens"}
    axes = {"words": tokens, "mask": tokens, "said": texts, "did": texts, "cues": texts, "tags": tokens, **dict.fromkeys(OUTPUTS[:4], texts)}
    with warnings.catch_warnings(), torch.inference_mode():
        # The graph of BERT is static, so the tracer is right for it; its successor needs two more packages.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Served().eval(),
            example,
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            custom_opsets={DOMAIN: 1},
        )


def _quantise(path: Path) -> None:
    """Replace the graph by one whose matrices are 8-bit integers, a scale for every column; activations at run time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    scratch = path.with_name("whole.onnx")
    path.rename(scratch)
    quantize_dynamic(scratch, path, op_types_to_quantize=list(QUANTISED), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    scratch.unlink()
