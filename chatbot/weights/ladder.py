"""A small transformer that climbs beside a frozen encoder and is fed by its layers: Ladder Side-Tuning (Sung et al., 2022).

The encoder's own vector stays what it was, one pass serves both, and what is added costs about a tenth of it. Training
needs no gradients in the encoder. Knows no labels and no task.
"""

import torch

from chatbot.weights.tuning import attention_bias

__all__ = ["HEADS", "WIDTH", "Ladder", "Rung", "taps_of"]

WIDTH, HEADS, INNER = 192, 6, 2
"""Of a rung: its width, its attention heads, and how many times wider its inner layer is."""
LEAST_DEVIATION = 1e-3
DROPOUT, ATTENTION_DROPOUT, TAP_DROPOUT = 0.2, 0.1, 0.2


def taps_of(layers: int) -> tuple[int, ...]:
    """The layers whose outputs are read, of so many: from the end of the lower third on, every sixth part; 4, 6, 8, 10, 12 of twelve."""
    return tuple(sorted({max(1, round(layers * sixths / 6)) for sixths in range(2, 7)}))


class Ladder(torch.nn.Module):
    """A pre-norm transformer block for every tap but the lowest; each adds a projection of its own tap.

    dimensions, layers: those of the encoder.
    """

    def __init__(self, dimensions: int, layers: int) -> None:
        super().__init__()
        self.layers = taps_of(layers)
        self.register_buffer("mean", torch.zeros(len(self.layers), dimensions))
        self.register_buffer("scale", torch.ones(len(self.layers), dimensions))
        self.feet = torch.nn.Linear(dimensions, WIDTH)
        self.steps = torch.nn.ModuleList([torch.nn.Linear(dimensions, WIDTH) for _ in self.layers[1:]])
        self.rungs = torch.nn.ModuleList([Rung() for _ in self.layers[1:]])

    def standardise(self, states: torch.Tensor) -> None:
        """Learn mean and scale of every channel, a few of which are a hundred times louder than the rest. states: (tokens, taps, dimensions)."""
        self.mean.copy_(states.mean(0))
        self.scale.copy_(1 / (states.std(0) + LEAST_DEVIATION))

    def even(self, states: torch.Tensor) -> torch.Tensor:
        """The encoder's states in even units: (texts, tokens, taps, dimensions)."""
        return (states - self.mean) * self.scale

    def hide(self, taps: torch.Tensor) -> torch.Tensor:
        """While training, some channels of each text's taps are zero in all its tokens."""
        return taps * torch.nn.functional.dropout(torch.ones_like(taps[:, :1]), TAP_DROPOUT, self.training)

    def forward(self, context: torch.Tensor, taps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What becomes of the context and the tokens: (texts, 1 + tokens, width).

        context: (texts, width), stands before the tokens; taps: in even units; mask: (texts, 1 + tokens).
        """
        hidden = torch.cat([context[:, None], self.feet(taps[:, :, 0])], 1)
        for number, (step, rung) in enumerate(zip(self.steps, self.rungs, strict=True), 1):
            hidden = torch.cat([hidden[:, :1], hidden[:, 1:] + step(taps[:, :, number])], 1)
            hidden = rung(hidden, mask)
        return hidden


class Rung(torch.nn.Module):
    """One transformer block with its norms first."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_inner = torch.nn.LayerNorm(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.entries, self.attended = torch.nn.Linear(WIDTH, 3 * WIDTH), torch.nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = torch.nn.Linear(WIDTH, INNER * WIDTH), torch.nn.Linear(INNER * WIDTH, WIDTH)
        self.dropout, self.attention_dropout = torch.nn.Dropout(DROPOUT), torch.nn.Dropout(ATTENTION_DROPOUT)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        texts, tokens, _ = hidden.shape
        split = self.entries(self.before_attention(hidden)).view(texts, tokens, 3, HEADS, WIDTH // HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + attention_bias(mask)
        mixed = self.attention_dropout(scores.softmax(-1)) @ value
        hidden = hidden + self.dropout(self.attended(mixed.transpose(1, 2).reshape(texts, tokens, WIDTH)))
        return hidden + self.dropout(self.narrow(torch.nn.functional.gelu(self.widen(self.before_inner(hidden)))))
