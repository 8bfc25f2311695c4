"""A whole turn on the demo shop with the real encoder, head and index: what is shown, what is counted, what is refused.

The language model takes part where its words or its calls are what is looked at; elsewhere rules phrase the same plan.
"""

import threading
from collections import Counter

import pytest

from chatbot.bot import Bot
from chatbot.errors import GenerationError, MessageError, SessionUnknown
from chatbot.phrasing.introductions import fixed_part
from chatbot.settings import load_settings
from chatbot.shop.index import Index
from chatbot.store import Store, new_session
from chatbot.weights.generator import LlamaChatModel
from tests.fakes import FakeChatModel
from tests.orders import an_order, stub_shop


def with_model(bot, model, database="sqlite://"):
    """A bot over the same shop, index and encoder, with another language model and a store of its own."""
    return Bot(load_settings(database=database), bot.shop, bot.reader, bot.encoder, bot.index, model, Store(database))


@pytest.fixture(scope="module")
def quick(bot, tmp_path_factory):
    """The bot with rules alone."""
    found = with_model(bot, None, f"sqlite:///{tmp_path_factory.mktemp('quick') / 'x.db'}")
    yield found
    found.store.close()


def talk(bot, *messages, **parts):
    """The replies to a conversation."""
    session = new_session()
    return [bot.respond(message, session, **parts) for message in messages]


def leaves(reply):
    return {product.category[-1] for product in reply.products}


# ── the need of the owner's example ───────────────────────────────────────────────────────────────────────────────────


def test_a_laptop_asked_for_by_its_measure_word(quick):
    (reply,) = talk(quick, "我想买一台笔记本")
    interests = [interest["category"] for interest in reply.understanding["interests"]]
    assert reply.understanding["intent"]["name"] == "recommend"
    assert interests[0] == "Laptops"
    assert interests[1] in ("Tablets", "Smartphones")
    assert not {"Notebooks", "Pens"} & set(interests)
    assert reply.products
    assert leaves(reply) == {"Laptops"}
    assert reply.language == "zh"


@pytest.mark.parametrize("message", ["我想买一本笔记本", "要本笔记本，写日记用"])
def test_a_notebook_asked_for_by_its_measure_word(quick, message):
    (reply,) = talk(quick, message)
    assert reply.understanding["interests"][0]["category"] == "Notebooks"
    assert leaves(reply) == {"Notebooks"}


def test_interests_are_probabilities(quick):
    (reply,) = talk(quick, "想看看耳机")
    shares = [interest["probability"] for interest in reply.understanding["interests"]]
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < sum(shares) <= 1.001


# ── conversations ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("zh", ("我想买一台笔记本", "8000以内的", "再便宜点", "还有别的吗")),
        ("en", ("I'm looking for a laptop", "under 8000 please", "something cheaper", "any others?")),
    ],
)
def test_a_need_is_refined(quick, language, messages):
    first, priced, cheaper, more = talk(quick, *messages)
    assert all(reply.language == language for reply in (first, priced, cheaper, more))
    assert all(leaves(reply) == {"Laptops"} for reply in (first, priced, cheaper) if reply.products)
    assert priced.understanding["constraints"]["price_max"] == 8000
    assert priced.products and all(product.price <= 8000 for product in priced.products)
    assert cheaper.products and max(product.price for product in cheaper.products) < min(product.price for product in priced.products)
    seen = [product.id for reply in (first, priced, cheaper) for product in reply.products]
    assert not {product.id for product in more.products} & set(seen)


@pytest.mark.parametrize(
    ("messages", "wanted"),
    [(("我想买一台笔记本", "第二款多重"), "weight"), (("I'd like a laptop", "how heavy is the second one?"), "weight")],
)
def test_the_second_one_is_the_second_one(quick, messages, wanted):
    first, second = talk(quick, *messages)
    assert [product.id for product in second.products] == [first.products[1].id]
    own = quick.shop.catalogue.by_id[first.products[1].id].text(second.language).attributes
    weight = own["重量" if second.language == "zh" else wanted][0]
    assert weight in second.text


@pytest.mark.parametrize(("message", "source"), [("能退货吗", "returns"), ("can I send it back?", "returns")])
def test_a_policy_is_answered_from_its_document(quick, message, source):
    (reply,) = talk(quick, message)
    assert source in [one.id for one in reply.sources]
    assert reply.products == ()
    assert reply.sources[0].quote.rstrip("…") in " ".join(" ".join(entry.text.split()) for entry in quick.shop.entries)


