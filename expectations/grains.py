"""Layered: the rows of pupils add up to the figures of their class, their academy and the trust.

Here: that one sum, of attendance, suspensions, behaviour and the roll of the year to date. A failure is our mistake, so nothing is
published. Not here: the sums of the published figures among themselves (identities.py), and where a column comes from (layered.py).
"""

from expectations.check import Check, Severity

_HOW = (
    "Nothing in a school's MIS can cause this: Matlas itself is wrong. The published files stay as they were. Send the run's id and this "
    "line to whoever looks after Matlas."
)

# What each grain says of the year to date. A group by age has everybody, whoever was not 5 to 15 too, so that pupils can be added up to it.
_GRAINS = """
        this_year as (
            select parameter.as_of, cast(floor(periods.time_period) as int) as time_period, periods.period_number
            from run.parameter as parameter
            inner join (
                select distinct time_period, period_number from measures.measure_period where period_type = 'year_to_date'
            ) as periods
                on periods.time_period // 100 = year(parameter.as_of) - case when month(parameter.as_of) < 8 then 1 else 0 end
        ),
        figure as (
            select figures.*
            from marts.measure_value as figures
            inner join this_year using (time_period)
            where figures.period_type = 'year_to_date' and figures.numerator is not null
        ),
        member as (
            select academies.academy_id
            from core.dim_academy as academies
            cross join this_year
            where this_year.as_of between coalesce(academies.joined_on, this_year.as_of) and coalesce(academies.left_on, this_year.as_of)
        ),
        pupil as (
            select pupils.* from measures.count_pupil_attendance as pupils inner join this_year using (period_number)
        ),
        event as (
            select events.* from measures.count_pupil_inclusion as events inner join this_year using (period_number)
        ),
        of_measure (measure_id, subject, numerator_column, denominator_column) as (
            values
            ('attendance_rate', 'attended sessions', 'attending', 'possible'),
            ('absence_rate', 'missed sessions', 'absent', 'possible'),
            ('authorised_absence_rate', 'sessions missed with leave', 'authorised', 'possible'),
            ('unauthorised_absence_rate', 'sessions missed without leave', 'unauthorised', 'possible'),
            ('late_rate', 'sessions come to late', 'late', 'possible'),
            ('missing_mark_rate', 'sessions without a mark', 'missing', 'register'),
        ),
        marked as (
            select academy_id, is_aged_5_to_15, name, sum(amount) as amount
            from (
                unpivot (select academy_id, is_aged_5_to_15, possible, attending, absent, authorised, unauthorised, late, missing, register
                from pupil)
                on possible, attending, absent, authorised, unauthorised, late, missing, register into name name value amount
            ) as amounts
            group by all
        ),
        marked_by_age as (
            select academy_id, 'everybody' as who, name, sum(amount) as amount from marked group by all
            union all
            select academy_id, 'those aged 5 to 15' as who, name, amount from marked where is_aged_5_to_15
        ),
        figure_by_age as (
            select
                figure.academy_id,
                case when figure.breakdown_topic = 'all' then 'those aged 5 to 15' else 'everybody' end as who,
                figure.measure_id,
                sum(figure.numerator) as numerator,
                sum(figure.denominator) as denominator
            from figure
            where figure.level = 'academy' and figure.breakdown_topic in ('all', 'age_group')
            group by all
        ),"""

