"""Figures of a classifier: accuracy, macro-F1, calibration, confusion, and the temperature that calibrates. Pure.

Sources: Guo et al., "On Calibration of Modern Neural Networks", 2017 (temperature, expected calibration error).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from chatbot.understanding.probabilities import softmax

__all__ = ["calibration_error", "confused", "draw_confusion", "fit_temperature", "macro_f1", "standard_error"]

BINS = 10
TICK = 24
"""Characters of a label that a picture shows."""
DRAWN = 40
"""Labels that a picture of the confusion holds at most: the most confused ones."""


def macro_f1(labels: np.ndarray, guesses: np.ndarray, count: int) -> float:
    """Mean F1 over the `count` labels that occur among labels or guesses."""
    scores = []
    for label in range(count):
        size = int((labels == label).sum() + (guesses == label).sum())
        if size:
            scores.append(2 * int(((labels == label) & (guesses == label)).sum()) / size)
    return float(np.mean(scores)) if scores else 0.0


def calibration_error(confidences: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten equal bins, 0 to 1."""
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    return float(
        sum((bins == one).mean() * abs(right[bins == one].mean() - confidences[bins == one].mean()) for one in range(BINS) if (bins == one).any())
    )


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log-likelihood, 0.2 to 5, by search over a grid."""
    if not len(labels):
        return 1.0

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(logits / temperature)[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(min(np.geomspace(0.2, 5.0, 121), key=loss))


def standard_error(share: float, count: int) -> float:
    """Of a share of `count` independent trials."""
    return float(np.sqrt(share * (1 - share) / max(1, count)))


def confused(labels: np.ndarray, guesses: np.ndarray, names: Sequence[str], most: int = 6) -> list[tuple[str, str, int]]:
    """(label, taken for, how often), the most frequent first."""
    pairs = Counter((names[label], names[guess]) for label, guess in zip(labels, guesses, strict=True) if label != guess)
    return [(label, guess, count) for (label, guess), count in pairs.most_common(most)]


def draw_confusion(labels: np.ndarray, guesses: np.ndarray, names: Sequence[str], path: Path) -> None:
    """Write the confusion matrix as a picture; rows are the true labels. Of many labels the most confused are drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix = np.zeros((len(names), len(names)), int)
    np.add.at(matrix, (labels, guesses), 1)
    errors = matrix.sum(0) + matrix.sum(1) - 2 * matrix.diagonal()
    rows = np.sort(np.argsort(-errors, kind="stable")[:DRAWN])
    shown = matrix[np.ix_(rows, rows)]
    shares = shown / np.maximum(1, matrix[rows].sum(1, keepdims=True))
    size = 2.5 + 0.32 * len(rows)
    figure = Figure(figsize=(size, size), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    # the picture's font has no Chinese, and its mathematics would read a dollar sign
    ticks = [names[row][:TICK].encode("ascii", "replace").decode().replace("$", r"\$") for row in rows]
    axes.set_xticks(range(len(rows)), ticks, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), ticks, fontsize=7)
    axes.set_xlabel("taken for")
    axes.set_ylabel("is")
    if len(rows) <= 20:
        for row in range(len(rows)):
            for column in range(len(rows)):
                if shown[row, column]:
                    axes.text(
                        column,
                        row,
                        str(shown[row, column]),
                        ha="center",
                        va="center",
                        fontsize=6,
                        color="white" if shares[row, column] > 0.6 else "black",
                    )
    figure.savefig(path, dpi=80)
