"""Retrieval, filter and ranking over the tiny shop, with a fake encoder and a real Chroma."""

import random

import pytest

from chatbot.recommending.fitting import fits
from chatbot.recommending.profile import Profile, profile_of
from chatbot.recommending.recommender import COUNT, Candidates, Recommender
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.values import Constraints, Event, Interest, State
from tests.fakes import FakeEncoder
from tests.tiny_shop import BLACK_NORIN_UNDER_4000, CHEAPEST_LAPTOP, ONLY_TOUCHSCREEN, SOLD_OUT, TOML, TWINS, write_shop


class Setting:
    """A recommender over one folder, and the steps of a recommendation in one call."""

    def __init__(self, folder, **parts):
        self.shop = read_shop(write_shop(folder / "shop", **parts))
        self.encoder = FakeEncoder()
        self.index = open_index(self.shop, self.encoder, folder / "cache")
        self.recommender = Recommender(self.shop, self.index)

    def profile(self, *events: Event) -> Profile:
        return profile_of(events, self.shop.catalogue, self.index.item_vectors)

    def find(self, words: str, state: State, *, events=(), interests=(), like=(), detail=1.0, spread=False):
        profile = self.profile(*events)
        vector = self.recommender.content(self.encoder.queries([words])[0], interests, profile, state).vector
        candidates = self.recommender.candidates(vector, interests, profile, state, like=like)
        return self.recommender.select(candidates, interests, profile, state, detail=detail, spread=spread)

    def ids(self, words: str, state: State, **parts) -> list[str]:
        return [one.item.id for one in self.find(words, state, **parts).ranked]


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    return Setting(tmp_path_factory.mktemp("tiny"))


def wanting(**constraints) -> State:
    return State(need=("x",), constraints=Constraints(**constraints))


def test_the_provable_best_answers(setting):
    assert setting.ids("laptop", wanting(category="Laptops", brand=("Norin",), price_max=4000, attributes={"color": ("black",)})) == [
        BLACK_NORIN_UNDER_4000
    ]
    assert setting.ids("laptop", wanting(category="Laptops", attributes={"touchscreen": ("yes",)})) == [ONLY_TOUCHSCREEN]
    assert setting.ids("laptop", wanting(category="Laptops", price_max=3000)) == [CHEAPEST_LAPTOP]


def test_the_words_decide_among_what_fits(setting):
    assert setting.ids("draws and renders Studio", wanting(category="Laptops"))[0] == "lap-4"
    assert setting.ids("folds over", wanting(category="Laptops"))[0] == "lap-5"
    assert setting.ids("a long neck for coffee", wanting(category="Kettles"))[0] == "ket-3"


def test_no_constraint_is_ever_broken(setting):
    chance = random.Random(7)
    items = setting.shop.catalogue.items
    for _ in range(200):
        wanted = Constraints(
            category=chance.choice([None, "Laptops", "Computers", "Kettles", "Notebooks"]),
            price_min=chance.choice([None, 15.0, 1500.0]), price_max=chance.choice([None, 30.0, 250.0, 4000.0]),
            brand=chance.choice([(), (), ("Norin",), ("Pax", "Brio")]), not_brand=chance.choice([(), (), ("Brio",)]),
            attributes=chance.choice([{}, {}, {"color": ("black", "white")}]), not_attributes=chance.choice([{}, {}, {"color": ("black",)}]),
            in_stock=chance.choice([None, True]), rating_min=chance.choice([None, 4.5]),
        )  # fmt: skip
        shown = tuple(item.id for item in chance.sample(items, 3))
        state = State(
            need=("x",), constraints=wanted, below=chance.choice([None, 5000.0]), above=chance.choice([None, 10.0]), shown=shown, rejected=("lap-3",)
        )
        found = setting.find(chance.choice(["laptop", "笔记本", "red", ""]), state)
        for one in found.ranked:
            assert fits(one.item, wanted)
            assert one.item.id not in {*shown, "lap-3"}
            assert state.below is None or one.item.price < state.below
            assert state.above is None or one.item.price > state.above
        assert len({one.item.id for one in found.ranked}) == len(found.ranked) <= COUNT
        assert found.fitting >= len(found.ranked)


