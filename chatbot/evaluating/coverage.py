"""What a set of scripted dialogues asserts: intents, constraints, entries of the documents, actions, languages, length.

Counts what is asserted, not what is said: an intent that no dialogue insists on is not covered. Runs nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chatbot.evaluating.dialogues import ACTIONS, CONSTRAINTS, Dialogue
from chatbot.text import han_share
from chatbot.values import INTENTS, LANGUAGES

__all__ = ["LONG", "Coverage", "coverage"]

LONG = 12
"""Turns from which a dialogue is a long one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """counts: kind → name → how many assertions insist on it, 0 for names that nothing insists on."""

    dialogues: int
    turns: int
    long: int
    counts: Mapping[str, Mapping[str, int]]

    def missing(self, kind: str) -> list[str]:
        return [name for name, count in self.counts[kind].items() if not count]

    def lines(self) -> list[str]:
        """A line for each kind, with what is missing."""
        found = [f"{self.dialogues} dialogues, {self.turns} turns, {self.long} of {LONG} turns or more"]
        for kind, names in self.counts.items():
            missing = self.missing(kind)
            found.append(f"{kind}: {len(names) - len(missing)} of {len(names)}" + (f"; missing: {', '.join(missing)}" if missing else ""))
        return [*found, ", ".join(f"{count} in {language}" for language, count in self.counts["languages"].items())]


def coverage(dialogues: Sequence[Dialogue], entries: Collection[str]) -> Coverage:
    """entries: ids of the entries of the shop's documents."""
    counts = {
        "intents": Counter[str](), "constraints": Counter[str](), "entries": Counter[str](), "actions": Counter[str](), "languages": Counter[str](),
    }  # fmt: skip
    for dialogue in dialogues:
        counts["languages"][_language(dialogue)] += 1
        for step in dialogue.steps:
            for one in step.assertions:
                if one.name == "intent":
                    counts["intents"].update(_sole(one.value))
                elif one.name == "action":
                    counts["actions"].update(_sole(one.value))
                elif one.name == "constraints":
                    counts["constraints"].update(name for name, value in one.value.items() if value is not None)
                elif one.name == "sources":
                    counts["entries"].update(_sole(one.value))
    known: dict[str, Iterable[str]] = {
        "intents": INTENTS,
        "constraints": CONSTRAINTS,
        "entries": sorted(entries),
        "actions": ACTIONS,
        "languages": LANGUAGES,
    }
    return Coverage(
        dialogues=len(dialogues), turns=sum(len(dialogue.steps) for dialogue in dialogues), long=sum(len(dialogue.steps) >= LONG for dialogue in dialogues),
        counts={kind: {name: counts[kind][name] for name in names} for kind, names in known.items()},
    )  # fmt: skip


def _sole(value: str | list[str]) -> list[str]:
    """The name that is insisted on; none where several will do."""
    names = value if isinstance(value, list) else [value]
    return names if len(names) == 1 else []


def _language(dialogue: Dialogue) -> str:
    """That of most messages."""
    chinese = sum(han_share(step.user) > 0.5 for step in dialogue.steps)
    return "zh" if 2 * chinese >= len(dialogue.steps) else "en"
