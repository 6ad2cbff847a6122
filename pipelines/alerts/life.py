"""The life of an alert: raised once, open while its matter lasts, over when the data or a person say so.

Here: one pure function from tonight's findings and the alerts so far to the alerts after tonight. Not here: what is found (evaluating.py),
what people decide (store/alerts.py), and what an academy's calendar is (nights.py).

Nights count only where something could have been seen: an academy whose week is closed raises nothing and resolves nothing, and one that is
stale resolves nothing. A night that is run twice counts once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipelines.alert_rules import Rule, RuleSettings
from pipelines.alerts.finding import Finding, Matter
from pipelines.store.alert_records import OPEN, Alert


@dataclass(frozen=True)
class Place:
    """An academy (or the trust) tonight: whether its week is open, its school days so far, and its nights on which it was current.

    `current_nights` are open nights on which its data was new, tonight among them where it is so.
    """

    is_open: bool
    school_days: tuple[date, ...]
    current_nights: frozenset[date]


@dataclass(frozen=True)
class Night:
    """What the life of alerts needs to know of a night: its day, the places, and the rules that could be run."""

    day: date
    places: Mapping[str, Place]
    rules: frozenset[str]


def lived(findings: Iterable[Finding], alerts: Iterable[Alert], night: Night, rules: RuleSettings) -> list[Alert]:
    """Every alert after tonight: those so far, as they now are, and the new ones; oldest first."""
    found = {each.matter: each for each in findings}
    so_far = sorted(alerts, key=_age)
    newest = {_matter(each): each for each in so_far}
    after = [_after(each, found, night, rules, is_newest=newest[_matter(each)] is each) for each in so_far]
    known = {each.alert_id for each in so_far}
    new = (_raised(each, night) for each in found.values() if _is_new(each, newest.get(each.matter), night, rules))
    return sorted([*after, *(each for each in new if each.alert_id not in known)], key=_age)


def _after(alert: Alert, found: Mapping[Matter, Finding], night: Night, rules: RuleSettings, *, is_newest: bool) -> Alert:
    if not is_newest or alert.rule not in night.rules or night.day < alert.last_seen_on:
        return alert
    finding = found.get(_matter(alert))
    if alert.state in OPEN:
        if finding is not None:
            return _seen(alert, finding, night.day)
        return replace(alert, state="resolved", state_since=night.day) if _has_gone(alert, night, rules.of(alert.rule)) else alert
    if alert.state == "closed" and finding is not None and not _has_gone(alert, night, rules.of(alert.rule), before_tonight=True):
        return replace(alert, last_seen_on=night.day)
    return alert


def _is_new(finding: Finding, last: Alert | None, night: Night, rules: RuleSettings) -> bool:
    """Whether a finding raises an alert: it is certain, its academy's week is open, and no alert of the matter is open or lately closed."""
    place = night.places.get(finding.academy_id)
    if not finding.is_certain or place is None or not place.is_open:
        return False
    if last is None or night.day < last.state_since:
        return last is None
    if last.state == "resolved":
        return True
    if last.state in OPEN or not _has_gone(last, night, rules.of(finding.rule), before_tonight=True):
        return False
    quiet_from = max(last.last_seen_on, last.state_since)
    return sum(quiet_from < each <= night.day for each in place.school_days) > rules.of(finding.rule).quiet_school_days


def _has_gone(alert: Alert, night: Night, rule: Rule, *, before_tonight: bool = False) -> bool:
    """Whether the matter was not found on enough nights on which it would have been; an academy that left the trust has none."""
    place = night.places.get(alert.academy_id)
    if place is None:
        return True
    if not before_tonight and night.day not in place.current_nights:
        return False
    missed = sum(alert.last_seen_on < each and (each < night.day or not before_tonight) for each in place.current_nights)
    return missed >= rule.clear_after


def _seen(alert: Alert, finding: Finding, day: date) -> Alert:
    return replace(alert, severity=finding.severity, sentence=finding.sentence, value=finding.value, limit=finding.limit, last_seen_on=day)


def _raised(finding: Finding, night: Night) -> Alert:
    return Alert(
        alert_id=".".join((finding.rule, finding.academy_id, _plain(finding.subject), f"{night.day:%Y-%m-%d}")),
        rule=finding.rule,
        academy_id=finding.academy_id,
        subject=finding.subject,
        measure_id=finding.measure_id,
        domain=finding.domain,
        breakdown_topic=finding.breakdown_topic,
        breakdown=finding.breakdown,
        severity=finding.severity,
        sentence=finding.sentence,
        value=finding.value,
        limit=finding.limit,
        raised_on=night.day,
        last_seen_on=night.day,
        state="raised",
        state_since=night.day,
        handled_by=None,
        why=None,
    )


def _matter(alert: Alert) -> Matter:
    return (alert.rule, alert.academy_id, alert.subject)


def _age(alert: Alert) -> tuple[date, str]:
    return (alert.raised_on, alert.alert_id)


def _plain(subject: str) -> str:
    """A subject as a part of an id that can be typed: letters, digits and _."""
    return re.sub(r"[^a-z0-9]+", "_", subject.lower()).strip("_")


def over_since(alerts: Iterable[Alert], since: date) -> Iterator[Alert]:
    """The alerts that readers see: open ones, and those that were over on `since` or later."""
    return (each for each in alerts if each.state in OPEN or each.state_since >= since)
