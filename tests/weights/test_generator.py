"""The language model seam: what the settings name is what is loaded; the real one streams and stops."""

import threading

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from chatbot.errors import GenerationError, SettingError, WeightsError
from chatbot.settings import load_settings
from chatbot.weights import generator
from chatbot.weights.generator import ADAPTER, CONTEXT, PACKAGED, TUNED, LlamaChatModel, load_generator, packaged_gguf

PROMPT = "One, two, three, four, five, six, seven,"


@pytest.fixture(scope="module")
def model():
    settings = load_settings()
    return LlamaChatModel(path=packaged_gguf(settings.cache), threads=settings.thread_count, slots=2)


def test_none_is_no_model():
    assert load_generator(load_settings(generator="none")) is None


@pytest.mark.parametrize("name", ["nowhere.gguf", "/no/such/folder/model.gguf"])
def test_a_missing_file_gives_one_line(name):
    with pytest.raises(WeightsError, match="XIAOER_GENERATOR") as caught:
        load_generator(load_settings(generator=name))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_file_that_is_no_model_gives_one_line(tmp_path):
    path = tmp_path / "torn.gguf"
    path.write_bytes(b"GGUF torn")
    with pytest.raises(WeightsError, match="XIAOER_GENERATOR") as caught:
        load_generator(load_settings(generator=str(path)))
    assert "\n" not in str(caught.value)


class Server:
    """llama.cpp that answers every question alike and remembers how it was asked."""

    def __init__(self, parameters):
        self.adapters = [(one.path, one.scale) for one in parameters.lora_adapters]
        self.asked = []

    def handle_completions(self, body, take):
        self.asked.append(("completion", body["prompt"]))
        for choices in ([{"text": "One, "}], [{"text": "two."}], []):
            take({"choices": choices})

    def handle_chat_completions(self, body, take):
        self.asked.append(("chat", body["messages"]))
        for choices in (
            [{"delta": {"role": "assistant", "content": None}}],
            [{"delta": {"content": "One, "}}],
            [{"delta": {"content": "two."}}],
            [{"delta": {}}],
            [],
        ):
            take({"choices": choices})


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The folder of the packaged model and its adapter, neither of which is one."""
    import xllamacpp

    monkeypatch.setattr(xllamacpp, "Server", Server)
    monkeypatch.setattr(generator, "PHRASING", tmp_path)
    monkeypatch.setattr(generator, "packaged_gguf", lambda cache: tmp_path / "packaged.gguf")
    for name in ("packaged.gguf", "other.gguf", ADAPTER):
        (tmp_path / name).write_bytes(b"GGUF")
    return tmp_path


MESSAGES = [SystemMessage("Be kind."), HumanMessage("Count.")]


def test_the_packaged_model_continues_what_it_was_trained_on_with_the_adapter(files):
    found = load_generator(load_settings(generator=TUNED))
    assert found._server.adapters == [(str(files / ADAPTER), 1.0)]
    assert found.invoke(MESSAGES).content == "One, two."
    assert found._server.asked == [("completion", "Be kind.Count.")]


def test_any_other_file_is_asked_as_a_chat_without_the_adapter(files):
    found = load_generator(load_settings(generator=str(files / "other.gguf")))
    assert found._server.adapters == []
    assert found.invoke(MESSAGES).content == "One, two."
    assert found._server.asked == [("chat", [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Count."}])]


def test_a_missing_adapter_gives_one_line_and_other_files_need_none(files):
    (files / ADAPTER).unlink()
    with pytest.raises(WeightsError, match="train phrasing") as caught:
        load_generator(load_settings(generator=TUNED))
    assert "\n" not in str(caught.value)
    assert str(files / ADAPTER) in str(caught.value)
    for name in (PACKAGED, str(files / "other.gguf")):
        assert load_generator(load_settings(generator=name)).invoke(MESSAGES).content == "One, two."


def test_a_missing_folder_gives_one_line(tmp_path):
    with pytest.raises(WeightsError, match="XIAOER_GENERATOR") as caught:
        load_generator(load_settings(generator=str(tmp_path / "nowhere")))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("settings", [{"generator": "openai:some-model"}, {"generator": "openai:", "generator_url": "http://127.0.0.1:9/v1"}])
def test_a_server_without_address_or_model_gives_one_line(settings):
    with pytest.raises(SettingError, match="XIAOER_GENERATOR") as caught:
        load_generator(load_settings(**settings))
    assert "\n" not in str(caught.value)


def test_a_server_is_given_its_model_and_key():
    found = load_generator(load_settings(generator="openai:some-model", generator_url="http://127.0.0.1:9/v1", generator_key="secret"))
    assert found.model_name == "some-model"
    assert found.openai_api_base == "http://127.0.0.1:9/v1"
    assert "secret" not in repr(found)


def test_it_streams_in_pieces(model):
    pieces = [str(chunk.content) for chunk in model.stream(PROMPT, max_tokens=12)]
    assert len([piece for piece in pieces if piece]) > 3
    assert "eight" in "".join(pieces).lower()


def test_it_answers_a_chat_in_pieces(model):
    """llama.cpp words the pieces of a chat otherwise than those of a text that goes on."""
    chat = [{"role": "user", "content": "Name the months of the year in one line, please."}]
    asked, continued = ([piece for piece, _ in model.complete(prompt, max_tokens=12) if piece] for prompt in (chat, PROMPT))
    assert len(asked) > 3
    assert "".join(asked) != "".join(continued)


def test_the_same_prompt_gives_the_same_text(model):
    assert model.invoke(PROMPT, max_tokens=10).content == model.invoke(PROMPT, max_tokens=10).content


def test_it_stops_at_the_end_of_the_line(model):
    assert "\n" not in model.invoke("Q: What colour is the sky?\nA: Blue.\nQ: What colour is grass?\nA:", max_tokens=60).content


def test_it_stops_at_the_most_tokens(model):
    assert len(model.invoke(PROMPT, max_tokens=2).content) < len(model.invoke(PROMPT, max_tokens=20).content)


def test_it_stops_when_it_is_closed(model):
    """The thread that generates is seen to end once nobody reads any more."""
    before = {thread for thread in threading.enumerate() if thread.name == "llama"}
    stream = model.complete(PROMPT, max_tokens=1000)
    next(stream)
    mine = [thread for thread in threading.enumerate() if thread.name == "llama" and thread not in before]
    stream.close()
    for thread in mine:
        thread.join(60)
        assert not thread.is_alive()


def test_two_streams_at_once_do_not_mix(model):
    alone = [model.invoke(prompt, max_tokens=8).content for prompt in (PROMPT, "Monday, Tuesday, Wednesday,")]
    first, second = model.complete(PROMPT, max_tokens=8), model.complete("Monday, Tuesday, Wednesday,", max_tokens=8)
    found = ["", ""]
    for one, other in zip(first, second, strict=False):
        found[0] += one[0]
        found[1] += other[0]
    found[0] += "".join(piece for piece, _ in first)
    found[1] += "".join(piece for piece, _ in second)
    assert "eight" in alone[0].lower() and "eight" in found[0].lower()
    assert "thursday" in alone[1].lower() and "thursday" in found[1].lower()


def test_a_prompt_that_is_too_long_is_our_error(model):
    with pytest.raises(GenerationError) as caught:
        model.invoke("word " * CONTEXT * 2)
    assert "\n" not in str(caught.value)
