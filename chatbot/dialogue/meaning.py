"""What a message means in this conversation: the head's intent, corrected where what was said before decides. Pure rules.

The head sees one message. A bare price goes on with a need; a product named with a question is a question about it;
what is refused, put off or only asked about does not go into the cart; a strong answer in the documents beats an unsure guess.
"""

import re

from chatbot.dialogue.blank import asks_for_anything
from chatbot.dialogue.order_grammar import Heard
from chatbot.dialogue.ordering import concerns
from chatbot.dialogue.people import declines, stake_of
from chatbot.text import folded
from chatbot.values import IntentName, State, Understanding

__all__ = ["ANSWERED", "MOSTLY_BOUNDS", "TAUGHT", "TELLING", "meaning"]

TELLING = 0.34
"""Detail from which a message adds words to the need; a bare price or "cheaper" only adds a constraint."""
MOSTLY_BOUNDS = 0.67
"""Detail up to which a message with conditions counts as nothing but conditions."""
SURE, FAIRLY_SURE, UNSURE = 0.9, 0.75, 0.6
"""Confidences of the head; on held-out families it is right in 0.95, 0.92 and 0.89 of the cases above them."""
KIND = 0.3
"""Probability of the likeliest kind of thing from which words that name none still point at one."""
ANSWERED, LIKELY_ANSWERED = 0.9, 0.75
"""Probability that the documents answer a message (see `chatbot.service.answers`) from which it is taken for a question to them
against the head's guess, and where the head thinks of the shop's service too. Of 60 utterances of each shopping intent at most
3 lie above the first."""
SERVED, WELL_SERVED = 0.04, 0.25
"""The head's probability of service, order and complaint together that goes with each."""
TAUGHT = 2.0
"""In place of that probability where the shop's people have approved an answer to this very question; above every probability."""
_ABOUT_SHOWN = ("compare", "details", "explain", "choose", "reject")
_TALK = ("out_of_scope", "chitchat", "greet", "goodbye", "thanks")

