"""The README is true: its settings are all there, its tree is on the disk, its example runs."""

import re
from pathlib import Path

import pytest
import yaml

import chatbot
from chatbot.bot import Bot
from chatbot.evaluating.dialogues import read_dialogues
from chatbot.evaluating.runner import run
from chatbot.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text("utf-8")
CHINESE = (PROJECT / "README.zh.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_setting_stands_in_the_table() -> None:
    listed = set(re.findall(r"^\| `XIAOER_(\w+)` \|", README, re.MULTILINE))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_the_tree_is_on_the_disk() -> None:
    tree = README.split("## What is where")[1].split("```")[1]
    parents: list[str] = []
    for line in tree.strip().splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents = [*parents[:depth], name]
        assert (PROJECT / "".join(parents)).exists(), line


def test_the_example_runs(bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(chatbot, "Bot", type("Loaded", (), {"load": staticmethod(lambda _: bot)}), raising=False)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert "'price_max': 6000" in capsys.readouterr().out


def test_the_dialogue_passes(bot: Bot, tmp_path: Path) -> None:
    dialogue, workflow = blocks("yaml")
    (tmp_path / "readme.yaml").write_text(dialogue, "utf-8")
    (result,) = run(bot, read_dialogues([tmp_path]))
    assert result.passed, result.line()
    assert "python -m chatbot evaluate" in str(yaml.safe_load(workflow)["jobs"])


def test_the_commands_exist() -> None:
    from typer.main import get_command

    from chatbot.__main__ import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    for name in re.findall(r"python -m chatbot (\w+)", README + CHINESE):
        assert name in known
    assert "bash tests/run" in README


def test_the_dialogue_of_the_chinese_readme_is_well_formed(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", CHINESE, re.DOTALL)
    (tmp_path / "example.yaml").write_text(example, "utf-8")
    assert [dialogue.name for dialogue in read_dialogues([tmp_path])] == ["三百以内的耳机"]


def test_what_stands_at_the_top_is_what_the_design_allows() -> None:
    shown = {path.name for path in PROJECT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    assert shown == {
        "app.py", "chatbot", "knowledge", "tests", "requirements.txt", "README.md", "README.zh.md", "Dockerfile", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "pyproject.toml",
    }  # fmt: skip
