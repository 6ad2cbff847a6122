"""The last build, kept for a night that has nothing new.

The tables are a function of what dbt is given: the accepted deliveries, the run's as-of date, trust.yml, the official figures and the
project itself. When all of it is what it was, building again would give the same tables, so the last published ones are taken. Anything
else (one more file, another date, a changed model, `--full`) builds anew. Not here: the quality checks, which run every night.
"""

import hashlib
import json
import shutil
from pathlib import Path

import duckdb

from pipelines.build.dbt_manifest import project_hash
from pipelines.store.home import Home

# What tells one run from another without changing a single table.
OF_THE_RUN_ALONE = {("run", "parameter"): ("run_id", "run_at", "as_at")}


def fingerprint(home: Home) -> str:
    """A name for all that dbt is given in the build database that `write_inputs` wrote, and for the project that reads it."""
    digest = hashlib.sha256(f"{project_hash()} {duckdb.__version__}".encode())
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        for schema, table in tables:
            without = OF_THE_RUN_ALONE.get((schema, table), ())
            columns = f"* exclude ({', '.join(without)})" if without else "*"
            digest.update(f"{schema}.{table}".encode())
            for row in connection.execute(f"select {columns} from {schema}.{table} order by all").fetchall():
                digest.update(repr(row).encode())
        for (sql,) in connection.execute("select sql from duckdb_views() where not internal order by all").fetchall():
            digest.update(str(sql).encode())  # a view names its files, and a file is named by its content and maps
    for file in sorted((home.store / "benchmarks").glob("*.parquet")):
        digest.update(f"{file.name} {file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def reuse(home: Home, wanted: str) -> bool:
    """Put the last build in the place of tonight's if it was made of the same; whether it was. The kept one is used up by it."""
    try:
        kept = json.loads(_record(home).read_text(encoding="utf-8"))
        same = kept == {"fingerprint": wanted, "build": _identity(_kept_build(home)), "published": _identity(home.published_file)}
    except (OSError, ValueError):
        return False
    if not same:
        return False
    _record(home).unlink()
    shutil.copyfile(home.published_file, home.candidate)
    home.candidate.chmod(0o640)
    with duckdb.connect(str(home.candidate)) as connection:
        connection.execute("drop schema dq cascade")
    _kept_build(home).replace(home.build_database)
    return True


def keep(home: Home, made_of: str) -> None:
    """Keep tonight's build beside the file that was just published from it."""
    home.build_database.replace(_kept_build(home))
    kept = {"fingerprint": made_of, "build": _identity(_kept_build(home)), "published": _identity(home.published_file)}
    partial = _record(home).with_suffix(".partial")
    partial.write_text(json.dumps(kept), encoding="utf-8")
    partial.replace(_record(home))


def _record(home: Home) -> Path:
    return home.build / "kept.json"


def _kept_build(home: Home) -> Path:
    return home.build / "kept.duckdb"


def _identity(file: Path) -> list[int]:
    """What changes when anybody writes to a file or puts another in its place."""
    facts = file.stat()
    return [facts.st_ino, facts.st_size, facts.st_mtime_ns]
