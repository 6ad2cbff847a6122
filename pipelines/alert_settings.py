"""`alerts:` in trust.yml: which rules raise an alert, and who is told.

Here: its shape and its mistakes. Not here: the rules (alert_rules.py), what they find and how it is told (alerts/), and for which alerts
the trust decides (alert_delegation.py).
"""

import re
from collections.abc import Collection, Iterator

from pydantic import BaseModel, ConfigDict, Field

from pipelines.alert_rules import RuleSettings, rule_mistakes
from pipelines.readers import academy_mistakes
from pipelines.trust_errors import Place
from pipelines.trust_types import Text

_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


class AlertReader(BaseModel):
    """Somebody who is told: of these academies, or for the trust. The channel's address stands in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text = Field(max_length=60)
    academies: tuple[str, ...] = ()
    is_trust: bool = False
    url_env: Text


class AlertSettings(BaseModel):
    """`alerts:` left out, every rule has its own numbers and nobody is told: alerts stand in the tables alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    readers: tuple[AlertReader, ...] = ()
    rules: RuleSettings = RuleSettings.model_validate({})


def alert_mistakes(alerts: AlertSettings, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `alerts:`. An address that stands where its variable belongs is never repeated."""
    names = [reader.name for reader in alerts.readers]
    for number, reader in enumerate(alerts.readers):
        place: Place = ("readers", number)
        if reader.name in names[:number]:
            yield (*place, "name"), f"is {reader.name} a second time; what a reader was told is kept under its name, so each has its own."
        if not reader.academies and not reader.is_trust:
            yield place, f"is told of nothing; expected such as `academies: [{min(academy_ids)}]`, or `is_trust: true`."
        if not _VARIABLE.match(reader.url_env):
            yield (
                (*place, "url_env"),
                "is no name of an environment variable; expected such as MATLAS_TELL_TRUST. The address itself holds a password or a key: "
                "put it into that variable, never into this file.",
            )
        yield from academy_mistakes(reader.academies, academy_ids, (*place, "academies"))
    for place, what in rule_mistakes(alerts.rules):
        yield ("rules", *place), what
