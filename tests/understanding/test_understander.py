"""A message understood: what the network is asked, how often, and what becomes of its answer. The reader is a fake."""

import threading

import numpy as np
import pytest

from chatbot.errors import WeightsError
from chatbot.understanding import understander as module
from chatbot.understanding.grammar import CUES, find
from chatbot.understanding.interests import Interests
from chatbot.understanding.understander import Understander
from chatbot.understanding.vocabulary import Vocabulary
from chatbot.values import INTENTS, PLAN_KINDS, Slot
from tests.fakes import FakeEncoder, FakeReader


@pytest.fixture(scope="module")
def interests(catalogue):
    """Vectors drawn at random: only the words of a message speak for a category."""
    vectors = np.random.default_rng(1).normal(size=(len(catalogue.items), 512)).astype(np.float32)
    nothing_trained = np.zeros((len(catalogue.categories), 513), np.float32)
    return Interests(catalogue, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), nothing_trained)


@pytest.fixture(scope="module")
def vocabulary(catalogue):
    return Vocabulary(catalogue)


@pytest.fixture
def make(catalogue, interests, vocabulary, monkeypatch):
    """(reader, encoder) → an understander; the words of the demo shop are gathered once for all."""
    monkeypatch.setattr(module, "Vocabulary", lambda _: vocabulary)
    return lambda reader, encoder=None: Understander(reader, encoder or reader, catalogue, interests, "en")


@pytest.fixture
def reader():
    return FakeReader()


@pytest.fixture
def understander(make, reader):
    return make(reader)


# ── how often it is read ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["a black laptop under 5000", "你好", "五千以内的笔记本电脑", "😀", "-"])
def test_a_message_is_read_once_and_its_vector_comes_with_it(understander, reader, text):
    found = understander.understand(text)
    assert reader.texts == [text]
    assert reader.embedded == []
    assert np.array_equal(found.vector, FakeReader().queries([text])[0])


def test_with_an_encoder_of_its_own_a_message_is_embedded_once_too(make, reader):
    encoder = FakeEncoder(dimensions=512)
    understander = make(reader, encoder)
    for _ in range(3):
        found = understander.understand("a laptop")
    assert (reader.texts, encoder.embedded, reader.embedded) == (["a laptop"], ["a laptop"], [])
    assert np.array_equal(found.vector, FakeEncoder().queries(["a laptop"])[0])


def test_a_repeated_text_is_not_read_again(understander, reader):
    first = understander.understand("a laptop")
    again = understander.understand("a laptop", previous="zh", need=("a laptop",), category="Laptops")
    understander.understand("a laptop", wanted="zh")
    assert reader.texts == ["a laptop"]
    assert (again.intents, again.slots, again.mood) == (first.intents, first.slots, first.mood)


def test_in_another_turn_it_is_read_again(understander, reader):
    understander.understand("cheaper", said="a laptop", did="recommend")
    understander.understand("cheaper", said="a kettle", did="recommend")
    understander.understand("cheaper", said="a laptop", did="compare")
    understander.understand("cheaper", said="a laptop", did="recommend")
    assert reader.texts == ["cheaper"] * 3


def test_the_messages_of_a_need_are_not_embedded_again(understander, reader):
    understander.understand("a laptop")
    understander.understand("for travel and games", need=("a laptop",), said="a laptop", did="recommend")
    assert (reader.texts, reader.embedded) == (["a laptop", "for travel and games"], [])


def test_after_a_restart_the_messages_of_a_need_are_embedded_once(understander, reader):
    for _ in range(2):
        understander.understand("for travel and games", need=("a laptop", "a light one"), said="a light one", did="recommend")
    assert sorted(reader.embedded) == ["a laptop", "a light one"]
    assert reader.texts == ["for travel and games"]


def test_only_the_last_texts_are_kept(make, reader, monkeypatch):
    monkeypatch.setattr(module, "CACHED_TEXTS", 2)
    understander = make(reader)
    for text in ("one", "two", "three", "three", "one"):
        understander.understand(text)
    assert reader.texts == ["one", "two", "three", "one"]


def test_an_error_passes_and_is_not_kept(understander, reader):
    reader.failing = WeightsError("the graph is gone")
    with pytest.raises(WeightsError, match="the graph is gone"):
        understander.understand("a laptop")
    reader.failing = None
    assert understander.understand("a laptop").topics == ("Laptops",)


