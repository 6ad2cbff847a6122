"""DfE's pupil-level result files, as an academy downloads them from Get Information about Pupils.

A file for each stage and closed year, once DfE has published it; all of DfE's columns, no quotes. Pupils are named by their UPN: one whose
UPN the academy has wrong or twice is in no file. Not here: the academy's own results (write_beside.py and the MIS's writers).
"""

import datetime
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from pipelines.synthetic import upn
from pipelines.synthetic.attainment import (
    early_goals,
    has_good_level,
    phonics_mark,
    scaled_score,
    science,
    subject_standing,
    tables_mark,
    writing,
)
from pipelines.synthetic.gcse import grades_of
from pipelines.synthetic.people import Pupil
from pipelines.synthetic.plan import AcademyPlan
from pipelines.synthetic.rows import real_columns
from pipelines.synthetic.school import School
from pipelines.synthetic.stages import Stage, at_the_end, gcse_stage, phonics_outcome, stages_of, takes_phonics

PUBLISHED = {"EYFSP": (10, 15), "Phonics": (10, 15), "MTC": (10, 15), "KS2": (10, 15), "KS4": (11, 20)}
"""Month and day of the following school year on which the academy downloads the file."""
FILES = {"EYFS": "EYFSP", "PHONICS": "Phonics", "MTC": "MTC", "KS2": "KS2", "KS4": "KS4"}
LAST_PROGRESS8 = 202324
"""The two years after it have none: their pupils sat no tests at the end of primary school."""
EXPECTED, HIGHER = 100, 110
Row = dict[str, str]


def write(school: School, folder: Path) -> None:
    """The files of all years that are published by the day of the export."""
    for year in school.plan.years:
        write_year(school, folder, year, (*stages_of(year), gcse_stage(year)))


