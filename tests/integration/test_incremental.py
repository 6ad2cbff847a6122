"""Whatever is delivered, in whatever order, tonight's tables are those that a build of everything from scratch would give.

Nights of a small invented trust are run twice: as they come, and from scratch on a copy that forgot what it had built. Every table of the
two published files is compared as a multiset of whole rows.
"""

import itertools
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.helpers import happenings as h
from tests.helpers import happenings_to_people as p
from tests.helpers.from_scratch import Built, differences
from tests.helpers.happenings import OTHERS, TIMES, Happening
from tests.helpers.living_trust import LivingTrust
from tests.helpers.proof import IS_PROOF, examples

Nights = Sequence[Sequence[Happening]]

# Every happening once, grouped so that what meets in one night is what makes trouble together: a correction of last year beside this year's
# day, a decision beside the delivery that it undoes, trust.yml beside a new academic year.
FIRST_NIGHTS: Nights = ((h.the_next_half_term, h.the_next_half_term, h.every_academy_exports_its_year),)
EVERYTHING_ONCE: Nights = (
    *FIRST_NIGHTS,
    (
        h.the_next_school_day,
        h.one_day_files,
        p.a_corrected_mark,
        h.half_of_a_pupil_list,
        h.a_damaged_file,
        p.the_first_pupils_of_an_academy,
    ),
    (
        h.the_next_half_term,
        h.the_holiday_after_the_half_term,
        h.every_academy_exports_its_year,
        h.what_is_held_is_refused,
        h.official_figures,
        p.a_corrected_upn,
        p.a_pupil_at_two_academies,
        p.an_early_entry,
        h.another_half_term,
    ),
    (
        h.the_end_of_august,
        h.one_academy_exports_its_year,
        h.what_was_refused_is_accepted,
        p.a_corrected_special_need,
        h.one_pupil_less,
        p.a_leaver,
        h.another_scale,
        h.a_late_export,
    ),
    (
        h.the_next_academic_year,
        h.every_academy_exports_its_year,
        p.staff_come_and_are_away,
        p.a_pupil_moves_within_the_trust,
        p.a_corrected_year_group,
        h.an_academy_joins_or_leaves,
        p.dfes_result_file,
    ),
    (
        h.the_next_half_term,
        h.last_year_comes_again,
        h.the_same_bytes_under_another_name,
        h.what_was_accepted_is_refused,
        p.a_calendar_day_of_an_academy,
        p.a_corrected_entry_date,
        h.a_code_map,
        h.a_look_back,
    ),
    (
        h.the_next_academic_year,
        h.every_academy_exports_its_year,
        p.a_new_pupil,
        h.a_file_without_a_date,
        h.a_file_is_taken_away,
        h.another_phase,
        h.another_name,
    ),
)
assert {each for night in EVERYTHING_ONCE for each in night} == {*TIMES, *OTHERS}

SECOND_YEAR: Nights = (
    (h.the_end_of_august, h.every_academy_exports_its_year),
    (h.the_next_academic_year, h.every_academy_exports_its_year),
)

# Nights that an incremental build is likely to get wrong, each with the reason.
WORST: dict[str, Nights] = {
    # a closed year changes by what comes in the open one
    "a person is another one in every year": (*SECOND_YEAR, (p.a_corrected_upn,), (p.a_pupil_at_two_academies,), (p.a_corrected_upn,)),
    "the year before is corrected, and corrected back": (*SECOND_YEAR, (h.last_year_comes_again,), (h.what_was_accepted_is_refused,)),
    # a week is taken out of the middle
    "a batch is refused and accepted": (
        (h.one_day_files,),
        (h.what_was_accepted_is_refused,),
        (h.the_next_school_day, h.one_day_files),
        (h.what_was_refused_is_accepted,),
    ),
    # the last week, then a part of it, then another day
    "one day after the other, and one late": (
        (h.the_next_school_day, h.one_day_files),
        (h.the_next_school_day, h.one_day_files),
        (h.a_late_export,),
        (h.the_next_school_day, h.one_day_files, p.a_corrected_mark),
    ),
    # what is read from today's date alone
    "nothing comes and time goes by": (
        (h.the_next_school_day,),
        (h.the_holiday_after_the_half_term,),
        (h.a_look_back,),
        (h.the_end_of_august,),
        (h.the_next_academic_year,),
    ),
    # what is read from trust.yml alone
    "nothing comes and the trust changes": (
        *SECOND_YEAR,
        (h.an_academy_joins_or_leaves,),
        (h.another_half_term,),
        (h.another_phase,),
        (h.another_scale,),
        (h.another_name,),
    ),
    # a pupil who is gone, whose last day moves with every export that lacks them
    "who is missing from the exports": (
        (h.one_pupil_less,),
        (h.the_next_school_day, h.every_academy_exports_its_year),
        (h.half_of_a_pupil_list,),
        (h.what_was_refused_is_accepted,),
        (h.the_next_academic_year, h.every_academy_exports_its_year),
    ),
    # results that count in another year than their own
    "results of other years": (*SECOND_YEAR, (p.an_early_entry,), (p.dfes_result_file,), (h.the_end_of_august, p.a_corrected_year_group)),
    "the year of staff": (*SECOND_YEAR, (p.staff_come_and_are_away,), (h.the_end_of_august, p.staff_come_and_are_away)),
    # an academy begins
    "the first pupils of an academy": ((p.the_first_pupils_of_an_academy,), (h.the_next_school_day, h.every_academy_exports_its_year)),
}

counter = itertools.count(1)