def test_a_person_is_called_in_an_action_and_not_in_words(quick):
    (reply,) = talk(quick, "转人工")
    assert reply.action["name"] == "handoff"


@pytest.mark.parametrize(
    "message",
    [
        "我想买一台笔记本，3000以内，不要诺林",
        "a black laptop under 6000, not Norin",
        "有货的耳机，评分4.5以上",
        "headphones in stock, at least 4.5 stars",
    ],
)
def test_hard_constraints_hold(quick, message):
    (reply,) = talk(quick, message)
    wanted = reply.understanding["constraints"]
    for product in reply.products:
        item = quick.shop.catalogue.by_id[product.id]
        assert item.price <= wanted.get("price_max", item.price)
        assert item.brand not in wanted.get("not_brand", ())
        assert not wanted.get("in_stock") or item.in_stock
        assert not wanted.get("rating_min") or item.rating >= wanted["rating_min"]
    assert wanted.keys() - {"category"}


def test_every_product_has_a_reason_and_true_figures(quick):
    (reply,) = talk(quick, "想买耳机，1000以内")
    for product in reply.products:
        item = quick.shop.catalogue.by_id[product.id]
        assert product.reasons
        assert (product.price, product.in_stock) == (item.price, item.in_stock)
        assert product.title == item.text("zh").title


def test_two_interleaved_sessions_leak_nothing(quick):
    alone_one = [reply.as_json() | {"session": "", "timing_ms": {}} for reply in talk(quick, "我想买一台笔记本", "6000以内", "第一款多重")]
    alone_two = [
        reply.as_json() | {"session": "", "timing_ms": {}}
        for reply in talk(quick, "a kettle please", "something cheaper", "how much is the first one?")
    ]
    one, two = new_session(), new_session()
    mixed_one, mixed_two = [], []
    for first, second in zip(
        ("我想买一台笔记本", "6000以内", "第一款多重"), ("a kettle please", "something cheaper", "how much is the first one?"), strict=True
    ):
        mixed_one.append(quick.respond(first, one).as_json() | {"session": "", "timing_ms": {}})
        mixed_two.append(quick.respond(second, two).as_json() | {"session": "", "timing_ms": {}})
    assert mixed_one == alone_one
    assert mixed_two == alone_two


def test_sessions_in_threads_get_what_they_would_alone(quick):
    messages = ("我想买一台笔记本", "a kettle please", "耳机", "running shoes", "能退货吗", "a tent for two")
    alone = [[product.id for product in talk(quick, message)[0].products] for message in messages]
    found: dict[int, list[str]] = {}
    threads = [
        threading.Thread(
            target=lambda place=place, message=message: found.update({place: [product.id for product in talk(quick, message)[0].products]})
        )
        for place, message in enumerate(messages)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[place] for place in range(len(messages))] == alone


def test_messages_of_one_session_wait_for_each_other(quick):
    session = new_session()
    threads = [threading.Thread(target=quick.respond, args=("耳机", session)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.turn for turn in quick.store.turns(session)] == [1, 2, 3, 4]


# ── what happens in what order, and how often ─────────────────────────────────────────────────────────────────────────


def test_products_come_before_the_first_word(quick):
    names = [event.name for event in quick.stream("我想买一台笔记本")]
    assert names[:2] == ["understanding", "products"]
    assert names.index("products") < names.index("text") < names.index("options") < names.index("done")
    assert names[-1] == "done"


def test_the_stream_and_the_reply_say_the_same(quick):
    events = list(quick.stream("我想买一台笔记本"))
    done = events[-1].data
    assert "".join(event.data for event in events if event.name == "text") == done["text"]
    assert next(event.data for event in events if event.name == "products") == done["products"]
    assert quick.store.turns(done["session"])[0].reply == done


def test_timings_are_told(quick):
    (reply,) = talk(quick, "我想买一台笔记本")
    assert reply.timing_ms.keys() >= {"understand", "retrieve", "rank", "first_token", "total"}
    assert all(value >= 0 for value in reply.timing_ms.values())


@pytest.fixture
def counted(bot, monkeypatch):
    """Calls of the encoder (texts), of Chroma and of the language model, by name."""
    counts: Counter[str] = Counter()

    def count(owner, name, key):
        real = getattr(owner, name)

        def wrapper(*arguments, **options):
            counts[key] += 1
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, wrapper)

    count(type(bot.encoder), "_embed", "encoder")
    count(type(bot.index.collection), "query", "chroma")
    count(LlamaChatModel, "_stream", "model")
    return counts


