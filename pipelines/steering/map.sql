-- The scores of each academy and area, the quadrant that two of them give, the trust's medians, and the scores at the end of two half-terms before.
with scored as (

    select
        academy_id,
        area,
        score,
        round(sum(exact_points order by place), 1) as points,
        string_agg(sentence, ' ' order by place) filter (where out_of > 0) as rests_on,
        string_agg(sentence, ' ' order by place) as nothing
    from given_evidence
    group by all

),

scores as (

    select
        scored.academy_id,
        scored.area,
        scored.score,
        scored.points,
        scored.rests_on,
        case when scored.points is null then scored.nothing end as unknown_because,
        round(median(scored.points) over (partition by scored.area, scored.score), 1) as trust_median,
        last_one.points as last_half_term,
        one_before.points as half_term_before
    from scored
    left join given_kept as last_one
        on scored.academy_id = last_one.academy_id
        and scored.area = last_one.area
        and scored.score = last_one.score
        and last_one.half_terms_ago = 1
    left join given_kept as one_before
        on scored.academy_id = one_before.academy_id
        and scored.area = one_before.area
        and scored.score = one_before.score
        and one_before.half_terms_ago = 2

),

side_by_side as (

    select *
    from (
        pivot scores
        on score in ('alignment', 'autonomy', 'transparency', 'accountability')
        using
            any_value(points) as points,
            any_value(rests_on) as rests_on,
            any_value(unknown_because) as unknown_because,
            any_value(trust_median) as trust_median,
            any_value(last_half_term) as last_half_term,
            any_value(half_term_before) as half_term_before
        group by academy_id, area
    )

),

high as (

    select
        *,
        alignment_points >= $alignment_high_from as is_aligned,
        autonomy_points >= $autonomy_high_from as is_autonomous
    from side_by_side

),

placed as (

    select
        high.*,
        high.alignment_points as alignment,
        high.autonomy_points as autonomy,
        high.transparency_points as transparency,
        high.accountability_points as accountability,
        quadrants.quadrant,
        case
            when high.is_aligned is null and high.is_autonomous is null then 'Neither its alignment nor its autonomy is known.'
            when high.is_aligned is null then 'Its alignment is not known.'
            when high.is_autonomous is null then 'Its autonomy is not known.'
        end as quadrant_unknown_because,
        cast($day as date) as as_of,
        $alignment_high_from as alignment_high_from,
        $autonomy_high_from as autonomy_high_from,
        (select max(as_of) from given_kept where half_terms_ago = 1) as last_half_term_as_of,
        (select max(as_of) from given_kept where half_terms_ago = 2) as half_term_before_as_of
    from high
    left join given_quadrant as quadrants
        on high.is_aligned = quadrants.is_aligned
        and high.is_autonomous = quadrants.is_autonomous

)

select * from placed
