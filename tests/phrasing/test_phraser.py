"""The phraser with a scripted model: what holds is the model's, where it strays it is stopped and rules say what is owed."""

import threading
from types import SimpleNamespace

import pytest

from chatbot.phrasing import en, phraser, streams, zh
from chatbot.phrasing.brief import Sentence
from chatbot.phrasing.grounding import Grounding
from chatbot.phrasing.phraser import Phraser
from chatbot.phrasing.prompts import LONGEST_ENTRY, chat_messages, prompt_of
from chatbot.phrasing.streams import Phrased
from chatbot.phrasing.writers import LONGEST_OPENER, LONGEST_REPLY, ChatWriter, FormWriter
from tests.fakes import FakeChatModel
from tests.phrasing.briefs import CATALOGUE, KINDS, brief_of

OPENER = {"en": "For a light laptop under ¥7,000,", "zh": "7000 元以内轻一点的笔记本电脑，"}
FIRST = {
    "en": "there's the Norin Air 14 Laptop at ¥3,999, which has 16 GB of memory.",
    "zh": "先看诺林 Air 14 笔记本电脑，3999 元，内存 16 GB。",
}
SECOND = {
    "en": "With more to spend, the Brio Fold 14 Laptop at ¥6,499 has a touchscreen.",
    "zh": "预算宽一点，看布里欧 Fold 14 笔记本电脑，6499 元，带触摸屏。",
}
LONG = " and so on" * 1000
RULES = {"en": en, "zh": zh}
LANGUAGES = ("en", "zh")


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch):
    """Most tests look at what happens when the model's time is over; the scripted model cannot go on from a sentence."""
    monkeypatch.setattr(phraser, "ATTEMPTS", 1)
    monkeypatch.setattr(phraser, "OPENERS", 1)


def joined(language, *sentences):
    return (" " if language == "en" else "").join(sentences)


def speaker_of(model, writer=FormWriter, seconds=60.0):
    return Phraser(writer(model) if model else None, Grounding(CATALOGUE), seconds=seconds)


def phrased_with(model, language="en", seconds=60.0, **changes):
    """(the text, what came of it)."""
    told = Phrased()
    return "".join(speaker_of(model, seconds=seconds).stream(brief_of(language, **changes), told)), told


def ruled(language, *, opened=False, **changes):
    return joined(language, *(one.text for one in RULES[language].sentences(brief_of(language, **changes), opened=opened)))


def owed(language, item, **changes):
    """The rules' sentence that introduces an item behind an opener."""
    (text,) = [one.text for one in RULES[language].sentences(brief_of(language, **changes), opened=True) if one.owes and one.items == {item}]
    return text


def script(language, *sentences):
    """A model that gives the opener and then these sentences."""
    return FakeChatModel(replies=[OPENER[language], joined(language, *sentences)])


