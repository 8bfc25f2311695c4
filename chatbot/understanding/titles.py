"""Titles found in a message: which are meant, and what is borrowed of them ("the director of ..."). Pure; knows no shop.

A whole title may be a word of every day (Her, 英雄): such a one counts where it is quoted, stands alone, or stands where
titles do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.text import folded, is_han
from chatbot.understanding.vocabulary import Match, Payload
from chatbot.values import Item

__all__ = ["Titled", "read_titles"]

_OPENS, _CLOSES = "《“\"'「『<", "》”\"'」』>"
_AHEAD = re.compile(
    r"(?:\b(?:like|as|than|called|named|know|known|seen|watched|read|tried|loved|liked|enjoyed|have|got)|像|类似|跟|和|叫|看过|看完|喜欢|比|有)\s*$"
)
_BEHIND = re.compile(r"\s*(?:那样|这种|这样|那种|一样|[这那][部本门个家套首]|同(?:一个?)?|怎么样|讲的?|好看|多长)")
_ALONE = re.compile(
    r"[\s\W]*(?:有没有|有|想看|想买|找|看|来部|来本|do you have|have you got|got|i want)?[\s\W]*\0[\s\W]*(?:吗|么|有吗|有没有|有货吗|please)?[\s\W]*"
)
_WHO = re.compile(r"\b(?:who(?:'s| is| was)?|what(?:'s| is))\b|是谁|叫什么|是哪|谁")
"""A question about the item itself, not about others like it."""


@dataclass(frozen=True, slots=True)
class Titled:
    """matches: without the titles that are not meant, and with values in place of those that lend them. of: the ids of the latter."""

    matches: tuple[Match, ...]
    of: tuple[str, ...]


def read_titles(
    matches: Sequence[Match], text: str, original: str, lend: Mapping[str, tuple[str, ...]], items: Mapping[str, Item], *, whole: bool
) -> Titled:
    """text: what the matches were found in. lend: attribute → its names, of those that may be borrowed. whole: titles are matched whole."""
    kept: list[Match] = []
    of: list[str] = []
    asks = bool(_WHO.search(folded(original)))
    for match in matches:
        titles = [payload.value for payload in match.payloads if payload.kind == "item"]
        lending = [name for name, names in lend.items() if titles and not asks and _lends(match, text, names)]
        if lent := tuple(
            dict.fromkeys(Payload("value", value, name) for name in lending for title in titles for value in items[title].attributes.get(name, ()))
        ):
            kept.append(replace(match, payloads=lent))
            of += titles
        elif titles and whole and not _meant(match, text, original):
            if others := tuple(payload for payload in match.payloads if payload.kind != "item"):
                kept.append(replace(match, payloads=others))
        else:
            kept.append(match)
    return Titled(tuple(kept), tuple(dict.fromkeys(of)))


def _lends(match: Match, text: str, names: Sequence[str]) -> bool:
    """Whether the title stands by the name of the attribute: "the director of X", X的导演, 和X同一个导演."""
    called = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    ahead = re.search(rf"\b(?:{called})s? (?:of|behind|from|who (?:made|did))\s*[{re.escape(_OPENS)}]?$", text[: match.start])
    behind = re.match(rf"[{re.escape(_CLOSES)}]?\s*(?:的|那个|那位|这位|是?同一?[个位]?|一样的)*(?:{called})", text[match.end :])
    return bool(ahead or behind)


def _meant(match: Match, text: str, original: str) -> bool:
    phrase = match.phrase
    han = sum(map(is_han, phrase))
    if (han > 2) or (not han and len(phrase.split()) > 1):
        return True
    before, behind = text[: match.start], text[match.end :]
    if before[-1:] in _OPENS and behind[:1] in _CLOSES and before and behind:
        return True
    if _AHEAD.search(before) or _BEHIND.match(behind) or _ALONE.fullmatch(before + "\0" + behind):
        return True
    found = re.search(rf"(?<=[a-z] ){re.escape(phrase)}\b", original, re.IGNORECASE)  # a capital amid a sentence
    return bool(found and not han and found[0][:1].isupper() and phrase[:1].isalpha())
