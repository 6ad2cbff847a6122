"""`access:` and `delegation:` in trust.yml: what they give, and how their mistakes are told."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.delegation import DelegationRow, delegation_rows
from pipelines.readers import Login
from pipelines.trust import TrustConfig, TrustConfigError, load_trust

TRUST_YML = """trust: {name: T}
academies:
  - {id: ashby, name: A, phase: primary, mis: matlas}
  - {id: birch, name: B, phase: primary, mis: matlas}
"""


def trust_with(tmp_path: Path, text: str) -> TrustConfig:
    path = tmp_path / "trust.yml"
    path.write_text(TRUST_YML + text, encoding="utf-8")
    return load_trust(path)


def with_login(login: str) -> str:
    return f"access:\n  audiences: [academy, analyst]\n  logins:\n    {login}\n"


def test_nobody_else_reads_where_nothing_is_said(tmp_path: Path) -> None:
    trust = trust_with(tmp_path, "")

    assert (trust.access.audiences, trust.access.logins, trust.delegation) == ((), {}, [])


def test_audiences_and_logins_are_as_they_are_written(tmp_path: Path) -> None:
    access = trust_with(
        tmp_path, with_login("ashby_leaders: {audience: academy, academies: [ashby]}\n    centre: {audience: trust}")
    ).access

    assert access.audiences == ("academy", "analyst")
    assert access.logins == {"ashby_leaders": Login(audience="academy", academies=("ashby",)), "centre": Login(audience="trust")}


def test_a_decision_without_academies_is_of_all_of_them(tmp_path: Path) -> None:
    trust = trust_with(
        tmp_path,
        "delegation:\n"
        "  - {decision: term  dates, decided_by: trust, academies: [birch], since: 2025-09-01}\n"
        "  - {decision: scale, decided_by: academy, area: progress}\n",
    )

    assert list(delegation_rows(trust.delegation, ["ashby", "birch"])) == [
        DelegationRow("term dates", "birch", "trust", "all", dt.date(2025, 9, 1)),
        DelegationRow("scale", "ashby", "academy", "progress", None),
        DelegationRow("scale", "birch", "academy", "progress", None),
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("access: {audiences: [anlyst]}", 5, "expected one of academy, analyst, governor, teacher. Did you mean `analyst`?"),
        ("access: {audiences: [analyst, analyst]}", 5, "names analyst a second time"),
        ("access: {audience: [analyst]}", 5, "Did you mean `audiences`?"),
        (with_login("lead: {audience: acadmy, academies: [ashby]}"), 8, "Did you mean `academy`?"),
        (with_login("lead: {audience: academy, academies: [ashbi]}"), 8, "names `ashbi`, which is no academy here. Did you mean `ashby`?"),
        (with_login("lead: {audience: academy}"), 8, "names no academies; expected such as `academies: [ashby]`"),
        (with_login("lead: {audience: governor}"), 8, "which is not among `audiences` (trust, academy, analyst)"),
        (with_login("lead: {audience: analyst, academies: [ashby]}"), 8, "reads of the whole trust. Leave academies out"),
        (with_login("lead: {audience: trust, academies: [ashby]}"), 8, "reads of the whole trust. Leave academies out"),
        (with_login("Lead: {audience: trust}"), 8, "lower-case letters, digits and _"),
        (with_login("pg_lead: {audience: trust}"), 8, "taken by PostgreSQL or Matlas"),
        (with_login("matlas: {audience: trust}"), 8, "taken by PostgreSQL or Matlas"),
        (with_login("teacher: {audience: trust}"), 8, "taken by PostgreSQL or Matlas"),
        ("delegation: [{decision: scale, decided_by: acadamy}]", 5, "expected one of trust, academy. Did you mean `academy`?"),
        ("delegation: [{decision: scale, decided_by: trust, area: voices}]", 5, "Did you mean `voice`?"),
        ("delegation: [{decision: scale, decided_by: trust, academies: [ashbi]}]", 5, "Did you mean `ashby`?"),
        (
            "delegation:\n  - {decision: scale, decided_by: academy}\n  - {decision: Scale, decided_by: trust, academies: [birch]}",
            7,
            "says again who decides on Scale at birch; number 1 of the list says it already",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(TrustConfigError) as error:
        trust_with(tmp_path, text)

    assert f"trust.yml line {line}: " in str(error.value)
    assert said in str(error.value)
