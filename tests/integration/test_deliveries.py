r"""What a delivery does: the figures of spec/sources.md §1, by registers of ten pupils that fit in one's head.

A day of ten pupils is 20 possible sessions; one pupil ill all day is 18 of 20.
"""

import datetime as dt
import itertools
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.helpers.begun import begun
from tests.helpers.home import Outcome, TrustHome, mart_contents
from tests.helpers.proof import drawn, examples
from tests.helpers.small import (
    ALL_HERE,
    FRIDAY,
    MONDAY,
    ONE_ILL,
    TEN,
    THURSDAY,
    TUESDAY,
    TWO_ILL,
    WEDNESDAY,
    enrolments,
    marks,
    named,
    pupils,
    rate,
    small_home,
)
from tests.helpers.stages import stages

Marts = dict[str, list[tuple[Any, ...]]]
MARK = "attendance_mark"
OF_BIRCH = "select * exclude (value) from marts.measure_value where academy_id = 'birch' order by all"
WEDNESDAY_BEFORE = MONDAY - dt.timedelta(days=5)
NINE = [one for one in TEN if one != "P1"]

# What each academy delivers before the first night, the second and the third: one case an academy, one home for all of them.
Files = dict[str, str]
CASES: dict[str, list[Files]] = {
    "birch": [{named(MARK, FRIDAY): marks(dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ALL_HERE))}],
    "one_day_files": [{named(MARK, MONDAY): marks({MONDAY: ONE_ILL})}, {named(MARK, TUESDAY): marks({TUESDAY: ALL_HERE})}],
    "corrected_week": [
        {named(MARK, THURSDAY): marks(dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY, THURSDAY), ONE_ILL))},
        # Tuesday to Wednesday again, the next day: P0 was there on Tuesday, and on Wednesday nobody marked P9
        {named(MARK, FRIDAY): marks({TUESDAY: ALL_HERE, WEDNESDAY: "I////////."})},
    ],
    "planned": [
        # Monday's file plans P5's Wednesday; Tuesday's file plans P0's Thursday, and must not wipe out what lies between
        {
            named(MARK, MONDAY): marks({MONDAY: ALL_HERE, WEDNESDAY: ".....M...."}),
            named(MARK, TUESDAY): marks({TUESDAY: ALL_HERE, THURSDAY: "I........."}),
        }
    ],
    # no date in its name: the same file, overwritten
    "undone": [{"matlas_attendance_mark.csv": marks({MONDAY: letters})} for letters in (ONE_ILL, TWO_ILL, ONE_ILL)],
    # Monday's export has all ten, Tuesday's has no P1 any more
    "withdrawn": [
        {
            named(MARK, TUESDAY): marks({MONDAY: ALL_HERE, TUESDAY: TWO_ILL}),
            named("pupil", MONDAY): pupils(*TEN, number=6),
            named("enrolment", MONDAY): enrolments(*TEN),
            named("pupil", TUESDAY): pupils(*NINE, number=6),
            named("enrolment", TUESDAY): enrolments(*NINE),
        }
    ],
    # P1 came on the 4th, not on the 1st. P2's new spell begins after the last export that had the old one, so the old one ended then:
    # an MIS that exports one spell a pupil shows a re-entry like this.
    "entry_date": [
        {
            named(MARK, TUESDAY): marks({WEDNESDAY_BEFORE: ALL_HERE, MONDAY: ALL_HERE, TUESDAY: ALL_HERE}),
            named("enrolment", TUESDAY): enrolments(*TEN, P1="2025-09-04", P2=str(TUESDAY)),
        }
    ],
    # Tuesday's file is met after Wednesday's
    "late": [
        {named(MARK, WEDNESDAY): marks({MONDAY: ALL_HERE, TUESDAY: ALL_HERE, WEDNESDAY: ALL_HERE})},
        {named(MARK, TUESDAY): marks({MONDAY: TWO_ILL, TUESDAY: TWO_ILL})},
    ],
    "halved": [
        {named(MARK, TUESDAY): marks({MONDAY: ALL_HERE, TUESDAY: ONE_ILL})},
        {named("pupil", TUESDAY): pupils(*TEN[:5], number=9)},
    ],
    "bad_night": [
        {named(MARK, MONDAY): marks({MONDAY: ONE_ILL})},
        {},
        {named(MARK, TUESDAY): "source_pupil_id,session_date\nP0,2025-09-09\n", named("pupil", TUESDAY): ""},
    ],
}
assert [list(CASES).index(one) + 1 for one in ("withdrawn", "halved")] == [6, 9], "the number of an academy is in its pupils' UPNs"


