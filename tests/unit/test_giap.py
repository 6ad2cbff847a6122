"""DfE's result files: recognised by header whatever they are called, one contract row a result column, unquoted rows by line."""

import csv
import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ingest.recognising import TwoTablesError, recognised
from pipelines.sources import load_profile
from tests.helpers.giap_files import IDRIS, ROSA, giap_file, headings
from tests.helpers.nights import Nights
from tests.reading_helpers import Reader

KS2_ROW = {"ACADYR": "2024/2025", "UPN": ROSA, "SURNAME": "Thornwick", "READSCORE": "104", "RWMEXP": "1", "ELIGRWM": "1"}
KS4_ROW = {"KS4_ACADYR": "2023/2024", "KS4_UPN": IDRIS, "KS4_ATT8": "52.5", "KS4_P8SCORE": "-0.21", "KS4_INP8CALC": "1"}


PUBLISHED = Path(__file__).parents[3] / "shared/reference/mis/giap_download_columns.csv"


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="DfE's own column order is not here: it is not part of the product")
@pytest.mark.parametrize("table", ["EYFSP", "Phonics", "MTC", "KS1", "KS2", "KS4"])
def test_the_files_of_these_tests_have_dfes_own_columns_in_dfes_own_order(table: str) -> None:
    rows = csv.DictReader(PUBLISHED.read_text(encoding="utf-8").splitlines())

    published = sorted((int(row["position"]), row["column"]) for row in rows if row["dataset"] == table)

    assert list(headings(table)) == [column for _, column in published]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def found(path: Path, mis: str = "sims", entry: str | None = None) -> str | None:
    match = recognised(path, entry, entry or path.name, mis)
    return f"{match.profile} {match.table.name}" if match else None


@pytest.mark.parametrize("table", ["EYFSP", "Phonics", "MTC", "KS1", "KS2", "KS4"])
@pytest.mark.parametrize("mis", ["arbor", "bromcom", "matlas", "sims", "wonde"])
def test_each_of_the_six_files_is_known_by_its_header_in_any_mis(reader: Reader, table: str, mis: str) -> None:
    path = reader.write("9304001_download (2).csv", giap_file(table, {}))

    assert found(path, mis) == f"giap {table}"


def test_a_header_stands_above_the_miss_own_names_and_below_a_canonical_one(reader: Reader) -> None:
    ks2 = giap_file("KS2", KS2_ROW)

    assert found(reader.write("results.csv", ks2)) == "giap KS2"
    assert found(reader.write("matlas_assessment_result.csv", ks2)) == "matlas matlas_assessment_result"


def test_a_packed_file_and_one_with_a_byte_order_mark_are_known_too(reader: Reader, tmp_path: Path) -> None:
    ks4 = giap_file("KS4", KS4_ROW)
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "w") as file:
        file.writestr("download.csv", ks4)

    assert found(reader.write("download.csv.gz", gzip.compress(ks4.encode()))) == "giap KS4"
    assert found(reader.write("bom.csv", "\ufeff" + ks4)) == "giap KS4"
    assert found(reader.write("utf16.csv", ks4.encode("utf-16"))) == "giap KS4"
    assert found(pack, entry="download.csv") == "giap KS4"


def test_other_files_are_nobodys_or_the_miss(reader: Reader) -> None:
    assert found(reader.write("census.csv", "PupilMatchingRef,UPN,Surname\n")) is None
    assert found(reader.write("pupils.csv", "Adno,UPN\n")) == "sims pupils"
    assert found(reader.write("broken.csv.gz", b"\x1f\x8b\x08\x00half")) is None
    assert found(reader.write("ks2.txt", giap_file("KS2", KS2_ROW))) is None


def test_a_file_with_the_header_of_two_tables_is_told_so(reader: Reader) -> None:
    path = reader.write("both.csv", ",".join(dict.fromkeys([*headings("MTC"), *headings("KS2")])) + "\n")

    with pytest.raises(TwoTablesError) as caught:
        found(path)

    assert caught.value.tables == ["giap MTC", "giap KS2"]


