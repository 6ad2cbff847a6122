{#
    Which delivered rows stand. Used by the std_ models of dated entities: a common table expression each, the last of them `winners`.

    A delivery replaces its own table's earlier rows on the days that it covers (replaces_from to replaces_to). Which days of a delivery still
    stand is settled on days, a small table, so that millions of rows are read once and joined, never sorted. Only days that more than one
    delivery still speaks of (and keys without a date: `is_dated_key` false) need their rows ranked: the table with the lower rank first, then
    the later delivery.
#}
{% macro winning_rows(entity, date_column, key, is_dated_key=true) %}
deliveries as (

    select * from {{ source('raw', 'delivery') }}
    where entity = '{{ entity }}'

),

delivered as (

    select * from {{ source('raw', entity) }}

),

delivered_days as (

    select
        delivered.academy_id,
        delivered.content_id,
        delivered.{{ date_column }} as day_as_text,
        try_cast(delivered.{{ date_column }} as date) as winning_day
    from delivered
    group by all

),

days_of_deliveries as (

    select
        delivered_days.*,
        deliveries.batch_id,
        deliveries.table_name,
        deliveries.table_rank,
        deliveries.effective_date,
        deliveries.delivery_order,
        deliveries.loaded_at
    from delivered_days
    inner join deliveries
        on delivered_days.academy_id = deliveries.academy_id
        and delivered_days.content_id = deliveries.content_id

),

days_of_tables as (

    select distinct
        academy_id,
        table_name,
        winning_day
    from days_of_deliveries

),

replaced_until as (

    select
        days_of_tables.academy_id,
        days_of_tables.table_name,
        days_of_tables.winning_day,
        max(deliveries.delivery_order) as delivery_order
    from days_of_tables
    inner join deliveries
        on days_of_tables.academy_id = deliveries.academy_id
        and days_of_tables.table_name = deliveries.table_name
        and days_of_tables.winning_day between deliveries.replaces_from and deliveries.replaces_to
    group by all

),

standing_days as (

    select
        days_of_deliveries.*,
        {{ academic_year('days_of_deliveries.winning_day') }} as time_period,
        {% if is_dated_key -%}
            count(*) over (partition by days_of_deliveries.academy_id, days_of_deliveries.winning_day) > 1 as is_contested
        {%- else -%}
            true as is_contested
        {%- endif %}
    from days_of_deliveries
    left join replaced_until
        on days_of_deliveries.academy_id = replaced_until.academy_id
        and days_of_deliveries.table_name = replaced_until.table_name
        and days_of_deliveries.winning_day = replaced_until.winning_day
    where
        days_of_deliveries.winning_day is not null
        and (replaced_until.delivery_order is null or days_of_deliveries.delivery_order >= replaced_until.delivery_order)

),

standing as (

    select
        delivered.*,
        standing_days.winning_day,
        standing_days.time_period,
        standing_days.batch_id,
        standing_days.table_rank,
        standing_days.effective_date,
        standing_days.delivery_order,
        standing_days.loaded_at,
        1 as place
    from delivered
    inner join standing_days
        on delivered.academy_id = standing_days.academy_id
        and delivered.content_id = standing_days.content_id
        and delivered.{{ date_column }} = standing_days.day_as_text
    where not standing_days.is_contested

),

contested as (

    select
        delivered.*,
        standing_days.winning_day,
        standing_days.time_period,
        standing_days.batch_id,
        standing_days.table_rank,
        standing_days.effective_date,
        standing_days.delivery_order,
        standing_days.loaded_at
    from delivered
    inner join standing_days
        on delivered.academy_id = standing_days.academy_id
        and delivered.content_id = standing_days.content_id
        and delivered.{{ date_column }} = standing_days.day_as_text
    where standing_days.is_contested

),

ranked as (

    select
        contested.*,
        row_number() over (
            partition by academy_id{% for column in key %}, {{ column }}{% endfor %}
            order by table_rank, effective_date desc, delivery_order desc, batch_id desc
        ) as place
    from contested

),

winners as (

    select * from standing
    union all
    select * from ranked
    where place = 1

)
{%- endmacro %}

{#
    Which delivered row of each snapshot key stands, over `within` (the academic year, or nothing: over all time). Used by std_pupil and
    std_enrolment: the last of these expressions is `winners`, one row per key: content_id and batch_id of the row that stands, and the key's
    history. Only keys are ranked; the model joins the columns afterwards.

    First come the newest deliveries of each table (of those the table with the lower rank), then whatever had the key last.
#}
{% macro winning_snapshot(entity, key, within=none) %}
placed_deliveries as (

    select
        delivery.*,
        row_number() over (partition by academy_id order by effective_date, delivered_at, batch_id) as delivered_order,
        {% if within -%}
            row_number() over (partition by academy_id, table_name, {{ within }} order by delivery_order desc) = 1 as is_newest_within
        {%- else -%}
            is_newest as is_newest_within
        {%- endif %}
    from {{ source('raw', 'delivery') }} as delivery
    where entity = '{{ entity }}'

),

deliveries_of_keys as (

    select
        {% for column in key -%}
        delivered.{{ column }},
        {% endfor -%}
        placed_deliveries.*,
        bool_or(placed_deliveries.is_newest)
            over (partition by delivered.academy_id{% for column in key %}, delivered.{{ column }}{% endfor %}) as is_delivered,
        max(placed_deliveries.effective_date)
            over (partition by delivered.academy_id{% for column in key %}, delivered.{{ column }}{% endfor %}) as last_delivered_on
    from {{ source('raw', entity) }} as delivered
    inner join placed_deliveries
        on delivered.academy_id = placed_deliveries.academy_id
        and delivered.content_id = placed_deliveries.content_id

),

ranked as (

    select
        deliveries_of_keys.*,
        row_number() over (
            partition by academy_id{% for column in key %}, {{ column }}{% endfor %}{% if within %}, {{ within }}{% endif %}
            order by
                case when is_newest_within then table_rank else 1000000 end,
                effective_date desc,
                table_rank,
                delivered_order desc
        ) as place
    from deliveries_of_keys

),

winners as (

    select * from ranked
    where place = 1

)
{%- endmacro %}

{# Order of the years that can describe a wanted one: itself, then the nearest later, then the nearest earlier. #}
{% macro nearest_year_first(delivered, wanted) -%}
    case when {{ delivered }} = {{ wanted }} then 0 when {{ delivered }} > {{ wanted }} then 1 else 2 end,
    abs({{ delivered }} - {{ wanted }})
{%- endmacro %}
