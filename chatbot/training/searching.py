"""Searches the settings of a training with optuna: many short trainings, the best of them as a schedule, and a picture.

Source: Akiba et al., "Optuna: A Next-generation Hyperparameter Optimization Framework", 2019 (tree-structured Parzen
estimator). What is trained is the caller's business.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from chatbot.training.loop import Schedule

__all__ = ["search"]

SHORT = 2
"""Epochs of a trial: enough to tell rates that learn from rates that do not."""

Train = Callable[[Schedule, int], float]
"""Trains by a schedule and a rank; the score."""


def search(
    train: Train, schedule: Schedule, rank: int, trials: int, picture: Path, say: Callable[[str], None], *, tuned: bool = True
) -> tuple[Schedule, int]:
    """(the best schedule, with the epochs of `schedule`; the best rank). The first trial is what was given.

    tuned: whether the encoder is tuned; where it is not, its rate and the rank are left as they are.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=schedule.seed))
    given = {"head_rate": schedule.head_rate, "smoothing": schedule.smoothing}
    study.enqueue_trial({**given, "rate": schedule.rate, "rank": rank} if tuned else given)

    def run(trial: Any) -> float:
        chosen, size = _settings(schedule, rank, trial.suggest_float, trial.suggest_categorical, tuned)
        score = train(replace(chosen, epochs=min(SHORT, schedule.epochs)), size)
        say(f"trial {trial.number + 1} of {trials}: {score:.4f} with " + ", ".join(f"{name} {value:.3g}" for name, value in trial.params.items()))
        return score

    study.optimize(run, n_trials=trials)
    draw(study.trials, picture)
    say(f"the best of {trials} trials has {study.best_value:.4f}; {picture.name} shows them all")
    best = study.best_params
    chosen = replace(schedule, rate=best.get("rate", schedule.rate), head_rate=best["head_rate"], smoothing=best["smoothing"])
    return chosen, int(best.get("rank", rank))


def _settings(schedule: Schedule, rank: int, number: Callable[..., float], choice: Callable[..., Any], tuned: bool) -> tuple[Schedule, int]:
    chosen = replace(schedule, head_rate=number("head_rate", 2e-4, 1e-2, log=True), smoothing=number("smoothing", 0.0, 0.2))
    if not tuned:
        return chosen, rank
    return replace(chosen, rate=number("rate", 2e-4, 4e-3, log=True)), int(choice("rank", sorted({4, 8, 16, 32, rank})))


def draw(trials: list[Any], picture: Path) -> None:
    """Scores over the trials, and over each setting."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = sorted(trials[0].params)
    figure = Figure(figsize=(3 * (len(names) + 1), 3), layout="constrained")
    FigureCanvasAgg(figure)
    scores = [trial.value for trial in trials]
    for place, name in enumerate(["trial", *names]):
        axes = figure.add_subplot(1, len(names) + 1, place + 1)
        values = list(range(1, len(trials) + 1)) if name == "trial" else [trial.params[name] for trial in trials]
        axes.scatter(values, scores, s=14)
        axes.set_xlabel(name)
        axes.set_xscale("log" if name in ("rate", "head_rate", "rank") else "linear")
    figure.axes[0].set_ylabel("score")
    figure.savefig(picture, dpi=80)
