"""Which figures say something of which others: the sums and the parts that are true in measures and marts, as data.

Here: what a reader can subtract. Not here: what is hidden because of it (choosing). The relations of one measure are its `Relation`; those
of all are:

- groups of a topic sum to all pupils (not `age_group`, which looks beyond them, and whose 5_to_15 is all); the codes of an ethnicity sum to
  it; the reasons of absence sum to authorised and to unauthorised absence;
- weeks sum to half-terms and to the year to date where a count `adds`; of a `moment` (who is on roll) the last week, the last half-term
  and the year to date are the same figure; periods that stand `apart` (who was assessed in a half-term) neither sum nor bound each other,
  but the year to date is the last half-term;
- academies sum to the trust's phases and they to the trust (a person at two academies may count once there: taken as if exact);
- attendance and absence are the rest of each other, authorised and unauthorised absence sum to absence, and a share of a measure's
  numerator (severe of persistent absence) is at most the whole;
- the same count under another name: pupils suspended and the people behind suspensions; a share of pupils with free meals and the roll of
  that group; what one characteristic is of the group of another.

A measure that is not listed is a unit of its own whose counts add up: a test asks that every measure is listed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Relation:
    """What ties one measure to others.

    `unit`: its figures are shown or hidden with those of the unit. `people`: whom it is counted out of; measures of the same people show
    each other's denominator. `within`: measures of whose numerator this one's is a part. `over_time`: how its periods hang together.
    """

    unit: str
    people: str
    over_time: Literal["adds", "moment", "apart"] = "adds"
    within: tuple[str, ...] = ()


ABSENCE, LEAVE, REASONS = "absence", "leave", "reasons"
REASON_TOPIC, AGE_TOPIC, ETHNICITY_TOPIC, CODE_TOPIC = "reason", "age_group", "ethnicity", "ethnicity_code"
SAME_AS_ALL = "5_to_15"
"""The age group that every other figure of attendance is of."""

CHARACTERISTICS = {
    "fsm_pct": "fsm",
    "fsm6_pct": "fsm6",
    "pupil_premium_pct": "pupil_premium",
    "sen_support_pct": "sen",
    "ehcp_pct": "sen",
    "eal_pct": "eal",
}
"""A share of the roll and the topic whose group it counts: the share's numerator is the group's roll."""

NEVER_BOTH = (("sen_support_pct", "ehcp_pct"),)
"""Shares of which nobody is in two: together they are at most all."""

OF_THE_ROLL = ("roll", "census", "assessed")
"""Counts of people that a characteristic divides alike, or so nearly alike that one tells the other."""

RELATIONS = {
    "attendance_rate": Relation(ABSENCE, "possible"),
    "absence_rate": Relation(ABSENCE, "possible"),
    "authorised_absence_rate": Relation(LEAVE, "possible", within=("absence_rate",)),
    "unauthorised_absence_rate": Relation(LEAVE, "possible", within=("absence_rate",)),
    "absence_by_reason": Relation(REASONS, "possible"),
    "late_rate": Relation("late", "possible"),
    "persistent_absence_rate": Relation("persistent", "possible"),
    "severe_absence_rate": Relation("severe", "possible", within=("persistent_absence_rate",)),
    "part_time_timetable_pct": Relation("part_time", "possible"),
    "missing_mark_rate": Relation("missing", "register"),
    "suspension_rate": Relation("suspensions", "census"),
    "pupils_suspended_pct": Relation("suspensions", "census"),
    "sessions_lost_to_suspension_rate": Relation("suspensions", "possible"),
    "permanent_exclusion_rate": Relation("exclusions", "census"),
    "positive_recognition_pct": Relation("recognition", "events"),
    "roll": Relation("roll", "roll", "moment"),
    "roll_subsidiary": Relation("subsidiary", "subsidiary", "moment"),
    **{measure: Relation(measure, "roll", "moment") for measure in CHARACTERISTICS},
    "mobility_pct": Relation("mobility", "ever on roll"),
    "enrichment_pct": Relation("enrichment", "roll", "moment"),
    "assessed_this_term_pct": Relation("assessed", "assessed", "apart"),
    "on_track_pct": Relation("on_track", "on track", "moment"),
    "formative_summative_agreement_pct": Relation("agreement", "agreement"),
    "gld_pct": Relation("gld", "eyfs"),
    "phonics_y1_pct": Relation("phonics_y1", "phonics_y1"),
    "phonics_y2_pct": Relation("phonics_y2", "phonics_y2"),
    "mtc_mean_mark": Relation("mtc_mean", "mtc"),
    "mtc_full_marks_pct": Relation("mtc_full", "mtc"),
    "ks2_rwm_expected_pct": Relation("rwm", "ks2"),
    "ks2_rwm_higher_pct": Relation("rwm_higher", "ks2", within=("ks2_rwm_expected_pct",)),
    "ks2_reading_expected_pct": Relation("ks2_reading", "ks2_reading"),
    "ks2_maths_expected_pct": Relation("ks2_maths", "ks2_maths"),
    "ks2_writing_expected_pct": Relation("ks2_writing", "ks2_writing"),
    "ks2_science_expected_pct": Relation("ks2_science", "ks2_science"),
    "ks2_reading_scaled": Relation("reading_scaled", "reading_scaled"),
    "ks2_maths_scaled": Relation("maths_scaled", "maths_scaled"),
    "attainment8": Relation("attainment8", "ks4"),
    "ebacc_aps": Relation("ebacc", "ks4"),
    "engmaths_9_4_pct": Relation("engmaths_4", "ks4"),
    "engmaths_9_5_pct": Relation("engmaths_5", "ks4", within=("engmaths_9_4_pct",)),
    "progress8": Relation("progress8", "progress8"),
    "pupil_voice_pct": Relation("pupil_voice", "pupil_voice"),
    "parent_voice_pct": Relation("parent_voice", "parent_voice"),
    "staff_voice_pct": Relation("staff_voice", "staff_voice"),
    "parent_engagement_pct": Relation("parent_engagement", "invitations"),
    "teacher_sickness_days": Relation("teacher_sickness", "teachers"),
    "teacher_sickness_pct": Relation("teacher_sickness", "teachers"),
    "cpd_hours_per_teacher": Relation("cpd", "teachers"),
    "support_sickness_days": Relation("support_sickness", "support"),
    "teacher_turnover_pct": Relation("turnover", "turnover"),
    "teacher_left_trust_pct": Relation("left_trust", "left_trust", within=("teacher_turnover_pct",)),
    "pupil_teacher_ratio": Relation("ratio", "ratio"),
}

ONE_PEOPLE_A_YEAR = ("census",)
"""People who are the same in every period of a year: who was on roll on the census day."""


def relation(measure_id: str) -> Relation:
    """The relations of a measure; of one that is not listed, those of a unit of its own."""
    return RELATIONS.get(measure_id, Relation(measure_id, measure_id))


def units_of(measures: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The units that these measures make up, each with its measures."""
    units: dict[str, tuple[str, ...]] = {}
    for measure in measures:
        name = relation(measure).unit
        units[name] = (*units.get(name, ()), measure)
    return units
