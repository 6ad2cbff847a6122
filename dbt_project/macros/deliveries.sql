{#
    Which days of which deliveries stand: common table expressions, the last of them `standing_days`.

    A delivery replaces its own table's earlier rows on the days that it covers (replaces_from to replaces_to). That is settled on days, a small
    table, so that millions of rows are only ever joined, never sorted. A day is contested when more than one delivery still speaks of it, and
    every day is when the key has no date (`is_dated_key` false). A row without a date stands on its delivery's effective date where
    `blank_is_effective_date` says so; elsewhere it does not stand.
#}
{% macro standing_days(entity, date_column, is_dated_key=true, blank_is_effective_date=false) %}
deliveries as (

    select * from {{ source('raw', 'delivery') }}
    where entity = '{{ entity }}'

),

delivered_days as (

    select
        content_id,
        {{ date_column }} as day_as_text,
        try_cast({{ date_column }} as date) as standing_day
    from {{ source('raw', entity) }}
    group by all

),

days_of_deliveries as (

    select
        deliveries.academy_id,
        delivered_days.content_id,
        delivered_days.day_as_text,
        {% if blank_is_effective_date -%}
            case when delivered_days.day_as_text is null then deliveries.effective_date else delivered_days.standing_day end as standing_day,
        {%- else -%}
            delivered_days.standing_day,
        {%- endif %}
        deliveries.batch_id,
        deliveries.reading_id,
        deliveries.table_name,
        deliveries.table_rank,
        deliveries.effective_date,
        deliveries.delivery_order,
        deliveries.loaded_at
    from delivered_days
    inner join deliveries on delivered_days.content_id = deliveries.content_id

),

days_of_tables as (

    select distinct
        academy_id,
        table_name,
        standing_day
    from days_of_deliveries

),

-- The newest delivery of a table that covers a day: those before it no longer speak of that day.
replacements as (

    select
        days_of_tables.academy_id,
        days_of_tables.table_name,
        days_of_tables.standing_day,
        max(deliveries.delivery_order) as delivery_order
    from days_of_tables
    inner join deliveries
        on days_of_tables.academy_id = deliveries.academy_id
        and days_of_tables.table_name = deliveries.table_name
        and days_of_tables.standing_day between deliveries.replaces_from and deliveries.replaces_to
    group by all

),

standing_days as (

    select
        days_of_deliveries.academy_id,
        days_of_deliveries.content_id,
        days_of_deliveries.day_as_text,
        days_of_deliveries.standing_day,
        {{ academic_year('days_of_deliveries.standing_day') }} as time_period,
        days_of_deliveries.batch_id,
        days_of_deliveries.reading_id,
        days_of_deliveries.table_rank,
        days_of_deliveries.effective_date,
        days_of_deliveries.delivery_order,
        days_of_deliveries.loaded_at,
        {% if is_dated_key -%}
            count(*) over (partition by days_of_deliveries.academy_id, days_of_deliveries.standing_day) > 1 as is_contested
        {%- else -%}
            true as is_contested
        {%- endif %}
    from days_of_deliveries
    left join replacements
        on days_of_deliveries.academy_id = replacements.academy_id
        and days_of_deliveries.table_name = replacements.table_name
        and days_of_deliveries.standing_day = replacements.standing_day
    where
        days_of_deliveries.standing_day is not null
        and (replacements.delivery_order is null or days_of_deliveries.delivery_order >= replacements.delivery_order)

)
{%- endmacro %}

{#
    The delivered rows of contested days that stand, one per key, as `winners`: the table with the lower rank first, then the later delivery.
    Expects `standing_days` before it. `standing_day` may be a part of the key.
#}
{% macro contested_winners(entity, date_column, key, blank_is_effective_date=false) %}
contested as (

    select
        delivered.*,
        standing_days.standing_day,
        standing_days.time_period,
        standing_days.batch_id,
        standing_days.loaded_at,
        row_number() over (
            partition by delivered.academy_id
            {%- for column in key %}, {{ 'standing_days' if column == 'standing_day' else 'delivered' }}.{{ column }}{% endfor %}
            order by
                standing_days.table_rank,
                standing_days.effective_date desc,
                standing_days.delivery_order desc,
                standing_days.batch_id desc
        ) as place
    from {{ source('raw', entity) }} as delivered
    inner join standing_days
        on delivered.content_id = standing_days.content_id
        and delivered.{{ date_column }} {{ 'is not distinct from' if blank_is_effective_date else '=' }} standing_days.day_as_text
    where standing_days.is_contested

),

winners as (

    select * from contested
    where place = 1

)
{%- endmacro %}

{# The rows that stand of an entity small enough to rank whole: `standing_days` and `winners` in one. #}
{% macro winning_rows(entity, date_column, key, blank_is_effective_date=false) %}
{{ standing_days(entity, date_column, is_dated_key=false, blank_is_effective_date=blank_is_effective_date) }},

{{ contested_winners(entity, date_column, key, blank_is_effective_date) }}
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
