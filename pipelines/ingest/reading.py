"""Reading one content of one table: delivered files in, Parquets of the raw layer and an account of every row out.

Here: the two steps, files → text and text → contract, and the Reading that tells what came of them. Not here: how each step works
(to_text.py, judging.py), and which content is due (load.py). A fault of the files is an answer, not an exception; no value of a row is in
it.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from pipelines.ingest.about import Text, Watch, rows_of_text
from pipelines.ingest.blanking import blank
from pipelines.ingest.coded import LookedUp, SourceText, rows_by_file
from pipelines.ingest.contract_files import PUPILS_IN, REJECTED, ContentCounts, EntityWriter, FileCounts, write_tables
from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import missing_optional
from pipelines.ingest.judging import Judge, Unmapped
from pipelines.ingest.maps import columns_id, maps_id
from pipelines.ingest.plans import column_plans
from pipelines.ingest.text_parts import FileText, file_texts
from pipelines.ingest.to_text import TextWriter, place_whole
from pipelines.sources import Profile, Table, contract, load_profile
from pipelines.store.erasures import Sought
from pipelines.store.records import DeliveredFile, EntityReading, FileReading, Reading
from pipelines.trust import Academy, Limits

__all__ = ["ReadRequest", "maps_id", "read_content"]

UNMAPPED = pa.schema(
    [
        ("entity", pa.string()),
        ("column_name", pa.string()),
        ("code_set", pa.string()),
        ("value", pa.string()),
        ("rows", pa.int64()),
        ("is_rejected", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class ReadRequest:
    """One content to read. `lookups` are the text Parquets of the tables it looks values up in, oldest first."""

    content_id: str
    academy: Academy
    table: Table
    files: list[DeliveredFile]
    lookups: dict[str, list[Path]]
    raw: Path
    temporary: Path
    limits: Limits
    pseudonym_key: bytes | None = None
    erased: Sought | None = None


def read_content(request: ReadRequest) -> Reading:
    """Read one content.

    A content that cannot be read whole is a Reading with status `rejected`, a reason code and a sentence.
    """
    return _Content(request).read()


class _Content:
    """One content on its way through the two steps."""

    def __init__(self, request: ReadRequest) -> None:
        self._request = request
        self._table = request.table.with_headings(request.academy.columns)
        self._profile: Profile = load_profile(request.table.profile)
        self._maps_id = maps_id(request.table, request.academy, request.pseudonym_key)
        self._met: set[tuple[str, str]] = set()

    def read(self) -> Reading:
        try:
            self._ensure_text()
            return self._judged()
        except ReadingFault as fault:
            return self._rejected(fault)

    def _path(self, folder: str) -> str:
        """The Parquet of this content and these maps, relative to the raw folder."""
        return f"{folder}/academy={self._request.academy.id}/{self._request.content_id}-{self._maps_id}.parquet"

    @property
    def _text_path(self) -> str:
        return f"text/academy={self._request.academy.id}/{self._request.content_id}-{columns_id(self._table)}.parquet"

    def _ensure_text(self) -> None:
        """Step 1, unless the text of these columns is there already: then the delivered files are not opened."""
        target = self._request.raw / self._text_path
        if not target.is_file():
            writer = TextWriter(self._table, self._profile, self._request.limits, self._request.temporary, self._refuse_erased)
            writer.write(self._request.files, target)

    def _refuse_erased(self, text: Path) -> None:
        """Nothing of somebody who was erased comes into the raw layer again, but the place where it stood in the file."""
        if self._request.erased is None:
            return
        academy = self._request.academy
        watch = Watch(academy.id, self._profile.pupil_id_kind == "upn", self._request.erased)
        masks = list(rows_of_text(Text(text, self._table, academy), self._request.pseudonym_key, watch))
        if any(mask.any() for mask in masks):
            blank(text, masks)
        self._met |= watch.met

    def _judged(self) -> Reading:
        """Step 2."""
        texts = file_texts(self._request.raw / self._text_path)
        delivered = {name for each in texts for name in each.found}
        counts, unmapped, entities = ContentCounts(), list[Unmapped](), list[EntityReading]()
        rejected, pupils_in = list[pa.Table](), list[pa.Table]()
        lookups = self._lookups()
        for name in self._table.entities:
            entity = contract().entity(name)
            source = SourceText(self._request.raw / self._text_path, lookups)
            key = self._request.pseudonym_key
            plans = column_plans(self._table, self._profile, entity, self._request.academy, delivered, key)
            judge = Judge(source, self._table, entity, plans)
            writer = EntityWriter(judge, source, self._request.academy.id, self._request.content_id)
            path = self._path(name)
            with self._writing(path) as unfinished:
                writer.write(unfinished.path)
            writer.add_counts(counts)
            entities.append(writer.reading(path))
            rejected += writer.rejected()
            pupils_in += writer.pupils_in()
            unmapped += [each for reader in judge.readers for each in reader.unmapped(name)]
        return Reading(
            content_id=self._request.content_id,
            maps_id=self._maps_id,
            academy_id=self._request.academy.id,
            table_name=self._table.name,
            status="read",
            entities=entities,
            files=self._files(texts, counts),
            rejected_path=self._written("rejected", rejected, REJECTED),
            unmapped_path=self._written("unmapped", [_as_table(unmapped)], UNMAPPED),
            pupils_in_path=self._written("pupils_in", pupils_in, PUPILS_IN),
            text_path=self._text_path,
            met=[list(pair) for pair in sorted(self._met)],
        )

    def _lookups(self) -> dict[str, LookedUp]:
        """What is looked up, by the names it has beside the table's own columns. Raises ReadingFault for a table never delivered."""
        found: dict[str, LookedUp] = {}
        for lookup in dict.fromkeys(mapping.lookup for mapping in self._table.mappings if mapping.lookup):
            paths = self._request.lookups.get(lookup.table, [])
            if not paths:
                raise ReadingFault(
                    "no_such_code_table",
                    f"{self._request.files[0].name} can be read only with {lookup.table}, which was never delivered: export {lookup.table} "
                    "too. Until then the rows wait.",
                    self._request.files[0].name,
                )
            found[lookup.name] = found[lookup.unfound] = LookedUp.of(lookup, paths)
        return found

    def _files(self, texts: Sequence[FileText], counts: ContentCounts) -> list[FileReading]:
        """The account of each file. A look-up table gives no rows of the contract: its well-formed rows are what it gives."""
        in_file = rows_by_file(self._request.raw / self._text_path)
        return [self._file(each, *in_file.get(each.file_name, (0, 0)), counts.by_file.get(each.file_name)) for each in texts]

    def _file(self, file: FileText, rows: int, faults: int, counts: FileCounts | None) -> FileReading:
        if counts is None:
            counts = FileCounts(rows, faults) if self._table.is_lookup_only else FileCounts()
        return FileReading(
            file_name=file.file_name,
            sha256=file.sha256,
            bytes=file.bytes,
            encoding=file.encoding,
            header_line=file.header_line,
            extra_columns=list(file.extra_columns),
            missing_optional=missing_optional(file.found, self._table),
            rows_in_file=rows,
            rows_read=counts.read,
            rows_accepted=counts.accepted,
            rows_rejected=counts.rejected,
            rows_duplicate=counts.duplicate,
        )

    def _written(self, folder: str, tables: Sequence[pa.Table], schema: pa.Schema) -> str:
        path = self._path(folder)
        with self._writing(path) as unfinished:
            write_tables(tables, schema, unfinished.path)
        return path

    def _writing(self, path: str) -> "_Unfinished":
        return _Unfinished(self._request.temporary, self._request.raw / path)

    def _rejected(self, fault: ReadingFault) -> Reading:
        has_text = (self._request.raw / self._text_path).is_file()
        return Reading(
            content_id=self._request.content_id,
            maps_id=self._maps_id,
            academy_id=self._request.academy.id,
            table_name=self._table.name,
            status="rejected",
            reason_code=fault.reason_code,
            reason=fault.sentence,
            files=[FileReading(file.name, file.sha256, file.bytes) for file in self._request.files],
            text_path=self._text_path if has_text else None,
            met=[list(pair) for pair in sorted(self._met)],
        )


def _as_table(unmapped: Sequence[Unmapped]) -> pa.Table:
    rows = sorted((asdict(one) for one in unmapped), key=lambda one: (one["entity"], one["column_name"], one["value"]))
    return pa.Table.from_pylist(rows, schema=UNMAPPED)


class _Unfinished:
    """A file being written: it takes its name when it is whole, and is gone if it never is."""

    def __init__(self, temporary: Path, target: Path) -> None:
        handle, name = tempfile.mkstemp(suffix=".parquet", dir=temporary)
        os.close(handle)
        self.path = Path(name)
        self._target = target

    def __enter__(self) -> "_Unfinished":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            place_whole(self.path, self._target)
        self.path.unlink(missing_ok=True)
