"""JSON pages, XML and Excel: read as streams, refused with a sentence when they are too large, too deep, broken or an attack."""

import datetime
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.trust import Limits
from tests.reading_helpers import Reader

MARK = {"source_pupil_id": 7, "session_date": "2025-09-02", "session": "AM", "mark_code": "/"}
JSON = "matlas_attendance_mark.json"
LINES = "matlas_attendance_mark.jsonl"
XML = "matlas_attendance_mark.xml"
EXCEL = "matlas_attendance_mark.xlsx"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def mark(**changes: Any) -> dict[str, Any]:
    return {**MARK, **changes}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([MARK, mark(session="PM")]),
        json.dumps({"data": [MARK, mark(session="PM")], "meta": {"pagination": {"more": False}}}),
        json.dumps({"@odata.context": "x", "value": [MARK, mark(session="PM")]}),
        json.dumps(MARK) + "\n" + json.dumps(mark(session="PM")) + "\n",
        json.dumps({"data": [MARK]}) + "\n\n" + json.dumps({"data": []}) + "\n" + json.dumps([mark(session="PM")]),
        "\ufeff" + json.dumps([MARK, mark(session="PM")]),
    ],
)
def test_a_page_an_array_and_many_pages_on_lines_read_the_same(reader: Reader, content: str) -> None:
    for name in (JSON, LINES):
        reading = reader.read_text("arbor", name, content)
        assert [(row["source_pupil_id"], row["session"], row["source_row"]) for row in reader.rows(reading)] == [
            ("7", "AM", 1),
            ("7", "PM", 2),
        ]


@pytest.mark.parametrize("content", ["[]", '{"data": []}', '{"data": []}\n{"data": []}'])
def test_an_empty_page_is_no_rows(reader: Reader, content: str) -> None:
    reading = reader.read_text("arbor", JSON, content)

    assert (reading.status, reading.entities[0].rows_read) == ("read", 0)


def test_halved_json_rejects_the_file(reader: Reader) -> None:
    whole = json.dumps([MARK] * 50)
    reading = reader.read_text("arbor", JSON, whole[: len(whole) // 2])

    assert (reading.status, reading.reason_code) == ("rejected", "unreadable_file")


def test_a_broken_line_is_named(reader: Reader) -> None:
    reading = reader.read_text("arbor", LINES, json.dumps(MARK) + "\n" + '{"source_pupil_id": \n')

    assert reading.reason_code == "unreadable_file"
    assert "line 2" in (reading.reason or "")


def test_an_empty_json_file_is_rejected(reader: Reader) -> None:
    assert reader.read_text("arbor", JSON, "  \n").reason_code == "empty_file"


@pytest.mark.parametrize("depth", [65, 500, 5000])
def test_json_that_is_too_deep_is_refused(reader: Reader, depth: int) -> None:
    content = json.dumps([mark(note=0)]).replace('"note": 0', '"note": ' + "[" * depth + "]" * depth)

    assert reader.read_text("arbor", JSON, content).reason_code == "too_deep"


def test_json_of_64_levels_is_read(reader: Reader) -> None:
    content = json.dumps([mark(note=0)]).replace('"note": 0', '"note": ' + "[" * 62 + "]" * 62)

    assert reader.read_text("arbor", JSON, content).status == "read"


def test_a_page_over_the_limit_is_refused_and_smaller_ones_are_read(reader: Reader) -> None:
    reader.limits = Limits(max_json_page_mib=0.001)
    assert reader.read_text("arbor", JSON, json.dumps([MARK] * 100)).reason_code == "too_large"

    pages = "\n".join(json.dumps({"data": [mark(session_date=f"2025-09-{day:02}")]}) for day in range(1, 31))
    assert reader.read_text("arbor", JSON, pages).entities[0].rows_accepted == 30


def test_a_column_that_no_record_has_rejects_the_content_but_one_page_may_lack_it(reader: Reader) -> None:
    without = {key: value for key, value in MARK.items() if key != "mark_code"}

    assert reader.read_text("arbor", JSON, json.dumps([without])).reason_code == "missing_column"
    parts = [
        reader.write(f"matlas_attendance_mark_part{number}.json", json.dumps([row])) for number, row in ((1, MARK), (2, mark(session="PM")))
    ]
    parts[1].write_text(json.dumps([{**without, "session": "PM"}]))
    assert reader.read("arbor", *parts).entities[0].rows_accepted == 2


def test_a_nul_in_a_value_and_a_record_that_is_none_are_rejected_by_place(reader: Reader) -> None:
    reading = reader.read_text("arbor", JSON, json.dumps([MARK, mark(mark_code="\0"), 5]))

    assert [(line, reason) for line, reason, _ in reader.rejected(reading)] == [(2, "nul_byte"), (3, "field_count")]


def test_unknown_keys_are_drift_by_their_path(reader: Reader) -> None:
    reading = reader.read_text("arbor", JSON, json.dumps([mark(home={"phone": "020"})]))

    assert reading.files[0].extra_columns == ["home.phone"]


PUPIL_XML = """<?xml version="1.0"?>
<SuperStarReport><Record><Adno>001234</Adno><Legal_x0020_Surname>Thornwick</Legal_x0020_Surname><DOB>04/10/2013</DOB>
<Gender>F</Gender><Date_x0020_of_x0020_Admission>02/09/2025</Date_x0020_of_x0020_Admission><Age>12</Age></Record>
<Record><Adno>001235</Adno><DOB>soon</DOB><Gender>M</Gender></Record></SuperStarReport>"""


def test_the_roots_children_are_records_and_escaped_names_are_headings(reader: Reader) -> None:
    reading = reader.read_text("sims", "pupils.xml", PUPIL_XML)

    assert [(row["source_pupil_id"], row["legal_surname"], row["source_row"]) for row in reader.rows(reading)] == [
        ("001234", "Thornwick", 1)
    ]
    assert reader.rejected(reading) == [(2, "bad_date", "DOB"), (2, "missing_required", "Date of Admission")]
    assert reading.files[0].extra_columns == ["Age"]


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;">]>',
    ],
)
def test_a_doctype_is_refused(reader: Reader, doctype: str) -> None:
    reading = reader.read_text("arbor", XML, f'<?xml version="1.0"?>{doctype}<a><b><source_pupil_id>1</source_pupil_id></b></a>')

    assert (reading.status, reading.reason_code) == ("rejected", "doctype")


