"""What stands beside a figure that a failing check touches, also on a night that takes the last published tables."""

import csv
import re
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import caveat
from expectations.catalogue import CHECKS, check
from expectations.check import Check, CheckError, Severity
from expectations.dq_schema import BATCH
from pipelines.quality import caveats
from pipelines.quality.gx import Judgement
from pipelines.quality.summary import CheckResult, ResultStatus
from pipelines.sources import contract
from pipelines.store.home import PROJECT_ROOT
from pipelines.store.manifest import Manifest
from tests.helpers.manifest import Batch, deliver
from tests.helpers.warehouse import Warehouse

OWN = "Last year is up to 2025-01-31."
MEASURES = {"attendance_rate": "attendance", "late_rate": "attendance", "suspension_rate": "inclusion", "pupil_voice_pct": "voice"}
ACADEMIES = ("ashby", "brook", "trust")


@pytest.fixture
def scorecard() -> duckdb.DuckDBPyConnection:
    """Four measures of two academies and of the trust; the suspension rate has no caveat of its own."""
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema dq")
    connection.execute("create table marts.scorecard (academy_id text, measure_id text, domain text, caveat text)")
    rows = [
        (academy, measure, domain, None if measure == "suspension_rate" else OWN)
        for academy in ACADEMIES
        for measure, domain in MEASURES.items()
    ]
    connection.executemany("insert into marts.scorecard values (?, ?, ?, ?)", rows)
    for statement in BATCH.ddl():
        connection.execute(statement)
    return connection


def result(check_id: str, academy_id: str, failed: int = 3, checked: int = 1200, status: ResultStatus = "fail", **more: Any) -> CheckResult:
    found = check(check_id)
    return CheckResult(check_id, academy_id, found.principle, found.severity, status, checked, failed, ", ".join(found.affects), **more)


def wait(
    connection: duckdb.DuckDBPyConnection, batch_id: str, entity: str, status: str = "held", day: int = 12, academy_id: str = "ashby"
) -> None:
    row = {each.name: None for each in BATCH.columns} | {
        "batch_id": batch_id,
        "academy_id": academy_id,
        "entity": entity,
        "table_name": entity,
        "effective_date": date(2026, 1, day),
        "profile": "matlas",
        "status": status,
        **dict.fromkeys(("rows_read", "rows_accepted", "rows_rejected", "rows_duplicate"), 0),
        "delivered_at": datetime(2026, 1, day, 2),
        "content_id": "c",
    }
    connection.execute(f"insert into dq.batch values ({', '.join('?' * len(row))})", list(row.values()))


def said(connection: duckdb.DuckDBPyConnection, academy_id: str, *results: CheckResult) -> dict[str, str | None]:
    """What was added to each figure of the academy."""
    caveats.add(connection, "memory", results)
    rows = connection.execute("select measure_id, caveat from marts.scorecard where academy_id = $1", [academy_id]).fetchall()
    return {
        measure: (text or "").removeprefix(OWN).strip() for measure, text in rows if text != (None if measure == "suspension_rate" else OWN)
    }


# --- which figures


def test_a_figure_says_what_failed_by_domain_by_measure_and_for_all(scorecard: duckdb.DuckDBPyConnection) -> None:
    marks = "3 of 1,200 sessions without a mark (missing_marks)."
    upn = "3 of 1,200 pupils with a UPN that is not valid (upn_invalid)."
    hidden = "1 of 4 figures of pupil groups not there (group_hidden)."
    results = (result("missing_marks", "ashby"), result("group_hidden", "ashby", 1, 4), result("upn_invalid", "ashby"))
    found = said(scorecard, "ashby", *results)
    assert found == {
        "attendance_rate": f"{upn} {hidden} {marks}",
        "late_rate": f"{upn} {marks}",
        "suspension_rate": upn,
        "pupil_voice_pct": upn,
    }


def test_other_academies_and_other_statuses_say_nothing(scorecard: duckdb.DuckDBPyConnection) -> None:
    results = (
        result("missing_marks", "ashby"),
        result("upn_invalid", "brook", 0, status="pass"),
        result("upn_duplicate", "brook", 0, 0, status="not_applicable"),
        result("vanished", "brook", 0, 0, status="not_run"),
        result("characteristics_backfilled", "brook"),  # information only
    )
    assert said(scorecard, "brook", *results) == {}


