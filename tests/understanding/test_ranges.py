"""Decades, years and lengths as people say them."""

import pytest

from chatbot.understanding.ranges import YEAR, read_ranges

KINDS = {"year": YEAR, "length": "time"}


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("90年代的科幻片", (1990, 1999)), ("上世纪八十年代的", (1980, 1989)), ("2010年代", (2010, 2019)), ("00年代的", (2000, 2009)), ("from the 2010s", (2010, 2019)), ("90s sci-fi", (1990, 1999)),
        ("something from the eighties", (1980, 1989)), ("2015年以后的", (2015, None)), ("after 2015", (2015, None)), ("from 2015 on", (2015, None)), ("before 1970", (None, 1970)), ("1970年以前的", (None, 1970)),
        ("1994年的", (1994, 1994)), ("a film from 1994", (1994, 1994)), ("1960到1969年", (1960, 1969)), ("between 1990 and 2000", (1990, 2000)),
    ],
)  # fmt: skip
def test_years(text: str, bounds: tuple[float | None, float | None]) -> None:
    assert read_ranges(text, KINDS)[0] == {"year": bounds}


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("a comedy under two hours", (None, 120)), ("两小时以内", (None, 120)), ("两个半小时以内的", (None, 150)), ("一个半小时以内", (None, 90)), ("不超过100分钟", (None, 100)), ("90 minutes or less", (None, 90)),
        ("at least three hours", (180, None)), ("三小时以上的", (180, None)), ("about 100 minutes", (85, 115)), ("90分钟左右", (76.5, 103.5)), ("under two and a half hours", (None, 150)),
    ],
)  # fmt: skip
def test_lengths(text: str, bounds: tuple[float | None, float | None]) -> None:
    assert read_ranges(text, KINDS)[0] == {"length": bounds}


def test_what_was_read_is_gone_from_the_rest() -> None:
    ranges, rest = read_ranges("90年代的，120分钟以内", KINDS)
    assert set(ranges) == {"year", "length"}
    assert not any(char.isdigit() for char in rest)


@pytest.mark.parametrize("text", ["2046", "1917讲什么的", "两部", "under 2000", "5000以内", "a two-hour film"])
def test_what_is_no_range(text: str) -> None:
    assert read_ranges(text, KINDS) == ({}, text)


def test_nothing_is_read_where_the_shop_has_no_numbers() -> None:
    assert read_ranges("90年代的，120分钟以内", {}) == ({}, "90年代的，120分钟以内")


def test_a_unit_counts_only_where_an_attribute_has_it() -> None:
    assert read_ranges("under 2 kg", {"length": "time"})[0] == {}
    assert read_ranges("under 2 kg", {"weight": "weight"})[0] == {"weight": (None, 2000)}
