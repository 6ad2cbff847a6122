"""`matlas quality` and its subcommands on a home whose warehouse was checked and published by hand."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.cli import run
from pipelines.commands import quality
from tests.helpers.warehouse import Warehouse

SOON = date.today() + timedelta(days=30)
PUPIL = {"time_period": 202526, "delivered_order": 1, "is_vanished": False}


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    """Ashby has one pupil whose UPN is not valid and two who share one, brook one whose UPN is not valid; nothing else was delivered."""
    warehouse = Warehouse(tmp_path)
    for academy_id, pupil, upn in (("ashby", "1", "X1"), ("ashby", "2", "X2"), ("ashby", "3", "X2"), ("brook", "4", "X4")):
        one = {"academy_id": academy_id, "source_pupil_id": pupil, "upn": upn, "is_upn_valid": upn == "X2"}
        warehouse.add("std.std_pupil", {**PUPIL, **one})
    night(warehouse)
    return warehouse


def night(warehouse: Warehouse) -> None:
    warehouse.check()
    warehouse.publish()


def matlas(warehouse: Warehouse, *arguments: str) -> int:
    return run([*arguments, "--home", str(warehouse.home.root)])


def accept(warehouse: Warehouse, *more: str) -> int:
    return matlas(warehouse, "quality", "accept", "upn_invalid", "--academy", "ashby", "--why", "Known.", "--until", str(SOON), *more)


def shown(warehouse: Warehouse, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The one JSON value on stdout."""
    assert matlas(warehouse, "quality", *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_principles_and_academies_come_first_then_what_to_put_right_and_how(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert matlas(warehouse, "quality") == 0

    lines = capsys.readouterr().out.splitlines()
    at_a_glance = next(place for place, line in enumerate(lines) if "standardised" in line)
    work = next(place for place, line in enumerate(lines) if "To put right, most harmful first" in line)
    how = lines.index("How")
    assert at_a_glance < work < how
    assert [line.split()[:4] for line in lines[work + 1 : how] if " warn " in line] == [
        ["ashby", "upn_duplicate", "warn", "2"],
        ["ashby", "upn_duplicate", "warn", "3"],
        ["ashby", "upn_invalid", "warn", "1"],
        ["brook", "upn_invalid", "warn", "4"],
    ]
    assert [line.split(":")[0].strip() for line in lines[how + 1 :]] == ["upn_duplicate", "upn_invalid"]


def test_a_long_list_is_cut_in_the_terminal_and_says_so(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "SHOWN", 1)
    assert matlas(warehouse, "quality") == 0
    out = capsys.readouterr().out
    assert "… and 3 more" in out
    assert "brook" not in out.partition("To put right")[2]


def test_json_is_one_value_with_results_and_work_list(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(warehouse, capsys)

    assert found["run_id"] == "run"
    ashby = next(each for each in found["academies"] if each["academy_id"] == "ashby")
    assert ashby["quality"]["standardised"]["fail"] == 2
    (result,) = [each for each in found["results"] if (each["academy_id"], each["check_id"]) == ("brook", "upn_invalid")]
    assert (result["status"], result["checked"], result["failed"], result["accepted_until"]) == ("fail", 1, 1, None)
    assert [(each["academy_id"], each["check_id"], each["principle"], each["status"]) for each in found["work_list"]] == [
        ("ashby", "upn_duplicate", "standardised", "open"),
        ("ashby", "upn_duplicate", "standardised", "open"),
        ("ashby", "upn_invalid", "standardised", "open"),
        ("brook", "upn_invalid", "standardised", "open"),
    ]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        (("--academy", "brook"), ["4"]),
        (("--check", "upn_duplicate"), ["2", "3"]),
        (("--principle", "standardised", "--academy", "ashby"), ["2", "3", "1"]),
        (("--principle", "timeliness"), []),
    ],
)
def test_filters_narrow_results_and_work_list(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], listed: list[str]
) -> None:
    found = shown(warehouse, capsys, *asked)
    assert [each["source_pupil_id"] for each in found["work_list"]] == listed
    names = {"--academy": "academy_id", "--check": "check_id", "--principle": "principle"}
    for option, value in zip(asked[::2], asked[1::2], strict=True):
        assert {each[names[option]] for each in found["results"]} == {value}


