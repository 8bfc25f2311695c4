"""What the desk's page says to the shop's people, in Chinese and in English. Each is written in its own language."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.values import Language

__all__ = ["DeskTexts", "desk_texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTexts:
    """reasons, urgencies, kinds, summary: what the names of the API are called. {name}, {minutes} are filled in."""

    title: str
    name: str
    entry_word: str
    sign_in: str
    sign_out: str
    wrong: str
    tries: str
    failed: str
    queue: str
    learning: str
    shelf: str
    empty: str
    choose: str
    waited: str
    with_name: str
    mine: str
    take: str
    take_over: str
    hand_back: str
    close: str
    answer: str
    send: str
    shopper: str
    assistant: str
    shown: str
    sources: str
    joined: str
    returned: str
    released: str
    closed: str
    questions: str
    nothing: str
    question: str
    language: str
    approve: str
    settle: str
    approved: str
    edit: str
    withdraw: str
    changes: str
    undo: str
    search: str
    pin: str
    block: str
    neither: str
    by: str
    reasons: Mapping[str, str]
    urgencies: Mapping[str, str]
    kinds: Mapping[str, str]
    summary: Mapping[str, str]
    subjects: Mapping[str, str]


_ZH = DeskTexts(
    title="客服台", name="您的名字（顾客看得到）", entry_word="密码", sign_in="登录", sign_out="退出", wrong="密码不对。", tries="试的次数太多，请过几分钟再来。",
    failed="没办成，请再试一次。", queue="接待", learning="补答案", shelf="主推与下架", empty="现在没有人等。", choose="从左边选一个对话。", waited="等了 {minutes} 分钟",
    with_name="{name} 在接待", mine="您在接待", take="接待", take_over="换我来", hand_back="交还小二", close="结束", answer="回复顾客", send="发送", shopper="顾客",
    assistant="小二", shown="展示过", sources="引用过", joined="{name} 接了", returned="{name} 交还了", released="{name} 离开了", closed="{name} 结束了", questions="待补的问题",
    nothing="没有要处理的。", question="顾客的问题", language="语言", approve="采用", settle="不用管", approved="已采用的答案", edit="修改", withdraw="停用", changes="改动记录",
    undo="撤销", search="找商品（名称或编号）", pin="主推", block="不推荐", neither="都不", by="{name}",
    reasons={
        "asked": "要找人工", "no_answer": "没答上来", "complaint": "投诉", "failed": "连着没帮上", "mood": "心情不好", "money": "涉及钱款", "safety": "涉及安全", "order_desk": "订单系统不通", "order_proof": "核对没通过",
        "insisted": "坚持要办", "faulty": "质量问题",
    },
    urgencies={"1": "一般", "2": "较急", "3": "紧急"}, kinds={"unanswered": "没答上来", "disliked": "被点了踩", "staff": "同事答过"},
    summary={"need": "想要", "wishes": "条件", "shown": "看过", "answered": "已答过", "unanswered": "没答上", "order": "订单", "last": "最后说"},
    subjects={"answer": "答案", "item": "商品", "question": "问题"},
)  # fmt: skip
_EN = DeskTexts(
    title="The desk", name="Your name (shoppers see it)", entry_word="Password", sign_in="Sign in", sign_out="Sign out", wrong="That isn't the password.",
    tries="Too many tries. Wait a few minutes.", failed="That didn't work. Please try again.", queue="Conversations", learning="Answers", shelf="Pins and blocks",
    empty="Nobody is waiting.", choose="Choose a conversation.", waited="waited {minutes} min", with_name="with {name}", mine="with you", take="Take", take_over="Take over",
    hand_back="Hand back", close="Close", answer="Answer the shopper", send="Send", shopper="Shopper", assistant="Xiaoer", shown="Shown", sources="Quoted", joined="{name} joined",
    returned="{name} handed back", released="{name} left", closed="{name} closed it", questions="Questions to answer", nothing="Nothing to do.", question="The shopper's question",
    language="Language", approve="Approve", settle="Dismiss", approved="Approved answers", edit="Edit", withdraw="Withdraw", changes="Changes", undo="Undo",
    search="Find a product by name or id", pin="Pin", block="Block", neither="Neither", by="by {name}",
    reasons={
        "asked": "asked for a person", "no_answer": "no answer", "complaint": "complaint", "failed": "not helped twice", "mood": "upset", "money": "money", "safety": "safety",
        "order_desk": "order system down", "order_proof": "proof failed", "insisted": "insists", "faulty": "faulty item",
    },
    urgencies={"1": "normal", "2": "soon", "3": "urgent"}, kinds={"unanswered": "no answer", "disliked": "disliked", "staff": "answered by a colleague"},
    summary={"need": "Wants", "wishes": "Conditions", "shown": "Seen", "answered": "Answered", "unanswered": "Not answered", "order": "Order", "last": "Said last"},
    subjects={"answer": "answer", "item": "product", "question": "question"},
)  # fmt: skip


def desk_texts(language: Language) -> DeskTexts:
    """The desk's texts in `language`."""
    return _ZH if language == "zh" else _EN
