"""Running dialogues against a bot that answers by script, and what the reports make of it."""

import json
from xml.etree import ElementTree

import pytest

from chatbot.errors import DialogueError, MessageError
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.reporting.page import write_html
from chatbot.evaluating.reports import figures, summary, write_json, write_junit
from chatbot.evaluating.runner import run
from chatbot.facts import Presenter
from chatbot.shop.reading import read_shop
from chatbot.values import Reply
from tests.tiny_shop import write_shop


class FakeBot:
    """Shows the items it is told to, in turn, and records what it was asked."""

    def __init__(self, folder):
        self.shop = read_shop(write_shop(folder))
        self.asked: list[tuple[str, str, str | None]] = []
        self.recorded: list[tuple[str, str, str]] = []
        self.asked_when_renewed: list[int] = []

    def respond(self, message, session, *, language=None):
        self.asked.append((message, session, language))
        if message == "break":
            raise MessageError("it broke")
        name = {"cheaper": "lap-1", "flaky": "lap-3" if len(self.asked) % 2 else "lap-2"}.get(message, "lap-2")
        product = Presenter(self.shop.catalogue, "CNY").product(self.shop.catalogue.by_id[name], "en", 0.5, ())
        return Reply(
            session=session, turn=1, language="en", text=f"<b>{product.title}</b>", products=(product,) if message != "hi" else (), timing_ms={"total": 10.0 * len(self.asked)},
            understanding={"intent": {"name": "recommend"}, "interests": [], "constraints": {}, "mood": {"label": "neutral"}},
        )  # fmt: skip

    def renew_orders(self):
        self.asked_when_renewed.append(len(self.asked))

    def record(self, session, kind, item):
        if item == "gone":
            raise MessageError("there is no item 'gone'")
        self.recorded.append((session, kind, item))


TALK = """test_cases:
- test_case: passes
  why: it should
  language: en
  events: [{type: view, item: lap-1}]
  steps:
  - user: a laptop
    assertions: [{intent: recommend}, {products: {min: 1}}]
  - user: hi
    assertions: [{products: {max: 0}}]
  - user: cheaper
    assertions: [{products: {every: {price_lt: previous, shown_before: false}}}]
- test_case: fails <once>
  why: it should not
  steps:
  - user: a laptop
    assertions: [{intent: refine}, {language: zh}, {grounded: true}]
  - user: again
    assertions: [{products: {every: {shown_before: true}}}]
"""


@pytest.fixture
def bot(tmp_path):
    return FakeBot(tmp_path / "shop")


def dialogues(tmp_path, text=TALK):
    (tmp_path / "talk.yaml").write_text(text, "utf-8")
    return read_dialogues([tmp_path / "talk.yaml"])


def test_each_dialogue_has_a_session_of_its_own(tmp_path, bot):
    results = run(bot, dialogues(tmp_path), repeat=2)
    assert [(result.dialogue.name, result.attempt) for result in results] == [("passes", 1), ("passes", 2), ("fails <once>", 1), ("fails <once>", 2)]
    sessions = [session for _, session, _ in bot.asked]
    assert len(set(sessions)) == 4
    assert {language for _, _, language in bot.asked[:6]} == {"en"}
    assert {language for _, _, language in bot.asked[6:]} == {None}
    assert [(kind, item) for _, kind, item in bot.recorded] == [("view", "lap-1")] * 2
    assert bot.recorded[0][0] == sessions[0]


def test_it_passes_or_says_what_does_not_hold(tmp_path, bot):
    passed, failed = run(bot, dialogues(tmp_path))
    assert passed.passed
    assert passed.line() == "passed  passes"
    assert not failed.passed
    assert failed.turns[0].complaints == ("intent: expected 'refine', came 'recommend'", "language: expected 'zh', came 'en'")
    assert failed.turns[1].complaints == ()
    line = failed.line()
    assert "FAILED  fails <once>" in line and "talk.yaml" in line and "it should not" in line
    assert "user: a laptop" in line and "user: again" not in line


def test_what_was_shown_last_is_remembered_over_a_turn_that_shows_nothing(tmp_path, bot):
    (passed, _) = run(bot, dialogues(tmp_path))
    assert passed.turns[2].complaints == ()


def test_a_turn_that_fails_ends_its_dialogue(tmp_path, bot):
    (result,) = run(bot, dialogues(tmp_path, "test_cases:\n- test_case: a\n  steps: [{user: break}, {user: hi}]\n"))
    assert not result.passed
    assert len(result.turns) == 1
    assert "it broke" in result.turns[0].complaints[0]
    assert "(no reply)" in result.line()


def test_an_event_that_fails_ends_its_dialogue(tmp_path, bot):
    (result,) = run(bot, dialogues(tmp_path, "test_cases:\n- test_case: a\n  events: [{type: view, item: gone}]\n  steps: [{user: hi}]\n"))
    assert not result.passed
    assert "gone" in result.turns[0].complaints[0]
    assert bot.asked == []


def test_results_are_told_as_they_come(tmp_path, bot):
    told = []
    results = run(bot, dialogues(tmp_path), on_result=told.append)
    assert tuple(told) == results


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────────

FLAKY = "test_cases:\n- test_case: flaky\n  steps:\n  - user: flaky\n    assertions: [{products: {any: {id: lap-2}}}]\n"


def test_the_summary_ends_with_the_count(tmp_path, bot):
    assert summary(run(bot, dialogues(tmp_path))).splitlines()[-1] == "1 passed, 1 failed"
    assert summary(run(bot, dialogues(tmp_path), repeat=3)).splitlines()[-1] == "1 passed, 1 failed"


def test_a_dialogue_that_passes_sometimes_counts_for_pass_1_alone(tmp_path, bot):
    found = figures(run(bot, dialogues(tmp_path, FLAKY), repeat=4))
    assert (found["pass_1"], found["pass_k"]) == (0.5, 0.0)
    assert summary(run(bot, dialogues(tmp_path, FLAKY), repeat=4)).splitlines()[-1] == "0 passed, 1 failed"


def test_timings_are_quantiles(tmp_path, bot):
    found = figures(run(bot, dialogues(tmp_path)))["timing_ms"]["total"]
    assert found["p50"] == 30.0
    assert found["p95"] == 50.0


def test_reports_hold_everything_and_are_escaped(tmp_path, bot):
    results = run(bot, dialogues(tmp_path))
    write_json(tmp_path / "out" / "r.json", results)
    write_junit(tmp_path / "out" / "r.xml", results)
    write_html(tmp_path / "out" / "r.html", results)
    plain = json.loads((tmp_path / "out" / "r.json").read_text("utf-8"))
    assert (plain["passed"], plain["failed"], plain["turns"]) == (1, 1, 5)
    suite = ElementTree.parse(tmp_path / "out" / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert len(suite.findall("testcase/failure")) == 1
    page = (tmp_path / "out" / "r.html").read_text("utf-8")
    assert "fails &lt;once&gt;" in page
    assert "&lt;b&gt;Norin" in page
    assert "<b>Norin" not in page
    assert page.index("fails &lt;once&gt;") < page.index("passes")
    assert "://" not in page


def test_a_report_that_cannot_be_written_gives_one_line(tmp_path, bot):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DialogueError, match="cannot be written") as caught:
        write_json(tmp_path / "file" / "r.json", run(bot, dialogues(tmp_path)))
    assert "\n" not in str(caught.value)


def test_no_results_have_a_summary():
    assert summary(()).splitlines()[-1] == "0 passed, 0 failed"
