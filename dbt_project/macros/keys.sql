{# Sixteen hex digits that stand for the values together: the same on every engine and in every run. #}
{% macro surrogate_key(columns) -%}
    substr(md5(
        {%- for column in columns -%}
            coalesce(cast({{ column }} as string), '')
            {%- if not loop.last %} || '|' || {% endif -%}
        {%- endfor -%}
    ), 1, 16)
{%- endmacro %}
