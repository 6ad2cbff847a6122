"""Plausibility: a figure that can hardly be true.

Here: figures that say a feed fills in or has broken. Not here: figures that are bad news about a school; a low rate is not a fault of the
data.
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
