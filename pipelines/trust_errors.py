"""How a mistake in trust.yml is told: with its line, its key, what was expected, and the nearest valid value.

Not here: the rules themselves (trust.py).
"""

import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

Place = tuple[str | int, ...]


class TrustConfigError(Exception):
    """trust.yml cannot be used. The text is one sentence a mistake, for the person who edits the file."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        self.path = path
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, but a date that is none (2025-19-09) stays text, so that it is told with its line and key."""


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the same in C, where PyYAML was built with it
    """The same; what it refuses is read again by the other, whose sentences are the ones we pass on."""


def _date_or_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


for _each in (_Loader, _FastLoader):
    _each.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


def lines_of(path: Path, text: str) -> tuple[dict[Place, int], Any]:
    """The line of every key and item of a YAML text, and its data. Raises TrustConfigError when it is no sound YAML mapping."""
    try:
        try:
            lines, data = _read(path, _FastLoader(text))
        except (yaml.YAMLError, ValueError):
            lines, data = _read(path, _Loader(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TrustConfigError(
            path, [f"{path} line {line}: this is not sound YAML ({error.problem}). Look at the line and the one above."]
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise TrustConfigError(path, [f"{path}: this is not sound YAML ({error})."]) from None
    if not isinstance(data, dict):
        raise TrustConfigError(path, [f"{path} line 1: expected keys such as `trust:` and `academies:`, found {_kind(data)}."])
    return lines, data


def _read(path: Path, loader: yaml.SafeLoader) -> tuple[dict[Place, int], Any]:
    """Lines and data of the one document that a loader holds."""
    lines: dict[Place, int] = {}
    repeated: list[str] = []
    try:
        root = loader.get_single_node()
        if root is None:
            return lines, None
        _walk(path, root, (), lines, repeated)
        if repeated:
            raise TrustConfigError(path, repeated)
        return lines, loader.construct_document(root)
    finally:
        loader.dispose()


def _walk(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int], repeated: list[str]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            inner = (*place, _key(key_node))
            if inner in lines:
                repeated.append(
                    f"{path} line {key_node.start_mark.line + 1}: the key `{_key(key_node)}` stands here a second time "
                    f"(first on line {lines[inner]}). Keep one."
                )
                continue
            lines[inner] = key_node.start_mark.line + 1
            _walk(path, value_node, inner, lines, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _walk(path, item, (*place, number), lines, repeated)


def _key(node: yaml.Node) -> str | int:
    value = str(node.value)
    return int(value) if node.tag == "tag:yaml.org,2002:int" and value.isdigit() else value


def sentences(path: Path, lines: Mapping[Place, int], errors: Iterable[Any], model: type[BaseModel]) -> list[str]:
    """One sentence for each of pydantic's errors. `errors` is `ValidationError.errors()`."""
    found: list[str] = []
    for error in errors:
        place = tuple(part for part in error["loc"] if part != "[key]")
        sentence = told(path, lines, place, _what(error, place, model))
        if sentence not in found:
            found.append(sentence)
    return found


def told(path: Path, lines: Mapping[Place, int], place: Place, what: str) -> str:
    """One mistake as a sentence: the file and line, the key, and what is wrong with it."""
    return f"{path} line {_line(lines, place)}: {_where(place)} {what}"


def _line(lines: Mapping[Place, int], place: Place) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _where(place: Place) -> str:
    if not place:
        return "the file"
    words = [
        f"academy {int(part) + 1}" if place[0] == "academies" and number == 1 else str(part)
        for number, part in enumerate(place)
        if part != "academies"
    ]
    return f"`{' → '.join(words)}`"


def _what(error: Any, place: Place, model: type[BaseModel]) -> str:
    kind = error["type"]
    found = error["input"]
    if kind == "extra_forbidden":
        valid = _keys_at(model, place[:-1])
        return f"is not a key Matlas knows here.{nearest(str(place[-1]), valid) or ' Known: ' + ', '.join(valid) + '.'}"
    if kind == "missing":
        return "is missing; it is required."
    if kind == "literal_error":
        valid = _choices(error["ctx"]["expected"])
        return f"is {_shown(found)}; expected one of {', '.join(valid)}.{nearest(str(found), valid)}"
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    message = message[0].lower() + message[1:]
    end = "" if message.endswith(("?", ".")) else "."
    return f"is {_shown(found)}: {message}{end}" if not isinstance(found, dict | list) else f"{message}{end}"


def _shown(value: Any) -> str:
    return "empty" if value is None or value == "" else f"`{value}`"


def _choices(expected: str) -> list[str]:
    return [choice.strip().strip("'") for part in expected.split(" or ") for choice in part.split(",") if choice.strip()]


def nearest(found: str, valid: list[str]) -> str:
    """The nearest valid value as a question; empty when none is near."""
    near = difflib.get_close_matches(found.lower(), valid, n=1, cutoff=0.5)
    return f" Did you mean `{near[0]}`?" if near else ""


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the schema knows at a place, for the question *did you mean*."""
    annotation: Any = model
    for part in place:
        annotation = _inside(annotation, part)
    found = _model_in(annotation)
    return sorted(found.model_fields) if found else []


def _inside(annotation: Any, part: str | int) -> Any:
    model = _model_in(annotation)
    if model is not None and isinstance(part, str):
        field = model.model_fields.get(part)
        return field.annotation if field else None
    arguments = typing.get_args(annotation)
    return arguments[-1] if arguments else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return next((model for argument in typing.get_args(annotation) if (model := _model_in(argument))), None)
    return None


def _kind(value: Any) -> str:
    return "an empty file" if value is None else f"a {type(value).__name__}"