def finished():
    """Wait for the threads that read models, which are told to leave and do so by themselves."""
    for thread in threading.enumerate():
        if thread.name == "phrasing":
            thread.join(30)
            assert not thread.is_alive()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_reply_is_the_models(language):
    text, told = phrased_with(script(language, FIRST[language], SECOND[language]), language)
    assert text == joined(language, OPENER[language], FIRST[language], SECOND[language])
    assert told == Phrased(by_model=True, grounded=True, faults=[])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opener_is_told_before_the_facts_are_read(language):
    model, brief = script(language, FIRST[language], SECOND[language]), brief_of(language)
    stream = speaker_of(model).stream(brief, Phrased())
    assert next(stream) == OPENER[language]
    assert model.prompts == [prompt_of(brief).begin]
    list(stream)
    assert model.prompts[1:] == [prompt_of(brief).after(OPENER[language])]
    assert [one["max_tokens"] for one in model.options] == [LONGEST_OPENER, LONGEST_REPLY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_told_before_the_next_is_written(language):
    """Who waits for the whole reply shows nothing for as long as that takes."""
    going_on = threading.Event()
    replies = [OPENER[language], joined(language, FIRST[language], SECOND[language])]
    begun = -(-len(FIRST[language]) // 4) + 1
    model = FakeChatModel(replies=replies, on_piece=lambda number: number == begun and going_on.wait(30))
    stream = speaker_of(model).stream(brief_of(language), Phrased())
    assert [next(stream).strip(), next(stream).strip()] == [OPENER[language], FIRST[language]]
    assert not going_on.is_set()
    going_on.set()
    assert "".join(stream).strip() == SECOND[language]


STRAY = {
    "en": {
        "another price": "The Norin Air 14 Laptop is ¥2,999.",
        "the price of the other": "The Norin Air 14 Laptop is ¥6,499.",
        "another unit": "The Norin Air 14 Laptop weighs 1.1 g.",
        "another product": "There's also the Pax Go 13 Laptop at ¥3,999.",
        "a promise": "The Norin Air 14 Laptop comes with free delivery.",
        "a superlative": "The Norin Air 14 Laptop is the best.",
        "a wrong comparison": "The Norin Air 14 Laptop is heavier.",
        "a flag turned round": "The Norin Air 14 Laptop has a touchscreen.",
        "a stock": "The Norin Air 14 Laptop is out of stock.",
        "a date": "You could have the Norin Air 14 Laptop tomorrow.",
        "a link": "See www.evil.example.",
        "words from nowhere": "The Norin Air 14 Laptop won awards from critics.",
        "never ends": "The Norin Air 14 Laptop at ¥3,999 and",
        "another language": "诺林 Air 14 笔记本电脑，3999 元。",
        "the prompt again": "The Norin Air 14 Laptop | ¥3,999",
    },
    "zh": {
        "another price": "诺林 Air 14 笔记本电脑 2999 元。",
        "another product": "还有帕克斯 Go 13 笔记本电脑，3999 元。",
        "a promise": "诺林 Air 14 笔记本电脑包邮。",
        "a wrong comparison": "诺林 Air 14 笔记本电脑更重。",
        "a flag turned round": "诺林 Air 14 笔记本电脑带触摸屏。",
        "never ends": "诺林 Air 14 笔记本电脑，3999 元，另外",
        "another language": "The Norin Air 14 Laptop is light.",
        "the prompt again": "诺林 Air 14 笔记本电脑｜3999 元",
    },
}
STRAYS = [pytest.param(language, text, id=f"{language}-{name}") for language, sentences in STRAY.items() for name, text in sentences.items()]


@pytest.mark.parametrize(("language", "stray"), STRAYS)
def test_a_first_sentence_that_strays_leaves_all_to_the_rules(language, stray):
    text, told = phrased_with(script(language, stray), language)
    assert text == joined(language, OPENER[language], ruled(language, opened=True))
    assert not told.by_model and told.grounded
    (fault,) = told.faults
    assert fault.startswith("model: ") and fault.endswith(stray)


@pytest.mark.parametrize(("language", "stray"), STRAYS)
def test_behind_a_sentence_that_stands_rules_say_only_what_is_owed(language, stray):
    text, told = phrased_with(script(language, FIRST[language], stray), language)
    assert text == joined(language, OPENER[language], FIRST[language], owed(language, "lap-5"))
    assert not told.by_model and told.grounded
    (fault,) = told.faults
    assert fault.startswith("model: ") and fault.endswith(stray)


@pytest.mark.parametrize(("language", "stray"), STRAYS)
def test_a_reply_that_owes_nothing_ends_where_it_strays(language, stray):
    text, told = phrased_with(script(language, FIRST[language], SECOND[language], stray), language)
    assert text == joined(language, OPENER[language], FIRST[language], SECOND[language])
    assert not told.by_model
    assert len(told.faults) == 1


@pytest.mark.parametrize(
    ("language", "opener"),
    [
        ("en", "For ¥2,999,"), ("en", "For a Pax laptop,"), ("en", "With free delivery,"), ("en", "Of the best laptops,"), ("en", "By tomorrow,"),
        ("en", "While stocks last,"), ("en", "For a light laptop"), ("en", ""), ("en", "出差用，"), ("en", "Customer: hello,"),
        ("zh", "2999 元的笔记本电脑，"), ("zh", "帕克斯的笔记本电脑，"), ("zh", "包邮的笔记本电脑，"), ("zh", "最轻的笔记本电脑，"), ("zh", "明天要的话，"),
        ("zh", "仅剩的笔记本电脑，"), ("zh", "出差用的笔记本电脑"), ("zh", ""), ("zh", "For travel,"), ("zh", "顾客：您好，"),
    ],
)  # fmt: skip
def test_an_opener_that_strays_is_not_told(language, opener):
    model = FakeChatModel(replies=[opener, FIRST[language]])
    text, told = phrased_with(model, language)
    assert text == ruled(language)
    assert len(model.prompts) == 1
    assert not told.by_model
    assert len(told.faults) == 1


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        ([LONG], 1), ([OPENER["en"], STRAY["en"]["a promise"] + LONG], 2), ([OPENER["en"], f"{FIRST['en']} {STRAY['en']['a promise']}{LONG}"], 2),
    ],
    ids=["opener", "first", "later"],
)  # fmt: skip
def test_a_model_that_strays_is_stopped(clock, replies, asked):
    model = FakeChatModel(replies=replies, on_piece=lambda number: setattr(clock, "now", clock.now + (len(replies) == 1)))
    phrased_with(model)
    finished()
    assert len(model.prompts) == model.closed == asked
    assert model.pieces_sent < len(LONG) / model.piece / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_the_model_leaves_out_is_named_by_a_rule(language):
    text, told = phrased_with(script(language, FIRST[language]), language)
    assert text == joined(language, OPENER[language], FIRST[language], owed(language, "lap-5"))
    assert not told.by_model
    assert told.faults == []


