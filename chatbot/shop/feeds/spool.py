"""Rows on disk between the two passes of an import, so that memory does not grow with the feed. A temporary file, no format."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from chatbot.shop.feeds.drafts import Draft
from chatbot.shop.feeds.values import Remark

__all__ = ["Spool"]

_TABLES = """
pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file;
create table drafts (place integer primary key, owner text not null, draft text not null);
create table aliases (alias text primary key, owner text not null) without rowid;
create table remarks (place integer primary key, file text, line integer, verdict text, reason text, item text);
create table written (id text primary key, file text, line integer) without rowid;
create table before (id text primary key, digest blob, met integer default 0) without rowid;
"""


class Spool:
    """Drafts, remarks and ids of one import, in a database file of its own that nobody else opens."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript(_TABLES)
        self._base.execute("begin")

    def close(self) -> None:
        self._base.close()

    def add(self, draft: Draft, aliases: tuple[str, ...] = ()) -> None:
        # a group and a product of one row may have the same key and are still two
        owner = f"{'one' if draft.kind == 'single' else 'many'}:{draft.key}"
        self._base.execute("insert into drafts (owner, draft) values (?, ?)", (owner, draft.as_text()))
        self._base.executemany("insert or ignore into aliases values (?, ?)", [(f"many:{alias}", owner) for alias in aliases])

    def groups(self) -> Iterator[list[Draft]]:
        """The rows of one product at a time, products in the order of their first rows."""
        self._base.execute(
            "update drafts set owner = (select owner from aliases where alias = drafts.owner) where owner in (select alias from aliases)"
        )
        self._base.execute("create index owners on drafts (owner, place)")
        rows = self._base.execute(
            "select first, draft from drafts join (select owner, min(place) as first from drafts group by owner) using (owner) order by first, place"
        )
        for _, members in groupby(rows, key=lambda row: row[0]):
            yield [Draft.from_text(text) for _, text in members]

    # ── remarks ──

    def remark(self, one: Remark) -> None:
        row = (one.file, one.line, one.verdict, one.reason, one.item)
        self._base.execute("insert into remarks (file, line, verdict, reason, item) values (?, ?, ?, ?, ?)", row)

    def remarks(self) -> Iterator[Remark]:
        for file, line, verdict, reason, item in self._base.execute("select file, line, verdict, reason, item from remarks order by place"):
            yield Remark(file, line, verdict, reason, item)

    def count(self, verdict: str) -> int:
        return int(self._base.execute("select count(distinct file || ':' || line) from remarks where verdict = ?", (verdict,)).fetchone()[0])

    # ── ids ──

    def claim(self, identifier: str, draft: Draft) -> str:
        """ "" where the id is free, which it is no longer; else where it stands."""
        done = self._base.execute("insert or ignore into written values (?, ?, ?)", (identifier, draft.file, draft.line))
        if done.rowcount:
            return ""
        file, line = self._base.execute("select file, line from written where id = ?", (identifier,)).fetchone()
        return f"{file} line {line}"

    def remember(self, identifier: str, digest: bytes) -> None:
        """An item of the shop as it was."""
        self._base.execute("insert or ignore into before (id, digest) values (?, ?)", (identifier, digest))

    def meet(self, identifier: str, digest: bytes) -> str:
        """What a new item is to the shop as it was: added, updated or unchanged."""
        row = self._base.execute("select digest from before where id = ?", (identifier,)).fetchone()
        if row is None:
            return "added"
        self._base.execute("update before set met = 1 where id = ?", (identifier,))
        return "unchanged" if row[0] == digest else "updated"

    def unmet(self) -> int:
        return int(self._base.execute("select count(*) from before where not met").fetchone()[0])
