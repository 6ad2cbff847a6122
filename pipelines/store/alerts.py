"""The alerts of one home: each with its state, what became of it day by day, and the nights on which each academy was current.

Here: keeping what the night found and what people decide, each write whole or not at all. Not here: what an alert is (alert_records.py),
and when one is raised or over (alerts/life.py). A night never takes back a person's word: it raises, and it resolves what was open.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pipelines.store.alert_records import OPEN, Alert, State
from pipelines.store.ledger import Entry, append
from pipelines.store.manifest_file import ManifestFile, insert
from pipelines.store.records import now
from pipelines.store.rows import columns, record_of, row_of, stored

Decided = Literal["acknowledged", "being_handled", "closed"]
LEDGER_KINDS: dict[Decided, str] = {"acknowledged": "acknowledge", "being_handled": "handle", "closed": "close"}
MAY_BECOME: dict[State, tuple[Decided, ...]] = {
    "raised": ("acknowledged", "being_handled", "closed"),
    "acknowledged": ("being_handled", "closed"),
    "being_handled": ("being_handled", "closed"),
}
"""What a person may make of an alert; one that is over stays as it is. Another person may take up what somebody handles."""


class AlertError(Exception):
    """The decision cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class AlertEvent:
    """One change of an alert's state. `who` is none where the data said so."""

    alert_id: str
    state: State
    day: date
    who: str | None
    why: str | None


class Alerts(ManifestFile):
    """The alerts in the open manifest of one home."""

    def all(self) -> list[Alert]:
        """Every alert, oldest first."""
        return [record_of(Alert, row) for row in self._rows(f"select {_NAMES} from alert order by raised_on, alert_id")]

    def events(self) -> list[AlertEvent]:
        """Every change of state, in the order in which they were made."""
        return [record_of(AlertEvent, row) for row in self._rows("select * from alert_event order by id")]

    def save(self, alerts: Iterable[Alert]) -> None:
        """Keep what a night says: new alerts, those seen again, those that the data resolved. Saying it twice changes nothing."""
        with self._transaction() as connection:
            for each in alerts:
                _save(connection, each)

    def decide(self, alert_id: str, state: Decided, who: str, why: str, on: date | None = None) -> Alert:
        """Keep a person's word on an open alert, and write it into the ledger. `on`: the day, the trust's own (default: today's).

        Raises AlertError for an alert that nobody knows or that is over, for a state that it cannot come to, and without a reason.
        """
        if not why.strip():
            raise AlertError('Say why, for those who read it later: --why "…".')
        day = on or now().date()
        with self._transaction() as connection:
            alert = _open_alert(connection, alert_id, state)
            decided = replace(alert, state=state, state_since=max(day, alert.raised_on), handled_by=who, why=why.strip())
            _write(connection, decided)
            _note(connection, decided, who, decided.why)
            detail = {"alert_id": alert_id, "rule": alert.rule, "subject": alert.subject, "state": state}
            academy_id = None if alert.academy_id == "trust" else alert.academy_id
            append(connection, Entry(LEDGER_KINDS[state], alert_id, academy_id, detail, who, decided.why or ""))
        return decided

    def nights(self) -> dict[str, list[date]]:
        """The nights on which each academy was current, by academy."""
        found: dict[str, list[date]] = {}
        for row in self._rows("select academy_id, day from alert_night order by academy_id, day"):
            found.setdefault(row["academy_id"], []).append(date.fromisoformat(row["day"]))
        return found

    def add_night(self, day: date, academies: Sequence[str], keep_from: date) -> None:
        """Note who was current on a night, once however often it is run; nights before `keep_from` are of no use any more."""
        with self._transaction() as connection:
            insert(connection, "alert_night", ["academy_id", "day"], [(each, stored(day)) for each in academies], "on conflict do nothing")
            connection.execute("delete from alert_night where day < ?", [stored(keep_from)])


_NAMES = ", ".join(f'"{name}"' for name in columns(Alert))


def _save(connection: sqlite3.Connection, said: Alert) -> None:
    kept = _one(connection, said.alert_id)
    if kept is None:
        _write(connection, said)
        _note(connection, said, None, None)
        return
    now_resolved = said.state == "resolved" and kept.state in OPEN
    newer = said if said.last_seen_on >= kept.last_seen_on else kept
    after = replace(
        newer,
        state="resolved" if now_resolved else kept.state,
        state_since=said.state_since if now_resolved else kept.state_since,
        handled_by=kept.handled_by,
        why=kept.why,
    )
    if after != kept:
        _write(connection, after)
    if now_resolved:
        _note(connection, after, None, None)


def _open_alert(connection: sqlite3.Connection, alert_id: str, state: Decided) -> Alert:
    alert = _one(connection, alert_id)
    if alert is None:
        raise AlertError(f"There is no alert “{alert_id}”. `matlas alerts` lists those that are open.")
    if alert.state not in OPEN:
        raise AlertError(f"{alert_id} is over: {alert.state} since {alert.state_since}. What comes again is a new alert.")
    if state not in MAY_BECOME[alert.state]:
        raise AlertError(f"{alert_id} is {alert.state.replace('_', ' ')} since {alert.state_since} already, by {alert.handled_by}.")
    return alert


def _one(connection: sqlite3.Connection, alert_id: str) -> Alert | None:
    row = connection.execute(f"select {_NAMES} from alert where alert_id = ?", [alert_id]).fetchone()
    return record_of(Alert, dict(row)) if row else None


def _write(connection: sqlite3.Connection, alert: Alert) -> None:
    marks = ", ".join("?" * len(columns(Alert)))
    connection.execute(f"insert or replace into alert ({_NAMES}) values ({marks})", row_of(alert))


def _note(connection: sqlite3.Connection, alert: Alert, who: str | None, why: str | None) -> None:
    insert(
        connection,
        "alert_event",
        ["alert_id", "state", "day", "who", "why", "at"],
        [(alert.alert_id, alert.state, stored(alert.state_since), who, why, stored(now()))],
    )
