"""Messages read by the served graph: what comes out of one, and how those of many threads are read together."""

import shutil
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from chatbot.errors import WeightsError
from chatbot.understanding.grammar import CUES
from chatbot.understanding.slots import TAGS
from chatbot.values import INTENTS, PLAN_KINDS
from chatbot.weights.cache import make_once
from chatbot.weights.encoder import LONGEST, OnnxEncoder, _Together
from chatbot.weights.serving import ABOUT, GRAPH, OUTPUTS, WORDS, write_served
from tests.weights.tiny import TEXTS, WIDTH, a_turn, some_turns

pytestmark = pytest.mark.usefixtures("one_thread")
CLOSE = 1e-5
PATIENCE = 20.0
"""Seconds after which a thread that does not come is given up."""


def near(one, other, close=CLOSE):
    return one.offsets == other.offsets and all(np.allclose(getattr(one, name), getattr(other, name), atol=close) for name in OUTPUTS)


# ── one message ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", TEXTS)
def test_a_reading_has_its_shapes(pruned_reader, text):
    found = pruned_reader.read(a_turn(text))
    assert (found.vector.shape, found.intent.shape, found.mood.shape) == ((WIDTH,), (len(INTENTS),), (3,))
    assert found.tags.shape == (len(found.offsets), len(TAGS))
    assert isinstance(found.strength, float)
    assert -1 <= found.strength <= 1


@pytest.mark.parametrize("text", TEXTS)
def test_offsets_are_places_in_the_text_and_the_prefix_has_none(pruned_reader, text):
    offsets = pruned_reader.read(a_turn(text)).offsets
    assert offsets[0] == offsets[-1] == (0, 0)
    inside = [(start, end) for start, end in offsets if end > start]
    assert "".join(text[start:end] for start, end in dict.fromkeys(inside)).replace(" ", "") == text.replace(" ", "")
    assert all(0 <= start < end <= len(text) for start, end in inside)


def test_a_long_text_is_read_to_its_limit(pruned_reader):
    found = pruned_reader.read(a_turn("红" * 1000))
    assert len(found.offsets) == len(found.tags) == LONGEST
    assert near(found, pruned_reader.read(a_turn("红" * 2000)))


@pytest.mark.parametrize("name", ["whole_reader", "pruned_reader", "small_reader"])
def test_queries_give_the_vectors_that_reading_gives(request, name):
    reader = request.getfixturevalue(name)
    close = 0.03 if name == "small_reader" else CLOSE  # 8-bit activations have one scale for a batch
    for vector, turn in zip(reader.queries(TEXTS), some_turns(TEXTS), strict=True):
        read = reader.read(turn).vector
        assert np.allclose(reader.queries([turn.text])[0], read, atol=CLOSE)
        assert np.allclose(vector, read, atol=close)


def test_passages_are_not_queries(pruned_reader):
    assert pruned_reader.passages(TEXTS[:1])[0] @ pruned_reader.queries(TEXTS[:1])[0] < 0.9999


def test_a_vector_alone_does_not_run_the_tuned_half(reader):
    """The acts' table is not even there; in the whole network a number beyond it ends the run."""
    assert reader.queries(["laptop"]).shape == (1, WIDTH)
    assert {one.name for one in reader._vectors.get_inputs()} == {"words", "mask"}
    with pytest.raises(Exception, match=r"indices element out of data bounds"):
        reader.read(a_turn("laptop", did=10_000))


@pytest.mark.parametrize(
    "change",
    [{"said": np.full(WIDTH, WIDTH**-0.5, np.float32)}, {"did": 1}, {"did": len(PLAN_KINDS)}, {"cues": np.eye(len(CUES), dtype=np.float32)[0]}],
    ids=["said", "first act", "last act", "cues"],
)
def test_the_turn_before_and_the_cues_change_what_is_read_and_not_the_vector(pruned_reader, change):
    plain, changed = pruned_reader.read(a_turn(TEXTS[0])), pruned_reader.read(a_turn(TEXTS[0], **change))
    assert np.allclose(plain.vector, changed.vector, atol=CLOSE)
    for name in ("intent", "mood", "strength", "tags"):
        assert np.abs(getattr(plain, name) - np.asarray(getattr(changed, name))).max() > 1e-3, name


