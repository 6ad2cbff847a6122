with academy_years as (

    select * from {{ ref('dim_academy_year') }}

),

evidence_needed as (

    select * from {{ ref('ref_measure_evidence') }}

),

evidence as (

    select * from {{ ref('academy_evidence') }}

),

available as (

    select
        academy_years.academy_id,
        academy_years.time_period,
        evidence_needed.measure_id,
        count(*) = count(evidence.evidence) as is_available
    from academy_years
    cross join evidence_needed
    left join evidence
        on academy_years.academy_id = evidence.academy_id
        and academy_years.time_period = evidence.time_period
        and evidence_needed.evidence = evidence.evidence
    group by all

)

select * from available
