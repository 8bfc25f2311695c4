"""The films are facts, row by row: both titles, a director in both scripts, a year, a length, a rating of the shop's own."""

import re
from collections import Counter

import pytest

from chatbot.shop.reading import Shop
from chatbot.values import Item

HAN = re.compile(r"[\u3400-\u9fff]")
NUMBERS = {"2046", "RRR", "1917"}
"""Titles that are the same in both languages."""


def faults(item: Item) -> list[str]:
    english, chinese = item.texts["en"], item.texts["zh"]
    year, length = int(item.attributes["year"][0]), int(item.attributes["length"][0].removesuffix(" min"))
    found = {
        "title": bool(english.title and not HAN.search(english.title) and (HAN.search(chinese.title) or chinese.title in NUMBERS)),
        "director": len(chinese.attributes["导演"]) == len(item.attributes["director"]) > 0
        and all(HAN.search(one) for one in chinese.attributes["导演"]),
        "year": 1925 <= year <= 2024 and item.id.endswith(f"-{year}") and chinese.attributes["年份"] == (str(year),),
        "length": 60 <= length <= 250 and chinese.attributes["片长"] == (f"{length} 分钟",),
        "genre": len(item.attributes["genre"]) == len(chinese.attributes["类型"]) > 0 and item.leaf == item.attributes["genre"][0],
        "rating": item.rating is not None and 6 <= item.rating <= 10,
        "blurb": english.description.endswith(".")
        and chinese.description.endswith("。")
        and len(chinese.description) <= 60
        and not HAN.search(english.description),
        "country": len(item.attributes["country"]) == 1 and bool(HAN.search(chinese.attributes["地区"][0])),
    }
    return [name for name, holds in found.items() if not holds]


def test_every_film_is_whole(films: Shop) -> None:
    assert not {item.id: found for item in films.catalogue.items if (found := faults(item))}


def test_a_broken_film_is_found(films: Shop) -> None:
    from dataclasses import replace

    item = films.catalogue.items[0]
    assert faults(replace(item, rating=None)) == ["rating"]
    assert "year" in faults(replace(item, id="x-1800"))


def test_no_film_stands_twice_and_no_name_is_written_in_two_ways(films: Shop) -> None:
    for language in ("en", "zh"):
        titles = Counter((item.texts[language].title, item.attributes["year"]) for item in films.catalogue.items)
        assert titles.most_common(1)[0][1] == 1
    scripts: dict[str, set[str]] = {}
    for item in films.catalogue.items:
        for english, chinese in zip(item.attributes["director"], item.texts["zh"].attributes["导演"], strict=True):
            scripts.setdefault(english, set()).add(chinese)
    assert not {name: found for name, found in scripts.items() if len(found) > 1}


@pytest.mark.parametrize(
    ("countries", "fewest"),
    [(("Mainland China", "Hong Kong", "Taiwan"), 60), (("Japan",), 30), (("South Korea",), 20), (("India",), 10), (("France",), 20), (("Iran",), 5)],
)
def test_the_films_come_from_many_places(films: Shop, countries: tuple[str, ...], fewest: int) -> None:
    assert sum(item.attributes["country"][0] in countries for item in films.catalogue.items) >= fewest


def test_there_are_enough(films: Shop) -> None:
    assert len(films.catalogue) >= 400
    assert {entry.id for entry in films.entries if entry.language == "zh"} == {entry.id for entry in films.entries if entry.language == "en"}
    assert {"shipping", "returns", "refunds", "warranty", "payment", "invoice", "price_match", "order_change", "store_hours", "privacy"} <= {
        entry.id for entry in films.entries
    }
    known = {entry.id for entry in films.entries}
    assert {answer.source for answer in films.answers} <= known


def test_what_shop_toml_names_is_there(films: Shop) -> None:
    """A word for a value or an attribute that no film has would do nothing."""
    for name, words in films.trade.attributes.items():
        values = {value for item in films.catalogue.items for value in item.attributes[name]}
        assert set(words.values) <= values, name
    assert films.trade.kind in films.trade.attributes and films.trade.newest in films.trade.attributes
