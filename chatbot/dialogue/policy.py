"""State + intent → Plan: what the reply will do. Pure rules, so that an owner can read why the bot did what it did."""

import re
from dataclasses import replace

from chatbot.dialogue.meaning import TELLING
from chatbot.dialogue.state import Step
from chatbot.values import IntentName, Plan, PlanKind, State, Understanding

__all__ = ["decide"]

_TALK: dict[IntentName, PlanKind] = {
    "service": "answer", "order": "order", "complaint": "complaint", "human": "handoff", "greet": "greet",
    "thanks": "thanks", "goodbye": "goodbye", "chitchat": "chitchat", "out_of_scope": "out_of_scope",
}  # fmt: skip


_HAGGLING = re.compile(
    r"discount|better (?:price|deal)|knock|negotia|haggle|best price|the price|money off|抹|讲价|还价|砍价|议价|便宜.{0,2}卖|最低|老板|lower|better on|lowest|少(?:点|一点|算|收|几)|\d\s*% off|coupon|free of charge|for free|half price|price to|打.{0,2}折|折扣|优惠|免单|白送|半价|改成?.{0,4}[元块]|一分钱|[一二三四五六七八九1-9]折",
    re.IGNORECASE,
)
"""Attempts to talk the price down get the answer that prices are fixed, whatever else the message says."""
_IDENTITY = re.compile(
    r"机器人|真人|人工智能|智能客服|程序|你是谁|你叫|名字|哪个公司|谁做的|谁开发|\b(?:ro)?bot\b|\bhuman\b|\bai\b|real person|who (?:are|made|built|created)|your name|what are you",
    re.IGNORECASE,
)
_FEELINGS = re.compile(r"how (?:are|r) (?:you|u)|how's it going|how do you do|what's up|你好吗|最近怎么样|吃了吗|忙不忙|累不累|辛苦", re.IGNORECASE)


def decide(step: Step, understanding: Understanding) -> Plan:
    """The plan for one turn."""
    state, intent, items = step.state, step.intent, step.items
    if understanding.foreign and intent == "out_of_scope":
        return Plan(kind="out_of_scope", note="language")
    if intent == "thanks" and state.declined == state.turn:
        return Plan(kind="thanks", note="declined")
    if intent in _TALK:
        return Plan(kind=_TALK[intent], note=_nuance(intent, understanding))
    if intent in ("recommend", "refine"):
        return Plan(kind="recommend", items=items if "similar" in understanding.critiques else ())
    if intent == "reject":
        return Plan(kind="recommend", note="rejected") if state.need else Plan(kind="ask", question="what_for")
    if not (state.last or state.focus or items):
        # "is it waterproof?" before anything was shown may still be a question of policy
        return Plan(kind="answer") if intent == "details" else Plan(kind="ask", question="what_for")
    if intent == "compare":
        return replace(_compare(state, items), asked=understanding.asked)
    if intent == "details":
        # "and the second?" asks of the second what was asked of the first
        asked = understanding.asked or (state.asked if items and understanding.detail < TELLING else ())
        return Plan(kind="details", items=items or state.focus[:1] or state.last[:1], asked=asked)
    if intent == "explain":
        return Plan(kind="explain", items=items or state.focus[:1] or state.last[:1])
    chosen = items or (state.focus if len(state.focus) == 1 else ()) or (state.last if len(state.last) == 1 else ())
    if len(chosen) == 1:
        return Plan(kind="choose", items=chosen)
    return Plan(kind="ask", question="which_item", items=state.last)


def _nuance(intent: IntentName, understanding: Understanding) -> str:
    if intent == "out_of_scope" and (_HAGGLING.search(understanding.text) or "cheaper" in understanding.critiques):
        return "discount"
    if intent == "chitchat":
        return "identity" if _IDENTITY.search(understanding.text) else "feelings" if _FEELINGS.search(understanding.text) else ""
    return ""


def _compare(state: State, items: tuple[str, ...]) -> Plan:
    """Two or more: those named, else what is under discussion and what is named, else the first two shown."""
    if len(items) < 2:
        others = (*items, *(name for name in state.focus if name not in items), *(name for name in state.last if name not in items))
        items = tuple(dict.fromkeys(others))[:2]
    return Plan(kind="compare", items=items) if len(items) >= 2 else Plan(kind="details", items=items)