def test_threads_do_not_mix_their_messages(understander, reader):
    texts = [f"{colour} {thing}" for colour in ("black", "white", "red") for thing in ("laptop", "kettle", "headphones")]
    for text in texts:
        reader.tell(text, "recommend", slots=[("attribute", text.split()[0])])
    found: dict[str, list] = {text: [] for text in texts}

    def work(order):
        for text in order:
            found[text].append(understander.understand(text))

    threads = [threading.Thread(target=work, args=(texts[start:] + texts[:start],)) for start in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text, results in found.items():
        assert {(one.text, one.slots[0].text, one.constraints.attributes["color"]) for one in results} == {
            (text, text.split()[0], (text.split()[0],))
        }
        assert len(results) == len(texts)


# ── what it is asked ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_the_start_nothing_was_said_and_nothing_done(understander, reader):
    understander.understand("a laptop")
    assert reader.turns[0].did == 0
    assert np.array_equal(reader.turns[0].said, np.zeros(reader.dimensions))
    assert reader.turns[0].said.dtype == np.float32


@pytest.mark.parametrize("did", PLAN_KINDS)
def test_the_turn_before_reaches_the_reader(understander, reader, did):
    understander.understand("a laptop")
    understander.understand("cheaper", said="a laptop", did=did)
    assert reader.turns[1].did == 1 + PLAN_KINDS.index(did)
    assert np.array_equal(reader.turns[1].said, FakeReader().queries(["a laptop"])[0])
    assert reader.embedded == []


@pytest.mark.parametrize("before", [{"said": "a laptop"}, {"did": "recommend"}, {"said": "", "did": "greet"}])
def test_half_a_turn_before_is_none(understander, reader, before):
    understander.understand("cheaper", **before)
    assert reader.turns[0].did == 0
    assert not reader.turns[0].said.any()


def test_the_turn_before_is_the_readers_vector_and_not_the_encoders(make, reader):
    encoder = FakeEncoder(dimensions=512)
    make(reader, encoder).understand("cheaper", said="a laptop", did="recommend")
    assert reader.embedded == ["a laptop"]
    assert encoder.embedded == ["cheaper"]


@pytest.mark.parametrize("text", ["a cheaper black laptop under 5000", "换一批", "not the second one", "你好"])
def test_the_cues_reach_the_reader(understander, reader, vocabulary, text):
    understander.understand(text)
    assert np.array_equal(reader.turns[0].cues, find(text, vocabulary).cues)
    assert reader.turns[0].cues.shape == (len(CUES),)


# ── markup ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_markup_is_not_read(understander, reader):
    reader.tell("laptop  please", "recommend", slots=[("item", "laptop")])
    found = understander.understand("<b>laptop</b> please")
    assert reader.texts == ["laptop  please"]
    assert (found.text, found.intent, found.topics) == ("<b>laptop</b> please", "recommend", ("Laptops",))
    assert [slot.text for slot in found.slots] == ["laptop"]
    assert np.array_equal(found.vector, FakeReader().queries(["laptop  please"])[0])


def test_markup_is_not_embedded_by_another_encoder_either(make, reader):
    encoder = FakeEncoder(dimensions=512)
    make(reader, encoder).understand("<b>laptop</b>")
    assert encoder.embedded == ["laptop"]


def test_nor_that_of_messages_before(understander, reader):
    understander.understand("cheaper", need=("<b>laptop</b>",), said="<b>laptop</b>", did="recommend")
    assert reader.embedded == ["laptop"]


# ── what the reader says ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("intent", INTENTS)
def test_the_intent_is_the_readers(understander, reader, intent):
    reader.tell("a message for you", intent)
    found = understander.understand("a message for you")
    assert found.intent == next(iter(found.intents)) == intent
    assert found.confidence == pytest.approx(np.exp(5) / (np.exp(5) + 15), abs=1e-4)
    assert sum(found.intents.values()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(("intent", "wanted"), [("greet", "greet"), ("thanks", "thanks"), ("goodbye", "goodbye"), ("recommend", "out_of_scope")])
def test_in_a_third_language_only_courtesies_are_understood(understander, reader, intent, wanted):
    reader.tell("Здравствуйте", intent)
    found = understander.understand("Здравствуйте")
    assert (found.intent, found.foreign) == (wanted, True)
    assert found.confidence == round(found.intents[wanted], 4)


@pytest.mark.parametrize(
    ("mood", "label", "score"), [(-0.8, "negative", -0.8), (0.0, "neutral", 0.0), (0.6, "positive", 0.6), (-1.0, "negative", -1.0)]
)
def test_the_mood_arrives(understander, reader, mood, label, score):
    reader.tell("well", "chitchat", mood)
    found = understander.understand("well")
    assert (found.mood.label, found.mood.score) == (label, score)


def test_slots_arrive_in_their_order_with_their_places(understander, reader):
    text = "500以内的红色耳机送女朋友"
    reader.tell(text, "recommend", slots=[("price", "500以内"), ("attribute", "红色"), ("item", "耳机"), ("recipient", "女朋友")])
    assert understander.understand(text).slots == (
        Slot("price", "500以内", 0, 5), Slot("attribute", "红色", 6, 8), Slot("item", "耳机", 8, 10), Slot("recipient", "女朋友", 11, 14),
    )  # fmt: skip


def test_without_slots_there_are_none(understander):
    assert understander.understand("a laptop").slots == ()


def test_numbers_are_read_by_grammar_whatever_the_slots_say(understander, reader):
    reader.tell("a laptop under 5000", "recommend", slots=[("quantity", "5000")])
    assert understander.understand("a laptop under 5000").constraints.price_max == 5000


# ── what is ruled out ─────────────────────────────────────────────────────────────────────────────────────────────────


def ruled_out(understander, reader, text, *exclusions):
    reader.tell(text, "recommend", slots=[("exclusion", words) for words in exclusions])
    return understander.understand(text).constraints


def test_what_the_grammar_does_not_see_the_network_rules_out(understander, reader):
    text = "headphones please, black i can't stand"
    assert understander.understand(text, did="greet").constraints.attributes == {"color": ("black",)}
    found = ruled_out(understander, reader, text + "!", "black")
    assert (found.category, found.attributes, found.not_attributes) == ("Headphones", {}, {"color": ("black",)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("耳机，黑色我受不了", "黑色"),
        ("耳机，黑色的我受不了", "黑色的"),
        ("HEADPHONES, BLACK I can't stand", "BLACK"),
        ("headphones, anything black I hate", "anything black"),
    ],
)
def test_in_both_languages_and_any_spelling(understander, reader, text, words):
    found = ruled_out(understander, reader, text, words)
    assert (found.category, found.attributes, found.not_attributes) == ("Headphones", {}, {"color": ("black",)})


def test_brands_and_kinds_can_be_ruled_out_as_well(understander, reader, catalogue):
    brand = catalogue.items[0].brand
    found = ruled_out(understander, reader, f"laptops, {brand} i can't stand", brand)
    assert (found.brand, found.not_brand) == ((), (brand,))
    assert ruled_out(understander, reader, "headphones, Philips i can't stand", "Philips").not_brand == ("Philips",)
    reader.tell("a laptop, tablets i can't stand", "recommend", slots=[("exclusion", "tablets")])
    found = understander.understand("a laptop, tablets i can't stand")
    assert found.topics == ("Laptops",)
    assert next(one.probability for one in found.interests if one.category == "Tablets") < 0.01


@pytest.mark.parametrize("name", ["attribute", "item", "use", "recipient"])
def test_other_slots_rule_nothing_out(understander, reader, name):
    reader.tell("black headphones", "recommend", slots=[(name, "black")])
    found = understander.understand("black headphones").constraints
    assert (found.attributes, found.not_attributes) == ({"color": ("black",)}, {})


def test_what_the_grammar_negates_stays_so(understander):
    found = understander.understand("headphones but not black").constraints
    assert (found.attributes, found.not_attributes) == ({}, {"color": ("black",)})


def test_a_brand_whose_name_ends_in_de_is_ruled_out(understander, reader):
    assert ruled_out(understander, reader, "电水壶，美的我受不了", "美的").not_brand == ("Midea",)


def test_a_word_inside_another_word_is_not_ruled_out(understander, reader):
    """There is a pan in expandable."""
    found = ruled_out(understander, reader, "a pan, expandable ones i can't stand", "expandable ones")
    assert found.category == "Cookware"


# ── a trained folder of another version ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["intents", "tags"])
def test_labels_of_another_version_are_refused(make, reader, name):
    reader.about[name] = reader.about[name][:-1]
    with pytest.raises(WeightsError, match="python -m chatbot train understanding"):
        make(reader)


@pytest.mark.parametrize(
    ("text", "exclusion", "avoided"),
    [
        ("not a machine with pods", "pods", ("pod",)),
        ("别太红", "红", ("红",)),
        ("no Rhubarb please", "Rhubarb", ("rhubarb",)),
        ("not a laptop", "laptop", ()),
        ("not x", "x", ()),
    ],
)
def test_what_is_ruled_out_and_the_catalogue_has_no_name_for_is_avoided(understander, reader, text, exclusion, avoided):
    """What it has a name for is a constraint or a kind; a letter alone is nothing."""
    reader.tell(text, "refine", slots=[("exclusion", exclusion)])
    assert understander.understand(text).avoided == avoided


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't have to be Norin",
        "forget about Norin, any brand is fine",
        "I don't care about the brand",
        "什么牌子都行",
        "哪个牌子都可以",
        "不一定要诺林的",
    ],
)
def test_a_brand_that_is_taken_back_is_neither_wanted_nor_ruled_out(understander, text):
    found = understander.understand(text)
    assert {"brand", "not_brand"} <= set(found.lifted)
    assert not found.constraints.brand
    assert not found.constraints.not_brand


def test_what_else_does_not_have_to_be_leaves_the_brand(understander):
    assert "brand" not in understander.understand("it doesn't have to be black").lifted
    assert understander.understand("any brand except Norin").constraints.not_brand == ("Norin",)


@pytest.mark.parametrize(
    ("text", "category", "kind"),
    [("make it a dining chair", "Chairs", "dining chair"), ("a robot vacuum", "Vacuum Cleaners", "robot"), ("改看公路车", "Bicycles", "road bike"), ("an espresso machine", "Coffee Makers", "espresso")],
)  # fmt: skip
def test_a_word_for_a_sort_of_a_kind_says_both(understander, text, category, kind):
    found = understander.understand(text).constraints
    assert (found.category, found.attributes) == (category, {"type": (kind,)})
