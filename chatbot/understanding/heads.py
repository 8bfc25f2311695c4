"""What the network's numbers mean: intents with calibrated probabilities, the mood, and the slots of a message. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from chatbot.errors import WeightsError
from chatbot.understanding.grammar import CUES
from chatbot.understanding.probabilities import softmax
from chatbot.understanding.slots import TAGS, spans_of
from chatbot.values import INTENTS, MOODS, PLAN_KINDS, IntentName, Mood, Slot

__all__ = ["Heads"]


class Heads:
    """about: what training wrote beside the weights: the labels of every head and the temperature of the intents."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        wanted = {"intents": INTENTS, "tags": TAGS, "moods": MOODS, "acts": PLAN_KINDS, "cues": CUES}
        if "temperature" not in about:
            raise WeightsError("the trained understanding has no temperature", fix="python -m chatbot train understanding")
        for name, labels in wanted.items():
            if tuple(about.get(name, ())) != labels:
                raise WeightsError(f"the trained understanding has other {name} than this version", fix="python -m chatbot train understanding")
        self._temperature = float(about["temperature"])

    def intents(self, logits: np.ndarray) -> dict[IntentName, float]:
        """Every intent with its calibrated probability, likeliest first. logits: shape (16,)."""
        shares = softmax(logits / self._temperature)
        return {INTENTS[row]: float(shares[row]) for row in np.argsort(-shares, kind="stable")}

    def mood(self, logits: np.ndarray, strength: float) -> Mood:
        """The likeliest mood; its score has the mood's sign and the strength that the network gives, -1 to 1."""
        label = MOODS[int(logits.argmax())]
        sign = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[label]
        score = sign * abs(strength) if sign else max(-0.3, min(0.3, strength))
        return Mood(label, round(float(score), 3))

    def slots(self, text: str, tags: np.ndarray, offsets: tuple[tuple[int, int], ...]) -> tuple[Slot, ...]:
        """tags: shape (tokens, tags)."""
        return spans_of(text, offsets, tags)
