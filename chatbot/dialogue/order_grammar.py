"""What a message says of an order, by small grammars: numbers, proofs, yes and no, operations, addresses, names for an invoice.

Pure; knows no order and nothing of the conversation. What it does not recognise is empty.
"""

import re
from dataclasses import dataclass

from chatbot.order_values import Operation
from chatbot.text import clean, folded

__all__ = ["Heard", "hear"]

LONGEST_ADDRESS = 160

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE = re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?(\d{4})(?!\d)", re.ASCII)
_DIGITS = re.compile(r"(?<![\w.@-])(\d{4})(?![\w.@-]|\s*(?:元|块|以内|以下|mah|gb|mb|w\b))", re.ASCII)
_NAMED_NUMBER = re.compile(
    r"(?:order|订单|单号)\s*(?:number|no\.?|num|号码?|编号)?\s*(?:is|是|为|[:：#])?\s*#?\s*([a-z]{0,4}[- ]?\d[\d-]{3,19})(?![\w.])", re.ASCII
)
_PLAIN_NUMBER = re.compile(
    r"(?<![\w.@-])([a-z]{1,3}-?\d{4}[ -]\d{4,14}|[a-z]{1,3}-?\d{6,18}|(?!(?:is|no|to|my|at|in|on|of|or|for|and|the)\b)[a-z]{2,3} \d{8,18}|\d{8,18})(?![\w.@])",
    re.ASCII,
)
"""Letters with six digits or eight digits alone: an order's number, for no price, size or name of a product has so many."""
_ANY_NUMBER = re.compile(r"(?<![\w.@-])#?([a-z]{0,4}-?\d[\d-]{3,18})(?![\w.@])", re.ASCII)
_TAX = re.compile(r"(?<![0-9a-z])([0-9a-hj-npqrtuwxy]{18})(?![0-9a-z])", re.ASCII)
"""A unified social credit code: 18 digits and letters, without I, O, S, V and Z."""
_COMPANY = re.compile(
    r"([\u3400-\u9fff()（）]{3,40}?(?:公司|集团|大学|学校|中学|小学|学院|医院|事务所|工作室|研究院|研究所|中心|商行|厂|店|局|委员会))"
    r"|(\b(?:(?!(?:to|for|company|invoice|made|name|is|out)\b)[a-z0-9&.'-]+[ ,]+){1,6}(?:ltd|limited|inc|llc|gmbh|plc|corp|corporation|co|company|studio|university|school|hospital)\b\.?)"
)
_COMPANY_LEAD = re.compile(r"^.*?(?:抬头|单位|公司名称?|开给|名称)[是为:： ]*(?=[\u3400-\u9fff])")
_PERSONAL = re.compile(
    r"个人|私人|我自己|(?:开|用|写)我的?名字|\bpersonal(?:ly)?\b|\bprivate(?:ly)?\b|\bmyself\b|\bmy (?:own )?name\b|\bfor me\b|\bindividual\b"
)
_SIZE = re.compile(
    r"(?<![0-9a-z.])(\d{2}(?:\.5)?)\s*[码号]|\bsize\s*(\d{2}(?:\.5)?)\b|(?:^|\bto (?:a |an )?|换成?|要)\s*(\d{2}(?:\.5)?)\s*(?:[吧的。.!！]|please)*$"
)
_LARGER = re.compile(r"大(?:一|半)?[码号]|\b(?:a size (?:up|bigger|larger)|(?:bigger|larger|next) size|one size (?:up|bigger|larger)|size up)\b")
_SMALLER = re.compile(r"小(?:一|半)?[码号]|\b(?:a size (?:down|smaller)|smaller size|one size (?:down|smaller)|size down)\b")

