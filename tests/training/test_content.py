"""The fit of the content's weights on a shop whose answer is known: where only behaviour knows the target, behaviour is what gets the weight."""

from chatbot.recommending.content import ContentWeights
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from chatbot.training import content
from chatbot.training.content import GUESS, fit_content, simulated
from chatbot.understanding.interests import Interests
from chatbot.understanding.understander import Understander
from tests.fakes import FakeEncoder, FakeReader
from tests.tiny_shop import rows, write_shop


def twelve_of_each(items):
    """Enough of two kinds to have looked at some of one."""
    laptop = rows()[0] | {"i18n": {}}
    items[:] = [
        {**laptop, "id": f"{kind}-{number}", "title": f"{kind} {number}", "category": ["Computers", kind], "price": 1000.0 * (1 + number)}
        for kind in ("Laptops", "Tablets")
        for number in range(12)
    ]


def parts(tmp_path):
    shop, encoder = read_shop(write_shop(tmp_path / "shop", change=twelve_of_each)), FakeEncoder()
    index = open_index(shop, encoder, tmp_path / "cache")
    interests = Interests(shop.catalogue, index.item_vectors, index.interest_head)
    return shop.catalogue, index, Understander(FakeReader(), encoder, shop.catalogue, interests, "en", frozenset())


def test_the_same_seed_makes_the_same_shoppers_and_no_target_was_seen(tmp_path):
    catalogue, index, understander = parts(tmp_path)
    one, again, other = (simulated(catalogue, index, understander, 20, seed) for seed in (1, 1, 2))
    assert all((a.gains == b.gains).all() and (a.parts["profile"] == b.parts["profile"]).all() for a, b in zip(one, again, strict=True))
    assert any((a.gains != b.gains).any() for a, b in zip(one, other, strict=True))
    assert all((case.gains * case.may).sum() == 1 for case in one)


def test_the_fit_tells_its_figures_and_never_loses_on_what_it_is_fitted_on(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "SHOPPERS", 40)
    monkeypatch.setattr(content, "GRID", {"interests": (0.25,), "profile": (0.35, 2.0), "away": (0.0, 0.5)})
    needs = tmp_path / "needs.jsonl"
    needs.write_text('{"text": "small and plain", "category": "Laptops", "language": "en", "named": false}\n', "utf-8")
    told = []
    figures = fit_content(*parts(tmp_path), needs, told.append)
    assert {"labelled needs, guess", "nothing said, fitted", "weight of profile"} <= set(figures)
    assert all(0 <= value <= 1 for name, value in figures.items() if "weight" not in name)
    assert len(told) == 1 + content.FOLDS + 1
    table = content._table([*simulated(*(made := parts(tmp_path)), 40, 1), *content._labelled(*made, needs)], made[1].item_vectors)
    fitted = ContentWeights(interests=0.25, profile=figures["weight of profile"], away=figures["weight of away"])
    assert table.worth(fitted) >= table.worth(GUESS)
