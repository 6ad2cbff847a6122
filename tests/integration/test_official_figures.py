"""From DfE's files to ref.benchmark: every figure of the 2024/25 attendance file, newer files, and an academy's figures under its old URN.

What is expected is read from DfE's own file here, cell by cell, without Matlas's reader; or written down by hand.
"""

import csv
import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.benchmarks import Occasion, known_files, load_file
from pipelines.benchmarks.known import FigureFile, SchoolFile
from pipelines.build.dbt import invoke
from pipelines.store.home import Home
from tests.build_fixture import empty_build
from tests.helpers.home import PROJECT
from tests.helpers.official_files import A_SCHOOL, A_YEAR, ATTENDANCE, ENGLAND, KEY_STAGE_4, LINKS, written

OFFICIAL = PROJECT.parent / "shared" / "reference" / "benchmarks" / "ees_pupil_attendance_ytd_202425.csv"
NO_FILE = pytest.mark.skipif(not OFFICIAL.exists(), reason="DfE’s attendance file is not beside this checkout")
LEVELS = {
    "National": ("national", "country_code"),
    "Regional": ("regional", "region_code"),
    "Local authority": ("local_authority", "new_la_code"),
}
PHASES = {"Total": "all", "Primary": "primary", "Secondary": "secondary", "Special": "special"}
COLUMNS = {
    "attendance_perc": ("attendance_rate", "all"),
    "overall_absence_perc": ("absence_rate", "all"),
    "authorised_absence_perc": ("authorised_absence_rate", "all"),
    "unauthorised_absence_perc": ("unauthorised_absence_rate", "all"),
    "pa_perc": ("persistent_absence_rate", "all"),
    "illness_perc": ("absence_by_reason", "I"),
    "appointments_perc": ("absence_by_reason", "M"),
    "auth_religious_perc": ("absence_by_reason", "R"),
    "auth_study_perc": ("absence_by_reason", "S"),
    "auth_mob_perc": ("absence_by_reason", "T"),
    "auth_excluded_perc": ("absence_by_reason", "E"),
    "auth_performance_perc": ("absence_by_reason", "C1"),
    "auth_interview_perc": ("absence_by_reason", "J1"),
    "auth_part_time_perc": ("absence_by_reason", "C2"),
    "auth_other_perc": ("absence_by_reason", "C"),
    "unauth_hol_perc": ("absence_by_reason", "G"),
    "unauth_late_registers_closed_perc": ("absence_by_reason", "U"),
    "unauth_oth_perc": ("absence_by_reason", "O"),
    "unauth_not_yet_perc": ("absence_by_reason", "N"),
}
SCHOOL_FIGURE = A_YEAR | A_SCHOOL | {"breakdown_topic": "Total", "breakdown": "Total", "sex": "Total"}

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Question the tables that are built of the loaded files and of what comes with Matlas."""
    folder = tmp_path_factory.mktemp("official")
    home = Home(folder / "home")
    load_invented(home, folder)
    if OFFICIAL.exists():
        load_file(home, OFFICIAL)
    empty_build(home.root)
    with duckdb.connect(str(home.build_database)) as build:
        build.execute(
            "insert into run.academy (academy_id, urn, academy_name, phase, mis) values ('ashby', 140003, 'Ashby', 'secondary', 'matlas')"
        )
    selected = ("+academy_published", "ref_benchmark_series", "ref_measure")
    built = invoke(home, ["build", "--select", *selected, "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"])
    assert [f"{result.unique_id}: {result.message}" for result in built if result.status not in {"success", "pass"}] == []

    def answer(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(home.build_database), read_only=True) as build:
            build.execute(f"attach '{home.candidate}' as published (read_only)")
            return build.execute(sql).fetchall()

    return answer


def load_invented(home: Home, folder: Path) -> None:
    """Two files of England in 2018/19, the later published loaded first; one school under its old and its new URN, and the link."""
    england = ENGLAND | {"time_period": "201819", "time_identifier": "Academic year", "education_phase": "Total"}
    rows = [england, england | {"time_period": "201718"}]
    later = written(folder / "later.csv", ATTENDANCE, rows[0] | {"attendance_perc": "95.2"})
    earlier = written(folder / "earlier.csv", ATTENDANCE, *[row | {"attendance_perc": "95.9"} for row in rows])
    load_file(home, later, Occasion(published_on=datetime.date(2020, 3, 26)))
    load_file(home, earlier, Occasion(published_on=datetime.date(2019, 9, 1)))
    schools = [
        SCHOOL_FIGURE | {"time_period": "202223", "attainment8_average": "44.1"},
        SCHOOL_FIGURE | {"time_period": "202324", "school_urn": "140003", "attainment8_average": "SUPP"},
        SCHOOL_FIGURE | {"time_period": "202324", "school_urn": "999999", "attainment8_average": "60"},
    ]
    load_file(home, written(folder / "schools.csv", KEY_STAGE_4, *schools))
    link = {"URN": "130002", "LinkURN": "140003", "LinkName": "Ashby Academy", "LinkType": "Successor", "LinkEstablishedDate": "01/09/2023"}
    load_file(home, written(folder / "links.csv", LINKS, link, encoding="cp1252"))


def official_cells() -> dict[tuple[str, ...], str]:
    """Each cell of DfE's file by place, phase and figure, as printed."""
    cells: dict[tuple[str, ...], str] = {}
    with OFFICIAL.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            level, code = LEVELS[row["geographic_level"]]
            for column, (measure, breakdown) in COLUMNS.items():
                cells[level, row[code], PHASES[row["education_phase"]], measure, breakdown] = row[column]
    return cells


