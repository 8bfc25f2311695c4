"""The training of the phrasing on a tiny model: what is learnt and what is not, the softmax over kept tokens, and going on after a kill."""

from itertools import islice

import pytest
import torch

from chatbot.phrasing.prompts import prompt_of
from chatbot.training import loop
from chatbot.training.loop import Schedule, fit
from chatbot.training.phrasing import IGNORED, TARGETS, Phrasings, PhrasingTask, Tuned, brands_of
from chatbot.training.replies import example_of
from tests.training.tiny_phrasing import FIRST, LAYERS, VOCABULARY, Words, a_model, some_rows

ROWS = some_rows(24)
HELD = some_rows(30)[24:]
PLAN = Schedule(epochs=3, batch=4, rate=2e-2, head_rate=2e-2, weight_decay=0.0, warm_up=0.05, smoothing=0.0, patience=9)
ALL = range(VOCABULARY)
WORDS = Words()
"""One for all: a word then has the same number for a training that goes on."""


class Killed(BaseException):
    """A kill: nothing may catch it."""


def a_task(plan=PLAN, kept=ALL, rows=ROWS, held=HELD, brands=None):
    torch.manual_seed(plan.seed)
    train = Phrasings(rows, WORDS.encode, FIRST, brands=brands, seed=plan.seed)
    return PhrasingTask(Tuned(a_model(), 4, kept), train, Phrasings(held, WORDS.encode, FIRST), plan)


def moved(task):
    """With adapters that change something, as after a training."""
    with torch.no_grad():
        for parameter in task.network.parameters():
            if parameter.requires_grad:
                parameter.add_(0.1 * torch.randn_like(parameter))
    task.network.eval()
    return task


# ── rows to tokens ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_row_is_trained_on_in_the_form_it_is_served_in(number):
    """And what is learnt of it is the reply: its opener, its rest, and the newlines at which the model is to stop."""
    example = example_of(ROWS[number])
    ids, targets = Phrasings(ROWS, WORDS.encode, FIRST)[number]
    prompt = prompt_of(example.brief)
    assert ids[0] == FIRST
    assert WORDS.decode(ids[1:]) == (prompt.after(example.opener) if example.opener else prompt.begin) + example.rest + "\n"
    assert WORDS.decode([token for token in targets if token != IGNORED]) == (f"{example.opener}\n" if example.opener else "") + example.rest + "\n"
    assert all(target in (token, IGNORED) for token, target in zip(ids, targets, strict=True))
    begin = 1 + len(WORDS.encode(prompt.begin))
    assert set(targets[:begin]) == {IGNORED} and IGNORED not in targets[begin : begin + 3]


def test_a_batch_is_padded_and_padding_is_not_learnt():
    rows = Phrasings(ROWS, WORDS.encode, FIRST)
    numbers = [0, 1, 5]
    batch = rows.batch(numbers)
    assert len({rows.lengths[number] for number in numbers}) > 1
    for place, number in enumerate(numbers):
        ids, targets = rows[number]
        length = rows.lengths[number]
        assert length == len(ids)
        assert batch["ids"][place, :length].tolist() == ids and batch["targets"][place, :length].tolist() == targets
        assert batch["mask"][place].tolist() == [1] * length + [0] * (max(rows.lengths[one] for one in numbers) - length)
        assert (batch["targets"][place, length:] == IGNORED).all()


def test_rows_meet_other_makers_names_in_other_epochs_and_the_held_out_ones_never():
    own, changed = Phrasings(ROWS, WORDS.encode, FIRST), Phrasings(ROWS, WORDS.encode, FIRST, brands=brands_of(some_rows(60)))
    task = PhrasingTask(Tuned(a_model(), 2, ALL), changed, own, PLAN)
    epochs = []
    for epoch in (0, 1, 1):
        task.batches(epoch)
        epochs.append([changed[number] for number in range(len(ROWS))])
    assert epochs[0] != epochs[1] == epochs[2]
    branded = [number for number, row in enumerate(ROWS) if row.get("products")]
    for epoch in epochs:
        assert 0.2 < sum(epoch[number] != own[number] for number in branded) / len(branded) < 0.8
        assert all(epoch[number] == own[number] for number in range(len(ROWS)) if number not in branded)
    texts = [WORDS.decode(ids[1:]) for ids, _ in epochs[0]]
    for number in (number for number in branded if epochs[0][number] != own[number]):
        assert ROWS[number]["products"][0]["title"] not in texts[number]


def test_makers_names_are_gathered_by_language():
    product = ROWS[0]["products"][0]
    odd = {**ROWS[0], "products": [product, {**product, "brand": "A|B"}, {**product, "brand": "Zed"}]}
    assert brands_of([*ROWS[:6], odd]) == {"zh": ["牌子1", "牌子3"], "en": ["Brand0", "Brand2", "Brand4", "Zed"]}


