with alike as (

    select * from {{ ref('ref_measure_series') }}

),

published_phases as (

    select * from {{ ref('ref_published_phase') }}

),

figures as (

    select * from {{ ref('figure_to_compare') }}

),

wanted as (

    select
        figures.*,
        alike.series,
        alike.period,
        alike.is_by_phase
    from figures
    inner join alike
        on figures.measure_id = alike.measure_id
        and figures.period_kind = alike.period_kind

),

measures as (

    select * from {{ ref('measure_value') }}
    where level = 'academy' and period_type in ('year_to_date', 'week')

),

-- Which published phases an academy is to be set beside, and how much of its own denominator belongs to each.
phase_parts as (

    select
        wanted.academy_id,
        wanted.measure_id,
        wanted.time_period,
        wanted.period_kind,
        wanted.period_end,
        published_phases.published_phase,
        sum(cast(measures.denominator as decimal(28, 6))) as weight
    from wanted
    inner join published_phases
        on wanted.phase = published_phases.phase
    inner join measures
        on wanted.academy_id = measures.academy_id
        and wanted.measure_id = measures.measure_id
        and wanted.time_period = measures.time_period
        and wanted.period_type = measures.period_type
        and wanted.period_end = measures.period_end
        and coalesce(published_phases.year_group, 'all') = measures.breakdown
        and case when published_phases.year_group is null then 'all' else 'year_group' end = measures.breakdown_topic
    where wanted.level = 'academy' and wanted.is_by_phase and measures.denominator > 0
    group by all

),

-- Results at the end of a stage are published for the pupils of all schools together: nothing is to be weighted.
parts as (

    select
        'academy' as level,
        phase_parts.*
    from phase_parts
    union all
    select
        'trust' as level,
        'trust' as academy_id,
        measure_id,
        time_period,
        period_kind,
        period_end,
        published_phase,
        sum(weight) as weight
    from phase_parts
    group by all
    union all
    select
        level,
        academy_id,
        measure_id,
        time_period,
        period_kind,
        period_end,
        'all' as published_phase,
        1 as weight
    from wanted
    where not is_by_phase

),

-- A figure to date is alike only up to the same week.
published as (

    select
        measure_id,
        time_period,
        series,
        period,
        phase,
        value,
        value_status,
        source,
        published_on,
        period_end,
        row_number() over (
            partition by measure_id, time_period, series, period, phase, {{ week_start('period_end') }}
            order by period_end desc
        ) as place
    from {{ ref('ref_benchmark') }}
    where geography_level = 'national' and breakdown_topic = 'all' and breakdown = 'all'

),

beside as (

    select
        wanted.level,
        wanted.academy_id,
        wanted.measure_id,
        wanted.time_period,
        wanted.period_kind,
        wanted.period_end,
        wanted.series,
        parts.published_phase,
        parts.weight,
        published.value,
        coalesce(published.value_status, 'x') as value_status,
        published.value_status is null as is_unknown,
        published.source,
        published.published_on
    from wanted
    left join parts
        on wanted.level = parts.level
        and wanted.academy_id = parts.academy_id
        and wanted.measure_id = parts.measure_id
        and wanted.time_period = parts.time_period
        and wanted.period_kind = parts.period_kind
        and wanted.period_end = parts.period_end
    left join published
        on wanted.measure_id = published.measure_id
        and wanted.time_period = published.time_period
        and wanted.series = published.series
        and wanted.period = published.period
        and parts.published_phase = published.phase
        and published.place = 1
        and (wanted.period = 'year' or {{ week_start('wanted.period_end') }} = {{ week_start('published.period_end') }})

),

-- One phase: the published value, as it is. Several: weighted, and only if all of them are there.
weighed as (

    select
        level,
        academy_id,
        measure_id,
        time_period,
        period_kind,
        period_end,
        series,
        count(published_phase) as phases,
        count_if(value_status <> 'ok') as gaps,
        count_if(is_unknown) as unknown,
        min(case when value_status <> 'ok' then value_status end) as gap_status,
        max(value) as one_value,
        sum(cast(weight as double) * value) / sum(cast(weight as double)) as weighted_value,
        max(source) as source,
        max(published_on) as published_on
    from beside
    group by all

),

compared as (

    select
        figures.level,
        figures.academy_id,
        figures.measure_id,
        figures.time_period,
        figures.period_kind,
        figures.period_end,
        case
            when weighed.gaps = 0 and weighed.phases = 1 then weighed.one_value
            when weighed.gaps = 0 and weighed.phases > 1 then weighed.weighted_value
        end as national_value,
        case
            when weighed.phases > 0 and weighed.gaps = 0 then 'ok'
            when weighed.unknown = 0 and weighed.gaps > 0 then weighed.gap_status
            else 'x'
        end as national_status,
        case when weighed.phases > 0 and weighed.gaps = 0 then weighed.series end as national_series,
        case
            when weighed.phases = 0 or weighed.gaps > 0 or weighed.phases is null then null
            when figures.period_kind = 'year' then {{ academic_year_name('figures.time_period') }}
            when weighed.series = 'school_census' then concat('January census of ', {{ academic_year_name('figures.time_period') }})
            when figures.period_kind = 'week' then concat('Week to ', cast(figures.period_end as string))
            else concat({{ academic_year_name('figures.time_period') }}, ' to the week of ', cast(figures.period_end as string))
        end as national_period,
        case
            when weighed.phases > 0 and weighed.gaps = 0
                then
                    concat_ws(
                        '',
                        weighed.source,
                        concat(', published on ', cast(weighed.published_on as string)),
                        case when weighed.phases > 1 then '; its phases weighted by our own pupils' end
                    )
        end as national_source,
        case
            when weighed.phases is null then 'England: no official figure is like this one.'
            when weighed.phases = 0 then 'England: no official figure is published for this kind of school.'
            when weighed.unknown > 0 then 'England: no official figure of the same period is loaded.'
            when weighed.gaps > 0 then concat('England: the official figure is not given (', weighed.gap_status, ').')
        end as why_no_national
    from figures
    left join weighed
        on figures.level = weighed.level
        and figures.academy_id = weighed.academy_id
        and figures.measure_id = weighed.measure_id
        and figures.time_period = weighed.time_period
        and figures.period_kind = weighed.period_kind
        and figures.period_end = weighed.period_end

)

select * from compared
