"""The question that every client is asked, and its answer by Matlas's own library.

Here: what all clients' answers are compared with. Not here: how a client asks.
"""

from tests.helpers.home import TrustHome

MEASURE = "attendance_rate"
QUESTION = f"select academy_id, value from marts.scorecard where measure_id = '{MEASURE}' and value_status = 'ok' order by academy_id"

Figures = dict[str, float]


def published_figures(home: TrustHome) -> Figures:
    """Attendance of each academy and of the trust, as the published file has it."""
    figures = dict(home.query(QUESTION))
    assert len(figures) > 2, "there are several academies, and the trust"
    return figures


def published_comments(home: TrustHome, table: str = "scorecard") -> dict[str, str]:
    """What the published file says of each column of a mart; under '' of the table itself."""
    columns = home.query(f"select column_name, comment from duckdb_columns() where schema_name = 'marts' and table_name = '{table}'")
    tables = home.query(f"select '', comment from duckdb_tables() where schema_name = 'marts' and table_name = '{table}'")
    return dict([*columns, *tables])


def figures_of(lines: str, separator: str = "\t") -> Figures:
    """The answer of a client that prints a line for each academy."""
    rows = [line.split(separator) for line in lines.splitlines() if line.strip()]
    figures = {academy_id.strip(): float(value) for academy_id, value in rows}
    assert len(figures) == len(rows), "an academy stands there twice"
    return figures
