"""When a night runs by itself: at two in the morning, and when new files have come.

Here: the schedule and the sensor, both cheap: a look at names, sizes and times, no file is opened. Not here: what a night does.
"""

import hashlib
import time
from collections.abc import Iterator

import dagster as dg

from pipelines.job.assets import ACADEMIES
from pipelines.job.scrub import scrubbed
from pipelines.store.home import Home, find_home
from pipelines.trust import load_trust

NIGHTLY = "nightly"
SETTLED_SECONDS = 120
"""A file younger than this may still be arriving."""
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]

two_in_the_morning = dg.ScheduleDefinition(
    name="two_in_the_morning",
    job_name=NIGHTLY,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)


@dg.sensor(job_name=NIGHTLY, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def new_files_in_landing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for a run when landing holds something that the last run has not seen, and no run is under way."""
    try:
        home = find_home()
        academies = [academy.id for academy in load_trust(home.trust_file).academies]
    except Exception as error:
        return dg.SensorResult(skip_reason=scrubbed(error))
    known = set(context.instance.get_dynamic_partitions(str(ACADEMIES.name)))
    missing = [academy for academy in academies if academy not in known]
    requests = [ACADEMIES.build_add_request(missing)] if missing else []
    if context.instance.get_runs(dg.RunsFilter(job_name=NIGHTLY, statuses=UNFINISHED), limit=1):
        return dg.SensorResult(skip_reason="A run is under way.", dynamic_partitions_requests=requests)
    newest, seen = look(home)
    if time.time() - newest < SETTLED_SECONDS:
        return dg.SensorResult(skip_reason="Files are still arriving.", dynamic_partitions_requests=requests)
    if seen == (context.cursor or _seen_by_last_run(home, newest, seen)):
        return dg.SensorResult(skip_reason="Nothing new in landing.", cursor=seen, dynamic_partitions_requests=requests)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen, dynamic_partitions_requests=requests)


def look(home: Home) -> tuple[float, str]:
    """The time of the newest file in landing, and one word for names, sizes and times of all of them."""
    newest, digest = 0.0, hashlib.sha256()
    for name, size, changed in _files(home):
        newest = max(newest, changed)
        digest.update(f"{name}\0{size}\0{changed}\n".encode())
    return newest, digest.hexdigest()


def _files(home: Home) -> Iterator[tuple[str, int, float]]:
    for path in sorted(home.landing_root.rglob("*")):
        if path.is_file():
            stat = path.stat()
            yield path.relative_to(home.landing_root).as_posix(), stat.st_size, stat.st_mtime


def _seen_by_last_run(home: Home, newest: float, seen: str) -> str | None:
    """On the first look: nothing is new if the published file is younger than every delivery."""
    return seen if home.published_file.exists() and home.published_file.stat().st_mtime > newest else None
