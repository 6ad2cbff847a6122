"""The page as a whole: what is said first, the order of the academies, the trends, the sum of everything.

Here: what the report says, ready to be laid out. Not here: one academy (academy.py), queries (figures.py), layout (templates/).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from expectations.check import PRINCIPLES
from pipelines.report.academy import AcademyPart, Material, academy_part, measures_in_words
from pipelines.report.figures import Figures
from pipelines.report.trend import Chart, Point, chart, most, points_of
from pipelines.report.words import counted, day, listed, moment, spoken

Of = TypeVar("Of")
THANKS = " Thank you to everybody who keeps the records."


@dataclass(frozen=True)
class Tile:
    """One number of the first screen."""

    state: str
    count: int
    words: str


@dataclass(frozen=True)
class TrendRow:
    """The same as a chart, as figures: one run, and the failed checks of each principle."""

    when: str
    failed: list[int]
    together: int


@dataclass(frozen=True)
class Page:
    """Everything that the template lays out."""

    trust: str
    night: str
    run: str
    run_id: str
    counted_to: str
    waits: str
    found: str
    tiles: list[Tile]
    principles: list[tuple[str, str]]
    parts: list[AcademyPart]
    trend: Chart
    trends: list[Chart]
    trend_rows: list[TrendRow]

    @property
    def academies(self) -> list[AcademyPart]:
        """The academies without the trust."""
        return [each for each in self.parts if not each.is_trust]

    @property
    def asking(self) -> list[AcademyPart]:
        """Those with deliveries that wait or with old attendance."""
        return [each for each in self.academies if each.waiting or each.lacks_attendance]


def build_page(figures: Figures, trust_name: str) -> Page:
    """Say what the figures say."""
    principles = _principles(figures)
    parts = _parts(figures, principles)
    history = _grouped(figures.history, lambda each: each.principle)
    by_principle = {name: points_of(history[name]) for name in principles}
    top = max((most(points) for points in by_principle.values()), default=0)
    overall = points_of(figures.history)
    return Page(
        trust=trust_name or "Our trust",
        night=day(figures.checked_at) if figures.checked_at else "no night yet",
        run=moment(figures.checked_at) if figures.checked_at else "never",
        run_id=figures.run_id,
        counted_to=day(figures.counted_to) if figures.counted_to else "",
        waits=_what_waits(parts),
        found=_what_was_found(parts),
        tiles=_tiles(figures, parts),
        principles=[(name, spoken(name)) for name in principles],
        parts=parts,
        trend=chart("All checks", overall, most(overall)),
        trends=[chart(spoken(name), points, top) for name, points in by_principle.items()],
        trend_rows=_trend_rows(overall, by_principle),
    )


def _principles(figures: Figures) -> list[str]:
    """Those that a check was made of, in the order of the spec; one that no version of ours knows comes last."""
    found = {each.principle for each in figures.results}
    return [*(each for each in PRINCIPLES if each in found), *sorted(found - set(PRINCIPLES))]


def _parts(figures: Figures, principles: list[str]) -> list[AcademyPart]:
    """Every academy of the warehouse, those with the most to do first; what is said of the trust's own figures comes last."""
    about = {each.academy_id: each for each in figures.academies}
    results, work = _grouped(figures.results, _academy_of), _grouped(figures.work, _academy_of)
    lines, decisions = _grouped(figures.lines, _academy_of), _grouped(figures.decisions, _academy_of)
    waiting, history = _grouped(figures.waiting, _academy_of), _grouped(figures.history, _academy_of)
    known = [*about, *sorted((results.keys() | waiting.keys()) - about.keys())]
    points = {academy_id: points_of(history[academy_id]) for academy_id in known}
    top = max((most(each) for each in points.values()), default=0)
    said = measures_in_words(figures.measures)
    parts = []
    for one in known:
        material = Material(one, about.get(one), results[one], work[one], lines[one], decisions[one], waiting[one])
        parts.append(academy_part(material, principles, chart("Failed checks", points[one], top), said))
    return sorted(parts, key=lambda each: (each.is_trust, not each.has_something_to_do, each.worst, -each.failed, each.name))


def _academy_of(row: Any) -> str:
    return str(row.academy_id)


def _grouped(rows: Iterable[Of], key: Callable[[Of], str]) -> dict[str, list[Of]]:
    found: dict[str, list[Of]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _what_waits(parts: list[AcademyPart]) -> str:
    """The first sentence: what a person has to decide or to send."""
    statuses = Counter(each.status for part in parts for each in part.waiting)
    stale = sum(part.lacks_attendance for part in parts)
    things = [
        f"{counted(statuses['held'], 'delivery is', 'deliveries are')} held until somebody decides" if statuses["held"] else "",
        f"{counted(statuses['rejected'], 'delivery', 'deliveries')} could not be read" if statuses["rejected"] else "",
        f"the attendance of {counted(stale, 'academy', 'academies')} is old" if stale else "",
    ]
    said = [each for each in things if each]
    return f"{listed(said)[0].upper()}{listed(said)[1:]}." if said else "Nothing waits for a person."


def _what_was_found(parts: list[AcademyPart]) -> str:
    """The second sentence: how many checks failed, and at how many academies."""
    academies = [each for each in parts if not each.is_trust]
    if not any(each.principles for each in parts):
        return "No check has been made yet."
    failed = sum(each.failed for each in parts)
    not_run = sum(each.not_run for each in parts)
    unmade = f" {counted(not_run, 'check')} could not be run: that is no pass." if not_run else ""
    if not failed:
        return f"No check found anything to put right.{unmade or THANKS}"
    where = sum(each.failed > 0 for each in academies)
    clean = sum(not each.has_something_to_do for each in academies)
    rest = f" {counted(clean, 'academy has', 'academies have')} nothing to put right." if clean else ""
    return f"{counted(failed, 'check')} failed, at {where} of {counted(len(academies), 'academy', 'academies')}.{rest}{unmade}"


def _tiles(figures: Figures, parts: list[AcademyPart]) -> list[Tile]:
    statuses = Counter(each.status for each in figures.results)
    return [
        Tile("hold", sum(len(each.waiting) for each in parts), "deliveries that wait"),
        Tile("warn", sum(each.failed for each in parts), "checks that failed"),
        Tile("accepted", sum(each.accepted for each in parts), "failures accepted until a day"),
        Tile("not_run", statuses["not_run"], "checks not run"),
        Tile("nothing", statuses["not_applicable"], "checks with nothing to judge"),
        Tile("pass", statuses["pass"], "checks passed"),
    ]


def _trend_rows(overall: list[Point], by_principle: dict[str, list[Point]]) -> list[TrendRow]:
    """Latest first, as a person looks for it."""
    failed = {name: {point.checked_at: point.failed for point in points} for name, points in by_principle.items()}
    return [
        TrendRow(moment(point.checked_at), [failed[name].get(point.checked_at, 0) for name in by_principle], point.failed)
        for point in reversed(overall)
    ]
