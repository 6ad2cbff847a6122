"""The files of one content as one text Parquet: the first step of reading, and the only one that opens delivered files.

Here: choosing the reader of each file, and putting the parts together in order. Not here: how a format is read (tabular.py, pages.py,
xml.py, workbook.py), and what the text means (judging.py). Whatever the maps are later, this Parquet is read again instead of the files.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.ingest.encoding import as_utf8, encoding_of
from pipelines.ingest.faults import ReadingFault
from pipelines.ingest.headers import missing_columns, missing_fault
from pipelines.ingest.opening import unpacked
from pipelines.ingest.pages import read_pages
from pipelines.ingest.tabular import Dialect, read_tabular
from pipelines.ingest.text_parts import METADATA, FileText, Part, described, text_writer
from pipelines.ingest.workbook import read_workbook
from pipelines.ingest.xml import read_xml
from pipelines.sources import Profile, Table
from pipelines.store.records import DeliveredFile
from pipelines.trust import Limits

RECORD_FORMATS = frozenset({".json", ".jsonl", ".xml"})
TAB = "\t"


@dataclass(frozen=True)
class TextWriter:
    """Writes the text Parquet of one content of one table; `at_the_door` is given it before it takes its place in the raw layer."""

    table: Table
    profile: Profile
    limits: Limits
    temporary: Path
    at_the_door: Callable[[Path], object] = lambda path: None

    def write(self, files: list[DeliveredFile], target: Path) -> None:
        """Read the files, parts in order, into `target`, which is there whole or not at all. Raises ReadingFault."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.temporary.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.temporary))
        try:
            columns = tuple(column.name for column in self.table.columns)
            parts = [Part(folder / f"{place}.parquet", file, columns) for place, file in enumerate(files)]
            texts = [self._read(part) for part in parts]
            self._refuse_missing(texts)
            whole = self._together(parts, texts, folder)
            self.at_the_door(whole)
            place_whole(whole, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _read(self, part: Part) -> FileText:
        try:
            with unpacked(part.file.path, part.file.entry, self.limits, self.temporary) as plain:
                return self._read_plain(plain, part)
        except (FileNotFoundError, PermissionError):
            raise ReadingFault(
                "unreadable_file",
                f"{part.file_name} could not be opened: it is gone, or this account may not read it. Deliver it again.",
                part.file_name,
            ) from None

    def _read_plain(self, plain: Path, part: Part) -> FileText:
        suffix = plain.suffix.lower()
        if suffix == ".xlsx":
            return read_workbook(plain, self.table, self.limits, part)
        if suffix == ".xml":
            return read_xml(plain, self.table, part)
        encoding = encoding_of(plain)
        utf8 = as_utf8(plain, encoding, part.file_name, part.path.parent)
        try:
            if suffix in RECORD_FORMATS:
                return read_pages(utf8, encoding, self.table, self.limits, part)
            dialect = Dialect(TAB if suffix == ".tsv" else self.profile.delimiter, self.profile.quote)
            return read_tabular(utf8, dialect, encoding, self.table, part)
        finally:
            if utf8 != plain:
                utf8.unlink()

    def _refuse_missing(self, texts: list[FileText]) -> None:
        """Records leave out what they have no value for, so their required columns are looked for in all pages together."""
        found = {name for each in texts for name in each.found}
        has_values = any(each.found or each.extra_columns for each in texts)
        if has_values and missing_columns(found, self.table):
            raise missing_fault(found, self.table, texts[0].file_name, "none of its records has")

    def _together(self, parts: list[Part], texts: list[FileText], folder: Path) -> Path:
        if len(parts) == 1:
            return parts[0].path
        whole = folder / "whole.parquet"
        with text_writer(whole, parts[0].columns) as writer:
            for part in parts:
                with pq.ParquetFile(part.path, read_dictionary=writer.schema.names) as file:
                    for place in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(place).cast(writer.schema))
            writer.add_key_value_metadata({METADATA: described(texts)})
        return whole


def place_whole(source: Path, target: Path) -> None:
    """Put a finished file in its place in one step: it is there whole or not at all, whenever the power goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    try:
        source.replace(target)
    except OSError:  # another file system: copy beside the target first
        beside = target.with_name(f".{target.name}.tmp")
        shutil.copyfile(source, beside)
        beside.replace(target)
