"""Text rows become rows of the contract: each is accepted, rejected with a reason, or a duplicate.

Here: every distinct value of a column is read once by a Python function (rules.py) and its rows follow by number. Not here: what a value
means, how the text is held (coded.py), and where the results are written (contract_files.py).
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.ingest.coded import NOTHING, Coded, Numbers, SourceText, Words, combined, last_rows
from pipelines.ingest.outcomes import MISSING, Outcome
from pipelines.ingest.plans import ColumnPlan
from pipelines.ingest.shapes import columns_of_shape, reshaped
from pipelines.ingest.text_parts import FAULT, SOURCE_FILE
from pipelines.sources import Entity, Table

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Unmapped:
    """A value that no map knows: where it stood, how often, and whether it rejected its rows."""

    entity: str
    column_name: str
    code_set: str
    value: str
    rows: int
    is_rejected: bool


@dataclass(frozen=True)
class Judged:
    """Some rows of an entity. `reasons` numbers each row's reason for rejection in `Judge.reasons`; 0 is none.

    `values` and `sources` are, column by column of the contract, numbers into the column's vocabularies.
    """

    files: Numbers
    lines: npt.NDArray[np.int64]
    reasons: Numbers
    values: list[Numbers]
    sources: list[Numbers]

    @property
    def is_accepted(self) -> Mask:
        """Which rows have no reason against them."""
        is_accepted: Mask = self.reasons == NOTHING
        return is_accepted


class ColumnReader:
    """Reads one contract column: every distinct delivered value, or combination of values, once."""

    def __init__(self, plan: ColumnPlan, source: SourceText) -> None:
        self.plan = plan
        self.values, self.sources, self.faults = Words(), Words(), Words()
        self._inputs = [source.words(name) for name in plan.inputs]
        self._known: dict[tuple[int, ...], int] = {}
        self._value_of, self._source_of, self._fault_of = array("i"), array("i"), array("i")
        self._unmapped: list[tuple[str, ...]] = []
        self._rows: list[int] = []

    def read(self, rows: Coded) -> tuple[Numbers, Numbers, Numbers]:
        """The value, the source and the fault of every row, as numbers into the vocabularies of that name; the source of codes alone."""
        outcomes = self._outcomes(rows)
        if any(self._unmapped):
            for outcome, count in enumerate(np.bincount(outcomes, minlength=len(self._rows)).tolist()):
                self._rows[outcome] += count
        value = np.array(self._value_of, np.int32)[outcomes]
        source = np.array(self._source_of, np.int32)[outcomes] if self.plan.column.is_coded else value
        has_faults = len(self.faults.values) > 1
        fault = np.array(self._fault_of, np.int32)[outcomes] if has_faults else np.zeros(rows.rows, np.int32)
        return value, source, fault

    def _outcomes(self, rows: Coded) -> Numbers:
        if not self._inputs:
            return np.full(rows.rows, self._outcome(()), np.int32)
        given = [rows.numbers(name) for name in self.plan.inputs]
        if len(given) == 1:
            self._learn(self._inputs[0].values[len(self._value_of) :])
            return given[0]
        codes, count = combined([(numbers, len(words.values)) for numbers, words in zip(given, self._inputs, strict=True)])
        examples = last_rows(codes, count).tolist()
        met = [self._outcome(tuple(int(numbers[row]) for numbers in given)) for row in examples]
        return np.array(met, np.int32)[codes]

    def _outcome(self, numbers: tuple[int, ...]) -> int:
        """The number of what these delivered values are in the contract."""
        known = self._known.get(numbers)
        if known is not None:
            return known
        self._add(self.plan.read([words.values[number] for words, number in zip(self._inputs, numbers, strict=True)]))
        return self._known.setdefault(numbers, len(self._known))

    def _learn(self, texts: Sequence[str | None]) -> None:
        """Read the next values of the only column that this one is made of; their numbers are those of their outcomes."""
        if self.plan.read_texts is None:
            for text in texts:
                self._add(self.plan.read((text,)))
            return
        missing = self.faults.number(MISSING) if self.plan.column.is_required else NOTHING
        values = [self.values.number(value) for value in self.plan.read_texts(texts)]
        self._value_of.extend(values)
        self._fault_of.extend([NOTHING if value else missing for value in values])

    def _add(self, outcome: Outcome) -> None:
        self._value_of.append(self.values.number(outcome.value))
        self._source_of.append(self.sources.number(outcome.source))
        self._fault_of.append(self.faults.number(outcome.fault))
        self._unmapped.append(outcome.unmapped)
        self._rows.append(0)

    def unmapped(self, entity: str) -> Iterator[Unmapped]:
        """The values that no map knows, with their rows."""
        if not any(self._unmapped):
            return
        counts: dict[tuple[str, bool], int] = {}
        for values, fault, rows in zip(self._unmapped, self._fault_of, self._rows, strict=True):
            for value in values:
                counts[value, fault != NOTHING] = counts.get((value, fault != NOTHING), 0) + rows
        for (value, is_rejected), rows in counts.items():
            if rows:
                yield Unmapped(entity, self.plan.column.name, self.plan.code_set, value, rows, is_rejected)


class Judge:
    """Judges every row of one entity of one content."""

    def __init__(self, source: SourceText, table: Table, entity: Entity, plans: Sequence[ColumnPlan]) -> None:
        self.entity = entity
        self.readers = [ColumnReader(plan, source) for plan in plans]
        self.reasons: list[tuple[str, str | None]] = [("", None)]  # code and column; number 0 is "no reason"
        self._numbers: dict[tuple[str, str | None], int] = {}
        self._source = source
        self._table = table

    def chunks(self) -> Iterator[Judged]:
        """The rows in the order of the files."""
        wanted = {name for reader in self.readers for name in reader.plan.inputs}
        shape = self._table.layout
        if shape:
            wanted |= columns_of_shape(self._table, shape)
        for chunk in self._source.chunks([column.name for column in self._table.columns if column.name in wanted]):
            yield self._judged(reshaped(chunk, self._table, shape, self._source) if shape else chunk)

    def _judged(self, rows: Coded) -> Judged:
        faults = rows.numbers(FAULT)
        reasons = np.zeros(rows.rows, np.int32)
        for fault in np.unique(faults[faults != NOTHING]).tolist():
            reasons[faults == fault] = self._reason(str(self._source.words(FAULT).values[fault]), None)
        values, sources = [], []
        is_empty = np.zeros(rows.rows, np.bool_)
        for reader in self.readers:
            value, source, fault = reader.read(rows)
            values.append(value)
            sources.append(source)
            if reader.plan.heading_column:
                is_empty = (value == NOTHING) & (fault == NOTHING) & (faults == NOTHING)
            self._refuse(rows, reader, np.where(reasons == NOTHING, fault, NOTHING), reasons)
        judged = Judged(rows.numbers(SOURCE_FILE), rows.lines(), reasons, values, sources)
        return _only(judged, ~is_empty) if is_empty.any() else judged

    def _refuse(self, rows: Coded, reader: ColumnReader, faults: Numbers, reasons: Numbers) -> None:
        """Note the reader's faults as the reason of rows that had none yet."""
        for fault in np.unique(faults[faults != NOTHING]).tolist():
            here = faults == fault
            code, cells = str(reader.faults.values[fault]), reader.plan.heading_column
            if cells is None:
                reasons[here] = self._reason(code, reader.plan.heading)
                continue
            headings = rows.numbers(cells)
            for heading in np.unique(headings[here]).tolist():
                reasons[here & (headings == heading)] = self._reason(code, self._source.words(cells).values[heading])

    def _reason(self, code: str, column: str | None) -> int:
        number = self._numbers.setdefault((code, column), len(self.reasons))
        if number == len(self.reasons):
            self.reasons.append((code, column))
        return number


def _only(judged: Judged, kept: Mask) -> Judged:
    """A wide row's empty cell is nothing: neither read nor missing. A faulty row stays."""
    return Judged(
        judged.files[kept],
        judged.lines[kept],
        judged.reasons[kept],
        [each[kept] for each in judged.values],
        [each[kept] for each in judged.sources],
    )
