"""Load what later steps of a night need while its files are read: libraries that take seconds to import, and the parsed dbt project.

Here: doing so beside the reading, which leaves this process idle. Not here: any use of them. A night that reads nothing never gets here,
and one that cannot load something hears of it where it is needed, not here.
"""

import contextlib
import importlib
import threading
from functools import cache

DBT = ("dbt.cli.main", "dbt.task.build", "dbt.adapters.duckdb.impl")


@cache
def load_ahead() -> threading.Thread:
    """Begin to load, once in this process; the thread returned ends when all is there."""
    thread = threading.Thread(target=_load, name="load ahead", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    with contextlib.suppress(Exception):
        from pipelines.quality.gx import load

        load()
    with contextlib.suppress(Exception):
        from pipelines.build.dbt_manifest import kept_manifest

        for library in DBT:
            importlib.import_module(library)
        kept_manifest()
