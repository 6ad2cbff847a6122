"""An academy of each MIS delivers results, staff, clubs, surveys, invitations and training, and DfE's files beside them.

Every row is accounted for, by counts made by hand, from the file to the raw tables that the build reads.

The files are the profiles' samples, and for each kind of fault a file of its own.
"""

from pathlib import Path

import pytest

from pipelines.sources.loading import SOURCES
from pipelines.store.manifest import Manifest
from tests.helpers.ctf_files import assessment, ctf, pupil
from tests.helpers.giap_files import IDRIS, ROSA, giap_file
from tests.helpers.nights import Nights

TRUST = """
trust: {name: Alder Vale Learning Trust}
academies:
  - {id: ashby, name: Ashby Academy, phase: secondary, mis: arbor, columns: {staff: {trust_staff_ref: STAFF_NUMBER}}}
  - {id: birch, name: Birch Primary, phase: primary, mis: bromcom, codes: {is_teacher: {Forest School Leader: yes}}}
  - id: cedar
    name: Cedar Academy
    phase: secondary
    mis: sims
    codes: {assessment_kind: {GCSE: summative}, assessment_stage: {GCSE: KS4}, subject: {En Lang: ENGLANG}}
  - {id: dale, name: Dale School, phase: special, mis: wonde}
  - {id: elm, name: Elm Academy, phase: all_through, mis: matlas}
"""
MIS = {"ashby": "arbor", "birch": "bromcom", "cedar": "sims", "dale": "wonde", "elm": "matlas"}
KS4_ROW = {"KS4_ACADYR": "2024/2025", "KS4_UPN": ROSA, "KS4_ATT8": "52.5", "KS4_ENDKS": "1"}
FAULTY = {
    "ashby": {
        # three accepted, one of them twice; one without a category that anybody knows, one without a first day
        "STAFF_ABSENCES_2025-11-14.csv": (
            "STAFF_ABSENCE_ID,STAFF_ID,START_DATETIME,END_DATETIME,CATEGORY_CODE,WORKING_DAYS\n"
            "1,301,2025-10-06 08:30:00,2025-10-07 16:00:00,SIC,2\n"
            "2,302,2025-10-08 08:30:00,,Sickness,\n"
            "3,302,2025-10-09 08:30:00,2025-10-09 16:00:00,TRN,1\n"
            "3,302,2025-10-09 08:30:00,2025-10-09 16:00:00,TRN,0.5\n"
            "4,301,2025-10-10 08:30:00,2025-10-10 16:00:00,late bus,1\n"
            "5,301,,2025-10-10 16:00:00,SIC,1\n"
        ),
        "STAFF_2025-11-14.csv": "STAFF_ID,SEX,IS_TEACHING_STAFF,QUALIFIED_TEACHER_STATUS,STAFF_NUMBER\n301,F,true,true,100001\n302,M,,,\n",
        # pupil-level results as downloaded: seven results of two pupils whole, one row too long
        "9304001_KS4_download.csv": giap_file(
            "KS4", KS4_ROW, {**KS4_ROW, "KS4_UPN": IDRIS, "KS4_P8SCORE": "0.1"}, {**KS4_ROW, "KS4_SURNAME": "Thornwick, Jr"}
        ),
        "9304001_CTF_9304009_001.XML": ctf(pupil(ROSA, {"KS2": [assessment("ENG", "REA", "TT", "NS", "104", "2020")]})),
    },
    "birch": {
        "Staff_2025-11-14.csv": "staffId,jobTitle\n61,Class Teacher  \n62,Teaching Assistant\n63,Forest School Leader\n64,Chief Wizard\n",
        "ks2.csv": giap_file("KS2", {"ACADYR": "2024/2025", "UPN": ROSA, "READSCORE": "104", "ELIGRWM": "1", "RWMEXP": "1"}),
    },
    "cedar": {
        # a result of a key stage by the academy's own words, an in-year one, and one without a result
        "results_2025-11-14.csv": (
            "Adno,Aspect,Subject,Result Set,Result Date,Result\n"
            "001234,GCSE,En Lang,Summer 2025,21/08/2025,7\n"
            "001234,Year 11 progress,Mathematics,Autumn 2025,28/11/2025,6\n"
            "001235,GCSE,Latin,Summer 2025,21/08/2025,\n"
        ),
    },
    "elm": {
        # five answers: one of nobody's kind, one of six points, one given twice
        "matlas_survey_response_2025-11-14.csv": (
            "response_id,respondent,survey_date,question_code,score,nc_year\n"
            "R1,Pupil,2025-11-14,SAFE,5,Year 7\n"
            "R1,Pupil,2025-11-14,SAFE,4,Year 7\n"
            "R2,parent,2025-11-14,SAFE,3,\n"
            "R3,visitor,2025-11-14,SAFE,3,\n"
            "R4,staff,2025-11-14,SAFE,6,\n"
        ),
        "matlas_cpd_record_2025-11-14.csv": (
            "source_staff_id,activity,activity_date,hours\nS1,First aid,2025-10-22,1.5\nS1,First aid,22/10/2025,x\n"
        ),
    },
}
# read, accepted, rejected, duplicate of each file of FAULTY, by hand
COUNTS = {
    "STAFF_ABSENCES_2025-11-14.csv": (6, 3, 2, 1),
    "STAFF_2025-11-14.csv": (2, 2, 0, 0),
    "9304001_KS4_download.csv": (6, 5, 1, 0),
    "9304001_CTF_9304009_001.XML": (1, 1, 0, 0),
    "Staff_2025-11-14.csv": (4, 4, 0, 0),
    "ks2.csv": (3, 3, 0, 0),
    "results_2025-11-14.csv": (3, 2, 1, 0),
    "matlas_survey_response_2025-11-14.csv": (5, 2, 2, 1),
    "matlas_cpd_record_2025-11-14.csv": (2, 1, 1, 0),
}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A trust after one night: each academy has its MIS's samples, without those of whose tables it delivers faults, and the faults."""
    nights = Nights.at(tmp_path_factory.mktemp("new_tables") / "home", TRUST + "limits: {max_rejected_pct: 60}\n")
    for academy_id, mis in MIS.items():
        own = FAULTY.get(academy_id, {})
        tables = {name.split("_2025")[0] for name in own}
        for sample in sorted((SOURCES / mis / "sample").iterdir()):
            if sample.stem not in tables:
                nights.deliver(academy_id, sample.name, sample.read_bytes())
        for name, content in own.items():
            nights.deliver(academy_id, name, content)
    nights.night("2025-11-15")
    return nights


