-- What is this test? marts.pupil_summary has one row per academy_id, pupil_key.
-- When does it matter? A doubled row doubles whatever a reader sums.
-- How to resolve it? Look for a join in the model whose other side has more than one row for these columns.
with doubled as (

    select academy_id, pupil_key
    from {{ ref('pupil_summary') }}
    group by all
    having count(*) > 1

)

select * from doubled
