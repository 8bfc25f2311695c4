"""The encoder as a torch module that can be tuned: wholly, from some layer on, by adapters, or not at all.

Layers below `first` stay as they are and run without gradients. What lies above is tuned by LoRA (Hu et al., 2021),
AdaLoRA (Zhang et al., 2023), in full, or is frozen as well. Only what was tuned is saved: an adapter in peft's own
form, or the tuned layers. Knows no labels and no task.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from chatbot.errors import WeightsError

__all__ = ["METHODS", "Method", "TunedEncoder", "attention_bias", "load_tokens", "load_tuned", "mean_pooled", "read_bert", "use_threads"]

Method = Literal["lora", "adalora", "full", "frozen"]
METHODS: tuple[Method, ...] = Method.__args__  # type: ignore[attr-defined]

LINEAR = ["query", "key", "value", "dense"]
"""Every linear layer of a BERT block."""
LAYERS_FILE = "layers.safetensors"
ALLOCATOR = ("ipt", "exp_avg_ipt", "exp_avg_unc")
"""The running averages by which AdaLoRA tells which ranks matter."""


LONGEST = 128
"""Tokens of a text that training and predicting read; CLINC150's longest has 37."""


class TunedEncoder(torch.nn.Module):
    """A BERT encoder; `first` is the lowest layer that is tuned, `steps` the length of the training (AdaLoRA plans by it)."""

    def __init__(self, source: str | Path, *, method: Method, rank: int = 16, first: int = 0, steps: int = 1000) -> None:
        super().__init__()
        bert = read_bert(source)
        self.source = source
        self.method, self.rank, self.first = method, rank, first
        self.dimensions = int(bert.config.hidden_size)
        if not 0 <= first < len(bert.encoder.layer):
            raise WeightsError(f"there is no layer {first} to tune from", fix=f"give 0 to {len(bert.encoder.layer) - 1}")
        bert.requires_grad_(False)
        if method == "full":
            for layer in bert.encoder.layer[first:]:
                layer.requires_grad_(True)
        self.model = bert if method in ("full", "frozen") else _adapted(bert, method, rank, first, steps)

    @property
    def bert(self) -> Any:
        return self.model if self.method in ("full", "frozen") else self.model.get_base_model()

    def train(self, mode: bool = True) -> "TunedEncoder":
        """Dropout where something is tuned, none below."""
        super().train(mode)
        if self.first or self.method == "frozen":
            self.bert.embeddings.eval()
        lower = self.bert.encoder.layer[: self.first] if self.method != "frozen" else self.bert.encoder.layer
        for layer in lower:
            layer.eval()
        return self

    def enter(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask, shape (texts, tokens) → what enters the first tuned layer, (texts, tokens, dimensions)."""
        with torch.no_grad():
            hidden, bias = self.bert.embeddings(input_ids=ids), attention_bias(mask)
            for layer in self.bert.encoder.layer[: self.first]:
                hidden = layer(hidden, attention_mask=bias)
        return hidden

    def states(self, ids: torch.Tensor, mask: torch.Tensor, layers: Sequence[int]) -> torch.Tensor:
        """The tokens after each of the numbered layers, counted from 1: (texts, tokens, len(layers), dimensions)."""
        hidden, bias, found = self.bert.embeddings(input_ids=ids), attention_bias(mask), []
        for number, layer in enumerate(self.bert.encoder.layer, 1):
            hidden = layer(hidden, attention_mask=bias)
            if number in layers:
                found.append(hidden)
        return torch.stack(found, 2)

    def tuned(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The tuned layers over what `enter` gave."""
        bias = attention_bias(mask)
        for layer in self.bert.encoder.layer[self.first :]:
            hidden = layer(hidden, attention_mask=bias)
        return hidden

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.tuned(self.enter(ids, mask), mask)

    def after_step(self, step: int) -> None:
        """AdaLoRA moves its budget of ranks after every step; the other methods have nothing to do."""
        if self.method == "adalora":
            self.model.base_model.update_and_allocate(step)

    def method_state(self) -> dict[str, Any]:
        """What AdaLoRA remembers between steps beside the weights; empty for the other methods."""
        if self.method != "adalora":
            return {}
        allocator, config = self.model.base_model.rankallocator, self.model.peft_config["default"]
        return {"pattern": config.rank_pattern, **{name: dict(getattr(allocator, name)) for name in ALLOCATOR}}

    def put_method_state(self, state: dict[str, Any]) -> None:
        if not state:
            return
        allocator, config = self.model.base_model.rankallocator, self.model.peft_config["default"]
        config.rank_pattern = state["pattern"]
        for name in ALLOCATOR:
            setattr(allocator, name, dict(state[name]))

    def penalty(self) -> torch.Tensor | float:
        """AdaLoRA's orthogonality of P and Q, which it adds to the loss; 0 for the other methods."""
        if self.method != "adalora":
            return 0.0
        terms = []
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad and ("lora_A" in name or "lora_B" in name):
                square = parameter @ parameter.T if "lora_A" in name else parameter.T @ parameter
                terms.append((square - torch.eye(len(square))).norm())
        return 0.5 * torch.stack(terms).mean()

    def save(self, folder: Path) -> None:
        """Write what was tuned into `folder`."""
        if self.method in ("lora", "adalora"):
            config = self.model.peft_config["default"]
            config.base_model_name_or_path = "multilingual-e5-small"
            if self.method == "adalora":
                config.rank_pattern = None  # the last step's: the weights kept are the best epoch's, with their own zeros
            self.model.save_pretrained(str(folder), save_embedding_layers=False)  # else peft asks the hub for the base model
            (folder / "README.md").unlink(missing_ok=True)  # peft's empty card: ours stands beside it
            _halve(folder / "adapter_model.safetensors")
        elif self.method == "full":
            from safetensors.torch import save_file

            layers = self.bert.encoder.layer[self.first :].state_dict()
            save_file({name: tensor.half().contiguous() for name, tensor in layers.items()}, folder / LAYERS_FILE)


def load_tuned(source: str | Path, folder: Path, *, method: Method, first: int) -> TunedEncoder:
    """The encoder that `TunedEncoder.save` wrote into `folder`, merged, in evaluation mode.

    Raises WeightsError where the folder does not hold it.
    """
    from safetensors import SafetensorError

    encoder = TunedEncoder(source, method="frozen", first=first)
    try:
        if method in ("lora", "adalora"):
            from peft import PeftModel

            encoder.model = PeftModel.from_pretrained(encoder.model, str(folder)).merge_and_unload()
        elif method == "full":
            from safetensors.torch import load_file

            layers = load_file(folder / LAYERS_FILE)
            encoder.bert.encoder.layer[first:].load_state_dict({name: tensor.float() for name, tensor in layers.items()})
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(f"the tuned weights in {folder} cannot be read: {_first_line(error)}", fix="train the model again") from error
    return encoder.eval()


def read_bert(source: str | Path) -> Any:
    """A BertModel without its pooler. Raises WeightsError where `source` holds something else."""
    from safetensors import SafetensorError
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        bert = AutoModel.from_pretrained(source, attn_implementation="eager", add_pooling_layer=False)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(f"the encoder {source} cannot be loaded for training: {_first_line(error)}", fix="set XIAOER_ENCODER") from error
    if not hasattr(getattr(bert, "encoder", None), "layer"):
        raise WeightsError(f"the encoder {source} is a {type(bert).__name__}, not built of BERT layers", fix="use e5-small or another BERT")
    return bert


def load_tokens(folder: Path) -> Any:
    """The fast tokenizer of an encoder folder, cutting at LONGEST. Raises WeightsError where there is none."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the library raises bare Exceptions of its own making
        raise WeightsError(f"{folder} has no tokenizer that can be read: {error}", fix="give a folder with a tokenizer.json") from error
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer


def mean_pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the tokens that are no padding: (texts, tokens, dimensions) → (texts, dimensions)."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def use_threads(count: int) -> None:
    """Let torch use so many threads."""
    torch.set_num_threads(count)


def _adapted(bert: Any, method: Method, rank: int, first: int, steps: int) -> Any:
    from peft import AdaLoraConfig, LoraConfig, get_peft_model

    layers = list(range(first, len(bert.encoder.layer)))
    where = {"target_modules": LINEAR, "layers_to_transform": layers, "layers_pattern": "layer", "lora_alpha": 2 * rank, "lora_dropout": 0.0}
    if method == "lora":
        return get_peft_model(bert, LoraConfig(r=rank, **where))
    plan = {"tinit": max(1, steps // 10), "tfinal": max(1, steps // 3), "deltaT": 10, "total_step": max(steps, 4)}
    return get_peft_model(bert, AdaLoraConfig(init_r=rank + rank // 2, target_r=rank, **plan, **where))


def _halve(path: Path) -> None:
    """Rewrite a file of tensors in 16 bits: an adapter loses nothing that shows."""
    from safetensors.torch import load_file, save_file

    tensors = load_file(path)
    save_file({name: tensor.half().contiguous() for name, tensor in tensors.items()}, path, metadata={"format": "pt"})


def attention_bias(mask: torch.Tensor) -> torch.Tensor:
    """What the attention adds to its scores: nothing for a token, the least float for padding."""
    return (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
