"""The commands after a real night: a small home with a good academy and one with faults, run once through the command."""

import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.store.home import Home
from tests.helpers.faulty import faulty_night
from tests.helpers.home import Outcome, TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import FRIDAY, MONDAY, TUESDAY, named


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrustHome, Outcome]:
    """The home, to look at and not to change, and how its night ended."""
    return faulty_night(tmp_path_factory)


@pytest.fixture(scope="module")
def later(night: tuple[TrustHome, Outcome], tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """A copy, for what happens afterwards."""
    return copied(night[0], tmp_path_factory.mktemp("later") / "home")


def test_what_waits_for_a_person_ends_the_run_with_3_and_says_why(night: tuple[TrustHome, Outcome]) -> None:
    _, ended = night

    assert ended.code == 3, ended.text
    assert "matlas accept --home" in ended.out
    assert "birch-matlas_pupil-2025-09-12-" in ended.out
    assert "holiday plans.csv" in ended.out
    assert "Exit code 3" in ended.out


def test_a_run_ends_with_the_scorecard_and_where_the_warehouse_is(night: tuple[TrustHome, Outcome]) -> None:
    home, ended = night

    assert "Small Trust, 2025/26 to 2025-09-12" in ended.out
    assert "97.5" not in ended.out.split("birch")[0].split("ashby")[0]
    assert "95.0" in ended.out  # ashby: 38 of 40 sessions
    assert str(home.published) in ended.out
    assert "matlas sql --home" in ended.out


def test_the_quality_report_of_the_same_run_stands_beside_the_warehouse(night: tuple[TrustHome, Outcome]) -> None:
    home, ended = night
    report = home.root / "published" / "quality.html"
    ((run_id,),) = home.query("select distinct run_id from dq.check_result")

    assert str(report) in ended.out
    text = report.read_text(encoding="utf-8")
    assert run_id in text
    assert "1 delivery is held until somebody decides" in text


def test_progress_is_plain_lines_where_nobody_watches(night: tuple[TrustHome, Outcome]) -> None:
    _, ended = night

    assert "Building tables (" in ended.err
    assert "\x1b" not in ended.text
    assert "dagster" not in ended.text.lower()


def test_status_as_json_has_each_academys_figures(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    status = home.here("status", "--json").json()

    ashby, birch = status["academies"]
    assert status["published_at"]
    assert (ashby["academy_id"], ashby["mis"], ashby["held"], ashby["rejected"]) == ("ashby", "matlas", 0, 0)
    assert (birch["held"], birch["rejected"], birch["rows"]) == (1, 1, 10 + 10 + 41)
    assert ashby["school_days_behind"] == 0
    assert ashby["quality"]["standardised"]["pass"] > 0


def test_status_answers_at_once_for_it_loads_none_of_the_nights_libraries(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    heavy = "dagster", "dbt", "great_expectations", "pandas", "pyarrow", "numpy", "sqlalchemy", "pipelines.ingest", "pipelines.sources"
    told = f"run(['status', '--home', {str(home.root)!r}]); print('loaded:', [name for name in {heavy} if name in sys.modules])"

    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; from pipelines.cli import run; {told}"], capture_output=True, text=True, check=True
    )

    assert "loaded: []" in ended.stdout


def test_rejected_rows_are_named_by_file_line_reason_and_column(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    (row,) = home.here("rejected", "--format", "json").json()

    assert row["file_name"] == named("attendance_mark", FRIDAY)
    assert (row["source_row"], row["reason_code"], row["column_name"]) == (42, "bad_date", "session_date")
    assert "not a date" not in home.here("rejected").out


def test_rejected_rows_as_csv_and_of_one_academy(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night

    listed = list(csv.DictReader(io.StringIO(home.here("rejected", "--format", "csv").out)))
    assert [row["reason_code"] for row in listed] == ["bad_date"]
    assert home.here("rejected", "--academy", "ashby", "--format", "json").json() == []


def test_batches_lists_every_delivery_and_what_became_of_it(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    batches = home.here("batches", "--json").json()

    held = [batch for batch in batches if batch["status"] == "held"]
    assert [batch["entity"] for batch in held] == ["pupil"]
    assert {batch["academy_id"] for batch in home.here("batches", "--academy", "ashby", "--json").json()} == {"ashby"}


def test_a_measure_is_told_in_words_and_figures(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    told = home.here("measure", "attendance_rate", "--academy", "ashby").out

    assert "95" in told
    assert "value (%)" in told
    assert "Beside the latest figures" in told
    assert "2025/26" in told
    assert "not delivered" in home.here("measure", "on_track_pct", "--academy", "ashby").out
    assert home.here("measure", "attendence_rate").code == 2
    assert "attendance_rate" in home.here("measure", "attendence_rate").err


def test_a_figure_is_traced_to_its_file_and_lines(night: tuple[TrustHome, Outcome]) -> None:
    """Ashby: two days of ten pupils, P0 ill on the second: 38 of 40 sessions, on lines 2 to 41."""
    home, _ = night
    found = home.here("trace", "ashby", "attendance_rate", "--json").json()

    assert (found["figure"]["numerator"], found["figure"]["denominator"], found["figure"]["value"]) == (38, 40, 95)
    assert [(part["role"], part["rows"], part["people"], part["agrees"]) for part in found["parts"]] == [
        ("numerator", 38, 10, True),
        ("denominator", 40, 10, True),
    ]
    (file,) = found["files"]
    assert (file["file_name"], file["entity"], file["numerator"], file["denominator"]) == (
        named("attendance_mark", FRIDAY),
        "attendance_mark",
        38,
        40,
    )
    assert (file["rows_used"], file["rows_accepted"], file["first_line"], file["last_line"]) == (40, 40, 2, 41)
    assert (file["first_date"], file["last_date"]) == (str(MONDAY), str(TUESDAY))
    content = (home.root / "landing" / "ashby" / file["file_name"]).read_bytes()
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert (found["rejected"], found["not_in_it"]) == ([], [])
    told = home.here("trace", "ashby", "attendance_rate")
    assert "95 % = 100 × 38 / 40" in told.out
    assert told.code == 0


def test_what_is_not_in_a_figure_is_told(night: tuple[TrustHome, Outcome]) -> None:
    """Birch: one unreadable row in 42, a mark of nobody, and a pupil file that waits."""
    home, _ = night
    marks_of = home.here("trace", "birch", "attendance_rate", "--json").json()
    roll = home.here("trace", "birch", "roll", "--json").json()

    assert [(each["reason_code"], each["rows"], each["first_line"]) for each in marks_of["rejected"]] == [("bad_date", 1, 42)]
    assert [(each["rows_used"], each["rows_accepted"]) for each in marks_of["files"]] == [(40, 41)]
    assert roll["figure"]["numerator"] == 10
    assert [(part["counted"], part["agrees"]) for part in roll["parts"]] == [(10, True)]
    assert roll["not_in_it"] == []  # the held file is of pupils; who is on roll is counted from enrolments
    assert [each["entity"] for each in roll["read_beside"]] == ["pupil"]
    not_there = home.here("trace", "ashby", "on_track_pct").out
    assert "Not available: what this measure needs was not delivered. It needs" in not_there


def test_the_trusts_figure_is_traced_by_academy(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    found = home.here("trace", "trust", "attendance_rate", "--json").json()

    assert [(each["academy_id"], each["numerator"], each["denominator"], each["rows"]) for each in found["academies"]] == [
        ("ashby", 38, 40, 78),
        ("birch", 40, 40, 80),
    ]
    assert (found["figure"]["numerator"], found["figure"]["denominator"]) == (78, 80)


def test_the_doctor_opens_the_published_file(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night

    assert "✓ published file: opens" in home.here("doctor").out


def test_ctrl_c_leaves_everything_whole_and_says_so(later: TrustHome) -> None:
    home = later
    before = home.published.read_bytes()
    process = home.start("run", "--as-of", str(FRIDAY), "--full")
    while not (home.root / "store" / "lock.holder").exists() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(4)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=300)

    assert process.returncode == 1, out + err
    assert "Stopped" in err
    assert "Traceback" not in err
    assert home.published.read_bytes() == before
    assert not (home.root / "store" / "lock.holder").exists()


def test_a_decision_is_kept_with_who_and_why_and_the_next_run_follows_it(later: TrustHome) -> None:
    home = later
    (held,) = {batch["batch_id"] for batch in home.here("batches", "--json").json() if batch["status"] == "held"}

    decided = home.here("refuse", held, "--why", "half an export")
    assert decided.code == 0, decided.text
    assert "refused by" in home.here("batches").out

    home.take_away("birch", "holiday plans.csv")
    ended = home.here("run", "--as-of", str(FRIDAY))

    assert ended.code == 0, ended.text
    (refused,) = [batch for batch in home.here("batches", "--json").json() if batch["batch_id"] == held]
    assert (refused["status"], refused["decided_why"]) == ("refused", "half an export")


def test_a_run_without_the_project_in_sight_needs_only_its_home(night: tuple[TrustHome, Outcome]) -> None:
    home, _ = night
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("matlas")), "status"],
        cwd=home.root / "landing" / "ashby",
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert Home(home.root).published_file.exists()
