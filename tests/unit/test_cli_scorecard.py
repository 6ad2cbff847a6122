"""The scorecard that a run prints: a few figures of every domain, with what is missing said."""

import csv
from datetime import date

import duckdb
import pytest

from expectations.balanced import DOMAINS
from pipelines.commands.scorecard import HEADLINES, print_summary
from tests.helpers.home import PROJECT

AS_OF = date(2026, 1, 16)


def shown(capsys: pytest.CaptureFixture[str], *cells: tuple[object, ...]) -> list[str]:
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema marts; create schema dq; create schema core")
        warehouse.execute(
            "create table marts.scorecard (academy_id text, measure_id text, time_period int, caveat text, value double, "
            "value_status text, target_value double, national_value double)"
        )
        warehouse.executemany(
            "insert into marts.scorecard values (?, ?, ?, ?, ?, ?, ?, ?)", [(*cell, *(None,) * (8 - len(cell))) for cell in cells]
        )
        with pytest.raises(duckdb.Error):  # what stands below the scorecard needs the rest of the warehouse
            print_summary(warehouse, "Small Trust", AS_OF, [])
    return capsys.readouterr().out.splitlines()


def test_each_of_the_eight_domains_has_a_figure_there() -> None:
    with (PROJECT / "dbt_project" / "seeds" / "ref_measure.csv").open(encoding="utf-8") as file:
        domain_of = {row["measure_id"]: row["domain"] for row in csv.DictReader(file)}

    assert {domain_of[measure] for measures in HEADLINES.values() for measure in measures} == set(DOMAINS)


def test_a_screen_is_wide_enough_and_each_sign_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(
        capsys,
        ("alder_vale_primary", "roll", 202526, None, 1412.0, "ok"),
        ("alder_vale_primary", "ks2_rwm_expected_pct", 202425, "Provisional: worked out here.", 61.54, "ok"),
        ("alder_vale_primary", "attainment8", 202526, None, None, "z"),
        ("alder_vale_primary", "on_track_pct", 202526, None, None, "x"),
        ("birch", "attainment8", 202526, None, 46.5, "ok"),
        ("birch", "ks2_rwm_expected_pct", 202526, None, None, "z"),
        ("trust", "ks2_rwm_expected_pct", 202425, None, 61.54, "ok"),
        ("trust", "attainment8", 202526, None, 46.5, "ok"),
    )

    assert max(len(line.rstrip()) for line in lines) <= 140
    text = "\n".join(lines)
    assert "Small Trust, 2025/26 to 2026-01-16" in text
    primary, birch, trust = (next(line for line in lines if line.strip().startswith(each)) for each in ("alder", "birch", "trust"))
    assert primary.split() == ["alder_vale_primary", "1,412", "–", "–", "–", "–", "KS2", "61.5*p", "x", "–", "–", "–"]
    assert "A8 46.5" in birch
    assert "KS2 61.5*, A8 46.5" in trust
    assert "A8: Attainment 8. *: of an earlier year. p: provisional. x: not delivered. All measures: marts.scorecard." in text
    assert "z: " not in text


def test_below_the_trust_stand_its_goals_and_england(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(
        capsys,
        ("birch", "attainment8", 202425, None, 46.5, "ok", 47.0, 45.9),
        ("trust", "attendance_rate", 202526, None, 91.7, "ok", 93.0, None),
        ("trust", "attainment8", 202425, "Provisional", 46.5, "ok", None, 45.9),
        ("trust", "ks2_rwm_expected_pct", 202526, None, 61.5, "ok", 70.0, None),
    )

    goal, england = (next(line for line in lines if line.strip().startswith(each)) for each in ("goal", "England"))
    assert goal.split() == ["goal", "93.0", "KS2", "70.0"]
    assert england.split() == ["England", "A8", "45.9*"]


def test_without_goals_and_england_there_are_no_such_rows(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, ("trust", "attendance_rate", 202526, None, 91.7, "ok"))

    assert not any(line.strip().startswith(("goal", "England")) for line in lines)


def test_without_a_figure_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, ("ashby", "roll", 202526, None, None, "x"))[0].startswith("No figures yet")
