with figures as (

    select * from {{ ref('figure_to_compare') }}

),

published_phases as (

    select * from {{ ref('ref_published_phase') }}

),

known_phases as (

    select
        phase,
        max(year_group) is not null as is_by_year_group,
        bool_and(published_phase = 'special') as is_special
    from published_phases
    group by all

),

-- Figures of which a series has the like.
wanted as (

    select
        figures.*,
        alike.series,
        alike.period,
        alike.is_by_phase,
        known_phases.is_by_year_group,
        known_phases.is_special
    from figures
    inner join {{ ref('ref_measure_series') }} as alike
        on figures.measure_id = alike.measure_id
        and figures.period_kind = alike.period_kind
    left join known_phases on figures.phase = known_phases.phase

),

denominators as (

    select level, academy_id, phase, period_number, measure_id, breakdown_topic, breakdown, denominator
    from {{ ref('measure_attendance') }}
    where breakdown_topic in ('all', 'year_group') and denominator > 0
    union all
    select level, academy_id, phase, period_number, measure_id, breakdown_topic, breakdown, denominator
    from {{ ref('measure_inclusion') }}
    where breakdown_topic in ('all', 'year_group') and denominator > 0
    union all
    select level, academy_id, phase, period_number, measure_id, breakdown_topic, breakdown, denominator
    from {{ ref('measure_context') }}
    where breakdown_topic in ('all', 'year_group') and denominator > 0

),

-- How much of its own denominator belongs to each published phase: of a phase that is published as it is, all; of one that has pupils of
-- several, year group by year group. The trust has rows of each phase; one that is not published stays as a part without a name.
shares as (

    select
        wanted.level,
        wanted.academy_id,
        wanted.measure_id,
        wanted.period_number,
        wanted.period_kind,
        published_phases.phase is null as is_unpublished,
        published_phases.published_phase,
        sum(cast(denominators.denominator as decimal(28, 6))) as weight
    from wanted
    inner join denominators
        on wanted.level = denominators.level
        and wanted.academy_id = denominators.academy_id
        and wanted.period_number = denominators.period_number
        and wanted.measure_id = denominators.measure_id
        and (wanted.level = 'trust' or wanted.phase = denominators.phase)
    left join known_phases on denominators.phase = known_phases.phase
    left join published_phases
        on denominators.phase = published_phases.phase
        and denominators.breakdown = coalesce(published_phases.year_group, 'all')
    where
        wanted.is_by_phase
        and (wanted.is_by_year_group or wanted.level = 'trust' and denominators.phase <> 'all')
        and case when known_phases.is_by_year_group then 'year_group' else 'all' end = denominators.breakdown_topic
        and (known_phases.phase is null or published_phases.phase is not null)
    group by all

),

-- Results at the end of a stage are published for the pupils of all schools together: nothing is to be weighed. Nearly all of them are in
-- mainstream schools, so that a special school has nothing like it there.
parts as (

    select
        level,
        academy_id,
        measure_id,
        period_number,
        period_kind,
        published_phase,
        weight
    from shares
    union all
    select
        wanted.level,
        wanted.academy_id,
        wanted.measure_id,
        wanted.period_number,
        wanted.period_kind,
        case when wanted.is_by_phase then published_phases.published_phase else 'all' end as published_phase,
        1 as weight
    from wanted
    left join published_phases
        on wanted.phase = published_phases.phase
        and published_phases.year_group is null
    where
        case
            when wanted.level = 'trust' then not wanted.is_by_phase
            when wanted.is_by_phase then not wanted.is_by_year_group
            else not wanted.is_special
        end

),

-- A figure to date is alike only up to the same week; a whole year's has none. Equal on both sides, so that DuckDB need not try every pair.
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
        case when period = 'year' then date '0001-01-01' else {{ week_start('period_end') }} end as to_week,
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
        parts.measure_id is not null as has_part,
        wanted.level = 'academy' and (wanted.is_by_year_group is null or wanted.is_special and not wanted.is_by_phase)
            as is_of_no_published_kind,
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
        and wanted.period_kind = parts.period_kind
        and coalesce(wanted.period_number, 0) = coalesce(parts.period_number, 0)
    left join published
        on wanted.measure_id = published.measure_id
        and wanted.time_period = published.time_period
        and wanted.series = published.series
        and wanted.period = published.period
        and parts.published_phase = published.phase
        and published.place = 1
        and case when wanted.period = 'year' then date '0001-01-01' else {{ week_start('wanted.period_end') }} end = published.to_week

),

-- One phase: the published value, as it is. Several: weighed, and only if all of them are there.
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
        count_if(has_part and published_phase is null) as unpublished,
        bool_or(is_of_no_published_kind) as is_of_no_published_kind,
        count_if(value_status <> 'ok') as gaps,
        count_if(is_unknown) as unknown,
        min(case when value_status <> 'ok' then value_status end) as gap_status,
        max(value) as one_value,
        cast(sum(cast(cast(weight as double) * value as decimal(28, 6))) as double) / cast(sum(weight) as double) as weighed_value,
        max(source) as source,
        max(published_on) as published_on
    from beside
    group by all

),

judged as (

    select
        *,
        phases > 0 and gaps = 0 as is_given
    from weighed

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
            when judged.is_given and judged.phases = 1 then judged.one_value
            when judged.is_given then judged.weighed_value
        end as national_value,
        case
            when judged.is_given then 'ok'
            when judged.unknown = 0 and judged.gaps > 0 then judged.gap_status
            else 'x'
        end as national_status,
        case when judged.is_given then judged.series end as national_series,
        case
            when judged.is_given is not true then null
            when judged.series = 'school_census' then concat('January census of ', {{ academic_year_name('figures.time_period') }})
            when figures.period_kind = 'year' then {{ academic_year_name('figures.time_period') }}
            when figures.period_kind = 'week' then concat('week to ', cast(figures.period_end as string))
            else concat({{ academic_year_name('figures.time_period') }}, ' up to the week of ', cast(figures.period_end as string))
        end as national_period,
        case
            when judged.is_given
                then
                    concat_ws(
                        '',
                        judged.source,
                        case when judged.published_on is not null then concat(', published on ', cast(judged.published_on as string)) end,
                        case when judged.phases > 1 then '; phases weighed by our own numbers' end
                    )
        end as national_source,
        case
            when judged.is_given then null
            when judged.phases is null then 'England: no official figure is like this one.'
            when judged.is_of_no_published_kind then 'England: none is published for this kind of school.'
            when judged.unpublished > 0 then 'England: none is published for one of the trust''s kinds of school.'
            when judged.phases = 0 then 'England: there is nobody of its phases to count.'
            when judged.unknown > 0 then 'England: no official figure of the same period is loaded.'
            else concat('England: the official figure is not given (', judged.gap_status, ').')
        end as why_no_national
    from figures
    left join judged
        on figures.level = judged.level
        and figures.academy_id = judged.academy_id
        and figures.measure_id = judged.measure_id
        and figures.time_period = judged.time_period
        and figures.period_kind = judged.period_kind
        and figures.period_end = judged.period_end

)

select * from compared
