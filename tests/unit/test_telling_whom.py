"""Who is told what, on which night: the academy first, the trust by its scheme, quiet when the academy is. Days counted by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.alerts.telling.calendars import Calendars
from pipelines.alerts.telling.whom import tellings
from pipelines.store.alert_records import Alert
from pipelines.store.outbox import Known
from tests.helpers.telling import alert, feb, trust_of

MARCH_FRIDAY, MARCH_SATURDAY, MARCH_MONDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)


class Nights:
    """Nights of one trust, one after the other: who was told what on each."""

    def __init__(self, folder: Path, more: str = "", known: dict[str, dict[date, bool]] | None = None) -> None:
        self.calendars = Calendars(trust_of(folder, more), known or {})
        self.known: list[Known] = []

    def night(self, day: date, *alerts: Alert) -> dict[str, list[tuple[str, str, str | None]]]:
        """By reader what it is told: academy, what, because."""
        found = tellings(alerts, self.known, self.calendars, day)
        self.known += [Known(each.reader.name, c.alert.alert_id, c.what, day, True) for each in found for c in each.changes]
        return {each.reader.name: [(c.alert.academy_id, c.what, c.because) for c in each.changes] for each in found}


def test_the_academy_is_told_first_and_once(tmp_path: Path) -> None:
    nights = Nights(tmp_path)

    assert nights.night(feb(2), alert()) == {"ashby_leaders": [("ashby", "raised", None)]}
    assert nights.night(feb(3), alert()) == {}


def test_the_trust_is_told_when_nobody_acknowledged_within_three_school_days(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(feb(2), alert())

    assert nights.night(feb(4), alert()) == {}
    assert nights.night(feb(5), alert()) == {"central_team": [("ashby", "passed_on", "nobody_acknowledged")]}
    assert nights.night(feb(6), alert()) == {}


def test_the_three_days_are_the_academys_own(tmp_path: Path) -> None:
    """Told on the 11th, ashby has school on the 12th, 13th and, after half-term, 23rd; birch, told on the 6th, on the 16th to 18th."""
    nights = Nights(tmp_path)
    ashbys, birchs = alert("ashby", feb(11)), alert("birch", feb(6))
    nights.night(feb(6), birchs)
    told = {day: nights.night(feb(day), *([ashbys] if day >= 11 else []), birchs) for day in range(7, 25)}

    assert {day: said for day, said in told.items() if said} == {
        11: {"ashby_leaders": [("ashby", "raised", None)]},
        18: {"central_team": [("birch", "passed_on", "nobody_acknowledged")]},
        23: {"central_team": [("ashby", "passed_on", "nobody_acknowledged")]},
    }


def test_an_acknowledged_alert_is_never_passed_on(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(feb(2), alert())
    taken_up = alert(state="acknowledged", state_since=feb(4), handled_by="head", why="known")

    assert [nights.night(feb(day), taken_up) for day in (4, 5, 6, 9, 10)] == [{}] * 5


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ("  rules: {sudden_change: {trust_at_once: true}}\n", "rule"),
        ("delegation: [{decision: alerts on attendance, decided_by: trust}]\n", "delegation"),
        ("delegation: [{decision: Alerts on everything, decided_by: trust, academies: [ashby]}]\n", "delegation"),
    ],
)
def test_the_trust_is_told_at_once_where_its_scheme_or_a_rule_says_so(tmp_path: Path, more: str, because: str) -> None:
    said = Nights(tmp_path, more).night(feb(2), alert())

    assert said == {"ashby_leaders": [("ashby", "raised", None)], "central_team": [("ashby", "raised", because)]}


@pytest.mark.parametrize(
    "decision",
    [
        "{decision: alerts on inclusion, decided_by: trust}",
        "{decision: alerts on attendance, decided_by: trust, academies: [birch]}",
        "{decision: alerts on attendance, decided_by: trust, since: 2026-02-03}",
        "{decision: alerts on attendance, decided_by: academy}, {decision: alerts on everything, decided_by: trust}",
        "{decision: attendance policy, decided_by: trust}",
    ],
)
def test_a_decision_on_something_else_leaves_an_alert_to_the_academy(tmp_path: Path, decision: str) -> None:
    assert Nights(tmp_path, f"delegation: [{decision}]\n").night(feb(2), alert()) == {"ashby_leaders": [("ashby", "raised", None)]}


def test_what_has_no_domain_goes_to_the_trust_where_deliveries_are_its(tmp_path: Path) -> None:
    held = alert(rule="held", domain=None, measure_id=None)
    nights = Nights(tmp_path, "delegation: [{decision: alerts on deliveries, decided_by: trust}]\n")

    assert "central_team" in nights.night(feb(2), held)


def test_the_trust_is_told_at_once_where_the_academy_has_no_reader(tmp_path: Path) -> None:
    assert Nights(tmp_path).night(feb(2), alert("cedar")) == {"central_team": [("cedar", "raised", "no_reader")]}


def test_a_matter_of_the_trust_is_the_trusts(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    of_the_trust = alert("trust", feb(14))

    assert nights.night(feb(15), of_the_trust) == {}  # a Sunday
    assert nights.night(feb(16), of_the_trust) == {"central_team": [("trust", "raised", None)]}  # birch has school


def test_an_academy_in_holidays_is_told_on_its_first_school_day(tmp_path: Path) -> None:
    """Half-term differs: on the 10th birch is closed, on the 17th ashby and cedar."""
    nights = Nights(tmp_path)
    first = [alert(academy_id, feb(7)) for academy_id in ("ashby", "birch", "cedar")]
    second = [*first, *(replace(each, alert_id=f"{each.alert_id}.2", raised_on=feb(14)) for each in first)]

    assert nights.night(feb(8), *first) == {}
    assert nights.night(feb(10), *first) == {
        "ashby_leaders": [("ashby", "raised", None)],
        "central_team": [("cedar", "raised", "no_reader")],
    }
    assert nights.night(feb(17), *second) == {"birch_leaders": [("birch", "raised", None)] * 2}
    assert nights.night(feb(23), *second) == {
        "ashby_leaders": [("ashby", "raised", None)],
        "central_team": [
            ("ashby", "passed_on", "nobody_acknowledged"),  # told on the 10th; school on the 11th, 12th, 13th and today
            ("birch", "passed_on", "nobody_acknowledged"),
            ("birch", "passed_on", "nobody_acknowledged"),
            ("cedar", "raised", "no_reader"),
        ],
    }


def test_a_weekend_is_quiet(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    raised = alert("ashby", MARCH_SATURDAY)

    assert nights.night(MARCH_SATURDAY, raised) == {}
    assert nights.night(MARCH_MONDAY, raised) == {"ashby_leaders": [("ashby", "raised", None)]}


def test_the_published_calendar_of_an_academy_stands_above_its_half_terms(tmp_path: Path) -> None:
    """A strike day: the academy's own calendar says that nobody is there."""
    nights = Nights(tmp_path, known={"ashby": {feb(2): False}})

    assert nights.night(feb(2), alert()) == {}
    assert nights.night(feb(3), alert()) == {"ashby_leaders": [("ashby", "raised", None)]}