def test_every_row_of_every_file_is_accounted_for(nights: Nights) -> None:
    files = [file for reading in nights.readings() for file in reading.files]

    assert all(file.rows_read == file.rows_accepted + file.rows_rejected + file.rows_duplicate for file in files)
    counted = {file.file_name: (file.rows_read, file.rows_accepted, file.rows_rejected, file.rows_duplicate) for file in files}
    assert {name: counted[name] for name in COUNTS} == COUNTS
    with_faults = {name for name, (_, _, rejected, duplicate) in counted.items() if rejected or duplicate}
    assert with_faults == {name for name, (_, _, rejected, duplicate) in COUNTS.items() if rejected or duplicate}
    assert nights.unknown() == []
    with Manifest(nights.home.manifest) as manifest:
        assert {verdict.status for verdict in manifest.verdicts()} == {"accepted"}


ROWS = {
    "assessment_result": {"ashby": 2 + 5 + 1, "birch": 1 + 3, "cedar": 2, "elm": 2},
    "staff": {"ashby": 2, "birch": 4, "cedar": 2, "dale": 1, "elm": 2},
    "staff_contract": {"ashby": 2, "cedar": 2, "dale": 1, "elm": 2},
    "staff_absence": {"ashby": 3, "birch": 1, "cedar": 2, "dale": 1, "elm": 2},
    "club_membership": {"ashby": 2, "elm": 2},
    "survey_response": {"elm": 2},
    "parent_event": {"elm": 2},
    "cpd_record": {"elm": 1},
}


