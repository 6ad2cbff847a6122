"""What each audience is shown, written down by hand for the tables that matter most, and the rules that hold for all."""

import pytest

from expectations.audiences import audiences
from pipelines.access import Shown, described, shown_to
from pipelines.suppression import HIDES

CLASS = {(each.table, each.column): each.privacy for each in described()}
NAMES = {"legal_surname", "legal_forename", "preferred_surname", "preferred_forename", "upn", "former_upn"}


def table(audience: str, name: str) -> Shown:
    return next(each for each in shown_to(audience) if each.table == name)


def ways(audience: str, name: str) -> dict[str, str]:
    return {column.name: column.how for column in table(audience, name).columns}


def test_the_trust_has_every_column() -> None:
    assert {(each.table, column.name) for each in shown_to("trust") for column in each.columns} == CLASS.keys()


def test_nobody_else_has_what_is_not_granted_to_them() -> None:
    assert shown_to("parents") == ()


def test_an_analyst_knows_a_pupil_by_a_pseudonym_alone() -> None:
    assert ways("analyst", "core.dim_pupil") == {
        "pupil_key": "pseudonym",
        "is_upn_valid": "as_it_is",
        "date_of_birth": "month",
        "sex": "as_it_is",
        "ethnicity_code": "as_it_is",
        "ethnicity_group": "as_it_is",
        "first_language_code": "as_it_is",
        "is_eal": "as_it_is",
    }


def test_an_analyst_has_results_without_what_was_typed_and_without_the_line_of_the_file() -> None:
    assert ways("analyst", "core.fct_assessment_result") == {
        "academy_id": "as_it_is",
        "pupil_key": "pseudonym",
        "source_pupil_id": "pseudonym",
        "kind": "as_it_is",
        "stage": "as_it_is",
        "subject_code": "as_it_is",
        "component": "common",
        "result_date": "as_it_is",
        "result_type": "as_it_is",
        "result": "common",
        "points": "as_it_is",
        "scale": "common",
        "time_period": "as_it_is",
        "batch_id": "as_it_is",
        "loaded_at": "as_it_is",
    }


def test_a_teacher_has_two_tables_of_pupils_without_safeguarding_or_what_tells_of_it() -> None:
    of_people = {each.table for each in shown_to("teacher") if any(CLASS[each.table, one.name] != "open" for one in each.columns)}
    summary = ways("teacher", "marts.pupil_summary")

    assert of_people == {"marts.class_list", "marts.pupil_summary"}
    assert not {"is_looked_after", "has_social_worker", "is_fsm", "is_fsm6", "is_pupil_premium"} & summary.keys()
    assert {"is_disadvantaged", "legal_surname", "sen_provision_code"} <= summary.keys()
    assert {table("teacher", name).rows for name in of_people} == {"own"}


def test_an_academy_has_its_own_people_by_name_and_the_figures_of_all_to_compare() -> None:
    whole = {each.table for each in shown_to("academy") if each.rows == "all" and not each.table.startswith("ref.")}

    assert {"legal_surname", "upn", "date_of_birth"} <= ways("academy", "core.dim_pupil").keys()
    assert table("academy", "core.dim_pupil").own_through == ("pupil_key", "core.bridge_pupil_source")
    assert whole <= {
        "core.dim_academy",
        "core.dim_academy_year",
        "core.dim_period",
        "dq.publication",
        "marts.funnel",
        "marts.governor_summary",
        "marts.scorecard",
        "marts.weekly_trend",
    }
    assert {each.table for each in shown_to("academy") if each.has_figures} == whole & {*HIDES, "marts.governor_summary"}


def test_a_governor_reads_nothing_of_people_and_figures_with_small_numbers_hidden() -> None:
    shown = shown_to("governor")

    assert {CLASS[each.table, column.name] for each in shown for column in each.columns} == {"open"}
    assert {each.table for each in shown if each.has_figures} >= set(HIDES)
    assert not [each.table for each in shown if each.table in ("ref.code_map", "core.fct_survey_response", "dq.check_result")]


@pytest.mark.parametrize("audience", ["academy", "teacher"])
def test_own_rows_can_be_told(audience: str) -> None:
    for each in shown_to(audience):
        if each.rows == "own":
            assert ("academy_id" in ways(audience, each.table)) != (each.own_through is not None), each.table
        else:
            assert {CLASS[each.table, column.name] for column in each.columns} == {"open"}, each.table


@pytest.mark.parametrize("audience", ["analyst", "governor"])
def test_no_name_and_no_upn_is_shown_to_who_may_know_nobody(audience: str) -> None:
    assert not NAMES & {column.name for each in shown_to(audience) for column in each.columns}


def test_every_column_that_is_named_for_the_analyst_stands_somewhere() -> None:
    known = {name for _, name in CLASS} | {f"{table}.{name}" for table, name in CLASS}

    assert set(audiences()["analyst"].columns) <= known
