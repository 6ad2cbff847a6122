"""Beside every figure of the scorecard that a failing check touches, what failed: in words, in `caveat`.

The scorecard's model gives each figure its own caveat (what it is compared with, what is missing). After the checks the sentences of those
that failed are added to it, and of deliveries that wait. The model's words are kept in the build database: on a night whose tables are the
last published ones, and when the checks run again, they are put back first, so that nothing is ever said twice. What a governor reads of a
figure says what the scorecard says of it.

Here: which figure says what. Not here: the words (expectations/caveat.py) and the verdict on a check (built.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from expectations import caveat
from expectations.catalogue import CHECKS
from pipelines.quality.decisions import TRUST
from pipelines.quality.summary import CheckResult
from pipelines.quality.workspace import CANDIDATE, quoted
from pipelines.store.home import Home

ALL = "all"
OF_ENTITY = {
    "assessment_result": ("achievement", "progress"),
    "attendance_mark": ("attendance", "inclusion"),
    "attendance_week": ("attendance", "inclusion"),
    "behaviour_event": ("inclusion",),
    "calendar_day": ("attendance",),
    "club_membership": ("personal_development",),
    "cpd_record": ("staff",),
    "enrolment": (ALL,),
    "lookup": (ALL,),
    "parent_event": ("voice",),
    "pupil": (ALL,),
    "staff": ("staff",),
    "staff_absence": ("staff",),
    "staff_contract": ("staff",),
    "survey_response": ("voice",),
    "suspension": ("inclusion",),
}
"""The domains whose figures rest on an entity: sessions lost to suspension need marks, a share of pupils needs the roll."""

_OWN = "state.scorecard_caveat"
_SENTENCE = pa.schema([("academy_id", pa.string()), ("scope", pa.string()), ("place", pa.int64()), ("sentence", pa.string())])


@dataclass(frozen=True)
class _Waiting:
    """Deliveries of one academy that one domain's figures wait for."""

    academy_id: str
    domain: str
    is_held: bool
    deliveries: int
    since: date


def restore(home: Home) -> None:
    """Give every figure of the candidate the words of its model alone, and keep these words if this build is new."""
    if not (home.build_database.is_file() and home.candidate.is_file()):
        return
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(home.build_database)} as build")
        connection.execute(f"attach {quoted(home.candidate)} as {CANDIDATE} (storage_version 'v1.0.0')")
        if not _has(connection, CANDIDATE, "marts", "scorecard"):
            return
        if not _has(connection, "build", *_OWN.split(".")):
            connection.execute("create schema if not exists build.state")
            connection.execute(f"create table build.{_OWN} as select academy_id, measure_id, caveat from {CANDIDATE}.marts.scorecard")
            return
        connection.execute(
            f"""
            update {CANDIDATE}.marts.scorecard as figure
            set caveat = own.caveat
            from build.{_OWN} as own
            where figure.academy_id = own.academy_id
                and figure.measure_id = own.measure_id
                and figure.caveat is distinct from own.caveat
            """
        )
        _say_to_governors(connection, CANDIDATE)


def give_back(home: Home) -> None:
    """Give the figures of the last night's candidate the words of their model alone, for a build that goes on from it."""
    restore(home)
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute(f"drop table if exists {_OWN}")


def add(connection: duckdb.DuckDBPyConnection, database: str, results: Sequence[CheckResult]) -> None:
    """Add to the caveats of `database` what these results, and the deliveries of dq.batch, mean for each figure."""
    if not _has(connection, database, "marts", "scorecard"):
        return
    shown = connection.execute(f"select distinct academy_id, domain from {database}.marts.scorecard").fetchall()
    academies = {academy_id for academy_id, _ in shown} - {TRUST}
    domains = sorted({domain for _, domain in shown})
    said = [
        *_of_deliveries(list(_waiting(connection, domains)), academies),
        *_of_checks([each for each in results if each.is_serious], academies),
    ]
    sentences = [
        {"academy_id": academy_id, "scope": scope, "place": place, "sentence": sentence}
        for place, (academy_id, scopes, sentence) in enumerate(said)
        for scope in scopes
    ]
    connection.register("sentences", pa.Table.from_pylist(sentences, schema=_SENTENCE))
    connection.execute(_ADD.format(database=database))
    connection.unregister("sentences")
    _say_to_governors(connection, database)


