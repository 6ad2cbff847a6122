"""The peers that Matlas is measured against give its own figures, and a single mark that differs is found.

One small synthetic trust with every shape of mark file; what Matlas publishes of it is the measure of all of them.
"""

import datetime as dt
import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from bench.peers.agree import DisagreementError, agree
from bench.peers.home import SHAPES, MarkFile, read_home
from pipelines.synthetic import write_trust
from tests.helpers.begun import begun
from tests.helpers.home import PROJECT, TrustHome
from tests.helpers.stages import stages

AS_OF = dt.date(2025, 11, 21)
ACADEMIES = 12
"""The twelfth is the first that sends counts of a week and no days."""
needs_dlt = pytest.mark.skipif(
    not (PROJECT / ".venv-bench" / ".installed").exists(), reason="dlt is not installed here (make .venv-bench/.installed)"
)
PEERS = ["floor", "pandas_job", pytest.param("dlt_dbt", marks=needs_dlt)]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    home = TrustHome(tmp_path_factory.mktemp("peers") / "home")
    write_trust(home.root, academies=ACADEMIES, pupils=12, years=1, seed=5, as_of=AS_OF)
    stages(begun(tmp_path_factory, home), AS_OF)
    return home


def run_peer(name: str, home: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"bench.peers.{name}", str(home), str(out)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)


def answers_of(name: str, home: Path, out: Path) -> Path:
    done = run_peer(name, home, out)
    assert done.returncode == 0, done.stderr
    return out / "answers.parquet"


def rows(answers: Path) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select * from '{answers}' order by all").fetchall()


def canonical_file(home: Path) -> MarkFile:
    return read_home(home).files["canonical"][0]


def one_mark_changed(content: bytes) -> bytes:
    """A pupil who was there one morning has not come, and nobody knows why."""
    assert b",AM,/," in content
    return content.replace(b",AM,/,", b",AM,O,", 1)


def content_of(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def write_content(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def copy_of(home: TrustHome, folder: Path) -> Path:
    shutil.copytree(home.root / "landing", folder / "landing")
    shutil.copy(home.root / "trust.yml", folder)
    return folder


def test_every_shape_of_mark_file_is_among_them(night: TrustHome) -> None:
    files = read_home(night.root).files
    assert {shape for shape, found in files.items() if found} == set(SHAPES)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_gives_the_figures_that_matlas_publishes(name: str, night: TrustHome, tmp_path: Path) -> None:
    agreed = agree(night.published, answers_of(name, night.root, tmp_path / "out"))
    # A year, two half-terms and eleven weeks with five measures each, and two measures of the year, in each academy.
    assert agreed.figures == ACADEMIES * ((1 + 2 + 11) * 5 + 2)
    assert agreed.published > 0


def test_one_changed_mark_is_found(night: TrustHome, tmp_path: Path) -> None:
    home = copy_of(night, tmp_path / "home")
    file = canonical_file(home)
    write_content(file.path, one_mark_changed(content_of(file.path)))
    answers = answers_of("floor", home, tmp_path / "out")
    # Three periods in each of which one is attending less, one is absent more and without leave.
    with pytest.raises(DisagreementError, match=r"\b9 figures of \d+ are not Matlas's") as raised:
        agree(night.published, answers)
    assert f"{file.academy_id}, attendance_rate, year_to_date" in str(raised.value)


def test_a_figure_too_many_or_too_few_is_found(night: TrustHome, tmp_path: Path) -> None:
    answers = answers_of("floor", night.root, tmp_path / "out")
    fewer, more = tmp_path / "fewer.parquet", tmp_path / "more.parquet"
    duckdb.sql(f"copy (select * from '{answers}' order by all offset 1) to '{fewer}'")
    duckdb.sql(f"copy (select * from '{answers}' union all select 'nowhere', 'late_rate', 'week', date '2025-09-01', 0, 1) to '{more}'")
    with pytest.raises(DisagreementError, match="the peer says nothing"):
        agree(night.published, fewer)
    with pytest.raises(DisagreementError, match="nowhere, late_rate, week from 2025-09-01: the peer says 0 of 1, Matlas nothing"):
        agree(night.published, more)


@pytest.mark.parametrize("name", PEERS[1:])
def test_the_later_of_two_nights_counts(name: str, night: TrustHome, tmp_path: Path) -> None:
    home = copy_of(night, tmp_path / "home")
    first = canonical_file(home).path
    second = first.with_name(first.name.replace(str(AS_OF), "2025-11-22"))
    write_content(second, one_mark_changed(content_of(first)))
    assert "reads one night" in run_peer("floor", home, tmp_path / "out").stderr
    of_both = rows(answers_of(name, home, tmp_path / "both"))
    first.unlink()
    assert of_both == rows(answers_of("floor", home, tmp_path / "second"))
    second.unlink()
    assert of_both != rows(answers_of("floor", home, tmp_path / "neither"))
