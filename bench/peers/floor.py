"""The floor: DuckDB reads the mark files into one typed table on disk in one pass and counts (`python -m bench.peers.floor HOME OUT_DIR`).

All the work is in floor.sql. Not here: lineage, checks, duplicates: it reads one night and trusts it.
"""

from pathlib import Path
from typing import Any

import duckdb

from bench.peers.command import CODES_FILE, peer
from bench.peers.home import Home

SQL = Path(__file__).with_suffix(".sql")
THREADS = 2


def run(home: Home, out: Path) -> None:
    """Leave floor.duckdb (the typed marks) and answers.parquet in `out`."""
    if home.nights > 1:
        raise SystemExit("The floor reads one night: it would count a mark twice that two nights delivered. Leave only the last files.")
    with duckdb.connect(str(out / "floor.duckdb"), config={"threads": THREADS, "preserve_insertion_order": False}) as connection:
        absent = _tell(connection, home, out)
        for statement in _statements():
            if not any(f"'{files}'" in statement for files in absent):
                connection.execute(statement)


def _tell(connection: duckdb.DuckDBPyConnection, home: Home, out: Path) -> list[str]:
    """Set what floor.sql asks for; the names of the lists of files that are empty."""
    files = {f"{shape}_files": [str(file.path) for file in found] for shape, found in home.files.items()}
    variables: dict[str, Any] = files | {
        "academies": home.academies,
        "as_of": home.as_of,
        "codes_file": str(CODES_FILE),
        "answers": str(out / "answers.parquet"),
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute("create table half_term (half_term varchar, first_day date, last_day date)")
    for one in home.half_terms:
        connection.execute("insert into half_term values (?, ?, ?)", [one.name, one.first_day, one.last_day])
    return [name for name, paths in files.items() if not paths]


def _statements() -> list[str]:
    return [statement.query for statement in duckdb.extract_statements(SQL.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    peer("floor", run)
