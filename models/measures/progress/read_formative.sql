with results as (

    select
        *,
        upper(trim(coalesce(scale, assessment_name, ''))) as scale_named,
        coalesce(points, try_cast(result as decimal(12, 4))) as number
    from {{ ref('fct_assessment_result') }}
    where kind = 'formative' and coalesce(result_type, 'result') in ('result', 'provisional', 'interim')

),

scale_rows as (

    select *, upper(trim(scale)) as scale_named, upper(trim(result)) as result_named from {{ ref('ref_scale') }}

),

scales as (

    select distinct academy_id, scale_named from scale_rows

),

-- Where the MIS names no scale, an assessment's own name may be one; else the result is on the scale `any`. A scale that is named and that
-- nobody has described is never read as another one.
described as (

    select
        results.*,
        case
            when own.academy_id is not null or shared.academy_id is not null then results.scale_named
            when results.scale is null then 'ANY'
        end as scale_read,
        case
            when own.academy_id is not null then own.academy_id
            when shared.academy_id is not null then 'all'
            when results.scale is null and own_any.academy_id is not null then own_any.academy_id
            when results.scale is null then 'all'
        end as described_by
    from results
    left join scales as own
        on results.academy_id = own.academy_id
        and results.scale_named = own.scale_named
    left join scales as shared
        on shared.academy_id = 'all'
        and results.scale_named = shared.scale_named
    left join scales as own_any
        on results.academy_id = own_any.academy_id
        and own_any.scale_named = 'ANY'

),

by_points as (

    select
        academy_id,
        scale_named,
        standing,
        coalesce(lowest_points, -1e18) as points_from,
        lead(lowest_points) over (partition by academy_id, scale_named order by coalesce(lowest_points, -1e18)) as points_below
    from scale_rows
    where result is null

),

judged as (

    select
        described.academy_id,
        described.pupil_key,
        described.source_pupil_id,
        described.time_period,
        described.subject_code,
        described.result_date,
        coalesce(described.scale, described.assessment_name) as scale,
        described.result,
        described.described_by is not null as is_scale_described,
        coalesce(by_name.standing, by_points.standing) as standing
    from described
    left join scale_rows as by_name
        on described.described_by = by_name.academy_id
        and described.scale_read = by_name.scale_named
        and upper(trim(described.result)) = by_name.result_named
    left join by_points
        on described.described_by = by_points.academy_id
        and described.scale_read = by_points.scale_named
        and described.number >= by_points.points_from
        and (by_points.points_below is null or described.number < by_points.points_below)

)

select * from judged
