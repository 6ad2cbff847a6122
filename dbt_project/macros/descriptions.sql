{#
    Store a table's and its columns' descriptions with the table, in one statement. dbt-duckdb asks the database twice which columns there are;
    here the contract has just said so, and a described column that is not there is an error, as it should be.
#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {% set comments %}
        {% if for_relation and config.persist_relation_docs() and model.description %}
            {{ alter_relation_comment(relation, model.description) }}
        {% endif %}
        {% if for_columns and config.persist_column_docs() %}
            {% for column in model.columns.values() if column.description %}
                comment on column {{ relation }}.{{ adapter.quote(column.name) }} is {{ duckdb_escape_comment(column.description) }};
            {% endfor %}
        {% endif %}
    {% endset %}
    {% if comments.strip() %}
        {% do run_query(comments) %}
    {% endif %}
{%- endmacro %}
