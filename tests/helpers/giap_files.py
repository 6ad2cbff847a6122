"""DfE's result files for tests: every column in DfE's order, nothing quoted, invented pupils.

Here: writing a file from the few cells that a test is about. Not here: which columns Matlas reads (pipelines/sources/giap).
"""

from collections.abc import Mapping
from functools import cache

from pipelines.sources.loading import SOURCES

ROSA, IDRIS = "P207000016049", "B801200005001"


@cache
def headings(table: str) -> tuple[str, ...]:
    """The columns of one of DfE's files in DfE's order, as the profile's sample has them."""
    sample = (SOURCES / "giap" / "sample" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(sample.splitlines()[0].split(","))


def giap_file(table: str, *rows: Mapping[str, str]) -> str:
    """A file as DfE's writer writes it: cells joined by commas, whatever is in them."""
    lines = [headings(table), *(tuple(row.get(heading, "") for heading in headings(table)) for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)
