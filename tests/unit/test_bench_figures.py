"""The figures of the bench from measurements made up here: ratios of pairs, medians, targets, and going on after an interruption."""

from pathlib import Path

import pytest

from bench.figures import FIGURES, GIB, steps_of, table, targets
from bench.queries import percentile
from bench.records import OtherBenchError, Records, Step

HERE = {"commit": "abc"}


def took(wall: float, cpu: float = 1.0, peak_bytes: int = GIB, **more: object) -> dict[str, object]:
    return {"wall": wall, "cpu": cpu, "peak_bytes": peak_bytes, **more}


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / "measured.jsonl", HERE)


def line(records: Records, figure: str) -> tuple[float | None, bool | None]:
    found = next(one for one in table(records) if one.target.figure == figure)
    return (found.seen.value if found.seen else None), found.is_met


def test_every_figure_has_a_target_and_every_target_a_figure() -> None:
    assert sorted(one.figure for one in targets()) == sorted(FIGURES)


def test_a_ratio_is_the_median_of_pairs_so_that_a_slow_hour_is_slow_on_both_sides(records: Records) -> None:
    for run, (first, floor) in enumerate([(40, 10), (90, 20), (48, 8)]):
        records.add(Step("M", "first"), run, took(first, cpu=first * 2))
        records.add(Step("M", "floor"), run, took(floor, cpu=floor * 4))

    assert line(records, "first_to_floor") == (4.5, True)  # of 4, 4.5 and 6; the ratio of the medians would be 4.8
    seen = next(one.seen for one in table(records) if one.target.figure == "first_to_floor")
    assert seen is not None
    assert seen.beside == "48.0 s ÷ 10.0 s; in CPU seconds 2.25"


def test_a_run_that_lacks_one_side_counts_for_nothing(records: Records) -> None:
    records.add(Step("M", "first"), 0, took(50))
    assert line(records, "first_to_floor") == (None, None)
    records.add(Step("M", "floor"), 1, took(1))
    assert line(records, "first_to_floor") == (None, None)
    records.add(Step("M", "first"), 1, took(6))
    assert line(records, "first_to_floor") == (6, False)


def test_of_a_night_with_nothing_new_the_tools_own_start_is_taken_off(records: Records) -> None:
    for run, (night, start) in enumerate([(9, 7.5), (8, 6), (7, 6.5)]):
        records.add(Step("S", "nothing_new"), run, took(night))
        records.add(Step("S", "start_job"), run, took(start))

    assert line(records, "nothing_new") == (8, True)
    assert line(records, "nothing_new_own") == (1.5, True)


def test_peak_memory_is_that_of_the_worst_night(records: Records) -> None:
    records.add(Step("M", "first"), 0, took(1, peak_bytes=2 * GIB))
    records.add(Step("M", "next_whole_year"), 0, took(1, peak_bytes=7 * GIB // 2))

    assert line(records, "memory_m") == (3.5, False)


def test_a_limited_night_that_fails_is_counted(records: Records) -> None:
    records.add(Step("M", "first_limited"), 0, took(1, has_failed=True))

    assert line(records, "limited_m") == (1, False)


def test_sizes_and_readers(records: Records) -> None:
    records.add(Step("M", "sizes"), 0, {"published_bytes": GIB, "arbor_bytes": 4 * GIB, "landing_bytes": 2 * GIB})
    records.add(Step("M", "readers"), 0, {"reader_errors": 0, "mixed_snapshots": 1, "reads": 9, "publishes": 20, "nights_seen": 2})

    assert line(records, "published_to_landing") == (0.25, True)
    assert line(records, "reader_errors") == (0, True)
    assert line(records, "mixed_snapshots") == (1, False)


def test_what_a_figure_needs_is_named() -> None:
    assert steps_of(["growth"]) == {Step("L", "year_1"), Step("L", "year_5")}


def test_the_95th_percentile_of_two_hundred_is_the_190th() -> None:
    assert percentile([float(number) for number in range(200, 0, -1)], 95) == 190


# --- going on ---------------------------------------------------------------------------------------------------------------------------


def test_an_interrupted_bench_goes_on_with_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "measured.jsonl"
    before = Records(file, HERE)
    before.add(Step("M", "first"), 0, took(5))
    before.add(Step("M", "first"), 1, took(6))
    before.add(Step("M", "first"), 1, took(7))
    with file.open("a") as half:
        half.write('{"trust": "M", "st')

    again = Records(file, HERE, is_resumed=True)

    assert again.has(Step("M", "first"), 1)
    assert not again.has(Step("M", "first"), 2)
    assert [one["wall"] for one in again.of(Step("M", "first")).values()] == [5, 7]


def test_a_measurement_after_a_half_written_line_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "measured.jsonl"
    Records(file, HERE)
    with file.open("a") as half:
        half.write('{"trust": "M", "st')
    Records(file, HERE, is_resumed=True).add(Step("M", "first"), 0, took(5))

    assert Records(file, HERE, is_resumed=True).has(Step("M", "first"), 0)


def test_a_bench_of_another_commit_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "measured.jsonl"
    Records(file, HERE)

    with pytest.raises(OtherBenchError, match="abc"):
        Records(file, {"commit": "def"}, is_resumed=True)


def test_without_asking_to_go_on_it_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "measured.jsonl"
    Records(file, HERE).add(Step("M", "first"), 0, took(5))

    assert not Records(file, HERE).has(Step("M", "first"), 0)
