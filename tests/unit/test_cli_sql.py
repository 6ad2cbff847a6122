"""`matlas sql`: reads the published file and nothing else, writes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from pipelines.cli import run
from pipelines.store.home import Home
from tests.helpers.candidate import make_candidate


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("trust"))
    home.trust_file.write_text("trust: {name: T}\nacademies:\n  - {id: ashby, name: Ashby, phase: primary, mis: matlas}\n")
    make_candidate(home.published_file, pupils=2, marks=3).chmod(0o440)
    return home


def ask(home: Home, sql: str, *options: str) -> int:
    return run(["sql", sql, "--home", str(home.root), *options])


def test_an_answer_is_a_table(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "select academy_id, count(*) as marks from core.fct_attendance_session group by all") == 0

    shown = capsys.readouterr().out
    assert "academy_id" in shown
    assert "ashby" in shown
    assert "3" in shown


def test_as_json_it_is_one_array(home: Home, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert (
        ask(home, "select batch_id, rows_read, date '2026-01-31' as day, null as none from dq.batch order by all", "--format", "json") == 0
    )

    assert json.loads(capfdbinary.readouterr().out) == [
        {"batch_id": "b1", "rows_read": 2, "day": "2026-01-31", "none": None},
        {"batch_id": "b2", "rows_read": 5, "day": "2026-01-31", "none": None},
    ]


def test_as_csv_it_has_a_header_and_quotes_what_needs_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "select 1 as one, 'a, b' as two", "--format", "csv") == 0

    assert capsys.readouterr().out == 'one,two\n1,"a, b"\n'


def test_as_parquet_it_goes_to_a_file(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "marks.parquet"
    with file.open("wb") as out:
        command = [str(Path(sys.executable).with_name("matlas")), "sql", "from core.fct_attendance_session", "--home", str(home.root)]
        subprocess.run([*command, "--format", "parquet"], stdout=out, check=True)

    assert parquet.read_table(file).num_rows == 3


@pytest.mark.parametrize(
    "sql",
    [
        "create table core.mine (a int)",
        "delete from core.dim_pupil",
        "drop table core.dim_pupil",
        "attach 'other.duckdb' as other",
        "copy core.dim_pupil to 'stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select content from read_text('/etc/passwd')",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "export database 'out'",
    ],
)
def test_nothing_is_written_and_no_other_file_is_reached(
    home: Home, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = home.published_file.read_bytes()

    assert ask(home, sql) == 1

    said = capsys.readouterr()
    assert "could not answer" in said.err
    assert "root:" not in said.out
    assert home.published_file.read_bytes() == before
    assert list(tmp_path.iterdir()) == []


def test_two_statements_are_wrong_usage(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "select 1; select 2") == 2
    assert "one SQL statement" in capsys.readouterr().err


def test_a_mistake_in_the_sql_is_explained(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(home, "select nonsense from core.dim_pupil") == 1
    assert "nonsense" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_fault(home: Home) -> None:
    matlas = Path(sys.executable).with_name("matlas")
    line = f'"{matlas}" sql --home "{home.root}" --format csv "select * from range(500000)" | head -1'

    ended = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)

    assert ended.stdout == "range\n"
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr
