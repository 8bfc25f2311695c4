"""How much each piece of evidence counts, and how far the best entry is to be trusted: two linear models, fitted by
`chatbot.training.answering` and read from `knowledge/trained/answers/weights.json`. Knows no entry and no text.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import WeightsError
from chatbot.service.evidence import ABOUT, FEATURES
from chatbot.settings import ANSWERS

__all__ = ["TRUST", "Weighing", "read_weighing", "trust_evidence"]

TRUST = (*FEATURES, "margin", "crowd", *ABOUT)
"""What trust depends on: the evidence for the best entry, its lead over the next, how far it stands out of all, the question."""


@dataclass(frozen=True)
class Weighing:
    """weights: by FEATURES; trust: by TRUST, with its bias. enough, surely: probabilities from which an answer is given, and from which a message is taken as a question to the documents."""

    weights: np.ndarray
    trust: np.ndarray
    bias: float
    enough: float
    surely: float

    def scores(self, evidence: np.ndarray) -> np.ndarray:
        """The logits of a softmax over the topics, shape (topics,)."""
        logits: np.ndarray = evidence @ self.weights
        return logits

    def probability(self, evidence: np.ndarray, about: np.ndarray) -> float:
        """How likely the best topic is to answer the question."""
        return float(1.0 / (1.0 + np.exp(-(trust_evidence(evidence, about, self.scores(evidence)) @ self.trust + self.bias))))


def trust_evidence(evidence: np.ndarray, about: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The numbers that trust depends on, in the order of TRUST. scores: of every topic, shape (topics,)."""
    order = np.argsort(-scores)
    margin = scores[order[0]] - scores[order[1]] if len(order) > 1 else FAR
    crowd = np.log(np.exp(scores - scores[order[0]]).sum())
    return np.array([*evidence[order[0]], min(margin, FAR), crowd, *about])


FAR = 6.0
"""A lead beyond which more of it says nothing."""


def read_weighing(path: Path = ANSWERS / "weights.json") -> Weighing:
    """Raises WeightsError where the file is missing or of another make."""
    try:
        held = json.loads(path.read_text("utf-8"))
        return Weighing(
            _by_name(held["weights"], FEATURES), _by_name(held["trust"], TRUST), float(held["bias"]), float(held["enough"]), float(held["surely"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} cannot be read: {error!r}", fix="python -m chatbot train answers writes it again") from error


def _by_name(values: Mapping[str, Any], names: Sequence[str]) -> np.ndarray:
    return np.array([float(values[name]) for name in names])
