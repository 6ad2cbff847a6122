"""The last build, kept for the next night to go on from.

The tables are a function of what dbt is given: the accepted deliveries, the run's as-of date, trust.yml, the official figures and the
project itself. When all of it is what it was, building again would give the same tables, so the last published ones are taken. When the
project is what it was, tonight goes on from a copy of the last build, and only what reads something new is made anew (slices.py). A changed
project, `--full` or a run that looks back begins with nothing. Not here: the quality checks, which run every night.
"""

import hashlib
import json
import shutil
from pathlib import Path

import duckdb

from pipelines.build.dbt_manifest import project_hash
from pipelines.store.home import Home
from pipelines.store.records import RunRequest

# What tells one run from another without changing a single table.
OF_THE_RUN_ALONE = {("run", "parameter"): ("run_id", "run_at", "as_at")}
INPUTS = ("raw", "run")


def begin(home: Home, request: RunRequest) -> bool:
    """Put a copy of the last build in tonight's place, without its inputs; whether there is one that tonight may go on from."""
    for path in (home.build_database, home.candidate):
        for file in (path, path.with_name(path.name + ".wal")):
            file.unlink(missing_ok=True)
    if request.is_full or request.as_at is not None or _kept(home) is None:
        return False
    shutil.copyfile(_kept_build(home), home.build_database)
    with duckdb.connect(str(home.build_database)) as connection:
        for schema in INPUTS:
            connection.execute(f"drop schema {schema} cascade")
    return True


def fingerprint(home: Home) -> str:
    """A name for all that dbt is given in the build database that `write_inputs` wrote, and for the project that reads it."""
    digest = hashlib.sha256(_project().encode())
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        for schema, table in tables:
            if schema not in INPUTS:
                continue
            without = OF_THE_RUN_ALONE.get((schema, table), ())
            columns = f"* exclude ({', '.join(without)})" if without else "*"
            digest.update(f"{schema}.{table}".encode())
            for row in connection.execute(f"select {columns} from {schema}.{table} order by all").fetchall():
                digest.update(repr(row).encode())
        views = "select sql from duckdb_views() where schema_name in ('raw', 'run') order by all"
        for (sql,) in connection.execute(views).fetchall():
            digest.update(str(sql).encode())  # a view names its files, and a file is named by its content and maps
    for file in sorted((home.store / "benchmarks").glob("*.parquet")):
        digest.update(f"{file.name} {file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def goes_on(home: Home) -> bool:
    """Whether tonight's build database is a copy of the last build."""
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        known = connection.execute("select count(*) from state.made_of").fetchone()
    return known is not None and known[0] > 0


def is_begun(home: Home) -> bool:
    """Whether a build has worked on tonight's build database already: what it left is neither last night's nor tonight's."""
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        found = connection.execute("select count(*) from state.stale").fetchone()
    return found is not None and found[0] > 0


def go_on_from_published(home: Home) -> None:
    """Begin the candidate with the tables of the last published file, but for those of the checks, which are of a night."""
    shutil.copyfile(home.published_file, home.candidate)
    home.candidate.chmod(0o640)
    with duckdb.connect(str(home.candidate)) as connection:
        connection.execute("drop schema dq cascade")


def is_unchanged(home: Home, made_of: str) -> bool:
    """Whether the kept build was made of exactly this: then its tables and the published ones stand."""
    kept = _kept(home)
    return kept is not None and kept["fingerprint"] == made_of


def keep(home: Home, made_of: str) -> None:
    """Keep tonight's build beside the file that was just published from it."""
    home.build_database.replace(_kept_build(home))
    kept = {"fingerprint": made_of, "project": _project()} | _identities(home)
    partial = _record(home).with_suffix(".partial")
    partial.write_text(json.dumps(kept), encoding="utf-8")
    partial.replace(_record(home))


def _kept(home: Home) -> dict[str, object] | None:
    """What is known of the kept build; none where it is not whole, not of this project, or not of what is published."""
    try:
        kept: dict[str, object] = json.loads(_record(home).read_text(encoding="utf-8"))
        same = kept["project"] == _project() and kept == kept | _identities(home)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if same else None


def _project() -> str:
    """A name for the models, for the code that says what is stale, and for the database that holds it all."""
    code = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py"))))
    return f"{project_hash()} {code.hexdigest()[:24]} {duckdb.__version__}"


def _identities(home: Home) -> dict[str, object]:
    return {"build": _identity(_kept_build(home)), "published": _identity(home.published_file)}


def _record(home: Home) -> Path:
    return home.build / "kept.json"


def _kept_build(home: Home) -> Path:
    return home.build / "kept.duckdb"


def _identity(file: Path) -> list[int]:
    """What changes when anybody writes to a file or puts another in its place; a home that was moved or restored is the same home."""
    facts = file.stat()
    return [facts.st_size, facts.st_mtime_ns]
