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
    signature = hmac.new(secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()
    return f"{identifier}.{signature}"


def shopper_of(token: str, secret: str) -> str:
    """The id in a token, "" where there is no token or the server has no secret to check one by. Raises NotAllowed."""
    if not token or not secret:
        return ""
    identifier, _, _ = token.rpartition(".")
    readable = token.isprintable() and identifier.strip() and len(identifier) <= LONGEST_ID
    if not readable or not hmac.compare_digest(sign_shopper(identifier, secret).encode(), token.encode()):
        raise NotAllowed("the shopper's token is not signed with this server's secret", fix="sign the id with XIAOER_SHOPPER_SECRET")
    return identifier