def test_what_is_resolved_is_told_to_those_who_were_told_and_to_nobody_else(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(feb(2), alert())
    resolved = alert(state="resolved", state_since=feb(4))

    assert nights.night(feb(4), resolved) == {"ashby_leaders": [("ashby", "resolved", None)]}
    assert nights.night(feb(5), resolved) == {}


def test_what_came_and_went_while_it_was_quiet_is_told_to_nobody(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(feb(7), alert("ashby", feb(7)))

    assert nights.night(feb(9), alert("ashby", feb(7), state="resolved", state_since=feb(8))) == {}


def test_what_a_person_closed_is_told_no_more(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(feb(2), alert())

    assert nights.night(feb(9), alert(state="closed", state_since=feb(3), handled_by="head", why="known")) == {}


def test_a_reader_who_comes_later_is_told_what_is_open(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    taken_up = alert(state="acknowledged", state_since=feb(3))

    assert nights.night(feb(24), taken_up) == {"ashby_leaders": [("ashby", "raised", None)]}


def test_others_who_know_are_named_with_their_day(tmp_path: Path) -> None:
    trust = trust_of(tmp_path, "  rules: {sudden_change: {trust_at_once: true}}\n")
    found = tellings([alert()], [], Calendars(trust, {}), feb(2))

    assert [[(o.reader, o.day, o.is_sent) for c in each.changes for o in c.others] for each in found] == [
        [("central_team", feb(2), False)],
        [("ashby_leaders", feb(2), False)],
    ]
