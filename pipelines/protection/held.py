"""Everything that Matlas holds of a person: each delivered row with its file, its line, when it was loaded and what became of it.

Here: the rows of all deliveries, also of those that were replaced, that wait or were refused, and the lines that could not be read; and
what the published warehouse says of the person. Not here: who the person is (people.py), and how it is laid out (bundle.py).
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.about import IDENTITY, rows_of_text, text_of, watch_of
from pipelines.ingest.blanking import row_groups
from pipelines.ingest.text_parts import FAULT, SOURCE_FILE, SOURCE_ROW
from pipelines.protection.people import Person, PersonError
from pipelines.sources import contract
from pipelines.store.erasures import Sought
from pipelines.store.home import Home
from pipelines.store.manifest import KeptReading, Manifest
from pipelines.store.pseudonyms import pseudonym_key
from pipelines.store.records import Delivery
from pipelines.trust import TrustConfig

Values = dict[str, str | None]
NOT_READ = "not_read"
STATUS_WORDS = {
    "accepted": "in use",
    "superseded": "replaced by a later delivery",
    "held": "waits for a decision",
    "refused": "refused",
    "rejected": "could not be read as a whole",
    NOT_READ: "not used: the line could not be read",
}


@dataclass(frozen=True)
class Row:
    """One delivered row about the person. `line` is a line of a text file, else the ordinal in it."""

    academy_id: str
    file_name: str
    line: int
    loaded_at: datetime
    delivery: str
    status: str
    values: Values


@dataclass
class Held:
    """What is held of a person.

    `rows` are rows as Matlas understands them, by table of the contract; `delivered` are lines as the MIS wrote them, by its table (the
    same rows, and those that could not be read); `worked_out` is what the published warehouse says of the person, by table.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    delivered: dict[str, list[Row]] = field(default_factory=dict)
    worked_out: dict[str, list[Values]] = field(default_factory=dict)
    deliveries: int = 0
    academies: dict[str, int] = field(default_factory=dict)

    @property
    def unread(self) -> list[Row]:
        """Lines about the person that gave no row."""
        return [row for rows in self.delivered.values() for row in rows if row.status == NOT_READ]

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows by academy and table; lines that could not be read are counted as such."""
        found: dict[str, Counter[str]] = {}
        for entity, rows in [*self.rows.items(), ("lines that could not be read", self.unread)]:
            for row in rows:
                found.setdefault(row.academy_id, Counter())[entity] += 1
        return {academy: dict(sorted(counts.items())) for academy, counts in sorted(found.items())}

    def files(self) -> Counter[tuple[str, str]]:
        """Lines about the person by academy and file."""
        places = {(row.academy_id, row.file_name, row.line) for rows in (*self.rows.values(), *self.delivered.values()) for row in rows}
        return Counter((academy, file_name) for academy, file_name, _ in places)


def held_of(home: Home, trust: TrustConfig, person: Person) -> Held:
    """Collect everything. Raises PersonError where no row is the person's."""
    key = secrets.token_bytes(32)  # for this search alone: a hash finds rows, and nothing of it stays
    sought = Sought(key, person.hashes(key))
    held = Held()
    with Manifest(home.manifest) as manifest:
        deliveries: dict[str, list[Delivery]] = {}
        for delivery in manifest.deliveries():
            deliveries.setdefault(delivery.content_id, []).append(delivery)
        statuses = {(verdict.batch_id, verdict.entity): verdict.status for verdict in manifest.verdicts()}
        for content_id, kept in manifest.kept_readings().items():
            content = _Content(home, trust, kept, deliveries.get(content_id, []), statuses, sought)
            content.add_to(held)
            held.deliveries += len(content.deliveries) or 1
            academy_id = kept.reading.academy_id
            held.academies[academy_id] = held.academies.get(academy_id, 0) + (len(content.deliveries) or 1)
    if not held.rows and not held.delivered:
        raise PersonError(
            "Nothing with this number was ever delivered. A pupil without a UPN is asked for as --pupil ACADEMY:NUMBER, with the number in "
            "the academy's MIS."
        )
    held.worked_out = _worked_out(home, person)
    return held