@pytest.mark.parametrize(
    ("language", "asked", "said", "missing"),
    [
        ("en", (("weight", "1.1 kg"), ("battery", "10 h")), "the Norin Air 14 Laptop weighs 1.1 kg.", "Its battery is 10 h."),
        ("zh", (("重量", "1.1 公斤"), ("续航", "10 小时")), "诺林 Air 14 笔记本电脑重 1.1 公斤。", "它的续航是 10 小时。"),
    ],
)
def test_a_value_that_was_asked_for_is_owed(language, asked, said, missing):
    text, _ = phrased_with(script(language, said), language, kind="details", items=("lap-2",), asked=asked)
    assert text == joined(language, OPENER[language], said, missing)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_rules_where_the_model_only_strays(language, kind):
    text, told = phrased_with(FakeChatModel(replies=["www.evil.example!"]), language, kind=kind)
    assert text == ruled(language, kind=kind)
    assert not told.by_model


def test_a_reply_without_products_is_written_at_once():
    model = FakeChatModel(replies=["You're welcome."])
    text, told = phrased_with(model, kind="thanks")
    assert text == "You're welcome."
    assert told.by_model
    assert model.prompts == [prompt_of(brief_of("en", kind="thanks")).begin]


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), TimeoutError("no answer"), ValueError("odd"), ConnectionError("refused")])
@pytest.mark.parametrize("replies", [[], [OPENER["en"]]], ids=["opener", "rest"])
def test_a_model_that_fails_is_replaced_and_the_trace_says_why(replies, error):
    text, told = phrased_with(FakeChatModel(replies=[*replies, error]))
    assert text == joined("en", *replies, ruled("en", opened=bool(replies)))
    assert not told.by_model
    assert type(error).__name__ in told.faults[0]
    assert str(error) in told.faults[0]


def test_a_model_that_fails_in_the_middle_is_replaced():
    def fail(number):
        if number == len(FIRST["en"]) // 4 + 5:
            raise RuntimeError("lost")

    model = FakeChatModel(replies=[OPENER["en"], f"{FIRST['en']} {SECOND['en']}"], on_piece=fail)
    text, told = phrased_with(model)
    assert text == joined("en", OPENER["en"], FIRST["en"], owed("en", "lap-5"))
    assert "lost" in told.faults[0]


def test_a_model_that_only_opens_is_replaced():
    text, told = phrased_with(script("en", " "))
    assert text == joined("en", OPENER["en"], ruled("en", opened=True))
    assert told.faults == ["model: the model said nothing"]


