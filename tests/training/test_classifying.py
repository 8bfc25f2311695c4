"""A classifier from rows to predictions: trained, saved, loaded and used, gone on with after a kill, refused for bad data."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from chatbot.__main__ import main
from chatbot.errors import TrainingError, XiaoerError
from chatbot.settings import PROJECT
from chatbot.training.classifier import Classifier, ClassifierTask, figures, numbered, run
from chatbot.training.classifying import Recipe, train_classifier
from chatbot.training.loop import Schedule, fit
from chatbot.training.rows import Rows
from chatbot.training.text_model import Prediction, TextModel
from chatbot.training.texts import Tokens
from chatbot.weights.tuning import METHODS, TunedEncoder, load_tokens, load_tuned

TEXTS = ["when parcel courier", "退货 换货", "开票", "cheap dollar", "", "poem moon guitar", "😀", "x" * 3000, "PARCEL　退款"]
PLAN = Schedule(epochs=5, batch=4, rate=1e-2, head_rate=3e-2, patience=9)
KEPT = {"model.json", "head.safetensors", "figures.json", "confusion.png", "CARD.md", "runs"}
WEIGHTS = {
    "lora": {"adapter_config.json", "adapter_model.safetensors"}, "adalora": {"adapter_config.json", "adapter_model.safetensors"},
    "full": {"layers.safetensors"}, "frozen": set(),
}  # fmt: skip


class Killed(BaseException):
    """A kill: nothing may catch it."""


def recipe(*, epochs=5, method="lora", **parts):
    return Recipe(**{"schedule": replace(PLAN, epochs=epochs), "method": method, "rank": 8} | parts)


def told(said):
    """A callback that keeps what it is told, and may be killed by a line."""

    def tell(line, kill_at=None):
        said.append(line)
        if kill_at and line.startswith(kill_at):
            raise Killed

    return tell


def train(rows, plan, encoder, folder, held=None, said=None, kill_at=None):
    tell = told([] if said is None else said)
    return train_classifier(rows, held, plan, encoder, folder, lambda line: tell(line, kill_at))


def history_of(folder):
    epochs = json.loads((folder / "figures.json").read_text("utf-8"))["epochs"]
    return [{name: value for name, value in one.items() if name != "seconds"} for one in epochs]


def close(one, other):
    """The same labels, and confidences that differ by the rounding of the saved weights."""
    assert [prediction.label for prediction in one] == [prediction.label for prediction in other]
    assert [prediction.confidence for prediction in one] == pytest.approx([prediction.confidence for prediction in other], abs=0.02)


@pytest.fixture(scope="module", params=[*METHODS, "outside"])
def trained(request, tmp_path_factory, tiny_encoder, make_rows):
    """A training of every method, and one with texts out of scope; the model as it was before it was saved."""
    parent = tmp_path_factory.mktemp("trained")
    outside = request.param == "outside"
    method = "lora" if outside else request.param
    rows, models, said = make_rows(outside=outside), [], []
    save = TextModel.save
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TextModel, "save", lambda self, folder: (models.append(self), save(self, folder))[1])
        plan = recipe(method=method, outside="oos" if outside else "", data="made-up rows", licence="CC0-1.0")
        values = train(rows, plan, tiny_encoder, parent / "model", held=make_rows(8, outside=outside, seed=2) if outside else None, said=said)
    return SimpleNamespace(folder=parent / "model", rows=rows, method=method, outside=outside, model=models[0], values=values, said=said)


@pytest.fixture
def loaded(trained, tiny_encoder):
    return TextModel.load(trained.folder, tiny_encoder)


# ── every method ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_predicts_the_same_after_loading(trained, loaded):
    close(loaded.predict([*TEXTS, *trained.rows.texts]), trained.model.predict([*TEXTS, *trained.rows.texts]))


def test_it_has_learnt(trained, loaded):
    right = [one.label == label for one, label in zip(loaded.predict(trained.rows.texts), trained.rows.labels, strict=True)]
    assert sum(right) / len(right) > 0.7
    assert trained.values["accuracy"] > 0.6


def test_labels_are_those_of_the_rows(trained, loaded):
    assert loaded.about.labels == ("parcel", "price", "发票", "退货")
    assert loaded.about.outside == ("oos" if trained.outside else "")
    assert {one.label for one in loaded.predict(trained.rows.texts)} >= {"发票", "退货"}


def test_confidences_are_probabilities_of_the_best_label(loaded):
    for one in loaded.predict(TEXTS):
        assert isinstance(one, Prediction)
        assert 0 <= one.confidence <= 1


def test_predictions_keep_the_order_of_the_texts(loaded):
    together = loaded.predict(TEXTS)
    close([loaded.predict([text])[0] for text in TEXTS], together)
    close(loaded.predict(TEXTS[::-1]), together[::-1])


def test_nothing_to_label_gives_nothing(loaded):
    assert loaded.predict([]) == []


def test_the_folder_holds_what_it_should_and_nothing_else_is_left(trained):
    scope = {"scope.npz"} if trained.outside else set()
    assert {path.name for path in trained.folder.iterdir()} == KEPT | WEIGHTS[trained.method] | scope
    assert [path.name for path in trained.folder.parent.iterdir()] == ["model"]


def test_the_figures_are_written_as_they_were_given(trained):
    written = json.loads((trained.folder / "figures.json").read_text("utf-8"))
    assert written["figures"] == pytest.approx(trained.values)
    assert [one["epoch"] for one in written["epochs"]] == list(range(1, 6))
    assert max(one["score"] for one in written["epochs"]) == pytest.approx(trained.values["accuracy"])
    assert all(0 <= value <= 1 for value in trained.values.values())
    assert {"in_scope_accuracy", "out_of_scope_recall"} <= set(trained.values) or not trained.outside


def test_the_card_tells_what_was_done(trained):
    card = (trained.folder / "CARD.md").read_text("utf-8")
    assert all(words in card for words in (trained.method, "made-up rows", "CC0-1.0", f"accuracy: {trained.values['accuracy']:.4f}"))
    assert ("'oos' is out of scope" in card) is trained.outside


def test_the_progress_is_told(trained):
    assert "4 labels" in trained.said[0]
    assert sum(line.startswith("epoch ") for line in trained.said) == 5


@pytest.mark.parametrize("method", METHODS)
def test_the_best_epochs_weights_are_the_ones_that_are_saved(tmp_path, tiny_encoder, make_rows, method):
    """The first epoch is the best here: what later ones did to the adapters may not show."""
    rows = make_rows(16)
    tokens, labels = Tokens(load_tokens(tiny_encoder), rows.texts), numbered(rows.labels, sorted(set(rows.labels)))
    torch.manual_seed(1)
    plan = replace(PLAN, epochs=3)
    network = Classifier(TunedEncoder(tiny_encoder, method=method, rank=2, steps=3 * 16), 4)
    task = ClassifierTask(network, (tokens, labels), (tokens, labels), plan)
    scores, best = iter((0.9, 0.1, 0.1)), []

    def evaluate():
        best.append(run(network, tokens)[1])
        return {"score": next(scores)}

    task.evaluate = evaluate
    fit(task, plan, tmp_path, lambda _: None)
    assert run(network, tokens)[1] == pytest.approx(best[0], abs=1e-4)
    network.encoder.save(tmp_path)
    again = Classifier(load_tuned(tiny_encoder, tmp_path, method=method, first=0), 4).eval()
    assert run(again, tokens)[1] == pytest.approx(best[0], abs=5e-3)


@pytest.mark.parametrize("method", METHODS)
def test_few_rows_and_a_single_step_are_enough(tmp_path, tiny_encoder, make_rows, method):
    train(make_rows(2), recipe(method=method, schedule=replace(PLAN, epochs=1, batch=64)), tiny_encoder, tmp_path / "model")
    assert len(TextModel.load(tmp_path / "model", tiny_encoder).predict(TEXTS)) == len(TEXTS)


def test_upper_layers_alone_may_be_tuned(tmp_path, tiny_encoder, make_rows):
    for method in ("lora", "full"):
        train(make_rows(), recipe(epochs=1, method=method, first=1), tiny_encoder, tmp_path / method)
        assert TextModel.load(tmp_path / method, tiny_encoder).about.first == 1


def test_augmented_training_is_the_same_twice_and_not_the_plain_one(tmp_path, tiny_encoder, make_rows):
    for name, augment in (("one", True), ("two", True), ("plain", False)):
        train(make_rows(), recipe(epochs=2, augment=augment), tiny_encoder, tmp_path / name)
    assert history_of(tmp_path / "one") == history_of(tmp_path / "two") != history_of(tmp_path / "plain")


def test_labels_may_be_called_anything(tmp_path, tiny_encoder, make_rows):
    names = dict(zip(("parcel", "price", "退货", "发票"), ('"quoted" \\ label', "价格/费用 💰", "a | b", "x" * 150), strict=True))
    rows = make_rows()
    rows = Rows(rows.texts, tuple(names[label] for label in rows.labels))
    train(rows, recipe(epochs=1), tiny_encoder, tmp_path / "model")
    assert set(TextModel.load(tmp_path / "model", tiny_encoder).about.labels) == set(names.values())


def test_figures_by_hand():
    # logits of four texts: three guessed rightly, each guess with a share of 0.8
    sure = torch.log(torch.tensor([[0.8, 0.2], [0.8, 0.2], [0.2, 0.8], [0.2, 0.8]])).numpy()
    values = figures(sure, numbered(["a", "a", "b", "a"], ["a", "b"]))
    assert values["accuracy"] == values["score"] == 0.75
    assert values["macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert values["calibration_error"] == pytest.approx(0.05)


# ── out of scope ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_texts_out_of_scope_are_told_from_the_others(tmp_path, tiny_encoder, make_rows):
    values = train(make_rows(outside=True), recipe(outside="oos"), tiny_encoder, tmp_path / "model", held=make_rows(12, outside=True, seed=3))
    assert values["out_of_scope_recall"] >= 0.8
    assert values["in_scope_accuracy"] > 0.6
    model = TextModel.load(tmp_path / "model", tiny_encoder)
    fresh = make_rows(12, outside=True, seed=4)
    strange = [one.label == "oos" for one, label in zip(model.predict(fresh.texts), fresh.labels, strict=True) if label == "oos"]
    assert sum(strange) / len(strange) > 0.6


@pytest.mark.parametrize("kept", ["in scope", "out of scope"])
def test_a_validation_file_of_one_kind_alone_is_refused_or_gives_a_model_that_tells_both(tmp_path, tiny_encoder, make_rows, kept):
    rows, held = make_rows(outside=True), make_rows(6, outside=True, seed=3)
    held = held.pick([number for number, label in enumerate(held.labels) if (label == "oos") is (kept == "out of scope")])
    try:
        values = train(rows, recipe(epochs=3, outside="oos"), tiny_encoder, tmp_path / "model", held=held)
    except TrainingError as error:
        assert "validation" in str(error)
        return
    assert all(value == value for value in values.values())
    labels = {one.label for one in TextModel.load(tmp_path / "model", tiny_encoder).predict(rows.texts)}
    assert "oos" in labels
    assert len(labels) > 2


# ── after a kill ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [{}, {"augment": True}, {"outside": "oos", "method": "full"}], ids=str)
def test_a_killed_training_is_gone_on_with_and_ends_the_same(tmp_path, tiny_encoder, make_rows, options):
    rows, plan = make_rows(outside="outside" in options), recipe(epochs=3, **options)
    train(rows, plan, tiny_encoder, tmp_path / "whole")
    with pytest.raises(Killed):
        train(rows, plan, tiny_encoder, tmp_path / "model", kill_at="epoch 2")
    assert (tmp_path / "model.partial").is_dir()
    assert not (tmp_path / "model").exists()
    said = []
    train(rows, plan, tiny_encoder, tmp_path / "model", said=said)
    assert any(line.startswith("going on from step") for line in said)
    assert history_of(tmp_path / "model") == history_of(tmp_path / "whole")
    assert not (tmp_path / "model.partial").exists()
    models = [TextModel.load(tmp_path / name, tiny_encoder) for name in ("model", "whole")]
    assert models[0].predict(TEXTS) == models[1].predict(TEXTS)


def test_a_training_killed_while_it_learns_is_gone_on_with(tmp_path, tiny_encoder, make_rows, monkeypatch):
    load, left = ClassifierTask.load, iter(range(20))

    def dying(self, batch):
        if next(left, None) is None:
            raise Killed
        return load(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(ClassifierTask, "load", dying)
        with pytest.raises(Killed):
            train(make_rows(), recipe(epochs=2), tiny_encoder, tmp_path / "model")
    train(make_rows(), recipe(epochs=2), tiny_encoder, tmp_path / "model")
    train(make_rows(), recipe(epochs=2), tiny_encoder, tmp_path / "whole")
    assert history_of(tmp_path / "model") == history_of(tmp_path / "whole")


def test_a_training_killed_before_its_folder_has_its_name_is_gone_on_with(tmp_path, tiny_encoder, make_rows, monkeypatch):
    """Nothing that was learnt is learnt again."""
    with monkeypatch.context() as patch:
        patch.setattr(TextModel, "save", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    said = []
    train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model", said=said)
    assert any(line.startswith("going on from step") for line in said)


@pytest.mark.parametrize("changed", ["rank", "schedule", "texts", "labels", "validation texts", "validation labels"])
def test_another_plan_begins_anew(tmp_path, tiny_encoder, make_rows, changed):
    rows, held, plan = make_rows(), make_rows(4, seed=2), recipe(epochs=2)
    with pytest.raises(Killed):
        train(rows, plan, tiny_encoder, tmp_path / "model", held=held, kill_at="epoch 2")
    if changed == "rank":
        plan = recipe(epochs=2, rank=4)
    elif changed == "schedule":
        plan = recipe(schedule=replace(PLAN, epochs=2, seed=5))
    elif changed == "texts":
        rows = Rows(("another text", *rows.texts[1:]), rows.labels)
    elif changed == "labels":
        rows = Rows(rows.texts, (*rows.labels[1:], rows.labels[0]))
    elif changed == "validation texts":
        held = Rows(("another text", *held.texts[1:]), held.labels)
    else:
        held = Rows(held.texts, (*held.labels[1:], held.labels[0]))
    said = []
    train(rows, plan, tiny_encoder, tmp_path / "model", held=held, said=said)
    assert not any("going on" in line for line in said)
    assert [one["epoch"] for one in history_of(tmp_path / "model")] == [1, 2]


# ── what is refused ───────────────────────────────────────────────────────────────────────────────────────────────────


def refused(tmp_path, rows, plan, encoder, *words, held=None):
    """Refused in one line, and nothing is left where the folder would have been."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TrainingError) as caught:
        train(rows, plan, encoder, tmp_path / "model", held=held)
    line = str(caught.value)
    assert isinstance(caught.value, XiaoerError)
    assert "\n" not in line
    assert all(word in line for word in words), line
    assert sorted(tmp_path.rglob("*")) == before
    return line


