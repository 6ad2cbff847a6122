"""Who ends a stage in a year, on which day, and with what: the results that DfE's files and the academy's own tell of.

Here: the days of each stage by their rule, its pupils, and the results as rows of the contract. Not here: how well anybody does
(attainment.py, gcse.py), and DfE's files (write_giap.py).
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.synthetic.attainment import PASS_MARK, early_goals, phonics_mark, scaled_score, science, tables_mark, writing
from pipelines.synthetic.gcse import grades_of
from pipelines.synthetic.people import Pupil
from pipelines.synthetic.plan import DAY

FIRST_MONDAY, SECOND_MONDAY = 0, 1
BELOW_THE_TEST = "B"


@dataclass(frozen=True)
class Stage:
    """A stage, the year group that ends it, and the day on which somebody must be on roll to belong to it."""

    name: str
    nc_year: int
    day: datetime.date
    known_on: datetime.date
    """The day from which the academy has the results."""


class StageResult(NamedTuple):
    """One result at the end of a stage, in the contract's words."""

    pupil: Pupil
    stage: str
    subject: str
    component: str
    day: datetime.date
    result: str


class Result(NamedTuple):
    """One result as an MIS lists them all: an assessment in the year, or a GCSE."""

    pupil: Pupil
    subject: str
    assessment: str
    period: str
    day: datetime.date
    result: str
    points: str
    scale: str


GCSES = "GCSE results"
"""What the MIS calls them; trust.yml says that it means key stage 4."""


def stages_of(year: int) -> tuple[Stage, ...]:
    """The stages that end with the academic year, but for key stage 4: GCSEs come when the year is over."""
    ends = year // 100 + 1
    early_years, tables, phonics = _last_friday(ends, 6), _monday(ends, 6, FIRST_MONDAY), _monday(ends, 6, SECOND_MONDAY)
    tests, scores = _monday(ends, 5, SECOND_MONDAY), _on_or_after(datetime.date(ends, 7, 7), weekday=1)
    return (
        Stage("EYFS", 0, early_years, early_years),
        Stage("PHONICS", 1, phonics, phonics + 14 * DAY),
        Stage("PHONICS", 2, phonics, phonics + 14 * DAY),
        Stage("MTC", 4, tables, tables + 21 * DAY),
        Stage("KS2", 6, tests, scores),
    )


def gcse_stage(year: int) -> Stage:
    """The end of key stage 4: the third Thursday of January counts the pupils, a Thursday in late August brings the results."""
    ends = year // 100 + 1
    census = _on_or_after(datetime.date(ends, 1, 15), weekday=3)
    return Stage("KS4", 11, census, _on_or_after(datetime.date(ends, 8, 20), weekday=3))


def at_the_end(pupils: Iterable[Pupil], stage: Stage, year: int) -> list[Pupil]:
    """The pupils of the stage's year group who are on the academy's own roll on its day."""
    return [
        pupil
        for pupil in pupils
        if pupil.nc_year(year) == stage.nc_year
        and any(
            spell.entry <= stage.day and (spell.leaving is None or spell.leaving >= stage.day) and spell.status in ("C", "M")
            for spell in pupil.spells
        )
    ]


def stage_results(pupils: Iterable[Pupil], year: int, by: datetime.date) -> Iterator[StageResult]:
    """The year's results of the primary stages, as far as they are known by that day."""
    everybody = list(pupils)
    for stage in stages_of(year):
        if stage.known_on <= by:
            for pupil in at_the_end(everybody, stage, year):
                for subject, component, result in _results(pupil, stage):
                    yield StageResult(pupil, stage.name, subject, component, stage.known_on, result)


def gcse_results(pupils: Iterable[Pupil], year: int, by: datetime.date) -> Iterator[Result]:
    """The GCSEs of the year's leavers, once August has brought them."""
    stage = gcse_stage(year)
    if stage.known_on > by:
        return
    for pupil in at_the_end(pupils, stage, year):
        for subject, grade in grades_of(pupil).awards.items():
            yield Result(pupil, subject, GCSES, f"Summer {stage.known_on.year}", stage.known_on, grade, "", "GCSE")


def takes_phonics(pupil: Pupil, nc_year: int) -> bool:
    """In Year 2 only who did not meet the standard the year before."""
    return nc_year == 1 or phonics_mark(pupil, 1) < PASS_MARK


def _results(pupil: Pupil, stage: Stage) -> list[tuple[str, str, str]]:
    if stage.name == "EYFS":
        return [(*goal, level) for goal, level in early_goals(pupil).items()]
    if stage.name == "PHONICS":
        if not takes_phonics(pupil, stage.nc_year):
            return []
        mark = phonics_mark(pupil, stage.nc_year)
        return [("PHONICS", "MARK", str(mark)), ("PHONICS", "OUTCOME", phonics_outcome(mark))]
    if stage.name == "MTC":
        tables = tables_mark(pupil)
        return [("MTC", "MARK", BELOW_THE_TEST if tables is None else str(tables))]
    return [
        ("READ", "TEST", str(scaled_score(pupil, "READ") or BELOW_THE_TEST)),
        ("MATH", "TEST", str(scaled_score(pupil, "MATHS") or BELOW_THE_TEST)),
        ("WRIT", "TA", writing(pupil)),
        ("SCIE", "TA", science(pupil)),
    ]


def phonics_outcome(mark: int) -> str:
    """DfE's word for having met the standard or not."""
    return "Wa" if mark >= PASS_MARK else "Wt"


def _on_or_after(day: datetime.date, weekday: int) -> datetime.date:
    return day + DAY * ((weekday - day.weekday()) % 7)


def _monday(year: int, month: int, number: int) -> datetime.date:
    return _on_or_after(datetime.date(year, month, 1), weekday=0) + 7 * number * DAY


def _last_friday(year: int, month: int) -> datetime.date:
    return _on_or_after(datetime.date(year, month + 1, 1), weekday=4) - 7 * DAY
