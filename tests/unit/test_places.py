"""What is left out as superseded is never missed: the warehouse from the live deliveries equals the one from all accepted ones."""

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.places import Later, leaving_years, place_of
from pipelines.ingest.verdicts import Case, judge
from pipelines.sources.contract import Mode
from pipelines.store.records import EntityReading, Verdict
from pipelines.trust import Limits, academic_year
from tests.helpers.delivered import dated, delivery, snapshot

MONDAY = date(2025, 7, 21)  # two weeks on either side of the turn of the year
ANYTHING_GOES = Limits(max_shrink_pct=100)

Rows = dict[tuple[str, date], str]  # (pupil, day): which content brought it
days = st.integers(0, 20).map(lambda number: MONDAY + timedelta(days=number))
rows_of_a_file = st.sets(st.tuples(st.sampled_from(["a", "b"]), days), min_size=1, max_size=8)
nights = st.lists(st.tuples(days, rows_of_a_file), min_size=1, max_size=8)
lists_of_pupils = st.lists(st.tuples(days, st.sets(st.sampled_from("abcd"), min_size=1)), min_size=1, max_size=8)


def dated_case(number: int, effective: date, rows: set[tuple[str, date]], mode: Mode) -> Case:
    counts: dict[str, int] = {}
    for _, day in rows:
        counts[day.isoformat()] = counts.get(day.isoformat(), 0) + 1
    return dated(delivery("marks", effective.isoformat(), f"c{number}", night=number), counts, mode)


def warehouse(mode: Mode, accepted: list[tuple[date, set[tuple[str, date]], str]]) -> Rows:
    """The rows that stand after each delivery did, in turn, what sources.md §1 says of its mode."""
    standing: Rows = {}
    for effective, rows, content in accepted:
        in_rows = [day for _, day in rows]
        place = place_of(mode, effective, min(in_rows), max(in_rows))
        if place.first and place.last:
            standing = {key: value for key, value in standing.items() if not place.first <= key[1] <= place.last}
        standing |= dict.fromkeys(rows, content)
    return standing


def live(verdicts: list[Verdict]) -> set[str]:
    return {each.content_id for each in verdicts if each.status == "accepted"}


def check_of_mode(mode: Mode, deliveries: list[tuple[date, set[tuple[str, date]]]]) -> None:
    cases = [dated_case(number, effective, rows, mode) for number, (effective, rows) in enumerate(deliveries)]
    verdicts = judge(cases, [], [], ANYTHING_GOES, lambda earlier, later: False)
    in_order = sorted(zip(cases, deliveries, strict=True), key=lambda pair: pair[0].delivery.order)
    everything = [(effective, rows, case.delivery.content_id) for case, (effective, rows) in in_order]

    assert {each.status for each in verdicts} <= {"accepted", "superseded"}
    assert warehouse(mode, everything) == warehouse(mode, [each for each in everything if each[2] in live(verdicts)])


@given(nights)
@settings(deadline=None)
def test_superseded_windows_are_never_missed(deliveries: list[tuple[date, set[tuple[str, date]]]]) -> None:
    check_of_mode("window", deliveries)


@given(nights)
@settings(deadline=None)
def test_superseded_years_are_never_missed(deliveries: list[tuple[date, set[tuple[str, date]]]]) -> None:
    check_of_mode("year", deliveries)


def last_rows(accepted: list[tuple[date, set[str], str]]) -> tuple[dict[tuple[int, str], str], dict[str, date], set[str]]:
    """Of a chain of snapshots: the winning row of each key in each year, when each key came last, the keys of the newest."""
    winners, came_last = {}, {}
    for effective, keys, content in accepted:
        winners.update({(academic_year(effective), key): content for key in keys})
        came_last.update(dict.fromkeys(keys, effective))
    return winners, came_last, accepted[-1][1]


@given(lists_of_pupils)
@settings(deadline=None)
def test_superseded_snapshots_are_never_missed(deliveries: list[tuple[date, set[str]]]) -> None:
    keys = {f"c{number}.parquet": found for number, (_, found) in enumerate(deliveries)}

    def covers(earlier: EntityReading, later: EntityReading) -> bool:
        return keys[str(earlier.path)] <= keys[str(later.path)]

    cases = [
        snapshot(delivery(on=effective.isoformat(), content=f"c{number}", night=number), len(found))
        for number, (effective, found) in enumerate(deliveries)
    ]
    verdicts = judge(cases, [], [], ANYTHING_GOES, covers)
    in_order = sorted(zip(cases, deliveries, strict=True), key=lambda pair: pair[0].delivery.order)
    everything = [(effective, found, case.delivery.content_id) for case, (effective, found) in in_order]

    assert last_rows(everything) == last_rows([each for each in everything if each[2] in live(verdicts)])


@given(st.lists(st.tuples(days, rows_of_a_file), min_size=1, max_size=6, unique_by=lambda night: night[0]), st.randoms())
@settings(deadline=None)
def test_the_order_in_which_runs_meet_dated_files_does_not_matter(
    deliveries: list[tuple[date, set[tuple[str, date]]]], shuffler: random.Random
) -> None:
    met_later = list(range(len(deliveries)))
    shuffler.shuffle(met_later)

    def judged(nights_met: list[int]) -> list[tuple[str, str, bool, date | None, date | None]]:
        cases = []
        for content, (night, (effective, rows)) in enumerate(zip(nights_met, deliveries, strict=True)):
            counted = dated_case(content, effective, rows, "window")
            seen = delivery("marks", effective.isoformat(), f"c{content}", night=night)
            cases.append(Case(seen, counted.reading, counted.modes, "secondary", day_counts=counted.day_counts))
        verdicts = judge(cases, [], [], Limits(), lambda earlier, later: False)
        return [(each.batch_id, each.status, each.is_newest, each.replaces_from, each.replaces_to) for each in verdicts]

    assert judged(met_later) == judged(sorted(met_later))


def test_windows_that_touch_cover_what_spans_them() -> None:
    week = EntityReading("attendance_mark", 10, 10, 0, 0, date(2025, 9, 8), date(2025, 9, 12))
    later = Later()
    later.add(place_of("window", date(2025, 9, 10), date(2025, 9, 8), date(2025, 9, 10)), week)
    place = place_of("window", date(2025, 9, 12), week.first_date, week.last_date)
    assert not later.take_all_of(place, week, lambda earlier, after: False)

    later.add(place_of("window", date(2025, 9, 12), date(2025, 9, 11), date(2025, 9, 12)), week)

    assert later.take_all_of(place, week, lambda earlier, after: False)


def test_an_infant_school_loses_year_two_in_summer_and_a_primary_year_six() -> None:
    assert leaving_years("primary", {"R": 30, "1": 30, "2": 30}) == {"2", "6"}
    assert leaving_years("primary", {"R": 30, "5": 30, "6": 30}) == {"6"}
    assert leaving_years("secondary", {"7": 200, "8": 200}) == {"11", "13", "14"}
