"""From labelled rows to a classifier's folder: check, train, calibrate, write. Whole or not at all.

The work is done in `FOLDER.partial`, where a killed training is gone on with by the same command; the folder gets its
name when everything in it is written.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import torch

from chatbot.errors import TrainingError, brief
from chatbot.training.augmentation import Augmentation
from chatbot.training.classifier import Classifier, ClassifierTask, figures, numbered, run
from chatbot.training.loop import CHECKPOINT, Schedule, fit
from chatbot.training.measures import calibration_error, confused, draw_confusion, fit_temperature, macro_f1
from chatbot.training.outliers import choose_threshold, fit_scope
from chatbot.training.rows import Rows, split
from chatbot.training.text_model import About, TextModel
from chatbot.training.texts import Tokens
from chatbot.weights.cache import write_atomically
from chatbot.weights.tuning import Method, TunedEncoder, load_tokens

__all__ = ["Recipe", "train_classifier"]

HELD_OUT = 0.1
"""Share of every label's rows that is held out where no validation file is given."""
PLAN = "plan.json"
ROOM = 300_000_000
"""Bytes that a training writes at most: checkpoints of an encoder tuned in full."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """outside: the label of texts that are out of scope, "" where there is none. first: the lowest layer that is tuned."""

    schedule: Schedule = field(default_factory=Schedule)
    method: Method = "lora"
    rank: int = 16
    first: int = 0
    outside: str = ""
    augment: bool = False
    data: str = ""
    licence: str = "that of the data"
    command: str = "python -m chatbot train classifier"


def train_classifier(rows: Rows, held: Rows | None, recipe: Recipe, encoder: Path, folder: Path, say: Say) -> dict[str, float]:
    """Train on `rows`, judge on `held` (a tenth of the rows where it is None), write `folder`; the figures.

    encoder: the folder of the encoder. Raises TrainingError where the rows cannot be learnt from, `folder` holds
    something already, or the disk is full; `folder` is then left as it was, and what was learnt so far lies in `.partial`.
    """
    train, held = _parts(rows, held, recipe)
    names = tuple(sorted(set(train.labels) - {recipe.outside}))
    _check_place(folder)
    partial = folder.with_name(folder.name + ".partial")
    try:
        _open(partial, train, held, recipe, encoder)
        say(f"{len(train)} texts of {len(names)} labels to learn from, {len(held)} to judge by; the encoder is {recipe.method}")
        model, values = _trained(train, held, names, recipe, encoder, partial, say)
        model.save(partial)
        (partial / CHECKPOINT).unlink(missing_ok=True)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
        (folder / PLAN).unlink()
    except OSError as error:
        raise TrainingError(f"{partial} cannot be written: {error}", fix="free some space or give another folder") from error
    return values


def _parts(rows: Rows, held: Rows | None, recipe: Recipe) -> tuple[Rows, Rows]:
    """(to learn from, to judge by), checked."""
    counts = Counter(rows.labels)
    if recipe.outside and recipe.outside not in counts:
        raise TrainingError(f"no row has the out-of-scope label {brief(recipe.outside)}", fix=f"the labels are {brief(sorted(counts), 200)}")
    if len(set(counts) - {recipe.outside}) < 2:
        only = next(iter(set(counts) - {recipe.outside}), recipe.outside)
        raise TrainingError(
            f"all rows have the label {brief(only)}" + (" or are out of scope" if len(counts) > 1 else ""), fix="give rows of two labels or more"
        )
    if alone := [label for label, count in counts.items() if count == 1]:
        raise TrainingError(
            f"the label {brief(alone[0])} has a single example", fix="give it another or leave it out; one cannot be learnt and judged"
        )
    if held is None:
        kept, cut = split(rows.labels, HELD_OUT, recipe.schedule.seed)
        return rows.pick(kept), rows.pick(cut)
    if recipe.outside and not 0 < held.labels.count(recipe.outside) < len(held):
        raise TrainingError(f"the validation file needs rows of {brief(recipe.outside)} and of other labels", fix="the threshold is set on both")
    if strange := set(held.labels) - set(counts):
        raise TrainingError(f"the label {brief(min(strange))} of the validation file is not in the training file")
    return rows, held


def _check_place(folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise TrainingError(f"{folder} is there already", fix="give another --output or delete it")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
    except OSError as error:
        raise TrainingError(f"{folder} cannot be made: {error}", fix="give another --output") from error
    if free < ROOM:
        raise TrainingError(f"{folder.parent} has {free // 1_000_000} MB free, training may write {ROOM // 1_000_000}", fix="free some space")


def _open(partial: Path, train: Rows, held: Rows, recipe: Recipe, encoder: Path) -> None:
    """Make the working folder; one that belongs to other rows or settings is begun anew."""
    plan = {**asdict(recipe), "rows": hashlib.sha256(repr((train.texts, train.labels, held.texts, held.labels, str(encoder))).encode()).hexdigest()}
    text = json.dumps(plan, sort_keys=True, ensure_ascii=False)
    place = partial / PLAN
    if partial.exists() and any(partial.iterdir()) and not place.exists():
        raise TrainingError(f"{partial} is there and is no unfinished training", fix="give another --output or move it away")
    if place.exists() and place.read_text("utf-8") != text:
        shutil.rmtree(partial)
    partial.mkdir(exist_ok=True)
    write_atomically(place, text)


def _trained(
    train: Rows, held: Rows, names: tuple[str, ...], recipe: Recipe, encoder: Path, partial: Path, say: Say
) -> tuple[TextModel, dict[str, float]]:
    schedule, outside = recipe.schedule, recipe.outside
    torch.manual_seed(schedule.seed)
    every = (*names, outside) if outside else names
    tokenizer = load_tokens(encoder)
    change = Augmentation({}, "".join(train.texts)).text if recipe.augment else None
    tokens, held_tokens = Tokens(tokenizer, train.texts, change=change), Tokens(tokenizer, held.texts)
    labels, held_labels = numbered(train.labels, every), numbered(held.labels, every)
    steps = schedule.epochs * -(-len(train) // schedule.batch)
    network = Classifier(TunedEncoder(encoder, method=recipe.method, rank=recipe.rank, first=recipe.first, steps=steps), len(every))
    history = fit(ClassifierTask(network, (tokens, labels), (held_tokens, held_labels), schedule), schedule, partial, say)

    logits, features = run(network, held_tokens)
    inside = held_labels < len(names)
    temperature = fit_temperature(logits[inside][:, : len(names)], held_labels[inside])
    scope, threshold = None, 0.0
    values = {"accuracy": figures(logits, held_labels)["accuracy"]}
    if outside:
        scope = fit_scope(logits, features, inside, *_known(network, tokenizer, train, labels, len(names)))
        threshold = choose_threshold(scope.score(logits, features)[~inside])
    about = About(
        labels=names, outside=outside, has_outside=bool(outside), temperature=round(temperature, 4), threshold=round(threshold, 6),
        method=recipe.method, first=recipe.first, encoder="multilingual-e5-small",
    )  # fmt: skip
    model = TextModel(about, network, scope, tokenizer)
    values |= judged(model, logits, features, held_labels)
    guesses = numbered([prediction.label for prediction in model.judge(logits, features)], every)
    draw_confusion(held_labels, guesses, every, partial / "confusion.png")
    write_atomically(partial / "figures.json", json.dumps({"figures": values, "epochs": history}, indent=1) + "\n")
    write_atomically(partial / "CARD.md", _card(train, held, every, recipe, values, confused(held_labels, guesses, every)))
    return model, values


def _known(network: Classifier, tokenizer: object, train: Rows, labels: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(features, labels) of the texts in scope that were learnt from."""
    inside = np.flatnonzero(labels < count)
    _, features = run(network, Tokens(tokenizer, [train.texts[number] for number in inside]))
    return features, labels[inside]


