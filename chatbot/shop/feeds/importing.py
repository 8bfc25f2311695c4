"""Feeds → a shop folder: the whole import, from paths to the report.

Rows are read once into a spool on disk; when all are seen they become items, which are compared with those of the shop.
What could not be read as a file ends the import before anything is written; what is wrong with a row is told and costs
that row alone.
"""

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatbot.errors import SettingError, ShopError, brief
from chatbot.shop.feeds.columns import Mapped, mapping_of
from chatbot.shop.feeds.drafts import RowRefused, draft_of
from chatbot.shop.feeds.files import content_of, files_of
from chatbot.shop.feeds.folder import ITEMS, SETTINGS, Staged, digest_of, old_items, settings_of, settings_text
from chatbot.shop.feeds.library import Library
from chatbot.shop.feeds.merging import OTHER, Judgement, merged
from chatbot.shop.feeds.prices import CODES
from chatbot.shop.feeds.spool import Spool
from chatbot.shop.feeds.values import Raw, Remark, Source
from chatbot.values import LANGUAGES

__all__ = ["SHOWN_REMARKS", "Import", "Outcome", "import_feeds", "summary"]

SHOWN_REMARKS = 20
"""Remarks that are kept to be printed; the report has them all."""
CHANGES = ("added", "updated", "removed", "unchanged")
TOLD_EVERY = 200

