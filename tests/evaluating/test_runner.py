"""Running dialogues against a bot that answers by script, and what the reports make of it."""

import json
from xml.etree import ElementTree

import pytest

from chatbot.errors import DialogueError, MessageError
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.figures import figures, pass_hat
from chatbot.evaluating.reporting.page import write_html
from chatbot.evaluating.reports import summary, write_json, write_junit
from chatbot.evaluating.runner import run
from chatbot.facts import Presenter
from chatbot.shop.reading import read_shop
from chatbot.values import Reply
from tests.tiny_shop import write_shop


class Closing:
    closed = False

    def close(self):
        self.closed = True


class FakeBot:
    """Shows the items it is told to, in turn, and records what it was asked."""

    def __init__(self, folder):
        self.shop = read_shop(write_shop(folder))
        self.asked: list[tuple[str, str, str | None]] = []
        self.recorded: list[tuple[str, str, str]] = []
        self.asked_when_renewed: list[int] = []
        self.others: list[FakeBot] = []

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

    def apart(self):
        other = FakeBot.__new__(FakeBot)
        other.__dict__ = {**self.__dict__, "asked": [], "recorded": [], "asked_when_renewed": [], "store": Closing()}
        self.others.append(other)
        return other

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


MANY = "test_cases:\n" + "".join(
    f"- test_case: many_{number}\n  steps: [{{user: hi, assertions: [{{products: {{min: {int(number == 3)}}}}}]}}]\n" for number in range(8)
)


def test_several_workers_give_the_same_results_in_the_same_order(tmp_path, bot):
    told = []
    one_by_one = run(bot, dialogues(tmp_path, MANY), repeat=2)
    results = run(bot, dialogues(tmp_path, MANY), repeat=2, workers=4, on_result=told.append)
    assert [(one.dialogue.name, one.attempt, one.passed) for one in results] == [(one.dialogue.name, one.attempt, one.passed) for one in one_by_one]
    assert tuple(told) == results


def test_each_worker_has_a_bot_of_its_own_and_closes_it(tmp_path, bot):
    run(bot, dialogues(tmp_path, MANY), workers=3)
    assert len(bot.others) == 2
    assert all(other.store.closed for other in bot.others)
    everybody = [bot, *bot.others]
    assert sum(len(one.asked) for one in everybody) == 8
    assert all(one.asked_when_renewed == list(range(len(one.asked))) for one in everybody)


def test_no_more_workers_than_dialogues(tmp_path, bot):
    run(bot, dialogues(tmp_path), workers=9)
    assert len(bot.others) == 1


def test_it_stops_at_the_first_failure_where_that_is_wanted(tmp_path, bot):
    results = run(bot, dialogues(tmp_path, MANY), fail_fast=True)
    assert [result.dialogue.name for result in results] == ["many_0", "many_1", "many_2", "many_3"]
    assert len(bot.asked) == 4
    assert len(run(bot, dialogues(tmp_path, MANY))) == 8


def test_a_seed_draws_the_same_order_and_sessions_again(tmp_path):
    ways = []
    for number, seed in enumerate([5, 5, 6, None]):
        bot = FakeBot(tmp_path / str(number))
        names = [result.dialogue.name for result in run(bot, dialogues(tmp_path, TALK + MANY.removeprefix("test_cases:\n")), seed=seed)]
        assert names == ["passes", "fails <once>", *(f"many_{place}" for place in range(8))]
        ways.append([(message, session) for message, session, _ in bot.asked])
    assert ways[0] == ways[1]
    assert [message for message, _ in ways[0]] != [message for message, _ in ways[3]]
    assert ways[0] != ways[2]
    assert all(len(session) == 32 for _, session in ways[0])


def test_a_failure_shows_what_was_shown(tmp_path, bot):
    (_, failed) = run(bot, dialogues(tmp_path))
    assert "lap-2 3999" in failed.line()


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────────

FLAKY = "test_cases:\n- test_case: flaky\n  steps:\n  - user: flaky\n    assertions: [{products: {any: {id: lap-2}}}]\n"


def test_the_summary_ends_with_the_count(tmp_path, bot):
    assert summary(run(bot, dialogues(tmp_path))).splitlines()[-1] == "1 passed, 1 failed"
    assert summary(run(bot, dialogues(tmp_path), repeat=3)).splitlines()[-1] == "1 passed, 1 failed"


def test_a_dialogue_that_passes_sometimes_counts_for_pass_1_alone(tmp_path, bot):
    found = figures(run(bot, dialogues(tmp_path, FLAKY), repeat=4))
    assert (found["pass_1"], found["pass_k"]) == (0.5, 0.0)
    assert found["pass_hat"] == {"1": 0.5, "2": pytest.approx(1 / 6), "3": 0.0, "4": 0.0}
    assert found["flaky"] == ["flaky"]
    assert summary(run(bot, dialogues(tmp_path, FLAKY), repeat=4)).splitlines()[-1] == "0 passed, 1 failed"


def test_pass_hat_is_the_mean_over_dialogues_that_ran_often_enough():
    runs = [[True] * 4, [True, True, True, False], [False] * 4, [True]]
    assert pass_hat(runs, 1) == pytest.approx((1 + 0.75 + 0 + 1) / 4)
    assert pass_hat(runs, 2) == pytest.approx((1 + 3 / 6 + 0) / 3)
    assert pass_hat(runs, 4) == pytest.approx(1 / 3)
    assert pass_hat([], 1) == pass_hat(runs, 5) == 0.0


def test_the_summary_names_what_is_flaky(tmp_path, bot):
    lines = summary(run(bot, dialogues(tmp_path, FLAKY), repeat=4)).splitlines()
    assert "pass^1 0.500, pass^2 0.167, pass^3 0.000, pass^4 0.000" in lines
    assert "flaky: flaky" in lines
    assert not any("flaky" in line for line in summary(run(bot, dialogues(tmp_path), repeat=2)).splitlines())


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
    assert (plain["schema"], plain["passed"], plain["failed"], plain["turns"]) == (1, 1, 1, 5)
    assert [(one["test_case"], one["attempt"], one["passed"]) for one in plain["dialogues"]] == [("passes", 1, True), ("fails <once>", 1, False)]
    first = plain["dialogues"][1]["turns"][0]
    assert (first["user"], first["passed"], len(first["complaints"]), first["reply"]["language"]) == ("a laptop", False, 2, "en")
    assert first["timing_ms"] == first["reply"]["timing_ms"]
    suite = ElementTree.parse(tmp_path / "out" / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert len(suite.findall("testsuite/testcase/failure")) == 1
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


def test_what_xml_cannot_hold_does_not_break_the_junit_file(tmp_path, bot):
    write_junit(
        tmp_path / "r.xml",
        run(bot, dialogues(tmp_path, 'test_cases:\n- test_case: a\n  steps: [{user: "\\x01hi\\e", assertions: [{language: zh}]}]\n')),
    )
    (failure,) = ElementTree.parse(tmp_path / "r.xml").getroot().iter("failure")
    assert "hi" in (failure.text or "")


def test_no_results_have_a_summary():
    assert summary(()).splitlines()[-1] == "0 passed, 0 failed"
