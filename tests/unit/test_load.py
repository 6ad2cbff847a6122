"""Nights of deliveries through load, decide and the build's inputs."""

import gzip
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.ingest import one_content, reading
from pipelines.ingest.decisions import DecisionError, record
from pipelines.ingest.side_by_side import StoreError
from pipelines.store.manifest import Manifest
from pipelines.store.records import Reading, Verdict
from tests.helpers.nights import TRUST, Nights, marks, pupil_list


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights.at(tmp_path / "home")


def statuses(verdicts: list[Verdict]) -> list[tuple[str, str]]:
    return [(each.batch_id.rsplit("-", 1)[0], each.status) for each in verdicts]


def test_a_file_is_read_once_however_often_it_lies_there(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("1", "2"))
    assert nights.load("2025-09-10").academies["ashby"].rows_accepted == 2

    monkeypatch.setattr("pipelines.ingest.landing._hash_of_file", lambda path: pytest.fail("hashed again"))
    figures = nights.load("2025-09-11").figures()["ashby"]

    assert (figures["batches_found"], figures["new_deliveries"], figures["contents_read"]) == (1, 0, 0)


def test_the_build_gets_the_rows_of_accepted_deliveries_as_text(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("007"))

    verdicts = nights.night("2025-09-10")

    assert statuses(verdicts) == [("ashby-matlas_pupil-2025-09-10", "accepted")]
    assert nights.sql("select academy_id, source_pupil_id, sex, sex_source, source_file, source_row from raw.pupil") == [
        ("ashby", "007", "F", "F", "matlas_pupil_2025-09-10.csv", 2)
    ]
    assert nights.sql("select entity, time_period, mode, table_rank, is_newest from raw.delivery") == [
        ("pupil", 202526, "snapshot", 50, True)
    ]


