"""Titles that are words of every day, and what a message borrows of a title, on a shelf of four books."""

import json

import pytest

from chatbot.shop.reading import read_shop
from chatbot.understanding.grammar import Found, find
from chatbot.understanding.vocabulary import Vocabulary

TOML = """languages = ["zh", "en"]
default_language = "en"
[domain]
titles = "whole"
kind = "genre"
[rating]
out_of = 10
[attributes.author]
names = ["writer"]
people = true
borrowed = true
[attributes.genre]
together = true
[attributes.genre.values]
"Crime" = ["whodunit", "whodunits"]
"""
BOOKS = [
    ("hope", "Hope", "希望", "Anna Field", "安娜·菲尔德", "Crime", "犯罪"),
    ("long", "The Long Road Home", "漫漫归途", "Anna Field", "安娜·菲尔德", "Novel", "小说"),
    ("sea", "Sea: A History", "海的历史", "Jo Márquez", "乔·马尔克斯", "History", "历史"),
    ("seven", "Seven", "七", "Park Min-jun", "朴敏俊", "Novel", "小说"),
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("books")
    rows = [
        {
            "id": name, "title": title, "description": "A field of wheat.", "category": ["Books", genre], "price": 9, "rating": 8.5, "attributes": {"author": author, "genre": genre},
            "i18n": {"zh": {"title": chinese, "category": ["书", kind], "attributes": {"作者": writer, "类型": kind}}},
        }
        for name, title, chinese, author, writer, genre, kind in BOOKS
    ]  # fmt: skip
    (folder / "items.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    (folder / "shop.toml").write_text(TOML, "utf-8")
    return Vocabulary(read_shop(folder).catalogue)


def named(found: Found) -> list[str]:
    return [reference.item for reference in found.references if reference.kind == "item"]


def values(found: Found) -> set[str]:
    return {payload.value for match in found.matches for payload in match.payloads if payload.kind == "value"}


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("the long road home", "long"), ("Hope", "hope"), ("do you have Hope?", "hope"), ("something like Hope", "hope"), ("I was told that Hope is sad", "hope"), ("《希望》讲什么的", "hope"), ("有没有希望", "hope"),
        ("who is the author of Hope?", "hope"), ("漫漫归途还有吗", "long"),
    ],
)  # fmt: skip
def test_titles_that_are_meant(words: Vocabulary, text: str, item: str) -> None:
    assert named(find(text, words)) == [item]


@pytest.mark.parametrize("text", ["i hope you can help", "希望便宜一点", "seven books please", "the long road"])
def test_words_of_every_day(words: Vocabulary, text: str) -> None:
    assert named(find(text, words)) == []


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("anything else by the author of Hope", "Anna Field"), ("books from the writer of The Long Road Home", "Anna Field"), ("《希望》的作者还写过什么", "Anna Field"), ("和漫漫归途同一个作者的", "Anna Field"),
        ("Marquez", "Jo Márquez"), ("马尔克斯的", "Jo Márquez"), ("Park", "Park Min-jun"),
    ],
)  # fmt: skip
def test_authors_by_a_title_or_a_part_of_their_name(words: Vocabulary, text: str, author: str) -> None:
    found = find(text, words)
    assert values(found) == {author}
    assert named(found) == []


def test_a_title_that_lends_its_author_is_known(words: Vocabulary) -> None:
    assert find("anything else by the author of Hope", words).known == ("hope",)


def test_a_surname_that_is_a_word_of_the_shop_names_nobody(words: Vocabulary) -> None:
    assert values(find("a field of flowers", words)) == set()


def test_a_kind_is_the_value_of_its_attribute_too(words: Vocabulary) -> None:
    assert values(find("a whodunit", words)) == {"Crime"}
    assert {payload.kind for payload in find("crime", words).matches[0].payloads} == {"category", "value"}


def test_not_too_much_of_what_an_item_is_is_none_of_it(words: Vocabulary) -> None:
    (match,) = find("不要太历史的", words).matches
    assert match.negated


@pytest.mark.parametrize(
    ("text", "least"), [("rated above 8", 8.0), ("评分8.5以上", 8.5), ("九分以上的", 9.0), ("rating 9.5+", 9.5), ("rated 10 and up", 10.0)]
)
def test_ratings_on_the_scale_of_the_shop(words: Vocabulary, text: str, least: float) -> None:
    assert find(text, words).bounds.rating_min == least
