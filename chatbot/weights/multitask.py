"""Intent, slots and mood beside the vector that finds items, which stays that of the untouched encoder.

Either a ladder stands beside the frozen encoder (`chatbot.weights.ladder`), so that one pass serves both, or the upper
layers are tuned and the message passes them twice, tuned and untouched. A context token stands before the message:
what the shopper said before (as the vector that was made of it then), what the assistant did about it, and what the
grammars found in the message. Knows the shapes; what labels and cues mean is not its business.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import torch

from chatbot.weights.ladder import WIDTH, Ladder
from chatbot.weights.tuning import METHODS, Method, TunedEncoder, mean_pooled

__all__ = ["APPROACHES", "LADDER", "Approach", "MultiTask", "Sizes"]

LADDER: Final = "ladder"
Approach = Method | Literal["ladder"]
APPROACHES: tuple[Approach, ...] = (LADDER, *METHODS)

DROPOUT, LADDER_DROPOUT, VECTOR_DROPOUT = 0.1, 0.2, 0.3
NEAR = 192
"""Width of the layer that looks at each token with its two neighbours, as the encoder has it and as what is trained has it."""
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
    """Heads over a ladder beside the encoder, or over the tuned top of it."""

    def __init__(self, encoder: TunedEncoder, sizes: Sizes, *, ladder: bool = False) -> None:
        super().__init__()
        entry = encoder.dimensions
        self.encoder = encoder
        self.ladder = Ladder(entry, len(encoder.bert.encoder.layer)) if ladder else None
        width = WIDTH if ladder else entry
        self.said = torch.nn.Linear(entry, width)
        self.did = torch.nn.Embedding(sizes.acts, width)
        self.cues = torch.nn.Linear(sizes.cues, width, bias=False)
        self.norm = torch.nn.LayerNorm(width)
        self.dropout = torch.nn.Dropout(LADDER_DROPOUT if ladder else DROPOUT)
        self.vector_dropout = torch.nn.Dropout(VECTOR_DROPOUT)
        self.intent = torch.nn.Linear(2 * width + entry, sizes.intents)
        self.mood = torch.nn.Linear(2 * width + entry, sizes.moods)
        self.strength = torch.nn.Linear(2 * width + entry, 1)
        self.near = torch.nn.Conv1d(width + entry, NEAR, kernel_size=3, padding=1)
        self.tags = torch.nn.Linear(NEAR, sizes.tags)

    def enter(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask, shape (texts, tokens) → what `top` wants, without gradients.

        For the tuned layers (texts, tokens, dimensions), for the ladder its taps: (texts, tokens, taps, dimensions).
        """
        if self.ladder is None:
            return self.encoder.enter(ids, mask)
        with torch.no_grad():
            return self.ladder.even(self.encoder.states(ids, mask, self.ladder.layers))

    def top(
        self, entered: torch.Tensor, mask: torch.Tensor, vector: torch.Tensor, said: torch.Tensor, did: torch.Tensor, cues: torch.Tensor
    ) -> dict[str, Any]:
        """Logits `intent` (texts, intents), `mood` (texts, moods), `tags` (texts, tokens, tags), and `strength` (texts,) in -1 to 1.

        entered: what `enter` gave; vector: (texts, dimensions), that of the untouched encoder, which generalises where
        what is trained has learnt by heart; said: (texts, dimensions), unit vectors or zeros; did: (texts,) numbers of
        acts; cues: (texts, cues).
        """
        context = self.norm(self.said(VECTOR_SCALE * said) + self.did(did) + self.cues(cues))
        longer = torch.cat([torch.ones_like(mask[:, :1]), mask], 1)
        if self.ladder is None:
            untuned = entered
            hidden = self.encoder.tuned(torch.cat([context[:, None], entered], 1), longer)
        else:
            taps = self.ladder.hide(entered)
            untuned = taps[:, :, -1]
            hidden = self.ladder(context, taps, longer)
        tokens = hidden[:, 1:]
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        both = torch.cat([untuned, tokens], -1) * weights  # padding is zero to its neighbours, as the end of the text is
        near = self.near(self.dropout(both).transpose(1, 2)).transpose(1, 2)
        whole = torch.cat([self.dropout(torch.cat([mean_pooled(tokens, mask), hidden[:, 0]], -1)), self.vector_dropout(VECTOR_SCALE * vector)], -1)
        return {
            "intent": self.intent(whole),
            "mood": self.mood(whole),
            "strength": torch.tanh(self.strength(whole)).squeeze(-1),
            "tags": self.tags(self.dropout(torch.nn.functional.gelu(near))),
        }
