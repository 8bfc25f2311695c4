"""The commands that train, judge and use models; `chatbot.__main__` puts them beside the others."""

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from chatbot.console import JsonFile, ShopOption
from chatbot.errors import TrainingError
from chatbot.settings import ANSWERS, PHRASING, PROJECT, UNDERSTANDING, Settings, load_settings

if TYPE_CHECKING:
    from chatbot.service.answers import Answers
    from chatbot.weights.encoder import Encoder

__all__ = ["benchmark", "predict", "training"]

training = typer.Typer(no_args_is_help=True, help="Train the project's own models, or your own classifier.")

Name = TypeVar("Name", bound=str)

SHOWN_PROBLEMS = 20
"""Bad rows that are told one by one."""

Tuning = Annotated[str, typer.Option("--method", help="lora, adalora, full or frozen.")]
Epochs = Annotated[int | None, typer.Option(min=1, help="The most passes over the data.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same training.")]
RDrop = Annotated[float, typer.Option("--r-drop", min=0, help="Weight of R-Drop; 0 is off.")]
Adversarial = Annotated[float, typer.Option(min=0, help="Length of the adversarial step (FGM); 0 is off.")]


@training.command("understanding")
def train_understanding(
    shop: ShopOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="The folder to write; knowledge/trained/understanding where it is not given.")
    ] = None,
    method: Annotated[str, typer.Option("--method", help="ladder, lora, adalora, full or frozen.")] = "ladder",
    epochs: Epochs = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters of lora and adalora.")] = 16,
    augment: Annotated[bool, typer.Option("--augment/--no-augment", help="Also learn from misspelt and otherwise changed texts.")] = True,
    r_drop: Annotated[float | None, typer.Option("--r-drop", min=0, help="Weight of R-Drop; 0 is off.")] = None,
    adversarial: Adversarial = 0.0,
    seed: Seed = 1,
    trials: Annotated[int, typer.Option(min=0, help="Search the settings in this many short trainings first (optuna).")] = 0,
    judge: Annotated[bool, typer.Option("--judge", help="Train nothing; print the figures of what is there on the held-out families.")] = False,
    json_file: JsonFile = None,
) -> None:
    """Train intents, slots and mood from knowledge/training and write them to knowledge/trained."""
    from chatbot.shop.reading import read_shop
    from chatbot.training.understanding_folder import SCHEDULE, Plan, judge_folder, search_understanding, train_understanding
    from chatbot.training.utterances import read_utterances
    from chatbot.weights.encoder import packaged_folder
    from chatbot.weights.multitask import APPROACHES

    settings = _ready(shop)
    folder = output or UNDERSTANDING
    rows, catalogue = read_utterances(PROJECT / "knowledge" / "training" / "utterances"), read_shop(settings.shop).catalogue
    encoder = packaged_folder(settings.cache)
    if judge:
        figures = judge_folder(rows, catalogue, encoder, folder)
    else:
        weight = SCHEDULE.r_drop if r_drop is None else r_drop
        schedule = replace(SCHEDULE, epochs=epochs or SCHEDULE.epochs, r_drop=weight, adversarial=adversarial, seed=seed)
        plan = Plan(schedule=schedule, method=_chosen(method, APPROACHES), rank=rank, augment=augment)
        if trials:
            plan = search_understanding(rows, catalogue, plan, encoder, folder, trials, typer.echo)
        figures = train_understanding(rows, catalogue, plan, encoder, folder, typer.echo)
    for part, values in figures.items():
        typer.echo(f"{part}: " + ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in values.items()))
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@training.command("classifier")
def train_classifier(
    data: Annotated[list[Path], typer.Option("--data", help='JSON Lines of {"text", "label"}; may be given more than once.')],
    output: Annotated[Path, typer.Option("--output", help="The folder to write; it must not hold anything yet.")],
    validation: Annotated[Path | None, typer.Option(help="Rows to judge by; a tenth of the data where it is not given.")] = None,
    oos: Annotated[str, typer.Option("--oos", help="The label of texts that are out of scope.")] = "",
    method: Tuning = "lora",
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = 16,
    first: Annotated[int, typer.Option(min=0, help="The lowest of the twelve layers that is tuned; 6 takes half the time.")] = 0,
    epochs: Epochs = None,
    batch: Annotated[int, typer.Option(min=1, help="Texts in a batch.")] = 64,
    rate: Annotated[float, typer.Option(min=0, help="Learning rate of the encoder.")] = 1e-3,
    r_drop: RDrop = 0.0,
    adversarial: Adversarial = 0.0,
    augment: Annotated[bool, typer.Option("--augment/--no-augment", help="Also learn from misspelt texts.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a file with a bad row instead of skipping the row.")] = False,
    text_key: Annotated[str, typer.Option(help="The key of the text.")] = "text",
    label_key: Annotated[str, typer.Option(help="The key of the label.")] = "label",
    licence: Annotated[str, typer.Option(help="The data's licence, for the card.")] = "that of the data",
    seed: Seed = 1,
    json_file: JsonFile = None,
) -> None:
    """Train a classifier on any labelled texts, Chinese, English or mixed."""
    from chatbot.training.classifying import Recipe, train_classifier
    from chatbot.training.loop import Schedule
    from chatbot.training.rows import read_labelled
    from chatbot.weights.encoder import packaged_folder
    from chatbot.weights.tuning import METHODS

    settings = _ready(None)
    rows = read_labelled(data, strict=strict, text_key=text_key, label_key=label_key)
    held = read_labelled([validation], strict=strict, text_key=text_key, label_key=label_key) if validation else None
    _tell_problems([*rows.problems, *(held.problems if held else ())])
    schedule = Schedule(batch=batch, rate=rate, r_drop=r_drop, adversarial=adversarial, seed=seed)
    recipe = Recipe(
        schedule=replace(schedule, epochs=epochs or schedule.epochs), method=_chosen(method, METHODS), rank=rank, first=first, outside=oos, augment=augment,
        data=", ".join(path.name for path in data), licence=licence, command=" ".join(["python -m chatbot", *map(shlex.quote, sys.argv[1:])]),
    )  # fmt: skip
    figures = train_classifier(rows, held, recipe, packaged_folder(settings.cache), output, typer.echo)
    typer.echo(", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in figures.items()))
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@training.command("answers")
def train_answers(
    data: Annotated[Path | None, typer.Option("--data", help="Labelled questions; knowledge/training/questions.jsonl where it is not given.")] = None,
    shop: ShopOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write; that of knowledge/trained/answers where it is not given.")
    ] = None,
) -> None:
    """Fit how evidence for answers is weighed, print its figures by folds over entries, and write it."""
    from chatbot.training.answering import fit_weighing, gather, read_questions, weighing_as_json
    from chatbot.weights.cache import write_atomically

    questions = read_questions(data or PROJECT / "knowledge" / "training" / "questions.jsonl")
    weighing, figures = fit_weighing(gather(questions, *_answers_of(shop)))
    write_atomically(output or ANSWERS / "weights.json", json.dumps(weighing_as_json(weighing), indent=1) + "\n")
    _tell_figures(figures)


