"""The command `simulate`: what it writes, what it prints, how it exits. The bot is the tiny one, its reader a fake."""

import json

import pytest
import typer
from typer.testing import CliRunner

from chatbot import simulating_commands
from chatbot.errors import DialogueError, WeightsError
from tests.fakes import FakeChatModel
from tests.web.serving import tiny_bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return tiny_bot(tmp_path_factory.mktemp("simulate"))


@pytest.fixture
def run(bot, monkeypatch):
    app = typer.Typer()
    app.command()(simulating_commands.simulate)
    monkeypatch.setattr(simulating_commands, "_loaded", lambda settings: bot)
    return lambda *arguments: CliRunner().invoke(app, ["--rules", "--shoppers", "4", *map(str, arguments)])


def test_it_writes_figures_and_a_report_and_tells_the_outcome_last(run, tmp_path):
    done = run("--min-success", 0, "--json", tmp_path / "a" / "s.json", "--html", tmp_path / "b" / "s.html", "--seed", 5)
    figures = json.loads((tmp_path / "a" / "s.json").read_text("utf-8"))
    assert (figures["shoppers"], figures["seed"]) == (4, 5)
    assert "4 shoppers succeeded within 6 turns" in done.stdout.splitlines()[-1]
    assert "4 simulated shoppers, seed 5" in (tmp_path / "b" / "s.html").read_text("utf-8")
    faults = figures["violations"] or figures["ungrounded"] or figures["crashes"]
    assert done.exit_code == (1 if faults else 0)


def test_too_few_that_succeed_are_a_failure(run):
    assert run("--min-success", 1).exit_code == 1


def test_an_earlier_run_stands_beside_it(run, tmp_path):
    run("--json", tmp_path / "old.json")
    run("--compare", tmp_path / "old.json", "--html", tmp_path / "s.html")
    assert "Against the last run" in (tmp_path / "s.html").read_text("utf-8")


@pytest.mark.parametrize("content", [None, "no json", "[1]"])
def test_figures_that_cannot_be_read_give_one_line(run, tmp_path, content):
    if content:
        (tmp_path / "old.json").write_text(content)
    done = run("--compare", tmp_path / "old.json")
    assert isinstance(done.exception, DialogueError)
    assert "old.json" in str(done.exception)


def test_a_model_plays_the_shoppers(run, monkeypatch):
    player = FakeChatModel(replies=["I want a laptop", "[LEAVE]"])
    monkeypatch.setattr("chatbot.weights.generator.load_generator", lambda settings: player)
    run("--model", "openai:any", "--workers", 1, "--min-success", 0)
    assert len(player.prompts) == 5  # once its script is said the fake only leaves
    assert "[LEAVE]" in player.prompts[0]


def test_no_model_cannot_play(run):
    done = run("--model", "none")
    assert isinstance(done.exception, WeightsError)
