"""The whole job as a dlt and dbt pipeline, in an environment of its own: dlt loads Arrow tables into DuckDB, dbt does the rest.

Here: loading (load.py), the dbt project (project/), the command that runs both. Not here: reading files into Arrow (arrow_read.py).
"""
