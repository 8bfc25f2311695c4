"""The scripted dialogues on the real models: all pass, nothing ungrounded is said, no product breaks a constraint.

All of them are phrased by rule, for what is asserted does not hang on the phrasing; every EIGHTH with the language model too.
"""

from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.evaluating.coverage import coverage
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.runner import Result, run
from chatbot.recommending.fitting import broken
from chatbot.store import Store
from chatbot.values import Constraints

DIALOGUES = Path(__file__).with_name("dialogues")
WANTED = Path(__file__).with_name("wanted")


EIGHTH = 8


@pytest.fixture(scope="module")
def by_rule(bot: Bot) -> tuple[Result, ...]:
    """All dialogues, over the parts of the bot but the language model."""
    plain = Bot(bot.settings, bot.shop, bot.reader, bot.encoder, bot.index, None, Store("sqlite://"))
    return run(plain, read_dialogues([DIALOGUES]))


@pytest.fixture(scope="module")
def by_model(bot: Bot) -> tuple[Result, ...]:
    return run(bot, read_dialogues([DIALOGUES])[::EIGHTH], workers=bot.settings.slots)


@pytest.fixture(scope="module")
def results(by_rule: tuple[Result, ...], by_model: tuple[Result, ...]) -> tuple[Result, ...]:
    return (*by_rule, *by_model)


def test_every_dialogue_passes(results: tuple[Result, ...]) -> None:
    failed = [result.line() for result in results if not result.passed]
    assert not failed, "\n" + "\n".join(failed)


def test_everything_a_shopper_may_do_is_covered(bot: Bot) -> None:
    found = coverage(read_dialogues([DIALOGUES]), {entry.id for entry in bot.shop.entries})
    assert {kind: found.missing(kind) for kind in ("intents", "constraints", "entries")} == {"intents": [], "constraints": [], "entries": []}
    assert found.dialogues >= 150
    assert found.long >= 10
    assert min(found.counts["languages"].values()) >= 90
    assert set(found.missing("actions")) <= {"ticket"}  # of the contract, and nothing raises it


def test_nothing_ungrounded_is_said(results: tuple[Result, ...]) -> None:
    ungrounded = [(turn.user, turn.reply.trace) for result in results for turn in result.turns if turn.reply and not turn.reply.grounded]
    assert not ungrounded


def test_no_product_breaks_a_constraint(results: tuple[Result, ...], bot: Bot) -> None:
    violations = []
    for result in results:
        for turn in result.turns:
            reply = turn.reply
            if reply is None or reply.understanding["intent"]["name"] not in ("recommend", "refine"):
                continue
            constraints = _constraints(reply.understanding["constraints"])
            for product in reply.products:
                violations += [(turn.user, product.id, name) for name in broken(bot.shop.catalogue.by_id[product.id], constraints)]
    assert not violations


def test_the_language_model_phrases_some_of_it(by_model: tuple[Result, ...]) -> None:
    assert any(turn.reply.phrased_by == "model" for result in by_model for turn in result.turns if turn.reply)


def test_wanted_dialogues_are_well_formed() -> None:
    assert read_dialogues([WANTED])


def _constraints(shown: dict) -> Constraints:
    def several(value):
        return tuple(value) if isinstance(value, list) else (value,)

    values = dict(shown)
    for name in ("brand", "not_brand"):
        if name in values:
            values[name] = several(values[name])
    for name in ("attributes", "not_attributes"):
        if name in values:
            values[name] = {key: several(value) for key, value in values[name].items()}
    return Constraints(**values)
