"""Figures of a classifier against hand-computed values and against scikit-learn."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import f1_score

from chatbot.training.measures import calibration_error, confused, draw_confusion, fit_temperature, macro_f1, standard_error
from chatbot.understanding.probabilities import softmax

PNG = b"\x89PNG\r\n\x1a\n"


def test_softmax_by_hand():
    assert softmax(np.log(np.array([[1.0, 2.0, 5.0], [4.0, 4.0, 8.0]]))) == pytest.approx(np.array([[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]]))


def test_softmax_of_huge_logits_stays_finite():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shares = softmax(np.array([[1e30, 0.0, -1e30], [1e4, 1e4, 1e4]]))
    assert shares == pytest.approx(np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]]))


# ── macro-F1 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_macro_f1_by_hand():
    # label 0: 2 of 3 found, 1 wrongly: F1 2*2/(3+3); label 1: 1 of 2 found, 1 wrongly: 2*1/(2+2); label 2: never guessed: 0
    labels, guesses = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 3])
    assert macro_f1(labels, guesses, 4) == pytest.approx((2 / 3 + 1 / 2 + 0 + 0) / 4)


@pytest.mark.parametrize("seed", range(30))
def test_macro_f1_agrees_with_scikit_learn(seed):
    random = np.random.default_rng(seed)
    labels, guesses = random.integers(0, 6, (2, random.integers(1, 60)))
    assert macro_f1(labels, guesses, 9) == pytest.approx(f1_score(labels, guesses, average="macro", zero_division=0))


def test_labels_that_never_occur_do_not_count():
    assert macro_f1(np.array([0, 5]), np.array([0, 5]), 100) == 1.0


def test_macro_f1_of_nothing_is_zero():
    assert macro_f1(np.array([], int), np.array([], int), 3) == 0.0


# ── calibration ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_calibration_error_by_hand():
    # bin 0.9-1.0: confidences .95 .95 1.0, two of three right: |2/3 - 2.9/3|; bin 0.5-0.6: .5, right: |1 - .5|
    confidences, right = np.array([0.95, 0.95, 1.0, 0.5]), np.array([True, True, False, True])
    assert calibration_error(confidences, right) == pytest.approx(3 / 4 * (2.9 / 3 - 2 / 3) + 1 / 4 * 0.5)


@pytest.mark.parametrize(("confidence", "right", "error"), [(1.0, True, 0.0), (1.0, False, 1.0), (0.0, False, 0.0), (0.0, True, 1.0)])
def test_calibration_error_at_the_ends(confidence, right, error):
    assert calibration_error(np.array([confidence]), np.array([right])) == pytest.approx(error)


@pytest.mark.parametrize("seed", range(10))
def test_calibration_error_agrees_with_a_plain_loop(seed):
    random = np.random.default_rng(seed)
    confidences, right = random.random(80), random.random(80) < 0.6
    total = 0.0
    for low in range(10):
        inside = [number for number, value in enumerate(confidences) if low <= value * 10 < low + 1]
        if inside:
            total += len(inside) / 80 * abs(sum(right[number] for number in inside) - sum(confidences[number] for number in inside)) / len(inside)
    assert calibration_error(confidences, right) == pytest.approx(total)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 4.0])
def test_the_temperature_undoes_a_scale(scale):
    random = np.random.default_rng(5)
    logits = random.normal(0, 2, (6000, 4))
    labels = np.array([random.choice(4, p=share) for share in softmax(logits)])
    assert fit_temperature(logits * scale, labels) == pytest.approx(scale, rel=0.1)


def test_the_temperature_stays_within_its_bounds():
    sure = np.eye(3)[[0, 1, 2]] * 3
    assert fit_temperature(sure, np.array([0, 1, 2])) == pytest.approx(0.2)
    assert fit_temperature(sure * 100, np.array([1, 2, 0])) == pytest.approx(5.0)


def test_the_temperature_of_nothing_is_one():
    assert fit_temperature(np.zeros((0, 3)), np.array([], int)) == 1.0


def test_a_fitted_temperature_never_raises_the_loss():
    random = np.random.default_rng(9)
    for _ in range(10):
        logits, labels = random.normal(0, 4, (50, 5)), random.integers(0, 5, 50)

        def loss(temperature, logits=logits, labels=labels):
            return -np.log(softmax(logits / temperature)[np.arange(50), labels]).mean()

        assert loss(fit_temperature(logits, labels)) <= loss(1.0) + 1e-9


@pytest.mark.parametrize(("share", "count", "error"), [(0.5, 100, 0.05), (0.9, 900, 0.01), (0.0, 10, 0.0), (1.0, 10, 0.0), (0.5, 0, 0.5)])
def test_standard_error_by_hand(share, count, error):
    assert standard_error(share, count) == pytest.approx(error)


# ── confusion ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_taken_for_what_is_counted():
    labels, guesses = np.array([0, 0, 0, 1, 2, 2]), np.array([1, 1, 0, 2, 2, 0])
    names = ("退货", "b", "c")
    assert confused(labels, guesses, names)[0] == ("退货", "b", 2)
    assert set(confused(labels, guesses, names)) == {("退货", "b", 2), ("b", "c", 1), ("c", "退货", 1)}
    assert confused(labels, guesses, names, most=1) == [("退货", "b", 2)]
    assert confused(labels, labels, names) == []


@pytest.mark.parametrize("count", [1, 2, 60])
def test_the_confusion_is_drawn(tmp_path, count):
    random = np.random.default_rng(count)
    labels, guesses = random.integers(0, count, (2, 200))
    draw_confusion(labels, guesses, [f"label {number}" for number in range(count)], tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("name", ["退货", "😀", "x" * 300, "a_b^c", "cost in $", "$_$", "$\\frac$", "\\", "a\nb"])
def test_the_confusion_is_drawn_whatever_the_labels_are_called(tmp_path, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_confusion(np.array([0, 1, 1]), np.array([0, 0, 1]), (name, "other"), tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").read_bytes().startswith(PNG)


def test_a_label_that_never_occurs_is_drawn_without_a_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_confusion(np.array([0, 0]), np.array([0, 0]), ("a", "b", "c"), tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").exists()
