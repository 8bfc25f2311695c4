"""A shopper played by a chat model: an instruction with the goal, the conversation so far, and what it says next.

Any langchain chat model will do. It sees what a rule shopper sees and no more. What it has told of its wishes is read off
its own words, so that the judge can hold the assistant to them.
"""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from chatbot.evaluating.simulating.goals import Goal, Wish
from chatbot.evaluating.simulating.saying import WordsOf
from chatbot.evaluating.simulating.shopper import Act, Said, Seen
from chatbot.shop.catalogue import Catalogue
from chatbot.text import compact
from chatbot.values import Language

__all__ = ["ChatShopper", "Speaks"]

LEAVE = "[LEAVE]"
"""What the model writes to end the conversation."""
LONGEST = 400
"""Characters of a message that are taken."""
_INSTRUCTION = {
    "en": "You play a customer who chats with a shop's assistant. {style} Write only your next message, one or two sentences, in English. "
    "You want: {wishes}. Do not say all of it at once; say what is missing when what you are shown does not fit. {change}{aside}"
    "When something you are shown fits all of it, say that you take it, by its name or its place. When it is in the basket, or when you have had enough, write " + LEAVE + ".",
    "zh": "你扮演一位顾客，正在和网店的导购聊天。{style}只写你的下一句话，一两句，用中文。你想要：{wishes}。不要一次说完；推荐的不合适时，再说哪里不合适。"
    "{change}{aside}看到全部符合的，就说要哪一个（说名字或第几个）。已经放进购物车，或者不想聊了，就写 " + LEAVE + "。",
}  # fmt: skip
_STYLES = {
    "en": {"terse": "You write in keywords.", "plain": "You write plainly.", "chatty": "You are friendly and chatty.", "rambling": "You ramble."},
    "zh": {"terse": "你说话只用关键词。", "plain": "你说话直接。", "chatty": "你热情健谈。", "rambling": "你说话啰嗦。"},
}
_PARTS = {
    "en": {"budget": "at most {amount:g} {currency}", "brand": "the brand {value}", "not_brand": "not the brand {value}", "avoid": "{name} not {value}", "use": "good for {value}", "must": "{name}: {value}"},
    "zh": {"budget": "不超过{amount:g} {currency}", "brand": "{value}牌", "not_brand": "不要{value}牌", "avoid": "{name}不要{value}", "use": "适合{value}", "must": "{name}：{value}"},
}  # fmt: skip
_TAKES = re.compile(r"\btake\b|\bbuy\b|\bbasket\b|\bcart\b|就要|要了|买了|就它|下单|购物车", re.IGNORECASE)


class Speaks(Protocol):
    """A chat model, as far as it is needed here: messages in, one message out."""

    def invoke(self, input: Any, /) -> Any: ...  # langchain's own name for the argument


class ChatShopper:
    """One conversation of one goal, in a model's words."""

    def __init__(self, goal: Goal, catalogue: Catalogue, currency: str, model: Speaks) -> None:
        self._goal, self._model = goal, model
        self._words = WordsOf(catalogue, goal.language, currency)
        self._messages: list[tuple[str, str]] = [("system", self._instruction())]
        self._stated: dict[tuple[str, str], Wish] = {}
        self._done = False

    def say(self, seen: Seen | None) -> Said | None:
        if self._done:
            return None
        self._messages.append(
            (
                "human",
                self._as_seen(seen) if seen else {"zh": "（对话开始，请您先说。）", "en": "(The chat begins. You write first.)"}[self._goal.language],
            )
        )
        text = _plain(self._model.invoke(self._messages))
        if LEAVE in text:
            self._done, text = True, text.replace(LEAVE, "").strip()
        if not text:
            return None
        self._messages.append(("ai", text))
        self._hear(text)
        act: Act = "open" if seen is None else "take" if _TAKES.search(text) and seen.products else "leave" if self._done else "critique"
        return Said(text, act, tuple(self._stated.values()))

    def _instruction(self) -> str:
        language, goal = self._goal.language, self._goal
        wishes = "；" if language == "zh" else "; "
        told = wishes.join(self._part(wish, language) for need in goal.needs[:1] for wish in need.wishes)
        change = ""
        if goal.change and goal.change.before.kind != "kind":
            before = self._part(goal.change.before, language)
            change = (
                f"一开始你以为要{before}，聊一轮之后改主意。"
                if language == "zh"
                else f"At first you want {before}; after one reply you change your mind. "
            )
        aside = ""
        if goal.aside:
            aside = f"中间问一次：{goal.aside.topic}。" if language == "zh" else f"Once in between, ask about {goal.aside.topic.replace('_', ' ')}. "
        return _INSTRUCTION[language].format(style=_STYLES[language][goal.style], wishes=told, change=change, aside=aside)

    def _part(self, wish: Wish, language: Language) -> str:
        leaf = self._goal.needs[0].wishes[0].value
        if wish.kind == "kind":
            return self._words.catalogue.category_name(wish.value, language)
        name, value = self._spelt(wish, leaf)
        return _PARTS[language][wish.kind].format(name=name, value=value, amount=wish.amount, currency=self._words.currency)

    def _spelt(self, wish: Wish, leaf: str) -> tuple[str, str]:
        if wish.kind in ("brand", "not_brand"):
            return "", self._words.catalogue.brand_name(wish.value, self._goal.language)
        return self._words.attribute(leaf, wish.name, wish.value)

    def _as_seen(self, seen: Seen) -> str:
        """The reply with its products, as they stand on the screen."""
        lines = [seen.text]
        for place, product in enumerate(self._words.catalogue.get(seen.products), 1):
            text = self._words.catalogue.text(product, self._goal.language)
            facts = ", ".join(f"{name}: {'/'.join(values)}" for name, values in text.attributes.items())
            lines.append(f"{place}. {text.title}, {product.price:g} {self._words.currency} ({facts})")
        return "\n".join(lines)

    def _hear(self, text: str) -> None:
        """Note the wishes whose figure or name stands in the shopper's own words."""
        leaf, said = self._goal.needs[0].wishes[0].value, compact(text)
        for wish in self._goal.needs[0].wishes:
            words: Sequence[str] = (
                (f"{wish.amount:g}",) if wish.kind == "budget" else self._spelt(wish, leaf)[1:] if wish.kind not in ("kind", "use") else ()
            )
            if any(compact(word) in said.replace(",", "") for word in words if word):
                self._stated[wish.key] = wish


def _plain(answer: Any) -> str:
    """The text of a model's message, without quotes around it or a name before it."""
    content = (
        answer.content if isinstance(answer.content, str) else "".join(part.get("text", "") for part in answer.content if isinstance(part, dict))
    )
    return " ".join(re.sub(r"^(?:customer|顾客)\s*[:：]\s*", "", content.strip(), flags=re.IGNORECASE).strip('"“”「」').split())[:LONGEST]
