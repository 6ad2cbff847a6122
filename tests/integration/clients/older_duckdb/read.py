"""Read every table of a published file with this environment's own DuckDB, then answer a question: python read.py FILE SQL.

Run by DuckDB 1.0 in an environment of its own. Prints its version, a line for each table with its number of rows and of comments, an empty
line, and a line for each row of the answer.
"""

import sys

import duckdb

file, question = sys.argv[1:]
print(duckdb.__version__)  # noqa: T201
with duckdb.connect(file, read_only=True) as connection:
    tables = connection.execute(
        "select t.schema_name, t.table_name, count(c.comment) + count(distinct t.comment)"
        " from duckdb_tables() t join duckdb_columns() c using (table_oid, database_oid) group by all order by all"
    ).fetchall()
    for schema, table, comments in tables:
        # the hash needs every value, so that all of the file is read
        [(rows, _)] = connection.execute(f"select count(*), bit_xor(hash(t)) from {schema}.{table} t").fetchall()
        print(f"{schema}.{table}", rows, comments, sep="\t")  # noqa: T201
    print()  # noqa: T201
    for row in connection.execute(question).fetchall():
        print(*row, sep="\t")  # noqa: T201
