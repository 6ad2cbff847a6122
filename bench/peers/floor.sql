-- The floor: what DuckDB needs at the least to get the marks of five MIS's files into one typed table on disk and to count them.
-- No key, no lineage, no verdict, no rejected row: a value that has not its type stops the script.
-- floor.py sets the variables; a statement over files that nobody sent is left out.

create type academy as enum (select unnest(getvariable('academies')));

create table attendance_code as
select * from read_csv(
    getvariable('codes_file'), auto_detect = false, header = true, delim = ',', quote = '', escape = '', comment = '',
    columns = {mark_code: 'varchar', statistical_class: 'varchar', is_late: 'boolean'}
);

create type mark_code as enum (select mark_code from attendance_code);

create type session_name as enum ('AM', 'PM', 'week');

create table mark (
    academy_id academy,
    pupil_id varchar,
    session_date date,
    session session_name, -- 'week': a count of sessions of the week that begins on session_date
    mark_code mark_code,
    sessions utinyint
);

insert into mark
select
    parse_path(filename)[-2]::academy,
    student_id,
    date,
    period::session_name,
    coalesce(mark_code, raw_mark)::mark_code,
    1
from read_csv(
    getvariable('arbor_files'), auto_detect = false, header = true, delim = ',', quote = '', escape = '', filename = true,
    columns = {
        record_id: 'varchar', record_unique_id: 'varchar', student_unique_id: 'varchar', student_id: 'varchar', application_id: 'varchar',
        roll_call_id: 'varchar', roll_call_unique_id: 'varchar', raw_mark: 'varchar', mark_code: 'varchar', minutes_late: 'varchar',
        period: 'varchar', date: 'date', academic_year_name: 'varchar', is_present: 'varchar', is_authorized_absent: 'varchar',
        is_unauthorized_absent: 'varchar', is_possible_attendance: 'varchar', academic_year_unique_id: 'varchar',
        academic_year_id: 'varchar'
    }
)
where coalesce(mark_code, raw_mark) <> '-';

insert into mark
select
    parse_path(filename)[-2]::academy,
    source_pupil_id,
    session_date,
    session::session_name,
    mark_code::mark_code,
    1
from read_csv(
    getvariable('canonical_files'), auto_detect = false, header = true, delim = ',', quote = '', escape = '', filename = true,
    columns = {source_pupil_id: 'varchar', session_date: 'date', session: 'varchar', mark_code: 'varchar', minutes_late: 'varchar'}
)
where mark_code <> '-';

insert into mark
select
    parse_path(filename)[-2]::academy,
    adno,
    mark_date,
    session::session_name,
    mark::mark_code,
    1
from read_csv(
    getvariable('sims_mark_files'), auto_detect = false, header = true, skip = 2, delim = ',', quote = '', escape = '', filename = true,
    dateformat = '%d/%m/%Y', columns = {adno: 'varchar', mark_date: 'date', session: 'varchar', mark: 'varchar'}
)
where mark <> '-';

insert into mark
select
    academy_id,
    adno,
    date,
    session,
    mark_code,
    1
from (
    select
        parse_path(filename)[-2]::academy as academy_id,
        adno,
        date,
        unnest(['AM'::session_name, 'PM'::session_name]) as session,
        unnest([nullif(am, '-')::mark_code, nullif(pm, '-')::mark_code]) as mark_code
    from read_csv(
        getvariable('sims_day_files'), auto_detect = false, header = true, skip = 2, delim = ',', quote = '', escape = '', filename = true,
        dateformat = '%d/%m/%Y', columns = {adno: 'varchar', date: 'date', am: 'varchar', pm: 'varchar'}
    )
)
where mark_code is not null;

-- Bromcom pads its marks with blanks and numbers the kinds of illness (I01) and of sessions not required (X02).
insert into mark
select
    parse_path(filename)[-2]::academy,
    studentid,
    calendarstartdate[:10]::date,
    perioddisplayname::session_name,
    (case when mark[3] between '0' and '9' then mark[1] else rtrim(mark) end)::mark_code,
    1
from read_json(
    getvariable('bromcom_files'), format = 'array', filename = true,
    columns = {studentId: 'varchar', calendarStartDate: 'varchar', mark: 'varchar', periodDisplayName: 'varchar'}
)
where rtrim(mark) not in ('', '-');

insert into mark
select
    academy_id,
    studentid,
    monday + place // 2,
    if(place % 2 = 0, 'AM', 'PM')::session_name,
    (case when mark[3] between '0' and '9' then mark[1] else rtrim(mark) end)::mark_code,
    1
