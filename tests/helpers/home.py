"""A trust home on disk, as a data manager has it: trust.yml, landing, the command, the published file.

Here: writing deliveries and running the public command. Not here: anything that reaches into the package's own tables or functions, so
that these tests outlive every change inside.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.helpers.hushed import standard_streams_to

PROJECT = Path(__file__).parents[2]
MATLAS = [str(Path(sys.executable).with_name("matlas"))]


@dataclass(frozen=True)
class Outcome:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that a person at the terminal saw."""
        return self.out + self.err

    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


@dataclass
class TrustHome:
    """One trust home in a temporary folder."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def published(self) -> Path:
        """The warehouse that readers open."""
        return self.root / "published" / "matlas.duckdb"

    def write_trust(self, text: str) -> None:
        """Write trust.yml."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "trust.yml").write_text(text, encoding="utf-8")

    def deliver(self, academy_id: str, files: dict[str, bytes | str]) -> None:
        """Put files in an academy's landing folder."""
        folder = self.root / "landing" / academy_id
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def take_away(self, academy_id: str, name: str) -> None:
        """Remove a file from landing, as an SFTP clean-up does."""
        (self.root / "landing" / academy_id / name).unlink()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command in a process of its own."""
        return subprocess.Popen(
            [*MATLAS, *arguments, "--home", str(self.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.root,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )

    def matlas(self, *arguments: str, timeout: float = 300) -> Outcome:
        """Run the command in a process of its own, as a person or cron does."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=timeout)
        return Outcome(process.returncode, out, err)

    def here(self, *arguments: str) -> Outcome:
        """Run the command in this process: the same command without paying for its imports again."""
        from pipelines.cli import run

        out, err = (self.root.with_name(f"{self.root.name}.{stream}") for stream in ("out", "err"))
        with standard_streams_to(out, err), logging_restored():
            code = run([*arguments, "--home", str(self.root)])
        return Outcome(code, *(file.read_text(encoding="utf-8", errors="replace") for file in (out, err)))

    def query(self, sql: str, file: Path | None = None) -> list[tuple[Any, ...]]:
        """Ask the published warehouse, read-only, as a BI tool does."""
        with duckdb.connect(str(file or self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@contextlib.contextmanager
def logging_restored() -> Any:
    """Take away the log handlers that a run in this process adds, so that the next does not write to a closed stream."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("dagster", "dbt"))]
    kept = [(logger, list(logger.handlers), logger.level) for logger in loggers]
    try:
        yield
    finally:
        for logger, handlers, level in kept:
            logger.handlers[:] = handlers
            logger.setLevel(level)


MART_KEYS = "level, academy_id, phase, time_period, period_type, period_start, period_end, breakdown_topic, breakdown, measure_id"


def mart_contents(home: TrustHome, file: Path | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in `marts`, sorted: what must be equal when two homes hold the same deliveries."""
    tables = home.query("select table_name from information_schema.tables where table_schema = 'marts' order by 1", file)
    return {name: home.query(f"select * from marts.{name} order by all", file) for (name,) in tables}


def figures(home: TrustHome, where: str, file: Path | None = None) -> dict[str, tuple[float, float]]:
    """Numerator and denominator by measure, of the rows that `where` picks."""
    rows = home.query(f"select measure_id, numerator, denominator from marts.measure_value where value_status = 'ok' and {where}", file)
    found = {measure: (float(numerator), float(denominator)) for measure, numerator, denominator in rows}
    assert len(found) == len(rows), f"more than one row a measure where {where}"
    return found
