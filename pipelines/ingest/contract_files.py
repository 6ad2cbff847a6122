"""What judging one entity gave, written to the raw layer: accepted rows, rejected places, and the figures of both.

Here: the Parquets of one entity of one content, and counting. Not here: judging itself (judging.py).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.ingest.judging import JUDGED, LOSERS, REJECT_CODE, REJECT_COLUMN
from pipelines.ingest.shapes import ROW_ORDER
from pipelines.ingest.sql_text import identifier, text
from pipelines.ingest.text_parts import SOURCE_FILE, SOURCE_ROW
from pipelines.sources import Entity
from pipelines.store.records import EntityReading
from pipelines.trust import academic_year

ACCEPTED = f"(select * from {JUDGED} anti join {LOSERS} using ({ROW_ORDER}) where {REJECT_CODE} is null)"


@dataclass
class FileCounts:
    """Rows of the contract that one file gave, over all entities of its table."""

    read: int = 0
    rejected: int = 0
    duplicate: int = 0

    @property
    def accepted(self) -> int:
        """What is left."""
        return self.read - self.rejected - self.duplicate


@dataclass
class ContentCounts:
    """The same for every file of a content."""

    by_file: dict[str, FileCounts] = field(default_factory=dict)

    def add(self, file_name: str, read: int, rejected: int, duplicate: int) -> None:
        """Add one entity's rows of one file."""
        counts = self.by_file.setdefault(file_name, FileCounts())
        counts.read += read
        counts.rejected += rejected
        counts.duplicate += duplicate


def write_accepted(database: duckdb.DuckDBPyConnection, entity: Entity, academy_id: str, content_id: str, target: Path) -> None:
    """Write the accepted rows, in the order that the build reads them fastest."""
    columns = ", ".join(identifier(name) for name in entity.raw_columns)
    names = {column.name for column in entity.columns}
    order = [identifier(name) for name in (entity.date_column, "source_pupil_id") if name and name in names]
    database.execute(f"""
        copy (
            select {text(academy_id)} as academy_id, {columns}, {text(content_id)} as content_id, {SOURCE_FILE}, {SOURCE_ROW}
            from {ACCEPTED}
            order by {", ".join([*order, ROW_ORDER])}
        ) to {text(target)} (format parquet, compression zstd)
    """)


def keep_rejected(database: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Add the places of rejected rows, and of pupils' accepted ones, to what is written for the content."""
    database.execute(f"""
        insert into rejected
        select {text(entity.name)}, {SOURCE_FILE}, {SOURCE_ROW}, {REJECT_CODE}, {REJECT_COLUMN}
        from {JUDGED} where {REJECT_CODE} is not null order by {ROW_ORDER}
    """)
    if any(column.name == "source_pupil_id" for column in entity.columns):
        database.execute(f"""
            insert into pupils_in
            select {text(entity.name)}, source_pupil_id, count(*) from {ACCEPTED} group by source_pupil_id order by source_pupil_id
        """)


def count_files(database: duckdb.DuckDBPyConnection, counts: ContentCounts) -> None:
    """Add this entity's rows to the counts of each file."""
    rows = database.execute(f"""
        select {SOURCE_FILE}, count(*), count({REJECT_CODE}), count({LOSERS}.{ROW_ORDER})
        from {JUDGED} left join {LOSERS} using ({ROW_ORDER})
        group by {SOURCE_FILE}
    """).fetchall()
    for file_name, read, rejected, duplicate in rows:
        counts.add(file_name, read, rejected, duplicate)


def entity_reading(database: duckdb.DuckDBPyConnection, entity: Entity, path: str) -> EntityReading:
    """The figures of one entity."""
    read, rejected = database.execute(f"select count(*), count({REJECT_CODE}) from {JUDGED}").fetchone() or (0, 0)
    (duplicate,) = database.execute(f"select count(*) from {LOSERS}").fetchone() or (0,)
    days = _counted(database, entity.date_column)
    dates = sorted(datetime.date.fromisoformat(day) for day, _ in days)
    has_nc_year = any(column.name == "nc_year" for column in entity.columns)
    by_year: dict[str, int] = {}
    for day, rows in days:
        year = str(academic_year(datetime.date.fromisoformat(day)))
        by_year[year] = by_year.get(year, 0) + rows
    return EntityReading(
        entity=entity.name,
        rows_read=read,
        rows_accepted=read - rejected - duplicate,
        rows_rejected=rejected,
        rows_duplicate=duplicate,
        first_date=dates[0] if dates else None,
        last_date=dates[-1] if dates else None,
        rows_by_year=dict(sorted(by_year.items())),
        rows_by_nc_year=dict(_counted(database, "nc_year")) if has_nc_year else {},
        path=path,
    )


def _counted(database: duckdb.DuckDBPyConnection, column: str | None) -> Sequence[tuple[str, int]]:
    """Accepted rows by the values of a column, blanks left out."""
    if column is None:
        return []
    name = identifier(column)
    return database.execute(f"select {name}, count(*) from {ACCEPTED} where {name} is not null group by {name} order by {name}").fetchall()
