"""Who is told what tonight: the academy first, the trust where its scheme of delegation or a rule says so, or where nobody took it up.

Here: pure functions of the alerts, what readers know, trust.yml and the calendars. Not here: the words (words.py), and how messages are
kept and sent (tell.py).

Only changes are told: an alert that is there, one that is passed on to the trust, one that the data have resolved. Each is told once to
each reader, and only on a school day of its academy. An alert that came and went while it was quiet is told to nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pipelines.alert_delegation import is_the_trusts
from pipelines.alert_settings import AlertReader
from pipelines.alerts.telling.calendars import Calendars
from pipelines.store.alert_records import OPEN, Alert
from pipelines.store.outbox import Known, What
from pipelines.trust import TrustConfig

Because = Literal["rule", "delegation", "no_reader", "nobody_acknowledged"]
"""Why the trust is told of an academy's alert."""


@dataclass(frozen=True)
class Change:
    """What one reader is told of one alert. `others`: what other readers know of it, tonight's messages among it."""

    alert: Alert
    what: What
    because: Because | None = None
    others: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Telling:
    """All that one reader is told tonight."""

    reader: AlertReader
    changes: tuple[Change, ...]


def tellings(alerts: Iterable[Alert], known: Collection[Known], calendars: Calendars, day: date) -> list[Telling]:
    """What each reader of trust.yml is told on a night, none of those who are told nothing; in the order of trust.yml."""
    tonight = _Tonight(known, calendars, day)
    every = list(alerts)
    found = [Telling(reader, tuple(filter(None, (tonight.change(reader, each) for each in every)))) for reader in tonight.readers]
    written = [Known(each.reader.name, change.alert.alert_id, change.what, day, False) for each in found for change in each.changes]
    return [_with_others(each, [*known, *written]) for each in found if each.changes]


def _with_others(telling: Telling, known: Sequence[Known]) -> Telling:
    def others(change: Change) -> tuple[Known, ...]:
        return tuple(each for each in known if each.alert_id == change.alert.alert_id and each.reader != telling.reader.name)

    return replace(telling, changes=tuple(replace(change, others=others(change)) for change in telling.changes))


class _Tonight:
    """The questions of one night."""

    def __init__(self, known: Iterable[Known], calendars: Calendars, day: date) -> None:
        self.calendars = calendars
        self.day = day
        self.trust: TrustConfig = calendars.trust
        self.readers = self.trust.alerts.readers
        self.academies = {each.id for each in self.trust.academies}
        self.known: dict[str, list[Known]] = {}
        for each in known:
            self.known.setdefault(each.alert_id, []).append(each)

    def change(self, reader: AlertReader, alert: Alert) -> Change | None:
        """What a reader is told of an alert tonight; none where there is nothing new for this reader, or where it is quiet."""
        told = {each.what for each in self.known.get(alert.alert_id, ()) if each.reader == reader.name}
        is_own = alert.academy_id in reader.academies
        if not (is_own or reader.is_trust) or not self.calendars.is_open(alert.academy_id, self.day):
            return None
        if alert.state == "resolved":
            return Change(alert, "resolved") if told and "resolved" not in told else None
        if told or alert.state not in OPEN:
            return None
        return Change(alert, "raised") if is_own else self._for_the_trust(alert)

    def _for_the_trust(self, alert: Alert) -> Change | None:
        if alert.academy_id not in self.academies:  # a matter of the trust's own, or of an academy that it no longer has
            return Change(alert, "raised")
        because = self._at_once(alert)
        if because is not None:
            return Change(alert, "raised", because)
        return Change(alert, "passed_on", "nobody_acknowledged") if self._is_passed_on(alert) else None

    def _at_once(self, alert: Alert) -> Because | None:
        if self.trust.alerts.rules.of(alert.rule).trust_at_once:
            return "rule"
        if is_the_trusts(self.trust.delegation, alert.academy_id, alert.domain, self.day):
            return "delegation"
        return None if self._own_readers(alert) else "no_reader"

    def _is_passed_on(self, alert: Alert) -> bool:
        """Whether the academy was told long enough ago and nobody acknowledged. A channel that is down does not hold the trust off."""
        own = self._own_readers(alert)
        told_on = [each.day for each in self.known.get(alert.alert_id, ()) if each.reader in own]
        if alert.state != "raised" or not told_on:
            return False
        wait = self.trust.alerts.rules.of(alert.rule).trust_after_school_days
        return self.calendars.school_days(alert.academy_id, min(told_on), self.day) >= wait

    def _own_readers(self, alert: Alert) -> set[str]:
        return {each.name for each in self.readers if alert.academy_id in each.academies}
