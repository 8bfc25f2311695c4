"""Whether what is asked for is for somebody else: then one's own taste says nothing about it. Pure rules over words and slots."""

import re

from chatbot.text import folded
from chatbot.values import Understanding

__all__ = ["for_other"]

_GIFT = re.compile(
    r"礼物|礼品|送礼|送人|送给|送(?:个|我)?(?:爸|妈|爷|奶|外公|外婆|姥|岳|公公|婆婆|老|女|男|儿|孩|朋友|闺蜜|同事|领导|客户|长辈|对象|他|她)"
    r"|\b(?:a|as a|birthday|christmas|wedding|leaving|housewarming) (?:gift|present)\b|\b(?:gift|present)s? (?:for|idea)"
)
_ONESELF = re.compile(r"我自己|给自己|自己(?:用|戴|穿|看|喝|吃|玩)|\b(?:myself|for me|my own use)\b")
_ANYBODY = re.compile(
    r"(?:我|自己|本人|男士?|女士?|男生|女生|男款|女款|新手|初学者|学生|上班族|.*(?:口人|个人|人用)|一家.*|全家|家人|家用)"
    r"|(?:a |an |the |one |two )?(?:me|myself|us|men'?s?|women'?s?|womens|man|woman|guys?|beginners?|students?|adults?|persons?|people|left handers|couple|family|unisex)"
)
"""Recipients that may be the shopper, alone or with others, or that say a size or a sort rather than a person."""


def for_other(understanding: Understanding) -> bool | None:
    """True for somebody else, False for the shopper, None where nothing is said of it."""
    text = folded(understanding.text)
    if _ONESELF.search(text):
        return False
    named = any(slot.name == "recipient" and not _ANYBODY.fullmatch(folded(slot.text).strip()) for slot in understanding.slots)
    return True if named or _GIFT.search(text) else None
