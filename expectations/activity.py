"""Integrated, the other half: data is a trace of the work itself, written once, in time, and the same wherever it stands.

Here: files made only for a report, and entries long after the event. Not here: whether facts join up with a pupil (integrated.py), and
suspensions beside the register (register.py).

Not judged here: how late a mark was entered. No MIS's export of its register that we know says when a mark was made.
"""

from expectations.check import Check, Severity
from expectations.parts import ACADEMIC_YEAR_OF_AS_OF
from pipelines.sources import contract, load_profile, profile_names

_CANONICAL = "matlas"
_MISES = tuple(name for name in profile_names() if load_profile(name).recognised_by == "mis")
_NOT_ALIKE = ("assessment_result",)
"""An MIS's list of results is not the same thing as the results by part of a subject that an academy adds by hand."""


def _exported_by_mis() -> str:
    """The rows (MIS, entity, table) of everything that an MIS's own export can give."""
    rows = [
        f"('{name}', '{entity}', '{table.name}')"
        for name in _MISES
        for table in load_profile(name).tables.values()
        for entity in table.entities
        if name != _CANONICAL and entity not in _NOT_ALIKE
    ]
    return ", ".join(rows)


def _repeated(entity: str) -> str:
    """The rows of an entity's newest canonical files whose key stands in the MIS's newest files too."""
    key = " and ".join(f"by_hand.{column} is not distinct from own.{column}" for column in contract().entity(entity).key)
    return f"""
            select by_hand.academy_id, '{entity}' as entity
            from raw.{entity} as by_hand
            inner join newest as deliveries
                on by_hand.academy_id = deliveries.academy_id
                and by_hand.content_id = deliveries.content_id
                and deliveries.entity = '{entity}'
                and deliveries.is_by_hand
                and deliveries.has_both
            where exists (
                select 1
                from raw.{entity} as own
                inner join newest as own_deliveries
                    on own.academy_id = own_deliveries.academy_id
                    and own.content_id = own_deliveries.content_id
                    and own_deliveries.entity = '{entity}'
                    and not own_deliveries.is_by_hand
                    and own_deliveries.has_both
                where own.academy_id = by_hand.academy_id and {key}
            )"""


_BY_HAND = f"""
        this_year as (
            select
                deliveries.academy_id,
                deliveries.entity,
                deliveries.content_id,
                deliveries.profile = '{_CANONICAL}' as is_by_hand,
                row_number() over (
                    partition by deliveries.academy_id, deliveries.entity, deliveries.table_name
                    order by deliveries.delivery_order desc
                ) as place,
            from raw.delivery as deliveries
            inner join run.academy as academies using (academy_id)
            cross join run.parameter as parameter
            where
                deliveries.time_period = {ACADEMIC_YEAR_OF_AS_OF}
                and deliveries.profile in ({", ".join(f"'{name}'" for name in _MISES)})
                and academies.mis <> '{_CANONICAL}'
        ),
        newest as (
            select
                *,
                bool_or(is_by_hand) over (partition by academy_id, entity)
                and not bool_and(is_by_hand) over (partition by academy_id, entity) as has_both,
            from this_year
            where place = 1
        ),
        by_hand as (
            select academy_id, entity, bool_or(has_both) as has_both
            from newest
            where is_by_hand
            group by all
        )"""

