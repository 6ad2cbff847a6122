"""The three academies of docs/explanation/alignment-and-autonomy.md: the published tables that the map is worked out from, filled by hand.

Here: the tables, and what stands on the page. Not here: what is worked out from them. The page's trust.yml is theirs.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from expectations.dq_schema import BATCH, CHECK_RESULT, LEDGER
from expectations.steering_schema import ALERT
from pipelines.trust import TrustConfig, load_trust
from tests.helpers.home import PROJECT

PAGE = PROJECT / "docs/explanation/alignment-and-autonomy.md"
DAY = date(2026, 3, 13)
TONIGHT = datetime(2026, 3, 14, 2, 4)
_DAYS_OFF = (date(2026, 2, 14), date(2026, 2, 22))

_TABLES = """
create schema core; create schema ref; create schema dq; create schema marts;
create table core.dim_academy (academy_id text, academy_name text, phase text, last_delivered_on date, is_stale boolean);
create table core.dim_school_day (academy_id text, session_date date, is_school_day boolean);
create table core.fct_assessment_result (academy_id text, kind text, result_type text, scale text, assessment_name text);
create table ref.code_map (academy_id text, entity text, code_set text, source_value text, is_mapped boolean);
create table ref.scale (academy_id text, scale text);
create table ref.delegation (decision text, academy_id text, decided_by text, area text, since date);
create table ref.measure (measure_id text, measure_name text, domain text);
create table marts.scorecard (academy_id text, measure_id text, measure_name text, domain text, direction text, value_status text);
"""
_MEASURES = (
    ("attendance_rate", "Attendance", "attendance"),
    ("persistent_absence_rate", "Persistent absence", "attendance"),
    ("on_track_pct", "On track", "progress"),
    ("enrichment_pct", "Clubs and activities", "personal_development"),
    ("parent_engagement_pct", "Parents who come", "voice"),
)
_STATUS = {
    "ash": ("ok", "ok", "ok", "ok", "x"),
    "birch": ("ok", "x", "x", "ok", "x"),
    "cedar": ("x", "x", "x", "ok", "ok"),
}
_CODES = {
    "ash": (("/", True), ("\\", True), ("I", True), ("M", True), ("Z9", False)),
    "birch": (("/", True), ("ill", True), ("Late", True), ("Q?", False)),
}
_DELIVERED = {
    "ash": (
        ("attendance_mark", "accepted"),
        ("assessment_result", "accepted"),
        ("club_membership", "accepted"),
        ("club_membership", "refused"),
    ),
    "birch": (("club_membership", "accepted"), ("parent_event", "accepted"), ("parent_event", "held")),
    "cedar": (("club_membership", "accepted"), ("parent_event", "accepted")),
}
_CHECKS = (
    ("missing_marks", "attendance", "pass", "fail", "not_applicable"),
    ("upn_invalid", "all", "fail", "fail", "pass"),
    ("scale_unknown", "on_track_pct, formative_summative_agreement_pct", "pass", "fail", "not_applicable"),
    ("domain_missing", "personal_development, voice", "pass", "pass", "pass"),
)
_ALERTS = (
    ("ash-1", "ash", "attendance", "act", date(2026, 2, 12), "acknowledged", date(2026, 2, 24)),
    ("ash-2", "ash", "progress", "act", date(2026, 3, 2), "being_handled", date(2026, 3, 9)),
    ("ash-3", "ash", "attendance", "act", date(2026, 3, 12), "raised", date(2026, 3, 12)),
    ("ash-4", "ash", "attendance", "inform", date(2026, 3, 2), "raised", date(2026, 3, 2)),
    ("birch-1", "birch", "attendance", "act", date(2026, 3, 2), "raised", date(2026, 3, 2)),
    ("birch-2", "birch", "attendance", "act", date(2026, 3, 2), "resolved", date(2026, 3, 3)),
)
_LEDGER = (
    ("acknowledge", "ash-1", "ash", datetime(2026, 2, 24, 9), "known"),
    ("acknowledge", "ash-2", "ash", datetime(2026, 3, 6, 9), "known"),
    ("handle", "ash-2", "ash", datetime(2026, 3, 9, 9), ""),
    ("accept", "ash-students", "ash", datetime(2026, 3, 9, 9), "The year group is smaller"),
    ("accept_failure", "upn_invalid", "birch", datetime(2026, 3, 9, 9), "New pupils without a number"),
    ("refuse", "birch-students", "birch", datetime(2026, 3, 10, 9), " "),
    ("refuse", "birch-students-old", "birch", datetime(2025, 3, 10, 9), "Long ago"),
)


def the_trust(folder: Path) -> TrustConfig:
    """The trust.yml of the page."""
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    path = folder / "trust.yml"
    path.write_text(found.group(1), encoding="utf-8")
    return load_trust(path)


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """The tables that the map reads, without a row."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    for table in (BATCH, CHECK_RESULT, LEDGER, ALERT):
        for statement in table.ddl():
            connection.execute(statement)
    return connection


