"""`delegation:` in trust.yml: the scheme of delegation as data, who decides what for which academies.

Here: its shape, its mistakes, and the rows that the build is given. Not here: who may read what (readers.py), nor what share of the
decisions an academy has (pipelines/steering).
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipelines.readers import academy_mistakes
from pipelines.trust_errors import Place
from pipelines.trust_types import Day, Text

Area = Literal["all", "attendance", "inclusion", "achievement", "progress", "personal_development", "voice", "staff", "context"]
"""What a decision is about: one of the eight domains of measures, or all of them."""


class Delegation(BaseModel):
    """One decision and who takes it: for these academies, or for all when none is named; in one area, or in all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Text
    decided_by: Literal["trust", "academy"]
    area: Area = "all"
    academies: tuple[str, ...] = ()
    since: Day | None = None

    def of(self, academy_ids: Collection[str]) -> tuple[str, ...]:
        """The academies that it speaks of, out of all."""
        return self.academies or tuple(academy_ids)


Delegations = list[Delegation]


@dataclass(frozen=True)
class DelegationRow:
    """One row of run.delegation: one decision at one academy."""

    decision: str
    academy_id: str
    decided_by: str
    area: str
    since: datetime.date | None


def delegation_mistakes(delegations: Delegations, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `delegation:`: unknown academies, and one decision at one academy said twice."""
    said: dict[tuple[str, str], int] = {}
    for number, delegation in enumerate(delegations):
        yield from academy_mistakes(delegation.academies, academy_ids, (number, "academies"))
        keys = [(" ".join(delegation.decision.lower().split()), academy_id) for academy_id in delegation.of(academy_ids)]
        twice = sorted({academy_id for decision, academy_id in keys if (decision, academy_id) in said})
        if twice:
            first = min(said[key] for key in keys if key in said) + 1
            everybody = ", ".join(twice[:5]) + (" …" if len(twice) > 5 else "")
            yield (
                (number,),
                f"says again who decides on {delegation.decision} at {everybody}; number {first} of the list says it already. Keep one for "
                "each academy: `academies` left out means all of them.",
            )
        for key in keys:
            said.setdefault(key, number)


def delegation_rows(delegations: Delegations, academy_ids: Collection[str]) -> Iterator[DelegationRow]:
    """The rows of run.delegation."""
    for each in delegations:
        decision = " ".join(each.decision.split())
        yield from (DelegationRow(decision, academy_id, each.decided_by, each.area, each.since) for academy_id in each.of(academy_ids))
