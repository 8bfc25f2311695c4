"""What shoppers do with what they see: criticise, answer, change their mind, take what fits, leave. And the judge of replies."""

from dataclasses import replace

import pytest

from chatbot.evaluating.simulating.chat_shopper import ChatShopper
from chatbot.evaluating.simulating.goals import Aside, Change, Goal, Need, Wish
from chatbot.evaluating.simulating.judging import judged
from chatbot.evaluating.simulating.shopper import RuleShopper, Said, Seen
from chatbot.shop.reading import read_shop
from chatbot.values import Product, Reply, Source
from tests.fakes import FakeChatModel
from tests.tiny_shop import write_shop

KIND, BLACK, CEILING = Wish("kind", "Laptops"), Wish("must", "black", "color"), Wish("budget", amount=4000)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return read_shop(write_shop(tmp_path_factory.mktemp("shop"))).catalogue


def goal(*wishes, fits=("lap-2",), **parts):
    need = Need((KIND, *wishes), "lap-2", frozenset(fits))
    return Goal(**{"number": 1, "language": "en", "style": "terse", "patience": 3, "sloppy": 0.0, "needs": (need,)} | parts)


def shopper(catalogue, wanted, seed=1):
    return RuleShopper(wanted, catalogue, "CNY", seed)


def test_takes_what_fits_and_says_which(catalogue):
    one = shopper(catalogue, goal(BLACK, CEILING))
    first = one.say(None)
    assert first.act == "open"
    assert KIND in first.stated
    taken = one.say(Seen("Here are two.", ("lap-1", "lap-2")))
    assert (taken.act, taken.items) == ("take", ("lap-2",))
    assert any(word in taken.text for word in ("second", "2nd", "Norin Air 14"))


def test_says_what_is_wrong_and_holds_it_from_then_on(catalogue):
    for seed in range(10):
        one = shopper(catalogue, goal(CEILING), seed)
        if CEILING in one.say(None).stated:
            continue
        said = one.say(Seen("This one.", ("lap-4",)))
        assert said.act in ("critique", "cheaper")
        assert (CEILING in said.stated) == (said.act == "critique")
        assert said.act == "critique" or Wish("below", amount=8999) in said.stated


def test_everything_is_said_again_at_a_dead_end(catalogue):
    one = shopper(catalogue, goal(BLACK, CEILING))
    one.say(None)
    said = one.say(Seen("There is nothing like that."))
    assert said.act == "restate"
    assert {KIND, BLACK, CEILING} == set(said.stated)


def test_a_question_back_is_answered(catalogue):
    one = shopper(catalogue, goal(BLACK, CEILING))
    told = set(one.say(None).stated)
    said = one.say(Seen("What is it for?"))
    assert said.act == "answer"
    assert set(said.stated) - told


def test_a_quick_reply_with_the_kind_is_tapped(catalogue):
    one = shopper(catalogue, goal(CEILING))
    one.say(None)
    assert one.say(Seen("Which do you mean?", (), ("Notebooks", "Laptops"))).text == "Laptops"


def test_a_change_of_mind_replaces_what_was_said(catalogue):
    tight = Wish("budget", amount=2000)
    one = shopper(catalogue, goal(CEILING, change=Change(tight, CEILING)))
    assert tight in one.say(None).stated
    said = one.say(Seen("Nothing under 2,000."))
    assert said.act == "change"
    assert CEILING in said.stated
    assert tight not in said.stated


def test_a_brand_that_is_taken_back_holds_no_more(catalogue):
    pax = Wish("brand", "Pax")
    one = shopper(catalogue, goal(change=Change(pax, None)))
    assert pax in one.say(None).stated
    assert pax not in one.say(Seen("These.", ("lap-1",))).stated


def test_asks_about_the_shop_in_between(catalogue):
    one = shopper(catalogue, goal(aside=Aside("returns", ("returns",), 2)))
    one.say(None)
    said = one.say(Seen("These.", ("lap-2",)))
    assert (said.act, said.sources) == ("aside", ("returns",))
    assert one.say(Seen("Within seven days.")).act == "take"


def test_gives_up_when_nothing_helps(catalogue):
    one = shopper(catalogue, goal(BLACK, patience=2))
    acts = [one.say(None).act]
    while (said := one.say(Seen("Nothing."))) is not None:
        acts.append(said.act)
    assert acts[-1] == "leave"
    assert len(acts) == 4


