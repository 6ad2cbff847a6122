"""Every check × every academy × every run has a row, whatever happens to the check: absence of evidence is never a pass."""

from dataclasses import replace
from pathlib import Path

import pytest

from expectations.catalogue import CHECKS
from expectations.check import Check
from pipelines.quality import built, gx
from pipelines.quality.gx import Judgement
from tests.helpers.warehouse import Warehouse

ACADEMIES = ("ashby", "brook", "croft")
EXPECTED = {(academy, each.id) for each in CHECKS for academy in (*ACADEMIES, *(["trust"] if each.covers_trust else []))}
STATUSES = {"pass", "fail", "not_applicable", "not_run"}


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A trust that has delivered nothing; Great Expectations finds nothing wrong with what can be judged."""
    monkeypatch.setattr(
        gx, "judge", lambda database, assertions, key: {each.name: Judgement(each.name, True, frozenset()) for each in assertions}
    )
    return Warehouse(tmp_path)


def rows(warehouse: Warehouse) -> dict[tuple[str, str], tuple[str, str | None, int, int]]:
    found = warehouse.published("select academy_id, check_id, status, reason, checked, failed from dq.check_result")
    assert len(found) == len({row[:2] for row in found}), "a row twice"
    return {(academy, check): (status, reason, checked, failed) for academy, check, status, reason, checked, failed in found}


def test_where_nothing_was_delivered_every_check_has_a_row_and_a_reason(warehouse: Warehouse) -> None:
    warehouse.check()
    found = rows(warehouse)
    assert set(found) == EXPECTED
    assert {status for status, *_ in found.values()} <= STATUSES
    assert not [key for key, (status, reason, *_) in found.items() if status in ("not_applicable", "not_run") and not reason]


def torn(check: Check) -> Check:
    return replace(check, sql="select failed from a_table_that_is_not_there")


def test_a_check_that_breaks_is_not_run_everywhere_and_harms_no_other(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.check()
    whole = rows(warehouse)
    monkeypatch.setattr(built, "CHECKS", tuple(torn(each) if each.id == "identity_late" else each for each in CHECKS))
    summary = warehouse.check()
    broken = {key for key in EXPECTED if key[1] == "identity_late"}
    assert ("trust", "identity_late") in broken
    assert rows(warehouse) == whole | dict.fromkeys(broken, ("not_run", "The check could not be run.", 0, 0))
    assert summary.must_stop


def test_when_every_check_breaks_every_one_has_its_row(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "CHECKS", tuple(torn(each) for each in CHECKS))
    warehouse.check()
    assert rows(warehouse) == dict.fromkeys(EXPECTED, ("not_run", "The check could not be run.", 0, 0))


def test_what_great_expectations_could_not_judge_is_not_run_in_every_row(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        gx, "judge", lambda database, assertions, key: {each.name: Judgement(each.name, False, frozenset()) for each in assertions}
    )
    summary = warehouse.check()
    found = rows(warehouse)
    assert set(found) == EXPECTED
    assert {status for status, *_ in found.values()} == {"not_run"}
    assert summary.must_stop, "a check that guards every figure and was not run publishes nothing"
