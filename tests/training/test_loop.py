"""The training loop: what it learns, which epoch it keeps, when it ends, and that a kill changes nothing."""

import numpy as np
import pytest
import torch

from chatbot.errors import TrainingError, XiaoerError
from chatbot.training import loop
from chatbot.training.classifier import Classifier, ClassifierTask, numbered, run
from chatbot.training.loop import CHECKPOINT, Schedule, fit
from chatbot.training.texts import Tokens
from chatbot.weights.tuning import TunedEncoder, load_tokens, mean_pooled

ROWS, SIZE = 160, 8
PER_EPOCH = ROWS // SIZE


class Killed(BaseException):
    """A kill: nothing may catch it."""


class Line(torch.nn.Module):
    def __init__(self, drop=0.2):
        super().__init__()
        self.encoder = torch.nn.Linear(4, 4)
        self.dropout = torch.nn.Dropout(drop)
        self.head = torch.nn.Linear(4, 2)


class LineTask:
    """Tells positive sums from negative ones. scores: what `evaluate` says, epoch by epoch, instead of the accuracy."""

    def __init__(self, schedule=None, scores=(), kill_at=None, drop=0.2):
        torch.manual_seed(3)
        self.network = Line(drop)
        self.values = torch.randn(ROWS, 1, 4)
        self.labels = (self.values.sum((1, 2)) > 0).long()
        self.scores, self.kill_at = list(scores), kill_at
        self.loaded, self.judged = [], []

    def batches(self, epoch):
        order = np.random.default_rng(epoch).permutation(ROWS)
        return order.reshape(-1, SIZE).tolist()

    def load(self, batch):
        if len(self.loaded) == self.kill_at:
            raise Killed
        self.loaded.append(batch)
        return {"values": self.values[batch], "labels": self.labels[batch]}

    def enter(self, batch):
        return batch["values"]

    def outputs(self, entered, batch):
        return {"label": self.network.head(self.network.dropout(torch.tanh(self.network.encoder(entered)))).squeeze(1)}

    def loss(self, outputs, batch):
        return torch.nn.functional.cross_entropy(outputs["label"], batch["labels"])

    def evaluate(self):
        assert not self.network.training
        self.judged.append({name: value.clone() for name, value in self.network.state_dict().items()})
        with torch.inference_mode():
            right = self.outputs(self.values, {})["label"].argmax(1) == self.labels
        accuracy = float(right.float().mean())
        return {"accuracy": accuracy, "score": self.scores[len(self.judged) - 1] if self.scores else accuracy}


def schedule(**parts):
    return Schedule(**{"epochs": 3, "batch": SIZE, "rate": 0.02, "head_rate": 0.02, "patience": 9} | parts)


def fitted(folder, task, plan, said=None):
    folder.mkdir(exist_ok=True)
    return fit(task, plan, folder, (said if said is not None else []).append)


def timeless(history):
    return [{name: value for name, value in figures.items() if name != "seconds"} for figures in history]


def same(one, other):
    return all(torch.equal(value, other[name]) for name, value in one.items())


def weights(task):
    return {name: value.clone() for name, value in task.network.state_dict().items()}


# ── learning ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_learns_and_tells_every_epoch(tmp_path):
    task, said = LineTask(), []
    history = fitted(tmp_path, task, schedule(), said)
    assert [figures["epoch"] for figures in history] == [1, 2, 3]
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["accuracy"] > 0.9
    assert sum(line.startswith("epoch ") for line in said) == 3
    assert not task.network.training
    assert (tmp_path / CHECKPOINT).exists()  # until the caller has what it trained for
    assert list((tmp_path / "runs").glob("events.out.tfevents.*"))


def test_every_row_is_seen_once_an_epoch(tmp_path):
    task = LineTask()
    fitted(tmp_path, task, schedule(epochs=2))
    for epoch in range(2):
        seen = [row for batch in task.loaded[epoch * PER_EPOCH : (epoch + 1) * PER_EPOCH] for row in batch]
        assert sorted(seen) == list(range(ROWS))


