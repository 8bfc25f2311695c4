"""Goals can be met, are the same for the same seed, and differ enough to be a test."""

from collections import Counter
from pathlib import Path

import pytest

from chatbot.evaluating.simulating.goals import GoalMaker, Wish, breaks, fulfils, opening_wishes
from chatbot.shop.reading import read_shop
from tests.conftest import PROJECT
from tests.tiny_shop import SOLD_OUT, write_shop


@pytest.fixture(scope="module")
def shop():
    return read_shop(PROJECT / "knowledge" / "shop")


@pytest.fixture(scope="module")
def goals(shop):
    maker = GoalMaker(shop)
    return [maker.make(number, 7) for number in range(1, 301)]


def test_every_goal_can_be_met_and_its_target_meets_it(shop, goals):
    for goal in goals:
        for need in goal.needs:
            assert need.target in need.fits
            assert all(fulfils(shop.catalogue.by_id[one], need.wishes) for one in need.fits)


def test_nothing_that_fits_is_missing(shop, goals):
    need = goals[0].needs[0]
    assert need.fits == {item.id for item in shop.catalogue.items if fulfils(item, need.wishes)}


def test_the_same_seed_draws_the_same_goals_and_another_draws_others(shop, goals):
    again = GoalMaker(read_shop(PROJECT / "knowledge" / "shop"))
    assert [again.make(number, 7) for number in range(1, 301)] == goals
    assert sum(again.make(number, 8) == goals[number - 1] for number in range(1, 301)) < 3


def test_all_kinds_of_wishes_changes_and_shoppers_come_up(goals):
    wishes = Counter(wish.kind for goal in goals for wish in goal.needs[0].wishes)
    assert set(wishes) == {"kind", "budget", "brand", "not_brand", "must", "avoid", "use"}
    assert {goal.language for goal in goals} == {"zh", "en"}
    assert {goal.style for goal in goals} == {"terse", "plain", "chatty", "rambling"}
    assert {goal.change.before.kind for goal in goals if goal.change} >= {"kind", "budget", "brand"}
    assert any(goal.aside for goal in goals)
    assert any(len(goal.needs) == 2 for goal in goals)


def test_a_change_of_mind_begins_with_another_wish(goals):
    goal = next(one for one in goals if one.change and one.change.before.kind == "budget")
    first = opening_wishes(goal.needs[0], goal.change)
    assert goal.change.before in first
    assert goal.change.after in goal.needs[0].wishes
    assert goal.change.before.amount < goal.change.after.amount


@pytest.mark.parametrize(
    ("wish", "broken"),
    [
        (Wish("kind", "Laptops"), False), (Wish("kind", "Tablets"), True), (Wish("budget", amount=3999), False), (Wish("budget", amount=3998), True),
        (Wish("below", amount=3999), True), (Wish("brand", "Norin"), False), (Wish("brand", "Pax"), True), (Wish("not_brand", "Norin"), True),
        (Wish("must", "black", "color"), False), (Wish("must", "red", "color"), True), (Wish("avoid", "black", "color"), True),
        (Wish("avoid", "red", "color"), False), (Wish("use", "gaming", "good for"), False),
    ],
)  # fmt: skip
def test_a_wish_is_broken_by_what_the_item_is(tmp_path, wish, broken):
    laptop = read_shop(write_shop(tmp_path)).catalogue.by_id["lap-2"]
    assert breaks(laptop, wish) == broken


def test_what_also_comes_in_another_colour_is_not_ruled_out(tmp_path):
    laptop = read_shop(write_shop(tmp_path)).catalogue.by_id["lap-3"]
    assert not breaks(laptop, Wish("avoid", "black", "color"))


def test_what_cannot_be_had_is_never_a_target(tmp_path: Path):
    maker = GoalMaker(read_shop(write_shop(tmp_path)))
    needs = [need for number in range(200) for need in maker.make(number, 1).needs]
    assert all(SOLD_OUT not in need.fits and need.target != SOLD_OUT for need in needs)
