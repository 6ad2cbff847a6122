"""`alerts:` in trust.yml: which rules raise an alert, and who is told.

Here: its shape and its mistakes. Not here: the rules (alert_rules.py), what they find and how it is told (alerts/).
"""

from collections.abc import Collection, Iterator

from pydantic import BaseModel, ConfigDict

from pipelines.alert_rules import RuleSettings, rule_mistakes
from pipelines.readers import academy_mistakes
from pipelines.trust_errors import Place
from pipelines.trust_types import Text


class AlertReader(BaseModel):
    """Somebody who is told: of these academies, or for the trust. The channel's address stands in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    academies: tuple[str, ...] = ()
    is_trust: bool = False
    url_env: Text


class AlertSettings(BaseModel):
    """`alerts:` left out, every rule has its own numbers and nobody is told: alerts stand in the tables alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    readers: tuple[AlertReader, ...] = ()
    rules: RuleSettings = RuleSettings.model_validate({})


def alert_mistakes(alerts: AlertSettings, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `alerts:`."""
    for number, reader in enumerate(alerts.readers):
        yield from academy_mistakes(reader.academies, academy_ids, ("readers", number, "academies"))
    for place, what in rule_mistakes(alerts.rules):
        yield ("rules", *place), what
