"""The manifest: what was delivered, how it was read, what was found, judged and decided, and which runs there were.

Here: reading and writing the tables of schema.py as records, each write whole or not at all. Not here: any rule about deliveries (ingest/).
It holds no value of a delivered row.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.store.chain import Entry, append
from pipelines.store.manifest_file import ManifestError, ManifestFile, insert
from pipelines.store.records import (
    CheckDecision,
    CheckDecisionWord,
    Decision,
    DecisionWord,
    DeliveredFile,
    Delivery,
    LandingFinding,
    Reading,
    RunRecord,
    RunRequest,
    UnknownFile,
    Verdict,
    now,
)
from pipelines.store.rows import columns, record_of, row_of, stored

__all__ = ["DayCounts", "FileHash", "KeptReading", "Manifest", "ManifestError"]


@dataclass(frozen=True)
class FileHash:
    """The fingerprint of a file, or of an entry of a zip (`entry` is empty for the file itself)."""

    path: str
    entry: str
    size: int
    mtime_ns: int
    sha256: str
    bytes: int


@dataclass(frozen=True)
class KeptReading:
    """A reading, the lookups it was read with, and when its content was read first and last."""

    reading: Reading
    lookups_id: str
    first_read_at: datetime
    read_at: datetime


@dataclass(frozen=True)
class DayCounts:
    """Accepted rows of one entity of one content, day by day from `first_day`."""

    first_day: date
    counts: list[int]


class Manifest(ManifestFile):
    """The open manifest of one home. A context manager; every method is one transaction."""

    # --- files and deliveries

    def file_hashes(self, academy_id: str) -> list[FileHash]:
        """Return the fingerprints of an academy's landing folder, as of its last search."""
        return [record_of(FileHash, row) for row in self._rows("select * from file_hash where academy_id = ?", [academy_id])]

    def save_file_hashes(self, academy_id: str, hashes: Iterable[FileHash]) -> None:
        """Replace an academy's fingerprints."""
        with self._transaction() as connection:
            connection.execute("delete from file_hash where academy_id = ?", [academy_id])
            insert(connection, "file_hash", ["academy_id", *columns(FileHash)], [(academy_id, *row_of(each)) for each in hashes])

    def deliveries(self, as_at: datetime | None = None) -> list[Delivery]:
        """Return the deliveries first seen by `as_at` (none: all), in their order."""
        limit, parameters = ("", []) if as_at is None else (" where first_seen_at <= ?", [stored(as_at)])
        found = []
        for row in self._rows("select * from delivery" + limit, parameters):
            files = tuple(DeliveredFile.from_dict(each) for each in json.loads(row["files"]))
            found.append(record_of(Delivery, {**row, "files": files}))
        return sorted(found, key=lambda each: each.order)

    def save_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Add deliveries; one that is there already gets the files in which its content was seen last."""
        rows = []
        for each in deliveries:
            *values, _ = row_of(each)
            rows.append((*values, json.dumps([file.as_dict() for file in each.files], separators=(",", ":"))))
        with self._transaction() as connection:
            insert(connection, "delivery", columns(Delivery), rows, "on conflict (batch_id) do update set files = excluded.files")

    def unknown_files(self) -> list[UnknownFile]:
        """Return what no reader took in the last search of landing."""
        return [record_of(UnknownFile, row) for row in self._rows("select * from unknown_file order by academy_id, file_name")]

    def save_unknown_files(self, academies: Iterable[str | None], unknown: Iterable[UnknownFile]) -> None:
        """Replace the unknown files of the academies searched (None: of the landing folder itself)."""
        with self._transaction() as connection:
            connection.executemany("delete from unknown_file where academy_id is ?", [(each,) for each in academies])
            insert(connection, "unknown_file", columns(UnknownFile), [row_of(each) for each in unknown])

    # --- readings

    def readings(self) -> dict[str, Reading]:
        """Return the reading in use of each content, by content_id."""
        return {content_id: kept.reading for content_id, kept in self.kept_readings().items()}

    def kept_readings(self) -> dict[str, KeptReading]:
        """Return the readings with what they were read with and when, by content_id."""
        return {
            row["content_id"]: KeptReading(
                Reading.from_json(row["json"]),
                row["lookups_id"],
                datetime.fromisoformat(row["first_read_at"]),
                datetime.fromisoformat(row["read_at"]),
            )
            for row in self._rows("select * from reading order by content_id")
        }

    def save_reading(self, reading: Reading, lookups_id: str, day_counts: dict[str, DayCounts], read_at: datetime | None = None) -> None:
        """Keep a reading in place of the content's last one, with its rows by day for each entity that has dates."""
        moment = stored(read_at or now())
        values = [
            reading.content_id,
            reading.maps_id,
            lookups_id,
            reading.academy_id,
            reading.table_name,
            reading.to_json(),
            moment,
            moment,
        ]
        names = ["content_id", "maps_id", "lookups_id", "academy_id", "table_name", "json", "first_read_at", "read_at"]
        counts = [
            (reading.content_id, entity, stored(days.first_day), json.dumps(days.counts, separators=(",", ":")))
            for entity, days in day_counts.items()
        ]
        paths = [each.path for each in reading.entities if each.path]
        with self._transaction() as connection:
            update = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("content_id", "first_read_at"))
            insert(connection, "reading", names, [values], f"on conflict (content_id) do update set {update}")
            connection.execute("delete from day_count where content_id = ?", [reading.content_id])
            insert(connection, "day_count", ["content_id", "entity", "first_day", "counts"], counts)
            connection.executemany("delete from key_cover where ?1 in (earlier_path, later_path)", [(path,) for path in paths])

    def day_counts(self) -> dict[tuple[str, str], DayCounts]:
        """Return accepted rows by day, by (content_id, entity)."""
        return {
            (row["content_id"], row["entity"]): DayCounts(date.fromisoformat(row["first_day"]), json.loads(row["counts"]))
            for row in self._rows("select * from day_count")
        }

    def key_covers(self) -> dict[tuple[str, str], bool]:
        """Return which pairs of contract Parquets (earlier, later) are known to cover each other's keys or not."""
        return {(row["earlier_path"], row["later_path"]): bool(row["is_covered"]) for row in self._rows("select * from key_cover")}

    def save_key_covers(self, covers: dict[tuple[str, str], bool]) -> None:
        """Add what was found about pairs of contract Parquets."""
        with self._transaction() as connection:
            rows = [(*pair, int(is_covered)) for pair, is_covered in covers.items()]
            insert(connection, "key_cover", ["earlier_path", "later_path", "is_covered"], rows, "on conflict do nothing")

    # --- findings, verdicts, decisions

    def findings(self, as_at: datetime | None = None) -> list[LandingFinding]:
        """Return what the landing checks found (`as_at`: in the last run as at that moment)."""
        rows = self._rows("select * from landing_finding where as_at = ? order by batch_id, check_id, entity", [_key(as_at)])
        return [record_of(LandingFinding, row) for row in rows]

    def save_findings(self, findings: Iterable[LandingFinding], entities: Iterable[str], as_at: datetime | None = None) -> None:
        """Replace the findings about these entities."""
        with self._transaction() as connection:
            connection.execute("delete from landing_finding where as_at not in ('', ?)", [_key(as_at)])
            connection.executemany("delete from landing_finding where as_at = ? and entity = ?", [(_key(as_at), each) for each in entities])
            rows = [(_key(as_at), *row_of(each)) for each in findings]
            insert(connection, "landing_finding", ["as_at", *columns(LandingFinding)], rows)

    def verdicts(self, as_at: datetime | None = None) -> list[Verdict]:
        """Return the verdicts of the last run (`as_at`: of the last run as at that moment), in the order of deliveries."""
        rows = self._rows("select * from verdict where as_at = ? order by academy_id, table_name, delivery_order, entity", [_key(as_at)])
        return [record_of(Verdict, row) for row in rows]

    def save_verdicts(self, verdicts: Iterable[Verdict], as_at: datetime | None = None) -> None:
        """Replace the verdicts. Those of the present stay beside the ones of a run as at another moment."""
        with self._transaction() as connection:
            connection.execute("delete from verdict where as_at = ? or as_at != ''", [_key(as_at)])
            insert(connection, "verdict", ["as_at", *columns(Verdict)], [(_key(as_at), *row_of(each)) for each in verdicts])

    def decisions(self) -> list[Decision]:
        """Return every decision, oldest first."""
        return [record_of(Decision, row) for row in self._rows("select * from decision order by id")]

    def add_decision(self, delivery: Delivery, decision: DecisionWord, by: str, why: str, at: datetime | None = None) -> Decision:
        """Add a person's word on a delivery's content. Nothing is ever taken back; a later word counts instead."""
        values = [delivery.academy_id, delivery.table_name, delivery.content_id, delivery.batch_id, decision, by, stored(at or now()), why]
        with self._transaction() as connection:
            insert(connection, "decision", columns(Decision)[1:], [values])
            detail = {"table_name": delivery.table_name, "content_id": delivery.content_id}
            append(connection, Entry(decision, delivery.batch_id, delivery.academy_id, detail, by, why))
        return self.decisions()[-1]

    def check_decisions(self) -> list[CheckDecision]:
        """Return every decision on what a check finds, oldest first."""
        return [record_of(CheckDecision, row) for row in self._rows("select * from check_decision order by id")]

    def add_check_decision(
        self, check_id: str, academy_id: str, decision: CheckDecisionWord, by: str, why: str, until: date | None, at: datetime | None = None
    ) -> CheckDecision:
        """Add a person's word on what a check finds at an academy."""
        values = [check_id, academy_id, decision, by, stored(at or now()), why, stored(until)]
        with self._transaction() as connection:
            insert(connection, "check_decision", columns(CheckDecision)[1:], [values])
            kind = "accept_failure" if decision == "accept" else decision
            append(connection, Entry(kind, check_id, academy_id, {"until": until}, by, why))
        return self.check_decisions()[-1]

    # --- runs

    def runs(self) -> list[RunRecord]:
        """Return every run, oldest first."""
        return [record_of(RunRecord, row) for row in self._rows("select * from run order by started_at, run_id")]

    def start_run(self, request: RunRequest) -> None:
        """Note that a run has begun."""
        record = RunRecord(request.run_id, request.started_at, None, request.as_of, request.as_at, None, None)
        with self._transaction() as connection:
            insert(connection, "run", columns(RunRecord), [row_of(record)], "on conflict (run_id) do nothing")

    def finish_run(self, run_id: str, outcome: str, published_at: datetime | None = None) -> None:
        """Note how a run ended."""
        with self._transaction() as connection:
            connection.execute(
                "update run set finished_at = ?, outcome = ?, published_at = ? where run_id = ?",
                [stored(now()), outcome, stored(published_at), run_id],
            )


def _key(as_at: datetime | None) -> str:
    return str(stored(as_at)) if as_at else ""
