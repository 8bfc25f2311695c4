"""Two result files are told apart by what broke, what got better and what got slower, and noise is not told."""

import json

import pytest

from chatbot.errors import DialogueError
from chatbot.evaluating.comparing import compare, read_results


def results(**dialogues):
    """name → (passes, milliseconds of each run)."""
    return {
        "schema": 1, "timing_ms": {"total": {"p50": 20.0, "p95": 40.0, "count": 9}},
        "dialogues": [
            {"test_case": name, "attempt": attempt, "passed": passed, "milliseconds": float(milliseconds), "turns": [{"complaints": [] if passed else [f"intent: {name} is wrong"]}]}
            for name, runs in dialogues.items() for attempt, (passed, milliseconds) in enumerate(runs, 1)
        ],
    }  # fmt: skip


STEADY = {f"steady_{number}": [(True, 300)] for number in range(5)}


def test_what_broke_and_what_got_better_is_named_with_the_reason():
    found = compare(results(a=[(True, 1)], b=[(False, 1)], **STEADY), results(a=[(False, 1)], b=[(True, 1)], **STEADY))
    assert (found.broke, found.better, found.slower) == (("a",), ("b",), ())
    assert "broke   a (100% to 0% of its runs): intent: a is wrong" in found.lines
    assert found.lines[-1] == "1 broke, 1 got better, 0 got slower"


def test_passing_less_often_is_broken():
    found = compare(results(a=[(True, 1), (True, 1)]), results(a=[(True, 1), (False, 1)]))
    assert found.broke == ("a",)
    assert "100% to 50%" in found.lines[0]


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [(300, 600, True), (300, 420, False), (20, 60, False), (300, 100, False), (0, 900, False)],
)  # fmt: skip
def test_slower_is_much_slower_and_worth_telling(before, after, slower):
    found = compare(results(a=[(True, before)], **STEADY), results(a=[(True, after)], **STEADY))
    assert bool(found.slower) == slower
    assert not found.broke


def test_a_slower_machine_makes_no_dialogue_slower():
    twice = {name: [(True, 600)] for name in STEADY}
    found = compare(results(**STEADY), results(**twice))
    assert found.slower == ()
    assert any("2.00 times as long" in line for line in found.lines)
    worse = compare(results(a=[(True, 300)], **STEADY), results(a=[(True, 1200)], **twice))
    assert worse.slower == ("a",)


def test_the_median_of_the_runs_counts():
    found = compare(results(a=[(True, 300)] * 3, **STEADY), results(a=[(True, 300), (True, 310), (True, 3000)], **STEADY))
    assert found.slower == ()


def test_new_and_gone_dialogues_are_told_and_break_nothing():
    found = compare(results(old=[(True, 1)]), results(new=[(False, 1)]))
    assert found.broke == ()
    assert "new     new fails: intent: new is wrong" in found.lines
    assert "gone    old" in found.lines


def test_a_timing_that_moved_is_told():
    old, new = results(**STEADY), results(**STEADY)
    new["timing_ms"] = {"total": {"p50": 50.0, "p95": 90.0, "count": 9}}
    assert "total: p50 20 to 50 ms, p95 40 to 90 ms" in compare(old, new).lines
    assert not any("total" in line for line in compare(old, old).lines)


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": 0, "dialogues": []}', '{"schema": 1}', '{"schema": 1, "dialogues": {}}'])
def test_what_is_no_result_file_is_refused(tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(DialogueError, match=r"r\.json") as caught:
        read_results(tmp_path / "r.json")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_broken_entry_are_refused(tmp_path):
    with pytest.raises(DialogueError, match="nowhere"):
        read_results(tmp_path / "nowhere.json")
    (tmp_path / "r.json").write_text(json.dumps({"schema": 1, "dialogues": [{"test_case": "a"}]}))
    with pytest.raises(DialogueError, match="passed"):
        compare(read_results(tmp_path / "r.json"), results())
