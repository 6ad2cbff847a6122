-- What is this test? Every measure of marts.measure_value is described in ref.measure, and every measure described there has figures.
-- When does it matter? A figure without a definition cannot be read; a definition without SQL promises what is not there.
-- How to resolve it? Add the row to dbt_project/seeds/ref_measure.csv (and ref_measure_evidence.csv), or the definition to a model
-- measure_<domain> or person_<domain>.
with in_sql as (

    select measure_id from {{ ref('measure_attendance') }}
    union
    select measure_id from {{ ref('measure_context') }}
    union
    select measure_id from {{ ref('measure_inclusion') }}
    union
    select measure_id from {{ ref('count_person_measure') }}

),

without_definition as (

    select in_sql.measure_id
    from in_sql
    left join {{ ref('ref_measure') }} as definitions on in_sql.measure_id = definitions.measure_id
    where definitions.measure_id is null

),

without_evidence as (

    select definitions.measure_id
    from {{ ref('ref_measure') }} as definitions
    left join {{ ref('ref_measure_evidence') }} as evidence on definitions.measure_id = evidence.measure_id
    where evidence.measure_id is null

),

-- Once any academy has a year, each measure has at least a row that says why it has no figure.
without_figures as (

    select definitions.measure_id
    from {{ ref('ref_measure') }} as definitions
    left join {{ ref('measure_value') }} as measured on definitions.measure_id = measured.measure_id
    where measured.measure_id is null and exists (
        select 1 from {{ ref('measure_period') }}
        where academy_id <> 'trust'
    )

),

broken as (

    select measure_id from without_definition
    union all
    select measure_id from without_evidence
    union all
    select measure_id from without_figures

)

select * from broken
