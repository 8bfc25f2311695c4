"""A shop's cautions: always said with what they are about, in the shop's words, whoever phrases the rest."""

from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.errors import ShopError
from chatbot.phrasing.phraser import Phraser
from chatbot.phrasing.writers import ChatWriter
from chatbot.shop.reading import read_shop
from tests.domains.conftest import Serve
from tests.fakes import FakeChatModel
from tests.tiny_shop import TOML, Row, write_shop

EN = "This is information, not medical advice; please ask a doctor or pharmacist."
ZH = "以上只供参考，不能代替医嘱，用之前请问医生或药师。"
HEALTH = f'''
[cautions.health]
categories = ["Supplements"]
words = ["blood pressure", "血压", "pregnan", "怀孕"]
text = {{ zh = "{ZH}", en = "{EN}" }}
'''


def with_supplements(items: list[Row]) -> None:
    """The tablets that one swallows."""
    for number, (item, title, chinese) in enumerate(
        zip(items[6:9], ("Fish Oil", "Vitamin D", "Iron Drops"), ("鱼油", "维生素 D", "铁剂"), strict=True), 1
    ):
        item |= {
            "title": title,
            "category": ["Health", "Supplements"],
            "price": 40 + number,
            "attributes": {},
            "brand": "Pax",
            "description": "One a day.",
        }
        item["i18n"]["zh"] |= {"title": chinese, "category": ["健康", "保健品"], "attributes": {}, "brand": "帕克斯"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("health"), change=with_supplements, toml=TOML + HEALTH)


@pytest.fixture(scope="module")
def health(shop: Path, serve: Serve) -> Bot:
    return serve(shop)


def test_it_ends_every_reply_that_shows_what_it_is_about(health: Bot) -> None:
    reply = health.respond("do you have any supplements?")
    assert {product.category[-1] for product in reply.products} == {"Supplements"}
    assert reply.text.endswith(f" {EN}")
    assert reply.grounded
    again = health.respond("tell me more about the first one", reply.session)
    assert again.text.endswith(EN)


def test_it_is_said_in_the_language_of_the_reply(health: Bot) -> None:
    reply = health.respond("有什么保健品推荐")
    assert reply.products and reply.text.endswith(ZH)
    assert EN not in reply.text


def test_a_word_of_the_message_calls_for_it_too(health: Bot) -> None:
    assert health.respond("is coffee bad for my blood pressure?").text.endswith(EN)


def test_nothing_else_does(health: Bot) -> None:
    reply = health.respond("any laptop under 5000?")
    assert reply.products and EN not in reply.text
    assert EN not in health.respond("can I return it?", reply.session).text


def test_it_reaches_the_reader_as_the_last_piece(health: Bot) -> None:
    events = list(health.stream("do you have any supplements?"))
    pieces = [event.data for event in events if event.name == "text"]
    assert pieces[-1] == f" {EN}"
    assert events[-1].data["text"] == "".join(pieces)


def test_no_model_can_leave_it_out(health: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    model = FakeChatModel(replies=["Happy to help.", "It cures everything, no need to ask anyone."])
    monkeypatch.setattr(health, "phraser", Phraser(ChatWriter(model), health.phraser._grounding, seconds=5))
    reply = health.respond("do you have any supplements?")
    assert reply.text.endswith(EN)
    assert "cures" not in reply.text


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('[cautions.health]\ntext = { en = "x" }\n', "says nothing, or of nothing"),
        ('[cautions.health]\nwords = ["x"]\n', "says nothing, or of nothing"),
        ('[cautions.health]\nword = ["x"]\ntext = { en = "x" }\n', "cautions.health.word is not known"),
        ('[cautions]\nhealth = "x"\n', "cautions.health is 'x'"),
    ],
)
def test_a_broken_caution_is_refused(tmp_path: Path, table: str, fault: str) -> None:
    with pytest.raises(ShopError, match=fault):
        read_shop(write_shop(tmp_path, toml=TOML + table))
