"""One turn at a time in a session; other sessions do not wait. Knows no session but by its name."""

import threading
from weakref import WeakValueDictionary

__all__ = ["Lock", "SessionLocks"]


class Lock:
    """A lock that a weak dictionary can hold."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class SessionLocks:
    """A lock a session, kept for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()
        self._guard = threading.Lock()

    def of(self, session: str) -> Lock:
        """The session's lock, the same for all who ask while it is in use."""
        with self._guard:
            lock = self._locks.get(session)
            if lock is None:
                lock = self._locks[session] = Lock()
            return lock
