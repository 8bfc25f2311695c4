"""Trains the language model to phrase: low-rank adapters on all its linear layers, the loss on the replies alone.

The softmax runs over the tokens that occur in the data and a random draw of others (sampled softmax; Jean et al., 2015):
the model's head is 262,144 wide and would take a third of the time. Knows the prompts' form from `chatbot.phrasing`.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import torch
from torch.utils.data import Dataset

from chatbot.phrasing.prompts import prompt_of
from chatbot.training.loop import Batch, Outputs, Schedule
from chatbot.training.replies import MARK, Row, example_of, exchanged
from chatbot.training.texts import batches_by_length, in_order
from chatbot.values import LANGUAGES, Language

__all__ = ["PhrasingTask", "Phrasings", "Tuned", "brands_of"]

SAMPLED = 16_384
"""Tokens of the softmax beside those of the data."""
EXCHANGED = 0.5
"""How often a row is trained on with other makers' names."""
IGNORED = -100
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

Encode = Callable[[str], list[int]]


class Phrasings(Dataset[tuple[list[int], list[int]]]):
    """(token ids, targets of the same length, IGNORED where nothing is learnt) of every row; `epoch` draws other names."""

    def __init__(
        self, rows: Sequence[Row], encode: Encode, first: int, *, brands: Mapping[Language, Sequence[str]] | None = None, seed: int = 1
    ) -> None:
        """first: the token that begins every text. brands: names to exchange for the rows' own; None leaves the rows as they are."""
        self._rows, self._encode, self._first, self._brands, self._seed = rows, encode, first, brands, seed
        self.epoch = 0
        self.lengths = [len(self._row(row)[0]) for row in rows]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> tuple[list[int], list[int]]:
        row = self._rows[number]
        random = Random(f"{self._seed} {self.epoch} {number}")
        if self._brands and random.random() < EXCHANGED:
            row = exchanged(row, self._brands, random)
        return self._row(row)

    def _row(self, row: Row) -> tuple[list[int], list[int]]:
        example = example_of(row)
        prompt = prompt_of(example.brief)
        parts = [(prompt.begin, False)]
        if example.opener:
            parts += [(f"{example.opener}\n", True), (prompt.facts, False)]
        ids, targets = [self._first], [IGNORED]
        for text, learnt in [*parts, (f"{example.rest}\n", True)]:
            tokens = self._encode(text)
            ids += tokens
            targets += tokens if learnt else [IGNORED] * len(tokens)
        return ids, targets

    def tokens(self) -> set[int]:
        """Every token of the rows as they stand."""
        return {token for row in self._rows for token in self._row(row)[0]}

    def batch(self, numbers: Sequence[int]) -> Batch:
        pairs = [self[number] for number in numbers]
        width = max(len(ids) for ids, _ in pairs)
        return {
            "ids": torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in pairs]),
            "mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in pairs]),
            "targets": torch.tensor([targets + [IGNORED] * (width - len(targets)) for _, targets in pairs]),
        }


def brands_of(rows: Sequence[Row]) -> dict[Language, list[str]]:
    """Makers' names by language, to be exchanged."""
    found: dict[Language, dict[str, None]] = {language: {} for language in LANGUAGES}
    for row in rows:
        for one in row.get("products") or ():
            if MARK not in one["brand"]:
                found[row["language"]][one["brand"]] = None
    return {language: list(names) for language, names in found.items()}


class Tuned(torch.nn.Module):
    """A causal language model with adapters, and a head over `kept` tokens alone."""

    def __init__(self, model: Any, rank: int, kept: Sequence[int]) -> None:
        from peft import LoraConfig, get_peft_model

        super().__init__()
        config = LoraConfig(r=rank, lora_alpha=rank * 2, lora_dropout=0.05, target_modules=list(TARGETS), bias="none")
        self.adapted = get_peft_model(model, config)
        base = self.adapted.get_base_model()
        self._body, self._embedding = base.model, base.get_input_embeddings()
        self.register_buffer("_kept", torch.tensor(sorted(kept)), persistent=False)
        self.register_buffer("_head", base.lm_head.weight.detach()[self._kept].clone(), persistent=False)
        places = torch.full((base.lm_head.weight.shape[0],), IGNORED)
        places[self._kept] = torch.arange(len(self._kept))
        self.register_buffer("_places", places, persistent=False)

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        """(texts, tokens) → (texts, tokens, dimensions)."""
        return self._embedding(ids).detach()

    def places(self, tokens: torch.Tensor) -> torch.Tensor:
        """Where tokens stand among the kept ones."""
        return self._places[tokens]

    def forward(self, entered: torch.Tensor, mask: torch.Tensor, learnt: torch.Tensor) -> torch.Tensor:
        """Logits over the kept tokens at the places where `learnt`, (places, kept)."""
        hidden = self._body(inputs_embeds=entered, attention_mask=mask, use_cache=False).last_hidden_state
        return hidden[learnt] @ self._head.T


class PhrasingTask:
    """Trains `network` on `train` and judges it by the loss on `held`."""

    def __init__(self, network: Tuned, train: Phrasings, held: Phrasings, schedule: Schedule) -> None:
        self.network, self._train, self._held, self._schedule = network, train, held, schedule

    def batches(self, epoch: int) -> Sequence[list[int]]:
        self._train.epoch = epoch
        return batches_by_length(self._train.lengths, self._schedule.batch, self._schedule.seed * 1000 + epoch)

    def load(self, batch: list[int]) -> Batch:
        return self._train.batch(batch)

    def enter(self, batch: Batch) -> torch.Tensor:
        return self.network.embed(batch["ids"])

    def outputs(self, entered: torch.Tensor, batch: Batch) -> Outputs:
        learnt = torch.zeros_like(batch["targets"], dtype=torch.bool)
        learnt[:, :-1] = batch["targets"][:, 1:] != IGNORED  # what a place is to say is the token behind it
        return {"next": self.network(entered, batch["mask"], learnt)}

    def loss(self, outputs: Outputs, batch: Batch) -> torch.Tensor:
        wanted = batch["targets"][:, 1:]
        places = self.network.places(wanted[wanted != IGNORED])
        return torch.nn.functional.cross_entropy(outputs["next"], places, label_smoothing=self._schedule.smoothing, ignore_index=IGNORED)

    def evaluate(self) -> dict[str, float]:
        """Perplexity of the replies that are not trained on; the score is its negative logarithm."""
        total = count = 0.0
        with torch.inference_mode():
            for numbers in in_order(self._held.lengths, self._schedule.batch):
                batch = self._held.batch(numbers)
                logits = self.outputs(self.enter(batch), batch)["next"]
                wanted = batch["targets"][:, 1:]
                places = self.network.places(wanted[wanted != IGNORED])
                total += float(torch.nn.functional.cross_entropy(logits, places, reduction="sum", ignore_index=IGNORED))
                count += len(places)
        mean = total / max(1.0, count)
        return {"held_loss": mean, "score": -mean}
