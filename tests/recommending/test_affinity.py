"""What goes with what, learnt from histories in which it is plain."""

import numpy as np
import pytest

from chatbot.errors import TrainingError
from chatbot.recommending import affinity
from chatbot.recommending.affinity import Affinity, AffinitySettings, fit_affinity

CUP, SAUCER, SPOON, TENT, PEGS, LONELY = range(6)
SMALL = AffinitySettings(regularisation=2.0, half_life=5.0)


def had(*rows):
    return [(row, 1.0) for row in rows]


@pytest.fixture(scope="module")
def learnt():
    tea, camping = [had(CUP, SAUCER, SPOON)] * 6 + [had(CUP, SAUCER)] * 4, [had(TENT, PEGS)] * 5
    return fit_affinity([*tea, *camping, had(LONELY)], 6, SMALL)


def test_what_was_had_together_goes_together(learnt):
    scores = learnt.scores(had(CUP))
    assert scores[SAUCER] > scores[SPOON] > scores[TENT]
    assert learnt.scores(had(TENT)).argmax() == PEGS


def test_the_latest_counts_most(learnt):
    tent_last, cup_last = learnt.scores(had(CUP, TENT)), learnt.scores(had(TENT, CUP))
    assert tent_last[PEGS] > cup_last[PEGS]
    assert cup_last[SAUCER] > tent_last[SAUCER]


def test_an_item_with_one_history_has_no_weights_and_an_unknown_history_no_scores(learnt):
    assert LONELY not in learnt.rows
    assert not learnt.scores(had(LONELY)).any()
    assert not learnt.scores([]).any()
    assert learnt.popularity[LONELY] == 1


def test_damping_takes_from_the_frequent(learnt):
    damped = fit_affinity([had(CUP, SAUCER)] * 8 + [had(CUP, SPOON)] * 3, 6, AffinitySettings(regularisation=2.0, damping=0.9))
    plain = fit_affinity([had(CUP, SAUCER)] * 8 + [had(CUP, SPOON)] * 3, 6, AffinitySettings(regularisation=2.0))
    one, other = damped.scores(had(CUP)), plain.scores(had(CUP))
    assert one[SPOON] / one[SAUCER] > other[SPOON] / other[SAUCER]


def test_it_is_kept_and_read_again(learnt, tmp_path):
    learnt.save(tmp_path / "affinity.npz")
    again = Affinity.load(tmp_path / "affinity.npz")
    assert again.settings == SMALL
    assert again.scores(had(CUP, TENT)) == pytest.approx(learnt.scores(had(CUP, TENT)), abs=1e-3)


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04"])
def test_what_is_none_is_told(tmp_path, content):
    (tmp_path / "affinity.npz").write_bytes(content)
    with pytest.raises(TrainingError, match="holds no affinities"):
        Affinity.load(tmp_path / "affinity.npz")


def test_no_histories_give_no_scores():
    empty = fit_affinity([], 3, SMALL)
    assert np.array_equal(empty.scores(had(1)), np.zeros(3))


def test_too_many_items_are_told(monkeypatch):
    monkeypatch.setattr(affinity, "MOST_ITEMS", 2)
    with pytest.raises(TrainingError, match="3 items"):
        fit_affinity([had(0, 1, 2)] * 2, 3, SMALL)