def warehouse(trust: TrustConfig) -> duckdb.DuckDBPyConnection:
    """The same with the three academies in it."""
    connection = empty_warehouse()
    _fill(
        connection,
        "core.dim_academy",
        [("ash", "Ash Primary Academy", "primary", DAY, False), ("birch", "Birch Academy", "secondary", date(2026, 3, 6), True)],
    )
    _fill(connection, "core.dim_academy", [("cedar", "Cedar Special Academy", "special", None, True)])
    connection.execute(
        """
        insert into core.dim_school_day
        select academy_id, cast(day as date), isodow(day) < 6 and day not between $1 and $2
        from (values ('ash'), ('birch'), ('cedar')) as academies (academy_id)
        cross join range(date '2026-01-05', date '2026-03-28', interval 1 day) as days (day)
        """,
        _DAYS_OFF,
    )
    _fill(
        connection,
        "core.fct_assessment_result",
        [("ash", "formative", None, "wts/exs/gds", "Autumn"), ("ash", "summative", None, "GCSE", "Mock")],
    )
    _fill(
        connection,
        "core.fct_assessment_result",
        [("birch", "formative", None, "Steps", "Autumn"), ("birch", "formative", "result", None, "Spring")],
    )
    _fill(connection, "ref.scale", [("all", "WTS/EXS/GDS"), ("all", "any"), ("birch", "STEPS")])
    _fill(connection, "ref.code_map", [(one, "attendance_mark", "mark_code", *each) for one, codes in _CODES.items() for each in codes])
    _fill(connection, "ref.code_map", [("ash", "attendance_mark", "mark_code", None, True)])
    _fill(
        connection,
        "ref.delegation",
        [
            (each.decision, one, each.decided_by, each.area, each.since)
            for each in trust.delegation
            for one in each.of(["ash", "birch", "cedar"])
        ],
    )
    _fill(connection, "ref.measure", _MEASURES)
    scorecard = [
        (one, measure_id, name, domain, "higher", status)
        for one, statuses in _STATUS.items()
        for (measure_id, name, domain), status in zip(_MEASURES, statuses, strict=True)
    ]
    _fill(connection, "marts.scorecard", [*scorecard, ("ash", "attainment8", "Attainment 8", "achievement", "higher", "z")])
    _fill_some(
        connection,
        "dq.batch",
        "academy_id, entity, status, batch_id, table_name, effective_date, profile, rows_read, rows_accepted, rows_rejected, "
        "rows_duplicate, delivered_at, content_id",
        [
            (one, entity, status, f"{one}-{entity}-{status}", entity, DAY, "matlas", 1, 1, 0, 0, TONIGHT, "c")
            for one, batches in _DELIVERED.items()
            for entity, status in batches
        ],
    )
    for run, moment in (("before", datetime(2026, 3, 13, 2, 4)), ("tonight", TONIGHT)):
        rows = [
            (run, one, check, "integrated", "warn", status if run == "tonight" else "fail", 1, 0, touched, moment)
            for check, touched, *statuses in _CHECKS
            for one, status in zip(_STATUS, statuses, strict=True)
        ]
        _fill_some(
            connection,
            "dq.check_result",
            "run_id, academy_id, check_id, principle, severity, status, checked, failed, measures_affected, checked_at",
            rows,
        )
    _fill_some(
        connection,
        "marts.alert",
        "alert_id, academy_id, domain, severity, raised_on, state, state_since, rule, subject, sentence, last_seen_on",
        [(*each, "goal_breached", "attendance_rate", "It is so.", DAY) for each in _ALERTS],
    )
    _fill_some(
        connection,
        "dq.ledger",
        "seq, kind, subject, academy_id, decided_at, why, who, detail, written_at, why_hash, previous, hash",
        [(number, *each, "J Moss", "{}", TONIGHT, "", "", "") for number, each in enumerate(_LEDGER, start=1)],
    )
    return connection


def page_table(first_heading: str) -> list[dict[str, str]]:
    """The rows of the page's table whose first line begins with these headings."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    headings = _cells(lines[at])
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(headings, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)


def _fill_some(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        connection.execute(f"insert into {table} ({columns}) values ({', '.join('?' * len(row))})", row)
