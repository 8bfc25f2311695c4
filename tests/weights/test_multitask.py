"""The two tops of one encoder: the arithmetic of the tuned one, made again by hand, and what moves it."""

import math

import numpy as np
import pytest
import torch

from chatbot.weights.multitask import MultiTask, Sizes
from tests.weights.tiny import WIDTH, padded, tune

pytestmark = pytest.mark.usefixtures("one_thread")
SIZES = Sizes(intents=5, tags=7, moods=3, acts=4, cues=6)
ROWS = ((0, 9, 12, 30, 7, 2), (0, 41, 2), (0, 2))
OUTPUTS = ("intent", "mood", "strength", "tags")


@pytest.fixture
def network(tiny):
    torch.manual_seed(5)
    return MultiTask(tune(tiny.source, "lora"), SIZES).eval()


@pytest.fixture
def beside(tiny):
    torch.manual_seed(5)
    return MultiTask(tune(tiny.source, "frozen"), SIZES, ladder=True).eval()


@pytest.fixture(params=["network", "beside"])
def either(request):
    """With tuned upper layers, and with a ladder."""
    return request.getfixturevalue(request.param)


def context(count, seed=11):
    """(vector, said, did, cues) drawn at random."""
    random = torch.Generator().manual_seed(seed)
    said, vector = torch.randn((2, count, WIDTH), generator=random)
    did, cues = torch.randint(SIZES.acts, (count,), generator=random), torch.randint(2, (count, SIZES.cues), generator=random).float()
    return vector / vector.norm(dim=1, keepdim=True), said / said.norm(dim=1, keepdim=True), did, cues


def nothing(count):
    return torch.zeros(count, WIDTH), torch.zeros(count, WIDTH), torch.zeros(count, dtype=torch.long), torch.zeros(count, SIZES.cues)


def top(network, rows, turn):
    ids, mask = padded(rows)
    with torch.inference_mode():
        return network.top(network.enter(ids, mask), mask, *turn)


def test_shapes_and_range(either):
    found = top(either, ROWS, context(3))
    assert {name: tuple(value.shape) for name, value in found.items()} == {"intent": (3, 5), "mood": (3, 3), "strength": (3,), "tags": (3, 6, 7)}
    with torch.no_grad():
        either.strength.weight.mul_(1000)
    assert (top(either, ROWS, context(3))["strength"].abs() <= 1).all()


def test_it_is_what_the_formula_says(network):
    """A context token before the message; heads over the mean of its tokens, what became of the context, and the untouched vector; tags see their neighbours."""
    ids, mask = padded(ROWS[:1])
    vector, said, did, cues = context(1)
    with torch.inference_mode():
        before = said * 10 @ network.said.weight.T + network.said.bias + network.did.weight[did] + cues @ network.cues.weight.T
        centred = before - before.mean()
        norm = centred / (centred.square().mean() + network.norm.eps).sqrt() * network.norm.weight + network.norm.bias
        entered = network.enter(ids, mask)
        hidden = network.encoder.tuned(torch.cat([norm[:, None], entered], 1), torch.ones(1, 7, dtype=torch.long))[0].numpy()
    whole = np.concatenate([hidden[1:].mean(0), hidden[0], 10 * vector[0].numpy()])
    found = top(network, ROWS[:1], (vector, said, did, cues))
    weights = {name: (getattr(network, name).weight.detach().numpy(), getattr(network, name).bias.detach().numpy()) for name in (*OUTPUTS, "near")}
    for name in ("intent", "mood"):
        assert np.allclose(found[name][0], weights[name][0] @ whole + weights[name][1], atol=1e-5)
    assert float(found["strength"][0]) == pytest.approx(float(np.tanh(weights["strength"][0] @ whole + weights["strength"][1])[0]), abs=1e-5)
    both = np.pad(np.concatenate([entered[0].numpy(), hidden[1:]], 1), ((1, 1), (0, 0)))  # each token beside its two neighbours
    kernel, bias = weights["near"]
    near = np.stack([sum(kernel[:, :, place] @ both[row + place] for place in range(3)) + bias for row in range(6)])
    smooth = near * 0.5 * (1 + np.vectorize(math.erf)(near / 2**0.5))
    assert np.allclose(found["tags"][0], smooth @ weights["tags"][0].T + weights["tags"][1], atol=1e-5)


