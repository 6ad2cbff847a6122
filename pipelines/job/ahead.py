"""Load what later steps of a night need while its files are read: libraries that take seconds to import, and the parsed dbt project.

Here: doing so while other processes read, which leaves this one idle. Not here: any use of them. A night that reads little never gets
here, and one that cannot load something hears of it where it is needed.
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


def wait_for_what_loads() -> None:
    """Wait for a load that has begun: two threads that import one library at once may find it half there."""
    if load_ahead.cache_info().currsize:
        load_ahead().join()


def _load() -> None:
    with contextlib.suppress(Exception):
        from pipelines.quality.gx import load

        load()
    with contextlib.suppress(Exception):
        from pipelines.build.dbt_manifest import kept_manifest

        for library in DBT:
            importlib.import_module(library)
        kept_manifest()
