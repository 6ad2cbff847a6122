"""What an alert is, from the night it is raised to the day it is over.

Here: the record. Not here: the rules that raise one (rules.py), its life (life.py), who is told (telling/), how it is kept (store).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Severity = Literal["inform", "act"]
State = Literal["raised", "acknowledged", "being_handled", "resolved", "closed"]
OPEN: tuple[State, ...] = ("raised", "acknowledged", "being_handled")


@dataclass(frozen=True)
class Alert:
    """One alert: one matter at one academy, open once, however many nights it lasts. It names nobody.

    `alert_id` is rule, academy and subject with the day it was raised. `subject` is a measure, with a pupil group where the rule is about
    one, or the check, table or feed. `sentence` says what is so, in plain words, with figures of at least `suppress_below` people.
    """

    alert_id: str
    rule: str
    academy_id: str
    subject: str
    measure_id: str | None
    domain: str | None
    breakdown_topic: str | None
    breakdown: str | None
    severity: Severity
    sentence: str
    value: float | None
    limit: float | None
    raised_on: date
    last_seen_on: date
    state: State
    state_since: date
    handled_by: str | None
    why: str | None
