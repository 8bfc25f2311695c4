"""The training loop, whatever is trained: epochs, warm-up, early stopping, TensorBoard, and going on after a kill.

Regularisation by switches: R-Drop (Liang et al., 2021: two passes under dropout must agree) and FGM (Miyato et al.,
2017: the loss is also taken after a step along the gradient at the input of what is trained). The loop knows no
labels: a `Task` brings the batches, the loss and the evaluation.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

import torch
from tqdm import tqdm

from chatbot.errors import TrainingError
from chatbot.weights.tuning import TunedEncoder

__all__ = ["CHECKPOINT", "Schedule", "Task", "fit", "put_in_place"]

CHECKPOINT = "checkpoint.pt"
SAVE_SECONDS = 120.0
"""A kill costs two minutes at most."""
TIMED = range(3, 15)
"""Steps whose time makes the estimate; the first ones are slower."""

Batch = Mapping[str, torch.Tensor]
Outputs = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how hard to train. Rates are the highest of a linear warm-up and a linear way down."""

    epochs: int = 5
    batch: int = 64
    rate: float = 1e-3
    head_rate: float = 5e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1
    """Share of the steps in which the rates rise."""
    smoothing: float = 0.05
    patience: int = 2
    """Epochs without a better score after which training ends."""
    clip: float = 1.0
    r_drop: float = 0.0
    """Weight of the disagreement of two passes; 0 makes one pass."""
    average: float = 0.0
    """Decay of the running average of the weights that is judged and kept (Polyak averaging); 0 keeps the last weights."""
    adversarial: float = 0.0
    """Length of the step along the gradient (FGM); 0 takes none."""
    seed: int = 1


class Task(Protocol):
    """What is trained."""

    network: torch.nn.Module

    def batches(self, epoch: int) -> Sequence[Any]:
        """The batches of an epoch, the same for the same epoch; what `load` makes ready."""
        ...

    def load(self, batch: Any) -> Batch: ...

    def enter(self, batch: Batch) -> torch.Tensor:
        """What enters what is trained."""
        ...

    def outputs(self, entered: torch.Tensor, batch: Batch) -> Outputs:
        """Logits by name."""
        ...

    def loss(self, outputs: Outputs, batch: Batch) -> torch.Tensor: ...

    def evaluate(self) -> dict[str, float]:
        """Figures on what is not trained on; `score` decides which epoch is kept."""
        ...


def fit(task: Task, schedule: Schedule, folder: Path, say: Callable[[str], None]) -> list[dict[str, float]]:
    """Train `task.network` in place and leave it with the weights of its best epoch; the figures of each epoch.

    folder: holds the checkpoint and TensorBoard's `runs`; a training that was killed goes on from there if the same
    schedule is given. The checkpoint stays there: the caller deletes it when the result is safe. Raises TrainingError where the folder cannot be written or the loss is no number.
    """
    torch.manual_seed(schedule.seed)
    run = _Run(task, schedule, folder, say)
    try:
        run.restore()
        return run.through()
    except OSError as error:
        raise TrainingError(f"{folder} cannot be written: {error}", fix="free some space or give another folder") from error


def put_in_place(partial: Path, folder: Path) -> None:
    """Replace `folder` by what was trained in `partial`, without the logs and the checkpoint. Raises OSError."""
    shutil.rmtree(partial / "runs", ignore_errors=True)
    (partial / CHECKPOINT).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


