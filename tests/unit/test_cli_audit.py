"""`matlas audit` on a home whose warehouse was checked and published by hand."""

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import run
from tests.helpers.warehouse import Warehouse

SOON = str(date.today() + timedelta(days=30))


@pytest.fixture
def warehouse(tmp_path: Path, quick_judgement: None) -> Warehouse:
    """Two decisions, and a night after the first of them."""
    warehouse = Warehouse(tmp_path)
    assert matlas(warehouse, "quality", "accept", "upn_invalid", "--academy", "ashby", "--why", "The new MIS comes.", "--until", SOON) == 0
    warehouse.check()
    warehouse.publish()
    assert matlas(warehouse, "quality", "reopen", "upn_invalid", "--academy", "ashby", "--why", "It is here.") == 0
    return warehouse


def matlas(warehouse: Warehouse, *arguments: str) -> int:
    return run([*arguments, "--home", str(warehouse.home.root)])


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def shown(warehouse: Warehouse, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    code = matlas(warehouse, "audit", "--json", *arguments)
    return code, json.loads(capsys.readouterr().out)


def test_the_newest_decision_comes_first_and_the_ledger_is_said_to_be_sound(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert matlas(warehouse, "audit", "--academy", "ashby") == 0

    said = lines(capsys)
    places = [next(number for number, line in enumerate(said) if words in line) for words in ("It is here.", "The new MIS comes.")]
    assert places == sorted(places)
    assert said[-1] == "2 decisions in all; the ledger is sound, from the first entry to the last."


def test_one_kind_and_a_day_choose_what_is_shown(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in (
        (["--kind", "reopen"], ["reopen"]),
        (["--since", str(date.today() + timedelta(days=2))], []),
        (["--academy", "brook"], []),
    ):
        code, value = shown(warehouse, capsys, *arguments)
        assert (code, [each["kind"] for each in value["entries"]]) == (0, expected)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "reopn"], "Did you mean “reopen”?"),
        (["--since", "yesterday"], "expected a day such as 2026-01-31"),
        (["--academy", "ashbi"], "Did you mean “ashby”?"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    warehouse: Warehouse, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert matlas(warehouse, "audit", *arguments) == 2
    assert said in capsys.readouterr().err


def test_before_any_decision_it_says_what_will_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert matlas(Warehouse(tmp_path), "audit") == 0
    assert lines(capsys)[0].startswith("No decision has been taken yet.")


def test_a_changed_ledger_is_told_with_the_entry_and_what_to_do(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    tampered(warehouse, "update ledger set who = 'Al' where seq = 2")

    assert matlas(warehouse, "audit") == 1
    said = capsys.readouterr().out
    assert "Entry 2 is not what was written: something in it was changed." in said
    assert "compare with the manifest in your backups" in said
    code, value = shown(warehouse, capsys)
    assert (code, value["is_sound"], value["entries"]) == (1, False, [])


def test_a_ledger_written_anew_is_found_by_the_published_file(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    published = warehouse.published("select seq, kind, who <> '', why from dq.ledger")
    assert published == [(1, "accept_failure", True, "The new MIS comes.")]
    tampered(warehouse, "delete from ledger", "delete from sqlite_sequence where name = 'ledger'")

    assert matlas(warehouse, "audit") == 1
    assert "Entry 1 stands in the published file matlas.duckdb and no longer here." in capsys.readouterr().out


def tampered(warehouse: Warehouse, *statements: str) -> None:
    with sqlite3.connect(warehouse.home.manifest) as connection:
        connection.execute("drop trigger ledger_is_never_shortened")
        connection.execute("drop trigger ledger_is_never_changed")
        for statement in statements:
            connection.execute(statement)
    connection.close()