# ── the softmax ───────────────────────────────────────────────────────────────────────────────────────────────────────


def plain_logits(task, ids):
    """Of one text alone by the model's own head, without padding."""
    with torch.inference_mode():
        return task.network.adapted(input_ids=torch.tensor([ids])).logits[0]


def losses(task, rows, numbers, kept=ALL):
    """The loss of every learnt token that is kept, text by text: what stands before a token foretells it among the kept ones."""
    found = []
    for ids, targets in (rows[number] for number in numbers):
        logits = plain_logits(task, ids)[:, list(kept)].log_softmax(-1)
        found += [-float(logits[place - 1, kept.index(token)]) for place, token in enumerate(targets) if token != IGNORED and token in kept]
    return torch.tensor(found)


def loss_of(task, batch):
    with torch.inference_mode():
        return float(task.loss(task.outputs(task.enter(batch), batch), batch))


def test_with_every_token_kept_the_loss_is_that_of_the_full_softmax_on_the_replies():
    task = moved(a_task())
    rows, numbers = Phrasings(ROWS, WORDS.encode, FIRST), [0, 1, 5]
    assert loss_of(task, rows.batch(numbers)) == pytest.approx(float(losses(task, rows, numbers).mean()), abs=1e-4)


@pytest.mark.parametrize("lacking", [False, True])
def test_with_some_kept_it_is_that_of_the_softmax_over_them(lacking):
    """A token that is not kept, as another maker's name may be, is not learnt."""
    numbers = [0, 1, 5]
    rows = Phrasings(ROWS, WORDS.encode, FIRST)
    learnt = {token for number in numbers for token in rows[number][1] if token != IGNORED}
    kept = sorted((rows.tokens() | set(range(2000, 2500))) - ({max(learnt)} if lacking else set()))
    task = moved(a_task(kept=kept))
    batch = rows.batch(numbers)
    places = task.network.places(torch.tensor(kept))
    assert places.tolist() == list(range(len(kept)))
    assert task.outputs(task.enter(batch), batch)["next"].shape == (int((batch["targets"] != IGNORED).sum()), len(kept))
    expected = losses(task, rows, numbers, kept)
    assert (len(expected) < int((batch["targets"] != IGNORED).sum())) is lacking
    assert loss_of(task, batch) == pytest.approx(float(expected.mean()), abs=1e-4)


# ── training ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_adapters_on_every_linear_layer_are_trained(tmp_path):
    task = a_task()
    before = {name: value.clone() for name, value in task.network.named_parameters()}
    trained = {name for name, value in task.network.named_parameters() if value.requires_grad}
    assert len(trained) == LAYERS * len(TARGETS) * 2 and all(".lora_" in name for name in trained)
    history = fit(task, PLAN, tmp_path, [].append)
    after = dict(task.network.named_parameters())
    assert {name for name, value in before.items() if not torch.equal(value, after[name])} == trained
    for name in ("loss", "held_loss"):
        assert history[0][name] > history[1][name] > history[2][name]
    assert history[-1]["loss"] < 0.9 * history[0]["loss"]


@pytest.mark.parametrize("size", [1, 4, 32])
def test_the_held_out_loss_is_the_mean_over_their_tokens_in_batches_of_any_size(size):
    """A mean of the batches' means would weigh short replies more."""
    task = moved(a_task(Schedule(batch=size, smoothing=0.1), held=ROWS))
    expected = float(losses(task, task._held, range(len(ROWS))).mean())
    assert task.evaluate() == {"held_loss": pytest.approx(expected, abs=1e-4), "score": pytest.approx(-expected, abs=1e-4)}


@pytest.mark.parametrize("step", [2, 6, 13])
def test_a_training_killed_ends_as_if_it_was_not(tmp_path, monkeypatch, step):
    """The dropout of the adapters and the exchanged names go on where they were."""
    brands = brands_of(some_rows(60))
    folders = [tmp_path / name for name in ("whole", "killed")]
    for folder in folders:
        folder.mkdir()
    whole = a_task(brands=brands)
    expected = fit(whole, PLAN, folders[0], [].append)
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1.0)
    killed, left = a_task(brands=brands), iter(range(step))
    load = killed.load

    def dying(batch):
        if not list(islice(left, 1)):
            raise Killed
        return load(batch)

    killed.load = dying
    with pytest.raises(Killed):
        fit(killed, PLAN, folders[1], [].append)
    resumed, said = a_task(brands=brands), []
    history = fit(resumed, PLAN, folders[1], said.append)
    assert f"going on from step {step} of {len(ROWS) // PLAN.batch * PLAN.epochs}" in said
    for name in ("loss", "held_loss"):
        assert [figures[name] for figures in history] == pytest.approx([figures[name] for figures in expected])
    after = dict(resumed.network.named_parameters())
    assert all(torch.allclose(value, after[name], atol=1e-6) for name, value in whole.network.named_parameters())