class _Run:
    """One training under way."""

    def __init__(self, task: Task, schedule: Schedule, folder: Path, say: Callable[[str], None]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.task, self.schedule, self.folder, self.say = task, schedule, folder, say
        self.encoders = [module for module in task.network.modules() if isinstance(module, TunedEncoder)]
        self.per_epoch = len(task.batches(0))
        self.steps = self.per_epoch * schedule.epochs
        self.optimiser = torch.optim.AdamW(_groups(task.network, schedule))
        self.rates = torch.optim.lr_scheduler.LambdaLR(self.optimiser, self._share_of_rate)
        self.history: list[dict[str, float]] = []
        self.best: dict[str, torch.Tensor] = {}
        self.average = _trained(task.network) if schedule.average else {}
        self.losses: list[float] = []
        """Of the epoch under way."""
        self.step, self.begun = 0, 0
        self.saved_at = self.started = time.monotonic()
        self.writer = SummaryWriter(str(folder / "runs"))

    def _share_of_rate(self, step: int) -> float:
        rising = max(1, int(self.steps * self.schedule.warm_up))
        return (step + 1) / rising if step < rising else max(0.02, (self.steps - step) / max(1, self.steps - rising))

    def through(self) -> list[dict[str, float]]:
        with tqdm(total=self.steps, initial=self.step, unit="batch", file=sys.stderr, mininterval=1, disable=not sys.stderr.isatty()) as bar:
            while self.step < self.steps and not self._finished():
                self._epoch(self.step // self.per_epoch, bar)
        self.writer.close()
        if self.best:
            _put(self.task.network, self.best)
        self.task.network.eval()
        return self.history

    def _estimate(self) -> None:
        """Say once, from the time of the first steps, how long it will take."""
        done = self.step - self.begun
        if done == TIMED.start:
            self.started = time.monotonic()
        elif done == TIMED.stop:
            left = (time.monotonic() - self.started) / len(TIMED) * (self.steps - self.step)
            self.say(f"about {max(1, round(left / 60))} minutes for {self.schedule.epochs} epochs; less if it stops improving")

    def _finished(self) -> bool:
        scores = [figures["score"] for figures in self.history]
        return bool(scores) and len(scores) - 1 - max(range(len(scores)), key=scores.__getitem__) >= self.schedule.patience

    def _epoch(self, epoch: int, bar: Any) -> None:
        self.task.network.train()
        started = time.monotonic()
        for batch in self.task.batches(epoch)[self.step % self.per_epoch :]:
            self.losses.append(self._one(self.task.load(batch)))
            self.step += 1
            bar.update()
            self._estimate()
            self._follow()
            if time.monotonic() - self.saved_at > SAVE_SECONDS and self.step % self.per_epoch:  # an epoch's end is saved with its figures
                self.save()
        self.task.network.eval()
        loss = sum(self.losses) / max(1, len(self.losses))
        self.losses = []
        latest = _trained(self.task.network)
        _put(self.task.network, self.average)
        figures = {"epoch": epoch + 1, "loss": loss, **self.task.evaluate(), "seconds": time.monotonic() - started}
        for name, value in figures.items():
            self.writer.add_scalar(name, value, epoch + 1)
        if not self.history or figures["score"] > max(one["score"] for one in self.history):
            self.best = _trained(self.task.network)
        _put(self.task.network, latest)
        self.history.append(figures)
        self.say("  ".join(f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()))
        self.save()

    def _one(self, batch: Batch) -> float:
        task, schedule = self.task, self.schedule
        entered = task.enter(batch)
        if schedule.adversarial:
            entered = entered.detach().requires_grad_(True)
        outputs = task.outputs(entered, batch)
        loss = task.loss(outputs, batch)
        if schedule.r_drop:
            again = task.outputs(entered, batch)
            loss = (loss + task.loss(again, batch)) / 2 + schedule.r_drop * _disagreement(outputs, again)
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss became {loss.item()} at step {self.step}", fix="give a lower --rate")
        loss.backward()
        if schedule.adversarial and entered.grad is not None:
            length = entered.grad.flatten(1).norm(dim=1).clamp_min(1e-12)
            direction = entered.grad / length.view(-1, *[1] * (entered.ndim - 1))
            task.loss(task.outputs(entered.detach() + schedule.adversarial * direction, batch), batch).backward()
        torch.nn.utils.clip_grad_norm_([parameter for group in self.optimiser.param_groups for parameter in group["params"]], schedule.clip)
        self.optimiser.step()
        self.rates.step()
        for encoder in self.encoders:
            encoder.after_step(self.step)
        self.optimiser.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _follow(self) -> None:
        """The average goes a step towards the weights; the first steps weigh more, or it would remember the start."""
        share = min(self.schedule.average, (1 + self.step) / (10 + self.step))
        parameters = dict(self.task.network.named_parameters())
        for name, value in self.average.items():
            value.lerp_(parameters[name].detach(), 1 - share)

    def save(self) -> None:
        """Replace the checkpoint: a kill at any moment leaves the old or the new one."""
        state = {
            "schedule": asdict(self.schedule), "step": self.step, "history": self.history, "best": self.best,
            "network": _trained(self.task.network), "optimiser": self.optimiser.state_dict(), "rates": self.rates.state_dict(),
            "random": torch.get_rng_state(), "losses": self.losses, "average": self.average, "methods": [encoder.method_state() for encoder in self.encoders],
        }  # fmt: skip
        scratch = self.folder / (CHECKPOINT + ".new")
        torch.save(state, scratch)
        scratch.replace(self.folder / CHECKPOINT)
        self.saved_at = time.monotonic()

    def restore(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        try:
            state = torch.load(path, weights_only=True)
            if Schedule(**state["schedule"]) != self.schedule:
                raise TrainingError(f"{path} belongs to a training with other settings", fix="delete its folder to begin anew")
            _put(self.task.network, state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            for encoder, kept in zip(self.encoders, state["methods"], strict=True):
                encoder.put_method_state(kept)
        except (RuntimeError, ValueError, KeyError, EOFError, TypeError, IndexError, UnpicklingError) as error:
            raise TrainingError(f"{path} does not fit this training: {error}", fix="delete its folder to begin anew") from error
        self.rates.load_state_dict(state["rates"])
        torch.set_rng_state(state["random"])
        self.step, self.history, self.best, self.losses = state["step"], state["history"], state["best"], state["losses"]
        self.average = state["average"]
        self.begun = self.step
        self.say(f"going on from step {self.step} of {self.steps}")


def _groups(network: torch.nn.Module, schedule: Schedule) -> Iterator[dict[str, Any]]:
    """Parameters of the encoder and of the heads at their own rates; no decay on vectors (biases, norms)."""
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            rate = schedule.rate if name.startswith("encoder.") else schedule.head_rate
            yield {"params": [parameter], "lr": rate, "weight_decay": schedule.weight_decay if parameter.ndim > 1 else 0.0}


def _trained(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter in network.named_parameters() if parameter.requires_grad}


def _put(network: torch.nn.Module, values: Mapping[str, torch.Tensor]) -> None:
    parameters = dict(network.named_parameters())
    with torch.no_grad():
        for name, value in values.items():
            parameters[name].copy_(value)


def _disagreement(one: Outputs, other: Outputs) -> torch.Tensor:
    """Symmetric Kullback-Leibler divergence of the softmaxes over labels of whole texts, mean over texts, summed over outputs."""
    total = torch.zeros(())
    for name in (name for name, logits in one.items() if logits.ndim == 2):
        left, right = one[name].log_softmax(-1), other[name].log_softmax(-1)
        total = total + ((left.exp() - right.exp()) * (left - right)).sum(-1).mean() / 2
    return total
