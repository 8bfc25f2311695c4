"""Dialogue files are read to the last key, and each malformed one is refused with its file and its line."""

from pathlib import Path

import pytest

from chatbot.errors import DialogueError
from chatbot.evaluating.dialogues import Assertion, read_dialogues

WHOLE = """test_cases:
- test_case: whole
  why: everything that may stand in a file
  language: en
  events: [{type: view, item: lap-001}, {type: like, item: 7}]
  steps:
  - user: any laptop under $800?
    assertions:
    - intent: [recommend, refine]
    - constraints: {category: Laptops, price_max: 800, brand: Norin, attributes: {color: black}}
    - interests: {top: Laptops}
    - products: {min: 1, max: 5, every: {price_lte: 800, price_gte: 1, category: Laptops, in_stock: true, brand: Norin, shown_before: false}}
    - products: {any: {id: [a, b], attributes: {color: black}}, none: {price_lt: 5, price_gt: previous}}
    - grounded: true
    - language: en
    - action: [none, handoff]
    - options: {min: 1}
    - phrased_by: [model, rules]
    - mood: neutral
  - user: can I send it back?
    assertions:
    - sources: [returns]
    - says_any: ["30", 7]
    - says_none: [free]
    - action: none
  - user: thanks
- test_case: least
  steps:
  - user: hi
"""


