"""The golden trust comes out to the unit: figures worked out by hand (golden/expected.csv), and every other row by the plain reckoner."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.reckoner import Academy, Figure, Key, Reckoner, Truth
from tests.integration import golden
from tests.integration.conftest import SITES, Night

EXPECTED = list(csv.DictReader((Path(__file__).parent / "golden" / "expected.csv").open(encoding="utf-8")))
INCLUSION = {
    "suspension_rate",
    "pupils_suspended_pct",
    "permanent_exclusion_rate",
    "sessions_lost_to_suspension_rate",
    "positive_recognition_pct",
}


def truth() -> Truth:
    told = Truth(golden.AS_OF, golden.TERMS, golden.BANK_HOLIDAYS)
    for site in SITES.values():
        site.tell(told)
    return told


@pytest.fixture(scope="module")
def reckoned() -> dict[Key, Figure]:
    return Reckoner(truth()).reckon()


@pytest.fixture(scope="module")
def published(golden_night: Night) -> dict[Key, tuple[Any, ...]]:
    """Every row of marts.measure_value by its key; a second row of one key is a failure."""
    rows = golden_night.home.query(
        "select level, academy_id, phase, time_period, period_type, period_start, breakdown_topic, breakdown, measure_id,"
        " numerator, denominator, numerator_people, denominator_people, value, value_status from marts.measure_value"
    )
    academies = {academy.id: academy for academy in truth().academies}
    found: dict[Key, tuple[Any, ...]] = {}
    for level, owner, phase, year, period_type, start, topic, breakdown, measure, *figures in rows:
        period = period_name(period_type, year, start, academies.get(owner))
        key = Key(level, owner, phase, year, period, topic, breakdown, measure)
        assert key not in found, f"two rows for {key}"
        found[key] = tuple(figures)
    return found


def period_name(period_type: str, year: int, start: dt.date, academy: Academy | None) -> str:
    """The reckoner's name of a period: the half-term whose first day it is, the Monday, or the year."""
    if period_type == "year_to_date":
        return "year_to_date"
    if period_type == "week":
        return start.isoformat()
    terms = (academy.half_terms if academy else {}).get(year, golden.TERMS[year])
    return next(name for name, (first, _) in terms.items() if first == start)


def test_the_night_ends_published_with_something_for_a_person(golden_night: Night) -> None:
    # rejected rows are under the limit of this trust; nothing is held, no file is unknown, every academy is current
    assert golden_night.outcome.code == 0, golden_night.outcome.text
    assert "Traceback" not in golden_night.outcome.text


@pytest.mark.parametrize(
    "row",
    EXPECTED,
    ids=lambda row: "-".join(row[c] for c in ("academy", "phase", "time_period", "period", "topic", "breakdown", "measure")),
)
def test_a_figure_worked_out_by_hand(row: dict[str, str], published: dict[Key, tuple[Any, ...]]) -> None:
    level = "trust" if row["academy"] == "trust" else "academy"
    key = Key(level, row["academy"], row["phase"], int(row["time_period"]), row["period"], row["topic"], row["breakdown"], row["measure"])
    assert key in published, f"no row; expected {row['numerator']}/{row['denominator']}: {row['working']}"
    got = published[key]
    names = ("numerator", "denominator", "numerator_people", "denominator_people")
    assert {n: int(g) for n, g in zip(names, got, strict=False) if row[n]} == {n: int(row[n]) for n in names if row[n]}, row["working"]
    unit = 1 if row["measure"].startswith("roll") else 100
    assert float(got[4]) == pytest.approx(unit * int(row["numerator"]) / int(row["denominator"]), abs=1e-9)


def compared(key: Key) -> bool:
    """Rows that the specification settles and the reckoner covers."""
    if key.measure == "absence_by_reason":
        return key.topic == "reason"
    if key.measure == "part_time_timetable_pct" and key.year < 202425:
        return False  # there was no C2: not applicable
    if key.measure == "missing_mark_rate" and key.year not in golden.TERMS:
        return False  # no calendar: nobody knows which marks were due
    # Nobody delivered suspensions for the years before: not available, which is not the same as none.
    return key.measure not in INCLUSION or key.year == 202526


