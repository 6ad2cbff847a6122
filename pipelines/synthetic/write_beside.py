"""Canonical files for what an academy's MIS does not hold: surveys, parents' evenings, training, results by part of a subject.

Any academy may send them beside its MIS's files, with the MIS's own numbers of pupils and colleagues. Not here: what the canonical profile
has for pupils and registers (write_matlas.py), DfE's files (write_giap.py).
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipelines.synthetic.colleagues import Colleague
from pipelines.synthetic.community import CLUBS
from pipelines.synthetic.people import Pupil
from pipelines.synthetic.rows import Export
from pipelines.synthetic.school import SchoolYear
from pipelines.synthetic.stages import GCSES

RESULT = (
    "source_pupil_id", "kind", "stage", "subject_code", "component", "assessment_name", "period_name", "result_date", "result_type",
    "result", "points", "scale", "recorded_on",
)  # fmt: skip
STAFF = ("source_staff_id", "trust_staff_ref", "sex", "is_teacher", "has_qts")
CONTRACT = (
    "source_staff_id", "source_contract_id", "role_code", "contract_type_code", "fte", "start_date", "end_date", "destination_code",
    "leaving_reason_code",
)  # fmt: skip
ABSENCE = ("source_absence_id", "source_staff_id", "category_code", "start_date", "end_date", "working_days")
MEMBERSHIP = ("source_pupil_id", "club_id", "club_name", "start_date", "end_date")
ANSWER = ("response_id", "respondent", "survey_date", "question_code", "score", "nc_year")
INVITATION = ("event_id", "event_type", "event_date", "source_pupil_id", "is_attended")
TRAINING = ("source_staff_id", "activity", "activity_date", "hours")
Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Lacks:
    """How an MIS numbers pupils and colleagues, and which of the canonical tables its academies send because the MIS has none."""

    pupil_id: Callable[[Pupil], object]
    staff_id: Callable[[Colleague], object]
    tables: tuple[str, ...]
    results: bool = False
    """Results are such a table."""


EVERYBODY = ("survey_response", "parent_event", "cpd_record")
"""No MIS holds these in a shape of its own."""


def write(year: SchoolYear, export: Export, lacks: Lacks) -> None:
    """All of one night's canonical files beside the MIS's; an empty one is not sent."""
    pupil_id, staff_id = lacks.pupil_id, lacks.staff_id
    tables: dict[str, tuple[Sequence[str], Rows]] = {
        "assessment_result": (RESULT, _results(year, lacks)),
        "staff": (STAFF, ((staff_id(one), one.payroll, one.sex, _flag(one.is_teacher), _flag(one.is_teacher)) for one in year.colleagues)),
        "staff_contract": (CONTRACT, (_contract(year, one, staff_id) for one in year.colleagues)),
        "staff_absence": (
            ABSENCE,
            (
                (f"A{number}", staff_id(one.colleague), one.category, one.start, one.end or "", one.days or "")
                for number, one in enumerate(year.absences, start=year.year * 10_000)
            ),
        ),
        "club_membership": (
            MEMBERSHIP,
            ((pupil_id(one.pupil), one.club + 1, CLUBS[one.club], one.start, one.end or "") for one in year.memberships),
        ),
        "survey_response": (ANSWER, year.answers),
        "parent_event": (
            INVITATION,
            ((one.event, "Parents' evening", one.day, pupil_id(one.pupil), _flag(one.is_attended)) for one in year.invitations),
        ),
        "cpd_record": (TRAINING, ((staff_id(one.colleague), one.activity, one.day, one.hours) for one in year.training)),
    }
    for name in ("assessment_result", *lacks.tables, *EVERYBODY):
        columns, rows = tables[name]
        if listed := list(rows):
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows([columns, *listed])
            export.write(f"matlas_{name}", "csv", text.getvalue().encode())


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _results(year: SchoolYear, lacks: Lacks) -> Rows:
    """Results at the end of a stage by part of the subject; with them the MIS's own list, where the MIS has none."""
    for end in year.stage_results:
        name, of = f"{end.stage} {end.day.year}", lacks.pupil_id(end.pupil)
        yield of, "summative", end.stage, end.subject, end.component, name, "", end.day, "", end.result, "", "", ""
    for one in year.results if lacks.results else ():
        kind, stage = ("summative", "KS4") if one.assessment == GCSES else ("formative", "in_year")
        subject, of = one.subject, lacks.pupil_id(one.pupil)
        entered = one.day if kind == "formative" else ""
        yield of, kind, stage, subject, "", one.assessment, one.period, one.day, "", one.result, one.points, one.scale, entered


def _contract(year: SchoolYear, one: Colleague, staff_id: Callable[[Colleague], object]) -> Sequence[object]:
    end = one.end_known(year.exported_on)
    return staff_id(one), f"C{one.number}", one.role, "PRM", one.fte, one.start, end or "", one.destination if end else "", ""