def test_a_row_gives_a_result_for_each_column_that_is_not_empty(reader: Reader) -> None:
    reading = reader.read_text("sims", "download.csv", giap_file("KS2", KS2_ROW, {**KS2_ROW, "UPN": IDRIS, "READSCORE": ""}))

    assert [(row["source_pupil_id"], row["subject_code"], row["component"], row["result"]) for row in reader.rows(reading)] == [
        (ROSA, "READ", "TEST", "104"),
        (ROSA, "DFE", "ELIGRWM", "1"),
        (ROSA, "DFE", "RWMEXP", "1"),
        (IDRIS, "DFE", "ELIGRWM", "1"),
        (IDRIS, "DFE", "RWMEXP", "1"),
    ]
    assert {(row["kind"], row["stage"], row["result_type"], row["period_name"], row["result_date"]) for row in reader.rows(reading)} == {
        ("summative", "KS2", "official", "2024/2025", "2025-06-30")
    }
    (file,) = reading.files
    assert (file.rows_in_file, file.rows_read, file.rows_accepted) == (2, 5, 5)


def test_every_column_we_use_comes_out_under_the_name_the_readme_gives_it(reader: Reader) -> None:
    readme = (Path(__file__).parents[2] / "pipelines/sources/giap/README.md").read_text(encoding="utf-8")
    for table in load_profile("giap").tables.values():
        row = dict.fromkeys(headings(table.name), "1")
        row |= {heading: "2024/2025" for heading in row if heading.endswith("ACADYR")} | {h: ROSA for h in row if h.split("_")[-1] == "UPN"}
        reading = reader.read_text("sims", f"{table.name}.csv", giap_file(table.name, row))
        named = {(one["subject_code"], one["component"]) for one in reader.rows(reading)}
        assert len(named) == len(table.cells) == reading.files[0].rows_accepted
        assert named == {(cell.says[0], cell.says[1]) for cell in table.cells}
        assert all(subject in readme and component in readme for subject, component in named)


def test_a_upn_is_written_in_capitals_without_blanks_and_a_false_one_never_rejects(reader: Reader) -> None:
    rows = [{**KS4_ROW, "KS4_UPN": " p207000016049 "}, {**KS4_ROW, "KS4_UPN": "A123456789001"}]
    reading = reader.read_text("wonde", "ks4.csv", giap_file("KS4", *rows))

    assert {row["source_pupil_id"] for row in reader.rows(reading)} == {"P207000016049", "A123456789001"}
    assert reader.rejected(reading) == []


def test_a_comma_in_a_surname_rejects_that_line_and_no_other(reader: Reader) -> None:
    rows = [KS4_ROW, {**KS4_ROW, "KS4_UPN": ROSA, "KS4_SURNAME": "Thornwick, Jr"}, {**KS4_ROW, "KS4_UPN": "M80120000500A"}]
    reading = reader.read_text("arbor", "ks4.csv", giap_file("KS4", *rows))

    assert reader.rejected(reading) == [(3, "field_count", None)]
    assert {row["source_pupil_id"] for row in reader.rows(reading)} == {IDRIS, "M80120000500A"}
    (file,) = reading.files
    assert (file.rows_in_file, file.rows_read, file.rows_accepted, file.rows_rejected) == (3, 7, 6, 1)


def test_a_quotation_mark_is_a_letter_like_any_other(reader: Reader) -> None:
    rows = [{**KS4_ROW, "KS4_SURNAME": 'O"Brien'}, {**KS4_ROW, "KS4_UPN": ROSA, "KS4_FORENAMES": '"Bo'}]
    reading = reader.read_text("arbor", "ks4.csv", giap_file("KS4", *rows))

    assert reading.files[0].rows_accepted == 6
    assert reader.rejected(reading) == []


