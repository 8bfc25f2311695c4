"""A language model that trains in a second: two layers of Gemma's kind, random weights of one seed, and plans with replies. Knows no test."""

import re
from pathlib import Path
from typing import Any

import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

__all__ = ["FIRST", "LAYERS", "VOCABULARY", "Words", "a_model", "some_rows", "write_model"]

LAYERS, VOCABULARY, FIRST = 2, 3000, 2
_SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>")
_PIECE = r"\w+|\W"


class Words:
    """A tokenizer of words and signs; a word gets its number when it is first met, so tokens can be read again."""

    def __init__(self) -> None:
        self.pieces = list(_SPECIAL)

    def encode(self, text: str) -> list[int]:
        found = re.findall(_PIECE, text)
        self.pieces += [piece for piece in dict.fromkeys(found) if piece not in self.pieces]
        return [self.pieces.index(piece) for piece in found]

    def decode(self, tokens: list[int]) -> str:
        return "".join(self.pieces[token] for token in tokens)


def a_model(seed: int = 5) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        config = Gemma3TextConfig(
            vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=LAYERS, num_attention_heads=2, num_key_value_heads=1, head_dim=16,
            sliding_window=32, max_position_embeddings=512, layer_types=["sliding_attention", "full_attention"], initializer_range=0.2,
        )  # fmt: skip
        return Gemma3ForCausalLM(config).eval()


def write_model(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """The model and a tokenizer that knows the words of `rows`, as a folder for transformers."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = dict.fromkeys([*_SPECIAL, *re.findall(_PIECE, str(rows) + "\n")])
    tokenizer = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_PIECE), "isolated")
    whole = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<eos>", pad_token="<pad>", unk_token="<unk>")
    whole.save_pretrained(folder)
    a_model().save_pretrained(folder)
    return folder


def some_rows(count: int = 24) -> list[dict[str, Any]]:
    """Plans with replies: in turn English and Chinese recommendations, of another maker each, and a greeting now and then."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        price = 20 + number
        if number % 6 == 5:
            rows.append(
                {"kind": "greet", "language": "en", "message": f"hi {number}", "shop": "Hob", "currency": "USD", "reply": "Hi, what are you after?"}
            )
        elif number % 2:
            product = {"title": f"牌子{number} 水壶", "brand": f"牌子{number}", "price": price, "points": ["1.5 升"]}
            row = {
                "kind": "recommend",
                "language": "zh",
                "message": f"买水壶 {number}",
                "shop": "灶间",
                "currency": "CNY",
                "total": 1,
                "products": [product],
            }
            rows.append({**row, "reply": f"烧水用，|看看{product['title']}，{price} 元。"})
        else:
            product = {
                "title": f"Brand{number} Kettle",
                "brand": f"Brand{number}",
                "price": price,
                "points": ["1.5 L"],
                "description": "It boils fast.",
            }
            row = {
                "kind": "recommend",
                "language": "en",
                "message": f"a kettle {number}",
                "shop": "Hob",
                "currency": "USD",
                "total": 1,
                "products": [product],
            }
            rows.append({**row, "reply": f"For your tea, |the {product['title']} is ${price} and boils fast."})
    return rows
