"""Hide what stands beside a hidden figure, in the tables that set figures side by side: the scorecard and what is said of it.

Here: which column of each is derived from which figure. `suppression_shown` says for every place, measure, year and kind of period whether
the figure of all pupils is shown (hiding). Not here: marts.measure_value.
"""

import duckdb
import pyarrow as pa

from expectations.caveat import without_counts
from pipelines.suppression.counts import LAYERS, WEEK
from pipelines.suppression.last_year import judge_last_years

NOT_ENOUGH = "Hidden: it is of few people, or would let a figure of few people be worked out."
SMALL_CAVEAT = "Few pupils or people: read it with care."
OWN_CHARACTERISTICS = ("roll", "pupil_premium_pct", "eal_pct", "sen_support_pct", "ehcp_pct")
"""What an academy's similar schools are found by, where its own figures are used."""
CAVEAT = f"""
    case
        when is_shown then coalesce(suppression_words.said, caveat)
        else trim(concat('{NOT_ENOUGH} ', replace(coalesce(suppression_words.said, caveat, ''), '{SMALL_CAVEAT}', '')))
    end
"""
OF_OTHERS = """
    from suppression_scorecard as judged
    left join suppression_words using (academy_id, measure_id)
    where cells.academy_id = judged.academy_id and cells.measure_id = judged.measure_id
"""


def judge_scorecard(connection: duckdb.DuckDBPyConnection, source: str, below: int) -> None:
    """Say for each cell of the scorecard which of its figures are shown: its own, England's, the phase's, last year's, the ranks."""
    judge_last_years(connection, source, below)
    connection.execute(
        f"""
        create or replace temp table suppression_scorecard as
        with
            cells as (
                select cells.*, definitions.kind, definitions.periods
                from {source}.marts.scorecard as cells
                left join {source}.ref.measure as definitions using (measure_id)
            ),
            judged as (
                select
                    cells.academy_id,
                    cells.phase,
                    cells.measure_id,
                    cells.value_status <> 'ok' or coalesce(this_year.is_shown, false) as is_shown,
                    coalesce(this_year.has_nation, false) as has_nation,
                    coalesce(phases.is_shown, false) as has_phase,
                    coalesce(last_year.is_shown, false) and (
                        cells.kind = 'summative'
                        or cells.periods like '%week%'
                        or (last_half_terms.is_shown is distinct from false and proven.measure_id is not null)
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
                left join suppression_shown as last_half_terms
                    on cells.academy_id = last_half_terms.academy_id and cells.measure_id = last_half_terms.measure_id
                    and cells.time_period - 101 = last_half_terms.time_period and last_half_terms.period_type = 'half_term'
                    and (cells.academy_id <> 'trust' or last_half_terms.phase = 'all')
                left join suppression_last_year as proven
                    on cells.academy_id = proven.academy_id and cells.measure_id = proven.measure_id
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


def take_counts_from_caveats(connection: duckdb.DuckDBPyConnection, source: str, own: tuple[str, ...]) -> None:
    """Say, as suppression_words, what beside others' figures is said of failing checks: what failed, and not how many."""
    rows = connection.execute(f"select academy_id, measure_id, caveat from {source}.marts.scorecard where caveat is not null").fetchall()
    others = [(academy, measure, without_counts(caveat)) for academy, measure, caveat in rows if academy not in own]
    columns = zip(*others, strict=True) if others else ((), (), ())
    names = ("academy_id", "measure_id", "said")
    written = pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(names, columns, strict=True)})
    connection.register("suppression_said", written)
    connection.execute("create or replace temp table suppression_words as from suppression_said")
    connection.unregister("suppression_said")


def hide_similar_schools(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Who knows the distances from twenty schools whose figures are public can work back those of the academy: none where one is hidden.

    What DfE publishes of the academy itself is used in place of its own figure, and is no secret.
    """
    own_figures = " union all ".join(
        f"""
        select shown.academy_id from suppression_shown as shown
        inner join {source}.core.dim_academy as academies on shown.academy_id = academies.academy_id
        left join {source}.ref.school as schools on academies.urn = schools.urn
        where
            shown.measure_id = '{name}' and shown.period_type = 'year_to_date' and not shown.is_shown and schools.{name} is null
            and shown.time_period = (select max(time_period) from suppression_shown)
        """
        for name in OWN_CHARACTERISTICS
    )
    connection.execute(f"delete from {target}.marts.similar_school where academy_id in ({own_figures})")


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
        {OF_OTHERS}
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
                select cells.*, 'own' as kind, shown.is_shown, shown.has_nation
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'last_year' as kind, shown.is_shown, shown.has_nation
                from cells
                inner join suppression_shown as shown
                    on cells.academy_id = shown.academy_id and cells.measure_id = shown.measure_id
                    and cells.time_period - 101 = shown.time_period and shown.period_type = '{LAYERS[WEEK]}'
                    and (cells.academy_id <> 'trust' or shown.phase = 'all')
                union all
                select cells.*, 'phase' as kind, shown.is_shown, shown.has_nation
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
            {shown.format("own")} and coalesce(any_value(has_nation) filter (kind = 'own'), false) as has_nation
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
        {OF_OTHERS}
        """
    )