def test_an_undated_file_takes_the_day_it_was_first_seen_and_keeps_it(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil.csv", pupil_list("1"))
    nights.night("2025-09-10")

    assert [each.effective_date for each in nights.night("2025-09-12")] == [date(2025, 9, 10)]


def test_a_correction_undone_is_a_third_delivery_and_is_not_read_again(nights: Nights) -> None:
    for on, ids in (("2025-09-10", ["1", "2"]), ("2025-09-11", ["1", "2", "3"])):
        nights.deliver("ashby", "matlas_pupil.csv", pupil_list(*ids))
        nights.night(on)
    nights.deliver("ashby", "matlas_pupil.csv", pupil_list("1", "2"))
    figures = nights.load("2025-09-12").figures()["ashby"]

    assert (figures["new_deliveries"], figures["contents_read"]) == (1, 0)
    # the first list stands wholly in the second; the third lacks a pupil of the second, who is shown as vanished
    assert [each.status for each in nights.night("2025-09-13")] == ["superseded", "accepted", "held"]


def test_files_that_leave_landing_change_nothing(nights: Nights) -> None:
    path = nights.deliver("ashby", "matlas_pupil_2025-09-10.csv", pupil_list("1"))
    nights.night("2025-09-10")
    before = nights.live()
    path.unlink()

    nights.night("2025-09-11")

    assert nights.live() == before


def test_all_parts_of_one_date_are_one_batch_and_a_late_part_makes_it_a_new_one(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10_part2.csv", pupil_list("2"))
    nights.night("2025-09-10")
    nights.deliver("ashby", "matlas_pupil_2025-09-10_part1.csv", pupil_list("1", "3"))

    verdicts = nights.night("2025-09-11")

    assert [each.status for each in verdicts] == ["superseded", "accepted"]
    assert nights.sql("select source_file, source_pupil_id from raw.pupil order by all") == [
        ("matlas_pupil_2025-09-10_part1.csv", "1"),
        ("matlas_pupil_2025-09-10_part1.csv", "3"),
        ("matlas_pupil_2025-09-10_part2.csv", "2"),
    ]


def test_gzip_and_zip_are_read_and_an_undated_entry_takes_the_date_of_its_zip(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv.gz", gzip.compress(pupil_list("1").encode()))
    with zipfile.ZipFile(nights.home.landing("ashby") / "export_2025-09-11.zip", "w") as pack:
        pack.writestr("out/matlas_pupil.csv", pupil_list("1", "2"))
        pack.writestr("out/readme.txt", "hello")

    nights.night("2025-09-12")

    assert nights.sql("select effective_date from raw.delivery order by all") == [(date(2025, 9, 11),)]
    assert nights.sql("select source_file from raw.pupil") == [("export_2025-09-11.zip/out/matlas_pupil.csv",)] * 2
    assert [each.file_name for each in nights.unknown()] == ["export_2025-09-11.zip/out/readme.txt"]


def test_an_unsafe_entry_rejects_its_batch_and_no_other(nights: Nights) -> None:
    nights.home.landing("ashby").mkdir(parents=True)
    with zipfile.ZipFile(nights.home.landing("ashby") / "export.zip", "w") as pack:
        pack.writestr("../matlas_pupil_2025-09-10.csv", pupil_list("1"))
        pack.writestr("matlas_pupil_2025-09-11.csv", pupil_list("1"))

    verdicts = nights.night("2025-09-12")

    assert [(each.status, each.reason_code) for each in verdicts] == [("rejected", "unsafe_path"), ("accepted", None)]


def test_a_halved_zip_is_a_rejected_batch_of_the_table_in_its_name(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-10.zip", b"PK and then nothing")
    assert [(each.status, each.reason_code) for each in nights.night("2025-09-10")] == [("rejected", "unreadable_file")]

    with zipfile.ZipFile(nights.home.landing("ashby") / "matlas_pupil_2025-09-10.zip", "w") as pack:
        pack.writestr("matlas_pupil_2025-09-10.csv", pupil_list("1"))
    assert [each.status for each in nights.night("2025-09-11")] == ["superseded", "accepted"]


def test_what_no_reader_takes_is_listed(nights: Nights) -> None:
    nights.deliver("ashby", "holiday plans.docx", "x")
    nights.deliver("ashby", ".hidden", "x")
    nights.deliver("ashby", "pupils.csv.filepart", "x")
    nights.deliver("cedar", "matlas_pupil.csv", pupil_list("1"))
    (nights.home.landing("ashby") / "old").mkdir()
    nights.deliver("ashby", "broken.zip", "no zip")

    nights.load("2025-09-10")

    assert [(each.academy_id, each.file_name, each.reason_code) for each in nights.unknown()] == [
        (None, "cedar", "unknown_file"),
        ("ashby", "broken.zip", "unreadable_file"),
        ("ashby", "holiday plans.docx", "unknown_file"),
        ("ashby", "old", "unknown_file"),
    ]


def test_a_home_without_landing_loads_nothing(nights: Nights) -> None:
    assert nights.night("2025-09-10") == []
    assert nights.sql("select count(*) from raw.pupil") == [(0,)]
    assert nights.sql("select academy_id, is_stale from run.academy order by all") == [("ashby", True), ("birch", True)]


def test_a_late_file_takes_its_own_place(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-09.csv", marks(("1", "2025-09-09", "/")))
    nights.night("2025-09-09")
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", marks(("1", "2025-09-08", "N"), ("1", "2025-09-09", "N")))

    verdicts = nights.night("2025-09-10")

    assert [(each.effective_date, each.replaces_to) for each in verdicts] == [
        (date(2025, 9, 8), date(2025, 9, 8)),
        (date(2025, 9, 9), date(2025, 9, 9)),
    ]


def test_the_same_files_met_in_another_order_of_nights_give_the_same_live_rows(tmp_path: Path) -> None:
    files = {
        "matlas_pupil_2025-09-08.csv": pupil_list("1", "2", "3"),
        "matlas_pupil_2025-09-09.csv": pupil_list("1", "2", "4", "5"),
        "matlas_pupil_2025-09-10.csv": pupil_list("1"),
        "matlas_attendance_mark_2025-09-08.csv": marks(("1", "2025-09-08", "/"), ("2", "2025-09-08", "N")),
        "matlas_attendance_mark_2025-09-09.csv": marks(("1", "2025-09-08", "L"), ("2", "2025-09-08", "N"), ("1", "2025-09-09", "/")),
    }
    found = []
    for number, names in enumerate([list(files), list(reversed(files)), list(files)]):
        nights = Nights.at(tmp_path / str(number))
        for place, name in enumerate(names):
            nights.deliver("ashby", name, files[name])
            if number < 2:
                nights.night(f"2025-09-{11 + place}")
        verdicts = nights.night("2025-09-20", is_full=number == 1)
        found.append((nights.live(), [(each.batch_id, each.status, each.reason_code) for each in verdicts]))

    assert found[0] == found[1] == found[2]
    assert [status for _, status, _ in found[0][1]] == ["accepted", "accepted", "held", "superseded", "accepted"]


def test_a_held_list_waits_until_a_person_decides(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-10-08.csv", pupil_list("1", "2", "3", "4"))
    nights.deliver("ashby", "matlas_pupil_2025-10-09.csv", pupil_list("1", "2"))
    held = nights.night("2025-10-09")[1]
    assert held.status == "held"
    with pytest.raises(DecisionError, match=f"Did you mean {held.batch_id}"):
        record(nights.home, held.batch_id[:-1], "accept", "Ada", "")

    record(nights.home, held.batch_id, "accept", "Ada", "half the school moved")
    accepted = nights.night("2025-10-10")[1]
    assert (accepted.status, accepted.decided_by, accepted.decided_why) == ("accepted", "Ada", "half the school moved")

    record(nights.home, held.batch_id, "refuse", "Ada", "it had not")
    assert nights.night("2025-10-11")[1].status == "refused"


def test_a_file_that_cannot_be_read_cannot_be_accepted(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-10-08.csv", "colour\nred\n")
    rejected = nights.night("2025-10-09")[0]

    assert (rejected.status, rejected.reason_code) == ("rejected", "missing_column")
    with pytest.raises(DecisionError, match="cannot be accepted"):
        record(nights.home, rejected.batch_id, "accept", "Ada", "")


def test_as_at_uses_what_was_seen_by_then_and_leaves_the_present_verdicts_alone(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))
    nights.night("2025-09-08")
    nights.deliver("ashby", "matlas_pupil_2025-09-09.csv", pupil_list("1", "2"))
    present = nights.night("2025-09-09")

    then = nights.night("2025-09-09", as_at=datetime(2025, 9, 8, 12, tzinfo=UTC))

    assert [(each.effective_date, each.status) for each in then] == [(date(2025, 9, 8), "accepted")]
    assert nights.sql("select source_pupil_id from raw.pupil") == [("1",)]
    with Manifest(nights.home.manifest) as manifest:
        assert manifest.verdicts() == present


def test_a_new_code_map_reads_what_is_alive_again_without_the_file(nights: Nights) -> None:
    path = nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", marks(("1", "2025-09-08", "/"), ("2", "2025-09-08", "Ill")))
    assert nights.night("2025-09-08")[0].reason_code == "too_many_rejected"
    path.unlink()
    with_map = TRUST.replace("mis: sims}", "mis: sims, codes: {attendance: {Ill: I}}}")
    nights.home.trust_file.write_text(with_map)

    assert nights.night("2025-09-09")[0].status == "accepted"
    assert nights.sql("select mark_code from raw.attendance_mark where source_pupil_id = '2'") == [("I",), ("I",)]
    assert len(list((nights.home.raw / "attendance_mark").rglob("*.parquet"))) == 1


def test_what_later_deliveries_replaced_is_not_read_again_for_a_new_code_map(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", marks(("1", "2025-09-08", "/")))
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-09.csv", marks(("1", "2025-09-08", "L")))
    assert [each.status for each in nights.night("2025-09-08")] == ["superseded", "accepted"]
    nights.home.trust_file.write_text(TRUST.replace("mis: sims}", "mis: sims, codes: {attendance: {Ill: I}}}"))

    assert nights.load("2025-09-09").academies["ashby"].contents_read == 1


def test_a_new_code_reads_only_the_tables_again_that_it_touches(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))
    nights.deliver("ashby", "matlas_attendance_mark_2025-09-08.csv", marks(("1", "2025-09-08", "/")))
    nights.night("2025-09-08")
    nights.home.trust_file.write_text(TRUST.replace("mis: sims}", "mis: sims, codes: {sex: {Gal: F}}}"))

    assert nights.load("2025-09-09").academies["ashby"].contents_read == 1


def test_a_code_table_that_comes_late_reads_its_marks_again(nights: Nights) -> None:
    session = '{"data": [{"student_id": "s1", "date": "2025-09-08", "session": "AM", "attendance_code_id": "c1"}]}'
    nights.deliver("birch", "attendance_session_2025-09-08.json", session)
    assert [(each.status, each.reason_code) for each in nights.night("2025-09-08")] == [("rejected", "no_such_code_table")]
    nights.deliver("birch", "attendance-codes_2025-09-09.json", '{"data": [{"id": "c1", "code": "N"}]}')

    given = {each.table_name: each.status for each in nights.night("2025-09-09")}

    assert given == {"attendance-codes": "accepted", "attendance_session": "accepted"}
    assert nights.sql("select mark_code from raw.attendance_mark") == [("N",)]


def test_only_the_chosen_academies_are_read(nights: Nights) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))
    nights.deliver("birch", "matlas_pupil_2025-09-08.csv", pupil_list("1"))

    assert [each.academy_id for each in nights.night("2025-09-08", academies=["birch"])] == ["birch"]
    assert [each.academy_id for each in nights.night("2025-09-09")] == ["ashby", "birch"]


def test_an_academy_that_changed_its_mis_keeps_what_it_had(nights: Nights) -> None:
    nights.deliver("ashby", "attendance_2025-09-08.csv", "Adno,Date,AM,PM\n0001,08/09/2025,/,\\\n")
    nights.night("2025-09-08")
    nights.home.trust_file.write_text(TRUST.replace("mis: sims", "mis: arbor"))

    assert [each.status for each in nights.night("2025-09-09")] == ["accepted"]
    assert nights.unknown() == []


def test_a_file_that_changes_while_it_is_hashed_is_left_for_the_next_night(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    path = nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))

    def growing(file: Path) -> tuple[str, int]:
        file.write_text(pupil_list("1", "2"))
        return "f" * 64, 10

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.ingest.landing._hash_of_file", growing)
        assert nights.night("2025-09-08") == []
    assert [(each.file_name, each.reason_code) for each in nights.unknown()] == [(path.name, "still_being_written")]

    assert [each.status for each in nights.night("2025-09-09")] == ["accepted"]
    assert nights.unknown() == []


def test_a_file_that_changes_while_it_is_read_leaves_nothing_behind(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    path = nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))
    undisturbed = reading.read_content

    def disturbed(request: reading.ReadRequest) -> Reading:
        path.write_text(pupil_list("1", "2"))
        return undisturbed(request)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_content", disturbed)
        assert [each.status for each in nights.night("2025-09-08")] == ["rejected"]
    assert not list(nights.home.raw.rglob("*.parquet"))

    assert [each.status for each in nights.night("2025-09-09")] == ["superseded", "accepted"]


def test_a_fault_of_ours_rejects_one_file_and_says_no_value(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))

    def broken(request: object) -> Reading:
        raise ValueError("Surname1 is not a number")

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_content", broken)
        given = nights.night("2025-09-08")[0]
    assert (given.status, given.reason_code) == ("rejected", "unreadable_file")
    assert given.reason
    assert "ValueError" in given.reason
    assert "Surname" not in given.reason

    assert nights.night("2025-09-09")[0].status == "accepted"


def test_a_full_disk_is_a_sentence(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))

    def full(request: object) -> Reading:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading, "read_content", full)
    with pytest.raises(StoreError, match="the disk is full"):
        nights.load("2025-09-08")


