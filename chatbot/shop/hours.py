"""Office hours as a shop writes them ("9:00-21:00", 周一至周五 9:00-18:00) → whether people are there, and when they will be next.

What cannot be read is told to shoppers as it stands, and nothing is worked out from it.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

__all__ = ["OfficeHours", "read_hours"]

_TIME = r"(\d{1,2})(?:\s*[:：.点时]\s*(\d{2})?)?\s*([ap]\.?m\.?)?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|~|～|至|到|\bto\b|\bthrough\b)\s*{_TIME}分?", re.IGNORECASE)
_PART = re.compile(r"[,，;；、/\n]+|\band\b", re.IGNORECASE)
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = rf"(?:(?:周|星期|礼拜)([一二三四五六日天])|\b({'|'.join(_DAY_NAMES)})[a-z]*\b\.?)"
_DAYS = re.compile(rf"{_DAY}(?:\s*(?:-|–|—|~|～|至|到|\bto\b|\bthrough\b)\s*{_DAY})?", re.IGNORECASE)
_NAMED_DAYS = (
    (re.compile(r"工作日|\bweekdays?\b", re.IGNORECASE), frozenset(range(5))), (re.compile(r"周末|\bweekends?\b", re.IGNORECASE), frozenset((5, 6))),
    (re.compile(r"每天|每日|全年|全周|\b(?:daily|every day|all week)\b", re.IGNORECASE), frozenset(range(7))),
)  # fmt: skip
_DAY_AND_NIGHT = re.compile(r"24\s*(?:小时|/\s*7|hours?)|全天|\baround the clock\b", re.IGNORECASE)
_ALL_DAYS = frozenset(range(7))
MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """spans: (weekdays, 0 is Monday, first minute of the day, minute after the last), in the shop's time `zone`, None for the machine's."""

    spans: tuple[tuple[frozenset[int], int, int], ...]
    zone: tzinfo | None

    def open_at(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        yesterday = (local.weekday() - 1) % 7
        return any(
            (local.weekday() in days and first <= minute < end) or (yesterday in days and minute < end - MINUTES) for days, first, end in self.spans
        )

    def opens_after(self, moment: datetime) -> datetime | None:
        """The next opening, in the shop's time; None where there is none."""
        local = moment.astimezone(self.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        openings = [
            midnight + timedelta(days=ahead, minutes=first)
            for ahead in range(8)
            for days, first, _ in self.spans
            if (local.weekday() + ahead) % 7 in days
        ]
        return min((opening for opening in openings if opening > local), default=None)


def read_hours(text: str, zone: tzinfo | None) -> OfficeHours | None:
    """The hours that `text` says, None where any part of it cannot be read."""
    if _DAY_AND_NIGHT.search(text):
        return OfficeHours(((_ALL_DAYS, 0, MINUTES),), zone)
    spans: list[tuple[frozenset[int], int, int]] = []
    days = _ALL_DAYS
    for part in _PART.split(text):
        if not part.strip():
            continue
        times = _SPAN.search(part)
        if named := _days(_SPAN.sub(" ", part)):
            days = named
        if not times:
            if not named:
                return None
            continue  # 周一、周三 9:00-18:00 is not worth guessing at: the days of the last part count
        first, end = _minute(*times.group(1, 2, 3), other=times[6]), _minute(*times.group(4, 5, 6))
        if first is None or end is None:
            return None
        spans.append((days, first, end if end > first else end + MINUTES))
    return OfficeHours(tuple(spans), zone) if spans else None


def _days(text: str) -> frozenset[int]:
    for pattern, days in _NAMED_DAYS:
        if pattern.search(text):
            return days
    found = _DAYS.search(text)
    if not found:
        return frozenset()
    first = _day(found[1], found[2])
    last = _day(found[3], found[4]) if found[3] or found[4] else first
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _day(chinese: str | None, english: str | None) -> int:
    return min("一二三四五六日天".index(chinese), 6) if chinese else _DAY_NAMES.index((english or "mon").lower()[:3])


def _minute(hour: str, minute: str | None, half: str | None, *, other: str | None = None) -> int | None:
    """Minutes since midnight. other: am or pm of the time behind it, which "9 to 5 pm" leaves open for the first."""
    value, past = int(hour), int(minute or 0)
    if value > 24 or past > 59:
        return None
    if half and value <= 12:
        value = value % 12 + (12 if half.lower().startswith("p") else 0)
    elif other and not half and value > 12:
        return None
    return value * 60 + past
