"""Any text classifier: the encoder under a linear head, trained on texts and labels. Knows nothing of shops.

The training part; `chatbot.training.model` keeps and uses what comes out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from chatbot.training.loop import Batch, Outputs, Schedule
from chatbot.training.measures import calibration_error, macro_f1
from chatbot.training.texts import Tokens, batches_by_length, in_order, pad
from chatbot.understanding.probabilities import softmax
from chatbot.weights.tuning import TunedEncoder, mean_pooled

__all__ = ["Classifier", "ClassifierTask"]

DROPOUT = 0.1


class Classifier(torch.nn.Module):
    """A tuned encoder, its mean vector, a linear layer over it."""

    def __init__(self, encoder: TunedEncoder, labels: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = torch.nn.Dropout(DROPOUT)
        self.head = torch.nn.Linear(encoder.dimensions, labels)

    def features(self, entered: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return mean_pooled(self.encoder.tuned(entered, mask), mask)


class ClassifierTask:
    """Trains a Classifier on `train` and judges it on `held`; labels are numbers."""

    def __init__(self, network: Classifier, train: tuple[Tokens, np.ndarray], held: tuple[Tokens, np.ndarray], schedule: Schedule) -> None:
        self.network, self._schedule = network, schedule
        self._tokens, self._labels = train
        self._held_tokens, self._held_labels = held

    def batches(self, epoch: int) -> Sequence[list[int]]:
        self._tokens.epoch = epoch
        return batches_by_length(self._tokens.lengths, self._schedule.batch, self._schedule.seed * 1000 + epoch)

    def load(self, batch: list[int]) -> Batch:
        ids, mask = pad([self._tokens[row] for row in batch])
        return {"ids": ids, "mask": mask, "labels": torch.from_numpy(self._labels[batch])}

    def enter(self, batch: Batch) -> torch.Tensor:
        return self.network.encoder.enter(batch["ids"], batch["mask"])

    def outputs(self, entered: torch.Tensor, batch: Batch) -> Outputs:
        return {"label": self.network.head(self.network.dropout(self.network.features(entered, batch["mask"])))}

    def loss(self, outputs: Outputs, batch: Batch) -> torch.Tensor:
        loss = torch.nn.functional.cross_entropy(outputs["label"], batch["labels"], label_smoothing=self._schedule.smoothing)
        return loss + self.network.encoder.penalty()

    def evaluate(self) -> dict[str, float]:
        logits, _ = run(self.network, self._held_tokens)
        return figures(logits, self._held_labels)


def run(network: Classifier, tokens: Tokens, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """(logits, features) of every text, in the texts' order."""
    logits = np.zeros((len(tokens), network.head.out_features), np.float32)
    features = np.zeros((len(tokens), network.encoder.dimensions), np.float32)
    with torch.inference_mode():
        for rows in in_order(tokens.lengths, size):
            ids, mask = pad([tokens[row] for row in rows])
            pooled = network.features(network.encoder.enter(ids, mask), mask)
            features[rows], logits[rows] = pooled.numpy(), network.head(pooled).numpy()
    return logits, features


def figures(logits: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Accuracy, macro-F1 and calibration error; `score` is the accuracy."""
    shares = softmax(logits)
    guesses = shares.argmax(1)
    right = guesses == labels
    accuracy = float(right.mean()) if len(right) else 0.0
    error = calibration_error(shares.max(1), right) if len(right) else 0.0
    return {"accuracy": accuracy, "macro_f1": macro_f1(labels, guesses, logits.shape[1]), "calibration_error": error, "score": accuracy}


def numbered(labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Labels as numbers of `names`."""
    place: Mapping[str, Any] = {name: number for number, name in enumerate(names)}
    return np.array([place[label] for label in labels], np.int64)
