"""`python -m chatbot import` as a shop's owner uses it: in a process of its own."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from chatbot.shop.reading import read_shop

PROJECT = Path(__file__).resolve().parent.parent
FIXTURES = PROJECT / "tests" / "shop" / "feeds" / "fixtures"


def xiaoer_import(*arguments):
    return subprocess.run([sys.executable, "-m", "chatbot", "import", *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", cwd=PROJECT, check=False)  # fmt: skip


def test_a_feed_becomes_a_shop_and_the_report_names_what_was_wrong(tmp_path):
    done = xiaoer_import(FIXTURES / "merchant.xml", "--into", tmp_path / "shop", "--report", tmp_path / "report.json", "--name", "Pine & Oak")
    assert done.returncode == 0, done.stderr
    assert "items: 3 added, 0 updated, 0 removed, 0 unchanged" in done.stdout
    assert "3 rows refused, 1 repaired" in done.stdout
    assert "merchant.xml line 39: the price 'ask us' cannot be read" in done.stderr
    shop = read_shop(tmp_path / "shop")
    assert (shop.name("en"), shop.currency, len(shop.catalogue)) == ("Pine & Oak", "USD", 3)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [row["line"] for row in report["rows"] if row["status"] == "refused"] == [57, 39, 50]
    again = xiaoer_import(FIXTURES / "merchant.xml", "--into", tmp_path / "shop")
    assert "items: 0 added, 0 updated, 0 removed, 3 unchanged" in again.stdout


def test_columns_and_currency_by_hand(tmp_path):
    (tmp_path / "a.csv").write_text('was,kostet\nTasse,"3,50"\n', "utf-8")
    done = xiaoer_import(tmp_path / "a.csv", "--into", tmp_path / "shop", "--map", "title=was,price=kostet", "--currency", "eur", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert read_shop(tmp_path / "shop").catalogue.items[0].price == 3.5


def test_a_bar_on_a_terminal_and_none_elsewhere(tmp_path):
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-m", "chatbot", "import", str(FIXTURES / "chinese.csv"), "--into", str(tmp_path / "shop")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, cwd=PROJECT, check=False)
    os.close(terminal)
    shown = os.read(reader, 100_000).decode("utf-8", "replace")
    os.close(reader)
    assert done.returncode == 0
    assert "reading: 100%" in shown and "writing: 100%" in shown
    assert "%" not in xiaoer_import(FIXTURES / "chinese.csv", "--into", tmp_path / "shop").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.csv",), ("nowhere.csv",)),
        ((FIXTURES / "merchant.xml", "--currency", "XXY"), ("--currency", "XXY")),
        ((FIXTURES / "merchant.xml", "--map", "nonsense"), ("--map", "nonsense")),
        ((FIXTURES / "shopify-old.csv", "--map", "title=Titel"), ("Titel",)),
        ((FIXTURES / "merchant.xml", "--report", "/proc/nowhere/report.json"), ("/proc/nowhere/report.json",)),
        ((PROJECT / "LICENSE",), ("LICENSE", ".csv")),
    ],
)
def test_what_goes_wrong_is_one_line_and_writes_nothing(tmp_path, arguments, words):
    done = xiaoer_import(*arguments, "--into", tmp_path / "shop")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert all(word in done.stderr for word in words), done.stderr
    assert not (tmp_path / "shop").exists()


def test_a_call_without_a_folder_exits_with_2():
    done = xiaoer_import(FIXTURES / "merchant.xml")
    assert done.returncode == 2
    assert "--into" in done.stderr and "Traceback" not in done.stderr
