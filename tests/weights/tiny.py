"""A tiny encoder with a trained understanding, written as folders: four layers of width 32, random weights of one seed.

The tokenizer is built as the packaged one is, with so few pieces that texts can be cut by hand. The numbers that are
stored in halves are halves from the start, so what is read back equals what was written. Knows no test.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from chatbot.understanding.grammar import CUES
from chatbot.understanding.slots import TAGS
from chatbot.values import INTENTS, MOODS, PLAN_KINDS
from chatbot.weights.cache import make_once
from chatbot.weights.encoder import Turn
from chatbot.weights.multitask import LADDER, Approach, MultiTask, Sizes
from chatbot.weights.serving import ABOUT, HEADS, Precision, write_served
from chatbot.weights.tuning import Method, TunedEncoder

__all__ = [
    "FIRST", "FOREIGN", "LAYERS", "TEXTS", "WIDTH", "Tiny", "a_turn", "expected", "padded", "serve", "some_turns", "tune", "write_source", "write_tiny", "write_trained",
]  # fmt: skip

LAYERS, WIDTH, FIRST = 4, 32, 2
TEXTS = (
    "a light laptop under 5000", "LAPTOP, please!", "any cheaper headphones?", "", "no", "it’s 27 inches—“quite” big", "五千以内的笔记本", "耳机便宜点", "不要真皮的",
    "５０００以内，ＡＢＣ", "帮我推荐一款16G内存的laptop", "要2台，3×4米…", "a naïve crêpe", "€99 or £10", "😀谢谢", "①红色 ㎡",
)  # fmt: skip
"""Texts of the two languages: digits, full-width forms, accents that stand alone, signs, and none at all."""
FOREIGN = ("▁При", "вет", "п", "こ", "んに", "▁これ", "カ", "안녕", "สวัส", "▁świat", "ệ", "▁și")
"""Pieces that neither Chinese nor English is written with."""
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_WORDS = (
    "▁query",
    "▁que",
    "ry",
    "▁laptop",
    "lap",
    "top",
    "▁under",
    "▁a",
    "the",
    "phones",
    "head",
    "▁café",
    "30°",
    "耳机",
    "便宜",
    "笔记本",
    "▁以内",
    "推荐",
    "真皮",
)
_LETTERS = "▁éïêüû°×£€—’“”…😀❤\ufe0fΩμ，。！？⁄"


@dataclass(frozen=True, slots=True)
class Tiny:
    """source: the encoder's folder; trained: what training wrote; network: the same, its adapter not merged."""

    source: Path
    trained: Path
    network: MultiTask


def write_source(folder: Path, *, width: int = WIDTH, seed: int = 1) -> Path:
    """An encoder as a Hugging Face folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = _pieces()
    _write_tokenizer(pieces, folder)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=width, num_hidden_layers=LAYERS, num_attention_heads=4, intermediate_size=2 * width,
        max_position_embeddings=300, pad_token_id=1, initializer_range=0.15,
    )  # fmt: skip
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        bert = BertModel(config, add_pooling_layer=False)
        for parameter in bert.parameters():  # no bias is zero and no norm is plain
            parameter.add_(0.1 * torch.randn_like(parameter)).copy_(parameter.half().float())
    bert.save_pretrained(folder)
    return folder


def tune(source: Path, method: Method, *, first: int = FIRST, rank: int = 4, seed: int = 2) -> TunedEncoder:
    """An encoder whose trainable weights have moved, as after a training."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        encoder = TunedEncoder(source, method=method, rank=rank, first=first, steps=100)
        for parameter in encoder.parameters():
            if parameter.requires_grad:
                parameter.add_(0.1 * torch.randn_like(parameter)).copy_(parameter.half().float())
    return encoder.eval()


def write_trained(network: MultiTask, folder: Path, **changes: Any) -> Path:
    """What training writes, without the figures and the card."""
    folder.mkdir(parents=True, exist_ok=True)
    network.encoder.save(folder)
    save_file({name: tensor.half().contiguous() for name, tensor in network.state_dict().items() if not name.startswith("encoder.")}, folder / HEADS)
    about = {
        "method": LADDER if network.ladder else network.encoder.method, "first": network.encoder.first, "temperature": 1.5, "intents": INTENTS, "tags": TAGS, "moods": MOODS,
        "acts": PLAN_KINDS, "cues": CUES,
    }  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(about | changes), "utf-8")
    return folder


