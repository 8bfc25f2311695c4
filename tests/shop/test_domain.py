"""What shop.toml says of a domain: read whole, and refused with table, value and fix where it is wrong."""

from pathlib import Path

import pytest

from chatbot.errors import ShopError
from chatbot.shop.domain import trade_of
from chatbot.shop.reading import read_items
from chatbot.trade import Trade


def test_a_shop_that_says_nothing_sells_goods() -> None:
    assert trade_of({}, "shop.toml") == Trade()
    assert (Trade().measure, Trade().rating_of) == ("款", 5.0)


def test_everything_is_read() -> None:
    trade = trade_of(
        {
            "domain": {
                "noun": {"zh": "课程"},
                "measure": "门",
                "title": {"zh": "《{title}》"},
                "titles": "whole",
                "kind": "subject",
                "aspects": ["teacher", "rating"],
            },
            "rating": {"out_of": 100, "by": "shop"},
            "attributes": {"teacher": {"people": True, "borrowed": True, "names": ["tutor"]}, "weeks": {"number": "quantity", "more": ["longer"]}},
            "cautions": {"exams": {"words": ["Exam"], "text": {"en": "No promise that you pass."}}},
        },
        "shop.toml",
    )
    assert (trade.measure, trade.kind, trade.rating_of, trade.rated_by_shop, trade.whole_titles) == ("门", "subject", 100.0, True, True)
    assert trade.attribute("teacher").people and trade.attribute("weeks").more == ("longer",) and not trade.attribute("price").people
    assert trade.cautions[0].words == ("exam",)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"domain": {"mesure": "部"}}, "domain.mesure is not known"),
        ({"domain": {"measure": 3}}, "domain.measure is 3"),
        ({"domain": {"noun": "film"}}, "domain.noun is 'film'"),
        ({"domain": {"title": {"zh": "《》"}}}, "domain.title.zh is '《》'"),
        ({"domain": {"price": {"zh": "{amount} {x}"}}}, "domain.price.zh"),
        ({"domain": {"titles": "half"}}, "domain.titles is 'half'"),
        ({"rating": {"out_of": 0}}, "rating.out_of is 0"),
        ({"rating": {"by": "me"}}, "rating.by is 'me'"),
        ({"attributes": {"year": {"number": "date"}}}, "attributes.year.number is 'date'"),
        ({"attributes": {"year": {"together": "yes"}}}, "attributes.year.together is 'yes'"),
        ({"attributes": {"year": {"values": {"x": "y"}}}}, "attributes.year.values.x is 'y'"),
        ({"attributes": ["year"]}, "attributes is"),
    ],
)
def test_what_is_wrong_is_named(settings: dict, fault: str) -> None:
    with pytest.raises(ShopError, match=r"shop\.toml: ") as refused:
        trade_of(settings, "shop.toml")
    assert fault in str(refused.value)


def test_ratings_go_up_to_the_shops_best(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text('{"id": "a", "title": "A", "category": ["X"], "price": 1, "rating": 8.5}\n', "utf-8")
    assert read_items(path, best=10.0)[0].rating == 8.5
    with pytest.raises(ShopError, match="at most 5"):
        read_items(path)
