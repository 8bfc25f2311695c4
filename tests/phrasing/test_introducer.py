"""The introducer with a scripted model: what passes is the model's, what strays is the rule's ending of the same sentence."""

import threading
from types import SimpleNamespace

import pytest

from chatbot.phrasing import en, introducer, streams, zh
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.introducer import LONGEST_BODY, Introducer
from chatbot.phrasing.streams import Phrased
from tests.fakes import FakeChatModel
from tests.phrasing.briefs import CATALOGUE, KINDS, brief_of

GOOD = {"en": " the Norin Air 14 Laptop at ¥3,999, which has 16 GB of memory.", "zh": "诺林 Air 14 笔记本电脑，3999 元，内存 16 GB。"}
LONG = " and so on" * 1000
RULES = {"en": en, "zh": zh}
LANGUAGES = ("en", "zh")


def phrased_with(model, language="en", seconds=60.0, **changes):
    """(the pieces, what came of it, the rule's sentences)."""
    brief = brief_of(language, **changes)
    told = Phrased()
    pieces = list(Introducer(model, Grounding(CATALOGUE), seconds=seconds).stream(brief, told))
    return pieces, told, RULES[language].sentences(brief)


def finished():
    """Wait for the threads that read models, which are told to leave and do so by themselves."""
    for thread in threading.enumerate():
        if thread.name == "phrasing":
            thread.join(30)
            assert not thread.is_alive()


def by_rule(language, **changes):
    return "".join(phrased_with(None, language, **changes)[0])


def eventually(holds) -> bool:
    """Whether `holds` comes true: the model's stream is closed by the thread that reads it."""
    return any(holds() or threading.Event().wait(0.02) for _ in range(250))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_sentence_is_the_models(language):
    model = FakeChatModel(replies=[GOOD[language] + (" More." if language == "en" else "还有。")])
    pieces, told, rules = phrased_with(model, language)
    text = "".join(pieces)
    (introduced,) = [one for one in rules if one.product]
    assert introduced.lead + GOOD[language] in text
    assert "More." not in text and "还有。" not in text
    assert told.by_model and told.grounded and told.faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lead_is_said_before_the_model_is_asked(language):
    model = FakeChatModel(replies=[GOOD[language]])
    brief = brief_of(language)
    stream = Introducer(model, Grounding(CATALOGUE), seconds=60).stream(brief, Phrased())
    first = next(stream)
    assert model.prompts == []
    assert first == next(one.lead for one in RULES[language].sentences(brief) if one.product)
    list(stream)
    assert len(model.prompts) == 1


BAD = {
    "another price": " the Norin Air 14 Laptop at ¥2,999.",
    "no price": " the Norin Air 14 Laptop.",
    "no name": " it, at ¥3,999.",
    "another product": " the Pax Go 13 Laptop at ¥3,999.",
    "a promise": " the Norin Air 14 Laptop at ¥3,999 with free delivery.",
    "never ends": " the Norin Air 14 Laptop at ¥3,999 and",
    "nothing": "",
    "wrong language": "诺林 Air 14 笔记本电脑，3999 元。",
    "the prompt again": " the Norin Air 14 Laptop at ¥3,999 | 1.1 kg\nFacts: more.",
}


@pytest.mark.parametrize("reply", BAD.values(), ids=BAD.keys())
def test_a_sentence_that_strays_is_replaced_by_the_rules_ending(reply):
    pieces, told, _ = phrased_with(FakeChatModel(replies=[reply]))
    assert "".join(pieces) == by_rule("en")
    assert not told.by_model
    assert told.grounded
    assert len(told.faults) == 1
    assert told.faults[0].startswith("model: ")
    if reply:
        assert reply.strip()[:10] in told.faults[0]


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), TimeoutError("no answer"), ValueError("odd"), ConnectionError("refused")])
def test_a_model_that_fails_is_replaced_and_the_trace_says_why(error):
    pieces, told, _ = phrased_with(FakeChatModel(replies=[error]))
    assert "".join(pieces) == by_rule("en")
    assert not told.by_model
    assert type(error).__name__ in told.faults[0]
    assert str(error) in told.faults[0]


def test_a_model_that_fails_in_the_middle_is_replaced():
    def fail(number):
        if number == 3:
            raise RuntimeError("lost")

    pieces, told, _ = phrased_with(FakeChatModel(replies=[GOOD["en"]], on_piece=fail))
    assert "".join(pieces) == by_rule("en")
    assert "lost" in told.faults[0]


