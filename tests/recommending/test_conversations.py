"""What past conversations teach, where the right answer is known."""

import numpy as np
import pytest

from chatbot.errors import TrainingError
from chatbot.recommending.conversations import Items, Moment, fit_conversations, histories_of

TEXTS = [
    "a ghost haunts a house",
    "a ghost haunts a ship",
    "a clown makes jokes",
    "a clerk makes jokes",
    "soldiers cross a river",
    "soldiers cross a desert",
]
TAGS = [["horror"], ["horror"], ["comedy"], ["comedy"], ["war"], ["war"]]
WORDS = ("creepy", "hilarious", "heroic")


def past(talks=30):
    """Who asks for something creepy is given item 0, then 1; likewise the other pairs."""
    for number in range(talks):
        kind = number % 3
        ask = f"something {WORDS[kind]} please"
        yield Moment(str(number), (ask,), (), (2 * kind,))
        yield Moment(str(number), (ask, "take this", "and another"), (2 * kind,), (2 * kind + 1,))


def best(model, moment):
    scores = model.scores([moment])[0]
    scores[list(moment.named)] = -np.inf
    return int(np.argmax(scores))


@pytest.fixture(scope="module")
def model():
    return fit_conversations(list(past()), Items(TEXTS, TAGS))


@pytest.mark.parametrize("kind", range(3))
def test_words_say_what_is_given(model, kind):
    assert best(model, Moment("new", (f"I want it {WORDS[kind]}",), (), ())) == 2 * kind


@pytest.mark.parametrize("kind", range(3))
def test_what_was_named_says_what_is_given(model, kind):
    assert best(model, Moment("new", ("hello",), (2 * kind,), ())) == 2 * kind + 1


def test_an_item_that_no_talk_named_is_found_by_its_description():
    """The last item is new: it shares its words and its kind with the item named."""
    learnt = [Moment(str(number), ("hi",), (first,), (second,)) for number, (first, second) in enumerate([(0, 1), (1, 0), (2, 3), (3, 2)] * 8)]
    asked = Moment("new", ("hi",), (4,), ())
    known, blind = (fit_conversations(learnt, items).scores([asked])[0] for items in (Items(TEXTS, TAGS), Items([""] * 6, [[]] * 6)))
    assert known[5] - known[:4].max() > blind[5] - blind[:4].max() + 1.0


def test_what_a_moment_gave_does_not_change_its_scores(model):
    asked = Moment("new", ("something creepy",), (2,), ())
    given = Moment("new", ("something creepy",), (2,), (0,))
    np.testing.assert_array_equal(model.scores([asked]), model.scores([given]))


def test_a_talk_has_each_item_once():
    assert histories_of([Moment("a", (), (3,), (1,)), Moment("a", (), (3, 1), (2,)), Moment("b", (), (), (3,))]) == [(3, 1, 2), (3,)]


def test_likes_of_other_sources_teach_what_goes_together():
    learnt = [Moment(str(number), ("hi",), (first,), (second,)) for number, (first, second) in enumerate([(0, 1), (2, 3)] * 10)]
    items = Items([""] * 6, [[]] * 6, histories=[(0, 1), (2, 3), (4, 5), (5, 4)] * 5)
    scores = fit_conversations(learnt, items).scores([Moment("new", ("hi",), (4,), ())])[0]
    plain = fit_conversations(learnt, Items([""] * 6, [[]] * 6)).scores([Moment("new", ("hi",), (4,), ())])[0]
    assert scores[5] - scores[0] > plain[5] - plain[0]


def test_one_talk_teaches_nothing():
    with pytest.raises(TrainingError, match="recommend anything: 1"):
        fit_conversations([Moment("a", ("hi",), (), (0,)), Moment("b", ("hi",), (1,), ())], Items(TEXTS, TAGS))
