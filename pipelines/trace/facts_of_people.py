"""The rows of results and of staff, as SQL on the published file: facts from which a figure is made by a rule, not by counting alone.

Here: the queries of those facts, in the form that facts.py describes. Not here: the facts whose rows are counted (facts.py).
"""

import datetime

from pipelines.trace.facts import ON_ROLL
from pipelines.trace.figure import Figure
from pipelines.trace.rows import literal

_RESULT = """
                results.source_pupil_id as mis_id, results.pupil_key as person_key, results.result_date as day, results.stage,
                results.subject_code, results.component, results.result_type,
                results.batch_id, results.source_file, results.source_row"""


def _stage_pupils(figure: Figure) -> str:
    """The pupils in the year group at whose end the stage of the measure lies."""
    return f"""
                select distinct spells.academy_id, spells.pupil_key
                from core.fct_enrolment as spells
                inner join periods using (academy_id, time_period)
                inner join ref.stage as stages using (time_period, year_group)
                inner join ref.official_result as ends using (stage_end)
                where ends.measure_id = {literal(figure.measure_id)}"""


def results(figure: Figure) -> str:
    """Results of the measure's stage: DfE's own once an academy has them, else its own, wherever the pupil got them."""
    years = "<=" if figure.measure_id == "phonics_y2_pct" else "="
    return f"""
            select pupils.academy_id, {_RESULT}, results.result_type = 'official' as is_official,
                coalesce(slots.slots, []) as slots,
                case
                    when coalesce(files.academy_id is not null, false) <> (results.result_type = 'official')
                        then 'that DfE''s own results stand in place of'
                    when results.result_type = 'official' and asked.measure_id is null then 'of other parts of DfE''s file'
                end as left_out
            from core.fct_assessment_result as results
            inner join ref.official_result as measures
                on measures.measure_id = {literal(figure.measure_id)} and results.stage = measures.stage
            inner join ({_stage_pupils(figure)}) as pupils on results.pupil_key = pupils.pupil_key
            left join ref.official_result as asked
                on asked.measure_id = {literal(figure.measure_id)} and results.subject_code = asked.subject_code
                and upper(results.component) in (upper(asked.component), upper(asked.eligible_component))
            left join (
                select distinct academy_id
                from core.fct_assessment_result
                inner join ref.official_result as official using (stage, subject_code)
                where official.measure_id = {literal(figure.measure_id)} and time_period = {figure.time_period}
                    and result_type = 'official' and upper(fct_assessment_result.component) = upper(official.component)
            ) as files on pupils.academy_id = files.academy_id
            left join (
                select stage, subject_code, list(distinct slot) as slots from ref.subject group by all
            ) as slots on results.stage = slots.stage and results.subject_code = slots.subject_code
            where results.kind = 'summative' and results.time_period {years} {figure.time_period}
                and (results.result_type <> 'official' or results.academy_id = pupils.academy_id)"""


def prior_results(figure: Figure) -> str:
    """Key stage 2 results of the pupils at the end of the stage, from earlier years and any academy."""
    return f"""
            select pupils.academy_id, {_RESULT}, cast(null as text) as left_out
            from core.fct_assessment_result as results
            inner join ({_stage_pupils(figure)}) as pupils on results.pupil_key = pupils.pupil_key
            where results.stage = 'KS2' and results.kind = 'summative' and results.time_period < {figure.time_period}"""


def stage_results(figure: Figure) -> str:
    """The year's results of key stage 2 and 4."""
    return f"""
            select results.academy_id, {_RESULT}, cast(null as text) as left_out
            from core.fct_assessment_result as results
            inner join periods using (academy_id, time_period)
            where results.kind = 'summative' and results.stage in ('KS2', 'KS4')"""


