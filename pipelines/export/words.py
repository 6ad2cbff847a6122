"""Our codes in the words of DfE's tables: topics, groups, phases, and the names of columns.

Here: words, the order in which they are listed, and published decimals. Not here: what a group is (core.bridge_pupil_breakdown), nor the
names of measures (ref.measure). Words for sex and ethnic groups, `education_phase` and `Total` are DfE's harmonised ones; others are ours.
"""

from pipelines.export.figures import Group, Measure

TOTAL = "Total"

PHASES = {
    "all": TOTAL,
    "nursery": "Nursery",
    "primary": "Primary",
    "middle": "Middle",
    "secondary": "Secondary",
    "all_through": "All-through",
    "special": "Special",
    "alternative_provision": "Alternative provision",
    "post16": "Post-16",
}

TOPICS = {
    "all": TOTAL,
    "sex": "Sex",
    "fsm": "Free school meals",
    "fsm6": "Free school meals in the last six years",
    "pupil_premium": "Pupil premium",
    "disadvantaged": "Disadvantage",
    "looked_after": "Looked-after status",
    "social_worker": "Social worker",
    "sen": "SEN provision",
    "eal": "First language",
    "ethnicity": "Ethnicity major",
    "ethnicity_code": "Ethnicity detailed",
    "year_group": "Year group",
    "age_group": "Age at 31 August before the year",
}

GROUPS = {
    Group("all", "all"): TOTAL,
    Group("sex", "F"): "Female",
    Group("sex", "M"): "Male",
    Group("sex", "U"): "Unknown",
    Group("fsm", "yes"): "Free school meals",
    Group("fsm", "no"): "No free school meals",
    Group("fsm6", "yes"): "Free school meals in the last six years",
    Group("fsm6", "no"): "No free school meals in the last six years",
    Group("pupil_premium", "yes"): "Pupil premium",
    Group("pupil_premium", "no"): "No pupil premium",
    Group("disadvantaged", "yes"): "Disadvantaged",
    Group("disadvantaged", "no"): "Not disadvantaged",
    Group("looked_after", "yes"): "Looked after",
    Group("looked_after", "no"): "Not looked after",
    Group("social_worker", "yes"): "Social worker",
    Group("social_worker", "no"): "No social worker",
    Group("sen", "none"): "No SEN provision",
    Group("sen", "support"): "SEN support",
    Group("sen", "ehcp"): "Education, health and care plan",
    Group("eal", "yes"): "English as an additional language",
    Group("eal", "no"): "English",
    Group("eal", "unknown"): "Unknown",
    Group("ethnicity", "white"): "White",
    Group("ethnicity", "mixed"): "Mixed / Multiple ethnic groups",
    Group("ethnicity", "asian"): "Asian / Asian British",
    Group("ethnicity", "black"): "Black / African / Caribbean / Black British",
    Group("ethnicity", "other"): "Other ethnic group",
    Group("ethnicity", "unknown"): "Unknown",
    Group("ethnicity_code", "unknown"): "Unknown",
    Group("year_group", "nursery"): "Nursery",
    Group("year_group", "R"): "Reception",
    **{Group("year_group", str(year)): f"Year {year}" for year in range(1, 15)},
    Group("age_group", "under_5"): "Under 5",
    Group("age_group", "5_to_15"): "5 to 15",
    Group("age_group", "16_plus"): "16 and over",
}

COLUMNS = {"sen_support_pct": "special_needs_support_pct"}
"""Measures whose id cannot be a column: the format keeps names with `sen_` for its own harmonised variables."""

DECIMALS = {"per 100 pupils": 2, "pupils": 0, "grades": 2}
"""Decimals of a value by its unit, as DfE publishes it; one for the other units."""

DECIMALS_OF_DOMAIN = {"attendance": 2}
DECIMALS_OF_MEASURE = {
    "ebacc_aps": 2,
    "ks2_rwm_expected_pct": 0,
    "ks2_rwm_higher_pct": 0,
    "ks2_reading_expected_pct": 0,
    "ks2_maths_expected_pct": 0,
    "ks2_writing_expected_pct": 0,
    "ks2_science_expected_pct": 0,
}


def decimals_of(measure: Measure) -> int:
    """Decimals to which a measure's value is published."""
    in_general = DECIMALS_OF_DOMAIN.get(measure.domain, DECIMALS.get(measure.unit, 1))
    return DECIMALS_OF_MEASURE.get(measure.measure_id, in_general)


def column_of(measure: Measure) -> str:
    """The column of a measure's value."""
    return COLUMNS.get(measure.measure_id, measure.measure_id)


def topic_words(group: Group) -> str:
    """The topic, for a reader."""
    return TOPICS.get(group.topic, _plainly(group.topic))


def group_words(group: Group, ethnicities: dict[str, tuple[str, str]]) -> str:
    """The group, for a reader."""
    if group in GROUPS:
        return GROUPS[group]
    if group.topic == "ethnicity_code" and group.breakdown in ethnicities:
        return ethnicities[group.breakdown][0]
    return _plainly(group.breakdown)


def place_in_list(group: Group) -> tuple[int, int, str]:
    """Topics and groups in the order of these lists, the others after them."""
    topics, groups = list(TOPICS), list(GROUPS)
    return (
        topics.index(group.topic) if group.topic in TOPICS else len(topics),
        groups.index(group) if group in GROUPS else len(groups),
        group.breakdown,
    )


def _plainly(code: str) -> str:
    return code.replace("_", " ").capitalize()
