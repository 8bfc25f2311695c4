"""Quantities as catalogues write them ("1.1 kg", "7500 mAh", "14 小时", "38 × 27 × 9 cm"): their kind and size. Knows no item.

What is no single quantity (a range, two figures, words) has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from chatbot.text import folded

__all__ = ["UNITS", "Quantity", "quantity"]

UNITS: Mapping[str, tuple[str, float]] = {
    "kg": ("weight", 1000), "公斤": ("weight", 1000), "千克": ("weight", 1000), "g": ("weight", 1), "克": ("weight", 1), "斤": ("weight", 500), "lb": ("weight", 453.6), "oz": ("weight", 28.35),
    "h": ("time", 60), "hour": ("time", 60), "hours": ("time", 60), "小时": ("time", 60), "min": ("time", 1), "minutes": ("time", 1), "分钟": ("time", 1), "days": ("time", 1440), "天": ("time", 1440),
    "in": ("length", 2.54), "inch": ("length", 2.54), "英寸": ("length", 2.54), "寸": ("length", 2.54), "cm": ("length", 1), "厘米": ("length", 1), "mm": ("length", 0.1), "毫米": ("length", 0.1), "m": ("length", 100), "米": ("length", 100),
    "l": ("volume", 1000), "升": ("volume", 1000), "ml": ("volume", 1), "毫升": ("volume", 1), "mb": ("storage", 1 / 1024), "gb": ("storage", 1), "tb": ("storage", 1024), "mah": ("charge", 1), "w": ("power", 1), "瓦": ("power", 1),
    "hz": ("rate", 1), "赫兹": ("rate", 1), "db": ("noise", 1), "分贝": ("noise", 1), "lm": ("light", 1), "流明": ("light", 1), "mp": ("pixels", 1), "页": ("pages", 1), "pages": ("pages", 1), "岁": ("age", 1),
    "°c": ("temperature", 1), "℃": ("temperature", 1),
}  # fmt: skip
"""Every spelling of a unit → (what it measures, its size in the smallest unit of that)."""
_NUMBER = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_WHOLE = re.compile(rf"({_NUMBER})((?:\s*[x×*]\s*\d+(?:\.\d+)?)*)[\s-]*([^\d,;]*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """Two quantities can be compared where their kinds are the same."""

    kind: str
    amount: float


@lru_cache(maxsize=8192)
def quantity(text: str) -> Quantity | None:
    """The quantity that `text` is, None where it is none."""
    match = _WHOLE.fullmatch(folded(text).strip())
    if not match:
        return None
    sides = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", match[2])]
    unit = match[3].strip()
    kind, factor = UNITS.get(unit, (unit, 1.0))
    return Quantity(f"{kind} {1 + len(sides)}" if sides else kind, prod([float(match[1].replace(",", "")), *sides]) * factor ** (1 + len(sides)))