Progress = Callable[[str, int, int], None]
"""Told (what is done, how far, of how much): bytes while reading, rows while writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an owner asks for. mapping: texts of --map; an empty currency, language or name is found out."""

    feeds: Sequence[Path]
    into: Path
    report: Path | None = None
    mapping: Sequence[str] = ()
    language: str = ""
    currency: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did: changes by kind, rows refused and repaired, the first remarks, and what an owner should know."""

    items: dict[str, int]
    documents: dict[str, int]
    answers: dict[str, int]
    refused: int
    repaired: int
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]


def import_feeds(wanted: Import, progress: Progress | None = None, now: datetime | None = None) -> Outcome:
    """Bring the shop folder up to its feeds. Raises SettingError or ShopError, and then nothing is changed."""
    if wanted.language and wanted.language not in LANGUAGES:
        raise SettingError(f"--language is {brief(wanted.language)}", fix=f"give one of {', '.join(LANGUAGES)}")
    if wanted.currency and wanted.currency not in CODES:
        raise SettingError(f"--currency is {brief(wanted.currency)}", fix='give its code of three letters, such as "CNY"')
    mapping = mapping_of(wanted.mapping)
    said = settings_of(wanted.into, currency=wanted.currency, language=wanted.language, name=wanted.name)
    with tempfile.TemporaryDirectory(prefix="xiaoer-import-") as scratch, Staged(wanted.into) as staged:
        spool = Spool(Path(scratch) / "rows.db")
        try:
            judgement = Judgement(now or datetime.now(UTC), said["currency"], said["language"])
            return _run(wanted, mapping, spool, staged, judgement, progress or (lambda *_: None))
        except (OSError, sqlite3.Error) as error:
            fix = f"free some space there and in {tempfile.gettempdir()}, or give a folder that may be written with --into"
            raise ShopError(f"the import into {wanted.into} cannot go on: {error}", fix=fix) from error
        finally:
            spool.close()


def _run(wanted: Import, mapping: Sequence[Mapped], spool: Spool, staged: Staged, judgement: Judgement, progress: Progress) -> Outcome:
    sources = files_of(wanted.feeds, wanted.into, spool.remark)
    library = Library(wanted.into)
    rows, sold = _read(sources, mapping, spool, library, judgement, progress)
    judgement.decide()
    for source in sources:
        if source.name in judgement.seen - judgement.categorised:
            source.remark(0, "repaired", f"none of its rows has a category; they are put under {OTHER[judgement.language]}")
    items = Counter(dict.fromkeys(CHANGES, 0))
    if sold:
        for identifier, digest in old_items(wanted.into):
            spool.remember(identifier, digest)
        items.update(_write_items(spool, staged, judgement, rows, progress))
        items["removed"] = spool.unmet()
    elif not (wanted.into / ITEMS).exists():
        staged.put(ITEMS, "")
    if not (wanted.into / SETTINGS).exists():
        name = wanted.name or wanted.into.resolve().name
        staged.put(SETTINGS, settings_text(name=name, currency=judgement.currency, language=judgement.language))
    library.stage(staged)
    notes = [f"no row names a currency; {judgement.currency} is taken, --currency gives another"] if judgement.assumed and rows else []
    shown = tuple(one for one, _ in zip(spool.remarks(), range(SHOWN_REMARKS), strict=False))
    outcome = Outcome(
        items=dict(items), documents=dict(library.documents), answers=dict(library.answers), refused=spool.count("refused"), repaired=spool.count("repaired"), remarks=shown, notes=tuple(notes),
    )  # fmt: skip
    if wanted.report:
        _write_report(wanted.report, wanted, outcome, spool, judgement.currency)
    if sold and not items["added"] + items["updated"] + items["unchanged"]:
        first = f": {shown[0].line_of_text}" if shown else ""
        raise ShopError(
            f"none of the {max(rows, outcome.refused)} rows can be sold, so nothing is changed{first}",
            fix="mend the feed, or name its columns with --map",
        )
    staged.commit()
    return outcome


def _read(
    sources: Sequence[Source], mapping: Sequence[Mapped], spool: Spool, library: Library, judgement: Judgement, progress: Progress
) -> tuple[int, bool]:
    """Everything of the sources into the spool and the library; returns (rows of products, whether any source is of products)."""
    total, behind, rows, sold = sum(source.size for source in sources), 0, 0, False
    used: set[str] = set()
    columns: list[str] = []
    for source in sources:
        content = content_of(source, mapping, used, alone=len(sources) == 1)
        sold = sold or content.products is not None
        for line, row in content.products or ():
            rows += 1
            try:
                draft = draft_of(source, Raw(line, {}), row, judgement.language)
            except RowRefused as error:
                source.remark(line, "refused", str(error), str(row.fields.get("id") or row.fields.get("sku") or row.fields.get("group") or ""))
            else:
                judgement.see(draft)
                spool.add(draft, row.aliases)
            if rows % TOLD_EVERY == 0:
                progress("reading", behind + min(source.done, source.size), total)
        library.add(source, content)
        columns += source.columns
        behind += source.size
        progress("reading", behind, total)
    if unused := [one for one in mapping if one.field not in used and rows]:
        raise SettingError(
            f"--map says that {unused[0].field} is in the column {brief('>'.join(unused[0].columns))}, which no feed has",
            fix=f"give one of {brief(', '.join(columns[:40]), 200)}" if columns else "name it as the feed does",
        )
    return rows, sold


def _write_items(spool: Spool, staged: Staged, judgement: Judgement, rows: int, progress: Progress) -> Counter[str]:
    """Stage items.jsonl; returns how many items are added, updated and unchanged."""
    counts: Counter[str] = Counter()
    done = 0
    with staged.open(ITEMS) as file:
        for drafts in spool.groups():
            remarks: list[Remark] = []
            item = merged(drafts, judgement, remarks)
            done += len(drafts)
            if item and (stands := spool.claim(item["id"], drafts[0])):
                remarks = [Remark(drafts[0].file, drafts[0].line, "refused", f"its id {brief(item['id'])} stands in {stands} too", item["id"])]
            elif item:
                counts[spool.meet(item["id"], digest_of(item))] += 1
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
            for remark in remarks:
                spool.remark(remark)
            if done % TOLD_EVERY < len(drafts):
                progress("writing", done, rows)
    progress("writing", rows, rows)
    return counts


def _write_report(path: Path, wanted: Import, outcome: Outcome, spool: Spool, currency: str) -> None:
    """The report, its rows one by one: a feed may have a hundred thousand that were put right."""
    head: dict[str, Any] = {
        "into": str(wanted.into), "feeds": [str(feed) for feed in wanted.feeds], "currency": currency, "items": outcome.items, "documents": outcome.documents, "answers": outcome.answers,
        "refused": outcome.refused, "repaired": outcome.repaired, "notes": list(outcome.notes),
    }  # fmt: skip
    try:
        with Staged(path.parent) as staged:
            with staged.open(path.name) as file:
                file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": [')
                file.writelines(_separated(json.dumps(remark.as_json(), ensure_ascii=False) for remark in spool.remarks()))
                file.write("\n ]\n}\n")
            staged.commit()
    except OSError as error:
        raise ShopError(f"the report {path} cannot be written: {error}", fix="give another file with --report") from error


def _separated(rows: Iterable[str]) -> Iterable[str]:
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n  {row}"


def summary(outcome: Outcome, report: Path | None) -> list[str]:
    """The outcome in lines for a person."""
    lines = [
        f"{what}: " + ", ".join(f"{counts[change]} {change}" for change in CHANGES)
        for what, counts in (("items", outcome.items), ("document entries", outcome.documents), ("past answers", outcome.answers))
        if any(counts.values())
    ]
    rows = f"{outcome.refused} rows refused, {outcome.repaired} repaired"
    more = outcome.refused + outcome.repaired > len(outcome.remarks)
    hint = f"; all of them in {report}" if report else "; --report FILE names them all" if more else ""
    return [*lines, rows + hint if outcome.refused or outcome.repaired else "no row refused or repaired", *outcome.notes]