def test_what_fits_is_counted_whole(setting):
    state = wanting(category="Laptops", price_max=5000)
    assert setting.find("laptop", state).fitting == 3
    assert setting.recommender.fitting(State(constraints=state.constraints, shown=("lap-1",), rejected=("lap-2",), below=10.0)) == 3


def test_showing_more_until_nothing_is_left_shows_each_once(setting):
    shown: tuple[str, ...] = ()
    for _ in range(10):
        found = setting.ids("laptop", State(need=("x",), constraints=Constraints(category="Laptops"), shown=shown))
        assert not set(found) & set(shown)
        if not found:
            break
        shown += tuple(found)
    assert sorted(shown) == ["lap-1", "lap-2", "lap-3", "lap-4", "lap-5"]  # lap-6 is sold out
    end = setting.recommender.dead_end(State(need=("x",), constraints=Constraints(category="Laptops"), shown=shown))
    assert end.exhausted


def test_near_duplicates_are_folded_into_one(setting):
    found = setting.ids("kettle", wanting(category="Kettles"))
    assert len(set(found) & set(TWINS)) == 1
    assert len(found) == 3


def test_a_twin_is_shown_when_it_is_the_one_that_fits(setting):
    assert setting.ids("kettle", wanting(category="Kettles", attributes={"color": ("red",)})) == ["ket-2"]


def test_scores_fall_and_lie_between_zero_and_one(setting):
    scores = [one.score for one in setting.find("laptop", wanting(category="Laptops")).ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_what_is_in_stock_comes_before_what_is_not(setting):
    assert setting.ids("a computer to carry about", wanting(category="Laptops", price_max=4000))[0] != SOLD_OUT


def test_a_pinned_item_rises_and_a_blocked_one_never_shows(tmp_path):
    pinned = Setting(tmp_path / "one", toml='pinned = ["lap-4"]\nblocked = ["lap-2"]\n' + TOML)
    assert pinned.ids("laptop", wanting(category="Laptops"), detail=0.0)[0] == "lap-4"
    assert BLACK_NORIN_UNDER_4000 not in pinned.ids("norin air 14 laptop black", wanting(category="Laptops", brand=("Norin",)))
    end = pinned.recommender.dead_end(wanting(category="Laptops", brand=("Norin",), price_max=4000))
    assert end.closest is None or end.closest.id != BLACK_NORIN_UNDER_4000


def test_interests_bound_what_is_offered_without_a_category(setting):
    interests = (Interest("Kettles", 0.7), Interest("Notebooks", 0.2), Interest("Laptops", 0.05))
    found = setting.find("something", State(need=("x",)), interests=interests)
    assert {one.item.leaf for one in found.ranked} <= {"Kettles", "Notebooks"}
    assert found.ranked[0].item.leaf == "Kettles"


def test_behaviour_alone_recommends_its_own_kind(setting):
    found = setting.find("", State(), events=(Event("like", "ket-3"), Event("view", "ket-4")))
    assert {one.item.leaf for one in found.ranked} == {"Kettles"}


def test_kinds_are_spread_where_none_was_asked_for(setting):
    near = (("lap-1", 0.9), ("lap-2", 0.9), ("lap-4", 0.9), ("tab-1", 0.89), ("ket-4", 0.89))
    candidates = Candidates(tuple((setting.shop.catalogue.by_id[name], cosine) for name, cosine in near), 5)
    kinds = [
        {one.item.leaf for one in setting.recommender.select(candidates, (), setting.profile(), State(), spread=spread).ranked}
        for spread in (False, True)
    ]
    assert kinds[1] == {"Laptops", "Tablets", "Kettles"} != kinds[0]


def test_bought_and_disliked_items_are_not_offered_again(setting):
    events = (Event("purchase", "lap-2"), Event("dislike", "lap-3"))
    assert not {"lap-2", "lap-3"} & set(setting.ids("laptop", wanting(category="Laptops"), events=events))


def test_similar_is_near_what_it_should_resemble(setting):
    assert (
        setting.ids("more like this", State(need=("x",), constraints=Constraints(category="Laptops"), shown=("lap-2",)), like=("lap-2",))[0]
        == "lap-3"
    )


# ── dead ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("constraints", "blocking", "closest"),
    [
        ({"category": "Laptops", "price_max": 2000}, "price_max", "lap-1"),
        ({"category": "Kettles", "price_min": 500}, "price_min", None),
        ({"category": "Laptops", "attributes": {"touchscreen": ("yes",)}, "price_max": 6000}, "price_max", "lap-5"),
        ({"category": "Tablets", "brand": ("Papir",)}, "brand", None),
        ({"category": "Notebooks", "rating_min": 4.9}, "rating_min", None),
        ({"category": "Laptops", "attributes": {"color": ("red",)}}, "attributes.color", None),
    ],
)
def test_a_dead_end_names_what_is_in_the_way(setting, constraints, blocking, closest):
    state = wanting(**constraints)
    assert setting.ids("x", state) == []
    end = setting.recommender.dead_end(state)
    assert blocking in end.blocking
    assert not end.exhausted
    assert end.closest is not None
    assert constraints["category"] in end.closest.category
    if closest:
        assert end.closest.id == closest


