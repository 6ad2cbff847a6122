with pupils as (

    select
        academy_id,
        pupil_id,
        {{ year_start('session_date') }} as period_start,
        sum(case when statistical_class <> 'not_possible' then sessions else 0 end) as possible,
        sum(case when statistical_class in ('authorised', 'unauthorised') then sessions else 0 end) as absent
    from {{ ref('attendance_mark') }}
    where session_date <= cast('{{ var("as_of") }}' as date)
    group by all

),

counts as (

    select
        academy_id,
        period_start,
        count_if(possible > 0) as pupils,
        count_if(possible > 0 and absent * 10 >= possible) as persistently_absent,
        count_if(possible > 0 and absent * 2 >= possible) as severely_absent
    from pupils
    group by all

)

select
    academy_id,
    'year_to_date' as period_type,
    period_start,
    unnest(['persistent_absence_rate', 'severe_absence_rate']) as measure_id,
    unnest([persistently_absent, severely_absent]) as numerator,
    pupils as denominator
from counts
