"""Behaviour in the turn: what the dialogue tells is kept, a known shopper is known, nothing of one session reaches another."""

from datetime import UTC, datetime, timedelta

import pytest

from chatbot.bot import Bot
from chatbot.errors import MessageError, NotAllowed, SessionUnknown
from chatbot.store import Store, new_session
from chatbot.tokens import sign_shopper
from tests.tiny_shop import TOML
from tests.web.serving import settings, tiny_bot

SECRET = "the shop's own"
ANNA, BERT = sign_shopper("anna", SECRET), sign_shopper("bert", SECRET)
LAPTOP, TAKE, ANYTHING = "我想买一台笔记本", "就要第一款", "推荐点什么"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    made = tiny_bot(tmp_path_factory.mktemp("tiny"), toml=TOML + "\n[used_up]\nNotebooks = 30\n")
    made.reader.tell("第一款不要", "reject")
    made.reader.tell("都不要", "reject")
    made.reader.tell("想给我妈买一台笔记本", "recommend", slots=[("recipient", "我妈")])
    yield made
    made.store.close()


def bot_like(tiny, **changes):
    """Over the same shop, with other settings and a store of its own."""
    return Bot(settings(**changes), tiny.shop, tiny.reader, tiny.encoder, tiny.index, None, Store(changes.get("database", "sqlite://")))


def done(bot, session):
    return [(event.type, event.item) for event in bot.store.events(session)]


def ids(reply):
    return [product.id for product in reply.products]


def test_what_is_taken_in_words_is_in_the_cart_once(tiny):
    session = new_session()
    first = ids(tiny.respond(LAPTOP, session))[0]
    tiny.respond(TAKE, session)
    tiny.respond(TAKE, session)
    assert done(tiny, session) == [("cart", first)]
    assert first not in ids(tiny.respond(ANYTHING, session))


def test_what_is_refused_by_name_is_disliked_and_stays_away(tiny):
    session = new_session()
    first = ids(tiny.respond(LAPTOP, session))[0]
    tiny.respond("第一款不要", session)
    assert done(tiny, session) == [("dislike", first)]
    assert first not in ids(tiny.respond(LAPTOP, session)) + ids(tiny.respond(ANYTHING, session))


def test_a_list_refused_as_a_whole_says_nothing_against_its_items(tiny):
    session = new_session()
    tiny.respond(LAPTOP, session)
    tiny.respond("都不要", session)
    assert done(tiny, session) == []


def test_what_was_bought_is_offered_again_when_it_is_used_up(tiny):
    session = new_session()
    for item, days in (("not-1", 40), ("not-2", 5), ("lap-1", 900)):
        tiny.record(session, "purchase", item, at=datetime.now(UTC) - timedelta(days=days))
    profile = tiny.behaviour.profile(tiny.store.events(session), for_other=False)
    assert profile.bought == {"not-2", "lap-1"}


def test_a_gift_neither_uses_nor_shapes_ones_own_profile(tiny):
    session = new_session()
    tiny.record(session, "purchase", "lap-2")
    assert "lap-2" not in ids(tiny.respond(LAPTOP, session))
    gift = tiny.respond("想给我妈买一台笔记本", session)
    assert "lap-2" in ids(gift)
    tiny.record(session, "like", "lap-3")
    tiny.respond(TAKE, session)
    assert done(tiny, session) == [("purchase", "lap-2")]
    assert tiny.store.counts()["events"] >= 3


def test_the_sessions_of_a_known_shopper_share_the_profile_and_nothing_else(tiny):
    bot = bot_like(tiny, shopper_secret=SECRET)
    one, two, other = new_session(), new_session(), new_session()
    bot.record(one, "view", "ket-3", shopper=ANNA)
    bot.respond(LAPTOP, one, shopper=ANNA)
    reply = bot.respond(ANYTHING, two, shopper=ANNA)
    assert "电水壶" in reply.tags and "ket" in ids(reply)[0]
    assert [turn.turn for turn in bot.store.turns(two)] == [1]
    assert bot.respond(ANYTHING, other, shopper=BERT).tags == ()
    assert bot.respond(ANYTHING, new_session()).tags == ()
    assert bot.respond(ANYTHING, two).tags == ()  # without the token nobody knows whose session it is
    bot.store.close()


def test_a_token_is_right_or_refused_and_without_a_secret_nothing(tiny):
    bot = bot_like(tiny, shopper_secret=SECRET)
    session = new_session()
    for refused in (lambda: bot.respond(LAPTOP, session, shopper="anna.0"), lambda: bot.record(session, "view", "lap-1", shopper="anna.0")):
        with pytest.raises(NotAllowed):
            refused()
    assert bot.store.counts() == {"sessions": 0, "turns": 0, "events": 0}
    bot.respond(LAPTOP, session, shopper=ANNA)
    with pytest.raises(NotAllowed, match="another shopper"):
        bot.respond(LAPTOP, session, shopper=BERT)
    bot.store.close()
    assert tiny.respond(LAPTOP, shopper="anna.0").products


def test_two_interleaved_sessions_have_each_their_own_behaviour(tiny):
    one, two = new_session(), new_session()
    for kettle, laptop in (("ket-3", "lap-1"), ("ket-4", "lap-3")):
        tiny.record(one, "like", kettle)
        tiny.record(two, "like", laptop)
    first, second = tiny.respond(ANYTHING, one), tiny.respond(ANYTHING, two)
    assert (first.tags, second.tags) == (("电水壶",), ("笔记本电脑",))
    tiny.respond(TAKE, one)
    assert {item[:3] for _, item in done(tiny, one)} == {"ket"}
    assert {item[:3] for _, item in done(tiny, two)} == {"lap"}


def test_an_event_that_cannot_be_is_told_in_a_line_and_begins_nothing(tiny):
    session = new_session()
    for kind, item in (("view", "no-such-item"), ("stare", "lap-1")):
        with pytest.raises(MessageError) as caught:
            tiny.record(session, kind, item)
        assert "\n" not in str(caught.value)
    assert not tiny.store.exists(session)


def test_a_session_is_forgotten_whole_and_may_begin_anew(tiny):
    session = new_session()
    tiny.record(session, "like", "ket-3")
    tiny.respond(LAPTOP, session)
    assert tiny.forget(session)["turns"] == 1
    with pytest.raises(SessionUnknown):
        tiny.store.turns(session)
    assert (tiny.respond(ANYTHING, session).turn, tiny.store.events(session)) == (1, ())


def test_old_sessions_go_at_the_start_and_with_the_first_turn_of_a_day(tiny, tmp_path):
    database = f"sqlite:///{tmp_path / 'x.db'}"
    before = bot_like(tiny, database=database)
    before.respond(LAPTOP, "a" * 32)
    age(before.store, "a" * 32)
    before.store.close()
    bot = bot_like(tiny, database=database, retention_days=30)
    assert not bot.store.exists("a" * 32)
    for session in ("b" * 32, "c" * 32):
        bot.respond(LAPTOP, session)
        age(bot.store, session)
        bot.respond(LAPTOP, new_session())
    assert bot.store.exists("b" * 32)  # swept today already
    bot._swept = None
    bot.respond(LAPTOP, new_session())
    assert not bot.store.exists("b" * 32) and not bot.store.exists("c" * 32)
    bot.store.close()


def age(store, session):
    with store.begin() as connection:
        connection.exec_driver_sql("update sessions set created = '2020-01-01 00:00:00' where id = ?", (session,))
        connection.exec_driver_sql("update turns set created = '2020-01-01 00:00:00' where session = ?", (session,))
