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
            'all ' || cast(denominator as bigint) || ' possible sessions of the week of ' || period_start || ' were attended' as what,
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

# Weeks that can be compared: at least three school days of them are known, and thirty pupils are behind the rate, so that neither the day
# before a holiday nor a handful of children makes a jump. Percentages are compared, not rates.
_WEEKS = """
        known_day as (
            select days.academy_id, days.week_start_date, count(*) as school_days
            from core.dim_school_day as days
            inner join run.academy as academies using (academy_id)
            where days.is_school_day and days.session_date <= academies.last_delivered_on
            group by all
        ),
        week as (
            select
                figures.academy_id,
                figures.time_period,
                figures.period_start,
                100 * figures.numerator / figures.denominator as attendance_pct,
            from marts.measure_value as figures
            inner join known_day on figures.academy_id = known_day.academy_id and figures.period_start = known_day.week_start_date
            where figures.measure_id = 'attendance_rate' and figures.level = 'academy' and figures.period_type = 'week'
                and figures.breakdown_topic = 'all' and figures.breakdown = 'all'
                and figures.denominator > 0 and figures.denominator_people >= 30 and known_day.school_days >= 3
        ),
        neighbours as (
            select
                *,
                lag(period_start) over (partition by academy_id, time_period order by period_start) as week_before,
                lag(attendance_pct) over (partition by academy_id, time_period order by period_start) as pct_before,
            from week
        ),
        pair as (select * from neighbours where week_before is not null)"""

ATTENDANCE_JUMP = Check(
    id="attendance_jump",
    principle="plausibility",
    severity=Severity.WARN,
    what=(
        "The academy's attendance is over 15 percentage points higher or lower than in the week before. Each such pair of weeks counts as "
        "one failure; one broken week is two, down and up again."
    ),
    when=(
        "Always: a whole school does not change so much in a week. Either marks came wrong (a code used for a trip or a closed day, a feed "
        "that broke off), or something happened that a reader must know. Weeks with fewer than three school days, or with fewer than 30 "
        "pupils, are left out and their neighbours compared."
    ),
    how=(
        "Compare both weeks with the MIS's own weekly attendance report, code by code: the code that changed most tells why. If the weeks "
        "are right, say so with `matlas quality accept`."
    ),
    affects=("attendance",),
    at="built",
    not_applicable="There are no two weeks of one academic year with three school days and 30 pupils each.",
    checked=f"with {_WEEKS} select academy_id, count(*) as checked from pair group by all",
    sql=f"""
        with {_WEEKS}
        select
            academy_id,
            null as source_pupil_id,
            'week of ' || period_start as subject,
            'attendance went from ' || round(pct_before, 1) || ' % in the week of ' || week_before || ' to ' || round(attendance_pct, 1)
            || ' % in the week of ' || period_start as what,
            1 as failed,
        from pair
        where abs(attendance_pct - pct_before) > 15
    """,
)

# From October to May: in September a new intake still comes, from June the oldest pupils go.
_ROLLS = """
        week as (
            select academy_id, time_period, period_start, cast(numerator as bigint) as pupils
            from marts.measure_value
            where measure_id = 'roll' and level = 'academy' and period_type = 'week'
                and breakdown_topic = 'all' and breakdown = 'all'
                and period_start >= make_date(cast(floor(time_period / 100) as int), 10, 1)
                and period_start < make_date(cast(floor(time_period / 100) as int) + 1, 6, 1)
        ),
        neighbours as (
            select
                *,
                lag(period_start) over (partition by academy_id, time_period order by period_start) as week_before,
                lag(pupils) over (partition by academy_id, time_period order by period_start) as pupils_before,
            from week
        ),
        pair as (select * from neighbours where pupils_before > 0)"""

ROLL_JUMP = Check(
    id="roll_jump",
    principle="plausibility",
    severity=Severity.WARN,
    what=(
        "Between October and May the number of pupils on roll changed by over 10 %, and by ten pupils or more, from one week to the next. "
        "Each such pair of weeks counts as one failure."
    ),
    when=(
        "Always: every rate *out of the pupils on roll* jumps with it. Most often an export lost a year group or a class, or a batch of "
        "pupils was given one wrong entry or leaving date. In September, and from June, a roll changes by itself and is not judged."
    ),
    how=(
        "Compare the roll with the MIS on both days (its number on roll report), and look at those who came or went between them: correct "
        "their dates, or put the filter of the pupil export right. If the roll is right, say so with `matlas quality accept`."
    ),
    affects=("all",),
    at="built",
    not_applicable="There are no two weeks between October and May with a roll.",
    checked=f"with {_ROLLS} select academy_id, count(*) as checked from pair group by all",
    sql=f"""
        with {_ROLLS}
        select
            academy_id,
            null as source_pupil_id,
            'week of ' || period_start as subject,
            'the roll went from ' || pupils_before || ' in the week of ' || week_before || ' to ' || pupils || ' in the week of '
            || period_start as what,
            1 as failed,
        from pair
        where abs(pupils - pupils_before) * 10 > pupils_before and abs(pupils - pupils_before) >= 10
    """,
)
