"""A shop of sixteen items whose best answer to a question can be proved by reading this file.

`write_shop` writes it as a folder, whole or with changes; the constants name the provable answers.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["BLACK_NORIN_UNDER_4000", "CHEAPEST_LAPTOP", "ONLY_TOUCHSCREEN", "SOLD_OUT", "TWINS", "rows", "write_shop"]

Row = dict[str, Any]

BLACK_NORIN_UNDER_4000 = "lap-2"
"""The only black Norin laptop up to 4000."""
CHEAPEST_LAPTOP = "lap-1"
ONLY_TOUCHSCREEN = "lap-5"
SOLD_OUT = "lap-6"
"""The only laptop without stock."""
TWINS = ("ket-1", "ket-2")
"""The same kettle twice but for its colour."""

_ZH = {
    "Computers": "电脑", "Laptops": "笔记本电脑", "Tablets": "平板电脑", "Stationery": "文具", "Notebooks": "笔记本", "Kitchen": "厨房",
    "Kettles": "电水壶", "Norin": "诺林", "Pax": "帕克斯", "Papir": "纸间", "Brio": "布里欧", "color": "颜色", "memory": "内存", "weight": "重量",
    "touchscreen": "触摸屏", "battery": "续航", "pages": "页数", "capacity": "容量", "black": "黑色", "silver": "银色", "white": "白色", "red": "红色",
    "blue": "蓝色", "yes": "有", "no": "无", "8 GB": "8 GB", "16 GB": "16 GB", "32 GB": "32 GB",
}  # fmt: skip


def _zh(value: str) -> str:
    for unit, other in ((" kg", " 公斤"), (" h", " 小时"), (" pages", " 页"), (" L", " 升")):
        if value.endswith(unit):
            return value.removesuffix(unit) + other
    return _ZH.get(value, value)


def _row(
    identifier: str,
    title: str,
    chinese: str,
    brand: str,
    category: tuple[str, ...],
    price: float,
    attributes: Mapping[str, Any],
    about: str,
    **more: Any,
) -> Row:
    translated = {_zh(name): [_zh(one) for one in value] if isinstance(value, list) else _zh(value) for name, value in attributes.items()}
    return {
        "id": identifier, "title": title, "description": about, "brand": brand, "category": list(category), "price": price, "list_price": None,
        "stock": 10, "rating": 4.3, "rating_count": 30, "attributes": dict(attributes), "url": f"/item/{identifier}", "image": "", "added": "2025-01-01",
        "i18n": {"zh": {"title": chinese, "description": "", "brand": _zh(brand), "category": [_zh(part) for part in category], "attributes": translated}},
    } | more  # fmt: skip


def _laptop(identifier: str, title: str, chinese: str, brand: str, price: float, color: list[str], memory: str, weight: str, **more: Any) -> Row:
    attributes = {
        "color": color,
        "memory": memory,
        "weight": weight,
        "touchscreen": more.pop("touchscreen", "no"),
        "battery": more.pop("battery", "10 h"),
    }
    about = more.pop("about", "A computer to carry about.")
    return _row(identifier, title, chinese, brand, ("Computers", "Laptops"), price, attributes, about, **more)


def rows() -> list[Row]:
    """The items as they stand in items.jsonl."""
    computers, paper, kitchen = ("Computers", "Tablets"), ("Stationery", "Notebooks"), ("Kitchen", "Kettles")
    kettle = "Boils water for tea within three minutes and turns itself off; the lid opens wide for cleaning and the handle stays cool."
    return [
        _laptop("lap-1", "Pax Go 13 Laptop", "帕克斯 Go 13 笔记本电脑", "Pax", 2999, ["silver"], "8 GB", "1.4 kg", about="Small and plain."),
        _laptop("lap-2", "Norin Air 14 Laptop", "诺林 Air 14 笔记本电脑", "Norin", 3999, ["black"], "16 GB", "1.1 kg", list_price=4499, rating=4.7, rating_count=400),
        _laptop("lap-3", "Norin Air 15 Laptop", "诺林 Air 15 笔记本电脑", "Norin", 4999, ["silver", "black"], "16 GB", "1.5 kg", rating=4.6, rating_count=90),
        _laptop("lap-4", "Pax Studio 16 Laptop", "帕克斯 Studio 16 笔记本电脑", "Pax", 8999, ["black"], "32 GB", "2.2 kg", about="Draws and renders."),
        _laptop("lap-5", "Brio Fold 14 Laptop", "布里欧 Fold 14 笔记本电脑", "Brio", 6499, ["white"], "16 GB", "1.3 kg", touchscreen="yes", about="Folds over."),
        _laptop("lap-6", "Brio Core 15 Laptop", "布里欧 Core 15 笔记本电脑", "Brio", 3499, ["blue"], "8 GB", "1.9 kg", stock=0),
        _row("tab-1", "Norin Slate 11 Tablet", "诺林 Slate 11 平板电脑", "Norin", computers, 1999, {"color": ["black"], "memory": "8 GB", "weight": "0.5 kg"}, "A tablet for reading."),
        _row("tab-2", "Pax Leaf 10 Tablet", "帕克斯 Leaf 10 平板电脑", "Pax", computers, 1299, {"color": ["white"], "memory": "8 GB", "weight": "0.4 kg"}, "A tablet for films."),
        _row("tab-3", "Brio Pad 12 Tablet", "布里欧 Pad 12 平板电脑", "Brio", computers, 2999, {"color": ["silver"], "memory": "16 GB", "weight": "0.6 kg"}, "A tablet for drawing."),
        _row("not-1", "Papir Plain Notebook", "纸间 素色 笔记本", "Papir", paper, 19, {"color": ["black"], "pages": "192 pages"}, "Paper that lies flat."),
        _row("not-2", "Papir Dotted Notebook", "纸间 点阵 笔记本", "Papir", paper, 29, {"color": ["red"], "pages": "240 pages"}, "Dots, not lines."),
        _row("not-3", "Brio Ruled Notebook", "布里欧 横线 笔记本", "Brio", paper, 9.9, {"color": ["blue"], "pages": "96 pages"}, "For school."),
        _row("ket-1", "Brio Classic Kettle", "布里欧 经典 电水壶", "Brio", kitchen, 169, {"color": ["white"], "capacity": "1.7 L"}, kettle),
        _row("ket-2", "Brio Classic Kettle", "布里欧 经典 电水壶", "Brio", kitchen, 169, {"color": ["red"], "capacity": "1.7 L"}, kettle),
        _row("ket-3", "Pax Swan Kettle", "帕克斯 天鹅 电水壶", "Pax", kitchen, 239, {"color": ["black"], "capacity": "0.8 L"}, "A long neck for coffee."),
        _row("ket-4", "Norin Glass Kettle", "诺林 玻璃 电水壶", "Norin", kitchen, 299, {"color": ["silver"], "capacity": "1.5 L"}, "See it boil."),
    ]  # fmt: skip


TOML = """languages = ["zh", "en"]
default_language = "zh"
currency = "CNY"

