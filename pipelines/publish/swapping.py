"""Put the files of one night in their places, all or none: what a reader opens anywhere is of that night, or everywhere of the one before.

Here: the list of renames that is on the disk before the first of them, and finishing what a killed run began. Not here: making the files.

A kill before the list is whole leaves every old file; after it, the next run makes the renames that are missing, before anything else. The
new files are whole and judged by then, so going on is always right.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.store.home import OF_PEOPLE, Home


@dataclass(frozen=True)
class Move:
    """A finished file and the place that it takes."""

    made: Path
    place: Path


def swap(home: Home, moves: Iterable[Move], gone: Iterable[Path], made_of: dict[str, object]) -> None:
    """Make all moves and take the files of `gone` away; `made_of` is then what is known of the audiences' files (audiences.py)."""
    all_moves = list(moves)
    for move in all_moves:
        _folder(home, move.place)
    list_of = {
        "moves": [[_named(home, move.made), _named(home, move.place)] for move in all_moves],
        "gone": [_named(home, file) for file in gone],
        "made_of": made_of,
    }
    written(home.swap_list, list_of)
    finish_swap(home)


def finish_swap(home: Home) -> bool:
    """Make what is missing of a swap that was begun; whether there was one."""
    try:
        list_of = json.loads(home.swap_list.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    for made, place in list_of["moves"]:
        if (home.root / made).exists():
            (home.root / made).replace(home.root / place)
            flush((home.root / place).parent)
    for name in list_of["gone"]:
        _take_away(home, home.root / name)
    written(home.build / "audiences.json", list_of["made_of"])
    home.swap_list.unlink()
    return True


def known_files(home: Home) -> dict[str, object]:
    """What `swap` was last told of the audiences' files."""
    try:
        known: dict[str, object] = json.loads((home.build / "audiences.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def written(path: Path, value: object) -> None:
    """Write a value as JSON, whole and on the disk or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(value), encoding="utf-8")
    flush(partial)
    partial.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Make sure that what a rename promises is on the disk, not only in memory."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _named(home: Home, path: Path) -> str:
    """A path from the home on: a home that is moved or restored goes on with its swap."""
    return path.relative_to(home.root).as_posix()


def _folder(home: Home, place: Path) -> None:
    """Make the folders between the published one and a file's place, for its owner and group alone, whatever the machine's default is."""
    missing = [folder for folder in place.parents if folder.is_relative_to(home.published) and not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        folder.chmod(OF_PEOPLE)


def _take_away(home: Home, file: Path) -> None:
    """Take a file away, and the folders that are empty without it."""
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == home.published or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
