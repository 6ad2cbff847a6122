-- What each score rests on: every kind of evidence for each academy and area, counted, and its points. The points of a score add up to it.
with places as (

    select
        academies.academy_id,
        areas.area,
        kinds.*
    from given_academy as academies
    cross join given_area as areas
    inner join given_kind as kinds on areas.area = any (kinds.areas)

),

things as (

    select
        things.score,
        things.kind,
        things.academy_id,
        areas.area,
        things.thing,
        bool_and(things.is_so) as is_so
    from given_thing as things
    inner join given_area as areas on areas.area in ('all', things.area) or things.area = 'all'
    group by all

),

counts as (

    select
        score,
        kind,
        academy_id,
        area,
        count_if(is_so) as counted,
        count(*) as out_of,
        list(thing order by thing) filter (where not is_so) as others
    from things
    group by all

),

counted as (

    select
        places.*,
        coalesce(counts.counted, 0) as counted,
        coalesce(counts.out_of, 0) as out_of,
        coalesce(counts.others, []) as not_so
    from places
    left join counts
        on places.score = counts.score
        and places.kind = counts.kind
        and places.academy_id = counts.academy_id
        and places.area = counts.area

),

weighed as (

    select
        *,
        case
            when out_of > 0 then 100.0 * weight / sum(weight) filter (where out_of > 0) over (partition by academy_id, area, score)
        end as most_points
    from counted

),

said as (

    select
        *,
        case
            when out_of = 0 then nothing
            when counted = out_of then says || ': ' || counted || ' of ' || out_of || '.'
            when not is_named then says || ': ' || counted || ' of ' || out_of || '. ' || others
            else
                says || ': ' || counted || ' of ' || out_of || '. ' || others || ': '
                || array_to_string(not_so[1:5], ', ')
                || case when len(not_so) > 5 then ' and ' || (len(not_so) - 5) || ' more' else '' end || '.'
        end as sentence
    from weighed

),

evidence as (

    select
        academy_id,
        area,
        score,
        kind as evidence,
        what,
        counted,
        out_of,
        round(most_points * counted / out_of, 2) as points,
        round(most_points, 2) as most_points,
        sentence,
        look as where_to_look,
        most_points * counted / out_of as exact_points,
        place
    from said

)

select * from evidence
order by academy_id, area, place
