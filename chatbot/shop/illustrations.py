"""The demo shop's product pictures, drawn from templates.

A template is a small SVG (400 × 300) in `knowledge/shop/illustrations`. `laptops.svg` is the drawing of the category
`Laptops`; `laptops--gaming.svg` takes its place for an item whose words hold "gaming", and `speakers--party--trolley.svg`
for one whose words hold either; `default.svg` serves the rest.
Colours that belong to the item are placeholders: `{main}`, `{shade}`, `{light}`, `{accent}`, `{ground}` and `{floor}`.
`draw` fills them from the item's colours, and a hash of the identifier moves hue, tint and backdrop a little, so that
two black laptops differ yet each looks the same on every machine. A template that marks its drawing with
`<g id="turn">` may face either way.

Only hexadecimal colours and the markup below ever enter a picture: an item's own text cannot.
"""

import colorsys
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

__all__ = ["draw"]

Hue = tuple[float, float, float]
"""Hue, lightness and saturation, each from 0 to 1, as `colorsys` has them."""

# ── colours ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_PALETTE: Mapping[str, Hue] = MappingProxyType({
    "black": (0.64, 0.245, 0.085),
    "white": (0.10, 0.955, 0.25),
    "grey": (0.61, 0.57, 0.085),
    "silver": (0.59, 0.77, 0.12),
    "blue": (0.595, 0.53, 0.42),
    "green": (0.40, 0.47, 0.27),
    "red": (0.007, 0.55, 0.57),
    "pink": (0.955, 0.77, 0.58),
    "yellow": (0.122, 0.64, 0.80),
    "orange": (0.068, 0.595, 0.75),
    "brown": (0.070, 0.435, 0.32),
    "beige": (0.102, 0.795, 0.42),
    "purple": (0.735, 0.60, 0.34),
    "gold": (0.110, 0.585, 0.48),
    "transparent": (0.535, 0.845, 0.40),
})  # fmt: skip
_SEVERAL = ("red", "orange", "yellow", "green", "blue", "purple")
"""What `multicolor` is drawn in: one of these, with one further along as its accent."""

_PARTNERS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "black": ("orange", "blue", "gold", "green", "red"),
    "white": ("blue", "orange", "green", "pink", "grey"),
    "grey": ("yellow", "blue", "orange", "green"),
    "silver": ("blue", "orange", "grey", "green"),
    "blue": ("yellow", "orange", "white", "pink"),
    "green": ("yellow", "beige", "orange", "white"),
    "red": ("beige", "yellow", "white", "gold"),
    "pink": ("red", "white", "purple", "gold"),
    "yellow": ("blue", "orange", "grey", "green"),
    "orange": ("blue", "beige", "white", "brown"),
    "brown": ("beige", "gold", "orange", "green"),
    "beige": ("brown", "green", "orange", "blue"),
    "purple": ("yellow", "pink", "white", "blue"),
    "gold": ("red", "brown", "white", "blue"),
    "transparent": ("blue", "orange", "green", "pink"),
})  # fmt: skip

_ENGLISH: Mapping[str, str] = MappingProxyType({
    **{name: name for name in _PALETTE}, "multicolor": "multicolor", "multicolour": "multicolor", "multi": "multicolor",
    "colorful": "multicolor", "colourful": "multicolor", "rainbow": "multicolor", "assorted": "multicolor",
    "gray": "grey", "charcoal": "grey", "graphite": "grey", "titanium": "grey", "ivory": "white", "cream": "beige",
    "khaki": "beige", "sand": "beige", "tan": "beige", "navy": "blue", "teal": "green", "turquoise": "green",
    "olive": "green", "mint": "green", "cyan": "blue", "maroon": "red", "burgundy": "red", "rose": "pink",
    "magenta": "pink", "coral": "orange", "copper": "brown", "bronze": "brown", "coffee": "brown", "chocolate": "brown",
    "wood": "brown", "lilac": "purple", "lavender": "purple", "violet": "purple", "golden": "gold", "clear": "transparent",
})  # fmt: skip
_CHINESE: Mapping[str, str] = MappingProxyType({
    "黑": "black", "白": "white", "灰": "grey", "银": "silver", "銀": "silver", "蓝": "blue", "藍": "blue", "青": "green",
    "绿": "green", "綠": "green", "红": "red", "紅": "red", "粉": "pink", "黄": "yellow", "黃": "yellow", "橙": "orange",
    "橘": "orange", "棕": "brown", "褐": "brown", "咖": "brown", "米": "beige", "杏": "beige", "卡其": "beige",
    "紫": "purple", "金": "gold", "透明": "transparent", "多色": "multicolor", "彩": "multicolor",
})  # fmt: skip
_CHINESE_WORD = re.compile("|".join(_CHINESE))

