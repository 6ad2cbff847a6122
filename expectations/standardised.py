"""Standardised: one code map, one number for each pupil, whatever the MIS.

Here: codes that have no map or are out of date, and unique pupil numbers that are not. Not here: how a code is mapped (pipelines/sources)
and whether our own definitions agree with each other (identities.py).
"""

from expectations.check import Check, Severity
from expectations.parts import DELIVERED_MARK, NEWEST_PUPIL

UNMAPPED_CODE = Check(
    id="unmapped_code",
    principle="standardised",
    severity=Severity.WARN,
    what="A coded value (a mark, an ethnicity, a SEN provision …) that Matlas has no map for.",
    when=(
        "Always: in a mark or another required column the row is rejected; in the other columns the pupil counts as *unknown* in every "
        "breakdown by that characteristic."
    ),
    how=(
        "If the value is a typing error, correct it in the MIS's code table or on the pupil's record. If it is the academy's own code, "
        "`matlas codes unmapped` prints a map to fill in, and `matlas codes add FILE` puts what it means into trust.yml."
    ),
    affects=("all",),
    caveat="{failed} of {checked} rows with a value that has no map",
    at="landing",
    entities=(
        "pupil",
        "enrolment",
        "attendance_mark",
        "attendance_week",
        "suspension",
        "behaviour_event",
        "calendar_day",
        "assessment_result",
        "staff",
        "staff_contract",
        "staff_absence",
        "survey_response",
        "parent_event",
    ),
    not_applicable="No file with coded columns was delivered.",
    checked="select batch_id, sum(rows_read) as checked from tonight.batch where entity = '{entity}' group by all",
    sql="""
        select
            batch_id,
            null as source_pupil_id,
            entity || '.' || column_name || ' ' || source_value as subject,
            'no map for the value "' || source_value || '" of ' || entity || '.' || column_name
            || case when bool_or(is_rejected) then ': its rows are rejected' else ': it counts as unknown' end as what,
            sum(row_count) as failed,
        from tonight.unmapped
        where entity = '{entity}'
        group by batch_id, entity, column_name, source_value
    """,
)

CODE_OUT_OF_DATE = Check(
    id="code_out_of_date",
    principle="standardised",
    severity=Severity.WARN,
    what="A mark with an attendance code that was not in use on its date (H and J after 18 August 2024, C1 or Q before it …).",
    when="Always: the mark is counted by the class its code had when it was in use, which may not be what the register meant.",
    how=(
        "Change the marks to a code of that date in the register (attendance, edit marks), and retire the old code in the MIS's code table."
    ),
    affects=("attendance",),
    caveat="{failed} of {checked} marks with a code that was not in use on their day",
    at="built",
    not_applicable="No marks were delivered.",
    checked="select academy_id, sum(sessions) as checked from shared.mark_day group by all",
    sql=f"""
        with {DELIVERED_MARK},
        out_of_date_day as (
            select mark_day.*
            from shared.mark_day as mark_day
            inner join ref.attendance_code as codes using (mark_code)
            where
                mark_day.last_day < coalesce(codes.valid_from, mark_day.last_day)
                or mark_day.first_day > coalesce(codes.valid_to, mark_day.first_day)
        ),
        out_of_date as (
            select mark.*
            from mark
            semi join out_of_date_day using (academy_id, mark_code, first_day, last_day)
        )
        select
            academy_id,
            source_pupil_id,
            'code ' || mark_code as subject,
            sum(sessions) || ' marks of code ' || mark_code || ' out of its dates, ' || min(first_day) || ' to ' || max(last_day) as what,
            sum(sessions) as failed,
        from out_of_date
        group by academy_id, source_pupil_id, mark_code
    """,
)

_NUMBERED_PUPIL = f"""{NEWEST_PUPIL},
        numbered_pupil as (
            select academy_id, source_pupil_id, upn, is_upn_valid
            from newest_pupil
            where upn is not null and not is_vanished
        )"""

UPN_INVALID = Check(
    id="upn_invalid",
    principle="standardised",
    severity=Severity.WARN,
    what="A unique pupil number whose form or check letter is wrong.",
    when=(
        "When the pupil has been, or will be, at another academy of the trust, and when results arrive by UPN: they do not find the pupil. "
        "Until then the pupil is known by the academy's own id."
    ),
    how="Compare the UPN with the pupil's Common Transfer File or with Get Information About Pupils, and correct it on the pupil's record.",
    affects=("all",),
    caveat="{failed} of {checked} pupils with a UPN that is not valid",
    at="built",
    not_applicable="No unique pupil numbers were delivered.",
    checked=f"with {_NUMBERED_PUPIL} select academy_id, count(*) as checked from numbered_pupil group by all",
    sql=f"""
        with {_NUMBERED_PUPIL}
        select
            academy_id,
            source_pupil_id,
            'upn' as subject,
            'the UPN on the record is not a valid one' as what,
            1 as failed,
        from numbered_pupil
        where not is_upn_valid
    """,
)

