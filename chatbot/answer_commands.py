"""The commands about past answers; `chatbot.__main__` puts them beside the others."""

from pathlib import Path
from typing import Annotated

import typer

from chatbot.settings import UNDERSTANDING, load_settings

__all__ = ["past_answers"]

past_answers = typer.Typer(no_args_is_help=True, help="Past questions and their best replies.")

SHOWN = 10
"""Proposals and bad rows that are told one by one."""


@past_answers.callback()
def _group() -> None:
    """A group, however few its commands."""


@past_answers.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines of question, answer, time and, where known, language and source.")],
    into: Annotated[Path | None, typer.Option("--into", help="The shop folder; the demo shop where it is not given.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="The file of proposals; FILE.proposed.jsonl where it is not given.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Also add what is new to the shop's answers.csv.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
) -> None:
    """Propose past answers from historical dialogues: duplicates folded, personal data masked, one best reply each."""
    from chatbot.service.answers import Answers
    from chatbot.service.importing import accept as accept_proposals
    from chatbot.service.importing import propose, read_dialogues, write_proposals
    from chatbot.shop.index import open_index
    from chatbot.shop.reading import read_shop
    from chatbot.weights.encoder import load_encoder, load_reader

    settings = load_settings(shop=into)
    read = read_dialogues(file)
    shop = read_shop(settings.shop)
    encoder = load_encoder(settings.encoder, load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count), threads=settings.thread_count)
    proposals = propose(read.dialogues, shop.answers, Answers(shop, open_index(shop, encoder, settings.cache)), encoder)
    for problem in read.problems[:SHOWN]:
        typer.echo(f"skipped: {problem}", err=True)
    new = [one for one in proposals if not one.known]
    for one in new[:SHOWN]:
        typer.echo(f"{one.count}x {one.question} -> {one.answer[:80]} [{one.source or 'no entry'}]")
    if not dry_run:
        target = output or file.with_name(file.stem + ".proposed.jsonl")
        write_proposals(target, proposals)
        typer.echo(f"{target} written")
    added = accept_proposals(settings.shop, proposals) if accept and not dry_run else 0
    typer.echo(
        f"{len(read.dialogues)} dialogues, {len(proposals)} questions, {len(new)} of them new, {added} added, {len(read.problems)} rows skipped"
    )
