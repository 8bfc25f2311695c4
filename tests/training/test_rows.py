"""Labelled rows out of files: what is read, what is skipped and named, what is refused, and how rows are held out."""

import json
from collections import Counter
from random import Random

import pytest

from chatbot.errors import TrainingError, XiaoerError
from chatbot.training.rows import LONGEST, Rows, read_labelled, read_texts, split

GOOD = {"text": "where is my parcel", "label": "order"}
BAD = [
    ("{", "is no JSON"), ('{"text": "a", "label": }', "is no JSON"), ("plain words", "is no JSON"), ('["a", "b"]', "is no object"), ("3", "is no object"), ("null", "is no object"),
    ('{"label": "a"}', "there is no 'text'"), ('{"text": "a"}', "there is no 'label'"), ('{"text": "", "label": "a"}', "the text is ''"),
    ('{"text": " \\u200b", "label": "a"}', "the text is"), ('{"text": 5, "label": "a"}', "the text is 5"), ('{"text": null, "label": "a"}', "the text is None"),
    ('{"text": ["a"], "label": "a"}', "the text is"), ('{"text": "a", "label": ""}', "the label is ''"), ('{"text": "a", "label": "  "}', "the label is"),
    ('{"text": "a", "label": null}', "the label is None"), ('{"text": "a", "label": true}', "the label is True"), ('{"text": "a", "label": 1.5}', "the label is 1.5"),
    ('{"text": "a", "label": ["b"]}', "the label is"),
]  # fmt: skip


def refused(path, *words, **options):
    """The one line with which the file is refused."""
    with pytest.raises(TrainingError) as caught:
        read_labelled([path], **options)
    line = str(caught.value)
    assert isinstance(caught.value, XiaoerError)
    assert "\n" not in line
    assert all(word in line for word in words), line
    return line


def test_texts_and_labels_are_read_in_order(write_lines):
    rows = read_labelled([write_lines(GOOD, {"text": "我要退货", "label": "退货"}, {"text": "a", "label": 7, "more": [1]})])
    assert rows == Rows(("where is my parcel", "我要退货", "a"), ("order", "退货", "7"))
    assert len(rows) == 3


def test_files_are_read_one_after_another_and_blank_lines_are_passed_over(write_lines):
    first, second = write_lines("", GOOD, "  ", name="a.jsonl"), write_lines({"text": "b", "label": "c"}, "{", name="b.jsonl")
    rows = read_labelled([first, second])
    assert rows.labels == ("order", "c")
    assert rows.problems == ("b.jsonl line 2: '{' is no JSON",)


def test_texts_are_cleaned_and_labels_stripped(write_lines):
    rows = read_labelled([write_lines({"text": "  a\tb\u200b\n c\u0007 ", "label": " x "}, {"text": "x" * 5000, "label": "x"})])
    assert rows.texts[0] == "a b c"
    assert len(rows.texts[1]) == LONGEST
    assert rows.labels == ("x", "x")


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_byte_order_mark_is_passed_over(write_lines, start):
    rows = read_labelled([write_lines(GOOD, start=start)])
    assert (rows.texts, rows.problems) == (("where is my parcel",), ())


def test_lines_may_end_as_on_windows_and_the_last_may_lack_its_end(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_bytes(b'{"text": "a", "label": "x"}\r\n{"text": "b", "label": "y"}')
    assert read_labelled([path]).labels == ("x", "y")


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085"])
def test_a_separator_inside_a_text_ends_no_line(write_lines, mark):
    rows = read_labelled([write_lines({"text": f"first{mark}second", "label": "x"}, GOOD)])
    assert rows.problems == ()
    assert rows.labels == ("x", "order")


@pytest.mark.parametrize(("line", "told"), BAD)
def test_a_bad_row_is_skipped_and_named_by_its_line(write_lines, line, told):
    rows = read_labelled([write_lines(GOOD, line, GOOD)])
    assert len(rows) == 2
    (problem,) = rows.problems
    assert problem.startswith("data.jsonl line 2: ")
    assert told in problem
    assert "\n" not in problem


@pytest.mark.parametrize(("line", "told"), BAD)
def test_a_bad_row_is_refused_where_the_reading_is_strict(write_lines, line, told):
    refused(write_lines(GOOD, "", line, GOOD), "data.jsonl line 3", told, "--strict", strict=True)


def test_line_numbers_count_blank_lines(write_lines):
    rows = read_labelled([write_lines("", GOOD, "", "{", GOOD, "[]")])
    assert [problem.split(":")[0] for problem in rows.problems] == ["data.jsonl line 4", "data.jsonl line 6"]


def test_a_good_file_is_read_strictly_too(write_lines):
    assert len(read_labelled([write_lines(GOOD, GOOD)], strict=True)) == 2


def test_json_nested_too_deeply_is_a_bad_row(write_lines):
    rows = read_labelled([write_lines(GOOD, "[" * 100_000)])
    assert len(rows) == 1
    assert "line 2" in rows.problems[0]
    assert len(rows.problems[0]) < 200


def test_a_label_that_cannot_be_written_is_a_bad_row_or_made_clean(write_lines):
    rows = read_labelled([write_lines(GOOD, '{"text": "a", "label": "\\ud800"}', '{"text": "b", "label": "x\\udfffy"}')])
    for label in rows.labels:
        label.encode("utf-8")


@pytest.mark.parametrize(("text_key", "label_key"), [("sentence", "label"), ("text", "intent")])
def test_a_wrong_key_is_told_with_the_keys_that_are_there(write_lines, text_key, label_key):
    path = write_lines({"text": "a", "label": "b", "source": "c"}, {"text": "a", "label": "b"})
    wrong = text_key if text_key != "text" else label_key
    refused(path, f"'{wrong}'", "label, source, text", "--text-key", "--label-key", text_key=text_key, label_key=label_key)


def test_other_keys_may_be_given(write_lines):
    rows = read_labelled([write_lines({"sentence": "a", "intent": "b"})], text_key="sentence", label_key="intent")
    assert rows == Rows(("a",), ("b",))


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "[]\n{}\n", '{"text": "", "label": "a"}\n'])
def test_a_file_without_a_usable_row_is_refused(tmp_path, content):
    path = tmp_path / "empty.jsonl"
    path.write_text(content, "utf-8")
    refused(path, "empty.jsonl")


