"""The graph that is served: it says what the network says, with a smaller vocabulary and with smaller weights."""

import json
import shutil

import numpy as np
import onnxruntime
import pytest
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from chatbot.errors import WeightsError
from chatbot.settings import PROJECT, load_settings
from chatbot.shop.reading import read_shop
from chatbot.weights.cache import make_once
from chatbot.weights.encoder import packaged_folder
from chatbot.weights.serving import ABOUT, GRAPH, HEADS, INPUTS, OUTPUTS, SPECIAL, VECTORS, WORDS, load_network, write_served
from tests.weights.tiny import FOREIGN, LAYERS, TEXTS, WIDTH, a_turn, expected, some_turns, write_source

pytestmark = pytest.mark.usefixtures("one_thread")
CLOSE = 1e-5
FOREIGN_TEXTS = ("Привет", "これはカメラ", "안녕하세요", "สวัสดี", "zurück", "nghiệp")


def vocabulary(folder):
    return json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]


def pieces(folder, text):
    """What a text is cut into, as pieces of the vocabulary: a piece that is not in it is <unk>."""
    names = [piece for piece, _ in vocabulary(folder)]
    return [names[number] for number in Tokenizer.from_file(str(folder / "tokenizer.json")).encode("query: " + text).ids]


def near(found, wanted):
    """Equal but for rounding, which grows with the numbers."""
    return np.allclose(found, wanted, atol=CLOSE * max(1.0, float(np.abs(wanted).max())))


def same(one, other, close=CLOSE):
    return all(np.allclose(getattr(one, name), getattr(other, name), atol=close) for name in OUTPUTS)


# ── the graph and the network ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["tuned", "ladder"])
def served_network(request):
    """(the network, its reader): with tuned upper layers, and with a ladder."""
    names = ("tiny", "pruned_reader") if request.param == "tuned" else ("tiny_beside", "beside_reader")
    return tuple(map(request.getfixturevalue, names))


@pytest.mark.parametrize("turn", some_turns(TEXTS), ids=lambda turn: turn.text or "nothing")
def test_the_graph_says_what_the_network_says(served_network, turn):
    tiny, reader = served_network
    found, wanted = reader.read(turn), expected(tiny, turn)
    for name in OUTPUTS:
        assert np.shape(getattr(found, name)) == np.shape(wanted[name]), name
        assert near(getattr(found, name), wanted[name]), name


def test_a_batch_with_padding_says_the_same_of_every_text(served_network):
    tiny, reader = served_network
    turns = some_turns(TEXTS, seed=8)
    for turn, found in zip(turns, reader._read(turns), strict=True):
        wanted = expected(tiny, turn)
        for name in OUTPUTS:
            assert near(getattr(found, name), wanted[name]), (turn.text, name)


def test_the_vector_is_that_of_the_untouched_layers_whatever_was_said_before(pruned_reader):
    text = TEXTS[0]
    for turn in some_turns([text] * 5):
        assert np.allclose(pruned_reader.read(turn).vector, pruned_reader.read(a_turn(text)).vector, atol=CLOSE)


def test_the_vector_has_unit_length(pruned_reader):
    for text in TEXTS:
        assert np.linalg.norm(pruned_reader.read(a_turn(text)).vector) == pytest.approx(1.0, abs=CLOSE)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_graph_has_its_inputs_and_outputs(served, precision):
    session = onnxruntime.InferenceSession(str(served(precision, True) / "model.onnx"), providers=["CPUExecutionProvider"])
    assert tuple(one.name for one in session.get_inputs()) == INPUTS
    assert tuple(one.name for one in session.get_outputs()) == OUTPUTS


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_folder_holds_what_is_run_and_nothing_else(tiny, served, precision):
    folder = served(precision, True)
    assert {file.name for file in folder.iterdir()} == {GRAPH, VECTORS, "tokenizer.json", WORDS, ABOUT, "manifest.json"}
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    assert len(about.pop("fingerprint")) == 64
    assert about == json.loads((tiny.trained / ABOUT).read_text("utf-8"))


def test_attention_is_one_operator_a_layer(tiny, tiny_beside, served, tmp_path):
    """The tuned layers keep what the tracer writes, the untouched and the ladder have it."""
    import onnx

    write_served(tiny_beside.source, tiny_beside.trained, tmp_path)
    for folder, layers in ((served("fp32", True), LAYERS), (tmp_path, 2 * LAYERS - 1)):
        operators = [node.op_type for node in onnx.load(folder / GRAPH).graph.node]
        assert operators.count("Attention") == layers, folder


