"""Every measure of the demo traced: the rows behind a figure, counted a second time, come to the published numbers.

The second count is written in pipelines/trace and shares no line with the models: where the two differ, one of them is wrong.
"""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipelines.trace import TraceError, Wanted, find_figure, trace
from pipelines.trace.counting import FactCount, count_fact
from pipelines.trace.figure import Figure
from pipelines.trace.parts import Part, parts
from pipelines.trace.tracing import published_number
from tests.helpers.home import TrustHome

MEASURES = list(parts())
WITHOUT_VALUE = {"phonics_y2_pct"}  # the demo has no check of the year before
WITH_MARKS, WITH_WEEKS = "alderwhistle", "fennimoor"
OTHER_FIGURES = [
    ("202425", None),
    ("202425-HT6", None),
    ("2025-09-17", None),
    ("202526", "fsm=yes"),
    ("202526-HT1", "year_group=2"),
    ("202526-HT1", "year_group=11"),
]


@pytest.fixture(scope="module")
def home(demo_night: TrustHome) -> TrustHome:
    return demo_night


@pytest.fixture(scope="module")
def warehouse(home: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy: the command locks the settings of the file that it opens in this process."""
    copy = shutil.copy(home.published, tmp_path_factory.mktemp("traced") / "copy.duckdb")
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


def academies(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in warehouse.execute("select academy_id from core.dim_academy order by all").fetchall()]


def counted(warehouse: duckdb.DuckDBPyConnection, figure: Figure) -> Iterator[tuple[FactCount, int, Part]]:
    some = parts()[figure.measure_id]
    for fact in dict.fromkeys(part.fact for part in some):
        count = count_fact(warehouse, figure, [figure.academy_id], fact, [part for part in some if part.fact == fact], by_file=True)
        for number, part in enumerate(count.parts):
            yield count, number, part


def assert_counted(warehouse: duckdb.DuckDBPyConnection, figure: Figure) -> int:
    """Each part comes to the published number, file by file where rows are added up; and how many rows there were."""
    rows, behind = 0, dict[str, int]()
    where = (figure.academy_id, figure.measure_id, figure.period_name, figure.breakdown)
    for count, number, part in counted(warehouse, figure):
        found, published = count.in_all[number], published_number(figure, part)
        rows += found.rows
        assert sum(file.counts[number].rows for file in count.files) == found.rows, where
        if part.adds_up and published is not None:
            assert found.number(part) == pytest.approx(published, abs=1e-6), (*where, part.role)
        if part.counted in ("rows", "rest") and published is not None:
            assert sum(file.counts[number].amount for file in count.files) == pytest.approx(published, abs=1e-6), (*where, part.role)
        people = figure.numerator_people if part.role == "numerator" else figure.denominator_people
        if part.counted == "rows" and part.amount in ("1", "sessions") and people is not None:
            assert found.people == people, (*where, part.role)
        if part.counted == "made" and part.rows != "false":  # a missing mark has no row
            behind[part.role] = max(behind.get(part.role, 0), found.people)
    for role, people_behind in behind.items():
        people = figure.numerator_people if role == "numerator" else figure.denominator_people
        assert people_behind >= (people or 0), (*where, role)
    return rows


def wanted(academy_id: str, measure_id: str, period: str | None = None, group: str | None = None) -> Wanted:
    return Wanted(academy_id, measure_id, period, group or ("reason=I" if measure_id == "absence_by_reason" else None))


@pytest.mark.parametrize("measure_id", MEASURES)
def test_the_rows_come_to_the_published_figure(warehouse: duckdb.DuckDBPyConnection, measure_id: str) -> None:
    has_value = 0
    for academy_id in academies(warehouse):
        figure = find_figure(warehouse, wanted(academy_id, measure_id))
        rows = assert_counted(warehouse, figure)
        assert rows > 0 or not figure.numerator, (academy_id, measure_id)
        has_value += figure.value is not None
    assert bool(has_value) == (measure_id not in WITHOUT_VALUE)


@pytest.mark.parametrize("measure_id", [name for name in MEASURES if any(part.adds_up for part in parts()[name])])
def test_so_they_do_for_half_terms_weeks_last_year_and_groups(warehouse: duckdb.DuckDBPyConnection, measure_id: str) -> None:
    done = 0
    for academy_id in WITH_MARKS, WITH_WEEKS:
        for period, group in OTHER_FIGURES:
            try:
                figure = find_figure(warehouse, wanted(academy_id, measure_id, period, group))
            except TraceError:
                continue  # the measure is not given so, or there is no such pupil there
            assert_counted(warehouse, figure)
            done += 1
    assert done


@pytest.mark.parametrize("measure_id", MEASURES)
def test_the_trusts_figure_is_told_by_academy(warehouse: duckdb.DuckDBPyConnection, measure_id: str) -> None:
    found = trace(warehouse, wanted("trust", measure_id), {})

    assert not [part for part in found["parts"] if part["agrees"] is False]
    own = [each for each in found["academies"] if each["is_in_it"] and each["value"] is not None]
    if found["figure"]["value"] is not None:
        assert own
        for part in found["parts"]:
            if part["counted_as"] == "rows" and part["role"] != "both":
                assert sum(each[part["role"]] for each in own) == pytest.approx(part["published"])


def test_a_trace_holds_no_name_and_no_key_of_a_person(home: TrustHome, warehouse: duckdb.DuckDBPyConnection) -> None:
    people = warehouse.execute("select upn, pupil_key, legal_surname, legal_forename from core.dim_pupil").fetchall()
    secret = {text for row in people for text in row if text}
    for measure_id in ("attendance_rate", "suspension_rate", "enrichment_pct", "attainment8", "teacher_sickness_days"):
        found = home.here("trace", "brackenhythe", measure_id, "--json").json()
        assert not secret & set(texts(found)), measure_id
        sql = home.here("trace", "brackenhythe", measure_id, "--sql", parts()[measure_id][0].fact).out
        names = [column[0] for column in warehouse.execute(sql).description]
        assert {"mis_id", "source_file", "source_row"} <= set(names)
        assert not [name for name in names if name.endswith("_key") or "name" in name or name == "upn"]
        assert not secret & {str(cell) for row in warehouse.execute(sql).fetchall() for cell in row}, measure_id


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def test_the_listed_rows_are_as_many_as_were_counted(home: TrustHome, warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = home.here("trace", "alderwhistle", "attendance_rate", "--sql", "marks").out
    listed = json.loads(home.here("sql", f"select count(*) as rows from ({sql})", "--format", "json").out)
    figure = find_figure(warehouse, wanted("alderwhistle", "attendance_rate"))

    assert listed == [{"rows": figure.denominator}]


def test_a_figure_without_a_value_says_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    without = warehouse.execute(
        "select distinct academy_id, measure_id from marts.scorecard where value is null and academy_id <> 'trust' order by all"
    ).fetchall()
    assert without
    for academy_id, measure_id in without:
        assert trace(warehouse, wanted(academy_id, measure_id), {})["why_no_value"].startswith("Not a")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["brackenhyth", "roll"], "Did you mean “brackenhythe”?"),
        (["brackenhythe", "rol"], "Did you mean “roll”?"),
        (["brackenhythe", "absence_by_reason"], "Add, for example: --breakdown reason="),
        (["brackenhythe", "roll", "--breakdown", "fsm"], "needs TOPIC=VALUE"),
        (["brackenhythe", "roll", "--breakdown", "fsm=yess"], "Did you mean “yes”?"),
        (["brackenhythe", "roll", "--breakdown", "sexx=F"], "Did you mean “sex”?"),
        (["brackenhythe", "roll", "--period", "HT9"], "There is no period “HT9”"),
        (["brackenhythe", "gld_pct", "--period", "202526-HT1"], "is not given by half term"),
        (["brackenhythe", "roll", "--sql", "marks"], "roll is not counted from “marks” but from: roll."),
    ],
)
def test_what_does_not_exist_names_what_does(home: TrustHome, arguments: list[str], said: str) -> None:
    ended = home.here("trace", *arguments)

    assert (ended.code, said in ended.text) == (2, True), ended.text
