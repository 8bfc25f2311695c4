"""The command line as a shopper's owner uses it: in processes of their own, over the tiny shop or the demo shop."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.settings import load_settings
from tests.tiny_shop import write_shop

PROJECT = Path(__file__).resolve().parent.parent
TALK = "test_cases:\n- test_case: greets\n  steps:\n  - user: 你好\n    assertions: [{{intent: {intent}}}]\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Settings of its own; the converted weights are shared, the indexes of the made-up shops are thrown away."""
    folder = tmp_path_factory.mktemp("cli")
    weights = load_settings().cache / "weights"
    weights.mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir()
    (folder / "cache" / "weights").symlink_to(weights.resolve())
    return os.environ | {"XIAOER_GENERATOR": "none", "XIAOER_DATABASE": f"sqlite:///{folder / 'x.db'}", "XIAOER_CACHE": str(folder / "cache")}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return write_shop(tmp_path_factory.mktemp("shop"))


def xiaoer(environment, *arguments, text=None):
    return subprocess.run([sys.executable, "-m", "chatbot", *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", errors="surrogateescape", input=text, cwd=PROJECT, env=environment, check=False)  # fmt: skip


def one_line(done, *words):
    """The command failed as it should: exit code 2 and one line that holds the words."""
    assert done.returncode == 2, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert all(word in lines[0] for word in words), lines[0]


def test_ask_prints_a_reply_and_goes_on_with_its_session(environment, shop):
    first = xiaoer(environment, "ask", "我想买一台笔记本", "--shop", shop, "--json")
    assert first.returncode == 0, first.stderr
    reply = json.loads(first.stdout)
    assert reply["turn"] == 1
    assert {product["category"][-1] for product in reply["products"]} == {"Laptops"}
    second = json.loads(xiaoer(environment, "ask", "第二款多重", "--shop", shop, "--json", "--session", reply["session"]).stdout)
    assert second["turn"] == 2
    assert second["products"][0]["id"] == reply["products"][1]["id"]


def test_ask_prints_text_and_products(environment, shop):
    done = xiaoer(environment, "ask", "a laptop please", "--shop", shop)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "Laptop" in lines[0]
    assert any(line.startswith("  1. ") for line in lines)
    assert done.stderr == ""


def test_chat_talks_until_an_empty_line(environment, shop):
    done = xiaoer(environment, "chat", "--shop", shop, text="a laptop please\nhow heavy is the first one?\n\nnever read\n")
    assert done.returncode == 0, done.stderr
    assert "1. " in done.stdout and "kg" in done.stdout
    assert done.stdout.count("> ") == 3


def test_chat_ends_at_the_end_of_input(environment, shop):
    assert xiaoer(environment, "chat", "--shop", shop, text="").returncode == 0


def test_chat_goes_on_after_a_message_that_cannot_be_taken(environment, shop):
    done = xiaoer(environment, "chat", "--shop", shop, text="\u200b\na laptop please\n\n")
    assert done.returncode == 0, done.stderr
    assert "Laptop" in done.stdout


def test_index_prints_counts(environment, tmp_path):
    folder = write_shop(tmp_path / "shop")
    first = xiaoer(environment, "index", "--shop", folder)
    assert first.returncode == 0, first.stderr
    assert "16 items, 4 entries" in first.stdout
    again = xiaoer(environment, "index", "--shop", folder)
    assert "16 items, 4 entries; 0 texts embedded" in again.stdout


@pytest.mark.parametrize(("intent", "code", "last"), [("greet", 0, "1 passed, 0 failed"), ("order", 1, "0 passed, 1 failed")])
def test_evaluate_says_how_many_passed(environment, shop, tmp_path, intent, code, last):
    (tmp_path / "talk.yaml").write_text(TALK.format(intent=intent), "utf-8")
    reports = [argument for name in ("json", "html", "junit") for argument in (f"--{name}", tmp_path / f"report.{name}")]
    done = xiaoer(environment, "evaluate", tmp_path / "talk.yaml", "--shop", shop, *reports)
    assert done.returncode == code, done.stderr
    assert done.stdout.strip().splitlines()[-1] == last
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["passed"] == 1 - code
    assert (tmp_path / "report.html").exists() and (tmp_path / "report.junit").exists()


def test_evaluate_counts_compares_and_records(environment, shop, tmp_path):
    """One conversation: recorded, run by filter, its results compared with ones that were better."""
    asked = json.loads(xiaoer(environment, "ask", "我想买一台笔记本", "--shop", shop, "--json").stdout)
    into = tmp_path / "recorded.yaml"
    recorded = xiaoer(
        environment, "evaluate", "--record", asked["session"], "--database", environment["XIAOER_DATABASE"], "--into", into, "--shop", shop
    )
    assert recorded.returncode == 0, recorded.stdout + recorded.stderr
    assert "1 of 1 turns recorded" in recorded.stdout and "passed  recorded_" in recorded.stdout
    (tmp_path / "talk.yaml").write_text(TALK.format(intent="order"), "utf-8")
    counted = xiaoer(environment, "evaluate", tmp_path, "--coverage", "--shop", shop)
    assert counted.returncode == 0 and "2 dialogues, 2 turns" in counted.stdout
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    done = xiaoer(
        environment,
        "evaluate",
        tmp_path,
        "--filter",
        "greet",
        "--shop",
        shop,
        "--json",
        new,
        "--rules",
        "--seed",
        "1",
        "--workers",
        "2",
        "--fail-fast",
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "0 passed, 1 failed"
    results = json.loads(new.read_text("utf-8"))
    assert (results["about"]["generator"], results["about"]["seed"], results["about"]["workers"]) == ("none", 1, 2)
    results["dialogues"][0]["passed"] = True
    old.write_text(json.dumps(results), "utf-8")
    compared = xiaoer(environment, "evaluate", "--diff", old, new)
    assert compared.returncode == 1 and compared.stdout.splitlines()[-1] == "1 broke, 0 got better, 0 got slower"
    assert xiaoer(environment, "evaluate", "--diff", old, old).returncode == 0


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [("ask", "hi"), ("index",), ("chat",)])
def test_a_missing_shop_is_one_line(environment, tmp_path, command):
    one_line(xiaoer(environment, *command, "--shop", tmp_path / "nowhere"), "nowhere", "--shop")


def test_a_broken_shop_is_one_line(environment, tmp_path):
    folder = write_shop(tmp_path, change=lambda items: items[1].update(price="free"))
    one_line(xiaoer(environment, "ask", "hi", "--shop", folder), "items.jsonl line 2", "price", "free")


def test_an_empty_message_is_one_line(environment, shop):
    one_line(xiaoer(environment, "ask", " ", "--shop", shop), "empty")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XIAOER_THREADS", "many"), ("XIAOER_DATABASE", "nonsense"), ("XIAOER_GENERATOR", "nowhere.gguf"), ("XIAOER_GENERATOR", "openai:x"), ("XIAOER_ENCODER", "/no/such/model"),
        ("XIAOER_CACHE", "/proc/nowhere"), ("XIAOER_SHOP", "/no/such/shop"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_one_line(environment, shop, name, value):
    arguments = ["--shop", shop] if name != "XIAOER_SHOP" else []
    one_line(xiaoer(environment | {name: value}, "ask", "hi", *arguments), "" if name == "XIAOER_SHOP" else "XIAOER_")


def test_a_malformed_dialogue_is_one_line(environment, shop, tmp_path):
    (tmp_path / "talk.yaml").write_text("test_cases:\n- test_case: a\n  stepz: []\n", "utf-8")
    one_line(xiaoer(environment, "evaluate", tmp_path / "talk.yaml", "--shop", shop), "talk.yaml", "line 3", "stepz")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no dialogue"), (("--record", "0" * 32), "--into"), (("--record", "0" * 32, "--into", "/tmp/never-written.yaml"), "no session"), (("--diff", "/no/old", "/no/new"), "/no/old"),
        (("{folder}", "--filter", "nothing"), "nothing"),
    ],
)  # fmt: skip
def test_an_evaluation_that_cannot_be_is_one_line(environment, tmp_path, arguments, words):
    (tmp_path / "talk.yaml").write_text(TALK.format(intent="greet"), "utf-8")
    one_line(xiaoer(environment, "evaluate", *(argument.format(folder=tmp_path) for argument in arguments)), words)


def test_an_argument_that_is_not_utf8_is_taken(environment, shop):
    done = subprocess.run([sys.executable, "-m", "chatbot", "ask", b"laptop \xff\xfe", "--shop", str(shop), "--json"], capture_output=True, cwd=PROJECT, env=environment, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["products"]


def test_help_names_the_commands(environment):
    done = xiaoer(environment, "--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("ask", "chat", "index", "evaluate", "train", "bench"))


@pytest.mark.parametrize("arguments", [("nosuch",), ("ask",), ("ask", "hi", "--nosuch"), ("evaluate",)])
def test_a_wrong_call_exits_with_2(environment, arguments):
    done = xiaoer(environment, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