def test_raising_a_limit_reads_the_file_that_broke_it(nights: Nights) -> None:
    nights.home.trust_file.write_text(TRUST + "limits: {max_compression: 2}\n")
    nights.deliver("ashby", "matlas_pupil_2025-09-10.csv.gz", gzip.compress(pupil_list(*map(str, range(500))).encode()))
    assert nights.night("2025-09-10")[0].reason_code == "too_compressed"
    nights.home.trust_file.write_text(TRUST)

    assert nights.night("2025-09-11")[0].status == "accepted"


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


@pytest.mark.parametrize("step", ["registering", "after the Parquet", "before the manifest", "after the reading", "judging", "inputs"])
def test_a_run_that_is_killed_at_any_step_is_completed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    where = {
        "registering": (Manifest, "save_file_hashes"),
        "after the Parquet": (one_content.ContentReader, "_named_by_lookups"),
        "before the manifest": (Manifest, "save_reading"),
        "after the reading": (one_content.ContentReader, "_remove"),
        "judging": (Manifest, "save_verdicts"),
        "inputs": (Manifest, "kept_readings"),
    }
    expected = Nights.at(tmp_path / "whole")
    killed = Nights.at(tmp_path / "killed")
    for nights in (expected, killed):
        nights.deliver("ashby", "matlas_pupil_2025-09-08.csv", pupil_list("1"))
        nights.night("2025-09-08")
        nights.deliver("ashby", "matlas_pupil_2025-09-09.csv", pupil_list("1", "2"))
        nights.deliver("ashby", "matlas_attendance_mark_2025-09-09.csv", marks(("1", "2025-09-09", "/")))

    def kill(*arguments: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*where[step], kill)
        if step != "after the reading":  # nothing old to remove in this night: the run goes through
            with pytest.raises(Killed):
                killed.night("2025-09-09")
    (killed.home.temporary / "half-written.parquet").write_text("x")

    verdicts = [(each.batch_id, each.status) for each in killed.night("2025-09-10")]

    assert verdicts == [(each.batch_id, each.status) for each in expected.night("2025-09-09")]
    assert killed.live() == expected.live()
    assert not list(killed.home.temporary.iterdir())


