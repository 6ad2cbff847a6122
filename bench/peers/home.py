"""What every peer is told of a trust home: its half-terms, the last day that counts, and which files hold marks, by their shape.

Not here: reading those files. Each peer does that in its own way.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SHAPES: Mapping[str, tuple[str, str]] = {
    "arbor": ("arbor", "ROLL_CALL_ATTENDANCE"),
    "bromcom": ("bromcom", "BasicAttendance"),
    "bromcom_week": ("bromcom", "StudentAttendanceByWeek"),
    "bromcom_count": ("bromcom", "SessionAttendanceCodesByWeek"),
    "sims_day": ("sims", "attendance"),
    "sims_mark": ("sims", "marks"),
    "wonde": ("wonde", "attendance_session"),
    "wonde_code": ("wonde", "attendance-codes"),
    "canonical": ("matlas", "matlas_attendance_mark"),
}
"""Shape: the MIS whose academies send it, and the table its files are named after."""
FILE_NAME = re.compile(r"(?P<table>[A-Za-z_-]+)_(?P<on>\d{4}-\d{2}-\d{2})(_part(?P<part>\d+))?\.(csv|json)(\.gz)?")


@dataclass(frozen=True)
class HalfTerm:
    """A half-term of the trust's calendar."""

    name: str
    first_day: datetime.date
    last_day: datetime.date


@dataclass(frozen=True)
class MarkFile:
    """A file of marks."""

    path: Path
    academy_id: str
    on: datetime.date
    part: int


@dataclass(frozen=True)
class Home:
    """A trust home as its landing files and trust.yml say."""

    as_of: datetime.date
    half_terms: tuple[HalfTerm, ...]
    files: Mapping[str, tuple[MarkFile, ...]]
    """By shape, in the order of academy, night and part; a shape that nobody sends has no files."""

    @property
    def academies(self) -> list[str]:
        """The academies that sent marks, in order of their ids."""
        return sorted({file.academy_id for files in self.files.values() for file in files})

    @property
    def nights(self) -> int:
        """On how many days the academy that exported most often did so."""
        nights: dict[tuple[str, str], set[datetime.date]] = {}
        for shape, files in self.files.items():
            for file in files:
                nights.setdefault((shape, file.academy_id), set()).add(file.on)
        return max(map(len, nights.values()), default=0)


def read_home(folder: Path) -> Home:
    """The trust home in `folder`. Its trust.yml must pin `as_of` and say the calendar, as that of every synthetic trust does."""
    trust: dict[str, Any] = yaml.safe_load((folder / "trust.yml").read_text(encoding="utf-8"))
    half_terms = [
        HalfTerm(name, first_day, last_day) for terms in trust["calendar"].values() for name, (first_day, last_day) in terms.items()
    ]
    mis = {academy["id"]: academy["mis"] for academy in trust["academies"]}
    files: dict[str, list[MarkFile]] = {shape: [] for shape in SHAPES}
    for path in sorted((folder / "landing").glob("*/*")):
        if (shape := _shape_of(path, mis)) and (name := FILE_NAME.fullmatch(path.name)):
            on = datetime.date.fromisoformat(name["on"])
            files[shape].append(MarkFile(path, path.parent.name, on, int(name["part"] or 0)))
    in_order = {shape: tuple(sorted(found, key=lambda file: (file.academy_id, file.on, file.part))) for shape, found in files.items()}
    return Home(trust["as_of"], tuple(half_terms), in_order)


def _shape_of(path: Path, mis: Mapping[str, str]) -> str | None:
    name = FILE_NAME.fullmatch(path.name)
    place = (mis.get(path.parent.name), name["table"]) if name else None
    return next((shape for shape, known in SHAPES.items() if known == place), None)
