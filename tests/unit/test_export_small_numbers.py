"""Small numbers in an export: each rule by hand, on both sides of its edge."""

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.exported import ACADEMIES, TRUST_YML, cells, export, figure, published_home, roll, rows_of


def shown(
    tmp_path: Path, file: str, column: str, *rows: dict[str, Any], keys: tuple[str, ...] = ("breakdown",), trust_yml: str = TRUST_YML
) -> Any:
    """One column of an export of these figures."""
    home = published_home(tmp_path, *rows, trust_yml=trust_yml)
    assert export(home) == 0
    found = cells(home, file, column, *keys)
    return {key[0] if len(key) == 1 else key: value for key, value in found.items()}


@pytest.mark.parametrize(
    ("numerator", "denominator", "people", "cell"),
    [
        (0, 6, (0, 6), "0.0"),  # nobody of six: shown
        (0, 5, (0, 5), "c"),  # nobody of five
        (5, 40, (5, 40), "c"),
        (6, 40, (6, 40), "15.0"),
        (1, 40, (1, 40), "c"),
        (35, 40, (35, 40), "c"),  # five are the rest
        (34, 40, (34, 40), "85.0"),
        (40, 40, (40, 40), "100.0"),  # all of many
        (12, 40, (5, 40), "c"),  # many counted, few people
    ],
)
def test_the_edges_of_a_percentage(tmp_path: Path, numerator: int, denominator: int, people: tuple[int, int], cell: str) -> None:
    row = figure("ashby", "pupils_suspended_pct", numerator, denominator, people=people)

    assert shown(tmp_path, "trust_inclusion_school.csv", "pupils_suspended_pct", row) == {"Total": cell}


def test_a_rate_has_no_rest(tmp_path: Path) -> None:
    row = figure("ashby", "suspension_rate", 38, 40)

    assert shown(tmp_path, "trust_inclusion_school.csv", "suspension_rate", row) == {"Total": "95.00"}


def test_the_trust_decides_how_small_is_small(tmp_path: Path) -> None:
    row = figure("ashby", "pupils_suspended_pct", 9, 40)
    eleven = TRUST_YML.replace("suppress_below: 6", "suppress_below: 11")

    assert shown(tmp_path / "six", "trust_inclusion_school.csv", "pupils_suspended_pct", row) == {"Total": "22.5"}
    assert shown(tmp_path / "eleven", "trust_inclusion_school.csv", "pupils_suspended_pct", row, trust_yml=eleven) == {"Total": "c"}


def test_the_counts_go_with_the_value(tmp_path: Path) -> None:
    home = published_home(tmp_path, figure("ashby", "pupils_suspended_pct", 3, 40))

    assert export(home) == 0
    [row] = rows_of(home, "trust_inclusion_school.csv")
    assert [value for column, value in row.items() if column.startswith("pupils_suspended_pct")] == ["c", "c", "c"]


def test_a_second_group_goes_where_the_first_could_be_worked_back(tmp_path: Path) -> None:
    rows = [
        roll("ashby", 63),
        roll("ashby", 3, ("ethnicity", "black")),
        roll("ashby", 10, ("ethnicity", "asian")),
        roll("ashby", 20, ("ethnicity", "mixed")),
        roll("ashby", 30, ("ethnicity", "white")),
    ]

    assert shown(tmp_path, "trust_context_school.csv", "roll", *rows) == {
        "Total": "63",
        "Black / African / Caribbean / Black British": "c",
        "Asian / Asian British": "c",
        "Mixed / Multiple ethnic groups": "20",
        "White": "30",
    }


def test_two_hidden_groups_that_are_few_together_take_a_third(tmp_path: Path) -> None:
    rows = [
        roll("ashby", 54),
        roll("ashby", 2, ("ethnicity", "black")),
        roll("ashby", 2, ("ethnicity", "other")),
        roll("ashby", 20, ("ethnicity", "mixed")),
        roll("ashby", 30, ("ethnicity", "white")),
    ]

    assert shown(tmp_path, "trust_context_school.csv", "roll", *rows) == {
        "Total": "54",
        "Black / African / Caribbean / Black British": "c",
        "Other ethnic group": "c",
        "Mixed / Multiple ethnic groups": "c",
        "White": "30",
    }


