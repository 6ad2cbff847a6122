"""Hide what stands beside a hidden figure, in the tables that set figures side by side: the scorecard and what is said of it.

Here: which column of each is derived from which figure. `suppression_shown` says for every place, measure, year and kind of period whether
the figure of all pupils is shown (hiding). Not here: marts.measure_value.
"""

import duckdb

from pipelines.suppression.counts import LAYERS, WEEK

NOT_ENOUGH = "Hidden: it is of few people, or would let a figure of few people be worked out."
SMALL_CAVEAT = "Few pupils or people: read it with care."
CAVEAT = f"case when is_shown then caveat else trim(concat('{NOT_ENOUGH} ', replace(coalesce(caveat, ''), '{SMALL_CAVEAT}', ''))) end"
PHASES_OF_ONE_NATION = ("primary", "secondary", "special")
"""Phases beside which England's own figure stands; beside others stands a mixture weighted by the numbers in each year group."""


def judge_scorecard(connection: duckdb.DuckDBPyConnection, source: str, below: int) -> None:
    """Say for each cell of the scorecard which of its figures are shown: its own, England's, the phase's, last year's, the ranks."""
    connection.execute(
        f"""
        create or replace temp table suppression_scorecard as
        with
            cells as (
                select cells.*, definitions.kind, definitions.periods
                from {source}.marts.scorecard as cells
                left join {source}.ref.measure as definitions using (measure_id)
            ),
            last_years as (
                select
                    academy_id, phase, measure_id, time_period,
                    coalesce(denominator_people, 0) as people
                from {source}.marts.measure_value
                where level <> 'trust_like_for_like' and period_type = 'year_to_date' and breakdown_topic = 'all'
            ),
            judged as (
                select
                    cells.academy_id,
                    cells.phase,
                    cells.measure_id,
                    cells.value_status <> 'ok' or coalesce(this_year.is_shown, false) as is_shown,
                    coalesce(this_year.has_year_groups, false) or cells.phase in {PHASES_OF_ONE_NATION} as has_nation,
                    coalesce(phases.is_shown, false) as has_phase,
                    coalesce(last_year.is_shown, false) and (
                        cells.kind = 'summative'
                        or cells.periods like '%week%'
                        -- The same weeks of last year are in no other figure: shown where half of last year's people would be enough.
                        or (
                            cells.unit = '%'
                            and least(cells.last_year_value, 100 - cells.last_year_value) / 100 * last_years.people >= {2 * below}
                        )
                    ) as has_last_year
                from cells
                left join suppression_shown as this_year
                    on cells.academy_id = this_year.academy_id and cells.measure_id = this_year.measure_id
                    and cells.time_period = this_year.time_period and this_year.period_type = 'year_to_date'
                    and (cells.academy_id <> 'trust' or this_year.phase = 'all')
                left join suppression_shown as phases
                    on phases.academy_id = 'trust' and cells.phase = phases.phase and cells.measure_id = phases.measure_id
                    and cells.time_period = phases.time_period and phases.period_type = 'year_to_date'
                left join suppression_shown as last_year
                    on cells.academy_id = last_year.academy_id and cells.measure_id = last_year.measure_id
                    and cells.time_period - 101 = last_year.time_period
                    and (cells.academy_id <> 'trust' or last_year.phase = 'all')
                    and last_year.period_type
                    = case when cells.kind <> 'summative' and cells.periods like '%week%' then 'week' else 'year_to_date' end
                left join last_years
                    on cells.academy_id = last_years.academy_id and cells.measure_id = last_years.measure_id
                    and cells.time_period - 101 = last_years.time_period
                    and (cells.academy_id <> 'trust' or last_years.phase = 'all')
            )
        select
            judged.academy_id,
            judged.measure_id,
            is_shown,
            is_shown and has_nation as has_nation,
            is_shown and has_phase as has_phase,
            has_last_year and (
                judged.academy_id <> 'trust'
                or bool_and(has_last_year or cells.last_year_value is null) over (partition by judged.measure_id)
                or bool_or(cells.periods like '%week%' or cells.kind = 'summative') over (partition by judged.measure_id)
            ) as has_last_year,
            bool_and(is_shown) over (partition by judged.phase, judged.measure_id) as has_ranks
        from judged
        inner join cells on judged.academy_id = cells.academy_id and judged.measure_id = cells.measure_id
        """
    )


