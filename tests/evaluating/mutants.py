"""Deliberate faults for a bot, each at a seam that a real mistake could be made at, and the dialogues that have to notice.

A mutant changes one bot that stands apart from all others; what is patched in a module is put back by the test.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chatbot.bot import Bot
from chatbot.fetching import Fetcher
from chatbot.phrasing.brief import Sentence
from chatbot.service.answers import Answer
from chatbot.values import Constraints, State

__all__ = ["MUTANTS", "Mutant", "apart"]

Break = Callable[[Bot, pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """dialogues: a few of tests/dialogues that a sound bot passes. caught_by: the assertions of which one has to complain."""

    name: str
    break_it: Break
    dialogues: tuple[str, ...]
    caught_by: tuple[str, ...]


# ── what is recommended ───────────────────────────────────────────────────────────────────────────────────────────────


def _searching(change: Callable[[State], State]) -> Break:
    """The hard filter sees the state as `change` makes it; what the reply says was understood stays right."""

    def break_it(bot: Bot, patch: pytest.MonkeyPatch) -> None:
        columns, sound = bot.recommender._columns, bot.recommender._columns.fitting
        patch.setattr(columns, "fitting", lambda state, hidden: sound(change(state), hidden))

    return break_it


def _without(*names: str) -> Break:
    return _searching(lambda state: replace(state, constraints=state.constraints.without(*names)))


def _sold_out_is_shown(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    columns = bot.recommender._columns
    patch.setattr(columns, "in_stock", columns.in_stock | True)


def _shows_again(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.recommender, "_hidden", lambda state, *, again: bot.shop.blocked)


def _points_one_off(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """ "The first one" is the second."""
    from chatbot.dialogue import state

    sound = state.pointed_at

    def off(before: State, understanding: Any, look: Any) -> tuple[str, ...]:
        found = sound(before, understanding, look)
        if len(found) != 1 or found[0] not in before.last:
            return found
        return (before.last[(before.last.index(found[0]) + 1) % len(before.last)],)

    patch.setattr(state, "pointed_at", off)


# ── what is remembered ────────────────────────────────────────────────────────────────────────────────────────────────


def _forgets(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    sound = bot.store.state
    patch.setattr(bot.store, "state", lambda session: replace(sound(session), constraints=Constraints()))


def _leaks(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """A new shopper goes on where the one before was."""
    states, add_turn = bot.store.state, bot.store.add_turn
    latest = [State()]

    def state(session: str) -> State:
        own = states(session)
        return own if own.turn else replace(latest[0], turn=0)

    def keep(session: str, state: State, *rest: Any) -> None:
        latest[0] = state
        add_turn(session, state, *rest)

    patch.setattr(bot.store, "state", state)
    patch.setattr(bot.store, "add_turn", keep)


def _ignores_behaviour(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bot.store, "events", lambda session, shopper="": ())


# ── what is fetched ───────────────────────────────────────────────────────────────────────────────────────────────────


def _fetched(change: Callable[[Any], Any]) -> Break:
    def break_it(bot: Bot, patch: pytest.MonkeyPatch) -> None:
        sound = bot.fetcher.fetch
        patch.setattr(bot.fetcher, "fetch", lambda *given: change(sound(*given)))

    return break_it


def _no_handoff(fetched: Any) -> Any:
    return replace(fetched, action=None) if (fetched.action or {}).get("name") == "handoff" else fetched


def _wrong_entry(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """The second best entry answers."""
    answers, sound = bot.fetcher.answers, bot.fetcher.answers.best

    def second(*given: Any, **options: Any) -> Answer | None:
        found = sound(*given, **options)
        if found is None:
            return None
        entries = [entry for entry in bot.shop.entries if entry.language == found.entry.language]
        place = next((place for place, entry in enumerate(entries) if entry.id == found.entry.id), 0)
        return replace(found, entry=entries[(place + 1) % len(entries)], past=None)

    patch.setattr(answers, "best", second)


def _other_language(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    sound = bot.understander.understand
    patch.setattr(
        bot.understander,
        "understand",
        lambda *given, **options: replace(found := sound(*given, **options), language="en" if found.language == "zh" else "zh"),
    )


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _brief(change: Callable[[Any], Any]) -> Break:
    """The phrasing is told something else than what is shown; the grounding check judges by the same wrong facts."""

    def break_it(bot: Bot, patch: pytest.MonkeyPatch) -> None:
        for phraser in (bot.phraser, bot._by_rule):
            sound = phraser.stream
            patch.setattr(phraser, "stream", lambda brief, phrased, sound=sound: sound(change(brief), phrased))

    return break_it


def _tells_ten_more(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """Every price in the words is ten more than the card's, and the bot's own check is behind it already."""
    for phraser in (bot.phraser, bot._by_rule):
        sound = phraser.stream
        patch.setattr(phraser, "stream", lambda brief, phrased, sound=sound: iter([_PRICE.sub(_ten_more, "".join(sound(brief, phrased)))]))


_PRICE = re.compile(r"(?<=¥)\d[\d,]*|\d+(?= ?元)")


def _ten_more(price: re.Match[str]) -> str:
    return f"{int(price[0].replace(',', '')) + 10:,}"


def _says_it_in_the_other_language(brief: Any) -> Any:
    """Cards and label stay right; the words are of the wrong language."""
    return replace(brief, language="en" if brief.language == "zh" else "zh")


def _invents_a_discount(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """The rules promise something after every recommendation."""
    from chatbot.phrasing import en, zh

    for module, promise in ((en, "Today you get 20% off."), (zh, "今天下单打八折。")):
        sound = module.sentences
        patch.setattr(module, "sentences", lambda brief, sound=sound, promise=promise, **how: (*sound(brief, **how), Sentence(promise)))


def _says_what_it_is_told(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    sound = bot.phraser.stream
    patch.setattr(bot.phraser, "stream", lambda brief, phrased: (*sound(brief, phrased), f" {brief.message}"))


# ── orders ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _believes_everybody(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    from chatbot.service import orders

    patch.setattr(orders, "proves", lambda *_: True)


def _cancels_what_is_under_way(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    from chatbot import order_turns

    sound = order_turns.judge

    def lenient(order: Any, operation: str, *rest: Any) -> Any:
        return sound(replace(order, state="paid") if operation == "cancel" else order, operation, *rest)

    patch.setattr(order_turns, "judge", lenient)


def _asks_for_no_yes(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    """A change is made where it should be read back."""
    clerk = bot.fetcher.clerk
    assert clerk is not None
    patch.setattr(
        clerk,
        "_read_back",
        lambda case, ordering, operation, verdict: clerk._make(case, replace(ordering, key=case.asked.session), operation, verdict),
    )


def _tells_the_address(bot: Bot, patch: pytest.MonkeyPatch) -> None:
    from chatbot import order_turns

    patch.setattr(order_turns, "mask_address", lambda address: address)


def apart(bot: Bot) -> Bot:
    """A bot whose parts may be patched: nothing of it is another's but models and vectors."""
    other = bot.apart()
    other.recommender, other.answers, other.understander = copy(other.recommender), copy(other.answers), copy(other.understander)
    other.recommender._columns = copy(other.recommender._columns)
    other.phraser, other._by_rule = copy(other.phraser), copy(other._by_rule)
    other.fetcher = Fetcher(other.shop, other.recommender, other.answers, other.fetcher.clerk)
    return other


