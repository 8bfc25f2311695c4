"""The weighing of evidence, fitted on evidence that is written here: which column tells is known."""

import json

import numpy as np
import pytest

from chatbot.errors import TrainingError
from chatbot.service.evidence import ABOUT, FEATURES
from chatbot.service.weighing import read_weighing
from chatbot.training.answering import Judged, Question, figures_of, fit_weighing, read_questions, weighing_as_json

TOPICS = 10
TELLING, NOISE = FEATURES.index("asked"), FEATURES.index("words")


def judged(seed: int) -> Judged:
    """The right topic has the highest "asked"; unanswerable questions are near to what few shops answer; "words" is noise."""
    random = np.random.default_rng(seed)
    right = np.array([number % TOPICS for number in range(100)] + [-1] * 50)
    evidence = np.zeros((150, TOPICS, len(FEATURES)))
    evidence[:, :, NOISE] = random.normal(size=(150, TOPICS))
    evidence[:, :, TELLING] = random.normal(size=(150, TOPICS))
    evidence[np.arange(100), right[:100], TELLING] += 6
    about = random.normal(size=(150, len(ABOUT)))
    about[:, ABOUT.index("elsewhere")] += np.where(right < 0, 6, 0)
    questions = tuple(Question("?", "x" if one >= 0 else None, "en") for one in right)
    return Judged(questions, right, evidence, about)


def test_what_tells_is_weighed_and_what_does_not_is_not(tmp_path):
    weighing, figures = fit_weighing(judged(1))
    assert weighing.weights[TELLING] > 0.5 > abs(weighing.weights[NOISE])
    assert figures["first"] > 0.95
    assert figures["unanswerable_declined"] == pytest.approx(0.92, abs=0.03)
    assert figures["answerable_declined"] < 0.1
    assert weighing.enough < weighing.surely < 1
    (tmp_path / "weights.json").write_text(json.dumps(weighing_as_json(weighing)), "utf-8")
    again = figures_of(judged(2), read_weighing(tmp_path / "weights.json"))
    assert again["first"] > 0.95
    assert again["unanswerable_declined"] > 0.8


def test_the_same_questions_give_the_same_weighing():
    assert weighing_as_json(fit_weighing(judged(1))[0]) == weighing_as_json(fit_weighing(judged(1))[0])


@pytest.mark.parametrize(
    "line", ['{"text": "a"}', "[1]", "{", '{"text": 1, "entry": null, "language": "en"}', '{"text": "a", "entry": null, "language": "fr"}']
)
def test_a_broken_row_is_told_with_its_line(tmp_path, line):
    (tmp_path / "q.jsonl").write_text('{"text": "a", "entry": null, "language": "en"}\n' + line + "\n", "utf-8")
    with pytest.raises(TrainingError, match="line 2"):
        read_questions(tmp_path / "q.jsonl")
