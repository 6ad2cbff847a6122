"""Files with a row a school: recognised by header, figures with their years, what is not there never a zero."""

import csv
from pathlib import Path

import duckdb
import pytest

from pipelines.benchmarks import BenchmarkError, Occasion, SchoolFile, known_files, load_file
from pipelines.build.official import official_views
from pipelines.store.home import Home

OFFICIAL = Path(__file__).parents[3] / "shared/reference/benchmarks/schools_open_data.csv"
KNOWN = next(known for known in known_files() if isinstance(known, SchoolFile))
HEADER = [*KNOWN.about.values(), KNOWN.phase, *KNOWN.characteristics.values(), *KNOWN.figures]
OAK = {"urn": "900201", "laestab": "9309001", "name": "Oak School", "phase": "Secondary", "la_code": "930", "la_name": "Oakshire"}


def written(tmp_path: Path, *rows: dict[str, str]) -> Path:
    path = tmp_path / "schools.csv"
    lines = [",".join(HEADER)] + [",".join(row.get(name, "12.5") for name in HEADER) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def kept(home: Home, columns: str) -> list[tuple[object, ...]]:
    """The rows that dbt is given."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for view in official_views(home.store):
            connection.execute(view)
        return connection.execute(f"select {columns} from raw.school_data order by all").fetchall()


def test_figures_are_of_the_years_that_the_file_counts_back_from(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    loaded = load_file(
        home, written(tmp_path, OAK | {"overall_absence_pct_prev2": "9.25", "attainment8": "47.1"}), Occasion(time_period=201920)
    )

    assert (loaded.rows_used, loaded.figures, loaded.symbols) == (1, 18, {})
    assert loaded.time_periods == [201718, 201819, 201920, 202021]
    found = {row[:3]: row[3:] for row in kept(home, "item, time_period, series, value, value_status")}
    assert found["absence_rate", 201718, "census"] == (9.25, "ok")
    assert found["attainment8", 202021, "performance_tables"] == (47.1, "ok")
    assert found["idaci", None, None] == (12.5, "ok")


def test_what_is_not_there_has_a_status_and_no_value(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    gaps = {"attainment8": "SUPP", "idaci": "", "pp_pct": "NA", "persistent_absence_pct": "C", "overall_absence_pct": "low"}

    load_file(home, written(tmp_path, OAK | gaps), Occasion(time_period=202324))

    found = {row[:2]: row[2:] for row in kept(home, "item, time_period, value, value_status")}
    assert found["attainment8", 202425] == (None, "c")
    assert found["idaci", None] == found["pupil_premium_pct", None] == (None, "x")
    assert found["persistent_absence_rate", 202324] == (None, "c")
    assert found["absence_rate", 202324] == (None, "low")


def test_schools_are_no_figures_of_places(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    load_file(home, written(tmp_path, OAK), Occasion(time_period=202324))

    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for view in official_views(home.store):
            connection.execute(view)
        assert connection.execute("select count(*) from raw.benchmark").fetchall() == [(0,)]


@pytest.mark.parametrize("time_period", [None, 202325, 202323], ids=str)
def test_a_file_without_years_is_refused_until_its_year_is_said(tmp_path: Path, time_period: int | None) -> None:
    home = Home(tmp_path / "home")

    with pytest.raises(BenchmarkError, match="--time-period"):
        load_file(home, written(tmp_path, OAK), Occasion(time_period=time_period))

    assert not list(home.store.glob("benchmarks/*"))


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"attainment8": "many"}, "an unknown symbol"),
        ({"attainment8": "inf"}, "an unknown symbol"),
        ({"phase": "Sixth form"}, "a phase"),
        ({"phase": ""}, "a phase"),
        ({"urn": ""}, "a URN"),
        ({"name": "Oak School again"}, "school 900201 twice"),
    ],
)
def test_a_school_that_cannot_be_placed_refuses_the_whole_file(tmp_path: Path, odd: dict[str, str], reason: str) -> None:
    home = Home(tmp_path / "home")

    with pytest.raises(BenchmarkError, match=f"{reason}.*Nothing was loaded"):
        load_file(home, written(tmp_path, OAK, OAK | ({} if "name" in odd else {"urn": "900202"}) | odd), Occasion(time_period=202324))

    assert not list(home.store.glob("benchmarks/*"))


def test_an_unknown_file_is_refused_with_the_school_data_among_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("urn,name\n900201,Oak\n")

    with pytest.raises(BenchmarkError, match=r"similar schools service: lacks laestab, la_code"):
        load_file(Home(tmp_path / "home"), path)


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the open school data lie outside the project and are only there where this is checked")
def test_the_open_school_data_are_loaded_whole(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    loaded = load_file(home, OFFICIAL, Occasion(time_period=202324))

    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        schools = list(csv.DictReader(file))
    cells = [row[name] for row in schools for name in (*KNOWN.characteristics.values(), *KNOWN.figures)]
    numbers = [cell for cell in cells if cell.replace(".", "", 1).isdigit()]
    assert (loaded.rows_used, loaded.figures, loaded.symbols) == (len(schools), len(numbers), {"x": len(cells) - len(numbers)})
    assert len(numbers) == 29588
    assert kept(home, "count(distinct urn) filter (phase = 'secondary'), count(distinct urn) filter (phase is null)") == [(1307, 2)]
