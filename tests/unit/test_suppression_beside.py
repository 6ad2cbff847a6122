"""Nothing that stands beside the figures gives a hidden count away: planted leaks are found, and what is published has none."""

import re
from pathlib import Path

import duckdb
import pytest

from expectations.catalogue import CHECKS
from expectations.caveat import of_academy, of_trust, without_counts
from pipelines.suppression.last_year import is_of_many
from tests.helpers.attacker import attack
from tests.helpers.attacker_beside import worked_back_from_distances
from tests.helpers.figures_file import YEAR, figure, reader_file, write_figures
from tests.helpers.tables_beside import write_tables_beside

MEASURE = "pupils_suspended_pct"
MEASURE_COUNT = "suspensions people"
COUNTS = {"ashby": ("primary", 3, 200), "birch": ("primary", 16, 210), "cedar": ("secondary", 19, 400), "dill": ("special", 40, 90)}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ashby's 3 are hidden, and with them the figure of the primaries, of which there are two, and of the special school."""
    rows = [figure(academy, MEASURE, up, down, phase=phase) for academy, (phase, up, down) in COUNTS.items()]
    for where in ("primary", "secondary", "special", "all"):
        of = [pair for phase, *pair in COUNTS.values() if where in (phase, "all")]
        both = sum(up for up, _ in of), sum(down for _, down in of)
        rows += [figure(level, MEASURE, *both, phase=where) for level in ("trust", "trust_like_for_like")]
    return write_tables_beside(write_figures(tmp_path_factory.mktemp("beside") / "truth.duckdb", rows))


@pytest.fixture
def reader(truth: Path, tmp_path: Path) -> Path:
    return reader_file(truth, tmp_path / "reader.duckdb", 6)


def pinned(truth: Path, reader: Path) -> set[tuple[str, str]]:
    """What is pinned, and where."""
    return {key[:2] for key in attack(str(truth), str(reader), measures=(MEASURE,), year=YEAR)[0]}


def test_what_stands_beside_hidden_figures_gives_none_away(truth: Path, reader: Path) -> None:
    assert pinned(truth, reader) == set()
    with duckdb.connect(str(reader), read_only=True) as connection:
        shown = dict(connection.execute("select academy_id, value_status from marts.scorecard").fetchall())
    assert shown["ashby"] == "c"
    assert "ok" in shown.values()


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param("update r.marts.scorecard as r set ci_low = t.ci_low from t.marts.scorecard as t where {same}", id="interval"),
        pytest.param("update r.marts.scorecard as r set value = t.value, denominator = t.denominator "
                     "from t.marts.scorecard as t where {same}",
                     id="share and denominator"),
        pytest.param("update r.marts.scorecard as r set trust_value = t.trust_value, denominator = t.denominator "
                     "from t.marts.scorecard as t where t.academy_id in ('ashby', 'birch') and r.academy_id = t.academy_id",
                     id="the others of the phase, and how many there are"),
        pytest.param("update r.marts.governor_summary as r set figure_in_words = '1.5 % so far' where academy_id = 'ashby'; "
                     "update r.marts.scorecard set denominator = 200 where academy_id = 'ashby'", id="a rounded figure in words"),
        pytest.param("insert into r.marts.funnel from t.marts.funnel as t where t.academy_id = 'ashby'", id="a point of the funnel"),
    ],
)  # fmt: skip
def test_a_planted_leak_is_found(truth: Path, reader: Path, leak: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as t (read_only)")
        connection.execute(f"attach '{reader}' as r")
        for statement in leak.format(same="t.academy_id = 'ashby' and r.academy_id = t.academy_id").split("; "):
            connection.execute(statement)
    assert (MEASURE_COUNT, "ashby") in pinned(truth, reader)


def test_englands_figure_weighed_by_hidden_numbers_tells_them(truth: Path, reader: Path) -> None:
    """England's 3, 7 and 11 per cent weighed by the trust's own numbers in each phase: with the sum, two hidden phases are known."""
    with duckdb.connect(str(reader)) as connection:
        hidden = connection.execute("select phase from marts.measure_value where level = 'trust' and value_status = 'c'").fetchall()
        (beside,) = connection.execute("select national_value from marts.scorecard where academy_id = 'trust'").fetchall()
    assert hidden
    assert beside == (None,)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as t (read_only)")
        connection.execute(f"attach '{reader}' as r")
        connection.execute(
            "update r.marts.scorecard as r set national_value = t.national_value from t.marts.scorecard as t "
            "where r.academy_id = 'trust' and t.academy_id = 'trust'"
        )
    assert ("census", "trust:primary") in pinned(truth, reader)


@pytest.mark.parametrize(
    ("counted", "out_of", "is_proven"),
    [(37, 184, True), (36, 184, True), (46, 184, False), (5, 184, False), (179, 184, False), (0, 184, False), (184, 184, False)],
)
def test_last_years_same_weeks_are_shown_where_their_value_proves_that_they_are_of_many(counted: int, out_of: int, is_proven: bool) -> None:
    """36 of 184 are 9/46, so they are 9, 18, 27 or more; 46 of 184 are a quarter, which 1 of 4 are as well."""
    assert is_of_many(100 * counted / out_of, 6) is is_proven


def test_no_value_of_a_small_share_is_taken_for_one_of_many() -> None:
    values = (100 * up / down for down in range(1, 400) for up in range(min(6, down)))
    assert not any(is_of_many(value, 6) for value in values)


def test_others_are_told_what_a_check_found_and_not_how_many() -> None:
    for check in CHECKS:
        for words in (of_academy(check, 3, 1234), of_trust(check, 3, 1234, "At 7 of 9 academies")):
            assert not re.search(r"\b3\b|1,234", without_counts(f"Late. {words}")), words
    assert without_counts("3 of 40 marks late. At 1 of 2 academies: 5 of 60 rows lost.") == (
        "Some marks late. At 1 of 2 academies: some rows lost."
    )


def test_distances_from_public_schools_give_an_academys_own_figures_back() -> None:
    """An academy of 2.5 % with a plan and 30 % premium, and eight schools: the list tells both exactly, so a hidden one is not listed."""
    own = {"roll": 200.0, "pupil_premium_pct": 30.0, "eal_pct": 12.0, "sen_support_pct": 14.0, "ehcp_pct": 2.5}
    deviations = {("primary", name): 2.0 + number for number, name in enumerate(own)}
    rows = []
    for school in range(8):
        there = {name: value + (school * (number + 3) % 7 + school * school % 5) for number, (name, value) in enumerate(own.items())}
        squares = sum(((there[name] - own[name]) / deviations["primary", name]) ** 2 for name in own)
        rows.append({"academy_id": "ashby", "phase": "primary", "inputs_used": 5, "distance": round(squares**0.5, 6), **there})
    assert worked_back_from_distances(rows, deviations)["ashby", "ehcp_pct"] == pytest.approx(2.5, abs=0.01)