@pytest.mark.parametrize("entity", ROWS)
def test_the_raw_table_holds_the_rows_that_were_accepted(nights: Nights, entity: str) -> None:
    found = nights.sql(f"select academy_id, count(*) from raw.{entity} group by all order by all")

    assert found == sorted(ROWS[entity].items())


def test_the_deliveries_say_who_names_pupils_by_upn_and_which_table_comes_first(nights: Nights) -> None:
    rows = nights.sql(
        "select academy_id, profile, table_name, pupil_id_kind, table_rank, mode from raw.delivery "
        "where entity = 'assessment_result' order by all"
    )
    assert rows == [
        ("ashby", "arbor", "SUMMATIVE_ASSESSMENT_MARKS", "mis", 0, "year"),
        ("ashby", "ctf", "CTF", "upn", 10, "year"),
        ("ashby", "giap", "KS4", "upn", 0, "year"),
        ("birch", "bromcom", "AssociationAssessmentResultsRaw", "mis", 0, "year"),
        ("birch", "giap", "KS2", "upn", 0, "year"),
        ("cedar", "sims", "results", "mis", 0, "year"),
        ("elm", "matlas", "matlas_assessment_result", "mis", 50, "year"),
    ]


def test_an_academys_words_decide_what_is_summative_and_who_teaches(nights: Nights) -> None:
    assert nights.sql("select kind, stage, subject_code, result from raw.assessment_result where academy_id = 'cedar' order by all") == [
        ("formative", "in_year", "MATHS", "6"),
        ("summative", "KS4", "ENGLANG", "7"),
    ]
    assert nights.sql("select source_staff_id, is_teacher, is_teacher_source from raw.staff where academy_id = 'birch' order by all") == [
        ("61", "true", "Class Teacher"),
        ("62", "false", "Teaching Assistant"),
        ("63", "true", "Forest School Leader"),
        ("64", None, "Chief Wizard"),
    ]


def test_one_colleague_has_one_hash_at_three_academies_and_the_number_is_in_no_contract_file(nights: Nights) -> None:
    hashes = nights.sql("select academy_id, trust_staff_ref from raw.staff where source_staff_id in ('301', 'AB', 'S1') order by 1")

    assert [academy for academy, _ in hashes] == ["ashby", "cedar", "elm"]
    assert len({found for _, found in hashes}) == 1
    for path in Path(nights.home.raw / "staff").rglob("*.parquet"):
        assert b"100001" not in path.read_bytes()
        assert nights.sql(f"select count(*) from read_parquet('{path}') where trust_staff_ref = '100001'") == [(0,)]


def test_dfes_rows_are_named_as_their_readme_says(nights: Nights) -> None:
    rows = nights.sql(
        "select source_pupil_id, stage, subject_code, component, result_type, result_date, result from raw.assessment_result "
        "where academy_id = 'ashby' and stage <> 'in_year' order by all"
    )
    assert rows == [
        (IDRIS, "KS4", "DFE", "KS4_ATT8", "official", "2025-06-30", "52.5"),
        (IDRIS, "KS4", "DFE", "KS4_ENDKS", "official", "2025-06-30", "1"),
        (IDRIS, "KS4", "DFE", "KS4_P8SCORE", "official", "2025-06-30", "0.1"),
        (ROSA, "KS2", "READ", "TEST", "result", "2020-06-30", "104"),
        (ROSA, "KS4", "DFE", "KS4_ATT8", "official", "2025-06-30", "52.5"),
        (ROSA, "KS4", "DFE", "KS4_ENDKS", "official", "2025-06-30", "1"),
    ]