@dataclass
class _Content:
    home: Home
    trust: TrustConfig
    kept: KeptReading
    deliveries: list[Delivery]
    statuses: Mapping[tuple[str, str], str]
    sought: Sought

    def __post_init__(self) -> None:
        self.last = self.deliveries[-1] if self.deliveries else None
        self.watch = watch_of(self.last, self.kept.reading, self.sought)

    def add_to(self, held: Held) -> None:
        read: set[tuple[str, int]] = set()
        for each in self.kept.reading.entities:
            for row in self._rows(each.entity, each.path):
                held.rows.setdefault(each.entity, []).append(row)
                read.add((row.file_name, row.line))
        for row in self._delivered(read):
            held.delivered.setdefault(self.kept.reading.table_name, []).append(row)

    def _rows(self, entity: str, path: str | None) -> Iterator[Row]:
        if path is None or not (self.home.raw / path).is_file():
            return
        status = self._status(entity)
        columns = contract().entity(entity).raw_columns
        masks = [self.watch.rows(rows) for rows in row_groups(self.home.raw / path, IDENTITY)]
        if not any(mask.any() for mask in masks):
            return
        for rows, mask in zip(row_groups(self.home.raw / path, [*columns, SOURCE_FILE, SOURCE_ROW]), masks, strict=True):
            for values in rows.filter(pa.array(mask)).to_pylist():
                yield self._row(values, status)

    def _delivered(self, read: set[tuple[str, int]]) -> Iterator[Row]:
        text = text_of(self.home.raw, self.trust, self.last, self.kept.reading)
        if text is None:
            return
        key = pseudonym_key(self.home, self.trust.privacy.pseudonym_key_env)
        with pq.ParquetFile(text.path) as file:
            for place, mask in enumerate(rows_of_text(text, key, self.watch)):
                if not mask.any():
                    continue
                for values in file.read_row_group(place).filter(pa.array(mask)).to_pylist():
                    values.pop(FAULT)
                    was_read = (values[SOURCE_FILE], values[SOURCE_ROW]) in read
                    yield self._row(values, self._status(None) if was_read else NOT_READ)

    def _row(self, values: Values, status: str) -> Row:
        file_name, line = str(values.pop(SOURCE_FILE)), int(values.pop(SOURCE_ROW) or 0)
        seen = min((delivery.first_seen_at for delivery in self.deliveries), default=self.kept.first_read_at)
        batches = ", ".join(delivery.batch_id for delivery in self.deliveries)
        loaded_at = max(seen, self.kept.first_read_at)
        return Row(self.kept.reading.academy_id, file_name, line, loaded_at, batches, status, values)

    def _status(self, entity: str | None) -> str:
        """What became of the content: of several deliveries of it, the one that stands best counts."""
        found = {status for (batch_id, name), status in self.statuses.items() if entity in (None, name) and batch_id in self._batches}
        return next((status for status in STATUS_WORDS if status in found), "rejected")

    @property
    def _batches(self) -> set[str]:
        return {delivery.batch_id for delivery in self.deliveries}


def _worked_out(home: Home, person: Person) -> dict[str, list[Values]]:
    """The rows about the person of every table that readers have, whoever wrote them there."""
    if not home.published_file.is_file():
        return {}
    key, number, bridge = (
        ("pupil_key", "source_pupil_id", "core.bridge_pupil_source")
        if person.kind == "pupil"
        else ("staff_key", "source_staff_id", "core.bridge_staff_source")
    )
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create temp table record as select unnest($1) as academy_id, unnest($2) as number", _columns(person))
        connection.execute(
            f"create temp table person as select distinct {key} as person_key from {bridge} as bridge semi join record "
            f"on bridge.academy_id = record.academy_id and bridge.{number} = record.number"
        )
        found = {}
        for table, names in _tables(connection):
            if key in names:
                where = f"{key} in (select person_key from person)"
            elif "enrolment_key" in names and person.kind == "pupil":
                where = "enrolment_key in (select enrolment_key from core.fct_enrolment where pupil_key in (select person_key from person))"
            elif number in names:
                where = f"(academy_id, {number}) in (select (academy_id, number) from record)"
            else:
                continue
            cursor = connection.execute(f"select * from {table} where {where} order by all")
            headings = [each[0] for each in cursor.description or []]
            if rows := cursor.fetchall():
                found[table] = [{name: _said(value) for name, value in zip(headings, row, strict=True)} for row in rows]
        return found


def _columns(person: Person) -> list[list[str]]:
    records = sorted(person.records)
    return [[academy for academy, _ in records], [number for _, number in records]]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    found = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns() where not internal and database_name <> 'temp' "
        "group by all order by 1"
    ).fetchall()
    return [(str(table), list(names)) for table, names in found]


def _said(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat(timespec="seconds")
    return str(value)
