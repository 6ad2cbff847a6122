"""trust.yml: what it defaults to, and how its mistakes are told."""

import datetime
from pathlib import Path

import pytest

from pipelines.trust import TrustConfigError, academic_year, load_trust
from pipelines.usual_calendar import usual_half_terms

MINIMAL = """
trust:
  name: Alder Vale Learning Trust
academies:
  - {id: ashby, name: Ashby Academy, phase: secondary, mis: arbor}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "trust.yml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes_of(tmp_path: Path, text: str) -> str:
    with pytest.raises(TrustConfigError) as caught:
        load_trust(written(tmp_path, text))
    return str(caught.value)


def test_four_facts_about_an_academy_are_enough(tmp_path: Path) -> None:
    trust = load_trust(written(tmp_path, MINIMAL))

    assert trust.trust.timezone == "Europe/London"
    assert trust.limits.max_rejected_pct == 5
    assert trust.limits.max_shrink_pct == 20
    assert trust.limits.max_file_gib == 2
    assert trust.limits.max_compression == 200
    assert trust.privacy.suppress_below == 6
    assert trust.academy("ashby").joined_on is None


def test_a_calendar_that_is_not_given_is_englands_usual_one(tmp_path: Path) -> None:
    trust = load_trust(written(tmp_path, MINIMAL))

    assert trust.calendar_is_default
    assert trust.half_terms(None, 202526)["HT4"] == (datetime.date(2026, 2, 23), datetime.date(2026, 3, 27))


def test_a_year_that_the_calendar_leaves_out_has_no_half_terms(tmp_path: Path) -> None:
    trust = load_trust(written(tmp_path, MINIMAL + "calendar: {202526: {HT1: [2025-09-02, 2025-10-24]}}\n"))

    assert trust.half_terms(None, 202425) == {}
    assert list(trust.half_terms(None, 202526)) == ["HT1"]


def test_an_academys_own_half_term_stands_above_the_trusts(tmp_path: Path) -> None:
    text = """
trust: {name: T}
calendar: {202526: {HT1: [2025-09-02, 2025-10-24], HT2: [2025-11-03, 2025-12-19]}}
academies:
  - {id: ashby, name: A, phase: primary, mis: sims, calendar: {202526: {HT1: ["2025-09-04", "2025-10-17"]}}}