def test_a_label_with_one_example_is_refused(tmp_path, tiny_encoder, make_rows):
    rows = make_rows()
    rows = Rows((*rows.texts, "only once"), (*rows.labels, "投诉"))
    refused(tmp_path, rows, recipe(), tiny_encoder, "'投诉'", "single example")
    refused(tmp_path, rows, recipe(), tiny_encoder, "'投诉'", held=make_rows(3, seed=2))


def test_one_label_only_is_refused(tmp_path, tiny_encoder):
    refused(tmp_path, Rows(("a", "b", "c"), ("退货",) * 3), recipe(), tiny_encoder, "'退货'", "two labels")


def test_one_label_beside_the_one_out_of_scope_is_refused(tmp_path, tiny_encoder):
    line = refused(tmp_path, Rows(("a", "b", "c", "d"), ("oos", "oos", "退货", "退货")), recipe(outside="oos"), tiny_encoder, "two labels")
    assert "all rows have the label 'oos'" not in line


def test_a_label_out_of_scope_that_no_row_has_is_told_with_the_labels(tmp_path, tiny_encoder, make_rows):
    refused(tmp_path, make_rows(), recipe(outside="other"), tiny_encoder, "'other'", "parcel", "退货")


def test_a_label_of_the_validation_file_alone_is_refused(tmp_path, tiny_encoder, make_rows):
    refused(tmp_path, make_rows(), recipe(), tiny_encoder, "'new'", "validation", held=Rows(("a", "b"), ("parcel", "new")))


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path, tiny_encoder, make_rows):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "thesis.txt").write_text("mine", "utf-8")
    refused(tmp_path, make_rows(), recipe(epochs=1), tiny_encoder, str(tmp_path / "model"), "--output")
    assert (tmp_path / "model" / "thesis.txt").read_text("utf-8") == "mine"


