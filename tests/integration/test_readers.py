"""Those who read while the night's file is exchanged never notice: no error, and no figure of half a night."""

import multiprocessing
import multiprocessing.synchronize
import time
from pathlib import Path
from typing import Any

import duckdb

from tests.helpers.small import ALL_HERE, FRIDAY, MONDAY, ONE_ILL, TUESDAY, TWO_ILL, marks, named, small_home
from tests.helpers.stages import stages

READERS = 4
PUBLISHES = 10


def read_until(stop: multiprocessing.synchronize.Event, file: str, found: Any) -> None:
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
        time.sleep(0.01)
    found.put((reads, errors, seen))


def test_four_readers_through_ten_publishes_see_no_error_and_whole_nights_only(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home", ("ashby",))
    home.write_trust((home.root / "trust.yml").read_text(encoding="utf-8").replace("  - {id: birch", "#  - {id: birch"))
    night_marks = [marks({MONDAY: letters, TUESDAY: other}) for letters in (ONE_ILL, TWO_ILL) for other in (ALL_HERE, ONE_ILL)]
    home.deliver("ashby", {named("attendance_mark", FRIDAY): night_marks[0]})
    stages(home, FRIDAY)

    context = multiprocessing.get_context("spawn")
    stop, found = context.Event(), context.Queue()
    readers = [context.Process(target=read_until, args=(stop, str(home.published), found), daemon=True) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    published = {home.published.stat().st_ino}
    try:
        for number in range(PUBLISHES):
            home.deliver("ashby", {named("attendance_mark", FRIDAY): night_marks[(number + 1) % len(night_marks)]})
            stages(home, FRIDAY)
            published.add(home.published.stat().st_ino)
    finally:
        stop.set()
        results = [found.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join(timeout=30)

    assert [error for _, errors, _ in results for error in errors] == []
    assert all(reads > PUBLISHES for reads, _, _ in results)
    seen = {snapshot for _, _, snapshots in results for snapshot in snapshots}
    # each night's figure beside that night's rows: 38/40, 36/40 or 34/40, both sides the same
    assert seen <= {(n, 40, n, 40) for n in (34, 36, 38)}, seen
    assert len(seen) > 1
    assert len(published) > 1
