"""The language model seam: what the settings name is what is loaded; the real one streams and stops."""

import threading

import pytest

from chatbot.errors import GenerationError, SettingError, WeightsError
from chatbot.settings import load_settings
from chatbot.weights.generator import CONTEXT, LlamaChatModel, load_generator, packaged_gguf

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
