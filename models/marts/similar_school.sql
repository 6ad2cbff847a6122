with neighbours as (

    select * from {{ ref('nearest_school') }}

),

academies as (

    select * from {{ ref('dim_academy') }}

),

schools as (

    select * from {{ ref('ref_school') }}

),

left_out as (

    select distinct
        academy_id,
        missing_inputs
    from {{ ref('similar_value') }}

),

listed as (

    select
        neighbours.academy_id,
        academies.academy_name,
        academies.phase,
        neighbours.similarity_rank,
        neighbours.urn,
        schools.school_name,
        schools.la_name,
        schools.region,
        neighbours.distance,
        neighbours.n_loaded,
        neighbours.inputs_used,
        left_out.missing_inputs,
        schools.roll,
        schools.pupil_premium_pct,
        schools.eal_pct,
        schools.sen_support_pct,
        schools.ehcp_pct,
        schools.ks2_average,
        schools.stability_pct,
        schools.idaci,
        schools.polar4_quintile,
        schools.source,
        schools.published_on
    from neighbours
    inner join academies on neighbours.academy_id = academies.academy_id
    inner join schools on neighbours.urn = schools.urn
    left join left_out on neighbours.academy_id = left_out.academy_id
    order by neighbours.academy_id, neighbours.similarity_rank

)

select * from listed
