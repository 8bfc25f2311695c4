"""A folder that is made once: whole or not at all, whoever asks for it at the same time.

A product is made in a temporary folder beside its place, its manifest (the names and sizes of its files) is written
last, and the folder is moved into place by one rename. A folder whose manifest is missing or does not agree with its
files is made again. A lock file keeps two processes from making the same thing. Nothing here knows what is made.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from chatbot.errors import WeightsError

__all__ = ["MANIFEST", "is_whole", "locked", "make_once", "write_atomically"]

MANIFEST = "manifest.json"
LOCK_SECONDS = 600
"""Longest wait for another process that makes the same folder: converting and indexing take far less."""


def is_whole(folder: Path) -> bool:
    """Whether `folder` holds a manifest and every file of it in the right size."""
    try:
        sizes = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file beside `path`. Raises WeightsError where the folder cannot be written or the wait is too long."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_SECONDS)
        lock.acquire()
    except Timeout as error:
        raise WeightsError(f"another process has held {path}.lock for {LOCK_SECONDS} s", fix="end it or delete the file") from error
    except OSError as error:
        raise WeightsError(f"the cache folder {path.parent} cannot be written: {error}", fix="set XIAOER_CACHE to another") from error
    try:
        yield
    finally:
        lock.release()


def make_once(folder: Path, make: Callable[[Path], None], *, volatile: str = "") -> Path:
    """`folder`, made by `make(temporary folder)` where it is not whole yet.

    What lies under the sub-folder `volatile` is left out of the manifest, because its owner goes on writing there.
    Raises WeightsError when the disk is full or not writable; nothing half-made stays behind.
    """
    if is_whole(folder):
        return folder
    with locked(folder):
        if is_whole(folder):  # another process made it while this one waited
            return folder
        try:
            scratch = Path(tempfile.mkdtemp(prefix=folder.name + ".", dir=folder.parent))
        except OSError as error:
            raise WeightsError(f"the cache folder {folder.parent} cannot be written: {error}", fix="set XIAOER_CACHE") from error
        try:
            make(scratch)
            paths = [path for path in sorted(scratch.rglob("*")) if path.is_file()]
            names = {str(path.relative_to(scratch)): path for path in paths}
            files = {name: path.stat().st_size for name, path in names.items() if not volatile or not name.startswith(volatile + os.sep)}
            write_atomically(scratch / MANIFEST, json.dumps({"files": files}, indent=1))
            if folder.exists():
                shutil.rmtree(folder)
            scratch.rename(folder)
        except OSError as error:
            raise WeightsError(f"{folder} cannot be written: {error}", fix="free some space or set XIAOER_CACHE") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def write_atomically(path: Path, text: str) -> None:
    """Replace the file `path` by `text`; a reader sees the old or the new, never a part."""
    descriptor, name = tempfile.mkstemp(prefix=path.name + ".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