def test_a_text_does_not_depend_on_what_it_is_batched_with(either):
    turn = context(3)
    together = top(either, ROWS, turn)
    for row, ids in enumerate(ROWS):
        alone = top(either, [ids], tuple(part[row : row + 1] for part in turn))
        for name in ("intent", "mood", "strength"):
            assert torch.allclose(together[name][row], alone[name][0], atol=1e-5)
        assert torch.allclose(together["tags"][row, : len(ids)], alone["tags"][0], atol=1e-5)


def test_what_stands_in_the_padding_counts_for_nothing(either):
    _, mask = padded(ROWS)
    other = torch.where(mask == 1, padded(ROWS)[0], 50)
    with torch.inference_mode():
        found = either.top(either.enter(other, mask), mask, *context(3))
    assert torch.allclose(found["intent"], top(either, ROWS, context(3))["intent"], atol=1e-5)


def test_the_vector_changes_what_is_said_of_the_whole_and_no_tag(either):
    plain = top(either, ROWS[:1], nothing(1))
    changed = top(either, ROWS[:1], (torch.ones(1, WIDTH) / WIDTH**0.5, *nothing(1)[1:]))
    assert torch.equal(plain["tags"], changed["tags"])
    for name in ("intent", "mood", "strength"):
        assert (changed[name] - plain[name]).abs().max() > 1e-3, name


@pytest.mark.parametrize("part", [1, 2, 3])
def test_each_part_of_the_context_changes_every_output(either, part):
    plain = top(either, ROWS[:1], nothing(1))
    other = list(nothing(1))
    other[part] = (torch.ones(1, WIDTH) / WIDTH**0.5, torch.tensor([2]), torch.eye(SIZES.cues)[:1])[part - 1]
    changed = top(either, ROWS[:1], other)
    for name in OUTPUTS:
        assert (changed[name] - plain[name]).abs().max() > 1e-3, name


def test_zeros_and_no_act_are_the_start(network):
    """Nothing said, nothing done, nothing found: only what the network learned of a start is left."""
    ids, mask = padded(ROWS[:1])
    with torch.inference_mode():
        start = network.norm(network.said.bias + network.did.weight[0])[None, None]
        hidden = network.encoder.tuned(torch.cat([start, network.enter(ids, mask)], 1), torch.ones(1, 7, dtype=torch.long))
        intent = network.intent(torch.cat([hidden[:, 1:].mean(1), hidden[:, 0], torch.zeros(1, WIDTH)], -1))
    assert torch.allclose(top(network, ROWS[:1], nothing(1))["intent"], intent, atol=1e-5)


def test_every_head_and_the_adapter_learn_and_nothing_below(network):
    network.train()
    ids, mask = padded(ROWS)
    vector, said, _, cues = context(3)
    found = network.top(network.enter(ids, mask), mask, vector, said, torch.tensor([1, 2, 3]), cues)
    sum(found[name].square().sum() for name in OUTPUTS).backward()
    without = {name for name, parameter in network.named_parameters() if parameter.grad is None}
    assert without == {name for name, _ in network.named_parameters() if name.startswith("encoder.") and "lora_" not in name}
    assert network.did.weight.grad[0].abs().sum() == 0  # no turn of the three was a start
    assert network.did.weight.grad[1:].abs().sum(1).min() > 0


def test_dropout_in_training_alone(either):
    either.train()
    assert not torch.equal(top(either, ROWS, nothing(3))["intent"], top(either, ROWS, nothing(3))["intent"])
    either.eval()
    assert torch.equal(top(either, ROWS, nothing(3))["intent"], top(either, ROWS, nothing(3))["intent"])


# ── with a ladder ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_a_ladder_all_but_the_encoder_learns(beside):
    beside.train()
    ids, mask = padded(ROWS)
    vector, said, _, cues = context(3)
    found = beside.top(beside.enter(ids, mask), mask, vector, said, torch.tensor([1, 2, 3]), cues)
    sum(found[name].square().sum() for name in OUTPUTS).backward()
    without = {name for name, parameter in beside.named_parameters() if parameter.grad is None}
    assert without == {name for name, _ in beside.named_parameters() if name.startswith("encoder.")}


def test_the_last_tap_is_what_the_vector_is_made_of(beside):
    """One pass serves both: the mean of the last states is that of the encoder itself."""
    ids, mask = padded(ROWS)
    with torch.inference_mode():
        assert torch.allclose(beside.enter(ids, mask)[:, :, -1], beside.encoder(ids, mask), atol=1e-6)  # mean 0, scale 1
