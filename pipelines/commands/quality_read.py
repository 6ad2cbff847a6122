"""What `matlas quality` shows, read from the published warehouse and, for decisions, from the manifest.

Here: the queries and their filters. Not here: words and layout (quality.py).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.commands.shared import CommandError
from pipelines.commands.warehouse import has_table, published, records
from pipelines.store.manifest import Manifest

if TYPE_CHECKING:
    from pipelines.store.home import Home
    from pipelines.trust import TrustConfig

SHOWN = 40
"""Things to put right that the terminal lists; --json has all of them."""

RESULTS = """
    select run_id, checked_at, academy_id, check_id, principle, severity, status, reason, checked, failed, measures_affected, accepted_until
    from dq.check_result
    where checked_at = (select max(checked_at) from dq.check_result)
    order by academy_id = 'trust' desc, academy_id, principle, check_id
"""
WORK = """
    with
        severity as (select unnest(['stop', 'hold', 'warn', 'info']) as severity, unnest([0, 1, 2, 3]) as place)
    select work_list.*
    from dq.work_list as work_list
    inner join severity using (severity)
    order by status = 'gone', status = 'accepted', severity.place, check_id, failed desc, academy_id, position
"""


@dataclass(frozen=True)
class Filters:
    """What a person asked to see; none: all."""

    academy_id: str | None = None
    check_id: str | None = None
    principle: str | None = None

    def keeps(self, row: dict[str, Any]) -> bool:
        """Whether a row of an academy, a check and a principle was asked for."""
        asked = {"academy_id": self.academy_id, "check_id": self.check_id, "principle": self.principle}
        return all(value is None or row[name] == value for name, value in asked.items())


def read_quality(home: "Home", filters: Filters) -> dict[str, Any]:
    """The last run's results and the work list as one value: what `--json` prints."""
    if not home.published_file.exists():
        return {"run_id": None, "checked_at": None, "academies": [], "results": [], "work_list": []}
    with published(home) as connection:
        if not has_table(connection, "dq", "check_decision"):
            raise CommandError(f"What is published was written by an older Matlas. Bring it up to date: matlas run --home {home.root}")
        all_results = records(connection, RESULTS)
        work = records(connection, WORK)
    of_run = {"run_id": all_results[0]["run_id"], "checked_at": all_results[0]["checked_at"]} if all_results else {}
    about = {(row["academy_id"], row["check_id"]): row for row in all_results}
    results = [row for row in all_results if filters.keeps(row)]
    for row in work:
        result = about.get((row["academy_id"], row["check_id"]), {})
        row["principle"], row["accepted_until"] = result.get("principle"), result.get("accepted_until")
    return {
        "run_id": of_run.get("run_id"),
        "checked_at": of_run.get("checked_at"),
        "academies": _at_a_glance(results),
        "results": [{name: value for name, value in row.items() if name not in of_run} for row in results],
        "work_list": [row for row in work if filters.keeps(row)],
    }


def decisions_of(home: "Home", trust: "TrustConfig", academy_id: str | None) -> list[dict[str, Any]]:
    """Every acceptance as a row of dq.check_decision, as it stands today; the newest first."""
    from pipelines.quality.decisions import acceptances
    from pipelines.quality.dq_decisions import decision_row

    if not home.manifest.exists():
        return []
    with Manifest(home.manifest) as manifest:
        rows = [decision_row(each) for each in acceptances(manifest.check_decisions(), trust.today())]
    return [row for row in reversed(rows) if academy_id in (None, row["academy_id"])]


def _at_a_glance(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per academy and principle how many checks came out how, an accepted failure among the failed ones."""
    academies: dict[str, dict[str, dict[str, int]]] = {}
    for row in results:
        counts = academies.setdefault(row["academy_id"], {}).setdefault(row["principle"], {})
        counts[row["status"]] = counts.get(row["status"], 0) + 1
        if row["accepted_until"] is not None:
            counts["accepted"] = counts.get("accepted", 0) + 1
    return [{"academy_id": academy_id, "quality": quality} for academy_id, quality in academies.items()]
