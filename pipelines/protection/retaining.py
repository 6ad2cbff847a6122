"""What has been kept longer than its period, by kind, academy and academic year: counts of people and rows.

Here: setting the periods of trust.yml against the published warehouse, and the list of numbers for whoever erases. Not here: the periods
(pipelines/retention.py), and erasing, which is always a person's decision.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.retention import Retention
from pipelines.store.home import Home


@dataclass(frozen=True)
class Overdue:
    """What is past its period in one academy. `time_period` is the year of the registers, or the one in which people left."""

    kind: str
    academy_id: str
    time_period: int
    people: int
    rows: int


# A person is past the period when they are nowhere on roll (in post) and have reached the age (the years have gone by) on the as-of date.
_YEAR = (
    "cast((year(left_on) - case when month(left_on) < 8 then 1 else 0 end) * 100 "
    "+ (year(left_on) + case when month(left_on) < 8 then 0 else 1 end) % 100 as int) as time_period"
)
_OVERDUE = f"""
    create temp table overdue as
    with
    spells as (
        select
            pupil_key,
            max(coalesce(leaving_date, date '9999-12-31')) as left_on,
            bool_or(coalesce(sen_provision_code, 'N') not in ('N', '')) as has_sen,
        from core.fct_enrolment
        group by all
    ),
    pupils as (
        select
            case when spells.has_sen then 'pupils with special educational needs' else 'pupils' end as kind,
            pupils.pupil_key as person_key,
            spells.left_on,
        from core.dim_pupil as pupils
        inner join spells using (pupil_key)
        where
            spells.left_on < $as_of
            and pupils.date_of_birth + to_years(case when spells.has_sen then $sen_age else $pupil_age end) <= $as_of
    ),
    colleagues as (
        select 'colleagues' as kind, staff_key as person_key, max(coalesce(end_date, date '9999-12-31')) as left_on
        from core.fct_staff_contract
        group by all
        having max(coalesce(end_date, date '9999-12-31')) + to_years($staff_years) <= $as_of
    )
    select pupils.kind, bridge.academy_id, bridge.source_pupil_id as number, pupils.person_key, {_YEAR}
    from pupils
    inner join core.bridge_pupil_source as bridge on bridge.pupil_key = pupils.person_key
    union all
    select colleagues.kind, bridge.academy_id, bridge.source_staff_id, colleagues.person_key, {_YEAR}
    from colleagues
    inner join core.bridge_staff_source as bridge on bridge.staff_key = colleagues.person_key
"""
_REGISTERS = """
    select 'registers', academy_id, time_period, count(distinct pupil_key), count(*)
    from (
        select academy_id, time_period, pupil_key from core.fct_attendance_session
        union all
        select academy_id, time_period, pupil_key from core.fct_attendance_week
    )
    where make_date(time_period // 100 + 1, 7, 31) + to_years($registers_years) < $as_of
    group by all
"""
_OF_PUPILS = ("enrolment", "attendance_session", "attendance_week", "behaviour_event", "suspension", "assessment_result")
_ALSO_OF_PUPILS = ("club_membership", "parent_event")
_OF_COLLEAGUES = ("staff_contract", "staff_absence", "cpd")


def overdue(home: Home, retention: Retention, as_of: date, people_file: Path | None = None) -> list[Overdue]:
    """Count what is past its period; with `people_file` also write whom it is about, for `matlas erase --people` (mode 600).

    Raises FileExistsError where the file is there already.
    """
    periods = {"as_of": as_of, "pupil_age": retention.pupil_age, "sen_age": retention.sen_age, "staff_years": retention.staff_years}
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        connection.execute(_OVERDUE, periods)
        rows = connection.execute(_REGISTERS, {"as_of": as_of, "registers_years": retention.registers_years}).fetchall()
        rows += connection.execute(_counted()).fetchall()
        if people_file is not None:
            query = "select case kind when 'colleagues' then 'staff' else 'pupil' end, academy_id, number from overdue order by all"
            _write(people_file, connection.execute(query).fetchall())
    return [Overdue(*row) for row in sorted(rows)]


def _counted() -> str:
    """People past their period and the rows of facts about them, by kind, academy and year of leaving."""
    pupils = (f"select academy_id, pupil_key as person_key from core.fct_{name}" for name in (*_OF_PUPILS, *_ALSO_OF_PUPILS))
    colleagues = (f"select academy_id, staff_key from core.fct_{name}" for name in _OF_COLLEAGUES)
    return f"""
        with facts as (
            select academy_id, person_key, count(*) as rows from ({" union all ".join((*pupils, *colleagues))}) group by all
        )
        select kind, academy_id, time_period, count(distinct person_key), coalesce(sum(facts.rows), 0)::bigint
        from (select distinct kind, academy_id, time_period, person_key from overdue)
        left join facts using (academy_id, person_key)
        group by all
    """


def _write(path: Path, people: list[tuple[str, str, str]]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{kind} {academy}:{number}\n" for kind, academy, number in people)
