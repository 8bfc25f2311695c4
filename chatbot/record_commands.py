"""The commands that hand out and erase what is held about a shopper; `chatbot.__main__` puts them beside the others."""

import json
from pathlib import Path
from typing import Annotated

import typer

from chatbot.errors import SessionUnknown, SettingError
from chatbot.records import Records
from chatbot.settings import load_settings
from chatbot.store import Store

__all__ = ["export", "forget"]

ShopperOption = Annotated[str, typer.Option("--shopper", help="A known shopper's id, as the shop's own server signs it: all their sessions.")]
SessionOption = Annotated[str, typer.Option("--session", help="One session.")]


def forget(shopper: ShopperOption = "", session: SessionOption = "") -> None:
    """Erase all that is held about a shopper or a session."""
    records, sessions = _meant(shopper, session)
    erased = [records.erase(one) for one in sessions]
    rows = sum(sum(counts.values()) for counts in erased)
    typer.echo(f"{len(sessions)} {'session' if len(sessions) == 1 else 'sessions'} forgotten, {rows} rows")


def export(
    shopper: ShopperOption = "",
    session: SessionOption = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Print all that is held about a shopper or a session, as JSON."""
    records, sessions = _meant(shopper, session)
    held = json.dumps({"shopper": shopper or None, "sessions": [records.export(one) for one in sessions]}, ensure_ascii=False, indent=1)
    if not json_file:
        typer.echo(held)
        return
    try:
        json_file.write_text(held + "\n", "utf-8")
    except OSError as error:
        raise SettingError(f"{json_file} cannot be written: {error.strerror}", fix="give another --json") from error


def _meant(shopper: str, session: str) -> tuple[Records, tuple[str, ...]]:
    """The records and the sessions meant. Raises SettingError and SessionUnknown."""
    if bool(shopper) == bool(session):
        raise SettingError("whom it is about is not clear", fix="give either --shopper ID or --session ID")
    records = Records(Store(load_settings().database_url))
    sessions = records.sessions_of(shopper) if shopper else (session,)
    if not sessions:
        raise SessionUnknown(f"there is no session of the shopper {shopper[:80]!r}")
    return records, sessions