@pytest.fixture
def clock(monkeypatch):
    """Time that only passes where a test says so."""
    hands = SimpleNamespace(now=100.0)
    for module in (phraser, streams):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: hands.now))
    return hands


@pytest.mark.parametrize("slow_from", [0, 10], ids=["opener", "rest"])
def test_a_slow_model_is_replaced_and_stopped(clock, slow_from):
    def pass_a_second(number):
        clock.now += number >= slow_from

    model = FakeChatModel(replies=[OPENER["en"], LONG], on_piece=pass_a_second)
    text, told = phrased_with(model, seconds=3.0)
    assert text == (joined("en", OPENER["en"], ruled("en", opened=True)) if slow_from else ruled("en"))
    assert not told.by_model
    assert "longer than 3 s" in told.faults[0]
    finished()
    assert model.closed == len(model.prompts)
    assert model.pieces_sent < len(LONG) / model.piece


def test_a_model_that_says_nothing_at_all_does_not_hold_the_reply():
    """A server that hangs, or a queue of other shoppers, gives no piece after which the clock could be read."""
    silent = threading.Event()
    texts: list[str] = []
    model = FakeChatModel(replies=[OPENER["en"]], on_piece=lambda _: silent.wait())
    thread = threading.Thread(target=lambda: texts.append(phrased_with(model, seconds=0.05)[0]), name="reader", daemon=True)
    thread.start()
    thread.join(5)
    held = thread.is_alive()
    silent.set()
    thread.join()
    assert not held
    assert texts == [ruled("en")]


@pytest.mark.parametrize("kind", ["answer", "order", "complaint"])
def test_a_long_entry_is_told_by_rule(kind):
    """A prompt would cut it, and what is cut might be the condition."""
    for length, asked in ((LONGEST_ENTRY, 1), (LONGEST_ENTRY + 1, 0)):
        model = FakeChatModel(replies=["www.evil.example!"])
        answer = ("word " * length)[: length - 1] + "."
        text, _ = phrased_with(model, kind=kind, answer=answer)
        assert len(model.prompts) == asked
        assert text == ruled("en", kind=kind, answer=answer)


@pytest.mark.parametrize(
    ("language", "good", "stray"),
    [
        ("en", "Unopened goods can be returned within 7 days.", "Used goods can be returned within 30 days."),
        ("zh", "没拆封就能退，签收后 7 天内。", "拆封的也能退。"),
    ],
)
def test_an_answer_that_strays_is_followed_by_the_entry(language, good, stray):
    """Half of a policy is none: the entry follows even where a sentence of it has been told."""
    entry = brief_of(language).answer
    for said in ([], [good]):
        text, told = phrased_with(FakeChatModel(replies=[joined(language, *said, stray)]), language, kind="answer")
        assert text == joined(language, *said, entry)
        assert not told.by_model
    text, told = phrased_with(FakeChatModel(replies=[good]), language, kind="answer")
    assert (text, told.by_model) == (good, True)


def test_an_equal_plan_gets_the_same_reply_without_the_model():
    model = script("en", FIRST["en"], SECOND["en"])
    speaker, again = speaker_of(model), Phrased()
    first = list(speaker.stream(brief_of("en"), Phrased()))
    assert list(speaker.stream(brief_of("en", turn=2), again)) == first
    assert again == Phrased(by_model=True)
    assert len(model.prompts) == 2
    list(speaker.stream(brief_of("en", message="a laptop for travel"), Phrased()))
    assert len(model.prompts) > 2


def test_a_reply_with_a_fault_is_not_kept():
    model = FakeChatModel(replies=[OPENER["en"], STRAY["en"]["a promise"], OPENER["en"], f"{FIRST['en']} {SECOND['en']}"])
    speaker, again = speaker_of(model), Phrased()
    list(speaker.stream(brief_of("en"), Phrased()))
    assert FIRST["en"] in "".join(speaker.stream(brief_of("en"), again))
    assert again.by_model


