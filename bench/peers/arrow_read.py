"""Files of marks to Arrow tables: the columns that marks are made of, under the file's own names, as text.

Shared by the peers that begin with Arrow: pandas and dlt. Not here: types, codes, duplicates, measures.
"""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json

from bench.peers.home import MarkFile

DAYS_OF_WEEK = ("mon", "tue", "wed", "thu", "fri")
BLOCK = 1 << 22
WORDS = pa.dictionary(pa.int32(), pa.string())
CSV_COLUMNS = {
    "arbor": ("STUDENT_ID", "DATE", "PERIOD", "MARK_CODE", "RAW_MARK"),
    "sims_day": ("Adno", "Date", "AM", "PM"),
    "sims_mark": ("Adno", "Mark Date", "Session", "Mark"),
    "canonical": ("source_pupil_id", "session_date", "session", "mark_code"),
}
LINES_ABOVE = {"sims_day": 2, "sims_mark": 2}
ARRAY_COLUMNS = {
    "bromcom": {"studentId": pa.int64()} | dict.fromkeys(("calendarStartDate", "mark", "periodDisplayName"), pa.string()),
    "bromcom_week": {"studentId": pa.int64(), "startDate": pa.string()}
    | {f"{day}{session}": pa.string() for day in DAYS_OF_WEEK for session in ("AM", "PM")},
    "bromcom_count": {
        "SchoolStudentId": pa.int64(), "Year": pa.int64(), "Week": pa.int64(), "AttendanceCode": pa.string(), "Count": pa.int64(),
    },
}  # fmt: skip
PAGE_COLUMNS = {
    "wonde": {"date": pa.struct([("date", pa.string())])} | dict.fromkeys(("session", "student_id", "attendance_code_id"), pa.string()),
    "wonde_code": dict.fromkeys(("id", "code"), pa.string()),
}


def read_table(shape: str, file: MarkFile) -> pa.Table:
    """One file's columns; the columns of CSV files as dictionaries."""
    content = _content(file.path)
    if shape in CSV_COLUMNS:
        return _csv(content, CSV_COLUMNS[shape], LINES_ABOVE.get(shape, 0))
    if shape in ARRAY_COLUMNS:
        return _json(_lines_of_array(content), ARRAY_COLUMNS[shape])
    return _records(content, PAGE_COLUMNS[shape])


def _csv(content: bytes, columns: Sequence[str], lines_above: int) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(content),
        read_options=pa_csv.ReadOptions(skip_rows=lines_above, block_size=BLOCK, encoding="cp1252" if lines_above else "utf8"),
        parse_options=pa_csv.ParseOptions(quote_char=False),
        convert_options=pa_csv.ConvertOptions(include_columns=columns, column_types=dict.fromkeys(columns, WORDS)),
    )


def _json(lines: bytes, columns: dict[str, pa.DataType]) -> pa.Table:
    if not lines.strip():
        return pa.schema(columns.items()).empty_table()  # the last page of an API may hold nothing
    return pa_json.read_json(
        pa.BufferReader(lines),
        read_options=pa_json.ReadOptions(block_size=BLOCK),
        parse_options=pa_json.ParseOptions(explicit_schema=pa.schema(columns.items()), unexpected_field_behavior="ignore"),
    )


def _records(pages: bytes, columns: dict[str, pa.DataType]) -> pa.Table:
    """The records of Wonde's pages, which stand one on each line; a date is an object that holds its text."""
    data = _json(pages, {"data": pa.list_(pa.struct(columns.items()))})["data"]
    records = pa.Table.from_struct_array(pa.chunked_array([chunk.flatten() for chunk in data.chunks], data.type.value_type))
    if "date" not in columns:
        return records
    texts = pa.chunked_array([chunk.field("date") for chunk in records["date"].chunks], pa.string())
    return records.set_column(records.column_names.index("date"), "date", texts)


def _lines_of_array(content: bytes) -> bytes:
    """A JSON array that has a record a line, as lines of records: Arrow reads no array."""
    return content.strip().removeprefix(b"[").removesuffix(b"]").replace(b"},\n", b"}\n")


def _content(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    with gzip.open(path) as file:
        return file.read()
