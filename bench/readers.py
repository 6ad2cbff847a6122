"""Readers while the published file is exchanged: eight processes read without a pause, through twenty publishes in a row.

`python -m bench.readers HOME NIGHT NIGHT…` prints one JSON object: publishes, reads, errors and mixed snapshots. NIGHT is the published
file of a night of this trust; the nights are published in turn. A read takes, from one connection, an academy's attendance of the year to
date from the mart and counts the same from its sessions: a snapshot is mixed when the two are not those of one night. Not here: how long a
publish takes.
"""

import json
import multiprocessing
import multiprocessing.synchronize
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish import publish
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust

READERS = 8
PUBLISHES = 20
PATIENCE = 300
"""Seconds for a reader to begin or to end, on a machine that has much else to do."""
Snapshot = tuple[Any, ...]
READ = """
    select
        mart.numerator,
        mart.denominator,
        (select count(*) from core.fct_attendance_session where academy_id = $academy),
        (select max(session_date) from core.fct_attendance_session where academy_id = $academy)
    from marts.measure_value as mart
    where
        mart.academy_id = $academy
        and mart.level = 'academy'
        and mart.measure_id = 'attendance_rate'
        and mart.period_type = 'year_to_date'
        and mart.breakdown_topic = 'all'
        and mart.time_period = (select max(time_period) from marts.measure_value)
"""


def snapshot(file: str, academy_id: str) -> Snapshot:
    """What a reader sees of one academy, from one connection."""
    with duckdb.connect(file, read_only=True) as connection:
        return tuple(connection.execute(READ, {"academy": academy_id}).fetchall())


def read_until(
    stop: multiprocessing.synchronize.Event, begun: multiprocessing.synchronize.Semaphore, file: str, academy_id: str, found: Any
) -> None:
    """Read in a loop, saying once that it has begun; put (reads, errors, snapshots seen) in the queue."""
    reads, errors, seen = 0, [], set()
    while not stop.is_set():
        try:
            seen.add(snapshot(file, academy_id))
            reads += 1
        except Exception as error:
            errors.append(type(error).__name__)
        if reads + len(errors) == 1:
            begun.release()
    found.put((reads, errors, seen))


def readers_through_publishes(root: Path, nights: list[Path], publishes: int = PUBLISHES, readers: int = READERS) -> dict[str, int]:
    """Publish the nights in turn in this home while processes read."""
    academy_id = _an_academy(nights[0])
    whole = {snapshot(str(night), academy_id) for night in nights}
    if len(whole) < len(nights) or () in whole:
        raise ValueError("Two of the nights say the same of the academy: a mixed snapshot could not be seen.")
    home = Home(root)
    home.prepare()
    _publish_copy(home, nights[0])
    context = multiprocessing.get_context("spawn")
    stop, begun, found = context.Event(), context.Semaphore(0), context.Queue()
    arguments = (stop, begun, str(home.published_file), academy_id, found)
    processes = [context.Process(target=read_until, args=arguments, daemon=True) for _ in range(readers)]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            begun.acquire(timeout=PATIENCE)
        for number in range(publishes):
            _publish_copy(home, nights[(number + 1) % len(nights)])
    finally:
        stop.set()
        results = [found.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join(timeout=PATIENCE)
    seen = {one for _, _, snapshots in results for one in snapshots}
    return {
        "publishes": publishes,
        "readers": readers,
        "reads": sum(reads for reads, _, _ in results),
        "nights_seen": len(seen & whole),
        "reader_errors": sum(len(errors) for _, errors, _ in results),
        "mixed_snapshots": len(seen - whole),
    }


def _publish_copy(home: Home, night: Path) -> None:
    """Publish a copy of a night's warehouse, as the job does with a candidate."""
    shutil.copyfile(night, home.candidate)
    publish(home, load_trust(home.trust_file), RunRequest(run_id="bench", as_of=date.today(), as_at=None, academies=None, is_full=False))


def _an_academy(night: Path) -> str:
    with duckdb.connect(str(night), read_only=True) as connection:
        found = connection.execute("select min(academy_id) from core.fct_attendance_session").fetchone()
    return str(found[0]) if found else ""


if __name__ == "__main__":
    print(json.dumps(readers_through_publishes(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])))