@pytest.fixture
def clock(monkeypatch):
    """Time that only passes where a test says so."""
    hands = SimpleNamespace(now=100.0)
    for module in (introducer, streams):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: hands.now))
    return hands


def test_a_slow_model_is_replaced_and_stopped(clock):
    def pass_a_second(_):
        clock.now += 1.0

    model = FakeChatModel(replies=[LONG], on_piece=pass_a_second)
    pieces, told, _ = phrased_with(model, seconds=3.0)
    assert "".join(pieces) == by_rule("en")
    assert not told.by_model
    assert "longer than 3 s" in told.faults[0]
    finished()
    assert model.pieces_sent < len(LONG) / model.piece
    assert eventually(lambda: model.closed == 1)


def test_a_model_that_says_nothing_at_all_does_not_hold_the_reply():
    """A server that hangs, or a queue of other shoppers, gives no piece after which the clock could be read."""
    silent = threading.Event()
    pieces: list[str] = []
    model = FakeChatModel(replies=[GOOD["en"]], on_piece=lambda _: silent.wait())
    thread = threading.Thread(target=lambda: pieces.extend(phrased_with(model, seconds=0.05)[0]), name="reader", daemon=True)
    thread.start()
    thread.join(5)
    held = thread.is_alive()
    silent.set()
    thread.join()
    assert not held
    assert "".join(pieces) == by_rule("en")


def test_a_good_sentence_stops_the_model():
    model = FakeChatModel(replies=[GOOD["en"] + LONG])
    phrased_with(model)
    finished()
    assert model.pieces_sent < len(LONG) / model.piece
    assert eventually(lambda: model.closed == 1)


def test_the_model_is_given_one_products_facts_and_a_limit():
    model = FakeChatModel(replies=[GOOD["en"]])
    phrased_with(model)
    (prompt,) = model.prompts
    assert "Norin Air 14 Laptop" in prompt
    assert "Brio" not in prompt
    assert "light laptop for travel" not in prompt.split("Pinewood")[1]
    assert model.options == [{"max_tokens": LONGEST_BODY}] or model.options[0]["max_tokens"] == LONGEST_BODY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "recommend"])
def test_only_recommendations_are_phrased_by_the_model(language, kind):
    model = FakeChatModel(replies=[GOOD[language]])
    pieces, told, _ = phrased_with(model, language, kind=kind)
    assert model.prompts == []
    assert not told.by_model
    assert "".join(pieces) == by_rule(language, kind=kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_model_the_rules_speak(language):
    pieces, told, rules = phrased_with(None, language)
    assert "".join(pieces) == (" " if language == "en" else "").join(one.text for one in rules)
    assert not told.by_model
    assert told.faults == []


def test_a_rule_that_strays_is_told():
    """The description is the shop's own; a rule's sentence from elsewhere cannot be planted but through it."""
    brief = brief_of("en", kind="answer", answer="Yes.")
    told = Phrased()
    model = Introducer(None, Grounding(CATALOGUE), seconds=1.0)
    model._verify(en.Sentence("It is ¥1."), introducer.Facts(brief), told)
    assert not told.grounded
    assert "¥1" in told.faults[0]


def test_several_streams_at_once_do_not_mix():
    speaker = Introducer(FakeChatModel(replies=[GOOD["en"], GOOD["zh"]]), Grounding(CATALOGUE), seconds=60)
    one, other = Phrased(), Phrased()
    english, chinese = speaker.stream(brief_of("en"), one), speaker.stream(brief_of("zh"), other)
    texts = ["", ""]
    texts[0] += next(english)
    texts[1] += next(chinese)
    texts[0] += "".join(english)
    texts[1] += "".join(chinese)
    assert GOOD["en"] in texts[0]
    assert GOOD["zh"] in texts[1]
    assert one.by_model and other.by_model


def test_a_reader_who_leaves_stops_the_model():
    model = FakeChatModel(replies=[GOOD["en"]])
    stream = Introducer(model, Grounding(CATALOGUE), seconds=60).stream(brief_of("en"), Phrased())
    next(stream)
    stream.close()
    assert model.pieces_sent == 0


def test_warming_reads_both_fixed_parts():
    model = FakeChatModel(replies=["x"])
    Introducer(model, Grounding(CATALOGUE), seconds=1.0).warm()
    assert len(model.prompts) == 2
    Introducer(None, Grounding(CATALOGUE), seconds=1.0).warm()
