"""One turn, one pass: understand, update the state, decide, fetch facts, phrase, reply. The only place that knows all parts.

`Bot.load` wires the services once; `Bot.stream` is the turn as a stream of events, and `Bot.respond` consumes it, so
there is one code path. Products reach the reader before the first word of the text does.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Literal
from weakref import WeakValueDictionary

from langchain_core.language_models import BaseChatModel

from chatbot.dialogue.policy import decide
from chatbot.dialogue.state import Step, update
from chatbot.errors import MessageError
from chatbot.fetching import Fetcher
from chatbot.order_turns import OrderClerk
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.introducer import Introducer
from chatbot.phrasing.phraser import Phraser
from chatbot.phrasing.streams import Phrased
from chatbot.phrasing.writers import ChatWriter, FormWriter
from chatbot.recommending.profile import Profile, profile_of
from chatbot.recommending.recommender import Recommender
from chatbot.service.answers import Answers
from chatbot.service.order_store import OrderStore
from chatbot.service.orders import OrderDesk, StoreDesk
from chatbot.settings import UNDERSTANDING, Settings
from chatbot.shop.index import Index, Progress, open_index
from chatbot.shop.reading import Shop, read_shop
from chatbot.store import Store, new_session
from chatbot.text import clean
from chatbot.timing import Clock
from chatbot.understanding.interests import Interests
from chatbot.understanding.understander import Understander
from chatbot.values import EVENT_TYPES, EventType, Language, Reply, State, Understanding
from chatbot.weights.encoder import Encoder, OnnxEncoder, load_encoder, load_reader
from chatbot.weights.generator import PACKAGED, TUNED, load_generator

__all__ = ["Bot", "TurnEvent"]

EventName = Literal["understanding", "products", "text", "options", "action", "done"]
SHOWN_INTERESTS = 5
_BESIDE_THE_NEED = ("service", "order", "complaint", "human", "greet", "thanks", "goodbye", "chitchat", "out_of_scope")
"""Intents whose messages say nothing of the need under way."""


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One step of a turn as it reaches the reader. data: JSON values; of `done`, the Reply's."""

    name: EventName
    data: Any


