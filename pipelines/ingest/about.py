"""Which delivered rows are about somebody: the text of a file by the academy's own headings, or rows of the contract.

Here: the one rule by which a row belongs to a person who is sought, for everybody who asks: the door that refuses those who were erased,
and whoever collects or takes out what is held of a person. Not here: who is sought (protection/people.py), or what is done with the rows.

A row is a person's if it has their number in the academy's MIS. A pupil list may come with a new number: there a UPN counts together with
the date of birth, since a UPN is mistyped more often than both are. A file that names pupils by UPN has nothing else to go by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.cases import table_of
from pipelines.ingest.coded import SourceText
from pipelines.ingest.judging import ColumnReader
from pipelines.ingest.maps import columns_id
from pipelines.ingest.plans import column_plans
from pipelines.sources import Table, contract, load_profile, profile_names
from pipelines.store.erasures import Sought, hashed
from pipelines.store.records import Delivery, Reading
from pipelines.trust import Academy, TrustConfig

Mask = npt.NDArray[np.bool_]
PUPIL, UPNS, BORN = "source_pupil_id", ("upn", "former_upn"), "date_of_birth"
COLLEAGUE, PAYROLL = "source_staff_id", "trust_staff_ref"
IDENTITY = (PUPIL, *UPNS, BORN, COLLEAGUE, PAYROLL)


@dataclass
class Watch:
    """Who is sought in the files of one academy; `met` gathers new numbers of theirs, each with what they were known by."""

    academy_id: str
    is_by_upn: bool
    sought: Sought
    met: set[tuple[str, str]] = field(default_factory=set)

    def rows(self, rows: pa.Table) -> Mask:
        """Which rows are about somebody sought. `rows` has some of the columns of IDENTITY, as text."""
        found = np.zeros(rows.num_rows, np.bool_)
        for name, kind in ((PUPIL, "record"), (COLLEAGUE, "colleague")):
            if name in rows.column_names:
                found |= self._by_number(rows[name], is_pupil=kind == "record")
        if PAYROLL in rows.column_names:
            found |= self._by_payroll(rows)
        for name in UPNS:
            if name in rows.column_names:
                found |= self._by_upn(rows, name)
        return found

    def _by_number(self, column: pa.ChunkedArray, *, is_pupil: bool) -> Mask:
        def is_theirs(value: str) -> bool:
            if not is_pupil:
                return self.sought.has("colleague", self.academy_id, value)
            return self.sought.has("number", value.upper()) if self.is_by_upn else self.sought.has("record", self.academy_id, value)

        return _mask(column, [value for value in column.unique().to_pylist() if value and is_theirs(value)])

    def _by_payroll(self, rows: pa.Table) -> Mask:
        column = rows[PAYROLL]
        theirs = [value for value in column.unique().to_pylist() if value and self.sought.has("payroll", value)]
        found = _mask(column, theirs)
        for place in np.flatnonzero(found).tolist():
            self._meet(hashed(self.sought.key, "payroll", column[place].as_py()), "colleague", rows[COLLEAGUE][place].as_py())
        return found

    def _by_upn(self, rows: pa.Table, name: str) -> Mask:
        column = rows[name]
        found = _mask(column, [value for value in column.unique().to_pylist() if value and self.sought.has("upn", value.upper())])
        for place in np.flatnonzero(found).tolist():
            upn, born = column[place].as_py().upper(), rows[BORN][place].as_py() if BORN in rows.column_names else None
            parts = ("born", upn, born) if born else ("number", upn)
            found[place] = self.sought.has(*parts)
            if found[place]:
                self._meet(hashed(self.sought.key, *parts), "record", rows[PUPIL][place].as_py())
        return found

    def _meet(self, known: str, kind: str, number: str | None) -> None:
        if number:
            self.met.add((known, hashed(self.sought.key, "record" if kind == "record" else "colleague", self.academy_id, number)))


def _mask(column: pa.ChunkedArray, values: list[str]) -> Mask:
    if not values:
        return np.zeros(len(column), np.bool_)
    is_in: Mask = pc.is_in(column, value_set=pa.array(values, pa.string())).to_numpy(zero_copy_only=False).astype(np.bool_)
    return is_in


@dataclass(frozen=True)
class Text:
    """The text of a content as today's profiles read it: its Parquet, and the table with the academy's own headings."""

    path: Path
    table: Table
    academy: Academy


def text_of(raw: Path, trust: TrustConfig, delivery: Delivery | None, reading: Reading) -> Text | None:
    """The text of a content, None where today's readers open none: its academy, its table or its columns are of the past."""
    academies = {academy.id: academy for academy in trust.academies}
    academy, table = academies.get(reading.academy_id), table_of(delivery) if delivery else None
    if academy is None or table is None or reading.text_path is None or not (raw / reading.text_path).is_file():
        return None
    table = table.with_headings(academy.columns)
    return Text(raw / reading.text_path, table, academy) if reading.text_path.endswith(f"-{columns_id(table)}.parquet") else None


def watch_of(delivery: Delivery | None, reading: Reading, sought: Sought) -> Watch:
    """Who is sought in a content, by the numbers that its profile names pupils with."""
    profile = delivery.profile if delivery else ""
    is_by_upn = profile in profile_names() and load_profile(profile).pupil_id_kind == "upn"
    return Watch(reading.academy_id, is_by_upn, sought)


def rows_of_text(text: Text, pseudonym_key: bytes | None, watch: Watch) -> Iterator[Mask]:
    """For each row group of a content's text, in order, which of its rows are about somebody sought."""
    table, profile = text.table, load_profile(text.table.profile)
    source = SourceText(text.path)
    delivered = {column.name for column in table.columns}
    readers: list[list[ColumnReader]] = []
    for name in table.entities:
        plans = column_plans(table, profile, contract().entity(name), text.academy, delivered, pseudonym_key)
        readers.append([ColumnReader(plan, source) for plan in plans if plan.column.name in IDENTITY])
    wanted = {column for of_entity in readers for reader in of_entity for column in reader.plan.inputs}
    for chunk in source.chunks([column.name for column in table.columns if column.name in wanted]):
        found = np.zeros(chunk.rows, np.bool_)
        for of_entity in readers:
            columns = {reader.plan.column.name: reader.values.column(reader.read(chunk)[0]) for reader in of_entity}
            if columns:
                found |= watch.rows(pa.table({name: column.cast(pa.string()) for name, column in columns.items()}))
        yield found
