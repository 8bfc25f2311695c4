"""Who a shopper is, as the shop's own server has signed it: `id.signature`, HMAC-SHA256 of the id in hexadecimal.

The shop's server makes the token for a shopper who is logged in, in three lines of any language; `sign_shopper` is these
lines in Python. Knows no shopper and keeps nothing.
"""

import hashlib
import hmac

from chatbot.errors import NotAllowed

__all__ = ["LONGEST_TOKEN", "shopper_of", "sign_shopper"]

LONGEST_ID = 128
LONGEST_TOKEN = LONGEST_ID + 65


def sign_shopper(identifier: str, secret: str) -> str:
    """The token of the shopper with this id in the shop's own system."""
    return f"{identifier}.{hmac.new(secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()}"


def shopper_of(token: str, secret: str) -> str:
    """The id in a token, "" where there is no token or the server has no secret to check one by. Raises NotAllowed."""
    if not token or not secret:
        return ""
    identifier, _, _ = token.rpartition(".")
    expected = sign_shopper(identifier, secret)
    if not identifier.strip() or len(identifier) > LONGEST_ID or not hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace")):
        raise NotAllowed("the shopper's token is not signed with this server's secret", fix="sign the id with XIAOER_SHOPPER_SECRET")
    return identifier
