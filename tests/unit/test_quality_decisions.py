"""A decision on what a check finds: who may accept what, how long it holds, and what it does to results and work list."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.commands.waiting import what_waits
from pipelines.quality import dq_results
from pipelines.quality.decisions import DecisionError, accept, acceptances, current, reopen
from pipelines.quality.summary import QualitySummary
from pipelines.store.manifest import Manifest
from pipelines.store.records import CheckDecision, CheckDecisionWord
from tests.helpers.warehouse import Warehouse

FIRST = datetime(2026, 1, 2, 2, tzinfo=UTC)
TODAY = date(2028, 2, 29)
LAST = date(2026, 1, 4)


pytestmark = pytest.mark.usefixtures("quick_judgement")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Two pupils of ashby, one of brook, with a UPN that is not valid."""
    warehouse = Warehouse(tmp_path)
    for academy_id, pupil in (("ashby", "1"), ("ashby", "2"), ("brook", "3")):
        warehouse.add(
            "std.std_pupil",
            {
                "academy_id": academy_id,
                "source_pupil_id": pupil,
                "time_period": 202526,
                "delivered_order": 1,
                "is_vanished": False,
                "upn": f"Q20700001604{pupil}",
                "is_upn_valid": False,
            },
        )
    return warehouse


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions are taken on 29 February 2028."""
    monkeypatch.setattr("pipelines.trust.TrustConfig.today", lambda trust: TODAY)


def word(number: int, decision: CheckDecisionWord = "accept", until: date | None = LAST, check_id: str = "upn_invalid") -> CheckDecision:
    return CheckDecision(number, check_id, "ashby", decision, "Jo", FIRST, "Because.", until if decision == "accept" else None)


def decide(warehouse: Warehouse, decision: CheckDecisionWord = "accept", until: date | None = LAST, check_id: str = "upn_invalid") -> None:
    with Manifest(warehouse.home.manifest) as manifest:
        manifest.add_check_decision(check_id, "ashby", decision, "Jo", "Known.", until if decision == "accept" else None, FIRST)


def night(warehouse: Warehouse, number: int, **more: Any) -> QualitySummary:
    summary = warehouse.check(warehouse.request(f"run {number}", FIRST + timedelta(days=number - 1), **more))
    warehouse.publish()
    return summary


def work(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.published(
        "select academy_id, source_pupil_id, status, since, age_days from dq.work_list order by academy_id, position"
    )


def result_of(warehouse: Warehouse, run_id: str) -> list[tuple[Any, ...]]:
    of_both = f"check_id = 'upn_invalid' and run_id = '{run_id}'"
    return warehouse.published(f"select academy_id, status, accepted_until from dq.check_result where {of_both} order by all")


# --- which acceptances hold


def test_an_acceptance_holds_to_the_end_of_its_last_day() -> None:
    decisions = [word(1)]
    assert current(decisions, LAST) == {("upn_invalid", "ashby"): LAST}
    assert current(decisions, LAST + timedelta(days=1)) == {}


def test_the_newest_word_counts_and_all_are_kept() -> None:
    longer = date(2026, 3, 1)
    decisions = [word(1), word(2, until=longer), word(3, "reopen"), word(4, until=longer)]
    assert [(each.accepted.id, each.is_current, each.reopened and each.reopened.id) for each in acceptances(decisions, FIRST.date())] == [
        (1, False, None),
        (2, False, 3),
        (4, True, None),
    ]
    assert current(decisions[:3], FIRST.date()) == {}


@pytest.mark.parametrize("check_id", ["identity_late", "shrunk", "a_check_of_an_earlier_matlas"])
def test_what_may_not_be_accepted_never_is_whatever_the_manifest_says(check_id: str) -> None:
    assert current([word(1, check_id=check_id)], FIRST.date()) == {}


# --- taking a decision


def test_who_accepted_what_and_why_is_kept(warehouse: Warehouse, today: None) -> None:
    accept(warehouse.home, warehouse.trust, "upn_invalid", "ashby", "Jo", " the old UPNs ", date(2029, 2, 28))
    reopen(warehouse.home, warehouse.trust, "upn_invalid", "ashby", "Sam", "done")

    with Manifest(warehouse.home.manifest) as manifest:
        kept = [(each.decision, each.decided_by, each.why, each.until) for each in manifest.check_decisions()]
    assert kept == [("accept", "Jo", "the old UPNs", date(2029, 2, 28)), ("reopen", "Sam", "done", None)]


def test_today_is_the_earliest_last_day(warehouse: Warehouse, today: None) -> None:
    assert accept(warehouse.home, warehouse.trust, "upn_invalid", "ashby", "Jo", "Known.", TODAY).until == TODAY


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"check_id": "upn_invlid"}, "no check “upn_invlid”. Did you mean “upn_invalid”"),
        ({"check_id": "q"}, "no check “q”. There are: identity_possible"),
        ({"academy_id": "ashbi"}, "no academy “ashbi”. Did you mean “ashby”"),
        ({"academy_id": "trust"}, "no academy “trust”. There are: ashby, brook, croft"),
        ({"check_id": "identity_late"}, "cannot be accepted: it guards every figure"),
        ({"check_id": "identity_late", "academy_id": "trust"}, "cannot be accepted: it guards every figure"),
        ({"check_id": "shrunk"}, "`matlas accept BATCH` lets one in"),
        ({"why": "  "}, "Say why"),
        ({"until": date(2028, 2, 28)}, "2028-02-28 is past"),
        ({"until": date(2029, 3, 1)}, "more than a year ahead. Give --until a day up to 2029-02-28"),
    ],
)
def test_what_cannot_be_accepted_is_told_in_a_sentence(warehouse: Warehouse, today: None, change: dict[str, Any], told: str) -> None:
    asked = {"check_id": "upn_invalid", "academy_id": "ashby", "by": "Jo", "why": "Known.", "until": date(2028, 3, 1), **change}

    with pytest.raises(DecisionError) as refused:
        accept(warehouse.home, warehouse.trust, **asked)

    assert told in str(refused.value)
    with Manifest(warehouse.home.manifest) as manifest:
        assert manifest.check_decisions() == []


def test_only_what_is_accepted_can_be_reopened(warehouse: Warehouse, today: None) -> None:
    with pytest.raises(DecisionError, match="What upn_invalid finds at ashby is not accepted"):
        reopen(warehouse.home, warehouse.trust, "upn_invalid", "ashby", "Jo", "Over.")


# --- what a run makes of it


def test_an_accepted_failure_still_fails_and_is_off_the_open_list_until_its_last_day(warehouse: Warehouse) -> None:
    assert night(warehouse, 1).open_work == 3
    decide(warehouse)
    summary = night(warehouse, 2)
    assert result_of(warehouse, "run 2") == [("ashby", "fail", LAST), ("brook", "fail", None), ("croft", "not_applicable", None)]
    assert work(warehouse) == [
        ("ashby", "1", "accepted", FIRST.date(), 1),
        ("ashby", "2", "accepted", FIRST.date(), 1),
        ("brook", "3", "open", FIRST.date(), 1),
    ]
    assert summary.open_work == 1

    night(warehouse, 3)  # its last day
    assert result_of(warehouse, "run 3")[0] == ("ashby", "fail", LAST)
    night(warehouse, 4)
    assert result_of(warehouse, "run 4")[0] == ("ashby", "fail", None)
    assert result_of(warehouse, "run 2")[0] == ("ashby", "fail", LAST), "what was so then is not rewritten"
    assert work(warehouse)[0] == ("ashby", "1", "open", FIRST.date(), 3)


def test_what_was_reopened_is_open_since_the_first_night(warehouse: Warehouse) -> None:
    night(warehouse, 1)
    decide(warehouse)
    night(warehouse, 2)
    decide(warehouse, "reopen")
    night(warehouse, 3)
    assert work(warehouse)[:2] == [("ashby", "1", "open", FIRST.date(), 2), ("ashby", "2", "open", FIRST.date(), 2)]
    decided = "select check_id, academy_id, accepted_by, accepted_why, accepted_until, is_current, reopened_by from dq.check_decision"
    assert warehouse.published(decided) == [("upn_invalid", "ashby", "Jo", "Known.", LAST, False, "Jo")]


def test_what_is_open_comes_before_what_is_accepted_and_both_before_what_is_gone(warehouse: Warehouse) -> None:
    warehouse.add("std.std_pupil", *({**_valid("7", "X100"), "academy_id": "ashby"}, {**_valid("8", "X100"), "academy_id": "ashby"}))
    decide(warehouse)
    night(warehouse, 1)
    warehouse.execute("std.std_pupil", "update std.std_pupil set is_upn_valid = true where source_pupil_id = '1'")
    night(warehouse, 2)
    listed = "select check_id, source_pupil_id, status from dq.work_list where academy_id = 'ashby' order by position"
    assert warehouse.published(listed) == [
        ("upn_duplicate", "7", "open"),
        ("upn_duplicate", "8", "open"),
        ("upn_invalid", "2", "accepted"),
        ("upn_invalid", "1", "gone"),
    ]


def test_what_could_not_be_judged_follows_the_decision_too(warehouse: Warehouse) -> None:
    night(warehouse, 1)
    decide(warehouse)
    warehouse.execute("std.std_pupil", "alter table std.std_pupil rename to std_away")
    night(warehouse, 2)
    assert [row[2] for row in work(warehouse)] == ["accepted", "accepted", "open"]
    night(warehouse, 4)
    assert [row[2] for row in work(warehouse)] == ["open", "open", "open"]


def test_the_line_for_the_rest_keeps_its_day_when_it_is_accepted(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dq_results, "_LIST", dq_results._LIST.replace("1000", "1"))
    night(warehouse, 1)
    decide(warehouse)
    night(warehouse, 2)
    assert ("ashby", None, "accepted", FIRST.date(), 1) in work(warehouse)


def test_a_run_as_at_an_earlier_moment_uses_todays_decisions(warehouse: Warehouse) -> None:
    decide(warehouse)
    night(warehouse, 2, as_at=datetime(2025, 11, 1, tzinfo=UTC))
    assert result_of(warehouse, "run 2")[0] == ("ashby", "fail", LAST)
    assert work(warehouse)[0][2] == "accepted"


def test_history_of_an_earlier_matlas_without_the_new_columns_is_kept(warehouse: Warehouse) -> None:
    night(warehouse, 1)
    with duckdb.connect(str(warehouse.home.published_file)) as published:
        published.execute("alter table dq.check_result drop column accepted_until; alter table dq.work_list drop column age_days")
        published.execute("drop table dq.check_decision")
    night(warehouse, 2)
    assert warehouse.published("select distinct run_id from dq.check_result order by all") == [("run 1",), ("run 2",)]
    assert {row[3] for row in work(warehouse)} == {FIRST.date()}


def test_a_late_academy_that_somebody_accepted_waits_for_nobody(warehouse: Warehouse) -> None:
    with duckdb.connect() as published:
        published.execute("create schema core; create schema dq")
        published.execute(
            "create table core.dim_academy as select 'ashby' as academy_id, true as is_stale, date '2026-01-05' as last_delivered_on"
        )
        assert [each.what for each in what_waits(warehouse.home, published)] == []  # no manifest yet: nothing was ever delivered
        Manifest(warehouse.home.manifest).close()
        assert [each.academy_id for each in what_waits(warehouse.home, published)] == ["ashby"]
        published.execute(
            "create table dq.check_decision as select 'stale_academy' as check_id, 'ashby' as academy_id, false as is_current"
        )
        assert [each.academy_id for each in what_waits(warehouse.home, published)] == ["ashby"]
        published.execute("update dq.check_decision set is_current = true")
        assert what_waits(warehouse.home, published) == []


def _valid(pupil: str, upn: str) -> dict[str, Any]:
    of_year = {"time_period": 202526, "delivered_order": 1, "is_vanished": False}
    return {"source_pupil_id": pupil, "upn": upn, "is_upn_valid": True, **of_year}
