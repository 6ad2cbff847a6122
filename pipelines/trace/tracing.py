"""One figure traced: definition, count, files, maps, checks, what is not in it, and what to type next.

Here: putting together what the other modules find, as one value that is printed or written as JSON. Not here: printing (commands/trace.py).
"""

from typing import TYPE_CHECKING, Any

from pipelines.trace.catalogue import FACTS
from pipelines.trace.counting import FactCount, count_fact, listing
from pipelines.trace.deliveries import files_of, not_in_it, read_beside, rejected_rows
from pipelines.trace.doubts import caveat_of, checks_of, why_no_value
from pipelines.trace.errors import TraceError
from pipelines.trace.figure import ALL, Figure, Wanted, find_figure
from pipelines.trace.maps import Codes, maps_of
from pipelines.trace.parts import Part, parts
from pipelines.trace.rows import records

if TYPE_CHECKING:
    import duckdb

NEAR = 1e-6
DEFINITION = ("measure_id", "measure_name", "domain", "definition", "numerator", "denominator", "unit", "official_definition")


def trace(connection: "duckdb.DuckDBPyConnection", wanted: Wanted, codes: Codes) -> dict[str, Any]:
    """Everything about one published figure. Raises TraceError where there is none."""
    figure = find_figure(connection, wanted)
    academies = _members(connection, figure) if figure.is_of_trust else [figure.academy_id]
    counts = _counted(connection, figure, academies)
    entities = tuple(dict.fromkeys(entity for count in counts for entity in FACTS[count.fact].entities))
    files = files_of(connection, counts)
    maps, without_map = maps_of(connection, academies, entities, codes)
    return {
        "academy_id": figure.academy_id,
        "measure": {name: figure.measure[name] for name in DEFINITION},
        "figure": _figure(figure),
        "why_no_value": why_no_value(connection, figure),
        "caveat": caveat_of(connection, figure),
        "parts": [_part(figure, count, part, number) for count in counts for number, part in enumerate(count.parts)],
        "left_out": [
            {"table": f"core.{FACTS[count.fact].table}", "reason": reason, "rows": rows}
            for count in counts
            for reason, rows in sorted(count.left_out.items())
        ],
        "academies": _by_academy(connection, figure, academies, counts) if figure.is_of_trust else [],
        "files": files,
        "read_beside": read_beside(connection, academies, _beside(counts, entities)),
        "maps": maps,
        "values_without_map": without_map,
        "checks": checks_of(connection, figure, [] if figure.is_of_trust else academies),
        "rejected": rejected_rows(connection, files, entities),
        "not_in_it": not_in_it(connection, academies, entities),
        "next": _next(figure, academies, counts),
    }


def _counted(connection: "duckdb.DuckDBPyConnection", figure: Figure, academies: list[str]) -> list[FactCount]:
    """Each fact of the measure counted once for all the parts that ask for it."""
    asked: dict[str, list[Part]] = {}
    for part in parts()[figure.measure_id]:
        asked.setdefault(part.fact, []).append(part)
    by_file = not figure.is_of_trust
    return [count_fact(connection, figure, academies, fact, some, by_file=by_file) for fact, some in asked.items()] if academies else []


def _members(connection: "duckdb.DuckDBPyConnection", figure: Figure) -> list[str]:
    """The academies that were in the trust on the last day of the period and delivered what the measure needs."""
    rows = records(
        connection,
        """
        select academies.academy_id
        from core.dim_academy as academies
        inner join core.dim_period as periods on periods.academy_id = 'trust'
        where periods.time_period = $year and periods.period_type = $period_type and periods.period_name = $period_name
            and periods.counted_to >= coalesce(academies.joined_on, date '0001-01-01')
            and periods.counted_to <= coalesce(academies.left_on, date '9999-12-31')
            and academies.academy_id in (
                select academy_id from marts.measure_value
                where level = 'academy' and measure_id = $measure and time_period = $year and period_type = $period_type
                    and value_status <> 'x'
            )
        order by all
        """,
        {
            "year": figure.time_period,
            "period_type": figure.period_type,
            "period_name": figure.period_name,
            "measure": figure.measure_id,
        },
    )
    return [row["academy_id"] for row in rows]


def _figure(figure: Figure) -> dict[str, Any]:
    names = (
        "phase", "time_period", "period_type", "period_name", "period_start", "period_end", "breakdown_topic", "breakdown",
        "numerator", "denominator", "numerator_people", "denominator_people", "value", "value_status",
    )  # fmt: skip
    return {name: getattr(figure, name) for name in names}


