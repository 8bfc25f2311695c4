"""The training of the understanding from rows to its folder, on the tiny encoder: every approach, the figures, the search."""

import json
import random

import pytest
import torch

from chatbot.shop.reading import read_shop
from chatbot.training.loop import CHECKPOINT, Schedule
from chatbot.training.understanding_folder import Plan, judge_folder, search_understanding, train_understanding
from chatbot.training.utterances import Utterance, pieces_of
from chatbot.weights.serving import ABOUT, HEADS, load_network
from tests.tiny_shop import write_shop

PATTERNS = {
    "recommend": ("i want a [cheap](attribute) {}", "买{}，[一百以内](price)"), "refine": ("[under 50](price) please, {}", "[红色](attribute)的{}"),
    "service": ("how is {} delivered", "{}怎么退货"), "complaint": ("the {} is broken", "{}坏了"),
}  # fmt: skip
THINGS = ("laptop", "kettle", "tablet", "notebook", "耳机", "水壶")
SHORT = Schedule(epochs=2, batch=16, rate=1e-3, head_rate=2e-3, r_drop=0.5, average=0.9)
PLANS = {
    "ladder": Plan(schedule=SHORT),
    "ladder, adversarial": Plan(schedule=Schedule(epochs=1, batch=16, adversarial=0.5)),
    "lora": Plan(schedule=SHORT, method="lora", rank=2, first=1),
    "frozen": Plan(schedule=Schedule(epochs=1, batch=16, adversarial=0.5), method="frozen", first=1, augment=False),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


@pytest.fixture(scope="module")
def rows():
    """Some of each part, with and without a turn before."""
    draw, found = random.Random(3), []
    for number in range(40):
        for intent, patterns in PATTERNS.items():
            language = draw.choice(("en", "zh"))
            text = patterns[language == "zh"].format(draw.choice(THINGS)) + f" {number}"
            before = {"did": "recommend", "said": "show me a laptop"} if intent == "refine" else {}
            mood = -2 if intent == "complaint" else 0
            found.append(Utterance(pieces=pieces_of(text), intent=intent, language=language, family=f"{intent}.family_{number}", mood=mood, **before))
    assert {row.part for row in found} == {"train", "development", "held_out"}
    return found


@pytest.fixture(scope="module", params=PLANS)
def trained(request, rows, catalogue, tiny_encoder, tmp_path_factory):
    """(plan, folder, the figures that were given, what was said)."""
    folder, said = tmp_path_factory.mktemp("trained") / "understanding", []
    figures = train_understanding(rows, catalogue, PLANS[request.param], tiny_encoder, folder, said.append)
    return PLANS[request.param], folder, figures, said


def test_the_folder_is_whole_and_nothing_is_left_beside_it(trained):
    plan, folder, _, _ = trained
    names = {file.name for file in folder.iterdir()}
    assert {"CARD.md", ABOUT, HEADS, "figures.json", "confusion.png"} <= names
    assert ("adapter_model.safetensors" in names) == (plan.method == "lora")
    assert not names & {CHECKPOINT, "runs"}
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]


def test_the_figures_are_those_of_what_was_written(trained, rows, catalogue, tiny_encoder):
    _, folder, figures, _ = trained
    again = judge_folder(rows, catalogue, tiny_encoder, folder)
    written = json.loads((folder / "figures.json").read_text("utf-8"))["held_out"]
    for part in ("all", "zh", "en"):
        assert figures[part] == pytest.approx(written[part])
        assert again[part] == pytest.approx(written[part], abs=1e-4)


def test_the_card_tells_how_it_was_made(trained, rows):
    plan, folder, figures, _ = trained
    card = (folder / "CARD.md").read_text("utf-8")
    assert f"--method {plan.method}" in card
    assert f"{len(rows)} utterances" in card
    assert f"{figures['all']['intent_accuracy']:.3f}" in card
    assert ("ladder" in card, "rank 2" in card) == (plan.method == "ladder", plan.method == "lora")


def test_a_ladder_keeps_the_units_that_it_learnt(trained, tiny_encoder):
    plan, folder, _, _ = trained
    network = load_network(tiny_encoder, folder)
    assert (network.ladder is not None) == (plan.method == "ladder")
    if network.ladder is not None:
        assert network.ladder.mean.dtype == torch.float32
        assert (network.ladder.scale != 1).any()
        assert json.loads((folder / ABOUT).read_text("utf-8"))["first"] == 0


def test_the_parts_are_counted_first(trained, rows):
    _, _, _, said = trained
    assert said[0].startswith(f"train {sum(row.part == 'train' for row in rows)}, ")


@pytest.mark.parametrize("name", ["ladder", "lora"])
def test_a_search_leaves_a_picture_and_no_training(name, rows, catalogue, tiny_encoder, tmp_path):
    plan = search_understanding(rows, catalogue, PLANS[name], tiny_encoder, tmp_path / "understanding", 2, lambda _: None)
    assert [file.name for file in tmp_path.iterdir()] == ["understanding.search.png"]
    assert (plan.method, plan.schedule.epochs) == (PLANS[name].method, 2)


def test_the_same_seed_trains_the_same(rows, catalogue, tiny_encoder, tmp_path):
    plan = Plan(schedule=Schedule(epochs=1, batch=16))
    one, other = (train_understanding(rows, catalogue, plan, tiny_encoder, tmp_path / name, lambda _: None) for name in ("one", "other"))
    assert one == other