def test_the_first_problem_is_told_where_no_row_is_usable(write_lines):
    refused(write_lines("nonsense", "{"), "line 1", "nonsense", '{"text": "…", "label": "…"}')


@pytest.mark.parametrize("read", [lambda path: read_labelled([path]), read_texts])
def test_what_cannot_be_read_is_one_line(tmp_path, read):
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b'{"text": "\xff\xfe"}')
    for path, word in ((tmp_path / "nowhere.jsonl", "there is no file"), (tmp_path, "cannot be read"), (binary, "UTF-8")):
        with pytest.raises(TrainingError, match=word) as caught:
            read(path)
        assert path.name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_texts_to_label_are_read_with_or_without_labels(write_lines):
    assert read_texts(write_lines({"text": "a"}, "", {"text": "退货", "label": "x"}, start="\ufeff")) == ["a", "退货"]


def test_nothing_to_label_gives_nothing(write_lines):
    assert read_texts(write_lines()) == []


@pytest.mark.parametrize("line", ["{", "[]", '{"words": "a"}', '{"text": " "}'])
def test_a_row_without_a_text_is_never_left_unlabelled_in_silence(write_lines, line):
    with pytest.raises(TrainingError, match=r"data\.jsonl line 3"):
        read_texts(write_lines({"text": "a"}, "", line))


def test_picked_rows_keep_their_labels():
    rows = Rows(("a", "b", "c"), ("x", "y", "z"), ("a problem",))
    assert rows.pick([2, 0]) == Rows(("c", "a"), ("z", "x"))
    assert rows.pick([]) == Rows((), ())


def test_what_is_written_is_read(write_lines):
    random = Random(3)
    alphabet = 'abcXYZ 019!?"\\/{}[]:,退货發票éß😀'
    written = [{"text": "a" + "".join(random.choices(alphabet, k=30)), "label": random.choice(["x", "退货", '"'])} for _ in range(200)]
    rows = read_labelled([write_lines(*written)])
    assert rows.problems == ()
    assert list(rows.labels) == [row["label"] for row in written]
    assert [text.split() for text in rows.texts] == [row["text"].split() for row in written]


# ── holding out ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(20))
def test_every_row_is_kept_or_held_out_and_every_label_is_in_both(seed):
    random = Random(seed)
    counts = {f"label {number}": random.randint(2, 40) for number in range(random.randint(1, 8))}
    labels = [label for label, count in counts.items() for _ in range(count)]
    random.shuffle(labels)
    kept, held = split(labels, 0.1, seed)
    assert sorted(kept + held) == list(range(len(labels)))
    held_counts = Counter(labels[number] for number in held)
    assert held_counts == {label: max(1, round(count * 0.1)) for label, count in counts.items()}
    assert set(counts) == {labels[number] for number in kept}


def test_a_labels_last_row_is_kept_for_training():
    assert split(["alone", "two", "two"], 0.9, 1)[0][0] == 0
    assert Counter(split(["a"] * 4, 1.0, 1)[0]).total() == 1
    assert split([], 0.1, 1) == ([], [])


def test_the_seed_decides_what_is_held_out():
    labels = ["a"] * 50 + ["b"] * 50
    assert split(labels, 0.1, 1) == split(labels, 0.1, 1)
    assert len({tuple(split(labels, 0.1, seed)[1]) for seed in range(10)}) > 5


def test_rows_are_plain_json_in_any_key_order(write_lines):
    assert read_labelled([write_lines(json.dumps({"label": "b", "text": "a"}))]) == Rows(("a",), ("b",))