def test_the_trusts_figure_names_how_many_academies_and_sums_what_failed(scorecard: duckdb.DuckDBPyConnection) -> None:
    results = (result("missing_marks", "ashby", 3, 100), result("missing_marks", "brook", 1_204, 50_000, accepted_until=date(2026, 3, 31)))
    found = said(scorecard, "trust", *results)
    sentence = "At 2 of 2 academies: 1,207 of 50,100 sessions without a mark (missing_marks). Accepted at 1 of them."
    assert found == {"attendance_rate": sentence, "late_rate": sentence}


def test_an_academy_that_is_not_in_the_trusts_figures_is_not_counted_in_them(scorecard: duckdb.DuckDBPyConnection) -> None:
    assert said(scorecard, "trust", result("missing_marks", "left_last_year")) == {}


def test_a_check_of_the_trust_itself_speaks_once_and_for_the_trust(scorecard: duckdb.DuckDBPyConnection) -> None:
    own = replace(result("missing_marks", "trust", 7, 10), severity=Severity.WARN)
    found = said(scorecard, "trust", own, result("missing_marks", "ashby"))
    assert found["late_rate"] == "7 of 10 sessions without a mark (missing_marks)."


def test_an_accepted_failure_says_until_when(scorecard: duckdb.DuckDBPyConnection) -> None:
    found = said(scorecard, "ashby", result("missing_marks", "ashby", accepted_until=date(2026, 3, 31)))
    assert found["late_rate"] == "3 of 1,200 sessions without a mark (missing_marks). Accepted until 2026-03-31."


def test_a_late_academy_says_so_on_every_row(scorecard: duckdb.DuckDBPyConnection) -> None:
    found = said(scorecard, "ashby", result("stale_academy", "ashby", 1, 1))
    assert found == dict.fromkeys(MEASURES, "Late by over two school days (stale_academy).")


# --- deliveries that wait


def test_a_held_delivery_stands_beside_the_figures_of_its_entity(scorecard: duckdb.DuckDBPyConnection) -> None:
    wait(scorecard, "b1", "survey_response")
    wait(scorecard, "b2", "suspension", status="superseded")
    assert said(scorecard, "ashby") == {
        "pupil_voice_pct": "A delivery waits for a decision, since 2026-01-12: this rests on what came before."
    }


def test_a_delivery_of_several_entities_is_one_and_the_oldest_of_several_is_named(scorecard: duckdb.DuckDBPyConnection) -> None:
    wait(scorecard, "b1", "pupil")
    wait(scorecard, "b1", "enrolment")
    wait(scorecard, "b2", "attendance_mark", day=9)
    one = "A delivery waits for a decision, since 2026-01-12: this rests on what came before."
    two = "2 deliveries wait for a decision, the first since 2026-01-09: this rests on what came before."
    assert said(scorecard, "ashby") == {"attendance_rate": two, "late_rate": two, "suspension_rate": two, "pupil_voice_pct": one}


def test_what_cannot_be_read_is_told_apart_and_the_trust_counts_academies(scorecard: duckdb.DuckDBPyConnection) -> None:
    wait(scorecard, "b1", "survey_response", status="rejected", day=7)
    wait(scorecard, "b2", "survey_response", status="rejected", day=9, academy_id="brook")
    assert said(scorecard, "trust") == {
        "pupil_voice_pct": "At 2 of 2 academies: 2 deliveries cannot be read, the first since 2026-01-07: this rests on what came before."
    }


def test_every_entity_of_the_contract_has_the_domains_of_its_figures() -> None:
    assert set(caveats.OF_ENTITY) == {*contract().entities, "lookup"}
    assert {domain for domains in caveats.OF_ENTITY.values() for domain in domains} - {caveats.ALL} <= set(known_measures().values())


# --- the words


def known_measures() -> dict[str, str]:
    with (PROJECT_ROOT / "dbt_project/seeds/ref_measure.csv").open(encoding="utf-8", newline="") as file:
        return {row["measure_id"]: row["domain"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.id)
def test_every_checks_sentence_is_short_plain_and_names_the_check(each: Check) -> None:
    for sentence in (caveat.of_academy(each, 1, 1_500), caveat.of_trust(each, 1_204, 60_000, "At 2 of 12 academies")):
        assert sentence.endswith(f" ({each.id})."), sentence
        assert sentence[0] == sentence[0].upper()
        assert not re.search(r"[{}]|  |\. \(|Provisional|are not in yet", sentence), sentence
        assert len(sentence) < 250, sentence


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.id)
def test_what_a_check_touches_are_measures_domains_or_all(each: Check) -> None:
    measures = known_measures()
    assert set(each.affects) <= {*measures, *measures.values(), "all"}


