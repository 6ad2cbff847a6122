{{ config(materialized='table') }}

select
    mark_code,
    statistical_class,
    cast(is_late as boolean) as is_late,
    cast(row_number() over () as int) as code_number
from {{ source('raw', 'attendance_code') }}
