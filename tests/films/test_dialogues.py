"""The scripted dialogues of the films' shop: another domain by its folder alone."""

from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.runner import Result, run

DIALOGUES = Path(__file__).with_name("dialogues.yaml")


@pytest.fixture(scope="module")
def results(film_bot: Bot) -> tuple[Result, ...]:
    return run(film_bot, read_dialogues([DIALOGUES]))


def test_every_dialogue_passes(results: tuple[Result, ...]) -> None:
    failed = [result.line() for result in results if not result.passed]
    assert not failed, "\n" + "\n".join(failed)


def test_there_are_enough_of_them_in_both_languages(results: tuple[Result, ...]) -> None:
    languages = [reply.language for result in results for turn in result.turns[:1] if (reply := turn.reply)]
    assert len(results) >= 14
    assert min(languages.count("zh"), languages.count("en")) >= 5


def test_nothing_ungrounded_is_said(results: tuple[Result, ...]) -> None:
    assert not [(turn.user, turn.reply.trace) for result in results for turn in result.turns if turn.reply and not turn.reply.grounded]


def test_interests_and_aspects_are_the_films_own(film_bot: Bot) -> None:
    reply = film_bot.respond("我想买一部科幻电影", language="zh")
    assert reply.understanding["interests"][0]["category"] == "Science Fiction"
    assert [aspect["name"] for aspect in reply.understanding["aspects"]] == ["导演", "评分", "类型"]
    assert "类型：科幻" in reply.tags


def test_a_newer_film_by_the_same_director_says_so(film_bot: Bot) -> None:
    session = "one-director"
    for item in ("memories-of-murder-2003", "mother-2009"):
        film_bot.record(session, "like", item)
    reply = film_bot.respond("推荐一部电影", session)
    first = reply.products[0]
    assert first.attributes["导演"] == ("奉俊昊",)
    assert int(first.attributes["年份"][0]) > 2009
    assert any("同导演（奉俊昊），更新" in reason for reason in first.reasons)
