with parameters as (

    select * from {{ source('run', 'parameter') }}

),

cells as (

    select * from {{ ref('scorecard') }}

),

headlines as (

    select
        words.*,
        definitions.kind = 'summative' as is_summative,
        case when definitions.unit = '%' then ' %' else '' end as percent
    from {{ ref('ref_governor_measure') }} as words
    inner join {{ ref('ref_measure') }} as definitions on words.measure_id = definitions.measure_id

),

year_groups as (

    select * from {{ ref('ref_nc_year') }}

),

results as (

    select distinct
        official.measure_id,
        year_groups.sort_order
    from {{ ref('ref_official_result') }} as official
    inner join {{ ref('ref_stage') }} as stages on official.stage_end = stages.stage_end
    inner join year_groups on stages.year_group = year_groups.nc_year

),

phases as (

    select
        phases.phase,
        first_years.sort_order as first_year,
        last_years.sort_order as last_year
    from {{ ref('ref_phase_year_group') }} as phases
    inner join year_groups as first_years on phases.first_year_group = first_years.nc_year
    inner join year_groups as last_years on phases.last_year_group = last_years.nc_year

),

-- The results that a school of a phase can have: those of the stages that end in a year it teaches.
results_of_phase as (

    select
        phases.phase,
        results.measure_id
    from phases
    inner join results on phases.first_year <= results.sort_order and phases.last_year >= results.sort_order

),

results_of_academy as (

    select distinct
        cells.academy_id,
        results_of_phase.measure_id
    from cells
    inner join results_of_phase on cells.phase = results_of_phase.phase
    where cells.academy_id <> 'trust'

),

results_there as (

    select academy_id, measure_id from results_of_academy
    union all
    select distinct 'trust' as academy_id, measure_id from results_of_academy

),

shown as (

    select
        cells.*,
        headlines.place,
        headlines.words,
        headlines.period_words,
        headlines.decimals,
        headlines.percent,
        headlines.is_summative,
        case
            when cells.direction = 'context' or cells.significance is null then null
            when cells.significance = 'not_different' then 'no clear difference'
            when (cells.significance = 'above') = (cells.direction = 'higher') then 'better'
            else 'worse'
        end as better_or_worse,
        case cells.significance
            when 'above' then 'clearly higher than England'
            when 'below' then 'clearly lower than England'
            when 'not_different' then 'no clear difference from England'
        end as against_england
    from cells
    inner join headlines on cells.measure_id = headlines.measure_id
    left join results_there
        on cells.academy_id = results_there.academy_id
        and cells.measure_id = results_there.measure_id
    where not headlines.is_summative or results_there.measure_id is not null or cells.value_status = 'ok'

),

-- Each part speaks of one comparator and is null without it, so that where a figure is hidden what says it can be taken out.
in_words as (

    select
        *,
        case
            when value is not null
                then
                    concat_ws(
                        ' ',
                        replace(words, '{}', {{ in_figures('value', 'decimals') }}),
                        case when is_summative then concat('in ', {{ academic_year_name('time_period') }}) else period_words end
                    )
            when value_status = 'x' then 'Not available: what this needs was not delivered'
            else 'No figure: there is nobody or nothing to count yet'
        end as plain_figure,
        case
            when value is not null and national_value is not null
                then
                    concat_ws(
                        '',
                        concat('England ', {{ in_figures('national_value', 'decimals') }}, percent),
                        case
                            when is_summative then null
                            when national_period like '% up to the week of %' then ' for the same weeks'
                            else concat(' (', national_period, ')')
                        end,
                        case significance
                            when 'above' then ': clearly higher here'
                            when 'below' then ': clearly lower here'
                            when 'not_different' then ': no clear difference'
                        end,
                        case when better_or_worse in ('better', 'worse') then concat(', which is ', better_or_worse) end
                    )
        end as england_in_words,
        case
            when last_year_value is not null
                then
                    concat(
                        case when is_summative then 'the year before ' else 'last year ' end,
                        {{ in_figures('last_year_value', 'decimals') }},
                        percent
                    )
        end as last_year_in_words,
        case
            when value is not null and target_value is not null
                then concat_ws(': ', concat('the goal is ', {{ in_figures('target_value', 'decimals') }}, percent), rag)
        end as target_in_words
    from shown

),

-- A sentence begins with a capital, also where its figure is `less than`.
said as (

    select
        *,
        concat(upper(substr(plain_figure, 1, 1)), substr(plain_figure, 2)) as figure_in_words
    from in_words

),

summary as (

    select
        said.academy_id,
        said.academy_name,
        said.domain,
        said.measure_name,
        concat(
            concat_ws('; ', said.figure_in_words, said.england_in_words, said.last_year_in_words, said.target_in_words),
            '.'
        ) as sentence,
        said.value,
        said.unit,
        said.value_status,
        said.rag,
        said.target_value,
        said.last_year_value,
        said.national_value,
        said.against_england,
        said.better_or_worse,
        said.trust_value,
        said.similar_value,
        said.caveat,
        parameters.as_of as counted_to,
        said.time_period,
        said.phase,
        said.place,
        said.measure_id,
        said.figure_in_words,
        said.england_in_words,
        said.last_year_in_words,
        said.target_in_words
    from said
    cross join parameters

),

ordered as (

    select * from summary
    order by academy_id = 'trust' desc, academy_name, academy_id, place

)

select * from ordered
