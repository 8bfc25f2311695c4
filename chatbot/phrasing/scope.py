"""Whether a sentence about a policy keeps its reach: for whom and what it holds, who pays, which figure belongs to what.

Works on the entry's sentence that is nearest in words. Compares words; understands none.
"""

import re
from collections.abc import Sequence

from chatbot.text import is_han

__all__ = ["nearest", "sentences_of", "widened"]

_WIDE = re.compile(
    r"所有|全部|任何|任意|一律|不限|随时|哪里|哪儿|到处|无论|不管|不论|都(?!是)|(?<!除外)也(?!不|没|请|要)"
    r"|\b(?:(?<!at )all|any|every|always|anything|anyone|anywhere|everything|everyone|everywhere|whatever|whenever|regardless|also|as well|too|just as|no matter|both)\b"
)
"""Words that let a rule reach further."""
_SAME = {"任意": "任何", "全部": "所有", "无论": "不管", "不论": "不管", "every": "all", "everything": "all", "too": "also", "as well": "also"}
_PAYER = re.compile(
    r"(?P<shop>本店|我们|商家|卖家|店里|我方)(?:来)?(?:承担|出|付|负担|负责)|(?P<buyer>您|你|买家|顾客|客户|自行|自己|自)(?:来)?(?:承担|出|付|负担|理)"
    r"|\b(?P<we>we|shop|us)(?:'ll| will)? (?:pay|cover|bear)s?\b|\b(?P<you>you|buyer|customer)(?:'ll| will| would)? (?:pay|cover|bear)s?\b"
)
_SHOP = ("shop", "we")
_CORE = re.compile(
    r"退(?!休|役)|换(?!算|个|到)|修(?!图)|赔|免费|质保|保修|\breturn|\brefund|\bexchang|\brepair|\bfree\b|\bcover(?:ed|s)?\b|\bwarrant"
)
_DENIED = re.compile(
    r"(?:不(?!脱|同|限)|没|无(?!理由)|未)[^可才拆洗穿用封]*$|除外|\bno\b|\bnot\b|n't\b|\bcannot\b|\bnever\b|\bexcluded\b|\bwithout\b"
)
_CLAUSES = re.compile(r"[，,。；;：:！？!?]|\.(?=\s|$)|\bbut\b|\band\b|但|不过|只是")
_SENTENCES = re.compile(r"(?<=[。！？；;])|(?<=[.!?])\s")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_BEFORE_FIGURE = " ¥$€£"
DENYING = 8
"""Characters before a word in which a denial of it stands; behind one, 可 and 才 grant it again, and 没拆封 denies only that it is open."""
CONTEXT_HAN = 4
"""Chinese characters before a figure, at the most, that say what it is the figure of; in English two words."""


def sentences_of(entry: str) -> list[str]:
    return [one for one in _SENTENCES.split(entry) if one]


def nearest(sentence: str, sentences: Sequence[str]) -> str:
    """The one of `sentences` that shares the most words with `sentence`, "" where there is none."""
    parts = set(_parts(sentence))
    return max(sentences, key=lambda one: len(parts & set(_parts(one))), default="")


def widened(sentence: str, entry: str) -> str:
    """Where `sentence` gives more than `entry` does, "" where it does not. Both folded."""
    sources = sentences_of(entry)
    return (
        _reach(sentence, entry)
        or _payer(sentence, nearest(sentence, sources), entry)
        or _granted(sentence, sources)
        or _misplaced_figure(sentence, entry)
    )


def _reach(sentence: str, entry: str) -> str:
    known = {_SAME.get(word, word) for word in _WIDE.findall(entry)}
    for match in _WIDE.finditer(sentence):
        if _SAME.get(match[0], match[0]) not in known:
            return f"the entry does not reach so far: {match[0]}"
    return ""


def _payer(sentence: str, source: str, entry: str) -> str:
    for match in _PAYER.finditer(sentence):
        sides = {_side(one) for one in _PAYER.finditer(source)} or {_side(one) for one in _PAYER.finditer(entry)}
        if _side(match) not in sides:
            return f"the entry does not say who pays so: {match[0]}"
    return ""


def _side(match: re.Match[str]) -> bool:
    """Whether the shop pays."""
    return any(match[name] for name in _SHOP)


def _granted(sentence: str, sources: Sequence[str]) -> str:
    """What the nearest sentence of the entry denies and a clause of this one does not."""
    for clause in _CLAUSES.split(sentence):
        said = _stances(clause)
        denied = _stances(nearest(clause, sources)) if said else {}
        for word, stances in said.items():
            if word in denied and not stances & denied[word]:
                return f"the entry says it the other way round: {word}"
    return ""


def _stances(text: str) -> dict[str, set[bool]]:
    """Per weighty word: whether its clause denies it, in Chinese shortly before it."""
    found: dict[str, set[bool]] = {}
    for clause in _CLAUSES.split(text):
        for match in _CORE.finditer(clause):
            around = clause[: match.start()][-DENYING:] if any(map(is_han, clause)) else clause
            found.setdefault(match[0], set()).add(bool(_DENIED.search(around)))
    return found


def _misplaced_figure(sentence: str, facts: str) -> str:
    """A figure behind words behind which the facts have only others: 第一次收 499 where they say 第一次收 299."""
    stated: dict[str, set[str]] = {}
    for match in _FIGURE.finditer(facts):
        if context := _context(facts[: match.start()]):
            stated.setdefault(context, set()).add(match[0])
    for match in _FIGURE.finditer(sentence):
        before = sentence[: match.start()].rstrip(_BEFORE_FIGURE)
        context = next((one for one in stated if before.endswith(one)), "")
        if context and match[0] not in stated[context]:
            return f"{match[0]} is not what stands behind {context}"
    return ""


def _context(before: str) -> str:
    """The words right before a figure, "" where too few say what it is."""
    before = before.rstrip(_BEFORE_FIGURE)
    run = re.search(r"[\u3400-\u9fff]{2,}$", before)
    if run:
        return run[0][-CONTEXT_HAN:]
    words = re.search(r"[a-z']{2,} [a-z']{2,}$", before)
    return words[0] if words else ""


def _parts(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text) - 1)] if any(map(is_han, text)) else re.findall(r"[a-z']{3,}", text)