# ── together ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_does_not_depend_on_what_it_is_batched_with(pruned_reader):
    turns = some_turns([*TEXTS, "红" * 300])
    for turn, together in zip(turns, pruned_reader._read(turns), strict=True):
        assert near(together, pruned_reader.read(turn)), turn.text


def test_in_8_bits_it_hardly_does(small_reader):
    turns = some_turns([*TEXTS, "红" * 300])
    for turn, together in zip(turns, small_reader._read(turns), strict=True):
        alone = small_reader.read(turn)
        assert float(together.vector @ alone.vector) > 0.999
        assert np.abs(together.intent - alone.intent).max() < 0.25 * alone.intent.std()


class Gate:
    """Stands before the session: counts the texts of every call, and holds the first one until it is opened."""

    def __init__(self, session, fail_at: int | None = None):
        self._session, self._fail_at = session, fail_at
        self.sizes: list[int] = []
        self.entered, self.opened = threading.Event(), threading.Event()

    def run(self, names, feeds, *options):
        self.sizes.append(len(feeds["mask"]))
        number = len(self.sizes)
        if number == 1:
            self.entered.set()
            assert self.opened.wait(PATIENCE)
        if number == self._fail_at:
            raise MemoryError("no memory for the batch")
        return self._session.run(names, feeds, *options)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "the threads did not come"
        threading.Event().wait(0.001)


