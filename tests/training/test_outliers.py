"""The Mahalanobis distance, the joined score and the threshold, against hand-computed values and the definitions."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from chatbot.training.outliers import RECALL, RIDGE, SHRINKAGE, Scope, choose_threshold, fit_distance, fit_scope

CLASSES, WIDTH = 3, 5


def made(seed, held=120, apart=4.0):
    """(logits, features, inside, known, labels): classes around three points; what is outside lies around another."""
    random = np.random.default_rng(seed)
    centres = random.normal(0, 3, (CLASSES, WIDTH))
    labels = random.integers(0, CLASSES, 150)
    labels[:CLASSES] = range(CLASSES)
    known = (centres[labels] + random.normal(0, 1, (150, WIDTH))).astype(np.float32)
    inside = random.random(held) < 0.6
    which = random.integers(0, CLASSES, held)
    features = np.where(inside[:, None], centres[which], centres.mean(0) + apart) + random.normal(0, 1, (held, WIDTH))
    logits = random.normal(0, 1, (held, CLASSES + 1))
    logits[np.arange(held), np.where(inside, which, CLASSES)] += 2
    return logits.astype(np.float32), features.astype(np.float32), inside, known, labels


def test_distance_by_hand():
    # class means 1 and 11, variance within classes 1, shrunk by a twentieth of itself
    distance = fit_distance(np.array([[0.0], [2.0], [10.0], [12.0]], np.float32), np.array([0, 0, 1, 1]), 2)
    assert distance.means.ravel() == pytest.approx([1, 11])
    assert distance.of(np.array([[1.0], [4.0], [11.0], [12.0], [6.0]], np.float32)) == pytest.approx(
        np.array([0, 9, 0, 1, 25]) / (1 + SHRINKAGE), abs=1e-4
    )


@pytest.mark.parametrize("seed", range(10))
def test_distance_agrees_with_its_definition(seed):
    _, features, _, known, labels = made(seed)
    distance = fit_distance(known, labels, CLASSES)
    means = np.array([known[labels == label].mean(0) for label in range(CLASSES)])
    centred = known - means[labels]
    covariance = sum(np.outer(row, row) for row in centred) / len(centred)
    covariance += np.eye(WIDTH) * SHRINKAGE * np.trace(covariance) / WIDTH
    inverse = np.linalg.inv(covariance)
    expected = [min((row - mean) @ inverse @ (row - mean) for mean in means) / WIDTH for row in features]
    assert distance.of(features) == pytest.approx(np.array(expected), rel=1e-3, abs=1e-3)


def test_distance_with_fewer_texts_than_dimensions_is_finite():
    random = np.random.default_rng(1)
    known = random.normal(0, 1, (4, 40)).astype(np.float32)
    distances = fit_distance(known, np.array([0, 0, 1, 1]), 2).of(random.normal(0, 1, (9, 40)).astype(np.float32))
    assert np.isfinite(distances).all()
    assert (distances > 0).all()


@pytest.mark.parametrize("rows", [1, 3])
def test_distance_of_equal_texts_is_finite(rows):
    known = np.ones((rows, 4), np.float32)
    distance = fit_distance(known, np.zeros(rows, int), 1)
    near, far = distance.of(np.array([[1, 1, 1, 1], [2, 1, 1, 1]], np.float32))
    assert np.isfinite([near, far]).all()
    assert far > near


# ── the score ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(10))
def test_scores_are_probabilities_and_tell_what_lies_apart(seed):
    logits, features, inside, known, labels = made(seed)
    scores = fit_scope(logits, features, inside, known, labels).score(logits, features)
    assert scores.shape == (len(logits),)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert roc_auc_score(inside, scores) > 0.9


@pytest.mark.parametrize("apart", [0.0, 2.0, 8.0, 100.0])
def test_the_curve_is_the_regularised_optimum(apart):
    """At the optimum of the penalised likelihood its gradient is nothing."""
    logits, features, inside, known, labels = made(4, apart=apart)
    scope = fit_scope(logits, features, inside, known, labels)
    signs = np.stack([-scope.distance.of(features), logits[:, :-1].max(1) - logits[:, -1]], 1)
    joined = ((signs - signs[inside].mean(0)) / signs[inside].std(0)).sum(1)
    shares = 1 / (1 + np.exp(-np.clip(scope.slope * joined + scope.bias, -50, 50)))
    gradient = [(joined * (shares - inside)).sum() + RIDGE * scope.slope, (shares - inside).sum() + RIDGE * scope.bias]
    assert gradient == pytest.approx([0, 0], abs=1e-2)


def test_a_surer_class_and_a_nearer_text_are_more_in_scope():
    logits, features, inside, known, labels = made(2)
    scope = fit_scope(logits, features, inside, known, labels)
    surer = logits[:1] + np.array([[1.0, 0, 0, 0]], np.float32) * (logits[0, :-1].max() - logits[0, 0] + 1)
    assert scope.score(surer, features[:1]) > scope.score(logits[:1], features[:1])
    near, far = scope.distance.means[:1], scope.distance.means[:1] + 10
    assert scope.score(logits[:1], near) > scope.score(logits[:1], far)


def test_a_scope_is_the_same_after_saving(tmp_path):
    logits, features, inside, known, labels = made(3)
    scope = fit_scope(logits, features, inside, known, labels)
    scope.save(tmp_path / "scope.npz")
    assert Scope.load(tmp_path / "scope.npz").score(logits, features) == pytest.approx(scope.score(logits, features), abs=1e-5)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_held_out_texts_of_one_kind_alone_give_numbers(share):
    """A validation file may have none out of scope, or nothing else."""
    logits, features, _, known, labels = made(5)
    inside = np.full(len(logits), bool(share))
    scores = fit_scope(logits, features, inside, known, labels).score(logits, features)
    assert np.isfinite(scores).all()


# ── the threshold ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_threshold_by_hand():
    scores = np.arange(1, 101) / 100
    assert (scores < choose_threshold(scores, 0.9)).sum() in (90, 91)
    assert (scores < choose_threshold(scores, 1.0)).all()
    assert (scores < choose_threshold(scores, 0.0)).sum() == 1


@pytest.mark.parametrize("seed", range(20))
def test_the_threshold_catches_the_share_it_promises_and_hardly_more(seed):
    random = np.random.default_rng(seed)
    scores = random.random(random.integers(1, 80))
    caught = (scores < choose_threshold(scores)).sum()
    assert caught >= RECALL * len(scores)
    assert caught <= RECALL * len(scores) + 2


def test_equal_scores_are_all_caught():
    assert choose_threshold(np.full(10, 0.3)) > 0.3


def test_without_texts_out_of_scope_nothing_is_caught():
    assert choose_threshold(np.array([])) == 0.0
