"""What Xiaoer says in Chinese, by rule: every text for Chinese shoppers that is not the shop's own stands here.

Written as a good shop assistant in China speaks (see the voice guide in CONTRIBUTING.md). Pure: brief in, sentences out.
"""

from collections.abc import Callable
from dataclasses import replace

from chatbot.phrasing import zh_people as people
from chatbot.phrasing.brief import MEASURE, Brief, Group, Sentence, led, price_relation
from chatbot.phrasing.zh_orders import order_sentences
from chatbot.text import is_han
from chatbot.values import PlanKind, Product

__all__ = ["CHIPS", "REASONS", "WISHES", "apology", "point", "sentences"]

CHIPS = {
    "cheaper": "便宜一点的", "dearer": "好一点的", "more": "换一批看看", "compare": "前两{measure}比一比", "why": "为什么推荐第一{measure}",
    "details": "第一{measure}详细说说", "take": "就要第一{measure}", "human": "转人工", "returns": "能退货吗", "delivery": "多久能到",
    "restart": "看看别的", "reduced": "看看在降价的", "other": "我要的是{name}",
}  # fmt: skip

WISHES = {
    "price_max": "{amount}以内", "price_min": "{amount}以上", "price_between": "{low}到 {high}", "brand": "{value}", "not_brand": "不要{value}",
    "attribute": "{value}", "flag": "{name}", "not_attribute": "不要{value}", "not_flag": "不要{name}", "in_stock": "有现货", "rating_min": "评分{amount}以上",
    "bounds": "比刚才便宜", "bounds_up": "比刚才贵",
    "quantity_max": "{high}以内", "quantity_min": "{low}以上", "quantity_between": "{low}到 {high}",
    "year_decade": "{low} 年代", "year_max": "{high} 年以前", "year_min": "{low} 年以后", "year_between": "{low} 到 {high} 年", "year_just": "{low} 年",
    "aspect": "{name}：{value}", "rating": "评分", "rating_value": "{amount} 以上",
}  # fmt: skip

REASONS = {
    "price_max": "在 {amount}以内", "price_min": "在 {amount}以上", "price_between": "在 {amount}到 {other}之间", "cheaper": "比刚才的便宜 {amount}",
    "dearer": "比刚才的贵 {amount}", "brand": "您要的{value}", "attribute": "{name}：{value}", "flag": "有{name}", "reduced": "原价 {amount}，现在降价",
    "rating": "评分 {amount}，{other} 人评价", "stock": "有现货", "like": "和您看过的{value}同类", "category": "属于{value}", "lowest": "这几{measure}里价格最低",
    "range": "{value}", "rated": "评分 {amount}", "favoured": "和您看过的{title}同{name}（{value}）", "favoured_newer": "和您看过的{title}同{name}（{value}），更新",
}  # fmt: skip


def apology() -> str:
    """For the chat when something broke on our side."""
    return "不好意思，刚才出了点小问题，麻烦您再说一遍。"


def point(name: str, value: str, flag: bool | None) -> str:
    """One attribute in a phrase: 续航 14 小时, 带降噪, 没有降噪."""
    if flag is not None:
        return f"带{name}" if flag else f"没有{name}"
    if name in ("重量", "类型", "款式"):
        return value
    return f"{name} {value}" if value[:1].isdigit() else f"{name}{value}"


def sentences(brief: Brief, *, opened: bool = False) -> tuple[Sentence, ...]:
    """The reply, sentence by sentence. opened: what the customer said has been picked up already."""
    said = _recommend(brief, opened=opened) if brief.kind == "recommend" else _RULES[brief.kind](brief)
    return tuple(one for one in said if one.text)


def _pick(brief: Brief, *texts: str) -> str:
    """One of several wordings, by turn, so that a conversation does not repeat itself and a test can foretell it."""
    return texts[(brief.turn - 1) % len(texts)]


def _priced(brief: Brief, product: Product) -> str:
    return f"{brief.name(product)}，{brief.price(product.price)}"


def _titled(brief: Brief, title: str) -> str:
    return next((brief.name(product) for product in brief.products if product.title == title), title)


def _pieces(brief: Brief) -> str:
    """The measure word of a number of pieces of one thing."""
    return "件" if brief.measure == MEASURE else brief.measure