def test_halved_deep_and_empty_xml_are_rejected(reader: Reader) -> None:
    assert reader.read_text("sims", "pupils.xml", PUPIL_XML[:300]).reason_code == "unreadable_file"
    assert reader.read_text("sims", "pupils.xml", "<a>" * 100 + "</a>" * 100).reason_code == "too_deep"
    assert reader.read_text("sims", "pupils.xml", "").reason_code == "empty_file"


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_excel_cells_become_text_and_rows_keep_excels_numbers(reader: Reader) -> None:
    content = workbook(
        ["Marks for Matlas"],
        [],
        ["source_pupil_id", "session_date", "session", "mark_code", "minutes_late"],
        ["0012", datetime.datetime(2025, 9, 2), "AM", "L", 5.0],
        [13, datetime.date(2025, 9, 2), "PM", None, None],
        [],
        [14, "02/09/2025", "PM", "/", None, "spill"],
    )
    reading = reader.read_text("arbor", EXCEL, content)

    assert [(row["source_pupil_id"], row["session_date"], row["minutes_late"], row["source_row"]) for row in reader.rows(reading)] == [
        ("0012", "2025-09-02", "5", 4),
        ("13", "2025-09-02", None, 5),
    ]
    assert reader.rejected(reading) == [(7, "field_count", None)]
    assert reading.files[0].header_line == 3


def test_an_excel_formula_is_text_and_never_worked_out(reader: Reader) -> None:
    content = workbook(["source_pupil_id", "date_of_birth", "sex", "legal_surname"], ["1", "2013-10-04", "F", "=1+1"])

    assert reader.rows(reader.read_text("arbor", "matlas_pupil.xlsx", content))[0]["legal_surname"] == "=1+1"


