"""The command line. Each command loads what it needs when it runs; every failure is one line on standard error, exit 2."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from chatbot.answer_commands import past_answers
from chatbot.console import JsonFile, Progress, ShopOption, load_bot
from chatbot.errors import MessageError, SettingError, XiaoerError
from chatbot.evaluating_commands import evaluate
from chatbot.record_commands import export, forget
from chatbot.settings import UNDERSTANDING, load_settings
from chatbot.simulating_commands import simulate
from chatbot.training_commands import benchmark, predict, training

__all__ = ["app", "main"]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Xiaoer (小二), a shop assistant.")
app.add_typer(training, name="train")
app.add_typer(past_answers, name="answers")
app.command()(evaluate)
app.command()(benchmark)
app.command()(predict)
app.command()(simulate)
app.command()(forget)
app.command()(export)


@app.command()
def ask(
    text: str,
    session: Annotated[str | None, typer.Option(help="Go on with this session; a new one where it is not given.")] = None,
    shop: ShopOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole Reply as JSON.")] = False,
) -> None:
    """One turn."""
    reply = load_bot(shop).respond(_decoded(text), session)
    if as_json:
        typer.echo(json.dumps(reply.as_json(), ensure_ascii=False, indent=1))
        return
    typer.echo(reply.text)
    _print_products([product.as_json() for product in reply.products])


@app.command()
def chat(shop: ShopOption = None) -> None:
    """Talk in the terminal; an empty line or Ctrl-D ends it."""
    bot = load_bot(shop)
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

    settings = load_settings(shop=shop)
    read = read_shop(settings.shop)
    reader = load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count)
    encoder = load_encoder(settings.encoder, reader, threads=settings.thread_count)
    with Progress() as progress:
        counts = open_index(read, encoder, settings.cache, progress).counts
    typer.echo(f"{counts['items']} items, {counts['entries']} entries; {counts['embedded']} texts embedded, {counts['reused']} taken over")


@app.command("import")
def import_(
    feeds: Annotated[list[Path], typer.Argument(metavar="FEED...", help="Feeds, saved pages and documents, or folders of them.")],
    into: Annotated[Path, typer.Option("--into", help="The shop folder to make or to bring up to date.")],
    report: Annotated[Path | None, typer.Option("--report", help="Write every row that was refused or repaired to this JSON file.")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="title=name,price=cost: the columns that hold the fields.")] = None,
    language: Annotated[str, typer.Option("--language", help="zh or en; that of the titles where it is not given.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="The shop's; that of most prices where it is not given.")] = "",
    name: Annotated[str, typer.Option("--name", help="The shop's; the folder's where it is not given.")] = "",
) -> None:
    """Make a shop folder of feeds, or bring it up to date: what the feeds no longer hold is removed."""
    from chatbot.shop.feeds.importing import Import, import_feeds, summary

    wanted = Import(feeds=feeds, into=into, report=report, mapping=mapping or [], language=language, currency=currency.upper(), name=name)
    with _Bars() as bars:
        outcome = import_feeds(wanted, bars)
    for remark in outcome.remarks:
        typer.echo(f"{remark.verdict}: {remark.line_of_text}", err=True)
    for line in summary(outcome, report):
        typer.echo(line)


@app.command()
def pack(
    into: Annotated[Path, typer.Option("--into", help="The directory to make.")],
    shop: ShopOption = None,
) -> None:
    """Put the application and a shop into one directory, ready to push as a Hugging Face Space or to build as a container."""
    from chatbot.packing import pack as pack_into

    packed = pack_into(load_settings(shop=shop).shop, into)
    typer.echo(f"{packed.files} files, {packed.size / 1e6:.1f} MB in {packed.folder}")


@app.command()
def bench(
    items: Annotated[int, typer.Option(min=0, help="Also search a catalogue of this many made-up vectors.")] = 0,
    json_file: JsonFile = None,
    shop: ShopOption = None,
) -> None:
    """Latency, throughput and memory on this machine, beside the raw libraries."""
    from chatbot.evaluating.bench import measure
    from chatbot.evaluating.bench_retrieval import plot_growth

    figures = measure(load_settings(shop=shop, database="sqlite://"), items, typer.echo)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        if items:
            plot_growth(figures["retrieval"], json_file.with_suffix(".png"))


@app.command()
def phrasebook(
    plans: Annotated[Path | None, typer.Option("--plans", help="A folder of plans; knowledge/training/plans where it is not given.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Plans of each language.")] = 25,
    voice: Annotated[list[str] | None, typer.Option("--voice", help="rules, base or adapter; all three where it is not given.")] = None,
    html: Annotated[Path, typer.Option(help="The page to write.")] = Path("phrasebook.html"),
    json_file: JsonFile = None,
) -> None:
    """Plans of unseen shops phrased by rule, by the untrained model and by the adapter, side by side on one page."""
    from chatbot.evaluating.phrasebook import PLANS, VOICES, figures_of, page
    from chatbot.evaluating.phrasebook import phrasebook as speak

    voices = voice or list(VOICES)
    if unknown := [one for one in voices if one not in VOICES]:
        raise SettingError(f"there is no voice {unknown[0]!r}", fix=f"give one of {', '.join(VOICES)}")
    spoken = speak(load_settings(), plans or PLANS, count, voices, typer.echo)
    figures = {name: figures_of(said) for name, said in spoken.items()}
    html.write_text(page(spoken, figures), "utf-8")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    typer.echo(f"{html} written")


class _Bars:
    """A progress bar for each step of an import, on a terminal alone."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._tell

    def _tell(self, step: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if step != self._step:
            from tqdm import tqdm

            self.__exit__()
            self._step = step
            unit = "B" if step == "reading" else "rows"
            self._bar = tqdm(total=total, unit=unit, unit_scale=True, desc=step, file=sys.stderr)
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
