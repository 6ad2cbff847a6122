"""Where the job's history is kept: a Dagster instance in the trust home.

Here: the folder, its settings, the environment that Dagster reads. Not here: what is run on it.
"""

import os
import sqlite3
from typing import TYPE_CHECKING, Any

from pipelines.store.home import PROJECT_ROOT, Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

SETTINGS = PROJECT_ROOT / "dagster.yaml"


def prepare(home: Home) -> None:
    """Put the settings in the home and point Dagster, in this process and those it starts, at that home."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.read_text(encoding="utf-8")
    own = home.dagster / SETTINGS.name
    if not own.exists() or own.read_text(encoding="utf-8") != settings:
        own.write_text(settings, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster.resolve())
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["MATLAS_HOME"] = str(home.root.resolve())


def open_instance(home: Home) -> "DagsterInstance":
    """The Dagster instance of this home."""
    prepare(home)
    from dagster import DagsterInstance

    _write_history_without_waiting()
    return DagsterInstance.get()


def _write_history_without_waiting() -> None:
    """Let the operating system write Dagster's history when it likes: several hundred events a night each waited for the disk.

    A killed process loses nothing by it; a power cut may lose the last seconds of the history, never of the data (the manifest and the
    published files are not written through SQLAlchemy).
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if not event.contains(Engine, "connect", _without_waiting):
        event.listen(Engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
