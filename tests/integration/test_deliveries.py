r"""What a delivery does: the figures of spec/sources.md §1, by registers of ten pupils that fit in one's head.

A day of ten pupils is 20 possible sessions; one pupil ill all day is 18 of 20.
"""

import datetime as dt
import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.home import TrustHome, mart_contents
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

MARK = "attendance_mark"


@pytest.fixture
def home(tmp_path: Path) -> TrustHome:
    home = small_home(tmp_path / "home")
    home.deliver("birch", {named(MARK, FRIDAY): marks(dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ALL_HERE))})
    return home


def night(home: TrustHome, *arguments: str, code: int = 0) -> None:
    """A night by the command, where what it says and its exit code matter."""
    outcome = home.here("run", *arguments)
    assert outcome.code == code, outcome.text


def batch_of(home: TrustHome, academy_id: str, status: str) -> str:
    found = [row for row in home.here("batches", "--academy", academy_id, "--json").json() if row["status"] == status]
    assert len({row["batch_id"] for row in found}) == 1, found
    return str(found[0]["batch_id"])


def test_one_day_files_add_up(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, MONDAY): marks({MONDAY: ONE_ILL})})
    stages(home, MONDAY)
    assert rate(home) == (18, 20)

    home.deliver("ashby", {named(MARK, TUESDAY): marks({TUESDAY: ALL_HERE})})
    stages(home, TUESDAY)
    assert rate(home) == (38, 40)


def test_a_corrected_week_replaces_its_days_and_no_others(home: TrustHome) -> None:
    first = dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY, THURSDAY), ONE_ILL)
    home.deliver("ashby", {named(MARK, THURSDAY): marks(first)})
    stages(home, FRIDAY)
    assert rate(home) == (72, 80)

    # Tuesday to Wednesday again, the next day: P0 was there on Tuesday, and on Wednesday nobody marked P9
    corrected = marks({TUESDAY: ALL_HERE, WEDNESDAY: "I////////."})
    home.deliver("ashby", {named(MARK, FRIDAY): corrected})
    stages(home, FRIDAY)
    # Monday 18/20, Tuesday 20/20, Wednesday 16/18, Thursday 18/20
    assert rate(home) == (72, 78)


def test_a_planned_mark_does_not_stretch_the_window(home: TrustHome) -> None:
    # Monday's file plans P5's Wednesday; Tuesday's file plans P0's Thursday, and must not wipe out what lies between
    home.deliver("ashby", {named(MARK, MONDAY): marks({MONDAY: ALL_HERE, WEDNESDAY: ".....M...."})})
    home.deliver("ashby", {named(MARK, TUESDAY): marks({TUESDAY: ALL_HERE, THURSDAY: "I........."})})
    stages(home, THURSDAY)
    # Monday 20/20, Tuesday 20/20, P5's Wednesday 0/2, P0's Thursday 0/2
    assert rate(home) == (40, 44)

    # and only what is dated by the as-of date counts
    stages(home, WEDNESDAY)
    assert rate(home) == (40, 42)


def test_a_correction_undone_is_undone(home: TrustHome) -> None:
    name = "matlas_attendance_mark.csv"  # no date in its name: the same file, overwritten
    for letters, expected in ((ONE_ILL, (18, 20)), (TWO_ILL, (16, 20)), (ONE_ILL, (18, 20))):
        home.deliver("ashby", {name: marks({MONDAY: letters})})
        stages(home, FRIDAY)
        assert rate(home) == expected


def test_a_withdrawn_pupil_leaves_on_the_last_day_that_had_her(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, TUESDAY): marks({MONDAY: ALL_HERE, TUESDAY: TWO_ILL})})
    # Monday's export has all ten, Tuesday's has no P1 any more
    home.deliver("ashby", {named("pupil", MONDAY): pupils(*TEN), named("enrolment", MONDAY): enrolments(*TEN)})
    nine = [one for one in TEN if one != "P1"]
    home.deliver("ashby", {named("pupil", TUESDAY): pupils(*nine), named("enrolment", TUESDAY): enrolments(*nine)})
    stages(home, TUESDAY)

    # her Monday counts, her Tuesday is after her leaving
    assert rate(home) == (20 + 16, 20 + 18)
    assert home.query("select leaving_date from core.fct_enrolment where academy_id = 'ashby' and source_pupil_id = 'P1'") == [(MONDAY,)]
    assert home.query("select failed > 0 from dq.check_result where check_id = 'vanished' and academy_id = 'ashby'") == [(True,)]


def test_a_corrected_entry_date_is_one_spell_and_a_re_entry_is_two(home: TrustHome) -> None:
    wednesday_before = MONDAY - dt.timedelta(days=5)
    days = {wednesday_before: ALL_HERE, MONDAY: ALL_HERE, TUESDAY: ALL_HERE}
    home.deliver("ashby", {named(MARK, TUESDAY): marks(days)})
    # P1 came on the 4th, not on the 1st. P2's new spell begins after the last export that had the old one, so the old one ended then:
    # an MIS that exports one spell a pupil shows a re-entry like this.
    home.deliver("ashby", {named("enrolment", TUESDAY): enrolments(*TEN, P1="2025-09-04", P2=str(TUESDAY))})
    stages(home, TUESDAY)

    spells = home.query(
        "select source_pupil_id, entry_date, leaving_date from core.fct_enrolment"
        " where academy_id = 'ashby' and source_pupil_id in ('P1', 'P2') order by all"
    )
    sunday = MONDAY - dt.timedelta(days=1)
    assert spells == [("P1", dt.date(2025, 9, 4), None), ("P2", dt.date(2025, 9, 1), sunday), ("P2", TUESDAY, None)]
    # P1's Wednesday is before her entry; P2's Monday lies between his two spells
    assert rate(home) == (18 + 18 + 20, 56)


