{#- Each measure: what makes it met, and which subjects a pupil must count in. -#}
{%- set shares = [
    ('ks2_rwm_expected_pct', 'expected', ['reading', 'maths', 'writing']),
    ('ks2_rwm_higher_pct', 'higher', ['reading', 'maths', 'writing']),
    ('ks2_reading_expected_pct', 'expected', ['reading']),
    ('ks2_maths_expected_pct', 'expected', ['maths']),
    ('ks2_writing_expected_pct', 'expected', ['writing']),
    ('ks2_science_expected_pct', 'expected', ['science']),
] -%}
with pupils as (

    select * from {{ ref('stage_pupil') }}
    where stage_end = 'KS2'

),

-- Whoever is left out in a subject (left, missing, not eligible) has no result in it.
results as (

    select * from {{ ref('own_result') }}
    where stage = 'KS2' and rule <> 'left_out'

),

subjects as (

    select
        pupils.academy_id,
        pupils.pupil_key,
        pupils.time_period,
        {%- for subject in ['reading', 'maths', 'writing', 'science'] %}
        count_if(results.slot = '{{ subject }}') as {{ subject }}_counts,
        count_if(results.slot = '{{ subject }}' and results.rule <> 'not_met') as {{ subject }}_expected,
        count_if(results.slot = '{{ subject }}' and results.rule = 'higher') as {{ subject }}_higher,
        {%- endfor %}
        max(case when results.slot = 'reading' then results.score end) as reading_score,
        max(case when results.slot = 'maths' then results.score end) as maths_score
    from pupils
    inner join results
        on pupils.pupil_key = results.pupil_key
        and pupils.time_period = results.time_period
    group by all

),

measured as (
    {% for measure_id, standard, needed in shares %}
    {%- set met = needed | join('_' ~ standard ~ ' * ') ~ '_' ~ standard %}
    select
        academy_id,
        pupil_key,
        time_period,
        'KS2' as stage_end,
        '{{ measure_id }}' as measure_id,
        cast({{ met }} as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from subjects
    where {{ needed | join('_counts * ') }}_counts = 1
    union all
    {%- endfor %}
    {%- for subject in ['reading', 'maths'] %}
    select
        academy_id,
        pupil_key,
        time_period,
        'KS2' as stage_end,
        'ks2_{{ subject }}_scaled' as measure_id,
        cast({{ subject }}_score as decimal(18, 6)) as numerator,
        cast(1 as decimal(18, 6)) as denominator
    from subjects
    where {{ subject }}_score is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from measured
