"""The records that one stage leaves for the next: deliveries, readings, verdicts, decisions, runs.

Here: frozen dataclasses and their JSON, nothing else. Not here: how they are kept (manifest.py), nor any rule about them (ingest/).
No record holds a value of a delivered row: names of files and columns, counts, dates and reason codes only.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Self

import orjson

ReadingStatus = Literal["read", "rejected"]
VerdictStatus = Literal["accepted", "held", "rejected", "superseded", "refused"]
DecisionWord = Literal["accept", "refuse"]
CheckDecisionWord = Literal["accept", "reopen"]


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunRequest:
    """What one run was asked to do. `started_at` is the moment that every delivery first met by the run is *first seen*."""

    run_id: str
    as_of: date
    as_at: datetime | None = None
    academies: list[str] | None = None
    is_full: bool = False
    started_at: datetime = field(default_factory=now)


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a batch. A zip entry is `path` + `entry`, and its `name` is `pack.zip/STUDENTS.csv`.

    `path` is absolute when a reader gets it, and relative to the academy's landing folder when the manifest keeps it.
    """

    path: Path
    entry: str | None
    name: str
    part: int | None
    sha256: str
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form."""
        return {**dataclasses.asdict(self), "path": self.path.as_posix()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the record that `as_dict` wrote."""
        return cls(**{**values, "path": Path(values["path"])})


@dataclass(frozen=True)
class FileReading:
    """What reading one file gave, in rows of the contract after reshaping (`rows_in_file` are the file's own)."""

    file_name: str
    sha256: str
    bytes: int
    encoding: str | None = None
    header_line: int | None = None
    extra_columns: list[str] = field(default_factory=list)
    missing_optional: list[str] = field(default_factory=list)
    rows_in_file: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0


@dataclass(frozen=True)
class EntityReading:
    """What one content gave of one entity. `path` is the contract Parquet, relative to the raw folder.

    `first_date` and `last_date` are those of accepted rows; `rows_by_year` counts accepted rows by academic year ("202526"),
    `rows_by_nc_year` by canonical NC year, where the entity has them. `rows_erased` of the rejected are about somebody erased.
    """

    entity: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    first_date: date | None = None
    last_date: date | None = None
    rows_by_year: dict[str, int] = field(default_factory=dict)
    rows_by_nc_year: dict[str, int] = field(default_factory=dict)
    path: str | None = None
    rows_erased: int = 0


@dataclass(frozen=True)
class Reading:
    """One content of one table as read with one set of maps. A content that cannot be read whole is `rejected`, with code and sentence.

    `met` are keyed hashes: what somebody erased was known by, and a new number that they came with.
    """

    content_id: str
    maps_id: str
    academy_id: str
    table_name: str
    status: ReadingStatus
    reason_code: str | None = None
    reason: str | None = None
    entities: list[EntityReading] = field(default_factory=list)
    files: list[FileReading] = field(default_factory=list)
    rejected_path: str | None = None
    unmapped_path: str | None = None
    pupils_in_path: str | None = None
    text_path: str | None = None
    met: list[list[str]] = field(default_factory=list)

    def entity(self, name: str) -> EntityReading | None:
        """Return what was read of the entity `name`, if this content gives it."""
        return next((each for each in self.entities if each.entity == name), None)

    def to_json(self) -> str:
        """Return the record as JSON text."""
        return json.dumps(dataclasses.asdict(self), default=str, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the record that `to_json` wrote."""
        values = orjson.loads(text)
        values["entities"] = [
            EntityReading(**{**each, "first_date": _date(each["first_date"]), "last_date": _date(each["last_date"])})
            for each in values["entities"]
        ]
        values["files"] = [FileReading(**each) for each in values["files"]]
        return cls(**values)


@dataclass(frozen=True)
class Delivery:
    """An academy's landing folder held this content for this table. `number` counts deliveries of one content for one date from 1."""

    batch_id: str
    content_id: str
    academy_id: str
    table_name: str
    profile: str
    date_in_name: date | None
    effective_date: date
    first_seen_at: datetime
    first_seen_run: str
    files: tuple[DeliveredFile, ...]

    @property
    def order(self) -> tuple[date, datetime, str, str]:
        """The place of the delivery among all: effective date, first seen, content."""
        return (self.effective_date, self.first_seen_at, self.content_id, self.batch_id)

    @property
    def slot(self) -> tuple[str, str, str, date | None]:
        """The name under which the folder held it: academy, profile, table, date in the name or none."""
        return (self.academy_id, self.profile, self.table_name, self.date_in_name)


@dataclass(frozen=True)
class LandingFinding:
    """What one landing check found in one batch. Over `hold_over_pct` per cent of `checked` the batch is held; null never holds."""

    batch_id: str
    check_id: str
    entity: str
    checked: int
    failed: int
    hold_over_pct: float | None


@dataclass(frozen=True)
class Decision:
    """A person's word on a content. It holds for every delivery of that content; the newest word counts."""

    id: int
    academy_id: str
    table_name: str
    content_id: str
    batch_id: str
    decision: DecisionWord
    decided_by: str
    decided_at: datetime
    why: str


@dataclass(frozen=True)
class CheckDecision:
    """A person's word on what a check finds at an academy: leave it as it is until a day, or no longer; the newest word counts."""

    id: int
    check_id: str
    academy_id: str
    decision: CheckDecisionWord
    decided_by: str
    decided_at: datetime
    why: str
    until: date | None


@dataclass(frozen=True)
class Verdict:
    """What becomes of one entity of one batch, and the place it takes. Every entity of a batch has the same status.

    A lookup table gives no entity: its one verdict has the entity `lookup`. `replaces_from` and `replaces_to` bound the rows that the
    delivery replaces (both null: it replaces by key alone). `delivery_order` ranks deliveries within academy, profile and table.
    """

    batch_id: str
    entity: str
    academy_id: str
    profile: str
    table_name: str
    table_rank: int
    content_id: str
    maps_id: str | None
    mode: str
    status: VerdictStatus
    reason_code: str | None
    reason: str | None
    effective_date: date
    time_period: int
    delivery_order: int
    replaces_from: date | None
    replaces_to: date | None
    is_newest: bool
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_why: str | None = None


@dataclass(frozen=True)
class UnknownFile:
    """Something in landing that no reader takes, with what to do about it. `academy_id` is null outside every academy's folder."""

    academy_id: str | None
    file_name: str
    reason_code: str
    reason: str


@dataclass(frozen=True)
class RunRecord:
    """One run of the nightly job. `outcome` is null while it runs (or if it was killed)."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    as_of: date
    as_at: datetime | None
    outcome: str | None
    published_at: datetime | None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
