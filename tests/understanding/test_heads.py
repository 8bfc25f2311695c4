"""What the network's numbers mean, against figures worked out by hand."""

import math

import numpy as np
import pytest

from chatbot.errors import WeightsError
from chatbot.understanding.heads import Heads
from chatbot.understanding.slots import TAGS
from chatbot.values import INTENTS, Slot
from tests.fakes import FakeReader


def heads(**changes):
    return Heads(FakeReader().about | changes)


def logits(**values):
    return np.array([values.get(name, 0.0) for name in INTENTS], np.float32)


# ── intents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_probabilities_by_hand():
    """One logit of ln 3 among 15 zeros: 3/18 against 1/18."""
    found = heads().intents(logits(refine=math.log(3)))
    assert found["refine"] == pytest.approx(3 / 18, abs=1e-6)
    assert all(found[name] == pytest.approx(1 / 18, abs=1e-6) for name in INTENTS if name != "refine")


def test_a_temperature_divides_the_logits():
    found = heads(temperature=2.0).intents(logits(refine=2 * math.log(3)))
    assert found["refine"] == pytest.approx(3 / 18, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_all_intents_come_likeliest_first_and_sum_to_one(seed):
    drawn = np.random.default_rng(seed).normal(scale=4, size=len(INTENTS)).astype(np.float32)
    found = heads().intents(drawn)
    assert list(found) == [INTENTS[row] for row in np.argsort(-drawn)]
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-5)
    wanted = np.exp(drawn.astype(float)) / np.exp(drawn.astype(float)).sum()
    assert [found[name] for name in INTENTS] == pytest.approx(wanted.tolist(), abs=1e-6)


def test_equal_ones_come_in_the_order_of_the_labels():
    assert tuple(heads().intents(logits())) == INTENTS


def test_large_logits_do_not_overflow():
    found = heads().intents(logits(refine=20_000.0, compare=-20_000.0))
    assert found["refine"] == 1.0
    assert found["compare"] == 0.0


def test_the_higher_the_temperature_the_less_sure_and_the_order_stays():
    drawn = np.random.default_rng(1).normal(size=len(INTENTS)).astype(np.float32)
    sure = [heads(temperature=temperature).intents(drawn) for temperature in (0.5, 1.0, 2.0, 8.0)]
    first = [next(iter(one.values())) for one in sure]
    assert first == sorted(first, reverse=True)
    assert len({tuple(one) for one in sure}) == 1


# ── moods ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "strength", "label", "score"),
    [
        (0, -0.8, "negative", -0.8), (0, 0.8, "negative", -0.8), (2, 0.5, "positive", 0.5), (2, -0.5, "positive", 0.5),
        (1, 0.9, "neutral", 0.3), (1, -0.9, "neutral", -0.3), (1, 0.1, "neutral", 0.1), (2, 1.0, "positive", 1.0), (0, -0.12345, "negative", -0.123),
    ],
)  # fmt: skip
def test_the_likeliest_mood_gives_the_sign_and_the_strength_the_size(row, strength, label, score):
    mood = heads().mood(np.eye(3, dtype=np.float32)[row], strength)
    assert (mood.label, mood.score) == (label, score)


def test_moods_stand_in_their_order():
    assert [heads().mood(row, 0.2).label for row in np.eye(3)] == ["negative", "neutral", "positive"]


# ── slots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slots_are_read_from_the_tags():
    tags = np.eye(len(TAGS))[[0, TAGS.index("B-item"), TAGS.index("I-item"), 0]]
    assert heads().slots("买耳机", tags, ((0, 1), (1, 2), (2, 3), (0, 0))) == (Slot("item", "耳机", 1, 3),)
    assert heads().slots("买耳机", np.zeros((0, len(TAGS))), ()) == ()


# ── what training wrote ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {"intents": list(INTENTS[:-1])}, {"intents": list(reversed(INTENTS))}, {"intents": []}, {"tags": [*TAGS, "B-colour"]}, {"tags": list(reversed(TAGS))},
    ],
    ids=["an intent less", "another order", "no intents", "a tag more", "tags in another order"],
)  # fmt: skip
def test_other_labels_are_refused_with_the_fix(changes):
    with pytest.raises(WeightsError, match="python -m chatbot train understanding") as caught:
        heads(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [{"acts": ["recommend"]}, {"cues": ["price"]}, {"moods": ["sad", "neutral", "glad"]}],
    ids=["acts", "cues", "moods"],
)
def test_so_are_other_acts_cues_and_moods(changes):
    """The network's inputs are numbered by them: in another order it would read something else."""
    with pytest.raises(WeightsError, match="python -m chatbot train understanding"):
        heads(**changes)


@pytest.mark.parametrize("name", ["intents", "tags", "moods", "temperature"])
def test_what_is_lacking_gives_one_line(name):
    about = FakeReader().about
    del about[name]
    with pytest.raises(WeightsError, match="python -m chatbot train understanding"):
        Heads(about)
