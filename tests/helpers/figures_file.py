"""A trust's own file that holds figures alone, from counts by hand or from invented pupils: what small numbers are hidden in.

Here: the tables that pipelines.suppression reads, filled from the rows that a test gives, and a random trust of invented pupils whose
figures add up as the specification says. Not here: the attack on what is shown of it (attacker).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.suppression import SmallNumbers

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
YEAR = 202526
HALF_TERMS = {"HT1": (date(2025, 9, 1), date(2025, 9, 12)), "HT2": (date(2025, 11, 3), date(2025, 11, 14))}
WEEKS = (date(2025, 9, 1), date(2025, 9, 8), date(2025, 11, 3), date(2025, 11, 10))
PERIODS = (
    ("year_to_date", date(2025, 8, 1), (0, 1, 2, 3)),
    *(("half_term", span[0], (2 * number, 2 * number + 1)) for number, span in enumerate(HALF_TERMS.values())),
    *(("week", week, (number,)) for number, week in enumerate(WEEKS)),
)
COLUMNS = (
    "level", "academy_id", "phase", "time_period", "period_type", "period_start", "period_end", "breakdown_topic", "breakdown",
    "measure_id", "numerator", "denominator", "numerator_people", "denominator_people", "value", "value_status",
)  # fmt: skip


def figure(
    place: str,
    measure: str,
    counted: float,
    out_of: float,
    *,
    group: tuple[str, str] = ("all", "all"),
    period: tuple[str, date] = ("year_to_date", date(2025, 8, 1)),
    people: tuple[int, int] | None = None,
    phase: str = "primary",
) -> tuple[Any, ...]:
    """A row of marts.measure_value; the place is an academy, or the trust's `trust` or `trust_like_for_like` (of a phase, or `all`)."""
    level = place if place.startswith("trust") else "academy"
    who = people or (int(counted), int(out_of))
    value = 100 * counted / out_of
    return (
        level, place if level == "academy" else "trust", phase, YEAR, *period, period[1] + timedelta(days=6), *group, measure,
        counted, out_of, *who, value, "ok",
    )  # fmt: skip


def write_figures(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    """The trust's own file with these figures."""
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "ref", "core"):
            connection.execute(f"create schema {schema}")
        for name in ("measure", "ethnicity", "attendance_code"):
            connection.execute(f"create table ref.{name} as from read_csv('{SEEDS / f'ref_{name}.csv'}')")
        connection.execute(
            """
            create table marts.measure_value (
                level varchar not null, academy_id varchar not null, phase varchar not null, time_period int not null,
                period_type varchar not null, period_start date not null, period_end date not null, breakdown_topic varchar not null,
                breakdown varchar not null, measure_id varchar not null, numerator double, denominator double, numerator_people bigint,
                denominator_people bigint, value double, value_status varchar not null
            )
            """
        )
        connection.execute("comment on column marts.measure_value.value is 'Numerator over denominator.'")
        written = pa.table(dict(zip(COLUMNS, (list(column) for column in zip(*rows, strict=True)), strict=True)))
        connection.register("written", written)
        connection.execute("insert into marts.measure_value from written")
        connection.unregister("written")
        connection.execute(
            """
            create table core.dim_academy as
            select distinct academy_id, date '2019-09-01' as joined_on, cast(null as date) as left_on
            from marts.measure_value where level = 'academy'
            """
        )
        connection.execute(
            """
            create table core.dim_period (
                academy_id varchar, time_period int, period_type varchar, period_name varchar, period_start date, period_end date
            )
            """
        )
        for academy in {row[1] for row in rows}:
            for name, (first, last) in HALF_TERMS.items():
                connection.execute("insert into core.dim_period values (?, ?, 'half_term', ?, ?, ?)", [academy, YEAR, name, first, last])
    return path


def reader_file(truth: Path, path: Path, below: int, own: tuple[str, ...] = (), numbers: SmallNumbers | None = None) -> Path:
    """What a reader is shown of `truth`: the tables of figures copied whole, then hidden."""
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{truth}' as own_file (read_only)")
        connection.execute(f"attach '{path}' as reader")
        connection.execute("create schema reader.marts")
        named = "select table_name from duckdb_tables() where database_name = 'own_file' and schema_name = 'marts'"
        for (table,) in connection.execute(named).fetchall():
            connection.execute(f"create table reader.marts.{table} as from own_file.marts.{table}")
        (numbers or SmallNumbers(below)).hide(connection, "own_file", "reader", own)
    return path