@NO_FILE
def test_every_figure_of_dfes_file_is_there_with_its_digits_or_its_symbol(ask: Ask) -> None:
    printed = official_cells()
    found = {
        tuple(key): (value, status)
        for *key, value, status in ask(
            "select geography_level, geography_code, phase, measure_id, breakdown, value, value_status from published.ref.benchmark"
            " where series = 'daily' and time_period = 202425 and period = 'year'"
        )
    }

    assert len(printed) == 494 * 19
    assert set(found) == set(printed)
    for key, cell in printed.items():
        assert found[key] == ((None, cell) if cell.isalpha() else (float(cell), "ok")), (key, cell)


@NO_FILE
def test_the_counts_by_level_and_status_are_those_of_the_file(ask: Ask) -> None:
    found = ask(
        "select geography_level, value_status, count(*)::int from published.ref.benchmark"
        " where series = 'daily' and time_period = 202425 and period = 'year' group by all"
    )

    # 4 rows of England, 36 of its regions, 454 of local authorities; 19 figures each; three rows of the last print c throughout.
    assert Counter({(level, status): count for level, status, count in found}) == Counter(
        {("national", "ok"): 4 * 19, ("regional", "ok"): 36 * 19, ("local_authority", "ok"): 451 * 19, ("local_authority", "c"): 3 * 19}
    )


def test_the_file_published_later_counts_and_older_periods_stay(ask: Ask) -> None:
    assert ask(
        "select time_period, value, published_on from published.ref.benchmark"
        " where measure_id = 'attendance_rate' and time_period < 201920 and geography_level = 'national' order by all"
    ) == [(201718, 95.9, datetime.date(2019, 9, 1)), (201819, 95.2, datetime.date(2020, 3, 26))]


def test_an_academy_keeps_what_was_published_under_its_old_urn(ask: Ask) -> None:
    assert ask("select urn, generation, valid_from, valid_to from benchmarks.academy_urn order by generation") == [
        (140003, 0, datetime.date(2023, 9, 1), None),
        (130002, 1, None, datetime.date(2023, 8, 31)),
    ]
    assert ask(
        "select urn, time_period, value, value_status from benchmarks.academy_published"
        " where measure_id = 'attainment8' order by time_period"
    ) == [(130002, 202223, 44.1, "ok"), (140003, 202324, None, "c")]


