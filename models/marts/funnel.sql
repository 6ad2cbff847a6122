with shares as (

    select
        cells.*,
        coalesce(nation.national_value, cells.trust_value) as centre,
        case
            when nation.national_value is not null then 'england'
            when cells.trust_value is not null then 'trust'
        end as centre_is
    from {{ ref('scorecard') }} as cells
    inner join {{ ref('ref_measure_interval') }} as methods on cells.measure_id = methods.measure_id
    left join {{ ref('scorecard') }} as nation
        on cells.academy_id = nation.academy_id
        and cells.measure_id = nation.measure_id
    where methods.method = 'wilson' and cells.academy_id <> 'trust' and cells.value_status = 'ok'

)

select * from shares
