"""Questions and the entries that answer them, over vectors that are written here."""

from types import SimpleNamespace

import numpy as np
import pytest

from chatbot.service.answers import ASKED_BEFORE, Answers, Past, quote
from chatbot.service.evidence import ABOUT, FEATURES, SPREAD
from chatbot.service.weighing import TRUST, Weighing
from chatbot.shop.index import open_index
from chatbot.shop.reading import PastAnswer, read_shop
from chatbot.values import Entry
from tests.fakes import FakeEncoder
from tests.tiny_shop import write_shop

ENOUGH, SURELY = 0.6, 0.8
"""Of the weighing below: an entry whose cosines are all 0.6, or 0.8, has just that probability."""


def weighing() -> Weighing:
    """Every cosine and shared word counts once; trust is a steep line through (0.6, 0.6) and (0.8, 0.8) of the whole entry's cosine."""
    odds = [float(np.log(chance / (1 - chance))) for chance in (ENOUGH, SURELY)]
    slope = (odds[1] - odds[0]) / (SURELY - ENOUGH)
    trust = np.array([slope / SPREAD if name == "whole" else 0.0 for name in TRUST])
    weights = np.array([0.0 if name == "head" else 1.0 for name in FEATURES])
    return Weighing(weights, trust, odds[0] - slope * ENOUGH, ENOUGH, SURELY)


