"""From plans with replies to `knowledge/trained/phrasing`: unpack the language model, train adapters, write them as GGUF with a card."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import torch

from chatbot.errors import TrainingError, WeightsError
from chatbot.training.loop import Schedule, fit, put_in_place
from chatbot.training.phrasing import SAMPLED, Phrasings, PhrasingTask, Tuned, brands_of
from chatbot.training.replies import Row
from chatbot.values import LANGUAGES
from chatbot.weights.cache import make_once, write_atomically
from chatbot.weights.generator import ADAPTER

__all__ = ["SCHEDULE", "Recipe", "train_phrasing", "unpacked", "write_adapter"]

SCHEDULE = Schedule(epochs=3, batch=8, rate=4e-4, head_rate=4e-4, weight_decay=0.0, warm_up=0.05, smoothing=0.0, patience=2)
FEWEST = 2
HELD = 0.06
"""Share of the rows by which the epoch is chosen."""
_TENSORS = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip
"""Names of Gemma's linear layers in transformers and in llama.cpp."""
_NOTICE = """Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms.
Use is also subject to the Gemma Prohibited Use Policy found at ai.google.dev/gemma/prohibited_use_policy.

adapter.gguf is a Model Derivative of Gemma 3 270M: low-rank adapters trained by this project. The weights of Gemma
themselves are not in this folder.
"""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    schedule: Schedule = SCHEDULE
    rank: int = 16


def unpacked(gguf: Path, cache: Path) -> Path:
    """The model file as a folder for transformers, made once in `cache`; a minute and 1.1 GB."""

    def unpack(folder: Path) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        try:
            config = GgufConfig(dequantize=True)
            model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, quantization_config=config, dtype=torch.float32)
            tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        except (OSError, ValueError, KeyError, ImportError, struct.error) as error:
            raise WeightsError(f"{gguf} cannot be unpacked for training: {error}", fix="pip install -r requirements.txt") from error
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    return make_once(cache / "weights" / f"{gguf.stem}-unpacked", unpack)


def train_phrasing(rows: Sequence[Row], recipe: Recipe, model: Path, folder: Path, command: str, say: Say) -> list[dict[str, float]]:
    """Train adapters on `model` (a folder for transformers) and replace `folder`; the figures of each epoch.

    Raises TrainingError where `folder` cannot be written.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if len(rows) < FEWEST:
        raise TrainingError(f"there are {len(rows)} plans with replies", fix=f"give {FEWEST} or more")
    torch.manual_seed(recipe.schedule.seed)
    partial = folder.with_name(folder.name + ".partial")
    tokenizer = AutoTokenizer.from_pretrained(model)

    def encode(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False)

    order = Random(recipe.schedule.seed).sample(range(len(rows)), len(rows))
    count = max(1, round(len(rows) * HELD))
    held = Phrasings([rows[number] for number in order[:count]], encode, tokenizer.bos_token_id)
    learnt = [rows[number] for number in order[count:]]
    train = Phrasings(learnt, encode, tokenizer.bos_token_id, brands=brands_of(rows), seed=recipe.schedule.seed)
    language_model = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    drawn = torch.randperm(language_model.config.vocab_size)[:SAMPLED].tolist()
    network = Tuned(language_model, recipe.rank, [*(train.tokens() | held.tokens() | set(drawn))])
    say(f"{len(train)} plans to learn from, {len(held)} held out; the longest has {max(train.lengths)} tokens")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        history = fit(PhrasingTask(network, train, held, recipe.schedule), recipe.schedule, partial, say)
        write_adapter(network.adapted.state_dict(), recipe.rank, partial / ADAPTER)
        write_atomically(partial / "figures.json", json.dumps({"epochs": history}, indent=1) + "\n")
        write_atomically(partial / "CARD.md", _card(rows, len(learnt), recipe, history, command))
        write_atomically(partial / "NOTICE", _NOTICE)
        put_in_place(partial, folder)
    except OSError as error:
        raise TrainingError(f"{partial} cannot be written: {error}", fix="free some space") from error
    return history


def write_adapter(state: Mapping[str, Any], rank: int, path: Path) -> None:
    """peft's low-rank matrices as llama.cpp reads them, in 16 bits; written beside and moved into place."""
    from gguf import GGUFWriter

    scratch = path.with_name(path.name + ".new")
    writer = GGUFWriter(scratch, "gemma3")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank * 2))
    for name, tensor in sorted(state.items()):
        if ".lora_" not in name:
            continue
        layer, rest = name.split(".layers.", 1)[1].split(".", 1)
        module, _, half = rest.removesuffix(".weight").partition(".lora_")
        writer.add_tensor(f"blk.{layer}.{_TENSORS[module]}.weight.lora_{half[0].lower()}", tensor.detach().half().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    scratch.replace(path)


def _card(rows: Sequence[Row], learnt: int, recipe: Recipe, history: Sequence[Mapping[str, float]], command: str) -> str:
    by_language = ", ".join(
        f"{sum(row['language'] == language for row in rows)} {name}" for language, name in zip(LANGUAGES, ("Chinese", "English"), strict=True)
    )
    epochs = "\n".join(f"| {one['epoch']} | {one['loss']:.3f} | {one['held_loss']:.3f} | {one['seconds'] / 60:.0f} |" for one in history)
    schedule = recipe.schedule
    return f"""# Phrasing

- What: low-rank adapters (Hu et al., 2021) of rank {recipe.rank} on every linear layer of Gemma 3 270M, which make it phrase a plan of this project. For llama.cpp, beside the packaged model: `XIAOER_GENERATOR=gemma-270m-tuned`.
- Data: `knowledge/training/replies`, {len(rows)} plans with the reply to each, written for this project ({by_language}); {learnt} to learn from. Half of them are met with other makers' names in every epoch.
- Command: `{command}` (seed {schedule.seed}, {schedule.epochs} epochs, batch {schedule.batch}, rate {schedule.rate:g}; the loss is on the replies alone).
- Licence: Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms; this adapter is a Model Derivative under them, see NOTICE beside this card. Date: {date.today().isoformat()}.

| epoch | loss | loss of held-out replies | minutes |
|---|---|---|---|
{epochs}

What it says is checked sentence by sentence before a shopper sees it (`chatbot/phrasing/grounding.py`); `python -m chatbot phrasebook` shows it beside the rules and the untrained model.
"""
