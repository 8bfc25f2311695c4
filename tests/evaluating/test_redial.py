"""The benchmarks of public conversations, on sets in which the words of a conversation and the films named in it say the answer."""

import json

import numpy as np
import pytest

from chatbot.errors import TrainingError
from chatbot.evaluating import conversations
from chatbot.evaluating.conversations import run_conversations
from chatbot.evaluating.films import likes_of, matching, texts_of, title_key
from chatbot.evaluating.inspired import read_inspired
from chatbot.evaluating.redial import read_redial
from chatbot.recommending.conversations import Moment

KINDS = {"horror": "scary", "comedy": "funny", "war": "brave"}
FILMS = [(f"{kind.title()} {number} ({2000 + number})", kind) for kind in KINDS for number in range(6)]


def talk(number, kind, first, second):
    """Somebody asks for a kind of film and is told two; the second turn's row has the first film among the films named."""
    ask = f"hi, something {KINDS[kind]} please"
    one, two = f"{kind.title()} {first} ({2000 + first})", f"{kind.title()} {second} ({2000 + second})"
    yield {"dialog_id": str(number), "turn_id": 1, "context": [ask], "entity": [kind], "rec": [one], "resp": f"try {one}"}
    yield {
        "dialog_id": str(number), "turn_id": 3, "context": [ask, f"try {one}", "another"], "entity": [kind, one], "rec": [two, one], "resp": f"{two} or {one}"
    }  # fmt: skip


