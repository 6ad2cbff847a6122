"""SIMS: CSV of report definitions in Windows-1252, days first, a title and a blank line above the header, zero-padded admission numbers.

Not here: what the school is like (school.py).
"""

import csv
import datetime
import io
from collections.abc import Iterable, Sequence

import numpy as np

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.names import as_windows_prints
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.phases import NEGATIVE, POSITIVE
from pipelines.synthetic.registers import CODES, MISSING, NOTHING
from pipelines.synthetic.rows import Export, chosen, lines, parts
from pipelines.synthetic.school import School, SchoolYear

ENCODING = "cp1252"
PUPILS = (
    "Adno", "UPN", "Legal Surname", "Legal Forename", "Preferred Surname", "Preferred Forename", "DOB", "Gender", "Year", "Reg",
    "Ethnicity Code", "First Language Code", "SEN Status", "SEN Need", "Eligible for free meals", "Ever 6 FSM", "Pupil Premium Indicator",
    "EAL", "In care", "Service child", "Enrolment Status", "Date of Admission", "Date of Leaving", "Reason for Leaving",
)  # fmt: skip
EXCLUSIONS = ("Adno", "Type", "Reason", "Start Date", "End Date", "Sessions")
RESULTS = ("Adno", "Aspect", "Subject", "Result Set", "Result Date", "Result")
STAFF = ("Staff Code", "Payroll Number", "Gender", "Teacher", "QTS")
CONTRACTS = ("Staff Code", "Contract ID", "Role", "Contract Type", "FTE", "Start Date", "End Date", "Destination", "Leaving Reason")
ABSENCES = ("Absence ID", "Staff Code", "Category", "Start Date", "End Date", "Working Days")
BEHAVIOUR = ("Record ID", "Adno", "Date", "Kind", "Type", "Points", "Recorded Date")
STATUS = {
    "C": "Current - single registration at this school",
    "M": "Current main - dual registration",
    "S": "Current subsidiary - dual registration",
    "G": "Guest pupil",
}
CODES_AS_PRINTED = ["" if number <= MISSING else code for number, code in enumerate(CODES)]


def write(school: School, year: SchoolYear, export: Export) -> None:
    """All of one night's files."""
    pupils = [pupil for pupil in school.pupils if spells_known(pupil, year.exported_on)]
    _report(export, "pupils", "Pupils on roll at any time this year", PUPILS, (_pupil(pupil, year) for pupil in pupils))
    _report(export, "exclusions", "Suspensions and exclusions", EXCLUSIONS, _exclusions(year))
    _report(export, "behaviour", "Achievement and behaviour", BEHAVIOUR, _behaviour(year))
    _report(export, "results", "Results", RESULTS, _results(year))
    _report(export, "staff", "Staff of the last two years", STAFF, (_staff(one) for one in year.colleagues))
    _report(export, "staff_contracts", "Contracts", CONTRACTS, (_contract(one, year.exported_on) for one in year.colleagues))
    _report(export, "staff_absences", "Absences of staff", ABSENCES, _absences(year))
    write_marks(school, year, export)


def write_marks(school: School, year: SchoolYear, export: Export) -> None:
    """The registers, by day or by session."""
    if school.academy.variant % 2:
        _marks(year, export)
    else:
        _attendance(year, export)


def adno(pupil: Pupil) -> str:
    """The admission number: its leading zeros are part of it."""
    return f"{1 + pupil.number:06d}"


def staff_code(colleague: Colleague) -> str:
    """The staff code: letters, as on a timetable."""
    number = colleague.number
    return "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))