def test_the_same_seed_trains_the_same(tmp_path):
    tasks = [LineTask() for _ in range(3)]
    histories = [fitted(tmp_path / str(number), task, schedule(seed=seed)) for number, (task, seed) in enumerate(zip(tasks, (1, 1, 2), strict=True))]
    assert timeless(histories[0]) == timeless(histories[1]) != timeless(histories[2])
    assert same(weights(tasks[0]), weights(tasks[1]))
    assert not same(weights(tasks[0]), weights(tasks[2]))


@pytest.mark.parametrize("rows", [SIZE, 5 * SIZE, 14 * SIZE])
def test_few_batches_an_epoch_are_enough(tmp_path, rows):
    task = LineTask()
    task.batches = lambda epoch: np.arange(rows).reshape(-1, SIZE).tolist()
    assert len(fitted(tmp_path, task, schedule(epochs=20, patience=20))) == 20


@pytest.mark.parametrize("part", ["encoder", "head"])
def test_a_rate_of_nothing_changes_nothing(tmp_path, part):
    task = LineTask()
    before = weights(task)
    fitted(tmp_path, task, schedule(epochs=1, **{"rate" if part == "encoder" else "head_rate": 0.0}))
    after = weights(task)
    for name, value in before.items():
        assert torch.equal(value, after[name]) is name.startswith(part)


@pytest.mark.parametrize("option", ["r_drop", "adversarial"])
def test_regularisation_changes_the_weights_and_still_trains(tmp_path, option):
    plain, other = LineTask(), LineTask()
    fitted(tmp_path / "plain", plain, schedule())
    history = fitted(tmp_path / "other", other, schedule(**{option: 0.5}))
    assert not same(weights(plain), weights(other))
    assert history[-1]["accuracy"] > 0.9
    assert history[-1]["loss"] < history[0]["loss"]


def test_two_passes_without_dropout_agree(tmp_path):
    """R-Drop then adds nothing: the mean of two equal losses is the loss."""
    plain, other = LineTask(drop=0.0), LineTask(drop=0.0)
    fitted(tmp_path / "plain", plain, schedule(epochs=1))
    fitted(tmp_path / "other", other, schedule(epochs=1, r_drop=5.0))
    for name, value in weights(plain).items():
        assert torch.allclose(value, weights(other)[name], atol=1e-5)


@pytest.mark.parametrize(("rate", "value"), [(1e30, None), (0.01, float("nan"))])
def test_a_loss_that_is_no_number_is_one_line(tmp_path, rate, value):
    task = LineTask()
    if value is not None:
        task.values[:] = value
    else:
        task.loss = lambda outputs, batch: (outputs["label"] * 1e30).square().sum()
    with pytest.raises(TrainingError, match="--rate") as caught:
        fitted(tmp_path, task, schedule(rate=rate, head_rate=rate))
    assert "\n" not in str(caught.value)


# ── which epoch is kept, and when it ends ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scores", "patience", "ran", "best"),
    [
        ((0.1, 0.9, 0.5, 0.6, 0.7, 0.8), 2, 4, 2), ((0.1, 0.9, 0.5, 0.6, 0.7, 0.8), 4, 6, 2), ((0.5, 0.4, 0.9, 0.2, 0.1, 0.95), 2, 5, 3), ((0.9, 0.1, 0.1, 0.1, 0.1, 0.1), 1, 2, 1),
        ((0.5, 0.5, 0.5, 0.5, 0.5, 0.5), 3, 4, 1), ((0.1, 0.2, 0.3, 0.4, 0.5, 0.6), 1, 6, 6), ((0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 9, 6, 1),
    ],
)  # fmt: skip
def test_the_best_epochs_weights_are_kept(tmp_path, scores, patience, ran, best):
    task = LineTask(scores=scores)
    history = fitted(tmp_path, task, schedule(epochs=6, patience=patience))
    assert [figures["score"] for figures in history] == list(scores[:ran])
    assert same(weights(task), task.judged[best - 1])
    assert ran == best or not same(weights(task), task.judged[-1])