def write_tiny(folder: Path, approach: Approach = "lora") -> Tiny:
    source, ladder = write_source(folder / "source"), approach == LADDER
    with torch.random.fork_rng(), torch.no_grad():
        encoder = tune(source, "frozen" if approach == LADDER else approach)
        torch.manual_seed(3)
        network = MultiTask(encoder, Sizes(len(INTENTS), len(TAGS), len(MOODS), len(PLAN_KINDS) + 1, len(CUES)), ladder=ladder).eval()
        if network.ladder is not None:
            network.ladder.standardise(torch.randn(50, len(network.ladder.layers), WIDTH).half().float())
            for buffer in network.ladder.buffers():
                buffer.copy_(buffer.half().float())
        for name, parameter in network.named_parameters():
            if not name.startswith("encoder."):
                parameter.add_(0.1 * torch.randn_like(parameter)).copy_(parameter.half().float())
        network.strength.weight.mul_(0.1)  # the strength of a random network would lie at its end, where nothing moves it
        network.strength.weight.copy_(network.strength.weight.half().float())
    return Tiny(source, write_trained(network, folder / "trained"), network)


def serve(tiny: Tiny, folder: Path, *, precision: Precision = "fp32", pruned: bool = True) -> Path:
    """The folder that is run, made on the first call."""
    return make_once(folder, lambda target: write_served(tiny.source, tiny.trained, target, precision=precision, pruned=pruned))


def a_turn(text: str, *, said: np.ndarray | None = None, did: int = 0, cues: np.ndarray | None = None) -> Turn:
    """A message; what is not named is that of a conversation's start, where the grammars found nothing."""
    nothing, none = np.zeros(WIDTH, np.float32), np.zeros(len(CUES), np.float32)
    return Turn(text, nothing if said is None else said, did, none if cues is None else cues)


def some_turns(texts: Sequence[str], seed: int = 7) -> list[Turn]:
    """Every text in a turn of its own, drawn at random."""
    random = np.random.default_rng(seed)
    turns = []
    for text in texts:
        said = random.normal(size=WIDTH).astype(np.float32)
        said /= np.linalg.norm(said)
        turns.append(Turn(text, said, int(random.integers(len(PLAN_KINDS) + 1)), random.integers(0, 2, len(CUES)).astype(np.float32)))
    return turns


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask) of texts of several lengths."""
    longest = max(map(len, rows))
    ids = [[*row, *[1] * (longest - len(row))] for row in rows]
    return torch.tensor(ids), torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])


def expected(tiny: Tiny, turn: Turn) -> dict[str, np.ndarray]:
    """What the torch network says of one turn, read alone; the vector is that of the encoder as it came."""
    ids = torch.tensor([Tokenizer.from_file(str(tiny.source / "tokenizer.json")).encode("query: " + turn.text).ids])
    mask = torch.ones_like(ids)
    with torch.inference_mode():
        plain = BertModel.from_pretrained(tiny.source, add_pooling_layer=False).eval()
        mean = plain(input_ids=ids, attention_mask=mask).last_hidden_state[0].mean(0)
        entered = tiny.network.enter(ids, mask)
        said, did, cues = torch.from_numpy(turn.said)[None], torch.tensor([turn.did]), torch.from_numpy(turn.cues)[None]
        vector = mean / mean.norm()
        top = tiny.network.top(entered, mask, vector[None], said, did, cues)
    return {"vector": vector.numpy(), **{name: tensor[0].numpy() for name, tensor in top.items()}}


def _pieces() -> list[tuple[str, float]]:
    """Words are likelier than the letters they are made of; the foreign ones stand between the others."""
    letters = dict.fromkeys([*_LETTERS, *map(chr, range(0x21, 0x7F)), *(char for text in TEXTS for char in text if 0x3400 <= ord(char) <= 0x9FFF)])
    wanted = [*((word, -3.0) for word in _WORDS), *((letter, -8.0) for letter in letters)]
    foreign = [(piece, -4.0) for piece in FOREIGN]
    mixed = [piece for number, one in enumerate(wanted) for piece in ((one, foreign.pop()) if number % 5 == 2 and foreign else (one,))]
    return [*((piece, 0.0) for piece in _SPECIAL), *mixed, *foreign]


def _write_tokenizer(pieces: list[tuple[str, float]], folder: Path) -> None:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.save(str(folder / "tokenizer.json"))