def _kind(brief: Brief) -> str:
    return brief.category or brief.noun or "商品"


def _wish(brief: Brief) -> str:
    wanted, kind = list(brief.wanted), _kind(brief)
    for wish in brief.wanted:  # 键盘 says which of 键盘鼠标
        if wish in kind or kind in wish:
            wanted, kind = [one for one in wanted if one != wish], wish
    return f"{'、'.join(wanted)}的{kind}" if wanted else kind


def _recommend(brief: Brief, *, opened: bool = False) -> list[Sentence]:
    first = brief.products[0]
    said: list[Sentence] = []
    if brief.unknown_brand:
        branded = any(product.brand for product in brief.products)
        said.append(Sentence(f"{brief.unknown_brand}的店里没有，给您看看别的牌子。" if branded else f"{brief.unknown_brand}店里没有，给您看看别的。"))
    said += _changed(brief)
    if brief.groups:
        return [*said, *(_group(brief, group) for group in brief.groups)]
    if brief.unmeasured:
        order = (
            f"刚才那几{brief.measure}没写{brief.unmeasured}，下面按{brief.unmeasured}排"
            if brief.figures
            else f"资料里没写{brief.unmeasured}，没法比，换几{brief.measure}您看看"
        )
        said.append(Sentence(f"{order}。", owes=(brief.unmeasured,)))
    figure = f"，{brief.figures[first.id]}" if first.id in brief.figures else ""
    said.append(led("先看" if opened else _lead(brief), f"{_priced(brief, first)}{figure}。", first))
    if brief.because:
        said.append(Sentence(f"{brief.because}。", frozenset({first.id})))
    if text := brief.descriptions.get(first.id, ""):
        said.append(Sentence(text, frozenset({first.id})))
    said += [_other(brief, place) for place in range(1, len(brief.products))]
    if brief.note == "popular" and not brief.ask_back:
        said.append(Sentence("您主要想看哪一类？"))
    if brief.ask_back:
        said.append(Sentence(brief.ask_back))
    return said


def _changed(brief: Brief) -> list[Sentence]:
    """That of two wishes which cannot both hold the later one counts."""
    if "ceiling" in brief.changed:
        return [Sentence("再好的就超出您前面说的预算了，上限我先放开。")]
    return [Sentence("前后说的价格对不上，我按后面说的来找。")] if brief.changed else []


def _group(brief: Brief, group: Group) -> Sentence:
    """What is offered for one of several needs."""
    wish = _wish(replace(brief, wanted=group.wanted, category=group.category))
    products = [product for product in brief.products if product.id in group.products]
    if not products:
        return Sentence(f"{wish}暂时没有合适的。")
    told = "，或者".join(_priced(brief, product) for product in products)
    return Sentence(f"{wish}可以看{told}。", frozenset(group.products), tuple(product.title for product in products))


def _lead(brief: Brief) -> str:
    """How the first recommendation begins: what the shopper said comes back first."""
    if brief.note == "popular":
        return "先给您看几样店里评价好的，比如"
    if brief.note == "rejected":
        return f"那换几{brief.measure}，您看看"
    if brief.note == "cheaper":
        return _pick(brief, "便宜些的有", "往下看的话，有", "再省一点，可以看")
    if brief.note == "dearer":
        return _pick(brief, "再好一档的是", "往上看，有")
    if brief.note == "measured":
        return f"{brief.past}的有"
    if brief.note == "reduced":
        return f"现在降价的{_kind(brief) if brief.category else ''}有"
    if brief.note == "another":
        return "换个牌子的话，有"
    if brief.note == "more":
        return _pick(brief, "还有", "换一批的话，先看")
    if brief.note == "similar":
        return f"跟那{brief.measure}差不多的，有"
    if brief.note == "profile":
        return "照您看过的，先推"
    if brief.note == "again":
        return f"刚才看过的里面，{_wish(brief)}有"
    if brief.total == 1:
        return f"{_wish(brief)}，正好有一{brief.measure}："
    if brief.wanted:
        return _pick(brief, f"{_wish(brief)}，首选", f"{_wish(brief)}里，我先推", f"按“{_wish(brief)}”找，先看")
    return _pick(brief, f"{_kind(brief)}的话，先看", f"{_kind(brief)}我先推", f"您看看这{brief.measure}")