_ADD = f"""
    update {{database}}.marts.scorecard as figure
    set caveat = concat_ws(' ', figure.caveat, touched.words)
    from (
        select academy_id, measure_id, string_agg(sentence, ' ' order by place) as words
        from (
            select distinct scorecard.academy_id, scorecard.measure_id, sentences.place, sentences.sentence
            from {{database}}.marts.scorecard as scorecard
            inner join sentences
                on scorecard.academy_id = sentences.academy_id
                and sentences.scope in (scorecard.measure_id, scorecard.domain, '{ALL}')
        ) as said
        group by all
    ) as touched
    where figure.academy_id = touched.academy_id and figure.measure_id = touched.measure_id
"""


def _say_to_governors(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    if not _has(connection, database, "marts", "governor_summary"):
        return
    connection.execute(
        f"""
        update {database}.marts.governor_summary as summary
        set caveat = figure.caveat
        from {database}.marts.scorecard as figure
        where summary.academy_id = figure.academy_id
            and summary.measure_id = figure.measure_id
            and summary.caveat is distinct from figure.caveat
        """
    )


def _of_checks(failing: Sequence[CheckResult], academies: set[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Who says it, beside which figures, and the words: worst first. An academy of the scorecard also speaks in the trust's figures."""
    for check in sorted(CHECKS, key=lambda each: each.severity.rank):
        found = [each for each in failing if each.check_id == check.id]
        for each in found:
            yield each.academy_id, check.affects, caveat.of_academy(check, each.failed, each.checked, each.accepted_until)
        touched = [each for each in found if each.academy_id in academies]
        if touched and all(each.academy_id != TRUST for each in found):
            failed, checked = sum(each.failed for each in touched), sum(each.checked for each in touched)
            accepted = sum(each.accepted_until is not None for each in touched)
            where = _where(len(touched), len(academies))
            yield TRUST, check.affects, caveat.of_trust(check, failed, checked, where, accepted)


def _of_deliveries(waiting: Sequence[_Waiting], academies: set[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for each in waiting:
        yield each.academy_id, (each.domain,), caveat.of_delivery(each.is_held, each.deliveries, each.since)
    for domain, is_held in sorted({(each.domain, each.is_held) for each in waiting}):
        touched = [each for each in waiting if each.domain == domain and each.is_held == is_held and each.academy_id in academies]
        if touched:
            deliveries, since = sum(each.deliveries for each in touched), min(each.since for each in touched)
            yield TRUST, (domain,), caveat.of_delivery(is_held, deliveries, since, _where(len(touched), len(academies)))


def _waiting(connection: duckdb.DuckDBPyConnection, domains: Iterable[str]) -> Iterator[_Waiting]:
    rows = connection.execute(
        """
        select academy_id, entity, batch_id, status = 'held', cast(delivered_at as date)
        from dq.batch
        where status in ('held', 'rejected')
        """
    ).fetchall()
    for academy_id, is_held in sorted({(row[0], row[3]) for row in rows}):
        own = [row for row in rows if (row[0], row[3]) == (academy_id, is_held)]
        for domain in domains:
            of_domain = {row[2]: row[4] for row in own if {domain, ALL} & set(OF_ENTITY.get(row[1], (ALL,)))}
            if of_domain:
                yield _Waiting(academy_id, domain, is_held, len(of_domain), min(of_domain.values()))


def _where(touched: int, of: int) -> str:
    return f"At {touched} of {of} academies"


def _has(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where (database_name, schema_name, table_name) = ($1, $2, $3)", [database, schema, table]
    )
    return found.fetchone() is not None