def test_a_filter_that_finds_nothing_says_so(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert matlas(warehouse, "quality", "--principle", "timeliness") == 0
    assert "Nothing to put right." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--academy", "ashbi"), "Did you mean “ashby”?"),
        (("--check", "upn_invlid"), "There is no check “upn_invlid”. Did you mean “upn_invalid”?"),
        (("--principle", "timely"), "There is no principle “timely”. Did you mean “timeliness”?"),
        (("--academy", "ashby", "decisions"), "Options stand after the subcommand: matlas quality decisions"),
        (("accept", "upn_invlid", "--academy", "ashby", "--why", "w", "--until", str(SOON)), "Did you mean “upn_invalid”?"),
        (("accept", "upn_invalid", "--academy", "ashby", "--why", "w", "--until", "31/01/2030"), "a date such as 2026-01-31"),
        (("accept", "upn_invalid", "--academy", "ashby", "--why", "w", "--until", "2020-01-31"), "is past"),
        (("accept", "upn_invalid", "--academy", "ashby", "--why", "w"), "Missing option '--until'"),
        (("accept", "upn_invalid", "--academy", "ashby", "--until", str(SOON)), "Missing option '--why'"),
        (("accept", "identity_late", "--academy", "ashby", "--why", "w", "--until", str(SOON)), "cannot be accepted"),
        (("reopen", "upn_invalid", "--academy", "ashby", "--why", "w"), "is not accepted"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert matlas(warehouse, "quality", *arguments) == 2
    assert told in capsys.readouterr().err


def test_an_accepted_failure_is_told_apart_from_the_next_run_on(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert accept(warehouse) == 0
    out = capsys.readouterr().out
    assert f"upn_invalid at ashby is accepted until {SOON}" in out
    assert "It counts from the next run: matlas run --home" in out
    assert {each["status"] for each in shown(warehouse, capsys)["work_list"]} == {"open"}

    warehouse.check(warehouse.request("next", datetime(2026, 1, 18, 2, tzinfo=UTC)))
    warehouse.publish()
    found = shown(warehouse, capsys)
    assert [(each["academy_id"], each["status"], each["accepted_until"]) for each in found["work_list"]] == [
        ("ashby", "open", None),
        ("ashby", "open", None),
        ("brook", "open", None),
        ("ashby", "accepted", str(SOON)),
    ]
    ashby = next(each for each in found["academies"] if each["academy_id"] == "ashby")
    assert (ashby["quality"]["standardised"]["fail"], ashby["quality"]["standardised"]["accepted"]) == (2, 1)
    assert matlas(warehouse, "quality") == 0
    out = capsys.readouterr().out
    assert f"accepted until {SOON}" in out
    assert "2 of 2, 1 accepted" in out


def test_decisions_are_listed_at_once_and_stay_when_taken_back(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(warehouse, capsys, "decisions") == []
    accept(warehouse)
    capsys.readouterr()
    (row,) = shown(warehouse, capsys, "decisions", "--academy", "ashby")
    assert (row["check_id"], row["accepted_why"], row["accepted_until"], row["is_current"]) == ("upn_invalid", "Known.", str(SOON), True)
    assert shown(warehouse, capsys, "decisions", "--academy", "brook") == []

    assert matlas(warehouse, "quality", "reopen", "upn_invalid", "--academy", "ashby", "--why", "Put right.") == 0
    assert "upn_invalid at ashby is open again" in capsys.readouterr().out
    (row,) = shown(warehouse, capsys, "decisions")
    assert (row["is_current"], row["reopened_why"]) == (False, "Put right.")
    assert matlas(warehouse, "quality", "decisions") == 0
    assert "Put right." in capsys.readouterr().out


def test_before_anything_is_published_and_on_a_file_of_an_earlier_matlas_it_says_what_to_type(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(warehouse.home.published_file)) as published:
        published.execute("drop table dq.check_decision")
    assert matlas(warehouse, "quality") == 1
    assert "an older Matlas. Bring it up to date: matlas run" in capsys.readouterr().err
    warehouse.home.published_file.unlink()
    assert matlas(warehouse, "quality") == 0
    assert "Nothing is published here yet" in capsys.readouterr().out
    assert shown(warehouse, capsys)["work_list"] == []
