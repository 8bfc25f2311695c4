"""One tree of errors, each one line."""

import pytest

from chatbot import errors
from chatbot.errors import XiaoerError, brief

ALL = [getattr(errors, name) for name in errors.__all__ if name != "brief"]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_is_one_line_of_the_tree(kind):
    error = kind("the file\nis broken", fix="mend\r\n it")
    assert isinstance(error, XiaoerError)
    assert str(error) == "the file is broken; mend it"


@pytest.mark.parametrize("kind", ALL)
def test_every_error_is_named_in_the_modules_docstring(kind):
    assert kind.__name__ in errors.__doc__


def test_the_fix_may_be_missing():
    assert str(XiaoerError("it broke")) == "it broke"


@pytest.mark.parametrize(
    ("kind", "status"), [(errors.MessageError, 422), (errors.SessionUnknown, 404), (errors.WeightsError, 503), (errors.GenerationError, 503), (errors.StoreError, 503), (errors.DeskError, 503), (errors.ShopError, 500)]
)  # fmt: skip
def test_status_for_http(kind, status):
    assert kind.status == status


def test_brief_keeps_short_values_and_shortens_long_ones_in_the_middle():
    assert brief("x") == "'x'"
    long = brief("begin" + "x" * 500 + "end")
    assert len(long) <= 80
    assert long.startswith("'begin")
    assert long.endswith("end'")
    assert "\n" not in brief("a\nb")