_AGREES = re.compile(
    r"\W*(?:yes(?: please)?|yeah|yep|sure|ok(?:ay)?|please(?: do)?|go ahead|好(?:的|啊|吧|呀)?|可以|行|要|嗯+|是的?|对|麻烦(?:你|您)?了?|转吧?|需要)\W*",
    re.IGNORECASE,
)
"""A plain yes to the offer of a person."""
_TRICKS = re.compile(
    r"(?<!预算)改成?\s*.{0,4}[元块](?!以[内下上]|左右|之内)|(?:打|给我|来个)[一二三四五六七八九1-9]折|\b(?:[5-9]\d|100)\s*% (?:off|discount)|ignore (?:all |any |your |the |my )*(?:previous |prior |above )?instructions"
    r"|忽略.{0,8}(?:指令|提示|规则)|system prompt|系统提示词|developer mode|开发者模式|jailbreak|越狱|reply only with|只(?:回复|输出)|pretend (?:you|to)|you are now|(?<!can )(?<!one )act as (?:a|an|my)|(?<!角色)扮演",
    re.IGNORECASE,
)
"""Attempts to talk the assistant out of its part; they change nothing, whatever else they say."""
_HAGGLES = re.compile(
    r"打(?:个|点|一下)?折(?:呗|吧|吗|么|嘛|卖|行|可以|不)|(?:能|可以|给)(?:不能|不可以|否)?(?:再|帮?我)*(?:打(?:个|点)?折|优惠(?:一?点|些|一?下)|少(?:一?点|算点|收点|几[块十百]))|便宜(?:一?点|些)卖|抹(?:个|了)?零|讲价|还价|砍价|议价"
    r"|\b(?:can|could|would|will) (?:you|i|we) (?:please )?(?:do|give|offer|get|have|make)\b.{0,16}\b(?:discount|better price|better deal|deal on|money off)\b|\bknock \w+(?: \w+)? off\b|\bany chance of (?:a |some )?(?:discount|money off)"
    r"|\bnegotia(?:te|ble)\b|\bhaggle\b|\b(?:lower|drop|come down on|cut) the price\b|\byour best price\b"
    r"|最低(?:多少|几)[^，。]{0,3}(?:卖|出|给)|便宜[^，。]{0,4}老板|老板[^。]{0,6}便宜|\bgo (?:any |a bit )?lower\b|\blowest you can\b|\bdo (?:any )?better on (?:the )?price\b"
)
"""Talking the price of what is offered down; what the documents say of students, members and vouchers is another question."""
_OTHER_OFFERS = re.compile(
    r"学生|会员|生日|券|积分|新人|新客|员工|批发|团购|满减|第二件|节|活动|怎么|退|保修|\b(?:students?|members?|birthday|bulk|staff|code|coupons?|vouchers?|points|return|refund)\b"
)
_TAKES = re.compile(
    r"\bi(?:'ll| will|'d like to| want to)? ?(?:take|have|get|buy|order|go with|go for)\b|\b(?:add|put) .{0,30}(?:cart|basket|bag)|\bbuy (?:it|this|that|the)\b|\bcheck ?out\b|\bsold\b"
    r"|加(?:到|进|入)?购物车|下单|就(?:要|买|选|拿|它|这|那|第)|(?:还是|那就?|给我)(?:要|买|拿|来)|买(?:它|这|那|第)|^要(?!不)|我(?:要|买)(?:它|这|那|第)|付款吧|结账",
    re.IGNORECASE,
)
"""Words of taking."""
_INTO_CART = re.compile(
    r"[把将].{1,16}(?:加|放).{0,4}购物车|\b(?:can|could|would|will) you (?:please )?(?:add|put) .{0,30}(?:cart|basket|bag)", re.IGNORECASE
)
"""A wish put as a polite question to the assistant: 可以把第一款加购物车吗. Whether the shopper may (第二款可以加购物车吗) is only asked."""
_REFUSES = re.compile(
    r"(?:不|别|没|未|暂时|怎么|如何|多久)[^，。,.!?！？就]{0,4}(?:买|要|下单|加|拿|选|付款|结账)|(?:下单|付款|买|拿)(?:后|之后|了以后|前|之前)"
    r"|\b(?:don't|do not|won't|will not|wouldn't|not|never|can't|cannot)\b[^,.;!?]{0,20}\b(?:take|have|get|buy|order|add|put|check ?out)\b"
    r"|\bhow (?:do|can|long|soon)\b|\bwhen (?:do|does|will|would|can)\b|\bi (?:have|get|got)\b|\b(?:take|have|get|buy|order|go with|go for)(?: me)? (?:a|an|some|another|something)\b",
    re.IGNORECASE,
)
"""Words of taking that take nothing: refused, put off, asked about, or of something not yet shown."""
_WHICH = re.compile(
    r"\bwhich (?:one |of (?:them|these|those|the two) )?(?:is|has|would|looks|lasts|weighs|costs)\b|哪[一]?[个款台双本种](?:更|比较|最|好|便宜|轻|大|值|划算|合适|耐|续航)"
    r"|最.{1,3}的是哪|哪[个款]最",
    re.IGNORECASE,
)
"""A question between the items shown."""
_ASKS = re.compile(
    r"[?？]|[吗么呢]\W*$|多少|多大|多重|多高|什么|怎么样|如何|几[个款种寸瓦升]|\b(?:what|how|does|is|are|can|has|which)\b", re.IGNORECASE
)
_NUMBER_ALONE = re.compile(r"\W*(?:订单号?|order(?: number)?|no\.?)?\W*[a-z]{0,3}\d{7,}\W*")
"""Nothing but a long number: an order's."""
_THANKS = re.compile(r"\bthank|\bthx\b|\bcheers\b|谢", re.IGNORECASE)
_SELLS = re.compile(r"\b(?:do you|d'you) (?:have|sell|stock|carry)\b|\bgot any\b|有没有|有.{1,8}卖|卖.{1,8}吗", re.IGNORECASE)
_ONE_MORE = re.compile(
    r"^\W*(?:and|also|now|plus|then)\b.{0,20}?\b(?:an?|some|new)\b|再(?:来|要|买|给我)|还(?:想|需)?要|也(?:想)?[要买]", re.IGNORECASE
)
"""Another thing beside the one under way, with a need of its own: "and a notebook computer"."""
_ONE = re.compile(r"\bone\b|[那这][个款台本双]|的那")
_MORE = re.compile(r"\b(?:and|what about|how about)\b|呢\W*$", re.IGNORECASE)


