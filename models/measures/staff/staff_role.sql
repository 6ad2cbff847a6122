with wanted as (

    select academy_id, time_period from {{ ref('dim_academy_year') }}
    union
    select academy_id, time_period - 101 as time_period from {{ ref('dim_academy_year') }}

),

candidates as (

    select
        std_staff.academy_id,
        std_staff.source_staff_id,
        cast(wanted.time_period as int) as time_period,
        std_staff.is_teacher,
        row_number() over (
            partition by std_staff.academy_id, std_staff.source_staff_id, wanted.time_period
            order by {{ nearest_year_first('std_staff.time_period', 'wanted.time_period') }}
        ) as place
    from {{ ref('std_staff') }} as std_staff
    inner join wanted on std_staff.academy_id = wanted.academy_id

),

roles as (

    select
        academy_id,
        source_staff_id,
        time_period,
        is_teacher
    from candidates
    where place = 1

)

select * from roles
