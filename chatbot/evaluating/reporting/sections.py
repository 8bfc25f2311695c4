"""The sections of the report, each from figures as JSON values to HTML. A section without figures is empty and left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatbot.evaluating.measures import EDGES
from chatbot.evaluating.reporting.charts import bars, columns, escaped, lines, stack, table

__all__ = ["calibration", "comparison", "exposure", "grounding", "latency", "passed", "quality", "tiles"]

Figures = Mapping[str, Any]

LANGUAGES = {"zh": "Chinese", "en": "English"}
ACTS = {
    "open": "begins a need", "next": "begins another need", "restate": "says all of it again", "answer": "answers a question", "critique": "criticises what was shown",
    "change": "changes their mind", "cheaper": "wants it cheaper", "more": "wants to see more", "refuse": "refuses what was shown", "aside": "asks about the shop",
    "details": "asks about an item", "compare": "wants two compared", "why": "asks why", "take": "takes one", "thanks": "thanks", "leave": "gives up",
}  # fmt: skip
SPANS = {
    "understand": "understanding",
    "retrieve": "searching",
    "rank": "ranking",
    "products": "facts",
    "first_token": "first word",
    "total": "the rest of the text",
}
WORST_KINDS = 12
LISTED = 40


def tiles(shoppers: Figures | None, dialogues: Figures | None, before: Figures | None) -> str:
    """The handful of figures that are looked at first; each with what it was in the run before."""
    shown: list[tuple[str, str, bool, str]] = []
    old = before or {}
    if dialogues:
        total = dialogues["passed"] + dialogues["failed"]
        shown.append((f"{dialogues['passed']} / {total}", "dialogues pass", not dialogues["failed"], ""))
        shown.append((str(dialogues["ungrounded"]), "ungrounded in dialogues", not dialogues["ungrounded"], ""))
    if shoppers:
        was = f"before: {old['success']:.1%}" if "success" in old else ""
        shown.append(
            (
                f"{shoppers['success']:.1%}",
                f"of {shoppers['shoppers']} shoppers served within {shoppers['turns_allowed']} turns",
                shoppers["success"] >= 0.9,
                was,
            )
        )
        for name, label in (("violations", "products against what was said"), ("ungrounded", "ungrounded replies"), ("crashes", "crashes")):
            shown.append((str(shoppers[name]), label, not shoppers[name], f"before: {old[name]}" if name in old and "success" in old else ""))
        shown.append(
            (
                f"{shoppers['turns_to_success']:.1f}",
                "turns to success",
                True,
                f"before: {old['turns_to_success']:.1f}" if "turns_to_success" in old else "",
            )
        )
    return "<div class=tiles>" + "".join(
        f"<div class='tile {'ok' if good else 'no'}'><b>{escaped(value)}</b><span>{escaped(label)}</span><small>{escaped(was)}</small></div>" for value, label, good, was in shown
    ) + "</div>"  # fmt: skip


def passed(shoppers: Figures | None, dialogues: Figures | None) -> str:
    """What passed, by intent and language, and by kind of shopper."""
    parts = []
    if dialogues and dialogues.get("by_intent"):
        parts.append("<h3>Scripted steps, by the intent they assert</h3>" + _by_language(dialogues["by_intent"], "steps", "passed", {}))
    if shoppers:
        parts.append(
            "<h3>Shoppers' messages that were understood as they were meant</h3>" + _by_language(shoppers["acts"], "messages", "understood", ACTS)
        )
        for name, title in (
            ("by_language", "Shoppers served, by language"),
            ("by_style", "By style"),
            ("by_wishes", "By number of wishes"),
            ("by_change", "By change of mind"),
        ):
            parts.append(f"<div class=half><h3>{title}</h3>{_success(shoppers[name])}</div>")
    return "".join(parts)


def _by_language(found: Mapping[str, Any], count: str, share: str, names: Mapping[str, str]) -> str:
    languages = [one for one in LANGUAGES if any(one in row for row in found.values())]
    head = ["", *(text for one in languages for text in (LANGUAGES[one], "of"))]
    rows = [
        [names.get(name, name), *(value for one in languages for value in ((float(row[one][share]), row[one][count]) if one in row else ("", "")))]
        for name, row in found.items()
    ]
    return table(head, rows, heat=True)


def _success(groups: Mapping[str, Any]) -> str:
    return bars([(LANGUAGES.get(name, name), one["success"], f"{one['success']:.0%} of {one['shoppers']}") for name, one in groups.items()])


def quality(shoppers: Figures | None) -> str:
    """How soon shoppers were served, where not, and every violation."""
    if not shoppers:
        return ""
    turns = range(1, shoppers["turns_allowed"] + 1)
    series = [
        (name, list(zip(map(float, turns), shoppers[key], strict=False)))
        for name, key in (
            ("took something that fits", "success_by_turn"),
            ("saw something that fits", "found_by_turn"),
            ("saw the hidden target", "recall_by_turn"),
        )
    ]
    parts = [
        f"<div class=half><h3>By turn</h3>{lines(series, x='turn', y='share of shoppers', ticks=[(float(turn), str(turn)) for turn in turns], dots=True)}</div>"
    ]
    worst = sorted(shoppers["by_kind"].items(), key=lambda entry: (entry[1]["success"], -entry[1]["shoppers"]))[:WORST_KINDS]
    parts.append(f"<div class=half><h3>Kinds where fewest were served</h3>{_success(dict(worst))}</div>")
    parts.append(
        f"<p>{shoppers['repeats']} products were shown again unasked. Of {shoppers['asides']} questions in between {shoppers['unanswered']} got no source "
        f"and {shoppers['answered_off']} another one than the question asks for.</p>"
    )
    violations = [
        (visit["number"], one["user"], fault) for visit in shoppers["visits"] for one in visit["exchanges"] for fault in one.get("violations", ())
    ]
    if violations:
        more = f"<p>{len(violations) - LISTED} more are in the JSON.</p>" if len(violations) > LISTED else ""
        listed = table(["shopper", "after", "what is against it"], violations[:LISTED], texts=True)
        parts.append(f"<details><summary>Products against what was said: {len(violations)}</summary>{listed}{more}</details>")
    return "".join(parts)


def grounding(shoppers: Figures | None, dialogues: Figures | None) -> str:
    """Whether anything was said that the facts do not bear out, and how often a sentence was refused before it was."""
    rows: list[list[object]] = []
    refused: list[tuple[str, str]] = []
    for name, found, turns in (("shoppers", shoppers, "messages"), ("dialogues", dialogues, "turns")):
        if found:
            rows.append([name, found[turns], found["ungrounded"], found["phrased_by_model"]])
    for visit in (shoppers or {}).get("visits", ()):
        refused += [(one["user"], fault) for one in visit["exchanges"] for fault in one.get("trace", ())]
    for dialogue in (dialogues or {}).get("dialogues", ()):
        refused += [(turn["user"], fault) for turn in dialogue["turns"] for fault in (turn["reply"] or {}).get("trace", ())]
    text = table(["", "replies", "ungrounded", "phrased by the model"], rows)
    if refused:
        text += f"<details><summary>{len(refused)} sentences were refused before anybody saw them</summary>{table(['after', 'why'], refused[:LISTED], texts=True)}</details>"
    return text


def calibration(shoppers: Figures | None, dialogues: Figures | None) -> str:
    """Whether a confidence of 0.9 is right nine times of ten."""
    series, rows = [], []
    for name, found in (("shoppers", shoppers), ("dialogues", dialogues)):
        if found and found.get("calibration", {}).get("bins"):
            one = found["calibration"]
            series.append((name, [(confidence, right) for confidence, right, _ in one["bins"]]))
            rows.append([name, one["count"], one["error"]])
    if not series:
        return ""
    ticks = [(place / 10, f"{place / 10:g}") for place in range(0, 11, 2)]
    chart = lines(series, x="confidence of the intent", y="share right", ticks=ticks, diagonal=True, dots=True)
    return f"<div class=half>{chart}</div><div class=half>{table(['', 'messages', 'expected calibration error'], rows)}<p>On the dashed line, a confidence is right as often as it says.</p></div>"


def latency(shoppers: Figures | None, dialogues: Figures | None) -> str:
    """How long replies took, and what they spent it on."""
    parts = []
    for name, found, key in (("Shoppers", shoppers, "timing_ms"), ("Dialogues", dialogues, "distributions")):
        if not found or not found.get(key, {}).get("total"):
            continue
        marks, counts = found[key], found[key]["total"]["histogram"]
        last = max(place for place, count in enumerate(counts) if count)
        first = next(place for place, count in enumerate(counts) if count)
        labels = [*(f"≤{edge}" for edge in EDGES), f">{EDGES[-1]}"]
        chart = columns(counts[first : last + 1], labels[first : last + 1], x="milliseconds to the whole reply", y="replies")
        rows = [[moment.replace("_", " "), one["p50"], one["p95"], one["p99"]] for moment, one in marks.items()]
        spent = stack([(SPANS[moment], value) for moment, value in found["time_spent"].items()], "ms") if found.get("time_spent") else ""
        parts.append(
            f"<h3>{name}</h3><div class=half>{chart}</div><div class=half>{table(['ms until', 'p50', 'p95', 'p99'], rows)}</div><h4>Where the time of a turn went, on average</h4>{spent}"
        )
    return "".join(parts)


def exposure(shoppers: Figures | None, dialogues: Figures | None) -> str:
    """How evenly the shelves are shown."""
    if not shoppers:
        most = (dialogues or {}).get("most_shown", [])
        return "<h3>Shown most</h3>" + bars([(title, count, str(count)) for title, count in most], most=most[0][1]) if most else ""
    found = shoppers["exposure"]
    items, bands, brands = found["items"], found["price_bands"], found["brands"]
    points = len(items["lorenz"]) - 1
    curve = [(place / points, share) for place, share in enumerate(items["lorenz"])]
    chart = lines(
        [("", curve)],
        x="items, least shown first",
        y="share of showings",
        ticks=[(place / 4, f"{place / 4:.0%}") for place in range(5)],
        diagonal=True,
    )
    ratio = [(row[0], row[2] / row[1] if row[1] else 0.0) for row in brands["rows"] if row[1] > 0]
    named = [*ratio[:8], *ratio[-4:]] if len(ratio) > 12 else ratio
    top = max((value for _, value in named), default=1.0)
    cheap = "1 is the cheapest fifth of its kind, 5 the dearest"
    return (
        f"<div class=half><h3>Items</h3>{chart}<p>Gini {items['gini']:.2f}; {items['shown']} of {items['of']} were shown at least once.</p></div>"
        f"<div class=half><h3>Price bands</h3>{bars([(row[0], row[2], f'{row[2]:.0%}') for row in bands['rows']], most=0.5)}<p>Gini {bands['gini']:.2f}; {cheap}.</p>"
        f"<h3>Brands</h3>{bars([(name, value, f'{value:.1f} ×') for name, value in named], most=top)}<p>Gini {brands['gini']:.2f}. Showings against the share of the shelves: 1 × is even.</p></div>"
    )


_COMPARED = (
    ("success", "shoppers served", True, "{:.1%}"), ("turns_to_success", "turns to success", False, "{:.2f}"), ("violations", "violations", False, "{:g}"),
    ("repeats", "shown again unasked", False, "{:g}"), ("unanswered", "questions without a source", False, "{:g}"), ("answered_off", "questions answered off the point", False, "{:g}"),
    ("ungrounded", "ungrounded", False, "{:g}"), ("crashes", "crashes", False, "{:g}"), ("passed", "dialogues passed", True, "{:g}"), ("failed", "dialogues failed", False, "{:g}"),
    ("pass_1", "pass^1", True, "{:.3f}"), ("pass_k", "pass^k", True, "{:.3f}"),
)  # fmt: skip
"""(key, label, whether more is better, how it is written)."""


def comparison(now: Sequence[Figures], before: Figures | None) -> str:
    """The last run beside this one."""
    if not before:
        return ""
    rows = []
    for key, label, more_is_better, form in _COMPARED:
        new = next((one[key] for one in now if key in one), None)
        if new is None or key not in before:
            continue
        change = new - before[key]
        verdict = "same" if abs(change) < 1e-9 else "better" if (change > 0) == more_is_better else "worse"
        rows.append([label, form.format(before[key]), form.format(new), verdict])
    old, new_times = (
        before.get("timing_ms", {}).get("total"),
        next((one["timing_ms"]["total"] for one in now if one.get("timing_ms", {}).get("total")), None),
    )
    if old and new_times:
        rows += [[f"whole reply, {name}", f"{old[name]:g} ms", f"{new_times[name]:g} ms", ""] for name in ("p50", "p95") if name in old]
    note = (
        ""
        if all(one.get("shoppers") in (None, before.get("shoppers")) for one in now)
        else "<p>The runs are of different sizes: compare shares, not counts.</p>"
    )
    return (table(["", "before", "now", ""], rows) if rows else "<p>The earlier figures are of another kind of run.</p>") + note
