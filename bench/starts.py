"""The tools' own start: what a night costs before Matlas has done anything.

`python -m bench.starts python` begins and ends an interpreter; `… libraries`, `… dagster`, `… dbt`, `… great_expectations` load what their
names say; `… manifest` reads the parsed dbt project; `… job HOME` runs the night's own Dagster job with each of its steps emptied, on the
history of that home, after loading the libraries that a night with nothing new needs. Not here: measuring (measuring.py).
"""

import importlib
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

LIBRARIES = ("click", "rich.progress", "duckdb", "pyarrow.parquet", "pydantic", "yaml", "orjson", "sqlalchemy")
STARTS: dict[str, tuple[str, ...]] = {
    "python": (),
    "libraries": LIBRARIES,
    "dagster": ("dagster",),
    "dbt": ("dbt.cli.main", "dbt.task.build", "dbt.adapters.duckdb.impl"),
    "great_expectations": ("great_expectations",),
}


def empty_job(root: Path) -> None:
    """The nightly job, every step of which does nothing."""
    from expectations.catalogue import CHECKS
    from pipelines.job import steps
    from pipelines.job.instance import open_instance
    from pipelines.job.timing import NIGHTLY
    from pipelines.store.home import Home

    passed = [SimpleNamespace(check_id=one.id, status="pass", academy_id="", failed=0, accepted_until=None) for one in CHECKS]
    nothing: dict[str, Any] = {
        "load": SimpleNamespace(figures=dict),
        "judge": [],
        "prepare_build": None,
        "build": None,
        "check": SimpleNamespace(results=passed),
        "require_sound": None,
        "steer": None,
        "draw_map": None,
        "publish": SimpleNamespace(path=root, bytes=0, rows={}, published_at=datetime.now(UTC)),
        "report": None,
        "show_map": None,
        "tell": None,
    }
    for name, result in nothing.items():
        setattr(steps, name, lambda *_, result=result: result)
    instance = open_instance(Home(root))
    from pipelines.definitions import defs

    night = {"config": {"as_of": date.today().isoformat(), "is_full": False, "lock_holder": os.getpid()}}
    job = defs.resolve_job_def(NIGHTLY)
    ended = job.execute_in_process(
        instance=instance,
        run_config={"resources": {"night": night}, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    if not ended.success:
        raise RuntimeError(f"The emptied job failed: {[str(event.message) for event in ended.all_events if event.is_failure][:1]}")


def main(what: str, *arguments: str) -> None:
    """Start what was asked for."""
    for library in STARTS.get(what, LIBRARIES if what == "job" else ()):
        importlib.import_module(library)
    if what == "manifest":
        from pipelines.build.dbt_manifest import kept_manifest

        kept_manifest()
    if what == "job":
        empty_job(Path(arguments[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
