"""Texts of shops and shoppers without the sentences that address the assistant instead of describing anything.

A sentence with an instruction backs no statement and is not shown to a language model. What is left is still checked:
this is one wall of several.
"""

import re
import unicodedata
from dataclasses import replace

from chatbot.phrasing.brief import Brief

__all__ = ["harmless", "purified"]

_TURN = re.compile(r"<\|?\w+_\w+\|?>|\[/?INST\]|</?s>|^\s*#{2,}\s*(?:system|user|assistant|instruction)", re.IGNORECASE | re.MULTILINE)
"""Marks by which models tell whose turn it is; what stands behind one was written for a model."""
_HIDDEN = ("Cf", "Co", "Cn")
"""Unicode categories of characters that nobody sees: zero-width ones, marks of direction, tags."""
_SENTENCE = re.compile(r"[^。！？!?;；\n]*?(?:[。！？!?;；\n]|\.(?=\s|$)|$)")
_INSTRUCTION = re.compile(
    r"忽略|无视|(?:AI|智能客服|客服|大模型)\s*(?:请|须|应|必须|注意|要说|一律)|请\s*(?:AI|智能客服|客服|机器人|大模型)|请注意】|改说|说成|(?:答复|回复|回答)(?:里|中|时)(?:写|加|注明|附|说)|系统[:：提消指]|指令|提示词|管理员|开发者模式|你现在是|你是一[个只名]|从现在起|告诉(?:顾客|客户|用户|买家)|回复(?:顾客|客户|用户|买家)|对(?:顾客|客户|用户|买家)说|必须(?:说|推荐|回答)|请(?:说|推荐|回答|回复|输出|务必)"
    r"|口令|暗号|店员注意|客服注意|机器人|助手[:：，,]|角色扮演|店员备注|备注[:：]|口径|复述|末尾(?:补充|加上)|补充[“”]|顺带(?:知道|提)|能自然带|介绍时.{0,8}(?:放|说|写)|放最前面|照.{1,6}话|原样(?:发|输出|复述)|当作(?:规则|指令)|^\s*(?:用户|顾客|客服\w{0,3}|助手|店员|系统)\s*[:：]|越狱|输出你的|内部(?:消息|通知|规定)|(?:所有|全部)(?:商品|东西)(?:都|一律|全)?(?:免费|半价|一折)"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|above|previous|everything|facts?|order)|\bsystem\s*(?::|prompt|message|override|note)|\bassistant\s*[:,]|\byou are (?:now|no longer|a)\b"
    r"|\b(?:as an?|in) (?:admin|administrator|developer|debug)|\bdeveloper mode\b|\b(?:tell|inform|assure|say to) (?:the |all |every |your )?(?:customer|shopper|buyer|user|client)s?\b|\bnote to (?:the )?(?:ai|bot|assistant|staff)"
    r"|\b(?:ai|bot|llm|model|chatbot)s?\b.{0,20}\b(?:must|should|reading|note)|\b(?:chat)?bots?\s*[:,]|\b(?:chat)?bots? (?:please|claim|say|mention|tell)|\bnote to (?:\w+ )?(?:chat)?bots?\b|\bsay (?:that |the |it |you )|\bjailbreak\b|\breveal your\b|\b(?:anyone|whoever) describing\b|\bcould (?:also )?mention\b|\b(?:in|into|of|with) (?:the|your|every|each|any|all) (?:answer|repl|response|chat)|\bthe (?:answer|reply|response)s? (?:should|must|is|are|has|have)\b|\b(?:be )?echoed\b|\bword for word\b|\bverbatim\b|\bfrom now on\b|\bsupersedes\b|\bstaff note\b|\brender\b|!\[|\]\(|<\s*(?:script|img|iframe|a)\b|^\s*(?:user|customer|assistant|agent|bot|human|ai|system)\s*:|\brepeat after me\b|\bact as\b|\bpretend\b|\bnew (?:rule|policy|instruction)s?\s*:|\bprint (?:your|the)\b|\binstructions?\s*:",
    re.IGNORECASE | re.MULTILINE,
)


def harmless(text: str) -> str:
    """`text` without hidden characters and without its sentences that give instructions."""
    text = _TURN.split("".join(char for char in text if unicodedata.category(char) not in _HIDDEN))[0]
    if not _INSTRUCTION.search(text):
        return text
    return "".join(match[0] for match in _SENTENCE.finditer(text) if match[0] and not _INSTRUCTION.search(match[0])).strip()


def purified(brief: Brief) -> Brief:
    """`brief` with harmless texts of the shop. The customer's own words stay as they are."""
    return replace(
        brief,
        descriptions={identity: harmless(text) for identity, text in brief.descriptions.items()},
        points={identity: tuple(filter(None, map(harmless, points))) for identity, points in brief.points.items()},
        answer=harmless(brief.answer),
    )
