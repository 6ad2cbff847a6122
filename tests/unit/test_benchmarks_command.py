"""`matlas benchmarks`: what it says of a file that was loaded, and what has been loaded so far."""

import json
from pathlib import Path

import pytest

from pipelines.cli import run
from pipelines.store.home import Home
from tests.helpers.official_files import A_YEAR, ATTENDANCE, ENGLAND, LINKS, written

ROW = A_YEAR | ENGLAND | {"education_phase": "Primary"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "trust")
    home.root.mkdir()
    home.trust_file.write_text("trust: {name: T}\nacademies:\n  - {id: ashby, name: Ashby, phase: primary, mis: matlas}\n")
    return home


def matlas(home: Home, *arguments: str | Path) -> int:
    return run(["benchmarks", *map(str, arguments), "--home", str(home.root)])


def test_it_says_what_came_of_a_file_and_what_was_left_out(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [ROW | {"pa_perc": "c"}, ROW | {"education_phase": "Pupil referral unit"}]

    assert matlas(home, "load", written(tmp_path / "ytd.csv", ATTENDANCE, *rows)) == 0

    said = capsys.readouterr().out
    assert "ytd.csv: DfE: Pupil attendance in schools" in said
    assert "1 of 2 rows, 18 figures, 1 with a symbol instead (1 c), for 202425." in said
    assert "Left out: 1 rows of other kinds of school." in said


def test_a_year_that_is_not_over_asks_for_its_last_day(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "ytd.csv", ATTENDANCE, ROW)

    assert matlas(home, "load", file, "--published-on", "2025-02-20") == 0
    assert "say with --up-to the last day it counts" in capsys.readouterr().out

    assert matlas(home, "load", file, "--published-on", "2025-02-20", "--up-to", "2025-02-14") == 0
    assert "--up-to" not in capsys.readouterr().out


def test_an_unknown_file_ends_with_a_sentence(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    assert matlas(home, "load", tmp_path / "other.csv") == 1

    assert "has the header of no official file that Matlas knows" in capsys.readouterr().err


def test_the_list_says_file_series_years_figures_symbols_and_when(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matlas(home, "load", written(tmp_path / "ytd.csv", ATTENDANCE, ROW | {"pa_perc": "c"}), "--published-on", "2025-10-16")
    matlas(home, "load", written(tmp_path / "links.csv", LINKS, {"URN": "140003", "LinkURN": "130002", "LinkType": "Predecessor"}))
    capsys.readouterr()

    assert matlas(home, "list", "--json") == 0

    links, figures = json.loads(capsys.readouterr().out)
    assert (links["file_name"], links["series"], links["rows"]) == ("links.csv", None, 1)
    assert links["loaded_at"] >= figures["loaded_at"]
    del figures["title"], figures["loaded_at"]
    assert figures == {
        "file_name": "ytd.csv",
        "known_file": "dfe_pupil_attendance",
        "series": "daily",
        "time_periods": [202425],
        "periods": ["year"],
        "rows": 18,
        "symbols": {"c": 1},
        "published_on": "2025-10-16",
    }
    assert matlas(home, "list") == 0
    assert "ytd.csv" in capsys.readouterr().out


def test_before_anything_is_loaded_the_list_says_what_there_is(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert matlas(home, "list") == 0

    assert "No official file has been loaded" in capsys.readouterr().out