from (
    select
        parse_path(filename)[-2]::academy as academy_id,
        studentid,
        startdate[:10]::date as monday,
        unnest([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) as place,
        unnest([monam, monpm, tueam, tuepm, wedam, wedpm, thuam, thupm, friam, fripm]) as mark
    from read_json(
        getvariable('bromcom_week_files'), format = 'array', filename = true,
        columns = {
            studentId: 'varchar', startDate: 'varchar', monAM: 'varchar', monPM: 'varchar', tueAM: 'varchar', tuePM: 'varchar',
            wedAM: 'varchar', wedPM: 'varchar', thuAM: 'varchar', thuPM: 'varchar', friAM: 'varchar', friPM: 'varchar'
        }
    )
)
where rtrim(mark) not in ('', '-');

insert into mark
select
    parse_path(filename)[-2]::academy,
    schoolstudentid,
    strptime(concat(year, '-', week, '-1'), '%G-%V-%u')::date,
    'week',
    (case when attendancecode[3] between '0' and '9' then attendancecode[1] else rtrim(attendancecode) end)::mark_code,
    count
from read_json(
    getvariable('bromcom_count_files'), format = 'array', filename = true,
    columns = {SchoolStudentId: 'varchar', Year: 'int', Week: 'int', AttendanceCode: 'varchar', Count: 'utinyint'}
)
where rtrim(attendancecode) not in ('', '-');

-- Wonde: a page of two hundred sessions a line. Read as lines and taken apart here, for read_json takes six times the CPU over them.
insert into mark
select
    pages.academy_id,
    pages.record.student_id,
    pages.record.date.date[:10]::date,
    pages.record.session::session_name,
    codes.mark_code,
    1
from (
    select
        parse_path(filename)[-2]::academy as academy_id,
        unnest(from_json(page, '{"data": [{
            "date": {"date": "varchar"}, "session": "varchar", "student_id": "varchar", "attendance_code_id": "varchar"
        }]}').data) as record
    from read_csv(
        getvariable('wonde_files'), auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', filename = true,
        max_line_size = 16777216, columns = {page: 'varchar'}
    )
) as pages
inner join (
    select
        academy_id,
        record.id,
        record.code::mark_code as mark_code
    from (
        select
            parse_path(filename)[-2]::academy as academy_id,
            unnest(data) as record
        from read_json(
            getvariable('wonde_code_files'), format = 'newline_delimited', filename = true,
            columns = {data: 'struct(id varchar, code varchar)[]'}
        )
    )
) as codes
    on pages.academy_id = codes.academy_id
    and pages.record.attendance_code_id = codes.id;

create table measure as
with days as (

    select
        mark.academy_id,
        mark.session_date,
        mark.session = 'week' as is_week,
        attendance_code.statistical_class,
        attendance_code.is_late,
        sum(mark.sessions) as sessions
    from mark
    inner join attendance_code on mark.mark_code = attendance_code.mark_code::mark_code
    where mark.session_date <= getvariable('as_of')
    group by all

),

-- A count of a week belongs to the first half-term that the week touches.
placed as (

    select
        *,
        make_date(year(session_date) - if(month(session_date) < 8, 1, 0), 8, 1) as year_start,
        date_trunc('week', session_date)::date as monday,
        (
            select min(half_term.first_day) from half_term
            where half_term.last_day >= session_date and half_term.first_day <= session_date + if(is_week, 6, 0)
        ) as half_term_start
    from days

),

periods as (

    select academy_id, 'year_to_date' as period_type, year_start as period_start, statistical_class, is_late, sessions from placed
    union all
    select academy_id, 'half_term', half_term_start, statistical_class, is_late, sessions from placed
    where half_term_start is not null
    union all
    select academy_id, 'week', monday, statistical_class, is_late, sessions from placed

),

counts as (

    select
        academy_id,
        period_type,
        period_start,
        coalesce(sum(sessions) filter (statistical_class <> 'not_possible'), 0) as possible,
        coalesce(sum(sessions) filter (statistical_class in ('present', 'activity')), 0) as attending,
        coalesce(sum(sessions) filter (statistical_class = 'authorised'), 0) as authorised,
        coalesce(sum(sessions) filter (statistical_class = 'unauthorised'), 0) as unauthorised,
        coalesce(sum(sessions) filter (is_late), 0) as late
    from periods
    group by all

),

pupils as (

    select
        mark.academy_id,
        mark.pupil_id,
        make_date(year(mark.session_date) - if(month(mark.session_date) < 8, 1, 0), 8, 1) as year_start,
        sum(if(attendance_code.statistical_class = 'not_possible', 0, mark.sessions)) as possible,
        sum(if(attendance_code.statistical_class in ('authorised', 'unauthorised'), mark.sessions, 0)) as absent
    from mark
    inner join attendance_code on mark.mark_code = attendance_code.mark_code::mark_code
    where mark.session_date <= getvariable('as_of')
    group by all

),

pupil_counts as (

    select
        academy_id,
        year_start as period_start,
        count(*) filter (possible > 0) as pupils,
        count(*) filter (possible > 0 and absent * 10 >= possible) as persistently_absent,
        count(*) filter (possible > 0 and absent * 2 >= possible) as severely_absent
    from pupils
    group by all

),

measures as (

    select
        academy_id,
        period_type,
        period_start,
        unnest(
            ['attendance_rate', 'absence_rate', 'authorised_absence_rate', 'unauthorised_absence_rate', 'late_rate']
        ) as measure_id,
        unnest([attending, authorised + unauthorised, authorised, unauthorised, late]) as numerator,
        possible as denominator
    from counts
    union all
    select
        academy_id,
        'year_to_date',
        period_start,
        unnest(['persistent_absence_rate', 'severe_absence_rate']),
        unnest([persistently_absent, severely_absent]),
        pupils
    from pupil_counts

)

select
    academy_id::varchar as academy_id,
    measure_id,
    period_type,
    period_start,
    numerator::double as numerator,
    denominator::double as denominator
from measures
order by all;

copy measure to (getvariable('answers')) (format parquet);
