"""Office hours as shops write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chatbot.shop.hours import read_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
"""11:00 in Shanghai."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of 2 March 2026, a Monday, in Shanghai."""
    return datetime(2026, 3, 2 + day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "open_", "shut"),
    [
        ("9:00-21:00", at(2, 11), at(2, 21)), ("9：00至18：30", at(5, 18, 29), at(5, 18, 30)), ("周一至周五 9:00-18:00", at(4, 17), at(5, 17)),
        ("Mon-Fri 9am to 5pm", at(0, 16, 59), at(6, 12)), ("工作日 9:00-12:00，13:00-18:00", at(1, 13), at(1, 12, 30)), ("每天 8点到22点", at(6, 8), at(6, 7)),
        ("周六、周日 10:00-16:00", at(6, 10), at(2, 10)), ("18:00-2:00", at(2, 1), at(2, 3)), ("Monday to Saturday 9.30 - 18.00", at(5, 10), at(6, 10)),
    ],
)  # fmt: skip
def test_hours_are_read(text, open_, shut):
    hours = read_hours(text, SHANGHAI)
    assert hours
    assert hours.open_at(open_)
    assert not hours.open_at(shut)


def test_a_moment_is_read_in_the_shops_time():
    hours = read_hours("9:00-21:00", SHANGHAI)
    assert hours and hours.open_at(WEDNESDAY)
    assert not hours.open_at(WEDNESDAY.replace(hour=20))


@pytest.mark.parametrize(
    ("text", "now", "opening"),
    [
        ("9:00-21:00", at(2, 22), at(3, 9)),
        ("9:00-21:00", at(2, 6), at(2, 9)),
        ("周一至周五 9:00-18:00", at(4, 19), at(7, 9)),
        ("24小时", at(2, 22), at(3, 0)),
    ],
)
def test_the_next_opening(text, now, opening):
    hours = read_hours(text, SHANGHAI)
    assert hours and hours.opens_after(now) == opening


@pytest.mark.parametrize("text", ["", "by appointment", "99:00-21:00", "9:00-21:00, or ask Lin"])
def test_what_cannot_be_read_is_not_guessed_at(text):
    assert read_hours(text, None) is None
