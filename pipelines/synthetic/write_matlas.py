"""The canonical profile: `matlas_<entity>.csv`, UTF-8, ISO dates, the contract's own columns and codes.

Not here: what the school is like (school.py).
"""

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.people import Pupil, spells_known
from pipelines.synthetic.phases import NEGATIVE, POSITIVE
from pipelines.synthetic.registers import CODES, MISSING
from pipelines.synthetic.rows import Export, chosen, csv_text, lines, parts
from pipelines.synthetic.school import School, SchoolYear

PUPIL = (
    "source_pupil_id", "upn", "former_upn", "legal_surname", "legal_forename", "preferred_surname", "preferred_forename", "date_of_birth",
    "sex", "ethnicity_code", "first_language_code", "nc_year", "reg_group", "sen_provision_code", "sen_primary_need_code", "is_fsm",
    "fsm_category_code", "is_fsm_ever6", "is_pupil_premium", "is_eal", "is_looked_after", "is_service_child", "is_young_carer",
    "has_social_worker",
)  # fmt: skip
ENROLMENT = (
    "source_pupil_id", "entry_date", "leaving_date", "enrolment_status_code", "leaving_reason_code", "destination_code", "nc_year", "fte",
)  # fmt: skip
SUSPENSION = ("source_pupil_id", "category_code", "reason_codes", "start_date", "end_date", "sessions")
BEHAVIOUR_EVENT = ("source_event_id", "source_pupil_id", "event_date", "behaviour_type", "points", "polarity", "recorded_on")
CALENDAR_DAY = ("date", "is_school_day", "day_type")
MARK = "source_pupil_id,session_date,session,mark_code,minutes_late\r\n"


def write(school: School, year: SchoolYear, export: Export) -> None:
    """All of one night's files."""
    pupils = [pupil for pupil in school.pupils if spells_known(pupil, year.exported_on)]
    export.write("matlas_pupil", "csv", csv_text(PUPIL, [_pupil(pupil, year.year) for pupil in pupils]))
    export.write("matlas_enrolment", "csv", csv_text(ENROLMENT, _enrolments(pupils, year)))
    export.write("matlas_suspension", "csv", csv_text(SUSPENSION, _suspensions(year)))
    export.write("matlas_behaviour_event", "csv", csv_text(BEHAVIOUR_EVENT, _behaviour(year)))
    write_calendar(year, export)
    write_marks(school, year, export)


def write_calendar(year: SchoolYear, export: Export) -> None:
    """Which weekdays of the year's terms the academy is open: any academy may send it beside its MIS's files."""
    rows = []
    for day in year.term_days:
        is_closed = day in year.staff_days
        kind = "INSET" if is_closed else ""
        rows.append({"date": str(day), "is_school_day": "false" if is_closed else "true", "day_type": kind})
    export.write("matlas_calendar_day", "csv", csv_text(CALENDAR_DAY, rows))


def pupil_id(pupil: Pupil) -> str:
    """The pupil's id in canonical files."""
    return f"P{pupil.number:06d}"


def staff_id(colleague: Colleague) -> str:
    """The colleague's id in canonical files."""
    return f"S{colleague.number:04d}"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _pupil(pupil: Pupil, year: int) -> dict[str, str]:
    return {
        "source_pupil_id": pupil_id(pupil),
        "upn": pupil.upn,
        "former_upn": pupil.former_upn,
        "legal_surname": pupil.surname,
        "legal_forename": pupil.forename,
        "preferred_surname": pupil.surname,
        "preferred_forename": pupil.preferred_forename,
        "date_of_birth": str(pupil.date_of_birth),
        "sex": pupil.sex,
        "ethnicity_code": pupil.ethnicity,
        "first_language_code": pupil.language,
        "nc_year": pupil.nc_text(year),
        "reg_group": pupil.reg_group(year),
        "sen_provision_code": pupil.sen,
        "sen_primary_need_code": pupil.sen_need,
        "is_fsm": _flag(pupil.is_fsm),
        "fsm_category_code": "TFSM" if pupil.is_fsm else "",
        "is_fsm_ever6": _flag(pupil.is_fsm6),
        "is_pupil_premium": _flag(pupil.is_pupil_premium),
        "is_eal": _flag(pupil.is_eal),
        "is_looked_after": _flag(pupil.is_looked_after),
        "is_service_child": _flag(pupil.is_service_child),
        "is_young_carer": _flag(pupil.is_young_carer),
        "has_social_worker": _flag(pupil.has_social_worker),
    }


def _enrolments(pupils: list[Pupil], year: SchoolYear) -> list[dict[str, str]]:
    return [
        {
            "source_pupil_id": pupil_id(pupil),
            "entry_date": str(spell.entry),
            "leaving_date": str(spell.leaving or ""),
            "enrolment_status_code": "P" if spell.leaving else spell.status,
            "nc_year": pupil.nc_text(year.year),
            "fte": "1" if spell.status == "C" else "0.5",
        }
        for pupil in pupils
        for spell in spells_known(pupil, year.exported_on)
    ]


def _suspensions(year: SchoolYear) -> list[dict[str, str]]:
    return [
        {
            "source_pupil_id": pupil_id(year.register.pupils[one.row]),
            "category_code": one.category,
            "reason_codes": ";".join(one.reasons),
            "start_date": str(one.start),
            "end_date": str(one.end or ""),
            "sessions": str(2 * one.days) if one.days else "",
        }
        for one in year.suspensions
    ]


def _behaviour(year: SchoolYear) -> list[dict[str, str]]:
    events, register, names = year.behaviour, year.register, POSITIVE + NEGATIVE
    return [
        {
            "source_event_id": str(number),
            "source_pupil_id": pupil_id(register.pupils[row]),
            "event_date": str(register.days[day]),
            "behaviour_type": names[kind],
            "points": str(points),
            "polarity": "positive" if points > 0 else "negative",
            "recorded_on": str(register.days[entered]),
        }
        for number, (row, day, kind, points, entered) in enumerate(events.listed(), start=year.year * 100_000)
    ]


def write_marks(school: School, year: SchoolYear, export: Export) -> None:
    """The registers: a row a session."""
    register = year.register
    ids = [pupil_id(pupil) for pupil in register.pupils]
    days = [str(day) for day in register.days]
    codes = ["" if number <= MISSING else code for number, code in enumerate(CODES)]
    minutes = ["", *map(str, range(1, 256))]
    for number, pieces in parts(export, register):
        with export.large("matlas_attendance_mark", "csv", number) as file:
            file.write(MARK.encode())
            for block in pieces:
                id_column, day_column, code_column = chosen(ids, block.pupil), chosen(days, block.day), chosen(codes, block.code)
                sessions, late = chosen(["AM", "PM"], block.session), chosen(minutes, block.minutes)
                file.write(lines(id_column, ",", day_column, ",", sessions, ",", code_column, ",", late, "\r\n"))
