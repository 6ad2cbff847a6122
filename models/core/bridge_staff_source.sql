with delivered as (

    select
        std_staff.*,
        row_number() over (partition by academy_id, source_staff_id order by delivered_on desc, delivered_order desc) as place
    from {{ ref('std_staff') }} as std_staff

),

identified as (

    select
        academy_id,
        source_staff_id,
        case
            when trust_staff_ref is not null then {{ surrogate_key(["'trust'", 'trust_staff_ref']) }}
            else {{ surrogate_key(["'mis'", 'academy_id', 'source_staff_id']) }}
        end as staff_key,
        trust_staff_ref is not null as is_known_in_trust
    from delivered
    where place = 1

)

select * from identified
