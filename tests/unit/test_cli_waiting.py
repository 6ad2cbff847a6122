"""What the terminal says of what waits: each kind of file that was left has advice of its own, a check that was not run is seen, and so is
what a run that was stopped did not finish.
"""

from pathlib import Path
from typing import Any

import pytest

from pipelines.commands import doctor_checks
from pipelines.commands.status import print_quality, print_waiting
from pipelines.commands.waiting import what_waits
from pipelines.publish.swapping import Move, finish_swap, swap
from pipelines.store.erasures import Erasures
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import UnknownFile


@pytest.mark.parametrize(
    ("reason_code", "advice"),
    [
        ("unknown_file", "Rename it"),
        ("unreadable_file", "Let the account that runs Matlas read it"),
        ("still_being_written", "Nothing: the next run reads it"),
        ("empty_file", "Deliver it again"),
        ("too_large", "in parts"),
    ],
)
def test_a_file_that_was_left_has_the_advice_of_its_reason(tmp_path: Path, reason_code: str, advice: str) -> None:
    home = Home(tmp_path)
    home.prepare()
    with Manifest(home.manifest) as manifest:
        manifest.save_unknown_files(["ashby"], [UnknownFile("ashby", "marks.csv", reason_code, "Why.")])

    (waiting,) = what_waits(home, None)

    assert waiting.what == "marks.csv: Why."
    assert advice in waiting.do
    assert ("Rename" in waiting.do) == (reason_code == "unknown_file")


def test_a_check_that_was_not_run_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    quality = {
        "integrated": {"pass": 1, "fail": 1, "not_run": 2},
        "lifecycle": {"not_run": 1},
        "plausibility": {"pass": 3, "not_applicable": 1},
        "timeliness": {"not_applicable": 1},
    }

    print_quality([{"academy_id": "ashby", "quality": quality}])

    (line,) = [each for each in capsys.readouterr().out.splitlines() if "ashby" in each]
    assert [each.strip() for each in line.split("  ") if each.strip()] == ["ashby", "1 of 2, 2 not run", "–, 1 not run", "0 of 3", "–"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.prepare()
    Manifest(home.manifest).close()
    return home


def test_a_swap_that_was_killed_is_said_until_it_is_finished(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("matlas.duckdb", "governor/matlas.duckdb"):
        (home.build / place.replace("/", "_")).write_text("new night")
    moves = [Move(home.build / place.replace("/", "_"), home.published / place) for place in ("matlas.duckdb", "governor/matlas.duckdb")]
    real = Path.replace

    def replace(path: Path, target: Any) -> Path:
        if Path(target) == home.published / "governor" / "matlas.duckdb":
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as kill:
        kill.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            swap(home, moves, [], {})

    (waiting,) = what_waits(home, None)
    print_waiting([waiting])
    said = " ".join(capsys.readouterr().out.split())
    assert "trust: the published files are not all of one night" in said
    assert f"matlas run --home {home.root}" in said
    found = doctor_checks.one_night(home)
    assert (found.state, f"matlas run --home {home.root}" in found.says) == ("wrong", True)

    finish_swap(home)
    assert what_waits(home, None) == []
    assert doctor_checks.one_night(home).state == "ok"


def test_an_erasure_is_said_until_a_night_has_published_without_the_person(home: Home) -> None:
    with Erasures(home.manifest) as erasures:
        for who in ("first", "second"):
            erasures.begin("pupil", b"key", [who], "lead", "request 17", {})
        erasures.lift(2, "lead", "a mistake")
        (begun,) = what_waits(home, None)
        erasures.taken_out()
        (taken_out,) = what_waits(home, None)
        noted = doctor_checks.erasures(home)
        erasures.finish()

    for each in (begun, taken_out):
        assert (each.academy_id, each.what[:10]) == ("trust", "erasure 1 ")
        assert "the person may stand in what readers open" in each.what
        assert each.do == f"matlas run --home {home.root}"
    assert (noted.state, f"matlas run --home {home.root}" in noted.says) == ("note", True)
    assert what_waits(home, None) == []
    assert doctor_checks.erasures(home).state == "ok"
