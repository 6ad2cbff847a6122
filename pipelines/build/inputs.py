"""What dbt is given: a fresh build database with the run's parameters and the accepted deliveries.

Here: the schemas `run` (tables) and `raw` (the list of live deliveries with the years that they speak of). Not here: the views over their
files (raw_views.py), school days and freshness (freshness.py), who is accepted (ingest), and any cleaning of rows (the std_ models).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import holidays
import pyarrow as pa

from pipelines.build.contents import create_state, record_sources, renew_state
from pipelines.build.freshness import DeliveredCalendar, is_stale, last_delivered_on
from pipelines.build.kept import begin
from pipelines.build.official import official_views
from pipelines.build.raw_views import create_view
from pipelines.delegation import delegation_rows
from pipelines.goals import goal_rows
from pipelines.scales import scale_rows
from pipelines.sources import contract, load_profile
from pipelines.store.home import Home
from pipelines.store.interventions import Interventions
from pipelines.store.manifest import KeptReading, Manifest
from pipelines.store.records import Delivery, RunRequest, Verdict
from pipelines.trust import TrustConfig, academic_year

TEXT, DAY, MOMENT, FLAG, COUNT = pa.string(), pa.date32(), pa.timestamp("us"), pa.bool_(), pa.int32()
PARAMETER = {"run_id": TEXT, "as_of": DAY, "as_at": MOMENT, "run_at": MOMENT, "suppress_below": COUNT}
ACADEMY = {
    "academy_id": TEXT,
    "urn": COUNT,
    "laestab": TEXT,
    "academy_name": TEXT,
    "phase": TEXT,
    "region": TEXT,
    "mis": TEXT,
    "joined_on": DAY,
    "left_on": DAY,
    "last_good_load_at": MOMENT,
    "last_delivered_on": DAY,
    "is_stale": FLAG,
}
HALF_TERM = {"academy_id": TEXT, "time_period": COUNT, "half_term": TEXT, "first_day": DAY, "last_day": DAY}
BANK_HOLIDAY = {"holiday_date": DAY}
SCALE = {
    "academy_id": TEXT,
    "scale": TEXT,
    "result": TEXT,
    "lowest_points": pa.float64(),
    "standing": TEXT,
    "described_in": TEXT,
}
DELEGATION = {"decision": TEXT, "academy_id": TEXT, "decided_by": TEXT, "area": TEXT, "since": DAY}
GOAL = {
    "measure_id": TEXT,
    "phase": TEXT,
    "academy_id": TEXT,
    "since": DAY,
    "agreed_by": TEXT,
    "target": pa.float64(),
    "amber": pa.float64(),
    "red": pa.float64(),
}
INTERVENTION = {
    "intervention_id": COUNT,
    "alert_id": TEXT,
    "academy_id": TEXT,
    "measure_id": TEXT,
    "breakdown_topic": TEXT,
    "breakdown": TEXT,
    "decision": TEXT,
    "decided_on": DAY,
    "until": DAY,
    "decided_by": TEXT,
    "typed_by": TEXT,
    "why": TEXT,
}
DELIVERY = {
    "academy_id": TEXT,
    "entity": TEXT,
    "table_name": TEXT,
    "batch_id": TEXT,
    "content_id": TEXT,
    "reading_id": TEXT,
    "profile": TEXT,
    "pupil_id_kind": TEXT,
    "table_rank": COUNT,
    "mode": TEXT,
    "effective_date": DAY,
    "time_period": COUNT,
    "delivery_order": COUNT,
    "replaces_from": DAY,
    "replaces_to": DAY,
    "is_newest": FLAG,
    "delivered_at": MOMENT,
    "loaded_at": MOMENT,
}
DELIVERY_YEAR = {"entity": TEXT, "batch_id": TEXT, "time_period": COUNT, "path": TEXT}


class InputsError(Exception):
    """The build cannot be prepared; the message says what to do."""


@dataclass(frozen=True)
class Live:
    """An accepted delivery of one entity with its reading."""

    verdict: Verdict
    delivery: Delivery
    kept: KeptReading

    @property
    def loaded_at(self) -> datetime:
        """When its rows were in the store: a content that comes again is not read again."""
        return max(self.delivery.first_seen_at, self.kept.first_read_at)


def write_inputs(home: Home, trust: TrustConfig, request: RunRequest) -> None:
    """Lay out tonight's inputs in the build database, which goes on from the last one where it may; the candidate is not there yet."""
    with Manifest(home.manifest) as manifest:
        live = _live(manifest, trust, request)
    with Interventions(home.manifest) as kept:
        interventions = kept.interventions(request.as_at)
    _require_files(home, live)
    home.build.mkdir(parents=True, exist_ok=True)
    goes_on = begin(home, request)
    with duckdb.connect(str(home.build_database)) as connection:
        connection.execute("create schema run; create schema raw")
        _write(connection, "raw.delivery", DELIVERY, [_delivery_row(each) for each in live])
        _write(connection, "raw.delivery_year", DELIVERY_YEAR, [row for each in live for row in _delivery_years(each)])
        for entity in contract().entities.values():
            create_view(connection, home, entity)
        for view in official_views(home.store):
            connection.execute(view)
        _write(connection, "run.parameter", PARAMETER, [_parameter_row(trust, request)])
        _write(connection, "run.half_term", HALF_TERM, _half_term_rows(trust, _years(live, request.as_of)))
        _write(connection, "run.bank_holiday", BANK_HOLIDAY, _bank_holiday_rows(_years(live, request.as_of)))
        _write(connection, "run.scale", SCALE, _scale_rows(trust))
        _write(connection, "run.goal", GOAL, [asdict(row) for row in goal_rows(trust.goals)])
        _write(connection, "run.intervention", INTERVENTION, [{**vars(each), "intervention_id": each.id} for each in interventions])
        _write(connection, "run.delegation", DELEGATION, _delegation_rows(trust))
        _write(connection, "run.academy", ACADEMY, _academy_rows(trust, request.as_of, live, DeliveredCalendar(connection)))
        if goes_on:
            renew_state(connection)
        else:
            create_state(connection)
        record_sources(connection, home)