def test_few_replies_are_kept(monkeypatch):
    monkeypatch.setattr(phraser, "KEPT", 2)
    model = FakeChatModel(replies=["You're welcome."])
    speaker = speaker_of(model)
    for message, asked in (("thanks", 1), ("thank you", 2), ("thanks", 2), ("ta", 3), ("thanks", 3), ("thank you", 4)):
        list(speaker.stream(brief_of("en", kind="thanks", message=message), Phrased()))
        assert len(model.prompts) == asked, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_model_the_rules_speak(language):
    text, told = phrased_with(None, language)
    assert text == ruled(language)
    assert told == Phrased()


def test_a_rule_that_strays_is_told(monkeypatch):
    monkeypatch.setattr(en, "sentences", lambda brief, *, opened=False: (Sentence("It is ¥1."),))
    text, told = phrased_with(None)
    assert text == "It is ¥1."
    assert not told.grounded
    assert "¥1" in told.faults[0]


def test_several_streams_at_once_do_not_mix():
    rests = [joined(language, FIRST[language], SECOND[language]) for language in LANGUAGES]
    speaker = speaker_of(FakeChatModel(replies=[*OPENER.values(), *rests]))
    told = [Phrased(), Phrased()]
    streams = [speaker.stream(brief_of(language), one) for language, one in zip(LANGUAGES, told, strict=True)]
    texts = [next(stream) for stream in streams]
    for language, begun, stream, one in zip(LANGUAGES, texts, streams, told, strict=True):
        assert begun + "".join(stream) == joined(language, OPENER[language], FIRST[language], SECOND[language])
        assert one.by_model


@pytest.mark.parametrize("read", [1, 2])
def test_a_reader_who_leaves_stops_the_model(read):
    model = FakeChatModel(replies=[OPENER["en"], FIRST["en"] + LONG])
    stream = speaker_of(model).stream(brief_of("en"), Phrased())
    for _ in range(read):
        next(stream)
    stream.close()
    finished()
    assert len(model.prompts) == model.closed == read
    assert model.pieces_sent < len(LONG) / model.piece / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_that_follows_instructions_gives_the_whole_reply(language):
    reply = [joined(language, OPENER[language], FIRST[language]), SECOND[language]]
    model, brief, told = FakeChatModel(replies=[joined(language, *reply)]), brief_of(language), Phrased()
    pieces = list(speaker_of(model, ChatWriter).stream(brief, told))
    assert [piece.strip() for piece in pieces] == reply
    assert told.by_model
    assert model.prompts == ["".join(str(message.content) for message in chat_messages(brief))]


def test_worked_cases_stand_ahead_of_every_prompt_of_their_language():
    model, brief = script("en", FIRST["en"], SECOND["en"]), brief_of("en")
    list(speaker_of(model, lambda one: FormWriter(one, {"en": "Worked.\n", "zh": "x"})).stream(brief, Phrased()))
    assert model.prompts == ["Worked.\n" + prompt_of(brief).begin, "Worked.\n" + prompt_of(brief).after(OPENER["en"])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_strays_is_written_again_from_the_sentence_before(monkeypatch, language):
    monkeypatch.setattr(phraser, "ATTEMPTS", 3)
    stray = {"en": "It comes with free delivery.", "zh": "还包邮。"}[language]
    model = FakeChatModel(replies=[OPENER[language], joined(language, FIRST[language], stray), SECOND[language]])
    text, told = phrased_with(model, language)
    assert text == joined(language, OPENER[language], FIRST[language], SECOND[language])
    assert told.by_model
    assert len(told.faults) == 1 and stray in told.faults[0]
    assert model.prompts[2] == model.prompts[1] + FIRST[language]
    assert [one.get("temperature", 0) > 0 for one in model.options] == [False, False, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opener_that_strays_is_tried_once_more(monkeypatch, language):
    monkeypatch.setattr(phraser, "OPENERS", 2)
    stray = {"en": "For a laptop under ¥3,000,", "zh": "3000 元以内的笔记本电脑，"}[language]
    model = FakeChatModel(replies=[stray, OPENER[language], joined(language, FIRST[language], SECOND[language])])
    text, told = phrased_with(model, language)
    assert text == joined(language, OPENER[language], FIRST[language], SECOND[language])
    assert told.by_model
    assert any(stray in fault for fault in told.faults)
    assert model.options[0].get("seed") != model.options[1].get("seed")
