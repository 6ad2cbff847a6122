"""Pieces of SQL that several checks begin with.

Here: an expression, and common table expressions, each without its `with`. Not here: any rule of a check.
"""

# The academic year of the as-of date, where the query knows `parameter`.
ACADEMIC_YEAR_OF_AS_OF = (
    "(year(parameter.as_of) - case when month(parameter.as_of) < 8 then 1 else 0 end) * 100 "
    "+ (year(parameter.as_of) + case when month(parameter.as_of) < 8 then 0 else 1 end) % 100"
)

# Every mark delivered up to the as-of date, dated or counted by the week. A session left blank is no mark.
DELIVERED_MARK = """
        mark as (
            select marks.academy_id, marks.source_pupil_id, marks.mark_code, marks.session_date as first_day, marks.session_date as
            last_day, 1 as sessions,
            from std.std_attendance_mark as marks
            cross join run.parameter as parameter
            where marks.mark_code is not null and marks.session_date <= parameter.as_of
            union all
            select weeks.academy_id, weeks.source_pupil_id, weeks.mark_code, weeks.week_start_date as first_day,
                weeks.week_start_date + 4 as last_day, weeks.sessions,
            from std.std_attendance_week as weeks
            cross join run.parameter as parameter
            where weeks.week_start_date <= parameter.as_of
        )"""

# What the newest export that had a pupil says of that pupil: one row per academy and pupil of its MIS.
NEWEST_PUPIL = """
        newest_pupil as (
            select academy_id, source_pupil_id, upn, is_upn_valid, is_vanished, last_delivered_on
            from (
                select
                    academy_id,
                    source_pupil_id,
                    upn,
                    is_upn_valid,
                    is_vanished,
                    last_delivered_on,
                    row_number() over (partition by academy_id, source_pupil_id order by time_period desc, delivered_order desc) as place,
                from std.std_pupil
            ) as pupils
            where place = 1
        )"""
