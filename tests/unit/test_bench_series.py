"""The order in which a bench runs its nights, what it leaves out, and what it does again after an interruption. No night is run here."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from bench import series
from bench.homes import bytes_in
from bench.measuring import FailedError, Measured
from bench.records import Records, Step
from bench.series import Bench, large_trust, middle_trust
from bench.trusts import Size, Trust

TINY = {"M": Size("M", 1, 12, 1), "L": Size("L", 1, 12, 5)}
FIRST_DAY, NEXT_DAY = dt.date(2026, 7, 17), dt.date(2026, 7, 20)
Seen = list[tuple[str, dt.date, int, str | None]]


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The nights asked for: home, as-of date, bytes delivered until then, memory limit."""
    asked: Seen = []

    def night(home: Path, as_of: dt.date, memory_limit: str | None = None) -> Measured:
        asked.append((home.name, as_of, bytes_in(home / "landing"), memory_limit))
        (home / "published").mkdir(exist_ok=True)
        (home / "published" / "matlas.duckdb").write_text(str(len(asked)))
        took = Measured(exit_code=0, wall=1.0, cpu=1.0, peak_bytes=1, read_bytes=1, written_bytes=1)
        if memory_limit and as_of == FIRST_DAY and home.name == "M":
            raise FailedError(f"matlas run --home {home} ended", replace(took, last_words=f"Not enough memory. Read {home}/store/logs."))
        return took

    monkeypatch.setattr(series, "night", night)
    monkeypatch.setattr(series, "SIZES", TINY)
    return asked


def bench(work: Path, *wanted: Step, is_resumed: bool = False) -> Bench:
    for size in TINY.values():
        Trust(size, work).files("first", processes=1)
    return Bench(work, Records(work / "measured.jsonl", {}, is_resumed), set(wanted), peers_python=None, told=lambda _: None)


def test_a_next_night_stands_on_the_first_and_neither_next_night_on_the_other(nights: Seen, tmp_path: Path) -> None:
    trust = Trust(TINY["M"], tmp_path)
    for night in ("next_one_day", "next_whole_year"):
        trust.files(night, processes=1)
    asked = bench(tmp_path, Step("M", "next_whole_year"), Step("M", "next_one_day"))

    middle_trust(asked, 0)

    (_, day_1, first, _), (home_2, day_2, one_day, _), (home_3, day_3, whole, _) = nights
    assert [day_1, day_2, day_3] == [FIRST_DAY, NEXT_DAY, NEXT_DAY]
    assert home_2 != home_3
    landing = {night: bytes_in(trust.files(night) / "landing") for night in ("first", "next_one_day", "next_whole_year")}
    assert first == landing["first"]
    assert one_day == first + landing["next_one_day"]
    assert whole == first + landing["next_whole_year"]
    assert [step.name for step in asked.records.steps()] == ["first", "next_one_day", "next_whole_year"]


def test_what_is_measured_is_not_measured_again_and_what_it_stands_on_is(nights: Seen, tmp_path: Path) -> None:
    middle_trust(bench(tmp_path, Step("M", "first")), 0)
    middle_trust(bench(tmp_path, Step("M", "first"), is_resumed=True), 0)
    assert len(nights) == 1

    middle_trust(bench(tmp_path, Step("M", "first"), Step("M", "next_one_day"), is_resumed=True), 0)
    assert [as_of for _, as_of, _, _ in nights] == [FIRST_DAY, FIRST_DAY, NEXT_DAY]


def test_a_night_that_fails_with_little_memory_is_an_answer(nights: Seen, tmp_path: Path) -> None:
    asked = bench(tmp_path, Step("M", "first_limited"))

    middle_trust(asked, 0)

    assert [limit for *_, limit in nights] == ["1GiB"]
    answer = asked.records.of(Step("M", "first_limited"))[0]
    assert answer["has_failed"] is True
    assert answer["why"] == "Not enough memory. Read the home/store/logs."  # kept with the project: no place of this machine


def test_five_years_are_five_loads_each_with_a_year_more(nights: Seen, tmp_path: Path) -> None:
    asked = bench(tmp_path, Step("L", "year_1"), Step("L", "year_5"), Step("L", "last_limited"))

    large_trust(asked, 0)

    homes, days, delivered, limits = zip(*nights, strict=True)
    assert [day.year for day in days] == [2022, 2023, 2024, 2025, 2026, 2026]
    assert list(delivered[:5]) == sorted(set(delivered[:5]))
    assert (delivered[4], limits[4], limits[5]) == (delivered[5], "1GiB", None)
    assert homes[4] != homes[5]
    assert not (tmp_path / "homes" / "L").exists()
