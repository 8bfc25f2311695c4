"""A shopper's token: right, wrong in every way, and without a secret."""

import hashlib
import hmac

import pytest

from chatbot.errors import NotAllowed
from chatbot.tokens import shopper_of, sign_shopper

SECRET = "a secret of the shop's"


def test_what_the_shop_signs_is_believed():
    for identifier in ("anna", "4711", "anna.berg@mail.example", "安娜", "a b"):
        assert shopper_of(sign_shopper(identifier, SECRET), SECRET) == identifier


def test_the_signature_is_what_any_language_makes_of_it():
    assert sign_shopper("anna", SECRET) == "anna." + hmac.new(SECRET.encode(), b"anna", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "token",
    [
        "anna", "anna.", ".", "anna.0", "bert." + sign_shopper("anna", SECRET)[5:], sign_shopper("anna", "another secret"), sign_shopper("anna", SECRET) + "0",
        sign_shopper("", SECRET), sign_shopper(" ", SECRET), sign_shopper("x" * 129, SECRET), "\udc80.0", "安娜.签名",
    ],
)  # fmt: skip
def test_anything_else_is_refused(token):
    with pytest.raises(NotAllowed) as caught:
        shopper_of(token, SECRET)
    assert caught.value.status == 403
    assert SECRET not in str(caught.value)


def test_without_a_secret_or_a_token_nobody_is_known():
    assert shopper_of("anna.whatever", "") == ""
    assert shopper_of("", SECRET) == ""
