"""The nightly job in this process: `matlas run` is a run of the same Dagster job that the schedule starts.

Here: running it on the home's instance and reading from its events how it ended. Not here: what is said about it (commands/run.py).
"""

import logging
import os
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.job.instance import open_instance
from pipelines.store.home import Home

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance, ExecuteInProcessResult

PAGES = "pipelines.definitions"


@dataclass(frozen=True)
class Asked:
    """What a person asked of this run."""

    as_of: date
    as_at: datetime | None
    academies: list[str] | None
    is_full: bool


@dataclass(frozen=True)
class Ended:
    """How a run ended: the published file and its report, or the sentence why one is not there and where in the program that was."""

    run_id: str
    published: Path | None
    fault: str | None
    where: str | None
    report: Path | None = None


def run_night(home: Home, academies: list[str], asked: Asked) -> Ended:
    """Run the job under the lock that this process holds. `academies` are all of the trust's."""
    _silence_libraries()
    instance = open_instance(home)
    from pipelines.definitions import defs
    from pipelines.job.assets import ACADEMIES
    from pipelines.job.timing import NIGHTLY

    _silence_libraries()  # again: they set their own levels when they are imported
    _close_dead_runs(instance)
    _offer_partitions(instance, str(ACADEMIES.name), academies)
    result = defs.resolve_job_def(NIGHTLY).execute_in_process(
        instance=instance,
        run_config={
            "resources": {
                "night": {
                    "config": {
                        "as_of": asked.as_of.isoformat(),
                        "is_full": asked.is_full,
                        "lock_holder": os.getpid(),
                        **({"as_at": asked.as_at.isoformat()} if asked.as_at else {}),
                        **({"academies": asked.academies} if asked.academies else {}),
                    }
                }
            },
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        tags={".dagster/repository": f"__repository__@{PAGES}", "matlas/started_by": "matlas run"},
        raise_on_error=False,
    )
    return _ended(result)


def _ended(result: "ExecuteInProcessResult") -> Ended:
    from pipelines.job.assets import PUBLISHED, REPORT

    paths = {
        event.asset_key: Path(str(event.step_materialization_data.materialization.metadata["path"].value))
        for event in result.all_events
        if event.is_step_materialization and event.asset_key in (PUBLISHED, REPORT)
    }
    if PUBLISHED in paths:
        return Ended(result.run_id, paths[PUBLISHED], _report_fault(result), None, paths.get(REPORT))
    failures = [_fault(event) for event in result.all_events if event.is_failure]
    fault, where = failures[0] if failures else ("The run ended without publishing.", None)
    return Ended(result.run_id, None, fault, where)


def _report_fault(result: "ExecuteInProcessResult") -> str | None:
    """The sentence why the report was not written, where it was not."""
    from pipelines.job.assets import REPORT

    for evaluation in result.get_asset_check_evaluations():
        if evaluation.asset_key == REPORT and not evaluation.passed:
            return str(evaluation.metadata["why"].value)
    return None


def _fault(event: "DagsterEvent") -> tuple[str, str | None]:
    """The words of our own failure, which are safe to show; of Dagster's own errors only their names."""
    data: Any = event.event_specific_data
    own = getattr(data, "user_failure_data", None)
    if own is not None:
        where = own.metadata.get("where")
        return own.description, str(where.value) if where else None
    error: Any = getattr(data, "error", None)
    if error is None:
        return "The job itself failed.", None
    while error.cause is not None:
        error = error.cause
    if error.cls_name == "Failure":
        return str(error.message).partition("Failure: ")[2].strip(), None
    return f"The job itself failed ({error.cls_name}).", "\n".join(error.stack)


def _offer_partitions(instance: "DagsterInstance", name: str, academies: list[str]) -> None:
    """An academy is a partition: those of trust.yml, and no other."""
    known = set(instance.get_dynamic_partitions(name))
    instance.add_dynamic_partitions(name, [academy for academy in academies if academy not in known])
    for gone in known - set(academies):
        instance.delete_dynamic_partition(name, gone)


def _close_dead_runs(instance: "DagsterInstance") -> None:
    """We hold the lock, so a run of this job that still counts as started died with its process: say so in the history."""
    from dagster import RunsFilter

    from pipelines.job.timing import NIGHTLY, UNFINISHED

    for run in instance.get_runs(RunsFilter(job_name=NIGHTLY, statuses=UNFINISHED)):
        instance.report_run_failed(run, message="The process that ran this night ended before its time.")


def _silence_libraries() -> None:
    """What Dagster, dbt and Great Expectations chat belongs on no one's screen; our own words do."""
    warnings.filterwarnings("ignore")
    for name in ("dagster", "dbt", "great_expectations", "alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