def _other(brief: Brief, place: int) -> Sentence:
    """A further product against the first."""
    first, other = brief.products[0], brief.products[place]
    relation = price_relation(brief.products, place)
    again = relation == "same" and place > 1 and price_relation(brief.products, place - 1) == "same"
    lead = "还有" if again else {
        "same": "同样价位还有", "near": "价格差不多的还有", "cheaper": "想省点的话，有", "cheapest_yet": "再便宜些的是", "also_cheaper": "另外还有",
        "dearer": "预算宽一点，看", "also_dearer": "还可以看",
    }[relation]  # fmt: skip
    extra = "，".join(brief.points.get(other.id, ())[:2])
    gap = brief.money(abs(round(other.price - first.price, 2)))
    told = "" if relation in ("same", "near") else f"，{'贵' if other.price > first.price else '便宜'} {gap}"
    return Sentence(f"{lead}{_priced(brief, other)}{told}{f'，{extra}' if extra else ''}。", frozenset({other.id}), (other.title,))


def _nothing(brief: Brief) -> list[Sentence]:
    said = [Sentence(f"{brief.unknown_brand}的店里没有。")] if brief.unknown_brand else []
    if brief.exhausted:
        return [*said, Sentence(f"{_wish(brief)}就这些，都给您看过了。"), Sentence("要不放宽一点条件，或者看看别的？")]
    if brief.note == "not_reduced":
        return [*said, Sentence(f"{_wish(brief)}现在没有降价的。"), Sentence("要不看看便宜些的？")]
    if brief.note == "not_sold":
        return [*said, Sentence("这个店里没有找到。"), Sentence("换个说法我再找找，或者看看别的？")]
    if brief.note in ("cheaper", "dearer") and brief.closest:
        word = "便宜" if brief.note == "cheaper" else "贵"
        ended = f"比这更{word}的没有了，{_priced(brief, brief.closest)}，已经到头了。"
        return [*said, Sentence(ended, frozenset({brief.closest.id})), *_without(brief)]
    figure = f"，{brief.figures[brief.closest.id]}" if brief.closest and brief.closest.id in brief.figures else ""
    if brief.note == "measured" and brief.closest:
        return [
            *said,
            Sentence(f"{brief.past}的没有了，{_priced(brief, brief.closest)}{figure}，已经到头了。", frozenset({brief.closest.id})),
            *_without(brief),
        ]
    said += _changed(brief)
    said.append(Sentence(f"{_wish(brief)}，店里暂时没有。"))
    if brief.closest:
        said.append(Sentence(f"最接近的是{_priced(brief, brief.closest)}{figure}。", frozenset({brief.closest.id}), (brief.closest.title,)))
    return [*said, *_without(brief)]


def _without(brief: Brief) -> list[Sentence]:
    """What there would be if one wish were left out."""
    if not brief.without or brief.lowest is None or not brief.relaxed or brief.relaxed == (brief.past,):
        return []
    return [Sentence(f"不限“{'、'.join(brief.relaxed)}”的话有 {brief.without} {brief.measure}，{brief.money(brief.lowest)}起。")]


def _compare(brief: Brief) -> list[Sentence]:
    first, second = brief.products[:2]
    both = frozenset({first.id, second.id})
    gap = round(second.price - first.price, 2)
    said = [
        Sentence(
            f"{_priced(brief, first)}；{_priced(brief, second)}"
            + (f"，{'贵' if gap > 0 else '便宜'} {brief.money(abs(gap))}。" if gap else "，价格一样。"),
            both,
            (first.title, second.title),
        )
    ]
    if brief.differences:
        said.append(
            Sentence(
                "；".join(f"{name}都是 {one}" if one == other else _against(name, one, other) for name, one, other in brief.differences) + "。",
                both,
            )
        )
    else:
        said.append(Sentence("其他参数差不多。", both))
    cheap = first if gap > 0 else second
    rated = dict(brief.asked)
    if gap and rated:
        said.append(
            Sentence(
                f"{brief.name(cheap)}便宜，评分也更高。"
                if cheap.title == rated["best"]
                else f"想省钱选{brief.name(cheap)}；论评分，{_titled(brief, rated['best'])}更高。",
                both,
            )
        )
    elif gap:
        said.append(Sentence(f"其他没有特别要求的话，选{brief.name(cheap)}更省。", both))
    return said