def test_a_row_without_upn_or_with_no_academic_year_is_rejected_by_its_results(reader: Reader) -> None:
    rows = [{**KS4_ROW, "KS4_UPN": ""}, {**KS4_ROW, "KS4_ACADYR": "2024"}, {**KS4_ROW, "KS4_UPN": "", "KS4_ATT8": ""}]
    reading = reader.read_text("arbor", "ks4.csv", giap_file("KS4", *rows))

    assert (
        reader.rejected(reading)
        == [(2, "missing_required", "KS4_UPN")] * 3 + [(3, "bad_date", "KS4_ACADYR")] * 3 + [(4, "missing_required", "KS4_UPN")] * 2
    )


def test_a_pupil_who_stands_twice_counts_once_the_later_row(reader: Reader) -> None:
    reading = reader.read_text("arbor", "ks4.csv", giap_file("KS4", KS4_ROW, {**KS4_ROW, "KS4_ATT8": "53"}))

    assert {row["component"]: row["result"] for row in reader.rows(reading)} == {
        "KS4_ATT8": "53",
        "KS4_P8SCORE": "-0.21",
        "KS4_INP8CALC": "1",
    }
    assert reading.files[0].rows_duplicate == 3


NAMES = st.text(alphabet="abcé ',\"-", max_size=8)
SCORES = st.sampled_from(["", "80", "104", "120"])
FLAGS = st.sampled_from(["", "0", "1"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NAMES, SCORES, FLAGS), min_size=1, max_size=12))
def test_whatever_the_names_are_no_row_is_misread_and_none_is_lost(reader: Reader, rows: list[tuple[str, str, str]]) -> None:
    made = [
        {**KS2_ROW, "UPN": f"P{number:012}", "SURNAME": name, "READSCORE": score, "RWMEXP": flag, "ELIGRWM": ""}
        for number, (name, score, flag) in enumerate(rows)
    ]
    reading = reader.read_text("sims", "download.csv", giap_file("KS2", *made))

    whole = [row for row in made if "," not in row["SURNAME"]]
    wanted = {(row["UPN"], "READ", row["READSCORE"]) for row in whole if row["READSCORE"]}
    wanted |= {(row["UPN"], "DFE", row["RWMEXP"]) for row in whole if row["RWMEXP"]}
    assert {(row["source_pupil_id"], row["subject_code"], row["result"]) for row in reader.rows(reading)} == wanted
    assert [line for line, _, _ in reader.rejected(reading)] == [n + 2 for n, row in enumerate(made) if "," in row["SURNAME"]]
    assert reading.files[0].rows_in_file == len(made)


def test_a_night_names_a_file_with_two_headers_and_takes_a_zips_date_for_its_entries(tmp_path: Path) -> None:
    nights = Nights.at(tmp_path / "home")
    nights.deliver("ashby", "both.csv", ",".join(dict.fromkeys([*headings("MTC"), *headings("KS2")])) + "\n")
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "w") as file:
        file.writestr("download.csv", giap_file("KS4", KS4_ROW))
    nights.deliver("ashby", "from_dfe_2025-10-14.zip", pack.read_bytes())
    nights.night("2025-10-20")

    (unknown,) = nights.unknown()
    assert (unknown.file_name, unknown.reason_code) == ("both.csv", "two_tables")
    assert "giap MTC and of giap KS2" in unknown.reason
    assert nights.sql("select table_name, cast(effective_date as varchar), pupil_id_kind from raw.delivery") == [
        ("KS4", "2025-10-14", "upn")
    ]


def test_the_files_of_two_years_stand_beside_each_other(tmp_path: Path) -> None:
    nights = Nights.at(tmp_path / "home")
    nights.deliver("ashby", "ks4_2024-10-14.csv", giap_file("KS4", KS4_ROW))
    nights.deliver("ashby", "ks4_2025-10-14.csv", giap_file("KS4", {**KS4_ROW, "KS4_ACADYR": "2024/2025", "KS4_UPN": ROSA}))
    nights.night("2025-10-20")

    rows = nights.sql("select source_pupil_id, period_name from raw.assessment_result where component = 'KS4_ATT8' order by 1")
    assert rows == [(IDRIS, "2023/2024"), (ROSA, "2024/2025")]