def test_the_group_that_goes_too_is_one_that_protects(tmp_path: Path) -> None:
    """Hiding the nobody among the 20 boys would tell that the hidden three are all of them girls' or boys': the next group goes."""
    rows = [
        figure("ashby", "suspension_rate", 12, 90),
        figure("ashby", "suspension_rate", 3, 30, ("year_group", "7")),
        figure("ashby", "suspension_rate", 0, 20, ("year_group", "8")),
        figure("ashby", "suspension_rate", 9, 40, ("year_group", "9")),
    ]

    assert shown(tmp_path, "trust_inclusion_school.csv", "suspension_rate", *rows) == {
        "Total": "13.33",
        "Year 7": "c",
        "Year 8": "0.00",
        "Year 9": "c",
    }


def test_a_code_is_hidden_within_its_ethnic_group(tmp_path: Path) -> None:
    rows = [
        roll("ashby", 60),
        roll("ashby", 50, ("ethnicity", "white")),
        roll("ashby", 10, ("ethnicity", "asian")),
        roll("ashby", 47, ("ethnicity_code", "WBRI")),
        roll("ashby", 3, ("ethnicity_code", "WIRI")),
        roll("ashby", 10, ("ethnicity_code", "AIND")),
    ]
    found = shown(tmp_path, "trust_context_school.csv", "roll", *rows)

    assert (found["White"], found["White Irish"], found["White British"], found["Indian"]) == ("50", "c", "c", "10")


def test_another_academy_goes_where_the_trust_would_tell(tmp_path: Path) -> None:
    rows = [
        *(figure(name, "suspension_rate", 20, 200) for name in ("trust", "trust primary")),
        figure("ashby", "suspension_rate", 3, 90),
        figure("birch", "suspension_rate", 17, 110),
    ]

    assert shown(tmp_path, "trust_inclusion_school.csv", "suspension_rate", *rows, keys=("school_name",)) == {
        "Ashby Academy": "c",
        "Birch Primary": "c",
    }


def test_an_academy_that_is_a_phase_alone_is_hidden_with_the_phase(tmp_path: Path) -> None:
    rows = [
        figure("trust", "suspension_rate", 23, 290),
        figure("trust primary", "suspension_rate", 20, 200),
        figure("ashby", "suspension_rate", 8, 90),
        figure("birch", "suspension_rate", 12, 110),
        *(figure(name, "suspension_rate", 3, 90) for name in ("croft", "trust secondary")),
    ]
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    of_trust = cells(home, "trust_inclusion.csv", "suspension_rate", "education_phase")
    of_schools = cells(home, "trust_inclusion_school.csv", "suspension_rate", "school_name")
    assert of_trust == {("Total",): "7.93", ("Primary",): "c", ("Secondary",): "c"}
    assert of_schools["Croft School",] == "c"
    assert "c" in (of_schools["Ashby Academy",], of_schools["Birch Primary",])  # or they would add up to the hidden phase


def test_attendance_is_hidden_with_absence(tmp_path: Path) -> None:
    rows = [
        figure("ashby", "attendance_rate", 3900, 4000, people=(40, 40)),
        figure("ashby", "absence_rate", 100, 4000, people=(4, 40)),
    ]
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    [row] = rows_of(home, "trust_attendance_school.csv")
    assert (row["attendance_rate"], row["absence_rate"]) == ("c", "c")


def test_one_kind_of_absence_would_tell_the_other(tmp_path: Path) -> None:
    rows = [
        figure("ashby", "absence_rate", 100, 4000, people=(30, 40)),
        figure("ashby", "authorised_absence_rate", 80, 4000, people=(29, 40)),
        figure("ashby", "unauthorised_absence_rate", 20, 4000, people=(2, 40)),
    ]
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    [row] = rows_of(home, "trust_attendance_school.csv")
    assert (row["absence_rate"], row["authorised_absence_rate"], row["unauthorised_absence_rate"]) == ("2.50", "c", "c")


