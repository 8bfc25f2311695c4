"""The command line. Each command loads what it needs when it runs; every failure is one line on standard error, exit 2."""

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.errors import MessageError, TrainingError, XiaoerError
from chatbot.settings import PROJECT, UNDERSTANDING, Settings, load_settings

if TYPE_CHECKING:
    from chatbot.bot import Bot
    from chatbot.weights.tuning import Method

__all__ = ["app", "main"]

SHOWN_PROBLEMS = 20
"""Bad rows that are told one by one."""

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Xiaoer (小二), a shop assistant.")
training = typer.Typer(no_args_is_help=True, help="Train the project's own models.")
app.add_typer(training, name="train")

ShopOption = Annotated[Path | None, typer.Option("--shop", help="The shop folder; the demo shop where it is not given.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


@app.command()
def ask(
    text: str,
    session: Annotated[str | None, typer.Option(help="Go on with this session; a new one where it is not given.")] = None,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole Reply as JSON.")] = False,
) -> None:
    """One turn."""
    reply = _bot(shop).respond(_decoded(text), session)
    if as_json:
        typer.echo(json.dumps(reply.as_json(), ensure_ascii=False, indent=1))
        return
    typer.echo(reply.text)
    _print_products([product.as_json() for product in reply.products])


@app.command()
def chat(shop: ShopOption = None) -> None:
    """Talk in the terminal; an empty line or Ctrl-D ends it."""
    bot = _bot(shop)
    session: str | None = None
    while True:
        try:
            message = input("> ").strip()
        except EOFError:
            return
        if not message:
            return
        try:
            for event in bot.stream(message, session):
                if event.name == "products":
                    _print_products(event.data)
                elif event.name == "text":
                    typer.echo(event.data, nl=False)
                elif event.name == "done":
                    session = event.data["session"]
                    typer.echo("")
                    if event.data["options"]:
                        typer.echo("  [" + "] [".join(event.data["options"]) + "]")
        except MessageError as error:
            typer.echo(f"({error})")


@app.command()
def index(shop: ShopOption = None) -> None:
    """Build or refresh the index of a shop and print what it holds."""
    from chatbot.shop.index import open_index
    from chatbot.shop.reading import read_shop
    from chatbot.weights.encoder import load_encoder, load_reader

    settings = _settings(shop)
    read = read_shop(settings.shop)
    reader = load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count)
    encoder = load_encoder(settings.encoder, reader, threads=settings.thread_count)
    with _Progress() as progress:
        counts = open_index(read, encoder, settings.cache, progress).counts
    typer.echo(f"{counts['items']} items, {counts['entries']} entries; {counts['embedded']} texts embedded, {counts['reused']} taken over")


@app.command()
def evaluate(
    paths: Annotated[list[Path], typer.Argument(help="Dialogue files or folders of them.")],
    shop: ShopOption = None,
    repeat: Annotated[int, typer.Option(min=1, help="Run every dialogue this often.")] = 1,
    json_file: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="Write a report to read.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit file.")] = None,
) -> None:
    """Run scripted dialogues: exit 0 if all pass, 1 if one fails, 2 if a file is malformed."""
    from chatbot.evaluating.dialogues import read_dialogues
    from chatbot.evaluating.reports import summary, write_html, write_json, write_junit
    from chatbot.evaluating.runner import run

    dialogues = read_dialogues(paths)
    bot = _bot(shop, database="sqlite://")
    results = run(bot, dialogues, repeat=repeat, on_result=lambda result: typer.echo(result.line()))
    if json_file:
        write_json(json_file, results)
    if html:
        write_html(html, results)
    if junit:
        write_junit(junit, results)
    typer.echo(summary(results))
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


