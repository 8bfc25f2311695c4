"""The chat page, in Gradio: a conversation that is kept in the store and rebuilt from it, streamed as the bot makes it.

Knows how a turn is shown and nothing of how one is made. The browser keeps a session id and nothing else; what it sends
back of the conversation is never read.
"""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
import structlog
from starlette.concurrency import run_in_threadpool

from chatbot.bot import Bot
from chatbot.errors import SessionUnknown, ShopError, StoreError, XiaoerError
from chatbot.person_turns import told_message
from chatbot.phrasing import en, zh
from chatbot.phrasing.page_texts import page_texts
from chatbot.service.ticket_store import Message
from chatbot.settings import Settings
from chatbot.shop.reading import Shop, read_shop
from chatbot.store import Turn, new_session
from chatbot.understanding.language import detect
from chatbot.values import Item, Language
from chatbot.web.api import SESSION, TURN
from chatbot.web.cards import header_html, message_html, reply_html, sentence_html, waiting_html, welcome_html
from chatbot.web.metrics import Metrics
from chatbot.web.welcome import example_questions, preferred_language

__all__ = ["Source", "build_page", "page_options", "shelf_pictures"]

log = structlog.get_logger("xiaoer")

ASSETS = Path(__file__).resolve().parent / "assets"
STORAGE_KEY = "xiaoer-session"
STORAGE_SECRET = "xiaoer-page"  # noqa: S105 - fixed, so that a conversation outlives the process; the id it wraps is the only right
LONGEST_HISTORY = 60
"""Turns of a conversation that are shown again; older ones stay in the store."""
SHOPPERS_PER_SLOT = 2
"""Turns under way for each slot of the language model: most of a turn is not the model's."""
LONGEST_QUEUE = 200
LOOK_AGAIN = 0.4
"""Seconds between two looks at how far loading has come."""
SHELF = 6
"""Pictures of items in an empty conversation: what a phone shows without scrolling."""


class Source(Protocol):
    """Gives the bot, None while it loads, and raises the error that loading ended with. progress: (done, of how many).

    metrics: where turns are counted.
    """

    done: threading.Event
    progress: tuple[int, int]
    metrics: Metrics

    def __call__(self) -> Bot | None: ...


def build_page(source: Source, settings: Settings) -> gr.Blocks:
    """The page over the bot that `source` gives, now or later."""
    page = _Page(source, settings)
    first = page.language(None)
    texts = page_texts(first)
    with gr.Blocks(title=f"{page.shop_name(first)} · {texts.assistant}", fill_height=True, fill_width=True, analytics_enabled=False) as demo:
        session = gr.BrowserState("", storage_key=STORAGE_KEY, secret=STORAGE_SECRET)
        language = gr.State(first)
        with gr.Row(elem_id="x-head"):
            header = gr.HTML(header_html(page.shop_name(first), first), elem_id="x-header", apply_default_css=False)
            fresh = gr.Button(texts.fresh, elem_id="x-fresh", size="sm", scale=0)
        chat = gr.Chatbot(
            elem_id="x-chat", show_label=False, label=texts.assistant, container=False, height=None, layout="bubble", buttons=[], render_markdown=False,
            latex_delimiters=[], placeholder=welcome_html(first), feedback_options=("Like", "Dislike"), group_consecutive_messages=False, autoscroll=False, scale=1,
        )  # fmt: skip
        box = gr.Textbox(
            elem_id="x-box", show_label=False, label=texts.ask, container=False, placeholder=texts.ask, lines=1, max_lines=5, submit_btn=True, autofocus=True,
            max_length=settings.max_message, html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )  # fmt: skip
        live = gr.Button("", elem_id="x-live")  # never seen: the page's script presses it when a person has said something
        frame = [session, language, header, fresh, box, chat]
        opening = demo.load(page.open, [session], frame, show_progress="hidden", concurrency_limit=None, api_visibility="private")
        turn = gr.on(
            [box.submit, chat.option_select, chat.example_select], page.turn, [box, session, language], frame, show_progress="hidden",
            trigger_mode="once", cancels=[opening], concurrency_limit=settings.slots * SHOPPERS_PER_SLOT, api_name=TURN, api_visibility="private",
        )  # fmt: skip
        fresh.click(page.begin, [language], frame, show_progress="hidden", cancels=[opening, turn], concurrency_limit=None, api_visibility="private")
        live.click(
            page.refresh,
            [session, language],
            frame,
            show_progress="hidden",
            trigger_mode="always_last",
            concurrency_limit=None,
            api_visibility="private",
        )
        chat.like(page.judge, [session], None, show_progress="hidden", concurrency_limit=None, api_visibility="private")
    return demo.queue(max_size=LONGEST_QUEUE, api_open=False)


