{#
    A table of the night's build, made anew as far as it must be.

    What must be is data: `state.plan` holds the SQL that finds a table's stale slices (pipelines/build/slices.py). On a first night there is
    none, and every table is written once under its own name: our build starts from files that nobody reads (the published file is another
    one), so dbt-duckdb's own way of building under another name and renaming twice is work for nothing. What holds for a table is as there:
    the contract is compared, the constraints are in its definition, its description is stored with it, and a failure leaves a build that
    nobody goes on with.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set plan = kept_plan(model.unique_id) -%}

    {% if plan is none %}
        {% do whole_table(existing, target, compiled_code) %}
        {{ return({"relations": [target]}) }}
    {% endif %}

    {% do run_query(plan["find"]) %}
    {%- set stale, all_slices, condition = run_query(plan["condition"]).rows[0].values() -%}

    {% if existing is not none and stale == 0 %}
        {% call noop_statement("main", "kept") -%} {%- endcall %}
        {{ return({"relations": [target]}) }}
    {% elif existing is none or stale >= all_slices %}
        {%- set condition = "true" -%}
        {% do whole_table(existing, target, compiled_code) %}
        {% do run_query(plan["keep"] | replace("<condition>", condition)) %}
    {% else %}
        {% call statement("main") -%}
            delete from {{ target }} where {{ condition }};
            insert into {{ target }} by name
            select * from (
                {{ compiled_code }}
            ) as made_anew
            where {{ condition }}
        {%- endcall %}
        {{ adapter.commit() }}
        {% do run_query(plan["keep"] | replace("<condition>", condition)) %}
    {% endif %}

    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% macro whole_table(existing, target, compiled_code) %}
    {% do drop_relation_if_exists(existing) %}
    {% call statement("main") -%}
        {{ create_table_as(false, target, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}
{% endmacro %}

{# What tells a table's stale slices, or whether a test's tables have changed; none where nothing is kept. #}
{% macro kept_plan(unique_id) %}
    {% if env_var("MATLAS_GOES_ON", "") != "yes" %}
        {{ return(none) }}
    {% endif %}
    {%- set found = run_query("select * from state.plan where relation = '" ~ unique_id ~ "'") -%}
    {{ return(dict(found.rows[0]) if found.rows | length else none) }}
{% endmacro %}
