"""Whether a sentence keeps to an entry of the shop's documents: its words, its negations and its conditions.

A sentence about a policy may be shorter than the entry and may not say anything else. Compares words; understands none.
"""

import re
from collections.abc import Iterator

from chatbot.phrasing.scope import nearest, sentences_of, widened
from chatbot.text import is_han

__all__ = ["departure", "turned"]

_NEGATIONS = frozenset(["no", "not", "never", "cannot", "without", "neither", "nor", "none", "unless", "except"])
_HAN_NEGATIONS = "不没无未非勿除"
_HAN_NEGATED = re.compile(r"(?:[不没无未非勿除](?:[是有带含能支用可予在作]|[能可]作)?|并非)(?<!不要)$")
_ASPECT = re.compile(r"(?<=[\u3400-\u9fff])(?<!不)[了着过](?=[\u3400-\u9fff])")
"""加了糖 says the same as 加糖."""
_IRREGULAR = {"paid": "pay", "sent": "send", "kept": "keep", "given": "give", "taken": "take", "worn": "wear", "sold": "sell"}
_REACH = 3
"""Words back in which an English negation is looked for."""
_CONDITION = re.compile(
    r"\bwithin\b|\bunless\b|\bunopened\b|\bif\b|\bonly\b|\bexcept\b|\bunused\b|\boriginal\b|\bafter\b|\bbefore\b|\buntil\b|\bonce\b|\bover\b|\bbetween\b|\bexcluding\b"
    r"|以?内|未|没(?=拆|开|用|穿|戴|洗)|如果|除|仅限|只限|需要|须|凭|满|原包装|之前|之后|起|前提|的话"
)
_WEIGHTY = re.compile(
    r"退|换|免费|包邮|保修|质保|赔|送|修|取消|开票|发票|\breturn|\brefund|\bexchang|\bfree\b|\bwarrant|\brepair|\bcancel|\bdeliver|\bship|\binvoice|\bmatch"
)
_YES = re.compile(r"^(?:yes|sure|of course|certainly|可以|能的|能退|能换|支持|有的|是的|会的|行[，,])")
_NO = re.compile(r"^(?:no[,.]|sorry, no|i'm afraid not|不能|不可以|不行|不支持|没有[，。,]|不是[，,]|不会[，,])")


def departure(sentence: str, entry: str, plain: frozenset[str]) -> str:
    """Where `sentence` leaves `entry`, "" where it does not. Both folded. plain: words that claim nothing."""
    return turned(sentence, entry, plain) or _bare(sentence, entry) or _wrong_start(sentence, entry) or widened(sentence, entry)


def turned(sentence: str, entry: str, plain: frozenset[str]) -> str:
    """What `entry` says with a negation and `sentence` without, or the other way round. Both folded."""
    return _turned_han(sentence, entry) if any(map(is_han, entry)) else _turned_english(sentence, entry, plain)


def _turned_han(sentence: str, entry: str) -> str:
    """A pair of characters that the entry always negates and the sentence does not, or the other way round."""
    sentence = _ASPECT.sub("", sentence)
    for place in range(len(sentence) - 1):
        pair = sentence[place : place + 2]
        if not all(map(is_han, pair)) or pair[0] in _HAN_NEGATIONS:
            continue
        negated = {bool(_HAN_NEGATED.search(entry[:at])) for at in _places(pair, entry)}
        here = bool(_HAN_NEGATED.search(sentence[:place]))
        if negated and here not in negated:
            return f"the entry says it the other way round: {pair}"
    return ""


def _turned_english(sentence: str, entry: str, plain: frozenset[str]) -> str:
    of_entry: dict[str, set[bool]] = {}
    for word, negated in _words(entry):
        of_entry.setdefault(word, set()).add(negated)
    of_sentence: dict[str, set[bool]] = {}
    for word, negated in _words(sentence):
        of_sentence.setdefault(word, set()).add(negated)
    for word, stances in of_sentence.items():
        if len(word) > 3 and word not in plain and word in of_entry and not stances & of_entry[word]:
            return f"the entry says it the other way round: {word}"
    return ""


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Every word cut to its stem, and whether a negation stands before it in the same clause."""
    for clause in re.split(r"[,;.!?:]", text):
        words = re.findall(r"[a-z']+", clause)
        for place, word in enumerate(words):
            if not _negates(word):
                cut = _IRREGULAR.get(word) or re.sub(r"([bdgklmnprt])\1$", r"\1", re.sub(r"(?:ing|ed|es|s|able)$", "", word))
                yield cut, any(map(_negates, words[max(0, place - _REACH) : place]))
                behind = words[place + 1 : place + 3]
                if any(map(_negates, behind)) or behind[:1] == ["free"]:  # "the bulb is not included" and "without a bulb", "fragrance free"
                    yield cut, True


def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _bare(sentence: str, entry: str) -> str:
    """A promise without any of the conditions under which the entry makes it."""
    if not _WEIGHTY.search(sentence):
        return ""
    sources = [one for one in sentences_of(entry) if _WEIGHTY.search(one)]
    if not sources:
        return "the entry promises nothing"
    conditions = {match[0] for match in _CONDITION.finditer(nearest(sentence, sources))}
    missing = sorted(condition for condition in conditions if condition not in sentence and not (condition == "未" and "没" in sentence))
    if 2 * len(missing) >= len(conditions) > 0:  # half of them may be another sentence's
        return f"the condition is left out: {', '.join(missing)}"
    return ""


def _wrong_start(sentence: str, entry: str) -> str:
    """A yes or no that the rest of the sentence does not bear out."""
    if _YES.search(sentence) and not re.search(
        r"(?<![不没未])(?:可|能|支持|有|会|免费|允许|承担)|\b(?:can|may|do|does|accept|offer|have|are|is|will|yes)\b(?! not)", entry
    ):
        return "the entry does not say yes"
    if _NO.search(sentence) and not re.search(r"[不没无未]|\bno\b|\bnot\b|n't\b|\bcannot\b|\bonly\b", entry):
        return "the entry does not say no"
    return ""


def _places(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
