"""Write the synthetic trust: trust.yml and every academy's landing folder.

Not here: what is written (plan.py, people.py, registers.py, events.py) and in which shape (write_*.py).
"""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipelines.synthetic import write_arbor, write_beside, write_bromcom, write_ctf, write_giap, write_matlas, write_sims, write_wonde
from pipelines.synthetic.defects import DEFECTS
from pipelines.synthetic.plan import AS_OF, TrustPlan, plan_trust
from pipelines.synthetic.planting import Ground, Plot, chosen_places, prepared
from pipelines.synthetic.rows import Export
from pipelines.synthetic.school import School, SchoolYear, school_of
from pipelines.synthetic.trust_yml import trust_yml

Progress = Callable[[str, int, int], None]
"""Called before each academy with its name, how many are done, and how many there are."""
WRITERS: dict[str, Callable[[School, SchoolYear, Export], None]] = {
    "arbor": write_arbor.write,
    "bromcom": write_bromcom.write,
    "wonde": write_wonde.write,
    "sims": write_sims.write,
    "matlas": write_matlas.write,
}
REGISTER_WRITERS: dict[str, Callable[[School, SchoolYear, Export], None]] = {
    "arbor": write_arbor.write_marks,
    "bromcom": write_bromcom.write_marks,
    "wonde": write_wonde.write_marks,
    "sims": write_sims.write_marks,
    "matlas": write_matlas.write_marks,
}
LACKS = {
    "arbor": write_beside.Lacks(write_arbor.student_id, write_arbor.staff_id, ()),
    "bromcom": write_beside.Lacks(write_bromcom.student_id, write_bromcom.staff_id, ("staff_contract", "club_membership")),
    "wonde": write_beside.Lacks(write_wonde.student_id, write_wonde.employee_id, ("club_membership",), results=True),
    "sims": write_beside.Lacks(write_sims.adno, write_sims.staff_code, ("club_membership",)),
    "matlas": write_beside.Lacks(
        write_matlas.pupil_id, write_matlas.staff_id, ("staff", "staff_contract", "staff_absence", "club_membership"), results=True
    ),
}
OWN_CALENDAR = ("arbor", "matlas")


def write_trust(
    directory: Path,
    academies: int,
    pupils: int,
    years: int,
    seed: int,
    defects: bool = False,
    progress: Progress | None = None,
    as_of: datetime.date = AS_OF,
) -> None:
    """Make `directory` the home of a fictional trust, with that many academies, pupils in each, and academic years.

    The same arguments give the same bytes. A later `as_of` in the same academic year gives the same pupils and marks and some days more.
    With `defects`, known faults are planted and listed in answers.json. Raises FileExistsError when the directory is not empty.
    """
    refuse_unless_empty(directory)
    plan = plan_trust(academies, pupils, years, seed, as_of)
    plot = chosen_places(plan, DEFECTS if defects else ())
    write_planned(directory, plan, plot, progress)
    if defects:
        plot.write_answers(directory / "answers.json")


def refuse_unless_empty(directory: Path) -> None:
    """Nothing that somebody has is ever overwritten."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise FileExistsError(f"{directory} is not empty. Choose a new directory, or empty this one first.")


def write_planned(directory: Path, planned: TrustPlan, plot: Plot, progress: Progress | None = None) -> None:
    """Write a planned trust, an academy after the other: only one academy's year is in memory at a time."""
    plan = prepared(planned, plot)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "trust.yml").write_text(trust_yml(plan), encoding="utf-8", newline="\n")
    for done, academy in enumerate(plan.academies):
        if progress:
            progress(academy.name, done, len(plan.academies))
        folder = directory / "landing" / academy.id
        folder.mkdir(parents=True)
        write_academy(folder, school_of(plan, academy), plot)
    if progress:
        progress("", len(plan.academies), len(plan.academies))


def write_academy(folder: Path, school: School, plot: Plot) -> None:
    """Every export of one academy: one for each closed year, and the latest."""
    academy = school.academy
    plot.people(school)
    for year in school.years():
        plot.year(school, year)
        export = Export(folder, year.exported_on, academy.packing)
        WRITERS[academy.mis](school, year, export)
        if year.staff_days and academy.mis not in OWN_CALENDAR:
            write_matlas.write_calendar(year, export)
        write_beside.write(year, export, LACKS[academy.mis])
        export.close()
    write_giap.write(school, folder)
    write_ctf.write(school, folder)
    plot.files(Ground(folder, school.plan, academy))


def write_register_of_the_day(folder: Path, school: School) -> None:
    """The marks of the last export's day and nothing else: the delivery of an academy that sends each day's registers when it is over."""
    academy = school.academy
    *_, year = school.years()
    export = Export(folder, year.exported_on, academy.packing)
    REGISTER_WRITERS[academy.mis](school, replace(year, register=year.register.on(year.exported_on)), export)
    export.close()
