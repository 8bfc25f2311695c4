"""What the page, the widget and the demo shop themselves say, in Chinese and in English: labels, hints, names of what was understood.

Each text is written in its own language, not translated from the other. Replies to shoppers are not here (see `zh` and
`en`), and nothing here knows how a page is drawn. Texts with braces are filled in with `format`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.values import IntentName, Language

__all__ = ["PageTexts", "ShopTexts", "WidgetTexts", "page_texts", "shop_texts", "widget_texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTexts:
    """waits: shown while the assistant loads; ahead: also, before anything is written; shelving: how far it is.

    handed_over, minutes, ahead_of_you: a person was asked for; kept_for: outside office hours; reached_at: where nobody can join the chat.
    passed: under a message that went to a person. closed: it cannot load. unsent: a message did not arrive. example, any_example, policy_example: ready questions.
    intents, moods: what the names of the contract are called for a shopper.
    """

    assistant: str
    tagline: str
    ask: str
    send: str
    fresh: str
    welcome: str
    invitation: str
    waits: str
    ahead: str
    shelving: str
    closed: str
    unsent: str
    example: str
    any_example: str
    policy_example: str
    cards: str
    in_stock: str
    out_of_stock: str
    was: str
    source: str
    basket: str
    handed_over: str
    minutes: str
    ahead_of_you: str
    kept_for: str
    reached_at: str
    passed: str
    how: str
    intent: str
    conditions: str
    interests: str
    mood: str
    sure: str
    category: str
    price: str
    up_to: str
    at_least: str
    between: str
    brand: str
    unwanted: str
    stock: str
    rating: str
    rating_from: str
    joint: str
    colon: str
    intents: Mapping[IntentName, str]
    moods: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetTexts:
    """What the widget says beside the page's texts. {title} is a product's, {count} a number.

    launch: on the button that opens it. found: told to those who listen. busy: too many messages; lost: the connection
    went while a reply was on its way; again: sends a message that did not arrive once more.
    """

    launch: str
    close: str
    conversation: str
    said: str
    options: str
    found: str
    to_cart: str
    in_cart: str
    like: str
    dislike: str
    helpful: str
    unhelpful: str
    busy: str
    lost: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTexts:
    """What the demo shop says around its products. note: at the foot of every page."""

    all: str
    kinds: str
    back: str
    to_cart: str
    in_cart: str
    cart: str
    empty: str
    total: str
    remove: str
    close: str
    features: str
    alike: str
    rated: str
    rated_by: str
    before: str
    after: str
    pages: str
    page: str
    missing: str
    other_language: str
    note: str


_ZH = PageTexts(
    assistant="小二",
    tagline="要找什么，跟小二说一声",
    ask="想找什么，或者有什么要问的",
    send="发送",
    fresh="新对话",
    welcome="您好，想看点什么？",
    invitation="说说用途、预算或者喜欢的牌子，我照着店里的货给您挑。退换、发票、配送，也都能问。",
    waits="小二正在收拾柜台，马上就好。",
    ahead="您可以先把话写下，收拾好了就答。",
    shelving="货已上架 {done} / {total} 件。",
    closed="不好意思，店里出了点状况，暂时接待不了，请您过会儿再来。",
    unsent="刚才那句没送到，麻烦您稍等几秒再发一次。",
    example="{price}以内的{category}有哪些？",
    any_example="有什么好用的{category}？",
    policy_example="买回去不合适，能退吗？",
    cards="商品",
    in_stock="有货",
    out_of_stock="暂时没货",
    was="原价",
    source="出自店铺说明",
    basket="已放进购物车：{title}",
    handed_over="已经转给同事{wait}",
    minutes="，大约等 {minutes} 分钟",
    ahead_of_you="，前面还有 {ahead} 位",
    kept_for="已经留给同事，上班后在这里回您",
    reached_at="联系店里：{ways}",
    passed="已送达",
    how="我是这么理解的",
    intent="您的意思",
    conditions="您的条件",
    interests="您可能想看",
    mood="您的心情",
    sure="{percent}% 把握",
    category="品类",
    price="价格",
    up_to="{amount}以内",
    at_least="{amount}以上",
    between="{low}到 {high}",
    brand="品牌",
    unwanted="不要",
    stock="只看有货的",
    rating="评分",
    rating_from="{amount} 以上",
    joint="、",
    colon="：",
    intents={
        "recommend": "想找商品", "refine": "换个条件再看", "compare": "想比较几款", "details": "问商品情况", "explain": "问推荐的理由",
        "choose": "选定了一款", "reject": "这几款都不合意", "service": "问店里的规定", "order": "问自己的订单", "complaint": "有地方不满意",
        "human": "想找人工", "greet": "打招呼", "thanks": "道谢", "goodbye": "道别", "chitchat": "聊几句", "out_of_scope": "店外的事",
    },
    moods={"positive": "不错", "neutral": "平常", "negative": "不太高兴"},
)  # fmt: skip

_EN = PageTexts(
    assistant="Xiaoer",
    tagline="Say what you need; Xiaoer finds it",
    ask="What are you looking for?",
    send="Send",
    fresh="New chat",
    welcome="Hello. What can I find you?",
    invitation="Tell me what it's for, what you'd like to spend or which make you like, and I'll pick from our shelves. "
    "Returns, invoices and delivery: ask me those as well.",
    waits="Xiaoer is still setting out the counter and will be with you in a moment.",
    ahead="You can write your message already.",
    shelving="{done} of {total} items are on the shelves.",
    closed="Sorry, something's wrong in the shop and I can't serve you just now. Please come back a little later.",
    unsent="That didn't get through. Please wait a few seconds and send it again.",
    example="What {category} do you have under {price}?",
    any_example="Any good {category}?",
    policy_example="Can I return it if it isn't right?",
    cards="Products",
    in_stock="In stock",
    out_of_stock="Out of stock",
    was="was",
    source="From our pages",
    basket="In your basket: {title}",
    handed_over="Passed on to a colleague{wait}",
    minutes=", about {minutes} minutes",
    ahead_of_you=", {ahead} before you",
    kept_for="Kept for a colleague, who'll answer here",
    reached_at="Reach the shop: {ways}",
    passed="Delivered",
    how="How I understood this",
    intent="What you're after",
    conditions="Your conditions",
    interests="Likely of interest",
    mood="Your mood",
    sure="{percent}% sure",
    category="Category",
    price="Price",
    up_to="up to {amount}",
    at_least="from {amount}",
    between="{low} to {high}",
    brand="Brand",
    unwanted="Not",
    stock="In stock only",
    rating="Rating",
    rating_from="{amount} and up",
    joint=", ",
    colon=": ",
    intents={
        "recommend": "To find something", "refine": "To change the request", "compare": "To compare", "details": "To know more about an item",
        "explain": "To know why I picked it", "choose": "To take one", "reject": "None of these", "service": "To know the shop's rules",
        "order": "News of an order", "complaint": "To complain", "human": "To talk to a person", "greet": "To say hello",
        "thanks": "To say thanks", "goodbye": "To say goodbye", "chitchat": "A little chat", "out_of_scope": "Something outside the shop",
    },
    moods={"positive": "good", "neutral": "calm", "negative": "not happy"},
)  # fmt: skip


def page_texts(language: Language) -> PageTexts:
    """The page's texts in `language`."""
    return _ZH if language == "zh" else _EN