def write(folder, text, name="x.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def refusal(*paths) -> str:
    with pytest.raises(DialogueError) as caught:
        read_dialogues(paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_whole_file_is_read_as_it_was_written(tmp_path):
    whole, least = read_dialogues([write(tmp_path, WHOLE)])
    assert (whole.name, whole.why, whole.language) == ("whole", "everything that may stand in a file", "en")
    assert whole.events == (("view", "lap-001"), ("like", "7"))
    assert [step.user for step in whole.steps] == ["any laptop under $800?", "can I send it back?", "thanks"]
    assert whole.steps[0].assertions[0] == Assertion("intent", ["recommend", "refine"])
    assert len(whole.steps[0].assertions) == 11
    assert whole.steps[2].assertions == ()
    assert (least.name, least.why, least.language, least.events) == ("least", "", None, ())


def test_folders_are_read_through_in_order(tmp_path):
    for name in ("b.yaml", "a.yml", "deep/c.yaml"):
        write(tmp_path, f"test_cases:\n- test_case: {name}\n  steps: [{{user: hi}}]\n", name)
    write(tmp_path, "not yaml: [", "notes.txt")
    assert [dialogue.name for dialogue in read_dialogues([tmp_path])] == ["a.yml", "b.yaml", "deep/c.yaml"]


def _step(assertion: str) -> str:
    return f"test_cases:\n- test_case: one\n  steps:\n  - user: hi\n    assertions:\n    - grounded: true\n    - {assertion}\n"


BROKEN = [
    ("", 1, "test_cases"), ("[]", 1, "test_cases"), ("test_cases: 3", 1, "test_cases"), ("test_cases: []", 1, "test_cases"), ("tests: []", 1, "tests"),
    ("test_cases:\n- test_case: a\n  steps: [{user: x}]\nmore: 1", 4, "more"), ("a: [1", 1, "YAML"), ("test_cases:\n- test_case: a\n  steps:\n\t- user: x", 4, "YAML"),
    ("test_cases: !!python/object/apply:os.system [ls]", 1, "YAML"), ("test_cases:\n- test_case: a\n  why: *nowhere\n  steps: [{user: x}]", 3, "nowhere"),
    ("test_cases:\n- test_case: a\n  test_case: b\n  steps: [{user: x}]", 3, "twice"), ("test_cases:\n- ? [a, b]\n  : 1", 2, "YAML"), ("test_cases:\n- 5: a", 2, "YAML"),
    ("test_cases:\n- test_case: a\n  why: 2026-13-45\n  steps: [{user: x}]", 1, "quotes"),
    ("test_cases:\n- test_case: a\n  steps: [{user: x}]\n- 3", 4, "3"), ("test_cases:\n- steps: [{user: x}]", 2, "name"), ("test_cases:\n-\n  steps: [{user: x}]\n  test_case: 3", 4, "name"),
    ("test_cases:\n- test_case: ' '\n  steps: [{user: x}]", 2, "name"), ("test_cases:\n- test_case: a\n  stepz: [{user: x}]", 3, "stepz"), ("test_cases:\n- test_case: a", 2, "steps"),
    ("test_cases:\n- test_case: a\n  why: b\n  steps: []", 4, "steps"), ("test_cases:\n- test_case: a\n  steps: {user: x}", 3, "steps"),
    ("test_cases:\n- test_case: a\n  language: fr\n  steps: [{user: x}]", 3, "fr"), ("test_cases:\n- test_case: a\n  why: 3\n  steps: [{user: x}]", 3, "why"),
    ("test_cases:\n- test_case: a\n  events: view\n  steps: [{user: x}]", 3, "events"), ("test_cases:\n- test_case: a\n  events:\n  - {type: view, item: a}\n  - {type: stare, item: a}\n  steps: [{user: x}]", 5, "stare"),
    ("test_cases:\n- test_case: a\n  events: [{type: view}]\n  steps: [{user: x}]", 3, "view"), ("test_cases:\n- test_case: a\n  events: [{type: view, item: [a]}]\n  steps: [{user: x}]", 3, "item"),
    ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n  - hello", 5, "hello"), ("test_cases:\n- test_case: a\n  steps:\n  - {assertions: []}", 4, "user"),
    ("test_cases:\n- test_case: a\n  steps:\n  - user: 3", 4, "3"), ("test_cases:\n- test_case: a\n  steps:\n  - user: ''", 4, "user"), ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n    asertions: []", 5, "asertions"),
    ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n    assertions: {grounded: true}", 5, "assertions"), ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n    assertions: [grounded]", 5, "grounded"),
    ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n    assertions:\n    - products:\n        min: 1\n        every:\n          price_lte: 5\n          in_stock: 1", 10, "in_stock"),
    ("test_cases:\n- test_case: a\n  steps:\n  - user: x\n    assertions:\n    - constraints:\n        price_max: 5\n        price: 6", 8, "price"),
    (_step("{intent: recommend, grounded: true}"), 7, "intent"),
    *[
        (_step(text), 7, word)
        for text, word in [
            ("intend: recommend", "intend"), ("intent: buy", "buy"), ("intent: [recommend, buy]", "buy"), ("intent:", "None"), ("intent: {a: 1}", "a"), ("intent: []", "intent"),
            ("constraints: 5", "5"), ("constraints: {price: 5}", "price"), ("constraints: {price_max: cheap}", "price_max"), ("constraints: {in_stock: 1}", "in_stock"), ("constraints: {attributes: [black]}", "attributes"), ("interests: Laptops", "Laptops"), ("interests: {second: Laptops}", "second"), ("interests: {top: 3}", "3"),
            ("products: 3", "3"), ("products: {least: 1}", "least"), ("products: {min: one}", "min"), ("products: {min: true}", "min"), ("products: {min: 1.5}", "min"), ("products: {every: cheap}", "every"), ("products: {every: {}}", "every"), ("products: {min: 3, max: 2}", "above"), ("products: {max: -1}", "max"),
            ("products: {every: {price: 3}}", "price"), ("products: {every: {price_lte: cheap}}", "price_lte"), ("products: {every: {price_lt: before}}", "price_lt"),
            ("products: {every: {in_stock: 1}}", "in_stock"), ("products: {any: {category: 3}}", "category"), ("products: {none: {attributes: black}}", "attributes"),
            ("products: {every: {price_lte: true}}", "price_lte"),
            ('grounded: "yes"', "yes"), ("language: fr", "fr"), ("sources: returns", "returns"), ("sources: []", "sources"), ("says_any: 30", "30"), ("says_none: [[a]]", "says_none"),
            ("action: dance", "dance"), ("action:", "None"), ("options: 3", "3"), ("options: {least: 3}", "least"), ("options: {min: few}", "few"), ("options: {}", "options"), ("options: {min: true}", "min"), ("phrased_by: me", "me"), ("mood: angry", "angry"),
        ]
    ],
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "word"), BROKEN)
def test_a_malformed_file_is_refused_with_its_place(tmp_path, text, line, word):
    told = refusal(write(tmp_path, text, "broken.yaml"))
    assert "broken.yaml" in told
    assert word in told
    assert f"broken.yaml line {line}" in told
    assert len(told) < 500


def test_a_name_that_stands_twice_is_refused(tmp_path):
    write(tmp_path, "test_cases:\n- test_case: same\n  steps: [{user: x}]\n", "a.yaml")
    write(tmp_path, "test_cases:\n- test_case: same\n  steps: [{user: x}]\n", "b.yaml")
    told = refusal(tmp_path)
    assert "'same'" in told and "a.yaml" in told and "b.yaml" in told


def test_bytes_that_are_not_utf8_are_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes("test_cases:\n- test_case: 测试".encode("gbk"))
    assert "x.yaml line 2 is not UTF-8" in refusal(path)


def test_missing_and_empty_places_are_refused(tmp_path):
    assert "nowhere" in refusal(tmp_path / "nowhere")
    assert str(tmp_path) in refusal(tmp_path)


def test_the_projects_own_dialogues_are_well_formed():
    folder = Path(__file__).resolve().parent.parent / "dialogues"
    if any(folder.rglob("*.yaml")):
        assert all(dialogue.why and dialogue.steps for dialogue in read_dialogues([folder]))
