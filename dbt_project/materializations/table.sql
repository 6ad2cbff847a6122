{#
    A table of the night's build, written once under its own name.

    dbt-duckdb's own way serves a database that people are reading: it builds under another name, renames twice and drops what was there. Our
    build starts from empty files that nobody reads (the published file is another one), so all of that is work for nothing: a third of a
    small trust's build. What holds for a table is as there: the contract is compared, the constraints are in its definition, its description
    is stored with it, and a failure leaves no half of it.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}

    {# only where one model is built again into the same files #}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}

    {% call statement("main") -%}
        {{ create_table_as(false, target, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}

    {{ return({"relations": [target]}) }}
{% endmaterialization %}
