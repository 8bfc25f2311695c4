"""A real encoder that trains in a second: two BERT layers of width 32 under a tokenizer of words and characters, and rows to learn."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from chatbot.training.rows import Rows

ENGLISH = {"price": "cheap cost dollar", "parcel": "parcel delivery courier"}
CHINESE = {"退货": "退货 退款 换货", "发票": "发票 抬头 开票"}
OUTSIDE = {"oos": "poem moon guitar"}
FILLER = ["the", "is", "my", "please", "when", "how", "我", "要", "吗", "怎么", "了"]


@pytest.fixture(scope="module", autouse=True)
def quick(one_thread: None) -> None:
    """Every test here runs on one thread."""


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


def write_tiny_encoder(folder: Path) -> Path:
    """The folder of the encoder: random weights of a fixed seed, special tokens numbered as in the real one."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    words = " ".join([*ENGLISH.values(), *CHINESE.values(), *OUTSIDE.values(), *FILLER, "query:"]).split()
    characters = sorted(set("".join(words)) | set("abcdefghijklmnopqrstuvwxyz"))
    pieces = dict.fromkeys(["<s>", "<pad>", "</s>", "<unk>", *("▁" + word for word in words), "▁", *characters])
    tokenizer = Tokenizer(models.Unigram([(piece, -float(number)) for number, piece in enumerate(pieces)], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    state = torch.get_rng_state()
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=160,
        pad_token_id=1, initializer_range=0.2,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    torch.set_rng_state(state)
    return folder


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., Rows]:
    """Rows of four labels, two of them Chinese, told apart by their words; `outside` adds a fifth."""

    def make(each: int = 18, *, outside: bool = False, seed: int = 1) -> Rows:
        random = Random(seed)
        words = {**ENGLISH, **CHINESE, **(OUTSIDE if outside else {})}
        pairs = [(" ".join([random.choice(FILLER), *random.choices(some.split(), k=3)]), label) for label, some in words.items() for _ in range(each)]
        random.shuffle(pairs)
        texts, labels = zip(*pairs, strict=True)
        return Rows(texts, labels)

    return make


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """A JSON Lines file of rows; a string stands as it is."""

    def write(*rows: object, name: str = "data.jsonl", start: str = "") -> Path:
        path = tmp_path / name
        path.write_text(start + "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows), "utf-8")
        return path

    return write