def test_what_is_no_workbook_is_unreadable(reader: Reader) -> None:
    whole = workbook(["source_pupil_id"])

    assert reader.read_text("arbor", EXCEL, b"not a workbook").reason_code == "unreadable_file"
    assert reader.read_text("arbor", EXCEL, whole[: len(whole) // 2]).reason_code == "unreadable_file"
    assert reader.read_text("arbor", EXCEL, b"").reason_code == "empty_file"
    assert reader.read_text("arbor", EXCEL, workbook()).reason_code == "empty_file"


def test_a_workbook_that_unpacks_to_too_much_is_refused(reader: Reader) -> None:
    reader.limits = Limits(max_compression=2)

    assert reader.read_text("arbor", EXCEL, workbook(*[["a"] * 20] * 500)).reason_code == "too_compressed"


def test_a_page_whose_records_differ_reads_as_one_whose_records_are_alike(reader: Reader) -> None:
    alike = [mark(session="AM"), mark(session="PM")]
    swapped = dict(reversed(mark(session="PM").items()))
    longer = mark(session="PM", minutes_late=None)
    expected = [("7", "AM", "/", 1), ("7", "PM", "/", 2)]

    for records in (alike, [alike[0], swapped], [alike[0], longer], [longer | {"session": "AM"}, alike[1]]):
        reading = reader.read_text("arbor", JSON, json.dumps(records))
        rows = reader.rows(reading)
        assert [(row["source_pupil_id"], row["session"], row["mark_code"], row["source_row"]) for row in rows] == expected
        assert reading.files[0].extra_columns == []


def test_a_record_without_values_is_a_row_without_values(reader: Reader) -> None:
    reading = reader.read_text("arbor", JSON, json.dumps([MARK, {}, {}]))

    assert [(line, reason) for line, reason, _ in reader.rejected(reading)] == [(2, "missing_required"), (3, "missing_required")]


def test_of_one_column_under_two_spellings_the_first_of_each_record_counts(reader: Reader) -> None:
    without = {key: value for key, value in MARK.items() if key != "mark_code"}
    first, second = {**without, "mark_code": "/", "Mark_Code": "B"}, {**without, "session": "PM", "Mark_Code": "B", "mark_code": "/"}
    reading = reader.read_text("arbor", JSON, json.dumps([first, second]))

    assert [(row["session"], row["mark_code"]) for row in reader.rows(reading)] == [("AM", "/"), ("PM", "B")]


def test_objects_are_kept_as_they_are_written_whatever_stands_in_them(reader: Reader) -> None:
    names = [{"of": "Thorn"}, {"of": "a},{b"}, {"of": "wick", "more": [{}, {}]}]
    pupils = [
        {"source_pupil_id": place, "date_of_birth": "2013-10-04", "sex": "F", "legal_surname": each} for place, each in enumerate(names)
    ]

    for records in (pupils, pupils[:1] * 2):
        reading = reader.read_text("arbor", "matlas_pupil.json", json.dumps(records))
        rows = {row["source_pupil_id"]: row["legal_surname"] for row in reader.rows(reading)}
        assert rows == {str(each["source_pupil_id"]): json.dumps(each["legal_surname"], separators=(",", ":")) for each in records}


def test_what_is_wrong_first_in_a_file_is_what_is_said(reader: Reader) -> None:
    deep = json.dumps(mark(note=0)).replace('"note": 0', '"note": ' + "[" * 70 + "]" * 70)

    assert reader.read_text("arbor", LINES, f"{json.dumps(MARK)}\n{deep}\nbroken\n").reason_code == "too_deep"
    assert reader.read_text("arbor", LINES, f"{json.dumps(MARK)}\nbroken\n{deep}\n").reason_code == "unreadable_file"


@pytest.mark.parametrize(("levels", "status"), [(61, "read"), (62, "rejected")])
def test_levels_are_counted_from_the_page_wherever_its_records_stand(reader: Reader, levels: int, status: str) -> None:
    nested = "[" * levels + "]" * levels
    record = json.dumps(mark(note=0)).replace('"note": 0', f'"note": {nested}')
    page = '{"data": [' + record + "]}"

    assert reader.read_text("arbor", JSON, page).status == status
    assert reader.read_text("arbor", JSON, f'{page[:-1]}, "meta": [[{nested}]]}}').status == status
    assert reader.read_text("arbor", JSON, f'[{record[:-1]}, "more": 1}}, {json.dumps(MARK)}]').status == "read"
