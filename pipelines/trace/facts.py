"""The rows of each fact in the academies and the period of a figure, as SQL on the published file.

Here: one query a fact. Each gives `academy_id` (whose figure), `mis_id`, `person_key`, `day`, where the row stands in the delivered file,
the columns that parts.csv names, and `left_out`: why a row of the period counts for no measure. Not here: which of them a measure counts.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipelines.trace.figure import Figure
from pipelines.trace.rows import literal

LINEAGE = "batch_id, source_file, source_row"


@dataclass(frozen=True)
class Fact:
    """A fact: its table in core, its entities in the deliveries, which others it is read beside, and its rows as a `select`."""

    table: str
    entities: tuple[str, ...]
    beside: tuple[str, ...]
    columns: tuple[str, ...]
    sql: Callable[[Figure], str]


def frame(figure: Figure, academies: list[str]) -> str:
    """The first common table expressions of every query: the academies' own period, and their days."""
    listed = ", ".join(literal(each) for each in academies)
    return f"""
        periods as (
            select academy_id, time_period, period_type, period_name, period_start, counted_to
            from core.dim_period
            where academy_id in ({listed}) and time_period = {figure.time_period}
                and period_type = {literal(figure.period_type)} and period_name = {literal(figure.period_name)}
        ),
        as_of as (select max(counted_to) as as_of from core.dim_period),
        calendars as (
            select academy_id, time_period, count(half_term) > 0 as has_half_terms
            from core.dim_school_day
            where academy_id in ({listed})
            group by all
        ),
        days as (
            select
                days.academy_id,
                days.session_date,
                days.week_start_date,
                coalesce(days.half_term, 'none') as half_term,
                case
                    when calendars.has_half_terms then coalesce(days.half_term = 'HT6', false)
                    else days.session_date >= {_june_begins(figure)}
                end as is_last_half_term
            from core.dim_school_day as days
            inner join calendars using (academy_id, time_period)
            where days.time_period = {figure.time_period}
        )"""


IN_PERIOD: Final = """(
                periods.period_type = 'year_to_date'
                or (periods.period_type = 'half_term' and periods.period_name = days.half_term)
                or (periods.period_type = 'week' and periods.period_start = days.week_start_date)
            )"""


