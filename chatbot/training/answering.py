"""Fits the weighing of evidence for answers, and measures it: which entry comes first, and what is declined.

Two linear models on labelled questions: a softmax over the entries, and a logistic one for how far the best is to be
trusted. Fitted by folds over entries, so that a fold's questions are judged by weights that never saw their entries.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import TrainingError, brief
from chatbot.service.answers import Answers
from chatbot.service.evidence import FEATURES
from chatbot.service.weighing import TRUST, Weighing, trust_evidence
from chatbot.values import Language
from chatbot.weights.encoder import Encoder

__all__ = ["Judged", "Question", "figures_of", "fit_weighing", "gather", "read_questions", "weighing_as_json"]

FOLDS, STRENGTH, PENALTY = 5, 0.1, 0.01
DECLINED = 0.92
"""Share of unanswerable questions that the threshold declines on the folds: a little over the bar of 0.90."""
SURE = 0.25
"""Share of what is left between the threshold and certainty that a message must have which may be about something else."""


@dataclass(frozen=True, slots=True)
class Question:
    """entry: the id of the entry that answers it, None where none does."""

    text: str
    entry: str | None
    language: Language


@dataclass(frozen=True)
class Judged:
    """Questions with their evidence. right: the row of the right topic, -1 where none is; evidence: (questions, topics, FEATURES); about: (questions, ABOUT)."""

    questions: tuple[Question, ...]
    right: np.ndarray
    evidence: np.ndarray
    about: np.ndarray


def read_questions(path: Path) -> tuple[Question, ...]:
    """JSON Lines of {"text", "entry", "language"}. Raises TrainingError with the line of the first broken one."""
    questions = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}", fix='give JSON Lines of {"text", "entry", "language"}') from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            text, entry, language = row["text"], row["entry"], row["language"]
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{path.name} line {number}: {brief(line)}", fix='write {"text", "entry", "language"}; entry may be null') from error
        if not isinstance(text, str) or not isinstance(entry, str | None) or language not in ("zh", "en"):
            raise TrainingError(f"{path.name} line {number}: {brief(line)}", fix="give a text, an entry's id or null, and zh or en")
        questions.append(Question(text, entry or None, language))
    if not questions:
        raise TrainingError(f"{path} holds no question")
    return tuple(questions)


def gather(questions: Sequence[Question], answers: Answers, encoder: Encoder) -> Judged:
    """The evidence for every question. Raises TrainingError where an entry is not in the documents."""
    evidence = answers.evidence
    row = {topic: number for number, topic in enumerate(evidence.topics)}
    if unknown := [one.entry for one in questions if one.entry is not None and one.entry not in row]:
        raise TrainingError(f"there is no entry {brief(unknown[0])} in the shop's documents")
    vectors = encoder.queries([one.text for one in questions])
    right = np.array([row[one.entry] if one.entry else -1 for one in questions])
    found = np.stack([answers.evidence_for(vector, one.text, one.language) for vector, one in zip(vectors, questions, strict=True)])
    return Judged(tuple(questions), right, found, np.stack([evidence.about(vector) for vector in vectors]))


def fit_weighing(judged: Judged) -> tuple[Weighing, dict[str, float]]:
    """The weighing and its figures on the folds."""
    folds = np.where(judged.right >= 0, judged.right % FOLDS, np.arange(len(judged.right)) % FOLDS)
    scores = np.zeros(judged.evidence.shape[:2])
    chances = np.zeros(len(folds))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        weights, trust, bias = _fit(judged, inside)
        scores[outside] = judged.evidence[outside] @ weights
        chances[outside] = 1.0 / (1.0 + np.exp(-(_trusts(judged, weights)[outside] @ trust + bias)))
    enough = float(np.quantile(chances[judged.right < 0], DECLINED))
    weights, trust, bias = _fit(judged, np.ones(len(folds), bool))
    return Weighing(weights, trust, bias, enough, enough + SURE * (1.0 - enough)), _figures(judged, scores, chances, enough)


def figures_of(judged: Judged, weighing: Weighing) -> dict[str, float]:
    """What a weighing comes to on questions: right first, in the first three, declined of those without and with an answer."""
    chances = np.array([weighing.probability(one, about) for one, about in zip(judged.evidence, judged.about, strict=True)])
    return _figures(judged, judged.evidence @ weighing.weights, chances, weighing.enough)


def _figures(judged: Judged, scores: np.ndarray, chances: np.ndarray, enough: float) -> dict[str, float]:
    figures: dict[str, float] = {}
    languages = np.array([one.language for one in judged.questions])
    answered = judged.right >= 0
    ranks = (scores > np.take_along_axis(scores, np.maximum(judged.right, 0)[:, None], 1)).sum(1)
    for name, chosen in (("", answered), ("_zh", answered & (languages == "zh")), ("_en", answered & (languages == "en"))):
        if chosen.any():
            figures[f"first{name}"] = float((ranks[chosen] == 0).mean())
            figures[f"first_three{name}"] = float((ranks[chosen] < 3).mean())
    if answered.any():
        figures["answerable_declined"] = float((chances[answered] < enough).mean())
    if not answered.all():
        figures["unanswerable_declined"] = float((chances[~answered] < enough).mean())
    return figures


def _fit(judged: Judged, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    weights = _fit_weights(judged.evidence[inside & (judged.right >= 0)], judged.right[inside & (judged.right >= 0)])
    numbers = _trusts(judged, weights)[inside]
    mean, spread = numbers.mean(0), numbers.std(0) + 1e-6
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000).fit((numbers - mean) / spread, judged.right[inside] >= 0)
    trust = model.coef_[0] / spread
    return weights, trust, float(model.intercept_[0] - trust @ mean)


def _fit_weights(evidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Softmax over the topics of each question, by L-BFGS."""
    from scipy.optimize import minimize

    rows = np.arange(len(right))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = evidence @ weights
        chances = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        slope = (np.einsum("qt,qtf->qf", chances, evidence) - evidence[rows, right]).mean(0)
        return float(-np.log(chances[rows, right] + 1e-12).mean() + PENALTY * weights @ weights), slope + 2 * PENALTY * weights

    found: np.ndarray = minimize(loss, np.full(evidence.shape[2], 0.3), jac=True, method="L-BFGS-B").x
    return found


def _trusts(judged: Judged, weights: np.ndarray) -> np.ndarray:
    return np.stack([trust_evidence(one, about, one @ weights) for one, about in zip(judged.evidence, judged.about, strict=True)])


def weighing_as_json(weighing: Weighing) -> Mapping[str, Any]:
    """As `chatbot.service.weighing.read_weighing` reads it."""
    return {
        "weights": dict(zip(FEATURES, np.round(weighing.weights, 4).tolist(), strict=True)),
        "trust": dict(zip(TRUST, np.round(weighing.trust, 4).tolist(), strict=True)),
        "bias": round(weighing.bias, 4), "enough": round(weighing.enough, 4), "surely": round(weighing.surely, 4),
    }  # fmt: skip
