"""Common Transfer Files: known by name, read as a stream, their results under the names that an MIS's results have."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.ingest.recognising import recognised
from pipelines.sources import match_file
from tests.helpers.ctf_files import assessment, ctf, long_ctf, pupil
from tests.reading_helpers import Reader

NAME = "9304001_CTF_9304002_001.XML"
ROSA, IDRIS = "P207000016049", "B801200005001"
READING = assessment("ENG", "REA", "TT", "NS", "104")


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.mark.parametrize(
    "name",
    [NAME, "9304001_ctf_9304002_001.xml", "9304001_CTF_930LLLL_002.xml", "3805204_FSP_XXXXXXX_001.xml", "9304001_KS2_LLLLLLL_010.xml.gz"],
)
def test_a_common_transfer_file_is_known_by_its_name_in_any_mis(name: str) -> None:
    match = match_file(name, "wonde")

    assert match is not None
    assert (match.profile, match.table.name, match.date_in_name) == ("ctf", "CTF", None)


@pytest.mark.parametrize("name", ["CTF.xml", "9304001_CTF_9304002.xml", "9304001_SC_9304002_001.xml", "9304001_CTF_9304002_001.csv"])
def test_another_name_is_none(reader: Reader, name: str) -> None:
    assert recognised(reader.write(name, ctf()), None, name, "wonde") is None


def names(reader: Reader, *results: str, stage: str = "KS2") -> list[tuple[str, str, str | None, str]]:
    """Stage, subject, component and result of a pupil's results."""
    reading = reader.read_text("sims", NAME, ctf(pupil(ROSA, {stage: results})))
    return [(row["stage"], row["subject_code"], row["component"], row["result"]) for row in reader.rows(reading)]


def test_results_have_the_names_that_an_miss_results_have(reader: Reader) -> None:
    key_stage_2 = [
        READING,
        assessment("ENG", "REA", "TT", "NM", "31"),
        assessment("MAT", "", "TT", "NS", "98"),
        assessment("ENG", "WRI", "TA", "LT", "EXS"),
        assessment("SCI", "", "TA", "LT", "EXS"),
        assessment("MTC", "MTC", "TT", "NM", "25"),
    ]
    assert names(reader, *key_stage_2) == [
        ("KS2", "READ", "TEST", "104"),
        ("KS2", "READ", "RAW", "31"),
        ("KS2", "MATH", "TEST", "98"),
        ("KS2", "WRIT", "TA", "EXS"),
        ("KS2", "SCIE", "TA", "EXS"),
        ("MTC", "MTC", "MARK", "25"),
    ]
    goals = [
        assessment("COM", "E01", "FA", "FD", "2"),
        assessment("EAD", "E16", "FA", "FD", "1"),
        assessment("EXP", "E17", "FA", "FD", "2"),
    ]
    assert names(reader, *goals, stage="EYF") == [("EYFS", "COM", "E01", "2"), ("EYFS", "EXP", "E16", "1"), ("EYFS", "EXP", "E17", "2")]
    phonics = [assessment("PHO", "PHO", "TA", "NM", "34"), assessment("PHO", "PHO", "TA", "LT", "Wa")]
    assert names(reader, *phonics, stage="KS1") == [("PHONICS", "PHONICS", "MARK", "34"), ("PHONICS", "PHONICS", "OUTCOME", "Wa")]


def test_what_no_line_names_keeps_the_files_own_words(reader: Reader) -> None:
    assert names(reader, assessment("MUS", "SUB", "TA", "LT", "EXS")) == [("KS2", "MUS", "SUB", "EXS")]


def test_the_year_of_a_result_is_the_one_it_ends_in_and_its_status_says_what_it_is(reader: Reader) -> None:
    results = [assessment("ENG", "REA", "TT", "NS", "104", "2025"), assessment("ENG", "WRI", "TA", "LT", "EXS", "2024", "P")]
    reading = reader.read_text("sims", NAME, ctf(pupil(" p207000016049 ", {"KS2": results})))

    assert [(row["source_pupil_id"], row["result_date"], row["period_name"], row["result_type"]) for row in reader.rows(reading)] == [
        (ROSA, "2025-06-30", "2025", "result"),
        (ROSA, "2024-06-30", "2024", "provisional"),
    ]