@dataclass(frozen=True)
class Academy:
    """Invented pupils: the group of each in each topic, and what each did in each of four weeks (pupil, week)."""

    name: str
    phase: str
    groups: dict[str, npt.NDArray[np.str_]]
    leave: dict[str, npt.NDArray[np.int64]]  # by the code of the register
    suspensions: npt.NDArray[np.int64]

    def counts(self, chosen: npt.NDArray[np.bool_], weeks: tuple[int, ...], *, is_year: bool) -> dict[str, tuple[int, int, int, int]]:
        """Numerator, denominator and the people behind both, of each measure."""
        at = list(weeks)
        leave = {code: marks[chosen][:, at].sum(axis=1) for code, marks in self.leave.items()}
        authorised, unauthorised = leave["I"] + leave["M"], leave["G"] + leave["O"]
        absent, possible = authorised + unauthorised, np.full(int(chosen.sum()), 10 * len(at))
        sent_home = self.suspensions[chosen][:, at].sum(axis=1)
        of_pupils = {name: (self.groups[topic][chosen] == group).astype(int) for name, topic, group in CHARACTERISTICS}
        everyone = np.ones(int(chosen.sum()), dtype=int)
        found = {
            "attendance_rate": (possible - absent, possible),
            "absence_rate": (absent, possible),
            "authorised_absence_rate": (authorised, possible),
            "unauthorised_absence_rate": (unauthorised, possible),
            "suspension_rate": (sent_home, everyone),
            "pupils_suspended_pct": ((sent_home > 0).astype(int), everyone),
            **{f"absence_by_reason {code}": (marks, possible) for code, marks in leave.items()},
            **{name: (marks, everyone) for name, marks in of_pupils.items()},
        }
        if is_year:
            found["persistent_absence_rate"] = ((absent * 10 >= possible).astype(int), everyone)
            found["severe_absence_rate"] = ((absent * 2 >= possible).astype(int), everyone)
        counted = {name: (int(a.sum()), int(b.sum()), int((a > 0).sum()), int((b > 0).sum())) for name, (a, b) in found.items()}
        number = int(chosen.sum())
        return {**counted, "roll": (number, 1, number, number)}


CHARACTERISTICS = (("fsm_pct", "fsm", "yes"), ("sen_support_pct", "sen", "support"), ("ehcp_pct", "sen", "ehcp"))
ETHNICITIES = {"WBRI": "white", "WIRI": "white", "WOTH": "white", "AIND": "asian", "APKN": "asian", "BAFR": "black", "OOTH": "other"}


def random_academy(random: np.random.Generator, name: str, phase: str, pupils: int) -> Academy:
    """Pupils drawn at random: few absences of some kinds, many of others, hardly any suspension."""
    codes = random.choice(list(ETHNICITIES), size=pupils, p=[0.5, 0.05, 0.1, 0.15, 0.1, 0.07, 0.03])
    groups = {
        "all": np.full(pupils, "all"),
        "sex": random.choice(["F", "M"], size=pupils),
        "fsm": random.choice(["yes", "no"], size=pupils, p=[0.3, 0.7]),
        "sen": random.choice(["none", "support", "ehcp"], size=pupils, p=[0.75, 0.2, 0.05]),
        "ethnicity_code": codes,
        "ethnicity": np.array([ETHNICITIES[code] for code in codes]),
    }
    often = random.uniform(0.02, 1.5)
    shares = (("I", 1), ("M", 0.3), ("G", 0.4), ("O", 0.05))
    leave = {code: np.minimum(random.poisson(often * share, size=(pupils, 4)), 2) for code, share in shares}
    return Academy(name, phase, groups, leave, random.binomial(1, random.choice([0, 0.02, 0.2]), size=(pupils, 4)))


def figures_of(academies: list[Academy]) -> list[tuple[Any, ...]]:
    """Every figure of the academies, of the phases and of the trust."""
    together: dict[tuple[Any, ...], npt.NDArray[np.int64]] = {}
    for academy in academies:
        for topic, labels in academy.groups.items():
            for group in sorted(set(labels.tolist())):
                for kind, start, weeks in PERIODS:
                    for name, counts in academy.counts(labels == group, weeks, is_year=kind == "year_to_date").items():
                        measure, *code = name.split()
                        if code and topic != "all":
                            continue
                        its_group = ("reason", code[0]) if code else (topic, group)
                        for place, phase in (
                            (academy.name, academy.phase),
                            *((level, which) for level in ("trust", "trust_like_for_like") for which in (academy.phase, "all")),
                        ):
                            key = (place, phase, measure, kind, start, *its_group)
                            together[key] = together.get(key, np.zeros(4, dtype=np.int64)) + np.array(counts)
    return [
        figure(place, measure, float(up), float(1 if measure == "roll" else down), group=(topic, group), period=(kind, start),
               people=(int(up_people), int(down_people)), phase=phase)
        for (place, phase, measure, kind, start, topic, group), (up, down, up_people, down_people) in together.items()
    ]  # fmt: skip