def test_two_things_are_wanted_one_after_the_other(catalogue):
    kettle = Need((Wish("kind", "Kettles"),), "ket-1", frozenset({"ket-1"}))
    one = shopper(catalogue, replace(goal(CEILING), needs=(goal(CEILING).needs[0], kettle)))
    one.say(None)
    one.say(Seen("This one.", ("lap-2",)))
    said = one.say(Seen("In the basket.", ("lap-2",), cart="lap-2"))
    assert (said.act, said.need, said.stated) == ("next", 1, (Wish("kind", "Kettles"),))


def test_the_same_seed_says_the_same(catalogue):
    def talk():
        one = shopper(catalogue, goal(BLACK, CEILING, style="rambling"))
        return [one.say(None).text, one.say(Seen("x", ("lap-4",))).text, one.say(Seen("x", ("lap-1",))).text]

    assert talk() == talk()


# ── the judge ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def reply(catalogue, *ids, text="Here.", intent="refine", sources=()):
    products = [
        Product(
            id=item.id, title=item.title, brand=item.brand, category=item.category, price=item.price, list_price=None, currency="CNY",
            in_stock=item.in_stock, url="", image="", attributes={}, score=1.0, reasons=(),
        )
        for item in catalogue.get(ids)
    ]  # fmt: skip
    return Reply(
        session="s", turn=1, language="en", text=text, products=tuple(products), sources=tuple(Source(one, "", "") for one in sources),
        understanding={"intent": {"name": intent, "confidence": 0.9}, "constraints": {}},
    )  # fmt: skip


def test_a_product_against_what_was_said_is_a_violation(catalogue):
    said = Said("under 4000", "critique", (KIND, CEILING))
    assert judged(said, reply(catalogue, "lap-2"), (), catalogue).violations == ()
    (fault,) = judged(said, reply(catalogue, "lap-2", "lap-4"), (), catalogue).violations
    assert "lap-4" in fault
    assert "4000" in fault


def test_a_closest_miss_that_is_told_is_none(catalogue):
    said = Said("under 4000", "critique", (KIND, CEILING))
    assert not judged(said, reply(catalogue, "lap-4", text="Nothing under ¥4,000; the closest is this."), (), catalogue).violations


def test_what_was_asked_about_is_no_recommendation(catalogue):
    said = Said("tell me of the first", "details", (KIND, CEILING), ("lap-4",))
    assert not judged(said, reply(catalogue, "lap-4"), (), catalogue).violations


def test_what_is_sold_out_is_a_violation(catalogue):
    assert judged(Said("laptops", "open", (KIND,)), reply(catalogue, "lap-6"), (), catalogue).violations


def test_others_were_asked_for_and_the_same_came(catalogue):
    assert judged(Said("others?", "more", (KIND,)), reply(catalogue, "lap-2", "lap-3"), ("lap-2",), catalogue).repeats == ("lap-2",)


def test_a_question_is_answered_by_a_source_that_fits(catalogue):
    said = Said("returns?", "aside", (), (), ("returns",))
    assert judged(said, reply(catalogue, intent="service"), (), catalogue).unanswered
    assert judged(said, reply(catalogue, intent="service", sources=("shipping",)), (), catalogue).off
    fine = judged(said, reply(catalogue, intent="service", sources=("returns",)), (), catalogue)
    assert (fine.unanswered, fine.off, fine.understood) == (False, False, True)


# ── a chat model as the shopper ───────────────────────────────────────────────────────────────────────────────────────


def test_a_chat_model_plays_the_shopper(catalogue):
    model = FakeChatModel(replies=["Customer: a laptop under 4000 please", "I'll take the second one", "[LEAVE]"])
    one = ChatShopper(goal(BLACK, CEILING), catalogue, "CNY", model)
    first = one.say(None)
    assert (first.text, first.act) == ("a laptop under 4000 please", "open")
    assert CEILING in first.stated
    assert BLACK not in first.stated
    taken = one.say(Seen("These two.", ("lap-1", "lap-2")))
    assert taken.act == "take"
    assert one.say(Seen("In the basket.", ("lap-2",), cart="lap-2")) is None
    assert "at most 4000 CNY" in model.prompts[0]
    assert "Norin Air 14" in model.prompts[1]
    assert "lap-2" not in "".join(model.prompts)