def meaning(state: State, understanding: Understanding, items: tuple[str, ...], heard: Heard | None = None) -> IntentName:
    """The intent of a message that points at `items`. heard: what it says of an order, None where the shop's orders cannot be reached."""
    words, text = understanding, folded(understanding.text)
    if state.offered_human and _AGREES.fullmatch(understanding.text):
        return "human"
    if declines(understanding.text, offered=state.offered_human):
        return "thanks"
    if heard and concerns(state.order, heard) and not _TRICKS.search(text):
        return "order"
    if words.foreign:
        return words.intent
    if _NUMBER_ALONE.fullmatch(text):
        return "order"
    if _HAGGLES.search(text) and not _OTHER_OFFERS.search(text):
        return "out_of_scope"
    if _TRICKS.search(text):
        return "out_of_scope"
    if asks_for_anything(words):
        return "recommend"
    if words.answerable >= TAUGHT:
        return "service"
    if words.intent not in ("complaint", "human") and stake_of(words.text):
        return "complaint"
    if words.intent == "goodbye" and words.confidence < FAIRLY_SURE and not state.last and _THANKS.search(text):
        return "thanks"  # "thanks, just looking" ends nothing
    return _of_items(state, words, text, items) or _of_the_shop(state, words) or _of_needs(state, words) or words.intent


def _of_items(state: State, words: Understanding, text: str, items: tuple[str, ...]) -> IntentName | None:
    """Meanings that hang on items shown or named."""
    intent = words.intent
    named = [reference for reference in words.references if reference.kind == "item"]
    refuses = bool(_REFUSES.search(text))
    takes = bool(_TAKES.search(text)) and not refuses
    if intent == "choose" and not takes and any(not one.past or not _ONE.search(text) for one in words.comparatives):
        return "refine"  # "the cheapest one", "the sleeping bag warmer" ask to see it, "the lighter one" takes it
    if intent == "choose" and refuses:
        return "refine" if words.criticises else "details"
    if len(items) == 1 and ((takes and not _ASKS.search(text)) or (_INTO_CART.search(text) and not refuses)):
        return "choose"
    if named and "similar" not in words.critiques and intent in ("recommend", "refine", "greet", "out_of_scope", "chitchat", "choose"):
        return "compare" if len(items) > 1 else "details"
    if not state.last and not state.focus:
        return None
    kinds = {state.constraints.category, *(need.constraints.category for need in state.beside)} if state.beside else set()
    if _MORE.search(text) and words.constraints.category in kinds and intent not in ("choose", "compare", "service", "order"):
        return "refine"  # "and the mouse?" goes on with the other need
    unsure = words.confidence < SURE or (intent == "compare" and len(items) < 2)
    if words.comparatives and intent in ("details", "explain", "compare", *_TALK) and unsure and not _ASKS.search(text):
        return "refine"
    if "another" in words.critiques and intent in ("details", "explain", "compare", *_TALK):
        return "refine"
    if (
        len(state.last) > 1
        and intent not in ("compare", "explain", "choose")
        and words.confidence < SURE
        and not words.topics
        and _WHICH.search(text)
    ):
        return "compare"
    if len(items) == 1 and _MORE.search(text) and words.confidence < FAIRLY_SURE and intent in ("choose", "recommend", "refine", "out_of_scope"):
        return "details"
    if intent == "choose" and words.confidence < UNSURE and not takes and not items:
        return "refine"
    if intent == "service" and words.confidence < UNSURE and len(items) == 1 and words.asked and words.references:
        return "details"  # "so what does it cost now?"
    asks = words.asked and _ASKS.search(text) and words.detail < 1.0
    if (
        asks
        and not words.topics
        and not words.constraints.attributes
        and words.confidence < FAIRLY_SURE
        and intent in ("recommend", "refine", *_TALK)
    ):
        return "details"
    return None