@pytest.mark.parametrize("approach", ["tiny", "tiny_beside"])
def test_a_network_is_read_as_it_was_trained(request, approach):
    tiny = request.getfixturevalue(approach)
    again = load_network(tiny.source, tiny.trained)
    assert not again.training
    for name, parameter in again.named_parameters():
        if not name.startswith("encoder."):
            assert np.array_equal(parameter.detach(), dict(tiny.network.named_parameters())[name].detach()), name


# ── small weights ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_8_bits_the_numbers_stay_near(tiny, small_reader):
    wanted = [expected(tiny, turn) for turn in some_turns(TEXTS)]
    found = [small_reader.read(turn) for turn in some_turns(TEXTS)]
    assert min(float(one.vector @ other["vector"]) for one, other in zip(found, wanted, strict=True)) > 0.998
    for name in ("intent", "mood", "strength"):
        ours, theirs = np.stack([getattr(one, name) for one in found]), np.stack([other[name] for other in wanted])
        assert np.abs(ours - theirs).mean() < (0.05 if name == "strength" else 0.1 * theirs.std()), name
    ours, theirs = np.concatenate([one.tags for one in found]), np.concatenate([one["tags"] for one in wanted])
    assert np.abs(ours - theirs).mean() < 0.1 * theirs.std()


def test_in_8_bits_the_matrices_are_8_bit(served):
    import onnx

    whole, small = (onnx.load(served(precision, True) / "model.onnx") for precision in ("fp32", "int8"))
    matrices = [
        len(tensor.dims) == 2 and tensor.data_type == onnx.TensorProto.FLOAT and min(tensor.dims) >= WIDTH for tensor in whole.graph.initializer
    ]
    assert sum(matrices) > 20
    left = [tensor for tensor in small.graph.initializer if len(tensor.dims) == 2 and tensor.data_type == onnx.TensorProto.INT8]
    assert len(left) >= sum(matrices)
    assert sum(node.op_type == "MatMulInteger" for node in small.graph.node) >= sum(matrices)


# ── a pruned vocabulary ───────────────────────────────────────────────────────────────────────────────────────────────


def test_foreign_pieces_are_gone_and_those_of_the_two_languages_are_not(tiny, served):
    before, after = vocabulary(tiny.source), vocabulary(served("fp32", True))
    names = {piece for piece, _ in after}
    assert {piece for piece, _ in before} >= set(FOREIGN)
    assert not names & set(FOREIGN)
    assert names >= {piece for piece, _ in before if all(char == "▁" or char.isascii() or "\u4e00" <= char <= "\u9fff" for char in piece)}
    assert after == [one for one in before if one[0] in names]
    assert [piece for piece, _ in after[:SPECIAL]] == ["<s>", "<pad>", "</s>", "<unk>"]


def test_every_piece_keeps_its_vector(tiny, served):
    table = load_file(tiny.source / "model.safetensors")["embeddings.word_embeddings.weight"].numpy()
    row = {piece: number for number, (piece, _) in enumerate(vocabulary(tiny.source))}
    folder = served("fp32", True)
    words = np.load(folder / WORDS)
    assert words.dtype == np.float16
    assert np.array_equal(words, table[[row[piece] for piece, _ in vocabulary(folder)]].astype(np.float16))
    assert np.array_equal(np.load(served("fp32", False) / WORDS), table.astype(np.float16))


@pytest.mark.parametrize(
    "text", [*TEXTS, "é", "ＬＡＰＴＯＰ　１２３", "naïve", "“”…—", "３０％", "!?#@&*~`^|\\<>{}[]", "a" * 300, "红" * 300, "1234567890" * 9]
)
def test_texts_of_the_two_languages_are_cut_and_read_as_before(served, whole_reader, pruned_reader, text):
    assert pieces(served("fp32", True), text) == pieces(served("fp32", False), text)
    assert same(whole_reader.read(a_turn(text)), pruned_reader.read(a_turn(text)))


@pytest.mark.parametrize("text", ["a café table", "等于30°吗", "谢谢❤\ufe0f", "10 kΩ", "100 µF"])
def test_so_are_their_rarer_signs(served, whole_reader, pruned_reader, text):
    assert pieces(served("fp32", True), text) == pieces(served("fp32", False), text)
    assert same(whole_reader.read(a_turn(text)), pruned_reader.read(a_turn(text)))


def test_random_texts_of_the_two_languages_are_read_as_before(whole_reader, pruned_reader):
    random = np.random.default_rng(1)
    letters = list("abcLAPTOP 0159,.!? é五千以内的笔记本耳机便宜点，。Ａ０")
    texts = ["".join(random.choice(letters, random.integers(1, 40))) for _ in range(40)]
    assert np.allclose(whole_reader.queries(texts), pruned_reader.queries(texts), atol=CLOSE)