COLLECTED_FOR_REPORT = Check(
    id="collected_for_report",
    principle="integrated",
    severity=Severity.WARN,
    what=(
        "A file that somebody makes for Matlas (`matlas_…`) holds what the academy's MIS delivers, or could deliver, itself. Each kind of "
        "data in such a file counts as one failure."
    ),
    when=(
        "Always: somebody types or copies for a report what the school's own work has written down already, and the two drift apart. "
        "Where both have a row, the MIS's counts."
    ),
    how=(
        "Switch on the MIS's own export of it (the table is named in the work list), and stop sending the file; it is no loss, the rows in "
        "it that the MIS has are not used."
    ),
    affects=("all",),
    at="built",
    not_applicable="No file was made by hand beside those of an MIS this academic year.",
    checked=f"with {_BY_HAND} select academy_id, count(*) as checked from by_hand group by all",
    sql=f"""
        with {_BY_HAND},
        repeated_row as ({" union all ".join(_repeated(entity) for entity in contract().entities)}
        ),
        repeated as (
            select academy_id, entity, count(*) as repeated_rows
            from repeated_row
            group by all
        ),
        export as (
            select mis, entity, string_agg(table_name, ' or ' order by table_name) as tables
            from (values {_exported_by_mis()}) as exports (mis, entity, table_name)
            group by all
        ),
        judged as (
            select by_hand.academy_id, by_hand.entity, by_hand.has_both, repeated.repeated_rows, export.tables
            from by_hand
            inner join run.academy as academies using (academy_id)
            left join repeated using (academy_id, entity)
            left join export on academies.mis = export.mis and by_hand.entity = export.entity
        )
        select
            academy_id,
            null as source_pupil_id,
            'matlas_' || entity as subject,
            case
                when repeated_rows > 0
                    then repeated_rows || ' rows of matlas_' || entity || ' repeat what the MIS delivers'
                else 'matlas_' || entity || ' is made by hand, and the MIS can export it: ' || tables
            end as what,
            1 as failed,
        from judged
        where repeated_rows > 0 or (not has_both and tables is not null)
    """,
)

# What says when it was entered, of those entries of the last four weeks: an older one nobody can do anything about.
_ENTERED = """
        entry as (
            select academy_id, 'behaviour events' as kind, event_date as happened_on, recorded_on
            from std.std_behaviour_event
            where recorded_on is not null
            union all
            select academy_id, 'results' as kind, result_date as happened_on, recorded_on
            from std.std_assessment_result
            where recorded_on is not null and kind = 'formative'
        ),
        recent as (
            select entry.*
            from entry
            cross join run.parameter as parameter
            where entry.recorded_on between parameter.as_of - 27 and parameter.as_of
        ),
        numbered_day as (
            select
                academy_id,
                session_date,
                sum(case when is_school_day then 1 else 0 end) over (partition by academy_id order by session_date) as day_number,
            from core.dim_school_day
        ),
        waited as (
            select
                recent.academy_id,
                recent.kind,
                recent.recorded_on,
                entered.day_number - happened.day_number as school_days,
            from recent
            inner join numbered_day as happened on recent.academy_id = happened.academy_id and recent.happened_on = happened.session_date
            inner join numbered_day as entered on recent.academy_id = entered.academy_id and recent.recorded_on = entered.session_date
        )"""

RECORDED_LATE = Check(
    id="recorded_late",
    principle="integrated",
    severity=Severity.WARN,
    what=(
        "A behaviour event or a teacher's result that was entered in the last four weeks, over five school days after it happened. Each "
        "such entry counts as one failure."
    ),
    when=(
        "Always: until it is entered, the week's figures lack it, and what is written down long after is what somebody still remembers. "
        "Late entries by the dozen in one week are a sign that they were made for a report."
    ),
    how=(
        "Look in the MIS (behaviour log or markbook, sorted by the date of entry) whose entries these are, and what keeps them from "
        "entering them in the lesson or on the day. Nothing is to be changed in the entries."
    ),
    affects=("inclusion", "progress"),
    at="built",
    not_applicable="No source says when it was entered, or nothing was entered in the last four weeks.",
    checked=f"with {_ENTERED} select academy_id, count(*) as checked from waited group by all",
    sql=f"""
        with {_ENTERED},
        late as (
            select academy_id, kind, count(*) as entries, min(recorded_on) as first_day, max(recorded_on) as last_day,
                max(school_days) as longest,
            from waited
            where school_days > 5
            group by all
        )
        select
            academy_id,
            null as source_pupil_id,
            kind as subject,
            entries || ' ' || kind || ' entered from ' || first_day || ' to ' || last_day
            || ' were entered over 5 school days after they happened, one of them ' || longest || ' after' as what,
            entries as failed,
        from late
    """,
)
