"""The grammar of prices, ratings and stock: a table of what people write and the bounds it means."""

import pytest

from chatbot.understanding.prices import read_bounds

PRICES: list[tuple[str, float | None, float | None]] = [
    # Chinese: a ceiling
    ("五千以内", None, 5000), ("5000以内", None, 5000), ("5000元以内的笔记本", None, 5000), ("５０００以内", None, 5000), ("五千块以下", None, 5000),
    ("不超过3000", None, 3000), ("别超过三千", None, 3000), ("两千五以下", None, 2500), ("二百五以内", None, 250), ("一百以内", None, 100), ("2k以下", None, 2000),
    ("1.5万以内", None, 15000), ("一万二以内", None, 12000), ("1,299以内", None, 1299), ("最多两千", None, 2000), ("顶多 800 块", None, 800), ("不到一千", None, 1000),
    ("低于500元", None, 500), ("控制在3000", None, 3000), ("预算三千", None, 3000), ("预算5000元", None, 5000), ("我只有500块", None, 500), ("三百封顶", None, 300),
    ("千元以内", None, 1000), ("百元以内", None, 100), ("万元以内", None, 10000), ("4000以下的笔记本", None, 4000), ("99.9元以内", None, 99.9),
    ("16寸笔记本8000以内", None, 8000), ("2台5000以内的笔记本", None, 5000), ("5000以内16G内存", None, 5000), ("要3本，20元以内", None, 20),
    # Chinese: a floor, a range, about
    ("5000元以上", 5000, None), ("至少2000", 2000, None), ("不低于1000元", 1000, None), ("三千起", 3000, None), ("高于两千", 2000, None),
    ("三千到五千", 3000, 5000), ("3000-5000", 3000, 5000), ("3000～5000元", 3000, 5000), ("3000元到5000元之间", 3000, 5000), ("3-5千", 3000, 5000), ("3到5千", 3000, 5000),
    ("1-2万", 10000, 20000), ("一千到一千五", 1000, 1500), ("介于200和300之间", 200, 300), ("两三百", 200, 300), ("三四千的手机", 3000, 4000), ("一两千", 1000, 2000),
    ("七八十块", 70, 80),
    # Chinese: roughly
    ("一千多", 1000, 1999), ("一千多的平板推荐一下", 1000, 1999), ("1500多", 1500, 1599), ("五百多块钱", 500, 599), ("二十多块", 20, 29), ("五千出头", 5000, 5500), ("两千出头的手机", 2000, 2200),
    ("小几百", 200, 500), ("几百块的耳机", 200, 900), ("大几千", 5000, 9000), ("千把块", 800, 1200), ("百来块的", 80, 120), ("小一千", 800, 1000), ("三四百的耳机", 300, 400),
    ("五千块以内", None, 5000), ("3k左右", 2400, 3600), ("两千左右", 1600, 2400),
    ("预算3000左右", 2400, 3600), ("3000块左右", 2400, 3600), ("三千左右", 2400, 3600), ("3000上下", 2400, 3600), ("大概三千", 2400, 3600),
    # a sum alone is a ceiling
    ("500", None, 500), ("¥500", None, 500), ("300块", None, 300), ("三百块钱", None, 300), ("$300", None, 300),
    # English
    ("under $800", None, 800), ("any laptop under 5000 yuan?", None, 5000), ("below 1,299", None, 1299), ("less than 1.5k", None, 1500), ("up to 99.9", None, 99.9),
    ("no more than 50", None, 50), ("my budget is 3000", None, 3000), ("budget: 2k", None, 2000), ("1000 or less", None, 1000), ("500 max", None, 500),
    ("not over 200", None, 200), ("within 400 dollars", None, 400), ("cheaper than 300", None, 300), ("I can spend 700", None, 700), ("at most 60 bucks", None, 60),
    ("over 1000", 1000, None), ("at least 300", 300, None), ("more than 250 dollars", 250, None), ("no less than 900", 900, None), ("starting at 150", 150, None),
    ("between 300 and 500", 300, 500), ("between $300 and $500", 300, 500), ("from 200 to 400", 200, 400), ("300 to 500 yuan", 300, 500), ("2-3k", 2000, 3000),
    ("1,000 - 2,000", 1000, 2000), ("3000 to 5000 with 16GB", 3000, 5000),
    ("around 2k", 1600, 2400), ("three to four hundred", 300, 400), ("two or three thousand", 2000, 3000), ("a couple hundred", 160, 240), ("a few hundred bucks", 200, 500), ("sub 500", None, 500),
    ("under a grand", None, 1000), ("up to 2 grand", None, 2000), ("500ish", 400, 600), ("1.5k", None, 1500), ("headphones under 500 w/ noise cancelling", None, 500),
    ("around 2000", 1600, 2400), ("about 150 dollars", 120, 180), ("24 inch monitor under 1500", None, 1500), ("a kettle, 1.7 litres, under 200", None, 200),
]  # fmt: skip

