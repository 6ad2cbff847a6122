"""The demo's own figures: what its governor and the leaders of an academy are shown, and that they cannot work back what is hidden."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.suppression import SmallNumbers
from tests.helpers.attacker import attack
from tests.helpers.home import TrustHome

FAMILIES = (
    (("suspension_rate", "pupils_suspended_pct", "permanent_exclusion_rate"), ()),
    (("persistent_absence_rate", "severe_absence_rate"), ("sex", "sen", "ethnicity")),
    (("assessed_this_term_pct",), ("sex", "sen")),
    (("late_rate", "unauthorised_absence_rate"), ()),
    (("ks2_rwm_expected_pct", "ks2_rwm_higher_pct", "engmaths_9_4_pct", "engmaths_9_5_pct"), ("sex", "fsm")),
)


@pytest.fixture(scope="module")
def readers(demo_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, ...], Path]]:
    """The trust's file, and the files of a governor and of one academy."""
    truth = demo_night.root / "published" / "matlas.duckdb"
    with duckdb.connect(str(truth), read_only=True) as connection:
        first = connection.execute("select min(academy_id) from core.dim_academy").fetchone()
    assert first
    numbers = SmallNumbers(6)
    files: dict[tuple[str, ...], Path] = {}
    owns: list[tuple[str, ...]] = [(), (str(first[0]),)]
    for own in owns:
        files[own] = tmp_path_factory.mktemp("reader") / "matlas.duckdb"
        shutil.copy(truth, files[own])
        files[own].chmod(0o600)
        with duckdb.connect() as connection:
            connection.execute(f"attach '{truth}' as truth (read_only)")
            connection.execute(f"attach '{files[own]}' as reader")
            numbers.hide(connection, "truth", "reader", own)
    return truth, files


@pytest.mark.parametrize("measures", FAMILIES, ids=lambda family: family[0][0])
def test_no_hidden_count_of_the_demo_is_pinned(
    readers: tuple[Path, dict[tuple[str, ...], Path]], measures: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    truth, files = readers
    for own, shown in files.items():
        year = 202425 if "ks2_rwm_expected_pct" in measures[0] else 202526  # results of a stage are of the year before
        stuck, hidden = attack(str(truth), str(shown), measures=measures[0], year=year, own=own, topics=measures[1])
        assert stuck == []
        assert hidden > 50


def test_what_is_hidden_in_one_table_is_hidden_in_all(readers: tuple[Path, dict[tuple[str, ...], Path]]) -> None:
    """And in no table does a hidden figure keep a number that is derived from it."""
    _, files = readers
    for own, shown in files.items():
        with duckdb.connect(str(shown), read_only=True) as connection:
            differing = connection.execute(
                """
                select count(*)
                from marts.measure_value as figures
                inner join marts.scorecard as cells
                    on figures.academy_id = cells.academy_id and figures.phase = cells.phase and figures.measure_id = cells.measure_id
                    and figures.time_period = cells.time_period and figures.period_type = 'year_to_date' and figures.breakdown_topic = 'all'
                where figures.level <> 'trust_like_for_like' and (figures.value_status = 'c') <> (cells.value_status = 'c')
                union all
                select count(*)
                from marts.measure_value as figures
                inner join marts.weekly_trend as cells
                    on figures.academy_id = cells.academy_id and figures.phase = cells.phase and figures.measure_id = cells.measure_id
                    and figures.period_start = cells.period_start and figures.period_type = 'week' and figures.breakdown_topic = 'all'
                where figures.level <> 'trust_like_for_like' and (figures.value_status = 'c') <> (cells.value_status = 'c')
                union all
                select count(*) from marts.scorecard
                where value_status = 'c' and coalesce(
                    numerator, denominator, value, trust_value, ci_low, ci_high, percentile_in_trust, national_value
                ) is not null
                union all
                select count(*)
                from marts.measure_value as figures
                inner join marts.goal_year as cells
                    using (level, academy_id, phase, measure_id, time_period, period_start, period_end)
                where figures.breakdown_topic = 'all' and (
                    figures.value_status <> cells.value_status or figures.value is distinct from cells.value
                    or cells.rag is not null and cells.value_status <> 'ok'
                )
                union all
                select count(*) from marts.scorecard where last_year_value is null and last_year_rag is not null
                union all
                select count(*) from marts.scorecard
                where value_status = 'c' and (rag is not null or significance is not null or not is_small)
                union all
                select count(*) from marts.funnel inner join marts.scorecard using (academy_id, measure_id) where value_status = 'c'
                union all
                select count(*) from marts.weekly_trend
                where value_status = 'c' and coalesce(numerator, denominator, value, trust_value, national_value) is not null
                """
            ).fetchall()
            assert differing == [(0,)] * 8
            of_goals = connection.execute("select count_if(value_status = 'c'), count_if(rag = 'green') from marts.goal_year")
            assert min(of_goals.fetchall()[0]) > 0
            hidden = connection.execute(
                "select count(*) from marts.scorecard where value_status = 'c' and academy_id = $1", [own[0] if own else "trust"]
            )
            assert (hidden.fetchall()[0][0] == 0) is bool(own)  # what is one's own is exact


def test_a_readers_tables_keep_their_comments_and_their_columns(readers: tuple[Path, dict[tuple[str, ...], Path]]) -> None:
    truth, files = readers
    asked = """
        select table_name, column_name, comment from duckdb_columns()
        where schema_name = 'marts' order by table_name, column_index
    """
    with duckdb.connect(str(truth), read_only=True) as own_file, duckdb.connect(str(files[()]), read_only=True) as reader:
        assert own_file.execute(asked).fetchall() == reader.execute(asked).fetchall()
