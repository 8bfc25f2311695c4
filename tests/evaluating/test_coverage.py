"""What dialogues insist on is counted; what they only mention, or leave open, is not."""

from chatbot.evaluating.coverage import coverage
from chatbot.evaluating.dialogues import read_dialogues

TALK = """test_cases:
- test_case: one
  steps:
  - user: a laptop under 500
    assertions: [{intent: recommend}, {constraints: {price_max: 500, brand: null}}, {action: [none, handoff]}]
  - user: can I send it back?
    assertions: [{intent: [service, order]}, {sources: [returns]}, {action: none}]
- test_case: two
  steps:
  - user: 保修多久
    assertions: [{intent: [service]}, {sources: [warranty, repair]}]
"""


def test_only_what_is_insisted_on_counts(tmp_path):
    (tmp_path / "x.yaml").write_text(TALK, "utf-8")
    found = coverage(read_dialogues([tmp_path]), ["returns", "warranty", "repair"])
    assert (found.dialogues, found.turns, found.long) == (2, 3, 0)
    assert {name for name, count in found.counts["intents"].items() if count} == {"recommend", "service"}
    assert {name for name, count in found.counts["constraints"].items() if count} == {"price_max"}
    assert found.missing("entries") == ["repair", "warranty"]
    assert found.counts["actions"]["none"] == 1
    assert found.counts["languages"] == {"zh": 1, "en": 1}


def test_the_lines_tell_what_is_missing(tmp_path):
    (tmp_path / "x.yaml").write_text(TALK, "utf-8")
    lines = coverage(read_dialogues([tmp_path]), ["returns", "warranty"]).lines()
    assert lines[0] == "2 dialogues, 3 turns, 0 of 12 turns or more"
    assert "entries: 1 of 2; missing: warranty" in lines
    assert lines[-1] == "1 in zh, 1 in en"


def test_twelve_turns_are_long(tmp_path):
    steps = "".join("  - user: hi\n" for _ in range(12))
    (tmp_path / "x.yaml").write_text(f"test_cases:\n- test_case: long\n  steps:\n{steps}", "utf-8")
    assert coverage(read_dialogues([tmp_path]), ()).long == 1
