"""Programs that carry an older DuckDB open the published file: the oldest one that its storage format promises reads all of it."""

from tests.helpers.clients import need, said
from tests.helpers.home import PROJECT, TrustHome
from tests.integration.clients.question import QUESTION, figures_of, published_figures

OLDER = PROJECT / ".venv-older-duckdb"
READ = PROJECT / "tests" / "integration" / "clients" / "older_duckdb" / "read.py"


def test_duckdb_1_0_reads_every_table_and_comment(demo_night: TrustHome) -> None:
    need((OLDER / ".installed").exists(), "DuckDB 1.0 is not installed here (make clients).")
    said_of_all, answer = said(OLDER / "bin" / "python", READ, demo_night.published, QUESTION).split("\n\n")
    version, *tables = said_of_all.splitlines()

    assert version == "1.0.0"
    assert [line.split("\t") for line in tables] == [list(map(str, row)) for row in rows_and_comments(demo_night)]
    assert figures_of(answer) == published_figures(demo_night)


def rows_and_comments(home: TrustHome) -> list[tuple[str, int, int]]:
    """Each table, its rows, and on how many columns (and on itself) there is a comment: on all."""
    tables = home.query("select schema_name || '.' || table_name, column_count + 1 from duckdb_tables() order by schema_name, table_name")
    return [(table, home.query(f"select count(*) from {table}")[0][0], comments) for table, comments in tables]
