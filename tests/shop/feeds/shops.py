"""Imports for tests: feeds out of `fixtures` or written here, the folder read back by the shop's own reader."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatbot.shop.feeds.importing import Import, Outcome, import_feeds
from chatbot.shop.reading import Shop, read_shop
from chatbot.values import Item

__all__ = ["FIXTURES", "NOW", "Done", "imported"]

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Done:
    """What an import left behind."""

    outcome: Outcome
    shop: Shop
    report: dict[str, Any]

    def item(self, identifier: str) -> Item:
        return self.shop.catalogue.by_id[identifier]

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.shop.catalogue.items]

    def told(self, status: str) -> dict[int, str]:
        """Line → reason of the rows of this status."""
        return {row["line"]: row["reason"] for row in self.report["rows"] if row["status"] == status}


def imported(folder: Path, *feeds: str | Path, into: str = "shop", **options: Any) -> Done:
    """Import fixtures (by name) or files (by path) into folder/into."""
    paths = [FIXTURES / feed if isinstance(feed, str) else feed for feed in feeds]
    report = folder / "report.json"
    outcome = import_feeds(Import(feeds=paths, into=folder / into, report=report, **options), now=NOW)
    return Done(outcome, read_shop(folder / into), json.loads(report.read_text("utf-8")))