def test_a_file_in_the_folders_place_is_refused_and_left_alone(tmp_path, tiny_encoder, make_rows):
    (tmp_path / "model").write_text("mine", "utf-8")
    refused(tmp_path, make_rows(), recipe(epochs=1), tiny_encoder, "--output")
    assert (tmp_path / "model").read_text("utf-8") == "mine"


def test_a_folder_that_is_not_ours_is_never_deleted(tmp_path, tiny_encoder, make_rows):
    (tmp_path / "model.partial").mkdir()
    (tmp_path / "model.partial" / "thesis.txt").write_text("mine", "utf-8")
    try:
        train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    except TrainingError as error:
        assert "model.partial" in str(error)
    assert (tmp_path / "model.partial" / "thesis.txt").read_text("utf-8") == "mine"


def test_an_empty_folder_is_filled_and_missing_parents_are_made(tmp_path, tiny_encoder, make_rows):
    (tmp_path / "model").mkdir()
    train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "a" / "b" / "模型")
    assert (tmp_path / "model" / "model.json").exists()
    assert (tmp_path / "a" / "b" / "模型" / "model.json").exists()


def test_a_place_below_a_file_is_refused(tmp_path, tiny_encoder, make_rows):
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(TrainingError, match="--output"):
        train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "file" / "model")


