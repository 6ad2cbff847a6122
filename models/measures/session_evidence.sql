with evidence as (

    select * from {{ ref('academy_evidence') }}
    where evidence in ('attendance', 'attendance_mark', 'suspension')

)

select * from evidence