# ── after a kill ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [{}, {"r_drop": 0.5}, {"adversarial": 0.5}])
@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_a_training_killed_after_an_epoch_ends_as_if_it_was_not(tmp_path, epoch, options):
    whole = LineTask()
    expected = fitted(tmp_path / "whole", whole, schedule(**options))
    killed, said = LineTask(), []

    def tell(line):
        if line.startswith(f"epoch {epoch}"):
            raise Killed

    (tmp_path / "killed").mkdir()
    with pytest.raises(Killed):
        fit(killed, schedule(**options), tmp_path / "killed", tell)
    resumed = LineTask()
    assert timeless(fitted(tmp_path / "killed", resumed, schedule(**options), said)) == timeless(expected)
    assert same(weights(resumed), weights(whole))
    assert any("going on from step" in line for line in said) is (epoch > 1)


@pytest.mark.parametrize("step", [1, 16, PER_EPOCH + 7, 2 * PER_EPOCH + 19])
def test_a_training_killed_within_an_epoch_ends_as_if_it_was_not(tmp_path, monkeypatch, step):
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1.0)  # after every step
    whole = LineTask()
    expected = fitted(tmp_path / "whole", whole, schedule())
    with pytest.raises(Killed):
        fitted(tmp_path / "killed", LineTask(kill_at=step), schedule())
    resumed, said = LineTask(), []
    history = fitted(tmp_path / "killed", resumed, schedule(), said)
    assert f"going on from step {step} of {3 * PER_EPOCH}" in said
    assert len(resumed.loaded) == 3 * PER_EPOCH - step
    assert same(weights(resumed), weights(whole))
    assert [figures["score"] for figures in history] == [figures["score"] for figures in expected]


def test_the_loss_of_an_epoch_is_of_all_its_batches_after_a_kill_too(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1.0)
    expected = fitted(tmp_path / "whole", LineTask(), schedule())
    with pytest.raises(Killed):
        fitted(tmp_path / "killed", LineTask(kill_at=PER_EPOCH + 15), schedule())
    history = fitted(tmp_path / "killed", LineTask(), schedule())
    assert [figures["loss"] for figures in history] == pytest.approx([figures["loss"] for figures in expected])


@pytest.mark.parametrize("step", [2, 3, 10, 14])
def test_a_training_killed_while_its_time_is_estimated_goes_on(tmp_path, monkeypatch, step):
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1.0)
    with pytest.raises(Killed):
        fitted(tmp_path, LineTask(kill_at=step), schedule())
    assert len(fitted(tmp_path, LineTask(), schedule())) == 3


def test_a_training_killed_when_it_had_stopped_early_trains_no_more(tmp_path, monkeypatch):
    scores = (0.9, 0.1, 0.1, 0.1, 0.1, 0.1)
    plan = schedule(epochs=6, patience=2)
    expected = fitted(tmp_path / "whole", LineTask(scores=scores), plan)
    task = LineTask(scores=scores)
    with monkeypatch.context() as patch:
        patch.setattr("torch.utils.tensorboard.SummaryWriter.close", lambda _: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            fitted(tmp_path / "killed", task, plan)
    resumed = LineTask(scores=scores[3:])
    assert timeless(fitted(tmp_path / "killed", resumed, plan)) == timeless(expected)
    assert same(weights(resumed), task.judged[0])


def interrupted(folder, plan):
    with pytest.raises(Killed):
        fitted(folder, LineTask(kill_at=PER_EPOCH + 1), plan)
    assert (folder / CHECKPOINT).exists()


def test_other_settings_do_not_go_on(tmp_path):
    interrupted(tmp_path, schedule())
    with pytest.raises(TrainingError, match="other settings") as caught:
        fitted(tmp_path, LineTask(), schedule(rate=0.5))
    assert CHECKPOINT in str(caught.value)


def test_another_network_does_not_go_on(tmp_path):
    interrupted(tmp_path, schedule())
    task = LineTask()
    task.network.head = torch.nn.Linear(4, 3)
    with pytest.raises(TrainingError, match="begin anew"):
        fitted(tmp_path, task, schedule())


@pytest.mark.parametrize("content", [b"", b"torn", b"PK\x03\x04torn"])
def test_a_torn_checkpoint_is_one_line(tmp_path, content):
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(TrainingError, match="begin anew") as caught:
        fitted(tmp_path, LineTask(), schedule())
    assert isinstance(caught.value, XiaoerError)
    assert CHECKPOINT in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="No space left") as caught:
        fitted(tmp_path, LineTask(), schedule())
    assert str(tmp_path) in str(caught.value)


