"""The benchmarks' files, parts and figures, on a tiny encoder; the published sets themselves are run by hand."""

import json
from dataclasses import replace

import pytest

from chatbot.errors import TrainingError
from chatbot.evaluating.benchmarks import BENCHMARKS, Figure, run_benchmark
from tests.training.conftest import write_tiny_encoder

TINY = replace(BENCHMARKS["clinc150"], epochs=2)
WORDS = {"alarm": "wake me up at {}", "music": "play a song of {}", "oos": "what is the capital of {}"}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


def _write(folder, name, labels, count):
    rows = [{"text": WORDS[label].format(number), "intent": label, "domain": ""} for label in labels for number in range(count)]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "clinc150"
    folder.mkdir()
    _write(folder, "train.jsonl", ("alarm", "music"), 12)
    _write(folder, "oos_train.jsonl", ("oos",), 12)
    _write(folder, "val.jsonl", ("alarm", "music"), 4)
    _write(folder, "oos_val.jsonl", ("oos",), 4)
    return folder


def test_it_trains_once_and_judges_on_validation_where_there_is_no_test_part(data, encoder, tmp_path):
    told = []
    figures = run_benchmark(TINY, data, encoder, tmp_path / "model", told.append)
    assert figures["split"] == "validation"
    assert set(figures["figures"]) == {"accuracy", "in scope accuracy", "out of scope recall"}
    assert [figures["figures"][name]["count"] for name in ("accuracy", "in scope accuracy", "out of scope recall")] == [12, 8, 4]
    assert any("published" in line for line in told)
    assert (tmp_path / "model" / "CARD.md").exists()
    again: list[str] = []
    assert run_benchmark(TINY, data, encoder, tmp_path / "model", again.append)["figures"] == figures["figures"]
    assert not any("to learn from" in line for line in again)


def test_the_test_part_is_judged_where_it_is_there(data, encoder, tmp_path):
    _write(data, "test.jsonl", ("alarm", "music"), 5)
    _write(data, "oos_test.jsonl", ("oos",), 5)
    figures = run_benchmark(TINY, data, encoder, tmp_path / "model", lambda _: None)
    assert figures["split"] == "test"
    assert figures["figures"]["accuracy"]["count"] == 15


def test_a_missing_file_is_named(tmp_path, encoder):
    with pytest.raises(TrainingError, match=r"has no file val\.jsonl; give the folder"):
        run_benchmark(TINY, tmp_path, encoder, tmp_path / "model", lambda _: None)
    assert not (tmp_path / "model").exists()


def test_groups_are_told_apart(encoder, tmp_path):
    massive = replace(BENCHMARKS["massive"], epochs=1)
    for name in (*massive.train, "en-US_validation.jsonl", "zh-CN_validation.jsonl"):
        _write(tmp_path, name, ("alarm", "music"), 6)
    figures = run_benchmark(massive, tmp_path, encoder, tmp_path / "model", lambda _: None)
    assert set(figures["figures"]) == {"en accuracy", "zh accuracy"}


def test_the_standard_error_is_that_of_a_share():
    assert Figure("x", 0.5, 100).standard_error == pytest.approx(0.05)
