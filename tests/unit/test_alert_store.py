"""Alerts in the manifest: what a night says is kept as often as it is said, and never takes back a person's word."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.store.alert_records import Alert
from pipelines.store.alerts import AlertError, Alerts
from pipelines.store.erasures import Erasures
from pipelines.store.schema import TAKEN_WORDS

MONDAY, TUESDAY, WEDNESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 4)
RAISED = Alert(
    alert_id="sudden_change.ashby.late_rate.2026-03-02",
    rule="sudden_change",
    academy_id="ashby",
    subject="late_rate",
    measure_id="late_rate",
    domain="attendance",
    breakdown_topic=None,
    breakdown=None,
    severity="act",
    sentence="Lateness was 9.0 %.",
    value=9.0,
    limit=4.0,
    raised_on=MONDAY,
    last_seen_on=MONDAY,
    state="raised",
    state_since=MONDAY,
    handled_by=None,
    why=None,
)
SEEN = replace(RAISED, last_seen_on=TUESDAY, value=8.0, sentence="Lateness was 8.0 %.")
RESOLVED = replace(SEEN, state="resolved", state_since=WEDNESDAY)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Alerts]:
    with Alerts(tmp_path / "manifest.sqlite") as alerts:
        yield alerts


def written(kept: Alerts, table: str) -> list[dict[str, Any]]:
    return kept._rows(f"select * from {table}")


def test_what_a_night_says_is_kept_as_it_is_and_saying_it_twice_changes_nothing(kept: Alerts) -> None:
    for _ in range(3):
        kept.save([RAISED])
    assert kept.all() == [RAISED]
    kept.save([SEEN])
    kept.save([RESOLVED])
    kept.save([RESOLVED])
    assert kept.all() == [RESOLVED]
    assert [(each.state, each.day, each.who) for each in kept.events()] == [("raised", MONDAY, None), ("resolved", WEDNESDAY, None)]


def test_a_file_of_an_earlier_night_takes_nothing_back(kept: Alerts) -> None:
    kept.save([RAISED])
    kept.save([RESOLVED])
    kept.save([RAISED])
    assert kept.all() == [RESOLVED]


def test_a_persons_word_is_kept_with_who_when_and_why_and_written_into_the_ledger(kept: Alerts) -> None:
    kept.save([RAISED])
    decided = kept.decide(RAISED.alert_id, "acknowledged", "leader", " a late bus ", TUESDAY)
    assert decided == replace(RAISED, state="acknowledged", state_since=TUESDAY, handled_by="leader", why="a late bus")
    assert kept.all() == [decided]
    assert (kept.events()[-1].who, kept.events()[-1].why) == ("leader", "a late bus")
    (entry,) = written(kept, "ledger")
    assert (entry["kind"], entry["subject"], entry["academy_id"], entry["who"], entry["why"]) == (
        "acknowledge", RAISED.alert_id, "ashby", "leader", "a late bus",
    )  # fmt: skip


def test_a_night_that_did_not_know_of_it_leaves_a_persons_word(kept: Alerts) -> None:
    """Taken up between the night's work and its swap: the published file says raised still."""
    kept.save([RAISED])
    kept.decide(RAISED.alert_id, "being_handled", "leader", "calls", TUESDAY)
    kept.save([SEEN])
    (alert,) = kept.all()
    assert (alert.state, alert.handled_by, alert.last_seen_on, alert.sentence) == ("being_handled", "leader", TUESDAY, SEEN.sentence)
    kept.save([RESOLVED])
    assert (kept.all()[0].state, kept.all()[0].handled_by) == ("resolved", "leader")


def test_what_a_person_closed_the_data_do_not_resolve(kept: Alerts) -> None:
    kept.save([RAISED])
    kept.decide(RAISED.alert_id, "closed", "leader", "a snow day", TUESDAY)
    kept.save([RESOLVED])
    assert (kept.all()[0].state, kept.all()[0].why) == ("closed", "a snow day")


@pytest.mark.parametrize(
    ("before", "wanted", "words"),
    [
        ([], "no_such", "There is no alert “no_such”"),
        (["closed"], "acknowledged", "is over: closed since 2026-03-03"),
        (["acknowledged"], "acknowledged", "is acknowledged since 2026-03-03 already, by leader"),
        (["being_handled"], "acknowledged", "is being handled since 2026-03-03 already"),
    ],
)
def test_what_cannot_be_decided_is_said(kept: Alerts, before: list[Any], wanted: Any, words: str) -> None:
    kept.save([RAISED])
    for state in before:
        kept.decide(RAISED.alert_id, state, "leader", "x", TUESDAY)
    events = len(kept.events())
    with pytest.raises(AlertError, match=words):
        kept.decide(
            wanted if wanted == "no_such" else RAISED.alert_id, "closed" if wanted == "no_such" else wanted, "other", "y", WEDNESDAY
        )
    assert len(kept.events()) == events


def test_without_a_reason_nothing_is_decided(kept: Alerts) -> None:
    kept.save([RAISED])
    with pytest.raises(AlertError, match="Say why"):
        kept.decide(RAISED.alert_id, "closed", "leader", "  ", TUESDAY)


def test_another_person_may_take_up_what_is_being_handled(kept: Alerts) -> None:
    kept.save([RAISED])
    kept.decide(RAISED.alert_id, "being_handled", "leader", "calls", MONDAY)
    assert kept.decide(RAISED.alert_id, "being_handled", "deputy", "takes over", TUESDAY).handled_by == "deputy"


def test_a_decision_is_whole_or_nothing(kept: Alerts, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.save([RAISED])

    def breaks(*_: object) -> int:
        raise sqlite3.OperationalError("the disk is full")

    monkeypatch.setattr("pipelines.store.alerts.append", breaks)
    with pytest.raises(sqlite3.OperationalError):
        kept.decide(RAISED.alert_id, "closed", "leader", "a snow day", TUESDAY)
    assert kept.all() == [RAISED]
    assert len(kept.events()) == 1


def test_nights_are_kept_once_and_not_for_ever(kept: Alerts) -> None:
    kept.add_night(MONDAY, ["ashby", "trust"], MONDAY - dt.timedelta(days=400))
    kept.add_night(MONDAY, ["ashby"], MONDAY - dt.timedelta(days=400))
    kept.add_night(TUESDAY, ["ashby"], MONDAY - dt.timedelta(days=400))
    assert kept.nights() == {"ashby": [MONDAY, TUESDAY], "trust": [MONDAY]}
    kept.add_night(WEDNESDAY, [], TUESDAY)
    assert kept.nights() == {"ashby": [TUESDAY]}


def test_an_erased_person_is_taken_out_of_the_reasons(kept: Alerts, tmp_path: Path) -> None:
    kept.save([RAISED])
    kept.decide(RAISED.alert_id, "acknowledged", "leader", "Somebody by name", TUESDAY)
    with Erasures(tmp_path / "manifest.sqlite") as erasures:
        assert "Somebody by name" in erasures.said()
        erasures.begin("pupil", b"key", ["hash"], "officer", "asked", {}, ["Somebody by name"])
    assert kept.all()[0].why == TAKEN_WORDS
    assert kept.events()[-1].why == TAKEN_WORDS
