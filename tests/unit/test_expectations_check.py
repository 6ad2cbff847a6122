"""A check that nobody could read or run is refused when it is written."""

from types import ModuleType
from typing import Any

import pytest

from expectations import catalogue
from expectations.check import Check, CheckError, Severity

RIGHT: dict[str, Any] = {
    "id": "late_feed",
    "principle": "timeliness",
    "severity": Severity.WARN,
    "what": "What.",
    "when": "When.",
    "how": "How.",
    "affects": ("all",),
    "at": "built",
    "checked": "select academy_id, 1 as checked",
    "sql": "select academy_id, 1 as failed",
    "not_applicable": "Nothing.",
}


def test_a_complete_check_is_accepted() -> None:
    assert Check(**RIGHT).id == "late_feed"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"what": " "}, "what is empty"),
        ({"when": ""}, "when is empty"),
        ({"how": ""}, "how is empty"),
        ({"not_applicable": ""}, "not_applicable is empty"),
        ({"principle": "tidy"}, "no principle is called 'tidy'"),
        ({"affects": ()}, "affects names no measure"),
        ({"sql": "select 1"}, "failed"),
        ({"checked": "select 1"}, "one row per academy or batch"),
        ({"hold_over_pct": 10}, "only a check at landing"),
        ({"at": "landing"}, "names the entities"),
        ({"at": "landing", "entities": ("pupil",), "hold_over_pct": 0}, "between 0 and 100"),
    ],
)
def test_a_check_that_breaks_a_rule_is_refused_by_name(change: dict[str, Any], told: str) -> None:
    with pytest.raises(CheckError, match=f"Check late_feed: .*{told}"):
        Check(**{**RIGHT, **change})


def test_two_checks_cannot_share_an_id() -> None:
    module = ModuleType("twice")
    module.ONE, module.TWO = Check(**RIGHT), Check(**RIGHT)  # type: ignore[attr-defined]
    with pytest.raises(CheckError, match="share an id: late_feed"):
        catalogue._collect((module,))


def test_severities_run_from_the_worst() -> None:
    assert sorted(Severity, key=lambda each: each.rank) == [Severity.STOP, Severity.HOLD, Severity.WARN, Severity.INFO]


def test_the_issues_checks_are_all_there() -> None:
    wanted = {
        "unmapped_code", "code_out_of_date", "upn_invalid", "upn_duplicate", "orphan_fact", "redundant_mark", "leavers_not_delivered",
        "unknown_upn", "orphan_staff_fact",
        "stale_academy", "missing_marks", "all_present", "ends_before_it_starts", "vanished", "characteristics_backfilled", "shrunk",
        "result_not_understood", "official_mismatch", "stage_missing",
        "unmapped_scale", "domain_missing", "domain_dominates", "valued_not_only_easy", "group_hidden",
        "identity_possible", "identity_attending", "identity_absence", "identity_late",
        "upn_temporary_old", "same_definition", "collected_for_report", "recorded_late", "suspension_register_mismatch", "unused_column",
        "grain_agrees", "private_column_escapes", "not_recreated", "lineage_outdated", "benchmark_missing", "benchmark_stale",
        "unlike_series", "no_plain_words", "attendance_jump", "roll_jump",
    }  # fmt: skip
    assert {each.id for each in catalogue.CHECKS} == wanted
