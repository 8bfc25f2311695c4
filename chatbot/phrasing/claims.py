"""What a sentence claims beyond names and figures: promises, stock, dates, popularity, effects, offers, contacts. Facts must back it."""

import re

from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.mentions import Mentions
from chatbot.text import folded

__all__ = ["opening_claim", "unbacked_promise", "unbacked_superlative", "wrong_claim"]

_PROMISES = re.compile(
    r"免费|包邮|包退|包换|保修|保证|质保|赠送|送货|送您|退款|退货|退换|换货|优惠券|打折|折扣|特价|满减|积分|当天到|次日|发货|三包|假一赔|分期|无理由|终身|永久|承诺|送到|上门|安装"
    r"|(?<!-)(?<![a-z] )\bfree\b(?![ -]standing)|\b(?:for|is|are|it\'s|delivery|shipping|postage|gift|returns?|repairs?|and|be|come|comes|get|a|the|with|all|your|you) free\b|\bwarrant|\bguarante|\brefund|\breturn(?:s|ed|able)?\b|\bdiscount|\bcoupon|\bvoucher|\bdeliver|\bshipping\b|\bships?\b|\bgift\b|\bpromis|\bmoney back"
    r"|\blifetime\b|\binstal|% off|\bcomplimentary\b|(?:delivery|shipping|postage|it|this)(?:\'s| is) on us\b|\bon the house\b|\bprice match"
)
_OFFERS = frozenset({"gift", "发货"})
"""Words that promise nothing where the customer has used them first: a gift for someone."""
_DATES = re.compile(
    r"今天|明天|后天|今晚|本周|这周|下周|周[一二三四五六日末]|星期[一二三四五六日]|月底|下个?月|工作日|节前"
    r"|\b(?:today|tomorrow|tonight|this week|next week|next month|the weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|same[- ]day|next[- ]day"
    r"|(?:business|working) days?|january|february|april|june|july|august|september|october|november|december)\b"
)
_IN_STOCK = re.compile(r"有货|现货|\bin stock\b|\bavailable now\b|\bready to ship\b")
_OUT_OF_STOCK = re.compile(r"没货|缺货|无货|售罄|断货|卖完|\bout of stock\b|\bsold out\b|\bunavailable\b")
_STOCK = re.compile(r"货|\bstock\b|\bavailable\b|\bhave (?:it|any|one)\b")
_SCARCE = re.compile(
    r"仅剩|只剩|就剩|最后[一几\d]|限量|抢购|补货|到货|\bonly \d+ left\b|\bleft in stock\b|\bjust (?:one|two|\d+) .{0,40}\bleft\b|\bplenty of (?:them|stock)\b|\blast (?:one|few|piece|copy|pair)|\blimited\b|\bselling fast\b|\bback in stock\b|\bwhile (?:stocks|they) last\b"
)
_SUPERLATIVES = re.compile(
    r"最(?:便宜|贵|轻|重|大(?!限)|小|高(?!到|可)|低|长|短|快|慢|好(?:的|用|看|吃|喝|卖|听)|新|薄|厚|亮|静|安静|吵|强|热|畅销|受欢迎|实惠|划算|值|省|耐|舒服|专业|先进|优|结实|适合|多人)"
    r"|全网|第一名|唯一|爆款|人气"
    r"|\b(?:cheapest|lightest|best(?! to\b| if\b| of luck)|biggest|smallest|fastest|longest|strongest|thinnest|largest|lowest|highest|brightest|quietest|loudest|finest|toughest|softest|warmest|newest|oldest|earliest|rarest|simplest"
    r"|top[- ](?:selling|rated|quality|notch|tier)|number one|(?<!at )(?:most|least) (?!\d|at\b|of\b|about\b|for\b|in\b|to\b|people\b|if\b|when\b|sense\b)\w+)\b"
)
_CART = re.compile(r"购物车|下单成功|\b(?:in|into|to) (?:your|the) (?:cart|basket)\b")
_TALK = ("chitchat", "greet", "thanks", "goodbye")
"""Kinds in which a day is small talk and no promise."""
_REFUSING = ("no_answer", "out_of_scope", "handoff", "complaint")
"""Kinds that name what is not given."""
_HYPE = re.compile(
    r"都说好|都爱|都在用|都在买|好评|口碑|热卖|热销|畅销|爆款|爆卖|回头客|卖得最|人气|网红|大牌|获奖|得过奖|(?:手|友|家|人|士)的?首选|闭眼|必备|必买|神器"
    r"|\b(?:much|well|widely|best)[- ]loved\b|\b(?:customers?|everyone|people|shoppers|buyers) (?:love|rave|swear|adore|prefer|favou?r)|\bask(?:s|ed)? us for\b|\bmost asked\b|\bbest[- ]?sell|\bwe sell (?:most|more)|\bpopular\b|\bfavou?rites?\b|\baward|\bmust[- ]have\b|\bacclaimed\b|\brenowned\b"
)
_EFFECT = re.compile(
    r"能治|治愈|根治|治好|预防|缓解|停药|见效|显效|速效|改善|增强|提高免疫|排毒|降(?:血)?[压糖脂]|\b(?:cures?|heals?|prevents?|relieves?|treats?|boosts?|improves?|stops? (?!at|in|it|by|for|the music)\w+)\b"
)
"""What a thing is said to do for a body: a shop's promise or none."""
_OFFER = re.compile(
    r"(?:口令|暗号|优惠码|兑换码|券码)|限时|立减|秒杀|半价|[一二两三四五六七八九\d]折(?!叠|起|痕)|\b(?:with|use|using) (?:the )?code\b|\byours for (?:just|only|[¥$€£\d])|\bno (?:extra )?charge\b|\bhalf that\b|\bhalf the price\b|\b(?:third|half|quarter) (?:off|price)\b|\bon sale\b|\bvoucher"
    r"|\bsend it back at any time\b|\bapproved by\b|\bcertified\b|假货|会爆炸"
)
_CONTACT = re.compile(r"微信|\bvx\b|加我|扫码|公众号|\bwhatsapp\b|\btelegram\b|(?<![\d.])\d{3,4}[- ]\d{3,4}(?:[- ]\d{2,4})?(?![\d.])|1[3-9]\d{9}")
_EACH = re.compile(
    r"每(?:[张盒片粒根只滴瓶条支包套份本次月年天斤克升米]|[件台双](?!\s*[¥$€£]?\s*\d))|\b(?:per|each) (?:box|pack|piece|pair|bottle|month|year|day|week|night|person|sheet|tablet|gram|board|serving)\b"
)
_NO = re.compile(r"没有|没|不|无|\bno\b|\bnot\b|n't\b|\bnone\b|\binstead\b|\bother than\b|\brather than\b|\bwithout\b|\boutside\b|换|别的|其他")


