"""What a delivery replaces: the pure rules of the modes snapshot, year and window.

Here: the place of a delivery, the rows it stands against when it is judged for having shrunk, and when later deliveries have taken its
whole place. Not here: the fold over deliveries (verdicts.py), and which row of a key wins (the std_ models).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.sources.contract import Mode
from pipelines.store.manifest import DayCounts
from pipelines.store.records import EntityReading
from pipelines.trust import academic_year

NC_YEARS = ("E1", "E2", "N1", "N2", "R", *(str(year) for year in range(1, 15)))
LEAVING_YEARS = {
    "nursery": {"N1", "N2"},
    "primary": {"6"},
    "middle": {"7", "8"},
    "secondary": {"11", "13", "14"},
    "all_through": {"11", "13", "14"},
    "special": {"11", "13", "14"},
    "alternative_provision": {"11"},
    "post16": {"13", "14"},
}
ENDS_OF_PRIMARY = {"2", "4", "6"}  # the last year of an infant, a first and a primary school
LEAVING_SEASON = ((7, 1), (9, 30))
Covers = Callable[[EntityReading, EntityReading], bool]


@dataclass(frozen=True)
class Place:
    """What one delivery does to one entity: it replaces rows dated `first` to `last` (both null: by key alone)."""

    mode: Mode
    time_period: int
    first: date | None
    last: date | None

    def days(self) -> range:
        """The ordinals of the days it replaces."""
        if self.first is None or self.last is None:
            return range(0)
        return range(self.first.toordinal(), self.last.toordinal() + 1)


def place_of(mode: Mode, effective_date: date, first_date: date | None, last_date: date | None) -> Place:
    """Return the place of a delivery whose accepted rows are dated `first_date` to `last_date`.

    A window ends on the effective date if its last row is later: a planned mark must not stretch it.
    """
    time_period = academic_year(effective_date)
    if mode == "year":
        return Place(mode, time_period, *bounds(time_period))
    if mode == "window" and first_date and last_date and first_date <= effective_date:
        return Place(mode, time_period, first_date, min(last_date, effective_date))
    return Place(mode, time_period, None, None)


def bounds(time_period: int) -> tuple[date, date]:
    """Return the first and last day of an academic year."""
    start = time_period // 100
    return date(start, 8, 1), date(start + 1, 7, 31)


def leaving_years(phase: str, rows_by_nc_year: dict[str, int]) -> set[str]:
    """Return the NC years that leave in summer: the phase's, and the last one of an infant or first school."""
    present = [year for year in NC_YEARS if rows_by_nc_year.get(year)]
    ends = ENDS_OF_PRIMARY & set(present[-1:]) if phase in ("primary", "special") else set()
    return LEAVING_YEARS.get(phase, set()) | ends


def leaving_share(phase: str, rows_by_nc_year: dict[str, int]) -> float:
    """Return the share of rows (0–1) in the leaving years."""
    total = sum(rows_by_nc_year.values())
    return sum(rows_by_nc_year.get(year, 0) for year in leaving_years(phase, rows_by_nc_year)) / total if total else 0.0


def is_leaving_season(day: date) -> bool:
    """Whether a snapshot of this date may lack the leaving years: 1 July to 30 September."""
    return LEAVING_SEASON[0] <= (day.month, day.day) <= LEAVING_SEASON[1]


@dataclass(frozen=True)
class Standing:
    """The rows that stood in a delivery's own place before it, and the rows it brings there."""

    before: int
    now: int
    batch_id: str
    rows_by_nc_year: dict[str, int]


@dataclass
class Holdings:
    """What the accepted deliveries of one table hold of one entity, each added in its turn.

    Windows are compared day by day, on the days that both have: a file of the year to date stands against last night's, a corrected week
    against that week of whatever file brought it.
    """

    snapshot: tuple[str, EntityReading] | None = None
    years: dict[int, tuple[str, int]] = field(default_factory=dict)
    days: dict[int, tuple[str, int]] = field(default_factory=dict)

    def add(self, batch_id: str, place: Place, reading: EntityReading, counts: DayCounts | None) -> None:
        """Take in an accepted delivery: its own place now holds its rows."""
        if place.mode == "snapshot":
            self.snapshot = (batch_id, reading)
        elif place.mode == "year":
            self.years[place.time_period] = (batch_id, rows_of_year(reading, place.time_period))
        else:
            by_day = _by_day(counts)
            self.days.update((day, (batch_id, by_day.get(day, 0))) for day in place.days())

    def against(self, place: Place, reading: EntityReading, counts: DayCounts | None) -> Standing | None:
        """Return what stands in the place of a delivery that comes next, None where nothing does."""
        if place.mode == "snapshot":
            if self.snapshot is None:
                return None
            batch_id, before = self.snapshot
            return Standing(before.rows_accepted, reading.rows_accepted, batch_id, before.rows_by_nc_year)
        if place.mode == "year":
            if place.time_period not in self.years:
                return None
            batch_id, rows = self.years[place.time_period]
            return Standing(rows, rows_of_year(reading, place.time_period), batch_id, {})
        shared = [day for day in place.days() if day in self.days]
        if not shared:
            return None
        by_day = _by_day(counts)
        batch_id = self.days[shared[-1]][0]
        return Standing(sum(self.days[day][1] for day in shared), sum(by_day.get(day, 0) for day in shared), batch_id, {})


def rows_of_year(reading: EntityReading, time_period: int) -> int:
    """Return the accepted rows of the effective date's year; a row without a date counts there."""
    undated = reading.rows_accepted - sum(reading.rows_by_year.values())
    return reading.rows_by_year.get(str(time_period), 0) + undated


def _by_day(counts: DayCounts | None) -> dict[int, int]:
    if counts is None:
        return {}
    first = counts.first_day.toordinal()
    return {first + offset: rows for offset, rows in enumerate(counts.counts) if rows}


@dataclass
class Later:
    """The places that accepted deliveries of one table take after the one in hand; they are added from the newest back."""

    snapshots: dict[int, EntityReading] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    windows: list[tuple[date, date]] = field(default_factory=list)

    def take_all_of(self, place: Place, reading: EntityReading, covers: Covers) -> bool:
        """Whether nothing of an accepted delivery is left in the warehouse, so that it need not be read again.

        A snapshot is gone when the next one of its year has every key that it has (a key that vanished keeps its last row); a year
        when every year of which it has rows came again; a window when later ones cover all its days.
        """
        if place.mode == "snapshot":
            following = self.snapshots.get(place.time_period)
            return following is not None and covers(reading, following)
        if place.mode == "year":
            return {place.time_period, *(int(year) for year in reading.rows_by_year)} <= self.years
        if reading.first_date is None or reading.last_date is None:
            return False
        return any(first <= reading.first_date and reading.last_date <= last for first, last in self.windows)

    def add(self, place: Place, reading: EntityReading) -> None:
        """Take in an accepted delivery."""
        if place.mode == "snapshot":
            self.snapshots[place.time_period] = reading
        elif place.mode == "year":
            self.years.add(place.time_period)
        elif place.first and place.last:
            self.windows = _joined([*self.windows, (place.first, place.last)])


def _joined(windows: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return windows with those that touch or overlap made one."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(windows):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