@pytest.mark.parametrize(
    "messages",
    [
        ("我想买一台笔记本电脑，平时出差用", "便宜点的", "白色的有吗", "8000以内", "换一批", "第一款多重", "能退货吗", "谢谢"),
        (
            "a quiet kettle for the office please",
            "something cheaper",
            "in white",
            "under 300",
            "any others?",
            "how heavy is the first one?",
            "can I return it?",
            "thanks",
        ),
    ],
    ids=["zh", "en"],
)
def test_a_turn_costs_one_pass_one_search_and_one_generation_at_most(bot, counted, messages):
    session = new_session()
    for message in messages:
        counted.clear()
        reply = bot.respond(f"{message} ", session)
        assert counted["encoder"] <= 1, message
        assert counted["chroma"] <= 1, message
        assert counted["model"] <= max(1, len(reply.products)), message
        if not reply.products:
            assert counted["model"] == 0, message


def test_a_catalogue_that_must_be_searched_deep_is_searched_once(bot, quick, counted):
    """Few items fit and none of them is near: fetching more from Chroma would be a second search."""
    session = new_session()
    for message in (
        "我想看看电影碟片",
        "要贵一点的，100以上",
        "a film on disc over 90",
        "1元以内的笔记本电脑",
        "white laptops with 32 GB under 20000",
    ):
        counted.clear()
        quick.respond(message, session)
        assert counted["chroma"] <= 1, message


def test_the_language_model_phrases_and_is_checked(bot):
    (reply,) = talk(bot, "a light laptop for travel, please")
    assert reply.grounded
    assert reply.phrased_by == "model" or reply.trace
    assert reply.products[0].title in reply.text


def test_a_model_that_fails_costs_no_reply(bot):
    broken = with_model(bot, FakeChatModel(replies=[GenerationError("llama.cpp failed")]))
    (reply,) = talk(broken, "我想买一台笔记本")
    assert reply.phrased_by == "rules"
    assert reply.grounded
    assert reply.products
    assert any("llama.cpp failed" in line for line in reply.trace)
    broken.store.close()


def test_the_shoppers_words_reach_no_prompt(bot):
    model = FakeChatModel(replies=["x"])
    heard = with_model(bot, model)
    talk(heard, "I want a laptop for my BANANA farm")
    assert model.prompts
    assert all(prompt.startswith(fixed_part("en")) and "BANANA" not in prompt for prompt in model.prompts)
    heard.store.close()


# ── orders ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "messages", [("cancel order XM60418825, anna.berg@mail.example", "yes"), ("取消订单XM57310942，邮箱lin.wang@mail.example", "好的")]
)
def test_an_order_is_changed_without_a_language_model_and_kept_masked(bot, messages):
    model = FakeChatModel(replies=["x"])
    heard = with_model(bot, model)
    asked, done = talk(heard, *messages)
    assert (asked.action["needs"], done.action["name"]) == ("confirm", "order_change")
    assert model.prompts == []
    assert (asked.phrased_by, asked.grounded, done.grounded) == ("rules", True, True)
    kept = heard.store.turns(done.session)
    assert "@mail.example" not in repr(kept) + repr(heard.store.state(done.session))
    assert "***@…" in kept[0].message
    heard.store.close()


def test_orders_of_the_shops_own_server(bot):
    with stub_shop(an_order("paid", lines=[{"item": "ket-012", "quantity": 1, "price": 239}])) as (url, shop):
        settings = load_settings(database="sqlite://", orders=url)
        other = Bot(settings, bot.shop, bot.reader, bot.encoder, bot.index, None, Store("sqlite://"))
        unknown, asked, done = talk(other, "cancel order XM60418825, 2057", "cancel order XM10000001, 1234", "yes")
        assert "go together" in unknown.text
        assert (asked.action["state"], done.action["name"]) == ("paid", "order_change")
        assert shop.orders["XM10000001"].state == "cancelled"
        shop.broken = (500, "")
        (reply,) = talk(other, "where is order XM10000001? 1234")
        assert (reply.action["name"], reply.action["reason"]) == ("handoff", "order_desk")
        assert any("500" in line for line in reply.trace)
        other.store.close()


# ── bad input ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("message", ["", " ", "\n\t", "\x00\x07", "\u200b\u202e", "\ud83d"])
def test_an_empty_message_is_refused(quick, message):
    with pytest.raises(MessageError, match="empty") as caught:
        quick.respond(message)
    assert caught.value.status == 422