@training.command("phrasing")
def train_phrasing(
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder of plans and replies; knowledge/training/replies where it is not given.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="The folder to write; knowledge/trained/phrasing where it is not given.")] = None,
    epochs: Epochs = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = 16,
    batch: Annotated[int, typer.Option(min=1, help="Plans in a batch.")] = 8,
    rate: Annotated[float, typer.Option(min=0, help="Learning rate.")] = 4e-4,
    seed: Seed = 1,
    json_file: JsonFile = None,
) -> None:
    """Train the packaged language model to phrase, and write the adapter to knowledge/trained."""
    from chatbot.training.phrasing_folder import SCHEDULE, Recipe, train_phrasing, unpacked
    from chatbot.training.replies import read_replies
    from chatbot.weights.generator import packaged_gguf

    settings = _ready(None)
    rows = read_replies(data or PROJECT / "knowledge" / "training" / "replies")
    schedule = replace(SCHEDULE, epochs=epochs or SCHEDULE.epochs, batch=batch, rate=rate, head_rate=rate, seed=seed)
    model = unpacked(packaged_gguf(settings.cache), settings.cache)
    command = " ".join(["python -m chatbot", *map(shlex.quote, sys.argv[1:])])
    history = train_phrasing(rows, Recipe(schedule=schedule, rank=rank), model, output or PHRASING, command, typer.echo)
    if json_file:
        json_file.write_text(json.dumps(history, indent=1) + "\n", "utf-8")


