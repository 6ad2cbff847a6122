"""`matlas goals` on a home whose trust.yml and published years are written by hand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.cli import run
from pipelines.store.home import Home

TRUST_YML = """
trust: {name: Small Trust}
as_of: 2026-01-16
academies:
  - {id: ashby, name: Ashby, phase: primary, mis: matlas}
  - {id: birch, name: Birch, phase: primary, mis: matlas}
  - {id: cedar, name: Cedar, phase: secondary, mis: matlas}
"""
GOALS = """
goals:
  attendance_rate:
    - {phase: primary, target: 94, red: 92, since: 2024-09-01, agreed_by: "Board, 10 July 2024"}
    - {phase: primary, target: 96, amber: 95, red: 93, since: 2025-09-01, agreed_by: "Board, 9 July 2025"}
    - {phase: primary, target: 97, since: 2026-09-01}
    - {academy: birch, target: 93, amber: 92, since: 2025-09-01, agreed_by: "Its governors and the board"}
    - {target: 92, amber: 91, red: 90}
  suspension_rate: [{phase: secondary, target: 6}]
"""
OF_2024, OF_2025 = (94.0, 94.0, 92.0, "phase", date(2024, 9, 1)), (96.0, 95.0, 93.0, "phase", date(2025, 9, 1))
OWN, OF_ALL = (93.0, 92.0, None, "own", date(2025, 9, 1)), (92.0, 91.0, 90.0, "all", None)
ROWS = (
    ("ashby", "primary", 202425, 94.5, "green", *OF_2024),
    ("ashby", "primary", 202526, 94.5, "amber", *OF_2025),
    ("birch", "primary", 202425, 93.0, "amber", *OF_2024),
    ("birch", "primary", 202526, 92.5, "green", *OWN),
    ("cedar", "secondary", 202526, None, None, *OF_ALL),
    ("dale", "secondary", 202526, None, None, *OF_ALL),
    ("trust", "all", 202526, 91.5, "green", *OF_ALL),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.prepare()
    home.trust_file.write_text(TRUST_YML + GOALS, encoding="utf-8")
    home.published_file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.published_file)) as database:
        database.execute("create schema marts")
        database.execute(
            "create table marts.goal_year (academy_id text, phase text, time_period int, value double, rag text, target_value double, "
            "amber double, red double, goal_of text, goal_since date)"
        )
        database.executemany("insert into marts.goal_year values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        database.execute(
            "create or replace table marts.goal_year as select *, 'attendance_rate' as measure_id, 'Board' as agreed_by, "
            "case when academy_id = 'dale' then 'z' when value is null then 'x' else 'ok' end as value_status, "
            "date '2026-01-16' as period_end from marts.goal_year"
        )
        database.execute(
            "create table marts.scorecard as select distinct academy_id, measure_id, 202526 as time_period from marts.goal_year"
        )
    return home


def shown(home: Home, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["goals", *arguments, "--home", str(home.root)]) == 0
    return capsys.readouterr().out


def line_with(text: str, *words: str) -> str:
    return next(line for line in text.splitlines() if all(word in line for word in words))


def test_each_goal_says_for_whom_since_when_agreed_by_whom_and_how_it_stands(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the primaries birch has its own goal, so ashby alone has theirs. Cedar's figure was not delivered; dale has nobody to count."""
    text = shown(home, capsys)

    assert line_with(text, "2025-09-01", "primary").split() == [
        "attendance_rate", "primary", "96", "95", "93", "1", "amber", "2025-09-01", "Board,", "9", "July", "2025",
    ]  # fmt: skip
    assert "1 green" in line_with(text, "birch (its own)")
    assert "never" in line_with(text, "birch (its own)"), "nothing is red there"
    assert "always" in line_with(text, "all without their own")
    assert "1 no figure; trust green" in line_with(text, "all without their own")
    assert "not yet" in line_with(text, "2026-09-01")
    assert "no figure yet" in line_with(text, "suspension_rate")
    assert "2024-09-01" not in text, "what is over stands with its measure alone"
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 160


def test_a_measure_has_its_history_and_a_closed_year_the_colour_of_its_own_goal(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(home, capsys, "attendance_rate")

    assert "until 2025-08-31" in line_with(text, "2024-09-01", "Board, 10 July 2024")
    assert [line_with(text, "ashby", year).split()[4:7] for year in ("2025/26", "2024/25")] == [
        ["94.50", "96", "amber"],
        ["94.50", "94", "green"],
    ]
    assert "no figure" in line_with(text, "cedar", "2025/26", " x ")
    assert "suspension_rate" not in text


def test_json_has_the_goals_that_count_at_an_academy_and_its_years(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, list[dict[str, Any]]] = json.loads(shown(home, capsys, "--academy", "birch", "--json"))

    assert [(each["academy_id"], each["phase"], each["state"]) for each in found["goals"]] == [
        (None, "primary", "over"),
        (None, "primary", "in force"),
        (None, "primary", "coming"),
        ("birch", None, "in force"),
        (None, "all", "in force"),
    ]
    assert found["goals"][0]["until"] == "2025-08-31"
    assert [(row["time_period"], row["rag"]) for row in found["years"]] == [(202526, "green"), (202425, "amber")]


def test_a_trust_without_goals_is_shown_how_to_write_the_first(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.trust_file.write_text(TRUST_YML, encoding="utf-8")

    text = shown(home, capsys)
    lower = shown(home, capsys, "suspension_rate")

    home.trust_file.write_text(TRUST_YML + text[text.index("goals:") : text.index("\n\nA figure as good")], encoding="utf-8")
    assert "2025-09-01" in shown(home, capsys), "what is shown can be written down as it stands"
    assert "suspension_rate:\n    - {target: 5, amber: 6, red: 8" in lower


def test_an_academy_without_figures_is_told_apart_from_a_trust_without_a_night(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(home, capsys, "suspension_rate")

    assert "no figure yet" in line_with(text, "secondary")
    assert "No night" not in text


def test_goals_that_are_over_leave_a_trust_with_none(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    ended = "goals: {late_rate: [{target: 2}, {target: null, since: 2025-09-01}]}"
    home.trust_file.write_text(TRUST_YML + ended, encoding="utf-8")

    assert "has no goal now" in shown(home, capsys)
    assert "until 2025-08-31" in line_with(shown(home, capsys, "late_rate"), "late_rate", "always")


def test_before_the_first_night_it_says_what_to_type(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.published_file.unlink()

    assert "No night has counted them yet: matlas run" in shown(home, capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("attendence_rate",), "Did you mean “attendance_rate”?"),
        (("roll",), "is no measure that can have a goal"),
        (("--academy", "asby"), "Did you mean “ashby”?"),
    ],
)
def test_what_is_asked_wrongly_is_wrong_usage(
    home: Home, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert run(["goals", *arguments, "--home", str(home.root)]) == 2
    assert said in capsys.readouterr().err


def test_an_older_published_file_asks_for_a_run(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(home.published_file)) as database:
        database.execute("drop table marts.goal_year")

    assert run(["goals", "--home", str(home.root)]) == 1
    assert "written by an older Matlas" in capsys.readouterr().err
