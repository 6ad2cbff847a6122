"""The trusts of the bench: the nights after the first are what they say, a year is delivered after the other, a home is copied whole."""

import datetime as dt
import gzip
from pathlib import Path

import duckdb
import pytest

from bench.homes import bytes_in, cloned, deliver, new_home
from bench.nights import ended_stage
from bench.trusts import FIRST, ONE_DAY, WHOLE_YEAR, Size, Trust
from pipelines.ingest.load import load
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust

EVERY_MIS = Size("tiny", 5, 40, 1)
MARKS = """
    select academy_id, source_pupil_id, cast(session_date as text) as day, session, mark_code, minutes_late
    from read_parquet($files, union_by_name = true)
    where cast(session_date as text) >= $since
    order by all
"""


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    made = Trust(EVERY_MIS, tmp_path_factory.mktemp("work"))
    for night in (FIRST, WHOLE_YEAR, ONE_DAY):
        made.files(night, processes=1)
    return made


def marks_read(root: Path, nights: list[Path], since: dt.date) -> list[tuple[object, ...]]:
    """The marks from a day on, as ingest reads them."""
    home = Home(root)
    new_home(root, nights[0])
    for files in nights:
        deliver(root, files)
    home.prepare()
    load(home, load_trust(home.trust_file), RunRequest(run_id="r", as_of=since, as_at=None, academies=None, is_full=False))
    read = [str(path) for path in home.raw.rglob("*.parquet") if "attendance_mark" in str(path)]
    return duckdb.execute(MARKS, {"files": read, "since": str(since)}).fetchall()


def test_a_one_day_night_has_the_marks_that_the_whole_year_has_of_that_day_for_every_mis(trust: Trust, tmp_path: Path) -> None:
    first = trust.files(FIRST)  # which has what a mark's id stands for, where it is an id
    before = marks_read(tmp_path / "first", [first], trust.next_day)
    whole = marks_read(tmp_path / "whole", [trust.files(WHOLE_YEAR)], trust.next_day)
    day = marks_read(tmp_path / "day", [first, trust.files(ONE_DAY)], trust.next_day)

    on_the_day = [one for one in whole if one[2] == str(trust.next_day)]
    assert {one[0] for one in on_the_day} == {academy.id for academy in trust.plan(trust.first_day).academies}
    assert len(on_the_day) > 5 * 40
    assert sorted(day, key=str) == sorted(before + on_the_day, key=str)


def test_the_next_night_has_one_school_day_more_and_else_the_same_marks(trust: Trust, tmp_path: Path) -> None:
    since = trust.first_day - dt.timedelta(days=30)
    first, whole = (marks_read(tmp_path / night, [trust.files(night)], since) for night in (FIRST, WHOLE_YEAR))

    settled = str(trust.first_day - dt.timedelta(days=7))
    assert [one for one in first if str(one[2]) < settled] == [one for one in whole if str(one[2]) < settled]
    attended = [{str(one[2]) for one in night if one[4] == "/"} for night in (first, whole)]
    assert attended[1] - attended[0] == {str(trust.next_day)}


def test_the_next_school_day_is_a_monday_of_the_same_term(trust: Trust) -> None:
    assert (trust.first_day, trust.next_day) == (dt.date(2026, 7, 17), dt.date(2026, 7, 20))


def test_a_trust_once_made_is_not_made_again(trust: Trust) -> None:
    before = {path: path.stat().st_mtime_ns for path in trust.root.rglob("*") if path.is_file()}

    trust.files(FIRST)

    assert {path: path.stat().st_mtime_ns for path in trust.root.rglob("*") if path.is_file()} == before


def test_years_are_delivered_one_after_the_other_and_each_file_once(tmp_path: Path) -> None:
    trust = Trust(Size("years", 3, 20, 3), tmp_path)
    files, home = trust.files(FIRST, processes=1), tmp_path / "home"
    new_home(home, files)
    ends = trust.year_ends()

    counts, before = [], dt.date.min
    for until in ends:
        counts.append(deliver(home, files, before, until))
        before = until
        assert not [path for path in home.rglob("*_20*") if path.name.rpartition("_20")[2][:8] > str(until)[2:]]

    assert [one.year for one in ends] == [2024, 2025, 2026]
    assert all(count > 20 for count in counts)
    delivered = {path.relative_to(home) for path in (home / "landing").rglob("*") if path.is_file()}
    assert delivered == {path.relative_to(files) for path in (files / "landing").rglob("*") if path.is_file()}


def test_a_cloned_home_may_change_without_the_other(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("landing/ashby/a.csv", "store/raw/pupil/p.parquet", "store/build/build.duckdb", "published/matlas.duckdb"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("before")
    clone = cloned(home, tmp_path / "clone")

    (clone / "store/build/build.duckdb").write_text("after")
    (clone / "store/raw/pupil/p.parquet").unlink()

    assert (home / "store/build/build.duckdb").read_text() == "before"
    assert (home / "store/raw/pupil/p.parquet").read_text() == "before"
    assert bytes_in(home) == 4 * len("before")
    assert (clone / "landing/ashby/a.csv").stat().st_ino == (home / "landing/ashby/a.csv").stat().st_ino


def test_the_marks_in_arbors_shape_are_those_that_arbor_would_write(tmp_path: Path) -> None:
    trust = Trust(Size("one", 1, 20, 1), tmp_path)
    first = next((trust.files(FIRST, processes=1) / "landing").glob("*/ROLL_CALL_ATTENDANCE*"))

    assert trust.marks_in_arbors_shape(processes=1) == len(gzip.decompress(first.read_bytes()))


@pytest.mark.parametrize(
    ("line", "stage"),
    [
        ("  ✓ Reading deliveries (31.2 s)\n", "ingest"),
        ("  ✓ Nothing new: the last night's tables stand (0.1 s)\n", "build"),
        ("  ✓ Some stage of tomorrow (0.1 s)\n", "Some stage of tomorrow"),
        ("  ✗ Publishing (0.1 s)\n", None),
        ("trust.yml has no calendar\n", None),
    ],
)
def test_a_stage_is_known_by_the_line_that_the_command_prints(line: str, stage: str | None) -> None:
    assert ended_stage(line) == stage
