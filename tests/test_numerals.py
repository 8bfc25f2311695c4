"""Numbers in digits, in Chinese and in mixtures of both."""

import pytest

from chatbot.numerals import CHINESE_NUMERALS, chinese_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("7", 7), ("1299", 1299), ("1,299", 1299), ("12,345,678", 12345678), ("19.9", 19.9), (" 300 ", 300), ("1.5k", 1500), ("2K", 2000),
        ("3千", 3000), ("3千5", 3500), ("1万2", 12000), ("1.2万", 12000), ("2w", 20000), ("5百", 500), ("零", 0), ("五", 5), ("十", 10), ("十五", 15), ("二十", 20),
        ("二十五", 25), ("一百", 100), ("一百零五", 105), ("一百五", 150), ("两百五", 250), ("一百五十", 150), ("三百二十一", 321), ("千", 1000), ("一千", 1000),
        ("三千五", 3500), ("三千零五", 3005), ("三千零五十", 3050), ("两千三百", 2300), ("一万", 10000), ("一万二", 12000), ("一万零二百", 10200),
        ("十二万", 120000), ("三万五千", 35000), ("万", 10000),
    ],
)  # fmt: skip
def test_numbers_have_their_value(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "三千元", "16gb", "1.2.3", "k", "五k", "-5", "3千55", "一 二", "１２３４x", "½"])
def test_what_is_no_number_has_none(text):
    assert chinese_number(text) is None


@pytest.mark.parametrize("text", list(CHINESE_NUMERALS))
def test_every_numeral_alone_is_a_number(text):
    assert chinese_number(text) is not None


def test_what_people_write_out_comes_back():
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]

    def written(number: int) -> str:
        text = ""
        for place, digit in enumerate(reversed(str(number))):
            text = (digits[int(digit)] + units[place] if digit != "0" else "零") + text
        while "零零" in text:
            text = text.replace("零零", "零")
        return text.rstrip("零")

    wrong = {number: chinese_number(written(number)) for number in range(1, 10_000) if chinese_number(written(number)) != number}
    assert not wrong
