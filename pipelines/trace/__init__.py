"""Trace: from a published figure down to the rows, batches and files that it was counted from.

Here: which rows of `core` a measure counts (parts.csv), counting them again, and what else is known of them: files, maps, checks. Only the
published file is read. Not here: the figure itself (models/measures make it), and the command (commands/trace.py).

parts.csv says nothing that ref.measure does not: it says which rows to look at, so that they can be counted a second time. A test holds
each of its lines to the published figures of every academy, so the two cannot drift apart.
"""

from pipelines.trace.errors import TraceError
from pipelines.trace.figure import Figure, Wanted, find_figure
from pipelines.trace.tracing import rows_of, trace

__all__ = ["Figure", "TraceError", "Wanted", "find_figure", "rows_of", "trace"]
