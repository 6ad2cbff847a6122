"""The life of an alert, night by night: findings in, alerts out, worked out by hand."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import replace

from pipelines.alert_rules import RuleSettings
from pipelines.alerts.finding import Finding
from pipelines.alerts.life import Night, Place, lived, over_since
from pipelines.store.alert_records import Alert

# clear_after 3 and quiet_school_days 4, so that a week of nights is enough.
RULES = RuleSettings.model_validate({"sudden_change": {"clear_after": 3, "quiet_school_days": 4}})
EVERY_RULE = frozenset({"sudden_change", "stale", "goal_breached"})
FOUND = Finding(
    "sudden_change", "ashby", "late_rate", "late_rate", "attendance", None, None, "act", "Lateness was 9.0 % in the week.", 9.0, 4.0
)
STILL = replace(FOUND, is_certain=False, sentence="Lateness was 5.0 % in the week.", value=5.0)


def march(number: int) -> dt.date:
    """Sunday 1 March 2026 and on: the 2nd is a Monday."""
    return dt.date(2026, 3, number)


def is_school_day(day: dt.date) -> bool:
    """The week from the 16th is closed."""
    return day.weekday() < 5 and not march(16) <= day <= march(22)


class Nights:
    """Nights at ashby, one after the other."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.current: set[dt.date] = set()

    def night(
        self, number: int, findings: Iterable[Finding] = (), *, is_stale: bool = False, rules: Collection[str] = EVERY_RULE
    ) -> list[Alert]:
        day = march(number)
        is_open = not march(16) <= day <= march(22)
        if is_open and not is_stale:
            self.current.add(day)
        school_days = tuple(each for each in map(march, range(1, number + 1)) if is_school_day(each))
        stand = {"ashby": Place(is_open, school_days, frozenset(self.current))}
        self.alerts = lived(findings, self.alerts, Night(day, stand, frozenset(rules)), RULES)
        return self.alerts

    def state(self) -> list[tuple[str, int]]:
        return [(each.state, each.state_since.day) for each in self.alerts]

    def decided(self, state: str, number: int) -> None:
        self.alerts[-1] = replace(self.alerts[-1], state=state, state_since=march(number), handled_by="head", why="known")  # type: ignore[arg-type]


def test_it_is_raised_once_however_many_nights_it_lasts() -> None:
    nights = Nights()
    for number in range(2, 7):
        nights.night(number, [replace(FOUND, value=float(number), sentence=f"It is {number}.0 %.")])
    (alert,) = nights.alerts
    assert alert.alert_id == "sudden_change.ashby.late_rate.2026-03-02"
    assert (alert.raised_on, alert.last_seen_on, alert.state, alert.state_since) == (march(2), march(6), "raised", march(2))
    assert (alert.value, alert.sentence) == (6.0, "It is 6.0 %."), "as of the last night that found it"


def test_a_subject_with_a_group_can_be_typed() -> None:
    nights = Nights()
    nights.night(2, [replace(FOUND, subject="late_rate/ethnicity/Any other group")])
    assert nights.alerts[0].alert_id == "sudden_change.ashby.late_rate_ethnicity_any_other_group.2026-03-02"


def test_a_night_that_is_run_twice_changes_nothing() -> None:
    nights = Nights()
    once = nights.night(2, [FOUND])
    assert nights.night(2, [FOUND]) == once
    nights.night(3)
    nights.night(3)
    nights.night(3)
    assert nights.state() == [("raised", 2)], "one night is one night"


def test_the_data_resolve_it_after_enough_nights_without_it() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    nights.night(3)
    nights.night(4)
    assert nights.state() == [("raised", 2)]
    nights.night(5)
    assert nights.state() == [("resolved", 5)]
    assert nights.alerts[0].last_seen_on == march(2)


def test_found_again_it_begins_to_count_anew() -> None:
    nights = Nights()
    for number, found in ((2, [FOUND]), (3, []), (4, []), (5, [FOUND]), (6, []), (7, [])):
        nights.night(number, found)
    assert nights.state() == [("raised", 2)]
    nights.night(8)
    assert nights.state() == [("resolved", 8)]


