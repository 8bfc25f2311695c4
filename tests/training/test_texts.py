"""Texts as batches of token ids: what is read of a text, and that every row comes once."""

from random import Random

import pytest

from chatbot.errors import WeightsError
from chatbot.training.texts import Tokens, batches_by_length, in_order, pad
from chatbot.weights.tuning import LONGEST, load_tokens


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder):
    return load_tokens(tiny_encoder)


def test_ids_stand_between_their_marks_and_after_the_prefix(tokenizer):
    tokens = Tokens(tokenizer, ["parcel", "退货", "", "😀"])
    prefix = tokenizer.encode("query: ").ids
    for number in range(4):
        assert tokens[number][0] == 0
        assert tokens[number][-1] == 2
        assert tokens[number][1] == prefix[1]
    assert tokens[3][-2] == 3
    assert tokens.lengths == [len(tokens[number]) for number in range(len(tokens))]


def test_long_texts_are_cut(tokenizer):
    tokens = Tokens(tokenizer, ["parcel " * 1000])
    assert tokens.lengths == [LONGEST]
    assert tokens[0][-1] == 2


def test_no_texts_give_no_tokens(tokenizer):
    tokens = Tokens(tokenizer, [])
    assert (len(tokens), tokens.lengths) == (0, [])


def test_a_change_is_drawn_anew_in_every_epoch_and_for_every_row(tokenizer):
    asked = []

    def change(text, seed):
        asked.append((text, seed))
        return "guitar" if seed % 2 else text

    tokens = Tokens(tokenizer, ["parcel", "cheap", "poem"], change=change)
    plain = Tokens(tokenizer, ["parcel", "cheap", "poem"])
    other = Tokens(tokenizer, ["guitar"])[0]
    assert [tokens[row] for row in range(3)] == [plain[0], other, plain[2]]
    tokens.epoch = 1
    assert [tokens[row] for row in range(3)] == [other, plain[1], other]
    assert len(set(asked)) == len(asked) == 6
    assert len({seed for _, seed in asked}) == 6


def test_a_folder_without_a_tokenizer_is_one_line(tmp_path):
    with pytest.raises(WeightsError, match="tokenizer") as caught:
        load_tokens(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{", "utf-8")
    with pytest.raises(WeightsError, match="tokenizer") as again:
        load_tokens(tmp_path)
    for error in (caught.value, again.value):
        assert str(tmp_path) in str(error)
        assert "\n" not in str(error)


# ── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(25))
def test_batches_give_every_row_once(seed):
    random = Random(seed)
    lengths = [random.randint(1, 128) for _ in range(random.randint(1, 700))]
    size = random.randint(1, 64)
    for batches in (batches_by_length(lengths, size, seed), list(in_order(lengths, size))):
        assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
        assert all(1 <= len(batch) <= size for batch in batches)
        assert len(batches) == -(-len(lengths) // size)


def test_no_rows_give_no_batches():
    assert batches_by_length([], 8, 1) == []
    assert list(in_order([], 8)) == []


def test_rows_of_a_batch_are_of_like_length():
    random = Random(1)
    lengths = [random.randint(1, 100) for _ in range(640)]
    spreads = [max(lengths[row] for row in batch) - min(lengths[row] for row in batch) for batch in batches_by_length(lengths, 16, 3)]
    assert sum(spreads) / len(spreads) < 15  # random batches of 16 spread over nearly 90


def test_batches_are_drawn_from_the_seed():
    lengths = [row % 17 + 1 for row in range(200)]
    assert batches_by_length(lengths, 8, 1) == batches_by_length(lengths, 8, 1)
    assert len({str(batches_by_length(lengths, 8, seed)) for seed in range(6)}) == 6


def test_batches_do_not_come_shortest_first():
    lengths = list(range(1, 201))
    firsts = [lengths[batch[0]] for batch in batches_by_length(lengths, 8, 1)]
    assert firsts != sorted(firsts)


def test_in_order_is_shortest_first():
    assert list(in_order([5, 1, 3, 1], 3)) == [[1, 3, 2], [0]]


def test_padding_by_hand():
    ids, mask = pad([[0, 7, 2], [0, 2], [0, 8, 9, 9, 2]])
    assert ids.tolist() == [[0, 7, 2, 1, 1], [0, 2, 1, 1, 1], [0, 8, 9, 9, 2]]
    assert mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 1, 1]]
    assert pad([[4]], filler=9)[0].tolist() == [[4]]