class Bot:
    """The assistant of one shop. Shared by all shoppers; what belongs to one of them is in the store alone."""

    def __init__(
        self, settings: Settings, shop: Shop, reader: OnnxEncoder, encoder: Encoder, index: Index, model: BaseChatModel | None, store: Store
    ) -> None:
        self.settings, self.shop, self.reader, self.encoder = settings, shop, reader, encoder
        self.index, self.model, self.store = index, model, store
        catalogue = shop.catalogue
        self.understander = Understander(
            reader, encoder, catalogue, Interests(catalogue, index.item_vectors, index.interest_head), shop.default_language, shop.soft
        )
        orders = OrderStore(store)
        self._desk = _desk(settings, shop, orders)
        clerk = OrderClerk(self._desk, orders, catalogue, shop.terms) if self._desk else None
        self.fetcher = Fetcher(shop, Recommender(shop, index), Answers(shop, index), clerk)
        grounding = Grounding(catalogue)
        self.phraser = _phraser(model, settings, grounding)
        self._by_rule = Phraser(None, grounding, seconds=settings.generator_seconds)
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._locks_guard = threading.Lock()

    @classmethod
    def load(cls, settings: Settings, *, progress: Progress | None = None, model: BaseChatModel | None = None) -> "Bot":
        """Load everything that `settings` name. model: a chat model to use instead of the one they name.

        Raises XiaoerError with one line where something is missing or broken.
        """
        shop = read_shop(settings.shop)
        with ThreadPoolExecutor(1) as beside:  # llama.cpp reads its file while Python works on the rest
            generator = beside.submit(lambda: model or load_generator(settings))
            reader = load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count)
            encoder = load_encoder(settings.encoder, reader, threads=settings.thread_count)
            index = open_index(shop, encoder, settings.cache, progress)
            return cls(settings, shop, reader, encoder, index, generator.result(), Store(settings.database_url))

    def renewed(self, progress: Progress | None = None) -> "Bot":
        """The same assistant over the shop folder as it is now, with the models, the store and the sessions of this one.

        This one goes on serving meanwhile, and after it until its last turn is done. Raises ShopError or IndexBroken.
        """
        shop = read_shop(self.settings.shop)
        index = open_index(shop, self.encoder, self.settings.cache, progress)
        renewed = Bot(self.settings, shop, self.reader, self.encoder, index, self.model, self.store)
        renewed._locks, renewed._locks_guard = self._locks, self._locks_guard
        return renewed

    # ── a turn ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def respond(self, message: str, session: str | None = None, *, language: Language | None = None, item: str | None = None) -> Reply:
        """One turn, whole."""
        reply: Reply | None = None

        def take(done: Reply) -> None:
            nonlocal reply
            reply = done

        for _ in self.stream(message, session, language=language, item=item, on_reply=take):
            pass
        if reply is None:
            raise MessageError("the turn was not finished")
        return reply

    def stream(
        self,
        message: str,
        session: str | None = None,
        *,
        language: Language | None = None,
        item: str | None = None,
        on_reply: Callable[[Reply], None] | None = None,
    ) -> Iterator[TurnEvent]:
        """One turn as events. item: the product whose page the shopper is on. Raises MessageError for an empty message."""
        started = time.perf_counter()
        text = clean(message, self.settings.max_message)
        if not text:
            raise MessageError("the message is empty", fix="write what you are looking for")
        session = session or new_session()
        with self._lock(session):
            yield from self._turn(text, session, language, item, started, on_reply)

    def _turn(
        self, text: str, session: str, language: Language | None, item: str | None, started: float, on_reply: Callable[[Reply], None] | None
    ) -> Iterator[TurnEvent]:
        state, profile = self._situation(session, item)
        clock = Clock(started)
        understanding = self.understander.understand(text, state.language, language, state.need, state.constraints.category, state.said, state.did)
        understanding = replace(understanding, answerable=self.fetcher.answers.score(understanding.vector, text))
        step = update(state, understanding, self.shop.catalogue.by_id.get, orders=self._desk is not None)
        clock.mark("understand")
        shown = self._shown_understanding(understanding, step)
        yield TurnEvent("understanding", shown)
        fetched = self.fetcher.fetch(decide(step, understanding), step, understanding, profile, clock, session)
        yield TurnEvent("products", [product.as_json() for product in fetched.products])
        clock.mark("products")
        shown = {**shown, "constraints": fetched.state.constraints.as_json()}  # as they turned out: a word may have had two senses
        if fetched.aspects:
            shown["aspects"] = [{"name": name, "value": value} for name, value in fetched.aspects]
        phrased = Phrased()
        pieces: list[str] = []
        phraser = self._by_rule if fetched.brief.kind == "order" else self.phraser  # no language model sees an order
        for piece in phraser.stream(fetched.brief, phrased):
            if not pieces:
                clock.mark("first_token")
            pieces.append(piece)
            yield TurnEvent("text", piece)
        if fetched.caution:  # the shop's own words, which no model may leave out
            pieces.append(f" {fetched.caution}" if pieces and understanding.language == "en" else fetched.caution)
            yield TurnEvent("text", pieces[-1])
        clock.mark("total")
        if phrased.first_body:
            clock.mark_at("first_phrased", phrased.first_body)
        reply = Reply(
            session=session, turn=fetched.state.turn, language=understanding.language, text="".join(pieces), products=fetched.products,
            options=fetched.options, action=fetched.action, sources=fetched.sources, understanding=shown, tags=fetched.tags,
            phrased_by="model" if phrased.by_model else "rules", grounded=phrased.grounded, timing_ms=clock.times,
            trace=(*phrased.faults, *([fetched.trouble] if fetched.trouble else [])),
        )  # fmt: skip
        kept = fetched.kept or text
        self.store.add_turn(session, replace(fetched.state, said=kept, did=fetched.plan.kind), kept, reply.as_json())
        yield TurnEvent("options", list(reply.options))
        if reply.action:
            yield TurnEvent("action", dict(reply.action))
        if on_reply:
            on_reply(reply)
        yield TurnEvent("done", reply.as_json())

    def _situation(self, session: str, item: str | None) -> tuple[State, Profile]:
        """The conversation's state and the shopper's profile; the product of the page counts as looked at."""
        state = self.store.state(session)
        if item and item in self.shop.catalogue and item not in state.focus:
            self.store.add_event(session, "view", item)
            state = replace(state, focus=(item, *state.focus))
        return state, profile_of(self.store.events(session), self.shop.catalogue, self.index.item_vectors)

    def _shown_understanding(self, understanding: Understanding, step: Step) -> dict[str, Any]:
        names = self.shop.catalogue
        about_need = step.intent not in ("recommend", *_BESIDE_THE_NEED)
        interests = understanding.need_interests if about_need else understanding.interests
        return {
            "intent": {"name": step.intent, "confidence": understanding.confidence},
            "interests": [
                {"category": one.category, "name": names.category_name(one.category, understanding.language), "probability": one.probability}
                for one in interests[:SHOWN_INTERESTS]
            ],
            "constraints": step.state.constraints.as_json(),
            "mood": {"label": understanding.mood.label, "score": understanding.mood.score},
        }

    # ── beside the turn ───────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, session: str, kind: str, item: str) -> None:
        """Keep what a shopper did with an item. Raises MessageError for an unknown type or item."""
        if kind not in EVENT_TYPES:
            raise MessageError(f"the event type is {kind[:40]!r}", fix=f"give one of {', '.join(EVENT_TYPES)}")
        if item not in self.shop.catalogue:
            raise MessageError(f"there is no item {item[:80]!r} in this shop")
        known: EventType = kind  # type: ignore[assignment]
        self.store.add_event(session, known, item)

    def renew_orders(self) -> None:
        """All demo orders as the shop folder has them: what every scripted dialogue begins with."""
        if isinstance(self._desk, StoreDesk):
            self._desk.renew()

    def _lock(self, session: str) -> "_Lock":
        """One turn at a time in a session; other sessions do not wait."""
        with self._locks_guard:
            lock = self._locks.get(session)
            if lock is None:
                lock = self._locks[session] = _Lock()
            return lock


def _desk(settings: Settings, shop: Shop, orders: OrderStore) -> OrderDesk | None:
    """The shop's own order server where one is named, else the demo orders of its folder, else none."""
    if settings.orders:
        from chatbot.service.http_desk import HttpDesk

        return HttpDesk(settings.orders, orders)
    return StoreDesk(orders, shop.orders) if shop.orders else None


def _phraser(model: BaseChatModel | None, settings: Settings, grounding: Grounding) -> Introducer | Phraser:
    """The untrained packaged model introduces the first pick; one that was trained or follows instructions writes whole replies."""
    if model is None or settings.generator == PACKAGED:
        return Introducer(model, grounding, seconds=settings.generator_seconds)
    writer = FormWriter(model) if settings.generator == TUNED else ChatWriter(model)
    return Phraser(writer, grounding, seconds=settings.generator_seconds)


class _Lock:
    """A lock that a weak dictionary can hold."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