def test_a_dead_end_says_what_is_left_without_it(setting):
    end = setting.recommender.dead_end(wanting(category="Laptops", attributes={"color": ("red",)}))
    assert end.relaxed == ("attributes.color",)
    assert end.without == 5
    assert end.lowest == 2999


def test_going_below_the_cheapest_is_a_dead_end_of_its_own(setting):
    end = setting.recommender.dead_end(State(need=("x",), constraints=Constraints(category="Laptops"), below=2999.0))
    assert end.blocking == ("bounds",)
    assert end.closest.id == CHEAPEST_LAPTOP


def test_a_category_that_does_not_exist_blocks(setting):
    assert setting.recommender.dead_end(wanting(category="Shoes")).blocking == ("category",)


def test_what_was_rejected_is_not_the_closest(setting):
    state = State(need=("x",), constraints=Constraints(category="Laptops", price_max=2000), rejected=("lap-1",))
    assert setting.recommender.dead_end(state).closest.id != "lap-1"


def test_an_empty_shop_finds_nothing_and_fails_at_nothing(tmp_path):
    empty = Setting(tmp_path, change=lambda items: items.clear())
    assert empty.ids("laptop", State(need=("x",))) == []
    assert empty.recommender.dead_end(State(need=("x",))).closest is None


@pytest.mark.parametrize("words", ["pax", "帕克斯", "touchscreen", "银色"])
def test_what_has_a_word_to_be_avoided_comes_last_and_is_still_there(setting, words):
    laptops = [item for item in setting.shop.catalogue.items if item.leaf == "Laptops" and item.in_stock]
    told = {item.id for item in laptops if setting.recommender._tells(item, words)}
    avoiding = State(need=("x",), constraints=Constraints(category="Laptops"), avoided=(words,))
    ranked = [one.item.id in told for one in setting.recommender._rank([(item, 0.9) for item in laptops], (), setting.profile(), avoiding, 1.0, 1.0)]
    assert ranked == sorted(ranked)
    assert sum(ranked) == len(told)


def test_an_avoided_word_is_looked_for_at_the_beginning_of_words(setting):
    pax = next(item for item in setting.shop.catalogue.items if item.texts["en"].title.startswith("Pax"))
    assert setting.recommender._tells(pax, "lap")
    assert not setting.recommender._tells(pax, "top")
