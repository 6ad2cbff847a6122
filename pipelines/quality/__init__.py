"""Great Expectations judges what the academies delivered, and what was built of it; the results become the schema dq.

`landing.run` comes before the verdicts, `run_built` before publishing.
"""

from pipelines.quality.built import run as run_built
from pipelines.quality.summary import CheckResult, PrincipleSummary, QualitySummary

__all__ = ["CheckResult", "PrincipleSummary", "QualitySummary", "run_built"]
