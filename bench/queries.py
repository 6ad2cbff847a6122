"""What a reader waits for: three queries on the published file, each from a connection of its own.

`python -m bench.queries FILE` prints one JSON object: for each query the milliseconds of its 95th percentile. Every time counts opening the
file read-only, the query, fetching all rows and closing. The file is in the page cache, as it is after the first reader of a morning; a
cold disk is not measured. Not here: the nights that made the file.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

TIMES = 200
WARM = 5
QUERIES = {
    "scorecard_ms": "select * from marts.scorecard where academy_id = $academy",
    "pupil_summary_ms": "select * from marts.pupil_summary where academy_id = $academy",
    "week_trend_ms": """
        select period_start, period_end, numerator, denominator, value
        from marts.measure_value
        where
            measure_id = 'attendance_rate'
            and level = 'trust'
            and period_type = 'week'
            and breakdown_topic = 'all'
            and time_period = (select max(time_period) from marts.measure_value)
        order by phase, period_start
    """,
}


def percentiles(file: Path, times: int = TIMES) -> dict[str, float]:
    """The 95th percentile of each query in milliseconds; academies take turns."""
    with duckdb.connect(str(file), read_only=True) as connection:
        academies = [one for (one,) in connection.execute("select academy_id from core.dim_academy order by 1").fetchall()]
    found: dict[str, float] = {}
    for name, query in QUERIES.items():
        seen = [_milliseconds(file, query, academies[number % len(academies)]) for number in range(times + WARM)]
        found[name] = percentile(seen[WARM:], 95)
    return found


def percentile(values: list[float], per_cent: int) -> float:
    """The smallest value that so many per cent of the values do not exceed."""
    return sorted(values)[-(-len(values) * per_cent // 100) - 1]


def _milliseconds(file: Path, query: str, academy_id: str) -> float:
    began = time.perf_counter()
    with duckdb.connect(str(file), read_only=True) as connection:
        parameters = {"academy": academy_id} if "$academy" in query else {}
        rows = connection.execute(query, parameters).fetchall()
    ended = time.perf_counter()
    if not rows:
        raise ValueError("The query found no row: what is measured would be nothing.")
    return 1000 * (ended - began)


if __name__ == "__main__":
    print(json.dumps(percentiles(Path(sys.argv[1]))))