def write(folder, parts=("valid",), talks=45):
    """Of each kind one film is told first and one second; the others are never told."""
    folder.mkdir(parents=True, exist_ok=True)
    items = [{"name": name, "genre": [kind], "entity_id": place, "is_candidate": True} for place, (name, kind) in enumerate(FILMS)]
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    for part, name in enumerate(parts):
        rows = [row for number in range(talks) for row in talk(f"{part}-{number}", list(KINDS)[number % 3], 0, 1)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def test_words_and_films_named_before_find_the_film(tmp_path):
    said = []
    told = run_conversations(read_redial(write(tmp_path / "set")), tmp_path, said.append)
    ours, popular = told["figures"]["Xiaoer"], told["figures"]["popularity"]
    assert ours["Recall@1"]["value"] > 0.95
    assert popular["Recall@1"]["value"] < 0.4
    assert told["targets"] == 90  # the film that is told again is none
    assert told["turns"] == 90
    assert told["conversations"] == 45
    assert told["protocol"] == "5 folds by conversation"
    assert any("±" in line and "Recall@10" in line for line in said)
    assert any(line.startswith("published: ") for line in said)


def test_where_there_is_a_test_part_it_is_judged_and_the_others_are_learnt_from(tmp_path):
    told = run_conversations(read_redial(write(tmp_path / "set", parts=("valid", "test"), talks=12)), tmp_path, lambda _: None)
    assert told["split"] == "test"
    assert told["protocol"] == "learnt from valid"
    assert told["conversations"] == 12


def test_what_a_reply_names_is_not_told_before_it(tmp_path):
    """The context of a row is what came before: neither the reply nor a later row's films are in it."""
    talks = read_redial(write(tmp_path, talks=1))
    first, second = talks.parts["valid"]
    assert first.named == ()
    assert second.named == first.given
    assert len(second.given) == 1
    assert not any(talks.films[film] in line for film in second.given for line in second.said)


def test_no_conversation_is_learnt_from_and_judged_in_one_fold():
    moments = [Moment(str(number // 2), (), (), (number,)) for number in range(40)]
    folds = conversations._folds(moments)
    assert len(folds) == 5
    assert sorted(moment.given for _, held in folds for moment in held) == sorted(moment.given for moment in moments)
    for past, held in folds:
        assert held
        assert not {moment.talk for moment in past} & {moment.talk for moment in held}
        assert len(past) + len(held) == len(moments)


def test_films_named_before_are_not_recommended():
    scores = np.array([[9.0, 8.0, 5.0, 5.0, 1.0]])
    assert conversations._ranks(lambda _: scores, [Moment("a", (), (0, 1), (4,))]) == [("a", 3)]
    assert conversations._ranks(lambda _: scores, [Moment("a", (), (), (2,))]) == [("a", 3)]  # equals share the middle of their places


def test_errors_count_conversations():
    """Ten targets of one conversation that are all found together tell as much as one."""
    alone = conversations._figures([(str(place), 1 + 99 * (place % 2)) for place in range(100)])
    together = conversations._figures([(str(place // 10), 1 + 99 * (place // 10 % 2)) for place in range(100)])
    assert alone["Recall@10"] == (0.5, 0.05)
    assert together["Recall@10"] == (0.5, pytest.approx(0.05 * 10**0.5, abs=1e-4))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("The Lion King (1994)", ("lion king", 1994)),
        ("Lion King, The (1994)", ("lion king", 1994)),
        ("Léon: The Professional (a.k.a. The Professional) (1994)", ("leon the professional", 1994)),
        ("Marley & Me (2008)", ("marley and me", 2008)),
        ("Schindler's List", ("schindlers list", None)),
        ("The (2015)", ("the", 2015)),
    ],
)
def test_a_title_has_one_key_in_every_spelling(title, key):
    assert title_key(title) == key


def test_films_of_two_sets_are_matched_by_title_and_year():
    others = [(("it", 1990), "old"), (("it", 2017), "new"), (("it", 2030), "later")]
    assert matching([("it", 2016), ("it", 1990), ("it", 2005), ("it", None), ("other", 2017)], others) == ["new", "old", None, "new", None]


def test_side_knowledge_is_read_where_it_is_there(tmp_path):
    keys = [title_key(title) for title in ("Jumanji (2017)", "It (2017)", "Heat (1995)")]
    assert texts_of(keys, tmp_path) == [([], "")] * 3
    assert likes_of(keys, tmp_path) == []
    (tmp_path / "wiki_movies").mkdir()
    film = {"title": "Jumanji: Welcome to the Jungle", "year": 2017, "genres": ["Comedy"], "cast": ["Jack Black"], "extract": "A game."}
    (tmp_path / "wiki_movies" / "films.jsonl").write_text(json.dumps(film) + "\n", "utf-8")
    (tmp_path / "movielens_latest_small").mkdir()
    (tmp_path / "movielens_latest_small" / "movies.csv").write_text('movieId,title,genres\n7,Heat (1995),Crime\n8,"It (2017)",Horror\n', "utf-8")
    (tmp_path / "movielens_latest_small" / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,8,5.0,20\n1,7,4.0,10\n2,7,1.0,5\n", "utf-8")
    assert texts_of(keys, tmp_path) == [(["Jack Black"], "Comedy Jack Black A game."), ([], ""), ([], "")]
    assert likes_of(keys, tmp_path) == [[2, 1]]


INSPIRED = """dialog_id\tspeaker\ttext\tmovies
a\tRECOMMENDER\tHello\t
a\tSEEKER\tI saw "It\tIt (2017)
a\tRECOMMENDER\tIt and Alien, or Heat?\tIt (2017); Alien (1979);  Heat (1995)
a\tSEEKER\tAliens then\tAliens (1986)
a\tRECOMMENDER\tAliens it is\tAliens (1986)
"""


def test_inspired_tells_the_films_that_the_recommender_names_first(tmp_path):
    (tmp_path / "dev.tsv").write_text(INSPIRED, "utf-8")
    talks = read_inspired(tmp_path)
    (moment,) = talks.parts["valid"]
    assert [talks.films[film] for film in moment.named] == ["It (2017)"]
    assert [talks.films[film] for film in moment.given] == ["Alien (1979)", "Heat (1995)"]
    assert moment.said == ("Hello", 'I saw "It')


def test_a_folder_that_holds_no_set_is_told_in_one_line(tmp_path):
    with pytest.raises(TrainingError, match=r"no file train\.jsonl or valid\.jsonl or test\.jsonl"):
        read_redial(tmp_path)
    with pytest.raises(TrainingError, match=r"no file train\.tsv"):
        read_inspired(tmp_path)
    write(tmp_path)
    (tmp_path / "valid.jsonl").write_text('{"dialog_id": "1", "context": "hi", "entity": [], "rec": []}\n', "utf-8")
    with pytest.raises(TrainingError, match="line 1 has no 'context' that is a list"):
        read_redial(tmp_path)
    (tmp_path / "items.jsonl").unlink()
    with pytest.raises(TrainingError, match=r"no file items\.jsonl"):
        read_redial(tmp_path)
    (tmp_path / "dev.tsv").write_text("dialog_id\ttext\na\thello\n", "utf-8")
    with pytest.raises(TrainingError, match="line 2 has no 'speaker'"):
        read_inspired(tmp_path)
    (tmp_path / "dev.tsv").write_text("dialog_id\tspeaker\ttext\tmovies\na\tSEEKER\thello\t\n", "utf-8")
    with pytest.raises(TrainingError, match="no turn that recommends"):
        run_conversations(read_inspired(tmp_path), tmp_path, lambda _: None)


def test_too_few_conversations_are_told(tmp_path):
    with pytest.raises(TrainingError, match="has 4 conversations, too few for 5 folds"):
        run_conversations(read_redial(write(tmp_path, talks=4)), tmp_path, lambda _: None)