def published_number(figure: Figure, part: Part) -> float | None:
    """The published number that a part is counted for."""
    if part.role == "both":
        return None
    number = figure.numerator if part.role == "numerator" else figure.denominator
    if part.counted == "rest" and number is not None and figure.numerator is not None:
        return number - figure.numerator
    return number


def _part(figure: Figure, count: FactCount, part: Part, number: int) -> dict[str, Any]:
    counted, published = count.in_all[number], published_number(figure, part)
    agrees = _agrees(figure, part, counted.number(part), published)
    return {
        "role": part.role,
        "table": f"core.{FACTS[count.fact].table}",
        "rows": counted.rows,
        "people": counted.people,
        "counted": counted.number(part) if part.adds_up else None,
        "counted_as": part.counted,
        "published": published,
        "agrees": agrees,
        "made": part.made or None,
    }


def _agrees(figure: Figure, part: Part, counted: float, published: float | None) -> bool | None:
    """Whether the second count is the published number; none where it need not be.

    Of the trust, whoever is at two academies counts once, in the groups that one of them says: their people need not come to it.
    """
    if not part.adds_up or published is None:
        return None
    agrees = abs(counted - published) < NEAR
    return None if figure.is_of_trust and part.counted == "people" and not agrees else agrees


def _by_academy(
    connection: "duckdb.DuckDBPyConnection", figure: Figure, academies: list[str], counts: list[FactCount]
) -> list[dict[str, Any]]:
    """The academies' own figures of the same period beside the rows behind each."""
    rows = records(
        connection,
        """
        select figures.academy_id, figures.numerator, figures.denominator, figures.value, figures.value_status
        from marts.measure_value as figures
        inner join core.dim_period as periods using (academy_id, time_period, period_type, period_start)
        where figures.level = 'academy' and figures.measure_id = $measure and figures.time_period = $year
            and periods.period_type = $period_type and periods.period_name = $period_name
            and figures.breakdown_topic = $topic and figures.breakdown = $breakdown
        order by all
        """,
        {
            "measure": figure.measure_id,
            "year": figure.time_period,
            "period_type": figure.period_type,
            "period_name": figure.period_name,
            "topic": figure.breakdown_topic,
            "breakdown": figure.breakdown,
        },
    )
    return [
        {
            **row,
            "is_in_it": row["academy_id"] in academies,
            "rows": sum(counted.rows for count in counts for counted in count.by_academy.get(row["academy_id"], ())),
        }
        for row in rows
    ]


def _beside(counts: list[FactCount], entities: tuple[str, ...]) -> list[str]:
    return sorted({each for count in counts for each in FACTS[count.fact].beside} - set(entities))


def _next(figure: Figure, academies: list[str], counts: list[FactCount]) -> list[dict[str, str]]:
    """Commands that go further down, each with what it shows."""
    if figure.is_of_trust:
        return [
            {"shows": f"the files of {each}", "command": f"matlas trace {each} {figure.measure_id}{_chosen(figure)}"} for each in academies
        ]
    here = f"matlas trace {figure.academy_id} {figure.measure_id}{_chosen(figure)}"
    found = [
        {
            "shows": f"the rows of core.{FACTS[count.fact].table} that count, by the MIS's own numbers",
            "command": f'matlas sql --format csv "$({here} --sql {count.fact})"',
        }
        for count in counts
        if any(counted.rows for counted in count.in_all)
    ]
    return [
        *found,
        {"shows": "the rows that were turned away", "command": f"matlas rejected --academy {figure.academy_id}"},
        {"shows": "the figure beside others", "command": f"matlas measure {figure.measure_id} --academy {figure.academy_id}"},
    ]


def _chosen(figure: Figure) -> str:
    """The options that name this figure again."""
    period = {"year_to_date": str(figure.time_period), "week": str(figure.period_start)}.get(
        figure.period_type, f"{figure.time_period}-{figure.period_name}"
    )
    group = "" if figure.breakdown_topic == ALL else f' --breakdown "{figure.breakdown_topic}={figure.breakdown}"'
    return f" --period {period}{group}"


def rows_of(connection: "duckdb.DuckDBPyConnection", wanted: Wanted, fact: str) -> str:
    """The SQL that lists the rows of one of the figure's facts. Raises TraceError where the measure is not counted from that fact."""
    figure = find_figure(connection, wanted)
    asked = [part for part in parts()[figure.measure_id] if part.fact == fact]
    if not asked:
        known = dict.fromkeys(part.fact for part in parts()[figure.measure_id])
        raise TraceError(f"{figure.measure_id} is not counted from “{fact}” but from: {', '.join(known)}.")
    academies = _members(connection, figure) if figure.is_of_trust else [figure.academy_id]
    return listing(figure, academies, fact, asked)
