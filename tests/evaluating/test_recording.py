"""A conversation of the store becomes a dialogue that the same shop passes, without personal data."""

import pytest

from chatbot.bot import Bot
from chatbot.errors import DialogueError, SessionUnknown
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.recording import record
from chatbot.evaluating.runner import run
from chatbot.values import State


def said(bot: Bot, *messages: str) -> str:
    session = None
    for message in messages:
        session = bot.respond(message, session).session
    assert session
    return session


@pytest.fixture(scope="module")
def apart(bot: Bot):
    other = bot.apart()
    other.phraser = other._by_rule
    yield other
    other.store.close()


def test_what_was_recorded_passes_and_asserts_state_and_facts(apart, tmp_path):
    session = said(
        apart, "any laptop under 6000?", "cheaper please", "how heavy is the first one?", "can I send it back?", "I'll take the first one", "谢谢"
    )
    record(apart.store, session).write(tmp_path / "x.yaml")
    (dialogue,) = read_dialogues([tmp_path / "x.yaml"])
    first, second, third, fourth, fifth, sixth = ({one.name: one.value for one in step.assertions} for step in dialogue.steps)
    assert first["constraints"] == {"category": "Laptops", "price_max": 6000}
    assert first["products"]["every"] == {"category": "Laptops", "price_lte": 6000, "in_stock": True}
    assert second["intent"] == "refine"
    assert third["products"]["max"] == len(third["products"]["every"]["id"]) == 1
    assert (fourth["sources"], fourth["products"], fourth["action"]) == (["returns"], {"max": 0}, "none")
    assert fifth["action"] == "add_to_cart"
    assert sixth["language"] == "zh"
    assert all(step["grounded"] for step in (first, second, third))
    (result,) = run(apart, [dialogue])
    assert result.passed, result.line()


def test_what_was_done_before_the_first_turn_comes_along(apart, tmp_path):
    session = "e" * 32
    apart.record(session, "view", "wat-009")
    apart.respond("recommend me something", session)
    apart.record(session, "click", "wat-012")
    recording = record(apart.store, session)
    assert recording.dialogue["events"] == [{"type": "view", "item": "wat-009"}]
    assert any("between the turns" in remark for remark in recording.remarks)


def test_an_order_is_recorded_up_to_whose_it_is(apart, tmp_path):
    session = said(apart, "我的快递到哪了", "XM24590317", "尾号5926")
    recording = record(apart.store, session)
    recording.write(tmp_path / "x.yaml")
    text = (tmp_path / "x.yaml").read_text("utf-8")
    assert "我的快递到哪了" in text
    assert "XM24590317" not in text and "5926" not in text and "QN5502718834" not in text
    assert any("turn 2" in remark for remark in recording.remarks)


def test_mail_and_phone_are_masked(apart):
    reply, session = apart.respond("a kettle for my mother"), "f" * 32
    apart.store.add_turn(session, State(turn=1), "a kettle for my mother, mail me at jo.doe@mail.example or 13700007204", reply.as_json())
    (step,) = record(apart.store, session).dialogue["steps"]
    assert "jo.doe" not in step["user"] and "13700007204" not in step["user"]
    assert "kettle" in step["user"]


def test_what_cannot_be_recorded_is_refused(apart, tmp_path):
    with pytest.raises(SessionUnknown):
        record(apart.store, "0" * 32)
    session = said(apart, "order XM24590317, 5926")
    with pytest.raises(DialogueError, match="no turn"):
        record(apart.store, session)
    recording = record(apart.store, said(apart, "hello"))
    recording.write(tmp_path / "x.yaml")
    with pytest.raises(DialogueError, match="there already"):
        recording.write(tmp_path / "x.yaml")
