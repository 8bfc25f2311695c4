"""Transformer blocks as the few large operators that ONNX Runtime has for them, for the export of a graph.

What PyTorch's tracer writes for one attention is some forty small operators, most of which compute shapes; without them
a short message takes 8 % less time. Each operator here computes the same in torch, so that what is exported can be tried
before.

Source: ONNX Runtime, "Contrib operators": Attention and SkipLayerNormalization.
"""

from typing import Any

import torch

from chatbot.weights.ladder import HEADS, Rung

__all__ = ["DOMAIN", "Block", "LadderBlock"]

DOMAIN = "com.microsoft"


class Block(torch.nn.Module):
    """A layer of BERT (norms last) with its parameters laid out for the two operators."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        own = layer.attention.self
        self.heads = int(own.num_attention_heads)
        self.entries = torch.nn.Parameter(torch.cat([part.weight for part in (own.query, own.key, own.value)]).T.contiguous())
        self.entry_bias = torch.nn.Parameter(torch.cat([part.bias for part in (own.query, own.key, own.value)]))
        self.attended, self.after_attention = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.activation = layer.intermediate.intermediate_act_fn
        self.widen, self.narrow, self.after_inner = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """hidden: (texts, tokens, dimensions); mask: (texts, tokens), int32, 1 for a token."""
        mixed = _attention(hidden, self.entries, self.entry_bias, mask, self.heads)
        hidden = _added(mixed @ self.attended.weight.T, hidden, self.attended.bias, self.after_attention)
        inner = self.activation(self.widen(hidden))
        return _added(inner @ self.narrow.weight.T, hidden, self.narrow.bias, self.after_inner)


class LadderBlock(torch.nn.Module):
    """A rung of a ladder (norms first), likewise."""

    def __init__(self, rung: Rung) -> None:
        super().__init__()
        self.rung = rung
        self.entries = torch.nn.Parameter(rung.entries.weight.T.contiguous())

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """As Block."""
        rung = self.rung
        mixed = _attention(rung.before_attention(hidden), self.entries, rung.entries.bias, mask.int(), HEADS)
        hidden = hidden + rung.attended(mixed)
        return hidden + rung.narrow(torch.nn.functional.gelu(rung.widen(rung.before_inner(hidden))))


def _attention(hidden: torch.Tensor, entries: torch.Tensor, bias: torch.Tensor, mask: torch.Tensor, heads: int) -> torch.Tensor:
    """Self-attention before its last projection: (texts, tokens, dimensions).

    entries: query, key and value side by side, (dimensions, 3 * dimensions); bias: (3 * dimensions,); mask as in Block.
    """
    return _Attention.apply(hidden, entries, bias, mask, heads)


def _added(hidden: torch.Tensor, before: torch.Tensor, bias: torch.Tensor, norm: torch.nn.LayerNorm) -> torch.Tensor:
    """The norm of the sum of all three."""
    return _SkipLayerNorm.apply(hidden, before, norm.weight, norm.bias, bias, norm.eps)


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(_: Any, hidden: torch.Tensor, entries: torch.Tensor, bias: torch.Tensor, mask: torch.Tensor, heads: int) -> torch.Tensor:
        texts, tokens, width = hidden.shape
        query, key, value = (hidden @ entries + bias).view(texts, tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) / (width // heads) ** 0.5 + (1.0 - mask[:, None, None, :].float()) * -10000.0
        return (scores.softmax(-1) @ value).transpose(1, 2).reshape(texts, tokens, width)

    @staticmethod
    def symbolic(graph: Any, hidden: Any, entries: Any, bias: Any, mask: Any, heads: int) -> Any:
        return graph.op(f"{DOMAIN}::Attention", hidden, entries, bias, mask, num_heads_i=heads).setType(hidden.type())


class _SkipLayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(
        _: Any, hidden: torch.Tensor, before: torch.Tensor, weight: torch.Tensor, shift: torch.Tensor, bias: torch.Tensor, least: float
    ) -> torch.Tensor:
        return torch.nn.functional.layer_norm(hidden + before + bias, weight.shape, weight, shift, least)

    @staticmethod
    def symbolic(graph: Any, hidden: Any, before: Any, weight: Any, shift: Any, bias: Any, least: float) -> Any:
        return graph.op(f"{DOMAIN}::SkipLayerNormalization", hidden, before, weight, shift, bias, epsilon_f=least).setType(hidden.type())
