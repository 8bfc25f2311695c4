"""The intent head: a linear layer over the query vector, cues of the grammars and hashed character n-grams.

Trained by `chatbot.training.intent`; the weights lie in `knowledge/trained/intent` with their card. The head knows one
message only: what the conversation makes of an intent is the dialogue's business.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from chatbot.errors import WeightsError
from chatbot.text import folded
from chatbot.understanding.prices import Bounds
from chatbot.understanding.vocabulary import Match
from chatbot.values import Critique, IntentName, Reference

__all__ = ["CUES", "IntentHead", "cues", "ngrams"]

CUES = (
    "price", "stock_or_rating", "any_price", "category", "brand", "value", "item", "negated",
    "place", "focus", "all", "cheaper", "dearer", "more", "another", "similar",
)  # fmt: skip
"""What the grammars found, as zeros and ones, in this order."""
BUCKETS = 8192
"""Hashed n-grams: 4,600 utterances have 10,000 distinct ones that occur twice."""
LONGEST_GRAM = 4
VECTOR_SCALE, GRAM_SCALE = 10.0, 3.0
"""Bring the three kinds of features to like sizes, so that one weight decay suits all."""


def cues(bounds: Bounds, matches: Sequence[Match], references: Sequence[Reference], critiques: Sequence[Critique]) -> np.ndarray:
    """The cue features of a message, shape (len(CUES),)."""
    kinds = {payload.kind for match in matches for payload in match.payloads}
    pointed = {reference.kind for reference in references}
    found = {
        "price": bounds.price_min is not None or bounds.price_max is not None,
        "stock_or_rating": bounds.in_stock is not None or bounds.rating_min is not None,
        "any_price": bounds.any_price,
        "category": "category" in kinds,
        "brand": bool(kinds & {"brand", "foreign_brand"}),
        "value": bool(kinds & {"value", "flag"}),
        "item": "item" in kinds,
        "negated": any(match.negated for match in matches),
        **{kind: kind in pointed for kind in ("place", "focus", "all")},
        **{name: name in critiques for name in ("cheaper", "dearer", "more", "another", "similar")},
    }
    return np.array([found[name] for name in CUES], np.float32)


def ngrams(text: str) -> np.ndarray:
    """Character n-grams of 1 to 4, hashed with a sign, unit length; shape (BUCKETS,).

    Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.
    """
    features = np.zeros(BUCKETS, np.float32)
    for word in folded(text).split():
        padded = f" {word} "
        for length in range(1, LONGEST_GRAM + 1):
            for start in range(len(padded) - length + 1):
                code = zlib.crc32(padded[start : start + length].encode("utf-8", "replace"))
                features[code % BUCKETS] += 1.0 if code >> 31 else -1.0
    features = np.sign(features) * np.sqrt(np.abs(features))
    return features / max(float(np.linalg.norm(features)), 1e-9)


@dataclass(frozen=True)
class IntentHead:
    """weight: (labels, dimensions + cues + BUCKETS); bias: (labels,); mean: (dimensions,) of the training vectors."""

    labels: tuple[IntentName, ...]
    weight: np.ndarray
    bias: np.ndarray
    mean: np.ndarray
    temperature: float
    encoder: str

    @classmethod
    def load(cls, folder: Path) -> "IntentHead":
        """Read a trained head. Raises WeightsError where it is missing or damaged."""
        try:
            about = json.loads((folder / "head.json").read_text("utf-8"))
            with np.load(folder / "head.npz", allow_pickle=False) as arrays:
                return cls(
                    labels=tuple(about["labels"]),
                    weight=arrays["weight"].astype(np.float32),
                    bias=arrays["bias"].astype(np.float32),
                    mean=arrays["mean"].astype(np.float32),
                    temperature=float(about["temperature"]),
                    encoder=str(about["encoder"]),
                )
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise WeightsError(f"the intent head in {folder} cannot be read: {error}", fix="python -m chatbot train understanding") from error

    def probabilities(self, vector: np.ndarray, text: str, found: np.ndarray) -> dict[IntentName, float]:
        """Every intent with its calibrated probability, likeliest first."""
        logits = (self.weight @ self.features(vector, text, found) + self.bias) / self.temperature
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return {self.labels[row]: float(shares[row]) for row in np.argsort(-shares)}

    def features(self, vector: np.ndarray, text: str, found: np.ndarray) -> np.ndarray:
        return features(vector - self.mean, text, found)


def features(centred: np.ndarray, text: str, found: np.ndarray) -> np.ndarray:
    """One row of what the head sees, from a vector less the training mean."""
    return np.concatenate([VECTOR_SCALE * centred, found, GRAM_SCALE * ngrams(text)]).astype(np.float32)