def test_what_waits_for_a_looked_up_table_is_read_in_the_same_night(tmp_path: Path) -> None:
    """Looked-up tables are read in a round of their own: the round after it must find everything a reader needs as well."""
    nights = Nights.at(tmp_path / "home", TRUST.replace("mis: sims", "mis: arbor"))
    incidents = "BEHAVIOURAL_INCIDENT_ID,BEHAVIOUR_NAME,INCIDENT_DATE\n7,Kindness,2025-09-03\n"
    nights.deliver("ashby", "BEHAVIOURAL_INCIDENTS_2025-09-08.csv", incidents)
    involvements = "BEHAVIOURAL_INCIDENT_ID,STUDENT_ID,SEVERITY\n7,1,2\n8,1,1\n"
    nights.deliver("ashby", "BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS_2025-09-08.csv", involvements)
    nights.deliver("ashby", "STUDENTS_2025-09-08.csv", "STUDENT_ID,DATE_OF_BIRTH,SEX\n1,2013-10-04,F\n")

    nights.night("2025-09-08")

    readings = {reading.table_name: reading for reading in nights.readings()}
    assert {name: reading.status for name, reading in readings.items()} == dict.fromkeys(readings, "read")
    events = readings["BEHAVIOURAL_INCIDENT_STUDENT_INVOLVEMENTS"].entities[0]
    assert (events.rows_read, events.rows_accepted, events.rows_rejected) == (2, 1, 1)