_GROUNDS: tuple[float, ...] = (0.10, 0.585, 0.38, 0.03, 0.73, 0.47, 0.135)
"""The hues a background may be tinted in: sand, mist, sage, blush, lilac, aqua and butter."""

# ── markup ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_GROUND_RECT = '<rect width="400" height="300" fill="{ground}"/>'
_TURN = '<g id="turn">'
_TURNED = '<g transform="matrix(-1 0 0 1 400 0)">'
_BACKDROPS: tuple[str, ...] = (
    '<circle cx="200" cy="146" r="122" {paint}/>',
    '<path d="M84 300V146a116 116 0 0 1 232 0v154z" {paint}/>',
    '<path d="M70 168c-14-70 46-140 124-140s142 40 142 118-58 124-138 124S82 234 70 168z" {paint}/>',
    '<rect x="76" y="30" width="248" height="236" rx="60" {paint}/>',
    '<path d="M0 206q100-46 200-20t200-26v140H0z" {paint}/>',
    '<path d="M330 150c10 66-48 120-128 120S62 220 66 146 130 26 206 26s114 54 124 124z" {paint}/>',
)
_PARCEL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">'
    '<rect width="400" height="300" fill="{ground}"/>'
    '<ellipse cx="200" cy="246" rx="112" ry="14" fill="{floor}" opacity=".6"/>'
    '<path d="M110 118 200 96l90 22v104l-90 26-90-26z" fill="{shade}"/>'
    '<path d="m110 118 90 26v104l-90-26z" fill="{main}"/>'
    '<path d="m110 118 90-22 90 22-90 26z" fill="{light}"/>'
    '<path d="m146 109 90 25v28l-18-10v-12l-90-26z" fill="{accent}"/>'
    "</svg>\n"
)
"""What is drawn when not even `default.svg` can be read."""


def draw(folder: Path, *, identifier: str, category: Sequence[str], words: str, colors: Sequence[str]) -> str:
    """The picture of one item, as the text of an SVG file.

    `category` is the path from the widest to the leaf, in English; `words` are the item's title and attribute values,
    among which a variant's keyword is looked for; `colors` are its colours, English or Chinese, the first one leading.
    """
    seed = sha256(identifier.encode("utf-8", "replace")).digest()
    text = _template(folder, category, words)
    placed = _colors(colors, seed)
    if seed[0] & 1:
        text = text.replace(_TURN, _TURNED)
    text = text.replace(_GROUND_RECT, _GROUND_RECT + _backdrop(_pale(placed["main"]), seed), 1)
    for name, color in placed.items():
        text = text.replace("{" + name + "}", _hex(color))
    return text


# ── templates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _template(folder: Path, category: Sequence[str], words: str) -> str:
    variants = _variants(folder)
    said = f" {_plain(words)} "
    for part in reversed(category):
        slug = _plain(part).replace(" ", "-")
        for stem in (_variant(variants.get(slug, {}), said), slug):
            text = _read(folder / f"{stem}.svg") if stem else ""
            if text:
                return text
    return _read(folder / "default.svg") or _PARCEL


def _variant(keywords: Mapping[str, str], said: str) -> str:
    """The file of the keyword said first; of two that begin together, the longer one. Empty when none is said."""
    heard: list[tuple[int, int, str]] = []
    for keyword, stem in keywords.items():
        found = re.search(rf" {re.escape(keyword)}(?:s|es)? ", said)
        if found:
            heard.append((found.start(), -len(keyword), stem))
    return min(heard)[2] if heard else ""


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


