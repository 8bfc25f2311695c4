"""What Xiaoer says about orders in Chinese, by rule: every step of the conversation. Pure: brief in, sentences out."""

from collections.abc import Callable
from datetime import datetime

from chatbot.order_values import Operation, Refusal
from chatbot.phrasing import zh_people as people
from chatbot.phrasing.brief import Brief, Sentence
from chatbot.phrasing.order_brief import FOR_A_PERSON, OrderSay, OrderTalk

__all__ = ["CHIPS", "order_sentences"]

CHIPS: dict[str, str] = {
    "track": "查物流", "cancel": "取消订单", "address": "改收货地址", "return": "申请退货", "exchange": "换货", "invoice": "开发票", "yes": "确认", "no": "不用了",
    "sealed": "没拆封", "opened": "拆开了", "all": "全部", "personal": "开个人的",
}  # fmt: skip
_PAID_WITH = {"wechat": "微信", "alipay": "支付宝", "debit_card": "银行卡", "credit_card": "信用卡", "gift_card": "礼品卡", "": "原支付账户"}
_STATES = {
    "placed": "还没付款", "paid": "已付款，还没发货", "packed": "已经打包好，还没发出", "shipped": "在路上了", "delivered": "已经签收", "cancelled": "已经取消",
    "returned": "已经办了退货",
}  # fmt: skip
_DEEDS: dict[Operation, str] = {
    "status": "查",
    "track": "查",
    "cancel": "取消",
    "address": "改地址",
    "return": "退货",
    "exchange": "换货",
    "invoice": "开发票",
}


def order_sentences(brief: Brief, talk: OrderTalk) -> list[Sentence]:
    """The reply to one step."""
    said = _SAYS[talk.say](brief, talk)
    return [Sentence(one) for one in said if one]


def _day(date: datetime) -> str:
    return f"{date.month}月{date.day}日"


def _blank(text: str) -> str:
    return " " if text[:1].isascii() else ""


def _listed(pairs: tuple[tuple[str, int], ...]) -> str:
    return "、".join(f"{title}{f'（{count} 件）' if count > 1 else ''}" for title, count in pairs)