def _live(manifest: Manifest, trust: TrustConfig, request: RunRequest) -> list[Live]:
    academies = {academy.id for academy in trust.academies}
    deliveries = {delivery.batch_id: delivery for delivery in manifest.deliveries(request.as_at)}
    kept = manifest.kept_readings()
    return [
        Live(verdict, deliveries[verdict.batch_id], kept[verdict.content_id])
        for verdict in manifest.verdicts(request.as_at)
        if verdict.status == "accepted" and verdict.entity in contract().entities and verdict.academy_id in academies
    ]


def _write(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    connection.register("rows_of_table", pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items()))))
    connection.execute(f"create table {table} as select * from rows_of_table")
    connection.unregister("rows_of_table")


def _moment(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


# --- schema raw


def _delivery_row(live: Live) -> dict[str, Any]:
    row = {name: getattr(live.verdict, name) for name in DELIVERY if hasattr(live.verdict, name)}
    reading = live.kept.reading.entity(live.verdict.entity)
    return {
        **row,
        "reading_id": Path(reading.path).stem if reading and reading.path else None,
        "pupil_id_kind": load_profile(live.verdict.profile).pupil_id_kind,
        "delivered_at": _moment(live.delivery.first_seen_at),
        "loaded_at": _moment(live.loaded_at),
    }


def _delivery_years(live: Live) -> list[dict[str, Any]]:
    """The academic years that a delivery speaks of: those of its rows, of the days that it replaces, and its own."""
    verdict, reading = live.verdict, live.kept.reading.entity(live.verdict.entity)
    years = {verdict.time_period, academic_year(verdict.effective_date)} | {int(year) for year in (reading.rows_by_year if reading else {})}
    if verdict.replaces_from and verdict.replaces_to:
        first, last = academic_year(verdict.replaces_from), academic_year(verdict.replaces_to)
        years.update(start * 100 + (start + 1) % 100 for start in range(first // 100, last // 100 + 1))
    row = {"entity": verdict.entity, "batch_id": verdict.batch_id, "path": _path(live)}
    return [row | {"time_period": year} for year in sorted(years)]


def _require_files(home: Home, live: Iterable[Live]) -> None:
    """Raise `InputsError` when a reading that tonight needs is gone from the store."""
    missing = sorted({path for each in live if (path := _path(each)) and not (home.raw / path).is_file()})
    if missing:
        raise InputsError(
            f"{home.raw / missing[0]} is missing from the store ({len(missing)} file(s) in all). Put the store folder back from your "
            "backup, or deliver the files of those batches again; what is published stands."
        )


def _path(live: Live) -> str | None:
    """The file of a delivery's rows; a content that was delivered twice is one file."""
    reading = live.kept.reading.entity(live.verdict.entity)
    return reading.path if reading and reading.path and reading.rows_accepted else None


# --- schema run


def _parameter_row(trust: TrustConfig, request: RunRequest) -> dict[str, Any]:
    return {
        "run_id": request.run_id,
        "as_of": request.as_of,
        "as_at": _moment(request.as_at),
        "run_at": _moment(request.started_at),
        "suppress_below": trust.privacy.suppress_below,
    }


def _years(live: Iterable[Live], as_of: date) -> list[int]:
    """Return every academic year with data, the year of the as-of date and the one before."""
    found = {academic_year(as_of), academic_year(as_of.replace(year=as_of.year - 1, day=1))}
    for each in live:
        found.add(each.verdict.time_period)
        reading = each.kept.reading.entity(each.verdict.entity)
        found.update(int(year) for year in (reading.rows_by_year if reading else {}))
    return sorted(found)


def _half_term_rows(trust: TrustConfig, years: list[int]) -> list[dict[str, Any]]:
    """Return the trust's half-terms, and the whole year of each academy that has dates of its own in it."""
    rows = []
    for year in years:
        owners = [("trust", trust.half_terms(None, year))]
        owners += [(academy.id, trust.half_terms(academy, year)) for academy in trust.academies if year in academy.calendar]
        rows += [
            {"academy_id": owner, "time_period": year, "half_term": name, "first_day": first, "last_day": last}
            for owner, half_terms in owners
            for name, (first, last) in sorted(half_terms.items())
        ]
    return rows


def _bank_holiday_rows(years: list[int]) -> list[dict[str, Any]]:
    calendar_years = range(years[0] // 100, years[-1] // 100 + 2)
    return [{"holiday_date": day} for day in sorted(holidays.country_holidays("GB", subdiv="ENG", years=calendar_years))]


def _scale_rows(trust: TrustConfig) -> list[dict[str, Any]]:
    return [asdict(row) for row in scale_rows(trust.scales, {academy.id: academy.scales for academy in trust.academies})]


def _delegation_rows(trust: TrustConfig) -> list[dict[str, Any]]:
    return [asdict(row) for row in delegation_rows(trust.delegation, [academy.id for academy in trust.academies])]


def _academy_rows(trust: TrustConfig, as_of: date, live: list[Live], calendar: DeliveredCalendar) -> list[dict[str, Any]]:
    rows = []
    for academy in trust.academies:
        own = [each for each in live if each.verdict.academy_id == academy.id]
        last = last_delivered_on((each.delivery, each.kept.reading.entity(each.verdict.entity)) for each in own)
        row = {name: getattr(academy, name) for name in ACADEMY if hasattr(academy, name)}
        rows.append(
            {
                **row,
                "academy_id": academy.id,
                "academy_name": academy.name,
                "last_good_load_at": _moment(max((each.loaded_at for each in own), default=None)),
                "last_delivered_on": last,
                "is_stale": is_stale(trust, academy, calendar.of(academy.id), last, as_of),
            }
        )
    return rows
