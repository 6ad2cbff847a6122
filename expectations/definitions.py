"""Standardised and integrated, asked of our own SQL: each measure is made in one place, and each column that is asked for is read.

Here: what the models make of the measures and of the contract. Not here: which column is made of which (lineage.py), and the words of a
definition (formative_summative.py).
"""

from expectations.check import Check, Severity

# DfE's own figure of a pupil stands in the place of ours (official_mismatch compares them); how far people differ is no figure.
_NO_DEFINITION = "('measures.official_achievement', 'measures.official_phonics', 'benchmarks.figure_spread')"

_DEFINED = f"""
        definition as (
            select measure_id, count(*) as definitions from ref.measure group by all
        ),
        place as (
            select distinct definition.measure_id, made.table_name
            from definition
            inner join lineage.figure_of as made on definition.measure_id like replace(made.measure_id, '_', '\\_') escape '\\'
            where made.table_name not in {_NO_DEFINITION}
        ),
        places as (
            select measure_id, count(*) as places, string_agg(table_name, ', ' order by table_name) as names from place group by all
        ),
        shown_otherwise as (
            select distinct cells.measure_id
            from marts.scorecard as cells
            inner join ref.measure as defined using (measure_id)
            where (cells.domain, cells.unit, cells.direction) is distinct from (defined.domain, defined.unit, defined.direction)
        ),
        judged as (
            select
                definition.measure_id,
                case
                    when definition.definitions > 1 then 'is described ' || definition.definitions || ' times in ref.measure'
                    when places.places > 1 then 'is made in ' || places.places || ' places: ' || places.names
                    when places.places is null then 'is made nowhere'
                    when shown_otherwise.measure_id is not null then 'has another domain, unit or direction on the scorecard'
                end as fault
            from definition
            left join places using (measure_id)
            left join shown_otherwise using (measure_id)
        )"""

SAME_DEFINITION = Check(
    id="same_definition",
    principle="standardised",
    severity=Severity.STOP,
    what="A measure has two definitions, or none: in ref.measure, in the SQL of the models or on the scorecard.",
    when="When a measure is added or changed: academies are then compared by figures that do not mean the same.",
    how=(
        "Nothing in a school's MIS can cause this. Whoever changed the measure leaves it one row in ref.measure, and one model that gives "
        "its numerator and denominator."
    ),
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="All academies have the same measures: judged once, for the trust.",
    checked=f"with {_DEFINED} select 'trust' as academy_id, count(*) as checked from judged having count(*) > 0",
    sql=f"""
        with {_DEFINED}
        select
            'trust' as academy_id,
            null as source_pupil_id,
            'measure ' || measure_id as subject,
            measure_id || ' ' || fault as what,
            1 as failed,
        from judged
        where fault is not null
    """,
)

# Read is what a model beyond the standardised tables takes, counts or asks about, whatever a table asks about its rows, and what a check
# names. From there it is followed back through the standardised tables to what was delivered.
_READ = """
        read_column as (
            select of_table as table_name, of_column as column_name
            from lineage.step
            where table_name not like 'std.%' or how = '*'
            union
            select steps.of_table as table_name, steps.of_column as column_name
            from lineage.step as steps
            inner join read_column using (table_name, column_name)
            where steps.table_name like 'std.%'
        ),
        read_of_delivered as (
            select substr(table_name, 5) as entity, column_name from read_column where table_name like 'raw.%'
            union
            select entity, column_name from lineage.read_by_check
        ),
        asked as (
            select distinct batches.academy_id, batches.profile, wanted.entity, wanted.column_name
            from dq.batch as batches
            inner join lineage.asked as wanted using (profile, entity)
            where batches.status = 'accepted'
        )"""

UNUSED_COLUMN = Check(
    id="unused_column",
    principle="integrated",
    severity=Severity.INFO,
    what="A column that the academy's system is asked for is read by no model: a burden without a use.",
    when="When a column has been added to the contract, or a model no longer reads one.",
    how=(
        "Nothing to do for the academy. Whoever looks after Matlas uses the column, or takes it out of the profile "
        "(pipelines/sources/<mis>/columns.csv) and the contract."
    ),
    affects=("all",),
    at="built",
    not_applicable="Nothing of the academy has been accepted.",
    checked=f"with recursive {_READ} select academy_id, count(*) as checked from asked group by all",
    sql=f"""
        with recursive {_READ}
        select
            asked.academy_id,
            null as source_pupil_id,
            asked.profile || ': ' || asked.entity || '.' || asked.column_name as subject,
            asked.entity || '.' || asked.column_name || ' is asked for by the profile ' || asked.profile || ' and read nowhere' as what,
            1 as failed,
        from asked
        left join read_of_delivered using (entity, column_name)
        where read_of_delivered.entity is null
    """,
)
