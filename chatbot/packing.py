"""A shop folder and the application → one directory ready to push as a Hugging Face Space, or to build as a container.

The directory is self-contained: `app.py`, the package, the trained files and the shop in the place where it is served
without a setting. Knows files and nothing of models; pushes nothing.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatbot.errors import SettingError
from chatbot.settings import PROJECT
from chatbot.shop.reading import Shop, read_shop
from chatbot.weights.cache import write_atomically

__all__ = ["Packed", "pack"]

FILES = ("app.py", "requirements.txt", "Dockerfile", "LICENSE", "NOTICE")
FOLDERS = ("chatbot", "knowledge/trained")
SERVED = Path("knowledge") / "shop"
"""Where `Settings.shop` looks without a setting."""
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_SCALAR = re.compile(r"^(title|short_description): .*$", re.MULTILINE)
LONGEST_DESCRIPTION = 60
"""Characters of a Space's `short_description` that the hub takes."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: the folder, the number of its files and their size in bytes."""

    folder: Path
    files: int
    size: int


def pack(shop: Path, into: Path) -> Packed:
    """Write the directory. Raises ShopError where the shop cannot be read, SettingError where `into` is not empty or inside the project."""
    read = read_shop(shop)
    into = into.resolve()
    if into.is_relative_to(PROJECT) or PROJECT.is_relative_to(into) or into.is_relative_to(shop.resolve()):
        raise SettingError(f"the directory {into} lies in the project, the shop, or above", fix="name one beside it")
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise SettingError(f"the directory {into} is not empty", fix="name a new one, or empty it")
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            shutil.copytree(PROJECT / name, into / name, ignore=_LEFT_OUT)
        for name in FILES:
            shutil.copy2(PROJECT / name, into / name)
        shutil.copytree(shop, into / SERVED, ignore=_LEFT_OUT)
        write_atomically(into / "README.md", _readme(read))
        write_atomically(into / ".gitattributes", "*.safetensors filter=lfs diff=lfs merge=lfs -text\n*.gguf filter=lfs diff=lfs merge=lfs -text\n")
    except OSError as error:
        raise SettingError(f"the directory {into} cannot be written: {error}", fix="free some space or name another") from error
    sizes = list(_sizes(into))
    return Packed(into, len(sizes), sum(sizes))


def _readme(shop: Shop) -> str:
    """The project's front matter, which the hub reads, with the shop's own name, and what the directory is."""
    found = _FRONT_MATTER.match((PROJECT / "README.md").read_text("utf-8"))
    if found is None:
        raise SettingError("README.md has no front matter", fix="take it from the repository")
    name = shop.name(shop.default_language)
    described = {"title": name, "short_description": f"The assistant of {name}"[:LONGEST_DESCRIPTION]}
    front = _SCALAR.sub(lambda line: f"{line[1]}: {_quoted(described[line[1]])}", found[0])
    return (
        f"{front}\n# {name}\n\nThe shop assistant of {name}, made with Xiaoer (小二). `python app.py` serves it on port 7860; "
        "`docker build -t shop . && docker run -p 7860:7860 -v shop:/data shop` does the same in a container.\n"
        "The shop's data lies in `knowledge/shop`.\n"
    )


def _quoted(text: str) -> str:
    """A YAML scalar that stays one whatever the name holds."""
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _sizes(folder: Path) -> Iterator[int]:
    return (path.stat().st_size for path in folder.rglob("*") if path.is_file())
