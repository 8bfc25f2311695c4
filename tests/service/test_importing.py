"""Historical dialogues and what is proposed of them, over a fake encoder of words."""

import csv
import json

import numpy as np
import pytest

from chatbot.errors import ShopError
from chatbot.service.answers import Answers
from chatbot.service.importing import accept, propose, read_dialogues, write_proposals
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from tests.fakes import FakeEncoder
from tests.tiny_shop import write_shop

ROWS = [
    ("May dogs come in?", "On a lead, yes.", "2026-01-02"),
    ("may dogs come in", "Yes, on a lead.", "2026-03-01"),
    ("May dogs come in?", "On a lead, yes.", "2026-02-01"),
    ("Is there a piano?", "No.", "2026-01-01"),
    ("Is there a piano?", "Yes, upstairs.", "2026-05-01"),
    ("My phone is 13812345678, who calls?", "We write to a.b@example.com.", "2026-01-01"),
    ("Is the kettle safe for children", "The handle stays cool.", "2026-01-01"),
]


class Setting:
    def __init__(self, folder):
        self.folder = write_shop(folder / "shop")
        self.shop, self.encoder = read_shop(self.folder), FakeEncoder()
        self.answers = Answers(self.shop, open_index(self.shop, self.encoder, folder / "cache"))
        self.file = folder / "dialogues.csv"

    def proposals(self, rows=ROWS):
        with self.file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("question", "answer", "time"), *rows])
        return propose(read_dialogues(self.file).dialogues, self.shop.answers, self.answers, self.encoder)


@pytest.fixture
def setting(tmp_path):
    return Setting(tmp_path)


def test_what_asks_the_same_becomes_one_question_asked_most_often_first(setting):
    first, second, *_ = setting.proposals()
    assert (first.question, first.count, first.last, first.others) == ("May dogs come in?", 3, "2026-03-01", ("may dogs come in",))
    assert (second.question, second.count) == ("Is there a piano?", 2)


def test_the_most_frequent_reply_is_the_best_and_of_equals_the_latest(setting):
    first, second, *_ = setting.proposals()
    assert (first.answer, second.answer) == ("On a lead, yes.", "Yes, upstairs.")


def test_personal_data_is_masked(setting):
    text = json.dumps([[one.question, one.answer] for one in setting.proposals()])
    assert "13812345678" not in text
    assert "***5678" in text
    assert "a.b@example.com" not in text


def test_what_the_shop_knows_is_marked_and_not_added_again(setting):
    proposals = setting.proposals()
    assert [one.question for one in proposals if one.known] == ["Is the kettle safe for children"]
    before = setting.shop.answers
    assert accept(setting.folder, proposals) == 3
    after = read_shop(setting.folder).answers
    assert after[: len(before)] == before
    assert [one.question for one in after[len(before) :]] == ["May dogs come in?", "Is there a piano?", "My phone is ***5678, who calls?"]


def test_questions_in_two_languages_are_two(setting):
    proposals = setting.proposals([("能带狗吗 ok", "能。", "1"), ("ok dogs", "Yes.", "2")])
    assert [one.language for one in proposals] == ["zh", "en"]


def test_proposals_are_json_lines_to_read(setting, tmp_path):
    proposals = setting.proposals()
    write_proposals(tmp_path / "proposed.jsonl", proposals)
    rows = [json.loads(line) for line in (tmp_path / "proposed.jsonl").read_text("utf-8").splitlines()]
    assert [row["question"] for row in rows] == [one.question for one in proposals]


def test_json_lines_are_read_and_broken_rows_told(tmp_path):
    (tmp_path / "d.jsonl").write_text('{"question": "几点开门", "answer": "十点。", "time": "1", "source": "hours"}\n{"question": "x"}\n', "utf-8")
    read = read_dialogues(tmp_path / "d.jsonl")
    assert [(one.question, one.language, one.source) for one in read.dialogues] == [("几点开门", "zh", "hours")]
    assert len(read.problems) == 1
    assert "line 2" in read.problems[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [(b"q,a\n1,2\n", "columns"), (b'{"question": \n', "line 1"), (b"\xff\xfe", "UTF-8")],
)
def test_a_file_of_another_make_is_refused_in_one_line(tmp_path, text, says):
    (tmp_path / "d.csv").write_bytes(text)
    with pytest.raises(ShopError, match=says):
        read_dialogues(tmp_path / "d.csv")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ShopError, match="cannot be read"):
        read_dialogues(tmp_path / "none.csv")


def test_an_empty_file_proposes_nothing(setting):
    assert setting.proposals([]) == ()
    assert np.isfinite(setting.answers.score(setting.encoder.queries(["x"])[0], "x"))
