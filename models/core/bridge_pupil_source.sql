with delivered as (

    select
        std_pupil.*,
        row_number() over (partition by academy_id, source_pupil_id order by delivered_on desc, delivered_order desc) as place
    from {{ ref('std_pupil') }} as std_pupil

),

latest as (

    select * from delivered
    where place = 1

),

-- Two children cannot be one person: a UPN typed into both records says of neither who it is.
shared_upns as (

    select
        academy_id,
        upn
    from latest
    where is_upn_valid
    group by academy_id, upn
    having count(distinct date_of_birth) > 1

),

identified as (

    select
        latest.academy_id,
        latest.source_pupil_id,
        case
            when latest.is_upn_valid and shared_upns.upn is null then {{ surrogate_key(["'upn'", 'latest.upn']) }}
            else {{ surrogate_key(["'mis'", 'latest.academy_id', 'latest.source_pupil_id']) }}
        end as pupil_key
    from latest
    left join shared_upns
        on latest.academy_id = shared_upns.academy_id
        and latest.upn = shared_upns.upn

)

select * from identified
