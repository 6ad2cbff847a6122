"""What a rule found tonight. Here: the record. Not here: the rules (rules/), and what becomes of a finding (life.py)."""

from dataclasses import dataclass

from pipelines.store.alert_records import Severity

Matter = tuple[str, str, str]
"""What an alert is about, from night to night: rule, academy and subject."""


@dataclass(frozen=True)
class Finding:
    """One matter that a rule found tonight. It names nobody.

    A certain one raises an alert. One that is not certain (still red, but chance could do it by now) raises none, and keeps an open one
    open: else an alert would come and go with the last decimal.
    """

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
    is_certain: bool = True

    @property
    def matter(self) -> Matter:
        """What it is about."""
        return (self.rule, self.academy_id, self.subject)
