{#- What each measure of a stage says of one pupil: a number, or whether something was met. -#}
{%- set stages = {
    'EYFS': 'Reception', 'PHONICS': 'Phonics check', 'MTC': 'Times tables check', 'KS2': 'Key stage 2', 'KS4': 'Key stage 4',
} -%}
{%- set met = {
    'gld_pct': 'good level of development',
    'phonics_y1_pct': 'standard',
    'phonics_y2_pct': 'standard',
    'engmaths_9_4_pct': 'English and maths at grade 4',
} -%}
{%- set subjects = {'READ': 'reading', 'WRIT': 'writing', 'MATH': 'maths'} -%}
{%- set numbers = {'mtc_mean_mark': ('mark', 'int'), 'attainment8': ('Attainment 8', 'decimal(8, 1)')} -%}
with results as (

    select
        people.person_key as pupil_key,
        people.time_period,
        people.measure_id,
        official.stage,
        max(people.numerator) as numerator,
        case when max(people.numerator) > 0 then ' met' else ' not met' end as met
    from {{ ref('person_achievement') }} as people
    inner join {{ ref('measure_period') }} as periods
        on people.academy_id = periods.academy_id
        and people.period_number = periods.period_number
    inner join {{ ref('ref_official_result') }} as official on people.measure_id = official.measure_id
    where periods.period_type = 'year_to_date' and official.stage <> 'KS2'
    group by all

),

by_stage as (

    select
        pupil_key,
        time_period,
        stage,
        concat_ws(
            ', ',
            {%- for measure_id, (words, type) in numbers.items() %}
            max(case when measure_id = '{{ measure_id }}' then concat('{{ words }} ', cast(cast(numerator as {{ type }}) as string)) end),
            {%- endfor %}
            {%- for measure_id, words in met.items() %}
            max(case when measure_id = '{{ measure_id }}' then concat('{{ words }}', met) end){{ ',' if not loop.last }}
            {%- endfor %}
        ) as words
    from results
    group by all

),

-- Key stage 2 comes along to the next school (a Common Transfer File): it is told wherever it ended.
key_stage_2 as (

    select
        pupil_key,
        time_period,
        'KS2' as stage,
        concat_ws(
            ', ',
            {%- for subject_code, words in subjects.items() %}
            max(case when subject_code = '{{ subject_code }}' then concat('{{ words }} ', standing) end){{ ',' if not loop.last }}
            {%- endfor %}
        ) as words
    from {{ ref('summative_standing') }}
    where stage = 'KS2'
    group by all

),

every_stage as (

    select * from by_stage
    union all
    select * from key_stage_2

),

ranked as (

    select
        *,
        row_number() over (partition by pupil_key order by time_period desc, stage) as place
    from every_stage
    where words <> ''

),

latest as (

    select
        pupil_key,
        concat(
            case stage
                {%- for stage, words in stages.items() %}
                when '{{ stage }}' then '{{ words }}'
                {%- endfor %}
            end,
            ', ', {{ academic_year_name('time_period') }}, ': ', words
        ) as latest_summative
    from ranked
    where place = 1

)

select * from latest