def test_every_other_figure_is_the_reckoners(reckoned: dict[Key, Figure], published: dict[Key, tuple[Any, ...]]) -> None:
    wrong = []
    for key, figure in reckoned.items():
        if not compared(key) or figure.denominator == 0 or (key.measure == "absence_by_reason" and figure.numerator == 0):
            continue
        if key.measure in INCLUSION and key not in published and key.period != "year_to_date" and figure.numerator == 0:
            continue
        expected = (int(figure.numerator), int(figure.denominator), len(figure.top), len(figure.bottom))
        got = published.get(key)
        if got is None or tuple(int(one or 0) for one in got[:4]) != expected:
            wrong.append((key, "expected", expected, "got", got))
    assert not wrong, report(wrong)


def test_no_figure_is_invented(reckoned: dict[Key, Figure], published: dict[Key, tuple[Any, ...]]) -> None:
    measures = {key.measure for key in reckoned}
    invented = [
        (key, got)
        for key, got in published.items()
        if key.measure in measures and compared(key) and int(got[0] or 0) != 0 and (key not in reckoned or reckoned[key].numerator == 0)
    ]
    assert not invented, report(invented)


def test_a_zero_denominator_is_not_applicable_and_only_for_all(published: dict[Key, tuple[Any, ...]]) -> None:
    empty = {key: got for key, got in published.items() if not got[1]}
    # x: what the measure needs was not delivered, so that there is not even a zero
    assert [(key, got) for key, got in empty.items() if got[4] is not None or got[5] != ("z" if got[1] == 0 else "x")] == []
    assert {(key.topic, key.breakdown) for key in empty} <= {("all", "all")}


def test_the_identities_hold_in_every_row(published: dict[Key, tuple[Any, ...]]) -> None:
    places: dict[tuple[Any, ...], dict[str, tuple[Decimal, Decimal]]] = {}
    for key, got in published.items():
        place = (key.level, key.academy, key.phase, key.year, key.period, key.topic, key.breakdown)
        places.setdefault(place, {})[key.measure] = (got[0], got[1])
    for place, measures in places.items():
        if "attendance_rate" in measures and measures["attendance_rate"][1]:
            attending, possible = measures["attendance_rate"]
            absence = measures["absence_rate"][0]
            assert attending + absence == possible, place
            assert measures["authorised_absence_rate"][0] + measures["unauthorised_absence_rate"][0] == absence, place


@pytest.mark.parametrize(("academy_id", "file_name"), [(a, name) for a, site in SITES.items() for name in site.COUNTS])
def test_every_row_of_a_file_is_accepted_rejected_or_duplicate(golden_night: Night, academy_id: str, file_name: str) -> None:
    rows = golden_night.home.query(
        "select sum(f.rows_read), sum(f.rows_accepted), sum(f.rows_rejected), sum(f.rows_duplicate) from dq.file f"
        f" where f.file_name = '{file_name}' and exists"
        f" (select 1 from dq.batch b where b.batch_id = f.batch_id and b.academy_id = '{academy_id}')"
    )
    read, accepted, rejected, duplicate = (int(one or 0) for one in rows[0])
    assert (read, accepted, rejected, duplicate) == SITES[academy_id].COUNTS[file_name]
    assert read == accepted + rejected + duplicate


@pytest.mark.parametrize("academy_id", list(SITES))
def test_a_rejected_row_is_named_by_file_and_line(golden_night: Night, academy_id: str) -> None:
    rows = golden_night.home.query(
        "select distinct r.file_name, r.source_row, r.reason_code from dq.rejected_row r"
        f" where exists (select 1 from dq.batch b where b.batch_id = r.batch_id and b.academy_id = '{academy_id}')"
    )
    assert set(rows) == SITES[academy_id].REJECTED
    listed = golden_night.home.here("rejected", "--academy", academy_id, "--format", "json").json()
    assert {(row["file_name"], row["source_row"], row["reason_code"]) for row in listed} == SITES[academy_id].REJECTED


CHECKS = {
    # orphan marks of 999 and 111, and 999's event
    ("orphan_fact", "ashby"): 3,
    # 106 on Tuesday, two sessions, between his two spells
    ("redundant_mark", "ashby"): 2,
    # 109's printed example of a vendor
    ("upn_invalid", "ashby"): 1,
    # J of September 2024 and H of September 2025
    ("code_out_of_date", "elm"): 2,
    ("code_out_of_date", "ashby"): 0,
    ("redundant_mark", "birch"): 0,
    ("upn_invalid", "birch"): 0,
    # the code id that is in no list
    ("unmapped_code", "cedar"): 1,
    # ? of 101
    ("unmapped_code", "ashby"): 1,
    ("orphan_fact", "cedar"): 0,
}


