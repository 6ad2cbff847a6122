"""Codes written into trust.yml: lines are put in, and nothing else of the file changes, comments and order least of all.

Here: where the lines go, and the proof that the file then says what it said before and the new codes. Not here: which codes (filled.py).

The file is a person's own, so it is never written anew from its data. The old text is kept beside it as `trust.yml.before`.
"""

import json
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from pipelines.codes.errors import CodesError
from pipelines.codes.filled import Addition
from pipelines.trust import load_trust
from pipelines.trust_errors import TrustConfigError, lines_of

CODES, BOM = "codes", "\ufeff"
BEFORE, UNFINISHED = ".before", ".new"
STEP = 2
Insertion = tuple[int, str]
CodesOf = dict[str, dict[str, str]]


def add_to_trust(path: Path, additions: Iterable[Addition]) -> None:
    """Put the additions into trust.yml, whole or not at all. Raises CodesError, and leaves the file as it was, where it cannot be done."""
    by_academy: dict[str, CodesOf] = {}
    for one in additions:
        by_academy.setdefault(one.academy_id, {}).setdefault(one.code_set, {})[one.value] = one.code
    old = path.read_bytes().decode("utf-8")
    new = _with_codes(old, by_academy)
    _prove(path, old, new, by_academy)
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.write_bytes(new.encode("utf-8"))
    try:
        load_trust(unfinished)
    except TrustConfigError as error:
        unfinished.unlink()
        raise CodesError([f"Nothing was written: with the new codes {error}"]) from None
    unfinished.chmod(path.stat().st_mode & 0o777)
    path.with_name(path.name + BEFORE).write_bytes(old.encode("utf-8"))
    unfinished.replace(path)


def _prove(path: Path, old: str, new: str, by_academy: dict[str, CodesOf]) -> None:
    """The new text must say what the old one said, and the new codes, and nothing else."""
    expected: Any = deepcopy(lines_of(path, old.removeprefix(BOM))[1])
    for academy in expected["academies"]:
        for code_set, codes in by_academy.get(academy["id"], {}).items():
            academy[CODES] = {**(academy.get(CODES) or {})}
            academy[CODES][code_set] = {**(academy[CODES].get(code_set) or {}), **codes}
    try:
        said = lines_of(path, new.removeprefix(BOM))[1]
    except TrustConfigError:
        said = None
    if said != expected:
        lines = [f"  {academy}: {CODES}: {_flow(codes)}" for academy, codes in by_academy.items()]
        raise CodesError(
            [
                f"Nothing was written: {path} is written in a way that lines cannot be put into safely (an anchor, or an unusual layout). "
                "Add these yourself:",
                *lines,
            ]
        )


def _with_codes(text: str, by_academy: dict[str, CodesOf]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    bom, body = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    root = yaml.compose(body, Loader=yaml.SafeLoader)
    insertions: list[Insertion] = []
    for academy in _entry(root, "academies").value:
        codes = by_academy.get(str(_entry(academy, "id").value))
        if codes:
            insertions += _of_academy(body, academy, codes)
    for place, added in sorted(insertions, key=lambda each: each[0], reverse=True):
        body = body[:place] + added.replace("\n", newline) + body[place:]
    return bom + body


def _entry(mapping: Any, name: str) -> Any:
    """The value node of a key; None where the mapping has no such key."""
    return next((value for key, value in mapping.value if key.value == name), None)


def _of_academy(text: str, academy: Any, codes: CodesOf) -> list[Insertion]:
    """Where an academy's new codes go: into its `codes`, else as a new key, below `mis` where the academy has a line for each key."""
    there = _entry(academy, CODES)
    if there is not None:
        return _into(text, there, codes)
    if academy.flow_style:
        return [_after_last(academy, f"{CODES}: {_flow(codes)}")]
    column = academy.value[0][0].start_mark.column
    return [_new_line(text, _entry(academy, "mis"), f"{' ' * column}{CODES}:\n{_block(codes, column + STEP)}")]


def _into(text: str, there: Any, codes: CodesOf) -> list[Insertion]:
    """Into the codes that an academy has."""
    found: list[Insertion] = []
    missing: CodesOf = {}
    for code_set, values in codes.items():
        inner = _entry(there, code_set)
        if inner is None:
            missing[code_set] = values
        elif inner.flow_style:
            found.append(_after_last(inner, _pairs(values)))
        else:
            column = inner.value[0][0].start_mark.column
            lines = "".join(f"{' ' * column}{_quoted(value)}: {_quoted(code)}\n" for value, code in values.items())
            found.append(_new_line(text, _last(inner), lines))
    if missing and there.flow_style:
        found.append(_after_last(there, _flow(missing)[1:-1]))
    elif missing:
        found.append(_new_line(text, _last(there), _block(missing, there.value[0][0].start_mark.column)))
    return found


def _after_last(mapping: Any, added: str) -> Insertion:
    """Into a mapping in braces."""
    if not mapping.value:
        return int(mapping.start_mark.index) + 1, added
    return int(mapping.value[-1][1].end_mark.index), f", {added}"


def _last(node: Any) -> Any:
    """The last value in a node that has its own place on a line."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _new_line(text: str, after: Any, lines: str) -> Insertion:
    """On lines of their own, after the line on which a value ends."""
    end = text.find("\n", after.end_mark.index)
    return (len(text), f"\n{lines}") if end < 0 else (end + 1, lines)


def _block(codes: CodesOf, column: int) -> str:
    return "".join(
        f"{' ' * column}{code_set}:\n"
        + "".join(f"{' ' * (column + STEP)}{_quoted(value)}: {_quoted(code)}\n" for value, code in values.items())
        for code_set, values in codes.items()
    )


def _flow(codes: CodesOf) -> str:
    return "{" + ", ".join(f"{code_set}: {{{_pairs(values)}}}" for code_set, values in codes.items()) + "}"


def _pairs(values: dict[str, str]) -> str:
    return ", ".join(f"{_quoted(value)}: {_quoted(code)}" for value, code in values.items())


def _quoted(text: str) -> str:
    """A text in double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)