NO_PRICES = [
    "", "你好", "便宜点", "太贵了", "something cheaper", "16 GB", "16gb memory", "16G内存", "512GB", "1 TB", "27寸显示器", "13.3 in laptop", "不超过15寸",
    "less than 15 inches", "2024 model", "iphone 15", "第二款", "第3个", "the 2nd one", "number 3", "top 3", "买3本笔记本", "两台笔记本", "三个杯子", "十本书", "two laptops",
    "3 people tent", "两人帐篷", "10000毫安充电宝", "20000mah", "5天能到吗", "7天无理由", "within 3 days", "at least 10 hours of battery", "续航至少10小时", "18岁", "6年级",
    "size 42 shoes", "42码", "1.7升水壶", "500 ml bottle", "350毫升", "2 kg以下", "under 2 kg", "小于1公斤", "1.1公斤", "1080p", "4k monitor", "4K显示器", "100% cotton", "打8折",
    "8核", "120hz", "1000 piece puzzle", "一百片拼图", "不少于80页", "80 pages", "三千公里", "一万步", "双十一", "百科全书", "千层蛋糕", "十分好用", "五星好评", "一本", "一台",
    "三百多页", "20多个", "一百多公里", "几十本", "200多克", "2000多毫安", "还有多少", "a few laptops",
    "20点以前", "3:30", "2.4g wireless", "order 20250101", "订单号12345678", "phone 400-000-1234", "我的电话是 13800138000", "within walking distance", "over the weekend",
]  # fmt: skip


@pytest.mark.parametrize(("text", "low", "high"), PRICES)
def test_prices(text, low, high):
    bounds = read_bounds(text)
    assert (bounds.price_min, bounds.price_max) == (low, high)


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("It can't cost more than 160 rmb", 160), ("I don't want to pay more than 1,600 bucks", 1600), ("3,500 rmb is my limit", 3500), ("170 is the most I'd pay", 170),
        ("3.5k is as far as I'd go", 3500), ("500 yuan would be ok as well", 500), ("$19 would be ok after all", 19), ("no wait, let's say $17", 17), ("sorry, changed my mind, make it 30", 30), ("最多只能花一千五块", 1500), ("加到一万块吧", 10000), ("不想花超过400元", 400),
        ("超过三千就算了", 3000), ("手头就800块，再多没有了", 800),
    ],
)  # fmt: skip
def test_a_ceiling_in_the_words_of_a_floor_is_a_ceiling(text, high):
    """As simulated shoppers said it, and were shown what was dearer."""
    bounds = read_bounds(text)
    assert (bounds.price_min, bounds.price_max) == (None, high)


@pytest.mark.parametrize("text", NO_PRICES)
def test_other_numbers_are_no_prices(text):
    bounds = read_bounds(text)
    assert (bounds.price_min, bounds.price_max) == (None, None)


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4星以上", 4), ("四星以上", 4), ("评分4.5以上", 4.5), ("四分以上", 4), ("at least 4 stars", 4), ("4.5+ stars", 4.5), ("4 stars and up", 4),
        ("rated 4.5 and above", 4.5), ("rated above 4", 4), ("a rating of at least 4.2", 4.2), ("至少4星", 4), ("好用的", None), ("5000以内", None),
    ],
)  # fmt: skip
def test_ratings_are_ratings_and_no_prices(text, rating):
    bounds = read_bounds(text)
    assert bounds.rating_min == rating
    if rating:
        assert (bounds.price_min, bounds.price_max) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"), [("有货的", True), ("要现货", True), ("only in stock", True), ("must be in-stock", True), ("laptop", None)]
)
def test_stock(text, expected):
    assert read_bounds(text).in_stock is expected


@pytest.mark.parametrize(
    "text", ["预算不限", "不限价格", "价格无所谓", "多少钱都行", "any price", "price doesn't matter", "no budget", "money is no object"]
)
def test_any_price_lifts_the_budget(text):
    bounds = read_bounds(text)
    assert bounds.any_price
    assert (bounds.price_min, bounds.price_max) == (None, None)


def test_several_bounds_in_one_message():
    bounds = read_bounds("3000到5000，4星以上，要现货")
    assert (bounds.price_min, bounds.price_max, bounds.rating_min, bounds.in_stock) == (3000, 5000, 4, True)


def test_what_was_read_is_not_left_for_others():
    assert "5000" not in read_bounds("5000以内 16 GB").rest
    assert "16 gb" in read_bounds("5000以内 16 GB").rest


def test_low_is_never_above_high():
    for text in ("5000以下3000以上", "over 3000 under 5000", "at least 100, at most 900"):
        bounds = read_bounds(text)
        assert bounds.price_min < bounds.price_max


@pytest.mark.parametrize("text", ["9" * 400, "一" * 500, "1,000," * 300, "-" * 1000, "5000以内" * 200, "between " * 200, "¥" * 500])
def test_strange_input_ends(text):
    read_bounds(text)