_YES = (
    r"(?:yes|yeah|yep|yup|sure|ok(?:ay)?|correct|right|confirm(?:ed)?|agreed?|definitely|absolutely|of course|please|do (?:it|so|that)|go (?:ahead|on)|that's (?:right|fine|it|correct)|(?:i )?confirm"
    r"|sounds good|好(?:的|啊|吧|呀|嘞)?|可以(?:的)?|行(?:的|吧|啊)?|没问题|嗯+|对(?:的|啊)?|是的?|确认|确定|同意|办(?:吧|理)|麻烦(?:你|您)?了?|就这样(?:吧)?|要(?:的)?|ok)"
)
_VERB = (
    r"(?:(?:please )?(?:cancel|return|exchange|change|swap|replace|send|issue|make|do|go ahead)(?: with)?(?: (?:it|them|that|this|the|my|order|address|invoice|item|items|both|all|so|out|now))*"
    r"|(?:请|就|帮我|给我|那就?|麻烦)?(?:取消|退货|退|换货|换|改|开|办|提交)(?:了|掉|货|吧|它|订单|地址|发票|票|一下)*)"
)
_FILLER = r"(?:please|thanks|thank you|then|now|do|谢谢|谢谢您|吧|了|哈|啊|呀|您|帮我|请)"
_ENDS = r"(?:[\s,，。.!！、~]+|$|(?=[\u3400-\u9fff]))"
_BEGINS_YES = re.compile(rf"(?:{_YES}|(?:请|就|那就|帮我|麻烦){_VERB}){_ENDS}")
_GOES_ON = re.compile(rf"(?:{_YES}|{_VERB}|{_FILLER}){_ENDS}")
"""A clear yes is a yes with nothing beside it but the deed itself: one with a condition, a question or another wish is none."""
LONGEST_YES = 80
_NO = re.compile(
    r"^\W*(?:no\b(?! problem| worries)|nope\b|nah\b|not (?:now|yet|any more|anymore)\b|never ?mind\b|forget it\b|stop\b|leave it\b|don'?t\b|do not\b|cancel that\b|keep (?:it|them|the order)\b|i(?:'ve| have) changed my mind\b"
    r"|不(?!是.{0,4}拆|好意思|知道|清楚|记得|确定|过|错|客气)|别|算了|先不|不用|不要|不了|没有?必要|等等|等一下|再想想|我再考虑|取消操作)"
)
_DONT = re.compile(
    r"\b(?:don'?t|do not|won'?t|not) (?:want to )?(?:cancel|return|exchange|change|send)|(?:不要?|别|先不|不用|不想)(?:再)?(?:取消|退|换|改|开)"
)

_SEALED = re.compile(
    r"(?:没|未|没有|还没|尚未)(?:有)?(?:拆|打开|开封|开过|动过)|全新未|原封|封着|密封|\b(?:still |is |are )?(?:sealed|unopened)\b|\b(?:haven'?t|hasn'?t|have not|not|never) (?:been )?(?:opened|open|unsealed)\b"
)
_OPENED = re.compile(r"拆(?:了|过|开|封)|打开(?:了|过)|开封|用过|用了|试过|\b(?:i(?:'ve| have)? )?open(?:ed)?\b|\bunsealed\b|\bused\b|\btried\b")
_FAULTY = re.compile(
    r"坏(?:了|的)|质量问题|有问题|故障|没反应|不能用|用不了|开不了机|破(?:了|损)|裂|碎|漏|发错|少(?:了|发)|\b(?:broken|broke|faulty|defective|damaged|cracked|leaks?|leaking|doesn'?t work|not working|stopped working|won'?t (?:turn|switch|start)|wrong item|missing)\b"
)
_INSISTS = re.compile(
    r"\b(?:manager|boss|supervisor|owner|colleague|someone|you(?:r \w+)?)\b.{0,30}\b(?:said|says|told|promised|agreed|allowed|approved|ok'?d|confirmed)\b|\bi(?:'ll| will| am going to|'m going to) (?:sue|report|complain|leave a bad|call (?:the police|my lawyer))|\blawyer\b|\bsue\b"
    r"|\b(?:just|simply) (?:do|cancel|return|show|tell|give|change)\b|\bdo it anyway\b|\bmake an exception\b|\bi(?:'m| am) (?:the )?(?:owner|manager|boss|admin|ceo|staff)\b|\bi work (?:here|for you)\b|\b(?:trust|believe) me\b|\boverride\b|\bskip the\b"
    r"|(?:经理|领导|老板|主管|客服|同事|店长|你们|上次).{0,12}(?:说|答应|同意|批准|批了|允许|保证)|投诉|12315|曝光|起诉|律师|差评|举报|破例|通融|特殊处理|直接(?:给|帮)?我?(?:取消|退|改|办|查|看)|我(?:就)?是(?:老板|店长|经理|管理员|员工|内部)|相信我|别管.{0,6}(?:规定|规则)|跳过"
)

