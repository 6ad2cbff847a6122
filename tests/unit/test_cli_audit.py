"""`matlas audit` on a home whose warehouse was checked and published by hand."""

import json
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.cli import run
from pipelines.quality import gx
from pipelines.store.home import Home
from tests.helpers.quick_judge import quick_judge
from tests.helpers.warehouse import Warehouse

SOON = str(date.today() + timedelta(days=30))


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two decisions, and a night after the first of them. Only read."""
    warehouse = Warehouse(tmp_path_factory.mktemp("audited"))
    assert (
        matlas(warehouse.home, "quality", "accept", "upn_invalid", "--academy", "ashby", "--why", "The new MIS comes.", "--until", SOON)
        == 0
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gx, "judge", quick_judge)
        warehouse.check()
    warehouse.publish()
    assert matlas(warehouse.home, "quality", "reopen", "upn_invalid", "--academy", "ashby", "--why", "It is here.") == 0
    return warehouse.home


@pytest.fixture
def home(audited: Home, tmp_path: Path) -> Home:
    """A copy to tamper with."""
    return Home(Path(shutil.copytree(audited.root, tmp_path / "home")))


def matlas(home: Home, *arguments: str) -> int:
    return run([*arguments, "--home", str(home.root)])


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def shown(home: Home, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    code = matlas(home, "audit", "--json", *arguments)
    return code, json.loads(capsys.readouterr().out)


def test_the_newest_decision_comes_first_and_the_ledger_is_said_to_be_sound(audited: Home, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert matlas(audited, "audit", "--academy", "ashby") == 0

    said = lines(capsys)
    places = [next(number for number, line in enumerate(said) if words in line) for words in ("It is here.", "The new MIS comes.")]
    assert places == sorted(places)
    assert said[-1] == "2 decisions in all; the ledger is sound, from the first entry to the last."


def test_one_kind_and_a_day_choose_what_is_shown(audited: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in (
        (["--kind", "reopen"], ["reopen"]),
        (["--since", str(date.today() + timedelta(days=2))], []),
        (["--academy", "brook"], []),
    ):
        code, value = shown(audited, capsys, *arguments)
        assert (code, [each["kind"] for each in value["entries"]]) == (0, expected)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "reopn"], "Did you mean “reopen”?"),
        (["--since", "yesterday"], "expected a day such as 2026-01-31"),
        (["--academy", "ashbi"], "Did you mean “ashby”?"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(audited: Home, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert matlas(audited, "audit", *arguments) == 2
    assert said in capsys.readouterr().err


def test_before_any_decision_it_says_what_will_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert matlas(Warehouse(tmp_path).home, "audit") == 0
    assert lines(capsys)[0].startswith("No decision has been taken yet.")


def test_a_changed_ledger_is_told_with_the_entry_and_what_to_do(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    tampered(home, "update ledger set who = 'Al' where seq = 2")

    assert matlas(home, "audit") == 1
    said = capsys.readouterr().out
    assert "Entry 2 is not what was written: something in it was changed." in said
    assert "compare with the manifest in your backups" in said
    code, value = shown(home, capsys)
    assert (code, value["is_sound"], value["entries"]) == (1, False, [])


def test_a_ledger_written_anew_is_found_by_the_published_file(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        published = connection.sql("select seq, kind, who <> '', why from dq.ledger").fetchall()
    assert published == [(1, "accept_failure", True, "The new MIS comes.")]
    tampered(home, "delete from ledger", "delete from sqlite_sequence where name = 'ledger'")

    assert matlas(home, "audit") == 1
    assert "Entry 1 stands in the published file matlas.duckdb and no longer here." in capsys.readouterr().out


def tampered(home: Home, *statements: str) -> None:
    with sqlite3.connect(home.manifest) as connection:
        connection.execute("drop trigger ledger_is_never_shortened")
        connection.execute("drop trigger ledger_is_never_changed")
        for statement in statements:
            connection.execute(statement)
    connection.close()
