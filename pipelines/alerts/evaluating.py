"""What the rules find tonight, in tables that are about to be published.

Here: running each rule's SQL with its numbers, and what becomes of a rule that cannot be run. Not here: the rules themselves (rules/*.sql,
rules.yml), and what follows from what they find (life.py). A rule reads published tables alone: what it finds, a reader can find again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.alert_rules import RULES, Rule, RuleSettings
from pipelines.alerts.finding import Finding
from pipelines.alerts.sentences import sentence

SQL = Path(__file__).parent / "rules"
OF_THE_LIFE = {"is_on", "severity", "trust_at_once", "trust_after_school_days", "clear_after", "quiet_school_days"}
"""Numbers of a rule that its SQL does not ask for."""


@dataclass(frozen=True)
class Evaluated:
    """What was found, by which rules; a rule that is off found nothing, one that could not be run is not among them."""

    findings: tuple[Finding, ...]
    rules: frozenset[str]
    faults: Mapping[str, str]


def evaluate(connection: duckdb.DuckDBPyConnection, rules: RuleSettings, day: date, suppress_below: int) -> Evaluated:
    """Run every rule that is on, as of `day`. `connection` has the published tables under their own names, and room for temporary ones.

    One rule that cannot be run takes nothing from the others: its fault is told, in a sentence without a value.
    Raises duckdb.Error where what all rules stand on cannot be read.
    """
    lay_ground(connection, day, suppress_below)
    findings: list[Finding] = []
    faults: dict[str, str] = {}
    for name in RULES:
        rule = rules.of(name)
        try:
            findings += _found(connection, name, rule) if rule.is_on else []
        except duckdb.Error as error:
            faults[name] = f"The rule {name} could not be run ({type(error).__name__}); its alerts stay as they are."
    return Evaluated(tuple(findings), frozenset(RULES) - set(faults), faults)


def lay_ground(connection: duckdb.DuckDBPyConnection, day: date, suppress_below: int) -> None:
    """Make the temporary tables that the rules and the life of alerts stand on."""
    connection.execute(
        f"create or replace temp table tonight as select date '{day:%Y-%m-%d}' as as_of, cast({suppress_below:d} as int) as suppress_below"
    )
    connection.execute(_sql("ground"))


def _found(connection: duckdb.DuckDBPyConnection, name: str, rule: Rule) -> list[Finding]:
    answer = connection.execute(_sql(name), numbers_of(rule))
    names = [each[0] for each in answer.description or ()]
    return [_finding(name, rule, dict(zip(names, row, strict=True))) for row in answer.fetchall()]


def numbers_of(rule: Rule) -> dict[str, Any]:
    """The numbers that a rule's SQL asks for, by name; measures with their least changes come as two lists."""
    numbers: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in rule if name not in OF_THE_LIFE}
    measures = numbers.pop("measures", None)
    if measures is not None:
        numbers |= {"measures": list(measures), "least_changes": [float(each) for each in measures.values()]}
    return numbers


def _finding(name: str, rule: Rule, row: dict[str, Any]) -> Finding:
    """A change for the better is worth knowing; nobody must act."""
    return Finding(
        rule=name,
        academy_id=row["academy_id"],
        subject=row["subject"],
        measure_id=row["measure_id"],
        domain=row["domain"],
        breakdown_topic=row["breakdown_topic"],
        breakdown=row["breakdown"],
        severity=rule.severity if row["is_worse"] else "inform",
        sentence=sentence(name, row),
        value=None if row["value"] is None else float(row["value"]),
        limit=None if row["limit_value"] is None else float(row["limit_value"]),
        is_certain=row["is_certain"],
    )


@cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
