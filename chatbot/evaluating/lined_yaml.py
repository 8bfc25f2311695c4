"""YAML whose mappings and lists know the lines they stand in, so that an error can name the place. Knows no format."""

from pathlib import Path
from typing import Any

import yaml

from chatbot.errors import DialogueError

__all__ = ["Lined", "Lines", "read_lined"]


class Lined(dict[str, Any]):
    """A mapping that knows the line of each of its keys, and its own under the key ""."""

    lines: dict[str, int]


class Lines(list[Any]):
    """A list that knows the line of each of its entries."""

    lines: list[int]


class _Loader(yaml.SafeLoader):
    """SafeLoader whose mappings and lists know their lines; a key given twice is refused."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    value = Lined()
    value.lines = {"": node.start_mark.line + 1}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is no text", key_node.start_mark)
        if key in value:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        value[key] = loader.construct_object(value_node, deep=True)
        value.lines[key] = key_node.start_mark.line + 1
    return value


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> Lines:
    value = Lines(loader.construct_object(one, deep=True) for one in node.value)
    value.lines = [one.start_mark.line + 1 for one in node.value]
    return value


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _sequence)


def read_lined(file: Path) -> Any:
    """What the file holds. Raises DialogueError with file and line where it cannot be read."""
    try:
        return yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise DialogueError(f"{file} cannot be read: {error.strerror}", fix="give a file that can be read") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DialogueError(f"{file} line {line} is not UTF-8", fix="save the file as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise DialogueError(f"{file} line {mark.line + 1 if mark else 1} is not valid YAML: {problem}", fix="mend the line") from error
    except (ValueError, RecursionError) as error:  # a date that is none, nesting without end
        raise DialogueError(f"{file} line 1 is not valid YAML: {error}", fix="put texts into quotes") from error