"""
    trust = load_trust(written(tmp_path, text))

    assert trust.half_terms(trust.academy("ashby"), 202526) == {
        "HT1": (datetime.date(2025, 9, 4), datetime.date(2025, 10, 17)),
        "HT2": (datetime.date(2025, 11, 3), datetime.date(2025, 12, 19)),
    }


def test_numbers_that_are_names_stay_text(tmp_path: Path) -> None:
    trust = load_trust(
        written(tmp_path, MINIMAL.replace("mis: arbor", "mis: arbor, laestab: 930/4001").replace("Trust\n", "Trust\n  group_uid: 99001\n"))
    )

    assert trust.academy("ashby").laestab == "9304001"
    assert trust.trust.group_uid == "99001"


@pytest.mark.parametrize(
    ("mistake", "line", "told"),
    [
        ("phase: secundary, mis: arbor", 5, "Did you mean `secondary`?"),
        ("phase: secondary, mis: arbour", 5, "Did you mean `arbor`?"),
        ("phase: secondary, mis: arbor, joined: 2019-09-01", 5, "Did you mean `joined_on`?"),
        ("phase: secondary, mis: arbor, joined_on: 31/08/2019", 5, "expected a date written as 2025-09-01"),
        ("phase: secondary, mis: arbor, urn: 12", 5, "greater than or equal to 100000"),
        ("phase: secondary, mis: arbor, joined_on: 2020-09-01, left_on: 2019-09-01", 5, "left_on is before joined_on"),
        ("phase: secondary, mis: arbor, modes: {pupil: yearly}", 5, "Did you mean `year`?"),
        ("phase: secondary, mis: arbor, columns: {pupyl: {upn: U}}", 5, "Did you mean `pupil`?"),
        ("phase: secondary, mis: arbor, columns: {pupil: {upm: U}}", 5, "Did you mean `upn`?"),
        ("phase: secondary, mis: arbor, codes: {attendence: {I01: I}}", 5, "Did you mean `attendance`?"),
        ("phase: secondary", 5, "`academy 1 → mis` is missing"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_nearest_valid_value(tmp_path: Path, mistake: str, line: int, told: str) -> None:
    text = mistakes_of(tmp_path, MINIMAL.replace("phase: secondary, mis: arbor", mistake))

    assert f"trust.yml line {line}:" in text
    assert told in text


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = mistakes_of(tmp_path, MINIMAL.replace("name: Ashby Academy", "naam: A").replace("arbor", "arbr"))

    assert len(text.splitlines()) == 3  # naam is unknown, name is missing, arbr is no MIS


@pytest.mark.parametrize("taken", ["trust", "all", "9b", "Ashby", "a", "a-b"])
def test_an_id_that_cannot_be_an_academy_is_refused(tmp_path: Path, taken: str) -> None:
    assert "academy 1 → id" in mistakes_of(tmp_path, MINIMAL.replace("id: ashby", f"id: {taken}"))


def test_two_academies_cannot_share_an_id(tmp_path: Path) -> None:
    twice = MINIMAL + "  - {id: ashby, name: B, phase: primary, mis: sims}\n"

    assert "two academies have the id ashby" in mistakes_of(tmp_path, twice)


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ("{202526: {HT1: [2025-10-24, 2025-09-02]}}", "before it begins"),
        ("{202526: {HT1: [2025-09-02, 2025-10-24], HT2: [2025-10-20, 2025-12-19]}}", "before the half-term before it has ended"),
        ("{202526: {HT1: [2024-09-02, 2024-10-24]}}", "outside the academic year 202526"),
        ("{2025: {HT1: [2025-09-02, 2025-10-24]}}", "such as 202526 for 2025/26"),
        ("{202526: {HT7: [2025-09-02, 2025-10-24]}}", "expected one of HT1, HT2"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(tmp_path: Path, calendar: str, told: str) -> None:
    text = mistakes_of(tmp_path, MINIMAL + f"calendar: {calendar}\n")

    assert "line 6" in text
    assert told in text


def test_a_key_written_twice_is_a_mistake_not_a_silent_choice(tmp_path: Path) -> None:
    assert "stands here a second time (first on line 3)" in mistakes_of(tmp_path, MINIMAL.replace("Trust\n", "Trust\n  name: Other\n"))


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "trust: [", "trust: {name: T\nacademies: []"])
def test_a_file_that_is_no_mapping_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    assert "trust.yml line" in mistakes_of(tmp_path, text)


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(TrustConfigError, match="matlas init"):
        load_trust(tmp_path / "trust.yml")


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-07-31", 202425), ("2025-08-01", 202526), ("2026-07-31", 202526), ("1999-12-31", 199900), ("2000-01-01", 199900)],
)
def test_an_academic_year_runs_from_august_to_july(day: str, expected: int) -> None:
    assert academic_year(datetime.date.fromisoformat(day)) == expected


def test_the_usual_calendar_has_february_half_term_and_never_overlaps() -> None:
    for start in range(2015, 2040):
        days = [day for half_term in usual_half_terms(start * 100 + (start + 1) % 100).values() for day in half_term]
        assert days == sorted(days)
        assert len(set(days)) == 12
        assert all(day.weekday() < 5 for day in days)
    assert usual_half_terms(202526) == {
        "HT1": (datetime.date(2025, 9, 2), datetime.date(2025, 10, 24)),
        "HT2": (datetime.date(2025, 11, 3), datetime.date(2025, 12, 19)),
        "HT3": (datetime.date(2026, 1, 5), datetime.date(2026, 2, 13)),
        "HT4": (datetime.date(2026, 2, 23), datetime.date(2026, 3, 27)),
        "HT5": (datetime.date(2026, 4, 13), datetime.date(2026, 5, 22)),
        "HT6": (datetime.date(2026, 6, 1), datetime.date(2026, 7, 21)),
    }


def test_a_code_may_be_yes_or_no_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "trust.yml"
    path.write_text(
        "trust: {name: T}\nacademies:\n  - {id: ashby, name: A, phase: primary, mis: bromcom, "
        "codes: {is_teacher: {Forest Lead: yes, Gardener: No}, survey_score: {Agree: 4}}}\n"
    )

    assert load_trust(path).academies[0].codes == {"is_teacher": {"Forest Lead": "yes", "Gardener": "no"}, "survey_score": {"Agree": "4"}}


@pytest.mark.parametrize("mis", ["giap", "ctf"])
def test_files_that_anybody_may_deliver_are_nobodys_mis(tmp_path: Path, mis: str) -> None:
    path = tmp_path / "trust.yml"
    path.write_text(f"trust: {{name: T}}\nacademies:\n  - {{id: ashby, name: A, phase: primary, mis: {mis}}}\n")

    with pytest.raises(TrustConfigError, match="expected one of arbor, bromcom, matlas, sims, wonde"):
        load_trust(path)
