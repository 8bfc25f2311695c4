"""Words that point at what was shown before (第二款, that one) and that criticise it (便宜点, any others?). Pure."""

import re

from chatbot.text import folded
from chatbot.values import Critique, Reference

__all__ = ["read_critiques", "read_references"]

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1,
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_CLASSIFIER = "款|个|种|台|本|双|件|支|部|条|只|张|把|盏|套|辆|顶|口|副|盒|瓶|样|项|家(?!店|里|人|具|居)|门(?!店)|篇|间|趟"
_PLACES = re.compile(
    r"\b(?:the )?(?P<en>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)\b(?! (?:time|day|week|of all|thing|name|order|night|year|month|hand|place|aid|class|floor|two|three))"
    r"|\b(?:number|no\.?|option|item|#)\s*(?P<nr>[1-5]|one|two|three|four|five)\b|#\s*(?P<hash>[1-5])\b"
    rf"|(?P<back>倒数)?第\s*(?P<zh>[一二三四五1-5])(?:\s*(?:{_CLASSIFIER}))?(?!次|天|时间)"
    rf"|(?P<zh_last>最后(?:那|一|的)?(?:一)?(?:{_CLASSIFIER}))|(?P<former>前者|\bthe former\b)|(?P<latter>后者|\bthe latter\b)"
)
_ALL = re.compile(
    r"\b(?:both|the first (?:two|three)|all of (?:them|these|those)|these|those|they|them|all (?:two|three|four))\b|这[两二三四几]|那[两二三四几]|[两二](?:款|部|家|门|篇|间|趟)|[两二]个(?!人|月|小时|半)|它们|都"
)
_FOCUS = re.compile(
    rf"\b(?:that|this|it|its)\b(?! (?:day|week|year|month|weekend|summer|winter))(?: one)?|[这那](?:一)?(?:{_CLASSIFIER})|刚才(?:那|的|说)|它(?!们)|这(?:东西|玩意)|^[这那]是|这(?=多少|有|能|怎么|好)"
)

_CRITIQUES: dict[Critique, re.Pattern[str]] = {
    "cheaper": re.compile(
        r"\bcheap(?:er)?\b|\b(?:chepaer|cheeper|chaeper|cheapr|cheper)\b|\binexpensive|\baffordable|\bbudget\b(?! (?:is|of|around|about|under|:|\d))|less (?:expensive|pricey|money)|too (?:expensive|dear|pricey|much)|lower (?:price|budget)|more affordable|more budget|lower[- ]priced|bit pricey|"
        r"太贵|(?:有点|好|挺|真|偏)贵|贵了|(?<!最)便宜(?:一?点|一?些|的)|更便宜|再便宜|实惠(?:一?点|一?些)|价格低|低一?点的?价|买不起|超预算"
    ),
    "dearer": re.compile(
        r"more expensive|pricier|dearer|higher[- ](?:end|priced?)|premium|top of the range|upmarket|better quality|something better|"
        r"贵(?:一?点|一?些)(?!了)|更贵|高端|高档|档次高|好一?点的|更好的|再好一?点|高配|质量好"
    ),
    "similar": re.compile(
        r"\bsimilar|more like|(?<!don't )(?<!not )(?<!didn't )like (?:the|this|that)\b|along the(?:se|ose) lines|类似|[跟和](?:它|这|那|第|刚).{0,5}(?:差不多|像)|差不多的|同类|像(?:第|这|那)|这种类型|同款"
    ),
    "another": re.compile(
        r"(?:another|different|other) (?:brand|make\b|maker)|not (?:this|that) brand|(?:别的|其[他它])(?:牌子|品牌|家的)|换一?个(?:别的)?(?:牌子|品牌)|(?:不要|不想要|不喜欢)这个?(?:牌子|品牌)"
    ),
    "reduced": re.compile(
        r"(?:看看?|有(?:没有|什么|哪些|啥)?|来点|推荐|挑)[^，。？]{0,8}(?:打折|特价|降价|促销|折扣)中?的?(?!.{0,8}(?:退|换|券|保修))|在(?:打折|降价|促销)的"
        r"|(?:what's|what is|what are|show me|see|anything|something|any|ones?) [^,.;]{0,20}(?:on sale|reduced|discounted|on offer|marked down|on special)\b|\b(?:any|what|got) (?:good )?(?:deals|offers|bargains)\b"
    ),
    "more": re.compile(
        r"any(?:thing)? (?:others?|else|more)|other (?:options|ones|choices|models)|show me (?:more|others?|another)|something (?:else|different)|more (?:options|choices)|"
        r"what else|got more|^more\b(?! than)|^others?\b|\banother\b|next\s*$|(?<!没)(?<!没有)别的|其他|其它|还有(?:吗|没|什么|哪些|更|推荐)?|[换下]一?[批个款]|再(?:来|看|推荐|给)|更多"
    ),
}


def read_references(message: str) -> tuple[Reference, ...]:
    """What the message points at, in its own order; "that one" only where no place is named."""
    text = folded(message)
    found = [Reference("place", _place(match)) for match in _PLACES.finditer(text)]
    found = list(dict.fromkeys(found))
    if not found and _ALL.search(text):
        found.append(Reference("all"))
    if not found and _FOCUS.search(text):
        found.append(Reference("focus"))
    return tuple(found)


def _place(match: re.Match[str]) -> int:
    if match["former"]:
        return 1
    if match["latter"]:
        return 2
    if match["zh_last"]:
        return -1
    if match["back"]:
        return -_ORDINALS[match["zh"]]
    return _ORDINALS[match["en"] or match["nr"] or match["hash"] or match["zh"]]


def read_critiques(message: str) -> tuple[Critique, ...]:
    """How the message wants the next offer to differ from the last."""
    text = folded(message)
    return tuple(name for name, pattern in _CRITIQUES.items() if pattern.search(text))