def _ask_number(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.operation in ("status", "track", None):
        return ["麻烦发一下订单号，我帮您查。"]
    return [f"可以的，要{_DEEDS[talk.operation]}的是哪一单？麻烦发一下订单号。"]


def _ask_proof(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.insisted:
        return ["这个谁说了我都得先核对，也是为了您的订单安全。", "麻烦报一下下单时留的邮箱，或者手机号后四位。"]
    return ["再跟您核对一下：下单时留的邮箱，或者手机号后四位，报一个就行。"]


def _mismatch(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["订单号和您报的信息对不上，麻烦再看一眼，订单号和邮箱（或者手机号后四位）一起发我也行。"]


def _locked(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["没对上的次数有点多，为了订单安全，我这边先不能再试了。", people.offer(brief, "要帮您转人工核实吗？")]


def _status(brief: Brief, talk: OrderTalk) -> list[str]:
    price = f"，{'应付' if talk.state == 'placed' else '实付'} {brief.money(talk.paid)}"
    return [f"订单 {talk.number}：{_listed(talk.items)}{price}，{_STATES[talk.state or 'placed']}。", "要办什么您说。" if talk.possible else ""]


def _track(brief: Brief, talk: OrderTalk) -> list[str]:
    if talk.state == "shipped":
        company = f"，{talk.carrier}，单号 {talk.tracking}" if talk.tracking else ""
        return [
            f"{_day(talk.dates['shipped'])}发出的{company}。",
            "现在快递员正在派送，留意一下电话。" if talk.out_for_delivery else "还在路上，派送前会有短信。",
        ]
    if talk.state == "delivered":
        return [f"这单 {_day(talk.dates['delivered'])}已经签收了。"]
    known = {
        "placed": "这单还没付款，所以没有发货。", "paid": "这单已经付款，仓库还没打包，发出后会有短信。", "packed": "已经打包好了，等快递来取，发出后会有短信。",
        "cancelled": "这单已经取消了，不会发货。", "returned": "这单已经办了退货，没有在途的包裹。",
    }  # fmt: skip
    return [known[talk.state or "placed"]]


def _ask_lines(brief: Brief, talk: OrderTalk) -> list[str]:
    verb = "退" if talk.operation == "return" else "换"
    return [f"{_stays(talk)}要{verb}哪一件？{'、'.join(talk.choices)}{'，还是都退' if talk.operation == 'return' else ''}？"]


def _ask_sealed(brief: Brief, talk: OrderTalk) -> list[str]:
    return [
        f"{_listed(talk.chosen)}还没拆封吧？拆了封就退不了了。"
        if talk.operation == "return"
        else f"{_listed(talk.chosen)}还没拆封吧？拆了封就换不了了。"
    ]


def _ask_variant(brief: Brief, talk: OrderTalk) -> list[str]:
    title = _listed(talk.chosen)
    if talk.sizes and talk.choices:
        return [f"{title}，您要换多大码？有 {talk.sizes[0]} 到 {talk.sizes[-1]} 码。", f"想换颜色的话有{'、'.join(talk.choices)}。"]
    if talk.sizes:
        return [f"{title}，您要换多大码？有 {talk.sizes[0]} 到 {talk.sizes[-1]} 码。"]
    return [f"{title}，您想换成什么颜色？有{'、'.join(talk.choices)}。"]


def _ask_address(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["新的收货地址是哪里？省市区、街道和门牌号一起发给我。"]


def _ask_title(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["发票开个人的还是公司的？开公司的话，把公司全称和 18 位税号发给我。"]


def _ask_tax(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["公司的 18 位税号也发我一下。"]


def _read_back(brief: Brief, talk: OrderTalk) -> list[str]:
    lead = "订单刚才有变动，按现在的给您再念一遍。" if talk.anew else ""
    return [lead, _stays(talk), *_plan(brief, talk)]


def _plan(brief: Brief, talk: OrderTalk) -> list[str]:
    back, terms = _PAID_WITH[talk.paid_with], talk.terms
    if talk.operation == "cancel":
        money = f"{brief.money(talk.refund)}在 {terms.cancel_refund_hours} 小时内退回{back}" if talk.refund else "还没付款，不涉及退款"
        return [f"取消订单 {talk.number}（{_listed(talk.chosen)}），{money}，确认取消吗？"]
    if talk.operation == "address":
        return [f"订单 {talk.number} 的收货地址改成 {talk.wish}，详细地址按您刚发的填。", "地址只能改这一次，确认改吗？"]
    if talk.operation == "return":
        fee = f"，已经扣掉取件费 {brief.money(talk.fee)}" if talk.fee else ""
        kept = f"，下单付的运费 {brief.money(talk.kept_shipping)}不退" if talk.kept_shipping else ""
        return [
            f"退{_listed(talk.chosen)}，没有使用过、配件包装齐全就行，快递 {terms.collection_days} 天内上门取。",
            f"验收后 {terms.refund_days} 个工作日内退 {brief.money(talk.refund)}到{back}{fee}{kept}，给您提交吗？",
        ]
    if talk.operation == "exchange":
        fee = f"取件费 {brief.money(talk.fee)}由您承担" if talk.fee else "这次免费，来回运费我们出"
        return [f"{_listed(talk.chosen)}换成{_blank(talk.wish)}{talk.wish}，要没有使用过，{fee}，给您提交吗？"]
    return [f"订单 {talk.number} 开电子发票 {brief.money(talk.refund)}，抬头“{talk.wish}”，发到 {talk.email}，确认开吗？"]


def _done(brief: Brief, talk: OrderTalk) -> list[str]:
    back, terms = _PAID_WITH[talk.paid_with], talk.terms
    if talk.operation == "cancel":
        return [
            f"订单 {talk.number} 取消好了{f'，{brief.money(talk.refund)}会在 {terms.cancel_refund_hours} 小时内退回{back}' if talk.refund else ''}。"
        ]
    if talk.operation == "address":
        return [f"改好了，订单 {talk.number} 会寄到 {talk.wish}。"]
    if talk.operation == "return":
        return [f"退货提交好了，快递 {terms.collection_days} 天内上门，验收后 {terms.refund_days} 个工作日内退 {brief.money(talk.refund)}到{back}。"]
    if talk.operation == "exchange":
        return [f"换货提交好了，{_listed(talk.chosen)}换成{_blank(talk.wish)}{talk.wish}，快递 {terms.collection_days} 天内上门取旧的。"]
    when = "签收后" if talk.state != "delivered" else ""
    return [f"发票开好会在{when} {terms.invoice_hours} 小时内发到 {talk.email}，抬头“{talk.wish}”。"]


def _done_before(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["刚才已经办好了，不用再确认。"]


def _declined(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["好的，那就不动，订单还是原来的样子。"]


def _refused(brief: Brief, talk: OrderTalk) -> list[str]:
    why = _why(brief, talk, talk.reason, talk.left_out[0][0] if len(talk.left_out) == 1 else _listed(talk.items))
    if talk.insisted:
        return ["我明白您着急，不过这条规定谁说了我都改不了。", why, people.offer(brief, "要帮您转人工看看吗？")]
    return [why, people.offer(brief, "需要的话帮您转人工。") if talk.reason in FOR_A_PERSON else ""]


def _why(brief: Brief, talk: OrderTalk, reason: Refusal, title: str) -> str:
    terms, deed = talk.terms, _DEEDS[talk.operation or "status"]
    phone = f" {brief.contact['phone']} " if brief.contact.get("phone") else ""
    if reason == "shipped":
        if talk.operation == "cancel":
            return f"这单已经发出，取消不了；派送时拒收就行，退回后退款，扣 {brief.money(terms.refusal_fee)}退回运费。"
        return f"这单还在路上，签收之后才能{deed}。"
    if reason == "delivered":
        if talk.operation == "cancel":
            return "这单已经签收，取消不了，符合条件的话可以退货。"
        return "这单已经签收，地址改不了了。"
    if reason == "too_late":
        return f"这单签收已经 {talk.days} 天，过了 {talk.limit} 天的期限，{deed}办不了。"
    known: dict[Refusal, str] = {
        "unpaid": "这单还没付款，付款之后才能开发票。", "not_delivered": f"这单还没发货，{deed}要等签收之后；现在不想要的话可以直接取消。",
        "by_phone": f"这单已经发出，只能尽快打客服电话{phone}改，同城免费，改到其他城市 {brief.money(terms.redirect_fee)}。",
        "out_for_delivery": "包裹已经在派送了，地址改不了，可以跟快递员商量，或者拒收。", "cancelled": f"这单已经取消了，{deed}办不了。",
        "returned": "这单已经办过退货了，不能再办。" if talk.state == "returned" else f"{title}已经办过退货了，不能再办。",
        "made_to_order": f"{title}是定制的，{'付款后就开始做了，取消不了' if talk.operation == 'cancel' else f'没有质量问题不能{deed}'}。",
        "display": f"{title}是样品，没有质量问题不能{deed}。", "gift_card": f"礼品卡不能{deed}。",
        "opened": f"{title}拆封后没有质量问题不能{deed}。", "large": f"{title}是大件，取件费要按实际运费算，得同事来安排。",
        "changed_before": "这单的地址已经改过一次，不能再改了。", "exchanging": f"{title}已经在换货了，同一件不能再提交。",
        "no_variant": f"{title}只有这一种，没有别的颜色或规格可以换。", "sold_out": f"{title}现在没货，换不了。", "invoiced": "这单已经开过发票了，要换开得同事来办。",
        "nothing_paid": "这单是礼品卡付的，没有可以开票的金额。",
    }  # fmt: skip
    return known[reason]


def _stays(talk: OrderTalk) -> str:
    """What of the order stays as it is, and why."""
    why = {"opened": "拆封后不能退换", "too_late": "过了期限", "made_to_order": "是定制的", "display": "是样品", "gift_card": "不能退", "large": "是大件，得另外安排", "returned": "已经办过退货", "exchanging": "已经在换货"}  # fmt: skip
    return "".join(f"{title}{why[reason]}，这件除外。" for title, reason in talk.left_out if reason in why)


def _faulty(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["质量问题另有办法，要看照片，得同事来办。", people.offer(brief, "现在帮您转人工吗？")]


def _unreachable(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["订单系统现在连不上，什么都没有动。", people.offer(brief, "过一会儿再试，或者我帮您转人工？", "过一会儿再试。")]


def _unsure(brief: Brief, talk: OrderTalk) -> list[str]:
    return ["订单系统刚才没有回音，我还不能确定办没办成。", "您再说一声“确认”，我再查一次，不会重复办。"]


def _invite(brief: Brief, talk: OrderTalk) -> list[str]:
    return [f"把订单号发给我，我可以直接帮您{'查' if talk.operation in ('status', 'track', None) else '办'}。"]


_SAYS: dict[OrderSay, Callable[[Brief, OrderTalk], list[str]]] = {
    "invite": _invite, "ask_number": _ask_number, "ask_proof": _ask_proof, "mismatch": _mismatch, "locked": _locked, "status": _status, "track": _track,
    "ask_lines": _ask_lines, "ask_sealed": _ask_sealed, "ask_variant": _ask_variant, "ask_address": _ask_address, "ask_title": _ask_title, "ask_tax": _ask_tax,
    "read_back": _read_back, "done": _done, "done_before": _done_before, "declined": _declined, "refused": _refused, "faulty": _faulty,
    "unreachable": _unreachable, "unsure": _unsure,
}  # fmt: skip