def _date(day: datetime.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _yes(value: bool) -> str:
    return "Y" if value else ""


def _above(title: str, columns: Sequence[str]) -> bytes:
    return f"{title}\r\n\r\n{','.join(columns)}\r\n".encode(ENCODING)


def _report(export: Export, table: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    export.write(table, "csv", _above(title, columns) + text.getvalue().encode(ENCODING))


def _pupil(pupil: Pupil, year: SchoolYear) -> Sequence[str]:
    spell = spells_known(pupil, year.exported_on)[-1]
    surname, forename, preferred = (as_windows_prints(name) for name in (pupil.surname, pupil.forename, pupil.preferred_forename))
    nc_year = pupil.nc_text(year.year)
    return (
        adno(pupil),
        pupil.upn,
        surname,
        forename,
        surname,
        preferred,
        _date(pupil.date_of_birth),
        pupil.sex,
        f"Year {nc_year:>2}" if nc_year.isdigit() else {"R": "Reception"}.get(nc_year, nc_year),
        pupil.reg_group(year.year),
        pupil.ethnicity,
        pupil.language,
        "" if pupil.sen == "N" else pupil.sen,
        pupil.sen_need,
        _yes(pupil.is_fsm),
        _yes(pupil.is_fsm6),
        _yes(pupil.is_pupil_premium),
        _yes(pupil.is_eal),
        _yes(pupil.is_looked_after),
        _yes(pupil.is_service_child),
        STATUS[spell.status],
        _date(spell.entry),
        _date(spell.leaving),
        "",
    )


def _exclusions(year: SchoolYear) -> list[Sequence[str]]:
    kinds = {"SUSP": "Fixed term exclusion", "PERM": "Permanent exclusion"}
    return [
        (
            adno(year.register.pupils[one.row]),
            kinds[one.category],
            ";".join(one.reasons),
            _date(one.start),
            _date(one.end),
            str(2 * one.days) if one.days else "",
        )
        for one in year.suspensions
    ]


def _behaviour(year: SchoolYear) -> list[Sequence[str]]:
    events, register, names = year.behaviour, year.register, POSITIVE + NEGATIVE
    return [
        (
            str(number),
            adno(register.pupils[row]),
            _date(register.days[day]),
            "Achievement" if points > 0 else "Behaviour",
            names[kind],
            str(points),
            _date(register.days[entered]),
        )
        for number, (row, day, kind, points, entered) in enumerate(events.listed(), start=year.year * 100_000)
    ]


def _results(year: SchoolYear) -> Iterable[Sequence[str]]:
    for one in year.results:
        yield adno(one.pupil), one.assessment, one.subject, one.period, _date(one.day), one.result


def _staff(one: Colleague) -> Sequence[str]:
    teaches = _yes(one.is_teacher)
    return staff_code(one), str(one.payroll), {"F": "Female", "M": "Male"}[one.sex], teaches, teaches


def _contract(one: Colleague, day: datetime.date) -> Sequence[str]:
    end = one.end_known(day)
    dates = _date(one.start), _date(end)
    return staff_code(one), f"C{one.number}", one.role, "Permanent", one.fte, *dates, one.destination if end else "", ""


def _absences(year: SchoolYear) -> Iterable[Sequence[str]]:
    for number, one in enumerate(year.absences, start=year.year * 10_000):
        yield str(number), staff_code(one.colleague), one.category, _date(one.start), _date(one.end), str(one.days or "")


def _attendance(year: SchoolYear, export: Export) -> None:
    """Both sessions of a day in one row."""
    register = year.register
    ids, days = [adno(pupil) for pupil in register.pupils], [_date(day) for day in register.days]
    with export.large("attendance", "csv") as file:
        file.write(_above("Marks by day", ("Adno", "Date", "AM", "PM")))
        step = max(1, 200_000 // max(1, len(ids)))
        for begin in range(0, len(days), step):
            marks = register.marks[:, begin : begin + step].transpose(1, 0, 2)
            day, pupil = np.nonzero((marks != NOTHING).any(axis=2))
            morning, afternoon = (chosen(CODES_AS_PRINTED, marks[day, pupil, session]) for session in (0, 1))
            file.write(lines(chosen(ids, pupil), ",", chosen(days, day + begin), ",", morning, ",", afternoon, "\r\n"))


def _marks(year: SchoolYear, export: Export) -> None:
    """A row a session."""
    register = year.register
    ids, days = [adno(pupil) for pupil in register.pupils], [_date(day) for day in register.days]
    for number, pieces in parts(export, register):
        with export.large("marks", "csv", number) as file:
            file.write(_above("Marks by session", ("Adno", "Mark Date", "Session", "Mark")))
            for block in pieces:
                session, mark = chosen(["AM", "PM"], block.session), chosen(CODES_AS_PRINTED, block.code)
                file.write(lines(chosen(ids, block.pupil), ",", chosen(days, block.day), ",", session, ",", mark, "\r\n"))
