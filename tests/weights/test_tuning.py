"""The encoder that is tuned in part: what moves, what stays, and that what was saved is what comes back."""

import json
import re
import socket

import numpy as np
import pytest
import torch
from transformers import BertModel, DistilBertConfig, DistilBertModel, GPT2Config, GPT2Model

from chatbot.errors import WeightsError
from chatbot.weights.tuning import LAYERS_FILE, METHODS, TunedEncoder, load_tuned, read_bert
from tests.weights.tiny import FIRST, LAYERS, WIDTH, padded, tune, write_source

pytestmark = pytest.mark.usefixtures("one_thread")
ROWS = ((0, 9, 12, 30, 7, 2), (0, 2), (0, 41, 2))
ADAPTED = 6
"""Linear layers of a BERT block: query, key, value, the attention's output, and the two of the inner net."""
TUNING = [method for method in METHODS if method != "frozen"]


def named_trainable(module):
    return [(name, parameter) for name, parameter in module.named_parameters() if parameter.requires_grad]


@pytest.fixture(scope="module")
def source(tiny):
    return tiny.source


@pytest.fixture(scope="module")
def plain(source):
    """The encoder as transformers runs it."""
    return BertModel.from_pretrained(source, add_pooling_layer=False).eval()


def outputs(encoder, rows=ROWS):
    with torch.inference_mode():
        return encoder(*padded(rows))


def real_tokens(hidden, rows=ROWS):
    """Those that are no padding, one after another."""
    return torch.cat([hidden[row, : len(ids)] for row, ids in enumerate(rows)])


def layer_of(name):
    return int(re.search(r"layer\.(\d+)\.", name)[1])


# ── what it says ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", [0, FIRST])
@pytest.mark.parametrize("method", METHODS)
def test_before_training_it_is_the_encoder_as_it_came(source, plain, method, first):
    ids, mask = padded(ROWS)
    with torch.inference_mode():
        wanted = plain(input_ids=ids, attention_mask=mask).last_hidden_state
    found = outputs(TunedEncoder(source, method=method, rank=2, first=first).eval())
    assert torch.allclose(real_tokens(found), real_tokens(wanted), atol=1e-5)


@pytest.mark.parametrize("method", TUNING)
def test_after_training_it_is_another(source, plain, method):
    ids, mask = padded(ROWS)
    with torch.inference_mode():
        before = plain(input_ids=ids, attention_mask=mask).last_hidden_state
    assert (real_tokens(outputs(tune(source, method))) - real_tokens(before)).abs().max() > 0.01


def test_padding_changes_nothing(source):
    encoder = tune(source, "lora")
    together = outputs(encoder)
    for row, ids in enumerate(ROWS):
        assert torch.allclose(together[row, : len(ids)], outputs(encoder, [ids])[0], atol=1e-5)


