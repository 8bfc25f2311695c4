"""One turn, one pass: understand, update the state, decide, fetch facts, phrase, reply. The only place that knows all parts.

`Bot.load` wires the services once; `Bot.stream` is the turn as a stream of events, and `Bot.respond` consumes it, so
there is one code path. Products reach the reader before the first word of the text does.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel

from chatbot.behaviour import Behaviour
from chatbot.dialogue.meaning import TAUGHT
from chatbot.dialogue.needs import shared_constraints
from chatbot.dialogue.people import wants_the_bot
from chatbot.dialogue.policy import decide
from chatbot.dialogue.state import Step, update
from chatbot.errors import MessageError
from chatbot.fetching import Fetcher
from chatbot.locks import SessionLocks
from chatbot.order_turns import OrderClerk
from chatbot.person_turns import Reception
from chatbot.phrasing.brief import Brief
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.introducer import Introducer
from chatbot.phrasing.phraser import Phraser
from chatbot.phrasing.streams import Phrased
from chatbot.phrasing.writers import ChatWriter, FormWriter
from chatbot.recommending.recommender import Recommender
from chatbot.records import Records
from chatbot.service.answers import Answers
from chatbot.service.learned import Learned
from chatbot.service.order_store import OrderStore
from chatbot.service.orders import OrderDesk, StoreDesk
from chatbot.service.ticket_store import Ticket
from chatbot.service.tickets import Tickets
from chatbot.settings import UNDERSTANDING, Settings
from chatbot.shop.index import Index, Progress, open_index
from chatbot.shop.reading import Shop, read_shop
from chatbot.store import Store, new_session
from chatbot.text import clean
from chatbot.timing import Clock
from chatbot.understanding.interests import Interests
from chatbot.understanding.language import detect
from chatbot.understanding.understander import Understander
from chatbot.values import Event, Language, Reply, State, Understanding
from chatbot.weights.encoder import Encoder, OnnxEncoder, load_encoder, load_reader
from chatbot.weights.generator import PACKAGED, TUNED, load_generator

__all__ = ["Bot", "BotSource", "TurnEvent"]

EventName = Literal["understanding", "products", "text", "options", "action", "done"]
SHOWN_INTERESTS = 5
_BESIDE_THE_NEED = ("service", "order", "complaint", "human", "greet", "thanks", "goodbye", "chitchat", "out_of_scope")
"""Intents whose messages say nothing of the need under way."""
_OFFERING = ("no_answer", "complaint", "details", "chitchat")
"""Kinds of replies that may offer a person."""


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
        self.index, self.model = index, model
        catalogue = shop.catalogue
        self.understander = Understander(
            reader, encoder, catalogue, Interests(catalogue, index.item_vectors, index.interest_head), shop.default_language, shop.soft
        )
        self.recommender, self.answers = Recommender(shop, index), Answers(shop, index)
        grounding = Grounding(catalogue)
        self.phraser = _phraser(model, settings, grounding)
        self._by_rule = Phraser(None, grounding, seconds=settings.generator_seconds)
        self._open(store)

    def _open(self, store: Store) -> None:
        """Everything that hangs on the store: sessions, orders, and who is in the middle of a turn."""
        self.store = store
        self.behaviour, self.records = Behaviour(self.settings, self.shop, self.index.item_vectors, store), Records(store)
        orders = OrderStore(store)
        self._desk = _desk(self.settings, self.shop, orders)
        clerk = OrderClerk(self._desk, orders, self.shop.catalogue, self.shop.terms) if self._desk else None
        self.learned = Learned(store, self.encoder, self.shop, self.index)
        self.fetcher = Fetcher(self.shop, self.recommender.over(self.learned.shelf), self.answers.over(self.learned.past), clerk)
        self.tickets = Tickets(store, self.shop.contact) if self.settings.desk_password else None
        self.reception = Reception(self.shop, store, self.tickets)
        self._locks = SessionLocks()
        self._swept: date | None = None
        self._sweep()

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
        renewed._locks = self._locks
        return renewed

    # ── a turn ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def respond(
        self, message: str, session: str | None = None, *, language: Language | None = None, item: str | None = None, shopper: str = ""
    ) -> Reply:
        """One turn, whole."""
        reply: Reply | None = None

        def take(done: Reply) -> None:
            nonlocal reply
            reply = done

        for _ in self.stream(message, session, language=language, item=item, shopper=shopper, on_reply=take):
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
        shopper: str = "",
        on_reply: Callable[[Reply], None] | None = None,
    ) -> Iterator[TurnEvent]:
        """One turn as events. item: the product whose page the shopper is on; shopper: the token of one who is logged in.

        Raises MessageError for an empty message, NotAllowed for a token that is wrong or in another shopper's session.
        """
        started = time.perf_counter()
        text = clean(message, self.settings.max_message)
        if not text:
            raise MessageError("the message is empty", fix="write what you are looking for")
        session = session or new_session()
        self._sweep()
        known = self.behaviour.known(session, shopper)
        with self._locks.of(session):
            state, events = self._situation(session, known, item)
            if held := self.reception.held(session):
                yield from self._held(held, text, session, language, started, on_reply)
            else:
                yield from self._turn(text, session, state, events, language, started, on_reply)

    def _turn(
        self,
        text: str,
        session: str,
        state: State,
        events: Sequence[Event],
        language: Language | None,
        started: float,
        on_reply: Callable[[Reply], None] | None,
    ) -> Iterator[TurnEvent]:
        self.learned.refresh()
        clock = Clock(started)
        understanding = self.understander.understand(text, state.language, language, state.need, state.constraints.category, state.said, state.did)
        answers = self.fetcher.answers
        taught = answers.taught(understanding.vector, text, understanding.language)
        understanding = replace(understanding, answerable=TAUGHT if taught else answers.score(understanding.vector, text, understanding.language))
        step = update(state, understanding, self.shop.catalogue.by_id.get, orders=self._desk is not None)
        clock.mark("understand")
        shown = self._shown_understanding(understanding, step)
        yield TurnEvent("understanding", shown)
        profile = self.behaviour.profile(events, for_other=step.state.for_other)
        found = self.fetcher.fetch(decide(step, understanding), step, understanding, profile, clock, session)
        fetched = self.reception.attend(found, state, step, understanding, session)
        yield TurnEvent("products", [product.as_json() for product in fetched.products])
        clock.mark("products")
        shown = {
            **shown,
            "constraints": shared_constraints(fetched.state, understanding).as_json(),
        }  # as they turned out: a word may have had two senses
        if fetched.aspects:
            shown["aspects"] = [{"name": name, "value": value} for name, value in fetched.aspects]
        phrased = Phrased()
        pieces: list[str] = []
        for piece in self._words(fetched.brief, phrased):
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
        self.behaviour.told(session, events, step, fetched.plan)
        if fetched.plan.kind == "no_answer":
            self.learned.unanswered(session, reply.turn, kept, reply.language)
        yield from _ended(reply, on_reply)

    def _words(self, brief: Brief, phrased: Phrased) -> Iterator[str]:
        """The reply's text. What concerns orders and people is said by rule: no language model sees the one or promises the other."""
        person = brief.person
        by_rule = brief.kind in ("order", "handoff") or (brief.kind in _OFFERING and (person.stake or not (person.joins and person.offers)))
        yield from (self._by_rule if by_rule else self.phraser).stream(brief, phrased)
        if offer := self.reception.closing(brief):
            yield offer if brief.language == "zh" else f" {offer}"

    def _held(
        self, ticket: Ticket, text: str, session: str, language: Language | None, started: float, on_reply: Callable[[Reply], None] | None
    ) -> Iterator[TurnEvent]:
        """A turn while a person has the conversation: the message is kept for that person, and the assistant is silent."""
        state = self.store.state(session)
        language = language or detect(text, state.language, self.shop.default_language)[0]
        back = wants_the_bot(text)
        reply = self.reception.resumed(state, session, language) if back else self.reception.passed_on(ticket, state, session, language)
        reply = replace(reply, timing_ms={"total": 1000 * (time.perf_counter() - started)})
        yield TurnEvent("understanding", dict(reply.understanding))
        yield TurnEvent("products", [])
        if reply.text:
            yield TurnEvent("text", reply.text)
        self.store.add_turn(session, replace(state, turn=reply.turn, language=language, offered_human=False), text, reply.as_json())
        yield from _ended(reply, on_reply)

    def _situation(self, session: str, shopper: str, item: str | None) -> tuple[State, tuple[Event, ...]]:
        """The conversation's state and what the shopper has done; the product of the page counts as looked at."""
        state = self.store.state(session)
        if item and item in self.shop.catalogue and item not in state.focus:
            self.store.add_event(session, "view", item, gift=state.for_other)
            state = replace(state, focus=(item, *state.focus))
        return state, self.store.events(session, shopper)

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
            "constraints": shared_constraints(step.state, understanding).as_json(),
            "mood": {"label": understanding.mood.label, "score": understanding.mood.score},
        }

    # ── beside the turn ───────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, session: str, kind: str, item: str, *, at: datetime | None = None, shopper: str = "") -> bool:
        """Keep what a shopper did with an item (see `Behaviour.record`)."""
        return self.behaviour.record(session, kind, item, at=at, shopper=shopper)

    def forget(self, session: str) -> dict[str, int]:
        """Erase all that is held about a session, once its turn under way is over: rows by table. Raises SessionUnknown."""
        with self._locks.of(session):
            return self.records.erase(session)

    def _sweep(self) -> None:
        """Once a day: erase the sessions that are older than they may be kept."""
        today = datetime.now(UTC).date()
        if self.settings.retention_days and self._swept != today:
            self._swept = today
            self.records.erase_older(self.settings.retention_days)

    def judge(self, session: str, turn: int, liked: bool, comment: str = "") -> None:
        """Keep whether a reply was liked; one that was not is shown at the desk."""
        self.store.add_feedback(session, turn, liked, comment)
        self.learned.judged(session, turn, liked)

    def renew_orders(self) -> None:
        """All demo orders as the shop folder has them: what every scripted dialogue begins with."""
        if isinstance(self._desk, StoreDesk):
            self._desk.renew()

    def apart(self) -> "Bot":
        """The same assistant over an empty store in memory: what happens there, sessions and demo orders, is not seen here."""
        other = copy(self)
        other._open(Store("sqlite://"))
        return other


def _ended(reply: Reply, on_reply: Callable[[Reply], None] | None) -> Iterator[TurnEvent]:
    """What every turn ends with, once it is kept."""
    yield TurnEvent("options", list(reply.options))
    if reply.action:
        yield TurnEvent("action", dict(reply.action))
    if on_reply:
        on_reply(reply)
    yield TurnEvent("done", reply.as_json())


BotSource = Callable[[], Bot | None]
"""Gives the bot, or None while it is loading."""


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
