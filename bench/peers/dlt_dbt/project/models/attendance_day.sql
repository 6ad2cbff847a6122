select
    academy_id,
    session_date,
    session = 'week' as is_week,
    statistical_class,
    is_late,
    sum(sessions) as sessions
from {{ ref('attendance_mark') }}
where session_date <= cast('{{ var("as_of") }}' as date)
group by all
