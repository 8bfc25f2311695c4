"""A real catalogue of 2,465 products, imported and asked: every item that is shown satisfies the need.

The data lies outside the project (AWS Retail Demo Store, MIT-0); without it this is skipped.
"""

import pytest

from chatbot.bot import Bot
from chatbot.settings import load_settings
from chatbot.shop.feeds.importing import Import, import_feeds
from tests.conftest import PROJECT

DATA = PROJECT.parent / "shared" / "data" / "retail_demo_store" / "products.csv"
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason=f"the catalogue {DATA} is not there"),
    pytest.mark.timeout(900),  # indexing it takes minutes with one thread on a busy machine
]

NEEDS = [
    # message, kinds of which each item is one, highest and lowest price
    ("a backpack under $100", ("backpack",), 100, None),
    ("show me belts", ("belt",), None, None),
    ("a necklace for my wife, up to 150 dollars", ("necklace",), 150, None),
    ("earrings under 80", ("earrings",), 80, None),
    ("I need a camera, at least $300", ("camera",), None, 300),
    ("headphones between 50 and 200 dollars", ("headphones",), 200, 50),
    ("a speaker for the kitchen, not more than $120", ("speaker",), 120, None),
    ("acoustic guitar or other strings under 500", ("strings",), 500, None),
    ("a drum or some percussion, max $200", ("percussion",), 200, None),
    ("a sofa under $1000", ("sofas",), 1000, None),
    ("chairs for the dining room, less than 200 each", ("chairs",), 200, None),
    ("I want to buy a table over $300", ("tables",), None, 300),
    ("sandals for summer, under 60 dollars", ("sandals",), 60, None),
    ("boots up to $150", ("boot",), 150, None),
    ("a jacket, budget 100", ("jacket",), 100, None),
    ("a warm scarf under $40", ("scarf",), 40, None),
    ("a bouquet of flowers under $50", ("bouquet",), 50, None),
    ("fresh vegetables, cheap, under $5", ("vegetables",), 5, None),
    ("a saw under $150", ("saw",), 150, None),
    ("christmas decoration under 30 dollars", ("christmas",), 30, None),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The catalogue as a shop folder, by the import that owners use."""
    folder = tmp_path_factory.mktemp("retail") / "shop"
    mapping = ["title=name,category=category>style,stock=current_stock,price=price,description=description"]
    import_feeds(Import(feeds=[DATA], into=folder, mapping=mapping, language="en", currency="USD", name="Retail Demo Store"))
    return folder


@pytest.fixture(scope="module")
def bot(shop):
    loaded = Bot.load(load_settings(shop=shop, database="sqlite://", generator="none"))
    yield loaded
    loaded.store.close()


def test_the_whole_catalogue_is_there(bot):
    assert len(bot.shop.catalogue) == 2465
    assert bot.shop.currency == "USD"


@pytest.mark.parametrize(("message", "kinds", "highest", "lowest"), NEEDS, ids=[need[0] for need in NEEDS])
def test_what_is_shown_satisfies_the_need(bot, message, kinds, highest, lowest):
    reply = bot.respond(message, language="en")
    assert reply.products, reply.text
    assert reply.grounded
    for product in reply.products:
        item = bot.shop.catalogue.by_id[product.id]
        assert set(kinds) & set(item.category), (item.title, item.category)
        assert item.in_stock
        assert highest is None or item.price <= highest
        assert lowest is None or item.price >= lowest
