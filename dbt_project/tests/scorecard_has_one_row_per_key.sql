-- What is this test? marts.scorecard has one row per academy_id, measure_id.
-- When does it matter? A doubled row doubles whatever a reader sums.
-- How to resolve it? Look for a join in the model whose other side has more than one row for these columns.
with doubled as (

    select academy_id, measure_id
    from {{ ref('scorecard') }}
    group by all
    having count(*) > 1

)

select * from doubled
