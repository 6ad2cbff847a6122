with cells as (

    select * from {{ ref('scorecard_cell') }}

),

nation as (

    select * from {{ ref('national_comparator') }}
    where period_kind <> 'week'

),

intervals as (

    select * from {{ ref('figure_interval') }}

),

goals as (

    select * from {{ ref('goal_standing') }}

),

published_sources as (

    select
        measure_id,
        time_period,
        series,
        max(source) as similar_source,
        max(published_on) as similar_published_on
    from {{ ref('ref_school_figure') }}
    group by all

),

-- The newest published figure of the similar schools that is not of a later year than ours.
similar_schools as (

    select
        cells.academy_id,
        cells.measure_id,
        published.time_period as similar_time_period,
        published.similar_value,
        published.similar_n,
        published.similar_of,
        published.why_not,
        concat_ws(
            '',
            published_sources.similar_source,
            case
                when published_sources.similar_published_on is not null
                    then concat(', published on ', cast(published_sources.similar_published_on as string))
            end
        ) as similar_source,
        row_number() over (
            partition by cells.academy_id, cells.measure_id
            order by published.why_not is null desc, published.time_period desc, published.series
        ) as place
    from cells
    inner join {{ ref('similar_value') }} as published
        on cells.academy_id = published.academy_id
        and cells.measure_id = published.measure_id
        and cells.time_period >= published.time_period
    left join published_sources
        on published.measure_id = published_sources.measure_id
        and published.time_period = published_sources.time_period
        and published.series = published_sources.series

),

percentiles as (

    select
        *,
        row_number() over (partition by academy_id, measure_id, time_period order by series) as place
    from {{ ref('published_percentile') }}

),

-- Among the academies of its own phase in the trust, by value: 0 is the lowest, 100 the highest.
ranks as (

    select
        academy_id,
        measure_id,
        100 * percent_rank() over (partition by phase, measure_id, time_period order by value) as percentile_in_trust,
        count(*) over (partition by phase, measure_id, time_period) as academies
    from cells
    where level = 'academy' and value_status = 'ok'

),

beside as (

    select
        cells.*,
        nation.national_value,
        nation.national_status,
        nation.national_period,
        nation.national_source,
        nation.why_no_national,
        similar_schools.similar_value,
        similar_schools.similar_n,
        similar_schools.similar_of,
        case
            when similar_schools.similar_value is not null then {{ academic_year_name('similar_schools.similar_time_period') }}
        end as similar_period,
        case when similar_schools.similar_value is not null then similar_schools.similar_source end as similar_source,
        case
            when similar_schools.why_not is not null then similar_schools.why_not
            when similar_schools.similar_time_period < cells.time_period
                then
                    concat(
                        'Similar schools: the whole of ',
                        {{ academic_year_name('similar_schools.similar_time_period') }},
                        ', an earlier year.'
                    )
        end as similar_note,
        goals.target_value,
        goals.rag,
        goals.last_year_target_value,
        goals.last_year_rag,
        case when ranks.academies > 1 then ranks.percentile_in_trust end as percentile_in_trust,
        percentiles.percentile as percentile_published,
        percentiles.percentile_of as percentile_published_of,
        intervals.ci_low,
        intervals.ci_high,
        intervals.interval_method
    from cells
    left join nation
        on cells.level = nation.level
        and cells.academy_id = nation.academy_id
        and cells.measure_id = nation.measure_id
    left join intervals
        on cells.level = intervals.level
        and cells.academy_id = intervals.academy_id
        and cells.measure_id = intervals.measure_id
    left join goals
        on cells.level = goals.level
        and cells.academy_id = goals.academy_id
        and cells.measure_id = goals.measure_id
    left join similar_schools
        on cells.academy_id = similar_schools.academy_id
        and cells.measure_id = similar_schools.measure_id
        and similar_schools.place = 1
    left join percentiles
        on cells.academy_id = percentiles.academy_id
        and cells.measure_id = percentiles.measure_id
        and cells.time_period = percentiles.time_period
        and percentiles.place = 1
    left join ranks
        on cells.academy_id = ranks.academy_id
        and cells.measure_id = ranks.measure_id

),

scorecard as (

    select
        academy_id,
        academy_name,
        phase,
        domain,
        measure_name,
        value,
        unit,
        direction,
        rag,
        target_value,
        last_year_value,
        last_year_rag,
        last_year_target_value,
        trust_value,
        national_value,
        case
            when ci_low > national_value then 'above'
            when ci_high < national_value then 'below'
            when ci_low is not null and national_value is not null then 'not_different'
        end as significance,
        similar_value,
        nullif(concat_ws(
            ' ',
            case
                when value_status = 'x' then 'Not available: what this needs was not delivered.'
                when value_status = 'z' and why_not_this_year is not null
                    then concat('Not applicable: there is none for this year. ', why_not_this_year)
                when value_status = 'z' then 'Not applicable: there is nobody or nothing to count yet.'
                when is_of_an_earlier_year and why_not_this_year is not null
                    then concat('Results of ', {{ academic_year_name('time_period') }}, ': this year has none. ', why_not_this_year)
                when is_of_an_earlier_year
                    then concat('Results of ', {{ academic_year_name('time_period') }}, ': those of this year are not in yet.')
            end,
            case when is_provisional and value is not null then 'Provisional: worked out here, before DfE''s own file.' end,
            case
                when not is_stale then null
                when academy_id = 'trust' then 'Some academies have sent no new attendance for over two school days.'
                when last_delivered_on is null then 'No attendance has been delivered yet.'
                else concat('No new attendance since ', cast(last_delivered_on as string), ': this may be out of date.')
            end,
            case when is_small and value is not null then 'Few pupils or people: read it with care.' end,
            case when is_backfilled and value is not null then 'Some pupils are described as another year''s export had them.' end,
            case
                when is_summative and last_year_value is not null
                    then concat('The year before is ', {{ academic_year_name('last_time_period') }}, '.')
                when is_summative and value is not null
                    then concat('No year before beside it: there are no results of ', {{ academic_year_name('last_time_period') }}, '.')
                when is_summative then null
                when last_year_value is not null then concat('Last year is up to ', cast(last_year_to as string), '.')
                when last_year_status is null then 'No last year beside it: there is no data, or no half-term dates, of the same week.'
                when last_year_status = 'x' then 'No last year beside it: what this needs was not delivered that year.'
                else 'No last year beside it: there was nobody or nothing to count.'
            end,
            case when value is not null then why_no_national end,
            case when value is not null then similar_note end,
            case when is_last_backfilled and last_year_value is not null then 'Last year with characteristics as of today.' end
        ), '') as caveat,
        value_status,
        is_small,
        percentile_in_trust,
        percentile_published,
        percentile_published_of,
        national_period,
        national_source,
        cast(similar_n as int) as similar_n,
        cast(similar_of as int) as similar_of,
        similar_period,
        similar_source,
        cast(time_period as int) as time_period,
        period_start,
        period_end,
        numerator,
        denominator,
        ci_low,
        ci_high,
        interval_method,
        measure_id
    from beside

),

ordered as (

    select * from scorecard
    order by academy_id, domain, measure_id

)

select * from ordered
