"""Public sets of intents, from local files: train on their training part, judge on test or validation, published figures beside.

A trained model is kept in a folder and used again. Files are read as the folders' SOURCE.md describe them; nothing is
downloaded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import TrainingError
from chatbot.training.classifying import Recipe, train_classifier
from chatbot.training.loop import Schedule
from chatbot.training.measures import standard_error
from chatbot.training.rows import Rows, read_labelled
from chatbot.training.text_model import TextModel

__all__ = ["BENCHMARKS", "Benchmark", "Figure", "run_benchmark"]

OUTSIDE = "oos"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of `count` texts, with its standard error."""

    name: str
    value: float
    count: int

    @property
    def standard_error(self) -> float:
        return standard_error(self.value, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One public set. parts: file names of the training part, the validation part and the test part, by group of the figures."""

    name: str
    licence: str
    train: tuple[str, ...]
    validation: Mapping[str, tuple[str, ...]]
    test: Mapping[str, tuple[str, ...]]
    outside: str
    epochs: int
    published: tuple[str, ...]


BENCHMARKS = {
    "clinc150": Benchmark(
        name="clinc150",
        licence="CC BY 3.0",
        train=("train.jsonl", "oos_train.jsonl"),
        validation={"": ("val.jsonl", "oos_val.jsonl")},
        test={"": ("test.jsonl", "oos_test.jsonl")},
        outside=OUTSIDE,
        epochs=5,
        published=(
            "BERT (Larson et al., 2019), test: in scope 0.969, out-of-scope recall 0.403",
            "TF-IDF and logistic regression, test: in scope 0.920, out-of-scope recall 0.503",
        ),
    ),
    "massive": Benchmark(
        name="massive",
        licence="CC BY 4.0",
        train=("en-US_train.jsonl", "zh-CN_train.jsonl"),
        validation={"en": ("en-US_validation.jsonl",), "zh": ("zh-CN_validation.jsonl",)},
        test={"en": ("en-US_test.jsonl",), "zh": ("zh-CN_test.jsonl",)},
        outside="",
        epochs=4,
        published=("XLM-R base fine-tuned (FitzGerald et al., 2022), test: en about 0.88, zh about 0.85",),
    ),
}


def run_benchmark(benchmark: Benchmark, data: Path, encoder: Path, folder: Path, say: Say) -> dict[str, Any]:
    """Train into `folder` where it holds no model yet, judge, and give the figures as JSON values.

    Raises TrainingError where a file of the set is missing.
    """
    validation = {group: _read(data, names) for group, names in benchmark.validation.items()}
    if not (folder / "model.json").exists():
        recipe = Recipe(
            schedule=Schedule(epochs=benchmark.epochs), outside=benchmark.outside, data=f"{benchmark.name}: {', '.join(benchmark.train)}",
            licence=benchmark.licence, command=f"python -m chatbot benchmark {benchmark.name} --data DIR",
        )  # fmt: skip
        train_classifier(_read(data, benchmark.train), _joined(list(validation.values())), recipe, encoder, folder, say)
    model = TextModel.load(folder, encoder)
    tested = all((data / name).exists() for names in benchmark.test.values() for name in names)
    parts = {group: _read(data, names) for group, names in benchmark.test.items()} if tested else validation
    figures = [figure for group, rows in parts.items() for figure in _judge(model, rows, group, benchmark.outside)]
    split = "test" if tested else "validation"
    for figure in figures:
        say(f"{benchmark.name} {split}: {figure.name} {figure.value:.4f} ± {figure.standard_error:.4f} ({figure.count} texts)")
    for line in benchmark.published:
        say(f"published: {line}")
    return {
        "benchmark": benchmark.name, "split": split, "published": list(benchmark.published),
        "figures": {figure.name: {"value": figure.value, "standard_error": figure.standard_error, "count": figure.count} for figure in figures},
    }  # fmt: skip


def _judge(model: TextModel, rows: Rows, group: str, outside: str) -> list[Figure]:
    labels = np.array(rows.labels)
    guesses = np.array([prediction.label for prediction in model.predict(rows.texts)])
    right, inside = guesses == labels, labels != outside
    prefix = f"{group} " if group else ""
    figures = [Figure(f"{prefix}accuracy", float(right.mean()), len(labels))]
    if outside:
        figures.append(Figure(f"{prefix}in scope accuracy", float(right[inside].mean()), int(inside.sum())))
        figures.append(Figure(f"{prefix}out of scope recall", float(right[~inside].mean()), int((~inside).sum())))
    return figures


def _read(data: Path, names: Sequence[str]) -> Rows:
    missing = [name for name in names if not (data / name).exists()]
    if missing:
        raise TrainingError(f"{data} has no file {missing[0]}", fix="give the folder that holds the set with --data")
    return read_labelled([data / name for name in names], label_key="intent")


def _joined(parts: Sequence[Rows]) -> Rows:
    return Rows(tuple(text for part in parts for text in part.texts), tuple(label for part in parts for label in part.labels))
