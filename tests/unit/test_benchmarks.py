"""Official files: recognised by header, published digits kept, symbols never zero."""

from pathlib import Path

import duckdb
import pytest

from pipelines.benchmarks import BenchmarkError, known_files, load_file
from pipelines.store.home import Home

OFFICIAL = Path(__file__).parents[3] / "shared/reference/benchmarks/ees_pupil_attendance_ytd_202425.csv"


def header() -> list[str]:
    known = known_files()[0]
    return [
        "time_period", "time_identifier", "geographic_level", "education_phase",
        "country_code", "country_name", "region_code", "region_name", "new_la_code", "la_name",
        *[spellings.split("|")[-1] for spellings in known.indicators],
    ]  # fmt: skip


def written(tmp_path: Path, *rows: dict[str, str]) -> Path:
    path = tmp_path / "download.csv"
    lines = [",".join(header())] + [",".join(row.get(name, "1.5") for name in header()) for row in rows]
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


ENGLAND = {
    "time_period": "202425", "time_identifier": "Academic year", "geographic_level": "National", "education_phase": "Primary",
    "country_code": "E92000001", "country_name": "England", "region_code": "", "region_name": "", "new_la_code": "", "la_name": "",
}  # fmt: skip


def kept(home: Home) -> list[tuple[object, ...]]:
    files = str(home.store / "benchmarks" / "*.parquet")
    return duckdb.sql(f"select measure_id, breakdown, phase, value, value_status from read_parquet('{files}') order by all").fetchall()


def test_a_published_figure_keeps_its_digits_and_a_symbol_becomes_a_status(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    loaded = load_file(home, written(tmp_path, ENGLAND | {"attendance_perc": "94.80615945", "pa_perc": "C", "illness_perc": ":"}))

    figures = {(row[0], row[1]): row[2:] for row in kept(home)}
    assert figures["attendance_rate", "all"] == ("primary", 94.80615945, "ok")
    assert figures["persistent_absence_rate", "all"] == ("primary", None, "c")
    assert figures["absence_by_reason", "I"] == ("primary", None, "x")
    assert loaded.symbols == {"c": 1, "x": 1}
    assert loaded.figures == len(known_files()[0].indicators) - 2


def test_a_column_that_dfe_renamed_is_read_by_either_name(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    path = written(tmp_path, ENGLAND | {"auth_grt_perc": "0.25"})

    load_file(home, path)

    assert ("absence_by_reason", "T", "primary", 0.25, "ok") in kept(home)


def test_rows_that_are_not_a_whole_year_are_left_out(tmp_path: Path) -> None:
    loaded = load_file(Home(tmp_path / "home"), written(tmp_path, ENGLAND, ENGLAND | {"time_identifier": "Week 12"}))

    assert (loaded.rows_in_file, loaded.rows_used) == (2, 1)


def test_an_unknown_file_is_refused_with_the_list_of_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(BenchmarkError, match="Pupil attendance in schools"):
        load_file(Home(tmp_path / "home"), path)


@pytest.mark.parametrize("odd", [{"attendance_perc": "many"}, {"education_phase": "Sixth form"}, {"geographic_level": "Ward"}])
def test_a_figure_that_cannot_be_placed_refuses_the_whole_file(tmp_path: Path, odd: dict[str, str]) -> None:
    home = Home(tmp_path / "home")

    with pytest.raises(BenchmarkError, match="Nothing was loaded"):
        load_file(home, written(tmp_path, ENGLAND | odd))

    assert not list(home.store.glob("benchmarks/*"))


@pytest.mark.skipif(not OFFICIAL.exists(), reason="DfE's file lies outside the project and is only there where it is checked")
def test_dfes_own_file_is_loaded_whole(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    loaded = load_file(home, OFFICIAL)

    # 494 rows (454 of local authorities, 36 of regions, 4 of England), 19 figures each; three rows print c for each of them.
    assert (loaded.rows_in_file, loaded.rows_used) == (494, 494)
    assert loaded.symbols == {"c": 3 * 19}
    assert loaded.figures == (494 - 3) * 19
    assert ("attendance_rate", "all", "primary", 94.80615945, "ok") in kept(home)  # Suffolk