def page_options() -> dict[str, Any]:
    """Keyword arguments for `gr.mount_gradio_app`: the looks of the page, and what of Gradio's own is left out."""
    style = (ASSETS / "page.css").read_text("utf-8")
    script = (ASSETS / "page.js").read_text("utf-8")
    return {
        "theme": _theme(),
        "head": f'<meta name="color-scheme" content="light dark"><style>{style}</style><script>{script}</script>',
        "favicon_path": str(ASSETS / "seal.svg"),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "ssr_mode": False,
    }


def _theme() -> gr.themes.Base:
    """Fonts of the reader's own system: none is fetched. The colours here are those seen before the style sheet is there."""
    fonts = ["-apple-system", "BlinkMacSystemFont", "PingFang SC", "Segoe UI", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"]).set(
        body_background_fill="#f6f0e3", body_background_fill_dark="#1b1c18", body_text_color="#2a261f", body_text_color_dark="#ece5d5"
    )


Frame = tuple[Any, ...]
"""New values of session, language, header, the button for a new conversation, the input, the conversation."""


class _Page:
    """The handlers. Holds nothing that belongs to one shopper."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self._shop: Shop | None = None
        try:
            self._shop = read_shop(settings.shop)
        except ShopError as error:
            log.error("the page has no shop to show", error=str(error))  # loading fails the same way, and the chat says that it did

    def shop_name(self, language: Language) -> str:
        return self._shop.name(language) if self._shop else page_texts(language).assistant

    def language(self, request: gr.Request | None) -> Language:
        """The language of the reader's browser, else the shop's."""
        default: Language = self._shop.default_language if self._shop else "zh"
        return preferred_language(request.headers.get("accept-language", ""), default) if request else default

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, session: object, request: gr.Request) -> AsyncIterator[Frame]:
        """A page was opened: say that the assistant is getting ready, then show the conversation that the store holds.

        Until there is one to show, the conversation is left alone: a message may have been sent meanwhile.
        """
        session, language = _valid(session), self.language(request)
        while (bot := self._bot()) is None and not self._source.done.is_set():
            yield self._framed(session, language, line=self._waits(language, written=False))
            await asyncio.sleep(LOOK_AGAIN)
        try:
            turns = await run_in_threadpool(_turns, bot, session) if bot else None
        except StoreError as error:
            log.error("a conversation cannot be read", error=str(error))
            turns = None
        if bot is None or turns is None:
            yield self._framed(session, language, line=page_texts(language).closed)
            return
        language = _spoken(turns, language)
        yield self._framed(session, language, _conversation(turns, bot) or None, turns=turns)

    def turn(self, message: object, session: object, language: Language, event: gr.EventData) -> Iterator[Frame]:
        """A message was sent, or a quick reply or an example chosen: the turn, as it comes."""
        chosen = _chosen(event)
        text = (chosen or str(message or "")).strip()
        if not text:
            yield _same()
            return
        session = _valid(session)
        emptied = gr.skip() if chosen else ""
        yield (session, gr.skip(), gr.skip(), gr.skip(), emptied, gr.skip())
        show = partial(_shown, text)
        past: list[dict[str, Any]] = []
        try:
            while (bot := self._source()) is None and not self._source.done.wait(LOOK_AGAIN):
                yield _chatting(show(past, waiting_html(self._waits(language, written=True), language)))
            if bot is None:
                bot = self._source()
            if bot is None:
                raise XiaoerError("loading ended without a bot")
            turns = _turns(bot, session)
            past = _conversation(turns[1 - LONGEST_HISTORY :], bot)  # with this turn as many as are shown after a refresh
            last = _spoken(turns, None)
            speaks = detect(text, last, bot.shop.default_language)[0]
            yield _chatting(show(past, waiting_html("", speaks)))
            yield from self._stream(bot, text, session, speaks, partial(show, past))
        except Exception as error:  # noqa: BLE001 - whatever broke, the shopper reads a kind sentence, and the log has the rest
            log.error("a turn failed on the page", error=str(error), kind=type(error).__name__)
            speaks = detect(text, language, language)[0]
            yield _chatting(show(past, sentence_html((zh if speaks == "zh" else en).apology(), speaks)))

    def _stream(self, bot: Bot, text: str, session: str, language: Language, show: Callable[..., list[dict[str, Any]]]) -> Iterator[Frame]:
        reply: dict[str, Any] = {}
        drawn = partial(reply_html, names=bot.shop.catalogue, currency=bot.shop.currency)
        for event in self._source.metrics.counted(bot.stream(text, session), "page"):
            if event.name == "text":
                reply["text"] = reply.get("text", "") + event.data
            elif event.name == "done":
                done = event.data
                language = done["language"]
                chat = show(drawn(done, language=language), options=done["options"])
                if _people(bot, session):  # somebody may have written meanwhile
                    chat = _conversation(_turns(bot, session), bot)
                yield (gr.skip(), language, *self._labels(session, language), gr.update(value=chat))
                return
            else:
                reply[event.name] = event.data
            if event.name in ("products", "text"):
                yield _chatting(show(drawn(reply, language=language, pending=True)))

    async def refresh(self, session: object, language: Language) -> Frame:
        """A person has said or done something: the conversation anew, as the store has it."""
        session, bot = _valid(session), self._bot()
        if bot is None:
            return _same()
        try:
            turns = await run_in_threadpool(_turns, bot, session)
            messages = await run_in_threadpool(_conversation, turns, bot)
        except StoreError as error:
            log.error("a conversation cannot be read", error=str(error))
            return _same()
        return (*(gr.skip() for _ in range(2)), *self._labels(session, language), gr.update(value=messages))

    def begin(self, language: Language) -> Frame:
        """A new conversation, in the language of the last."""
        return self._framed(new_session(), language, [])

    def judge(self, session: object, event: gr.LikeData) -> None:
        """A reply was liked or disliked: kept with its turn."""
        place = event.index[0] if isinstance(event.index, (list, tuple)) else event.index
        bot = self._bot()
        if bot is None or not isinstance(place, int) or not isinstance(event.liked, bool):
            return
        turns = _turns(bot, _valid(session))[-LONGEST_HISTORY:]
        if 0 <= place // 2 < len(turns):
            bot.judge(_valid(session), turns[place // 2].turn, event.liked)
            self._source.metrics.feedback.labels("like" if event.liked else "dislike").inc()

    # ── pieces ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bot(self) -> Bot | None:
        try:
            return self._source()
        except XiaoerError:
            return None  # logged where it arose

    def _waits(self, language: Language, *, written: bool) -> str:
        """Why there is no answer yet. written: a message is waiting."""
        done, total = self._source.progress
        texts = page_texts(language)
        said = [texts.waits, "" if written else texts.ahead, texts.shelving.format(done=done, total=total) if total else ""]
        return ("" if language == "zh" else " ").join(filter(None, said))

    def _labels(self, session: str, language: Language) -> tuple[Any, Any, Any]:
        """Header, button and input in `language`; what is typed in the input stays."""
        texts = page_texts(language)
        return (
            header_html(self.shop_name(language), language, session, _listens(self._bot(), session)),
            gr.update(value=texts.fresh),
            gr.update(placeholder=texts.ask, label=texts.ask),
        )

    def _framed(
        self, session: str, language: Language, messages: list[dict[str, Any]] | None = None, *, turns: Sequence[Turn] = (), line: str = ""
    ) -> Frame:
        """Everything on the page anew. messages: None leaves the conversation as it is."""
        questions = example_questions(self._shop, language) if self._shop else []
        shelf = shelf_pictures(self._shop) if self._shop and not line else []
        chat = gr.update(
            **({} if messages is None else {"value": messages}), placeholder=welcome_html(language, line, shelf), examples=[{"text": question} for question in questions],
            feedback_value=[None if turn.liked is None else "Like" if turn.liked else "Dislike" for turn in turns[-LONGEST_HISTORY:]],
        )  # fmt: skip
        return session, language, *self._labels(session, language), chat


def _same() -> Frame:
    return tuple(gr.skip() for _ in range(6))


def _chatting(messages: list[dict[str, Any]]) -> Frame:
    return (*(gr.skip() for _ in range(5)), gr.update(value=messages))


def _shown(said: str, past: list[dict[str, Any]], html: str, *, options: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The conversation with the message `said` and its reply behind it.

    Both are HTML of ours: Gradio reads the markup in plain text even where Markdown is turned off.
    """
    answer: dict[str, Any] = {"role": "assistant", "content": _component(html)}
    if options:
        answer["options"] = [{"value": option} for option in options]
    return [*past, {"role": "user", "content": _component(message_html(said))}, answer]