def write_year(school: School, folder: Path, year: int, stages: Iterable[Stage]) -> None:
    """The files of these stages of a year, if they are published by the day of the export."""
    rows: dict[str, list[Row]] = {}
    for stage in stages:
        file = FILES[stage.name]
        pupils = _matched(at_the_end(school.pupils, stage, year))
        rows.setdefault(file, []).extend(row for pupil in pupils for row in _rows(file, pupil, stage.nc_year, year))
    for file, of_file in rows.items():
        downloaded = datetime.date(year // 100 + 1, *PUBLISHED[file])
        if of_file and downloaded <= school.academy.exported_on:
            (folder / f"{school.academy.urn}_{file}_{downloaded}.csv").write_bytes(_text(file, of_file, school.academy, year))


def _matched(pupils: list[Pupil]) -> Iterator[Pupil]:
    """Each UPN once, if its check letter is right."""
    known: set[str] = set()
    for pupil in pupils:
        if upn.check_letter(pupil.upn[1:]) == pupil.upn[0] and pupil.upn not in known:
            known.add(pupil.upn)
            yield pupil


def _text(file: str, rows: list[Row], academy: AcademyPlan, year: int) -> bytes:
    """DfE's writer quotes nothing. Its headings in one file begin with the file's name, in another they do not."""
    columns = real_columns("giap", file)
    prefix = {"EYFSP": "FSP_", "Phonics": "Phonics_", "KS4": "KS4_"}.get(file, "")
    of_all = {
        "ACADYR": f"{year // 100}/{year // 100 + 1}", "LA": academy.laestab[:3], "ESTAB": academy.laestab[3:], "LAESTAB": academy.laestab,
        "URN": str(academy.urn),
    }  # fmt: skip
    common = {f"{prefix}{column}": value for column, value in of_all.items()}
    lines = [columns, *([{**common, **row}.get(column, "") for column in columns] for row in rows)]
    return "".join(",".join(line) + "\r\n" for line in lines).encode()


def _rows(file: str, pupil: Pupil, nc_year: int, year: int) -> Iterator[Row]:
    if file == "EYFSP":
        yield _early_years(pupil)
    elif file == "Phonics" and takes_phonics(pupil, nc_year):
        yield _phonics(pupil, nc_year)
    elif file == "MTC":
        yield _tables(pupil)
    elif file == "KS2":
        yield _key_stage_2(pupil)
    elif file == "KS4":
        yield _key_stage_4(pupil, year)


def _early_years(pupil: Pupil) -> Row:
    goals = {f"FSP_{subject}_{goal}": level for (subject, goal), level in early_goals(pupil).items()}
    return {
        "FSP_UPN": pupil.upn,
        "FSP_SURNAME": pupil.surname,
        "FSP_FORENAME": pupil.forename,
        "FSP_DOB": str(pupil.date_of_birth),
        "FSP_SEX": pupil.sex,
        "FSP_GLD": _flag(has_good_level(pupil)),
    } | goals


def _phonics(pupil: Pupil, nc_year: int) -> Row:
    mark = phonics_mark(pupil, nc_year)
    return {
        "Phonics_UPN": pupil.upn,
        "Phonics_SURNAME": pupil.surname,
        "Phonics_FORENAMES": pupil.forename,
        "Phonics_SEX": pupil.sex,
        "Phonics_DOB": str(pupil.date_of_birth),
        "Phonics_NCYEARACTUAL": str(nc_year),
        "Phonics_PHONICS_MARK": str(mark),
        "Phonics_PHONICS_OUTCOME": phonics_outcome(mark),
    }


def _tables(pupil: Pupil) -> Row:
    mark = tables_mark(pupil)
    row = {"UPN": pupil.upn, "Surname": pupil.surname, "Forename": pupil.forename, "Sex": pupil.sex, "DOB": str(pupil.date_of_birth)}
    if mark is None:
        return row | {"PupilStatus": "Not taking the check", "ReasonNotTakingCheck": "Working below expectation"}
    return row | {"FormMark": str(mark), "PupilStatus": "Complete"}


def _key_stage_2(pupil: Pupil) -> Row:
    reading, maths, written = scaled_score(pupil, "READ"), scaled_score(pupil, "MATHS"), writing(pupil)
    row = {"UPN": pupil.upn, "SURNAME": pupil.surname, "FORENAMES": pupil.forename, "SEX": pupil.sex, "DOB": str(pupil.date_of_birth)}
    row |= {"YEARGRP": "6", "ENDKS": "1", "SCHRES": "1", "WRITTAOUTCOME": written, "SCITAOUTCOME": science(pupil)}
    row |= dict.fromkeys(("ELIGREAD", "ELIGMAT", "ELIGWRITTA", "ELIGSCITA", "ELIGRWM"), "1")
    for test, score in (("READ", reading), ("MAT", maths)):
        has_met = (score or 0) >= EXPECTED
        row |= {f"{test}SCORE": str(score or ""), f"{test}OUTCOME": "B" if score is None else "AS" if has_met else "NS"}
        row |= {f"{test}EXP": _flag(has_met), f"{test}HIGH": _flag((score or 0) >= HIGHER)}
    row |= {
        "WRITTAEXP": _flag(written in ("EXS", "GDS")),
        "WRITTADEPTH": _flag(written == "GDS"),
        "SCITAEXP": _flag(science(pupil) == "EXS"),
    }
    lower = min(reading or 0, maths or 0)
    return row | {
        "RWMEXP": _flag(lower >= EXPECTED and written in ("EXS", "GDS")),
        "RWMHIGH": _flag(lower >= HIGHER and written == "GDS"),
    }


def _key_stage_4(pupil: Pupil, year: int) -> Row:
    grades = grades_of(pupil)
    row = {
        "KS4_UPN": pupil.upn,
        "KS4_SURNAME": pupil.surname,
        "KS4_FORENAMES": pupil.forename,
        "KS4_SEX": pupil.sex,
        "KS4_DOB": str(pupil.date_of_birth),
        "KS4_YEARGRP": "11",
        "KS4_ENDKS": "1",
        "KS4_SCHRES": "1",
        "KS4_SCHNOR": "1",
        "KS4_ATT8": _decimal(grades.attainment8),
        "KS4_L2BASICS_94": _flag(grades.passes(4)),
        "KS4_L2BASICS_95": _flag(grades.passes(5)),
        "KS4_EBACCAPS_PUPIL": _decimal(grades.ebacc_average),
    }
    if year <= LAST_PROGRESS8:
        row |= _progress8(pupil, grades.attainment8)
    return row


def _progress8(pupil: Pupil, attainment8: Fraction) -> Row:
    """What others with the same start got is taken as a straight line through England's mean."""
    start = (subject_standing(pupil, "READ") + subject_standing(pupil, "MATHS")) // 2
    predicted = max(Fraction(10), Fraction(46) + Fraction(15 * start, 1000))
    return {
        "KS4_KS2READSCORE": str(scaled_score(pupil, "READ") or ""),
        "KS4_KS2MATSCORE": str(scaled_score(pupil, "MATHS") or ""),
        "KS4_ATT8_PRED": _decimal(predicted),
        "KS4_INP8CALC": "1",
        "KS4_P8SCORE": _decimal((attainment8 - predicted) / 10),
    }


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _decimal(value: Fraction) -> str:
    """Two places, rounded half up."""
    hundredths = (200 * value + 1) // 2
    sign, whole = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
