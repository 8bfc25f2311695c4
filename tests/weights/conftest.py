"""The tiny encoder and what is served of it, made once per run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.weights.encoder import OnnxEncoder
from chatbot.weights.serving import Precision


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    from tests.weights.tiny import write_tiny

    return write_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def served(tiny, tmp_path_factory) -> Callable[[Precision, bool], Path]:
    """(precision, pruned) → the folder that is run."""
    from tests.weights.tiny import serve

    place = tmp_path_factory.mktemp("served")
    return lambda precision, pruned: serve(tiny, place / f"{precision}-{'pruned' if pruned else 'whole'}", precision=precision, pruned=pruned)


@pytest.fixture(scope="session")
def tiny_beside(tmp_path_factory):
    """The same with a ladder beside the encoder, which is what is trained."""
    from tests.weights.tiny import write_tiny

    return write_tiny(tmp_path_factory.mktemp("beside"), "ladder")


@pytest.fixture(scope="session")
def beside_reader(tiny_beside, tmp_path_factory):
    from tests.weights.tiny import serve

    return OnnxEncoder(serve(tiny_beside, tmp_path_factory.mktemp("beside-served") / "fp32"), threads=1)


@pytest.fixture(scope="session")
def whole_reader(served):
    """Full precision, the whole vocabulary."""
    return OnnxEncoder(served("fp32", False), threads=1)


@pytest.fixture(scope="session")
def pruned_reader(served):
    return OnnxEncoder(served("fp32", True), threads=1)


@pytest.fixture(scope="session")
def small_reader(served):
    """As the shop runs it: 8-bit weights, a pruned vocabulary."""
    return OnnxEncoder(served("int8", True), threads=1)


@pytest.fixture
def reader(served):
    """One whose parts a test may replace."""
    return OnnxEncoder(served("fp32", True), threads=1)
