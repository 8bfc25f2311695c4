"""The order of the rooms, held by the imports themselves."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chatbot

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "chatbot"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

BASE = (
    "errors",
    "trade",
    "values",
    "order_values",
    "masking",
    "text",
    "numerals",
    "quantities",
    "settings",
    "store",
    "tables",
    "events",
    "records",
    "tokens",
    "locks",
    "timing",
)
LEAVES = ("dialogue", "understanding", "recommending", "service", "phrasing")
FLOORS: tuple[tuple[str, ...], ...] = (
    BASE,
    ("weights",),
    ("shop",),
    LEAVES,
    ("facts", "nuances", "order_turns", "packing", "behaviour"),
    ("finding",),
    ("fetching",),
    ("person_turns",),
    ("bot",),
    ("training",),
    ("evaluating",),
    ("web",),
    ("console",),
    ("training_commands", "evaluating_commands", "simulating_commands", "record_commands", "answer_commands"),
    ("__main__",),
)
"""From the lowest to the highest; a room imports rooms of lower floors only. The base may import within itself."""
PURE = {"dialogue": {"values", "order_values", "text", "errors", "numerals", "quantities"}}
"""Rooms that import less than their floor allows."""
OWNERS = {
    "torch": {"weights", "training"}, "transformers": {"weights", "training"}, "sentence_transformers": {"weights", "training"}, "chromadb": {"shop"},
    "langchain_core": {"weights", "phrasing", "bot"}, "langchain_openai": {"weights"}, "gradio": {"web"}, "sqlalchemy": {"store", "tables", "events", "records", "service"}, "httpx": {"service"},
    "faiss": {"recommending"}, "onnxruntime": {"weights"}, "xllamacpp": {"weights"}, "tokenizers": {"weights"}, "fastapi": {"web"}, "starlette": {"web"}, "uvicorn": {"web"}, "yaml": {"evaluating"},
    "typer": {"__main__", "console", "training_commands", "evaluating_commands", "simulating_commands", "record_commands", "answer_commands"}, "peft": {"weights", "training"}, "gguf": {"training"}, "onnx": {"weights"}, "safetensors": {"weights", "training"}, "optuna": {"training"},
    "matplotlib": {"training", "evaluating"}, "pydantic_settings": {"settings"}, "sklearn": {"shop", "recommending", "training"},
}  # fmt: skip
"""Third-party package → the rooms that may import it."""
ENVIRONMENT = "settings"
"""The one module that reads the environment."""


def room_of(path: Path) -> str:
    inner = path.relative_to(PACKAGE)
    return inner.parts[0] if len(inner.parts) > 1 else inner.stem


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} line {node.lineno}: a relative import"
            if node.module == "chatbot":
                yield from ((node.lineno, f"chatbot.{name.name}") for name in node.names)
            else:
                yield node.lineno, node.module or ""


def floor_of(room: str) -> int:
    found = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert found, f"the room {room} has no floor yet: give it one in this test and in the README"
    return found[0]


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", [path for path in MODULES if path != PACKAGE / "__init__.py"], ids=named)
def test_a_room_imports_lower_rooms_only(path):
    room = room_of(path)
    for line, name in imports_of(path):
        if not name.startswith("chatbot."):
            continue
        other = name.split(".")[1]
        if other == room:
            continue
        where = f"{named(path)} line {line} imports {name}"
        assert floor_of(other) < floor_of(room) or (room in BASE and other in BASE), where
        assert room not in PURE or other in PURE[room], where


@pytest.mark.parametrize("path", [*MODULES, PROJECT / "app.py"], ids=named)
def test_a_library_is_imported_in_its_own_rooms_only(path):
    room = room_of(path) if path.is_relative_to(PACKAGE) else "web"
    for line, name in imports_of(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or room in owners, f"{named(path)} line {line} imports {name}, which belongs to {', '.join(sorted(owners))}"


def test_no_two_modules_import_each_other_in_a_circle():
    names = {".".join(path.relative_to(PROJECT).with_suffix("").parts): path for path in MODULES}
    edges = {name: {other for _, other in imports_of(path) if other in names} for name, path in names.items() if name != "chatbot.__init__"}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " > ".join((*way, name))
        if name not in done:
            for other in sorted(edges.get(name, ())):
                visit(other, (*way, name))
            done.add(name)

    for name in edges:
        visit(name, ())


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=named)
def test_a_module_says_what_it_does_and_what_it_gives(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{named(path)} has no docstring"
    (exported,) = [
        node for node in tree.body if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets)
    ]
    names = ast.literal_eval(exported.value)
    assert len(set(names)) == len(names)
    assert all(not name.startswith("_") for name in names)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        defined |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    assert set(names) <= defined, f"{named(path)}: {sorted(set(names) - defined)} is not defined there"


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py" and path.parent != PACKAGE], ids=named)
def test_a_room_has_no_code_of_its_own(path):
    assert path.read_text("utf-8").strip() == ""


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_another_module_imports_is_exported(path):
    """A name that another room uses stands in `__all__`; a private one never crosses a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chatbot."):
            for name in node.names:
                assert name.name != "*", f"{named(path)} line {node.lineno}: import *"
                assert not name.name.startswith("_"), f"{named(path)} line {node.lineno} imports the private {name.name}"


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) != ENVIRONMENT], ids=named)
def test_the_environment_is_read_in_one_module(path):
    """Handing all of it on to a process of one's own is not reading it."""
    assert not re.search(r"environ\s*(?:\[|\.get|\.pop|\.setdefault)|getenv", path.read_text("utf-8"))


def _loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=PROJECT, check=True)
    return set(done.stdout.split())


def test_the_libraries_report_to_nobody(tmp_path):
    """ONNX Runtime makes an identifier and a queue of events in the home directory when it may report."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))} | {"HOME": str(tmp_path)}
    script = "import chatbot, onnxruntime"
    subprocess.run([sys.executable, "-c", script], cwd=PROJECT, env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []


HEAVY = {"torch", "transformers", "sentence_transformers", "chromadb", "gradio", "onnxruntime", "xllamacpp"}


@pytest.mark.parametrize(
    "code",
    [
        "import chatbot", "from chatbot import load_settings; load_settings()", "from chatbot import XiaoerError", "import chatbot.__main__", "import chatbot.values, chatbot.store",
        "import chatbot.evaluating.dialogues",
    ],
)  # fmt: skip
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    assert not _loaded_by(code) & HEAVY


def test_the_bot_is_importable_without_torch_or_gradio():
    """The page has to stand within seconds, and these two alone take as long."""
    assert not _loaded_by("from chatbot import Bot") & {"torch", "transformers", "sentence_transformers", "gradio"}


def test_the_package_names_its_interface():
    assert chatbot.__all__ == ["Bot", "XiaoerError", "load_settings"]
    with pytest.raises(AttributeError, match="nothing"):
        _ = chatbot.nothing