_OPERATIONS: tuple[tuple[Operation, re.Pattern[str]], ...] = (
    ("status", re.compile(r"(?:退款|钱).{0,6}(?:到账|到了?没|进度)|\b(?:refund|money)\b.{0,20}\b(?:arrived|status|come through|yet)\b")),
    ("address", re.compile(r"地址|收货人|寄到别|送到别|\baddress\b|\b(?:deliver|send|ship) (?:it|them|my order) (?:somewhere else|to a different|to another)\b|\bredirect\b")),
    ("invoice", re.compile(r"发票|开票|抬头|\binvoices?\b|\bfapiao\b")),
    (
        "exchange",
        re.compile(
            r"换货|调换|换(?:一?[个件双]|成)?.{0,6}(?:[大小](?:一|半)?[码号]|码|尺码|颜色|色|款|新的)|(?:想|要|能|可以|给|帮)我?换(?:成|一[个件双]|个|掉|了)|^换(?:成)?|\bexchang\w*\b|\bswap\b|\breplac(?:e|ement)\b|\b(?:bigger|smaller|larger|different) (?:size|colou?r|one)\b"
        ),
    ),
    (
        "return",
        re.compile(
            r"退货|退款|退掉|退了|退回|(?:想|要|能|可以|给|帮|申请)我?退|^(?:都|全部?)?退|[都全]退|\breturn(?:s|ed|ing)?\b|\brefund\w*\b|\bmoney back\b|\bsend (?:it|this|them|these|the \w+) back\b"
        ),
    ),
    ("cancel", re.compile(r"取消|撤(?:单|销)|不想要了|\bcancel\w*\b|\bcall (?:it|the order) off\b")),
    (
        "track",
        re.compile(
            r"物流|快递|包裹|到哪|在哪|运到|几时到|(?:什么时候|啥时候|多久|哪天|何时)(?:能|会|可以)?(?:送?到|收到|发货|寄)|发货了?[吗没]|还没(?:到|收到|发货)|派送|\bwhere(?:'s| is| are| has)\b|\btrack\w*\b|\bparcel\b|\bpackage\b|\bcourier\b|\bdispatch\w*\b|\bshipped\b|\bdelivered\b|\bwhen (?:will|does|is|do)\b.{0,24}\b(?:arrive|come|get|here|delivered|ship)\b|\bhasn'?t (?:arrived|come|shipped)\b"
        ),
    ),
    ("status", re.compile(r"(?:查|看)(?:一?下|看|询|查)?.{0,8}(?:订单|单子?)|订单.{0,4}(?:状态|情况|怎么样|详情)|\b(?:look up|check|see|find|show|status|view)\b.{0,24}\border\b|\border status\b|\bdetails of\b.{0,12}\border\b")),
)  # fmt: skip
"""In the order in which they are tried: an address is changed and an invoice is returned more often than the other way round."""
_HOW = re.compile(
    r"怎么(?!还|没)|如何|咋|能.{0,10}吗|可以.{0,12}吗|能不能(?!帮)|可不可以|可否|多久|几天|多少钱|为什么|为啥|要钱|收费|运费|什么(?:规定|条件|情况|样|东西)|哪些|需要.{0,8}吗|还能.{0,8}(?:吗|么)|行吗|怎么办|丢了?吗"
    r"|\bhow (?:do|can|does|long|much|many|to|would|should)\b|\bwhat (?:if|happens|can|do|is|are|should|about)\b|\b(?:can|could|may|should) i\b|\bdo (?:you|i)\b|(?<!where )(?<!when )\bis (?:it|there)\b|\bwhy\b|\bwho pays\b|\bwhich items\b|\bare there\b|\bif i\b"
)
"""A question about how things are done, which the documents answer."""
_TERMS = re.compile(r"吗|要不要|多少|几天|多久|谁出|\b(?:how (?:much|long|many)|do i (?:have to|need to|pay)|who pays|is it (?:free|possible))\b")
"""Words that ask for the terms of a wish about an order, such as what it costs, beside the wish."""
_ASKS_US = re.compile(r"(?:能|可以|可否|能不能|可不可以)(?:请?您?你?)?(?:帮|给|替)我?|帮(?:我|忙)|麻烦|\b(?:can|could|would|will) you\b|\bplease\b")
_WISH = re.compile(
    r"我(?:要|想|得|需要)|想(?:要|把|退|换|改|查|取消|开)|给我|申请|^(?:请|把|取消|退|换|改|查|看|开|补开|追踪)|一下|我的.{0,6}(?:订单|单|快递|包裹|货)|(?:订单|快递|包裹|货)(?:到哪|在哪|呢|还没|到了?没|什么时候|啥时候|怎么还)"
    r"|\bi(?:'d| would)? (?:want|need|like|wish|have) to\b|\bi(?:'d| would) like\b|\bi (?:want|need)\b|\blet me\b|^(?:please )?(?:cancel|return|track|change|exchange|check|find|look|show|send|issue|get|give|swap|update)\b|\bmy (?:order|parcel|package|delivery|stuff|things)\b|\bwhere(?:'s| is)\b"
)
_OBJECT = re.compile(
    r"订单|这单|那单|单子|单号|快递|包裹|物流|发票|收货地址|退货|换货|退款|(?:退|换).{0,12}(?:买的|收到的)|(?:买的|收到的).{0,12}(?:退|换)|鞋.{0,10}[大小](?:一|半)?[码号]"
    r"|\border(?:s|ed)?\b|\bparcel\b|\bpackage\b|\bmy (?:delivery|purchase)\b|\binvoice\b|\bfapiao\b|\b(?:bought|purchased|got from you|received)\b|\b(?:delivery|shipping) address\b|\b(?:return|exchange)\b.{0,24}\b(?:my|it|them|these|this)\b"
)
_ADDRESS_ZH = re.compile(
    r"(?:[\u3400-\u9fff]{1,8}(?:省|市|区|县|镇|乡|街道|路|街|巷|弄|大道|小区|村|花园|大厦|公寓|广场))(?:[\u3400-\u9fffA-Za-z0-9#-]{0,40})?[\dA-Za-z一二三四五六七八九十]+\s*(?:号|栋|幢|座|单元|室|楼|层|户|弄)"
)
_ADDRESS_LEAD_ZH = re.compile(r"^.*?(?:改成|改为|改到|换成|换到|寄到|送到|发到|地址是|地址为|地址[:：]|新地址)[是为:：，, ]*")
_ADDRESS_EN = re.compile(
    r"\b(?:flat|apt\.?|apartment|unit|room|suite)?\s*\d{1,5}[a-z]?,?\s+(?:[a-z0-9'.-]+\s+){0,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|place|pl|way|boulevard|blvd|terrace|close|row|alley|garden|gardens|building|district)\b.*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """number: an order's, in capitals and without dashes; any_number: what is one only where one was asked for. digits: the last four of a phone.

    words: the text without anything that may be a proof. answer: a clear yes, a no, or neither. asks_how: a question about how things are done; asks_terms: words for what a wish comes to, such as its cost. wants: a wish about an order of one's own.
    insists: presses for what was refused. size: a shoe size, "+" for the next larger, "-" for the next smaller.
    """

    text: str
    words: str = ""
    number: str = ""
    any_number: str = ""
    email: str = ""
    digits: str = ""
    answer: str = ""
    operation: Operation | None = None
    asks_how: bool = False
    asks_terms: bool = False
    wants: bool = False
    insists: bool = False
    faulty: bool = False
    sealed: bool | None = None
    size: str = ""
    address: str = ""
    personal: bool = False
    company: str = ""
    tax: str = ""


def hear(message: str) -> Heard:
    """Everything that the grammars find in a message."""
    text = folded(clean(message, 2000)).strip()
    tax = _TAX.search(text)
    tax_code = tax[1].upper() if tax and re.search(r"\d", tax[1]) else ""
    email = _EMAIL.search(text)
    plain = text.replace(email[0], " ") if email else text
    plain = plain.replace(tax[1], " ") if tax and tax_code else plain
    phone = _PHONE.search(plain)
    rest = plain.replace(phone[0], " ") if phone else plain
    address = _address(message)
    number = "" if address else _number(rest, _NAMED_NUMBER, _PLAIN_NUMBER)
    any_number = "" if address else number or _number(rest, _ANY_NUMBER)
    digits = phone[1] if phone else _digits(rest, number)
    refuses = bool(_DONT.search(text))
    operation = None if refuses else _operation(text)
    asks_us = bool(_ASKS_US.search(text))
    asks_how = bool(_HOW.search(text)) and not asks_us
    company = _company(plain)
    return Heard(
        text=text, words=_DIGITS.sub(" ", rest), number=number, any_number=any_number, email=email[0] if email else "", digits=digits, answer=_answer(text, refuses=refuses), operation=operation,
        asks_how=asks_how, asks_terms=bool(_TERMS.search(text)), wants=bool(operation and not asks_how and (asks_us or _WISH.search(text)) and _OBJECT.search(text)),
        insists=bool(_INSISTS.search(text)), faulty=bool(_FAULTY.search(text)), sealed=True if _SEALED.search(text) else False if _OPENED.search(text) else None,
        size=_size(text), address=address, personal=bool(_PERSONAL.search(text)) and not company, company=company, tax=tax_code,
    )  # fmt: skip


def _number(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        if found := pattern.search(text):
            return re.sub(r"[\s-]", "", found[1]).upper()
    return ""


def _digits(text: str, number: str) -> str:
    """Four digits alone that are no part of the order's number."""
    found = [one for one in _DIGITS.findall(text) if one != number]
    return found[-1] if found else ""


def _answer(text: str, *, refuses: bool) -> str:
    plain = re.sub(r"^[\s,，。.!！~]+|[\s,，。.!！~]+$", "", text)
    if refuses or _NO.search(plain):
        return "no"
    return "yes" if len(plain) <= LONGEST_YES and _is_yes(plain) else ""


def _is_yes(plain: str) -> bool:
    """Whether the text is a clear yes, read word by word so that no text takes long."""
    read = _BEGINS_YES.match(plain)
    while read and read.end() < len(plain):
        read = _GOES_ON.match(plain, read.end())
    return read is not None


def _operation(text: str) -> Operation | None:
    return next((name for name, pattern in _OPERATIONS if pattern.search(text)), None)


def _size(text: str) -> str:
    if found := _SIZE.search(text):
        return found[1] or found[2] or found[3]
    return "+" if _LARGER.search(text) else "-" if _SMALLER.search(text) else ""


def _company(text: str) -> str:
    """The name of a company, school or office, as it was written but for capitals."""
    if not (found := _COMPANY.search(_COMPANY_LEAD.sub("", text))):
        return ""
    name = (found[1] or found[2] or "").strip(" ,")
    return name if found[1] else name.title()


def _address(message: str) -> str:
    """An address as it was written, without the words that bring it in."""
    text = clean(message, LONGEST_ADDRESS)
    if _ADDRESS_ZH.search(text):
        return _ADDRESS_LEAD_ZH.sub("", text).strip(" ，,。.")
    found = _ADDRESS_EN.search(folded(text))
    return text[found.start() :].strip(" ,.") if found and len(folded(text)) == len(text) else ""
