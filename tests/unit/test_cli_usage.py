"""The command line before anything is published: help, mistakes, first words."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS, run
from pipelines.commands.crash import exit_code_of
from pipelines.store.home import Home
from pipelines.store.lock import held

MATLAS = str(Path(sys.executable).with_name("matlas"))
TRUST = """\
trust: {name: Test Trust}
academies:
  - {id: ashby, name: Ashby, phase: primary, mis: matlas}
  - {id: birch, name: Birch, phase: primary, mis: matlas}
"""


def matlas(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MATLAS, *arguments], capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "trust.yml").write_text(TRUST)
    return Home(tmp_path)


def test_help_lists_every_command() -> None:
    shown = matlas("--help")

    assert shown.returncode == 0
    assert all(command in shown.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0

    shown = capsys.readouterr().out
    assert "Usage: matlas" in shown or "Usage: " in shown
    assert "Example" in shown or "Commands:" in shown


@pytest.mark.parametrize("heavy", ["dagster", "dbt", "great_expectations", "pandas", "pyarrow", "numpy", "sqlalchemy", "pipelines.sources"])
def test_a_look_at_the_status_loads_no_heavy_library(home: Home, heavy: str) -> None:
    probe = f"import sys; from pipelines.cli import run; run(['status', '--home', {str(home.root)!r}]); sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode == 0


def test_an_unknown_command_names_the_nearest_one() -> None:
    ended = matlas("statsu")

    assert ended.returncode == 2
    assert "“status”" in ended.stderr


def test_a_folder_without_a_trust_is_wrong_usage_and_says_how_to_make_one(tmp_path: Path) -> None:
    ended = matlas("run", "--home", str(tmp_path))

    assert ended.returncode == 2
    assert "matlas init" in ended.stderr


def test_a_mistake_in_trust_yml_is_told_with_its_line_and_nothing_runs(home: Home) -> None:
    home.trust_file.write_text(TRUST.replace("phase: primary", "phase: primry"))

    ended = matlas("run", "--home", str(home.root))

    assert ended.returncode == 2
    assert "line 3" in ended.stderr
    assert "primary" in ended.stderr
    assert not home.store.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--academy", "ashbi"], "Did you mean “ashby”?"),
        (["--as-of", "31/01/2026"], "--as-of needs a date such as 2026-01-31"),
        (["--as-at", "yesterday"], "--as-at needs a date and time"),
        (["--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_of_run_ends_with_2_and_a_sentence(home: Home, arguments: list[str], said: str) -> None:
    ended = matlas("run", "--home", str(home.root), *arguments)

    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_run_ends_at_once_and_says_who_holds_the_lock(home: Home) -> None:
    with held(home, "matlas run"):
        began = time.monotonic()
        ended = matlas("run", "--home", str(home.root))

    assert ended.returncode == 1
    assert "holds its lock since" in ended.stderr
    assert time.monotonic() - began < 10


def test_before_the_first_run_status_lists_the_academies_and_says_what_to_type(home: Home) -> None:
    ended = matlas("status", "--home", str(home.root))

    assert ended.returncode == 0
    assert "matlas run --home" in ended.stdout
    assert "ashby" in ended.stdout


def test_before_the_first_run_status_as_json_is_one_object(home: Home) -> None:
    status = json.loads(matlas("status", "--home", str(home.root), "--json").stdout)

    assert status["published_at"] is None
    assert [academy["academy_id"] for academy in status["academies"]] == ["ashby", "birch"]
    assert status["academies"][0]["last_good_load_at"] is None


@pytest.mark.parametrize("command", [["rejected", "--format", "json"], ["batches", "--json"], ["codes", "unmapped", "--format", "json"]])
def test_before_the_first_run_a_list_as_json_is_empty(home: Home, command: list[str]) -> None:
    ended = matlas(*command, "--home", str(home.root))

    assert (ended.returncode, json.loads(ended.stdout)) == (0, [])


@pytest.mark.parametrize("command", [["sql", "select 1"], ["measure", "attendance_rate"], ["trace", "ashby", "attendance_rate"]])
def test_before_the_first_run_a_question_is_answered_kindly(home: Home, command: list[str]) -> None:
    ended = matlas(*command, "--home", str(home.root))

    assert ended.returncode == 1
    assert "Nothing is published here yet" in ended.stderr


def test_a_decision_on_an_unknown_batch_is_wrong_usage(home: Home) -> None:
    ended = matlas("accept", "ashby-pupils-2026-01-01-abc", "--home", str(home.root))

    assert ended.returncode == 2
    assert "There is no batch" in ended.stderr


def test_the_home_is_found_upwards_and_in_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.landing("ashby")
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert run(["status"]) == 0

    monkeypatch.chdir("/")
    monkeypatch.setenv("MATLAS_HOME", str(home.root))
    assert run(["status"]) == 0


def test_init_makes_a_home_that_needs_only_its_names(tmp_path: Path) -> None:
    ended = matlas("init", str(tmp_path / "trust"))

    assert ended.returncode == 0
    assert (tmp_path / "trust" / "trust.yml").is_file()
    assert json.loads(matlas("status", "--home", str(tmp_path / "trust"), "--json").stdout)["academies"][0]["academy_id"] == "my_academy"


def test_init_never_writes_into_a_folder_that_holds_something(home: Home, tmp_path: Path) -> None:
    before = home.trust_file.read_text()

    assert matlas("init", str(home.root)).returncode == 2
    assert home.trust_file.read_text() == before


def test_init_demo_brings_the_sample_trust(tmp_path: Path) -> None:
    ended = matlas("init", str(tmp_path / "demo"), "--demo")

    assert ended.returncode == 0
    assert len(list((tmp_path / "demo" / "landing").iterdir())) >= 5


def test_synth_makes_a_home(tmp_path: Path) -> None:
    ended = matlas("synth", str(tmp_path / "made"), "--academies", "2", "--pupils", "20", "--years", "1", "--seed", "3")

    assert ended.returncode == 0
    assert len(json.loads(matlas("status", "--home", str(tmp_path / "made"), "--json").stdout)["academies"]) == 2


def test_the_doctor_finds_nothing_wrong_with_a_fresh_home(home: Home) -> None:
    ended = matlas("doctor", "--home", str(home.root))

    assert ended.returncode == 0, ended.stdout
    for about in ("Python", "packages", "disk", "memory", "home", "trust.yml", "profiles", "lock", "pseudonym key", "permission", "clock"):
        assert f"{about}: " in ended.stdout


def test_the_doctor_names_what_is_wrong(home: Home) -> None:
    home.trust_file.write_text(TRUST.replace("mis: matlas", "mis: paper", 1))
    home.published.mkdir()
    home.published_file.write_bytes(b"half a file")

    ended = matlas("doctor", "--home", str(home.root))

    assert ended.returncode == 1
    assert "✗ trust.yml" in ended.stdout
    assert "✗ published file" in ended.stdout


def test_the_doctor_says_that_a_run_is_under_way(home: Home) -> None:
    with held(home, "matlas run"):
        assert "! lock" in matlas("doctor", "--home", str(home.root)).stdout


def test_a_crash_is_a_sentence_and_its_record_holds_no_data(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def quotes(*_: object) -> None:
        raise ValueError("Quillfeather-Onslow")

    monkeypatch.setattr("pipelines.commands.status.read_status", quotes)

    assert run(["status", "--home", str(home.root)]) == 1

    said = capsys.readouterr().err
    (record,) = home.logs.iterdir()
    assert str(record) in said
    assert "Quillfeather" not in said + record.read_text()
    assert "ValueError" in record.read_text()


def test_ctrl_c_says_that_everything_is_whole(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.commands.status.read_status", interrupted)

    assert run(["status", "--home", str(home.root)]) == 1
    assert "Stopped. What is published stands" in capsys.readouterr().err


def test_an_error_without_an_exit_code_of_its_own_is_1() -> None:
    assert exit_code_of(ValueError()) == 1


def test_synth_with_a_later_as_of_date_knows_a_school_day_more(tmp_path: Path) -> None:
    asked = ("--academies", "1", "--pupils", "10", "--as-of")
    assert matlas("synth", str(tmp_path / "made"), *asked, "2026-03-13").returncode == 0
    assert "as_of: 2026-03-13" in (tmp_path / "made" / "trust.yml").read_text()

    ended = matlas("synth", str(tmp_path / "other"), *asked, "13/03/2026")

    assert (ended.returncode, (tmp_path / "other").exists()) == (2, False)
    assert "--as-of needs a date such as 2026-03-13" in ended.stderr