def _against(name: str, one: str, other: str) -> str:
    """Two values of an attribute: 续航 14 小时对 8 小时, 导演分别是李沧东和郭在容."""
    if is_han(one[0]) and is_han(other[0]):
        return f"{name}分别是{one}和{other}"
    return f"{name} {one}{' ' if one[-1:].isascii() else ''}对 {other}"


def _details(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    if not brief.asked and not brief.unknown:
        points = "，".join(brief.points.get(product.id, ()))
        return [
            Sentence(f"{_priced(brief, product)}。", own),
            Sentence(brief.descriptions.get(product.id, ""), own),
            Sentence(f"{points}。" if points else "", own),
        ]
    said = []
    for place, (name, value) in enumerate(brief.asked):
        subject = brief.name(product) if place == 0 else "它"
        said.append(Sentence(_fact(subject, name, value), own, (name,) if value in _YES_NO else (value,)))
    if brief.unknown:
        subject = ("" if brief.asked else f"{brief.name(product)}的") + "、".join(brief.unknown)
        said.append(Sentence(f"{subject}资料里没写，我不敢乱说。{people.offer(brief, '要的话我帮您转人工问问。')}", own, brief.unknown))
    return said


_YES_NO = ("有", "支持", "可以", "无", "没有", "不支持", "否")


def _fact(subject: str, name: str, value: str) -> str:
    if name == "价格":
        return f"{subject}现在{value}。"
    if name == "库存":
        return f"{subject}{value}。"
    if name == "适合":
        return f"{subject}适合{value}。"
    if name == "颜色":
        count = value.count("、") + 1
        return f"{subject}有{value}{'两' if count == 2 else count}种颜色。" if count > 1 else f"{subject}只有{value}一种颜色。"
    if value in ("有", "支持", "可以"):
        return f"{subject}{value}{name}。" if value == "支持" else f"{subject}有{name}。"
    if value in ("无", "没有", "不支持", "否"):
        return f"{subject}{'不支持' if value == '不支持' else '没有'}{name}。"
    blank = " " if value[:1].isascii() else ""
    return f"{subject}的{name}是{blank}{value}。"


def _explain(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    blank = " " if _wish(brief)[:1].isdigit() else ""
    wish = f"您要的是{blank}{_wish(brief)}" if brief.wanted else f"您在看{_kind(brief)}"
    among = f"，符合的有 {brief.total} {brief.measure}" if brief.total > 1 else ""
    reasons = "，".join(product.reasons)
    return [
        Sentence(f"{wish}{among}。", own),
        Sentence(f"推{brief.name(product)}是因为：{reasons}。", own, (product.title,)),
        Sentence(brief.descriptions.get(product.id, ""), own),
    ]


def _choose(brief: Brief) -> list[Sentence]:
    product = brief.products[0]
    own = frozenset({product.id})
    if not product.in_stock:
        return [Sentence(f"{brief.name(product)}现在没货，先没法下单。", own, (product.title,)), Sentence("要不要看看差不多的？")]
    if brief.note == "all_left":
        return [
            Sentence(f"{brief.name(product)}只剩 {brief.quantity} {_pieces(brief)}了，先都给您放进购物车。", own, (product.title,)),
            Sentence("还需要看点别的吗？"),
        ]
    count = f"，要 {brief.quantity} {_pieces(brief)}" if brief.quantity > 1 else ""
    return [
        Sentence(f"好的，{_priced(brief, product)}{count}，{brief.taken or '给您放进购物车了'}。", own, (product.title,)),
        Sentence("还需要看点别的吗？"),
    ]


def _ask(brief: Brief) -> list[Sentence]:
    if brief.question == "which_item":
        return [Sentence(f"您说的是哪一{brief.measure}？")]
    if brief.ask_back:
        return [Sentence(f"可以的。{brief.ask_back}")]
    return [Sentence(_pick(brief, "可以的，您想看哪一类，大概什么预算？", "您想找什么？说说用途或者预算都行。"))]


def _answer(brief: Brief) -> list[Sentence]:
    if not any(map(is_han, brief.answer)):
        return [Sentence("这条店里只有英文的，原文是："), Sentence(brief.answer)]
    asks = [Sentence("您问的是“{}”，还是“{}”？".format(*(one.rstrip("？?") for one in brief.choices)))] if brief.choices else []
    return [Sentence(brief.answer), *asks]


def _no_answer(brief: Brief) -> list[Sentence]:
    return [Sentence("这个我这边没有明确规定，不敢乱说。"), Sentence(people.offer(brief, "要帮您转人工吗？"))]


def _order(brief: Brief) -> list[Sentence]:
    if brief.order:
        return [*(_answer(brief) if brief.order.say == "invite" else ()), *order_sentences(brief, brief.order)]
    said = [Sentence(brief.answer)] if brief.answer else []
    offer = people.offer(brief, "需要的话帮您转人工核对，麻烦备好订单号。")
    return [*said, Sentence("您这笔订单我直接看不到。"), Sentence(offer)]


def _complaint(brief: Brief) -> list[Sentence]:
    said = [Sentence(_pick(brief, "给您添麻烦了，这事我们来处理。", "确实不应该，这个得给您解决。"))]
    if brief.person.stake == "safety":
        said = [Sentence(people.on_safety())]
    if brief.answer:
        said.append(Sentence(brief.answer))
    if brief.person.stake and brief.person.joins:
        return [*said, Sentence("这事得让同事来处理，要帮您转人工吗？")]
    return [*said, Sentence(people.offer(brief, "麻烦给我一下订单号，或者我直接帮您转人工？", "麻烦给我一下订单号。"))]


def _handoff(brief: Brief) -> list[Sentence]:
    return [Sentence(one) for one in people.fetched(brief)]


def _greet(brief: Brief) -> list[Sentence]:
    return [Sentence(_pick(brief, f"您好，这里是{brief.shop}的小二。想找点什么，或者有什么要问的，直接说就行。", "在的，您说。"))]


def _thanks(brief: Brief) -> list[Sentence]:
    if brief.note == "declined":
        return [Sentence("好的，那就不转了，您接着说。")]
    return [Sentence(_pick(brief, "不客气，有需要随时叫我。", "应该的，还想看什么您说。"))]


def _goodbye(brief: Brief) -> list[Sentence]:
    return [Sentence(_pick(brief, "好的，您慢走，有需要再来。", "好，回头见。"))]


def _chitchat(brief: Brief) -> list[Sentence]:
    if brief.note == "identity":
        return [Sentence("我是店里的小二，是个程序，不是真人。找东西、问售后都行。"), Sentence(people.offer(brief, "要找真人我给您转。"))]
    if brief.note == "feelings":
        return [Sentence("挺好的，您呢？想看看什么，我帮您找。")]
    return [Sentence(_pick(brief, "聊天我不太在行，找东西还行。想看看什么？", "这个我就接不上了，店里的东西倒是熟。"))]


def _out_of_scope(brief: Brief) -> list[Sentence]:
    if brief.note == "language":
        return [Sentence("我会中文和英文，您用哪种都行。"), Sentence("想找什么，或者有什么要问的？")]
    if brief.note == "discount":
        return [Sentence("价格我改不了，标的多少就是多少。"), Sentence("不过可以给您看看现在降价的。")]
    return [Sentence(_pick(brief, "这个我帮不上忙。店里的东西随时问我。", "这个不归我管，找东西、问售后我都在。"))]


_RULES: dict[PlanKind, Callable[[Brief], list[Sentence]]] = {
    "recommend": _recommend, "nothing_fits": _nothing, "compare": _compare, "details": _details, "explain": _explain,
    "choose": _choose, "ask": _ask, "answer": _answer, "no_answer": _no_answer, "order": _order, "complaint": _complaint,
    "handoff": _handoff, "greet": _greet, "thanks": _thanks, "goodbye": _goodbye, "chitchat": _chitchat,
    "out_of_scope": _out_of_scope,
}  # fmt: skip
