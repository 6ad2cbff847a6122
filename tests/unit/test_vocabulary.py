"""Every way of writing a value that sources.md §2 names, and those that must not be read."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.vocabulary import (
    boolean_of,
    collapsed,
    date_of,
    is_null,
    june_of_academic_year,
    june_of_end_year,
    monday_of,
    monday_of_iso_week,
    nc_year_of,
    number_of,
    number_text,
    trimmed,
)

WONDE = '{"date":"2002-09-29 00:00:00.000000","timezone_type":3,"timezone":"Europe/London"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-02", "2025-09-02"),
        ("2012-03-04T00:00:00", "2012-03-04"),
        ("2012-03-04 23:59:59.123", "2012-03-04"),
        ("2012-03-04T23:30:00Z", "2012-03-04"),
        ("2012-03-04T23:30:00+01:00", "2012-03-04"),
        ("04/03/2012", "2012-03-04"),
        ("04/03/2012 00:00", "2012-03-04"),
        ("04-Mar-2012", "2012-03-04"),
        ("4-MAR-2012", "2012-03-04"),
        (WONDE, "2002-09-29"),
    ],
)
def test_a_date_is_read_in_every_form_that_mis_write(text: str, expected: str) -> None:
    assert date_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "13/13/2012",
        "03/31/2012",  # month first
        "4/3/2012",  # unpadded: a month-first writer's habit
        "31/02/2012",
        "2012-02-30",
        "04/03/12",
        "04-Foo-2012",
        "0001-01-01",  # a database's zero date
        "9999-12-31",
        "20120304",
        "41234",
        "soon",
        "{}",
        '{"date": 5}',
        '{"date": "soon"}',
        "{broken",
        "٠٤/٠٣/٢٠١٢",
    ],
)
def test_what_is_no_day_is_not_read_as_one(text: str) -> None:
    assert date_of(text) is None


def test_a_profile_may_allow_fewer_forms() -> None:
    assert date_of("04/03/2012", ["%Y-%m-%d"]) is None
    assert date_of("2012-03-04", ["%Y-%m-%d"]) == "2012-03-04"


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
def test_every_day_is_the_same_day_in_every_form(day: datetime.date) -> None:
    forms = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d-%b-%Y}", f"{day.isoformat()}T08:30:00", f'{{"date": "{day} 00:00:00"}}']

    assert {date_of(form) for form in forms} == {day.isoformat()}


@given(st.text())
def test_no_text_breaks_the_date_reader(text: str) -> None:
    found = date_of(text)

    assert found is None or datetime.date.fromisoformat(found)


@pytest.mark.parametrize(
    ("year", "week", "monday"),
    [
        ("2025", "38", "2025-09-15"),
        ("2026", "1", "2025-12-29"),  # ISO week 1 begins in the year before
        ("2020", "53", "2020-12-28"),
        ("2026", "53", "2026-12-28"),
        ("2025", "53", None),  # 2025 has 52 weeks
        ("2025", "0", None),
        ("", "38", None),
        ("2025", "week", None),
    ],
)
def test_an_iso_week_is_its_monday(year: str, week: str, monday: str | None) -> None:
    assert monday_of_iso_week(year, week) == monday


def test_a_week_that_does_not_begin_on_monday_is_not_read() -> None:
    assert monday_of("2025-09-08") == "2025-09-08"
    assert monday_of("2025-09-07") is None


@pytest.mark.parametrize("text", ["true", "TRUE", "t", "Yes", "y", "1"])
def test_yes_in_any_word_is_true(text: str) -> None:
    assert boolean_of(text) == "true"


@pytest.mark.parametrize("text", ["false", "F", "no", "N", "0"])
def test_no_in_any_word_is_false(text: str) -> None:
    assert boolean_of(text) == "false"


@pytest.mark.parametrize("text", ["maybe", "2", "x", ""])
def test_anything_else_is_neither_yes_nor_no(text: str) -> None:
    assert boolean_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", "7"),
        ("07", "7"),
        ("Year 7", "7"),
        ("Year  7", "7"),
        ("Yr 7", "7"),
        ("Y7", "7"),
        ("year 11", "11"),
        ("12", "12"),
        ("14", "14"),
        ("R", "R"),
        ("Reception", "R"),
        ("Year R", "R"),
        ("N1", "N1"),
        ("N2", "N2"),
        ("Nursery 1", "N1"),
        ("nursery  2", "N2"),
        ("E1", "E1"),
        ("e2", "E2"),
        ("X", "X"),
    ],
)
def test_a_year_group_is_read_in_every_form_that_mis_write(text: str, expected: str) -> None:
    assert nc_year_of(text) == expected


@pytest.mark.parametrize("text", ["15", "0", "Nursery", "Year", "7A", "N3", "Sixth form", "-7"])
def test_a_year_group_is_never_guessed(text: str) -> None:
    assert nc_year_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "5"), ("5.0", "5"), ("-3", "-3"), ("+2", "2"), (".5", "0.5"), ("0.50", "0.5"), ("-0", "0")]
)
def test_a_number_is_written_plainly(text: str, expected: str) -> None:
    number = number_of(text)

    assert number is not None
    assert number_text(number) == expected


@pytest.mark.parametrize("text", ["1e5", "1,000", "5%", "five", "", "1.2.3", "NaN", "Infinity", "1234567890123", "٥"])
def test_what_could_mean_two_numbers_is_not_read(text: str) -> None:
    assert number_of(text) is None


@given(st.decimals(min_value=-999999, max_value=999999, places=3))
def test_a_number_keeps_its_value(number: Decimal) -> None:
    assert Decimal(number_text(number)) == number


def test_blanks_of_every_kind_are_trimmed_and_runs_collapse_in_codes() -> None:
    assert trimmed("\ufeff\u00a0 Rosa  Ann \t") == "Rosa  Ann"
    assert collapsed("  Current \u00a0 Main ") == "Current Main"


@pytest.mark.parametrize("text", ["", "NULL", "N/A", "-"])
def test_words_for_nothing_are_nothing(text: str) -> None:
    assert is_null(text)


def test_a_hyphen_is_a_value_among_marks() -> None:
    assert not is_null("-", is_mark=True)


def test_somebody_is_called_null() -> None:
    assert is_null("null")
    assert not is_null("Null", any_case=False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024/2025", "2025-06-30"),
        ("2024/25", "2025-06-30"),
        ("2024-25", "2025-06-30"),
        ("202425", "2025-06-30"),
        ("1999/2000", "2000-06-30"),
        ("2024/2026", None),
        ("2024/1925", None),
        ("2025", None),
        ("2025/2024", None),
        ("", None),
    ],
)
def test_an_academic_year_is_read_only_where_both_its_years_are_there(text: str, day: str | None) -> None:
    assert june_of_academic_year(text) == day


@pytest.mark.parametrize(("text", "day"), [("2025", "2025-06-30"), ("25", None), ("2024/2025", None), ("0025", None)])
def test_an_end_year_is_one_year(text: str, day: str | None) -> None:
    assert june_of_end_year(text) == day
