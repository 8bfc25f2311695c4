"""The folder of the phrasing: the adapter as llama.cpp reads it, the card and the notice, and a training from rows to folder on a tiny model."""

import json
from collections import Counter

import numpy as np
import pytest
import torch

from chatbot.errors import TrainingError, WeightsError
from chatbot.training import loop, phrasing_folder
from chatbot.training.loop import CHECKPOINT, Schedule
from chatbot.training.phrasing import TARGETS, PhrasingTask, Tuned
from chatbot.training.phrasing_folder import Recipe, train_phrasing, unpacked, write_adapter
from chatbot.weights.generator import ADAPTER
from tests.training.tiny_phrasing import LAYERS, a_model, some_rows, write_model

RANK = 4
ROWS = some_rows(34)
COUNTS = Counter(row["language"] for row in ROWS)
RECIPE = Recipe(schedule=Schedule(epochs=2, batch=8, rate=2e-2, head_rate=2e-2, smoothing=0.0, patience=2, seed=3), rank=RANK)
COMMAND = "python -m chatbot train phrasing --rank 4"


class Killed(BaseException):
    """A kill: nothing may catch it."""


def read(path):
    """(fields, tensors in torch's order of dimensions) of a GGUF file."""
    from gguf import GGUFReader

    reader = GGUFReader(path)
    tensors = {one.name: np.array(one.data) for one in reader.tensors}
    assert {one.name: tuple(reversed(one.shape.tolist())) for one in reader.tensors} == {name: one.shape for name, one in tensors.items()}
    return {name: field.contents() for name, field in reader.fields.items()}, tensors


# ── the adapter ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(4)
    tuned = Tuned(a_model(), RANK, range(10))
    with torch.no_grad():
        for parameter in tuned.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn_like(parameter))
    return tuned


def test_the_adapter_is_what_llama_cpp_reads(tmp_path, network):
    """The names are checked by gguf's own table for this architecture; alpha is twice the rank, as in the training."""
    from gguf import MODEL_ARCH, get_tensor_name_map

    (tmp_path / ADAPTER).write_bytes(b"an older one")
    write_adapter(network.adapted.state_dict(), RANK, tmp_path / ADAPTER)
    assert [file.name for file in tmp_path.iterdir()] == [ADAPTER]
    fields, tensors = read(tmp_path / ADAPTER)
    expected = {"general.architecture": "gemma3", "general.type": "adapter", "adapter.type": "lora", "adapter.lora.alpha": 2.0 * RANK}
    assert {name: fields[name] for name in expected} == expected
    names, parts = get_tensor_name_map(MODEL_ARCH.GEMMA3, LAYERS), dict(network.adapted.get_base_model().named_modules())
    linear = [name for name in parts if name.endswith(TARGETS)]
    assert len(linear) == LAYERS * len(TARGETS)
    assert len(tensors) == 2 * len(linear)
    for name in linear:
        part, matrices = parts[name], []
        for half, own in (("a", part.lora_A), ("b", part.lora_B)):
            matrices.append(tensors[f"{names.get_name(name)}.weight.lora_{half}"])
            assert matrices[-1].dtype == np.float16
            assert np.array_equal(matrices[-1], own["default"].weight.detach().half().numpy())
        assert matrices[0].shape == (RANK, part.in_features) and matrices[1].shape == (part.out_features, RANK)
        assert part.scaling["default"] == fields["adapter.lora.alpha"] / RANK


def test_a_disk_that_fills_leaves_the_older_adapter(tmp_path, monkeypatch, network):
    from gguf import GGUFWriter

    def full(_):
        raise OSError(28, "No space left on device")

    (tmp_path / ADAPTER).write_bytes(b"an older one")
    monkeypatch.setattr(GGUFWriter, "write_tensors_to_file", full)
    with pytest.raises(OSError, match="No space"):
        write_adapter(network.adapted.state_dict(), RANK, tmp_path / ADAPTER)
    assert (tmp_path / ADAPTER).read_bytes() == b"an older one"


# ── the training ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("model"), ROWS)


@pytest.fixture(scope="module")
def trained(model, tmp_path_factory):
    """(folder, the figures of each epoch, what was said); there was an older folder."""
    folder, said = tmp_path_factory.mktemp("trained") / "phrasing", []
    folder.mkdir()
    (folder / "older").write_text("gone")
    return folder, train_phrasing(ROWS, RECIPE, model, folder, COMMAND, said.append), said


