"""The intent head's features and arithmetic, on weights that are written here; the trained ones are judged by dialogues."""

import json
import zlib

import numpy as np
import pytest

from chatbot.errors import WeightsError
from chatbot.settings import PROJECT
from chatbot.understanding.intent import BUCKETS, CUES, IntentHead, cues, features, ngrams
from chatbot.understanding.prices import read_bounds
from chatbot.understanding.references import read_critiques, read_references
from chatbot.understanding.vocabulary import Match, Payload
from chatbot.values import INTENTS

DIMENSIONS = 8


def _cues(text: str, *payloads: Payload, negated: bool = False) -> dict[str, float]:
    matches = [Match(0, 1, "x", (payload,), negated) for payload in payloads]
    return dict(zip(CUES, cues(read_bounds(text), matches, read_references(text), read_critiques(text)), strict=True))


def _head(**changes: object) -> IntentHead:
    width = DIMENSIONS + len(CUES) + BUCKETS
    weight = np.zeros((len(INTENTS), width), np.float32)
    fields = {
        "labels": INTENTS,
        "weight": weight,
        "bias": np.zeros(len(INTENTS), np.float32),
        "mean": np.zeros(DIMENSIONS, np.float32),
        "temperature": 1.0,
        "encoder": "x",
    }
    return IntentHead(**(fields | changes))


def test_cues_are_zeros_and_ones_in_their_order():
    found = cues(read_bounds(""), (), (), ())
    assert found.shape == (len(CUES),)
    assert found.dtype == np.float32
    assert not found.any()
    assert len(set(CUES)) == len(CUES)


@pytest.mark.parametrize(
    ("text", "name"),
    [("5000以内", "price"), ("4星以上", "stock_or_rating"), ("有货的", "stock_or_rating"), ("预算不限", "any_price"), ("第二款", "place"), ("它", "focus"), ("它们", "all"), ("便宜点", "cheaper"), ("更好的", "dearer"), ("换一批", "more"), ("another brand", "another"), ("similar", "similar")],
)  # fmt: skip
def test_each_grammar_has_its_cue(text, name):
    assert _cues(text)[name] == 1.0


@pytest.mark.parametrize(
    ("kind", "name"),
    [("category", "category"), ("brand", "brand"), ("foreign_brand", "brand"), ("value", "value"), ("flag", "value"), ("item", "item")],
)
def test_each_kind_of_word_has_its_cue(kind, name):
    assert _cues("", Payload(kind, "x"))[name] == 1.0
    assert _cues("", Payload(kind, "x"))["negated"] == 0.0
    assert _cues("", Payload(kind, "x"), negated=True)["negated"] == 1.0


def test_ngrams_have_one_shape_and_unit_length():
    for text in ("hello", "我想买一台笔记本", "😀", "a", "\udc80"):
        assert ngrams(text).shape == (BUCKETS,)
        assert np.linalg.norm(ngrams(text)) == pytest.approx(1.0, abs=1e-5)
    assert not ngrams("").any()


def test_ngrams_are_the_same_on_every_machine():
    """Python's own hash differs from run to run; this one must not, or the trained weights mean nothing."""
    places = {zlib.crc32(gram.encode()) % BUCKETS for gram in (" ", "a", " a", "a ", " a ")}
    assert set(np.flatnonzero(ngrams("a"))) == set(np.flatnonzero(ngrams("A"))) == places


def test_like_texts_have_like_ngrams():
    near, far = ngrams("show me laptops") @ ngrams("show me laptop"), ngrams("show me laptops") @ ngrams("退货要几天")
    assert near > 0.8 > 0.2 > far


def test_features_are_vector_cues_and_ngrams_side_by_side():
    found = features(np.ones(DIMENSIONS, np.float32), "hi", np.ones(len(CUES), np.float32))
    assert found.shape == (DIMENSIONS + len(CUES) + BUCKETS,)
    assert (found[DIMENSIONS : DIMENSIONS + len(CUES)] == 1).all()
    assert np.array_equal(found, features(np.ones(DIMENSIONS, np.float32), "hi", np.ones(len(CUES), np.float32)))


def test_probabilities_sum_to_one_and_come_likeliest_first():
    bias = np.arange(len(INTENTS), dtype=np.float32)
    found = _head(bias=bias).probabilities(np.zeros(DIMENSIONS, np.float32), "hi", np.zeros(len(CUES), np.float32))
    assert sum(found.values()) == pytest.approx(1.0)
    assert list(found) == list(reversed(INTENTS))


def test_a_higher_temperature_is_less_sure():
    bias = np.zeros(len(INTENTS), np.float32)
    bias[0] = 3.0
    nothing = np.zeros(DIMENSIONS, np.float32), "hi", np.zeros(len(CUES), np.float32)
    assert _head(bias=bias, temperature=2.0).probabilities(*nothing)[INTENTS[0]] < _head(bias=bias).probabilities(*nothing)[INTENTS[0]]


def test_a_cue_moves_the_intent_it_was_given_weight_for():
    weight = np.zeros((len(INTENTS), DIMENSIONS + len(CUES) + BUCKETS), np.float32)
    weight[INTENTS.index("refine"), DIMENSIONS + CUES.index("cheaper")] = 5.0
    head = _head(weight=weight)
    cheaper = cues(read_bounds(""), (), (), ("cheaper",))
    assert next(iter(head.probabilities(np.zeros(DIMENSIONS, np.float32), "", cheaper))) == "refine"


def _write(folder, **changes):
    head = _head()
    folder.mkdir(exist_ok=True)
    np.savez(folder / "head.npz", weight=head.weight, bias=head.bias, mean=head.mean)
    (folder / "head.json").write_text(json.dumps({"labels": INTENTS, "temperature": 1.5, "encoder": "x"} | changes), "utf-8")
    return folder


def test_a_head_is_read_as_it_was_written(tmp_path):
    head = IntentHead.load(_write(tmp_path))
    assert (head.labels, head.temperature, head.weight.shape[0]) == (INTENTS, 1.5, len(INTENTS))


@pytest.mark.parametrize("damage", ["missing", "json", "npz", "key"])
def test_a_damaged_head_gives_one_line(tmp_path, damage):
    folder = _write(tmp_path)
    if damage == "missing":
        (folder / "head.npz").unlink()
    elif damage == "json":
        (folder / "head.json").write_text("{", "utf-8")
    elif damage == "npz":
        (folder / "head.npz").write_bytes(b"PK\x03\x04 torn")
    else:
        (folder / "head.json").write_text("{}", "utf-8")
    with pytest.raises(WeightsError, match="train understanding") as caught:
        IntentHead.load(folder)
    assert "\n" not in str(caught.value)


def test_the_trained_head_fits_the_code():
    head = IntentHead.load(PROJECT / "knowledge" / "trained" / "intent")
    assert set(head.labels) == set(INTENTS)
    assert head.weight.shape == (len(INTENTS), head.mean.shape[0] + len(CUES) + BUCKETS)
    assert head.bias.shape == (len(INTENTS),)
