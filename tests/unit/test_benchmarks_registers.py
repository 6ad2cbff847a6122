"""The registers of schools and of their links: read in their own encoding and dates, and nothing personal kept."""

import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.benchmarks import BenchmarkError, Occasion, load_file
from pipelines.store.home import Home
from tests.helpers.official_files import LINKS, register_header, written

REAL = Path(__file__).parents[3] / "shared/reference/mis"
SCHOOL = {
    "URN": "130002",
    "LA (code)": "805",
    "LA (name)": "Hartlepool",
    "EstablishmentNumber": "4001",
    "EstablishmentName": "Sainte-Thérèse’s School, Ashby",
    "TypeOfEstablishment (name)": "Academy converter",
    "NumberOfPupils": "912",
    "PercentageFSM": "17.4",
    "OpenDate": "01-09-2018",
    "HeadLastName": "Quigley",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def kept(home: Home, columns: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select {columns} from read_parquet('{home.store / 'benchmarks' / '*.parquet'}') order by all").fetchall()


def test_schools_are_read_from_the_windows_file_without_their_heads(home: Home, tmp_path: Path) -> None:
    file = written(tmp_path / "edubasealldata.csv", register_header("gias_establishments"), SCHOOL, encoding="cp1252")

    loaded = load_file(home, file, Occasion(published_on=datetime.date(2026, 1, 5)))

    assert loaded.rows_used == 1
    assert kept(home, "urn, school_name, la_code, establishment_number, pupils, fsm_pct, opened_on, closed_on, published_on") == [
        (130002, "Sainte-Thérèse’s School, Ashby", "805", "4001", 912, 17.4, datetime.date(2018, 9, 1), None, datetime.date(2026, 1, 5))
    ]
    (stored,) = (home.store / "benchmarks").glob("gias_establishments-*.parquet")
    assert b"Quigley" not in stored.read_bytes()


def test_links_are_read_whichever_way_their_days_are_written(home: Home, tmp_path: Path) -> None:
    rows = [
        {"URN": "140003", "LinkURN": "130002", "LinkName": "Ashby School", "LinkType": "Predecessor", "LinkEstablishedDate": day}
        for day in ("01/09/2018", "01-09-2019", "")
    ]
    load_file(home, written(tmp_path / "links.csv", LINKS, *rows))

    assert kept(home, "urn, linked_urn, link_type, link_date") == [
        (140003, 130002, "Predecessor", datetime.date(2018, 9, 1)),
        (140003, 130002, "Predecessor", datetime.date(2019, 9, 1)),
        (140003, 130002, "Predecessor", None),
    ]


@pytest.mark.skipif(not REAL.exists(), reason="the real headers are not beside this checkout")
def test_the_real_headers_are_recognised(home: Home, tmp_path: Path) -> None:
    header = (REAL / "gias_header.csv").read_text(encoding="utf-8").strip()
    row = ",".join(f'"{SCHOOL.get(name, "")}"' for name in header.split(","))
    (tmp_path / "schools.csv").write_text(f"{header}\n{row}\n", encoding="cp1252")

    assert load_file(home, tmp_path / "schools.csv").known.name == "gias_establishments"
    assert load_file(home, REAL / "gias_links_sample.csv").rows_used == 2


@pytest.mark.parametrize(
    ("odd", "why"),
    [({"URN": ""}, "without a URN"), ({"OpenDate": "September"}, "“OpenDate” that are no day"), ({"NumberOfPupils": "many"}, "no number")],
)
def test_a_register_with_a_cell_of_another_kind_is_refused(home: Home, tmp_path: Path, odd: dict[str, str], why: str) -> None:
    file = written(tmp_path / "edubasealldata.csv", register_header("gias_establishments"), SCHOOL | odd)

    with pytest.raises(BenchmarkError, match=why) as refused:
        load_file(home, file)

    assert "September" not in str(refused.value)
    assert not list(home.store.glob("benchmarks/*"))