MUTANTS = (
    Mutant("drops the price ceiling", _without("price_max"), ("budget_about_en", "budget_k_zh", "budget_chinese_numerals"), ("products",)),
    Mutant("drops the price floor", _without("price_min"), ("budget_range_zh", "budget_range_en", "budget_over_en"), ("products",)),
    Mutant("ignores exclusions", _without("not_brand"), ("brand_unwanted_zh", "brand_unwanted_en"), ("products",)),
    Mutant("ignores excluded attributes", _without("not_attributes"), ("colour_unwanted_en", "feature_unwanted_zh"), ("products",)),
    Mutant("ignores the brand", _without("brand"), ("english_page_chinese_brand", "brand_wanted_zh"), ("products",)),
    Mutant("ignores attributes", _without("attributes"), ("two_features_en", "waterproof_women_boots_en", "corrected_colour_en"), ("products",)),
    Mutant("ignores the kind", _without("category"), ("budget_about_en", "budget_over_zh", "greeting_with_a_need_en"), ("products",)),
    Mutant("ignores ratings", _without("rating_min"), ("rating_en", "rating_zh"), ("products",)),
    Mutant("shows what is sold out", _sold_out_is_shown, ("in_stock_only_en", "out_of_stock_zh"), ("products",)),
    Mutant(
        "cheaper is not cheaper",
        _searching(lambda state: replace(state, below=None)),
        ("cheaper_phones_en", "cheaper_bags_zh"),
        ("products",),
    ),
    Mutant("dearer is not dearer", _searching(lambda state: replace(state, above=None)), ("dearer_phones_en", "dearer_bags_zh"), ("products",)),
    Mutant("shows the same again", _shows_again, ("markup_zh", "others_never_repeat_en", "others_never_repeat_zh"), ("products",)),
    Mutant("points at the wrong item", _points_one_off, ("pick_by_place_en", "pick_by_name_zh", "pick_by_price_en"), ("products",)),
    Mutant("forgets the constraints", _forgets, ("dead_end_price_en", "chain_to_purchase_en", "budget_raised_en"), ("constraints", "products")),
    Mutant("leaks a session", _leaks, ("budget_about_en", "nobody_elses_choice_en", "nobody_elses_choice_zh"), ("constraints", "products", "intent")),
    Mutant("ignores what was looked at", _ignores_behaviour, ("viewed_before_the_talk_en", "disliked_before_the_talk_zh"), ("products",)),
    Mutant("answers from the wrong entry", _wrong_entry, ("account_and_data_en", "membership_zh"), ("sources",)),
    Mutant("drops the sources", _fetched(lambda fetched: replace(fetched, sources=())), ("membership_zh", "order_cancel_shipped_en"), ("sources",)),
    Mutant(
        "puts nothing into the cart",
        _fetched(lambda fetched: replace(fetched, action=None)),
        ("pick_by_price_en", "pick_by_description_zh"),
        ("action",),
    ),
    Mutant("never hands over", _fetched(_no_handoff), ("asks_for_a_person_en", "asks_for_a_person_zh"), ("action",)),
    Mutant("swaps languages", _other_language, ("budget_about_en", "budget_about_zh"), ("language",)),
    Mutant("speaks the wrong language", _brief(_says_it_in_the_other_language), ("budget_about_en", "budget_about_zh"), ("language",)),
    Mutant("tells a wrong price", _tells_ten_more, ("haggling_en", "haggling_zh"), ("says_any",)),
    Mutant("invents a discount", _invents_a_discount, ("haggling_en", "haggling_zh", "budget_about_en"), ("grounded",)),
    Mutant("says what it is told", _says_what_it_is_told, ("markup_en", "ignore_instructions_en", "ignore_instructions_zh"), ("says_none",)),
    Mutant("shows anybody's order", _believes_everybody, ("order_someone_elses_order_en", "order_someone_elses_order_zh"), ("says_any", "says_none")),
    Mutant("cancels what is under way", _cancels_what_is_under_way, ("order_cancel_shipped_en", "order_cancel_shipped_zh"), ("action", "says_any")),
    Mutant(
        "asks for no yes",
        _asks_for_no_yes,
        ("order_cancel_before_dispatch_zh", "order_cancel_before_dispatch_en", "order_declined_changes_nothing_en"),
        ("action",),
    ),
    Mutant(
        "tells the address",
        _tells_the_address,
        ("order_change_address_zh", "order_change_address_again_en", "order_look_up_in_one_message_en"),
        ("says_none",),
    ),
)
