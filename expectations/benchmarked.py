"""Benchmarked: beside a figure stands what is like it, and nothing that is not.

Here: official figures that are out and not loaded, that are too old, or that count something else. They come from DfE's files, which the
trust loads: an academy's own system has no part in it. Not here: which series is like which figure (ref.measure_series), when a series
comes out (ref.benchmark_series), and the figures themselves (models/benchmarks).
"""

from expectations.check import Check, Severity

_LOAD = "Download DfE's file and type `matlas benchmarks load FILE`; the page *Load official figures* says where each is found."
_NO_FIGURE = "No figure of the scorecard has an official one of the same kind."

# A figure of the scorecard, the official series that is like it, and the phases for which that is published. Where all schools are
# published together a special school has nothing like it (ADR 11).
_LIKE = """
        cell as (
            select
                cells.*,
                case
                    when defined.kind = 'summative' or cells.period_end >= make_date(cells.time_period // 100 + 1, 7, 31) then 'year'
                    else 'year_to_date'
                end as period_kind
            from marts.scorecard as cells
            inner join ref.measure as defined using (measure_id)
            where cells.value is not null
        ),
        published_for as (
            select distinct phase, published_phase from ref.published_phase
            union
            select distinct 'all' as phase, published_phase from ref.published_phase
        ),
        like_cell as (
            select distinct
                cell.academy_id,
                cell.measure_id,
                cell.time_period,
                cell.period_end,
                cell.national_value,
                series.series,
                series.period,
                case when series.is_by_phase then published_for.published_phase else 'all' end as published_phase
            from cell
            inner join ref.measure_series as series using (measure_id, period_kind)
            inner join published_for using (phase)
            where series.is_by_phase or cell.phase <> 'special'
        ),
        nation as (
            select measure_id, time_period, series, period, period_end as counted_to, phase as published_phase, value, value_status
            from ref.benchmark
            where geography_level = 'national' and breakdown_topic = 'all' and breakdown = 'all'
        )"""

_DUE = f"""
        {_LIKE},
        wanted as (
            select measure_id, time_period, series, published_phase, count(national_value) as shown
            from like_cell
            where academy_id <> 'trust' and period = 'year'
            group by all
        ),
        ever_published as (
            select distinct measure_id, series, published_phase from nation where period = 'year'
        ),
        loaded as (
            select measure_id, time_period, series, published_phase, bool_or(value_status = 'ok') as is_given
            from nation
            where period = 'year'
            group by all
        ),
        judged as (
            select
                wanted.*,
                cast(last_day(make_date(wanted.time_period // 100 + 1, 7, 1) + to_months(series.months_after_year)) as date) as out_by,
                loaded.measure_id is not null as is_loaded,
                coalesce(loaded.is_given, false) as is_given
            from wanted
            inner join ever_published using (measure_id, series, published_phase)
            inner join ref.benchmark_series as series on wanted.series = series.series
            left join loaded using (measure_id, time_period, series, published_phase)
            cross join run.parameter as parameter
            where loaded.measure_id is not null or out_by <= parameter.as_of
        )"""

BENCHMARK_MISSING = Check(
    id="benchmark_missing",
    principle="benchmarked",
    severity=Severity.WARN,
    what="England's figure of the same kind and year is out, and does not stand beside the academies' figures.",
    when="When DfE has published a new year and nobody has loaded it: a figure alone says little.",
    how=_LOAD,
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="Official figures are loaded for all academies: judged once, for the trust.",
    checked=f"with {_DUE} select 'trust' as academy_id, count(*) as checked from judged having count(*) > 0",
    sql=f"""
        with {_DUE}
        select
            'trust' as academy_id,
            null as source_pupil_id,
            measure_id || ' of ' || time_period || ', ' || published_phase as subject,
            case
                when is_loaded then 'England''s figure is loaded and stands beside none: '
                else 'England''s figure came out by ' || out_by || ' and is not loaded: '
            end
            || measure_id || ' of ' || time_period || ' (' || replace(series, '_', ' ') || ', ' || published_phase || ' schools)' as what,
            1 as failed,
        from judged
        where not is_loaded or (is_given and shown = 0)
    """,
)

# A year that has no Progress 8 leaves the last one that had the newest there is.
_DATED = """
        comparator as (
            select academy_id, measure_id, 'England' as beside, time_period // 100 + 1 as ended_in
            from marts.scorecard as cells
            where
                national_value is not null
                and not (
                    measure_id = 'progress8'
                    and exists (select 1 from ref.year_without_progress8 as without where without.time_period = cells.time_period + 101)
                )
            union all
            select academy_id, measure_id, 'similar schools' as beside, cast(similar_period[:4] as int) + 1 as ended_in
            from marts.scorecard
            where similar_value is not null
        )"""

BENCHMARK_STALE = Check(
    id="benchmark_stale",
    principle="benchmarked",
    severity=Severity.WARN,
    what="A figure is set beside official ones of a year that ended over two years ago.",
    when="When newer ones are out and nobody has loaded them: schools have changed since.",
    how=f"{_LOAD} Where the academy's own figure is as old, its newer results are lacking: deliver them.",
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable="No official figure stands beside any of the scorecard's.",
    checked=f"with {_DATED} select academy_id, count(*) as checked from comparator group by all",
    sql=f"""
        with {_DATED}
        select
            comparator.academy_id,
            null as source_pupil_id,
            comparator.beside || ' of the year to ' || comparator.ended_in as subject,
            comparator.beside || ' of the year to July ' || comparator.ended_in || ' beside '
            || string_agg(comparator.measure_id, ', ' order by comparator.measure_id) as what,
            count(*) as failed,
        from comparator
        cross join run.parameter as parameter
        where make_date(comparator.ended_in, 7, 31) < cast(parameter.as_of - interval 2 year as date)
        group by comparator.academy_id, comparator.beside, comparator.ended_in
    """,
)

# The published value itself, or between those of several phases where they are weighed. A figure to date is alike up to the same week.
_ALIKE = f"""
        {_LIKE},
        shown as (
            select academy_id, measure_id, national_value from cell where national_value is not null
        ),
        alike as (
            select like_cell.academy_id, like_cell.measure_id, min(nation.value) as lowest, max(nation.value) as highest
            from like_cell
            inner join nation using (measure_id, time_period, series, period, published_phase)
            where
                nation.value_status = 'ok'
                and (nation.period = 'year' or date_trunc('week', nation.counted_to) = date_trunc('week', like_cell.period_end))
            group by all
        )"""

UNLIKE_SERIES = Check(
    id="unlike_series",
    principle="benchmarked",
    severity=Severity.WARN,
    what="England's figure beside an academy's is of another series, period or week: a year to date beside a whole year, say.",
    when="Always: the difference of the two then says nothing, and is read as a finding.",
    how=(
        "Nothing in a school's MIS can cause this. If an official file of a year that was not over was loaded, load it again with the last "
        "day that it counts (`matlas benchmarks load FILE --up-to DATE`); else tell whoever looks after Matlas."
    ),
    affects=("all",),
    at="built",
    covers_trust=True,
    not_applicable=_NO_FIGURE,
    checked=f"with {_ALIKE} select academy_id, count(*) as checked from shown group by all",
    sql=f"""
        with {_ALIKE}
        select
            shown.academy_id,
            null as source_pupil_id,
            'England beside ' || shown.measure_id as subject,
            'England''s figure beside ' || shown.measure_id || ' is none of the same series, period and week' as what,
            1 as failed,
        from shown
        left join alike using (academy_id, measure_id)
        where (shown.national_value between alike.lowest - 0.000001 and alike.highest + 0.000001) is not true
    """,
)
