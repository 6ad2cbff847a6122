"""Every fault of a delivery that spec/sources.md §2 names: told with file, line and column, and nobody else is harmed.

One home for all faults: each fault has an academy of its own, with good data of the night before; after the faulty night its good data and
its neighbour's figures are as they were.
"""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.helpers.begun import begun
from tests.helpers.home import Outcome, TrustHome
from tests.helpers.small import ALL_HERE, MONDAY, TEN, TUESDAY, enrolments, marks, named, pupils, rate
from tests.helpers.stages import stages

MARK = "attendance_mark"
TODAY = str(TUESDAY)
GOOD_MARKS = marks({MONDAY: "I/////////", TUESDAY: ALL_HERE})
HEAD = "source_pupil_id,session_date,session,mark_code\n"
# counts of a week that has marks: they are accepted, and the marks count
WEEK_COUNTS = "source_pupil_id,week_start_date,mark_code,sessions\n" + "".join(
    f"{one},{MONDAY},{code},5\n" for one in TEN for code in ("/", "\\")
)


def zipped(entries: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in entries.items():
            pack.writestr(name, text)
    return packed.getvalue()


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@dataclass(frozen=True)
class Fault:
    """A faulty file, and what must become of it."""

    id: str
    files: dict[str, str | bytes]
    reason: str
    mis: str = "matlas"
    line: int | None = None  # a row fault has one
    column: str | None = None
    status: str = "rejected"  # of the batch, where the file is not of row faults
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return next(iter(self.files))


def row_fault(name: str, line: str, reason: str, column: str | None = None, at: int = 42) -> Fault:
    """A good register of 40 rows (lines 2–41) with one bad row after it."""
    return Fault(name, {named(MARK, TODAY): GOOD_MARKS + line + "\n"}, reason, line=at, column=column)


FAULTS = [
    row_fault("bad_date", "P1,31/02/2025,AM,/", "bad_date", "session_date"),
    row_fault("month_first", "P1,09/23/2025,AM,/", "bad_date", "session_date"),
    row_fault("missing_id", ",2025-09-09,AM,/", "missing_required", "source_pupil_id"),
    row_fault("missing_session", "P1,2025-09-09,,/", "missing_required", "session"),
    row_fault("unmapped_mark", "P1,2025-09-09,AM,%%", "unmapped_mark", "mark_code"),
    row_fault("too_few_fields", "P1,2025-09-09,AM", "field_count"),
    row_fault("too_many_fields", "P1,2025-09-09,AM,/,x,y", "field_count"),
    row_fault("nul_byte", "P1,2025-09-09,AM,/\x00", "nul_byte"),
    Fault("bad_number", {named("attendance_week", TODAY): WEEK_COUNTS + f"P1,{MONDAY},I,1e5\n"}, "bad_number", line=22, column="sessions"),
    Fault("missing_column", {named(MARK, TODAY): "source_pupil_id,session,mark_code\nP1,AM,/\n"}, "missing_column", column="session_date"),
    Fault("empty_file", {named(MARK, TODAY): b""}, "empty_file"),
    Fault("undefined_byte", {named(MARK, TODAY): (HEAD + "P1,2025-09-09,AM,é").encode("cp1252") + b"\x81\n"}, "unreadable_file"),
    Fault("broken_gzip", {named(MARK, TODAY) + ".gz": gzip.compress(GOOD_MARKS.encode())[:-20]}, "unreadable_file"),
    Fault("halved_json", {"StudentFlatView_2025-09-09.json": '[{"studentId": 1, "upn": "'}, "unreadable_file", mis="bromcom"),
    Fault("halved_zip", {named(MARK, TODAY).replace(".csv", ".zip"): zipped({named(MARK, TODAY): GOOD_MARKS})[:-30]}, "unreadable_file"),
    Fault("unsafe_path", {named(MARK, TODAY).replace(".csv", ".zip"): zipped({"../" + named(MARK, TODAY): GOOD_MARKS})}, "unsafe_path"),
    Fault("too_compressed", {named(MARK, TODAY) + ".gz": gzip.compress(HEAD.encode() + b" " * 900_000)}, "too_compressed"),
    Fault("too_large", {named(MARK, TODAY): HEAD + "P1,2025-09-09,AM,/\n" * 60_000}, "too_large"),
    Fault("too_deep", {"students_2025-09-09.json": '{"data": [{"id": ' + deep(80) + "}]}"}, "too_deep", mis="wonde"),
    Fault("unknown_file", {"holiday_photos.csv": "a,b\n1,2\n"}, "unknown_file", status="unknown"),
    Fault("shrunk", {named("pupil", TODAY): pupils(*TEN[:5])}, "shrunk", status="held"),
    Fault(
        "too_many_rejected",
        {named(MARK, TODAY): GOOD_MARKS + "".join(f"P{n},2025-09-09,NOON,/\n" for n in range(9))},
        "too_many_rejected",
        status="held",
    ),
    Fault(
        "no_such_code_table",
        {
            "attendance_session_2025-09-09.json": json.dumps(
                {"data": [{"student_id": "P1", "date": "2025-09-09", "session": "AM", "attendance_code_id": "A1"}]}
            )
        },
        "no_such_code_table",
        mis="wonde",
    ),
    Fault("doctype", {"matlas_pupil_2025-09-09.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}, "doctype"),
]
BY_ID = {fault.id: fault for fault in FAULTS}
ROW_FAULTS = [fault.id for fault in FAULTS if fault.line is not None]
FILE_FAULTS = [fault.id for fault in FAULTS if fault.line is None and fault.status == "rejected"]
HELD = [fault.id for fault in FAULTS if fault.status == "held"]

# A header without rows and empty pages: nothing to complain of. By the academy's MIS, in the same two nights.
ZERO_ROWS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "only_a_header": ("matlas", {named("suspension", TODAY): "source_pupil_id,category_code,start_date\n"}),
    "empty_pages": ("wonde", {f"{table}_2025-09-09.json": '{"data": []}' for table in ("behaviours", "achievements")}),
}

TRUST_YML = """\
trust: {{name: Trust of faults}}
as_of: 2025-09-09
calendar: {{202526: {{HT1: [2025-09-01, 2025-10-24], HT2: [2025-11-03, 2025-12-19], HT3: [2026-01-05, 2026-02-13],
  HT4: [2026-02-23, 2026-03-27], HT5: [2026-04-13, 2026-05-22], HT6: [2026-06-01, 2026-07-21]}}}}
limits: {{max_file_gib: 0.001}}
academies:
  - {{id: neighbour, name: Neighbour, phase: primary, mis: matlas}}
{academies}"""


@dataclass(frozen=True)
class Faulty:
    """The home after the good night and the faulty one."""

    home: TrustHome
    waiting_before: list[tuple[Any, ...]]
    bad: Outcome
    neighbour_before: list[tuple[Any, ...]]
    rates_before: dict[str, tuple[int, int]]


NEIGHBOUR = "select * from marts.measure_value where academy_id = 'neighbour' order by all"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    home = begun(tmp_path_factory, TrustHome(tmp_path_factory.mktemp("faults") / "home"))
    mis = {**{fault.id: fault.mis for fault in FAULTS}, **{academy_id: mis for academy_id, (mis, _) in ZERO_ROWS.items()}}
    academies = "".join(f"  - {{id: {one}, name: Academy of {one}, phase: primary, mis: {its}}}\n" for one, its in mis.items())
    home.write_trust(TRUST_YML.format(academies=academies))
    for number, academy_id in enumerate(["neighbour", *mis], start=1):
        home.deliver(
            academy_id,
            {
                named("pupil", MONDAY): pupils(*TEN, number=number),
                named("enrolment", MONDAY): enrolments(*TEN),
                named(MARK, MONDAY): GOOD_MARKS,
            },
        )
    stages(home, TUESDAY)
    waiting_before = home.query("select batch_id from dq.batch where status <> 'accepted'")
    neighbour_before = home.query(NEIGHBOUR)
    rates_before = {fault.id: rate(home, fault.id) for fault in FAULTS}
    for fault in FAULTS:
        home.deliver(fault.id, fault.files)
    for academy_id, (_, files) in ZERO_ROWS.items():
        home.deliver(academy_id, files)
    return Faulty(home, waiting_before, home.here("run"), neighbour_before, rates_before)


def batches(faulty: Faulty, fault: Fault) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = faulty.home.here("batches", "--academy", fault.id, "--json").json()
    return rows


def test_the_good_night_is_good(faulty: Faulty) -> None:
    assert faulty.waiting_before == []
    assert set(faulty.rates_before.values()) == {(38, 40)}


def test_the_faulty_night_is_published_and_waits_for_a_person(faulty: Faulty) -> None:
    assert faulty.bad.code == 3, faulty.bad.text
    assert "Traceback" not in faulty.bad.text


def test_the_neighbour_is_untouched(faulty: Faulty) -> None:
    assert faulty.home.query(NEIGHBOUR) == faulty.neighbour_before


@pytest.mark.parametrize("fault_id", list(BY_ID))
def test_earlier_good_data_stays(faulty: Faulty, fault_id: str) -> None:
    assert rate(faulty.home, fault_id) == (38, 40)


@pytest.mark.parametrize("fault_id", ROW_FAULTS)
def test_a_bad_row_is_rejected_by_file_line_and_column_and_the_rest_load(faulty: Faulty, fault_id: str) -> None:
    fault = BY_ID[fault_id]
    listed = faulty.home.here("rejected", "--academy", fault_id, "--format", "json").json()
    assert [(row["file_name"], row["source_row"], row["reason_code"]) for row in listed] == [(fault.file, fault.line, fault.reason)]
    if fault.column:
        assert listed[0]["column_name"] in {fault.column}
    [batch] = [row for row in batches(faulty, fault) if fault.file in json.dumps(row) or row["effective_date"].startswith(TODAY)]
    assert batch["rows_rejected"] == 1
    assert batch["rows_read"] == batch["rows_accepted"] + batch["rows_rejected"] + batch["rows_duplicate"]


@pytest.mark.parametrize("fault_id", FILE_FAULTS)
def test_a_file_that_cannot_be_read_whole_is_rejected_with_a_sentence_that_names_it(faulty: Faulty, fault_id: str) -> None:
    fault = BY_ID[fault_id]
    rejected = [row for row in batches(faulty, fault) if row["status"] == "rejected"]
    assert rejected, batches(faulty, fault)
    reason = rejected[0]["reason"]
    assert fault.file.split(".")[0] in reason, reason
    if fault.column:
        assert fault.column in reason, reason
    codes = faulty.home.query(
        "select distinct reason_code from dq.rejected_row r"
        f" where exists (select 1 from dq.batch b where b.batch_id = r.batch_id and b.academy_id = '{fault_id}')"
    )
    assert (fault.reason,) in codes or fault.reason in json.dumps(rejected), (fault.reason, codes, rejected)


@pytest.mark.parametrize("fault_id", HELD)
def test_a_suspect_batch_is_held_with_its_reason(faulty: Faulty, fault_id: str) -> None:
    held = [row for row in batches(faulty, BY_ID[fault_id]) if row["status"] == "held"]
    assert len({row["batch_id"] for row in held}) == 1, batches(faulty, BY_ID[fault_id])
    assert held[0]["reason"]


def test_an_unknown_file_is_listed(faulty: Faulty) -> None:
    assert "holiday_photos.csv" in faulty.home.here("status").out + faulty.bad.text


@pytest.mark.parametrize("fault_id", [fault.id for fault in FAULTS if fault.line is None])
def test_the_terminal_says_what_waits_and_for_whom(faulty: Faulty, fault_id: str) -> None:
    assert fault_id in faulty.bad.text, faulty.bad.text


def test_a_header_without_rows_and_an_empty_page_are_zero_rows_not_faults(faulty: Faulty) -> None:
    rows = faulty.home.query(
        "select distinct table_name, status, rows_read, reason_code from dq.batch"
        f" where academy_id in {tuple(ZERO_ROWS)} and effective_date = date '{TODAY}' order by all"
    )
    assert rows == [(table, "accepted", 0, None) for table in ("achievements", "behaviours", "matlas_suspension")]
    for academy_id in ZERO_ROWS:
        assert rate(faulty.home, academy_id) == (38, 40)


MISTAKES = {
    "unknown_phase": ("phase: primary", "phase: primry", "primary"),
    "unknown_mis": ("mis: matlas", "mis: matlass", "matlas"),
    "a_missing_name": (", name: Neighbour", "", "name"),
    "a_broken_date": ("as_of: 2025-09-09", "as_of: 2025-19-09", "as_of"),
}


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_a_mistake_in_trust_yml_is_told_by_line_and_nothing_runs(tmp_path_factory: pytest.TempPathFactory, mistake: str) -> None:
    old, new, said = MISTAKES[mistake]
    home = TrustHome(tmp_path_factory.mktemp(mistake) / "home")
    home.write_trust(TRUST_YML.format(academies="").replace(old, new, 1))
    outcome = home.here("run")
    assert outcome.code == 2, outcome.text
    assert "line" in outcome.text
    assert said in outcome.text
    assert "Traceback" not in outcome.text
    assert not home.published.exists()
