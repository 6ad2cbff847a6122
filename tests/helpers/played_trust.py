"""A trust of twelve academies played night by night, as its published tables would have it: figures by chance, and what a test plants.

Here: the published tables that alert rules read, in a DuckDB file, grown week by week: counts drawn for cells of pupils (disadvantaged ×
SEN × first language × sex), so that groups add up to all pupils. Absences come by the day or two (sessions of a pupil hang together), each
week has weather of its own, and each year's pupils are a little unlike the last one's. Not here: what is planted, and what must come of it.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from expectations.dq_schema import BATCH, CHECK_DECISION, CHECK_RESULT

ACADEMIES = tuple(f"academy{number:02}" for number in range(1, 13))
HALF_TERMS = (
    (date(2025, 9, 1), date(2025, 10, 24)),
    (date(2025, 11, 3), date(2025, 12, 19)),
    (date(2026, 1, 5), date(2026, 2, 13)),
    (date(2026, 2, 23), date(2026, 3, 27)),
    (date(2026, 4, 13), date(2026, 5, 22)),
    (date(2026, 6, 1), date(2026, 7, 17)),
)
A_YEAR = timedelta(days=364)
"""The same weekday a year before."""
TOPICS: dict[str, dict[str, float]] = {
    "disadvantaged": {"yes": 0.3, "no": 0.7},
    "sen": {"none": 0.8, "support": 0.15, "ehcp": 0.05},
    "eal": {"yes": 0.2, "no": 0.8},
    "sex": {"F": 0.5, "M": 0.5},
}
CELLS = tuple(itertools.product(*TOPICS.values()))
SHARES = np.array([np.prod([shares[name] for shares, name in zip(TOPICS.values(), cell, strict=True)]) for cell in CELLS])
DISADVANTAGED = np.array([cell[0] == "yes" for cell in CELLS])
USUAL = {"attendance_rate": 0.957, "unauthorised_absence_rate": 0.012, "late_rate": 0.025, "suspension_rate": 0.0012}
TOGETHER = {"attendance_rate": 4, "unauthorised_absence_rate": 4, "late_rate": 1, "suspension_rate": 1}
"""How many sessions come and go together."""
UNITS = {"suspension_rate": "per 100 pupils"}
NAMES = {
    "attendance_rate": "Attendance",
    "unauthorised_absence_rate": "Unauthorised absence",
    "late_rate": "Lateness",
    "suspension_rate": "Suspensions",
}
RED = {"attendance_rate": 94.0, "suspension_rate": 12.0}
Counts = npt.NDArray[np.int64]
Shift = Callable[[str, str, date], npt.NDArray[np.float64] | float]
"""What a test plants: what is added to the chance of a session in each cell, for an academy, a measure and the Monday of a week."""


def nothing(academy_id: str, measure_id: str, monday: date) -> float:
    """A quiet trust."""
    return 0.0


@dataclass
class PlayedTrust:
    """The trust's published tables up to a day, on an open connection."""

    connection: duckdb.DuckDBPyConnection
    seed: int
    shift: Shift = nothing
    closed: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)
    """Days on which an academy alone is closed, besides the holidays of all."""
    pupils: dict[str, Counts] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        self.pupils = {
            academy_id: np.maximum(1, np.round(SHARES * int(self.chance.integers(180, 1100)))).astype(np.int64) for academy_id in ACADEMIES
        }
        self.cohort = {
            (academy_id, year): self.chance.normal(0, 0.006, len(CELLS)) for academy_id in ACADEMIES for year in (202425, 202526)
        }
        self.year_to_date: dict[tuple[str, str], tuple[float, float]] = {}
        self.weeks: set[date] = set()
        _make_tables(self.connection)
        self._insert("core.dim_school_day", list(self._calendar()))
        for monday in self._mondays(2024):
            self._add_week(monday)

    def open_days(self, academy_id: str, day: date) -> bool:
        """Whether a day is a school day of an academy."""
        day = day if day >= HALF_TERMS[0][0] else day + A_YEAR
        in_term = day.weekday() < 5 and any(first <= day <= last for first, last in HALF_TERMS)
        return in_term and not any(first <= day <= last for first, last in self.closed.get(academy_id, ()))

    def go_to(self, day: date, delivered_to: Mapping[str, date]) -> None:
        """Publish the tables as of `day`; `delivered_to` where an academy's attendance reaches less far."""
        for monday in self._mondays(2025):
            if monday not in self.weeks and monday + timedelta(days=4) <= day:
                self._add_week(monday)
        self._stand(day, delivered_to)
        self._score()

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put rows into a table of the checks; a column left out is null or, where it must be something, empty."""
        self._insert(table, [{**_EMPTY[table], **row} for row in rows])

    def execute(self, sql: str) -> None:
        """Change the published tables by hand."""
        self.connection.execute(sql)

    def _mondays(self, year: int) -> Iterator[date]:
        for first, last in HALF_TERMS:
            monday = first - timedelta(days=first.weekday())
            while monday <= last:
                yield monday if year == 2025 else monday - A_YEAR
                monday += timedelta(days=7)

    def _calendar(self) -> Iterator[dict[str, Any]]:
        for academy_id in ACADEMIES:
            for number in range(730):
                day = date(2024, 8, 1) + timedelta(days=number)
                yield {
                    "academy_id": academy_id,
                    "session_date": day,
                    "time_period": 202425 if day < date(2025, 8, 1) else 202526,
                    "week_start_date": day - timedelta(days=day.weekday()),
                    "is_school_day": self.open_days(academy_id, day),
                }

    def _add_week(self, monday: date) -> None:
        """One week of every academy and of the trust."""
        self.weeks.add(monday)
        year = 202526 if monday >= HALF_TERMS[0][0] - timedelta(days=7) else 202425
        rows: list[tuple[Any, ...]] = []
        totals: dict[str, list[Counts]] = {}
        for academy_id in ACADEMIES:
            days = sum(self.open_days(academy_id, monday + timedelta(days=number)) for number in range(5))
            if days:
                for measure_id in USUAL:
                    counted = self._drawn(academy_id, measure_id, monday, year, days)
                    rows += _rows("academy", academy_id, year, monday, measure_id, counted)
                    totals.setdefault(measure_id, []).append(counted)
                    if year == 202526:
                        had = self.year_to_date.get((academy_id, measure_id), (0.0, 0.0))
                        self.year_to_date[academy_id, measure_id] = (had[0] + float(counted[0].sum()), had[1] + float(counted[1].sum()))
        for measure_id, each in totals.items():
            rows += _rows("trust", "trust", year, monday, measure_id, np.sum(each, axis=0))
        names = [row[0] for row in self.connection.execute("describe marts.measure_value").fetchall()]
        self._insert("marts.measure_value", [dict(zip(names, row, strict=True)) for row in rows])
        trend = {"measure_id": list(USUAL)}
        self._insert(
            "marts.weekly_trend",
            [
                {"academy_id": academy_id, "measure_id": each, "period_start": monday, "last_year_to": monday - A_YEAR + timedelta(days=6)}
                for academy_id in ACADEMIES
                for each in trend["measure_id"]
                if year == 202526
            ],
        )

    def _drawn(self, academy_id: str, measure_id: str, monday: date, year: int, days: int) -> Counts:
        """Four rows of a number for each cell: counted, counted out of, and the people of both."""
        people = self.pupils[academy_id]
        sign = 1 if measure_id == "attendance_rate" else -1
        usual = USUAL[measure_id]
        size = min(usual, 1 - usual)
        chance = (
            usual + sign * size * (self.cohort[academy_id, year] / 0.04 + self.chance.normal(0, 0.1)) - sign * size * 0.5 * DISADVANTAGED
        )
        chance = np.clip(chance + self.shift(academy_id, measure_id, monday), 0, 1)
        if measure_id == "suspension_rate":
            counted = self.chance.poisson(people * chance)
            return np.array([counted, people, counted, people])
        together = TOGETHER[measure_id]
        sessions = people * days * 2
        counted = np.minimum(together * self.chance.binomial(np.maximum(1, sessions // together), chance), sessions)
        counted_people = (
            people if measure_id == "attendance_rate" else np.minimum(people, np.ceil(counted / (together * 0.7)).astype(np.int64))
        )
        return np.array([counted, sessions, counted_people, people])

    def _stand(self, day: date, delivered_to: Mapping[str, date]) -> None:
        """dim_academy: an academy is stale when more than two of its school days are not delivered."""
        rows = []
        for academy_id in ACADEMIES:
            last = min(delivered_to.get(academy_id, day), day)
            missed = sum(self.open_days(academy_id, last + timedelta(days=number)) for number in range(1, (day - last).days + 1))
            rows.append({"academy_id": academy_id, "last_delivered_on": last, "is_stale": missed > 2})
        self.connection.execute("delete from core.dim_academy")
        self._insert("core.dim_academy", rows)

    def _score(self) -> None:
        cards, goals = [], []
        for (academy_id, measure_id), (counted, out_of) in self.year_to_date.items():
            if measure_id not in RED:
                continue
            people = float(self.pupils[academy_id].sum())
            is_rate = measure_id == "attendance_rate"
            value = 100 * counted / (out_of if is_rate else people)
            margin = 1.96 * (7 / people**0.5 if is_rate else 100 * max(counted, 1) ** 0.5 / people)
            about = {"academy_id": academy_id, "measure_id": measure_id, "time_period": 202526}
            cards.append(
                {
                    **about, "measure_name": NAMES[measure_id], "domain": "attendance" if is_rate else "inclusion",
                    "unit": "%" if is_rate else "per 100 pupils", "direction": "higher" if is_rate else "lower",
                    "value": value, "ci_low": value - margin, "ci_high": value + margin, "value_status": "ok", "is_small": False,
                }
            )  # fmt: skip
            goals.append({**about, "level": "academy", "red": RED[measure_id]})
        for table, rows in (("marts.scorecard", cards), ("marts.goal_year", goals)):
            self.connection.execute(f"delete from {table}")
            self._insert(table, rows)

    def _insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.register("laid_out", pa.Table.from_pylist(list(rows)))
            self.connection.execute(f"insert into {table} by name select * from laid_out")
            self.connection.unregister("laid_out")


def _rows(level: str, academy_id: str, year: int, monday: date, measure_id: str, counted: Counts) -> Iterator[tuple[Any, ...]]:
    groups: list[tuple[str, str, npt.NDArray[np.bool_]]] = [("all", "all", np.ones(len(CELLS), dtype=bool))]
    for place, (topic, shares) in enumerate(TOPICS.items()):
        groups += [(topic, name, np.array([cell[place] == name for cell in CELLS])) for name in shares]
    for topic, name, inside in groups:
        numerator, denominator, counted_people, people = (float(each) for each in counted[:, inside].sum(axis=1))
        value = 100 * numerator / denominator
        yield (
            level, academy_id, "all" if level == "trust" else "primary", year, "week", monday, monday + timedelta(days=6), topic, name,
            measure_id, numerator, denominator, int(counted_people), int(people), value, "ok",
        )  # fmt: skip


_EMPTY: dict[str, dict[str, Any]] = {}


def _make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The columns that rules read, with the names and types of the published ones."""
    for schema in ("core", "marts", "dq", "ref"):
        connection.execute(f"create schema {schema}")
    for name, columns in _TABLES.items():
        connection.execute(f"create table {name} ({columns})")
    for table in (BATCH, CHECK_RESULT, CHECK_DECISION):
        for statement in table.ddl():
            connection.execute(statement)
        _EMPTY[table.full_name] = {column.name: _empty(column.type) for column in table.columns if "not null" in column.type}
    measures = [
        (each, NAMES[each], "attendance" if each != "suspension_rate" else "inclusion", UNITS.get(each, "%"),
         "higher" if each == "attendance_rate" else "lower", "formative")
        for each in USUAL
    ]  # fmt: skip
    connection.executemany("insert into ref.measure values (?, ?, ?, ?, ?, ?)", measures)


