"""Counting a figure again from the rows of core: by academy, by batch and file, and what was left out.

Here: one query a fact, over the rows that facts.py gives and the conditions that parts.csv names. Not here: what a file is (deliveries.py)
and whether the count is the published one (tracing.py).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.trace.catalogue import FACTS
from pipelines.trace.facts import frame
from pipelines.trace.figure import ALL, Figure
from pipelines.trace.parts import Part
from pipelines.trace.rows import literal, records

if TYPE_CHECKING:
    import duckdb

NOT_ASKED = "that the measure does not ask about"
BY_FILE, BY_ACADEMY, IN_ALL, BY_REASON = "file", "academy", "all", "reason"


@dataclass(frozen=True)
class Counts:
    """What one part comes to in some rows: how many, their amounts added up, and the different people and enrolments."""

    rows: int
    amount: float
    people: int
    enrolments: int

    def number(self, part: Part) -> float:
        """The number that the part gives."""
        return {"people": float(self.people), "enrolments": float(self.enrolments)}.get(part.counted, self.amount)


@dataclass(frozen=True)
class FileRows:
    """The rows of one file that count in any part, and where they stand in it. `counts` has one entry a part."""

    academy_id: str
    batch_id: str
    file_name: str
    entity: str
    rows: int
    first_date: datetime.date | None
    last_date: datetime.date | None
    first_line: int
    last_line: int
    counts: tuple[Counts, ...]


@dataclass(frozen=True)
class FactCount:
    """One fact counted: in all, by academy, by file, and how many rows were left out for what reason."""

    fact: str
    parts: tuple[Part, ...]
    in_all: tuple[Counts, ...]
    by_academy: dict[str, tuple[Counts, ...]]
    files: tuple[FileRows, ...]
    left_out: dict[str, int]


def count_fact(
    connection: "duckdb.DuckDBPyConnection", figure: Figure, academies: list[str], fact: str, parts: Sequence[Part], *, by_file: bool
) -> FactCount:
    """Count the rows of one fact for the parts that ask for it."""
    rows = records(connection, _counting(figure, academies, fact, parts, by_file=by_file))
    by_set: dict[str, list[dict[str, Any]]] = {BY_FILE: [], BY_ACADEMY: [], IN_ALL: [], BY_REASON: []}
    for row in rows:
        by_set[row["counted_by"]].append(row)
    nothing = tuple(Counts(0, 0, 0, 0) for _ in parts)
    return FactCount(
        fact=fact,
        parts=tuple(parts),
        in_all=_counts(by_set[IN_ALL][0], parts) if by_set[IN_ALL] else nothing,
        by_academy={row["academy_id"]: _counts(row, parts) for row in by_set[BY_ACADEMY]},
        files=tuple(_file(row, parts) for row in by_set[BY_FILE] if row["counted_rows"]),
        left_out={row["reason"]: int(row["all_rows"]) for row in by_set[BY_REASON] if row["reason"] is not None},
    )


def _counts(row: dict[str, Any], parts: Sequence[Part]) -> tuple[Counts, ...]:
    return tuple(
        Counts(int(row[f"rows_{n}"] or 0), float(row[f"amount_{n}"] or 0), row[f"people_{n}"], row[f"enrolments_{n}"])
        for n, _ in enumerate(parts)
    )


def _file(row: dict[str, Any], parts: Sequence[Part]) -> FileRows:
    return FileRows(
        academy_id=row["academy_id"],
        batch_id=row["batch_id"],
        file_name=row["source_file"],
        entity=row["entity"],
        rows=int(row["counted_rows"]),
        first_date=row["first_date"],
        last_date=row["last_date"],
        first_line=row["first_line"],
        last_line=row["last_line"],
        counts=_counts(row, parts),
    )


def _counting(figure: Figure, academies: list[str], fact: str, parts: Sequence[Part], *, by_file: bool) -> str:
    """The query: rows are first brought together by person (and file), which keeps millions of them quick, then counted."""
    several = len(FACTS[fact].entities) > 1
    flags = ",\n                ".join(f"coalesce({condition(part, figure)}, false) as is_{n}" for n, part in enumerate(parts))
    counted = " or ".join(f"is_{n}" for n, _ in enumerate(parts))
    file = "batch_id, source_file, entity" if by_file else ""
    return f"""
        with {frame(figure, academies)},
        fact as ({FACTS[fact].sql(figure)}
        ),
        of_group as (
            select *{"" if several else f", {literal(FACTS[fact].entities[0])} as entity"} from fact {_of_group(figure, fact)}
        ),
        judged as (
            select *,
                {flags}
            from of_group
        ),
        reasoned as (
            select *, case when not ({counted}) then coalesce(left_out, {literal(NOT_ASKED)}) end as reason from judged
        ),
        by_person as (
            select
                academy_id, reason, person_key, {"enrolment_key" if fact == "marks" else "cast(null as text) as enrolment_key"},
                {f"{file}," if file else ""}
                count(*) as all_rows,
                min(day) as first_date,
                max(day) as last_date,
                min(source_row) as first_line,
                max(source_row) as last_line,
                {_sums(parts)}
            from reasoned
            group by all
        )
        select
            case
                when grouping(reason) = 0 then '{BY_REASON}'
                when grouping(academy_id) = 1 then '{IN_ALL}'
                {f"when grouping(batch_id) = 0 then '{BY_FILE}'" if by_file else ""}
                else '{BY_ACADEMY}'
            end as counted_by,
            academy_id, {f"{file}," if file else ""} reason,
            sum(all_rows) as all_rows,
            sum(all_rows) filter (reason is null) as counted_rows,
            min(first_date) filter (reason is null) as first_date,
            max(last_date) filter (reason is null) as last_date,
            min(first_line) filter (reason is null) as first_line,
            max(last_line) filter (reason is null) as last_line,
            {_sums_of_people(parts)}
        from by_person
        group by grouping sets ({f"(academy_id, {file}), " if file else ""}(academy_id), (reason), ())
        order by counted_by, academy_id{f", {file}" if file else ""}
    """


def _sums(parts: Sequence[Part]) -> str:
    return ",\n                ".join(
        f"count(*) filter (is_{n}) as rows_{n}, sum({part.amount or '1'}) filter (is_{n}) as amount_{n}" for n, part in enumerate(parts)
    )


def _sums_of_people(parts: Sequence[Part]) -> str:
    return ",\n            ".join(
        f"sum(rows_{n}) as rows_{n}, sum(amount_{n}) as amount_{n}, count(distinct person_key) filter (rows_{n} > 0) as people_{n}, "
        f"count(distinct enrolment_key) filter (rows_{n} > 0) as enrolments_{n}"
        for n, _ in enumerate(parts)
    )


def condition(part: Part, figure: Figure) -> str:
    """The rows of a part, as SQL."""
    rows = part.rows.replace("{breakdown}", literal(figure.breakdown))
    group = f" and {_in_group(figure, *part.group.split('='))}" if part.group else ""
    return f"left_out is null and ({rows}){group}"


def _of_group(figure: Figure, fact: str) -> str:
    """The rows of the group that the figure is of."""
    if figure.breakdown_topic in (ALL, "reason"):
        return ""
    if fact == "answers":
        return (
            "where person_key in (select response_key from core.fct_survey_response group by response_key "
            f"having max(year_group) = {literal(figure.breakdown)})"
        )
    return f"where {_in_group(figure, figure.breakdown_topic, figure.breakdown, 'fact')}"


def _in_group(figure: Figure, topic: str, value: str, rows: str = "of_group") -> str:
    return (
        f"exists (from core.bridge_pupil_breakdown as groups where groups.academy_id = {rows}.academy_id "
        f"and groups.pupil_key = {rows}.person_key and groups.time_period = {figure.time_period} "
        f"and groups.breakdown_topic = {literal(topic)} and groups.breakdown = {literal(value)})"
    )


def listing(figure: Figure, academies: list[str], fact: str, parts: Sequence[Part]) -> str:
    """SQL that lists the rows of one fact that count, at the level of the MIS's own numbers: no key of a person, no name."""
    columns = ", ".join(["academy_id", "mis_id", "day", *FACTS[fact].columns, "batch_id", "source_file", "source_row"])
    counted = " or ".join(f"({condition(part, figure)})" for part in parts)
    text = f"""
        with {frame(figure, academies)},
        fact as ({FACTS[fact].sql(figure)}),
        of_group as (select * from fact {_of_group(figure, fact)})
        select {columns}
        from of_group
        where {counted}
        order by batch_id, source_file, source_row
    """
    return " ".join(text.split())