def test_what_chance_could_do_raises_none_but_keeps_an_open_one_open() -> None:
    nights = Nights()
    nights.night(2, [STILL])
    assert nights.alerts == []
    nights.night(3, [FOUND])
    for number in range(4, 12):
        nights.night(number, [STILL])
    assert nights.state() == [("raised", 3)]
    assert nights.alerts[0].value == 5.0


def test_a_stale_academy_resolves_nothing() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    for number in range(3, 11):
        nights.night(number, is_stale=True)
    assert nights.state() == [("raised", 2)]
    nights.night(11)
    nights.night(12)
    assert nights.state() == [("raised", 2)], "two nights on which something could have been seen"
    nights.night(13)
    assert nights.state() == [("resolved", 13)]


def test_a_closed_week_raises_and_resolves_nothing() -> None:
    nights = Nights()
    other = replace(FOUND, subject="attendance_rate")
    nights.night(13, [FOUND])
    for number in range(16, 23):
        nights.night(number, [other])
    assert nights.state() == [("raised", 13)]
    nights.night(23, [other])
    assert [(each.subject, each.state) for each in nights.alerts] == [("late_rate", "raised"), ("attendance_rate", "raised")]


def test_raised_again_after_it_was_resolved_is_a_new_alert() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    for number in (3, 4, 5):
        nights.night(number)
    nights.night(6, [FOUND])
    assert nights.state() == [("resolved", 5), ("raised", 6)]
    assert nights.alerts[1].alert_id.endswith("2026-03-06")


def test_acknowledged_and_being_handled_are_open_and_the_data_resolve_them() -> None:
    for state in ("acknowledged", "being_handled"):
        nights = Nights()
        nights.night(2, [FOUND])
        nights.decided(state, 3)
        nights.night(3, [FOUND])
        assert nights.state() == [(state, 3)]
        for number in (4, 5, 6):
            nights.night(number)
        assert nights.state() == [("resolved", 6)]
        assert nights.alerts[0].why == "known", "what a person said stays"


def test_a_closed_one_is_not_raised_again_while_the_matter_lasts() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    nights.decided("closed", 2)
    for number in range(3, 16):
        nights.night(number, [FOUND])
    assert nights.state() == [("closed", 2)]
    assert nights.alerts[0].last_seen_on == march(15)


def test_nor_for_a_while_after_it_has_gone() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    nights.decided("closed", 2)
    for number in (3, 4, 5):  # Tuesday to Thursday: three nights without it, so it has gone
        nights.night(number)
    nights.night(6, [FOUND])  # Friday: four school days since Monday are not more than four
    assert nights.state() == [("closed", 2)]
    nights.night(9, [FOUND])  # Monday: five are
    assert nights.state() == [("closed", 2), ("raised", 9)]


def test_a_rule_that_could_not_be_run_leaves_its_alerts_alone() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    for number in range(3, 10):
        nights.night(number, rules={"stale"})
    assert nights.state() == [("raised", 2)]


def test_the_alerts_of_an_academy_that_has_left_are_over() -> None:
    alerts = lived([FOUND], [], Night(march(2), {"ashby": Place(True, (march(2),), frozenset({march(2)}))}, EVERY_RULE), RULES)
    (alert,) = lived([], alerts, Night(march(3), {"birch": Place(True, (march(2),), frozenset())}, EVERY_RULE), RULES)
    assert (alert.state, alert.state_since) == ("resolved", march(3))


def test_a_night_as_of_an_earlier_day_changes_nothing() -> None:
    nights = Nights()
    kept = nights.night(6, [FOUND])
    assert nights.night(3, [FOUND]) == kept
    assert nights.night(4) == kept


def test_readers_see_the_open_ones_and_those_that_were_over_lately() -> None:
    nights = Nights()
    nights.night(2, [FOUND])
    old = replace(nights.alerts[0], alert_id="old", state="closed", state_since=march(1))
    lately = replace(old, alert_id="lately", state_since=march(2))
    assert [each.alert_id for each in over_since([*nights.alerts, old, lately], march(2))] == [nights.alerts[0].alert_id, "lately"]
