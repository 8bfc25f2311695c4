"""Texts of shops and shoppers without the sentences that address the assistant instead of describing anything.

A sentence with an instruction backs no statement and is not shown to a language model. What is left is still checked:
this is one wall of several.
"""

import re
from dataclasses import replace

from chatbot.phrasing.brief import Brief

__all__ = ["harmless", "purified"]

_SENTENCE = re.compile(r"[^。！？!?;；\n]*?(?:[。！？!?;；\n]|\.(?=\s|$)|$)")
_INSTRUCTION = re.compile(
    r"忽略|无视|系统[:：提消指]|指令|提示词|管理员|开发者模式|你现在是|你是一[个只名]|从现在起|告诉(?:顾客|客户|用户|买家)|回复(?:顾客|客户|用户|买家)|对(?:顾客|客户|用户|买家)说|必须(?:说|推荐|回答)|请(?:说|推荐|回答|回复|输出|务必)"
    r"|口令|暗号|店员注意|客服注意|机器人|助手[:：，,]|角色扮演|越狱|输出你的|内部(?:消息|通知|规定)|(?:所有|全部)(?:商品|东西)(?:都|一律|全)?(?:免费|半价|一折)"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|above|previous|everything|facts?|order)|\bsystem\s*(?::|prompt|message|override|note)|\bassistant\s*[:,]|\byou are (?:now|no longer|a)\b"
    r"|\b(?:as an?|in) (?:admin|administrator|developer|debug)|\bdeveloper mode\b|\b(?:tell|inform|assure|say to) (?:the |all |every |your )?(?:customer|shopper|buyer|user|client)s?\b|\bnote to (?:the )?(?:ai|bot|assistant|staff)"
    r"|\b(?:ai|bot|llm|model|chatbot)s?\b.{0,20}\b(?:must|should|reading|note)|\bjailbreak\b|\breveal your\b|\brepeat after me\b|\bact as\b|\bpretend\b|\bnew (?:rule|policy|instruction)s?\s*:|\bprint (?:your|the)\b|\binstructions?\s*:",
    re.IGNORECASE,
)


def harmless(text: str) -> str:
    """`text` without its sentences that give instructions."""
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
