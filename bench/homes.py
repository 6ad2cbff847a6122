"""Trust homes to measure in: deliveries as second names of the made files, so that no night waits for a copy.

Here: a home's landing, filled night by night, and a copy of a home at one moment. Not here: what is delivered (trusts.py), nor
running a night (nights.py).
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

DATED = re.compile(r"_(\d{4}-\d{2}-\d{2})[_.]")
NEVER_REWRITTEN = ("landing", "raw")
"""Folders whose files are only ever made and removed: a second name of one is as good as a copy."""


def new_home(folder: Path, files: Path) -> Path:
    """An empty home with the trust.yml of these files; whatever was there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "landing").mkdir(parents=True)
    shutil.copyfile(files / "trust.yml", folder / "trust.yml")
    return folder


def deliver(home: Path, files: Path, after: date = date.min, until: date = date.max) -> int:
    """Put the files dated after one day and up to another into landing; one without a date comes with the newest. How many there were."""
    newest = max((day for _, day in _dated(files) if day), default=date.max)
    count = 0
    for path, day in _dated(files):
        if after < (day or newest) <= until:
            place = home / "landing" / path.relative_to(files / "landing")
            place.parent.mkdir(exist_ok=True)
            place.unlink(missing_ok=True)  # an export without a date in its name replaces the one before
            os.link(path, place)
            count += 1
    return count


def cloned(home: Path, folder: Path) -> Path:
    """The home as it is now, to go on from twice."""
    shutil.rmtree(folder, ignore_errors=True)
    _copy(home, folder, is_linked=False)
    return folder


def bytes_in(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _dated(files: Path) -> Iterator[tuple[Path, date | None]]:
    for path in sorted((files / "landing").glob("*/*")):
        found = DATED.search(path.name)
        yield path, date.fromisoformat(found[1]) if found else None


def _copy(source: Path, target: Path, is_linked: bool) -> None:
    target.mkdir(parents=True)
    for entry in os.scandir(source):
        place = target / entry.name
        if entry.is_dir():
            _copy(Path(entry.path), place, is_linked or entry.name in NEVER_REWRITTEN)
        elif is_linked:
            os.link(entry.path, place)
        else:
            shutil.copy2(entry.path, place)
