"""Plans phrased by rule, by the untrained model and by the adapter, side by side: a page to read, and figures.

The plans are of shops that no training has seen. Knows phrasing and the plans' rows; recommends nothing.
"""

import html
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from chatbot.errors import TrainingError
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.phraser import Phraser
from chatbot.phrasing.prompts import prompt_of
from chatbot.phrasing.streams import Phrased
from chatbot.phrasing.writers import FormWriter, Writer
from chatbot.settings import PHRASING, PROJECT, Settings
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, han_share
from chatbot.training.replies import brief_of, example_of, read_replies
from chatbot.values import LANGUAGES, Language
from chatbot.weights.generator import ADAPTER, LlamaChatModel, packaged_gguf

__all__ = ["PLANS", "VOICES", "Said", "figures_of", "page", "phrasebook", "read_plans"]

PLANS = PROJECT / "knowledge" / "training" / "plans"
VOICES = ("rules", "base", "adapter")
WORKED = ("recommend", "details", "answer", "nothing_fits")
"""Kinds of which the untrained model is shown a case: without, it repeats the prompt."""
OPENING = {"zh": 4, "en": 3}
"""Characters and words that make an opening."""
PATIENCE = 60.0
"""Seconds for one reply: what a slow machine cuts off would count against the wording."""
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Said:
    """One plan's reply. faults: what was refused."""

    brief: Brief
    text: str
    by_model: bool
    grounded: bool
    faults: tuple[str, ...]
    first_ms: float
    total_ms: float


