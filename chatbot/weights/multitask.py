"""One encoder, two tops: the untouched one for the vector that finds items, a tuned one for intent, slots and mood.

Both share the lower layers, so a message passes them once. A context token stands before the message in the tuned top:
what the shopper said before (as the vector that was made of it then), what the assistant did about it, and what the
grammars found in the message. Knows the shapes; what labels and cues mean is not its business.
"""

from dataclasses import dataclass
from typing import Any

import torch

from chatbot.weights.tuning import TunedEncoder, mean_pooled

__all__ = ["MultiTask", "Sizes"]

DROPOUT, VECTOR_DROPOUT = 0.1, 0.3
NEAR = 192
"""Width of the layer that looks at each token with its two neighbours, in the untuned and the tuned representation."""
VECTOR_SCALE = 10.0
"""Brings the entries of a unit vector to the size of the other inputs."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of intents, token tags, moods, acts of the assistant (the first is none), and cues."""

    intents: int
    tags: int
    moods: int
    acts: int
    cues: int


class MultiTask(torch.nn.Module):
    """Heads over the tuned top of an encoder."""

    def __init__(self, encoder: TunedEncoder, sizes: Sizes) -> None:
        super().__init__()
        width = encoder.dimensions
        self.encoder = encoder
        self.said = torch.nn.Linear(width, width)
        self.did = torch.nn.Embedding(sizes.acts, width)
        self.cues = torch.nn.Linear(sizes.cues, width, bias=False)
        self.norm = torch.nn.LayerNorm(width)
        self.dropout = torch.nn.Dropout(DROPOUT)
        self.vector_dropout = torch.nn.Dropout(VECTOR_DROPOUT)
        self.intent = torch.nn.Linear(3 * width, sizes.intents)
        self.mood = torch.nn.Linear(3 * width, sizes.moods)
        self.strength = torch.nn.Linear(3 * width, 1)
        self.near = torch.nn.Conv1d(2 * width, NEAR, kernel_size=3, padding=1)
        self.tags = torch.nn.Linear(NEAR, sizes.tags)

    def top(
        self, entered: torch.Tensor, mask: torch.Tensor, vector: torch.Tensor, said: torch.Tensor, did: torch.Tensor, cues: torch.Tensor
    ) -> dict[str, Any]:
        """Logits `intent` (texts, intents), `mood` (texts, moods), `tags` (texts, tokens, tags), and `strength` (texts,) in -1 to 1.

        entered: (texts, tokens, dimensions), what `encoder.enter` gave; vector: (texts, dimensions), that of the untouched
        top, which generalises where the tuned one has learnt by heart; said: (texts, dimensions), unit vectors or
        zeros; did: (texts,) numbers of acts; cues: (texts, cues).
        """
        context = self.norm(self.said(VECTOR_SCALE * said) + self.did(did) + self.cues(cues))
        with_context = torch.cat([context[:, None], entered], 1)
        longer = torch.cat([torch.ones_like(mask[:, :1]), mask], 1)
        hidden = self.encoder.tuned(with_context, longer)
        tokens = hidden[:, 1:]
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        both = torch.cat([entered, tokens], -1) * weights  # padding is zero to its neighbours, as the end of the text is
        near = self.near(self.dropout(both).transpose(1, 2)).transpose(1, 2)
        whole = torch.cat([self.dropout(torch.cat([mean_pooled(tokens, mask), hidden[:, 0]], -1)), self.vector_dropout(VECTOR_SCALE * vector)], -1)
        return {
            "intent": self.intent(whole),
            "mood": self.mood(whole),
            "strength": torch.tanh(self.strength(whole)).squeeze(-1),
            "tags": self.tags(self.dropout(torch.nn.functional.gelu(near))),
        }