# ── the real network ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def data(tiny_encoder, make_rows):
    """(tokens, labels) to train on and to judge by."""
    tokenizer = load_tokens(tiny_encoder)
    parts = []
    for rows in (make_rows(16, seed=1), make_rows(6, seed=2)):
        names = sorted(set(rows.labels))
        parts.append((Tokens(tokenizer, rows.texts), numbered(rows.labels, names)))
    return parts


def a_task(encoder, data, plan, method="lora", steps=1000):
    torch.manual_seed(plan.seed)
    return ClassifierTask(Classifier(TunedEncoder(encoder, method=method, rank=4, steps=steps), 4), *data, plan)


@pytest.mark.parametrize("options", [{"r_drop": 1.0}, {"adversarial": 0.5}])
def test_a_classifier_learns_under_every_regularisation(tmp_path, tiny_encoder, data, options):
    plan = Schedule(epochs=5, batch=4, rate=5e-3, head_rate=1e-2, **options)
    task = a_task(tiny_encoder, data, plan)
    untouched = {name: value.clone() for name, value in task.network.named_parameters() if not value.requires_grad}
    history = fitted(tmp_path, task, plan)
    assert max(figures["score"] for figures in history) > 0.7
    after = dict(task.network.named_parameters())
    assert all(torch.equal(value, after[name]) for name, value in untouched.items())


SHORT = Schedule(epochs=3, batch=4, rate=5e-3, head_rate=1e-2, patience=9)
STEPS = 48


@pytest.fixture(scope="module")
def whole(tmp_path_factory, tiny_encoder, data):
    """For a method, what a training that was never killed ends with: (accuracies, logits)."""
    done = {}

    def train(method):
        if method not in done:
            task = a_task(tiny_encoder, data, SHORT, method, STEPS)
            history = fitted(tmp_path_factory.mktemp(method), task, SHORT)
            done[method] = [figures["accuracy"] for figures in history], run(task.network, data[1][0])[0]
        return done[method]

    return train


@pytest.mark.parametrize(("method", "step"), [("lora", 21), ("full", 21), ("frozen", 21), ("adalora", 20), ("adalora", 40)])
def test_a_classifier_killed_ends_as_if_it_was_not(tmp_path, monkeypatch, tiny_encoder, data, whole, method, step):
    """AdaLoRA counts how much its ranks matter from step to step, prunes at every tenth and keeps what it pruned at the end."""
    assert len(data[0][0]) * SHORT.epochs == STEPS * SHORT.batch
    accuracies, logits = whole(method)
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1.0)
    killed, left = a_task(tiny_encoder, data, SHORT, method, STEPS), iter(range(step))
    load = killed.load

    def dying(batch):
        if next(left, None) is None:
            raise Killed
        return load(batch)

    killed.load = dying
    with pytest.raises(Killed):
        fitted(tmp_path, killed, SHORT)
    monkeypatch.undo()
    resumed = a_task(tiny_encoder, data, SHORT, method, STEPS)
    history = fitted(tmp_path, resumed, SHORT)
    assert [figures["accuracy"] for figures in history] == accuracies
    assert run(resumed.network, data[1][0])[0] == pytest.approx(logits, abs=1e-5)


def test_the_mean_leaves_padding_out():
    hidden = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [99.0, 99.0]], [[5.0, 6.0], [99.0, 99.0], [99.0, 99.0]]])
    assert mean_pooled(hidden, torch.tensor([[1, 1, 0], [1, 0, 0]])).tolist() == [[2.0, 3.0], [5.0, 6.0]]


def test_texts_are_judged_in_their_order_and_alike_in_any_batch(tiny_encoder, data):
    network = a_task(tiny_encoder, data, Schedule()).network.eval()
    tokens = data[1][0]
    together, _ = run(network, tokens)
    alone, features = run(network, tokens, size=1)
    assert together == pytest.approx(alone, abs=1e-4)
    assert features.shape == (len(tokens), 32)
