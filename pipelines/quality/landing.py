"""The landing suites: what Great Expectations says of the batches that the academies delivered, before they are accepted.

Here: laying tonight's batches out for the checks, running them, and leaving their findings in the manifest. Not here: the verdict on a
batch, which `pipelines.ingest.decide` reaches from these findings and its own rules; nor the checks themselves (expectations/).

What a batch holds never changes, so what a check needs of it (rows per pupil, values without a map) is read once and kept in
`landing.duckdb`, a cache that may be deleted at any time. Who is a pupil does change: the findings are worked out anew each night.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.catalogue import checks
from expectations.check import Check
from pipelines.quality.findings import Findings, finding_name, of_entity
from pipelines.quality.gx import Assertion, Judgement
from pipelines.quality.judged import judged
from pipelines.quality.workspace import quoted
from pipelines.sources import contract, load_profile
from pipelines.store.home import Home
from pipelines.store.machine import Machine
from pipelines.store.manifest import Manifest
from pipelines.store.records import Delivery, LandingFinding, Reading, RunRequest
from pipelines.trust import TrustConfig

KNOWN = ("accepted", "superseded")
PUPIL, STAFF = "pupil", "staff"
UPN_COLUMNS, STAFF_COLUMNS = ("upn", "former_upn"), ("source_staff_id",)

_CACHE = """
    create table if not exists cache.main.loaded (path text primary key);
    create table if not exists cache.main.pupil_in (path text, entity text, source_pupil_id text, row_count bigint);
    create table if not exists cache.main.person_in (path text, person_id text, row_count bigint);
    create table if not exists cache.main.unmapped (
        path text, entity text, column_name text, code_set text, source_value text, row_count bigint, is_rejected boolean
    );
"""
_BATCH_SCHEMA = pa.schema(
    [
        ("batch_id", pa.string()),
        ("academy_id", pa.string()),
        ("entity", pa.string()),
        ("table_name", pa.string()),
        ("pupil_id_kind", pa.string()),
        ("path", pa.string()),
        ("rows_read", pa.int64()),
        ("pupils_in_path", pa.string()),
        ("unmapped_path", pa.string()),
        ("is_known", pa.bool_()),
    ]
)


def landing_database(home: Home) -> Path:
    """Return the file of landing findings and of the cache behind them."""
    return home.store / "quality" / "landing.duckdb"


def run(home: Home, trust: TrustConfig, request: RunRequest, entities: Iterable[str]) -> list[LandingFinding]:
    """Judge every delivery's rows of these entities, leave the findings in the manifest, and return them.

    Facts are judged against the pupils and colleagues of the batches that `decide_pupils` has accepted.
    """
    wanted = list(entities)
    academies = {each.id for each in trust.academies}
    with Manifest(home.manifest) as manifest:
        deliveries = [each for each in manifest.deliveries(request.as_at) if each.academy_id in academies]
        readings = manifest.readings()
        verdicts = manifest.verdicts(request.as_at)
        known = {(each.batch_id, each.entity) for each in verdicts if each.entity in (PUPIL, STAFF) and each.status in KNOWN}
        database = landing_database(home)
        _find(database, home, _batches(deliveries, readings, known), wanted)
        found = _judged(home, wanted, is_full=request.is_full)
        manifest.save_findings(found, wanted, request.as_at)
    return found


def _batches(deliveries: Sequence[Delivery], readings: dict[str, Reading], known: set[tuple[str, str]]) -> pa.Table:
    rows = []
    for delivery in deliveries:
        reading = readings.get(delivery.content_id)
        if reading is None or reading.status != "read":
            continue
        rows += [
            {
                "batch_id": delivery.batch_id,
                "academy_id": delivery.academy_id,
                "entity": each.entity,
                "table_name": delivery.table_name,
                "pupil_id_kind": load_profile(delivery.profile).pupil_id_kind,
                "path": each.path,
                "rows_read": each.rows_read,
                "pupils_in_path": reading.pupils_in_path,
                "unmapped_path": reading.unmapped_path,
                "is_known": (delivery.batch_id, each.entity) in known,
            }
            for each in reading.entities
        ]
    return pa.Table.from_pylist(rows, schema=_BATCH_SCHEMA)


def _find(database: Path, home: Home, batches: pa.Table, entities: Sequence[str]) -> None:
    """Work out the findings of the landing checks about these entities."""
    try:
        _find_once(database, home, batches, entities)
    except duckdb.Error:  # a cache that a crash or an older Matlas left behind: it can be made again
        for file in (database, database.with_name(database.name + ".wal")):
            file.unlink(missing_ok=True)
        _find_once(database, home, batches, entities)


def _find_once(database: Path, home: Home, batches: pa.Table, entities: Sequence[str]) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config=Machine.from_environment().settings(home)) as connection:
        connection.execute(f"attach {quoted(database)} as cache")
        connection.execute(_CACHE)
        connection.execute("create schema tonight")
        connection.execute("create table tonight.batch as select * from batches")
        _fill_cache(connection, home.raw)
        _fill_people(connection, home.raw)
        connection.execute(_TONIGHT)
        findings = Findings(connection, "cache", "batch_id")
        findings.clear(entities)
        for entity in entities:
            for each in of_entity(checks("landing"), entity):
                findings.add(each, entity)


_TONIGHT = """
    create view tonight.pupil_in as
    select batch.batch_id, batch.academy_id, batch.entity, pupil_in.source_pupil_id, pupil_in.row_count
    from tonight.batch as batch
    inner join cache.main.pupil_in as pupil_in on pupil_in.path = batch.pupils_in_path and pupil_in.entity = batch.entity
    where batch.pupil_id_kind = 'mis';
    create view tonight.upn_in as
    select batch.batch_id, batch.academy_id, batch.entity, batch.table_name, pupil_in.source_pupil_id as upn, pupil_in.row_count
    from tonight.batch as batch
    inner join cache.main.pupil_in as pupil_in on pupil_in.path = batch.pupils_in_path and pupil_in.entity = batch.entity
    where batch.pupil_id_kind = 'upn';
    create view tonight.staff_in as
    select batch.batch_id, batch.academy_id, batch.entity, person_in.person_id as source_staff_id, person_in.row_count, batch.is_known
    from tonight.batch as batch
    inner join cache.main.person_in as person_in on person_in.path = batch.path
    where batch.entity <> 'pupil';
    create view tonight.unmapped as
    select batch.batch_id, batch.academy_id, unmapped.* exclude (path)
    from tonight.batch as batch
    inner join cache.main.unmapped as unmapped on unmapped.path = batch.unmapped_path and unmapped.entity = batch.entity;
    create table tonight.pupil as
    select distinct batch.academy_id, pupil_in.source_pupil_id
    from tonight.batch as batch
    inner join cache.main.pupil_in as pupil_in on pupil_in.path = batch.pupils_in_path and pupil_in.entity = batch.entity
    where batch.entity = 'pupil' and batch.is_known;
    create table tonight.upn as
    select distinct batch.academy_id, person_in.person_id as upn
    from tonight.batch as batch
    inner join cache.main.person_in as person_in on person_in.path = batch.path
    where batch.entity = 'pupil' and batch.is_known;
    create table tonight.staff as
    select distinct academy_id, source_staff_id from tonight.staff_in where entity = 'staff' and is_known;
