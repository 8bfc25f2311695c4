"""A message that asks for several things ("a laptop under 5000 and a mouse") → its parts, one for each. Pure.

Careful on purpose: "a bag for a laptop and a tablet" asks for one thing, "手机或者平板" too. What is not clearly several is one.
"""

import re
from collections.abc import Callable

from chatbot.text import folded
from chatbot.understanding.grammar import Found

__all__ = ["parts_of"]

MOST = 3
"""Needs of one message; a longer list is read as one."""
_JOINT = re.compile(
    r"\s*(?:[,，;；、+&]|\b(?:and|plus|as well as)\b|还有|还要|还想|外加|以及|另外|顺便|再(?=来|要|加|买|看|配|给|推荐|拿|搞|整)|(?<!暖)和(?!平)|跟|加上)\s*"
)
_ONE_OF = re.compile(
    r"\bor\b|\beither\b|\bvs\b|versus|\bcompare|\bdifferen|\bbetween\b|\bboth of\b|\brather than\b|\binstead\b|\bnot\b|或|还是|哪个|哪种|区别|比较|对比|都行|都可以|均可|combo|bundle|套装|套餐|不是|而不是|不要"
)
"""Alternatives, comparisons and corrections: one thing is wanted."""
_BELONGS = re.compile(
    r"(?:(?<!looking )(?<!shopping )(?<!searching )(?<!ask )\b(?:for|with|about|of|than|like|fits?|holds?|goes? with|without|under|works? with) (?:an?|my|the|your|some|our)?\s*(?:\w+ ){0,2}|(?:装|放|配|给|用于|搭|适合|支持|连|接|充|跟|和|像|关于|兼容)[^，,]{0,3})$"
)
"""Before the name of a thing that is spoken of and not wanted: a case for a laptop, 能装笔记本的包."""
_BEGINS = re.compile(
    r"^\s*(?:\w+ )?(?:also |then |maybe |i (?:also )?(?:need|want)|i'd like |i would like |looking for |get me |show me )*(?:an?|some|one|two|three|another|new|\d+)\b"
)
_SHARED = re.compile(r"都(?:要|得|是|在)?|各|每[个样款]|\b(?:each|both|all)\b")


def parts_of(text: str, read: Callable[[str], Found]) -> tuple[str, ...]:
    """The parts of a message, each of which names one kind of thing; empty where it asks for one. read: the grammars."""
    plain = folded(text)
    if _ONE_OF.search(plain) or not _JOINT.search(plain):
        return ()
    parts: list[str] = []
    heads: list[tuple[str, ...]] = []
    ahead = ""
    for start, end in _pieces(plain):
        piece = text[start:end] if len(text) == len(plain) else plain[start:end]
        found = read(piece)
        named = [match for match in found.matches if not match.negated and any(payload.kind == "category" for payload in match.payloads)]
        if not named:
            if parts:
                parts[-1] = f"{parts[-1]}, {piece}"
            else:
                ahead += f"{piece}, "
            continue
        head = tuple(sorted({payload.value for match in named for payload in match.payloads}))
        if head in heads:  # "a monitor and a keyboard, 2000 for the monitor"
            parts[heads.index(head)] += f", {piece}"
            continue
        if any(_BELONGS.search(found.bounds.rest[: match.start]) for match in named):
            return ()
        if heads and not _stands_alone(piece, parts[-1], named[0].phrase):
            return ()
        parts.append(ahead + piece)
        heads.append(head)
        ahead = ""
    if not 2 <= len(parts) <= MOST:
        return ()
    return _with_shared(parts, read)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where the stretches between the joints begin and end."""
    cuts = [(match.start(), match.end()) for match in _JOINT.finditer(text)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]


def _stands_alone(piece: str, before: str, phrase: str) -> bool:
    """Whether a piece asks for a thing of its own: Chinese always, English with an article, in the plural, or right behind another."""
    if not phrase.isascii():
        return True
    lower = folded(before)
    if re.search(r"\bwith\b", lower):  # a phone with a big screen and a camera
        return bool(re.match(r"\s*(?:i |also|get|show)", piece.lower()))
    return bool(_BEGINS.match(piece.lower())) or phrase.endswith("s") or " for " not in lower


def _with_shared(parts: list[str], read: Callable[[str], Found]) -> tuple[str, ...]:
    """A price said once for all ("都要两百以内", "under 50 each") stands in every part."""
    last = read(parts[-1]).bounds
    if not _SHARED.search(folded(parts[-1])) or (last.price_min is None and last.price_max is None):
        return tuple(parts)
    low = f" at least {last.price_min:g}" if last.price_min is not None else ""
    high = f" under {last.price_max:g}" if last.price_max is not None else ""
    return (*(part + low + high for part in parts[:-1]), parts[-1])
