"""The one error of the profiles and the contract: a sentence with the file and the line.

Here: only the error. Not here: faults in what an academy delivers (pipelines/ingest/faults.py).
"""

from pathlib import Path


class SourceError(ValueError):
    """A profile or the contract is wrong. Its text names the file, the line and what was expected."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        place = f"{path.parent.name}/{path.name}" + (f" line {line}" if line else "")
        super().__init__(f"{place}: {what}")
