"""The map of one night: drawn into the candidate, and kept once it is published.

Here: opening the files. Not here: the map itself (writing.py), nor when this is done (pipelines/job).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.steering.history import kept_scores
from pipelines.steering.writing import write_map
from pipelines.store.home import Home
from pipelines.store.machine import Machine
from pipelines.store.records import RunRequest
from pipelines.trust import TrustConfig

CANDIDATE = "published"  # what dbt calls it too: views of the build name it so


def draw_map(home: Home, trust: TrustConfig, request: RunRequest) -> None:
    """Fill the tables of the map in the candidate, from what is about to be published. Raises duckdb.Error, ManifestError."""
    kept = kept_scores(home)
    with _candidate(home) as connection:
        write_map(connection, trust, request.as_of, kept)


@contextmanager
def _candidate(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidate as the database in use; what was written is folded into its file."""
    place = home.candidate.as_posix().replace("'", "''")
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        connection.execute(f"attach '{place}' as {CANDIDATE} (storage_version 'v1.0.0')")
        connection.execute(f"use {CANDIDATE}")
        yield connection
        connection.execute(f"checkpoint {CANDIDATE}")
