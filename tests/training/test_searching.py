"""The search of settings: what it tries, what it gives back, what it draws. The training is a curve with a known top."""

import math

import pytest

from chatbot.training.loop import Schedule
from chatbot.training.searching import SHORT, search

PNG = b"\x89PNG\r\n\x1a\n"
GIVEN = Schedule(epochs=7, batch=32, rate=1e-3, head_rate=4e-3, smoothing=0.1, patience=3, seed=5)


class Curve:
    """Scores best at a rate of 2e-3 and rank 8; records what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, schedule, rank):
        self.asked.append((schedule, rank))
        return 1 - abs(math.log10(schedule.rate / 2e-3)) - 0.1 * abs(math.log2(rank / 8)) - schedule.smoothing

    @property
    def best(self):
        return max(self.asked, key=lambda one: Curve().__call__(*one))


def run(tmp_path, trials, schedule=GIVEN, rank=16):
    train, said = Curve(), []
    best = search(train, schedule, rank, trials, tmp_path / "search.png", said.append)
    return train, said, best


def test_the_first_trial_is_what_was_given(tmp_path):
    train, _, (schedule, rank) = run(tmp_path, 1)
    ((tried, tried_rank),) = train.asked
    assert (tried.rate, tried.head_rate, tried.smoothing, tried_rank) == pytest.approx((1e-3, 4e-3, 0.1, 16))
    assert (schedule.rate, schedule.head_rate, schedule.smoothing, rank) == pytest.approx((1e-3, 4e-3, 0.1, 16))


def test_the_best_trial_is_given_back_for_the_whole_length(tmp_path):
    train, _, (schedule, rank) = run(tmp_path, 12)
    assert len(train.asked) == 12
    tried, tried_rank = train.best
    assert (schedule.rate, schedule.head_rate, schedule.smoothing, rank) == (tried.rate, tried.head_rate, tried.smoothing, tried_rank)
    assert (schedule.epochs, schedule.batch, schedule.patience, schedule.seed) == (7, 32, 3, 5)
    assert train(schedule, rank) > train(GIVEN, 16)


def test_trials_are_short_and_within_bounds(tmp_path):
    train, _, _ = run(tmp_path, 12)
    for schedule, rank in train.asked:
        assert schedule.epochs == SHORT
        assert 2e-4 <= schedule.rate <= 4e-3
        assert 0 <= schedule.smoothing <= 0.2
        assert rank in (4, 8, 16, 32)
    assert len({schedule.rate for schedule, _ in train.asked}) == 12


def test_a_trial_is_no_longer_than_the_training(tmp_path):
    train, _, (schedule, _) = run(tmp_path, 2, Schedule(epochs=1))
    assert {one.epochs for one, _ in train.asked} == {1}
    assert schedule.epochs == 1


def test_the_same_seed_searches_the_same(tmp_path):
    assert run(tmp_path, 6)[0].asked == run(tmp_path, 6)[0].asked


def test_every_trial_is_told_and_drawn(tmp_path):
    train, said, _ = run(tmp_path, 3)
    assert [line.startswith(f"trial {number} of 3") for number, line in enumerate(said[:3], 1)] == [True] * 3
    assert f"{train(*train.best):.4f}" in said[-1]
    assert "search.png" in said[-1]
    assert (tmp_path / "search.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("rank", [12, 1, 64])
def test_any_rank_may_be_given(tmp_path, rank):
    train, _, _ = run(tmp_path, 2, rank=rank)
    assert train.asked[0][1] == rank


@pytest.mark.filterwarnings("ignore:Fixed parameter")
def test_rates_outside_the_searched_bounds_may_be_given(tmp_path):
    train, _, _ = run(tmp_path, 2, Schedule(rate=1e-2, head_rate=5e-2, smoothing=0.5))
    assert (train.asked[0][0].rate, train.asked[0][0].head_rate, train.asked[0][0].smoothing) == pytest.approx((1e-2, 5e-2, 0.5))


def test_where_the_encoder_is_not_tuned_its_rate_and_rank_stay(tmp_path):
    train = Curve()
    schedule, rank = search(train, GIVEN, 16, 6, tmp_path / "search.png", print, tuned=False)
    assert {(tried.rate, size) for tried, size in train.asked} == {(GIVEN.rate, 16)}
    assert len({tried.head_rate for tried, _ in train.asked}) == 6
    assert (schedule.rate, rank) == (GIVEN.rate, 16)
