"""What a message says, and what it never says."""

from pathlib import Path
from typing import Any

from pipelines.alerts.telling.calendars import Calendars
from pipelines.alerts.telling.whom import tellings
from pipelines.alerts.telling.words import message_of, trial
from pipelines.store.alert_records import Alert
from pipelines.store.outbox import Known, NewMessage
from tests.helpers.telling import alert, feb, trust_of

CANARY = "Zebedee Quillfeather"


def messages(folder: Path, *alerts: Alert, known: tuple[Known, ...] = (), day: int = 5, more: str = "") -> dict[str, NewMessage]:
    trust = trust_of(folder, more)
    found = tellings(alerts, known, Calendars(trust, {}), feb(day))
    return {each.reader.name: message_of(each, trust, feb(day)) for each in found}


def test_what_where_since_when_what_to_do_and_who_else(tmp_path: Path) -> None:
    message = messages(tmp_path, alert(), day=2)["ashby_leaders"]

    assert message.subject == "Larch Trust: 1 new"
    assert message.body == (
        "Larch Trust, 2 February 2026. To ashby_leaders.\n\n"
        "NEW\n\n"
        "Ashby Primary: Lateness was 9.0 % in the week.\n"
        "  Since 2 February 2026. Somebody must act.\n"
        '  To do: look at it, then say that somebody has: matlas alerts acknowledge sudden_change.ashby.late_rate.2026-02-02 --why "..."\n'
        "  Nobody else has been told. The trust is told if nobody acknowledges it within 3 school days.\n\n"
        "All open alerts: matlas alerts. No message names a pupil; who is meant stands in the academy's own tables. Nobody reads answers.\n"
    )
    assert message.tells == (("sudden_change.ashby.late_rate.2026-02-02", "raised"),)


def test_the_trust_reads_why_it_is_told_and_whether_the_academy_was_reached(tmp_path: Path) -> None:
    passed_on = alert()
    known = (Known("ashby_leaders", passed_on.alert_id, "raised", feb(2), False),)
    body = messages(tmp_path, passed_on, alert("cedar", feb(5)), known=known)["central_team"].body

    assert "PASSED ON TO THE TRUST\n\nAshby Primary: Lateness" in body
    assert "  Nobody has acknowledged it within 3 of the academy's school days." in body
    assert "  Told too: ashby_leaders (2 February 2026, on its way)." in body
    assert "nobody at the academy is told by Matlas" in body


def test_what_the_data_have_resolved_needs_nothing(tmp_path: Path) -> None:
    over = alert(state="resolved", state_since=feb(5), last_seen_on=feb(3))
    message = messages(tmp_path, over, known=(Known("ashby_leaders", over.alert_id, "raised", feb(2), True),))["ashby_leaders"]

    assert message.subject == "Larch Trust: 1 resolved"
    assert "  Since 2 February 2026; the data have not shown it since 3 February 2026. Nothing to do." in message.body


def test_one_message_for_all_of_a_night_those_first_on_which_somebody_must_act(tmp_path: Path) -> None:
    known = alert("ashby", feb(3), severity="inform", sentence="Worth a look.")
    message = messages(tmp_path, known, alert(raised_on=feb(4)))["ashby_leaders"]

    assert message.subject == "Larch Trust: 2 new"
    assert message.body.index("Lateness was") < message.body.index("Worth a look.")
    assert "Worth knowing." in message.body


def test_nothing_that_a_person_wrote_or_that_names_a_group_is_in_a_message(tmp_path: Path) -> None:
    """The reason of whoever took an alert up may name a pupil; every field that a message is not made of holds a name here."""
    person: dict[str, Any] = {
        "handled_by": CANARY,
        "why": CANARY,
        "breakdown": CANARY,
        "breakdown_topic": CANARY,
        "subject": CANARY,
        "measure_id": CANARY,
    }
    taken_up = alert("cedar", state="being_handled", state_since=feb(3), **person)
    over = alert("ashby", state="resolved", state_since=feb(4), **person)
    known = (Known("ashby_leaders", over.alert_id, "raised", feb(2), True),)
    found = messages(tmp_path, taken_up, over, known=known)

    assert set(found) == {"ashby_leaders", "central_team"}
    assert "It is being handled since 3 February 2026." in found["central_team"].body
    assert not any(part in each.subject + each.body for each in found.values() for part in CANARY.split())


def test_a_long_message_counts_what_it_does_not_write_out(tmp_path: Path) -> None:
    """A channel refuses what is too long: 30 of 35 are written out, and all 35 are told."""
    many = [alert(alert_id=f"stale.ashby.{number:02}", sentence=f"Matter {number:02}.") for number in range(35)]
    message = messages(tmp_path, *many, day=2)["ashby_leaders"]

    assert message.body.count("Ashby Primary: Matter") == 30
    assert "And 5 more, which `matlas alerts --all` shows." in message.body
    assert len(message.tells) == 35


def test_a_trial_says_that_it_is_one(tmp_path: Path) -> None:
    subject, body = trial("ashby_leaders", trust_of(tmp_path), feb(2))

    assert subject == "[Matlas 2026-02-02 trial] Larch Trust: the channel works"
    assert "This is a trial." in body
