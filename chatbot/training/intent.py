"""Trains the intent head on the frozen encoder: softmax regression in plain PyTorch, held out by pattern family.

Every fifth family of utterances (by the hash of its name) is held out, so that the figures are of constructions never
seen. The temperature is fitted on those (Guo et al., "On Calibration of Modern Neural Networks", 2017). The head that
is written is then trained on everything.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from chatbot.errors import ShopError, brief
from chatbot.shop.catalogue import Catalogue
from chatbot.understanding.intent import BUCKETS, CUES, cues, features
from chatbot.understanding.prices import read_bounds
from chatbot.understanding.references import read_critiques, read_references
from chatbot.understanding.vocabulary import Vocabulary
from chatbot.values import INTENTS, Reference
from chatbot.weights.cache import write_atomically
from chatbot.weights.encoder import Encoder

__all__ = ["Figures", "Utterance", "read_utterances", "train_intent"]

HELD_OUT = 5
"""One family in this many is held out."""
STEPS, PENALTY, SMOOTHING = 150, 1.0, 0.05


@dataclass(frozen=True, slots=True)
class Utterance:
    text: str
    intent: str
    language: str
    family: str

    @property
    def held_out(self) -> bool:
        code = hashlib.sha256(f"{self.family}/{self.language}".encode()).digest()
        return code[0] % HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Figures:
    """On held-out families: accuracy, macro-averaged F1, expected calibration error, and accuracy per language."""

    utterances: int
    held_out: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    per_language: dict[str, float]
    confused: tuple[tuple[str, str, int], ...]


def read_utterances(path: Path) -> tuple[Utterance, ...]:
    """The labelled utterances of a JSON Lines file. Raises ShopError with the line number of a broken row."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            utterance = Utterance(row["text"], row["intent"], row["language"], row["family"])
        except (ValueError, KeyError, TypeError) as error:
            raise ShopError(f"{path.name} line {number}: {brief(line)} lacks {error}", fix="give text, intent, language and family") from error
        if utterance.intent not in INTENTS:
            raise ShopError(f"{path.name} line {number}: the intent {brief(utterance.intent)} is not one of the sixteen")
        rows.append(utterance)
    return tuple(rows)


def train_intent(data: Path, catalogue: Catalogue, encoder: Encoder, folder: Path) -> Figures:
    """Train on `data`, write the head and its card into `folder`, return the figures on held-out families."""
    utterances = read_utterances(data)
    vocabulary = Vocabulary(catalogue)
    vectors = encoder.queries([utterance.text for utterance in utterances])
    mean = vectors.mean(0)
    rows = np.stack([_features(utterance.text, vector - mean, vocabulary) for utterance, vector in zip(utterances, vectors, strict=True)])
    labels = np.array([INTENTS.index(utterance.intent) for utterance in utterances])  # type: ignore[arg-type]
    held = np.array([utterance.held_out for utterance in utterances])
    weight, bias = _fit(rows[~held], labels[~held])
    logits = rows[held] @ weight.T + bias
    temperature = _temperature(logits, labels[held])
    figures = _figures(utterances, held, logits / temperature, labels[held])
    weight, bias = _fit(rows, labels)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "head.npz", weight=weight.astype(np.float16), bias=bias.astype(np.float16), mean=mean.astype(np.float16))
    about = {"labels": INTENTS, "temperature": round(temperature, 4), "encoder": encoder.name}
    write_atomically(folder / "head.json", json.dumps(about, indent=1) + "\n")
    write_atomically(folder / "CARD.md", _card(figures))
    return figures


def _features(text: str, centred: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    matches = vocabulary.find(text)
    named = [Reference("item") for match in matches for payload in match.payloads if payload.kind == "item"]
    found = cues(read_bounds(text), matches, (*named, *read_references(text)), read_critiques(text))
    return features(centred, text, found)


def _fit(rows: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (labels, features) and bias (labels,): softmax regression with an L2 penalty, a convex problem."""
    import torch

    inputs, targets = torch.from_numpy(rows), torch.from_numpy(labels)
    layer = torch.nn.Linear(rows.shape[1], len(INTENTS))
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=STEPS, line_search_fn="strong_wolfe")
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = loss_of(layer(inputs), targets) + PENALTY / len(rows) * layer.weight.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def _temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood, by search over a grid."""

    def loss(temperature: float) -> float:
        return float(-np.log(_softmax(logits / temperature)[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(min(np.linspace(0.2, 3.0, 141), key=loss))


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def _figures(utterances: Sequence[Utterance], held: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> Figures:
    shares = _softmax(logits)
    guesses, sure = shares.argmax(1), shares.max(1)
    right = guesses == labels
    f1 = []
    for label in range(len(INTENTS)):
        hits = int((right & (labels == label)).sum())
        f1.append(2 * hits / max(1, int((labels == label).sum() + (guesses == label).sum())))
    bins = np.minimum((sure * 10).astype(int), 9)
    error = sum((bins == one).mean() * abs(right[bins == one].mean() - sure[bins == one].mean()) for one in range(10) if (bins == one).any())
    languages = [utterance.language for utterance, kept in zip(utterances, held, strict=True) if kept]
    pairs = Counter((INTENTS[label], INTENTS[guess]) for label, guess in zip(labels, guesses, strict=True) if label != guess)
    return Figures(
        utterances=len(utterances),
        held_out=int(held.sum()),
        accuracy=round(float(right.mean()), 4),
        macro_f1=round(float(np.mean(f1)), 4),
        calibration_error=round(float(error), 4),
        per_language={language: round(float(right[[one == language for one in languages]].mean()), 4) for language in sorted(set(languages))},
        confused=tuple((label, guess, count) for (label, guess), count in pairs.most_common(6)),
    )


def _card(figures: Figures) -> str:
    confused = ", ".join(f"{label} taken for {guess} ({count})" for label, guess, count in figures.confused)
    languages = ", ".join(f"{language} {accuracy:.3f}" for language, accuracy in figures.per_language.items())
    return f"""# Intent head

- What: 16 intents from one message; a linear layer over the frozen multilingual-e5-small query vector, {len(CUES)} cues of the grammars and {BUCKETS} hashed character n-grams.
- Data: `knowledge/training/intents.jsonl`, {figures.utterances} utterances written for this project, Chinese and English.
- Command: `python -m chatbot train understanding`
- Figures, on {figures.held_out} utterances of pattern families that were held out: accuracy {figures.accuracy:.3f} ({languages}), macro-F1 {figures.macro_f1:.3f}, expected calibration error {figures.calibration_error:.3f}. The head in this folder is then trained on all of them.
- Confused most: {confused}.
- Limits: sees one message and not the conversation.
- Licence: Apache-2.0. Date: {date.today().isoformat()}.
"""