def _empty(kind: str) -> Any:
    if kind.startswith("varchar"):
        return ""
    return {"date": date(2025, 9, 1), "timestamp": date(2025, 9, 1), "boolean": False}.get(kind.split()[0], 0)


_TABLES = {
    "core.dim_academy": "academy_id varchar, joined_on date, left_on date, last_delivered_on date, is_stale boolean",
    "core.dim_school_day": "academy_id varchar, session_date date, time_period integer, week_start_date date, is_school_day boolean",
    "marts.measure_value": (
        "level varchar, academy_id varchar, phase varchar, time_period integer, period_type varchar, period_start date, period_end date, "
        "breakdown_topic varchar, breakdown varchar, measure_id varchar, numerator double, denominator double, numerator_people bigint, "
        "denominator_people bigint, value double, value_status varchar"
    ),
    "marts.weekly_trend": "academy_id varchar, measure_id varchar, period_start date, last_year_to date",
    "marts.scorecard": (
        "academy_id varchar, measure_id varchar, measure_name varchar, domain varchar, unit varchar, direction varchar, value double, "
        "time_period integer, ci_low double, ci_high double, value_status varchar, is_small boolean"
    ),
    "marts.goal_year": "level varchar, academy_id varchar, measure_id varchar, time_period integer, red double",
    "ref.measure": "measure_id varchar, measure_name varchar, domain varchar, unit varchar, direction varchar, kind varchar",
}