_WIDGET_ZH = WidgetTexts(
    launch="问问小二",
    close="收起",
    conversation="对话",
    said="您说",
    options="接着问",
    found="找到 {count} 件商品。",
    to_cart="加入购物车",
    in_cart="已加入",
    like="喜欢 {title}",
    dislike="不喜欢 {title}",
    helpful="答得好",
    unhelpful="答得不好",
    busy="消息发得太密了，请您稍等几秒再发。",
    lost="网络断了一下，正在把回复取回来。",
    again="再发一次",
)
_WIDGET_EN = WidgetTexts(
    launch="Ask Xiaoer",
    close="Close",
    conversation="Conversation",
    said="You said",
    options="Quick replies",
    found="{count} products found.",
    to_cart="Add to cart",
    in_cart="Added",
    like="Like {title}",
    dislike="Not for me: {title}",
    helpful="Good answer",
    unhelpful="Not a good answer",
    busy="That's a lot of messages at once. Give it a few seconds and send it again.",
    lost="The connection dropped. I'm fetching the reply.",
    again="Send again",
)
_SHOP_ZH = ShopTexts(
    all="全部",
    kinds="品类",
    back="返回",
    to_cart="加入购物车",
    in_cart="已加入",
    cart="购物车",
    empty="购物车还空着。",
    total="合计",
    remove="删除",
    close="收起",
    features="参数",
    alike="同类商品",
    rated="{rating} 分",
    rated_by="{count} 条评价",
    before="上一页",
    after="下一页",
    pages="翻页",
    page="第 {page} 页，共 {pages} 页",
    missing="没有找到这件商品。",
    other_language="English",
    note="演示用的店面，下不了单。",
)
_SHOP_EN = ShopTexts(
    all="All",
    kinds="Categories",
    back="Back",
    to_cart="Add to cart",
    in_cart="Added",
    cart="Cart",
    empty="Nothing in your cart yet.",
    total="Total",
    remove="Remove",
    close="Close",
    features="Details",
    alike="More of the kind",
    rated="{rating} out of 5",
    rated_by="{count} ratings",
    before="Previous",
    after="Next",
    pages="Pages",
    page="Page {page} of {pages}",
    missing="There's no such product here.",
    other_language="中文",
    note="A shop to try things in: nothing can be ordered.",
)


def widget_texts(language: Language) -> WidgetTexts:
    """What the widget says in `language`."""
    return _WIDGET_ZH if language == "zh" else _WIDGET_EN


def shop_texts(language: Language) -> ShopTexts:
    """What the demo shop says in `language`."""
    return _SHOP_ZH if language == "zh" else _SHOP_EN
