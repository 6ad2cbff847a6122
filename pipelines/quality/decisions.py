"""A person's word on what a check finds at an academy: live with it until a day; kept with who, when and why.

Here: who may accept what, taking it back, and which acceptances hold on a day. A decision counts from the next run. Not here: what a run
makes of it (built.py), and a word on a delivery (ingest/decisions.py): accepting what a check finds lets no batch in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from expectations.catalogue import CHECKS
from expectations.check import Check, Severity
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest
from pipelines.store.records import CheckDecision
from pipelines.trust import TrustConfig

TRUST = "trust"


class DecisionError(Exception):
    """The decision cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Acceptance:
    """An acceptance, whether it holds on the day in question, and the word that took it back, if any did."""

    accepted: CheckDecision
    is_current: bool
    reopened: CheckDecision | None = None

    @property
    def until(self) -> date:
        """Its last day."""
        return self.accepted.until or date.max


def accept(home: Home, trust: TrustConfig, check_id: str, academy_id: str, by: str, why: str, until: date) -> CheckDecision:
    """Keep an acceptance: from the next run to `until` what the check finds at the academy is known and left as it is."""
    check = _known_check(check_id)
    _require_academy(trust, check, academy_id)
    _require_acceptable(check)
    _require_why(why)
    today = trust.today()
    last = _a_year_after(today)
    if until < today:
        raise DecisionError(f"{until} is past: a decision holds from now on. Give --until a day from {today} to {last}.")
    if until > last:
        raise DecisionError(f"{until} is more than a year ahead. Give --until a day up to {last}: then somebody looks at it again.")
    with Manifest(home.manifest) as manifest:
        return manifest.add_check_decision(check_id, academy_id, "accept", by, why.strip(), until)


def reopen(home: Home, trust: TrustConfig, check_id: str, academy_id: str, by: str, why: str) -> CheckDecision:
    """Take an acceptance back: from the next run what the check finds at the academy is open again."""
    check = _known_check(check_id)
    _require_academy(trust, check, academy_id)
    _require_why(why)
    with Manifest(home.manifest) as manifest:
        decisions = manifest.check_decisions()
        if (check_id, academy_id) not in current(decisions, trust.today()):
            raise DecisionError(
                f"What {check_id} finds at {academy_id} is not accepted, so there is nothing to reopen. `matlas quality decisions` lists "
                "what is."
            )
        return manifest.add_check_decision(check_id, academy_id, "reopen", by, why.strip(), None)


def acceptances(decisions: Iterable[CheckDecision], day: date) -> list[Acceptance]:
    """Return every acceptance, oldest first: it holds to its last day, unless it was taken back or a later one came in its place."""
    ordered = sorted(decisions, key=lambda each: each.id)
    return [_followed(each, ordered, day) for each in ordered if each.decision == "accept"]


def current(decisions: Iterable[CheckDecision], day: date) -> dict[tuple[str, str], date]:
    """Return the last day of each acceptance that holds on a day, by check and academy."""
    return {(each.accepted.check_id, each.accepted.academy_id): each.until for each in acceptances(decisions, day) if each.is_current}


def day_of(moment: datetime, trust: TrustConfig) -> date:
    """Return the trust's own date at a moment: the day on which a decision still holds or no longer does."""
    return moment.astimezone(ZoneInfo(trust.trust.timezone)).date()


def _followed(accepted: CheckDecision, ordered: Iterable[CheckDecision], day: date) -> Acceptance:
    later = [
        each for each in ordered if each.id > accepted.id and (each.check_id, each.academy_id) == (accepted.check_id, accepted.academy_id)
    ]
    following = later[0] if later else None
    may_hold = not later and accepted.until is not None and accepted.until >= day and accepted.check_id in _ACCEPTABLE
    return Acceptance(accepted, may_hold, following if following and following.decision == "reopen" else None)


_ACCEPTABLE = {each.id for each in CHECKS if each.severity not in (Severity.STOP, Severity.HOLD)}


def _known_check(check_id: str) -> Check:
    known = {each.id: each for each in CHECKS}
    if check_id not in known:
        raise DecisionError(f"There is no check “{check_id}”. {_nearest(check_id, list(known))}")
    return known[check_id]


def _require_academy(trust: TrustConfig, check: Check, academy_id: str) -> None:
    known = [each.id for each in trust.academies] + ([TRUST] if check.covers_trust else [])
    if academy_id not in known:
        raise DecisionError(f"trust.yml has no academy “{academy_id}”. {_nearest(academy_id, known)}")


def _require_acceptable(check: Check) -> None:
    if check.severity is Severity.STOP:
        raise DecisionError(
            f"{check.id} cannot be accepted: it guards every figure, and while it fails nothing is published. {check.what} {check.how}"
        )
    if check.severity is Severity.HOLD:
        raise DecisionError(
            f"{check.id} holds deliveries, and each waits for a word of its own: `matlas batches` lists them; "
            "`matlas accept BATCH` lets one in, `matlas refuse BATCH` leaves it out."
        )


def _require_why(why: str) -> None:
    if not why.strip():
        raise DecisionError('Say why, for those who read the figures later: --why "…".')


def _nearest(given: str, known: list[str]) -> str:
    near = get_close_matches(given, known, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(known)}."


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)
