"""The words of a profile: which value of theirs is which code of ours (codes.csv), and what their results are called (results.csv).

Here: reading the two files, with their mistakes told by line. Not here: columns and tables (loading.py), and how a value is looked up
(code_sets.py, pipelines/ingest/shapes.py).
"""

import csv
from pathlib import Path

from pipelines.sources.code_sets import CodeSet, code_key, code_set
from pipelines.sources.contract import Kind, contract
from pipelines.sources.errors import SourceError
from pipelines.sources.shapes import Name, Shape
from pipelines.sources.vocabulary import boolean_of


def read_codes(path: Path) -> dict[str, dict[str, str]]:
    """codes.csv by code set; an MIS that writes the canonical codes needs none. Raises SourceError with the line of the first mistake."""
    codes: dict[str, dict[str, str]] = {}
    if not path.exists():
        return codes
    kinds = {column.code_set: column.kind for entity in contract().entities.values() for column in entity.columns if column.code_set}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            name, code = row["code_set"], row["code"]
            if name not in kinds:
                raise SourceError(path, reader.line_num, f"{name!r} is no code set; they are: {', '.join(sorted(kinds))}.")
            if not _is_code(kinds[name], code_set(name), code):
                raise SourceError(path, reader.line_num, f"{code!r} is no code of {name}.")
            codes.setdefault(name, {})[row["value"]] = code
    return codes


def _is_code(kind: Kind, target: CodeSet, code: str) -> bool:
    if kind == "boolean":
        return boolean_of(code) is not None
    return target.is_open or code_key(code) in target.by_key


def read_names(path: Path, shape: Shape) -> tuple[Name, ...]:
    """results.csv: what a row with these texts is, the likelier name first. An empty cell fits anything, but not every cell of a line."""
    names: list[Name] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            when = tuple((column, value) for column, value in row.items() if value and column not in (*shape.says, "note"))
            says = tuple(row[name] for name in shape.says)
            if not when or not all(says):
                raise SourceError(path, reader.line_num, f"says when it fits, and what {', '.join(shape.says)} then are.")
            names.append(Name(when, says))
    return tuple(names)
