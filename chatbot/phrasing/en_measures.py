"""How English compares by a figure: lighter than 1.1 kg, with a bigger screen than 13.3 in. Pure."""

from collections.abc import Mapping

__all__ = ["past"]

_ALONE: Mapping[str, tuple[str, str]] = {"weight": ("lighter", "heavier"), "noise": ("quieter", "louder")}
_WITH: Mapping[str, tuple[str, str]] = {
    "time": ("a shorter", "a longer"), "length": ("a smaller", "a bigger"), "volume": ("a smaller", "a bigger"), "storage": ("less", "more"), "charge": ("less", "more"), "power": ("less", "more"),
    "pages": ("fewer", "more"), "": ("fewer", "more"),
}  # fmt: skip
"""By what is measured: less and more of it."""
_FULL = {"battery": "battery life", "runtime": "run time"}


def past(kind: str, sign: int, name: str, value: str) -> str:
    """Less (sign -1) or more (1) of `name` than `value`, as a wish behind a noun."""
    if kind in _ALONE and name.split()[-1:] in (["weight"], ["noise"]):
        return f"{_ALONE[kind][sign > 0]} than {value}"
    word = _WITH.get(kind, ("a lower", "a higher"))[sign > 0]
    if name == "length":
        return f"{'longer' if sign > 0 else 'shorter'} than {value}"
    named = _FULL.get(name, name) if kind == "time" else name
    word = word.removeprefix("a ") if named == "battery life" else word
    return f"with {word} {named} than {value}"
