-- What is this test? Every measure with rows of pupils or of staff says in ref.measure what somebody at two academies counts for.
-- When does it matter? When a measure of people is added: without a rule whoever is at two academies counts as the first of them says.
-- How to resolve it? Fill pupil_at_two_academies or colleague_at_two_academies of the measure in dbt_project/seeds/ref_measure.csv.
with in_sql as (

    select distinct person_kind, measure_id from {{ ref('person_measure') }}
    where person_kind <> 'answer'

),

without_rule as (

    select
        in_sql.person_kind,
        in_sql.measure_id
    from in_sql
    left join {{ ref('ref_measure') }} as definitions on in_sql.measure_id = definitions.measure_id
    where
        (in_sql.person_kind = 'pupil' and definitions.pupil_at_two_academies is null)
        or (in_sql.person_kind = 'staff' and definitions.colleague_at_two_academies is null)

)

select * from without_rule
