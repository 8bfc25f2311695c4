"""A price is read as it is meant, whatever its notation, and text that is no price is never one."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.shop.feeds.prices import CODES, COMMA_CURRENCIES, currencies_of, decimal_mark, read_price


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.299,00 €", 1299, "EUR"), ("¥1,299", 1299, "CNY"), ("USD 12.50", 12.5, "USD"), ("12.50 USD", 12.5, "USD"), ("1299元", 1299, "CNY"), ("1,299.00", 1299, None),
        ("1 299,00 kr", 1299, "SEK"), ("CHF 1'299.-", 1299, "CHF"), ("Rs. 1,29,999.00", 129999, "INR"), ("12,-", 12, None), ("€ 12,–", 12, "EUR"), ("R$ 1.299,90", 1299.9, "BRL"),
        ("￥１，２９９．５０", 1299.5, "CNY"), ("人民币 88", 88, "CNY"), ("RMB 88.8", 88.8, "CNY"), ("1.2万元", 12000, "CNY"), ("三百元", 300, "CNY"), ("两千五", 2500, None), ("150.000 ₫", 150000, "VND"),
        ("$12.50 USD", 12.5, "USD"), ("HK$99", 99, "HKD"), ("免费", 0, None), ("Free", 0, None), ("0", 0, None), ("99元/件", 99, "CNY"), ("12.50", 12.5, None), ("12,5", 12.5, None), ("1299", 1299, None),
        ("1.299 EUR", 1299, "EUR"), ("1,299", 1299, None), ("0,299 €", 0.299, "EUR"), ("£1,234,567.89", 1234567.89, "GBP"), ("1\u202f299,00\u00a0€", 1299, "EUR"), ("us$5", 5, "USD"), (1299.0, 1299, None), (5, 5, None),
    ],
)  # fmt: skip
def test_notations(text, amount, currency):
    price = read_price(text)
    assert price is not None
    assert price.amount == pytest.approx(amount)
    assert (price.currencies[0] if price.currencies else None) == currency


@pytest.mark.parametrize("text", ["", "N/A", "call us", "面议", "-5", "-5.00 USD", "12 apples", "1,2,3", "1.2.3,4", "12.50 USD EUR", "NaN", "inf", "1e400", "99999999999999999", "12 per month plan", None, True, math.nan, math.inf, -1])  # fmt: skip
def test_what_is_no_price_is_none(text):
    assert read_price(text) is None


@pytest.mark.parametrize(
    ("text", "amount"), [("12.00 - 15.00 USD", 12), ("$5–$9", 5), ("from $12", 12), ("99元起", 99), ("10 to 20 EUR", 10), ("50-80元", 50)]
)
def test_of_a_range_the_lowest_counts_and_is_told(text, amount):
    price = read_price(text)
    assert price is not None
    assert (price.amount, price.lowest) == (amount, True)


def test_a_dot_before_three_digits_is_read_as_its_file_writes_numbers():
    assert read_price("1.299", ",").amount == 1299
    assert read_price("1.299", ".").amount == 1.299
    assert read_price("1.299").guessed
    assert not read_price("1.299", ",").guessed
    assert [decimal_mark(text) for text in ("12,50", "1.299,00", "12.50", "1,299.00", "1.299", "1,299", "12", "1.299.000", 12.5)] == [
        ",",
        ",",
        ".",
        ".",
        None,
        None,
        None,
        ",",
        None,
    ]


def test_signs_may_mean_several_currencies():
    assert "JPY" in read_price("¥500").currencies
    assert "CAD" in read_price("$5").currencies
    assert currencies_of("eur") == ("EUR",)
    assert currencies_of("nonsense") == ()


@st.composite
def written_prices(draw):
    """(text, amount, currency): an amount in one of the notations of its currency."""
    cents = draw(st.integers(0, 10**10))
    currency = draw(st.sampled_from(sorted(CODES)))
    group, mark = draw(st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]))
    whole = f"{cents // 100:,}".replace(",", group)
    figure = f"{whole}{mark}{cents % 100:02}"
    text = draw(st.sampled_from([f"{currency} {figure}", f"{figure} {currency}", f"{figure}{currency}", f" {currency}{figure} "]))
    return text, cents / 100, currency


@given(written_prices())
@settings(max_examples=300, deadline=None)
def test_every_notation_with_cents_is_read_back(written):
    text, amount, currency = written
    price = read_price(text)
    assert price is not None, text
    assert price.amount == pytest.approx(amount)
    assert price.currencies == (currency,)


@given(st.integers(0, 999_999_999), st.sampled_from([",", ".", " "]))
@settings(max_examples=200, deadline=None)
def test_whole_amounts_in_groups_are_read_back(amount, group):
    text = f"{amount:,}".replace(",", group)
    currency = "EUR" if group == "." else "USD"
    assert read_price(f"{text} {currency}").amount == amount
    assert currency in COMMA_CURRENCIES or group != "."


@given(
    st.one_of(
        st.text(max_size=60), st.text(alphabet="0123456789.,'-– $€¥元万USDEUR+/起", max_size=30), st.integers(), st.floats(), st.none(), st.booleans()
    )
)
@settings(max_examples=500, deadline=None)
def test_nothing_breaks_the_reader(value):
    price = read_price(value)
    assert price is None or (math.isfinite(price.amount) and 0 <= price.amount <= 1e12)
    assert decimal_mark(value) in (None, ",", ".")
