"""Small landing folders and readings for the unit tests of the reader."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.ingest.reading import ReadRequest, read_content
from pipelines.ingest.recognising import recognised
from pipelines.store.records import DeliveredFile, EntityReading, FileReading, Reading
from pipelines.trust import Academy, Limits


def academy(mis: str, **own: Any) -> Academy:
    """An academy with this MIS."""
    return Academy.model_validate({"id": "ashby", "name": "Ashby Academy", "phase": "secondary", "mis": mis, **own})


@dataclass
class Reader:
    """Reads what a test writes, as the nightly job would."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    lookups: dict[str, list[Path]] = field(default_factory=dict)
    number: int = 0
    pseudonym_key: bytes = b"a key for tests"

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a delivered file."""
        path = self.folder / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, mis: str, *paths: Path, content_id: str | None = None, entry: str | None = None, **own: Any) -> Reading:
        """Read the parts of one content."""
        match = recognised(paths[0], entry, Path(entry).name if entry else paths[0].name, mis)
        assert match is not None
        self.number += 1
        files = [DeliveredFile(path, entry, path.name, None, "0" * 64, path.stat().st_size if path.exists() else 0) for path in paths]
        request = ReadRequest(
            content_id=content_id or f"content{self.number}",
            academy=academy(mis, **own),
            table=match.table,
            files=files,
            lookups=self.lookups,
            raw=self.folder / "raw",
            temporary=self.folder / "tmp",
            limits=self.limits,
            pseudonym_key=self.pseudonym_key,
        )
        reading = read_content(request)
        assert reading == Reading.from_json(reading.to_json())
        assert_conserved(reading)
        return reading

    def read_text(self, mis: str, name: str, content: str | bytes, **own: Any) -> Reading:
        """Write one file and read it."""
        return self.read(mis, self.write(name, content), **own)

    def look_up(self, mis: str, name: str, content: str | bytes) -> None:
        """Deliver a look-up table for the readings that follow."""
        reading = self.read_text(mis, name, content)
        assert reading.text_path is not None
        self.lookups.setdefault(reading.table_name, []).append(self.folder / "raw" / reading.text_path)

    def rows(self, reading: Reading, entity: str | None = None) -> list[dict[str, Any]]:
        """The accepted rows of an entity."""
        found = reading.entities[0] if entity is None else reading.entity(entity)
        assert found is not None
        assert found.path is not None
        return self._table(found.path)

    def rejected(self, reading: Reading) -> list[tuple[int, str, str | None]]:
        """Line, reason and column of each rejected row."""
        assert reading.rejected_path is not None
        return [(row["source_row"], row["reason_code"], row["column_name"]) for row in self._table(reading.rejected_path)]

    def unmapped(self, reading: Reading) -> list[tuple[str, str, int, bool]]:
        """Column, value, rows and whether they were rejected."""
        assert reading.unmapped_path is not None
        return [(row["column_name"], row["value"], row["rows"], row["is_rejected"]) for row in self._table(reading.unmapped_path)]

    def _table(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.folder / "raw" / path, partitioning=None).to_pylist()
        return rows


def assert_conserved(reading: Reading) -> None:
    """Read = accepted + rejected + duplicate, for every file and entity, and both sums agree."""
    counted: list[EntityReading | FileReading] = [*reading.files, *reading.entities]
    for each in counted:
        assert each.rows_read == each.rows_accepted + each.rows_rejected + each.rows_duplicate
    if reading.entities:
        assert sum(each.rows_read for each in reading.files) == sum(each.rows_read for each in reading.entities)
        assert sum(each.rows_accepted for each in reading.files) == sum(each.rows_accepted for each in reading.entities)


def column(rows: list[dict[str, Any]], name: str) -> Iterator[Any]:
    """One column of rows."""
    return (row[name] for row in rows)
