"""Those who read while the night's file is exchanged never notice: no error, and no figure of half a night."""

import itertools
import multiprocessing
import multiprocessing.synchronize
import shutil
import time
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish import publish
from pipelines.store.home import Home
from pipelines.store.records import RunRequest
from pipelines.trust import load_trust
from tests.helpers.home import TrustHome
from tests.helpers.shared import copied
from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, TUESDAY, marks, named
from tests.helpers.stages import stages

READERS = 4
PUBLISHES = 10
PAUSE, PAUSE_WHILE_BUILDING = 0.03, 0.5  # seconds between two reads: often where files are exchanged, seldom while a night takes its time


def read_until(stop: multiprocessing.synchronize.Event, is_building: multiprocessing.synchronize.Event, file: str, found: Any) -> None:
    """Read in a loop; put (reads, errors, snapshots seen) in the queue."""
    reads, errors, seen = 0, [], set()
    while not stop.is_set():
        try:
            with duckdb.connect(file, read_only=True) as connection:
                rows = connection.execute(
                    "select m.numerator, m.denominator, s.attending, s.possible from marts.measure_value m,"
                    " (select count(*) filter (where is_attending) as attending, count(*) filter (where is_possible) as possible"
                    " from core.fct_attendance_session where academy_id = 'ashby') s"
                    " where m.academy_id = 'ashby' and m.level = 'academy' and m.measure_id = 'attendance_rate'"
                    " and m.period_type = 'year_to_date' and m.breakdown_topic = 'all'"
                ).fetchall()
            seen.add(tuple(int(one) for one in rows[0]))
            reads += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        time.sleep(PAUSE_WHILE_BUILDING if is_building.is_set() else PAUSE)
    found.put((reads, errors, seen))


def test_four_readers_through_ten_publishes_see_no_error_and_whole_nights_only(small_night: TrustHome, tmp_path: Path) -> None:
    home = copied(small_night, tmp_path / "home")
    home.deliver("ashby", {named("attendance_mark", FRIDAY): marks({MONDAY: ALL_HERE, TUESDAY: ONE_ILL})})
    warehouses = [kept(home)]

    context = multiprocessing.get_context("spawn")
    stop, is_building, found = context.Event(), context.Event(), context.Queue()
    is_building.set()
    reading = (stop, is_building, str(home.published), found)
    readers = [context.Process(target=read_until, args=reading, daemon=True) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    published = [home.published.stat().st_ino]
    try:
        # one whole night, then both nights' warehouses in turn: what readers meet is the exchange
        stages(home, FRIDAY)
        warehouses.append(kept(home))
        is_building.clear()
        published.append(home.published.stat().st_ino)
        for number in range(PUBLISHES - 1):
            publish_again(home, warehouses[number % len(warehouses)])
            published.append(home.published.stat().st_ino)
            time.sleep(0.5)
    finally:
        stop.set()
        results = [found.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join(timeout=30)

    assert [error for _, errors, _ in results for error in errors] == []
    assert all(reads > PUBLISHES for reads, _, _ in results)
    seen = {snapshot for _, _, snapshots in results for snapshot in snapshots}
    # each night's figure beside that night's rows, both sides the same
    assert seen == {(18, 20, 18, 20), (38, 40, 38, 40)}
    assert all(one != next_one for one, next_one in itertools.pairwise(published)), "each publish is another file"


def kept(home: TrustHome) -> Path:
    """A copy of what is published."""
    return Path(shutil.copyfile(home.published, home.root.with_name(f"{home.published.stat().st_ino}.duckdb")))


def publish_again(home: TrustHome, warehouse: Path) -> None:
    """Publish a copy of an earlier night's warehouse, as the job does with a candidate."""
    place = Home(home.root)
    shutil.copyfile(warehouse, place.candidate)
    publish(place, load_trust(place.trust_file), RunRequest(run_id="again", as_of=FRIDAY, as_at=None, academies=None, is_full=False))
