"""The encoder seam: one suite over the fake and the real one, and the real one against sentence-transformers."""

import numpy as np
import pytest

from chatbot.errors import WeightsError
from chatbot.settings import UNDERSTANDING, load_settings
from chatbot.weights.encoder import BATCH, OnnxEncoder, SentenceTransformersEncoder, load_encoder, load_reader, packaged_folder
from tests.fakes import FakeEncoder

TEXTS = [
    "a light laptop for travel", "轻薄笔记本电脑，适合出差", "noise cancelling headphones", "退货要几天", "", "😀", "x" * 5000, "字" * 2000, "Laptop", "LAPTOP", "a\nb\tc",
]  # fmt: skip


@pytest.fixture(scope="module")
def real():
    settings = load_settings()
    return load_reader(UNDERSTANDING, settings.cache, threads=settings.thread_count)


@pytest.fixture(params=["fake", "real"])
def encoder(request):
    return FakeEncoder() if request.param == "fake" else request.getfixturevalue("real")


@pytest.mark.parametrize("kind", ["queries", "passages"])
def test_vectors_have_one_shape_and_unit_length(encoder, kind):
    vectors = getattr(encoder, kind)(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.queries([]).shape == (0, encoder.dimensions)
    assert encoder.passages([]).shape == (0, encoder.dimensions)


def test_a_vector_does_not_depend_on_what_it_is_embedded_with(encoder):
    together = encoder.passages(TEXTS * 5)
    for row, text in enumerate(TEXTS):
        assert float(together[row] @ encoder.passages([text])[0]) > 0.9999
    assert np.allclose(together[: len(TEXTS)], together[len(TEXTS) : 2 * len(TEXTS)], atol=1e-4)


def test_progress_counts_every_text_once(encoder):
    told = []
    encoder.passages(["text"] * (BATCH * 2 + 3), told.append)
    assert sum(told) == BATCH * 2 + 3


def test_like_texts_are_nearer_than_others(encoder):
    one, near, far = encoder.passages(["a red electric kettle", "an electric kettle in red", "a film about the sea"])
    assert one @ near > one @ far


def test_the_real_one_reads_across_languages(real):
    chinese = real.queries(["我想买一台笔记本电脑", "有没有电水壶"])
    english = real.passages(["A laptop computer", "An electric kettle"])
    assert np.argmax(chinese @ english.T, axis=1).tolist() == [0, 1]


def test_queries_and_passages_differ(real):
    assert float(real.queries(["laptop"])[0] @ real.passages(["laptop"])[0]) < 0.9999


def test_the_name_is_a_fingerprint(real):
    settings = load_settings()
    again = load_reader(UNDERSTANDING, settings.cache, threads=1)
    assert isinstance(again, OnnxEncoder)
    assert again.name == real.name
    assert np.allclose(again.queries(["laptop"]), real.queries(["laptop"]), atol=1e-4)


def test_onnx_agrees_with_sentence_transformers(real):
    settings = load_settings()
    other = SentenceTransformersEncoder(str(packaged_folder(settings.cache)), threads=settings.thread_count)
    assert other.dimensions == real.dimensions
    texts = [text for text in TEXTS if len(text) < 1000]  # longer ones are read to different lengths
    for kind in ("queries", "passages"):
        cosines = np.sum(getattr(real, kind)(texts) * getattr(other, kind)(texts), axis=1)
        assert cosines.min() > 0.999, dict(zip(texts, cosines.round(4), strict=True))


def test_a_missing_model_gives_one_line(tmp_path):
    with pytest.raises(WeightsError, match="XIAOER_ENCODER") as caught:
        load_encoder(str(tmp_path / "nowhere"), None, threads=1)
    assert "\n" not in str(caught.value)
    assert "nowhere" in str(caught.value)


def test_a_folder_without_a_model_gives_one_line(tmp_path):
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(WeightsError, match="XIAOER_ENCODER") as caught:
        load_encoder(str(tmp_path), None, threads=1)
    assert "\n" not in str(caught.value)


def test_a_damaged_graph_gives_one_line(tmp_path):
    for name in ("model.onnx", "tokenizer.json", "manifest.json"):
        (tmp_path / name).write_bytes(b"torn")
    with pytest.raises(WeightsError, match="delete that folder") as caught:
        OnnxEncoder(tmp_path, threads=1)
    assert "\n" not in str(caught.value)
