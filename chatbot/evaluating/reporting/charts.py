"""Small charts as SVG inside HTML: lines, bars, a heat table. No script, no font, nothing from elsewhere. Escapes every label."""

import html
from collections.abc import Sequence

__all__ = ["bars", "columns", "escaped", "lines", "stack", "table"]

COLORS = ("#2f6f8f", "#c4683a", "#5b8a4a", "#8a6fb0", "#b0892f", "#7c8792")
WIDTH, HEIGHT = 420, 220
LEFT, BOTTOM, TOP, RIGHT = 48, 34, 12, 12


def escaped(value: object) -> str:
    return html.escape(str(value))


def lines(
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    *,
    x: str,
    y: str,
    ticks: Sequence[tuple[float, str]],
    diagonal: bool = False,
    dots: bool = False,
) -> str:
    """Lines over x, of shares between 0 and 1. ticks: (place, label) below. diagonal: where both axes would agree."""
    lowest, highest = ticks[0][0], ticks[-1][0]

    def at(point: tuple[float, float]) -> tuple[float, float]:
        across = (point[0] - lowest) / ((highest - lowest) or 1)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - point[1] * (HEIGHT - BOTTOM - TOP)

    parts = [_frame(y)]
    for place, label in ticks:
        parts.append(f'<text class=t x="{at((place, 0))[0]:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor=middle>{escaped(label)}</text>')
    if diagonal:
        (x1, y1), (x2, y2) = at((lowest, 0)), at((highest, 1))
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#b9c0c6" stroke-dasharray="4 4"/>')
    for (_, points), color in zip(series, COLORS, strict=False):
        placed = [at(point) for point in points]
        drawn = " ".join(f"{px:.1f},{py:.1f}" for px, py in placed)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{color}" stroke-width="2.2"/>')
        if dots:
            parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.2" fill="{color}"/>' for px, py in placed]
    parts.append(f'<text class=t x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 3}" text-anchor=middle>{escaped(x)}</text>')
    named = [(name, color) for (name, _), color in zip(series, COLORS, strict=False) if name]
    return _svg(parts, f"{y} by {x}") + _legend(named)


def columns(values: Sequence[float], labels: Sequence[str], *, x: str, y: str) -> str:
    """Upright bars, every second label shown where they are many."""
    most = max(values, default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    every = 1 if len(labels) <= 10 else 2
    parts = [_frame(y, most)]
    for place, value in enumerate(values):
        tall = value / most * (HEIGHT - BOTTOM - TOP)
        left = LEFT + place * step
        parts.append(
            f'<rect x="{left + 1:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" width="{max(1.0, step - 2):.1f}" height="{tall:.1f}" fill="{COLORS[0]}"><title>{escaped(labels[place])}: {value:g}</title></rect>'
        )
        if place % every == 0:
            parts.append(f'<text class=t x="{left + step / 2:.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor=middle>{escaped(labels[place])}</text>')
    parts.append(f'<text class=t x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 3}" text-anchor=middle>{escaped(x)}</text>')
    return _svg(parts, f"{y} by {x}")


def bars(rows: Sequence[tuple[str, float, str]], *, most: float = 1.0) -> str:
    """Lying bars in plain HTML: (label, value, what stands beside it)."""
    drawn = "".join(
        f"<tr><th scope=row>{escaped(label)}</th><td class=bar><i style='width:{100 * min(1.0, value / (most or 1)):.1f}%'></i></td><td class=n>{escaped(beside)}</td></tr>"
        for label, value, beside in rows
    )
    return f"<table class=bars>{drawn}</table>"


def stack(parts: Sequence[tuple[str, float]], unit: str) -> str:
    """One bar made of parts, with what each is."""
    total = sum(value for _, value in parts) or 1
    pieces = "".join(
        f"<i style='width:{100 * value / total:.2f}%;background:{color}' title='{escaped(name)}'></i>"
        for (name, value), color in zip(parts, COLORS, strict=False)
    )
    return f"<div class=stack>{pieces}</div>" + _legend(
        [(f"{name} {value:g} {unit}", color) for (name, value), color in zip(parts, COLORS, strict=False)]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]], *, heat: bool = False, texts: bool = False) -> str:
    """A table whose first column names the row. heat: shares between 0 and 1 are shown as per cent on a ground of their own. texts: cells are sentences."""

    def cell(value: object) -> str:
        if heat and isinstance(value, float):
            return f"<td style='background:{_ground(value)}'>{value:.0%}</td>"
        return f"<td>{escaped(f'{value:g}' if isinstance(value, float) else value)}</td>"

    top = "".join(f"<th scope=col>{escaped(one)}</th>" for one in head)
    body = "".join(f"<tr><th scope=row>{escaped(row[0])}</th>{''.join(map(cell, row[1:]))}</tr>" for row in rows)
    return f"<div class=wide><table{' class=texts' if texts else ''}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _ground(share: float) -> str:
    """From a soft red at 0.5 and below to a soft green at 1."""
    good = max(0.0, min(1.0, (share - 0.5) * 2))
    return f"hsl({10 + 120 * good:.0f} 55% {88 - 2 * good:.0f}%)"


def _frame(y: str, most: float = 0.0) -> str:
    """Lines across, with what they stand for: per cent, or counts up to `most`."""
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        level = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
        label = f"{share * most:.0f}" if most else f"{share:.0%}"
        parts.append(
            f'<line x1="{LEFT}" y1="{level:.1f}" x2="{WIDTH - RIGHT}" y2="{level:.1f}" stroke="#e6e2da"/><text class=t x="{LEFT - 5}" y="{level + 4:.1f}" text-anchor=end>{label}</text>'
        )
    return "".join(parts)


def _svg(parts: Sequence[str], label: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role=img aria-label="{escaped(label)}">{"".join(parts)}</svg>'


def _legend(named: Sequence[tuple[str, str]]) -> str:
    return (
        "<p class=legend>" + "".join(f"<span><i style='background:{color}'></i>{escaped(name)}</span>" for name, color in named) + "</p>"
        if named
        else ""
    )
