"""A delivered value finds its code: the academy's map, the profile's, the code itself, its label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import code_map, code_set, code_sets, contract, load_profile
from pipelines.sources.code_sets import code_key


def find(code_set_name: str, value: str, mis: str = "matlas") -> str | None:
    return code_map(code_set_name, {}, load_profile(mis).codes.get(code_set_name, {})).find(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("C", "C"),
        ("Current", "C"),
        ("current", "C"),
        ("Current Single Registration", "C"),
        ("Current - single registration at this school", "C"),
        ("M", "M"),
        ("Current Main", "M"),
        ("Current main - dual registration", "M"),
        ("S", "S"),
        ("Current Subsidiary", "S"),
        ("Current subsidiary - dual registration", "S"),
        ("G", "G"),
        ("Guest", "G"),
        ("Guest  pupil", "G"),
        ("F", "F"),
        ("FE College", "F"),
        ("O", "O"),
        ("Other provider", "O"),
        ("P", "P"),
        ("Previous", "P"),
        ("L", None),
    ],
)
def test_an_enrolment_status_reads_well_however_it_is_written(value: str, code: str | None) -> None:
    assert find("enrolment_status", value) == code


def test_bromcoms_leaver_is_previous_in_bromcom_only() -> None:
    assert find("enrolment_status", "L", "bromcom") == "P"
    assert find("enrolment_status", "L", "arbor") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("N", "N"),
        ("None", "N"),
        ("No special educational need", "N"),
        ("K", "K"),
        ("SEN Support", "K"),
        ("A", "K"),
        ("P", "K"),
        ("E", "E"),
        ("EHCP", "E"),
        ("Education, health and care plan", "E"),
        ("Education, Health and Care Plan", "E"),
        ("S", "E"),
    ],
)
def test_sen_provision_reads_well_with_its_legacy_codes(value: str, code: str) -> None:
    assert find("sen_provision", value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("SUSP", "SUSP"),
        ("FIXD", "SUSP"),
        ("Suspension", "SUSP"),
        ("Fixed term exclusion", "SUSP"),
        ("PERM", "PERM"),
        ("Permanent exclusion", "PERM"),
        ("LNCH", "LNCH"),
    ],
)
def test_a_suspension_category_reads_well(value: str, code: str) -> None:
    assert find("suspension_category", value) == code


@pytest.mark.parametrize(("value", "code"), [("M", "M"), ("Male", "M"), ("MALE", "M"), ("Boy", "M"), ("f", "F"), ("Girl", "F"), ("U", "U")])
def test_sex_reads_well(value: str, code: str) -> None:
    assert find("sex", value) == code


@pytest.mark.parametrize(("value", "code"), [("/", "/"), ("\\", "\\"), ("#", "#"), ("l", "L"), ("C1", "C1"), ("/\\", None), ("-", None)])
def test_a_mark_that_is_only_punctuation_is_compared_as_itself(value: str, code: str | None) -> None:
    assert find("attendance", value) == code


@pytest.mark.parametrize(("value", "code"), [("I01", "I"), ("i02", "I"), ("X01", "X"), ("X03", "X"), ("X10", "X"), ("Q01", None)])
def test_bromcoms_sub_codes_are_their_letter_and_others_are_never_guessed(value: str, code: str | None) -> None:
    assert find("attendance", value, "bromcom") == code


def test_sub_codes_mean_nothing_where_the_profile_does_not_say_so() -> None:
    assert find("attendance", "I01", "sims") is None


def test_the_academys_own_map_stands_above_the_profiles_and_the_code_itself() -> None:
    codes = code_map("attendance", {"I01": "M", "b": "V"}, {"I01": "I"})

    assert codes.find("I01") == "M"
    assert codes.find("B") == "V"


def test_a_map_to_something_that_is_no_code_maps_nothing() -> None:
    assert code_map("attendance", {"I01": "ill"}, {}).find("I01") is None


def test_a_set_without_codes_keeps_the_mis_own() -> None:
    assert find("leaving_reason", " Moved   away ") == "Moved away"
    assert code_map("leaving_reason", {"ma": "MOVED"}, {}).find("MA") == "MOVED"


@pytest.mark.parametrize(
    ("code_set_name", "value", "code"),
    [
        ("assessment_kind", "Summative", "summative"),
        ("assessment_stage", "in-year", "in_year"),
        ("assessment_stage", "Key Stage 2", "KS2"),
        ("assessment_stage", "KS3", None),
        ("result_type", "R", "result"),
        ("result_type", "Target", "target"),
        ("subject", "English Literature", "ENGLIT"),
        ("subject", "maths", "MATHS"),
        ("subject", "Latin  prep", "Latin prep"),
        ("staff_absence", "Sickness", "SIC"),
        ("staff_absence", "Maternity /Paternity leave", "MAT"),
        ("staff_absence", "late bus", None),
        ("contract_type", "fixed term", "FXT"),
        ("staff_role", "Class Teacher", "TCHR"),
        ("staff_role", "Deputy Head", "DPHT"),
        ("staff_destination", "Not known", "NTKNWN"),
        ("respondent", "Parent/Carer", "parent"),
        ("survey_score", "5", "5"),
        ("survey_score", "6", None),
    ],
)
def test_the_words_of_assessment_staff_and_surveys_read_well(code_set_name: str, value: str, code: str | None) -> None:
    assert find(code_set_name, value) == code


def test_only_settled_blanks_mean_something() -> None:
    assert {name: one.blank for name, one in code_sets().items() if one.blank} == {
        "enrolment_status": "C",
        "sen_provision": "N",
        "result_type": "result",
    }
    assert code_set("enrolment_status").blank_when_absent
    assert code_set("result_type").blank_when_absent
    assert not code_set("sen_provision").blank_when_absent


def test_every_canonical_code_reads_as_itself() -> None:
    for name, one in code_sets().items():
        assert {code: code_map(name, {}, {}).find(code) for code in one.codes} == {code: code for code in one.codes}


def test_every_code_set_belongs_to_a_column_of_the_contract() -> None:
    used = {column.code_set for entity in contract().entities.values() for column in entity.columns}

    assert set(code_sets()) <= used


@given(st.text())
def test_no_text_breaks_the_comparison_and_comparing_twice_changes_nothing(value: str) -> None:
    assert code_key(code_key(value)) == code_key(value)