def judgements(figure: Figure) -> str:
    """What teachers gave in the year up to the last day of the period."""
    return f"""
            select results.academy_id, {_RESULT}, results.scale,
                coalesce(results.result_date >= terms.term_start, false) as is_this_term,
                on_roll.pupil_key is not null as is_on_roll,
                case
                    when coalesce(results.result_type, 'result') not in ('result', 'provisional', 'interim')
                        then 'that are targets or estimates'
                end as left_out
            from core.fct_assessment_result as results
            inner join periods using (academy_id, time_period)
            left join (
                select halves.academy_id, max(halves.term_start) as term_start
                from (
                    select academy_id, ceil(cast(substr(period_name, 3) as int) / 2.0) as term, min(period_start) as term_start
                    from core.dim_period
                    where period_type = 'half_term' and time_period = {figure.time_period}
                    group by all
                ) as halves
                inner join periods on halves.academy_id = periods.academy_id and halves.term_start <= periods.counted_to
                group by all
            ) as terms on results.academy_id = terms.academy_id
            left join (select distinct academy_id, pupil_key from ({ON_ROLL})) as on_roll
                on results.academy_id = on_roll.academy_id and results.pupil_key = on_roll.pupil_key
            where results.kind = 'formative' and results.result_date <= periods.counted_to"""


# --- staff


def _year_of_staff(figure: Figure) -> tuple[str, str]:
    """The first and last day of the year of staff, as SQL: September to August, up to the as-of date."""
    year = figure.time_period // 100
    return f"date '{year}-09-01'", f"least(date '{year + 1}-08-31', (select as_of from as_of))"


def first_thursday_of_november(year: int) -> datetime.date:
    """The first Thursday of a November."""
    first = datetime.date(year, 11, 1)
    return first + datetime.timedelta(days=(3 - first.weekday()) % 7)


def _contracts(first_day: str, last_day: str) -> str:
    """Contracts that touch these days; an academy that delivers none is known by its staff exports."""
    return f"""
            select
                contracts.academy_id, contracts.source_staff_id as mis_id, contracts.staff_key as person_key, contracts.start_date as day,
                contracts.end_date, contracts.fte, contracts.role_code,
                contracts.batch_id, contracts.source_file, contracts.source_row, 'staff_contract' as entity,
                case when contracts.end_date < contracts.start_date then 'that end before they begin' end as left_out
            from core.fct_staff_contract as contracts
            semi join periods using (academy_id)
            where contracts.start_date <= {last_day} and coalesce(contracts.end_date, date '9999-12-31') >= {first_day}
            union all by name
            select
                people.academy_id, people.source_staff_id as mis_id, people.staff_key as person_key,
                staff.batch_id, staff.source_file, staff.source_row, 'staff' as entity, cast(null as text) as left_out
            from core.bridge_staff_source as people
            inner join core.dim_staff as staff using (staff_key)
            semi join periods on people.academy_id = periods.academy_id
            where people.academy_id not in (select academy_id from core.fct_staff_contract)"""


def contracts(figure: Figure) -> str:
    """Contracts of the year of staff."""
    return _contracts(*_year_of_staff(figure))


def contracts_of_november(figure: Figure) -> str:
    """Contracts on the day a year before from which leavers are counted."""
    day = f"date '{first_thursday_of_november(figure.time_period // 100 - 1)}'"
    return _contracts(day, day)


def absences(figure: Figure) -> str:
    """Absences that touch the year of staff."""
    first_day, last_day = _year_of_staff(figure)
    return f"""
            select
                absences.academy_id, absences.source_staff_id as mis_id, absences.staff_key as person_key, absences.start_date as day,
                absences.end_date, absences.category_code, absences.working_days,
                absences.batch_id, absences.source_file, absences.source_row,
                case when absences.end_date < absences.start_date then 'that end before they begin' end as left_out
            from core.fct_staff_absence as absences
            semi join periods using (academy_id)
            where absences.start_date <= {last_day} and coalesce(absences.end_date, date '9999-12-31') >= {first_day}"""


def training(figure: Figure) -> str:
    """Training in the year of staff."""
    first_day, last_day = _year_of_staff(figure)
    return f"""
            select
                records.academy_id, records.source_staff_id as mis_id, records.staff_key as person_key, records.activity_date as day,
                records.hours, records.batch_id, records.source_file, records.source_row, cast(null as text) as left_out
            from core.fct_cpd as records
            semi join periods using (academy_id)
            where records.activity_date between {first_day} and {last_day}"""
