"""Planted defects: what a defect is, where each goes, and the list of answers.

A defect is one small function, listed in defects.py under the id of the check or the reason code that must find it, with the stage at
which it works:

- `plan`: changes the academy before anything is made up
- `people`: changes pupils before anything is written
- `year`: changes the newest year's register and events
- `files`: changes or adds files after everything is written

Not here: the defects themselves (plant_people.py, plant_files.py) and the list of them (defects.py).
"""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from pipelines.synthetic.plan import AcademyPlan, TrustPlan, weekdays_in_term
from pipelines.synthetic.school import School, SchoolYear
from pipelines.synthetic.write_bromcom import WEEKLY_COUNTS


@dataclass(frozen=True)
class Answer:
    """One finding that the warehouse must make: `failed` rows (1 for a whole file) of a check or a reading fault in one academy."""

    found_by: str
    """`check_id` or `reason_code`."""
    name: str
    academy_id: str
    failed: int
    places: tuple[tuple[str, int | None], ...] = ()
    """File and line of each row fault; file alone of a file fault."""


@dataclass(frozen=True)
class Ground:
    """The landing folder of one academy, to plant in."""

    folder: Path
    plan: TrustPlan
    academy: AcademyPlan

    @property
    def on(self) -> datetime.date:
        """The day of the academy's newest export."""
        return self.academy.exported_on

    @property
    def day_before(self) -> datetime.date:
        """The school day before the newest export: a broken delivery of that day is followed by a good one."""
        return max((day for day in weekdays_in_term(self.plan.years[-1]) if day < self.on), default=self.on - datetime.timedelta(days=1))

    def newest(self, table: str) -> Path:
        """The newest file of a table, or its first part."""
        return min(self.folder.glob(f"{table}_{self.on}*"))

    def lines(self, path: Path) -> list[bytes]:
        """The lines of a file, packed or not, with their ends."""
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = pa.CompressedInputStream(pa.BufferReader(content), "gzip").read()
        return content.splitlines(keepends=True)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file, packed if its name says so."""
        if path.suffix == ".gz":
            with pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "gzip") as stream:
                stream.write(content)
        else:
            path.write_bytes(content)

    def file_fault(self, reason_code: str, name: str) -> Answer:
        """The answer for a file that cannot be read or accepted."""
        return Answer("reason_code", reason_code, self.academy.id, 1, ((name, None),))


ChangePlan = Callable[[TrustPlan, AcademyPlan], AcademyPlan]
ChangePeople = Callable[[School], list[Answer]]
ChangeYear = Callable[[School, SchoolYear], list[Answer]]
ChangeFiles = Callable[[Ground], list[Answer]]


@dataclass(frozen=True)
class Defect:
    """A kind of defect: its id, the MIS whose files can have it, and what plants it.

    The id is that of the check or the reason code that finds it; where that finds several kinds, a name of its own.
    """

    id: str
    mises: tuple[str, ...]
    plan: ChangePlan | None = None
    people: ChangePeople | None = None
    year: ChangeYear | None = None
    files: ChangeFiles | None = None
    needs_two: bool = False
    """It spoils so much of an academy that it is planted only where another academy has the same MIS."""


@dataclass
class Plot:
    """Which defects go where (by academy id), and the answers so far."""

    where: dict[str, list[Defect]]
    answers: list[Answer] = field(default_factory=list)

    def people(self, school: School) -> None:
        """Plant in the pupils."""
        for defect in self.where.get(school.academy.id, []):
            if defect.people:
                self.answers += defect.people(school)

    def year(self, school: School, year: SchoolYear) -> None:
        """Plant in the newest year; the closed ones stay clean."""
        for defect in self.where.get(school.academy.id, []):
            if defect.year and year.year == school.plan.years[-1]:
                self.answers += defect.year(school, year)

    def files(self, ground: Ground) -> None:
        """Plant in the files."""
        for defect in self.where.get(ground.academy.id, []):
            if defect.files:
                self.answers += defect.files(ground)

    def write_answers(self, path: Path) -> None:
        """answers.json: one entry a kind and academy, its rows added up."""
        path.write_text(json.dumps(merged(self.answers), indent=1) + "\n", encoding="utf-8", newline="\n")


def chosen_places(plan: TrustPlan, defects: tuple[Defect, ...]) -> Plot:
    """Every defect in one academy that can have it, in turn; where an MIS has several academies, its last stays clean."""
    where: dict[str, list[Defect]] = {}
    for number, defect in enumerate(defects):
        fit = [academy for academy in plan.academies if academy.mis in defect.mises and academy.variant != WEEKLY_COUNTS]
        if len(fit) > 1:
            fit = fit[:-1]
        elif defect.needs_two:
            continue
        if fit:
            where.setdefault(fit[number % len(fit)].id, []).append(defect)
    return Plot(where)


def prepared(plan: TrustPlan, plot: Plot) -> TrustPlan:
    """The plan with its `plan` defects; an academy whose files are changed sends them unzipped, so that a line can be named."""
    academies = []
    for academy in plan.academies:
        changed = academy
        for defect in plot.where.get(academy.id, []):
            if defect.plan:
                changed = defect.plan(plan, changed)
                plot.answers.append(Answer("check_id", defect.id, academy.id, 1))
            if defect.files:
                changed = replace(changed, packing=changed.packing.replace("zip", "plain"))
        academies.append(changed)
    return replace(plan, academies=tuple(academies))


def merged(answers: list[Answer]) -> list[dict[str, object]]:
    """The answers as quality.md writes them. `file` and `line` are lists where the kind has several rows."""
    entries: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        entries.setdefault((answer.academy_id, answer.found_by, answer.name), []).append(answer)
    listed = []
    for (academy_id, found_by, name), found in sorted(entries.items()):
        places = [place for answer in found for place in answer.places]
        entry: dict[str, object] = {found_by: name, "academy_id": academy_id, "failed": sum(answer.failed for answer in found)}
        if places:
            entry["file"] = places[0][0] if len(places) == 1 else [file for file, _ in places]
        if any(line for _, line in places):
            entry["line"] = places[0][1] if len(places) == 1 else [line for _, line in places]
        listed.append(entry)
    return listed