def test_a_check_without_words_of_its_own_uses_what_it_is() -> None:
    bare = replace(check("missing_marks"), caveat="", what="Marks are missing. Each counts.")
    assert caveat.of_academy(bare, 1_204, 60_000) == "Marks are missing: 1,204 of 60,000 (missing_marks)."


@pytest.mark.parametrize(("words", "told"), [("{rows} of {checked}", "no other gap"), ("{failed} marks.", "without a full stop")])
def test_words_that_could_not_be_said_are_refused(words: str, told: str) -> None:
    with pytest.raises(CheckError, match=told):
        replace(check("missing_marks"), caveat=words)


# --- night after night


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A home whose scorecard has one figure of ashby; what Great Expectations would say is that nothing failed but the UPN."""

    def judge(database: Path, assertions: Any, key: str) -> dict[str, Judgement]:
        return {each.name: Judgement(each.name, True, frozenset(["ashby"] if "upn_invalid" in each.name else [])) for each in assertions}

    monkeypatch.setattr("pipelines.quality.gx.judge", judge)
    warehouse = Warehouse(tmp_path)
    figure = {"academy_id": "ashby", "measure_id": "late_rate", "domain": "attendance", "caveat": OWN}
    warehouse.add("marts.scorecard", figure, {**figure, "measure_id": "roll", "domain": "context", "caveat": None})
    pupil = {"academy_id": "ashby", "source_pupil_id": "1", "time_period": 202526, "delivered_order": 1, "is_vanished": False}
    warehouse.add("std.std_pupil", {**pupil, "upn": "X", "is_upn_valid": False})
    return warehouse


def caveats_of(warehouse: Warehouse) -> list[str | None]:
    return [row[0] for row in warehouse.published("select caveat from marts.scorecard order by measure_id")]


UPN = "1 of 1 pupils with a UPN that is not valid (upn_invalid)."


def test_nothing_is_said_twice_when_the_checks_run_again_on_the_same_tables(warehouse: Warehouse) -> None:
    warehouse.check()
    assert caveats_of(warehouse) == [f"{OWN} {UPN}", UPN]
    warehouse.check()
    assert caveats_of(warehouse) == [f"{OWN} {UPN}", UPN]


def test_on_a_night_with_nothing_new_a_decision_and_a_cure_both_show(warehouse: Warehouse) -> None:
    warehouse.check()
    with Manifest(warehouse.home.manifest) as manifest:
        manifest.add_check_decision("upn_invalid", "ashby", "accept", "Jo", "Known.", date(2026, 3, 31))
    warehouse.check()
    assert caveats_of(warehouse) == [f"{OWN} {UPN} Accepted until 2026-03-31.", f"{UPN} Accepted until 2026-03-31."]
    warehouse.execute("std.std_pupil", "delete from std.std_pupil")
    warehouse.check()
    assert caveats_of(warehouse) == [OWN, None]


def test_a_check_reads_the_models_own_words(warehouse: Warehouse) -> None:
    warehouse.check()
    caveats.restore(warehouse.home)
    assert caveats_of(warehouse) == [OWN, None]


def test_a_new_build_has_new_words(warehouse: Warehouse) -> None:
    warehouse.check()
    warehouse.execute("run.parameter", "drop table state.scorecard_caveat")  # as when the build database is written anew
    warehouse.execute("marts.scorecard", "update marts.scorecard set caveat = 'New.'")
    warehouse.check()
    assert caveats_of(warehouse) == [f"New. {UPN}", f"New. {UPN}"]


def test_a_held_delivery_of_the_manifest_is_said(warehouse: Warehouse) -> None:
    deliver(warehouse.home, Batch("ashby", "attendance_mark", {"1": 1}, status="held", reason_code="too_many_rejected"))
    warehouse.check()
    assert "A delivery waits for a decision, since 2026-01-13: this rests on what came before." in str(caveats_of(warehouse)[0])
    assert "delivery" not in str(caveats_of(warehouse)[1])


def test_a_large_trust_takes_no_time(scorecard: duckdb.DuckDBPyConnection) -> None:
    scorecard.execute("delete from marts.scorecard")
    scorecard.execute(
        "insert into marts.scorecard select 'academy' || a, 'm' || m, ['attendance', 'inclusion', 'context', 'voice'][m % 4 + 1], null "
        "from range(100) as a(a), range(60) as m(m)"
    )
    failing = [result(each.id, f"academy{number}") for each in CHECKS for number in range(100) if each.severity is Severity.WARN]
    began = time.process_time()
    caveats.add(scorecard, "memory", failing)
    assert time.process_time() - began < 1.5, "0.2 s when this was written"
