"""The one error of the profiles and the contract: a sentence with the file and the line.

Here: the error, and finding a line of a YAML file. Not here: faults in what an academy delivers (pipelines/ingest/faults.py).
"""

from pathlib import Path


class SourceError(ValueError):
    """A profile or the contract is wrong. Its text names the file, the line and what was expected."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        place = f"{path.parent.name}/{path.name}" + (f" line {line}" if line else "")
        super().__init__(f"{place}: {what}")


def line_of(path: Path, place: tuple[int | str, ...]) -> int | None:
    """The line of the deepest key of `place` that stands in the file, searched from the outermost inwards."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found: int | None = None
    start = 0
    for key in place:
        for number in range(start, len(lines)):
            if lines[number].strip().startswith(f"{key}:"):
                found, start = number + 1, number + 1
                break
    return found