"""


def _fill_cache(connection: duckdb.DuckDBPyConnection, raw: Path) -> None:
    """Read the small Parquet files of contents not met before."""
    for table, column, columns in (
        ("pupil_in", "pupils_in_path", "entity, source_pupil_id, rows"),
        ("unmapped", "unmapped_path", "entity, column_name, code_set, value, rows, is_rejected"),
    ):
        wanted = f"select distinct {column} from tonight.batch where {column} is not null"
        new = [row[0] for row in connection.execute(f"{wanted} except select path from cache.main.loaded").fetchall()]
        paths = {str(raw / each): each for each in new if (raw / each).is_file()}
        if not paths:
            continue
        connection.execute("begin")
        connection.execute(
            f"""
            insert into cache.main.{table}
            select paths.path, {columns}
            from read_parquet($files, filename = true) as found
            inner join (select unnest($files) as file, unnest($paths) as path) as paths on paths.file = found.filename
            """,
            {"files": list(paths), "paths": list(paths.values())},
        )
        connection.execute("insert into cache.main.loaded select unnest(?)", [list(paths.values())])
        connection.execute("commit")


def _fill_people(connection: duckdb.DuckDBPyConnection, raw: Path) -> None:
    """Read from contract Parquets not met before who is in them: the UPNs of pupils, the numbers of colleagues."""
    with_staff = [entity.name for entity in contract().entities.values() if entity.column(STAFF_COLUMNS[0])]
    for entities, columns in (([PUPIL], UPN_COLUMNS), (with_staff, STAFF_COLUMNS)):
        wanted = "select distinct path from tonight.batch where path is not null and entity in (select unnest(?))"
        new = [row[0] for row in connection.execute(f"{wanted} except select path from cache.main.loaded", [entities]).fetchall()]
        paths = {str(raw / each): each for each in new if (raw / each).is_file()}
        if not paths:
            continue
        connection.execute("begin")
        connection.execute(
            f"""
            insert into cache.main.person_in
            select paths.path, found.person_id, count(*)
            from (
                select filename, unnest([{", ".join(columns)}]) as person_id
                from read_parquet($files, filename = true, union_by_name = true, hive_partitioning = false)
            ) as found
            inner join (select unnest($files) as file, unnest($paths) as path) as paths on paths.file = found.filename
            where found.person_id is not null
            group by all
            """,
            {"files": list(paths), "paths": list(paths.values())},
        )
        connection.execute("insert into cache.main.loaded select unnest(?)", [list(paths.values())])
        connection.execute("commit")


def _judged(home: Home, entities: Sequence[str], *, is_full: bool) -> list[LandingFinding]:
    """Let Great Expectations judge the findings, one validation per entity."""
    database = landing_database(home)
    by_name = {each.name: (check, entity, each) for check, entity, each in _assertions(entities)}
    judgements = judged(home, database, [each for _, _, each in by_name.values()], key="batch_id", is_full=is_full)
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select finding, check_id, entity, batch_id, checked, failed from finding order by all").fetchall()
    return [
        LandingFinding(batch_id, check_id, entity, int(checked), int(failed), _limit(by_name, judgements, finding, batch_id))
        for finding, check_id, entity, batch_id, checked, failed in rows
        if entity in entities
    ]


def _assertions(entities: Sequence[str]) -> Iterable[tuple[Check, str, Assertion]]:
    for entity in entities:
        for check in of_entity(checks("landing"), entity):
            name = finding_name(check, entity)
            yield check, entity, Assertion(name=name, suite=entity, finding=name)
            if check.hold_over_pct is not None:
                yield check, entity, Assertion(_hold(name), entity, name, column="failed_pct", at_most=check.hold_over_pct)


def _hold(name: str) -> str:
    return f"{name}/hold"


def _limit(by_name: dict[str, tuple[Check, str, Assertion]], judgements: dict[str, Judgement], finding: str, batch_id: str) -> float | None:
    """The limit over which the batch is held: given where Great Expectations found it passed, and where it could not say."""
    entry = by_name.get(_hold(finding))
    if entry is None:
        return None
    judgement = judgements[_hold(finding)]
    return entry[0].hold_over_pct if batch_id in judgement.broken_by or not judgement.has_run else None
