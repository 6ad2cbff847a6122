"""What Great Expectations would say of the findings, worked out here: for tests of what a check finds, which need not wait for it.

Here: one stand-in for its verdict. Not here: the real one (tests/unit/test_quality_gx.py, test_expectations_built.py).
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.quality.gx import Assertion, Judgement


def quick_judge(database: Path, assertions: Sequence[Assertion], key: str) -> dict[str, Judgement]:
    """Whoever has a finding above 0 has broken it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(f"select finding, {key} from finding where failed > 0").fetchall()
    return {each.name: Judgement(each.name, True, frozenset(who for name, who in rows if name == each.finding)) for each in assertions}