def _june_begins(figure: Figure) -> str:
    """Without a calendar the last half-term begins on the Monday after the last Monday of May."""
    last = datetime.date(figure.time_period // 100 + 1, 5, 31)
    return _day(last - datetime.timedelta(days=last.weekday()) + datetime.timedelta(days=7))


def _day(day: datetime.date) -> str:
    return f"date '{day}'"


# --- registers


def marks(figure: Figure) -> str:
    """Marks and weekly counts of the period, each with its spell."""
    is_of_age = "false" if figure.breakdown_topic == "age_group" else "not coalesce(spells.age_at_year_start between 5 and 15, false)"
    left_out = f"""
                case
                    when not spells.is_in_population then 'of guests and others who are not on roll here'
                    when {is_of_age} then 'of those under 5 or over 15 when the year began'
                    when spells.age_at_year_start = 15 and {{last}} then 'of Year 11 in the last half-term, which DfE leaves out'
                end as left_out"""
    flags = "is_possible, is_attending, is_authorised_absence, is_unauthorised_absence, is_late"
    return f"""
            select
                marks.academy_id, spells.source_pupil_id as mis_id, spells.pupil_key as person_key, spells.enrolment_key,
                marks.session_date as day, marks.session, marks.mark_code, 1 as sessions, true as is_dated,
                marks.batch_id, marks.source_file, marks.source_row, {flags},
                {left_out.format(last="days.is_last_half_term")},
                'attendance_mark' as entity
            from core.fct_attendance_session as marks
            inner join days using (academy_id, session_date)
            inner join periods on marks.academy_id = periods.academy_id and {IN_PERIOD}
            inner join core.fct_enrolment as spells using (enrolment_key)
            where marks.time_period = {figure.time_period}
            union all by name
            select
                counts.academy_id, spells.source_pupil_id as mis_id, spells.pupil_key as person_key, spells.enrolment_key,
                counts.week_start_date as day, counts.mark_code, counts.sessions, false as is_dated,
                counts.batch_id, counts.source_file, counts.source_row, {flags},
                {left_out.format(last="days.is_last_half_term")},
                'attendance_week' as entity
            from core.fct_attendance_week as counts
            inner join (
                select
                    academy_id, week_start_date, bool_or(is_last_half_term) as is_last_half_term,
                    coalesce(min(nullif(half_term, 'none')), 'none') as half_term
                from days
                group by all
            ) as days using (academy_id, week_start_date)
            inner join periods on counts.academy_id = periods.academy_id and {IN_PERIOD}
            inner join core.fct_enrolment as spells using (enrolment_key)
            where counts.time_period = {figure.time_period}"""


def dated(table: str, columns: str, date: str) -> Callable[[Figure], str]:
    """Events of the days of a period."""

    def sql(figure: Figure) -> str:
        return f"""
            select
                events.academy_id, events.source_pupil_id as mis_id, events.pupil_key as person_key, events.{date} as day, {columns},
                events.batch_id, events.source_file, events.source_row, cast(null as text) as left_out
            from core.{table} as events
            inner join days on events.academy_id = days.academy_id and events.{date} = days.session_date
            inner join periods on events.academy_id = periods.academy_id and {IN_PERIOD}"""

    return sql


# --- the roll


def spells(day: Callable[[Figure], str], *, is_on_the_day: bool) -> Callable[[Figure], str]:
    """Enrolments of those on roll on a day, or on roll at any time up to it."""

    def sql(figure: Figure) -> str:
        still = f"when spells.leaving_date < {day(figure)} then 'of those who had left by that day'" if is_on_the_day else ""
        return f"""
            select
                spells.academy_id, spells.source_pupil_id as mis_id, spells.pupil_key as person_key, spells.entry_date as day,
                spells.leaving_date, spells.enrolment_status_code, spells.batch_id, spells.source_file, spells.source_row,
                spells.enrolment_status_code = 'S' and years.phase <> 'alternative_provision' as is_subsidiary,
                case
                    when not spells.is_in_population then 'of guests and others who are not on roll here'
                    when spells.enrolment_status_code = 'P' and spells.leaving_date is null then 'of leavers without a leaving date'
                    when spells.entry_date > {day(figure)} then 'of those who came after that day'
                    {still}
                end as left_out
            from core.fct_enrolment as spells
            inner join periods using (academy_id, time_period)
            inner join core.dim_academy_year as years using (academy_id, time_period)
            cross join as_of"""

    return sql


def last_day(figure: Figure) -> str:
    """The last day of the academy's own period."""
    return "periods.counted_to"


def census_day(time_period: int) -> datetime.date:
    """The third Thursday of January."""
    january = datetime.date(time_period // 100 + 1, 1, 1)
    return january + datetime.timedelta(days=(3 - january.weekday()) % 7 + 14)


def census(figure: Figure) -> str:
    """The census day, or the as-of date before it."""
    return f"least({_day(census_day(figure.time_period))}, as_of.as_of)"


ON_ROLL: Final = """
                select academy_id, pupil_key
                from core.fct_enrolment as spells
                inner join periods using (academy_id, time_period)
                inner join core.dim_academy_year as years using (academy_id, time_period)
                where spells.is_in_population
                    and periods.counted_to between spells.entry_date and coalesce(spells.leaving_date, date '9999-12-31')
                    and (spells.enrolment_status_code <> 'P' or spells.leaving_date is not null)
                    and (spells.enrolment_status_code <> 'S' or years.phase = 'alternative_provision')"""


def clubs(figure: Figure) -> str:
    """Memberships that touch the period."""
    return f"""
            select
                clubs.academy_id, clubs.source_pupil_id as mis_id, clubs.pupil_key as person_key, clubs.start_date as day, clubs.end_date,
                clubs.club_id, clubs.batch_id, clubs.source_file, clubs.source_row,
                case when on_roll.pupil_key is null then 'of pupils not on roll on the last day of the period' end as left_out
            from core.fct_club_membership as clubs
            inner join periods
                on clubs.academy_id = periods.academy_id and clubs.start_date <= periods.counted_to
                and (clubs.end_date is null or clubs.end_date >= periods.period_start)
            left join (select distinct academy_id, pupil_key from ({ON_ROLL})) as on_roll
                on clubs.academy_id = on_roll.academy_id and clubs.pupil_key = on_roll.pupil_key"""


# --- voice


def answers(figure: Figure) -> str:
    """Answers given in the period."""
    return f"""
            select
                answers.academy_id, answers.response_id as mis_id, answers.response_key as person_key, answers.survey_date as day,
                answers.question_code, answers.respondent, answers.score, answers.batch_id, answers.source_file, answers.source_row,
                case when coalesce(answers.score, 0) not between 1 and 5 then 'with a score that is not on the scale' end as left_out
            from core.fct_survey_response as answers
            inner join periods
                on answers.academy_id = periods.academy_id and answers.survey_date between periods.period_start and periods.counted_to
            where answers.time_period = {figure.time_period}"""


def invitations(figure: Figure) -> str:
    """Invitations of the period."""
    return f"""
            select
                invitations.academy_id, invitations.source_pupil_id as mis_id, invitations.pupil_key as person_key,
                invitations.event_date as day, invitations.event_id, invitations.is_attended,
                invitations.batch_id, invitations.source_file, invitations.source_row, cast(null as text) as left_out
            from core.fct_parent_event as invitations
            inner join periods
                on invitations.academy_id = periods.academy_id
                and invitations.event_date between periods.period_start and periods.counted_to
            where invitations.time_period = {figure.time_period}"""