def judged(model: TextModel, logits: np.ndarray, features: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Figures of the model's own predictions on labelled texts; labels number `about.labels`, the out-of-scope one last."""
    about = model.about
    every = (*about.labels, about.outside) if about.outside else about.labels
    predictions = model.judge(logits, features)
    guesses = numbered([prediction.label for prediction in predictions], every)
    right, inside = guesses == labels, labels < len(about.labels)
    values = {
        "accuracy_of_predictions": float(right.mean()),
        "macro_f1": macro_f1(labels, guesses, len(every)),
        "calibration_error": calibration_error(np.array([prediction.confidence for prediction in predictions]), right),
    }
    if about.outside and (~inside).any():
        values["in_scope_accuracy"] = float(right[inside].mean())
        values["out_of_scope_recall"] = float(right[~inside].mean())
    return values


def _card(train: Rows, held: Rows, every: Sequence[str], recipe: Recipe, values: dict[str, float], pairs: Sequence[tuple[str, str, int]]) -> str:
    shown = "\n".join(f"- {name.replace('_', ' ')}: {value:.4f}" for name, value in values.items())
    mistaken = ", ".join(f"{label} taken for {guess} ({count})" for label, guess, count in pairs) or "nothing"
    return f"""# Text classifier

- What: {len(every)} labels{f", of which {recipe.outside!r} is out of scope" if recipe.outside else ""}; multilingual-e5-small (MIT), tuned by {recipe.method}, rank {recipe.rank}, from layer {recipe.first}, under a linear head.
- Data: {recipe.data or "rows of the owner"}; {len(train)} texts to learn from, {len(held)} to judge by.
- Command: `{recipe.command}`
- Licence: {recipe.licence}. Date: {date.today().isoformat()}.

## Figures, on the {len(held)} texts that were not learnt from (they also chose the epoch, the temperature and the threshold)

{shown}

Mistaken most often: {mistaken}.
"""