def living(trust: LivingTrust, nights: Nights, seed: int = 0, compared_every: int = 1) -> Iterable[tuple[Built, list[str]]]:
    """Let it happen, night after night, from the first that has not happened to this trust. The very first has nothing to be compared
    with; the last is compared, and those that many before it.
    """
    for number, night in itertools.islice(enumerate(nights), trust.nights, None):
        trust.chance.seed(seed * 1000 + number)
        for happening in night:
            happening(trust)
        yield trust.night(is_compared=number > 0 and (len(nights) - 1 - number) % compared_every == 0)


def assert_each_night_is_one_from_scratch(trust: LivingTrust, nights: Nights, seed: int = 0, compared_every: int = 1) -> None:
    for _, found in living(trust, nights, seed, compared_every):
        night = ", ".join(each.__name__ for each in nights[trust.nights - 1])
        assert not found, f"after night {trust.nights} ({night}) these differ from a build from scratch:\n" + "\n".join(found)
    shutil.rmtree(trust.home.root)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[LivingTrust, Built]:
    """The trust after the night with which most of these begin, for copies to go on from, and what was built."""
    trust = LivingTrust(tmp_path_factory.mktemp("first night") / "home")
    ((built, _),) = living(trust, FIRST_NIGHTS)
    return trust, built


def test_every_kind_of_night_is_one_from_scratch(first_night: tuple[LivingTrust, Built], tmp_path: Path) -> None:
    # What a night leaves wrong is still wrong the night after: `make proof` says which of the two it was.
    trust = first_night[0].copied(tmp_path / "home")
    assert_each_night_is_one_from_scratch(trust, EVERYTHING_ONCE, compared_every=examples(2, many=1))


@pytest.mark.proof
@pytest.mark.skipif(not IS_PROOF, reason="twelve minutes of nights: `make proof` runs them")
@pytest.mark.parametrize("name", WORST)
def test_the_worst_nights_are_ones_from_scratch(first_night: tuple[LivingTrust, Built], tmp_path: Path, name: str) -> None:
    assert_each_night_is_one_from_scratch(first_night[0].copied(tmp_path / "home"), (*FIRST_NIGHTS, *WORST[name]))


@pytest.mark.proof
@pytest.mark.skipif(not IS_PROOF, reason="nights by the dozen: `make proof` runs them")
@settings(
    max_examples=40,
    phases=[Phase.generate],  # shrinking would run hundreds of nights: the message names the night and its happenings
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    nights=st.lists(
        st.tuples(st.sampled_from(TIMES), st.lists(st.sampled_from(OTHERS), min_size=1, max_size=4)).map(
            lambda night: (night[0], *night[1])
        ),
        min_size=3,
        max_size=6,
    ),
    seed=st.integers(1, 999),
)
def test_any_night_is_one_from_scratch(tmp_path_factory: pytest.TempPathFactory, nights: Nights, seed: int) -> None:
    trust = LivingTrust(tmp_path_factory.mktemp("any") / f"home{next(counter)}")
    assert_each_night_is_one_from_scratch(trust, (*FIRST_NIGHTS, *nights), seed)


# --- the proof itself


@pytest.fixture(scope="module")
def one_day_later(first_night: tuple[LivingTrust, Built], tmp_path_factory: pytest.TempPathFactory) -> tuple[LivingTrust, Built]:
    """The trust after a night of one-day files, and what that night built."""
    trust = first_night[0].copied(tmp_path_factory.mktemp("one day later") / "home")
    h.the_next_school_day(trust)
    h.one_day_files(trust)
    built, _ = trust.night(is_compared=False)
    return trust, built


@pytest.fixture
def published_and_copy(one_day_later: tuple[LivingTrust, Built], tmp_path: Path) -> tuple[Path, Path]:
    """What that night published, and a copy that may be written to."""
    published, copy = one_day_later[0].home.published_file, tmp_path / "copy.duckdb"
    shutil.copyfile(published, copy)
    return published, copy


def test_equal_files_have_no_differences(published_and_copy: tuple[Path, Path]) -> None:
    assert differences(*published_and_copy) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "where"),
    [
        (
            "marts.measure_value",
            "numerator",
            "numerator + 1",
            "measure_id = 'attendance_rate' and academy_id = 'ashby' and period_type = 'week'",
        ),
        ("core.fct_attendance_session", "mark_code", "'I'", "mark_code <> 'I'"),
        ("core.dim_pupil", "sex", "'U'", "true"),
        ("ref.glossary", "meaning", "'otherwise'", "true"),
        ("dq.check_result", "failed", "failed + 1", "true"),
    ],
)
def test_one_changed_value_is_found_and_named(
    published_and_copy: tuple[Path, Path], table: str, column: str, value: str, where: str
) -> None:
    published, copy = published_and_copy
    with duckdb.connect(str(copy)) as database:
        database.execute(f"update {table} set {column} = {value} where rowid = (select min(rowid) from {table} where {where})")

    assert differences(published, copy) == [f"{table}: {column}"]


def test_a_row_too_many_and_a_table_too_few_are_found(published_and_copy: tuple[Path, Path]) -> None:
    published, copy = published_and_copy
    with duckdb.connect(str(copy)) as database:
        database.execute("insert into core.fct_behaviour_event select * from core.fct_behaviour_event limit 1")
        database.execute("drop table marts.funnel")

    found = differences(published, copy)

    assert [line.partition(":")[0] for line in found] == ["marts.funnel", "core.fct_behaviour_event"]
    assert "the number of rows" in found[1]


def test_a_night_of_one_day_files_keeps_what_it_need_not_make(
    first_night: tuple[LivingTrust, Built], one_day_later: tuple[LivingTrust, Built]
) -> None:
    assert first_night[1].kept == set()
    assert one_day_later[1].kept > {"bridge_pupil_source", "ref_school", "std_behaviour_event", "std_pupil"}
