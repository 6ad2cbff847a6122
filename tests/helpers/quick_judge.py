"""What Great Expectations would say of the findings, worked out here: for tests of what a check finds, which need not wait for it.

Here: one stand-in for its verdict; tests ask for it by the fixture `quick_judgement` (tests/unit/conftest.py). Not here: the real one. It
judges in tests/unit/test_quality_gx.py, in some tests of test_expectations_built.py and test_quality_landing.py, and in every whole night;
tests/integration/test_mutations.py has it turn every check.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.quality.gx import Assertion, Judgement


def quick_judge(database: Path, assertions: Sequence[Assertion], key: str) -> dict[str, Judgement]:
    """Whoever has a finding above what is asserted has broken it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            each.name: Judgement(
                each.name,
                has_run=True,
                broken_by=frozenset(
                    who
                    for (who,) in connection.execute(
                        f"select {key} from finding where finding = ? and {each.column} > ?", [each.finding, each.at_most]
                    ).fetchall()
                ),
            )
            for each in assertions
        }
