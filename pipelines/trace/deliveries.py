"""What is known of the files behind a figure, and of those that are not in it.

Here: dq.batch, dq.file and dq.rejected_row beside the rows that were counted. Not here: counting them (counting.py).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.trace.counting import FactCount, FileRows
from pipelines.trace.rows import records

if TYPE_CHECKING:
    import duckdb

NOT_IN_IT = ("held", "rejected", "refused")

_FILES = """
    with
    entities as (select batch_id, count(*) as entities from dq.batch group by all),
    files as (select batch_id, count(*) as files from dq.file group by all)
    select
        batches.batch_id,
        batches.entity,
        file.file_name,
        file.sha256,
        batches.effective_date,
        batches.delivered_at,
        batches.loaded_at,
        case
            when entities.entities = 1 then file.rows_accepted
            when files.files = 1 then batches.rows_accepted
        end as rows_accepted,
        batches.rows_accepted as batch_rows_accepted
    from dq.batch as batches
    inner join dq.file as file using (batch_id)
    inner join entities using (batch_id)
    inner join files using (batch_id)
    where batches.batch_id in (select unnest($batches))
"""


def files_of(connection: "duckdb.DuckDBPyConnection", counts: Sequence[FactCount]) -> list[dict[str, Any]]:
    """Every file with rows that count, what is known of its delivery, and what its rows come to in each part."""
    batches = sorted({file.batch_id for count in counts for file in count.files})
    known = {(row["batch_id"], row["entity"], row["file_name"]): row for row in records(connection, _FILES, {"batches": batches})}
    return [_file(count, file, known.get((file.batch_id, file.entity, file.file_name), {})) for count in counts for file in count.files]


def _file(count: FactCount, file: FileRows, known: dict[str, Any]) -> dict[str, Any]:
    return {
        "entity": file.entity,
        "batch_id": file.batch_id,
        "file_name": file.file_name,
        "sha256": known.get("sha256"),
        "effective_date": known.get("effective_date"),
        "delivered_at": known.get("delivered_at"),
        "loaded_at": known.get("loaded_at"),
        "rows_used": file.rows,
        "rows_accepted": known.get("rows_accepted"),
        "batch_rows_accepted": known.get("batch_rows_accepted"),
        "first_date": file.first_date,
        "last_date": file.last_date,
        "first_line": file.first_line,
        "last_line": file.last_line,
        **{
            part.role: counted.amount if part.counted in ("rows", "rest") else counted.rows
            for part, counted in zip(count.parts, file.counts, strict=True)
        },
    }


def rejected_rows(
    connection: "duckdb.DuckDBPyConnection", files: Iterable[dict[str, Any]], entities: Sequence[str]
) -> list[dict[str, Any]]:
    """Rejected rows of those files, by file and reason. Never a value of one."""
    return records(
        connection,
        """
        select batch_id, file_name, reason_code, column_name, count(*) as rows, min(source_row) as first_line
        from dq.rejected_row
        where batch_id in (select unnest($batches)) and entity in (select unnest($entities))
        group by all
        order by all
        """,
        {"batches": sorted({each["batch_id"] for each in files}), "entities": list(entities)},
    )


def not_in_it(connection: "duckdb.DuckDBPyConnection", academies: list[str], entities: Sequence[str]) -> list[dict[str, Any]]:
    """Deliveries of what the figure is counted from that are held, rejected or refused."""
    return records(
        connection,
        """
        select batch_id, entity, status, reason_code, reason, effective_date, delivered_at, rows_read, rows_accepted, first_date, last_date
        from dq.batch
        where academy_id in (select unnest($academies)) and entity in (select unnest($entities)) and status in (select unnest($statuses))
        order by effective_date desc, batch_id, entity
        """,
        {"academies": academies, "entities": list(entities), "statuses": list(NOT_IN_IT)},
    )


def read_beside(connection: "duckdb.DuckDBPyConnection", academies: list[str], entities: Sequence[str]) -> list[dict[str, Any]]:
    """The accepted deliveries of what the rows are read beside (groups, ages, school days): by entity, with the newest file."""
    return records(
        connection,
        """
        select
            entity,
            count(distinct batch_id) as deliveries,
            max_by(batch_id, (effective_date, delivered_at)) as newest_batch_id,
            max(effective_date) as newest_effective_date
        from dq.batch
        where academy_id in (select unnest($academies)) and entity in (select unnest($entities)) and status = 'accepted'
        group by all
        order by all
        """,
        {"academies": academies, "entities": list(entities)},
    )


def delivered_entities(connection: "duckdb.DuckDBPyConnection", academies: list[str]) -> set[str]:
    """The entities of which anything was accepted."""
    rows = records(
        connection,
        "select distinct entity from dq.batch where academy_id in (select unnest($academies)) and status = 'accepted'",
        {"academies": academies},
    )
    return {row["entity"] for row in rows}
