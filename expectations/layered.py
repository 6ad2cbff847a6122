"""Layered: every reader sees the same facts, each at their own grain and no more of them than they may.

Here: whether a column stands where its privacy class forbids it, and whether two marts work out one figure. A failure is our mistake, so
nothing is published. Not here: which column is made of which (lineage.py), who may see what (audiences.yml), and whether the rows of pupils
add up to the figures (grains.py).
"""

from expectations.check import Check, Severity

_ONCE = "All academies have the same models: judged once, for the trust."

LINEAGE_OUTDATED = Check(
    id="lineage_outdated",
    principle="layered",
    severity=Severity.STOP,
    what="The models have changed since it was read from them which column is made of which.",
    when="After any change of a model, a macro or a privacy class: whether a name can be seen somewhere is then not known.",
    how="Type `make lineage` in Matlas's own folder, look at what `git diff expectations` shows, and run again.",
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable=_ONCE,
    checked="select 'trust' as academy_id, 1 as checked",
    sql="""
        select
            'trust' as academy_id,
            null as source_pupil_id,
            'lineage' as subject,
            'changed since the lineage was read: ' || string_agg(file_name, ', ' order by file_name)[:400] as what,
            1 as failed,
        from lineage.changed
        having count(*) > 0
    """,
)

# A day, a code and an academic year say nothing of anybody by themselves; a date of birth does. All else that a school says of people is
# theirs, wherever it is copied to.
_ESCAPED = """
        of_people as (
            select 'raw.' || entity as table_name, column_name
            from lineage.delivered
            where
                privacy <> 'open'
                and (kind not in ('date', 'monday', 'code') or column_name = 'date_of_birth')
        ),
        shown_of_people as (
            select table_name, column_name from of_people
            union
            select steps.table_name, steps.column_name
            from lineage.step as steps
            inner join shown_of_people as shown on steps.of_table = shown.table_name and steps.of_column = shown.column_name
            where steps.how = 'copied' and steps.column_name <> 'time_period'
        ),
        named as (
            select 'raw.' || entity as table_name, column_name
            from lineage.delivered
            where kind in ('name', 'upn', 'id', 'pseudonym', 'text') or column_name = 'date_of_birth'
            union
            select steps.table_name, steps.column_name
            from lineage.step as steps
            inner join named on steps.of_table = named.table_name and steps.of_column = named.column_name
            where steps.how = 'copied' and steps.column_name not in ('time_period', 'age_at_year_start')
        ),
        judged as (
            select
                read.audience,
                read.table_name,
                read.column_name,
                case
                    when coalesce(described.privacy, '') = '' then 'has no privacy class'
                    when allowed.privacy is null then 'is ' || described.privacy || ', which this table may not hold'
                    when described.privacy = 'open' and of_people.column_name is not null
                        then 'is called open and shows what was delivered of people'
                    when knows_nobody.audience is not null and read.how = 'as_it_is' and named.column_name is not null
                        then 'shows who somebody is or what somebody typed, and these readers may know nobody'
                end as fault
            from lineage.shown as read
            left join lineage.described as described using (table_name, column_name)
            left join lineage.may_hold as allowed
                on read.audience = allowed.audience
                and read.table_name = allowed.table_name
                and described.privacy = allowed.privacy
            left join shown_of_people as of_people using (table_name, column_name)
            left join lineage.knows_nobody as knows_nobody on read.audience = knows_nobody.audience
            left join named using (table_name, column_name)
        )"""

PRIVATE_COLUMN_ESCAPES = Check(
    id="private_column_escapes",
    principle="layered",
    severity=Severity.STOP,
    what="A column stands in a published file that its readers may not have, or nobody has said whether they may.",
    when="When a model gets a column: a name in a table of figures is read by whoever opens it.",
    how=(
        "Nothing in a school's MIS can cause this. Whoever added the column gives it its privacy class in the model's YAML, or takes it "
        "out of the table; expectations/audiences.yml says what each table may hold."
    ),
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable=_ONCE,
    checked=f"with recursive {_ESCAPED} select 'trust' as academy_id, count(*) as checked from judged",
    sql=f"""
        with recursive {_ESCAPED}
        select
            'trust' as academy_id,
            null as source_pupil_id,
            table_name || '.' || column_name || ' for the audience ' || audience as subject,
            table_name || '.' || column_name || ' ' || fault as what,
            1 as failed,
        from judged
        where fault is not null
    """,
)

# What a teacher needs for tomorrow is of the last fourteen days; no measure is. An alert is worked out after this, on figures of the marts.
_OF_NO_MEASURE = "('marts.class_list.positive_events_of_two_weeks', 'marts.class_list.other_events_of_two_weeks', 'marts.alert.value')"
_FIGURES = "('numerator', 'denominator', 'value', 'last_year_value', 'trust_value')"

_RECREATED = f"""
        mart_column as (
            select
                published.table_name,
                published.column_name,
                measured.table_name is not null and published.column_name in {_FIGURES} as is_figure
            from lineage.published as published
            left join (select table_name from lineage.published where column_name = 'measure_id') as measured using (table_name)
            where
                published.table_name like 'marts.%'
                -- what is written after the build (an alert) repeats a figure in a sentence of its own, and no model makes it
                and published.table_name in (select table_name from lineage.step)
                and published.table_name || '.' || published.column_name not in {_OF_NO_MEASURE}
        ),
        way as (
            select table_name, column_name, is_figure, table_name as at_table, column_name as at_column, false as is_counted
            from mart_column
            union
            select
                way.table_name,
                way.column_name,
                way.is_figure,
                steps.of_table as at_table,
                steps.of_column as at_column,
                way.is_counted or steps.how = 'counted' as is_counted
            from way
            inner join lineage.step as steps on way.at_table = steps.table_name and way.at_column = steps.column_name
            where
                steps.how in ('copied', 'counted')
                and way.at_table <> 'measures.measure_figure'
                and (way.is_figure or way.at_table not like 'measures.%')
        ),
        judged as (
            select
                table_name,
                column_name,
                case
                    when is_figure and count_if(at_table like 'core.fct_%' or at_table like 'std.%') > 0
                        then 'is counted from the facts beside measures.measure_figure'
                    when is_figure and count_if(at_table = 'measures.measure_figure') = 0 then 'does not come from measures.measure_figure'
                    when count_if(is_counted and (at_table like 'core.fct_%' or at_table like 'std.%')) > 0
                        then 'counts facts itself, and not through models/measures'
                end as fault
            from way
            group by table_name, column_name, is_figure
        )"""

NOT_RECREATED = Check(
    id="not_recreated",
    principle="layered",
    severity=Severity.STOP,
    what="A mart works out a figure by itself that another works out too.",
    when="When a mart is added or changed: two ways to one figure give two figures sooner or later.",
    how=(
        "Nothing in a school's MIS can cause this. Whoever changed the mart takes the figure from measures.measure_figure, or the count of "
        "one pupil from a model in models/measures."
    ),
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable=_ONCE,
    checked=f"with recursive {_RECREATED} select 'trust' as academy_id, count(*) as checked from judged",
    sql=f"""
        with recursive {_RECREATED}
        select
            'trust' as academy_id,
            null as source_pupil_id,
            table_name || '.' || column_name as subject,
            table_name || '.' || column_name || ' ' || fault as what,
            1 as failed,
        from judged
        where fault is not null
    """,
)