def _component(html: str) -> gr.HTML:
    return gr.HTML(html, apply_default_css=False, render=False)


def _conversation(turns: Sequence[Turn], bot: Bot) -> list[dict[str, Any]]:
    """Stored turns as messages: two for each, so that a place in the list tells the turn."""
    messages: list[dict[str, Any]] = []
    shown = turns[-LONGEST_HISTORY:]
    people = _people(bot, shown[-1].reply["session"]) if shown else ()
    for place, turn in enumerate(shown):
        reply, until = turn.reply, shown[place + 1].turn if place + 1 < len(shown) else None
        said = [told_message(one, reply["language"]) for one in people if turn.turn <= one.turn and (until is None or one.turn < until)]
        html = reply_html(reply, bot.shop.catalogue, reply["language"], bot.shop.currency, people=said)
        messages = _shown(turn.message, messages, html, options=reply["options"])
    return messages


def _people(bot: Bot, session: str) -> tuple[Message, ...]:
    """What persons said in a session."""
    return bot.tickets.messages(session) if bot.tickets else ()


def _listens(bot: Bot | None, session: str) -> int | None:
    """The number of the last message of a person's, where one is awaited or there."""
    if not bot or not bot.tickets or not bot.tickets.pending_of(session):
        return None
    return max((message.number for message in bot.tickets.messages(session)), default=0)


def _turns(bot: Bot, session: str) -> tuple[Turn, ...]:
    try:
        return bot.store.turns(session)
    except SessionUnknown:
        return ()


def _spoken(turns: Sequence[Turn], otherwise: Language | None) -> Any:
    """The language of the conversation so far."""
    return turns[-1].reply["language"] if turns else otherwise


def _valid(session: object) -> str:
    """`session` where it is an id, else a fresh one."""
    return session if isinstance(session, str) and re.fullmatch(SESSION, session) else new_session()


def _chosen(event: gr.EventData) -> str:
    """The text of the quick reply or example that was clicked, empty where a message was typed."""
    data = event._data if isinstance(event._data, dict) else {}
    value = data.get("value", "")
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")


def shelf_pictures(shop: Shop) -> list[str]:
    """Pictures of the best-liked item of each group of shelves, a few of them."""
    best: dict[str, Item] = {}
    for item in shop.catalogue.items:
        first = best.setdefault(item.category[0], item)
        if item.image and item.in_stock and (item.rating or 0, item.rating_count) > (first.rating or 0, first.rating_count):
            best[item.category[0]] = item
    return [item.image for item in sorted(best.values(), key=lambda item: -item.rating_count) if item.image][:SHELF]