@pytest.mark.parametrize(
    ("measure", "phase", "group", "year", "series", "value"),
    [
        ("absence_rate", "primary", "all", 202425, "census", 5.20),
        ("absence_rate", "special", "all", 202122, "census", 13.18),
        ("persistent_absence_rate", "secondary", "all", 202324, "census", 25.56),
        ("severe_absence_rate", "all", "all", 202425, "census", 2.39),
        ("suspension_rate", "secondary", "all", 202324, "census_suspensions", 22.61338),
        ("permanent_exclusion_rate", "all", "all", 202324, "census_suspensions", 0.12889),
        ("gld_pct", "all", "fsm/no", 202425, "performance_tables", 72.5),
        ("phonics_y1_pct", "all", "fsm/yes", 202324, "performance_tables", 68),
        ("mtc_mean_mark", "all", "all", 202324, "performance_tables", 20.6),
        ("ks2_rwm_expected_pct", "all", "disadvantaged/yes", 202425, "performance_tables", 48),
        ("attainment8", "all", "sen/ehcp", 202324, "performance_tables", 14.2),
        ("progress8", "all", "disadvantaged/yes", 202324, "performance_tables", -0.57),
        ("ebacc_aps", "all", "all", 202425, "performance_tables", 4.09),
        ("fsm_pct", "secondary", "all", 202425, "school_census", 25.8),
        ("sen_support_pct", "all", "all", 202425, "school_census", 14.2),
    ],
)
def test_england_comes_with_matlas(ask: Ask, measure: str, phase: str, group: str, year: int, series: str, value: float) -> None:
    topic, _, breakdown = group.partition("/")
    assert ask(
        "select value from published.ref.benchmark where geography_level = 'national' and period = 'year'"
        f" and measure_id = '{measure}' and phase = '{phase}' and time_period = {year} and series = '{series}'"
        f" and breakdown_topic = '{topic}' and breakdown = '{breakdown or 'all'}'"
    ) == [(value,)]


def test_progress_8_of_a_year_without_it_is_not_applicable(ask: Ask) -> None:
    assert ask(
        "select value, value_status from published.ref.benchmark"
        " where measure_id = 'progress8' and time_period = 202425 and geography_level = 'national' and breakdown = 'all'"
    ) == [(None, "z")]


def test_each_measure_of_england_has_three_years_in_one_series(ask: Ask) -> None:
    short = ask(
        "select measure_id, phase from published.ref.benchmark"
        " where geography_level = 'national' and breakdown_topic = 'all' and series <> 'daily' and period = 'year'"
        " and value_status = 'ok' group by all having count(distinct time_period) < 3"
    )

    assert short == []


def test_a_group_is_one_that_measures_have_and_a_percentage_is_one(ask: Ask) -> None:
    groups = {
        "all": {"all"}, "fsm": {"yes", "no"}, "disadvantaged": {"yes", "no"}, "sex": {"M", "F"}, "sen": {"none", "support", "ehcp"},
        "ethnicity": {"white", "mixed", "black", "other"}, "reason": {*"IMRSTECGUON", "C1", "C2", "J1"},
    }  # fmt: skip
    for topic, breakdown in ask("select distinct breakdown_topic, breakdown from published.ref.benchmark"):
        assert breakdown in groups[topic], (topic, breakdown)
    assert (
        ask(
            "select benchmark.measure_id, value from published.ref.benchmark inner join published.ref.measure using (measure_id)"
            " where unit = '%' and not value between 0 and 100"
        )
        == []
    )


def test_every_measure_of_a_known_file_is_one_of_ours(ask: Ask) -> None:
    ours = {measure for (measure,) in ask("select measure_id from published.ref.measure")}

    of_places = {figure.measure for known in known_files() if isinstance(known, FigureFile) for figure in known.figures}
    of_schools = {figure.measure for known in known_files() if isinstance(known, SchoolFile) for figure in known.figures.values()}
    assert of_places
    assert of_schools
    assert of_places | of_schools <= ours
