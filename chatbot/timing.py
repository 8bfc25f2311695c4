"""Milliseconds of a turn's parts. Knows only names and a clock."""

import time

__all__ = ["Clock"]

_BY_THEMSELVES = ("understand", "retrieve", "rank")


class Clock:
    """Milliseconds: `understand`, `retrieve` and `rank` by themselves, the others since the message came."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._last = time.perf_counter()
        self.times: dict[str, float] = {}

    def mark_at(self, name: str, moment: float) -> None:
        """Note a moment that `time.perf_counter` gave, since the message came."""
        self.times[name] = round((moment - self._started) * 1000, 1)

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        since = self._last if name in _BY_THEMSELVES else self._started
        self.times[name] = round((now - since) * 1000, 1)
        self._last = now