@pytest.mark.parametrize("text", FOREIGN_TEXTS)
def test_a_foreign_text_is_still_read(pruned_reader, text):
    found = pruned_reader.read(a_turn(text))
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=CLOSE)
    assert all(np.isfinite(getattr(found, name)).all() for name in OUTPUTS)


def test_no_text_of_the_demo_shop_is_cut_otherwise(tmp_path):
    """The packaged tokenizer, whole and pruned, over every word that the catalogue has in Chinese and in English."""
    from chatbot.weights.serving import _kept

    source = packaged_folder(load_settings().cache) / "tokenizer.json"
    kept = _kept(source, tmp_path / "tokenizer.json")
    whole, pruned = Tokenizer.from_file(str(source)), Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert SPECIAL < len(kept) == pruned.get_vocab_size() < whole.get_vocab_size() / 2
    catalogue = read_shop(PROJECT / "knowledge" / "shop").catalogue
    texts = sorted({part for item in catalogue.items for text in item.texts.values() for part in (text.title, text.description, text.brand)})
    pairs = zip(texts, whole.encode_batch(texts), pruned.encode_batch(texts), strict=True)
    assert [text for text, before, after in pairs if kept[after.ids].tolist() != before.ids] == []


# ── what is missing or broken ─────────────────────────────────────────────────────────────────────────────────────────


def _lacking(folder):
    heads = load_file(folder / HEADS)
    del heads["mood.weight"]
    save_file(heads, folder / HEADS)


def _narrower(folder):
    heads = load_file(folder / HEADS)
    save_file(heads | {"intent.weight": heads["intent.weight"][:, 1:].contiguous()}, folder / HEADS)


def _about(folder, change):
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    (folder / ABOUT).write_text(json.dumps(change(about)), "utf-8")


DAMAGES = {
    "no folder": shutil.rmtree,
    "no heads": lambda folder: (folder / HEADS).unlink(),
    "torn heads": lambda folder: (folder / HEADS).write_bytes(b"torn"),
    "a head is lacking": _lacking,
    "a head of another width": _narrower,
    "no labels": lambda folder: (folder / ABOUT).unlink(),
    "torn labels": lambda folder: (folder / ABOUT).write_text('{"method": "lo', "utf-8"),
    "labels in another encoding": lambda folder: (folder / ABOUT).write_bytes(b'{"method": "\xff"}'),
    "labels that are a list": lambda folder: (folder / ABOUT).write_text("[]", "utf-8"),
    "a kind of label is lacking": lambda folder: _about(folder, lambda about: {name: value for name, value in about.items() if name != "moods"}),
    "an intent more": lambda folder: _about(folder, lambda about: about | {"intents": [*about["intents"], "dance"]}),
    "a layer that is none": lambda folder: _about(folder, lambda about: about | {"first": None}),
    "a layer that is not there": lambda folder: _about(folder, lambda about: about | {"first": 99}),
    "a torn adapter": lambda folder: (folder / "adapter_model.safetensors").write_bytes(b"torn"),
    "no adapter": lambda folder: (folder / "adapter_config.json").unlink(),
    "another method": lambda folder: _about(folder, lambda about: about | {"method": "full"}),
}


@pytest.fixture
def trained(tiny, tmp_path):
    return shutil.copytree(tiny.trained, tmp_path / "trained")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_gives_one_line_with_the_fix(tiny, trained, damage):
    DAMAGES[damage](trained)
    with pytest.raises(WeightsError) as caught:
        load_network(tiny.source, trained)
    line = str(caught.value)
    assert "\n" not in line
    assert "train" in line.partition(";")[2] or "give 0 to" in line, line


def test_the_head_that_is_lacking_is_named(tiny, trained):
    _lacking(trained)
    with pytest.raises(WeightsError, match=r"lacks mood\.weight; python -m chatbot train understanding"):
        load_network(tiny.source, trained)


def test_an_adapter_for_another_encoder_is_refused(tiny, tmp_path):
    with pytest.raises(WeightsError, match="train"):
        load_network(write_source(tmp_path / "wider", width=2 * WIDTH), tiny.trained)


def test_nothing_half_made_stays_behind(tiny, trained, tmp_path):
    (trained / HEADS).unlink()
    with pytest.raises(WeightsError):
        make_once(tmp_path / "cache" / "served", lambda target: write_served(tiny.source, trained, target))
    assert [file.name for file in (tmp_path / "cache").iterdir() if not file.name.endswith(".lock")] == []
