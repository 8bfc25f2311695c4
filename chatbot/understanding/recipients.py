"""For whom a message says the thing is: somebody else, or the shopper. Pure; it learns nothing about the person."""

import re
from collections.abc import Sequence

from chatbot.text import folded
from chatbot.values import Slot

__all__ = ["for_whom"]

_PERSON = (
    r"(?:老?爸|老?妈|爸爸|妈妈|父母|爸妈|父亲|母亲|老公|老婆|媳妇|先生|太太|妻子|丈夫|男友|女友|男朋友|女朋友|对象|儿子|女儿|闺女|宝宝|娃|孩子|小孩|侄[子女儿]|外甥|爷爷|奶奶|外公|外婆|姥[姥爷]|公公|婆婆|岳[父母]|丈母娘"
    r"|哥|姐|弟|妹|朋友|闺蜜|哥们|兄弟|同事|老师|领导|老板|客户|室友|同学|亲戚|长辈|老人|老人家|家里人|家人|叔叔?|阿姨|姑姑?|舅舅?|[他她](?!们家)|人|学生)"
)
_OTHER_ZH = re.compile(
    rf"送(?!货|到家|上门|达|装|修|检|过来|来|去|得)(?:给|个)?(?:我|我们|我家)?.{{0,4}}?{_PERSON}|送礼|(?:当|做|作|买|挑|选)(?:个|份|件)?.{{0,6}}礼物|(?:生日|新婚|乔迁|结婚|满月|节日?)礼物?"
    rf"|(?:给|帮|替|为)(?:我|我们|我家|咱|家里?)?(?:的)?{_PERSON}(?:.{{0,3}}(?:买|选|挑|用|看|配|换|找|送|要|想|推荐|带)|$|[，,。的])"
)
_OTHER_EN = re.compile(
    r"\b(?:gift|present)s?\b(?! card|[- ]?wrap)|\b(?:for|buy|get|getting) (?:my |our |his |her |their |a |an old |the )?(?:(?:\w+ )?(?:year[- ]old )?)"
    r"(?:dad|daddy|father|mum|mom|mother|parents?|wife|husband|partner|boyfriend|girlfriend|fianc[eé]e?|son|daughter|kids?|children|child|baby|nephew|niece|grandson|granddaughter|grandpa|grandad|grandfather|grandma|granny|grandmother"
    r"|brother|sister|uncle|aunt(?:ie)?|cousin|friend|mate|boss|colleague|coworker|co-worker|teacher|neighbou?r|roommate|flatmate|in-laws?|him|her|them|someone(?: else)?|somebody(?: else)?)\b"
)
_SELF = re.compile(r"自己用|我自己|给自己|自用|for myself|for me\b|my own use|for my own|this (?:one|time)(?:'s| is) for me")

_OWN = re.compile(r"自己(?:戴|穿|看|喝|吃|玩)|\bmyself\b")
"""Says the same less clearly: a person named beside it counts first."""
_GIFT = re.compile(
    r"礼物|礼品|送礼|送人|送给|送(?:个|我)?(?:爸|妈|爷|奶|外公|外婆|姥|岳|公公|婆婆|老|女|男|儿|孩|朋友|闺蜜|同事|领导|客户|长辈|对象|他|她)"
    r"|\b(?:a|as a|birthday|christmas|wedding|leaving|housewarming) (?:gift|present)\b|\b(?:gift|present)s? (?:for|idea)"
)
_ANYBODY = re.compile(
    r"(?:我|自己|本人|男士?|女士?|男生|女生|男款|女款|新手|初学者|学生|上班族|.*(?:口人|个人|人用)|一家.*|全家|家人|家用)"
    r"|(?:a |an |the |one |two )?(?:me|myself|us|men'?s?|women'?s?|womens|man|woman|guys?|beginners?|students?|adults?|persons?|people|left handers|couple|family|unisex)"
)
"""Recipients that may be the shopper, alone or with others, or that say a size or a sort rather than a person."""


def for_whom(message: str, slots: Sequence[Slot] = ()) -> bool | None:
    """True for somebody else (送女朋友的, "for my dad"), False for the shopper, None where nothing is said of it.

    slots: words that the network marked, recipients among them.
    """
    text = folded(message)
    if _SELF.search(text):
        return False
    if _OTHER_ZH.search(text) or _OTHER_EN.search(text):
        return True
    if _OWN.search(text):
        return False
    named = any(slot.name == "recipient" and not _ANYBODY.fullmatch(folded(slot.text).strip()) for slot in slots)
    return True if named or _GIFT.search(text) else None