@training.command("content")
def train_content(
    shop: ShopOption = None,
    seed: Seed = 1,
    json_file: JsonFile = None,
) -> None:
    """Fit the weights of words, interests and profile in the recommended content on simulated shoppers, and print what that is worth."""
    from chatbot.bot import Bot
    from chatbot.training.content import fit_content

    bot = Bot.load(load_settings(shop=shop, database="sqlite://", generator="none"))
    needs = PROJECT / "knowledge" / "training" / "interests.jsonl"
    figures = fit_content(bot.shop.catalogue, bot.index, bot.understander, needs, typer.echo, seed=seed)
    for name, value in figures.items():
        typer.echo(f"{name}: {value:.4f}")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def benchmark(
    name: Annotated[str, typer.Argument(help="clinc150, massive, movielens, redial, inspired or answers.")],
    data: Annotated[Path, typer.Option("--data", help="The folder that holds the set's files; of answers, the file of labelled questions.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="A folder to train into, or that was trained; in the cache where it is not given.")
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option("--beside", help="The folder that holds wiki_movies and movielens_latest_small; that around --data where it is not given."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Train on a public set and print its figures beside the published ones."""
    if name == "answers":
        figures = _measured_answers(data)
        _tell_figures(figures)
        if json_file:
            json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        return
    from chatbot.evaluating.benchmarks import BENCHMARKS, run_benchmark
    from chatbot.evaluating.conversations import run_conversations
    from chatbot.evaluating.inspired import read_inspired
    from chatbot.evaluating.movielens import run_movielens
    from chatbot.evaluating.redial import read_redial
    from chatbot.weights.encoder import packaged_folder

    if name == "movielens":
        figures = run_movielens(data, typer.echo)
    elif name in ("redial", "inspired"):
        talks = read_redial(data) if name == "redial" else read_inspired(data)
        figures = run_conversations(talks, beside or data.absolute().parent, typer.echo)
    elif name in BENCHMARKS:
        settings = _ready(None)
        folder = model or settings.cache / "benchmarks" / name
        figures = run_benchmark(BENCHMARKS[name], data, packaged_folder(settings.cache), folder, typer.echo)
    else:
        raise TrainingError(f"there is no benchmark {name!r}", fix=f"give one of {', '.join(BENCHMARKS)}, movielens, redial, inspired, answers")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def _measured_answers(data: Path) -> dict[str, float]:
    """What the documents of the demo shop, or of XIAOER_SHOP, answer of labelled questions."""
    from chatbot.service.weighing import read_weighing
    from chatbot.training.answering import figures_of, gather, read_questions

    return figures_of(gather(read_questions(data), *_answers_of(None)), read_weighing())


def _answers_of(shop: Path | None) -> tuple["Answers", "Encoder"]:
    from chatbot.service.answers import Answers
    from chatbot.shop.index import open_index
    from chatbot.shop.reading import read_shop
    from chatbot.weights.encoder import load_encoder, load_reader

    settings = _ready(shop)
    read = read_shop(settings.shop)
    encoder = load_encoder(settings.encoder, load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count), threads=settings.thread_count)
    return Answers(read, open_index(read, encoder, settings.cache)), encoder


def _tell_figures(figures: dict[str, float]) -> None:
    typer.echo(", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in figures.items()))


def predict(
    model: Annotated[Path, typer.Option("--model", help="A folder that `train classifier` wrote.")],
    input_file: Annotated[Path, typer.Option("--input", help='JSON Lines of {"text"}.')],
    output: Annotated[Path, typer.Option("--output", help='Gets {"text", "label", "confidence"} for every row.')],
) -> None:
    """Label texts with a trained classifier."""
    from chatbot.training.rows import read_texts
    from chatbot.training.text_model import TextModel
    from chatbot.weights.cache import write_atomically
    from chatbot.weights.encoder import packaged_folder

    settings = _ready(None)
    texts = read_texts(input_file)
    predictions = TextModel.load(model, packaged_folder(settings.cache)).predict(texts)
    lines = [
        json.dumps({"text": text, "label": one.label, "confidence": one.confidence}, ensure_ascii=False)
        for text, one in zip(texts, predictions, strict=True)
    ]
    try:
        write_atomically(output, "".join(line + "\n" for line in lines))
    except OSError as error:
        raise TrainingError(f"{output} cannot be written: {error}", fix="give another --output") from error
    typer.echo(f"{len(lines)} texts labelled")


def _chosen(name: str, names: tuple[Name, ...]) -> Name:
    """`name` as one of `names`. Raises TrainingError where it is none."""
    for one in names:
        if one == name:
            return one
    raise TrainingError(f"the method is {name!r}", fix=f"give one of {', '.join(names)}")


def _tell_problems(problems: list[str]) -> None:
    """The first bad rows line by line, the others counted."""
    for problem in problems[:SHOWN_PROBLEMS]:
        typer.echo(f"skipped: {problem}", err=True)
    if len(problems) > SHOWN_PROBLEMS:
        typer.echo(f"skipped: {len(problems) - SHOWN_PROBLEMS} further rows", err=True)


def _ready(shop: Path | None) -> Settings:
    """The settings, with torch on as many threads as they say."""
    from chatbot.weights.tuning import use_threads

    settings = load_settings(shop=shop)
    use_threads(settings.thread_count)
    return settings