class Setting:
    """The tiny shop's four entries, two past questions and the four titles; a title lies where its entry does."""

    def __init__(self, folder):
        self.shop = read_shop(write_shop(folder))
        axes = np.eye(7, dtype=np.float32)
        self.answers = Answers(self.shop, SimpleNamespace(
            entry_vectors=axes[:4], entry_owners=np.arange(4), answer_vectors=axes[4:6], title_vectors=axes[:4],
            answer_head=np.zeros((3, 8), np.float32), elsewhere_vectors=axes[6:],
        ), weighing=weighing())  # fmt: skip

    def knowing(self, *past: PastAnswer) -> Answers:
        """The same answers, where each of `past` was asked on the last axis."""
        vectors = np.repeat(np.eye(7, dtype=np.float32)[6:], len(past), axis=0)
        known = Past(past, vectors)
        return self.answers.over(lambda: known)

    def near(self, **cosines: float) -> np.ndarray:
        """A question's vector by how near it is to each entry, in both its languages; no_1 to no_3 are past questions."""
        axes = {"returns": (0, 2), "shipping": (1, 3), "no_1": (4,), "no_2": (5,), "no_3": (6,)}
        vector = np.zeros(7, np.float32)
        for name, cosine in cosines.items():
            vector[list(axes[name])] = cosine
        return vector

    def best(self, language: str, question: str = "zzz", *, sure: bool = False, **cosines: float):
        return self.answers.best(self.near(**cosines), question, language, sure=sure)


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    return Setting(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("identifier", ["returns", "shipping"])
def test_the_nearest_entry_answers_in_the_language_asked(setting, identifier, language):
    answer = setting.best(language, **{identifier: 0.95})
    assert (answer.entry.id, answer.entry.language) == (identifier, language)
    assert answer.past is None


def test_below_the_threshold_nothing_is_answered(setting):
    assert setting.best("en", returns=ENOUGH - 0.01) is None
    assert setting.best("en", returns=ENOUGH + 0.01).probability == pytest.approx(ENOUGH, abs=0.05)


def test_where_the_question_may_be_of_something_else_more_is_asked(setting):
    assert setting.best("en", returns=SURELY - 0.01, sure=True) is None
    assert setting.best("en", returns=SURELY + 0.01, sure=True) is not None


@pytest.mark.parametrize(("cosine", "chance"), [(ENOUGH, ENOUGH), (SURELY, SURELY)])
def test_the_score_is_the_probability_that_the_documents_answer(setting, cosine, chance):
    assert setting.answers.score(setting.near(shipping=cosine), "zzz") == pytest.approx(chance, abs=1e-3)


def test_shared_words_break_a_tie(setting):
    both = {"returns": 0.9, "shipping": 0.9}
    assert setting.best("en", "when will delivery arrive", **both).entry.id == "shipping"
    assert setting.best("en", "can it be returned", **both).entry.id == "returns"
    assert setting.best("zh", "当天发货吗", **both).entry.id == "shipping"


def test_where_two_entries_are_as_likely_to_be_meant_the_other_is_told(setting):
    assert setting.best("en", returns=0.9, shipping=0.899).rival.id == "shipping"
    clear = setting.best("en", returns=0.95, shipping=0.5)
    assert (clear.rival, clear.others, clear.also) == (None, (), ())


def test_two_questions_in_a_message_are_both_answered(setting):
    answer = setting.best("en", "how long is delivery? and can I return it?", returns=0.8, shipping=0.8)
    assert {answer.entry.id, *(entry.id for entry in answer.also)} == {"returns", "shipping"}
    assert answer.rival is None


@pytest.mark.parametrize("source", ["returns", "shipping"])
def test_a_past_question_speaks_for_its_entry(setting, source):
    vector = setting.near(returns=0.7, shipping=0.7, no_3=0.9)
    assert setting.knowing(PastAnswer("will it get here", "", "en", source)).best(vector, "zzz", "en").entry.id == source


def test_a_past_reply_without_an_entry_answers_the_same_question_alone(setting):
    answers = setting.knowing(PastAnswer("may dogs come in", "On a lead, yes.", "en", ""))
    assert answers.best(setting.near(no_3=1.0), "may dogs come in?", "en").past.answer == "On a lead, yes."
    assert answers.best(setting.near(no_3=0.9), "may dogs come in?", "en") is None


def test_a_past_question_without_a_reply_is_answered_by_its_entry(setting):
    answer = setting.knowing(PastAnswer("post how fast", "", "en", "shipping")).best(setting.near(no_3=1.0), "post how fast", "en")
    assert (answer.entry.id, answer.past) == ("shipping", None)


def test_a_past_question_without_a_reply_whose_entry_is_gone_is_not_answered(setting):
    assert setting.knowing(PastAnswer("post how fast", "", "en", "gone")).best(setting.near(no_3=1.0), "post how fast", "en") is None


def test_known_questions_count_as_they_stand(setting):
    known = [Past((), np.zeros((0, 7), np.float32))]
    answers = setting.answers.over(lambda: known[0])
    vector = setting.near(returns=0.72, shipping=0.7, no_3=0.9)
    assert answers.best(vector, "zzz", "en").entry.id == "returns"
    known[0] = Past((PastAnswer("will it get here", "", "en", "shipping"),), np.eye(7, dtype=np.float32)[6:])
    assert answers.best(vector, "zzz", "en").entry.id == "shipping"


def test_a_question_asked_before_gets_the_answer_of_then(setting):
    answer = setting.best("zh", "这本子能退吗", no_2=0.99)
    assert answer.past.answer == "没写过就能退。"
    assert (answer.entry.id, answer.entry.language) == ("returns", "zh")


def test_a_past_answer_without_a_source_stands_for_itself(setting):
    answer = setting.best("en", "is the kettle safe for children?", no_1=0.99)
    assert answer.past.answer == "The handle stays cool."
    assert answer.entry.text == "The handle stays cool."


@pytest.mark.parametrize(
    ("language", "question", "cosine"), [("en", "这本子能退吗", 0.99), ("zh", "这本子能退吗", ASKED_BEFORE - 0.01), ("zh", "手机防水不防水", 0.99)]
)
def test_a_past_question_counts_in_its_language_and_only_when_it_is_the_same(setting, language, question, cosine):
    answer = setting.best(language, question, no_2=cosine)
    assert answer is None or answer.past is None


def test_a_heading_is_found_by_its_exact_words(setting):
    assert setting.answers.titled("How long is delivery?").id == "shipping"
    assert setting.answers.titled("How long is delivery") is None


def test_a_shop_without_documents_answers_nothing(tmp_path):
    shop = read_shop(write_shop(tmp_path / "shop", documents={}, answers="question,answer,language,source\n"))
    index = open_index(shop, FakeEncoder(), tmp_path / "cache")
    assert Answers(shop, index).best(np.ones(512, np.float32), "can I return it", "en") is None


@pytest.mark.parametrize("question", ["", "😀", "的", "?" * 500, "字" * 2000])
def test_strange_questions_end(setting, question):
    setting.best("en", question, returns=0.5)


def test_every_entry_of_an_index_is_its_own_best_answer(tmp_path):
    shop = read_shop(write_shop(tmp_path / "shop"))
    encoder = FakeEncoder()
    answers = Answers(shop, open_index(shop, encoder, tmp_path / "cache"))
    for entry in shop.entries:
        evidence = answers.evidence_for(encoder.queries([entry.title])[0], entry.title, entry.language)
        assert evidence.shape == (len(answers.evidence.topics), len(FEATURES))
        assert answers.evidence.topics[int(np.argmax(evidence[:, FEATURES.index("asked")]))] == entry.id
        assert answers.evidence.about(encoder.queries([entry.title])[0]).shape == (len(ABOUT),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("short", "short"), ("a\n\n b", "a b"), ("One. " * 50, "One. " * 31 + "One."), ("x" * 300, "x" * 159 + "…"), ("句子。" * 100, "句子。" * 53)],
)
def test_a_quote_ends_at_a_sentence_where_it_can(text, expected):
    assert quote(text) == expected.strip()
    assert len(quote(text)) <= 160


def test_a_quote_stands_in_its_entry():
    entry = Entry("a", "b", "First sentence here. " * 20, "en")
    assert quote(entry.text).removesuffix("…") in entry.text