def start(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """A thread, and the list that gets what it returned or raised."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - the test looks at what came
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


def read_behind_a_gate(reader, turns, fail_at=None):
    """(sizes of the batches, what each thread got): the first turn is held until all others wait."""
    gate = reader._session = Gate(reader._session, fail_at)
    threads = [start(lambda: reader.read(turns[0]))]
    assert gate.entered.wait(PATIENCE)
    threads += [start(lambda turn=turn: reader.read(turn)) for turn in turns[1:]]
    until(lambda: len(reader._together._waiting) == len(turns) - 1)
    gate.opened.set()
    for thread, _ in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return gate.sizes, [results[0] for _, results in threads]


def test_what_comes_while_one_is_read_is_read_in_one_batch_and_each_gets_its_own(reader):
    turns = some_turns(TEXTS)
    alone = [reader.read(turn) for turn in turns]
    sizes, found = read_behind_a_gate(reader, turns)
    assert sizes == [1, len(turns) - 1]
    for turn, one, other in zip(turns, found, alone, strict=True):
        assert near(one, other), turn.text


def test_one_text_in_two_conversations_is_read_twice_in_one_batch(reader):
    turns = some_turns(["laptop"] * 4)
    alone = [reader.read(turn) for turn in turns]
    _, found = read_behind_a_gate(reader, turns)
    assert all(near(one, other) for one, other in zip(found, alone, strict=True))
    assert not near(found[1], found[2])


def test_an_error_reaches_all_that_wait_and_later_calls_work_again(reader):
    turns = some_turns(TEXTS[:6])
    alone = [reader.read(turn) for turn in turns]
    sizes, found = read_behind_a_gate(reader, turns, fail_at=2)
    assert sizes == [1, 5]
    assert near(found[0], alone[0])
    assert [str(error) for error in found[1:] if isinstance(error, MemoryError)] == ["no memory for the batch"] * 5
    assert near(reader.read(turns[3]), alone[3])
    assert reader._together._waiting == []


def test_an_error_of_the_first_does_not_reach_those_behind_it(reader):
    turns = some_turns(TEXTS[:5])
    alone = [reader.read(turn) for turn in turns]
    sizes, found = read_behind_a_gate(reader, turns, fail_at=1)
    assert sizes == [1, 4]
    assert isinstance(found[0], MemoryError)
    assert all(near(one, other) for one, other in zip(found[1:], alone[1:], strict=True))


def test_one_after_another_nobody_waits(reader):
    gate = reader._session = Gate(reader._session)
    gate.opened.set()
    for turn in some_turns(TEXTS[:3]):
        reader.read(turn)
    assert gate.sizes == [1, 1, 1]


def test_many_threads_at_once_all_get_their_own():
    sizes = []

    def run(turns):
        sizes.append(len(turns))
        return [turn * 2 for turn in turns]

    together, count, rounds = _Together(run), 16, 50
    barrier = threading.Barrier(count)

    def work(number):
        barrier.wait(PATIENCE)
        return [together.run(number * rounds + one) for one in range(rounds)]

    threads = [start(lambda number=number: work(number)) for number in range(count)]
    for number, (thread, results) in enumerate(threads):
        thread.join(PATIENCE)
        assert results == [[2 * (number * rounds + one) for one in range(rounds)]]
    assert sum(sizes) == count * rounds


@pytest.mark.parametrize("missing", [0, 1])
def test_too_few_readings_are_an_error_and_no_endless_wait(missing):
    together = _Together(lambda turns: list(turns)[:missing])
    results = []
    together._waiting = [(number, future) for number, future in enumerate(_futures(2), 1)]
    waiting = [future for _, future in together._waiting]
    with pytest.raises(ValueError, match="shorter"):
        together.run(3)
    for future in waiting:
        results.append(future.exception(PATIENCE) or future.result(PATIENCE))
    assert [one for one in results if not isinstance(one, ValueError)] == [1][:missing]


def _futures(count):
    from concurrent.futures import Future

    return [Future() for _ in range(count)]


# ── the folder ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_labels_of_the_training_come_along(pruned_reader):
    assert tuple(pruned_reader.about["intents"]) == INTENTS
    assert pruned_reader.dimensions == WIDTH


def test_equal_folders_have_equal_names(served, pruned_reader, tmp_path):
    again = OnnxEncoder(shutil.copytree(served("fp32", True), tmp_path / "copy"), threads=2)
    assert again.name == pruned_reader.name
    assert np.allclose(again.queries(TEXTS), pruned_reader.queries(TEXTS), atol=CLOSE)


@pytest.mark.parametrize("other", ["whole_reader", "small_reader"])
def test_what_is_served_otherwise_has_another_name(request, pruned_reader, other):
    assert request.getfixturevalue(other).name != pruned_reader.name


def test_other_word_vectors_have_another_name(tiny, pruned_reader, tmp_path):
    """An index is found by the encoder's name: equal names promise equal vectors."""

    source = shutil.copytree(tiny.source, tmp_path / "source")
    tensors = load_file(source / "model.safetensors")
    tensors["embeddings.word_embeddings.weight"] = tensors["embeddings.word_embeddings.weight"].flip(0).contiguous()
    save_file(tensors, source / "model.safetensors", metadata={"format": "pt"})
    found = OnnxEncoder(make_once(tmp_path / "other", lambda folder: write_served(source, tiny.trained, folder)), threads=1)
    assert not np.allclose(found.queries(TEXTS[:1]), pruned_reader.queries(TEXTS[:1]), atol=0.01)
    assert found.name != pruned_reader.name


WHOLE = (GRAPH, "tokenizer.json", WORDS, ABOUT)


@pytest.mark.parametrize(("file", "damage"), [*((file, damage) for file in WHOLE for damage in ("missing", "torn"))])
def test_a_damaged_folder_gives_one_line(served, tmp_path, file, damage):
    folder = shutil.copytree(served("fp32", True), tmp_path / "copy")
    (folder / file).unlink()
    if damage == "torn":
        (folder / file).write_bytes(b"torn")
    with pytest.raises(WeightsError, match="delete that folder") as caught:
        OnnxEncoder(folder, threads=1)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
