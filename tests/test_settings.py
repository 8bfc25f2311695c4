"""Settings come from the environment, and a bad one gives one line with its name and its value."""

import os

import pytest

from chatbot.errors import SettingError
from chatbot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith(("XIAOER_", "GRADIO_SERVER"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_defaults_work_without_any_setting(tmp_path):
    settings = load_settings()
    assert (settings.shop / "shop.toml").is_file()
    assert settings.cache == tmp_path / "cache" / "xiaoer"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'xiaoer' / 'xiaoer.db'}"
    assert settings.thread_count >= 1
    assert settings.origin_list == []
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_is_read_and_overrides_win(monkeypatch, tmp_path):
    monkeypatch.setenv("XIAOER_ENCODER", "some/encoder")
    monkeypatch.setenv("XIAOER_MAX_MESSAGE", "99")
    monkeypatch.setenv("XIAOER_ORIGINS", " https://a.example , ,https://b.example")
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "8080")
    settings = load_settings(encoder="e5-small", shop=None, cache=tmp_path)
    assert (settings.encoder, settings.max_message, settings.cache) == ("e5-small", 99, tmp_path)
    assert settings.origin_list == ["https://a.example", "https://b.example"]
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_a_key_is_not_shown():
    assert "hunter2" not in repr(load_settings(generator_key="hunter2"))
    assert "hunter2" not in repr(load_settings(orders="https://shop:hunter2@shop.example/api"))
    with pytest.raises(SettingError) as caught:
        load_settings(orders="shop:hunter2@shop.example")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("XIAOER_THREADS", "-1"), ("XIAOER_THREADS", "many"), ("XIAOER_SLOTS", "0"), ("XIAOER_SLOTS", "65"), ("XIAOER_MAX_MESSAGE", "0"),
        ("XIAOER_GENERATOR_SECONDS", "0"), ("XIAOER_GENERATOR_SECONDS", "soon"), ("XIAOER_LOG_LEVEL", "loud"), ("XIAOER_PORT", "70000"),
        ("XIAOER_PORT", "http"), ("XIAOER_ORDERS", "shop.example"), ("XIAOER_ORDERS", "ftp://shop.example"),
    ],
)  # fmt: skip
def test_a_bad_value_gives_one_line_with_name_and_value(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as caught:
        load_settings()
    line = str(caught.value)
    assert "\n" not in line
    assert variable in line
    assert value in line
    assert "README" in line


@pytest.mark.parametrize("value", ["http", "-5", "99999"])
def test_a_bad_gradio_port_gives_one_line(monkeypatch, value):
    monkeypatch.setenv("GRADIO_SERVER_PORT", value)
    with pytest.raises(SettingError) as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    assert value in str(caught.value)
    assert "PORT" in str(caught.value)