def _of_needs(state: State, words: Understanding) -> IntentName | None:
    """Meanings that hang on the need under way, or on a new one."""
    intent = words.intent
    under_way = bool(state.need or state.last or state.focus)
    conditions = bool(words.constraints.without("category").named() or words.lifted or words.soft)
    wishes = bool(words.topics or conditions or words.unknown_brand)
    another_kind = bool(words.topics) and words.constraints.category != state.constraints.category
    shopping = words.intents.get("recommend", 0.0) + words.intents.get("refine", 0.0)
    if under_way and words.lifted and not words.topics and intent in ("reject", "service", *_TALK):
        return "refine"  # "I don't care about the brand" refuses nothing that was shown
    if intent in _ABOUT_SHOWN and not words.references and another_kind and words.confidence < SURE:
        return "recommend"
    if intent in _ABOUT_SHOWN and not state.last and not state.focus and not any(reference.kind == "item" for reference in words.references):
        return "recommend" if wishes else None
    if words.unknown_brand and intent in ("service", "details", *_TALK) and words.confidence < FAIRLY_SURE:
        return "refine" if under_way and not words.topics else "recommend"
    if words.lifted and under_way and intent in ("reject", *_TALK) and words.confidence < SURE:
        return "refine"
    if words.corrects and under_way and intent in ("recommend", "refine", *_TALK):
        return "refine"
    if "reduced" in words.critiques and intent in ("service", "details", "compare", "order", "human", *_TALK):
        return "refine" if under_way and not words.topics else "recommend"
    if intent in ("service", "details") and "cheaper" in words.critiques and not words.topics and words.detail < TELLING:
        return "refine" if under_way else "out_of_scope"  # 能便宜点吗 before anything was shown is haggling
    if (intent == "refine" and not under_way) or intent == "recommend":
        empty = not wishes and not words.criticises and words.detail >= TELLING and words.confidence < UNSURE and not _points_at_a_kind(words)
        if empty:  # an unsure guess at shopping that names nothing to shop for
            return max(
                (one for one in words.intents if one not in ("recommend", "refine", *_ABOUT_SHOWN)),
                key=lambda one: words.intents[one],
                default=intent,
            )
    if intent == "refine" and (not under_way or (another_kind and _ONE_MORE.search(words.text))):
        return "recommend"
    if (
        intent == "recommend"
        and under_way
        and not words.topics
        and not words.unknown_brand
        and (words.criticises or (conditions and words.detail < MOSTLY_BOUNDS))
    ):
        return "refine"
    if words.topics and words.constraints.price_max is not None and intent in ("service", *_TALK) and words.confidence < SURE:
        return "recommend"  # a kind with a price is a need, whatever stands around it
    if (
        wishes
        and intent in ("service", "order", *_TALK)
        and (shopping >= 0.25 or (under_way and not words.topics and intent != "service"))
        and words.confidence < UNSURE
    ):
        return "refine" if under_way and not words.topics else "recommend"
    if intent in _TALK and words.confidence < FAIRLY_SURE and words.detail >= TELLING and _SELLS.search(words.text):
        return "recommend"
    if intent in _TALK and under_way and words.criticises and words.confidence < UNSURE:
        return "refine"
    return None


def _points_at_a_kind(words: Understanding) -> bool:
    return bool(words.interests) and words.interests[0].probability >= KIND


def _of_the_shop(state: State, words: Understanding) -> IntentName | None:
    """A question that the documents plainly answer is one of service, where the head is unsure."""
    shown = bool(state.last or state.focus)
    unsure_order = words.intent == "order" and words.confidence < FAIRLY_SURE
    about_shown = words.intent in ("refine", *_ABOUT_SHOWN) and not (shown and (words.intent != "details" or words.references))
    elsewhere = unsure_order or words.intent in ("service", "recommend", "human", *_TALK) or about_shown
    served = words.intents.get("service", 0.0) + words.intents.get("order", 0.0) + words.intents.get("complaint", 0.0)
    plainly = words.answerable >= ANSWERED and served >= SERVED
    likely = words.answerable >= LIKELY_ANSWERED and served >= WELL_SERVED
    bare_critique = words.criticises and words.detail < TELLING and bool(state.last)  # "cheaper" asks nothing of the shop
    if (
        elsewhere
        and not bare_critique
        and (plainly or likely)
        and words.confidence < SURE
        and (words.constraints.price_max is None or words.intent == "service")
    ):
        return "service"
    return None
