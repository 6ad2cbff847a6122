"""For which alerts the trust decides: `alerts on attendance` in the scheme of delegation.

Here: reading that decision, and its mistakes. Not here: the scheme itself (delegation.py), and who is told (alerts/telling).

A decision is free text, and an area may have many (the trust's attendance policy, the academy's rewards). So that nobody has to guess which
of them an alert falls under, there is one whose words are fixed: `alerts on` and a domain of measures, or `deliveries` (what is stale or
held, and checks that fail), or `everything`.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from pipelines.delegation import Delegation
from pipelines.goals import MEASURES
from pipelines.trust_errors import Place, nearest

ALERTS_ON = "alerts on "
DELIVERIES, EVERYTHING = "deliveries", "everything"
"""Alerts without a domain, and all of them."""


def is_the_trusts(delegations: Iterable[Delegation], academy_id: str, domain: str | None, day: date) -> bool:
    """Whether the alerts of a domain at an academy are the trust's to decide on, on a day. `domain` none: deliveries and checks.

    What is said of the domain counts before what is said of everything; where nothing is said they are the academy's.
    """
    said = {
        _area(each): each.decided_by
        for each in delegations
        if (not each.academies or academy_id in each.academies) and (each.since is None or each.since <= day)
    }
    return said.get(_plain(domain or DELIVERIES), said.get(EVERYTHING)) == "trust"


def alert_delegation_mistakes(delegations: Iterable[Delegation]) -> Iterator[tuple[Place, str]]:
    """Decisions on alerts of which nobody could say what they are on, each with its place under `delegation:`."""
    for number, each in enumerate(delegations):
        words = _words(each)
        if words.startswith("alert") and _area(each) not in _areas():
            areas = [f"{ALERTS_ON}{area}" for area in _areas()]
            yield (
                (number, "decision"),
                f"is `{each.decision}`, and of alerts it has to say which: {', '.join(areas)}.{nearest(words, areas)}",
            )


@cache
def _areas() -> tuple[str, ...]:
    with MEASURES.open(encoding="utf-8", newline="") as file:
        domains = dict.fromkeys(row["domain"] for row in csv.DictReader(file))
    return (*(_plain(domain) for domain in domains), DELIVERIES, EVERYTHING)


def _area(delegation: Delegation) -> str | None:
    words = _words(delegation)
    return words.removeprefix(ALERTS_ON) if words.startswith(ALERTS_ON) else None


def _words(delegation: Delegation) -> str:
    return " ".join(_plain(delegation.decision).split())


def _plain(words: str) -> str:
    return words.lower().replace("_", " ")
