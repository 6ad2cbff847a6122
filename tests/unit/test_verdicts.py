"""Each sentence of sources.md §1 and the breakers of §2, by hand."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from pipelines.ingest.verdicts import Case, judge
from pipelines.store.records import Decision, EntityReading, LandingFinding, Verdict
from pipelines.trust import Limits
from tests.helpers.delivered import again, dated, delivery, reading, snapshot, unread


def verdicts(
    *cases: Case,
    decisions: Iterable[Decision] = (),
    findings: Iterable[LandingFinding] = (),
    limits: Limits | None = None,
    covered: bool = False,
) -> list[Verdict]:
    return judge(cases, findings, decisions, limits or Limits(), lambda earlier, later: covered)


def statuses(given: list[Verdict]) -> list[str]:
    return [each.status for each in given]


def decided(case: Case, word: str, number: int = 1) -> Decision:
    of = case.delivery
    at = datetime(2025, 9, 20, tzinfo=UTC)
    return Decision(number, of.academy_id, of.table_name, of.content_id, of.batch_id, word, "Ada", at, "checked by phone")  # type: ignore[arg-type]


WEEK = {"2025-09-08": 10, "2025-09-09": 10, "2025-09-10": 10, "2025-09-11": 10, "2025-09-12": 10}


def test_one_day_files_each_keep_their_own_day() -> None:
    monday = dated(delivery("marks", "2025-09-08", "mon"), {"2025-09-08": 10})
    tuesday = dated(delivery("marks", "2025-09-09", "tue"), {"2025-09-09": 10})

    assert statuses(verdicts(monday, tuesday)) == ["accepted", "accepted"]


def test_a_file_that_is_one_day_long_is_not_a_shrunk_week() -> None:
    week = dated(delivery("marks", "2025-09-12", "week"), WEEK)
    monday = dated(delivery("marks", "2025-09-15", "day"), {"2025-09-15": 10})

    assert statuses(verdicts(week, monday)) == ["accepted", "accepted"]


def test_a_corrected_week_takes_the_place_of_the_week() -> None:
    week = dated(delivery("marks", "2025-09-12", "week"), WEEK)
    corrected = dated(delivery("marks", "2025-09-12", "better", night=2), WEEK | {"2025-09-12": 9})

    given = verdicts(week, corrected)

    assert statuses(given) == ["superseded", "accepted"]
    assert (given[1].replaces_from, given[1].replaces_to) == (date(2025, 9, 8), date(2025, 9, 12))


def test_a_corrected_day_leaves_the_other_days_of_its_week() -> None:
    week = dated(delivery("marks", "2025-09-12", "week"), WEEK)
    day = dated(delivery("marks", "2025-09-15", "day"), {"2025-09-10": 9})

    assert statuses(verdicts(week, day)) == ["accepted", "accepted"]


def test_a_day_that_lost_most_of_its_rows_is_held_whatever_file_brought_it_before() -> None:
    week = dated(delivery("marks", "2025-09-12", "week"), WEEK)
    day = dated(delivery("marks", "2025-09-15", "day"), {"2025-09-10": 7})

    held = verdicts(week, day)[1]

    assert (held.status, held.reason_code) == ("held", "shrunk")


def test_a_year_to_date_file_is_compared_on_the_days_that_were_there_last_night() -> None:
    last_night = dated(delivery("marks", "2025-09-12", "old"), WEEK)
    half_of_the_pupils = dict.fromkeys(WEEK, 5) | {"2025-09-15": 10, "2025-09-16": 10, "2025-09-17": 10}
    tonight = dated(delivery("marks", "2025-09-17", "new"), half_of_the_pupils)

    assert statuses(verdicts(last_night, tonight)) == ["accepted", "held"]


def test_a_planned_mark_does_not_stretch_the_window() -> None:
    planned = dated(delivery("marks", "2025-09-10", "plan"), {"2025-09-08": 10, "2025-09-10": 10, "2026-03-02": 1})

    given = verdicts(planned)[0]

    assert (given.replaces_from, given.replaces_to) == (date(2025, 9, 8), date(2025, 9, 10))


def test_a_file_of_planned_marks_alone_replaces_nothing() -> None:
    planned = dated(delivery("marks", "2025-09-10", "plan"), {"2026-03-02": 1})

    given = verdicts(planned)[0]

    assert (given.status, given.replaces_from, given.replaces_to) == ("accepted", None, None)


def test_a_delivery_with_a_planned_mark_beyond_the_later_window_is_not_superseded() -> None:
    planned = dated(delivery("marks", "2025-09-10", "plan"), {"2025-09-08": 10, "2026-03-02": 1})
    later = dated(delivery("marks", "2025-09-11", "next"), {"2025-09-08": 10, "2025-09-11": 10})

    assert statuses(verdicts(planned, later)) == ["accepted", "accepted"]


def test_a_correction_undone_is_a_delivery_of_its_own() -> None:
    first = dated(delivery("marks", "2025-09-12", "aaaa"), WEEK)
    corrected = dated(delivery("marks", "2025-09-12", "bbbb", night=2), WEEK | {"2025-09-12": 9})
    undone = again(first, "2025-09-12", night=3)

    given = verdicts(undone, first, corrected)

    assert [(each.batch_id[-6:], each.status) for each in given] == [
        ("2-aaaa", "superseded"),
        ("2-bbbb", "superseded"),
        ("aaaa-2", "accepted"),
    ]


def test_a_year_file_takes_its_year_and_only_touches_other_years_by_key() -> None:
    old = dated(delivery("exclusions", "2025-07-10", "old"), {"2025-03-03": 3, "2025-06-02": 4}, "year", "suspension")
    new = dated(delivery("exclusions", "2025-10-10", "new"), {"2025-06-02": 1, "2025-10-01": 2}, "year", "suspension")

    given = verdicts(old, new)

    assert statuses(given) == ["accepted", "accepted"]
    assert (given[1].replaces_from, given[1].replaces_to) == (date(2025, 8, 1), date(2026, 7, 31))


def test_a_year_file_with_rows_of_another_year_lives_until_that_year_came_again_too() -> None:
    mixed = dated(delivery("exclusions", "2025-10-10", "mixed"), {"2025-06-02": 1, "2025-10-01": 2}, "year", "suspension")
    this_year = dated(delivery("exclusions", "2025-11-10", "this"), {"2025-10-01": 2}, "year", "suspension")
    last_year = dated(delivery("exclusions", "2025-07-31", "last"), {"2025-06-02": 1}, "year", "suspension")

    assert statuses(verdicts(mixed, this_year)) == ["accepted", "accepted"]
    assert [each.status for each in verdicts(mixed, this_year, last_year) if "mixed" in each.batch_id] == ["accepted"]


def test_a_new_year_is_not_a_shrunk_one() -> None:
    july = dated(delivery("exclusions", "2025-07-10", "july"), {"2025-06-02": 40}, "year", "suspension")
    september = dated(delivery("exclusions", "2025-09-10", "sept"), {"2025-09-08": 1}, "year", "suspension")

    assert statuses(verdicts(july, september)) == ["accepted", "accepted"]


def test_a_halved_pupil_list_is_held_and_the_last_good_one_stays() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)
    half = snapshot(delivery(on="2025-10-08", content="half"), 50)

    given = verdicts(whole, half)

    assert statuses(given) == ["accepted", "held"]
    assert given[0].is_newest
    assert given[1].reason == (
        "ashby-pupils-2025-10-08-half has 50 rows of pupil where ashby-pupils-2025-10-01-whole had 100: 50.0 % fewer; at most 20 % may go "
        "missing at once. If it is right: matlas accept ashby-pupils-2025-10-08-half. If not: correct the export and deliver it again, or "
        "drop it: matlas refuse ashby-pupils-2025-10-08-half."
    )


def test_exactly_the_limit_may_go_missing() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)

    assert statuses(verdicts(whole, snapshot(delivery(on="2025-10-08", content="less"), 80)))[1] == "accepted"
    assert statuses(verdicts(whole, snapshot(delivery(on="2025-10-08", content="less"), 79)))[1] == "held"


def test_after_a_held_list_the_next_is_compared_with_the_last_accepted_one() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)
    half = snapshot(delivery(on="2025-10-08", content="half"), 50)
    next_half = snapshot(delivery(on="2025-10-09", content="half2"), 51)
    back = snapshot(delivery(on="2025-10-10", content="back"), 99)

    assert statuses(verdicts(whole, half, next_half, back)) == ["accepted", "held", "held", "accepted"]


def test_a_held_list_that_is_accepted_takes_its_place_and_the_next_is_compared_with_it() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)
    half = snapshot(delivery(on="2025-10-08", content="half"), 50)
    next_half = snapshot(delivery(on="2025-10-09", content="half2"), 51)

    given = verdicts(whole, half, next_half, decisions=[decided(half, "accept")])

    assert statuses(given) == ["accepted", "accepted", "accepted"]
    assert (given[1].decided_by, given[1].decided_why) == ("Ada", "checked by phone")


def test_a_refused_list_is_as_if_it_had_not_come() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)
    wrong = snapshot(delivery(on="2025-10-08", content="wrong"), 200)
    next_one = snapshot(delivery(on="2025-10-09", content="next"), 100)

    assert statuses(verdicts(whole, wrong, next_one)) == ["accepted", "accepted", "held"]
    assert statuses(verdicts(whole, wrong, next_one, decisions=[decided(wrong, "refuse")])) == ["accepted", "refused", "accepted"]


def test_the_newest_decision_counts_and_holds_for_every_delivery_of_the_content() -> None:
    whole = snapshot(delivery(on="2025-10-01", content="whole"), 100)
    half = snapshot(delivery(on="2025-10-08", content="half"), 50)
    half_again = again(half, "2025-10-10", night=5)
    words = [decided(half, "refuse", 1), decided(half, "accept", 2)]

    assert statuses(verdicts(whole, half, half_again, decisions=words)) == ["accepted", "accepted", "accepted"]
    assert statuses(verdicts(whole, half, half_again, decisions=words[:1])) == ["accepted", "refused", "refused"]


def test_in_summer_a_snapshot_may_also_lose_the_leaving_years() -> None:
    july = snapshot(delivery(on="2025-07-01", content="july"), 100, {"7": 25, "8": 25, "9": 25, "11": 25})
    september = snapshot(delivery(on="2025-09-03", content="sept"), 56, {"8": 18, "9": 18, "10": 20})
    too_few = snapshot(delivery(on="2025-09-03", content="few"), 54, {"8": 18, "9": 18, "10": 18})

    assert statuses(verdicts(july, september)) == ["accepted", "accepted"]
    assert statuses(verdicts(july, too_few)) == ["accepted", "held"]


def test_in_october_the_leaving_years_are_missed() -> None:
    summer = snapshot(delivery(on="2025-09-30", content="sept"), 100, {"7": 75, "11": 25})
    october = snapshot(delivery(on="2025-10-01", content="oct"), 75, {"7": 75})

    assert statuses(verdicts(summer, october)) == ["accepted", "held"]


def test_enrolments_without_year_groups_may_lose_the_share_that_leaves() -> None:
    pupils = snapshot(delivery("pupils", "2025-07-01", "p"), 100, {"7": 70, "11": 30})
    july = snapshot(delivery("enrolments", "2025-07-02", "e1"), 200, entity="enrolment")
    september = snapshot(delivery("enrolments", "2025-09-03", "e2"), 105, entity="enrolment")

    given = verdicts(pupils, july, september)

    assert {each.batch_id: each.status for each in given} == {
        "ashby-pupils-2025-07-01-p": "accepted",
        "ashby-enrolments-2025-07-02-e1": "accepted",
        "ashby-enrolments-2025-09-03-e2": "accepted",
    }


def test_an_empty_page_after_a_full_one_is_held() -> None:
    full = snapshot(delivery(on="2025-10-01", content="full"), 100)
    empty = snapshot(delivery(on="2025-10-08", content="empty"), 0)

    assert statuses(verdicts(full, empty)) == ["accepted", "held"]


def test_too_many_rejected_rows_hold_the_batch() -> None:
    just = snapshot(delivery(on="2025-10-01", content="just"), 95, rejected=5)
    over = snapshot(delivery(on="2025-10-01", content="over"), 94, rejected=6)

    assert statuses(verdicts(just)) == ["accepted"]
    held = verdicts(over)[0]
    assert (held.status, held.reason_code) == ("held", "too_many_rejected")
    assert held.reason
    assert "6 of 100 rows of pupil (6.0 %)" in held.reason
    assert statuses(verdicts(over, limits=Limits(max_rejected_pct=6))) == ["accepted"]


def test_a_table_of_two_entities_has_one_verdict() -> None:
    both = delivery(on="2025-10-01", content="both")
    good, bad = EntityReading("pupil", 100, 100, 0, 0), EntityReading("enrolment", 100, 50, 50, 0)
    case = Case(both, reading(both, good, bad), {"pupil": "snapshot", "enrolment": "snapshot"}, "primary")

    given = verdicts(case)

    assert [(each.entity, each.status) for each in given] == [("pupil", "held"), ("enrolment", "held")]


def test_an_unreadable_file_is_rejected_with_the_reason_of_its_reading() -> None:
    broken = unread(delivery(on="2025-10-01", content="broken"), "missing_column")

    given = verdicts(broken)[0]

    assert (given.status, given.reason_code, given.reason) == ("rejected", "missing_column", "The file is damaged. Deliver it again.")


def test_an_unreadable_file_cannot_be_accepted_but_refused() -> None:
    broken = unread(delivery(on="2025-10-01", content="broken"))

    assert statuses(verdicts(broken, decisions=[decided(broken, "accept")])) == ["rejected"]
    assert statuses(verdicts(broken, decisions=[decided(broken, "refuse")])) == ["refused"]


def test_a_file_that_was_gone_before_it_was_read_is_rejected() -> None:
    gone = replace(snapshot(delivery(content="gone"), 1), reading=None)

    given = verdicts(gone)[0]

    assert (given.status, given.reason_code) == ("rejected", "unreadable_file")


def test_a_broken_file_is_answered_by_a_good_one_of_the_same_name() -> None:
    broken = unread(delivery(on="2025-10-01", content="broken"))
    mended = snapshot(delivery(on="2025-10-01", content="mended", night=2), 100)
    of_another_date = snapshot(delivery(on="2025-10-02", content="next", night=2), 100)

    assert statuses(verdicts(broken, mended)) == ["superseded", "accepted"]
    assert statuses(verdicts(broken, of_another_date)) == ["rejected", "accepted"]


def test_facts_without_pupils_hold_the_batch_over_the_checks_limit() -> None:
    marks = dated(delivery("marks", "2025-09-12", "week"), WEEK)
    batch_id = marks.delivery.batch_id

    def finding(failed: int, limit: float | None = 10) -> LandingFinding:
        return LandingFinding(batch_id, "orphan_fact", "attendance_mark", 50, failed, limit)

    assert statuses(verdicts(marks, findings=[finding(5)])) == ["accepted"]
    assert statuses(verdicts(marks, findings=[finding(50, None)])) == ["accepted"]
    held = verdicts(marks, findings=[finding(6)])[0]
    assert (held.status, held.reason_code) == ("held", "orphan_fact")
    assert statuses(verdicts(marks, findings=[finding(6)], decisions=[decided(marks, "accept")])) == ["accepted"]


def test_a_snapshot_stays_while_it_has_a_key_that_the_next_one_lacks() -> None:
    first = snapshot(delivery(on="2025-10-01", content="first"), 100)
    second = snapshot(delivery(on="2025-10-02", content="second"), 100)

    assert statuses(verdicts(first, second, covered=False)) == ["accepted", "accepted"]
    assert statuses(verdicts(first, second, covered=True)) == ["superseded", "accepted"]


def test_the_last_snapshot_of_a_year_stays() -> None:
    july = snapshot(delivery(on="2025-07-20", content="july"), 100)
    september = snapshot(delivery(on="2025-09-05", content="sept"), 100)

    assert statuses(verdicts(july, september, covered=True)) == ["accepted", "accepted"]


def test_the_same_content_under_two_dates_is_two_deliveries() -> None:
    october = snapshot(delivery(on="2025-10-01", content="same"), 100)
    november = again(october, "2025-11-01", night=40)

    given = verdicts(october, november)

    assert [(each.effective_date, each.is_newest) for each in given] == [(date(2025, 10, 1), False), (date(2025, 11, 1), True)]


def test_a_late_delivery_takes_its_own_place_and_not_the_last() -> None:
    september = snapshot(delivery(on="2025-09-20", content="sept", night=1), 100)
    november = snapshot(delivery(on="2025-11-20", content="nov", night=60), 70, {"7": 70})
    late = snapshot(delivery(on="2025-10-20", content="oct", night=70), 85)

    assert statuses(verdicts(september, november)) == ["accepted", "held"]
    given = verdicts(september, november, late)
    assert [(each.batch_id[-3:], each.status, each.is_newest) for each in given] == [
        ("ept", "accepted", False),
        ("oct", "accepted", False),
        ("nov", "accepted", True),
    ]


def test_the_verdicts_do_not_depend_on_the_order_in_which_cases_are_given() -> None:
    cases = [snapshot(delivery(on=f"2025-10-{day:02}", content=f"c{day}", night=day), 100 - day * 3) for day in range(1, 20)]
    expected = verdicts(*cases)
    for seed in range(5):
        random.Random(seed).shuffle(cases)
        assert verdicts(*cases) == expected


def test_a_lookup_table_has_a_verdict_too() -> None:
    codes = delivery("attendance-codes", "2025-09-10", "codes")
    case = Case(codes, reading(codes), {}, "secondary")

    assert [(each.entity, each.status) for each in verdicts(case)] == [("lookup", "accepted")]
    assert statuses(verdicts(case, decisions=[decided(case, "refuse")])) == ["refused"]
