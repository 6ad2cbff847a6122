"""Formative and summative: what teachers know in the year and what the stage's results say stand side by side.

Here: DfE's own figure against ours, pupil by pupil, stages that ended without results, and whether a measure's words are plain. Not here:
how a figure is worked out (models/measures/achievement), how ease of reading is counted (reading_ease.py), and results whose meaning is
not known (standardised.py).
"""

from expectations.check import Check, Severity

# Progress 8 follows from Attainment 8, and DfE limits very low scores as we do not: it is compared there.
_BOTH = """
        both_figures as (
            select
                official.academy_id,
                official.pupil_key,
                official.time_period,
                official.measure_id,
                abs(official.numerator - own.numerator) > 0.005 as differs,
            from measures.official_achievement as official
            inner join measures.own_achievement as own using (academy_id, pupil_key, time_period, measure_id)
            where official.measure_id <> 'progress8'
        )"""

OFFICIAL_MISMATCH = Check(
    id="official_mismatch",
    principle="formative_and_summative",
    severity=Severity.WARN,
    what="DfE's file of results and the results in the academy's own system give a pupil different figures.",
    when="Whenever both are there: DfE's figure is the one that is shown. A difference is a result that one of the two lacks or has wrong.",
    how=(
        "Compare the pupil's results in the MIS (its examinations or assessment screen) with DfE's file. Correct the MIS if it is wrong; "
        "where DfE is, tell DfE in the checking exercise. A review of marking explains many differences: enter the reviewed grade in place "
        "of the old one."
    ),
    affects=("achievement",),
    caveat="DfE and the academy's own results differ in {failed} of {checked} figures of pupils",
    at="built",
    not_applicable="No pupil has both a figure of DfE and one of the academy's own results.",
    checked=f"with {_BOTH} select academy_id, count(*) as checked from both_figures group by all",
    sql=f"""
        with {_BOTH}
        select
            both_figures.academy_id,
            min(pupils.source_pupil_id) as source_pupil_id,
            'results of ' || both_figures.time_period as subject,
            'DfE and the academy differ in ' || both_figures.time_period || ': '
            || string_agg(distinct both_figures.measure_id, ', ' order by both_figures.measure_id) as what,
            count(distinct both_figures.measure_id) as failed,
        from both_figures
        inner join core.bridge_pupil_source as pupils using (academy_id, pupil_key)
        where both_figures.differs
        group by both_figures.academy_id, both_figures.pupil_key, both_figures.time_period
    """,
)

# The year whose stages ended last: until 1 September results may still come.
_ENDED = """
        ended as (
            select stage_years.*
            from measures.stage_year as stage_years
            cross join run.parameter as parameter
            where
                stage_years.pupils > 0
                and floor(stage_years.time_period / 100) = year(parameter.as_of) - case when month(parameter.as_of) < 9 then 2 else 1 end
        )"""

STAGE_MISSING = Check(
    id="stage_missing",
    principle="formative_and_summative",
    severity=Severity.WARN,
    what="A year group ended a stage last summer, and on 1 September there were no results of it.",
    when="Always: the measures of that stage have no figure, and nobody sees how the year group did.",
    how=(
        "Export the results from the MIS (its examinations or assessment screen), or put DfE's pupil-level file from Get Information about "
        "Pupils into the landing folder."
    ),
    affects=("achievement",),
    caveat="no results on 1 September for {failed} of {checked} stages that ended in the summer",
    at="built",
    not_applicable="Nobody was at the end of a stage last summer.",
    checked=f"with {_ENDED} select academy_id, count(*) as checked from ended group by all",
    sql=f"""
        with {_ENDED}
        select
            academy_id,
            null as source_pupil_id,
            stage_end || ' ' || time_period as subject,
            'no results of ' || stage_end || ' ' || time_period || ' for ' || pupils || ' pupils' as what,
            1 as failed,
        from ended
        where own_results = 0 and official_results = 0
    """,
)

EASY_ENOUGH = 50
"""Flesch's reading ease of a text that most people of fifteen can read."""


def _is_hard(column: str) -> str:
    return f"case when regexp_matches({column}, '[A-Za-z0-9]') then reading_ease({column}) < {EASY_ENOUGH} else true end"


NO_PLAIN_WORDS = Check(
    id="no_plain_words",
    principle="formative_and_summative",
    severity=Severity.STOP,
    what="What a measure means, or why it is valued, is not said in words that a governor can read.",
    when="When a measure is added or its words are changed: a figure that only its makers understand is not shared.",
    how=(
        "Nothing in a school's MIS can cause this. Whoever wrote the words uses shorter ones and shorter sentences "
        "(dbt_project/seeds/ref_measure.csv): a reading ease of 50 is wanted."
    ),
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="All academies have the same measures: judged once, for the trust.",
    checked="select 'trust' as academy_id, count(*) as checked from ref.measure having count(*) > 0",
    sql=f"""
        select
            'trust' as academy_id,
            null as source_pupil_id,
            'measure ' || measure_id as subject,
            'hard to read: the definition of ' || measure_id || ', or why it is valued' as what,
            1 as failed,
        from ref.measure
        where {_is_hard("coalesce(definition, '')")} or {_is_hard("coalesce(why_we_value_it, '')")}
    """,
)
