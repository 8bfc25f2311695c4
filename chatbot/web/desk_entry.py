"""Who may use the desk: one password, a name of one's own, a signed cookie that ends by itself, few tries.

Knows no ticket. The signature's key is made of the password and of random bytes kept in the database, so a restart signs
nobody out and another password everybody.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from chatbot.errors import NotSignedIn

__all__ = ["COOKIE", "LASTS", "Entry", "TooManyTriesError"]

COOKIE = "xiaoer_desk"
LASTS = 12 * 3600
"""Seconds of a sign-in: a long working day."""
TRIES, ALL_TRIES = "5/5 minutes", "50/hour"
"""Wrong passwords of one address, and of all: behind a proxy all addresses are one."""


class TooManyTriesError(NotSignedIn):
    """Too many wrong passwords."""

    status = 429


class Entry:
    """now: seconds since the epoch, which a test may set."""

    def __init__(self, password: str, key: bytes, now: Callable[[], float] = time.time) -> None:
        self._password, self._now = password.encode(), now
        self._key = hmac.new(key, self._password, hashlib.sha256).digest()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._tries, self._all_tries = parse(TRIES), parse(ALL_TRIES)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The cookie's value. Raises NotSignedIn for a wrong password and TooManyTriesError, even for the right one."""
        if not (self._limiter.test(self._tries, address) and self._limiter.test(self._all_tries, "all")):
            raise TooManyTriesError("too many tries", fix="wait a few minutes")
        if not hmac.compare_digest(password.encode(), self._password):
            self._limiter.hit(self._tries, address)
            self._limiter.hit(self._all_tries, "all")
            raise NotSignedIn("the password is not right")
        return self._signed(f"{int(self._now()) + LASTS}:{name}")

    def name_of(self, cookie: str) -> str:
        """Whose cookie it is. Raises NotSignedIn where it is not ours or has ended."""
        encoded = cookie.partition(".")[0]
        try:
            said = base64.urlsafe_b64decode(encoded.encode()).decode()
        except (binascii.Error, ValueError):
            said = ""
        ends, _, name = said.partition(":")
        if not said or not hmac.compare_digest(cookie.encode(), self._signed(said).encode()) or int(ends) < self._now():
            raise NotSignedIn("you are not signed in, or no longer")
        return name

    def _signed(self, said: str) -> str:
        encoded = base64.urlsafe_b64encode(said.encode()).decode()
        return f"{encoded}.{hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()}"
