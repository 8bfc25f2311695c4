"""The ladder beside an encoder: its taps, its units, and the arithmetic of a rung."""

import pytest
import torch

from chatbot.weights.fused import LadderBlock
from chatbot.weights.ladder import HEADS, WIDTH, Ladder, Rung, taps_of

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    ("layers", "taps"), [(12, (4, 6, 8, 10, 12)), (24, (8, 12, 16, 20, 24)), (6, (2, 3, 4, 5, 6)), (4, (1, 2, 3, 4)), (2, (1, 2)), (1, (1,))]
)
def test_taps(layers, taps):
    assert taps_of(layers) == taps


@pytest.fixture
def ladder():
    torch.manual_seed(4)
    return Ladder(20, 12).eval()


def states(texts=2, tokens=5, seed=3):
    return torch.randn((texts, tokens, 5, 20), generator=torch.Generator().manual_seed(seed))


def test_standardised_channels_have_no_mean_and_unit_deviation(ladder):
    loud = states(texts=200, tokens=1)[:, 0] * torch.logspace(-1, 2, 20) + torch.arange(20)
    ladder.standardise(loud)
    even = ladder.even(loud[:, None])[:, 0]
    assert torch.allclose(even.mean(0), torch.zeros(5, 20), atol=1e-4)
    assert torch.allclose(even.std(0), torch.ones(5, 20), atol=0.02)


def test_a_channel_is_hidden_for_a_whole_text_and_in_training_alone(ladder):
    given = torch.ones(3, 6, 5, 20)
    assert torch.equal(ladder.hide(given), given)
    hidden = ladder.train().hide(given) == 0
    assert hidden.any()
    assert not hidden.all()
    assert torch.equal(hidden, hidden[:, :1].expand_as(hidden))


def test_every_tap_and_the_context_reach_the_end(ladder):
    mask = torch.ones(2, 6, dtype=torch.long)
    context = torch.zeros(2, WIDTH)
    with torch.inference_mode():
        plain = ladder(context, states(), mask)
        assert plain.shape == (2, 6, WIDTH)
        for tap in range(5):
            other = states()
            other[:, :, tap] += 1
            assert not torch.allclose(ladder(context, other, mask), plain, atol=1e-3), tap
        assert not torch.allclose(ladder(context + torch.randn(WIDTH), states(), mask)[:, 1:], plain[:, 1:], atol=1e-3)


def test_padding_counts_for_nothing(ladder):
    mask = torch.tensor([[1, 1, 1, 1, 0, 0]])
    context, given = torch.zeros(1, WIDTH), states(texts=1)
    with torch.inference_mode():
        alone = ladder(context, given[:, :3], mask[:, :4])
        assert torch.allclose(ladder(context, given, mask)[:, :4], alone, atol=1e-5)


def test_the_exported_rung_computes_the_same():
    torch.manual_seed(4)
    rung = Rung().eval()
    hidden, mask = torch.randn(2, 7, WIDTH), torch.tensor([[1] * 7, [1] * 4 + [0] * 3])
    with torch.inference_mode():
        ours, theirs = rung(hidden, mask), LadderBlock(rung)(hidden, mask)
    assert WIDTH % HEADS == 0
    for text, length in enumerate((7, 4)):
        assert torch.allclose(ours[text, :length], theirs[text, :length], atol=1e-5)
