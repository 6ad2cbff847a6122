"""Delimited text: headers are found, true lines are kept, and the fast way never says anything else than the sure one."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ingest import tabular
from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import find_header
from pipelines.ingest.tabular import Dialect
from pipelines.ingest.text_parts import Part
from pipelines.sources import load_profile
from pipelines.store.records import DeliveredFile
from tests.reading_helpers import Reader

TABLE = load_profile("matlas").tables["matlas_attendance_mark"]
HEADER = "source_pupil_id,session_date,session,mark_code\n"
NAME = "matlas_attendance_mark.csv"
COMMA = Dialect(",", '"')


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def test_titles_and_blank_lines_above_the_header_do_no_harm(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, 'Marks of "our school\n\nprinted,today\n' + HEADER + "1,2025-09-02,AM,/\n")

    assert reading.files[0].header_line == 4
    assert [row["source_row"] for row in reader.rows(reading)] == [5]


def test_a_header_below_the_tenth_line_is_not_looked_for(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, "title\n" * 10 + HEADER + "1,2025-09-02,AM,/\n")

    assert (reading.status, reading.reason_code) == ("rejected", "missing_column")


def test_headings_match_without_case_and_with_blanks_collapsed(reader: Reader) -> None:
    content = "  adno ,MARK   DATE,session,Mark\n0012,02/09/2025,am,/\n"
    reading = reader.read_text("sims", "marks.csv", content)

    assert [(row["source_pupil_id"], row["session"]) for row in reader.rows(reading)] == [("0012", "AM")]


def test_a_missing_required_column_rejects_the_file_and_is_named(reader: Reader) -> None:
    reading = reader.read_text("arbor", "STUDENTS.csv", "STUDENT_ID,UPN,SEX\n1,,F\n")

    assert (reading.status, reading.reason_code) == ("rejected", "missing_column")
    assert "STUDENTS.csv line 1" in (reading.reason or "")
    assert "“DATE_OF_BIRTH”" in (reading.reason or "")


def test_one_of_two_columns_is_enough_where_one_stands_in_for_the_other(reader: Reader) -> None:
    reading = reader.read_text("arbor", "STUDENTS.csv", "STUDENT_ID,DATE_OF_BIRTH,GENDER\n1,2013-10-04,Female\n")

    assert [row["sex"] for row in reader.rows(reading)] == ["F"]


def test_extra_columns_are_known_by_name_and_their_values_stop_at_the_door(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read_text("arbor", NAME, HEADER.strip() + ",HOME ADDRESS\n1,2025-09-02,AM,/,12 Elm Grove\n")

    assert reading.files[0].extra_columns == ["HOME ADDRESS"]
    assert reading.files[0].missing_optional == ["minutes_late"]
    assert all(b"Elm Grove" not in path.read_bytes() for path in (tmp_path / "raw").rglob("*") if path.is_file())


def test_a_heading_that_stands_twice_is_refused_where_we_read_it(reader: Reader) -> None:
    read_twice = reader.read_text("arbor", NAME, "source_pupil_id,session_date,session,mark_code,Mark_Code\n1,2025-09-02,AM,/,L\n")
    unread_twice = reader.read_text("arbor", NAME, HEADER.strip() + ",note,note\n1,2025-09-02,AM,/,a,b\n")

    assert (read_twice.reason_code, unread_twice.status) == ("duplicate_column", "read")


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file_is_rejected(reader: Reader, content: str) -> None:
    assert reader.read_text("arbor", NAME, content).reason_code == "empty_file"


def test_a_header_without_rows_is_no_rows(reader: Reader) -> None:
    for content in (HEADER, HEADER.strip(), HEADER + "\n\n"):
        reading = reader.read_text("arbor", NAME, content)
        assert (reading.status, reading.entities[0].rows_read) == ("read", 0)


def test_rows_with_too_many_or_too_few_fields_are_rejected_by_line(reader: Reader) -> None:
    content = HEADER + "1,2025-09-02,AM,/\n2,2025-09-02,AM\n3,2025-09-02,AM,/,\n4,2025-09-02,AM,/,x\n5,2025-09-02,AM,L\n"
    reading = reader.read_text("arbor", NAME, content)

    assert reader.rejected(reading) == [(3, "field_count", None), (4, "field_count", None), (5, "field_count", None)]
    assert [row["source_row"] for row in reader.rows(reading)] == [2, 6]


def test_a_nul_byte_rejects_its_row(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, HEADER + "1,2025-09-02,AM,/\n2,2025-09-02,AM,\0\n")

    assert reader.rejected(reading) == [(3, "nul_byte", None)]


def test_a_line_break_in_a_field_does_not_shift_the_lines_below(reader: Reader) -> None:
    content = 'source_pupil_id,date_of_birth,sex,legal_surname\n1,2013-10-04,F,"Thorn\nwick"\n2,soon,F,x\n'
    reading = reader.read_text("arbor", "matlas_pupil.csv", content)

    assert reader.rejected(reading) == [(4, "bad_date", "date_of_birth")]
    assert reader.rows(reading)[0]["legal_surname"] == "Thorn\nwick"


def test_blank_lines_are_no_rows(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, HEADER + "1,2025-09-02,AM,/\n\n2,2025-09-02,AM,/\n\n\n")

    assert [row["source_row"] for row in reader.rows(reading)] == [2, 4]
    assert reading.entities[0].rows_rejected == 0


def test_a_quotation_mark_that_is_never_closed_rejects_the_file_with_its_line(reader: Reader) -> None:
    reading = reader.read_text("arbor", NAME, HEADER + '1,2025-09-02,AM,/\n2,"2025-09-02,AM,/\n3,2025-09-02,AM,/\n')

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")
    assert "line 3" in (reading.reason or "")


def test_tabs_part_the_fields_of_a_tsv(reader: Reader) -> None:
    reading = reader.read_text("arbor", "matlas_attendance_mark.tsv", (HEADER + "1,2025-09-02,AM,/\n").replace(",", "\t"))

    assert reading.entities[0].rows_accepted == 1


def test_formula_text_is_just_text(reader: Reader) -> None:
    content = "source_pupil_id,date_of_birth,sex,legal_surname\n1,2013-10-04,F,=2+3\n"
    reading = reader.read_text("arbor", "matlas_pupil.csv", content)

    assert reader.rows(reading)[0]["legal_surname"] == "=2+3"


def read_both(folder: Path, content: bytes, titles: int = 0) -> tuple[object, object]:
    """What the fast way and the sure way give of a table under some lines of titles; None for a fast way that does not dare."""
    path = folder / NAME
    path.write_bytes(content)
    file = DeliveredFile(path, None, NAME, None, "0" * 64, len(content))
    parts = [Part(folder / f"{way}.parquet", file, tuple(column.name for column in TABLE.columns)) for way in ("fast", "sure")]
    lines = content.decode().split("\n")[: titles + 1]
    header = find_header(tabular._cells([f"{each.rstrip()}\n" for each in lines], COMMA), TABLE, NAME)
    found = parts[0].text("utf-8", header.line, header.positions, header.extra)
    dares = tabular._read_fast(path, COMMA, header, parts[0], found)
    tabular._read_surely(path, COMMA, header, parts[1], found)
    fast = pq.read_table(parts[0].path).to_pylist() if dares else None
    return fast, pq.read_table(parts[1].path).to_pylist()


FIELD = st.text(st.sampled_from(list("ab/\\,;\"'\n\r\t 1é\0#")), max_size=4)
SOUP = st.lists(st.lists(FIELD, min_size=1, max_size=6).map(",".join), max_size=6).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOUP, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_whatever_the_soup_the_fast_way_says_what_the_sure_one_says(tmp_path: Path, soup: str, ending: str, is_ended: bool) -> None:
    content = HEADER.strip() + ending + soup.replace("\n", ending) + (ending if is_ended else "")
    try:
        fast, sure = read_both(tmp_path, content.encode())
    except ReadingFault:  # a quotation mark that is never closed
        return

    assert fast in (None, sure)


PIECE = st.sampled_from(["a", "é", " ", "\ufeff", '"', '""', '"b"', '"b,c"', '"\r\n"', "\\", "1,2"])
QUOTED = st.lists(st.lists(st.lists(PIECE, max_size=2).map("".join), min_size=3, max_size=5).map(",".join), min_size=1, max_size=5)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUOTED, st.lists(st.sampled_from(['our "school\n', "\n", '"printed",\n', "\ufeff\n"]), max_size=2), st.integers(1, 9))
def test_quotation_marks_are_read_alike_wherever_the_file_is_cut(tmp_path: Path, rows: list[str], titles: list[str], cut: int) -> None:
    content = "".join(titles) + HEADER + "\n".join(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tabular, "CHUNK", cut)
        try:
            fast, sure = read_both(tmp_path, content.encode(), len(titles))
        except ReadingFault:  # a quotation mark that is never closed
            return

    assert fast in (None, sure)


def test_many_blocks_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f'{number},2025-09-02,"A,M",{"é" * (number % 7)}' for number in range(500)]
    monkeypatch.setattr(tabular, "BLOCK", 1000)
    fast, sure = read_both(tmp_path, (HEADER + "\r\n".join(rows)).encode())

    assert fast == sure


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(st.sampled_from("ab/\\é1"), max_size=4), min_size=4, max_size=4), min_size=1, max_size=8), st.booleans())
def test_the_fast_way_is_taken_for_plain_files_quoted_or_not(tmp_path: Path, rows: list[list[str]], is_quoted: bool) -> None:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(HEADER.strip().split(","))
    writer.writerows(rows)
    fast, sure = read_both(tmp_path, file.getvalue().encode())

    assert fast == sure


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOUP)
def test_every_row_of_any_soup_is_accounted_for(tmp_path: Path, soup: str) -> None:
    reader = Reader(tmp_path)
    reader.number = len(list(tmp_path.rglob("*.parquet")))
    reading = reader.read_text("arbor", NAME, HEADER + soup)

    if reading.status == "read":
        assert reading.entities[0].rows_read == reading.files[0].rows_in_file
        assert len(reader.rejected(reading)) == reading.entities[0].rows_rejected
        assert len(reader.rows(reading)) == reading.entities[0].rows_accepted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Zs"), exclude_characters="\ufeff\u200b"), min_size=1, max_size=12),
        max_size=6,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_names_survive_any_encoding(tmp_path: Path, names: list[str], codec: str) -> None:
    reader = Reader(tmp_path)
    reader.number = len(list(tmp_path.rglob("*.parquet")))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["source_pupil_id", "date_of_birth", "sex", "legal_surname"])
    writer.writerows([f"{number:03}", "2013-10-04", "F", name] for number, name in enumerate(names))
    content = file.getvalue().encode(codec)
    reading = reader.read_text("arbor", "matlas_pupil.csv", content)

    expected = [None if name in {"NULL", "N/A", "-"} else name for name in names]
    assert reading.status == "read"
    if reading.files[0].encoding == codec:  # all of a short name may be true UTF-8 by chance
        assert [row["legal_surname"] for row in reader.rows(reading)] == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["plain", "two\nlines", 'quo"ted', "com,ma"]), st.booleans()), min_size=1, max_size=12))
def test_a_rejected_rows_line_is_the_one_an_editor_shows(tmp_path: Path, rows: list[tuple[str, bool]]) -> None:
    reader = Reader(tmp_path)
    reader.number = len(list(tmp_path.rglob("*.parquet")))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["source_pupil_id", "date_of_birth", "sex", "legal_surname"])
    expected = []
    for number, (name, is_bad) in enumerate(rows):
        if is_bad:
            expected.append(file.getvalue().count("\n") + 1)
        writer.writerow([number, "soon" if is_bad else "2013-10-04", "F", name])
    reading = reader.read_text("arbor", "matlas_pupil.csv", file.getvalue())

    assert [line for line, _, _ in reader.rejected(reading)] == expected
