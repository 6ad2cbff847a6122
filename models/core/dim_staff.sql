with persons as (

    select * from {{ ref('bridge_staff_source') }}

),

delivered as (

    select
        persons.staff_key,
        persons.is_known_in_trust,
        std_staff.*,
        row_number() over (
            partition by persons.staff_key
            order by std_staff.delivered_on desc, std_staff.delivered_order desc, std_staff.academy_id, std_staff.source_staff_id
        ) as place
    from {{ ref('std_staff') }} as std_staff
    inner join persons
        on std_staff.academy_id = persons.academy_id
        and std_staff.source_staff_id = persons.source_staff_id

),

latest as (

    select
        staff_key,
        is_known_in_trust,
        sex,
        is_teacher,
        has_qts,
        batch_id,
        source_file,
        source_row,
        loaded_at
    from delivered
    where place = 1

)

select * from latest
