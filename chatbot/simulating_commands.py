"""The command that sends simulated shoppers to the bot; `chatbot.__main__` puts it beside the others."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.console import JsonFile, ShopOption
from chatbot.errors import DialogueError, WeightsError
from chatbot.settings import Settings, load_settings

if TYPE_CHECKING:
    from chatbot.bot import Bot
    from chatbot.evaluating.simulating.running import MakeShopper, Visit

__all__ = ["simulate"]


def simulate(
    shoppers: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    shop: ShopOption = None,
    seed: Annotated[int, typer.Option(help="The same seed sends the same shoppers.")] = 1,
    turns: Annotated[int, typer.Option(min=1, help="Messages within which a shopper has to be served.")] = 6,
    workers: Annotated[int, typer.Option(min=1, help="Shoppers at the same time.")] = 2,
    rules: Annotated[bool, typer.Option("--rules", help="Phrase the replies by rule, without the language model: minutes instead of hours.")] = False,
    model: Annotated[
        str, typer.Option("--model", help="A chat model that plays the shoppers, as XIAOER_GENERATOR names one; by rule without it.")
    ] = "",
    min_success: Annotated[float, typer.Option(min=0, max=1, help="Share of shoppers that must succeed.")] = 0.9,
    json_file: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="Write a report to read; it opens offline.")] = None,
    compare: Annotated[Path | None, typer.Option(help="The --json of an earlier run, for the report.")] = None,
    dialogues: Annotated[Path | None, typer.Option(help="The --json of `evaluate`, to stand in the same report.")] = None,
) -> None:
    """Send simulated shoppers: exit 1 if too few succeed, or on any violation, ungrounded reply or crash."""
    from chatbot.evaluating.reporting.page import write_report
    from chatbot.evaluating.simulating.figures import simulation_figures
    from chatbot.evaluating.simulating.running import simulate as send

    before, scripted = _read(compare), _read(dialogues)
    settings = load_settings(shop=shop, database="sqlite://", generator="none" if rules else None)
    bot = _loaded(settings)
    with _Bar(shoppers) as bar:
        visits = send(bot, shoppers, seed=seed, turns=turns, workers=workers, shoppers=_players(bot, settings, model), on_visit=bar.tell)
    figures = simulation_figures(visits, bot.shop.catalogue, turns=turns, seed=seed, shop=bot.shop.name(bot.shop.default_language))
    if json_file:
        _write(json_file, json.dumps(figures, ensure_ascii=False) + "\n")
    if html:
        write_report(html, shoppers=figures, dialogues=scripted, before=before)
    for line in _summary(figures):
        typer.echo(line)
    good = figures["success"] >= min_success and not (figures["violations"] or figures["ungrounded"] or figures["crashes"])
    raise typer.Exit(0 if good else 1)


def _summary(figures: dict[str, Any]) -> list[str]:
    languages = ", ".join(f"{name} {one['success']:.1%} of {one['shoppers']}" for name, one in figures["by_language"].items())
    return [
        f"{figures['messages']} messages; {figures['repeats']} products shown again unasked; of {figures['asides']} questions in between "
        f"{figures['unanswered']} unanswered, {figures['answered_off']} answered off the point",
        f"the hidden target was among what was shown by turn: {', '.join(f'{one:.0%}' for one in figures['recall_by_turn'])}",
        f"{languages}; {figures['turns_to_success']:.1f} turns to success",
        f"{figures['success']:.1%} of {figures['shoppers']} shoppers succeeded within {figures['turns_allowed']} turns, "
        f"{figures['violations']} violations, {figures['ungrounded']} ungrounded, {figures['crashes']} crashes",
    ]


def _players(bot: "Bot", settings: Settings, model: str) -> "MakeShopper | None":
    """Shoppers that a chat model plays, where one is named."""
    if not model:
        return None
    from chatbot.evaluating.simulating.chat_shopper import ChatShopper
    from chatbot.weights.generator import load_generator

    player = load_generator(settings.model_copy(update={"generator": model}))
    if player is None:
        raise WeightsError(f"--model {model} is no model", fix="give a .gguf file, a folder, a hub id or openai:MODEL")
    return lambda goal: ChatShopper(goal, bot.shop.catalogue, bot.shop.currency, player)


def _loaded(settings: Settings) -> "Bot":
    from tqdm import tqdm

    from chatbot.bot import Bot

    with tqdm(unit="texts", desc="indexing", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return Bot.load(settings, progress=tell)


class _Bar:
    """How far the shoppers are and how many have succeeded, on standard error."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        self._bar, self._won = tqdm(total=total, unit="shoppers", file=sys.stderr, mininterval=1.0), 0

    def __enter__(self) -> "_Bar":
        return self

    def tell(self, visit: "Visit") -> None:
        self._won += bool(visit.won)
        self._bar.set_postfix(succeeded=self._won, refresh=False)
        self._bar.update()

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def _read(path: Path | None) -> dict[str, Any] | None:
    """The figures of an earlier run."""
    if path is None:
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DialogueError(f"the figures {path} cannot be read: {error}", fix="give a file that --json wrote") from error
    if not isinstance(found, dict):
        raise DialogueError(f"{path} holds no figures", fix="give a file that --json wrote")
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise DialogueError(f"the figures {path} cannot be written: {error.strerror}", fix="give another place") from error