@app.command()
def bench(
    items: Annotated[int, typer.Option(min=0, help="Also search a catalogue of this many made-up vectors.")] = 0,
    json_file: JsonFile = None,
    shop: ShopOption = None,
) -> None:
    """Latency, throughput and memory on this machine, beside the raw libraries."""
    from chatbot.evaluating.bench import measure

    figures = measure(_settings(shop, database="sqlite://"), items, typer.echo)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


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
    method: Tuning = "lora",
    epochs: Epochs = None,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = 16,
    augment: Annotated[bool, typer.Option("--augment/--no-augment", help="Also learn from misspelt and otherwise changed texts.")] = True,
    r_drop: RDrop = 0.0,
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

    settings = _settings(shop)
    _use_threads(settings)
    folder = output or UNDERSTANDING
    rows, catalogue = read_utterances(PROJECT / "knowledge" / "training" / "utterances.jsonl"), read_shop(settings.shop).catalogue
    encoder = packaged_folder(settings.cache)
    if judge:
        figures = judge_folder(rows, catalogue, encoder, folder)
    else:
        schedule = replace(SCHEDULE, epochs=epochs or SCHEDULE.epochs, r_drop=r_drop, adversarial=adversarial, seed=seed)
        plan = Plan(schedule=schedule, method=_method(method), rank=rank, augment=augment)
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

    settings = _settings(None)
    _use_threads(settings)
    rows = read_labelled(data, strict=strict, text_key=text_key, label_key=label_key)
    held = read_labelled([validation], strict=strict, text_key=text_key, label_key=label_key) if validation else None
    _tell_problems([*rows.problems, *(held.problems if held else ())])
    schedule = Schedule(batch=batch, rate=rate, r_drop=r_drop, adversarial=adversarial, seed=seed)
    recipe = Recipe(
        schedule=replace(schedule, epochs=epochs or schedule.epochs), method=_method(method), rank=rank, first=first, outside=oos, augment=augment,
        data=", ".join(path.name for path in data), licence=licence, command=" ".join(["python -m chatbot", *map(shlex.quote, sys.argv[1:])]),
    )  # fmt: skip
    figures = train_classifier(rows, held, recipe, packaged_folder(settings.cache), output, typer.echo)
    typer.echo(", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in figures.items()))
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@app.command()
def benchmark(
    name: Annotated[str, typer.Argument(help="clinc150 or massive.")],
    data: Annotated[Path, typer.Option("--data", help="The folder that holds the set's files.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="A folder to train into, or that was trained; in the cache where it is not given.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Train on a public set and print its figures beside the published ones."""
    from chatbot.evaluating.benchmarks import BENCHMARKS, run_benchmark
    from chatbot.weights.encoder import packaged_folder

    if name not in BENCHMARKS:
        raise TrainingError(f"there is no benchmark {name!r}", fix=f"give one of {', '.join(BENCHMARKS)}")
    settings = _settings(None)
    _use_threads(settings)
    folder = model or settings.cache / "benchmarks" / name
    figures = run_benchmark(BENCHMARKS[name], data, packaged_folder(settings.cache), folder, typer.echo)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@app.command()
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

    settings = _settings(None)
    _use_threads(settings)
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


def _method(name: str) -> "Method":
    from chatbot.weights.tuning import METHODS

    if name not in METHODS:
        raise TrainingError(f"the method is {name!r}", fix=f"give one of {', '.join(METHODS)}")
    return name


def _tell_problems(problems: list[str]) -> None:
    """The first bad rows line by line, the others counted."""
    for problem in problems[:SHOWN_PROBLEMS]:
        typer.echo(f"skipped: {problem}", err=True)
    if len(problems) > SHOWN_PROBLEMS:
        typer.echo(f"skipped: {len(problems) - SHOWN_PROBLEMS} further rows", err=True)


def _use_threads(settings: Settings) -> None:
    import torch

    torch.set_num_threads(settings.thread_count)


def _settings(shop: Path | None, **overrides: Any) -> Settings:
    return load_settings(shop=shop, **overrides)


def _bot(shop: Path | None, **overrides: Any) -> "Bot":
    from chatbot.bot import Bot

    with _Progress() as progress:
        return Bot.load(_settings(shop, **overrides), progress=progress)


class _Progress:
    """A progress bar on standard error that shows itself only when there is something to wait for."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self._tell

    def _tell(self, done: int, total: int) -> None:
        if self._bar is None and total > 0:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="texts", desc="indexing", file=sys.stderr)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _print_products(products: list[dict[str, Any]]) -> None:
    for place, product in enumerate(products, 1):
        typer.echo(f"  {place}. {product['title']}  {product['price']:g} {product['currency']}  ({', '.join(product['reasons'])})")


def _decoded(text: str) -> str:
    """An argument as text: the shell may hand over bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def main() -> None:
    """Run a command; a XiaoerError becomes one line and exit code 2."""
    try:
        app()
    except XiaoerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
