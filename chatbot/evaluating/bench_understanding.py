"""What each step of making the understanding fast gains and costs: time, memory and accuracy, in one run.

Every step runs in a process of its own, so that its memory is its own: the encoder alone in sentence-transformers
(fp32), then the whole network (encoder, intent, slots and mood) as a graph in fp32, with the vocabulary pruned, which is
what serves, and with 8-bit weights. Accuracy is that of the held-out families.
"""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.evaluating.memory import resident_mb
from chatbot.settings import PROJECT, UNDERSTANDING, Settings
from chatbot.shop.reading import read_shop
from chatbot.training.understanding import Judged
from chatbot.training.utterances import Utterance, read_utterances
from chatbot.understanding.grammar import find
from chatbot.understanding.slots import spans_of
from chatbot.understanding.vocabulary import Vocabulary
from chatbot.values import PLAN_KINDS
from chatbot.weights.cache import make_once
from chatbot.weights.encoder import OnnxEncoder, SentenceTransformersEncoder, Turn, packaged_folder
from chatbot.weights.serving import Precision, write_served

__all__ = ["measure_understanding"]

STEPS: tuple[tuple[str, Precision, bool], ...] = (
    ("graph, fp32", "fp32", False),
    ("pruned vocabulary", "fp32", True),
    ("8-bit weights", "int8", True),
)
TIMED = 200
"""Texts that are timed one by one."""

Step = dict[str, Any]


def measure_understanding(settings: Settings, tell: Callable[[str], object]) -> list[Step]:
    """The steps with their figures; each is told as it is known."""
    source = packaged_folder(settings.cache)
    threads = settings.thread_count
    steps = [_apart(_sentence_transformers, str(source), threads)]
    tell(f"{steps[0]['step']}: {steps[0]['ms']} ms a text, {steps[0]['memory_mb']:.0f} MB")
    with tempfile.TemporaryDirectory(prefix="xiaoer-bench-") as place:
        for number, (name, precision, pruned) in enumerate(STEPS):
            folder = make_once(Path(place) / str(number), _writer(source, precision, pruned))
            step = {"step": name, **_apart(_graph, str(folder), str(settings.shop), threads)}
            first = steps[1] if len(steps) > 1 else step
            step["accuracy_lost_points"] = round(100 * (first["intent_accuracy"] - step["intent_accuracy"]), 2)
            step["share_of_time"] = round(step["ms"] / steps[0]["ms"], 3)
            steps.append(step)
            tell(
                f"{name}: {step['ms']} ms a turn ({step['share_of_time']:.0%} of sentence-transformers), {step['memory_mb']:.0f} MB, ready in "
                f"{step['load_seconds']} s, intent accuracy {step['intent_accuracy']:.4f} ({step['accuracy_lost_points']:+.2f} points lost), "
                f"macro-F1 {step['intent_macro_f1']:.4f}, slots {step['slot_f1']:.4f}, mood {step['mood_accuracy']:.4f}"
            )
    return steps


def _writer(source: Path, precision: Precision, pruned: bool) -> Callable[[Path], None]:
    return lambda target: write_served(source, UNDERSTANDING, target, precision=precision, pruned=pruned)


def _apart(task: Callable[..., Step], *arguments: object) -> Step:
    """Run `task` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(task, arguments)


def _held_out() -> list[Utterance]:
    return [row for row in read_utterances(PROJECT / "knowledge" / "training" / "utterances") if row.part == "held_out"]


def _sentence_transformers(source: str, threads: int) -> Step:
    rows = _held_out()
    started = time.perf_counter()
    encoder = SentenceTransformersEncoder(source, threads=threads)
    loaded = time.perf_counter() - started
    texts = [row.text for row in rows[:TIMED]]
    encoder.queries(texts[:5])
    return {
        "step": "sentence-transformers, fp32, the encoder alone", "ms": _median_ms(lambda text: encoder.queries([text]), texts),
        "memory_mb": resident_mb(), "load_seconds": round(loaded, 2),
    }  # fmt: skip


def _graph(folder: str, shop: str, threads: int) -> Step:
    rows = _held_out()
    vocabulary = Vocabulary(read_shop(Path(shop)).catalogue)
    started = time.perf_counter()
    reader = OnnxEncoder(Path(folder), threads=threads)
    loaded = time.perf_counter() - started
    said = dict.fromkeys(row.said for row in rows if row.said)
    vectors: Mapping[str, np.ndarray] = dict(zip(said, reader.queries(list(said)), strict=True))
    nothing = np.zeros(reader.dimensions, np.float32)
    turns = [
        Turn(row.text, vectors.get(row.said, nothing), 1 + PLAN_KINDS.index(row.did) if row.did else 0, find(row.text, vocabulary).cues)  # type: ignore[arg-type]
        for row in rows
    ]
    memory = resident_mb()
    readings = [reader.read(turn) for turn in turns]
    judged = Judged(
        rows, np.stack([one.intent for one in readings]), np.stack([one.mood for one in readings]), np.array([one.strength for one in readings]),
        [spans_of(row.text, one.offsets, one.tags) for row, one in zip(rows, readings, strict=True)],
    )  # fmt: skip
    figures = judged.figures(float(reader.about["temperature"]))
    return {"ms": _median_ms(reader.read, turns[:TIMED]), "memory_mb": memory, "load_seconds": round(loaded, 2), **figures}


def _median_ms(call: Callable[[Any], object], inputs: list[Any]) -> float:
    times = []
    for value in inputs:
        started = time.perf_counter()
        call(value)
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 2)
