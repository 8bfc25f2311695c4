"""A shop folder that changes while it is served: the changed shop takes the old one's place between two turns.

The new index is built beside the one that serves; a folder that cannot be read leaves the shop as it was and is logged.
Knows files and their times, not what stands in them.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from chatbot.errors import XiaoerError

__all__ = ["Watch", "signature"]

log = structlog.get_logger("xiaoer")

Signature = tuple[tuple[str, int, int], ...]
"""(name, size in bytes, time of change in nanoseconds) of every file."""


def signature(folder: Path) -> Signature:
    """What tells one state of a shop folder from another; a file that goes while it is looked at is not in it."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            told = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            found.append((path.relative_to(folder).as_posix(), told.st_size, told.st_mtime_ns))
    return tuple(found)


class Watch:
    """Looks at the folder every `seconds`; calls `renew` when it has changed and then stayed the same for one look."""

    def __init__(self, folder: Path, renew: Callable[[], None], seconds: float) -> None:
        self._folder, self._renew, self._seconds = folder, renew, seconds
        self._served = self._before = signature(folder)
        self._stopped = threading.Event()

    def start(self) -> None:
        """Look from now on, in a thread that ends with the process or with `stop`."""
        threading.Thread(target=self._run, name="watching", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def look(self) -> bool:
        """One look; whether the shop was renewed. A state that could not be read is not tried again until it changes."""
        now = signature(self._folder)
        settled, self._before = now == self._before, now
        if now == self._served or not settled:
            return False
        self._served = now
        try:
            self._renew()
        except XiaoerError as error:
            log.error("the changed shop cannot be served, the one before goes on", error=str(error))
            return False
        return True

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self.look()
