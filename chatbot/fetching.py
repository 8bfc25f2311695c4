"""Plan → facts: what to show, what to say, what to do, in the shopper's language. The middle of a turn, without its ends.

`Fetcher.fetch` asks the recommender or the shop's documents for what the plan needs and puts it into a Brief. It
understands no message and phrases no sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chatbot.dialogue.meaning import ANSWERED, TELLING
from chatbot.dialogue.order_grammar import hear
from chatbot.dialogue.state import Step
from chatbot.facts import Presenter
from chatbot.finding import Finder
from chatbot.nuances import asks_for_unknown, ended
from chatbot.order_turns import Asked, OrderClerk
from chatbot.order_values import Ordering
from chatbot.phrasing import en, en_orders, zh, zh_orders
from chatbot.phrasing.brief import Brief, Group
from chatbot.phrasing.order_brief import OrderTalk, order_facts
from chatbot.recommending.profile import Profile
from chatbot.recommending.reasons import reasons_for
from chatbot.recommending.recommender import Ranked, Recommender
from chatbot.service.answers import Answer, Answers, quote
from chatbot.shop.reading import Shop
from chatbot.text import folded
from chatbot.timing import Clock
from chatbot.values import Entry, Item, Language, Need, Plan, Product, Source, State, Understanding

__all__ = ["Fetched", "Fetcher"]

MOST_TOGETHER = 4
"""Items of a reply that serves several needs: two for each of two, one for each of three."""
MOST_CHIPS = 5
"""Replies that are offered: a phone shows them in two lines."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a plan came to: the plan as it turned out, the state after it, what to show, what to say, what to do.

    aspects: (name, value) of what the interest is about. caution: what has to be said with it, always.
    kept: the message as it may be kept, where it holds personal data. trouble: what went wrong and is no fault of the reply's.
    """

    plan: Plan
    state: State
    brief: Brief
    products: tuple[Product, ...] = ()
    options: tuple[str, ...] = ()
    action: Mapping[str, Any] | None = None
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    aspects: tuple[tuple[str, str], ...] = ()
    caution: str = ""
    kept: str = ""
    trouble: str = ""


class Fetcher:
    """Read-only over one shop; shared by all shoppers."""

    def __init__(self, shop: Shop, recommender: Recommender, answers: Answers, clerk: OrderClerk | None = None) -> None:
        self.shop, self.recommender, self.answers, self.clerk = shop, recommender, answers, clerk
        self.presenter, self._finder = Presenter(shop.catalogue, shop.currency), Finder(shop.catalogue, recommender)

    def fetch(self, plan: Plan, step: Step, understanding: Understanding, profile: Profile, clock: Clock, session: str) -> Fetched:
        if plan.kind == "recommend":
            return self._recommend(plan, step, understanding, profile, clock)
        if plan.kind == "order" and self.clerk:
            return self._order(self.clerk, plan, step, understanding, session)
        if plan.kind in ("answer", "order", "complaint"):
            return self._serve(plan, step, understanding)
        if plan.kind == "handoff":
            return self._fetched(plan, step, understanding, action=self._handoff("asked"))
        if plan.items:
            return self._about(plan, step, understanding, profile)
        named = ("reduced", "cheaper", "human") if plan.note == "discount" else ("returns", "delivery", "human")
        chips = self._chips(*named, language=understanding.language) if plan.kind != "goodbye" else ()
        if plan.kind == "ask":
            chips = tuple(self.shop.catalogue.category_name(one.category, understanding.language) for one in understanding.interests[:4])
        return self._fetched(plan, step, understanding, options=chips)

    def _recommend(self, plan: Plan, step: Step, understanding: Understanding, profile: Profile, clock: Clock) -> Fetched:
        language = understanding.language
        if asks_for_unknown(understanding):
            return self._dead_end(replace(plan, note="not_sold"), step, understanding)
        if understanding.beside and (several := self._several(plan, step, understanding, profile, clock)):
            return several
        search = self._finder.find(plan, step, understanding, profile, clock)
        if not search.found.ranked:
            return self._dead_end(replace(plan, note="not_reduced") if "reduced" in understanding.critiques else plan, step, understanding)
        state = search.state
        items = [entry.item for entry in search.found.ranked]
        products = self._products(search.found.ranked, replace(step, state=state), profile, language)
        ids = tuple(item.id for item in items)
        brief = replace(
            self._brief(plan, step, understanding, items, products), note=search.note, total=self.recommender.fitting(state),
            unknown_brand=understanding.unknown_brand, changed=search.changed,
            category=self.presenter.category(state.constraints, items, language), wanted=self._wanted(state, language, search.note),
            past=self.presenter.past(state, language), figures=self.presenter.figures(items, state, language),
            unmeasured=self.shop.catalogue.attribute_name(step.unmeasured[0], language) if step.unmeasured else "",
            because=self._because(items[0], state, profile, language), ask_back=self._ask_back(state, understanding, search.note),
        )  # fmt: skip
        if step.unmeasured and not brief.figures:  # what nothing has cannot go on ranking
            state = replace(state, bounds=tuple(bound for bound in state.bounds if bound.than))
        blank = search.note in ("popular", "profile")  # nothing was asked for, so the next message begins a need of its own
        state = replace(state, shown=tuple(dict.fromkeys((*state.shown, *ids))), last=ids, focus=(), need=() if blank else state.need)
        options = self._chips("cheaper", "more", "compare" if len(items) > 1 else "details", "why", language=language)
        if understanding.ambiguous:
            other = next(topic for topic in understanding.topics if topic != state.constraints.category)
            options = (self._chips("other", language=language)[0].format(name=self.shop.catalogue.category_name(other, language)), *options[:3])
        tags = self.presenter.tags(search.content.tags, language)
        if brief.ask_back:
            options = (*self.shop.trade.chips.get(language, ()), *options)[:MOST_CHIPS]
        if aspects := self.presenter.aspects(items, state.constraints, profile, language):
            texts = zh.WISHES if language == "zh" else en.WISHES
            tags = tuple(texts["aspect"].format(name=name, value=value) for name, value in aspects)
        return self._fetched(
            plan, step, understanding, state=state, brief=brief, products=products, options=options, tags=tags, aspects=aspects,
        )  # fmt: skip

    def _because(self, item: Item, state: State, profile: Profile, language: Language) -> str:
        """Why the first item is offered, where it is the history that speaks for it."""
        reasons = (one for one in reasons_for(item, state, profile, self.shop.catalogue, []) if one.kind in ("favoured", "favoured_newer"))
        return next((self.presenter.reason(one, language) for one in reasons), "")

    def _ask_back(self, state: State, understanding: Understanding, note: str) -> str:
        """The shop's own question where no more was said than that something is wanted."""
        said = state.constraints.without("category").named() or state.soft or note not in ("", "popular")
        return "" if said or understanding.detail >= TELLING or len(state.need) > 1 else self.shop.trade.question.get(understanding.language, "")

    def _several(self, plan: Plan, step: Step, understanding: Understanding, profile: Profile, clock: Clock) -> Fetched | None:
        """Items for every need of a message; None where nothing fits any of them."""
        state, language = step.state, understanding.language
        main = Need(texts=state.need, constraints=state.constraints, soft=state.soft, avoided=state.avoided)
        most = MOST_TOGETHER // (1 + len(state.beside))
        ranked: list[Ranked] = []
        groups: list[Group] = []
        needs: list[Need] = []
        for need in (*state.beside, main):
            own = replace(state, need=need.texts, constraints=need.constraints, soft=need.soft, avoided=need.avoided, bounds=())
            search = self._finder.find(plan, replace(step, state=own), replace(understanding, part=need.texts[0], ambiguous=False), profile, clock)
            best = search.found.ranked[:most]
            items, ids = [entry.item for entry in best], tuple(entry.item.id for entry in best)
            groups.append(Group(self.presenter.category(need.constraints, items, language), self._wanted(own, language, ""), ids))
            needs.append(replace(need, shown=ids))
            ranked += best
        if not ranked:
            return None
        products = self._products(ranked, step, profile, language)
        brief = replace(
            self._brief(plan, step, understanding, [entry.item for entry in ranked], products), groups=tuple(groups), unknown_brand=understanding.unknown_brand,
            wanted=tuple(dict.fromkeys(wish for group in groups for wish in group.wanted)), category="、".join(dict.fromkeys(group.category for group in groups)),
        )  # fmt: skip
        shown = tuple(product.id for product in products)
        state = replace(state, beside=tuple(needs[:-1]), shown=needs[-1].shown, last=shown, focus=())
        return self._fetched(
            plan,
            step,
            understanding,
            state=state,
            brief=brief,
            products=products,
            options=self._chips("details", "cheaper", "more", language=language),
        )

    def _dead_end(self, plan: Plan, step: Step, understanding: Understanding) -> Fetched:
        state, language = step.state, understanding.language
        end = self.recommender.dead_end(state)
        words = self.presenter.wishes(state, language)
        closest = self._product(end.closest, step, language) if end.closest else None
        note = ended(understanding, step, end)
        brief = replace(
            self._brief(replace(plan, kind="nothing_fits"), step, understanding, [end.closest] if end.closest else [], ()),
            closest=closest, note=note or plan.note, changed=step.changed, past=words[end.blocking[0]] if note == "measured" else "",
            figures=self.presenter.figures([end.closest] if end.closest else [], state, language), blocking=self._words(end.blocking, words), relaxed=self._words(end.relaxed, words), without=end.without, lowest=end.lowest,
            exhausted=end.exhausted, unknown_brand=understanding.unknown_brand, category=self.presenter.category(state.constraints, [], language),
            wanted=self._wanted(state, language, ""),
        )  # fmt: skip
        after = state
        if step.ruled_out:  # no other brand has it: the one before may come back
            kept = tuple(brand for brand in state.constraints.not_brand if brand not in step.ruled_out)
            after = replace(state, constraints=replace(state.constraints, not_brand=kept))
        return self._fetched(plan, step, understanding, state=after, brief=brief, options=self._chips("restart", "human", language=language))

    def _about(self, plan: Plan, step: Step, understanding: Understanding, profile: Profile) -> Fetched:
        """Plans about items already chosen: compare, details, explain, choose, ask which."""
        language, state = understanding.language, step.state
        items = self.shop.catalogue.get(plan.items)
        ranked = [Ranked(item, 1.0, 0.0) for item in items]
        products = self._products(ranked, step, profile, language)
        brief = self._brief(plan, step, understanding, list(items), products)
        action: dict[str, Any] | None = None
        options: tuple[str, ...] = self._chips("take", "more", "cheaper", language=language)
        if plan.kind == "details":
            asked, unknown = self.presenter.asked(items[0], plan.asked, language, understanding.constraints.attributes)
            brief = replace(brief, asked=asked, unknown=unknown)
            state = replace(state, asked=plan.asked, offered_human=bool(unknown))  # what is not known, a person may find out
        elif plan.kind == "compare":
            rated = [item for item in items[:2] if item.rating is not None]
            best = max(rated, key=lambda item: item.rating or 0.0, default=None)
            even = len({item.rating for item in rated}) < 2
            brief = replace(
                brief, differences=self.presenter.differences(items[0], items[1], language, plan.asked),
                asked=(("best", best.text(language).title),) if best and not even else (),
            )  # fmt: skip
        elif plan.kind == "explain":
            brief = replace(brief, total=self.recommender.fitting(state), wanted=self._wanted(state, language, "explain"))
        elif plan.kind == "choose":
            if items[0].in_stock:
                wanted, stock = understanding.quantity, items[0].stock
                quantity = wanted if stock is None else min(wanted, stock)
                brief = replace(brief, quantity=quantity, note="all_left" if quantity < wanted else brief.note)
                action = {"name": "add_to_cart", "item": items[0].id, "quantity": quantity}
                options = self._chips("delivery", "returns", "restart", language=language)
            else:
                options = self._chips("more", "cheaper", language=language)
        elif plan.kind == "ask":
            options = tuple(product.title for product in products)
        ids = tuple(item.id for item in items)
        state = replace(state, focus=ids, last=state.last or ids)
        brief = replace(brief, category=self.presenter.category(state.constraints, items, language))
        shown = products if plan.kind in ("compare", "details", "explain", "choose") else ()
        return self._fetched(plan, step, understanding, state=state, brief=brief, products=shown, options=options, action=action)

    def _serve(self, plan: Plan, step: Step, understanding: Understanding) -> Fetched:
        """Plans that the shop's documents answer, and what to do where they do not."""
        language = understanding.language
        titled = self.answers.titled(understanding.text)
        answer = Answer(titled, 1.0) if titled else self.answers.best(understanding.vector, understanding.text, language, sure=plan.kind == "order")
        if answer is None and plan.kind == "answer":
            state = replace(step.state, offered_human=True)
            plan = replace(plan, kind="no_answer")
            return self._fetched(
                plan,
                step,
                understanding,
                state=state,
                options=self._chips("human", language=language),
                action=self._handoff("no_answer", offered=True),
            )
        offered = plan.kind != "answer"
        state = replace(step.state, offered_human=offered)
        sources = _sources(answer) if answer else ()
        rival = answer.rival if answer and not offered else None
        choices = (answer.entry.title, rival.title) if answer and rival else ()
        title = answer.entry.title if answer else ""
        brief = replace(self._brief(plan, step, understanding, [], ()), answer=_said(answer) if answer else "", title=title, choices=choices)
        options = tuple(entry.title for entry in answer.others) if answer and not offered else ()
        options = tuple(dict.fromkeys((*choices, *options)))
        action = self._handoff(plan.kind, offered=True) if offered else None
        return self._fetched(
            plan,
            step,
            understanding,
            state=state,
            brief=brief,
            sources=sources,
            options=(*options, *self._chips("human", language=language)),
            action=action,
        )

    def _order(self, clerk: OrderClerk, plan: Plan, step: Step, understanding: Understanding, session: str) -> Fetched:
        """A step of a conversation about an order; what the documents plainly say of it is said first, and the number asked for."""
        heard, state, language = hear(understanding.text), step.state, understanding.language
        ordering = state.order or Ordering()
        unnamed = not (heard.number or ordering.number)
        if heard.asks_how and ordering.number and not heard.number:
            return self._serve(replace(plan, kind="answer"), step, understanding)
        if unnamed and (heard.asks_how or (understanding.answerable >= ANSWERED and (not heard.wants or heard.asks_terms))):
            if found := self.answers.best(understanding.vector, understanding.text, language):
                talk = OrderTalk(say="invite", operation=ordering.operation)
                brief = replace(self._brief(plan, step, understanding, [], ()), answer=_said(found), title=found.entry.title, order=talk)
                waiting = replace(state, order=Ordering(operation=ordering.operation, awaits="number"))
                return self._fetched(plan, step, understanding, state=waiting, brief=brief, sources=_sources(found))
        served = clerk.serve(Asked(session=session, turn=state.turn, language=language, text=understanding.text, heard=heard, ordering=ordering))
        entries = [one for name in served.entries for one in self.shop.entries if one.id == name and one.language == language]
        brief = replace(
            self._brief(plan, step, understanding, [], ()),
            order=served.talk,
            answer="\n".join([order_facts(served.talk), *(entry.text for entry in entries)]),
        )
        chips = {**(zh if language == "zh" else en).CHIPS, **(zh_orders if language == "zh" else en_orders).CHIPS}
        return self._fetched(
            plan, step, understanding, state=replace(state, order=served.ordering, offered_human=bool(served.person) or served.offered), brief=brief,
            action=self._handoff(served.person, offered=True) if served.person else served.action, sources=tuple(map(_source, entries)),
            options=(*served.options, *(chips[name] for name in served.chips)), kept=served.kept, trouble=served.trouble,
        )  # fmt: skip

    def _fetched(
        self, plan: Plan, step: Step, understanding: Understanding, *, state: State | None = None, brief: Brief | None = None, **parts: Any
    ) -> Fetched:
        fetched = Fetched(plan, state or step.state, brief or self._brief(plan, step, understanding, [], ()), **parts)
        return replace(fetched, caution=self._caution(fetched, understanding))

    def _caution(self, fetched: Fetched, understanding: Understanding) -> str:
        """The shop's cautions on what the message, the kind wanted or the items shown touch."""
        said, language = folded(understanding.text), understanding.language
        wanted = fetched.state.constraints.category if fetched.plan.kind in _ABOUT_ITEMS else None
        items = [
            self.shop.catalogue.by_id[product.id] for product in (*fetched.products, *((fetched.brief.closest,) if fetched.brief.closest else ()))
        ]
        touched = {level for item in items for level in item.category} | ({wanted} if wanted else set())
        found = (one for one in self.shop.trade.cautions if one.categories & touched or any(word in said for word in one.words))
        return (" " if language == "en" else "").join(one.texts.get(language) or next(iter(one.texts.values())) for one in found)

    def _brief(self, plan: Plan, step: Step, understanding: Understanding, items: list[Item], products: tuple[Product, ...]) -> Brief:
        language, contact, trade = understanding.language, self.shop.contact, self.shop.trade
        wait = f"{contact.wait_minutes} {'分钟' if language == 'zh' else 'minutes'}"
        return Brief(
            kind=plan.kind, language=language, message=understanding.text, shop=self.shop.name(language), currency=self.shop.currency,
            turn=step.state.turn, note=plan.note, products=products, question=plan.question,
            descriptions={item.id: self.shop.catalogue.text(item, language).description for item in items},
            points=self.presenter.points(items, language, (*_compared(step.state), *step.state.constraints.attributes)) if items else {},
            contact={"hours": contact.hours, "phone": contact.phone, "email": contact.email, "wait": wait},
            noun=trade.noun.get(language, ""), nouns=trade.nouns.get(language, ""), measure=trade.measure, titled=trade.title.get(language, ""),
            priced=trade.price.get(language, ""), ask_back=trade.question.get(language, "") if plan.question == "what_for" else "",
            taken=trade.taken.get(language, ""),
        )  # fmt: skip

    def _products(self, ranked: tuple[Ranked, ...] | list[Ranked], step: Step, profile: Profile, language: Language) -> tuple[Product, ...]:
        items = [entry.item for entry in ranked]
        return tuple(
            self.presenter.product(
                entry.item, language, entry.score,
                reasons_for(entry.item, step.state, profile, self.shop.catalogue, [item for item in items if item is not entry.item]),
            )
            for entry in ranked
        )  # fmt: skip

    def _product(self, item: Item, step: Step, language: Language) -> Product:
        return self.presenter.product(item, language, 0.0, ())

    def _wanted(self, state: State, language: Language, note: str) -> tuple[str, ...]:
        """The wishes in words; those that a note such as "cheaper" already says are left out."""
        words = self.presenter.wishes(state, language)
        named = f"attributes.{self.presenter.naming(state.constraints, language)}"
        return tuple(dict.fromkeys(value for name, value in words.items() if name != named and (name != "bounds" or not note)))

    @staticmethod
    def _words(names: tuple[str, ...], words: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words[name] for name in names if name in words))

    def _chips(self, *names: str, language: Language) -> tuple[str, ...]:
        texts = zh.CHIPS if language == "zh" else en.CHIPS
        answered = [name for name in names if self.shop.entries or name not in ("returns", "delivery")]
        return tuple(texts[name].replace("{measure}", self.shop.trade.measure) for name in answered)

    @staticmethod
    def _handoff(reason: str, *, offered: bool = False) -> dict[str, Any]:
        """offered: the shopper has not agreed yet."""
        return {"name": "handoff", "reason": reason, "offered": offered}


_ABOUT_ITEMS = ("recommend", "nothing_fits", "compare", "details", "explain", "choose")


def _source(entry: Entry) -> Source:
    return Source(entry.id, entry.title, quote(entry.text))


def _sources(answer: Answer) -> tuple[Source, ...]:
    """What was answered from."""
    return (_source(answer.entry), *map(_source, answer.also))


def _said(answer: Answer) -> str:
    first = answer.past.answer if answer.past else answer.entry.text
    return "\n\n".join([first, *(entry.text for entry in answer.also)])


def _compared(state: State) -> tuple[str, ...]:
    """The attributes that "lighter" and its like speak of."""
    return tuple(name for bound in state.bounds for name in bound.attribute.split("|"))
