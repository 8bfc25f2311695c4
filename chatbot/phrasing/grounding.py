"""The grounding check: whether a sentence says only what its facts say. Says why not, in a few words.

Names are checked here with promises, stock and dates; numbers by `figures`, attributes by `attributions`, comparisons by
`comparisons`, policies by `quoting`, and whether words come from anywhere at all by `provenance`. Pure apart from the
catalogue's names it is made with.
"""

import re

from chatbot.phrasing.attributions import wrong_attribute
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.comparisons import wrong_comparison
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.figures import wrong_number
from chatbot.phrasing.mentions import Mentions
from chatbot.phrasing.naming import wrong_name
from chatbot.phrasing.plain_words import PLAIN_ENGLISH
from chatbot.phrasing.provenance import stray_words
from chatbot.phrasing.quoting import departure, turned
from chatbot.phrasing.untrusted import harmless
from chatbot.shop.catalogue import Catalogue
from chatbot.text import folded, han_share, is_han

__all__ = ["Grounding"]

_LINK = re.compile(r"https?:|www\.|[\w.]+@[\w.]+|\b[\w-]+\.(?:com|cn|net|org|io|ly|me|click|shop|top|xyz)\b")
_MARKUP = re.compile(r"\]\(|!\[|javascript:|<\s*/?[a-z]|\{\{|data:\w+/", re.IGNORECASE)
"""A reply is plain text."""
_SLANDER = re.compile(r"骗子|黑店|坑人|致癌|奸商|\b(?:scam(?:mer)?s?|thie(?:f|ves)|crooks?|fraud(?:ster)?s?|liars?|carcinogenic)\b")
"""Never said, whoever says it first."""
_ECHO = re.compile(r"[|｜\n]|(?:^|\s)(?:facts|customer|reply|entry|go on)\s*:|事实：|顾客：|店员：|资料：|接着说|回复：", re.IGNORECASE)
_TWICE = re.compile(r"\b([a-z]{2,}) \1\b")
_PROMISES = re.compile(
    r"免费|包邮|包退|包换|保修|保证|质保|赠送|送货|送您|退款|退货|退换|换货|优惠券|打折|折扣|特价|满减|积分|当天到|次日|发货|三包|假一赔|分期|无理由|终身|永久|承诺|送到|上门|安装"
    r"|\bfree\b(?![ -]standing)|\bwarrant|\bguarante|\brefund|\breturn(?:s|ed|able)?\b|\bdiscount|\bcoupon|\bvoucher|\bdeliver|\bshipping\b|\bships?\b|\bgift\b|\bpromis|\bmoney back"
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


class Grounding:
    """Knows the names of a catalogue, so that a product that is not among the facts is recognised."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._brands: dict[str, str] = {}
        for item in catalogue.items:
            for text in item.texts.values():
                if len(text.brand) >= 2:
                    self._brands[folded(text.brand)] = item.brand

    def fault(self, sentence: Sentence | str, facts: Facts, *, strict: bool = True, said: str = "") -> str:
        """Why the sentence may not be said, empty when it may.

        strict: also check what only a model gets wrong. said: what stands before the sentence in the reply.
        """
        whole = sentence.text if isinstance(sentence, Sentence) else sentence
        text = folded(whole.replace("，", "， "))  # folded, the comma would join two numbers
        mentions = Mentions.of(text, facts.products, folded(said))
        fault = (
            self._form(whole, text, facts, strict=strict)
            or self._foreign_brand(text, facts)
            or wrong_number(mentions, facts)
            or _unbacked(_PROMISES, mentions.masked, facts.text, "a promise", _offered(facts, mentions.masked))
        )
        if fault or not strict:
            return fault or _unbacked(_SUPERLATIVES, text, facts.text, "a superlative")
        brief = facts.brief
        known = facts.known
        fault, proved = wrong_comparison(mentions, facts.products, lambda product: folded(facts.of(product)), brief.differences, known, brief.total)
        return (
            fault
            or _unbacked(_SUPERLATIVES, mentions.masked, facts.text, "a superlative", proved)
            or _wrong_stock(mentions, facts)
            or _wrong_cart(mentions.masked, brief)
            or (_unbacked(_DATES, mentions.masked, known, "a date") if brief.kind not in _TALK else "")
            or _unbacked(_HYPE, mentions.masked, known, "a popularity")
            or _unbacked(_OFFER, mentions.masked, facts.text, "an offer")
            or _unbacked(_EFFECT, mentions.masked, facts.text, "an effect")
            or _unbacked(_CONTACT, mentions.masked, facts.text, "a contact")
            or _unbacked(_EACH, mentions.masked, known, "a share")
            or wrong_name(mentions, facts.products, folded(said), facts.headings, brief.language)
            or _unsold(text, brief)
            or wrong_attribute(mentions, facts)
            or _turned(mentions, facts)
            or (departure(text, folded(brief.answer), PLAIN_ENGLISH) if brief.answer and brief.kind == "answer" else "")
            or (stray_words(mentions.masked, known, brief.language) if not whole.rstrip().endswith(("?", "？")) else "")
        )

    def opener_fault(self, opener: str, brief: Brief) -> str:
        """Why a reply may not begin so, empty when it may: an opener picks up what the customer said and claims nothing."""
        text, known = folded(opener), folded("\n".join([brief.message, brief.category, *brief.wanted, brief.unknown_brand]))
        if not opener.strip() or opener.strip()[-1] not in "，,：:。.；;？?":
            return "the opener does not end"
        if missing := [number for number in re.findall(r"\d+(?:\.\d+)?", text) if number not in known.replace(",", "")]:
            return f"a number in the opener: {missing[0]}"
        facts = Facts(brief)
        return (
            self._form(opener, text, facts, strict=True)
            or next((f"a name in the opener: {brand}" for brand in self._brands if _stands_in(brand, text) and brand not in known), "")
            or _unbacked(_PROMISES, text, known, "a promise")
            or _unbacked(_SUPERLATIVES, text, known, "a superlative")
            or _unbacked(_DATES, text, known, "a date")
            or _unbacked(_SCARCE, text, known, "a stock")
            or _unbacked(_CART, text, "", "a deed")
        )

    def _form(self, said: str, text: str, facts: Facts, *, strict: bool) -> str:
        if strict and _ECHO.search(said):
            return "it repeats the prompt"
        if strict and (twice := _TWICE.search(text)):
            return f"it stutters: {twice[0]}"
        if (link := _LINK.search(text)) and link[0] not in facts.told:
            return f"a link: {link[0]}"
        if strict and (markup := _MARKUP.search(said) or _SLANDER.search(text)):
            return f"it is not to be said: {markup[0]}"
        if strict and not any(map(str.isalnum, said)):
            return "it says nothing"
        if strict and (hidden := next((char for char in said if not char.isprintable()), "")):
            return f"a hidden character: {hidden!r}"
        own = text
        for title in [*_titles(facts), folded(facts.brief.answer)]:
            own = own.replace(title, " ") if title else own
        if not strict:  # rules put a shop's own words, whatever their language, into a frame that is right
            return ""
        share = han_share(own)
        if facts.brief.language == "zh" and share < 0.5 and re.search(r"[a-z]{3}", own):
            return "it is not Chinese"
        if facts.brief.language == "en" and any(map(is_han, own)) and not all(char in facts.text for char in own if is_han(char)):
            return "it is not English"
        return ""

    def _foreign_brand(self, text: str, facts: Facts) -> str:
        ours = {product.brand for product in facts.products}
        for name, brand in self._brands.items():
            if brand not in ours and name not in facts.text and _stands_in(name, text):
                return f"the brand {brand} is not among the facts"
        return ""


def _stands_in(name: str, text: str) -> bool:
    return name in text and (not name[0].isascii() or bool(re.search(rf"\b{re.escape(name)}\b", text)))


def _titles(facts: Facts) -> list[str]:
    return sorted((folded(product.title) for product in facts.products), key=len, reverse=True)


def _offered(facts: Facts, text: str) -> frozenset[str]:
    """Words of promises that are the customer's own and promise nothing: a gift for someone, what is refused or not known."""
    words = {word for word in _OFFERS if word in facts.said}
    if facts.brief.kind in _REFUSING and _NO.search(text):
        words |= {match[0] for match in _PROMISES.finditer(facts.said)} | {"promis"}
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


def _wrong_cart(text: str, brief: Brief) -> str:
    """Something said to be in the basket that is not."""
    put = _CART.search(text)
    held = brief.kind == "choose" and bool(brief.products) and brief.products[0].in_stock
    told = put and put[0] in folded(brief.answer)
    return f"nothing was put there: {put[0]}" if put and not held and not told and not _NO.search(text) else ""


def _unsold(text: str, brief: Brief) -> str:
    """A brand that the shop does not carry, spoken of as if it did."""
    brand = folded(brief.unknown_brand)
    return f"the shop has no {brief.unknown_brand}" if brand and brand in text and not _NO.search(text) else ""


def _turned(mentions: Mentions, facts: Facts) -> str:
    """A feature denied that the one product spoken of has, or the other way round."""
    named = {product.id: product for _, product in mentions.found} or ({mentions.before.id: mentions.before} if mentions.before else {})
    if len(named) != 1 or facts.brief.answer:
        return ""
    (product,) = named.values()
    points = [*facts.brief.points.get(product.id, ()), *(" ".join(values) for values in product.attributes.values())]
    points.append(harmless(facts.brief.descriptions.get(product.id, "")))
    asked = [f"{'没有' if value in ('无', '没有', '否', 'no') else ''}{name} {value}" for name, value in facts.brief.asked]
    spoken = mentions.masked
    if facts.brief.kind == "nothing_fits":  # what comes before the closest is what there is not
        spoken = spoken[next((start for start, _ in mentions.found), len(spoken)) :]
    return turned(spoken, folded("; ".join([*points, *asked])), PLAIN_ENGLISH)
