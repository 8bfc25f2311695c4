"""The MovieLens benchmark on a set in which one film follows another."""

import pytest

from chatbot.errors import TrainingError
from chatbot.evaluating import movielens
from chatbot.evaluating.movielens import run_movielens

PAIRS = 12


def write(folder, people=60):
    """Film 2n is followed by film 2n + 1; film 99 is seen by many, and liked by none."""
    lines = ["userId,movieId,rating,timestamp"]
    for person in range(people):
        seen = [(person + step) % PAIRS for step in range(4)]
        films = [film for pair in seen for film in (2 * pair, 2 * pair + 1)]
        lines += [f"{person},{film + 1},{4.0 if place % 2 else 4.5},{1000 + place}" for place, film in enumerate(films)]
        lines.append(f"{person},99,2.0,{5000 if person % 2 else 1}")
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_what_follows_is_found_and_popularity_is_beaten(tmp_path):
    said = []
    figures = run_movielens(write(tmp_path), said.append)["figures"]
    assert figures["Xiaoer"]["ndcg_at_10"] > 0.9
    assert figures["Xiaoer"]["ndcg_at_10"] > figures["popularity"]["ndcg_at_10"]
    assert figures["Xiaoer"]["people"] == 60
    assert len(said) == len(figures)
    assert "±" in said[0]


def test_what_comes_after_the_held_out_film_is_not_used():
    ratings = [(0, 4.0), (1, 3.0), (2, 5.0), (3, 2.0)]
    assert movielens._case(ratings, 0) == movielens.Case([(0, 4.0), (1, 3.0)], 2)
    assert movielens._case(ratings, 1) is None  # nothing comes before the first
    assert movielens._case([(0, 1.0)], 0) is None


def test_the_gain_is_that_of_the_rank():
    case = movielens.Case([(0, 5.0)], 2)
    for scores, gain in (([9, 0, 5, 1], 1.0), ([9, 7, 5, 1], 1 / 1.5849625), ([0] * 4, 1.0)):
        assert movielens._gains(lambda _, scores=scores: scores, [case]) == [pytest.approx(gain)]


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TrainingError, match=r"no file ratings\.csv"):
        run_movielens(tmp_path, print)
