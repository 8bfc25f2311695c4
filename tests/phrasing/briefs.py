"""Briefs over the tiny shop for the tests of phrasing: two laptops that differ in price, weight, colour and touchscreen."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from chatbot.facts import Presenter
from chatbot.phrasing.brief import Brief
from chatbot.recommending.reasons import Reason
from chatbot.shop.catalogue import Catalogue
from chatbot.shop.reading import read_shop
from chatbot.values import Language, PlanKind
from tests.tiny_shop import write_shop

__all__ = ["CATALOGUE", "KINDS", "brief_of", "product_of"]

KINDS: tuple[PlanKind, ...] = get_args(PlanKind)


def _catalogue() -> Catalogue:
    with TemporaryDirectory() as folder:
        return read_shop(write_shop(Path(folder))).catalogue


CATALOGUE = _catalogue()
_ABOUT = {
    "en": {"lap-2": "Thin enough to slide between two folders.", "lap-5": "The screen folds all the way over."},
    "zh": {"lap-2": "放进通勤包几乎不占地方。", "lap-5": "屏幕可以整个翻过来。"},
}
_REASONS = (Reason("price_max", amount=7000.0), Reason("rating", amount=4.7, other=400.0))


def product_of(identifier: str, language: Language, reasons: tuple[Reason, ...] = _REASONS):
    return Presenter(CATALOGUE, "CNY").product(CATALOGUE.by_id[identifier], language, 0.8, reasons)


def brief_of(language: Language, kind: PlanKind = "recommend", items: tuple[str, ...] = ("lap-2", "lap-5"), **changes: Any) -> Brief:
    """A brief that has everything any kind of plan may say."""
    presenter = Presenter(CATALOGUE, "CNY")
    chosen = CATALOGUE.get(items)
    chinese = language == "zh"
    whole = Brief(
        kind=kind, language=language, message="我想买一台出差用的笔记本，轻一点" if chinese else "a light laptop for travel", shop="小店" if chinese else "Tiny Shop",
        currency="CNY", products=tuple(product_of(item.id, language) for item in chosen), descriptions=_ABOUT[language],
        points=presenter.points(chosen, language), category="笔记本电脑" if chinese else "Laptops", wanted=("7000 元以内",) if chinese else ("under ¥7,000",),
        total=4, contact={"hours": "9:00-21:00", "phone": "400-000-0000", "email": "help@tiny.example", "wait": "5 分钟" if chinese else "5 minutes"},
        answer="签收后 7 天内没拆封就能退。" if chinese else "Unopened goods can be returned within 7 days.", title="能退货吗" if chinese else "Can I return it?",
    )  # fmt: skip
    return replace(whole, **changes)
