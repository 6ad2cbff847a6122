{#- Whatever a shape cannot say of its session's mark is said here once: padded by some, numbered by kind (I01) by some. -#}

with delivered as (

    {%- for shape in var('shapes') %}
    select * from {{ ref('stg_' ~ shape) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    * exclude (mark),
    case when substr(mark, 3, 1) between '0' and '9' then left(mark, 1) else rtrim(mark) end as mark_code
from delivered
where rtrim(mark) not in ('', '-')
