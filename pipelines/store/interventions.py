"""What the trust decided on an alert: to assist, or to sit back and monitor; by whom, why and until when.

Here: keeping each decision, in one transaction with its line in the ledger and with what becomes of the alert; no decision is changed or
taken out. Not here: which alerts there are (alerts.py), and what the measure did afterwards (models/marts/intervention).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.store.alerts import Alerts, bring
from pipelines.store.ledger import Entry, append
from pipelines.store.manifest_file import insert
from pipelines.store.records import now
from pipelines.store.rows import columns, record_of, row_of, stored

Decision = Literal["assist", "monitor"]
BECOMES: dict[Decision, Literal["being_handled", "acknowledged"]] = {"assist": "being_handled", "monitor": "acknowledged"}
"""The state that a decision brings its alert into."""


class DecisionError(Exception):
    """The decision cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Intervention:
    """One decision on an alert. The newest of an alert stands; `until` is its last day. Measure and pupil group are the alert's."""

    id: int
    alert_id: str
    academy_id: str
    measure_id: str | None
    breakdown_topic: str | None
    breakdown: str | None
    decision: Decision
    decided_on: date
    until: date
    decided_by: str
    typed_by: str
    why: str
    decided_at: datetime


@dataclass(frozen=True)
class Word:
    """Who decides, why, and until when; `typed_by` is the account at the keyboard, whoever decided."""

    decided_by: str
    typed_by: str
    why: str
    until: date


class Interventions(Alerts):
    """The decisions in the open manifest of one home, beside its alerts."""

    def interventions(self, as_at: datetime | None = None) -> list[Intervention]:
        """Every decision, oldest first; with `as_at` those that were taken by then."""
        known = "decided_at <= ?" if as_at else "true"
        parameters = [stored(as_at)] if as_at else []
        return [record_of(Intervention, row) for row in self._rows(f"select * from intervention where {known} order by id", parameters)]

    def intervene(self, alert_id: str, decision: Decision, word: Word, on: date) -> Intervention:
        """Keep a decision on an open alert; the one before it, if there is one, stays written and no longer stands. `on`: the trust's day.

        Raises AlertError for an alert that nobody knows or that is over, DecisionError without a name or a reason, or with an end that is
        not after today.
        """
        _require_whole(word, on)
        with self._transaction() as connection:
            alert = bring(connection, alert_id, BECOMES[decision], word.decided_by, word.why.strip(), on)
            kept = Intervention(
                id=0,
                alert_id=alert_id,
                academy_id=alert.academy_id,
                measure_id=alert.measure_id,
                breakdown_topic=alert.breakdown_topic,
                breakdown=alert.breakdown,
                decision=decision,
                decided_on=on,
                until=word.until,
                decided_by=word.decided_by.strip(),
                typed_by=word.typed_by,
                why=word.why.strip(),
                decided_at=now(),
            )
            insert(connection, "intervention", columns(Intervention)[1:], [row_of(kept)[1:]])
            detail = {"rule": alert.rule, "alert": alert.subject, "until": word.until, "typed_by": word.typed_by, "state": alert.state}
            academy_id = None if alert.academy_id == "trust" else alert.academy_id
            append(connection, Entry(decision, alert_id, academy_id, detail, kept.decided_by, kept.why))
        return self.interventions()[-1]


def standing(interventions: list[Intervention]) -> dict[str, Intervention]:
    """The decision that stands, by alert: the newest."""
    return {each.alert_id: each for each in interventions}


def _require_whole(word: Word, on: date) -> None:
    if not word.decided_by.strip():
        raise DecisionError('Say who decided, for those who read it later: --by "…".')
    if not word.why.strip():
        raise DecisionError('Say why, for those who read it later: --why "…".')
    if word.until <= on:
        raise DecisionError(f"{word.until} is not after today ({on}). Say until when the decision stands: --until …")