def test_a_second_reason_of_the_same_kind_goes_too(tmp_path: Path) -> None:
    rows = [
        figure("ashby", "absence_rate", 100, 4000, people=(30, 40)),
        figure("ashby", "authorised_absence_rate", 70, 4000, people=(29, 40)),
        figure("ashby", "unauthorised_absence_rate", 30, 4000, people=(12, 40)),
        figure("ashby", "absence_by_reason", 60, 4000, ("reason", "I"), people=(25, 40)),
        figure("ashby", "absence_by_reason", 10, 4000, ("reason", "M"), people=(4, 40)),
        figure("ashby", "absence_by_reason", 30, 4000, ("reason", "G"), people=(12, 40)),
    ]
    found = shown(tmp_path, "trust_absence_by_reason_school.csv", "absence_by_reason", *rows, keys=("absence_reason",))

    assert found == {"Total": "2.50", "Illness (I)": "c", "Medical or dental appointment (M)": "c", "Holiday not granted (G)": "0.75"}


def test_what_a_measure_counts_is_a_group_of_the_roll(tmp_path: Path) -> None:
    rows = [
        roll("ashby", 40),
        roll("ashby", 37, ("fsm", "no")),
        roll("ashby", 3, ("fsm", "yes")),
        figure("ashby", "fsm_pct", 3, 40),
    ]
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    assert cells(home, "trust_context_school.csv", "roll", "breakdown") == {
        ("Total",): "40",
        ("Free school meals",): "c",
        ("No free school meals",): "c",
    }
    assert cells(home, "trust_context_school.csv", "fsm_pct", "breakdown")["Total",] == "c"


def test_a_headline_is_the_last_to_go(tmp_path: Path) -> None:
    """Birch has nobody with a social worker, so its *no social worker* is its whole roll: the trust's group goes instead."""
    no, yes = ("social_worker", "no"), ("social_worker", "yes")
    rows = [
        roll("trust", 100), roll("trust", 97, no), roll("trust", 3, yes),
        roll("trust primary", 100), roll("trust primary", 97, no), roll("trust primary", 3, yes),
        roll("ashby", 40), roll("ashby", 37, no), roll("ashby", 3, yes),
        roll("birch", 60), roll("birch", 60, no),
    ]  # fmt: skip
    home = published_home(tmp_path, *rows)

    assert export(home) == 0
    of_schools = cells(home, "trust_context_school.csv", "roll", "school_name", "breakdown")
    of_trust = cells(home, "trust_context.csv", "roll", "education_phase", "breakdown")
    assert (of_schools["Ashby Academy", "Total"], of_schools["Birch Primary", "Total"], of_trust["Total", "Total"]) == ("40", "60", "100")
    assert {of_trust[phase, group] for phase in ("Total", "Primary") for group in ("Social worker", "No social worker")} == {"c"}
    assert {of_schools["Ashby Academy", group] for group in ("Social worker", "No social worker")} == {"c"}


def test_a_headline_stays_even_where_it_alone_would_be_enough(tmp_path: Path) -> None:
    """Dale's nobody does not protect Ashby's three; Birch, where all are in the group, would: the trust's group goes before it."""
    yes = ("fsm", "yes")
    rows = [
        *(figure(name, "suspension_rate", 12, 90, yes) for name in ("trust", "trust primary")),
        figure("ashby", "suspension_rate", 3, 30, yes),
        figure("birch", "suspension_rate", 9, 40),
        figure("birch", "suspension_rate", 9, 40, yes),
        figure("dale", "suspension_rate", 0, 20, yes),
    ]
    home = published_home(tmp_path, *rows, academies=[*ACADEMIES, ("dale", "Dale School", 900004, None)])

    assert export(home) == 0
    of_schools = cells(home, "trust_inclusion_school.csv", "suspension_rate", "school_name", "breakdown")
    assert of_schools["Birch Primary", "Free school meals"] == of_schools["Birch Primary", "Total"] == "22.50"
    assert cells(home, "trust_inclusion.csv", "suspension_rate", "education_phase")["Primary",] == "c"
