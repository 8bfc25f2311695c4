"""When a person is called for: what is at stake, what was declined, how often the assistant has failed. Pure rules."""

import re
from typing import Literal

from chatbot.text import folded
from chatbot.values import PlanKind, State, Understanding

__all__ = ["FAILED_OFTEN", "PAUSE", "Stake", "declines", "failures_after", "may_offer", "stake_of", "wants_the_bot"]

Stake = Literal["", "money", "safety"]

FAILED_OFTEN = 2
"""Turns in a row without an answer after which a person is offered."""
PAUSE = 4
"""Turns after a declined offer in which none is made, unless money or safety is at stake."""
_AFTER_NO = r"(?:[，,。.！!\s]*(?:谢谢?(?:您|你|了)?|多谢|你说|您说|继续|thanks?(?: you)?|thx|cheers|i'?m (?:fine|good|ok(?:ay)?)|it'?s (?:fine|ok(?:ay)?)|that'?s (?:fine|ok(?:ay)?)))*\W*"
_DECLINES = re.compile(
    rf"\W*(?:不用|不需要|不必|不要|先不用?|暂时不用|没必要|不麻烦|算了|没事|别转|不转|no|nope|nah|not (?:now|yet|needed|necessary)|no need|never ?mind|don'?t bother|i'?m (?:fine|good|ok(?:ay)?))(?:了|啦|吧|的)?{_AFTER_NO}",
    re.IGNORECASE,
)
"""A plain no to the offer of a person."""
_NO_PERSON = re.compile(
    r"(?:不用|不要|不想|不需要|别|先不|不必|无需|取消)(?:再|给我|帮我|麻烦)?(?:转|找|叫|接)?.{0,3}(?:人工|真人|客服|同事)(?!.{0,6}(?:吗|么|？|\?))"
    r"|\b(?:don'?t|do not|no longer) (?:need|want|fetch|get|call)\b.{0,12}\b(?:person|human|colleague|agent)\b|\bno (?:need for )?(?:a )?(?:person|human|colleague|agent)\b(?: needed)?",
    re.IGNORECASE,
)
_WANTS_BOT = re.compile(
    r"转回(?:小二|机器人)|(?:小二|机器人).{0,3}(?:接着来|回来|继续|来吧)|(?:不等|别等)了|换回(?:小二|机器人)|\bback to (?:xiaoer|the (?:bot|assistant))\b|\bcarry on with (?:xiaoer|the (?:bot|assistant))\b",
    re.IGNORECASE,
)
"""Words that end the wait for a person who does not answer."""
_MISSED = re.compile(
    r"答非所问|(?:没|不)(?:听|看|理解|明白).{0,3}(?:懂|明白|我)|(?:你|您)?(?:根本)?听不懂|我问的(?:不是|是)|不是(?:问|说)这个|说的不是|文不对题|牛头不对马嘴"
    r"|\bnot what i (?:asked|meant|said|want)|\byou (?:don'?t|didn'?t|do not|never|aren'?t) (?:understand|listen|get)|\bthat'?s not (?:it|an answer)\b|\bi (?:already )?(?:asked|said|told you)\b.{0,20}\bnot\b",
    re.IGNORECASE,
)
"""The shopper says that the answer was none."""
_SAFETY = re.compile(
    r"冒[了着]?(?:黑|白|浓|大)?烟(?:了|啦|！|!|，|,|。|$|怎么办|有危险)|(?:在|开始|一直)冒.?烟|(?:着|起)火(?:了|啦|！|!|，|,|。|$)|烧(?:着|起来|坏|糊)了|爆炸了|炸了(?=[，,。！!]|$)|炸(?:裂|开了)|(?<!防)(?<!会)漏电(?!保护)|(?:被|给).{0,3}(?:电到|电了|电击|烫伤|烫到|割伤|划伤|砸伤)|触电了|烫伤了|(?<!防)鼓包|过敏(?:了|反应)|中毒|(?:手|脸|孩子|宝宝).{0,4}受伤"
    r"|\b(?:started|starts?|is|was|began|kept|keeps) (?:to )?smok(?:e|ing)\b|\bsmoke (?:is |was |started |came |coming |pouring )|\b(?:caught|is on|was on|it'?s on) fire\b|\bexplod(?:ed|ing)\b|\bblew up\b|\b(?:electric shock|electrocuted)\b|\bgot a shock\b|\bshock(?:ed)? me\b"
    r"|\bburn(?:ed|t) (?:me|my|his|her|our|the)\b|\b(?:battery|it)(?: is| was|'s)? (?:swollen|swelling|bulging)\b|\bswollen battery\b|\ballergic reaction\b|\bpoison(?:ed|ing)\b|\b(?:cut|injur(?:ed|y)|hurt) (?:my|his|her|our)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"多扣|多收.{0,3}[钱款元块]|重复扣|重复(?:付|支付|收)|扣了?(?:我)?(?:两|2|三|3|好几|多)[次笔遍份]|乱扣|盗刷|扣错|少退|(?:钱|款).{0,4}(?:被骗|不见了)|被骗"
    r"|\b(?:charged|billed|debited|paid)\b.{0,20}\b(?:twice|two times|double|three times|too much)\b|\b(?:double|over)[- ]?(?:charged|billed)\b|\bcharged me (?:wrong|again)|\b(?:fraud|scam(?:med)?|unauthori[sz]ed (?:charge|payment))\b",
    re.IGNORECASE,
)


def stake_of(text: str) -> Stake:
    """What is at stake beside a purchase, by the words of a message: something that has happened, never a question about a feature."""
    return "safety" if _SAFETY.search(text) else "money" if _MONEY.search(text) else ""


def declines(text: str, *, offered: bool) -> bool:
    """Whether a message says no to a person. offered: one was offered in the reply before."""
    return bool(_NO_PERSON.search(text)) or (offered and bool(_DECLINES.fullmatch(text)))


def wants_the_bot(text: str) -> bool:
    """Whether a shopper in a person's hands asks for the assistant again."""
    return bool(_WANTS_BOT.search(text))


def may_offer(state: State) -> bool:
    """Whether a person may be offered: not at once again after the shopper has declined."""
    return not state.declined or state.turn - state.declined > PAUSE


def failures_after(before: State, kind: PlanKind, understanding: Understanding) -> int:
    """Turns in a row that did not help: no answer, nothing that fits, the same message again, or the shopper says so."""
    text = folded(understanding.text)
    again = bool(before.said) and folded(before.said) == text and not understanding.critiques and kind not in ("thanks", "greet", "goodbye", "order")
    return before.failures + 1 if kind in ("no_answer", "nothing_fits") or again or _MISSED.search(text) else 0