def test_a_disk_with_too_little_room_is_refused(tmp_path, tiny_encoder, make_rows, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    refused(tmp_path, make_rows(), recipe(epochs=1), tiny_encoder, "5 MB", "free some space")


def test_a_disk_that_fills_up_while_saving_is_one_line_and_can_be_tried_again(tmp_path, tiny_encoder, make_rows, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(TextModel, "save", full)
        with pytest.raises(TrainingError, match="No space left") as caught:
            train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "model").exists()
    train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    assert (tmp_path / "model" / "model.json").exists()


def test_rates_too_high_to_learn_are_one_line_and_can_be_mended(tmp_path, tiny_encoder, make_rows):
    with pytest.raises(TrainingError, match="--rate"):
        train(make_rows(), recipe(schedule=replace(PLAN, epochs=1, rate=1e30, head_rate=1e30)), tiny_encoder, tmp_path / "model")
    assert not (tmp_path / "model").exists()
    train(make_rows(), recipe(epochs=1), tiny_encoder, tmp_path / "model")
    assert (tmp_path / "model" / "model.json").exists()


# ── folders that are none ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def folders(tmp_path_factory, tiny_encoder, make_rows):
    """A folder by adapters with a scope, and one of tuned layers."""
    parent = tmp_path_factory.mktemp("folders")
    train(make_rows(outside=True), recipe(epochs=1, outside="oos"), tiny_encoder, parent / "lora")
    train(make_rows(), recipe(epochs=1, method="full"), tiny_encoder, parent / "full")
    return parent


@pytest.mark.parametrize("damage", ["missing", "empty", "torn", "cut"])
@pytest.mark.parametrize(
    ("method", "name"),
    [("lora", name) for name in ("model.json", "head.safetensors", "scope.npz", "adapter_model.safetensors", "adapter_config.json")] + [("full", "layers.safetensors")],
)  # fmt: skip
def test_a_damaged_folder_is_one_line(tmp_path, folders, tiny_encoder, method, name, damage):
    folder = tmp_path / "model"
    shutil.copytree(folders / method, folder)
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    if damage != "missing":
        (folder / name).write_bytes({"empty": b"", "torn": b"torn \xff" * 9, "cut": whole[: len(whole) // 2]}[damage])
    with pytest.raises(XiaoerError) as caught:
        TextModel.load(folder, tiny_encoder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["[]", "{}", "null", '{"labels": ["a"]}', '{"labels": 5}', "3"])
def test_a_model_file_of_another_kind_is_one_line(tmp_path, folders, tiny_encoder, content):
    shutil.copytree(folders / "full", tmp_path / "model")
    (tmp_path / "model" / "model.json").write_text(content, "utf-8")
    with pytest.raises(TrainingError, match="no trained classifier"):
        TextModel.load(tmp_path / "model", tiny_encoder)


def test_a_head_of_other_labels_is_one_line(tmp_path, folders, tiny_encoder):
    shutil.copytree(folders / "full", tmp_path / "model")
    about = json.loads((tmp_path / "model" / "model.json").read_text("utf-8"))
    (tmp_path / "model" / "model.json").write_text(json.dumps({**about, "labels": [*about["labels"], "more"]}), "utf-8")
    with pytest.raises(XiaoerError, match="does not fit"):
        TextModel.load(tmp_path / "model", tiny_encoder)


def test_a_folder_that_is_not_there_is_one_line(tmp_path, tiny_encoder):
    with pytest.raises(TrainingError, match="nowhere"):
        TextModel.load(tmp_path / "nowhere", tiny_encoder)


# ── the command line ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def xiaoer(monkeypatch, capsys, tiny_encoder):
    """Runs a command in this process on the tiny encoder: (exit code, lines of output, lines of errors)."""
    monkeypatch.setattr("chatbot.weights.encoder.packaged_folder", lambda _: tiny_encoder)
    monkeypatch.setenv("XIAOER_THREADS", "1")

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["chatbot", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out.splitlines(), err.splitlines()

    return command


def lines_of(rows):
    return [{"text": text, "label": label} for text, label in zip(rows.texts, rows.labels, strict=True)]


def test_train_and_predict(xiaoer, tmp_path, make_rows, write_lines):
    data, check = write_lines(*lines_of(make_rows()), "{"), write_lines(*lines_of(make_rows(3, seed=2)), name="check.jsonl")
    code, out, err = xiaoer("train", "classifier", "--data", data, "--validation", check, "--output", tmp_path / "model", "--batch", 4, "--epochs", 1, "--rank", 4, "--json", tmp_path / "figures.json")  # fmt: skip
    assert code == 0, err
    assert err == ["skipped: data.jsonl line 73: '{' is no JSON"]
    assert out[0].startswith("72 texts of 4 labels to learn from, 12 to judge by")
    assert out[-1].startswith("accuracy ")
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))["accuracy"] == pytest.approx(float(out[-1].split(",")[0].split()[-1]), abs=1e-4)
    texts = write_lines({"text": "我要退货"}, {"text": "parcel"}, name="in.jsonl")
    code, out, err = xiaoer("predict", "--model", tmp_path / "model", "--input", texts, "--output", tmp_path / "out.jsonl")
    assert (code, out) == (0, ["2 texts labelled"]), err
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["text"] for row in written] == ["我要退货", "parcel"]
    assert all(row["label"] in ("parcel", "price", "发票", "退货") and 0 <= row["confidence"] <= 1 for row in written)


def test_many_bad_rows_are_told_in_few_lines(xiaoer, tmp_path, make_rows, write_lines):
    data = write_lines(*["{"] * 30, *lines_of(make_rows(2)))
    code, _, err = xiaoer("train", "classifier", "--data", data, "--output", tmp_path / "model", "--epochs", 1)
    assert code == 0
    assert err[0] == "skipped: data.jsonl line 1: '{' is no JSON"
    assert err[-1] == "skipped: 10 further rows"
    assert len(err) == 21


@pytest.mark.parametrize(
    ("lines", "options", "words"),
    [
        ([], [], ["data.jsonl", "no usable row"]),
        (["{", "nonsense"], [], ["line 1", "no usable row"]),
        ([{"words": "a", "label": "b"}], [], ["'text'", "label, words", "--text-key"]),
        ([{"text": "a", "label": "x"}, {"text": "b", "label": "y"}, "{"], ["--strict"], ["data.jsonl line 3"]),
        ([{"text": "a", "label": "x"}, {"text": "b", "label": "x"}], [], ["'x'", "two labels"]),
        ([{"text": "a", "label": "x"}, {"text": "b", "label": "x"}, {"text": "c", "label": "退货"}], [], ["'退货'", "single example"]),
        ([{"text": "a", "label": "x"}] * 4 + [{"text": "b", "label": "y"}] * 4, ["--oos", "z"], ["'z'"]),
        (
            [{"text": "a", "label": "x"}] * 4 + [{"text": "b", "label": "y"}] * 4,
            ["--method", "magic"],
            ["'magic'", "lora", "adalora", "full", "frozen"],
        ),
        ([{"text": "a", "label": "x"}] * 4 + [{"text": "b", "label": "y"}] * 4, ["--first", "7"], ["7"]),
        ([{"text": "a", "label": "x"}] * 4 + [{"text": "b", "label": "y"}] * 4, ["--validation", "/nowhere.jsonl"], ["/nowhere.jsonl"]),
    ],
)
def test_what_cannot_be_trained_exits_with_2_and_one_line(xiaoer, tmp_path, write_lines, lines, options, words):
    data = write_lines(*lines)
    code, _, err = xiaoer("train", "classifier", "--data", data, "--output", tmp_path / "model", *options)
    errors = [line for line in err if not line.startswith("skipped: ")]
    assert code == 2
    assert len(errors) == 1, err
    assert errors[0].startswith("error: ")
    assert all(word in errors[0] for word in words), errors[0]
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("arguments", [(), ("--data", "a.jsonl"), ("--output", "model")])
def test_train_without_data_or_output_exits_with_2(xiaoer, arguments):
    assert xiaoer("train", "classifier", *arguments)[0] == 2


def test_predict_without_a_model_exits_with_2_and_writes_nothing(xiaoer, tmp_path, write_lines):
    code, _, (line,) = xiaoer("predict", "--model", tmp_path / "none", "--input", write_lines({"text": "a"}), "--output", tmp_path / "out.jsonl")
    assert code == 2
    assert "no trained classifier" in line
    assert not (tmp_path / "out.jsonl").exists()


def test_a_process_of_its_own_ends_with_one_line_too(tmp_path, write_lines):
    command = [sys.executable, "-m", "chatbot", "train", "classifier", "--data", str(write_lines("{")), "--output", str(tmp_path / "model")]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=PROJECT, env=os.environ | {"XIAOER_CACHE": str(tmp_path / "cache")}, check=False
    )
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("error: data.jsonl holds no usable row")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.jsonl"]
