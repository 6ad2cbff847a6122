"""A decision on an alert: kept with its reason, written into the ledger, and bringing the alert into its state, whole or not at all."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.store.alert_records import Alert
from pipelines.store.alerts import AlertError
from pipelines.store.interventions import DecisionError, Interventions, Word, standing
from pipelines.store.ledger import Ledger

TODAY = dt.date(2026, 3, 2)
WORD = Word("Director of primary", "office", "the attendance lead joins on Mondays", dt.date(2026, 4, 30))
ALERT = Alert(
    alert_id="goal_breached.ashby.attendance_rate.2026-02-27",
    rule="goal_breached",
    academy_id="ashby",
    subject="attendance_rate",
    measure_id="attendance_rate",
    domain="attendance",
    breakdown_topic="sen",
    breakdown="support",
    severity="act",
    sentence="Attendance of pupils with SEN support is 88.0 %.",
    value=88.0,
    limit=92.0,
    raised_on=dt.date(2026, 2, 27),
    last_seen_on=dt.date(2026, 3, 1),
    state="raised",
    state_since=dt.date(2026, 2, 27),
    handled_by=None,
    why=None,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Interventions]:
    with Interventions(tmp_path / "manifest.sqlite") as kept:
        kept.save([ALERT])
        yield kept


def ledger(tmp_path: Path) -> list[tuple[str, str, str]]:
    with Ledger(tmp_path / "manifest.sqlite") as kept:
        assert kept.verify() == []
        return [(each.kind, each.subject, each.who) for each in kept.entries()]


def test_to_assist_keeps_the_alert_in_somebodys_hands_and_stands_in_the_ledger(store: Interventions, tmp_path: Path) -> None:
    kept = store.intervene(ALERT.alert_id, "assist", WORD, TODAY)

    assert (kept.academy_id, kept.measure_id, kept.breakdown_topic, kept.breakdown) == ("ashby", "attendance_rate", "sen", "support")
    assert (kept.decision, kept.decided_on, kept.until, kept.decided_by, kept.typed_by) == (
        "assist",
        TODAY,
        WORD.until,
        "Director of primary",
        "office",
    )
    after = store.all()[0]
    assert (after.state, after.state_since, after.handled_by, after.why) == ("being_handled", TODAY, WORD.decided_by, WORD.why)
    assert ledger(tmp_path) == [("assist", ALERT.alert_id, "Director of primary")]


def test_a_second_decision_takes_the_place_of_the_first_and_both_are_kept(store: Interventions, tmp_path: Path) -> None:
    first = store.intervene(ALERT.alert_id, "assist", WORD, TODAY)
    second = store.intervene(ALERT.alert_id, "monitor", replace(WORD, why="the head has a plan"), dt.date(2026, 3, 9))

    assert store.interventions() == [first, second]
    assert standing(store.interventions()) == {ALERT.alert_id: second}
    assert store.all()[0].state == "acknowledged"
    assert [kind for kind, _, _ in ledger(tmp_path)] == ["assist", "monitor"]


def test_only_what_was_decided_by_then_is_known_at_a_moment(store: Interventions) -> None:
    first = store.intervene(ALERT.alert_id, "monitor", WORD, TODAY)
    store.intervene(ALERT.alert_id, "assist", WORD, TODAY)

    assert store.interventions(as_at=first.decided_at) == [first]
    assert store.interventions(as_at=first.decided_at - dt.timedelta(microseconds=1)) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (replace(WORD, decided_by=" "), "Say who decided"),
        (replace(WORD, why="  "), "Say why"),
        (replace(WORD, until=TODAY), "2026-03-02 is not after today"),
    ],
)
def test_a_decision_that_is_not_whole_is_not_kept(store: Interventions, tmp_path: Path, word: Word, said: str) -> None:
    with pytest.raises(DecisionError, match=said):
        store.intervene(ALERT.alert_id, "assist", word, TODAY)

    assert store.interventions() == []
    assert store.all() == [ALERT]
    assert ledger(tmp_path) == []


def test_an_alert_that_is_over_or_unknown_cannot_be_decided_on(store: Interventions) -> None:
    store.save([replace(ALERT, state="resolved", state_since=TODAY)])

    with pytest.raises(AlertError, match="is over: resolved since 2026-03-02"):
        store.intervene(ALERT.alert_id, "assist", WORD, TODAY)
    with pytest.raises(AlertError, match="There is no alert"):
        store.intervene("other", "assist", WORD, TODAY)
    assert store.interventions() == []


def test_a_ledger_that_cannot_be_written_leaves_no_decision(store: Interventions) -> None:
    store._connection.execute("drop table ledger")

    with pytest.raises(Exception, match="ledger"):
        store.intervene(ALERT.alert_id, "assist", WORD, TODAY)

    assert store.interventions() == []
    assert store.all() == [ALERT]