def test_what_enters_is_what_the_lower_layers_give(source, plain):
    ids, mask = padded([ROWS[0]])
    with torch.inference_mode():
        wanted = plain(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
    for first in range(LAYERS):
        entered = TunedEncoder(source, method="full", first=first).eval().enter(ids, mask)
        assert torch.allclose(entered, wanted[first], atol=1e-5)
        assert entered.shape == (1, len(ROWS[0]), WIDTH)


# ── what is trained ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", [0, LAYERS - 1])
@pytest.mark.parametrize(("method", "tensors"), [("lora", 2), ("adalora", 3)])
def test_only_the_adapter_is_trainable_and_every_linear_layer_above_has_one(source, method, tensors, first):
    names = [name for name, _ in named_trainable(TunedEncoder(source, method=method, rank=2, first=first))]
    assert all("lora_" in name for name in names)
    assert len(names) == tensors * ADAPTED * (LAYERS - first)
    assert {layer_of(name) for name in names} == set(range(first, LAYERS))


def test_in_full_the_layers_above_are_trainable_and_nothing_else(source):
    encoder = TunedEncoder(source, method="full", first=FIRST)
    names = {name for name, _ in named_trainable(encoder)}
    assert names == {name for name, _ in encoder.named_parameters() if "layer." in name and layer_of(name) >= FIRST}
    assert names


def test_frozen_nothing_is_trainable(source):
    assert not list(named_trainable(TunedEncoder(source, method="frozen")))


@pytest.mark.parametrize("method", TUNING)
def test_a_step_moves_what_is_tuned_and_nothing_else(source, method):
    encoder = tune(source, method).train()
    before = {name: parameter.clone() for name, parameter in encoder.named_parameters()}
    trainable = dict(named_trainable(encoder))
    optimiser = torch.optim.SGD(trainable.values(), lr=0.1)
    entered = encoder.enter(*padded(ROWS))
    assert not entered.requires_grad
    encoder.tuned(entered, padded(ROWS)[1]).square().sum().backward()
    assert all(parameter.grad is None for name, parameter in encoder.named_parameters() if name not in trainable)
    optimiser.step()
    moved = {name for name, parameter in encoder.named_parameters() if not torch.equal(parameter, before[name])}
    # the bias of a key adds the same to every score, so the softmax leaves it without a gradient
    assert {name for name in trainable if "key.bias" not in name} <= moved <= set(trainable)


@pytest.mark.parametrize("method", TUNING)
def test_dropout_falls_on_what_is_tuned_and_not_below(source, method):
    encoder = TunedEncoder(source, method=method, rank=2, first=FIRST).train()
    ids, mask = padded(ROWS)
    entered = encoder.enter(ids, mask)
    assert torch.equal(entered, encoder.enter(ids, mask))
    assert not torch.equal(encoder.tuned(entered, mask), encoder.tuned(entered, mask))
    encoder.eval()
    assert torch.equal(encoder.tuned(entered, mask), encoder.tuned(entered, mask))


@pytest.mark.parametrize("first", [0, FIRST])
def test_frozen_there_is_no_dropout(source, first):
    encoder = TunedEncoder(source, method="frozen", first=first).train()
    assert torch.equal(encoder(*padded(ROWS)), encoder(*padded(ROWS)))


@pytest.mark.parametrize("first", [-1, LAYERS, 99])
def test_a_layer_that_is_not_there_is_refused(source, first):
    with pytest.raises(WeightsError, match=rf"no layer {first} .*0 to {LAYERS - 1}"):
        TunedEncoder(source, method="lora", first=first)


# ── AdaLoRA ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["lora", "full", "frozen"])
def test_only_adalora_has_a_penalty(source, method):
    assert TunedEncoder(source, method=method, first=FIRST).penalty() == 0


def test_the_penalty_is_the_mean_distance_from_orthonormal(source):
    encoder = tune(source, "adalora")
    distances = []
    for name, parameter in named_trainable(encoder):
        matrix = parameter.detach().numpy()
        if "lora_A" in name:
            distances.append(np.linalg.norm(matrix @ matrix.T - np.eye(matrix.shape[0])))
        elif "lora_B" in name:
            distances.append(np.linalg.norm(matrix.T @ matrix - np.eye(matrix.shape[1])))
    assert len(distances) == 2 * ADAPTED * (LAYERS - FIRST)
    assert float(encoder.penalty().detach()) == pytest.approx(0.5 * np.mean(distances), rel=1e-4)


def test_orthonormal_directions_cost_nothing(source):
    encoder = TunedEncoder(source, method="adalora", rank=2, first=FIRST)
    with torch.no_grad():
        for name, parameter in named_trainable(encoder):
            if "lora_A" in name or "lora_B" in name:
                torch.nn.init.orthogonal_(parameter)
    assert float(encoder.penalty().detach()) == pytest.approx(0.0, abs=1e-4)


def test_adalora_ends_with_the_rank_that_was_asked_for(source):
    steps, rank = 20, 2
    encoder = TunedEncoder(source, method="adalora", rank=rank, first=FIRST, steps=steps).train()
    values = [parameter for name, parameter in named_trainable(encoder) if "lora_E" in name]
    torch.manual_seed(1)
    optimiser = torch.optim.Adam([parameter for _, parameter in named_trainable(encoder)], lr=0.01)
    for step in range(steps):
        optimiser.zero_grad()
        (encoder(*padded(ROWS)).square().mean() + encoder.penalty()).backward()
        optimiser.step()
        encoder.after_step(step)
    assert len(values) == ADAPTED * (LAYERS - FIRST)
    assert all(len(value) == rank + rank // 2 for value in values)
    assert sum(int((value != 0).sum()) for value in values) <= rank * len(values)


@pytest.mark.parametrize("method", ["lora", "full", "frozen"])
def test_the_other_methods_have_nothing_to_do_after_a_step(source, method):
    encoder = TunedEncoder(source, method=method, first=FIRST)
    before = {name: parameter.clone() for name, parameter in encoder.named_parameters()}
    encoder.after_step(1)
    assert all(torch.equal(parameter, before[name]) for name, parameter in encoder.named_parameters())


# ── saving and loading ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", [0, FIRST])
@pytest.mark.parametrize("method", METHODS)
def test_what_was_saved_comes_back_merged(source, tmp_path, method, first):
    encoder = tune(source, method, first=first)
    encoder.save(tmp_path)
    again = load_tuned(source, tmp_path, method=method, first=first)
    assert not again.training
    assert not any("lora" in name for name, _ in again.named_parameters())
    assert torch.allclose(outputs(again), outputs(encoder), atol=1e-4)
    assert torch.equal(again.enter(*padded(ROWS)), encoder.enter(*padded(ROWS)))


@pytest.mark.parametrize(
    ("method", "files"),
    [
        ("lora", {"adapter_config.json", "adapter_model.safetensors"}),
        ("adalora", {"adapter_config.json", "adapter_model.safetensors"}),
        ("full", {LAYERS_FILE}),
        ("frozen", set()),
    ],
)
def test_only_what_was_tuned_is_written(source, tmp_path, method, files):
    tune(source, method).save(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == files


def test_the_adapter_names_the_model_and_no_folder_of_this_machine(source, tmp_path):
    tune(source, "lora").save(tmp_path)
    text = (tmp_path / "adapter_config.json").read_text("utf-8")
    assert json.loads(text)["base_model_name_or_path"] == "multilingual-e5-small"
    assert str(source) not in text


def test_saving_and_loading_ask_no_other_machine(source, tmp_path, monkeypatch):
    asked = []

    def look_up(host, *_, **__):
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no network in a test")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    tune(source, "lora").save(tmp_path)
    load_tuned(source, tmp_path, method="lora", first=FIRST)
    assert asked == []


def _nothing(folder, source):
    pass


def _no_config(folder, source):
    tune(source, "lora").save(folder)
    (folder / "adapter_config.json").unlink()


def _no_weights(folder, source):
    tune(source, "lora").save(folder)
    (folder / "adapter_model.safetensors").unlink()


def _torn_config(folder, source):
    tune(source, "lora").save(folder)
    (folder / "adapter_config.json").write_text('{"peft_type": "LO', "utf-8")


def _torn_adapter(folder, source):
    tune(source, "lora").save(folder)
    whole = (folder / "adapter_model.safetensors").read_bytes()
    (folder / "adapter_model.safetensors").write_bytes(whole[: len(whole) // 2])


def _other_width(folder, source):
    tune(write_source(folder / "wider", width=2 * WIDTH), "lora").save(folder)


@pytest.mark.parametrize("damage", [_nothing, _no_config, _no_weights, _torn_config, _torn_adapter, _other_width])
def test_a_folder_without_a_whole_adapter_gives_one_line(source, tmp_path, damage):
    damage(tmp_path, source)
    with pytest.raises(WeightsError, match="train the model again") as caught:
        load_tuned(source, tmp_path, method="lora", first=FIRST)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["missing", "torn", "an adapter", "other layers"])
def test_a_folder_without_whole_layers_gives_one_line(source, tmp_path, damage):
    if damage == "an adapter":
        tune(source, "lora").save(tmp_path)
    elif damage == "other layers":
        tune(source, "full", first=LAYERS - 1).save(tmp_path)
    elif damage == "torn":
        (tmp_path / LAYERS_FILE).write_bytes(b"torn")
    with pytest.raises(WeightsError, match="train the model again") as caught:
        load_tuned(source, tmp_path, method="full", first=FIRST)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


# ── the encoder's own folder ──────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_read_without_its_pooler(source):
    bert = read_bert(source)
    assert bert.pooler is None
    assert len(bert.encoder.layer) == LAYERS


@pytest.mark.parametrize("damage", ["missing", "empty", "no such model", "torn config", "torn weights"])
def test_a_folder_that_is_no_encoder_gives_one_line(tmp_path, damage):
    folder = tmp_path / "encoder"
    if damage != "missing":
        write_source(folder) if damage.startswith("torn") else folder.mkdir()
    if damage == "no such model":
        (folder / "config.json").write_text('{"model_type": "nothing_known"}', "utf-8")
    elif damage == "torn config":
        (folder / "config.json").write_text('{"model_type"', "utf-8")
    elif damage == "torn weights":
        (folder / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(WeightsError, match="XIAOER_ENCODER") as caught:
        TunedEncoder(folder, method="lora")
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["GPT2Model", "DistilBertModel"])
def test_a_model_of_another_build_is_refused(tmp_path, kind):
    if kind == "GPT2Model":
        GPT2Model(GPT2Config(vocab_size=20, n_positions=8, n_embd=8, n_layer=1, n_head=2)).save_pretrained(tmp_path)
    else:
        DistilBertModel(DistilBertConfig(vocab_size=20, max_position_embeddings=8, dim=8, hidden_dim=8, n_layers=1, n_heads=2)).save_pretrained(
            tmp_path
        )
    with pytest.raises(WeightsError) as caught:
        read_bert(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