def hide_scorecard(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """The year to date: what stands beside it is hidden with the figure that it is derived from."""
    with_figure = ("numerator", "denominator", "value", "rag", "percentile_published", "percentile_published_of")
    of_interval = ("ci_low", "ci_high", "interval_method")
    of_nation = ("national_value", "national_period", "national_source", "significance")
    changes = [
        *(f"{name} = case when is_shown then {name} end" for name in (*with_figure, *of_interval)),
        *(f"{name} = case when has_nation then {name} end" for name in of_nation),
        "trust_value = case when has_phase then trust_value end",
        *(f"{name} = case when has_last_year then {name} end" for name in ("last_year_value", "last_year_rag")),
        "percentile_in_trust = case when has_ranks then percentile_in_trust end",
        "value_status = case when is_shown then value_status else 'c' end",
        "is_small = is_small or not is_shown",
        f"caveat = {CAVEAT}",
    ]
    connection.execute(
        f"""
        update {target}.marts.scorecard as cells
        set {", ".join(changes)}
        from suppression_scorecard as judged
        where cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id
        """
    )


def hide_weekly_trend(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Week by week: the same three figures beside it as on the scorecard."""
    shown = "coalesce(any_value(is_shown) filter (kind = '{}'), false)"
    connection.execute(
        f"""
        create or replace temp table suppression_week as
        with
            cells as (select distinct academy_id, phase, measure_id, time_period from {target}.marts.weekly_trend),
            found as (
                select cells.*, 'own' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'last_year' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period - 101 = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'phase' as kind, shown.is_shown, shown.has_year_groups
                from cells
                inner join suppression_shown as shown
                    on shown.academy_id = 'trust' and cells.phase = shown.phase and cells.measure_id = shown.measure_id
                    and cells.time_period = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
            )
        select
            cells.academy_id, cells.measure_id, cells.time_period,
            {shown.format("own")} as is_shown,
            {shown.format("last_year")} as has_last_year,
            {shown.format("own")} and {shown.format("phase")} as has_phase,
            {shown.format("own")} and (
                cells.phase in {PHASES_OF_ONE_NATION} or coalesce(any_value(has_year_groups) filter (kind = 'own'), false)
            ) as has_nation
        from cells
        left join found using (academy_id, phase, measure_id, time_period)
        group by cells.academy_id, cells.phase, cells.measure_id, cells.time_period
        """
    )
    of_nation = ("national_value", "national_period", "national_source")
    changes = [
        *(f"{name} = case when is_shown or value_status <> 'ok' then {name} end" for name in ("numerator", "denominator", "value")),
        *(f"{name} = case when has_nation then {name} end" for name in of_nation),
        "trust_value = case when has_phase then trust_value end",
        "last_year_value = case when has_last_year then last_year_value end",
        "value_status = case when is_shown or value_status <> 'ok' then value_status else 'c' end",
    ]
    connection.execute(
        f"""
        update {target}.marts.weekly_trend as cells
        set {", ".join(changes)}
        from suppression_week as judged
        where
            cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id and cells.time_period = judged.time_period
            and not (is_shown and has_last_year and has_phase and has_nation)
        """
    )


def hide_goal_year(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """A year's figure beside its goal is the very one of marts.measure_value: hidden where that is, and its colour with it."""
    connection.execute(
        f"""
        update {target}.marts.goal_year as cells
        set value = null, rag = null, value_status = 'c'
        from (
            select figures.level, figures.academy_id, figures.phase, figures.measure_id, figures.time_period
            from {source}.marts.measure_value as figures
            inner join suppression_hidden_rows as hidden on figures.rowid = hidden.number
            where figures.period_type = 'year_to_date' and figures.breakdown_topic = 'all'
        ) as hidden
        where
            cells.level = hidden.level and cells.academy_id = hidden.academy_id and cells.phase = hidden.phase
            and cells.measure_id = hidden.measure_id and cells.time_period = hidden.time_period
        """
    )


def hide_funnel(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """A funnel has points alone: a hidden figure has none, nor one whose centre is hidden."""
    connection.execute(
        f"""
        delete from {target}.marts.funnel as points
        using suppression_scorecard as judged
        where
            points.academy_id = judged.academy_id and points.measure_id = judged.measure_id
            and not case when points.centre = 'trust' then judged.has_phase else judged.has_nation end
        """
    )


def hide_governor_summary(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Figures in sentences: the parts that say a hidden figure go, and the sentence is put together of what is left."""
    figure = f"case when is_shown then figure_in_words else '{NOT_ENOUGH[:-1]}' end"
    england, goal = "case when has_nation then england_in_words end", "case when is_shown then target_in_words end"
    last_year = "case when has_last_year then last_year_in_words end"
    changes = [
        *(f"{name} = case when is_shown then {name} end" for name in ("value", "rag")),
        *(f"{name} = case when has_nation then {name} end" for name in ("national_value", "against_england", "better_or_worse")),
        "trust_value = case when has_phase then trust_value end",
        "last_year_value = case when has_last_year then last_year_value end",
        "value_status = case when is_shown then value_status else 'c' end",
        f"caveat = {CAVEAT}",
        f"figure_in_words = {figure}",
        f"england_in_words = {england}",
        f"last_year_in_words = {last_year}",
        f"target_in_words = {goal}",
        f"sentence = concat(concat_ws('; ', {figure}, {england}, {last_year}, {goal}), '.')",
    ]
    connection.execute(
        f"""
        update {target}.marts.governor_summary as cells
        set {", ".join(changes)}
        from suppression_scorecard as judged
        where cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id
        """
    )
