"""The page, the JSON and the history of a bench, from measurements made up here."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from bench.figures import GIB, table
from bench.records import Records, Step
from bench.results import Circumstances, amount, page, write


def about(commit: str = "abc", is_quick: bool = False) -> Circumstances:
    return Circumstances(dt.date(2026, 11, 22), commit, 5, is_quick, {"processor": "Some processor, 2 cores"}, {"dlt": "1.31"})


def stage(name: str, wall: float) -> dict[str, object]:
    return {"name": name, "wall": wall, "cpu": wall / 2, "peak_bytes": GIB}


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """One first night of M, ÷ floor 6 (too much), peak 2 GiB (little enough); the start of an interpreter."""
    made = Records(tmp_path / "measured.jsonl", {})
    night = {"wall": 60.0, "cpu": 90.0, "peak_bytes": 2 * GIB, "read_bytes": 5 * 1024**2, "written_bytes": 3 * 1024**2}
    stages = [stage("start-up", 4), stage("build", 1), stage("build", 40), stage("report and end", 2)]
    made.add(Step("M", "first"), 0, {**night, "stages": stages})
    made.add(Step("M", "floor"), 0, {**night, "wall": 10.0, "cpu": 30.0, "stages": []})
    made.add(Step("S", "start_python"), 0, {**night, "wall": 0.05})
    made.add(Step("M", "readers"), 0, {"reader_errors": 0, "mixed_snapshots": 0, "reads": 9, "publishes": 20, "nights_seen": 2})
    return made


def test_the_page_begins_with_the_figures_each_beside_its_target(records: Records) -> None:
    lines = page(table(records), records, about()).splitlines()

    assert "3 of 4 targets met; 14 figures not measured" in lines[2]
    floor = "| M, first load ÷ a hand-written DuckDB script (the floor) | ≤ 5 | 6 | **no** | 60.0 s ÷ 10.0 s; in CPU seconds 3.00 |"
    assert floor in lines
    assert "| M, peak memory of the process tree | ≤ 3 GiB | 2 GiB | yes | in first |" in lines
    assert "| M, errors of 8 readers through 20 publishes | 0 | 0 | yes | 9 reads, 20 publishes, 2 nights seen |" in lines
    assert "| S, nothing new: wall seconds | ≤ 12 s | not measured | – |  |" in lines


def test_stages_add_up_to_the_whole_night(records: Records) -> None:
    # start-up 4, build 1 + 40, the rest of 60 belongs to the last stage: 15; of the CPU 90 − 21.5 + 1
    assert "| M | first | 4.0 (2.0) | 0.0 (0.0) | 41.0 (20.5) | 0.0 (0.0) | 0.0 (0.0) | 15.0 (67.5) |" in page(
        table(records), records, about()
    )


def test_every_command_has_a_line_and_what_is_no_command_has_none(records: Records) -> None:
    text = page(table(records), records, about())

    assert "| M | floor | 1 | 10.00 | 30.00 | 2048 | 5 | 3 |" in text
    assert "| S | python | 1 | 0.05 | 90.00 | 2048 | 5 | 3 |" in text
    assert "| M | readers |" not in text


def test_a_quick_bench_says_that_it_is_no_measurement(records: Records) -> None:
    assert "nothing else" in page(table(records), records, about(is_quick=True))
    assert "nothing else" not in page(table(records), records, about())


def test_the_history_has_one_line_a_figure_and_commit(records: Records, tmp_path: Path) -> None:
    for commit in ("abc", "def", "abc"):
        write(tmp_path / "bench", table(records), records, about(commit))

    with (tmp_path / "bench" / "history.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [one["commit"] for one in lines if one["figure"] == "first_to_floor"] == ["def", "abc"]
    assert len(lines) == 2 * 4
    floor = lines[-4]
    assert (floor["seen"], floor["at_most"], floor["is_met"], floor["date"]) == ("6", "5", "no", "2026-11-22")


def test_the_json_has_every_measurement(records: Records, tmp_path: Path) -> None:
    write(tmp_path, table(records), records, about())
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))

    assert {(one["trust"], one["step"]) for one in found["measurements"]} == {tuple(step) for step in records.steps()}
    assert next(one for one in found["figures"] if one["figure"] == "growth")["seen"] is None


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (4.5, "ratio", "4.5"),
        (0.144, "ratio", "0.14"),
        (12.34, "ratio", "12.3"),
        (3.0, "GiB", "3 GiB"),
        (7.26, "s", "7.3 s"),
        (0.0, "count", "0"),
    ],
)
def test_a_figure_has_as_many_digits_as_it_deserves(value: float, unit: str, words: str) -> None:
    assert amount(value, unit) == words