@dataclass
class Week:
    """The home after all of its nights, and what was published after each: everything of the first, the rates of all."""

    home: TrustHome
    first: Marts
    last: Marts
    as_at: Path
    reason: str
    rates: list[dict[str, tuple[int, int]]]
    halved: list[Marts]
    birch: list[list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Three nights, the second by the command, then two looks: as at the first night, and as of Wednesday."""
    home = begun(tmp_path_factory, small_home(tmp_path_factory.mktemp("deliveries") / "home", tuple(CASES)))
    rates, halved, birch = [], [], []

    def night(number: int) -> None:
        for academy_id, nights in CASES.items():
            home.deliver(academy_id, dict(nights[number]) if number < len(nights) else {})
        if number == 1:
            assert "halved: matlas_pupil of 2025-09-09 is held" in command(home).text
        else:
            stages(home, FRIDAY)
        rates.append({academy_id: rate(home, academy_id) for academy_id in CASES})
        halved.append(marts_of(home, "halved"))
        birch.append(home.query(OF_BIRCH))

    night(0)
    first = mart_contents(home)
    [(moment,)] = home.query("select max(loaded_at) + interval 1 second from dq.batch")
    wait_past(moment)
    night(1)  # a halved pupil list is held
    held = batch_of(home, "halved", "held")
    [(reason,)] = home.query(f"select distinct reason from dq.batch where batch_id = '{held}'")
    assert home.here("refuse", held, "--why", "half of it is missing").code == 0
    night(2)  # it is refused, and another academy has a bad night
    last = mart_contents(home)
    published = home.published.read_bytes()
    command(home, "--as-at", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert home.published.read_bytes() == published, "the published file is never touched by --as-at"
    [as_at] = (home.root / "published" / "as_at").iterdir()
    assert as_at.name == f"matlas_{moment:%Y-%m-%dT%H%M%SZ}.duckdb"
    assert home.here("accept", held, "--why", "they did leave").code == 0
    stages(home, WEDNESDAY)
    rates.append({academy_id: rate(home, academy_id) for academy_id in CASES})
    return Week(home, first, last, as_at, str(reason), rates, halved, birch)


def command(home: TrustHome, *arguments: str) -> Outcome:
    """A night by the command: published, and something waits for a person (some academies delivered no marks for days)."""
    outcome = home.here("run", "--as-of", str(FRIDAY), *arguments)
    assert outcome.code == 3, outcome.text
    return outcome


def marts_of(home: TrustHome, academy_id: str) -> Marts:
    """What the marts say of one academy; the scorecard puts the others' figures beside its own, and those change."""
    tables = ("class_list", "measure_value", "pupil_summary")
    return {name: home.query(f"select * from marts.{name} where academy_id = '{academy_id}' order by all") for name in tables}


def batch_of(home: TrustHome, academy_id: str, status: str) -> str:
    found = [row for row in home.here("batches", "--academy", academy_id, "--json").json() if row["status"] == status]
    assert len({row["batch_id"] for row in found}) == 1, found
    return str(found[0]["batch_id"])


def wait_past(moment: dt.datetime) -> None:
    utc = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    while dt.datetime.now(dt.UTC) <= utc:
        time.sleep(0.1)


RATES = {
    "one_day_files": [(18, 20), (38, 40)],
    # then Monday 18/20, Tuesday 20/20, Wednesday 16/18, Thursday 18/20: it replaces its days and no others
    "corrected_week": [(72, 80), (72, 78)],
    # Monday 20/20, Tuesday 20/20, P5's Wednesday 0/2, P0's Thursday 0/2: a planned mark does not stretch the window
    "planned": [(40, 44)],
    "undone": [(18, 20), (16, 20), (18, 20)],
    # P1's Monday counts, her Tuesday is after her leaving
    "withdrawn": [(20 + 16, 20 + 18)],
    # P1's Wednesday is before her entry; P2's Monday lies between his two spells
    "entry_date": [(18 + 18 + 20, 56)],
    # what Wednesday's file says of Tuesday stands: a late file takes its own place
    "late": [(60, 60), (60, 60)],
    # held, refused: nothing changes
    "halved": [(38, 40), (38, 40), (38, 40)],
    # its own last good data stays
    "bad_night": [(18, 20), (18, 20), (18, 20)],
    "birch": [(100, 100)],
}


@pytest.mark.parametrize("case", RATES)
def test_the_rate_after_each_night(week: Week, case: str) -> None:
    nights = RATES[case]
    assert [rates[case] for rates in week.rates[: len(nights)]] == nights


def test_only_what_is_dated_by_the_as_of_date_counts(week: Week) -> None:
    # without P0's Thursday
    assert week.rates[-1]["planned"] == (40, 42)


def test_a_withdrawn_pupil_leaves_on_the_last_day_that_had_her(week: Week) -> None:
    left = week.home.query(
        "select leaving_date from core.fct_enrolment where academy_id = 'withdrawn' and source_pupil_id = 'P1'", week.as_at
    )
    assert left == [(MONDAY,)]
    vanished = "select failed > 0 from dq.check_result where check_id = 'vanished' and academy_id = 'withdrawn'"
    assert week.home.query(vanished, week.as_at) == [(True,)]


def test_a_corrected_entry_date_is_one_spell_and_a_re_entry_is_two(week: Week) -> None:
    spells = week.home.query(
        "select source_pupil_id, entry_date, leaving_date from core.fct_enrolment"
        " where academy_id = 'entry_date' and source_pupil_id in ('P1', 'P2') order by all",
        week.as_at,
    )
    sunday = MONDAY - dt.timedelta(days=1)
    assert spells == [("P1", dt.date(2025, 9, 4), None), ("P2", dt.date(2025, 9, 1), sunday), ("P2", TUESDAY, None)]


def test_a_halved_pupil_list_changes_nothing_while_it_is_held_or_refused(week: Week) -> None:
    before, held, refused = week.halved
    assert held == before
    assert refused == before


def test_a_person_decides_about_a_halved_list_and_it_is_kept_with_why(week: Week) -> None:
    rows = week.home.query(
        f"select status, decided_why from dq.batch where entity = 'pupil' and academy_id = 'halved' and effective_date = date '{TUESDAY}'"
    )
    assert rows == [("accepted", "they did leave")]


def test_a_halved_list_says_why_it_is_held(week: Week) -> None:
    assert "10" in week.reason
    assert "5" in week.reason


def test_as_at_gives_the_marts_from_before(week: Week) -> None:
    """But for what hangs on nights and not on deliveries: a run that looks back has no alerts, and so no map."""
    then = mart_contents(week.home, week.as_at)
    of_nights = {"alert", "alignment_autonomy", "alignment_autonomy_evidence"}

    assert all(then[name] == [] for name in of_nights)
    assert {name: rows for name, rows in then.items() if name not in of_nights} == {
        name: rows for name, rows in week.first.items() if name not in of_nights
    }
    assert week.last != week.first


def test_one_academys_bad_night_leaves_the_others_figures_identical(week: Week) -> None:
    *_, before, after = week.birch
    assert after == before


# --- the order of runs --------------------------------------------------------------------------------------------------------------------

DELIVERIES: list[tuple[str, str]] = [
    (named(MARK, MONDAY), marks({MONDAY: ONE_ILL})),
    (named(MARK, TUESDAY), marks({MONDAY: TWO_ILL, TUESDAY: ALL_HERE})),
    (named(MARK, WEDNESDAY), marks({WEDNESDAY: "OO////////", THURSDAY: "M........."})),
    (named(MARK, THURSDAY), marks({WEDNESDAY: "UL////////", THURSDAY: ALL_HERE})),
    (named("pupil", TUESDAY), pupils(*[one for one in TEN if one != "P9"])),
    (named("enrolment", TUESDAY), enrolments(*[one for one in TEN if one != "P9"], P3=str(TUESDAY))),
    (named("enrolment", WEDNESDAY), enrolments(*TEN)),
]


def nights(factory: pytest.TempPathFactory, root: Path, groups: list[list[int]]) -> TrustHome:
    """Run one night for each group of deliveries."""
    home = begun(factory, small_home(root))
    for group in groups:
        home.deliver("ashby", {DELIVERIES[index][0]: DELIVERIES[index][1] for index in group})
        stages(home, FRIDAY)
    return home


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> TrustHome:
    """A home that meets every delivery in one night."""
    return nights(tmp_path_factory, tmp_path_factory.mktemp("orders") / "at_once", [list(range(len(DELIVERIES)))])


@pytest.fixture(scope="module")
def expected(at_once: TrustHome) -> Marts:
    """Its marts."""
    return mart_contents(at_once)


counter = itertools.count()


@pytest.mark.proof
@settings(
    max_examples=examples(1, many=25),
    phases=drawn(),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(range(len(DELIVERIES))), cut=st.sets(st.integers(1, len(DELIVERIES) - 1), min_size=1, max_size=1))
@example(
    order=[3, 5, 1, 4, 6, 0, 2], cut={3}
)  # the second night brings marks older and newer than the first's, and the roll's own correction
def test_the_order_of_runs_does_not_matter_and_full_equals_incremental(
    tmp_path_factory: pytest.TempPathFactory, expected: Marts, order: list[int], cut: set[int]
) -> None:
    edges = [0, *sorted(cut), len(order)]
    groups = [list(order[start:end]) for start, end in itertools.pairwise(edges)]
    root = tmp_path_factory.mktemp("orders") / f"home{next(counter)}"
    home = nights(tmp_path_factory, root, groups)
    assert mart_contents(home) == expected, groups

    stages(home, FRIDAY, is_full=True)
    assert mart_contents(home) == expected, ("--full", groups)
    shutil.rmtree(root)


def test_an_unchanged_night_changes_nothing(at_once: TrustHome, expected: Marts) -> None:
    stages(at_once, FRIDAY)
    assert mart_contents(at_once) == expected
