"""The tables that stand beside marts.measure_value, worked out from its figures: scorecard, weekly trend, funnel, sentences.

Here: what each of their columns is of which figure, as the specification says. England's figures are invented, one for each phase.
"""

from pathlib import Path

import duckdb

NATIONS = "map {'primary': 3.0, 'secondary': 7.0, 'special': 11.0}"
BESIDE = """
    with
        figures as (
            select * from marts.measure_value
            where level in ('academy', 'trust') and breakdown_topic = 'all' and measure_id <> 'absence_by_reason'
                and (level = 'academy' or phase = 'all') and period_type = '{period}'
        ),
        definitions as (select measure_id, unit from ref.measure),
        phases as (
            select measure_id, period_start, phase, sum(numerator) as numerator, sum(denominator) as denominator
            from figures where level = 'academy' group by all
        ),
        weighed as (
            select figures.measure_id, figures.period_start,
                sum(phases.denominator * ({nations})[phases.phase]) / sum(phases.denominator) as national_value
            from figures inner join phases using (measure_id, period_start)
            where figures.level = 'trust' group by all
        )
    select
        figures.academy_id, figures.phase, figures.measure_id, figures.time_period, figures.period_start, definitions.unit,
        figures.numerator, figures.denominator, figures.value, figures.value_status,
        case
            when figures.level = 'academy' and definitions.unit <> 'pupils' and phases.denominator > figures.denominator
                then 100 * (phases.numerator - figures.numerator) / (phases.denominator - figures.denominator)
        end as trust_value,
        case when figures.level = 'trust' then weighed.national_value else ({nations})[figures.phase] end as national_value,
        {nations} as nations, '2025/26' as national_period, 'invented' as national_source,
        cast(null as double) as last_year_value, cast(null as date) as last_year_to
    from figures
    inner join definitions using (measure_id)
    left join phases
        on figures.measure_id = phases.measure_id and figures.period_start = phases.period_start and figures.phase = phases.phase
    left join weighed on figures.measure_id = weighed.measure_id and figures.period_start = weighed.period_start
"""


def write_tables_beside(truth: Path) -> Path:
    """Add to a trust's own file the tables beside its figures."""
    year, week = (BESIDE.format(period=period, nations=NATIONS) for period in ("year_to_date", "week"))
    with duckdb.connect(str(truth)) as connection:
        connection.execute(
            f"""
            create table marts.scorecard as
            select
                * exclude (last_year_to), false as is_small, 'red' as rag, 50.0 as percentile_published, 9 as percentile_published_of,
                value - 1 as ci_low, value + 1 as ci_high, 'wilson' as interval_method, 'above' as significance,
                case
                    when academy_id <> 'trust' then 100 * percent_rank() over (partition by phase, measure_id order by value)
                end as percentile_in_trust,
                '3 of 40 marks late (stale).' as caveat
            from ({year})
            """
        )
        connection.execute(f"create table marts.weekly_trend as {week}")
        connection.execute(
            """
            create table marts.funnel as
            select
                academy_id, phase, measure_id, time_period, denominator, value, 'trust' as centre, trust_value as centre_value,
                trust_value - 1 as lower_95
            from marts.scorecard where trust_value is not null
            """
        )
        connection.execute(
            """
            create table marts.governor_summary as
            select
                academy_id, phase, measure_id, time_period, period_start, value, rag, national_value, 'clearly higher' as against_england,
                'worse' as better_or_worse, trust_value, last_year_value, value_status, caveat,
                concat(round(value, 1), ' % so far') as figure_in_words, concat('England ', national_value) as england_in_words,
                cast(null as varchar) as last_year_in_words, 'the goal is 1: red' as target_in_words,
                concat(round(value, 1), ' %.') as sentence
            from marts.scorecard
            """
        )
    return truth
