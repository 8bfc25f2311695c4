"""The command that runs scripted dialogues, compares its results, counts what is covered and records new ones."""

import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.console import ShopOption, load_bot
from chatbot.errors import DialogueError, SettingError
from chatbot.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.evaluating.dialogues import Dialogue

__all__ = ["evaluate"]


def evaluate(
    paths: Annotated[list[Path] | None, typer.Argument(help="Dialogue files or folders of them.")] = None,
    shop: ShopOption = None,
    repeat: Annotated[int, typer.Option(min=1, help="Run every dialogue this often; tells pass^1 to pass^K and what is flaky.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write every turn, timing and figure to this file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a report to read.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit file.")] = None,
    pattern: Annotated[str, typer.Option("--filter", help="Only dialogues whose name or file holds this; * and ? as in a shell.")] = "",
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Begin no further dialogue after one has failed.")] = False,
    seed: Annotated[int | None, typer.Option(help="Run in an order drawn by this number; the same number draws the same.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Dialogues at the same time; 0 for what suits this machine.")] = 0,
    rules: Annotated[bool, typer.Option("--rules", help="Phrase by rule only, as XIAOER_GENERATOR=none does.")] = False,
    count: Annotated[bool, typer.Option("--coverage", help="Run nothing; tell what the dialogues insist on and what is missing.")] = False,
    diff: Annotated[tuple[Path, Path] | None, typer.Option("--diff", metavar="OLD NEW", help="Run nothing; compare two files of --json.")] = None,
    record: Annotated[str, typer.Option("--record", metavar="SESSION", help="Make a dialogue of this conversation in the store; needs --into.")] = "",
    database: Annotated[str | None, typer.Option(help="The store of --record; XIAOER_DATABASE where it is not given.")] = None,
    into: Annotated[Path | None, typer.Option(help="The file that --record writes.")] = None,
) -> None:
    """Run scripted dialogues: exit 0 if all pass, 1 if one fails, 2 if a file is malformed."""
    if diff:
        raise typer.Exit(_compare(*diff))
    if record or into:
        if not (record and into):
            raise SettingError("--record and --into belong together", fix="give --record SESSION --into FILE.yaml")
        raise typer.Exit(_record(record, into, shop, database, rules=rules))
    from chatbot.evaluating.dialogues import read_dialogues

    if not paths:
        raise SettingError("no dialogue is given", fix="give files or folders, such as tests/dialogues")
    dialogues = _filtered(read_dialogues(paths), pattern)
    if count:
        return _count(dialogues, shop)
    from chatbot.evaluating.reporting.page import write_html
    from chatbot.evaluating.reports import summary, write_json, write_junit
    from chatbot.evaluating.runner import run

    bot = load_bot(shop, database="sqlite://", generator="none" if rules else None)
    workers = workers or (bot.settings.slots if bot.model else bot.settings.thread_count)
    started = time.perf_counter()
    results = run(
        bot, dialogues, repeat=repeat, workers=workers, seed=seed, fail_fast=fail_fast, on_result=lambda result: typer.echo(result.line())
    )  # fmt: skip
    seconds = round(time.perf_counter() - started, 1)
    if json_file:
        about = {"shop": bot.settings.shop.name, "generator": bot.settings.generator, "seed": seed, "workers": workers, "seconds": seconds}
        write_json(json_file, results, about)
    if html:
        write_html(html, results)
    if junit:
        write_junit(junit, results)
    if left := len(dialogues) * repeat - len(results):
        typer.echo(f"stopped at a failure; {left} of {len(dialogues) * repeat} runs were not begun")
    typer.echo(f"{len(results)} runs in {seconds:g} s, {workers} at a time")
    typer.echo(summary(results))
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _filtered(dialogues: "Sequence[Dialogue]", pattern: str) -> "Sequence[Dialogue]":
    """The dialogues whose name or file holds `pattern`. Raises DialogueError where there is none."""
    wanted = f"*{pattern}*"
    found = [one for one in dialogues if fnmatchcase(one.name, wanted) or fnmatchcase(one.file, wanted)]
    if not found:
        raise DialogueError(f"none of {len(dialogues)} dialogues has {pattern!r} in its name or file", fix="give another --filter")
    return found


def _count(dialogues: "Sequence[Dialogue]", shop: Path | None) -> None:
    from chatbot.evaluating.coverage import coverage
    from chatbot.shop.reading import read_shop

    entries = {entry.id for entry in read_shop(load_settings(shop=shop).shop).entries}
    for line in coverage(dialogues, entries).lines():
        typer.echo(line)


def _compare(old: Path, new: Path) -> int:
    """The exit code: 1 where something broke."""
    from chatbot.evaluating.comparing import compare, read_results

    found = compare(read_results(old), read_results(new))
    for line in found.lines:
        typer.echo(line)
    return 1 if found.broke else 0


def _record(session: str, into: Path, shop: Path | None, database: str | None, *, rules: bool) -> int:
    """Write the dialogue and run it. The exit code: 1 where it does not pass."""
    from chatbot.evaluating.dialogues import read_dialogues
    from chatbot.evaluating.recording import record
    from chatbot.evaluating.runner import run
    from chatbot.store import Store

    recording = record(Store(load_settings(database=database).database_url), session)
    recording.write(into)
    for remark in recording.remarks:
        typer.echo(remark)
    bot = load_bot(shop, database="sqlite://", generator="none" if rules else None)
    (result,) = run(bot, read_dialogues([into]))
    typer.echo(result.line())
    return 0 if result.passed else 1
