"""The scripted dialogues have teeth: each deliberate fault of the bot is caught by a few of them, which a sound bot passes."""

from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.evaluating.dialogues import Dialogue, read_dialogues
from chatbot.evaluating.runner import run
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.introducer import Introducer
from tests.evaluating.mutants import MUTANTS, Mutant, apart

DIALOGUES = Path(__file__).resolve().parent.parent / "dialogues"


@pytest.fixture(scope="module")
def dialogues() -> dict[str, Dialogue]:
    return {dialogue.name: dialogue for dialogue in read_dialogues([DIALOGUES])}


@pytest.fixture(scope="module")
def by_rule(bot: Bot) -> Bot:
    """The real bot without its language model, which would only slow this down."""
    rules = bot.apart()
    rules.phraser = Introducer(None, Grounding(bot.shop.catalogue), seconds=8.0)
    return rules


def test_there_are_enough_of_them() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 15


def test_a_sound_bot_passes_what_has_to_catch_the_mutants(by_rule: Bot, dialogues: dict[str, Dialogue]) -> None:
    names = sorted({name for mutant in MUTANTS for name in mutant.dialogues})
    failed = [result.line() for result in run(by_rule, [dialogues[name] for name in names]) if not result.passed]
    assert not failed, "\n" + "\n".join(failed)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
def test_a_mutant_is_caught(mutant: Mutant, by_rule: Bot, dialogues: dict[str, Dialogue], monkeypatch: pytest.MonkeyPatch) -> None:
    broken = apart(by_rule)
    mutant.break_it(broken, monkeypatch)
    results = run(broken, [dialogues[name] for name in mutant.dialogues])
    broken.store.close()
    complained = {complaint.split(":")[0] for result in results for turn in result.turns for complaint in turn.complaints}
    assert complained & set(mutant.caught_by), f"survived: {[(result.dialogue.name, result.complaint) for result in results]}"
