"""Restaurants and hotels as `import --map` brings them in, served in Chinese with the words of a shop.toml written by hand."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.bot import Bot
from chatbot.values import Reply
from tests.domains.conftest import Serve

PROJECT = Path(__file__).resolve().parent.parent.parent
DATA = PROJECT.parent / "shared" / "data" / "crosswoz"
ROWS = 400
"""Places of each kind: enough for every wish below to have an answer."""
RESTAURANTS = "title=名称,category=领域,price=人均消费,rating=评分"
HOTELS = "title=名称,category=领域>酒店类型,price=价格,rating=评分,attributes.设施=酒店设施,attributes.类型=酒店类型"
SICHUAN = {"水煮鱼", "毛血旺", "夫妻肺片", "麻婆豆腐", "口水鸡", "辣子鸡"}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the CrossWOZ databases are not beside the project")


def imported(folder: Path, name: str, mapping: str) -> Path:
    shop = folder / "shop"
    shop.mkdir()
    shutil.copy(Path(__file__).with_name(f"{name}s.toml"), shop / "shop.toml")
    with (DATA / f"{name}_db.jsonl").open(encoding="utf-8") as whole, (folder / "part.jsonl").open("w", encoding="utf-8") as part:
        part.writelines(itertools.islice(whole, ROWS))
    command = [sys.executable, "-m", "chatbot", "import", str(folder / "part.jsonl"), "--into", str(shop), "--map", mapping]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr
    return shop


@pytest.fixture(scope="module")
def restaurants(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Bot:
    return serve(imported(tmp_path_factory.mktemp("restaurants"), "restaurant", RESTAURANTS))


@pytest.fixture(scope="module")
def hotels(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Bot:
    return serve(imported(tmp_path_factory.mktemp("hotels"), "hotel", HOTELS))


def items_of(reply: Reply, served: Bot) -> list:
    assert reply.products, reply.text
    assert reply.grounded, reply.trace
    assert "款" not in reply.text and "牌子" not in reply.text and "商品" not in reply.text
    return [served.shop.catalogue.by_id[product.id] for product in reply.products]


def test_a_sichuan_restaurant_for_a_hundred_a_head(restaurants: Bot) -> None:
    reply = restaurants.respond("找个人均100以内的川菜馆")
    found = items_of(reply, restaurants)
    assert all(item.price <= 100 and SICHUAN & set(item.attributes["推荐菜"]) for item in found)
    assert "人均" in reply.text and "川菜" in reply.text
    cheaper = restaurants.respond("便宜一点的", reply.session)
    assert all(item.price < min(one.price for one in found) for item in items_of(cheaper, restaurants))


def test_a_restaurant_near_a_place_with_a_rating(restaurants: Bot) -> None:
    found = items_of(restaurants.respond("故宫附近评分4.5以上的餐馆"), restaurants)
    assert all(item.rating >= 4.5 and "故宫" in item.attributes["周边景点"] for item in found)


def test_a_dish_and_then_the_opening_hours_of_the_second(restaurants: Bot) -> None:
    reply = restaurants.respond("想吃烤鸭")
    found = items_of(reply, restaurants)
    assert all("烤鸭" in item.attributes["推荐菜"] for item in found)
    answer = restaurants.respond("第二家几点关门", reply.session)
    assert [product.id for product in answer.products] == [found[1].id]
    assert found[1].attributes["营业时间"][0] in answer.text


def test_a_hotel_with_a_car_park_and_a_rating(hotels: Bot) -> None:
    reply = hotels.respond("评分4.5以上的酒店，带停车场")
    found = items_of(reply, hotels)
    assert all(item.rating >= 4.5 and "收费停车位" in item.attributes["设施"] for item in found)
    assert "每晚" in reply.text


def test_a_hotel_of_a_kind_with_a_pool_under_a_price(hotels: Bot) -> None:
    reply = hotels.respond("有游泳池的豪华酒店，每晚1000以内")
    found = items_of(reply, hotels)
    assert all(item.price <= 1000 and "室内游泳池" in item.attributes["设施"] and item.attributes["类型"] == ("豪华型",) for item in found)


def test_both_of_two_wishes_come_first_and_a_question_about_one_gets_a_plain_answer(hotels: Bot) -> None:
    reply = hotels.respond("有早餐和健身房的高档酒店")
    first = items_of(reply, hotels)[0]
    assert {"早餐服务", "健身房"} <= set(first.attributes["设施"])
    assert "有健身房" in hotels.respond("第一家有健身房吗", reply.session).text


def test_what_is_chosen_goes_into_no_basket(restaurants: Bot) -> None:
    reply = restaurants.respond("推荐几家餐馆")
    chosen = restaurants.respond("就要第一家", reply.session)
    assert chosen.action and chosen.action["name"] == "add_to_cart"
    assert "记下" in chosen.text and "购物车" not in chosen.text
    assert "能退货吗" not in chosen.options  # this shop has no such entry


def test_the_chips_are_counted_in_houses(restaurants: Bot) -> None:
    options = restaurants.respond("推荐几家餐馆").options
    assert any("家" in option for option in options)
    assert not any("款" in option for option in options)
