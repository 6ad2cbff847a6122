"""Every fact that a measure is counted from, by the name that parts.csv gives it.

Here: the list. Not here: any query (facts.py, facts_of_people.py).
"""

from typing import Final

from pipelines.trace import facts, facts_of_people
from pipelines.trace.facts import Fact

RESULT = ("stage", "subject_code", "component", "result_type")
SPELL = ("leaving_date", "enrolment_status_code")

FACTS: Final[dict[str, Fact]] = {
    "marks": Fact(
        "fct_attendance_session and fct_attendance_week",
        ("attendance_mark", "attendance_week"),
        ("enrolment", "pupil", "calendar_day"),
        ("session", "mark_code", "sessions"),
        facts.marks,
    ),
    "suspensions": Fact(
        "fct_suspension",
        ("suspension",),
        ("pupil",),
        ("category_code", "sessions"),
        facts.dated("fct_suspension", "events.category_code, events.sessions", "start_date"),
    ),
    "behaviour": Fact(
        "fct_behaviour_event",
        ("behaviour_event",),
        ("pupil",),
        ("polarity",),
        facts.dated("fct_behaviour_event", "events.polarity, events.source_event_id", "event_date"),
    ),
    "roll": Fact("fct_enrolment", ("enrolment",), ("pupil",), SPELL, facts.spells(facts.last_day, is_on_the_day=True)),
    "census": Fact("fct_enrolment", ("enrolment",), ("pupil",), SPELL, facts.spells(facts.census, is_on_the_day=True)),
    "spells": Fact("fct_enrolment", ("enrolment",), ("pupil", "calendar_day"), SPELL, facts.spells(facts.last_day, is_on_the_day=False)),
    "clubs": Fact("fct_club_membership", ("club_membership",), ("enrolment",), ("club_id", "end_date"), facts.clubs),
    "answers": Fact("fct_survey_response", ("survey_response",), (), ("respondent", "question_code", "score"), facts.answers),
    "invitations": Fact("fct_parent_event", ("parent_event",), ("pupil",), ("event_id", "is_attended"), facts.invitations),
    "results": Fact("fct_assessment_result", ("assessment_result",), ("enrolment", "pupil"), RESULT, facts_of_people.results),
    "prior_results": Fact("fct_assessment_result", ("assessment_result",), (), RESULT, facts_of_people.prior_results),
    "stage_results": Fact("fct_assessment_result", ("assessment_result",), ("enrolment",), RESULT, facts_of_people.stage_results),
    "judgements": Fact("fct_assessment_result", ("assessment_result",), ("enrolment",), (*RESULT, "scale"), facts_of_people.judgements),
    "contracts": Fact("fct_staff_contract", ("staff_contract", "staff"), ("staff",), ("role_code", "fte"), facts_of_people.contracts),
    "contracts_of_november": Fact(
        "fct_staff_contract", ("staff_contract", "staff"), ("staff",), ("role_code", "fte"), facts_of_people.contracts_of_november
    ),
    "absences": Fact(
        "fct_staff_absence", ("staff_absence",), ("staff",), ("category_code", "end_date", "working_days"), facts_of_people.absences
    ),
    "training": Fact("fct_cpd", ("cpd_record",), ("staff",), ("hours",), facts_of_people.training),
}
