{%- set characteristics = [
    'roll', 'ks2_average', 'pupil_premium_pct', 'eal_pct', 'polar4_quintile', 'stability_pct', 'idaci', 'sen_support_pct', 'ehcp_pct',
] -%}

with schools as (

    select * from {{ ref('ref_school') }}

),

inputs as (

    select * from {{ ref('ref_similar_school_input') }}

),

described as (
    {% for characteristic in characteristics %}
    select
        urn,
        phase,
        '{{ characteristic }}' as characteristic,
        {{ characteristic }} as value
    from schools
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- Only differences count, so the mean that a standard score is measured from falls out and is left out.
standardised as (

    select
        described.urn,
        described.phase,
        described.characteristic,
        described.value,
        described.value / inputs.sd as standardised
    from described
    inner join inputs
        on described.phase = inputs.phase
        and described.characteristic = inputs.characteristic
    where described.value is not null

)

select * from standardised