UPN_DUPLICATE = Check(
    id="upn_duplicate",
    principle="standardised",
    severity=Severity.WARN,
    what="Two or more pupil records of one academy share one unique pupil number. Each of those records counts as one failure.",
    when="Always: if they are two children, one has the other's number; if they are one child, the child was admitted twice.",
    how=(
        "Open the records side by side. Two children: correct the UPN that does not belong (Get Information About Pupils says whose it "
        "is). "
        "One child: merge the records in the MIS."
    ),
    affects=("all",),
    caveat="{failed} of {checked} pupil records that share their UPN with another",
    at="built",
    not_applicable="No unique pupil numbers were delivered.",
    checked=f"with {_NUMBERED_PUPIL} select academy_id, count(*) as checked from numbered_pupil group by all",
    sql=f"""
        with {_NUMBERED_PUPIL},
        shared as (
            select academy_id, upn, count(*) as pupils
            from numbered_pupil
            group by all
            having count(*) > 1
        )
        select
            academy_id,
            numbered_pupil.source_pupil_id,
            'upn' as subject,
            shared.pupils || ' pupil records share this record''s UPN' as what,
            1 as failed,
        from numbered_pupil
        inner join shared using (academy_id, upn)
    """,
)

# On roll on the day of the newest export that had the pupil; a guest's number is the other school's business.
_TEMPORARY = f"""{_NUMBERED_PUPIL},
        on_roll as (
            select pupils.academy_id, pupils.source_pupil_id, min(spells.entry_date) as entry_date
            from newest_pupil as pupils
            inner join std.std_enrolment as spells using (academy_id, source_pupil_id)
            cross join run.parameter as parameter
            where
                not spells.is_vanished
                and spells.entry_date <= parameter.as_of
                and coalesce(spells.leaving_date, parameter.as_of) >= parameter.as_of
                and coalesce(spells.enrolment_status_code, 'C') in ('C', 'M', 'S')
            group by all
        ),
        waiting as (
            select
                academy_id,
                source_pupil_id,
                on_roll.entry_date,
                numbered_pupil.is_upn_valid and substr(numbered_pupil.upn, 13, 1) not between '0' and '9' as is_temporary,
                newest_pupil.last_delivered_on - on_roll.entry_date as days,
            from numbered_pupil
            inner join newest_pupil using (academy_id, source_pupil_id)
            inner join on_roll using (academy_id, source_pupil_id)
        )"""

UPN_TEMPORARY_OLD = Check(
    id="upn_temporary_old",
    principle="standardised",
    severity=Severity.WARN,
    what="A pupil on roll still has a temporary UPN (it ends in a letter) over 90 days after the day of entry.",
    when=(
        "When results arrive by UPN or the pupil has been at another academy: DfE's files and the other school know the pupil by the "
        "permanent number, so nothing finds its way."
    ),
    how=(
        "Ask the school before for the Common Transfer File, or look the pupil up in Get Information About Pupils, and enter the permanent "
        "UPN on the pupil's record (the MIS keeps the temporary one as *former UPN*). A pupil who never had one gets one in the MIS: "
        "*issue permanent UPN*."
    ),
    affects=("achievement", "progress"),
    at="built",
    not_applicable="No pupil on roll has a unique pupil number.",
    checked=f"with {_TEMPORARY} select academy_id, count(*) as checked from waiting group by all",
    sql=f"""
        with {_TEMPORARY}
        select
            academy_id,
            source_pupil_id,
            'temporary upn' as subject,
            'the UPN is a temporary one, ' || days || ' days after entry on ' || entry_date as what,
            1 as failed,
        from waiting
        where is_temporary and days > 90
    """,
)

RESULT_NOT_UNDERSTOOD = Check(
    id="result_not_understood",
    principle="standardised",
    severity=Severity.WARN,
    what="A result at the end of a stage that is neither a number of that stage nor one of its codes.",
    when="Always: the result counts nowhere. At key stage 4 the pupil loses its points.",
    how=(
        "Correct the result in the MIS (its examinations or assessment screen). A vocational award needs its points, 0 to 9, beside the "
        "grade; combined science is two grades with a hyphen."
    ),
    affects=("achievement",),
    caveat="{failed} of {checked} results at the end of a stage not understood, and not counted",
    at="built",
    not_applicable="No results at the end of a stage were delivered.",
    checked="select academy_id, count(*) as checked from measures.read_result group by all",
    sql="""
        select
            academy_id,
            source_pupil_id,
            stage || ' ' || subject_code || ' ' || result_date as subject,
            'the ' || stage || ' result in ' || subject_code || ' of ' || result_date || ' is not understood' as what,
            count(*) as failed,
        from measures.read_result
        where rule is null
        group by all
    """,
)

UNMAPPED_SCALE = Check(
    id="unmapped_scale",
    principle="standardised",
    severity=Severity.WARN,
    what="A result that a teacher gave in the year, on a scale that nobody has described or with a value that its scale does not have.",
    when="Always: Matlas does not guess whether it is at the expected point, so the result is in no share of those on track.",
    how=(
        "Say in trust.yml under `scales:` of the academy which of the scale's results are below, at and above what is expected (how-to: "
        "add a scale). If the value is a typing error, correct it in the MIS."
    ),
    affects=("on_track_pct", "formative_summative_agreement_pct"),
    caveat="{failed} of {checked} results of the year on a scale that nobody has described, and not counted",
    at="built",
    not_applicable="No results of the year were delivered.",
    checked="select academy_id, count(*) as checked from measures.read_formative group by all",
    sql="""
        with unread as (
            select
                academy_id,
                case
                    when not is_scale_described then 'any result'
                    when length(result) <= 20 then 'result "' || result || '"'
                    else 'result (a longer text)'
                end
                || case when scale is null then ' without a scale' else ' of "' || scale || '"' end as value,
            from measures.read_formative
            where standing is null
        )
        select
            academy_id,
            null as source_pupil_id,
            value as subject,
            'no standing is known for ' || value || ': ' || count(*) || ' results count nowhere' as what,
            count(*) as failed,
        from unread
        group by academy_id, value
    """,
)