_COMPARED = f"""
        {_GRAINS}
        compared as (
            select
                figures.academy_id,
                of_measure.subject || ' of ' || figures.who as subject,
                figures.numerator as said,
                coalesce(tops.amount, 0) as counted
            from figure_by_age as figures
            inner join of_measure using (measure_id)
            left join marked_by_age as tops
                on figures.academy_id = tops.academy_id and figures.who = tops.who and of_measure.numerator_column = tops.name
            union all
            select
                figures.academy_id,
                'sessions set beside the ' || of_measure.subject || ' of ' || figures.who as subject,
                figures.denominator as said,
                coalesce(bottoms.amount, 0) as counted
            from figure_by_age as figures
            inner join of_measure using (measure_id)
            left join marked_by_age as bottoms
                on figures.academy_id = bottoms.academy_id and figures.who = bottoms.who and of_measure.denominator_column = bottoms.name
            union all
            select figure.academy_id, 'suspensions' as subject, figure.numerator as said, coalesce(sum(event.suspensions), 0) as counted
            from figure
            left join event on figure.academy_id = event.academy_id
            where figure.level = 'academy' and figure.breakdown_topic = 'all' and figure.measure_id = 'suspension_rate'
            group by all
            union all
            select figure.academy_id, 'behaviour events' as subject, figure.denominator as said, coalesce(sum(event.behaviour_events), 0)
            from figure
            left join event on figure.academy_id = event.academy_id
            where figure.level = 'academy' and figure.breakdown_topic = 'all' and figure.measure_id = 'positive_recognition_pct'
            group by all
            union all
            select figure.academy_id, 'pupils on roll' as subject, figure.numerator as said, count(pupils.pupil_key) as counted
            from figure
            left join marts.pupil_summary as pupils on figure.academy_id = pupils.academy_id and not pupils.is_subsidiary
            where figure.level = 'academy' and figure.breakdown_topic = 'all' and figure.measure_id = 'roll'
            group by all
            union all
            select
                pupils.academy_id,
                'sessions and suspensions of the pupils on roll' as subject,
                count(*) as said,
                count_if(
                    pupils.possible_sessions = coalesce(pupil.possible, 0)
                    and pupils.attending_sessions = coalesce(pupil.attending, 0)
                    and pupils.absent_sessions = coalesce(pupil.absent, 0)
                    and pupils.late_sessions = coalesce(pupil.late, 0)
                    and pupils.suspensions = coalesce(event.suspensions, 0)
                ) as counted
            from marts.pupil_summary as pupils
            left join pupil using (academy_id, pupil_key)
            left join event using (academy_id, pupil_key)
            group by all
            union all
            select
                pupils.academy_id,
                'class ' || pupils.year_group || ' ' || coalesce(pupils.reg_group, '') as subject,
                count(*) as said,
                count_if(classes.pupil_key is not null and classes.attendance_pct is not distinct from pupils.attendance_pct) as counted
            from marts.pupil_summary as pupils
            left join marts.class_list as classes
                on pupils.academy_id = classes.academy_id
                and pupils.pupil_key = classes.pupil_key
                and pupils.year_group = classes.year_group
                and pupils.reg_group is not distinct from classes.reg_group
            group by all
            union all
            select 'trust' as academy_id, amounts.subject, trusts.said, amounts.counted
            from (
                select figure.measure_id, 'numerator of ' || figure.measure_id as subject, sum(figure.numerator) as counted
                from figure
                semi join member using (academy_id)
                where figure.level = 'academy' and figure.breakdown_topic = 'all'
                group by all
            ) as amounts
            inner join (select measure_id, numerator as said from figure
            where level = 'trust' and phase = 'all' and breakdown_topic = 'all') as trusts using (measure_id)
            where amounts.measure_id in (select measure_id from of_measure union all select 'suspension_rate')
            union all
            select 'trust' as academy_id, 'pupils on roll' as subject, figure.numerator as said, pupils.counted
            from figure
            cross join (
                select count(distinct pupil_key) as counted
                from marts.pupil_summary
                semi join member using (academy_id)
                where not is_subsidiary
            ) as pupils
            where figure.level = 'trust' and figure.phase = 'all' and figure.breakdown_topic = 'all' and figure.measure_id = 'roll'
        )"""

GRAIN_AGREES = Check(
    id="grain_agrees",
    principle="layered",
    severity=Severity.STOP,
    what="The rows of pupils do not add up to the figures of their class, their academy or the trust.",
    when="Always: a teacher, a head and a governor then speak of the same thing and have different numbers.",
    how=_HOW,
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="Nobody is on roll this year, and nothing has been counted.",
    checked=f"with {_COMPARED} select academy_id, count(*) as checked from compared group by all",
    sql=f"""
        with {_COMPARED}
        select
            academy_id,
            null as source_pupil_id,
            subject,
            subject || ': ' || cast(said as bigint) || ' in the figure, ' || cast(counted as bigint) || ' counted pupil by pupil' as what,
            1 as failed,
        from compared
        where said is distinct from counted
    """,
)
