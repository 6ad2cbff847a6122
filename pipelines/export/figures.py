"""The figures of the published file, as an export needs them.

Here: one query and what it gives. Not here: which of them may leave the house (suppression.py), nor how they are laid out (tables.py).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import duckdb

FIGURES = """
    select
        level,
        academy_id,
        phase,
        time_period,
        breakdown_topic,
        breakdown,
        measure_id,
        unit,
        numerator,
        denominator,
        numerator_people,
        denominator_people,
        value,
        value_status
    from marts.measure_value
    inner join (select measure_id, unit from ref.measure) as definitions using (measure_id)
    where period_type = 'year_to_date' and level in ('academy', 'trust')
    order by all
"""
PERIODS = "select time_period, max(period_end) from marts.measure_value where period_type = 'year_to_date' group by all order by all"
MEASURES = "select measure_id, measure_name, domain, definition, numerator, denominator, unit from ref.measure"
ACADEMIES = "select academy_id, academy_name, urn, laestab from core.dim_academy order by all"
ETHNICITIES = "select ethnicity_code, ethnicity_name, ethnicity_group from ref.ethnicity where ethnicity_code = main_code"
REASONS = "select mark_code, attendance_code_name, statistical_class from ref.attendance_code order by all"


class Place(NamedTuple):
    """Whose figure it is, and of which year: an academy's, the trust's, or the trust's of one phase."""

    level: str
    academy_id: str
    phase: str
    time_period: int


class Group(NamedTuple):
    """Which of the pupils."""

    topic: str
    breakdown: str


EVERYBODY = Group("all", "all")


@dataclass(slots=True, eq=False)
class Figure:
    """One row of marts.measure_value; `is_hidden` once it may not be shown."""

    place: Place
    group: Group
    measure_id: str
    unit: str
    numerator: float
    denominator: float
    numerator_people: int
    denominator_people: int
    value: float | None
    value_status: str
    is_hidden: bool = False


class Measure(NamedTuple):
    """A row of ref.measure, as far as an export tells it."""

    measure_id: str
    name: str
    domain: str
    definition: str
    numerator: str
    denominator: str
    unit: str


class Academy(NamedTuple):
    """An academy as Get Information about Schools knows it."""

    academy_id: str
    name: str
    urn: int | None
    laestab: str | None


class Reason(NamedTuple):
    """A code of absence."""

    code: str
    name: str
    statistical_class: str


@dataclass(frozen=True)
class Published:
    """What the published file says."""

    figures: list[Figure]
    period_ends: dict[int, date]
    measures: list[Measure]
    academies: list[Academy]
    ethnicities: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The name and the group of each ethnicity code."""
    reasons: dict[str, Reason] = field(default_factory=dict)

    def is_closed(self, time_period: int) -> bool:
        """Whether the year to date of this academic year is the whole of it: it ends on 31 July."""
        return self.period_ends[time_period] >= date(time_period // 100 + 1, 7, 31)


def read_figures(connection: "duckdb.DuckDBPyConnection") -> Published:
    """The figures of the years to date, of the academies and of the trust, and the words for them."""
    return Published(
        figures=[
            Figure(
                Place(level, academy_id, phase, time_period),
                Group(topic, breakdown),
                measure_id,
                unit,
                numerator or 0.0,
                denominator or 0.0,
                _people(numerator_people, numerator),
                _people(denominator_people, denominator),
                value,
                value_status,
            )
            for (
                level,
                academy_id,
                phase,
                time_period,
                topic,
                breakdown,
                measure_id,
                unit,
                numerator,
                denominator,
                numerator_people,
                denominator_people,
                value,
                value_status,
            ) in connection.execute(FIGURES).fetchall()
        ],
        period_ends=dict(connection.execute(PERIODS).fetchall()),
        measures=[Measure(*row) for row in connection.execute(MEASURES).fetchall()],
        academies=[Academy(*row) for row in connection.execute(ACADEMIES).fetchall()],
        ethnicities={code: (name, group) for code, name, group in connection.execute(ETHNICITIES).fetchall()},
        reasons={row[0]: Reason(*row) for row in connection.execute(REASONS).fetchall()},
    )


def _people(people: int | None, counted: float | None) -> int:
    """Where the people behind a count are not known, the count itself: never more than that many."""
    return people if people is not None else int(counted or 0)
