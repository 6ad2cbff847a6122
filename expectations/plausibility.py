"""Plausibility: a figure that can hardly be true.

Here: figures that say a feed fills in or has broken, and dates that cannot both be true. Not here: figures that are bad news about a
school; a low rate is not a fault of the data.
"""

from expectations.check import Check, Severity

ALL_PRESENT = Check(
    id="all_present",
    principle="plausibility",
    severity=Severity.WARN,
    what="A week in which every possible session of the academy was attended. Each such week counts as one failure.",
    when="Always: no school has such a week. Most often the feed fills in 'present' where no register was taken.",
    how=(
        "Compare one register of that week with the MIS's own weekly figure, and ask its supplier how the export treats an untaken "
        "register."
    ),
    affects=("attendance",),
    caveat="{failed} of {checked} weeks with every session attended, which is hard to believe",
    at="built",
    not_applicable="No week has a possible session.",
    checked="""
        select academy_id, count(*) as checked
        from marts.measure_value
        where measure_id = 'attendance_rate' and level = 'academy' and period_type = 'week'
            and breakdown_topic = 'all' and breakdown = 'all' and denominator > 0
        group by all
    """,
    sql="""
        select
            academy_id,
            null as source_pupil_id,
            'week of ' || period_start as subject,
            'all ' || denominator || ' possible sessions of the week of ' || period_start || ' were attended' as what,
            1 as failed,
        from marts.measure_value
        where measure_id = 'attendance_rate' and level = 'academy' and period_type = 'week'
            and breakdown_topic = 'all' and breakdown = 'all' and denominator > 0
            and numerator = denominator
    """,
)

_DATED = """
        dated as (
            select academy_id, 'absence ' || source_absence_id as subject, start_date, end_date
            from std.std_staff_absence
            where end_date is not null
            union all
            select academy_id, 'contract ' || source_contract_id || ' of colleague ' || source_staff_id as subject, start_date, end_date
            from std.std_staff_contract
            where end_date is not null
        )"""

ENDS_BEFORE_IT_STARTS = Check(
    id="ends_before_it_starts",
    principle="plausibility",
    severity=Severity.WARN,
    what="An absence or a contract of a colleague ends before it starts.",
    when="When staff are counted: such an absence is no day of sickness, and such a contract is no day in post.",
    how="Open the record in the MIS's staff module and correct the date that is wrong; often day and month, or the year, were mistyped.",
    affects=("staff",),
    caveat="{failed} of {checked} absences and contracts with a last day before the first",
    at="built",
    not_applicable="No absence or contract with a last day was delivered.",
    checked=f"with {_DATED} select academy_id, count(*) as checked from dated group by all",
    sql=f"""
        with {_DATED}
        select
            academy_id,
            null as source_pupil_id,
            subject,
            'starts on ' || start_date || ' and ends on ' || end_date as what,
            1 as failed,
        from dated
        where end_date < start_date
    """,
)
