{%- set is_own_ks4 = "kind = 'summative' and stage = 'KS4' and coalesce(result_type, '') <> 'official'" -%}
with parameters as (

    select as_of from {{ source('run', 'parameter') }}

),

-- Each of these is read once: DuckDB writes out what two read, and here that is every result there is.
by_mis as (

    select std_assessment_result.*
    from {{ ref('std_assessment_result') }} as std_assessment_result
    inner join parameters on std_assessment_result.result_date <= parameters.as_of
    where std_assessment_result.pupil_id_kind <> 'upn'

),

mis_keys as (

    select
        academy_id,
        source_pupil_id,
        stage,
        subject_code,
        coalesce(component, '') as component,
        coalesce(assessment_name, '') as assessment_name,
        result_date,
        coalesce(result_type, 'result') as result_type
    from {{ ref('std_assessment_result') }}
    where pupil_id_kind <> 'upn'

),

results_by_upn as (

    select std_assessment_result.*
    from {{ ref('std_assessment_result') }} as std_assessment_result
    inner join parameters on std_assessment_result.result_date <= parameters.as_of
    where std_assessment_result.pupil_id_kind = 'upn'

),

persons as (

    select * from {{ ref('bridge_pupil_source') }}

),

pupil_years as (

    select * from {{ ref('std_pupil_year') }}

),

-- A UPN that two records of the academy share is read as the record delivered last; a former UPN only where no record has it now.
holders as (

    select academy_id, source_pupil_id, upn, 1 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}
    union all
    select academy_id, source_pupil_id, former_upn as upn, 2 as precedence, time_period, delivered_order from {{ ref('std_pupil') }}

),

ranked_holders as (

    select
        academy_id,
        source_pupil_id,
        upn,
        row_number() over (
            partition by academy_id, upn
            order by precedence, time_period desc, delivered_order desc, source_pupil_id
        ) as place
    from holders
    where upn is not null

),

-- One result may come by MIS number and by UPN: it is there once, as the academy's own MIS has it.
identified as (

    select
        results_by_upn.*,
        ranked_holders.source_pupil_id as pupil_id_here,
        row_number() over (
            partition by
                results_by_upn.academy_id, ranked_holders.source_pupil_id, results_by_upn.stage, results_by_upn.subject_code,
                results_by_upn.component, results_by_upn.assessment_name, results_by_upn.result_date,
                coalesce(results_by_upn.result_type, 'result')
            order by results_by_upn.loaded_at desc, results_by_upn.batch_id, results_by_upn.source_row
        ) as place
    from results_by_upn
    inner join ranked_holders
        on results_by_upn.academy_id = ranked_holders.academy_id
        and results_by_upn.source_pupil_id = ranked_holders.upn
    where ranked_holders.place = 1

),

by_upn as (

    select identified.*
    from identified
    left join mis_keys
        on identified.academy_id = mis_keys.academy_id
        and identified.pupil_id_here = mis_keys.source_pupil_id
        and identified.stage = mis_keys.stage
        and identified.subject_code = mis_keys.subject_code
        and coalesce(identified.component, '') = mis_keys.component
        and coalesce(identified.assessment_name, '') = mis_keys.assessment_name
        and identified.result_date = mis_keys.result_date
        and coalesce(identified.result_type, 'result') = mis_keys.result_type
    where identified.place = 1 and mis_keys.academy_id is null

),

standing as (

    select
        by_mis.*,
        by_mis.source_pupil_id as pupil_id_here,
        1 as place
    from by_mis
    union all
    select * from by_upn

),

-- The day of a GCSE result of the academy's own, to join by: a condition on one side alone would have DuckDB try every pair of rows.
dated as (

    select *, case when {{ is_own_ks4 }} then result_date end as own_ks4_date from standing

),

own_ks4 as (

    select academy_id, source_pupil_id as pupil_id_here, result_date as own_ks4_date from {{ ref('std_assessment_result') }}
    where pupil_id_kind <> 'upn' and {{ is_own_ks4 }}
    union
    select academy_id, pupil_id_here, result_date as own_ks4_date from by_upn
    where {{ is_own_ks4 }}

),

years_by_age as (

    select distinct
        academy_id,
        source_pupil_id,
        cast(
            (floor(time_period / 100) + 15 - age_at_year_start) * 100
            + (floor(time_period / 100) + 16 - age_at_year_start) % 100
            as int
        ) as time_period
    from pupil_years

),

-- Year 11 as the academy's exports said, and by age where no export speaks of that year (next year's, for an early entry).
years_in_year_11 as (

    select academy_id, source_pupil_id, time_period from pupil_years
    where year_group = '11'
    union all
    select years_by_age.academy_id, years_by_age.source_pupil_id, years_by_age.time_period
    from years_by_age
    left join pupil_years
        on years_by_age.academy_id = pupil_years.academy_id
        and years_by_age.source_pupil_id = pupil_years.source_pupil_id
        and years_by_age.time_period = pupil_years.time_period
    where years_by_age.time_period is not null and pupil_years.time_period is null

),

-- Early entries wait for the year in which the pupil is in Year 11; a result of September is still its own.
ks4_years as (

    select
        own_ks4.academy_id,
        own_ks4.pupil_id_here,
        own_ks4.own_ks4_date,
        min(years_in_year_11.time_period) as time_period
    from own_ks4
    inner join years_in_year_11
        on own_ks4.academy_id = years_in_year_11.academy_id
        and own_ks4.pupil_id_here = years_in_year_11.source_pupil_id
        and {{ summative_year('own_ks4.own_ks4_date') }} <= years_in_year_11.time_period
    group by all

),

counted as (

    select
        dated.academy_id,
        persons.pupil_key,
        persons.source_pupil_id,
        dated.kind,
        dated.stage,
        dated.subject_code,
        dated.component,
        dated.assessment_name,
        dated.period_name,
        dated.result_date,
        dated.result_type,
        dated.result,
        dated.points,
        dated.scale,
        coalesce(
            ks4_years.time_period,
            case when dated.kind = 'summative' then {{ summative_year('dated.result_date') }} else dated.time_period end
        ) as time_period,
        dated.batch_id,
        dated.source_file,
        dated.source_row,
        dated.loaded_at
    from dated
    inner join persons
        on dated.academy_id = persons.academy_id
        and dated.pupil_id_here = persons.source_pupil_id
    left join ks4_years
        on dated.academy_id = ks4_years.academy_id
        and dated.pupil_id_here = ks4_years.pupil_id_here
        and dated.own_ks4_date = ks4_years.own_ks4_date

)

select * from counted
