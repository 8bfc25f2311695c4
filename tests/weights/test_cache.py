"""A folder is made once, whole or not at all, whoever asks for it."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chatbot.errors import WeightsError
from chatbot.weights import cache
from chatbot.weights.cache import MANIFEST, is_whole, locked, make_once, write_atomically

PROJECT = Path(__file__).resolve().parent.parent.parent


class Maker:
    """Writes two files and counts how often it was asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self, folder: Path) -> None:
        self.calls += 1
        (folder / "a.bin").write_bytes(b"12345")
        (folder / "deep").mkdir()
        (folder / "deep" / "b.bin").write_bytes(b"6")


@pytest.fixture
def make():
    return Maker()


def test_it_is_made_once_and_whole(tmp_path, make):
    folder = tmp_path / "far" / "thing"
    assert make_once(folder, make) == folder
    assert make_once(folder, make) == folder
    assert make.calls == 1
    assert is_whole(folder)
    assert json.loads((folder / MANIFEST).read_text("utf-8"))["files"] == {"a.bin": 5, "deep/b.bin": 1}


def _leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir() if path != folder and path.suffix != ".lock")


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt(), OSError("no space left on device")])
def test_nothing_half_made_stays_behind(tmp_path, make, error):
    folder = tmp_path / "thing"

    def fail(scratch: Path) -> None:
        make(scratch)
        raise error

    with pytest.raises(WeightsError if isinstance(error, OSError) else type(error)):
        make_once(folder, fail)
    assert not folder.exists()
    assert _leftovers(folder) == []
    make_once(folder, make)
    assert is_whole(folder)


@pytest.mark.parametrize("damage", ["no manifest", "torn manifest", "manifest of another kind", "file gone", "file cut", "empty folder"])
def test_what_is_damaged_is_made_again(tmp_path, make, damage):
    folder = make_once(tmp_path / "thing", make)
    manifest = folder / MANIFEST
    if damage == "no manifest":
        manifest.unlink()
    elif damage == "torn manifest":
        manifest.write_text(manifest.read_text("utf-8")[:10], "utf-8")
    elif damage == "manifest of another kind":
        manifest.write_text("[1]", "utf-8")
    elif damage == "file gone":
        (folder / "deep" / "b.bin").unlink()
    elif damage == "file cut":
        (folder / "a.bin").write_bytes(b"1")
    else:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert not is_whole(folder)
    make_once(folder, make)
    assert make.calls == 2
    assert is_whole(folder)
    assert (folder / "a.bin").read_bytes() == b"12345"


def test_a_volatile_part_may_change(tmp_path, make):
    def also(folder: Path) -> None:
        make(folder)
        (folder / "chroma").mkdir()
        (folder / "chroma" / "db").write_bytes(b"1")

    folder = make_once(tmp_path / "thing", also, volatile="chroma")
    (folder / "chroma" / "db").write_bytes(b"longer than before")
    assert is_whole(folder)


def test_a_whole_folder_asks_for_no_lock(tmp_path, make, monkeypatch):
    folder = make_once(tmp_path / "thing", make)
    monkeypatch.setattr(cache, "FileLock", None)
    assert make_once(folder, make) == folder


def test_threads_make_it_once(tmp_path, make):
    folder = tmp_path / "thing"
    failures = []

    def ask() -> None:
        try:
            make_once(folder, make)
        except Exception as error:  # noqa: BLE001 - what is raised in a thread must reach the test
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert make.calls == 1


def test_processes_make_it_once(tmp_path):
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom chatbot.weights.cache import make_once\n"
        "def make(folder):\n"
        "    open(sys.argv[2], 'a').write('made ')\n"
        "    (folder / 'a').write_bytes(b'1' * 3_000_000)\n"
        "make_once(Path(sys.argv[1]), make)\n"
    )
    diary = tmp_path / "diary.txt"
    several = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "thing"), str(diary)], cwd=PROJECT) for _ in range(3)]
    assert [one.wait() for one in several] == [0, 0, 0]
    assert diary.read_text() == "made "
    assert is_whole(tmp_path / "thing")


def test_a_cache_that_cannot_be_written_gives_one_line(tmp_path, make):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(WeightsError, match="XIAOER_CACHE") as caught:
        make_once(tmp_path / "file" / "thing", make)
    assert "\n" not in str(caught.value)
    assert make.calls == 0


def test_waiting_too_long_gives_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(tmp_path / "thing"):
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    try:
        with pytest.raises(WeightsError, match="another process") as caught, locked(tmp_path / "thing"):
            pass
        assert "\n" not in str(caught.value)
    finally:
        leave.set()
        holder.join()


def test_a_lock_is_let_go_after_an_error(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="x"), locked(tmp_path / "thing"):
        raise ValueError("x")
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0)
    with locked(tmp_path / "thing"):
        pass


def test_an_error_of_the_owner_inside_the_lock_keeps_its_kind(tmp_path):
    with pytest.raises(FileNotFoundError), locked(tmp_path / "thing"):
        (tmp_path / "nowhere").read_text()


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "x.txt"
    write_atomically(path, "old")
    write_atomically(path, "新")
    assert path.read_text("utf-8") == "新"
    assert [one.name for one in tmp_path.iterdir()] == ["x.txt"]
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\udc80")
    assert path.read_text("utf-8") == "新"
    assert [one.name for one in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", "3", '{"files": 3}', '{"files": {"a": 1}}', '{"other": {}}'])
def test_a_folder_without_a_true_manifest_is_not_whole(tmp_path, content):
    if content is not None:
        (tmp_path / MANIFEST).write_text(content, "utf-8")
    assert not is_whole(tmp_path)
