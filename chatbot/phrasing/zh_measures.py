"""How Chinese compares by a figure: 比 1.1 公斤更轻, 屏幕比 13.3 英寸更大. Pure."""

from collections.abc import Mapping

__all__ = ["past"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "weight": ("轻", "重"), "time": ("短", "长"), "noise": ("低", "高"), "temperature": ("低", "高"), "rate": ("低", "高"), "pixels": ("低", "高"), "pages": ("少", "多"), "": ("少", "多"),
}  # fmt: skip
"""By what is measured: less and more of it."""


def past(kind: str, sign: int, name: str, value: str) -> str:
    """Less (sign -1) or more (1) of `name` than `value`, as a wish before a noun."""
    less, more = _WORDS.get(kind, ("小", "大"))
    blank = " " if value[-1:].isascii() else ""
    return f"{'' if kind == 'weight' and name == '重量' else name}比 {value}{blank}更{more if sign > 0 else less}"