def test_a_halved_pupil_list_is_held_until_a_person_decides(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, TUESDAY): marks({MONDAY: ALL_HERE, TUESDAY: ONE_ILL})})
    stages(home, TUESDAY)
    before = mart_contents(home)

    half = TEN[:5]
    home.deliver("ashby", {named("pupil", TUESDAY): pupils(*half)})
    night(home, "--as-of", str(TUESDAY), code=3)
    assert mart_contents(home) == before, "a held batch changes nothing"
    held = batch_of(home, "ashby", "held")
    reason = home.query(f"select reason from dq.batch where batch_id = '{held}'")[0][0]
    assert "10" in reason
    assert "5" in reason

    assert home.here("refuse", held, "--why", "half of it is missing").code == 0
    night(home, "--as-of", str(TUESDAY))
    assert mart_contents(home) == before

    assert home.here("accept", held, "--why", "they did leave").code == 0
    night(home, "--as-of", str(TUESDAY))
    assert home.query("select status, decided_why from dq.batch where entity = 'pupil' and batch_id = '" + held + "'") == [
        ("accepted", "they did leave")
    ]


def test_a_late_file_takes_its_own_place(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, WEDNESDAY): marks({MONDAY: ALL_HERE, TUESDAY: ALL_HERE, WEDNESDAY: ALL_HERE})})
    stages(home, WEDNESDAY)
    # Tuesday's file, met on Wednesday night: what Wednesday's says of Tuesday stands
    home.deliver("ashby", {named(MARK, TUESDAY): marks({MONDAY: TWO_ILL, TUESDAY: TWO_ILL})})
    stages(home, WEDNESDAY)
    assert rate(home) == (60, 60)


def test_as_at_gives_the_figures_from_before(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, MONDAY): marks({MONDAY: ONE_ILL})})
    stages(home, TUESDAY)
    before = mart_contents(home)
    [(moment,)] = home.query("select max(loaded_at) + interval 1 second from dq.batch")
    wait_past(moment)
    home.deliver("ashby", {named(MARK, TUESDAY): marks({MONDAY: TWO_ILL, TUESDAY: ALL_HERE})})
    night(home, "--as-of", str(TUESDAY))
    after = mart_contents(home)
    assert rate(home) == (16 + 20, 40)

    night(home, "--as-of", str(TUESDAY), "--as-at", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    [file] = (home.root / "published" / "as_at").glob("matlas_*.duckdb")
    assert rate(home, file=file) == (18, 20)
    assert mart_contents(home, file) == before
    assert mart_contents(home) == after, "the published file is never touched by --as-at"


def wait_past(moment: dt.datetime) -> None:
    import time

    utc = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    while dt.datetime.now(dt.UTC) <= utc:
        time.sleep(0.1)


def test_one_academys_bad_night_leaves_the_others_figures_identical(home: TrustHome) -> None:
    home.deliver("ashby", {named(MARK, MONDAY): marks({MONDAY: ONE_ILL})})
    night(home, "--as-of", str(TUESDAY))
    good = rate(home)
    of_birch = "select * exclude (value) from marts.measure_value where academy_id = 'birch' order by all"
    before = home.query(of_birch)

    home.deliver("ashby", {named(MARK, TUESDAY): b"source_pupil_id,session_date\nP0,2025-09-09\n", "matlas_pupil_2025-09-09.csv": b""})
    night(home, "--as-of", str(TUESDAY), code=3)
    assert home.query(of_birch) == before
    assert rate(home) == good, "its own last good data stays"


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


def nights(root: Path, groups: list[list[int]]) -> TrustHome:
    """Run one night for each group of deliveries."""
    home = small_home(root)
    for group in groups:
        home.deliver("ashby", {DELIVERIES[index][0]: DELIVERIES[index][1] for index in group})
        stages(home, FRIDAY)
    return home


def all_at_once(root: Path) -> dict[str, list[tuple[object, ...]]]:
    return mart_contents(nights(root, [list(range(len(DELIVERIES)))]))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """The marts when every delivery is met in one night."""
    return all_at_once(tmp_path_factory.mktemp("orders") / "at_once")


counter = itertools.count()


@settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(len(DELIVERIES))), cut=st.sets(st.integers(1, len(DELIVERIES) - 1), min_size=1, max_size=1))
def test_the_order_of_runs_does_not_matter_and_full_equals_incremental(
    tmp_path_factory: pytest.TempPathFactory, expected: dict[str, list[tuple[object, ...]]], order: list[int], cut: set[int]
) -> None:
    edges = [0, *sorted(cut), len(order)]
    groups = [list(order[start:end]) for start, end in itertools.pairwise(edges)]
    root = tmp_path_factory.mktemp("orders") / f"home{next(counter)}"
    home = nights(root, groups)
    assert mart_contents(home) == expected, groups

    stages(home, FRIDAY, is_full=True)
    assert mart_contents(home) == expected, ("--full", groups)
    shutil.rmtree(root)


def test_an_unchanged_night_changes_nothing(tmp_path: Path, expected: dict[str, list[tuple[object, ...]]]) -> None:
    home = nights(tmp_path / "home", [list(range(len(DELIVERIES)))])
    stages(home, FRIDAY)
    assert mart_contents(home) == expected