def unbacked_promise(text: str, facts: Facts) -> str:
    """A promise that is in no fact, "" where there is none."""
    return _unbacked(_PROMISES, text, facts.text, "a promise", _offered(facts, text))


def unbacked_superlative(text: str, facts: Facts, proved: frozenset[str] = frozenset()) -> str:
    """A superlative that is in no fact. proved: those that were worked out."""
    return _unbacked(_SUPERLATIVES, text, facts.text, "a superlative", proved)


def wrong_claim(mentions: Mentions, facts: Facts) -> str:
    """Any other claim that nothing bears out, "" where there is none."""
    text, known = mentions.masked, facts.known
    return (
        _wrong_stock(mentions, facts)
        or _wrong_cart(text, facts)
        or (_unbacked(_DATES, text, known, "a date") if facts.brief.kind not in _TALK else "")
        or _unbacked(_HYPE, text, known, "a popularity")
        or _unbacked(_OFFER, text, facts.text, "an offer")
        or _unbacked(_EFFECT, text, facts.text, "an effect")
        or _unbacked(_CONTACT, text, facts.text, "a contact")
        or _unbacked(_EACH, text, known, "a share")
        or _unsold(text, facts)
    )


def opening_claim(text: str, known: str, wished: str) -> str:
    """A claim in the words that open a reply. known: what the customer said and wishes; wished: the wishes alone. All folded."""
    return (
        _unbacked(_PROMISES, text, wished, "a promise", frozenset(word for word in _OFFERS if word in known))
        or _unbacked(_OFFER, text, wished, "an offer")
        or _unbacked(_EFFECT, text, wished, "an effect")
        or _unbacked(_HYPE, text, wished, "a popularity")
        or _unbacked(_SUPERLATIVES, text, known, "a superlative")
        or _unbacked(_DATES, text, known, "a date")
        or _unbacked(_CONTACT, text, "", "a contact")
        or _unbacked(_SCARCE, text, known, "a stock")
        or _unbacked(_CART, text, "", "a deed")
    )


def _offered(facts: Facts, text: str) -> frozenset[str]:
    """Words of promises that are the customer's own and promise nothing: a gift for someone, what is refused or not known."""
    words = {word for word in _OFFERS if word in facts.said}
    if facts.brief.kind in _REFUSING and _NO.search(text):
        words |= {match[0] for match in _PROMISES.finditer(facts.said)} | {"promis", "discount", "折扣", "优惠券"}
    return frozenset(words)


def _unbacked(pattern: re.Pattern[str], text: str, allowed: str, what: str, excused: frozenset[str] = frozenset()) -> str:
    for match in pattern.finditer(text):
        if match[0] not in allowed and not any(word in match[0] or match[0] in word for word in excused):
            return f"{what} that is in no fact: {match[0]}"
    return ""


def _wrong_stock(mentions: Mentions, facts: Facts) -> str:
    """Something said of the stock that the facts do not bear out."""
    text = mentions.masked
    for pattern, wanted in ((_IN_STOCK, True), (_OUT_OF_STOCK, False)):
        for match in pattern.finditer(text):
            owner = mentions.owner(match.start()) or next(iter(facts.products), None)
            asked = bool(_STOCK.search(facts.said)) or facts.brief.kind == "choose" or not wanted
            if match[0] not in facts.text and (owner is None or owner.in_stock is not wanted or not asked):
                return f"the stock is not so: {match[0]}"
    if (scarce := _SCARCE.search(text)) and scarce[0] not in facts.text and facts.brief.note != "all_left":
        return f"the stock is in no fact: {scarce[0]}"
    return ""


def _wrong_cart(text: str, facts: Facts) -> str:
    """Something said to be in the basket that is not."""
    put = _CART.search(text)
    brief = facts.brief
    held = brief.kind == "choose" and bool(brief.products) and brief.products[0].in_stock
    told = put and put[0] in folded(brief.answer)
    return f"nothing was put there: {put[0]}" if put and not held and not told and not _NO.search(text) else ""


def _unsold(text: str, facts: Facts) -> str:
    """A brand that the shop does not carry, spoken of as if it did."""
    brand = folded(facts.brief.unknown_brand)
    return f"the shop has no {facts.brief.unknown_brand}" if brand and brand in text and not _NO.search(text) else ""
