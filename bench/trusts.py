"""The trusts that are measured: small, middle and large, each with the nights that follow its first.

Here: making their landing files with the synthetic generator, once, and keeping them. Not here: a trust home (homes.py), which takes these
files as links; what a pupil or a mark is like (pipelines.synthetic).
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

from pipelines import synthetic, usual_calendar
from pipelines.synthetic import write_arbor
from pipelines.synthetic.plan import AS_OF, TrustPlan, plan_trust, weekdays_in_term
from pipelines.synthetic.planting import Plot
from pipelines.synthetic.rows import Export
from pipelines.synthetic.school import school_of
from pipelines.synthetic.trust import write_academy, write_register_of_the_day
from pipelines.synthetic.trust_yml import trust_yml

SEED = 6
FIRST, WHOLE_YEAR, ONE_DAY = "first", "next_whole_year", "next_one_day"
Told = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How large a trust is."""

    name: str
    academies: int
    pupils: int
    years: int


SIZES = {size.name: size for size in (Size("S", 5, 600, 1), Size("M", 40, 1_000, 1), Size("L", 100, 600, 5))}


@dataclass(frozen=True)
class Trust:
    """One trust to measure, and where its files lie once they are made."""

    size: Size
    work: Path
    seed: int = SEED

    @property
    def root(self) -> Path:
        """The folder of this trust: another seed or another generator has another."""
        size = self.size
        return self.work / "trusts" / f"{size.name}-{size.academies}x{size.pupils}x{size.years}-{self.seed}-{generator()}"

    @property
    def first_day(self) -> date:
        """The day of the first night's exports: a Friday, so that the next school day begins a week, whatever the shape of a file."""
        return AS_OF

    @property
    def next_day(self) -> date:
        """The school day after."""
        return min(day for day in weekdays_in_term(self.plan(self.first_day).years[-1]) if day > self.first_day)

    def plan(self, as_of: date) -> TrustPlan:
        """The trust as its exports of that day tell of it."""
        return plan_trust(self.size.academies, self.size.pupils, self.size.years, self.seed, as_of)

    def year_ends(self) -> list[date]:
        """The days on which a load has a further year to read: each closed year's last, and the first night's for the newest."""
        return [*(weekdays_in_term(year)[-1] for year in self.plan(self.first_day).years[:-1]), self.first_day]

    def files(self, night: str, processes: int | None = None, told: Told = lambda _: None) -> Path:
        """The folder with `landing` (and trust.yml) of that night, made if it is not there."""
        folder = self.root / night
        if not folder.exists():
            self._forget_older()
            self._make(night, folder, processes or os.cpu_count() or 1, told)
        return folder

    def marks_in_arbors_shape(self, processes: int | None = None, told: Told = lambda _: None) -> int:
        """The bytes that all marks of the first night take as Arbor's plain CSV."""
        kept = self.root / "marks_in_arbors_shape.json"
        if not kept.exists():
            counted = sum(_each_academy(_marks_as_arbor, self.plan(self.first_day), "", processes or os.cpu_count() or 1, told))
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(counted), encoding="utf-8")
        return int(json.loads(kept.read_text(encoding="utf-8")))

    def _make(self, night: str, folder: Path, processes: int, told: Told) -> None:
        """Made beside and renamed, so that what has the name is whole."""
        unfinished = folder.with_name(f"{night}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        plan = self.plan(self.first_day if night == FIRST else self.next_day)
        (unfinished / "trust.yml").write_text(trust_yml(plan), encoding="utf-8", newline="\n")
        _each_academy(_write_day if night == ONE_DAY else _write_all, plan, str(unfinished / "landing"), processes, told)
        unfinished.rename(folder)

    def _forget_older(self) -> None:
        """Files of an earlier generator are of no use any more, and large."""
        for folder in self.root.parent.glob(f"{self.size.name}-*"):
            if folder != self.root:
                shutil.rmtree(folder)


def work_folder() -> Path:
    """Where the harness keeps what it makes: $MATLAS_BENCH_WORK, else bench/.work."""
    return Path(os.environ.get("MATLAS_BENCH_WORK") or Path(__file__).with_name(".work")).resolve()


@cache
def generator() -> str:
    """A word that changes with the generator's code."""
    package = Path(synthetic.__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted(package.rglob("*.py")), *sorted(package.rglob("*.csv")), Path(usual_calendar.__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _each_academy(work: "Callable[[TrustPlan, int, str], int]", plan: TrustPlan, landing: str, processes: int, told: Told) -> list[int]:
    """The work done for every academy, in that many processes: an academy needs nothing of another's."""
    numbers = range(len(plan.academies))
    if processes == 1:
        return [work(plan, number, landing) for number in numbers]
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(work, plan, number, landing) for number in numbers]
        for done, _ in enumerate(as_completed(asked), start=1):
            told(f"academy {done} of {len(asked)}")
        return [one.result() for one in asked]


def _write_all(plan: TrustPlan, number: int, landing: str) -> int:
    academy = plan.academies[number]
    folder = Path(landing) / academy.id
    folder.mkdir(parents=True)
    write_academy(folder, school_of(plan, academy), Plot({}))
    return number


def _write_day(plan: TrustPlan, number: int, landing: str) -> int:
    academy = plan.academies[number]
    folder = Path(landing) / academy.id
    folder.mkdir(parents=True)
    write_register_of_the_day(folder, school_of(plan, academy))
    return number


def _marks_as_arbor(plan: TrustPlan, number: int, _: str) -> int:
    academy = plan.academies[number]
    school, export = school_of(plan, academy), _Scale(academy.exported_on)
    for year in school.years():
        write_arbor.write_marks(school, year, export)
    return export.bytes


class _Scale(Export):
    """An export that is weighed and thrown away."""

    def __init__(self, on: date) -> None:
        super().__init__(Path(os.devnull), on, "plain")
        self.bytes = 0

    @contextmanager
    def large(self, table: str, extension: str, part: int | None = None) -> Iterator[BinaryIO]:
        """A file nobody keeps."""
        yield cast(BinaryIO, self)

    def write(self, content: bytes, *_: object) -> None:  # type: ignore[override]
        """Count."""
        self.bytes += len(content)


def main() -> None:
    """Make trusts ahead of a bench: `python -m bench.trusts M L --processes 1`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sizes", nargs="+", choices=sorted(SIZES))
    parser.add_argument("--processes", type=int)
    asked = parser.parse_args()
    for name in asked.sizes:
        trust = Trust(SIZES[name], work_folder())
        for night in (FIRST,) if name == "L" else (FIRST, WHOLE_YEAR, ONE_DAY):
            print(trust.files(night, asked.processes), flush=True)


if __name__ == "__main__":
    main()
