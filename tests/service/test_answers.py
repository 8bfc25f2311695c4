"""Questions and the entries that answer them, over vectors that are written here."""

from types import SimpleNamespace

import numpy as np
import pytest

from chatbot.service.answers import ASKED_BEFORE, NEAR_ENOUGH, SURELY, Answers, quote
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.values import Entry
from tests.fakes import FakeEncoder
from tests.tiny_shop import write_shop


class Setting:
    """The tiny shop's four entries and two past questions, each on an axis of its own."""

    def __init__(self, folder):
        self.shop = read_shop(write_shop(folder))
        self.answers = Answers(self.shop, SimpleNamespace(
            entry_vectors=np.eye(6, dtype=np.float32)[:4], entry_owners=np.arange(4), answer_vectors=np.eye(6, dtype=np.float32)[4:],
        ))  # fmt: skip

    def near(self, **cosines: float) -> np.ndarray:
        """A question's vector by how near it is to each entry, in both its languages; no_1 and no_2 are past questions."""
        axes = {"returns": (0, 2), "shipping": (1, 3), "no_1": (4,), "no_2": (5,)}
        vector = np.zeros(6, np.float32)
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
    assert setting.best("en", returns=NEAR_ENOUGH - 0.005) is None
    assert setting.best("en", returns=NEAR_ENOUGH + 0.005) is not None


def test_where_the_question_may_be_of_something_else_more_is_asked(setting):
    assert setting.best("en", returns=NEAR_ENOUGH + SURELY / 2, sure=True) is None
    assert setting.best("en", returns=NEAR_ENOUGH + SURELY * 2, sure=True) is not None


def test_shared_words_break_a_tie(setting):
    both = {"returns": 0.9, "shipping": 0.9}
    assert setting.best("en", "when will delivery arrive", **both).entry.id == "shipping"
    assert setting.best("en", "can it be returned", **both).entry.id == "returns"
    assert setting.best("zh", "当天发货吗", **both).entry.id == "shipping"


def test_the_next_best_are_told_when_they_are_near_enough(setting):
    assert [entry.id for entry in setting.best("en", returns=0.95, shipping=0.9).others] == ["shipping"]
    assert setting.best("en", returns=0.95, shipping=0.5).others == ()


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
    for row, entry in enumerate(shop.entries):
        assert int(np.argmax(answers.scores(encoder.queries([f"{entry.title}\n{entry.text}"])[0], entry.text))) == row


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