@pytest.mark.parametrize(
    ("version", "sex"), [("22.0", "<Gender>F</Gender>"), ("23.0", "<Sex>F</Sex>"), ("24.0", ""), ("25.0", "<Sex>F</Sex>")]
)
def test_every_version_from_22_reads_alike_and_other_sections_stay_out(reader: Reader, version: str, sex: str) -> None:
    more = "<BasicDetails><Year>1999</Year><Ethnicity>WBRI</Ethnicity></BasicDetails><Attendance><Stage>X</Stage></Attendance>"
    reading = reader.read_text("sims", NAME, ctf(pupil(ROSA, {"KS2": [READING]}, sex, more), version=version))

    assert [(row["source_pupil_id"], row["stage"], row["result_date"], row["result"]) for row in reader.rows(reading)] == [
        (ROSA, "KS2", "2025-06-30", "104")
    ]
    assert set(reading.files[0].extra_columns) == {"Locale"}


def test_each_result_belongs_to_its_own_pupil_and_stage(reader: Reader) -> None:
    nameless = pupil("", {"KS2": [READING]})
    reading = reader.read_text(
        "sims", NAME, ctf(pupil(ROSA, {"KS1": [READING], "KS2": [READING]}), nameless, pupil(IDRIS, {"KS2": [READING]}))
    )

    assert {(row["source_pupil_id"], row["stage"], row["source_row"]) for row in reader.rows(reading)} == {
        (ROSA, "KS1", 1),
        (ROSA, "KS2", 2),
        (IDRIS, "KS2", 4),
    }
    assert reader.rejected(reading) == [(3, "missing_required", "UPN")]


def test_a_stage_that_matlas_does_not_have_rejects_its_rows_and_a_blank_result_is_nothing(reader: Reader) -> None:
    blank = assessment("ENG", "REA", "TT", "NS", "")
    reading = reader.read_text("sims", NAME, ctf(pupil(ROSA, {"KS3": [READING], "KS2": [blank]})))

    assert reader.rejected(reading) == [(1, "unmapped_code", "Stage")]
    assert (reading.files[0].rows_in_file, reading.files[0].rows_read) == (2, 1)


def test_a_file_without_results_is_no_row(reader: Reader) -> None:
    reading = reader.read_text("sims", NAME, ctf(pupil(ROSA, {})))

    assert (reading.status, reading.files[0].rows_read) == ("read", 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ctf(pupil(ROSA, {"KS2": [READING]}), doctype='<!DOCTYPE CTfile [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'), "doctype"),
        (ctf(pupil(ROSA, {"KS2": [READING]}))[:-20], "unreadable_file"),
        ("<School><Pupil/></School>", "unreadable_file"),
        ("", "empty_file"),
        ("<CTfile>" + "<a>" * 70 + "</a>" * 70 + "</CTfile>", "too_deep"),
    ],
)
def test_a_file_that_must_not_or_cannot_be_read_is_rejected_whole(reader: Reader, content: str, reason: str) -> None:
    reading = reader.read_text("sims", NAME, content)

    assert (reading.status, reading.reason_code) == ("rejected", reason)
    assert "Thornwick" not in (reading.reason or "")


MEASURED = """
import resource, sys
from pathlib import Path
from tests.reading_helpers import Reader

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

small, big = Path(sys.argv[1]), Path(sys.argv[2])
reader = Reader(Path(sys.argv[3]))
reader.read("sims", small)
before = peak()
reading = reader.read("sims", big)
print(peak() - before, reading.files[0].rows_accepted)
"""


def test_thirty_megabytes_take_less_than_a_hundred_of_memory_more_than_a_small_file(tmp_path: Path) -> None:
    small, big = tmp_path / NAME, tmp_path / NAME.replace("001.", "002.")
    small.write_text(ctf(pupil(ROSA, {"KS2": [READING]})), encoding="utf-8")
    with big.open("w", encoding="utf-8") as file:
        file.writelines(long_ctf(30))
    command = [sys.executable, "-c", MEASURED, str(small), str(big), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])

    memory, rows = map(int, done.stdout.split())
    assert rows > 50_000
    assert memory < 100_000_000, f"{memory / 1e6:.0f} MB"
