"""A trained text classifier in its folder: labels, thresholds and what was tuned, ready to label texts.

The folder holds `model.json` (written last), the adapter or the tuned layers, `head.safetensors` and the card. The
encoder itself stays in its package.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from chatbot.errors import TrainingError, WeightsError
from chatbot.training.classifier import Classifier, run
from chatbot.training.outliers import Scope
from chatbot.training.texts import Tokens
from chatbot.understanding.probabilities import softmax
from chatbot.weights.cache import write_atomically
from chatbot.weights.tuning import Method, load_tokens, load_tuned

__all__ = ["About", "Prediction", "TextModel"]

ABOUT, HEAD, SCOPE = "model.json", "head.safetensors", "scope.npz"


@dataclass(frozen=True, slots=True)
class Prediction:
    label: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """labels: in the order of the head's logits, without the out-of-scope one, which is `outside` ("" where there is none).

    has_outside: whether the head has a last logit of its own for it. threshold: scope score below which a text is out of scope.
    """

    labels: tuple[str, ...]
    outside: str
    has_outside: bool
    temperature: float
    threshold: float
    method: Method
    first: int
    encoder: str


class TextModel:
    """Labels texts."""

    def __init__(self, about: About, network: Classifier, scope: Scope | None, tokenizer: Any) -> None:
        self.about, self.network, self.scope, self._tokenizer = about, network.eval(), scope, tokenizer

    @classmethod
    def load(cls, folder: Path, encoder: Path) -> "TextModel":
        """Read a folder that `save` wrote; `encoder` is the folder of the encoder. Raises TrainingError where it is none."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            values = json.loads((folder / ABOUT).read_text("utf-8"))
            about = About(**{**values, "labels": tuple(values["labels"])})
            head = load_file(folder / HEAD)
            scope = Scope.load(folder / SCOPE) if about.outside else None
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, SafetensorError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise TrainingError(f"{folder} holds no trained classifier: {reason}", fix="python -m chatbot train classifier --help") from error
        tuned = load_tuned(encoder, folder, method=about.method, first=about.first)
        network = Classifier(tuned, len(about.labels) + about.has_outside)
        try:
            network.head.load_state_dict({name: tensor.float() for name, tensor in head.items()})
        except RuntimeError as error:
            raise WeightsError(f"the head in {folder} does not fit its labels", fix="train the model again") from error
        return cls(about, network, scope, load_tokens(encoder))

    def save(self, folder: Path) -> None:
        """Write everything into `folder`, `model.json` last. Raises OSError where the disk does not take it."""
        from safetensors.torch import save_file

        self.network.encoder.save(folder)
        save_file({name: tensor.half().contiguous() for name, tensor in self.network.head.state_dict().items()}, folder / HEAD)
        if self.scope:
            self.scope.save(folder / SCOPE)
        write_atomically(folder / ABOUT, json.dumps(asdict(self.about), ensure_ascii=False, indent=1) + "\n")

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in their order; the confidence is calibrated, 0 to 1."""
        if not texts:
            return []
        return self.judge(*run(self.network, Tokens(self._tokenizer, texts)))

    def judge(self, logits: np.ndarray, features: np.ndarray) -> list[Prediction]:
        """Predictions from what the network gave."""
        labels, about = self.about.labels, self.about
        shares = softmax(logits[:, : len(labels)] / about.temperature)
        guesses = shares.argmax(1)
        inside = self.scope.score(logits, features) if self.scope else np.ones(len(logits))
        return [
            Prediction(about.outside, round(float(1 - sure), 4))
            if self.scope and sure < about.threshold
            else Prediction(labels[guess], round(float(share[guess] * sure), 4))
            for guess, share, sure in zip(guesses, shares, inside, strict=True)
        ]