@lru_cache(maxsize=16)
def _variants(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """For each slug, its keywords and the file each one leads to."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*--*.svg")):
        slug, *keywords = path.stem.split("--")
        found.setdefault(slug, {}).update((keyword.replace("-", " "), path.stem) for keyword in keywords)
    return found


@lru_cache(maxsize=512)
def _read(path: Path) -> str:
    """The template's text, or nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


# ── from words to paint ───────────────────────────────────────────────────────────────────────────────────────────────


def _colors(colors: Sequence[str], seed: bytes) -> dict[str, Hue]:
    known = list(dict.fromkeys(name for name in map(_color_name, colors) if name))
    first = known[0] if known else sorted(_PALETTE)[seed[1] % len(_PALETTE)]
    if first == "multicolor":
        at = seed[2] % len(_SEVERAL)
        first, known = _SEVERAL[at], [_SEVERAL[at], _SEVERAL[(at + 2 + seed[3] % 3) % len(_SEVERAL)]]
    partners = _PARTNERS[first]
    second = known[1] if len(known) > 1 else partners[seed[4] % len(partners)]
    if second == "multicolor":
        second = next(name for name in _SEVERAL[seed[2] % 3 :] if name != first)

    main = _vary(_PALETTE[first], seed[5:8])
    ground = _ground(main, seed)
    return {
        "main": main,
        "shade": _shade(main),
        "light": _light(main),
        "accent": _apart(_vary(_PALETTE[second], seed[8:11]), main),
        "ground": ground,
        "floor": (ground[0], ground[1] - 0.17, min(1.0, ground[2] * 0.55)),
    }


def _color_name(text: str) -> str:
    for word in re.split(r"[^a-z]+", text.lower()):
        if word in _ENGLISH:
            return _ENGLISH[word]
    found = _CHINESE_WORD.search(text)
    return _CHINESE[found.group()] if found else ""


def _vary(color: Hue, seed: bytes) -> Hue:
    hue, lightness, saturation = color
    return (
        (hue + (seed[0] / 255 - 0.5) * 0.026) % 1.0,
        min(0.965, lightness + (seed[1] / 255 - 0.5) * 0.05),
        min(1.0, saturation * (0.9 + seed[2] / 255 * 0.2)),
    )


def _shade(color: Hue) -> Hue:
    hue, lightness, saturation = color
    if lightness > 0.9:  # white casts a cool grey, or it would look dirty
        return (0.60, lightness - 0.12, 0.13)
    return ((hue - 0.008) % 1.0, lightness * 0.82 - 0.015, saturation * (1.0 if lightness < 0.5 else 0.78))


def _light(color: Hue) -> Hue:
    hue, lightness, saturation = color
    return ((hue + 0.006) % 1.0, lightness + (1.0 - lightness) * (0.20 if lightness < 0.35 else 0.42), saturation)


def _apart(accent: Hue, main: Hue) -> Hue:
    """The accent, moved in lightness where it would be lost on the main colour."""
    turn = abs(accent[0] - main[0])
    alike = min(turn, 1.0 - turn) < 0.09 or min(accent[2], main[2]) < 0.2
    if not alike or abs(accent[1] - main[1]) > 0.16:
        return accent
    step = -0.2 if accent[1] <= main[1] and main[1] > 0.42 else 0.2
    return (accent[0], min(0.95, max(0.16, main[1] + step)), accent[2])


def _pale(main: Hue) -> bool:
    return main[1] > 0.72


def _ground(main: Hue, seed: bytes) -> Hue:
    """A pale tint; deeper behind a pale item, and away from that item's own hue."""

    def far(hue: float) -> bool:
        turn = abs(hue - main[0])
        return min(turn, 1.0 - turn) > 0.09

    hues = [hue for hue in _GROUNDS if far(hue)] if main[1] > 0.56 and main[2] > 0.2 else list(_GROUNDS)
    hue = hues[seed[11] % len(hues)]
    drift = (seed[12] / 255 - 0.5) * 0.02
    return (hue, 0.84 + drift, 0.23) if _pale(main) else (hue, 0.915 + drift, 0.42)


def _backdrop(pale: bool, seed: bytes) -> str:
    paint = 'fill="{floor}" opacity=".22"' if pale else 'fill="#fff" opacity=".5"'
    return _BACKDROPS[seed[13] % len(_BACKDROPS)].replace("{paint}", paint)


def _hex(color: Hue) -> str:
    hue, lightness, saturation = color
    parts = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