def test_the_folder_is_whole_and_nothing_is_left_in_it_or_beside_it(trained):
    folder, history, said = trained
    assert {file.name for file in folder.iterdir()} == {ADAPTER, "figures.json", "CARD.md", "NOTICE"}
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]
    assert json.loads((folder / "figures.json").read_text("utf-8")) == {"epochs": history}
    assert [figures["epoch"] for figures in history] == [1, 2]
    assert said[0].startswith("32 plans to learn from, 2 held out")


def test_the_adapter_in_it_has_learnt(trained):
    """The second matrix of an adapter is zero until it learns."""
    _, tensors = read(trained[0] / ADAPTER)
    assert len(tensors) == LAYERS * len(TARGETS) * 2
    assert all(tensor.any() for tensor in tensors.values())


@pytest.mark.parametrize(
    "part",
    [
        f"rank {RANK}", f"`{COMMAND}`", "seed 3, 2 epochs, batch 8, rate 0.02", f"{len(ROWS)} plans", f"{COUNTS['zh']} Chinese, {COUNTS['en']} English", "32 to learn from", "Gemma 3 270M",
        "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms", "see NOTICE",
    ],
)  # fmt: skip
def test_the_card_tells_how_it_was_made(trained, part):
    assert part in (trained[0] / "CARD.md").read_text("utf-8")


def test_the_card_has_the_figures_of_every_epoch(trained):
    folder, history, _ = trained
    card = (folder / "CARD.md").read_text("utf-8")
    assert all(f"| {one['epoch']} | {one['loss']:.3f} | {one['held_loss']:.3f} |" in card for one in history)


@pytest.mark.parametrize("part", ["ai.google.dev/gemma/terms", "ai.google.dev/gemma/prohibited_use_policy", "Model Derivative", ADAPTER])
def test_gemmas_notice_goes_with_the_adapter(trained, part):
    """Its terms ask of everybody who hands a derivative on that the notice and the use restrictions come with it."""
    assert part in (trained[0] / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize(("method", "calls"), [("load", 3), ("load", 6), ("evaluate", 0), ("evaluate", 1)])
def test_a_training_killed_ends_with_the_same_adapter(tmp_path, monkeypatch, model, trained, method, calls):
    """And until it ends, the older folder is the one in use."""
    folder, left, real = tmp_path / "phrasing", iter(range(calls)), getattr(PhrasingTask, method)
    folder.mkdir()
    (folder / ADAPTER).write_bytes(b"older")

    def dying(*arguments):
        if next(left, None) is None:
            raise Killed
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "SAVE_SECONDS", -1.0)
        patch.setattr(PhrasingTask, method, dying)
        with pytest.raises(Killed):
            train_phrasing(ROWS, RECIPE, model, folder, COMMAND, [].append)
    assert (folder / ADAPTER).read_bytes() == b"older"
    said = []
    history = train_phrasing(ROWS, RECIPE, model, folder, COMMAND, said.append)
    assert any("going on from step" in line for line in said)
    assert [one["held_loss"] for one in history] == pytest.approx([one["held_loss"] for one in trained[1]])
    (_, expected), (_, found) = read(trained[0] / ADAPTER), read(folder / ADAPTER)
    assert expected.keys() == found.keys()
    assert all(np.allclose(tensor, found[name], atol=1e-3) for name, tensor in expected.items())


def test_a_full_disk_is_one_line_and_loses_neither_the_older_folder_nor_the_training(tmp_path, monkeypatch, model):
    def full(*_):
        raise OSError(28, "No space left on device")

    folder = tmp_path / "phrasing"
    folder.mkdir()
    (folder / ADAPTER).write_bytes(b"older")
    monkeypatch.setattr(phrasing_folder, "write_atomically", full)
    with pytest.raises(TrainingError, match="No space left") as caught:
        train_phrasing(ROWS, RECIPE, model, folder, COMMAND, [].append)
    assert "\n" not in str(caught.value)
    assert (folder / ADAPTER).read_bytes() == b"older"
    assert (tmp_path / "phrasing.partial" / CHECKPOINT).exists()


def test_a_single_row_is_one_line(tmp_path, model):
    with pytest.raises(TrainingError):
        train_phrasing(ROWS[:1], RECIPE, model, tmp_path / "phrasing", COMMAND, [].append)


@pytest.mark.parametrize(
    "content",
    [b"", b"torn", b"GGUF torn"],
)
def test_a_file_that_is_no_model_is_one_line_and_leaves_no_folder(tmp_path, content):
    path = tmp_path / "torn.gguf"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"torn\.gguf") as caught:
        unpacked(path, tmp_path / "cache")
    assert "\n" not in str(caught.value)
    assert not [one for one in (tmp_path / "cache" / "weights").iterdir() if one.is_dir()]