@pytest.mark.parametrize(("check_id", "academy_id"), list(CHECKS))
def test_a_check_counts_what_is_there(golden_night: Night, check_id: str, academy_id: str) -> None:
    rows = golden_night.home.query(
        f"select status, failed from dq.check_result where check_id = '{check_id}' and academy_id = '{academy_id}'"
    )
    expected = CHECKS[check_id, academy_id]
    assert rows == [("fail" if expected else "pass", expected)]


def test_one_person_on_two_rolls_is_one_pupil_key(golden_night: Night) -> None:
    keys = golden_night.home.query(
        "select count(distinct pupil_key), count(*) from core.fct_enrolment"
        " where (academy_id, source_pupil_id) in (('ashby','105'), ('cedar','A301'))"
    )
    assert keys == [(1, 2)]


def test_a_mark_can_be_traced_to_its_file_and_line(golden_night: Night) -> None:
    rows = golden_night.home.query(
        "select f.source_file, f.source_row from core.fct_attendance_session f join core.fct_enrolment e using (enrolment_key)"
        " where e.academy_id = 'ashby' and e.source_pupil_id = '105' and f.mark_code = 'G'"
    )
    # 4 registers of ten marks on lines 2–41, then 105's third mark
    assert rows == [(f"ROLL_CALL_ATTENDANCE_{golden.DATE_IN_NAMES}.csv", 44)]


def test_marks_on_the_overlap_join_the_spell_entered_last(golden_night: Night) -> None:
    rows = golden_night.home.query(
        "select e.entry_date, count(*) from core.fct_attendance_session f join core.fct_enrolment e using (enrolment_key)"
        " where e.academy_id = 'ashby' and e.source_pupil_id = '107' group by 1 order by 1"
    )
    assert rows == [(dt.date(2024, 9, 3), 4), (dt.date(2025, 9, 10), 6)]


SUMMARIES = {
    # academy, pupil: possible, attending, persistently absent, sessions until then, of the trust: possible, attending
    ("ashby", "101"): (10, 9, True, 0, 10, 9),
    # 13 sessions, none missed: 1 of 14 is not a tenth, 2 of 15 is
    ("ashby", "110"): (13, 13, False, 2, 23, 23),
    ("cedar", "A302"): (10, 10, False, 2, 23, 23),
    # the mover: persistent at Ashby, not here
    ("cedar", "A301"): (4, 4, False, 1, 10, 9),
    # both spells
    ("ashby", "106"): (6, 5, True, 0, 6, 5),
    ("ashby", "103"): (12, 10, True, 0, 12, 10),
    ("birch", "206"): (10, 9, True, 0, 10, 9),
    # no possible session: nothing can be said
    ("ashby", "108"): (0, 0, False, None, 0, 0),
}


@pytest.mark.parametrize(("academy_id", "pupil"), list(SUMMARIES))
def test_a_pupil_summary_shows_the_enrolment_and_the_person(golden_night: Night, academy_id: str, pupil: str) -> None:
    rows = golden_night.home.query(
        "select possible_sessions, attending_sessions, is_persistently_absent, sessions_until_persistent_absence,"
        " trust_possible_sessions, trust_attending_sessions from marts.pupil_summary"
        f" where academy_id = '{academy_id}' and source_pupil_id = '{pupil}'"
    )
    assert rows == [SUMMARIES[academy_id, pupil]]


def test_the_pupil_summary_has_who_is_on_roll(golden_night: Night) -> None:
    rows = golden_night.home.query("select academy_id, count(*) from marts.pupil_summary group by 1 order by 1")
    # Elm's three: E3 is subsidiary, and sits in its classes
    assert rows == [("ashby", 9), ("birch", 5), ("cedar", 3), ("dale", 3), ("elm", 3)]


def report(rows: list[Any]) -> str:
    return f"{len(rows)} rows, the first:\n" + "\n".join(str(row) for row in rows[:25])


def test_a_night_writes_into_the_ledger_what_trust_yml_says_and_publishes_it(golden_night: Night) -> None:
    said = golden_night.home.query("select seq, kind, subject, academy_id, why from dq.ledger")

    assert said == [(1, "delegation", "term dates", None, "(first seen in trust.yml)")]
    assert golden_night.home.here("audit").code == 0
