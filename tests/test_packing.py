"""A packed directory is whole: it holds what its own `app.py` needs, the hub can read its head, and nothing of the workplace."""

import os
import subprocess
import sys

import pytest
import yaml

from chatbot.errors import SettingError, ShopError
from chatbot.packing import LONGEST_DESCRIPTION, pack
from chatbot.settings import load_settings
from tests.conftest import PROJECT
from tests.tiny_shop import write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return write_shop(tmp_path_factory.mktemp("own") / "shop")


@pytest.fixture(scope="module")
def packed(shop, tmp_path_factory):
    return pack(shop, tmp_path_factory.mktemp("space") / "out").folder


def test_it_holds_the_application_and_the_shop(packed, shop):
    for name in ("app.py", "requirements.txt", "Dockerfile", "LICENSE", "NOTICE", "README.md", "chatbot/bot.py", "chatbot/web/widget/widget.js"):
        assert (packed / name).is_file(), name
    assert (packed / "knowledge/shop/items.jsonl").read_bytes() == (shop / "items.jsonl").read_bytes()
    assert (packed / "knowledge/trained/understanding/heads.safetensors").stat().st_size > 1_000_000


def test_it_holds_nothing_that_only_engineers_need(packed):
    names = {path.relative_to(packed).as_posix() for path in packed.rglob("*")}
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests", "knowledge/training", ".venv", ".git/"))]


def test_the_hub_reads_its_head(packed):
    head = yaml.safe_load((packed / "README.md").read_text("utf-8").split("---\n")[1])
    assert head["sdk"] == "gradio"
    assert (packed / head["app_file"]).is_file()
    assert str(head["python_version"]) == "3.12"
    assert head["title"] == "小店"
    assert 0 < len(head["short_description"]) <= LONGEST_DESCRIPTION


def test_the_projects_own_head_names_the_gradio_that_is_required():
    head = yaml.safe_load((PROJECT / "README.md").read_text("utf-8").split("---\n")[1])
    required = next(line for line in (PROJECT / "requirements.txt").read_text("utf-8").splitlines() if line.startswith("gradio"))
    assert f">={head['sdk_version'].rsplit('.', 1)[0]}" in required


def test_its_package_finds_its_own_shop(packed, tmp_path):
    """In a process of its own, with an empty home directory."""
    shown = subprocess.run(
        [sys.executable, "-c", "from chatbot.settings import load_settings; print(load_settings().shop)"],
        cwd=packed, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip() == str(packed / "knowledge" / "shop")


def test_a_name_with_quotes_stays_one_line_of_yaml(tmp_path):
    folder = write_shop(tmp_path / "shop")
    text = (folder / "shop.toml").read_text("utf-8")
    (folder / "shop.toml").write_text(text.replace("小店", '小 \\"店\\": #1'), "utf-8")
    made = pack(folder, tmp_path / "out").folder
    assert yaml.safe_load((made / "README.md").read_text("utf-8").split("---\n")[1])["title"] == '小 "店": #1'


def test_a_directory_that_holds_something_is_left_alone(shop, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(SettingError, match="not empty"):
        pack(shop, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("inside", ["out", "knowledge/out"])
def test_the_project_is_not_packed_into_itself(shop, inside):
    with pytest.raises(SettingError, match="beside"):
        pack(shop, PROJECT / inside)
    assert not (PROJECT / inside).exists()


def test_a_folder_that_is_no_shop_is_refused(tmp_path):
    with pytest.raises(ShopError):
        pack(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_conversations_go_to_the_cache_where_the_home_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/nowhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("XIAOER_CACHE", raising=False)
    monkeypatch.delenv("XIAOER_DATABASE", raising=False)
    monkeypatch.setattr("chatbot.settings._may_be_written", lambda folder: folder.is_relative_to(tmp_path))  # root may write anywhere
    assert load_settings().database_url == f"sqlite:///{tmp_path}/xiaoer/xiaoer.db"
