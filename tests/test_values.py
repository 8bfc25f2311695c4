"""The values of a turn: frozen, and JSON as the contract has it."""

import dataclasses
import json

import pytest

from chatbot import values
from chatbot.values import EVENT_TYPES, INTENTS, LANGUAGES, Constraints, Item, Localised, Product, Reply, Source, State, Understanding


def _item(**changes: object) -> Item:
    own = Localised(title="Kettle", description="", brand="Brio", category=("Kitchen", "Kettles"), attributes={})
    zh = dataclasses.replace(own, title="电水壶")
    fields = {
        "id": "k", "title": "Kettle", "description": "", "brand": "Brio", "category": ("Kitchen", "Kettles"), "price": 10.0, "list_price": None, "stock": 1,
        "rating": None, "rating_count": 0, "attributes": {}, "url": "", "image": "", "added": "", "texts": {"": own, "zh": zh},
    }  # fmt: skip
    return Item(**(fields | changes))


def test_the_names_of_the_contract():
    assert INTENTS == (
        "recommend", "refine", "compare", "details", "explain", "choose", "reject", "service", "order", "complaint", "human", "greet", "thanks", "goodbye",
        "chitchat", "out_of_scope",
    )  # fmt: skip
    assert EVENT_TYPES == ("view", "click", "like", "dislike", "cart", "purchase")
    assert LANGUAGES == ("zh", "en")
    assert [field.name for field in dataclasses.fields(Constraints) if field.name != "ranges"] == [
        "category", "price_min", "price_max", "brand", "not_brand", "attributes", "not_attributes", "in_stock", "rating_min",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [getattr(values, name) for name in values.__all__ if dataclasses.is_dataclass(getattr(values, name))])
def test_every_value_is_frozen(kind):
    assert kind.__dataclass_params__.frozen


def test_constraints_name_what_is_set():
    assert Constraints().named() == {}
    assert Constraints(price_max=0.0, in_stock=False).named() == {"price_max": 0.0, "in_stock": False}
    assert Constraints(price_max=5, brand=("A",)).without("price_max") == Constraints(brand=("A",))


def test_constraints_as_json_unpack_what_stands_alone():
    constraints = Constraints(category="Laptops", brand=("A",), not_brand=("B", "C"), attributes={"color": ("black",), "size": ("M", "L")})
    assert constraints.as_json() == {
        "category": "Laptops",
        "brand": "A",
        "not_brand": ["B", "C"],
        "attributes": {"color": "black", "size": ["M", "L"]},
    }
    json.dumps(constraints.as_json())


def test_ranges_stand_among_the_attributes_as_the_contract_names_no_others():
    constraints = Constraints(attributes={"genre": ("war",)}, ranges={"year": (1990.0, 1999.0), "length": (None, 120.0)})
    assert constraints.as_json() == {"attributes": {"year": {"min": 1990.0, "max": 1999.0}, "length": {"max": 120.0}, "genre": "war"}}


@pytest.mark.parametrize(("stock", "expected"), [(None, True), (0, False), (1, True)])
def test_an_item_that_is_not_counted_is_in_stock(stock, expected):
    assert _item(stock=stock).in_stock is expected


def test_an_item_falls_back_to_its_own_language():
    assert _item().text("zh").title == "电水壶"
    assert _item().text("en").title == "Kettle"
    assert _item().leaf == "Kettles"


def test_a_reply_as_json_has_every_key_of_the_contract():
    product = Product(
        id="k", title="Kettle", brand="Brio", category=("Kitchen", "Kettles"), price=10.0, list_price=None, currency="CNY", in_stock=True, url="/k", image="",
        attributes={"color": ("red",), "size": ("S", "L")}, score=0.123456, reasons=("in stock",),
    )  # fmt: skip
    reply = Reply(
        session="s",
        turn=1,
        language="en",
        text="hi",
        products=(product,),
        sources=(Source("returns", "Returns", "7 days"),),
        action={"name": "handoff"},
    )
    plain = json.loads(json.dumps(reply.as_json()))
    assert set(plain) >= {
        "session", "turn", "language", "text", "products", "options", "action", "sources", "understanding", "tags", "phrased_by", "grounded", "timing_ms",
    }  # fmt: skip
    assert plain["products"][0] == {
        "id": "k", "title": "Kettle", "brand": "Brio", "category": ["Kitchen", "Kettles"], "price": 10.0, "list_price": None, "currency": "CNY",
        "in_stock": True, "url": "/k", "image": "", "attributes": {"color": "red", "size": ["S", "L"]}, "score": 0.1235, "reasons": ["in stock"],
    }  # fmt: skip
    assert plain["sources"] == [{"id": "returns", "title": "Returns", "quote": "7 days"}]
    assert plain["action"] == {"name": "handoff"}
    assert Reply(session="s", turn=1, language="en", text="").as_json()["action"] is None


def test_fresh_values_share_nothing():
    one, two = State(), State()
    assert one == two
    assert one.constraints.attributes is not two.constraints.attributes
    words = Understanding(text="", language="zh", intent="greet", confidence=1.0)
    assert words.vector.shape == (0,)
