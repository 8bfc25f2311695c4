"""Quantities as catalogues write them, and which can be compared."""

import pytest

from chatbot.quantities import Quantity, measured, quantity


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("1.1 kg", "weight", 1100), ("980 g", "weight", 980), ("1.1 公斤", "weight", 1100), ("14 h", "time", 840), ("14 小时", "time", 840), ("35 min", "time", 35),
        ("13.3 in", "length", 33.782), ("7500 mAh", "charge", 7500), ("10,000 mAh", "charge", 10000), ("1 TB", "storage", 1024), ("512 MB", "storage", 0.5), ("-18 °C", "temperature", -18),
        ("62 dB", "noise", 62), ("192", "", 192), ("12-core", "core", 12), ("8 GB dedicated", "gb dedicated", 8), ("２ kg", "weight", 2000),
    ],
)  # fmt: skip
def test_a_quantity_has_a_kind_and_a_size(text, kind, amount):
    assert quantity(text) == Quantity(kind, pytest.approx(amount))


def test_sides_make_a_volume_that_is_compared_with_volumes_alone():
    small, large = quantity("38 × 27 × 9 cm"), quantity("40 x 30 x 12 cm")
    assert small and large and small.kind == large.kind != "length"
    assert small.amount < large.amount


@pytest.mark.parametrize("text", ["", "none", "Bluetooth", "44-52 cm", "3-6 years", "0.6 kg empty, 10 kg filled", "1 USB-C, 1 USB-A", "3000-6500 K"])
def test_words_ranges_and_two_figures_are_none(text):
    assert quantity(text) is None


def test_the_first_value_that_is_a_quantity_counts():
    assert measured(("red", "1.2 kg", "2 kg")) == ("1.2 kg", Quantity("weight", 1200))
    assert measured(("red",)) is None