def read_plans(folder: Path) -> list[Brief]:
    """Raises TrainingError where a line is no plan."""
    briefs = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                briefs.append(brief_of(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise TrainingError(f"{path.name}:{number} is no plan: {error!r}", fix="mend the line") from error
    if not briefs:
        raise TrainingError(f"{folder} holds no .jsonl file with plans", fix="give a folder such as knowledge/training/plans")
    return briefs


def phrasebook(settings: Settings, plans: Path, count: int, voices: Sequence[str], tell: Tell) -> dict[str, list[Said]]:
    """The replies of `count` plans a language, by voice: rules, base, adapter."""
    briefs = [brief for language in LANGUAGES for brief in [one for one in read_plans(plans) if one.language == language][:count]]
    spoken = {}
    for voice in voices:
        writer = _writer(voice, settings)
        phraser = Phraser(writer, Grounding(Catalogue(())), seconds=PATIENCE)
        spoken[voice] = [_said(phraser, brief) for brief in briefs]
        tell(f"{voice}: " + ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in figures_of(spoken[voice]).items()))
    return spoken


def _writer(voice: str, settings: Settings) -> Writer | None:
    if voice == "rules":
        return None
    path, adapter = packaged_gguf(settings.cache), PHRASING / ADAPTER if voice == "adapter" else None
    model = LlamaChatModel(path=path, adapter=adapter, threads=settings.thread_count, slots=1, context=4096 if adapter is None else 2048)
    return FormWriter(model, None if adapter else _worked())


def _worked() -> Mapping[Language, str]:
    """Whole cases of the form, by language, from the replies that the adapter is trained on."""
    examples = [example_of(row) for row in read_replies(PROJECT / "knowledge" / "training" / "replies")]
    cases = {}
    for language in LANGUAGES:
        chosen = [next(one for one in examples if one.brief.language == language and one.brief.kind == kind) for kind in WORKED]
        prompts = [(prompt_of(one.brief), one) for one in chosen]
        cases[language] = "".join(f"{prompt.after(one.opener) if prompt.facts else prompt.begin}{one.rest}\n\n" for prompt, one in prompts)
    return cases


def _said(phraser: Phraser, brief: Brief) -> Said:
    phrased, started, first = Phrased(), time.perf_counter(), 0.0
    pieces = []
    for piece in phraser.stream(brief, phrased):
        first = first or time.perf_counter() - started
        pieces.append(piece)
    total = time.perf_counter() - started
    return Said(brief, "".join(pieces), phrased.by_model, phrased.grounded, tuple(phrased.faults), first * 1000, total * 1000)


def figures_of(said: Sequence[Said]) -> dict[str, float]:
    """Shares of 0 to 1 and medians in ms.

    by_model: no sentence replaced. named: recommendations that name every product in full. repeated_opening: replies that
    begin like another of the same language. distinct_2: different pairs of words (characters) among all (Li et al., 2016).
    """
    recommended = [one for one in said if one.brief.kind == "recommend"]
    named = [all(folded(product.title) in folded(one.text) for product in one.brief.products) for one in recommended]
    openings = Counter(_opening(one) for one in said)
    pairs = Counter(pair for one in said for pair in _pairs(one))
    two = [one for one in recommended if len(one.brief.products) == 2]
    figures = {
        "replies": len(said), "by_model": _share([one.by_model for one in said]), "ungrounded": sum(not one.grounded for one in said), "named": _share(named),
        "right_language": _share([_right_language(one) for one in said]), "distinct_2": round(len(pairs) / max(1, sum(pairs.values())), 3),
        "repeated_opening": _share([openings[_opening(one)] > 1 for one in said]), "first_ms": round(statistics.median(one.first_ms for one in said), 1),
    }  # fmt: skip
    return {**figures, "two_items_ms": round(statistics.median(one.total_ms for one in two), 1)} if two else figures


def _share(held: Sequence[bool]) -> float:
    return round(sum(held) / len(held), 3) if held else 1.0


def _opening(one: Said) -> str:
    units = _units(one)[: OPENING[one.brief.language]]
    return f"{one.brief.language} {' '.join(units)}"


def _units(one: Said) -> list[str]:
    return list(one.text) if one.brief.language == "zh" else one.text.split()


def _pairs(one: Said) -> list[tuple[str, str]]:
    units = _units(one)
    return list(pairwise(units))


def _right_language(one: Said) -> bool:
    """Whether what is left without the shop's own names is in the customer's language."""
    text = folded(one.text)
    for product in (*one.brief.products, *((one.brief.closest,) if one.brief.closest else ())):
        text = text.replace(folded(product.title), " ").replace(folded(product.brand), " ")
    return (han_share(text) >= 0.5) == (one.brief.language == "zh")


def page(spoken: Mapping[str, Sequence[Said]], figures: Mapping[str, Mapping[str, float]]) -> str:
    """One HTML page: the figures, then every plan with its facts and what each voice made of it."""
    voices = list(spoken)
    names = list(next(iter(figures.values())))
    head = "".join(f"<th>{voice}</th>" for voice in voices)
    table = "".join(
        f"<tr><th>{name.replace('_', ' ')}</th>{''.join(f'<td>{figures[voice].get(name, 0):g}</td>' for voice in voices)}</tr>" for name in names
    )
    rows = []
    for number, one in enumerate(spoken[voices[0]]):
        prompt = prompt_of(one.brief)
        cells = "".join(_cell(spoken[voice][number]) for voice in voices)
        rows.append(f"<tr><td class=plan>{html.escape(prompt.begin + prompt.facts)}</td>{cells}</tr>")
    return f"""<!doctype html><meta charset=utf-8><title>Phrasebook</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222 }} table {{ border-collapse: collapse; margin-bottom: 2rem }}
td, th {{ border: 1px solid #ddd; padding: .5rem .7rem; text-align: left; vertical-align: top }} .plan {{ white-space: pre-wrap; color: #666; font-size: 12px; max-width: 26rem }}
.refused {{ color: #a33; font-size: 12px }} .mine {{ background: #f2f8f2 }}
</style><h1>Phrasebook</h1><table><tr><th></th>{head}</tr>{table}</table><table><tr><th>plan</th>{head}</tr>{"".join(rows)}</table>
"""


def _cell(one: Said) -> str:
    refused = "".join(f"<div class=refused>{html.escape(fault)}</div>" for fault in one.faults)
    return f"<td{' class=mine' if one.by_model else ''}>{html.escape(one.text)}{refused}</td>"
