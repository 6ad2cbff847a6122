"""Export: the trust's figures as files that others read, with small numbers hidden.

Here: DfE's tidy format (data and metadata CSV of Explore Education Statistics). Not here: the command (commands/export.py) or any
figure, which stands in the published file.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.export.errors import ExportError
from pipelines.export.figures import read_figures
from pipelines.export.suppression import hide_small_numbers
from pipelines.export.tables import Trust, tables_of
from pipelines.export.writing import Written, write_folder

if TYPE_CHECKING:
    import duckdb

__all__ = ["ExportError", "Trust", "Written", "export_dfe"]


def export_dfe(connection: "duckdb.DuckDBPyConnection", folder: Path, trust: Trust) -> Written:
    """Write every figure of the years to date into `folder`, whole or not at all, and say what was written and what was left out."""
    published = read_figures(connection)
    if not published.figures:
        raise ExportError("There is no figure to export yet: `matlas run` makes them.")
    hide_small_numbers(published, trust.suppress_below)
    return write_folder(folder, tables_of(published, trust), published, trust)
