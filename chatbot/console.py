"""What several commands share: options, and the bot with a progress bar. Knows no command."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.settings import load_settings

if TYPE_CHECKING:
    from chatbot.bot import Bot

__all__ = ["JsonFile", "Progress", "ShopOption", "load_bot"]

ShopOption = Annotated[Path | None, typer.Option("--shop", help="The shop folder; the demo shop where it is not given.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]


def load_bot(shop: Path | None, **overrides: Any) -> "Bot":
    """The bot of a shop, with a progress bar where it has to be indexed."""
    from chatbot.bot import Bot

    with Progress() as progress:
        return Bot.load(load_settings(shop=shop, **overrides), progress=progress)


class Progress:
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
