"""The demo trust: six academies, every MIS and the canonical profile, last year and this year to an ordinary Friday in March.

`make sample` writes data_samples/ anew; `copy_demo` makes a trust home of it. Not here: what the trust's files look
like (the writers).
"""

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

from pipelines.synthetic import write_bromcom, write_giap
from pipelines.synthetic.defects import DEFECTS
from pipelines.synthetic.plan import AcademyPlan, TrustPlan, linked, plan_trust, weekdays_in_term
from pipelines.synthetic.planting import Plot
from pipelines.synthetic.rows import Export
from pipelines.synthetic.school import school_of
from pipelines.synthetic.stages import gcse_stage
from pipelines.synthetic.trust import refuse_unless_empty, write_planned
from pipelines.synthetic.trust_yml import with_readers
from pipelines.synthetic.write_bromcom import WEEKLY_COUNTS

DATA_SAMPLES = Path(__file__).parents[2] / "data_samples"
AS_OF = datetime.date(2026, 3, 13)
SEED = 2026
PUPILS = (210, 380, 90, 330, 180, 240)
"""Pupils of the six academies: sizes that differ as schools do, small enough for the files to live in git."""
DEFECTS_OF = {0: ("bad_date", "field_count", "unmapped_mark", "unmapped_code"), 4: ("shrunk",)}
"""A few honest defects: bad rows and an unknown code in one academy, a halved pupil list in another."""
WITH_EARLIER_RESULTS = 1
"""The secondary academy, on Bromcom, that sent its list of pupils and DfE's results a year earlier than the rest."""


def copy_demo(directory: Path) -> None:
    """Make `directory` a trust home with the demo trust's trust.yml and deliveries.

    Raises FileExistsError when the directory is not empty, FileNotFoundError when the samples are not beside the program.
    """
    refuse_unless_empty(directory)
    if not (DATA_SAMPLES / "trust.yml").exists():
        raise FileNotFoundError(f"{DATA_SAMPLES} holds no demo trust. Run Matlas from its repository, or use `matlas synth`.")
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DATA_SAMPLES / "trust.yml", directory / "trust.yml")
    shutil.copytree(DATA_SAMPLES / "landing", directory / "landing")


def demo_plan() -> TrustPlan:
    """The demo trust: the first six academies of any synthetic trust, the last of them on Bromcom with weekly counts alone."""
    plan = plan_trust(academies=len(PUPILS), pupils=1, years=2, seed=SEED, as_of=AS_OF)
    academies = [replace(academy, pupils=pupils) for academy, pupils in zip(plan.academies, PUPILS, strict=True)]
    academies[-1] = replace(academies[-1], mis="bromcom", variant=WEEKLY_COUNTS)
    return linked(replace(plan, academies=tuple(_packed(academy) for academy in academies), events_per_pupil=6))


def _packed(academy: AcademyPlan) -> AcademyPlan:
    """What is large goes compressed; SIMS sends its registers plain, so that somebody can look at them, and the rest in a zip."""
    return replace(academy, packing={"sims": "zip", "arbor": "parts gz"}.get(academy.mis, "gz"))


def write_demo(directory: Path) -> None:
    """Write the demo trust's files to a new directory."""
    plan = demo_plan()
    where = {plan.academies[number].id: [one for one in DEFECTS if one.id in ids] for number, ids in DEFECTS_OF.items()}
    write_planned(directory, plan, Plot(where))
    written = (directory / "trust.yml").read_text(encoding="utf-8")
    (directory / "trust.yml").write_text(with_readers(written, plan), encoding="utf-8", newline="\n")
    _write_results_of_the_year_before(directory, plan)


def _write_results_of_the_year_before(directory: Path, plan: TrustPlan) -> None:
    """One academy's GCSEs of the year before all others, with its pupils of then: so that a result has a year before it.

    It has a sixth form, so that those who ended Year 11 then are still among its pupils.
    """
    year = plan.years[0] - 101
    school = school_of(plan, plan.academies[WITH_EARLIER_RESULTS])
    folder = directory / "landing" / school.academy.id
    exported_on = weekdays_in_term(year)[-1]
    export = Export(folder, exported_on, school.academy.packing)
    write_bromcom.write_pupils(school, year, exported_on, export)
    export.close()
    write_giap.write_year(school, folder, year, [gcse_stage(year)])


def write_samples() -> None:
    """Write data_samples/ anew, but for its README."""
    for old in (DATA_SAMPLES / "landing", DATA_SAMPLES / "trust.yml"):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    write_demo(DATA_SAMPLES)