[name]
zh = "小店"
en = "Tiny Shop"

[contact]
email = "help@tiny.example"
phone = "400-000-0000"
hours = "9:00-21:00"
wait_minutes = 5

[words]
"Laptops" = ["laptop", "电脑"]
"Notebooks" = ["notebook", "本子"]
"""
DOCUMENTS = {
    "returns.en.md": "# Returns\n\n## Can I return something? {#returns}\n\nUnopened goods can be returned within 7 days. The collection costs ¥10.\n\n"
    "## How long is delivery? {#shipping}\n\nOrders leave the same day and arrive after 2 to 3 days.\n",
    "returns.zh.md": "# 退货\n\n## 能退货吗 {#returns}\n\n签收后 7 天内没拆封就能退。上门取件 10 元。\n\n## 多久能到 {#shipping}\n\n当天发货，2 到 3 天送到。\n",
}
ANSWERS = "question,answer,language,source\nIs the kettle safe for children,The handle stays cool.,en,\n这本子能退吗,没写过就能退。,zh,returns\n"


def write_shop(
    folder: Path,
    *,
    change: Callable[[list[Row]], object] | None = None,
    toml: str = TOML,
    documents: Mapping[str, str] = DOCUMENTS,
    answers: str = ANSWERS,
) -> Path:
    """Write the shop into `folder` and return it. change: called with the rows, which it may alter in place."""
    items = rows()
    if change:
        change(items)
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    (folder / "shop.toml").write_text(toml, "utf-8")
    (folder / "items.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in items), "utf-8")
    for old in (folder / "documents").glob("*.md"):
        old.unlink()
    for name, text in documents.items():
        (folder / "documents" / name).write_text(text, "utf-8")
    (folder / "answers.csv").write_text(answers, "utf-8")
    return folder