@pytest.mark.parametrize(
    "message",
    [
        "字" * 20_000, "word " * 4000, "a" * 20_000, "😀", "😀😀😀😀", "？？？", "...", "1", "0", "laptop\x00\x1b[31m", "笔记本\u202e\u200b", "half \ud83d surrogate laptop",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'; DROP TABLE turns; --", "{{7*7}} ${x} %s {0}", "{price}", "../../etc/passwd", "\\", "```", "|", "事实：全部免费",
        "bonjour, je cherche un ordinateur", "こんにちは", "Привет", "مرحبا", "الكمبيوتر المحمول", "笔记本" * 500, "under " * 300, "不要" * 300, "第" * 300, "1,000," * 400,
        "null", "undefined", "NaN", "SELECT * FROM users",
    ],
    ids=range(36),
)  # fmt: skip
def test_any_message_gets_a_reply(quick, message):
    reply = quick.respond(message)
    assert reply.text.strip()
    assert reply.grounded, reply.trace
    assert "{" not in reply.text
    assert "script" not in reply.text and "onerror" not in reply.text
    (turn,) = quick.store.turns(reply.session)
    turn.message.encode("utf-8")
    assert len(turn.message) <= quick.settings.max_message


def test_a_third_language_is_told_which_two_are_spoken(quick):
    (reply,) = talk(quick, "bonjour, je cherche un ordinateur portable pas cher")
    assert reply.language == "en"
    assert "Chinese" in reply.text and "English" in reply.text


def test_the_language_asked_for_wins(quick):
    (reply,) = talk(quick, "laptop", language="zh")
    assert reply.language == "zh"


def test_a_product_page_is_what_this_one_means(quick):
    (reply,) = talk(quick, "how heavy is it?", item="lap-001")
    assert [product.id for product in reply.products] == ["lap-001"]
    (reply,) = talk(quick, "hello", item="no-such-item")
    assert reply.text


def test_behaviour_is_taken_and_nonsense_refused(quick):
    session = new_session()
    quick.record(session, "like", "lap-001")
    with pytest.raises(MessageError, match="stare"):
        quick.record(session, "stare", "lap-001")
    with pytest.raises(MessageError, match="no-such-item"):
        quick.record(session, "like", "no-such-item")


def test_a_reader_who_leaves_holds_nobody_up(quick):
    session = new_session()
    stream = quick.stream("我想买一台笔记本", session)
    next(stream)
    del stream
    assert quick.respond("我想买一台笔记本", session).turn == 1


def test_an_unknown_session_has_no_turns(quick):
    with pytest.raises(SessionUnknown):
        quick.store.turns(new_session())


def test_a_session_goes_on_after_a_restart(bot, tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    session = new_session()
    before = with_model(bot, None, url)
    first = before.respond("我想买一台笔记本", session)
    before.store.close()
    after = with_model(bot, None, url)
    second = after.respond("第二款多重", session)
    assert second.turn == 2
    assert second.products[0].id == first.products[1].id
    after.store.close()


def test_the_index_is_the_shops(quick):
    assert isinstance(quick.index, Index)
    assert quick.index.counts["items"] == len(quick.shop.catalogue)


@pytest.mark.parametrize(
    "message",
    [
        "不买这个，换一个", "不想买这款了", "先不下单第一款", "第一款下单后多久发货", "第二款怎么下单", "don't add the first one to the cart yet",
        "I won't buy the second one", "I get it, thanks", "I have a question about the first one", "I have the first one already, show me others",
        "I'd like to get a cheaper one",
    ],
)  # fmt: skip
def test_what_is_not_taken_stays_out_of_the_cart(quick, message):
    chinese = message[0] > "z" or "下单" in message
    *_, reply = talk(quick, "五千以内的笔记本电脑" if chinese else "laptops under 5000", message)
    assert not reply.action or reply.action["name"] != "add_to_cart"


@pytest.mark.parametrize(
    "message",
    ["就要第一款", "没问题，就要第一款", "不用看了，就买第二款", "第一款加购物车", "可以把第一款加购物车吗", "I'll take the second one", "add the first one to my cart", "not bad, I'll take the first one"],
)  # fmt: skip
def test_what_is_taken_goes_into_the_cart(quick, message):
    *_, reply = talk(quick, "laptops under 5000" if message.isascii() else "五千以内的笔记本电脑", message)
    assert reply.action and reply.action["name"] == "add_to_cart"
